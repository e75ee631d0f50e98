"""Contractions in the syntax of the language: as products, traces and diagonals, or by labels."""

from __future__ import annotations

from gradcli.graph.node import Node
from gradcli.graph.shapes import ROW
from gradcli.syntax import ast

Args = tuple[ast.Expression, ...]


def contraction(node: Node, args: Args) -> ast.Expression:
    """A contraction as a product of matrices and vectors if it is one, else by its labels."""
    return _Contraction(node, args).written()


class _Contraction:
    """A contraction as a product of matrices and vectors if it is one, else by its labels."""

    def __init__(self, node: Node, args: Args) -> None:
        self._node = node
        self._labels = [str(each).removesuffix(ROW) for each in node.params]
        self._forms = [arg.form for arg in node.args]
        self._args = args

    def written(self) -> ast.Expression:
        of_a, of_b, result = self._labels
        ranks = len(of_a), len(of_b)
        if self._node.args[1].op == "eye" and (found := self._of_diagonal()) is not None:
            return found
        summed = [label for label in of_a if label not in result]
        is_product = ranks == (1, 1) or summed
        if is_product and max(ranks) <= 2 and len(summed) <= 1 and {*summed} <= {*of_b}:
            kept = [label for label in of_a if label in result and label in of_b]
            if not kept:
                found = self._product(summed[0] if summed else "")
                if found is not None:
                    return found
        if not result and of_a == of_b:
            return ast.Call("sum", (ast.Binary("mul", *self._args),))
        if not result and of_a == of_b[::-1] and ranks == (2, 2):
            return ast.Call("tr", (ast.Binary("matmul", *self._args),))
        if of_a == of_b == result and self._forms[0] == self._forms[1]:
            return ast.Binary("mul", *self._args)
        names = tuple([ast.Name(each) if each else ast.Number(0.0) for each in self._labels])
        return ast.Call("einsum", self._args, parameters=names)

    def _of_diagonal(self) -> ast.Expression | None:
        """Products with the unit matrix: a trace, a diagonal, a diagonal matrix."""
        of_a, of_b, result = self._labels
        if of_a == of_b and not result:
            return ast.Call("tr", (self._args[0],))
        if of_a == of_b and len(result) == 1:
            call: ast.Expression = ast.Call("diag", (self._args[0],))
            return ast.Unary("transpose", call) if self._node.form.is_row else call
        if len(of_a) == 1 and {*result} == {*of_b}:
            return ast.Call("diag", (self._args[0],))
        return None

    def _product(self, summed: str) -> ast.Expression | None:
        """The product of two factors, each of them turned if need be, over one common label."""
        of_a, of_b, result = self._labels
        order = (0, 1)
        first = of_a.replace(summed, "")
        if result and first and not result.startswith(first):
            order = (1, 0)
        if result and not first and self._node.form.is_row is False and len(of_b) == 2:
            order = (1, 0)  # W @ x, not x' @ W'
        if result and len(of_a) == 2 and len(of_b) == 1 and self._node.form.is_row:
            order = (1, 0)  # x' @ W
        left, right = (self._factor(place, summed, is_left=place == order[0]) for place in order)
        return ast.Binary("matmul", left, right)

    def _factor(self, place: int, summed: str, *, is_left: bool) -> ast.Expression:
        labels, form, arg = self._labels[place], self._forms[place], self._args[place]
        if len(labels) == 2:
            is_turned = labels.index(summed) != (1 if is_left else 0)
        elif summed:
            is_turned = form.is_row != is_left
        else:
            is_turned = form.is_row == is_left  # an outer product: a column, then a row
        return turned(arg) if is_turned else arg


def turned(expression: ast.Expression) -> ast.Expression:
    """The transpose of an expression, which of a transpose is what that is of."""
    if isinstance(expression, ast.Unary) and expression.op == "transpose":
        return expression.operand
    return ast.Unary("transpose", expression)
