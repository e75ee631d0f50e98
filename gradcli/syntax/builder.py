"""Rules to syntax trees: what the parser calls when a rule of the grammar is complete."""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.errors import ParseError, Span
from gradcli.syntax import ast
from gradcli.syntax.lexer import Token
from gradcli.syntax.spelling import EXPONENTIAL, GROUPING, odd_place, plain

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY = {
    "PLUS": "add",
    "MINUS": "sub",
    "STAR": "mul",
    "SLASH": "div",
    "AT": "matmul",
    "CARET": "pow",
    "AND": "and",
    "OR": "or",
}
_UNARY = {
    "MINUS": "neg",
    "PLUS": "pos",
    "NOT": "not",
    "ROOT": "sqrt",
    "BANG": "factorial",
    "QUOTE": "transpose",
}
_COMPARE = {"≤": "<=", "≥": ">=", "≠": "!="}
_ROUNDED = {"LFLOOR RFLOOR": "floor", "LCEIL RCEIL": "ceil", "LFLOOR RCEIL": "round"}
_BASES = {"x": 16, "o": 8, "b": 2}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

Ranges = tuple[ast.Range, ...]


def _identifier(token: Token) -> str:
    """The name that is meant: ``x₁`` is ``x1``, the micro sign mu, ``numpy.sin`` ``np.sin``."""
    text = token.text
    if text.isascii() and text.isidentifier():
        return text
    _, dot, name = text.rpartition(".")
    prefix = ast.LANGUAGE if dot else ""
    odd = odd_place(name) if "/" not in name else None
    if odd is None:
        return prefix + plain(name)
    from gradcli.syntax.characters import describe, instead  # noqa: PLC0415  (only an error needs it)

    letter, place = name[odd], token.end - len(name) + odd
    raise ParseError(
        "character",
        f"unexpected character {describe(letter)}",
        span=Span(place, place + 1),
        hint=instead(letter) or "names are made of letters, digits and _",
    )


def _value(token: Token) -> float:
    """The number that a literal stands for."""
    try:
        return float(token.text)
    except ValueError:
        pass
    digits = token.text.replace("_", "").replace("−", "-")
    base = _BASES.get(digits[1:2].lower()) if digits[:1] == "0" else None
    try:
        return float(digits) if base is None else float(int(token.text, base))
    except OverflowError:
        return math.inf
    except ValueError:
        pass
    if base is not None:
        hint = "0x is followed by digits of base 16, 0o of base 8, 0b of base 2"
        if "__" in token.text or token.text.endswith("_"):
            hint = f"{hint}; {GROUPING}"
    else:
        hint = _of_exponent(*re.split("[ \t]*([eE])[ \t]*", digits))
    raise ParseError("number", f"'{token.text}' is no number", span=_span(token), hint=hint)


def _of_exponent(mantissa: str, mark: str, exponent: str) -> str:
    """The hint for an exponent of ten that is written so that it could be a product with e."""
    whole = re.sub(r"\s", "", exponent)
    signs = re.match(r"[-+]*", whole)
    size = whole[signs.end() if signs else 0 :]
    if len(whole) - len(size) > 1:
        return f"write {mantissa}{mark}-{size}, or {mantissa}{mark}{size}"
    product = f"{mantissa}*{mark} {whole[0]} {size} for a product with {mark}"
    return f"write {mantissa}{mark}{whole}, or {product}" if size.isdigit() else f"write {product}"


def _is_called_d(expression: ast.Expression) -> bool:
    """Whether it is the upper part of ``d(x^2)/dx``."""
    return type(expression) is ast.Call and expression.function == "d"


def _is_rate(upper: ast.Expression, lower: ast.Expression) -> bool:
    """Whether a quotient may be that of ``m*dv/dt``."""
    return type(lower) is ast.Name and lower.name[0] == "d" and type(upper) is ast.Binary


def _is_small(token: Token) -> bool:
    """Whether a literal that is read as 0 stands for another number."""
    digits = re.match(r"[0-9._]*", token.text)
    return digits is not None and any(digit in "123456789" for digit in digits[0])


def _of_language(function: str, argument: ast.Expression, sign: Token, span: ast.Place) -> ast.Call:
    """The call that a sign stands for, whatever the program calls its functions."""
    return ast.Call(ast.LANGUAGE + function, (argument,), name_span=_span(sign), span=span)


def _nested(operand: ast.Expression, sign: Token) -> str:
    """How a factorial of a factorial is written: ``(x!)!``."""
    from gradcli.syntax.text import text  # noqa: PLC0415  (only an error needs it)

    child = operand.children[0]
    from gradcli.hints import LONG  # noqa: PLC0415  (only an error needs it)

    inner = text(operand, LONG)
    if len(inner) >= LONG or _is_factorial(child.inner if isinstance(child, ast.Group) else child):
        inner = "x!"
    which = "factorial" if sign.type == "BANG" else "double factorial"
    return f"write ({inner}){sign.text} for the {which} of {inner}"


