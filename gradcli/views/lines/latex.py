r"""Formulas as LaTeX: \frac{x}{y^{2}}, \sin^{2}\left(x\right), cases for a choice."""

from __future__ import annotations

import re
import unicodedata

from gradcli.graph.rules import table
from gradcli.syntax import ast
from gradcli.syntax.text import number
from gradcli.syntax.walk import Piece, left_to_right

_CONDITIONAL, _OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(10)

_GREEK = re.compile(
    "alpha|beta|[Gg]amma|[Dd]elta|epsilon|zeta|eta|[Tt]heta|iota|kappa|[Ll]ambda|mu|nu|[Xx]i|[Pp]i|"
    "rho|[Ss]igma|tau|[Uu]psilon|[Pp]hi|chi|[Pp]si|[Oo]mega"
)
"""The letters that LaTeX has a command for."""

_ARGUMENT = re.compile(r"#(\d)")
"""Where an argument stands in the form of a function, as in TeX."""

_SIGNS = {"<": " < ", "<=": r" \le ", ">": " > ", ">=": r" \ge ", "==": " = ", "!=": r" \ne "}

_Piece = Piece[ast.Expression]


def latex(expression: ast.Expression) -> str:
    """Return an expression as LaTeX for mathematical mode."""
    return left_to_right(expression, _pieces, (r"\left(", r"\right)"))


def name(text: str) -> str:
    r"""Return a name: x_{1} for x1, \alpha, \mathrm{rate}, w^{(1)}_{1,2} for w1[1,2]."""
    base, bracket, indices = text.partition("[")
    word = base.rstrip("0123456789")
    digits = base[len(word) :]
    letters = _word(word.rstrip("_"))
    if bracket:
        layer = f"^{{({digits})}}" if digits else ""
        return f"{letters}{layer}_{{{indices.rstrip(']')}}}"
    return f"{letters}_{{{digits}}}" if digits else letters


def _word(word: str) -> str:
    if len(word) == 1 and not word.isascii():
        word = _greek(word)
    if _GREEK.fullmatch(word):
        return rf"\{word}"
    escaped = word.replace("_", r"\_") or r"\_"
    return escaped if len(word) < 2 else rf"\mathrm{{{escaped}}}"


def _greek(letter: str) -> str:
    """The English name of a Greek letter, or the letter."""
    kind, _, word = unicodedata.name(letter, "").partition(" LETTER ")
    word = word.lower().replace("lamda", "lambda")
    word = word.capitalize() if kind == "GREEK CAPITAL" else word
    return word if kind.startswith("GREEK") and _GREEK.fullmatch(word) else letter


def derivative(output: str | None, wrt: tuple[str, ...], *, single: bool) -> str:
    r"""Return the sign of a derivative, such as \frac{\partial^{2} J}{\partial b\,\partial c}."""
    sign = "d" if single else r"\partial"
    order = f"^{{{len(wrt)}}}" if len(wrt) > 1 else ""
    above = f"{sign}{order}" + ("" if output is None else f" {name(output)}")
    below = []
    for each in dict.fromkeys(wrt):
        count = wrt.count(each)
        letter = name(each)
        if count > 1:
            letter = f"{{{letter}}}^{{{count}}}" if "^" in letter else f"{letter}^{{{count}}}"
        below.append(f"{sign}{letter}" if single and len(each) == 1 else f"{sign} {letter}")
    return r"\frac{" + above + "}{" + r"\,".join(below) + "}"


def _pieces(expression: ast.Expression) -> tuple[list[_Piece], int]:
    match expression:
        case ast.Number(value=value):
            return [_number(value)], _SIGN if value < 0 else _ATOM
        case ast.Name(name=text):
            return [name(text)], _ATOM
        case ast.Binary():
            return _BINARY[expression.op](expression)
        case ast.Unary(op="neg", operand=operand):
            return ["-", (operand, _PRODUCT)], _SIGN
        case ast.Unary(op="not", operand=operand):
            return [r"\neg ", (operand, _NOT)], _NOT
        case ast.Comparison(operators=signs, operands=operands):
            pieces: list[_Piece] = [(operands[0], _SUM)]
            for sign, operand in zip(signs, operands[1:], strict=True):
                pieces += [_SIGNS[sign], (operand, _SUM)]
            return pieces, _COMPARE
        case ast.Call():
            return _call(expression), _ATOM
    raise TypeError(type(expression).__name__)


