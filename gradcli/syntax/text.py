"""Syntax tree to text: the canonical form, which parses back to the same tree.

The canonical power is ``^`` and the canonical product ``*``; brackets stand only where the
precedence asks for them or where a sign would follow an operator.
"""

from __future__ import annotations

import math

from gradcli.syntax import ast
from gradcli.syntax.walk import Piece, left_to_right

_CONDITIONAL, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(10)

_SIGNS = {
    "add": (" + ", _SUM),
    "sub": (" - ", _SUM),
    "mul": ("*", _PRODUCT),
    "div": ("/", _PRODUCT),
    "matmul": (" @ ", _PRODUCT),
    "pow": ("^", _POWER),
    "and": (" and ", _AND),
    "or": (" or ", _OR),
}


def number(value: float) -> str:
    """The shortest literal that reads back as the same float: 3 for 3.0, 1e-9, inf, nan."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e16:
        return f"{int(value)}" if value or math.copysign(1, value) > 0 else "-0.0"
    return short_exponent(repr(value))


def short_exponent(literal: str) -> str:
    """A number's text with the exponent as people write it: 1e-9 for 1e-09, 1e300 for 1e+300."""
    mantissa, mark, exponent = literal.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else literal


_Piece = Piece[ast.Expression]


def text(expression: ast.Expression) -> str:
    """The canonical text of an expression."""
    return left_to_right(expression, _pieces)


def _pieces(  # noqa: C901  (one case for each kind of expression)
    expression: ast.Expression,
) -> tuple[list[_Piece], int]:
    """An expression taken apart once, and its precedence."""
    while isinstance(expression, ast.Group):
        expression = expression.inner
    match expression:
        case ast.Number(value=value):
            signed = value < 0 or (value == 0 and math.copysign(1, value) < 0)
            return [number(value)], _SIGN if signed else _ATOM
        case ast.Name(name=name):
            return [name], _ATOM
        case ast.Binary():
            return _binary(expression)
        case ast.Unary():
            return _unary(expression)
        case ast.Call(function=function, arguments=arguments):
            return [f"{function}(", *_list(arguments), ")"], _ATOM
        case ast.Comparison(operators=signs, operands=operands):
            pieces: list[_Piece] = [(operands[0], _SUM)]
            for sign, operand in zip(signs, operands[1:], strict=True):
                pieces += [f" {sign} ", (operand, _SUM)]
            return pieces, _COMPARE
        case ast.Conditional(condition=condition, then=then, otherwise=otherwise):
            return [
                (then, _OR), " if ", (condition, _OR), " else ", (otherwise, _CONDITIONAL),
            ], _CONDITIONAL  # fmt: skip
        case ast.Index(base=base, indices=indices):
            return [(base, _ATOM), "[", *_list(indices), "]"], _ATOM
        case ast.Array(items=items):
            return ["[", *_list(items), "]"], _ATOM
        case ast.Comprehension(function=function, body=body, ranges=ranges):
            return [f"{function}(", (body, _CONDITIONAL), *_ranges(ranges), ")"], _ATOM
    raise TypeError(type(expression).__name__)


def _binary(expression: ast.Binary) -> tuple[list[_Piece], int]:
    sign, precedence = _SIGNS[expression.op]
    if expression.op == "pow":
        return [(expression.left, _ATOM), sign, (expression.right, _SIGN)], precedence
    # A sign right after an operator reads badly: a + (-b).
    arithmetic = precedence in {_SUM, _PRODUCT}
    right = _POWER if arithmetic and _signed(expression.right) else precedence + 1
    return [(expression.left, precedence), sign, (expression.right, right)], precedence


def _signed(expression: ast.Expression) -> bool:
    while True:
        match expression:
            case ast.Group(inner=inner):
                expression = inner
            case ast.Binary(op="mul" | "div", left=left):
                expression = left
            case ast.Unary(op="neg" | "pos"):
                return True
            case ast.Number(value=value):
                return value < 0
            case _:
                return False


def _unary(expression: ast.Unary) -> tuple[list[_Piece], int]:
    operand = expression.operand
    match expression.op:
        case "not":
            return ["not ", (operand, _NOT)], _NOT
        case "sqrt":
            return ["sqrt(", (operand, _CONDITIONAL), ")"], _ATOM
        case "factorial":
            return [(operand, _ATOM), "!"], _ATOM
        case "transpose":
            return [(operand, _ATOM), "'"], _ATOM
    return ["-" if expression.op == "neg" else "+", (operand, _POWER)], _SIGN


def _list(items: tuple[ast.Expression, ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for item in items:
        pieces += [", ", (item, _CONDITIONAL)] if pieces else [(item, _CONDITIONAL)]
    return pieces


def _ranges(ranges: tuple[ast.Range, ...]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for item in ranges:
        pieces += [f" for {item.index} in ", (item.first, _OR), "..", (item.last, _OR)]
    return pieces