def _is_factorial(expression: ast.Expression) -> bool:
    """Whether an expression ends with ``!`` or ``!!``, so that no mark may follow."""
    match expression:
        case ast.Unary(op=op):
            return op == "factorial"
        case ast.Call(function=function, name_span=sign):
            return function == ast.LANGUAGE + ast.DOUBLE_FACTORIAL and sign.end == expression.end
    return False


_new = tuple.__new__  # Span(…) takes twice as long, and there is one for each call


def _span(token: Token) -> Span:
    return _new(Span, token[2:])


def _across(first: ast.Expression | Token, last: ast.Expression | Token) -> ast.Place:
    return first.start, last.end


class Builder:
    """One method for each rule of the grammar, called when the rule is complete.

    Args:
        source: the text, for hints.

    Attributes:
        mentions: what may be meant in another way than it is written, in the order in which it was
            complete: names, calls, comprehensions, elements, implicit products, quotients of a
            name, of a d(…) or by a dt, operators between a name and a call, sums whose sign stands
            with what follows it, powers whose exponent is no number, primes, and numbers beyond the
            range of floats, or too small for it.
    """

    def __init__(self, source: str = "") -> None:
        self.mentions: list[ast.Expression] = []
        self._source = source
        self._names: dict[str, str] = {}

    def start(self, *items: ast.Statement | ast.Expression | Token) -> list[ast.Statement]:
        return [
            item if isinstance(item, ast.Statement) else ast.Step(item, span=item.span)
            for item in items
            if not isinstance(item, Token)
        ]

    def number(self, token: Token) -> ast.Number:
        number = ast.Number(_value(token), span=token[2:])
        if number.value == math.inf or (number.value == 0 and _is_small(token)):
            self.mentions.append(number)
        return number

    def fraction(self, token: Token) -> ast.Group:
        """``½``, which holds together as a number does."""
        span = token[2:]
        upper, _, lower = plain(token.text).partition("⁄")
        parts = (ast.Number(float(part), span=span) for part in (upper, lower))
        return ast.Group(ast.Binary("div", *parts, span=span), span=span)

    def name(self, token: Token) -> ast.Name:
        text = token[1]
        known = self._names.get(text)
        if known is None:
            known = self._names[text] = _identifier(token)
        name = ast.Name(known, span=token[2:])
        self.mentions.append(name)
        return name

    def parenthesis(self, opening: Token, inner: ast.Expression, closing: Token) -> ast.Group:
        return ast.Group(inner, span=(opening.start, closing.end))

    def binary(self, left: ast.Expression, sign: Token, right: ast.Expression) -> ast.Binary:
        kind, _, begin, end = sign
        op = _BINARY[kind]
        product = ast.Binary(op, left, right, span=(left.start, right.end))
        if op == "add" or op == "sub":  # noqa: PLR1714  (a set takes longer)
            may_differ = left.end < begin and end == right.start
        elif op == "pow":
            may_differ = type(right) is not ast.Number or _ends_with_e(left)
        else:
            may_differ = op == "div" and (
                type(left) is ast.Name or _is_called_d(left) or _is_rate(left, right)
            )
        if may_differ or (type(left) is ast.Name and type(right) is ast.Call):
            self.mentions.append(product)
        return product

    def implicit(self, left: ast.Expression, right: ast.Expression) -> ast.Binary:
        return self._implicit(left, right, (left.start, right.end))

    def _implicit(self, left: ast.Expression, right: ast.Expression, span: ast.Place) -> ast.Binary:
        product = ast.Binary("mul", left, right, implicit=True, span=span)
        self.mentions.append(product)
        return product

    def prefix(self, sign: Token, operand: ast.Expression) -> ast.Expression:
        if sign.text == "∛":
            return _of_language("cbrt", operand, sign, _across(sign, operand))
        return ast.Unary(_UNARY[sign.type], operand, span=_across(sign, operand))

    def postfix(self, operand: ast.Expression, sign: Token) -> ast.Expression:
        span = _across(operand, sign)
        if sign.type != "QUOTE" and _is_factorial(operand):
            raise ParseError(
                "factorial",
                "a factorial of a factorial needs brackets",
                span=Span(operand.children[0].end, sign.end),
                hint=_nested(operand, sign),
            )
        if sign.type == "BANGBANG":
            return _of_language(ast.DOUBLE_FACTORIAL, operand, sign, span)
        marked = ast.Unary(_UNARY[sign.type], operand, span=span)
        if sign.type == "QUOTE":
            self.mentions.append(marked)
        return marked

    def degrees(self, operand: ast.Expression, sign: Token) -> ast.Binary:
        degree = ast.Name(ast.LANGUAGE + "deg", span=sign[2:])
        return self._implicit(operand, degree, _across(operand, sign))

    def rounded(self, opening: Token, inner: ast.Expression, closing: Token) -> ast.Call:
        function = _ROUNDED[f"{opening.type} {closing.type}"]
        return _of_language(function, inner, opening, _across(opening, closing))

    def superscript(self, base: ast.Expression, token: Token) -> ast.Binary:
        exponent: ast.Expression = ast.Number(
            float(token.text.lstrip("⁺⁻").translate(_SUPERSCRIPTS)), span=token[2:]
        )
        if token.text[0] == "⁻":
            exponent = ast.Unary("neg", exponent, span=token[2:])
        power = ast.Binary("pow", base, exponent, span=_across(base, token))
        if _ends_with_e(base):
            self.mentions.append(power)
        return power

    def comparison(self, *parts: Any) -> ast.Comparison:
        """Expressions, and a sign after each but the last."""
        signs = tuple(_COMPARE.get(sign.text, sign.text) for sign in parts[1::2])
        operands: tuple[ast.Expression, ...] = parts[::2]
        return ast.Comparison(signs, operands, span=_across(operands[0], operands[-1]))

    def conditional(
        self, then: ast.Expression, condition: ast.Expression, otherwise: ast.Expression
    ) -> ast.Conditional:
        return ast.Conditional(condition, then, otherwise, span=_across(then, otherwise))

    def items(self, *items: ast.Expression) -> tuple[ast.Expression, ...]:
        return items

    def call(self, name: Token, _: Token, *parts: Any) -> ast.Call:
        """What follows the bracket: arguments, parameters behind a semicolon, the other bracket."""
        arguments = parts[0] if len(parts) > 1 else ()
        call = ast.Call(
            _identifier(name),
            arguments,
            name_span=_span(name),
            parameters=parts[2] if len(parts) > 3 else (),
            span=(name.start, parts[-1].end),
        )
        self.mentions.append(call)
        return call

    def range(self, token: Token, first: ast.Expression, last: ast.Expression) -> ast.Range:
        if "." in token.text:
            raise _no_name(_span(token))
        return ast.Range(_identifier(token), first, last, span=Span(token.start, last.end))

    def ranges(self, *ranges: ast.Range) -> tuple[ast.Range, ...]:
        return ranges

    def comprehension(
        self, name: Token, _: Token, body: ast.Expression, ranges: Ranges, closing: Token
    ) -> ast.Comprehension:
        comprehension = ast.Comprehension(
            _identifier(name),
            body,
            ranges,
            name_span=_span(name),
            span=_across(name, closing),
        )
        self.mentions.append(comprehension)
        return comprehension

    def index(
        self, base: ast.Expression, _: Token, indices: tuple[ast.Expression, ...], closing: Token
    ) -> ast.Index:
        if isinstance(base, ast.Name) and base.is_of_language:
            raise _no_name(base.span)
        element = ast.Index(base, indices, span=_across(base, closing))
        self.mentions.append(element)
        return element

    places = items

    def every(self, colon: Token) -> ast.Slice:
        return ast.Slice(span=colon[2:])

    def from_on(self, first: ast.Expression) -> ast.Slice:
        return ast.Slice(first, span=_across(first, first))

    def from_to(self, first: ast.Expression, last: ast.Expression) -> ast.Slice:
        return ast.Slice(first, last, span=_across(first, last))

    def in_steps(
        self, first: ast.Expression, last: ast.Expression, step: ast.Expression
    ) -> ast.Slice:
        return ast.Slice(first, last, step, span=_across(first, step))

    def array_of(
        self, opening: Token, body: ast.Expression, ranges: Ranges, closing: Token
    ) -> ast.ArrayOf:
        array = ast.ArrayOf(
            "", body, ranges, name_span=_span(opening), span=_across(opening, closing)
        )
        self.mentions.append(array)
        return array

    def array(self, opening: Token, *parts: Any) -> ast.Array:
        """The entries, if there are any, and the other bracket."""
        items = parts[0] if len(parts) > 1 else ()
        return ast.Array(items, span=_across(opening, parts[-1]))

    def assign(self, target: ast.Expression, _: Token, value: ast.Expression) -> ast.Statement:
        return self._assigned(target, value, (), self._source)

    def family(
        self, target: ast.Expression, _: Token, value: ast.Expression, ranges: Ranges
    ) -> ast.Statement:
        return self._assigned(target, value, ranges, self._source)

    @cached_property
    def _assigned(self) -> Callable[..., ast.Statement]:
        """What makes a statement of what stands beside a ``=``."""
        from gradcli.syntax.statements import assigned  # noqa: PLC0415  (a formula has none)

        return assigned


def _ends_with_e(base: ast.Expression) -> bool:
    """Whether what has an exponent may be a product with the constant at its end: ``xe``."""
    return type(base) is ast.Name and base.name[-1] == EXPONENTIAL


def _no_name(span: Span) -> ParseError:
    from gradcli.syntax.statements import not_own  # noqa: PLC0415  (only an error needs it)

    return not_own(span)
