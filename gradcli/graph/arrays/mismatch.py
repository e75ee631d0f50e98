"""What does not fit: both operands with their shapes, and a way out that was tried."""

from __future__ import annotations

from collections.abc import Iterator

from gradcli.errors import ParseError, Sentence
from gradcli.graph.arrays.fitting import Call, way_out
from gradcli.graph.arrays.products import MATMUL, matmul
from gradcli.graph.declaring import Lengths, declare, factors
from gradcli.graph.form_rules import OF_SQUARE
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import MOST_ENTRIES, Form, FormError, TooLargeError, shown
from gradcli.graph.template import written
from gradcli.syntax import ast
from gradcli.syntax.text import ATOM, CANONICAL, text

_OF_TWO = "solve"

_SQUARE = OF_SQUARE - {_OF_TWO} | {"adjugate", "adj", "trace", "tr"}

_OF_MATRICES = _SQUARE | {_OF_TWO, "reshape", "dot"}

LONG = 30
"""Longer operands are not written out."""


def explained(error: FormError, item: ast.Expression, call: Call) -> ParseError:
    """The error of an expression whose operands do not fit together.

    Args:
        error: what was refused.
        item: the expression.
        call: makes the node of a call of a function of arrays.
    """
    if isinstance(error, TooLargeError):
        (form,) = error.forms
        message = (
            f"{shown(form)} is {form.size:,} entries, and an array has at most {MOST_ENTRIES:,}"
        )
        return ParseError("limit", message, span=item.span, hint="take a part of it, or fewer")
    operands = item.children[: len(error.forms)]
    parts = [
        f"{_called(operand, place)} is {shown(form)}"
        for place, (operand, form) in enumerate(zip(operands, error.forms, strict=False))
    ]
    said = " and ".join(dict.fromkeys(parts)) or "the arrays do not fit"
    return ParseError(
        "shape",
        f"{said}: {_wanted(error, item)}",
        span=item.span,
        hint=_way_out(error, item, call),
        arrays=_undeclared(error, item),
    )


def _undeclared(error: FormError, item: ast.Expression) -> dict[str, Lengths]:
    """The numbers in a matrix product that must be arrays, each with lengths that fit."""
    if error.op == MATMUL and isinstance(item, ast.Binary):
        left, right = error.forms
        if not (left.shape and right.shape):
            return factors(item, (left, right))
    return {}


def _called(operand: ast.Expression, place: int) -> str:
    name = text(operand)
    if len(name) <= LONG:
        return name
    return ("the left side", "the right side")[place] if place < 2 else "an operand"


def _wanted(error: FormError, item: ast.Expression) -> str:
    """What is asked for in vain."""
    if error.op == MATMUL:
        a, b = error.forms
        if not (a.shape and b.shape):
            return "a matrix product needs two arrays"
        if len(a.shape) > 1 and not (len(b.shape) == 1 and b.is_row):
            return f"the right side needs {a.shape[-1]} rows"
        return "they have no matrix product"
    if error.op in _SQUARE:
        return f"{error.op} needs a square matrix"
    if error.op == _OF_TWO:
        matrix = error.forms[0]
        if len(matrix.shape) != 2 or matrix.shape[0] != matrix.shape[1]:
            return "solve needs a square matrix"
        return f"the right side needs {matrix.shape[0]} rows"
    if error.op == "reshape" and isinstance(error.params[0], Form):
        return f"{shown(error.params[0])} has {error.params[0].size:,} entries"
    if isinstance(item, ast.Call):
        return f"{item.function} cannot be applied"
    rows = {form.is_row for form in error.forms if len(form.shape) == 1}
    if len(rows) > 1 and all(len(form.shape) < 2 for form in error.forms):
        return "a column and a row have no entries in common"
    return "entry by entry the lengths must be equal, or 1"


def _of_equation(error: FormError, item: ast.Call) -> str | None:
    """The way out for solve(x^2 - 4, x), which is an equation elsewhere."""
    if error.op != _OF_TWO:
        return None
    of, by = item.children
    if not isinstance(by, ast.Name) or by.name not in ast.names([of]):
        return None
    return f"for a root of an equation write findroot({text(of)}, {by.name}, 1)"