def _number(value: float) -> str:
    text = number(value)
    mantissa, mark, exponent = text.partition("e")
    if text in {"inf", "-inf"}:
        return text.replace("inf", r"\infty")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if mark else text


def _sum(expression: ast.Binary) -> tuple[list[_Piece], int]:
    sign = " + " if expression.op == "add" else " - "
    return [(expression.left, _SUM), sign, (expression.right, _PRODUCT)], _SUM


def _product(expression: ast.Binary) -> tuple[list[_Piece], int]:
    sign = r" \cdot " if _begins_with_number(expression.right) else " "
    return [(expression.left, _PRODUCT), sign, (expression.right, _POWER)], _PRODUCT


def _quotient(expression: ast.Binary) -> tuple[list[_Piece], int]:
    above, negative = _unsigned(expression.left)
    fraction: list[_Piece] = [
        r"\frac{", (above, _CONDITIONAL), "}{", (expression.right, _CONDITIONAL), "}",
    ]  # fmt: skip
    return (["-", *fraction], _SIGN) if negative else (fraction, _POWER)


def _power(expression: ast.Binary) -> tuple[list[_Piece], int]:
    base, exponent = expression.left, expression.right
    upper: list[_Piece] = ["^{", (exponent, _CONDITIONAL), "}"]
    if isinstance(base, ast.Call) and base.function != "where":
        form = _form(base)
        if "#" not in form:
            # sin^2(x): the exponent stands where nobody takes it for one of the argument.
            return [form, *upper, *_arguments(base)], _ATOM
        if not form.startswith(r"\left"):
            return [r"\left(", (base, _CONDITIONAL), r"\right)", *upper], _POWER
    elif isinstance(base, ast.Call):
        return [r"\left(", (base, _CONDITIONAL), r"\right)", *upper], _POWER
    if isinstance(base, ast.Name) and "^" in name(base.name):
        return ["{", (base, _ATOM), "}", *upper], _POWER
    return [(base, _ATOM), *upper], _POWER


def _logic(expression: ast.Binary) -> tuple[list[_Piece], int]:
    sign, precedence = (r" \land ", _AND) if expression.op == "and" else (r" \lor ", _OR)
    return [(expression.left, precedence), sign, (expression.right, precedence + 1)], precedence


_BINARY = {
    "add": _sum,
    "sub": _sum,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "and": _logic,
    "or": _logic,
}


def _call(call: ast.Call) -> list[_Piece]:
    if call.function == "where":
        return _cases(call)
    form = _form(call)
    if "#" not in form:
        return [form, *_arguments(call)]
    pieces = _ARGUMENT.split(form)
    return [
        (call.arguments[int(piece) - 1], _CONDITIONAL) if place % 2 else piece
        for place, piece in enumerate(pieces)
    ]


def _form(call: ast.Call) -> str:
    r"""How a function is written: \sin, or \sqrt{#1} with its arguments to be put in."""
    rules = table()
    known = rules.facts(rules.canonical(call.function), len(call.arguments)).latex
    escaped = call.function.replace("_", r"\_")
    return known or rf"\operatorname{{{escaped}}}"


def _arguments(call: ast.Call) -> list[_Piece]:
    pieces: list[_Piece] = [r"\left("]
    for place, argument in enumerate(call.arguments):
        pieces += [", "] if place else []
        pieces.append((argument, _CONDITIONAL))
    return [*pieces, r"\right)"]


def _cases(call: ast.Call) -> list[_Piece]:
    r"""A choice, and the choices in its last branch, as the rows of \begin{cases}."""
    pieces: list[_Piece] = [r"\begin{cases} "]
    rest: ast.Expression = call
    while isinstance(rest, ast.Call) and rest.function == "where":
        condition, then, rest = rest.arguments
        row: list[_Piece] = [(then, _CONDITIONAL), r" & \text{if } ", (condition, _CONDITIONAL)]
        pieces += [*row, r" \\ "]
    return [*pieces, (rest, _CONDITIONAL), r" & \text{otherwise} \end{cases}"]


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
