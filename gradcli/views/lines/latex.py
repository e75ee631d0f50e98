r"""Formulas as LaTeX: \frac{x}{y^{2}}, \sin^{2}\left(x\right), cases for a choice."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from gradcli.graph.rules import table
from gradcli.graph.shapes import SCALAR
from gradcli.syntax import ast
from gradcli.syntax.text import (
    ATOM,
    CONDITIONAL,
    POWER,
    PRODUCT,
    SIGN,
    Notation,
    Piece,
    Pieces,
    as_factorial,
    listed,
    number,
)
from gradcli.views.lines.latex_names import as_in_print, in_print

_ARGUMENT = re.compile(r"#(\d)")
"""Where an argument stands in the form of a function, as in TeX."""


class Latex(Notation):
    """LaTeX for mathematical mode.

    Args:
        names: all names of the program, which are written so that no two look the same.
        shapes: the lengths of the axes of each name that is an array.
    """

    brackets = r"\left(", r"\right)"
    signs: Mapping[str, str] = {
        **Notation.signs,
        "mul": " ",
        "and": r" \land ",
        "or": r" \lor ",
        "not": r"\neg ",
        "<=": r" \le ",
        ">=": r" \ge ",
        "==": " = ",
        "!=": r" \ne ",
    }

    def __init__(
        self, names: Collection[str] = (), shapes: Mapping[str, tuple[int, ...]] | None = None
    ) -> None:
        self._names = in_print(names)
        self._taken = frozenset(self._names.values())
        self._shapes = shapes or {}
        self._is_array: Callable[[ast.Expression], bool] = lambda _: False

    def write(
        self, expression: ast.Expression, lowest: int = CONDITIONAL, *, most: float = math.inf
    ) -> str:
        """The LaTeX of an expression."""
        if self._shapes:
            self._is_array = _arrays_among(self._shapes)
        return super().write(expression, lowest, most=most)

    def number(self, value: float) -> str:
        r"""A literal: 1.5 \cdot 10^{-9}."""
        literal = number(value)
        mantissa, mark, exponent = literal.partition("e")
        if literal in {"inf", "-inf"}:
            return literal.replace("inf", r"\infty")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark else literal

    def name(self, name: str) -> str:
        """A name as in print."""
        return self._names.get(name) or as_in_print(name)

    def binary(self, expression: ast.Binary) -> Pieces:
        """A fraction, or an operator between two operands."""
        left, right = expression.left, expression.right
        match expression.op:
            case "div":
                return _fraction(left, right)
            case "mul" if self._is_array(left) and self._is_array(right):
                return [(left, PRODUCT), r" \odot ", (right, POWER)], PRODUCT
            case "matmul":
                between = r" \cdot " if _begins_with_number(right) else self.signs["mul"]
                # An entrywise product would be taken for one with the right operand.
                lowest = POWER if self._is_entrywise(left) else PRODUCT
                return [(left, lowest), between, (right, POWER)], PRODUCT
            case "mul" if _begins_with_number(right):
                return [(left, PRODUCT), r" \cdot ", (right, POWER)], PRODUCT
            case "mul":
                return [(left, PRODUCT), self.signs["mul"], (right, POWER)], PRODUCT
        return super().binary(expression)

    def _is_entrywise(self, expression: ast.Expression) -> bool:
        """Whether something is a product of arrays entry by entry, or a quotient."""
        while isinstance(expression, ast.Unary) and expression.op == "neg":
            expression = expression.operand
        return (
            isinstance(expression, ast.Binary)
            and expression.op == "mul"
            and all(map(self._is_array, expression.children))
        )

    def power(self, base: ast.Expression, exponent: ast.Expression) -> Pieces:
        r"""A base with its exponent: \sin^{2}\left(x\right), {w^{(1)}_{1}}^{2}."""
        upper: list[Piece] = ["^{", (exponent, CONDITIONAL), "}"]
        match base:
            case ast.Call(function="norm") if self._shapes:
                return [(base, ATOM), *upper], POWER
            case ast.Call(function=function, arguments=arguments) if (
                ast.bare(function) != "where" and as_factorial(function, arguments) is None
            ):
                form = self._form(function, len(arguments))
                if "#" not in form:
                    # The exponent stands where nobody takes it for one of the argument.
                    return [form, *upper, *self._bracketed(arguments)], ATOM
                if form.startswith(r"\left"):
                    return [(base, ATOM), *upper], POWER
            case ast.Name(name=name) if "^" in self.name(name):
                return ["{", (base, ATOM), "}", *upper], POWER
            case ast.Name():
                return [(base, ATOM), *upper], POWER
            case ast.Number(value=value) if "^" not in self.number(value):
                return [(base, ATOM), *upper], POWER
        opening, closing = self.brackets
        return [opening, (base, CONDITIONAL), closing, *upper], POWER

    def unary(self, expression: ast.Unary) -> Pieces:
        """A sign before an operand."""
        if expression.op == "neg":
            return ["-", (expression.operand, PRODUCT)], SIGN
        if expression.op == "transpose":
            return self._transposed(expression.operand)
        return super().unary(expression)

    def _transposed(self, operand: ast.Expression) -> Pieces:
        r"""A^{\top}, A^{-\top}."""
        match operand:
            case ast.Call(function="inv", arguments=(inner,)):
                return self._raised(inner, r"-\top")
            case ast.Name() | ast.Group() | ast.Binary():
                return self._raised(operand, r"\top")
        opening, closing = self.brackets
        return [opening, (operand, CONDITIONAL), closing, r"^{\top}"], POWER

    def _raised(self, base: ast.Expression, exponent: str) -> Pieces:
        is_raised = isinstance(base, ast.Name) and "^" in self.name(base.name)
        before, after = ("{", "}") if is_raised else ("", "")
        return [before, (base, ATOM), f"{after}^{{{exponent}}}"], POWER

    def call(self, function: str, arguments: tuple[ast.Expression, ...]) -> Pieces:
        """A function in the form that its line of the rule table gives."""
        if ast.bare(function) == "where":
            return _cases(arguments), ATOM
        if as_factorial(function, arguments) is not None:
            return super().call(function, arguments)
        array = self._shapes and self._of_arrays(ast.bare(function), arguments)
        if array:
            return array
        form = self._form(function, len(arguments))
        if "#" not in form:
            return [form, *self._bracketed(arguments)], ATOM
        return [
            (arguments[int(piece) - 1], CONDITIONAL) if place % 2 else piece
            for place, piece in enumerate(_ARGUMENT.split(form))
        ], ATOM

    def _of_arrays(self, function: str, arguments: tuple[ast.Expression, ...]) -> Pieces | None:
        r"""What is written otherwise of arrays: A^{-1}, I_{3}, \mathbf{1}_{2 \times 3}."""
        first = arguments[0] if arguments else None
        match function:
            case "pow":
                return self.power(*arguments)
            case "inv" if first is not None:
                return self._raised(first, "-1")
            case "eye" | "ones" | "zeros":
                sign = {"eye": "I", "ones": r"\mathbf{1}", "zeros": r"\mathbf{0}"}[function]
                return [f"{sign}_{{", *listed(arguments, r" \times "), "}"], ATOM
            case "norm" if first is not None and len(arguments) == 1:
                return [r"\left\lVert ", (first, CONDITIONAL), r" \right\rVert"], ATOM
            case "tr" | "diag":
                return [rf"\operatorname{{{function}}}", *self._bracketed(arguments)], ATOM
            case "cofactors":
                return [r"\operatorname{cof}", *self._bracketed(arguments)], ATOM
            case "det":
                return [r"\det", *self._bracketed(arguments)], ATOM
            case "logdet" if first is not None:
                opening, closing = r"\log\left\lvert \det\left(", r"\right) \right\rvert"
                return [opening, (first, CONDITIONAL), closing], ATOM
            case "solve":
                inverse = ast.Call("inv", arguments[:1])
                return [(inverse, POWER), " ", (arguments[1], POWER)], PRODUCT
        return None

    def with_parameters(self, call: ast.Call) -> Pieces:
        """A function with its arguments, and what it is told beside them."""
        opening, closing = self.brackets
        inside = [*listed(call.arguments), "; ", *listed(call.parameters)]
        return [self._form(call.function, len(call.arguments)), opening, *inside, closing], ATOM

    def _form(self, function: str, count: int) -> str:
        r"""How a function is written: \sin, or \sqrt{#1} with its arguments to be put in."""
        rules = table()
        function = ast.bare(function)
        known = rules.facts(rules.canonical(function), count).latex
        # No function looks like one of the program's names.
        if known is not None and known.removesuffix("^{#1}") not in self._taken:
            return known
        escaped = function.replace("_", r"\_")
        return rf"\operatorname{{{escaped}}}"

    def _bracketed(self, arguments: tuple[ast.Expression, ...]) -> list[Piece]:
        opening, closing = self.brackets
        return [opening, *listed(arguments), closing]

    def derivative(self, output: str | None, wrt: Sequence[str], *, single: bool) -> str:
        r"""The sign of a derivative, such as \frac{\partial^{2} J}{\partial b\,\partial c}."""
        sign = "d" if single else r"\partial"
        order = f"^{{{len(wrt)}}}" if len(wrt) > 1 else ""
        above = f"{sign}{order}" + ("" if output is None else f" {self.name(output)}")
        below = []
        for each in dict.fromkeys(wrt):
            count = wrt.count(each)
            letter = self.name(each)
            if count > 1:
                letter = f"{{{letter}}}^{{{count}}}" if "^" in letter else f"{letter}^{{{count}}}"
            below.append(f"{sign}{letter}" if single and len(letter) == 1 else f"{sign} {letter}")
        return r"\frac{" + above + "}{" + r"\,".join(below) + "}"

    def along(self, directions: Collection[str]) -> str:
        """The directions that a derivative is along, in square brackets."""
        return rf"\left[{', '.join(map(self.name, directions))}\right]" if directions else ""


def latex(expression: ast.Expression) -> str:
    """Return an expression as LaTeX, each name without a look at others."""
    return Latex().write(expression)


def _fraction(above: ast.Expression, below: ast.Expression) -> Pieces:
    above, negative = _unsigned(above)
    fraction: list[Piece] = [r"\frac{", (above, CONDITIONAL), "}{", (below, CONDITIONAL), "}"]
    return (["-", *fraction], SIGN) if negative else (fraction, POWER)


def _cases(arguments: Sequence[ast.Expression]) -> list[Piece]:
    r"""A choice, and the choices in its last branch, as the rows of \begin{cases}."""
    pieces: list[Piece] = [r"\begin{cases} "]
    condition, then, rest = arguments
    while True:
        pieces += [(then, CONDITIONAL), r" & \text{if } ", (condition, CONDITIONAL), r" \\ "]
        if not (isinstance(rest, ast.Call) and ast.bare(rest.function) == "where"):
            return [*pieces, (rest, CONDITIONAL), r" & \text{otherwise} \end{cases}"]
        condition, then, rest = rest.arguments


def _arrays_among(shapes: Mapping[str, tuple[int, ...]]) -> Callable[[ast.Expression], bool]:
    """What says of an expression whether it is an array, also of one that is made on the way."""
    from gradcli.views.lines.array_forms import Known, forms  # noqa: PLC0415  (only arrays need it)

    known: dict[ast.Expression, Known] = {}

    def is_array(part: ast.Expression) -> bool:
        if part not in known:
            forms(part, shapes, known)
        form = known[part]
        return form is not SCALAR and form != SCALAR

    return is_array


def _unsigned(expression: ast.Expression) -> tuple[ast.Expression, bool]:
    """A product without the minus that it begins with, and whether there was one."""
    spine: list[ast.Binary] = []
    first = expression
    while isinstance(first, ast.Binary) and first.op in {"mul", "div"}:
        spine.append(first)
        first = first.left
    match first:
        case ast.Unary(op="neg", operand=operand):
            first = operand
        case ast.Number(value=value) if value < 0:
            first = ast.Number(-value)
        case _:
            return expression, False
    for item in reversed(spine):
        first = ast.Binary(item.op, first, item.right)
    return first, True


def _begins_with_number(expression: ast.Expression) -> bool:
    """Whether a factor begins with a digit, so that two numbers would run together."""
    while isinstance(expression, ast.Binary) and expression.op in {"mul", "pow"}:
        expression = expression.left
    return isinstance(expression, ast.Number) and expression.value >= 0