def _way_out(error: FormError, item: ast.Expression, call: Call) -> str:
    if isinstance(item, ast.Call) and not all(form.shape for form in error.forms):
        found = _of_equation(error, item) or way_out(item, error.forms, call)
        if found is not None:
            return found
    if error.op in _OF_MATRICES:
        return _to_matrix(error, item)
    if error.op == MATMUL and isinstance(item, ast.Binary):
        if not all(form.shape for form in error.forms):
            arrays = _undeclared(error, item)
            way = "write * for a product with a number"
            return Sentence(way, "; for an array ", declare(arrays)) if arrays else way
        found = next(_products(error, item), None)
        return f"did you mean {found}?" if found else "look at the shapes of both"
    if error.op in {"add", "sub", "mul", "div"} and isinstance(item, ast.Binary):
        turned = _beside_a_row(error, item)
        if turned is not None:
            return turned
        found = next(_products(error, item), None) if error.op == "mul" else None
        if found:
            return f"did you mean {found}?"
    return "x' turns rows into columns, and x[1..3] takes a part"


def _beside_a_row(error: FormError, item: ast.Binary) -> str | None:
    """The way out where a row and a column stand beside each other."""
    a, b = error.forms
    if not len(a.shape) == len(b.shape) == 1 or a.is_row == b.is_row:
        return None
    left, right = (_operand(each) for each in (item.left, item.right))
    if error.op == "mul":
        if a.is_row:
            return f"write {left} @ {right} for the product of a row and a column"
        return f"the outer product is {left} @ {right}"
    if a.shape == b.shape:
        return f"write {_turned(item.left if a.is_row else item.right)} for the column"
    return None


def _to_matrix(error: FormError, item: ast.Expression) -> str:
    """The way out where another form is asked for."""
    if error.op == "reshape":
        return "in another form it has as many entries"
    if error.op == "dot":
        found = next(_products(error, item), None) if len(item.children) == 2 else None
        return f"did you mean {found}?" if found else "dot is of two vectors"
    first = error.forms[0]
    if len(first.shape) != 2:
        return "a matrix is given by its rows: [[1, 2], [3, 4]]"
    if first.shape[0] == first.shape[1]:
        return "x' turns rows into columns, and x[1..3] takes a part"
    name = _operand(item.children[0])
    return f"as many rows as columns has {name}' @ {name}"


def _operand(expression: ast.Expression) -> str:
    return CANONICAL.write(expression, ATOM)


def _turned(expression: ast.Expression) -> str:
    if isinstance(expression, ast.Unary) and expression.op == "transpose":
        return _operand(expression.operand)
    return f"{_operand(expression)}'"


def _products(error: FormError, item: ast.Expression) -> Iterator[str]:
    """Products of the two operands that there are, one of them turned or both exchanged."""
    graph = Graph(has_arrays=True)
    a, b = (graph.input(name, form) for name, form in zip("ab", error.forms, strict=True))
    first, second = item.children
    left, right = _operand(first), _operand(second)
    a_turned, b_turned = (graph.node("transpose", (each,)) for each in (a, b))
    for x, y, way in (
        (a, b, f"{left} @ {right}"),
        (a_turned, b, f"{_turned(first)} @ {right}"),
        (a, b_turned, f"{left} @ {_turned(second)}"),
        (b, a, f"{right} @ {left}"),
        (b_turned, a, f"{_turned(second)} @ {left}"),
    ):
        try:
            matmul(graph, x, y, written)
        except FormError:
            continue
        yield way


def refuse_matrix(item: ast.Binary, a: Node, b: Node) -> None:
    """Refuse what is another thing for matrices than entry by entry.

    Raises:
        ParseError: a matrix is raised to a power, or stands beside an array without a sign.
    """
    left, right = _operand(item.left), _operand(item.right)
    if item.op == "pow":
        if len(a.shape) > 1 and b.is_const:
            power = {-1.0: f"inv({text(item.left)})", 2.0: f"{left} @ {left}"}.get(b.value)
            is_square = len(a.shape) == 2 and a.shape[0] == a.shape[1]
            way = f"write {power}, or " if power and is_square else "write "
            of_entries = {-1.0: f"1/{left}", 2.0: f"{left}*{left}"}.get(
                b.value, f"pow({text(item.left)}, {text(item.right)})"
            )
            form = "matrix" if len(a.shape) == 2 else "array"
            raise ParseError(
                "shape",
                f"a power of the {form} {_called(item.left, 0)} is not taken entry by entry",
                span=item.span,
                hint=f"{way}{of_entries} for the entries",
            )
    elif item.implicit and a.shape and b.shape and max(len(a.shape), len(b.shape)) > 1:
        raise ParseError(
            "shape",
            "a product of arrays needs its sign",
            span=item.span,
            hint=f"write {left} @ {right}, or {left}*{right} for entry by entry",
        )
