"""Syntax tree to text: a walk that all notations share, and the canonical one.

What is written canonically parses back to the same tree. Its power is ``^`` and its product
``*``; brackets stand only where the precedence asks for them or where a sign would follow an
operator.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradcli.syntax import ast, walk
from gradcli.syntax.spelling import is_differential

CONDITIONAL, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)
"""How tightly the parts of a formula hold together."""

Piece = walk.Piece[ast.Expression]

Pieces = tuple[list[Piece], int]
"""An expression taken apart once, and its precedence."""

_PRECEDENCES = {"add": SUM, "sub": SUM, "mul": PRODUCT, "div": PRODUCT, "matmul": PRODUCT}
_PRECEDENCES |= {"and": AND, "or": OR}


def number(value: float) -> str:
    """The shortest literal that reads back as the same float: 3 for 3.0, 1e-9, inf, nan."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e16:
        return f"{int(value)}" if value or math.copysign(1, value) > 0 else "-0.0"
    return short_exponent(repr(value))


def short_exponent(literal: str) -> str:
    """A number's text with the exponent as people write it: 1e-9 for 1e-09, 1e300 for 1e+300."""
    mantissa, mark, exponent = literal.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else literal


def brief(value: float) -> str:
    """A number in six digits, for messages; minus zero is zero to people."""
    return short_exponent(f"{value + 0.0:.6g}")


class Notation:
    """One way to write formulas; this one is the canonical one, others change parts of it.

    Attributes:
        brackets: what stands around an expression that would not hold together.
        signs: the operators of two operands, a comparison's among them.
        is_read: whether the text has to be read back beside whatever names, so that quotients of
            variables must not look like derivatives.
    """

    brackets = "(", ")"
    is_read = True
    signs: Mapping[str, str] = {
        "add": " + ",
        "sub": " - ",
        "mul": "*",
        "div": "/",
        "matmul": " @ ",
        "pow": "^",
        "and": " and ",
        "or": " or ",
        "neg": "-",
        "pos": "+",
        "not": "not ",
        **{sign: f" {sign} " for sign in ("<", "<=", ">", ">=", "==", "!=")},
    }

    def write(
        self, expression: ast.Expression, lowest: int = CONDITIONAL, *, most: float = math.inf
    ) -> str:
        """The text of an expression, in brackets if it holds less tightly than ``lowest``.

        After about ``most`` characters the rest is left out.
        """
        pieces, precedence = self.pieces(expression)
        if precedence < lowest:
            pieces = [self.brackets[0], *pieces, self.brackets[1]]
        for piece in pieces:
            if type(piece) is not str:
                return walk.left_to_right(pieces, self.pieces, self.brackets, most)
        # An operation on names, as most are that are written one by one, is at hand.
        return "".join(pieces)  # type: ignore[arg-type]  # all are texts

    def pieces(self, expression: ast.Expression) -> Pieces:
        """An expression taken apart once, and its precedence."""
        while isinstance(expression, ast.Group):
            expression = expression.inner
        if isinstance(expression, ast.Binary):  # as most are
            return self.binary(expression)
        match expression:
            case ast.Name(name=name):
                return [self.name(name)], ATOM
            case ast.Number(value=value):
                literal = self.number(value)
                return [literal], SIGN if value < 0 or literal[0] == "-" else ATOM
            case ast.Call():
                if expression.parameters:
                    return self.with_parameters(expression)
                return self.call(expression.function, expression.arguments)
            case ast.Unary():
                return self.unary(expression)
            case ast.Comparison(operators=signs, operands=operands):
                pieces: list[Piece] = [(operands[0], SUM)]
                for sign, operand in zip(signs, operands[1:], strict=True):
                    pieces += [self.signs[sign], (operand, SUM)]
                return pieces, COMPARE
        return _written_only(expression)

    def number(self, value: float) -> str:
        """A literal."""
        return number(value)

    def name(self, name: str) -> str:
        """A name."""
        return name

    def binary(self, expression: ast.Binary) -> Pieces:
        """An operator between two operands."""
        op, left, right = expression.op, expression.left, expression.right
        if op == "pow":
            return self.power(left, right)
        precedence = _PRECEDENCES[op]
        # A sign right after an operator reads badly: a + (-b).
        arithmetic = precedence in {SUM, PRODUCT}
        lowest = POWER if arithmetic and _signed(right) else precedence + 1
        # x' @ y*z would be read right, but only by those who know how.
        first = POWER if op == "mul" and _is_product_of_arrays(left) else precedence
        lower = self.operand(right, lowest)
        if op == "div" and self.is_read and isinstance(lower, str) and _is_rate(left, lower):
            lower = f"{self.brackets[0]}{lower}{self.brackets[1]}"
        return [self.operand(left, first), self.signs[op], lower], precedence

    def operand(self, expression: ast.Expression, lowest: int) -> Piece:
        """What holds at least so tightly, or gets brackets; a name and a plain number do."""
        if isinstance(expression, ast.Name):
            return self.name(expression.name)
        if isinstance(expression, ast.Number) and expression.value > 0:
            return self.number(expression.value)
        return expression, lowest

    def power(self, base: ast.Expression, exponent: ast.Expression) -> Pieces:
        """A base with its exponent."""
        return [(base, ATOM), self.signs["pow"], (exponent, SIGN)], POWER

    def unary(self, expression: ast.Unary) -> Pieces:
        """A sign before an operand, or after it."""
        op, operand = expression.op, expression.operand
        match op:
            case "not":
                return [self.signs[op], (operand, NOT)], NOT
            case "sqrt":
                return self.call(op, (operand,))
            case "factorial":
                return [(operand, ATOM), "!"], ATOM
            case "transpose":
                return [(operand, ATOM), "'"], ATOM
        return [self.signs[op], (operand, POWER)], SIGN

    def call(self, function: str, arguments: tuple[ast.Expression, ...]) -> Pieces:
        """A function with its arguments, or a factorial."""
        factorial = as_factorial(function, arguments)
        if factorial is not None:
            inside, sign = factorial
            return [(inside, ATOM), sign], POWER
        if len(arguments) == 1:  # as most have
            return [f"{function}(", self.operand(arguments[0], CONDITIONAL), ")"], ATOM
        return [f"{function}(", *listed(arguments), ")"], ATOM

    def with_parameters(self, call: ast.Call) -> Pieces:
        """A function with its arguments, and what it is told beside them."""
        inside = [*listed(call.arguments), "; ", *listed(call.parameters)]
        return [f"{call.function}(", *inside, ")"], ATOM


_FACTORIALS = "gamma", ast.DOUBLE_FACTORIAL


def as_factorial(
    function: str, arguments: Sequence[ast.Expression]
) -> tuple[ast.Expression, str] | None:
    """The u of gamma(u + 1), which is u!, or of a double factorial, and its sign; else None."""
    if not function.endswith(_FACTORIALS):
        return None
    match ast.bare(function), arguments:
        case "gamma", [ast.Binary(op="add", left=inside, right=ast.Number(value=1.0))]:
            return inside, "!"
        case ast.DOUBLE_FACTORIAL, [inside]:
            return inside, "!!"
    return None


def _written_only(expression: ast.Expression) -> Pieces:
    """What stands in the text of a program but is in no graph: the same in every notation."""
    match expression:
        case ast.Conditional(condition=condition, then=then, otherwise=otherwise):
            return [
                (then, OR), " if ", (condition, OR), " else ", (otherwise, CONDITIONAL),
            ], CONDITIONAL  # fmt: skip
        case ast.Index(base=base, indices=indices):
            # x'[1] would be a quotation mark to the reader.
            lowest = ATOM + 1 if isinstance(base, ast.Unary) else ATOM
            return [(base, lowest), "[", *listed(indices), "]"], ATOM
        case ast.Slice():
            return _slice(expression), CONDITIONAL
        case ast.ArrayOf(body=body, ranges=ranges):
            return ["[", (body, CONDITIONAL), *_ranges(ranges), "]"], ATOM
        case ast.Array(items=items):
            return ["[", *listed(items), "]"], ATOM
        case ast.Comprehension(function=function, body=body, ranges=ranges):
            return [f"{function}(", (body, CONDITIONAL), *_ranges(ranges), ")"], ATOM
    raise TypeError(type(expression).__name__)


def _slice(places: ast.Slice) -> list[Piece]:
    """``:``, ``2..``, ``2..5`` or ``1..7..2``."""
    if places.first is None:
        return [":"]
    pieces: list[Piece] = [(places.first, OR), ".."]
    if places.last is not None:
        pieces.append((places.last, OR))
    return [*pieces, "..", (places.step, OR)] if places.step is not None else pieces


def listed(items: tuple[ast.Expression, ...], between: str = ", ") -> list[Piece]:
    """Expressions with commas between them."""
    pieces: list[Piece] = []
    for item in items:
        pieces += [between, (item, CONDITIONAL)] if pieces else [(item, CONDITIONAL)]
    return pieces


def _ranges(ranges: tuple[ast.Range, ...]) -> list[Piece]:
    pieces: list[Piece] = []
    for item in ranges:
        pieces += [f" for {item.index} in ", (item.first, OR), "..", (item.last, OR)]
    return pieces


def _is_product_of_arrays(expression: ast.Expression) -> bool:
    while isinstance(expression, ast.Group):
        expression = expression.inner
    return isinstance(expression, ast.Binary) and expression.op == "matmul"


def _is_rate(upper: ast.Expression, lower: str) -> bool:
    """Whether a quotient of variables would be taken for a derivative: ``d/dx``, ``m*dv/dt``."""
    if isinstance(upper, ast.Binary) and upper.op in {"mul", "div"}:
        upper = upper.right
    return isinstance(upper, ast.Name) and is_rate(upper.name, lower)


def is_rate(upper: str, lower: str) -> bool:
    """The same of two names."""
    return lower[:1] == "d" and (upper == "d" or is_differential(upper)) and is_differential(lower)


def _signed(expression: ast.Expression) -> bool:
    while not isinstance(expression, ast.Name):  # as most are
        if isinstance(expression, ast.Binary):
            if expression.op not in {"mul", "div"}:
                return False
            expression = expression.left
        elif isinstance(expression, ast.Group):
            expression = expression.inner
        else:
            break
    if isinstance(expression, ast.Number):
        return math.copysign(1.0, expression.value) < 0
    return isinstance(expression, ast.Unary) and expression.op in {"neg", "pos"}


CANONICAL = Notation()


def text(expression: ast.Expression, most: float = math.inf) -> str:
    """The canonical text of an expression, or only as much of it as `Notation.write` has."""
    if isinstance(expression, ast.Name):
        return expression.name
    return CANONICAL.write(expression, most=most)


def member(expression: ast.Expression, most: float = math.inf) -> str:
    """The same as a member of an equation, with the brackets of ``v = (x > 0) = 1``."""
    return CANONICAL.write(expression, SUM, most=most)


def stands_beside(expression: ast.Expression, lowest: int) -> bool:
    """Whether an expression needs no brackets beside a sign of this precedence.

    It does if it holds less tightly, or begins with a sign of its own; nothing does where there
    is no sign, at `CONDITIONAL`.
    """
    if lowest == CONDITIONAL:
        return True
    _, precedence = CANONICAL.pieces(expression)
    return precedence >= lowest and not _signed(expression)
