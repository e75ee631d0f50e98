"""Rules to syntax trees: what the parser calls when a rule of the grammar is complete."""

from __future__ import annotations

import math
import re
from typing import Any

from gradcli.errors import ParseError, Span
from gradcli.syntax import ast
from gradcli.syntax.lexer import Token
from gradcli.syntax.spelling import EXPONENTIAL, odd_place, plain

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

Children = list[Any]


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

    letter, place = name[odd], token.end_pos - len(name) + odd
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
        return float(digits) if base is None else float(int(digits, base))
    except OverflowError:
        return math.inf
    except ValueError:
        pass
    if base is not None:
        hint = "0x is followed by digits of base 16, 0o of base 8, 0b of base 2"
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


def _is_small(token: Token) -> bool:
    """Whether a literal that is read as 0 stands for another number."""
    digits = re.match(r"[0-9._]*", token.text)
    return digits is not None and any(digit in "123456789" for digit in digits[0])


def _of_language(function: str, argument: ast.Expression, sign: Token, span: Span) -> ast.Call:
    """The call that a sign stands for, whatever the program calls its functions."""
    return ast.Call(ast.LANGUAGE + function, (argument,), name_span=_span(sign), span=span)


def _is_factorial(expression: ast.Expression) -> bool:
    """Whether an expression ends with ``!`` or ``!!``, so that no mark may follow."""
    match expression:
        case ast.Unary(op=op):
            return op == "factorial"
        case ast.Call(function=function, name_span=sign):
            return (
                function == ast.LANGUAGE + ast.DOUBLE_FACTORIAL and sign.end == expression.span.end
            )
    return False


_new = tuple.__new__  # Span(…) takes twice as long, and there is one for each operation


def _span(token: Token) -> Span:
    return _new(Span, token[2:])


def _across(first: ast.Expression | Token, last: ast.Expression | Token) -> Span:
    start = first[2] if isinstance(first, Token) else first.span[0]
    end = last[3] if isinstance(last, Token) else last.span[1]
    return _new(Span, (start, end))


class Builder:
    """One method for each rule of the grammar, called when the rule is complete.

    Args:
        source: the text, for hints.

    Attributes:
        mentions: what may be meant in another way than it is written, in the order in which it was
            complete: names, calls, comprehensions, elements, implicit products, quotients of a
            name or of a d(…), operators between a name and a call, sums whose sign stands with
            what follows it, powers whose exponent is no number, primes, and numbers beyond the
            range of floats, or too small for it.
    """

    def __init__(self, source: str = "") -> None:
        self.mentions: list[ast.Expression] = []
        self._source = source

    def start(self, children: Children) -> list[ast.Statement]:
        return [
            item if isinstance(item, ast.Statement) else ast.Step(item, span=item.span)
            for item in children
            if not isinstance(item, Token)
        ]

    def number(self, children: Children) -> ast.Number:
        (token,) = children
        number = ast.Number(_value(token), span=_span(token))
        if number.value == math.inf or (number.value == 0 and _is_small(token)):
            self.mentions.append(number)
        return number

    def fraction(self, children: Children) -> ast.Group:
        """``½``, which holds together as a number does."""
        (token,) = children
        span = _span(token)
        upper, _, lower = plain(token.text).partition("⁄")
        parts = (ast.Number(float(part), span=span) for part in (upper, lower))
        return ast.Group(ast.Binary("div", *parts, span=span), span=span)

    def name(self, children: Children) -> ast.Name:
        (token,) = children
        name = ast.Name(_identifier(token), span=_span(token))
        self.mentions.append(name)
        return name

    def parenthesis(self, children: Children) -> ast.Group:
        opening, inner, closing = children
        return ast.Group(inner, span=_across(opening, closing))

    def binary(self, children: Children) -> ast.Binary:
        left, sign, right = children
        span = _new(Span, (left.span[0], right.span[1]))
        product = ast.Binary(_BINARY[sign[0]], left, right, span=span)
        if sign[0] == "MINUS" or sign[0] == "PLUS":
            may_differ = left.span[1] < sign[2] and sign[3] == right.span[0]
        elif product.op == "pow":
            may_differ = type(right) is not ast.Number or _ends_with_e(left)
        else:
            may_differ = product.op == "div" and (type(left) is ast.Name or _is_called_d(left))
        if may_differ or (type(left) is ast.Name and type(right) is ast.Call):
            self.mentions.append(product)
        return product

    def implicit(self, children: Children) -> ast.Binary:
        left, right = children
        return self._implicit(left, right, _across(left, right))

    def _implicit(self, left: ast.Expression, right: ast.Expression, span: Span) -> ast.Binary:
        product = ast.Binary("mul", left, right, implicit=True, span=span)
        self.mentions.append(product)
        return product

    def prefix(self, children: Children) -> ast.Expression:
        sign, operand = children
        if sign.text == "∛":
            return _of_language("cbrt", operand, sign, _across(sign, operand))
        return ast.Unary(_UNARY[sign.type], operand, span=_across(sign, operand))

    def postfix(self, children: Children) -> ast.Expression:
        operand, sign = children
        span = _across(operand, sign)
        if sign.type != "QUOTE" and _is_factorial(operand):
            raise ParseError(
                "factorial",
                "a factorial of a factorial needs brackets",
                span=Span(operand.children[0].span.end, sign.end_pos),
                hint="write (x!)! for the factorial of x!",
            )
        if sign.type == "BANGBANG":
            return _of_language(ast.DOUBLE_FACTORIAL, operand, sign, span)
        marked = ast.Unary(_UNARY[sign.type], operand, span=span)
        if sign.type == "QUOTE":
            self.mentions.append(marked)
        return marked

    def degrees(self, children: Children) -> ast.Binary:
        operand, sign = children
        degree = ast.Name(ast.LANGUAGE + "deg", span=_span(sign))
        return self._implicit(operand, degree, _across(operand, sign))

    def rounded(self, children: Children) -> ast.Call:
        opening, inner, closing = children
        function = _ROUNDED[f"{opening.type} {closing.type}"]
        return _of_language(function, inner, opening, _across(opening, closing))

    def superscript(self, children: Children) -> ast.Binary:
        base, token = children
        span = _span(token)
        exponent: ast.Expression = ast.Number(
            float(token.text.lstrip("⁺⁻").translate(_SUPERSCRIPTS)), span=span
        )
        if token.text[0] == "⁻":
            exponent = ast.Unary("neg", exponent, span=span)
        power = ast.Binary("pow", base, exponent, span=_across(base, token))
        if _ends_with_e(base):
            self.mentions.append(power)
        return power

    def comparison(self, children: Children) -> ast.Comparison:
        signs = tuple(_COMPARE.get(sign.text, sign.text) for sign in children[1::2])
        operands = tuple(children[::2])
        return ast.Comparison(signs, operands, span=_across(operands[0], operands[-1]))

    def conditional(self, children: Children) -> ast.Conditional:
        then, condition, otherwise = children
        return ast.Conditional(condition, then, otherwise, span=_across(then, otherwise))

    def items(self, children: Children) -> tuple[ast.Expression, ...]:
        return tuple(children)

    def call(self, children: Children) -> ast.Call:
        name, arguments = children[0], children[2] if len(children) > 3 else ()
        call = ast.Call(
            _identifier(name),
            arguments,
            name_span=_span(name),
            parameters=children[4] if len(children) > 5 else (),
            span=_across(name, children[-1]),
        )
        self.mentions.append(call)
        return call

    def range(self, children: Children) -> ast.Range:
        token, first, last = children
        if "." in token.text:
            raise _no_name(_span(token))
        span = Span(token.start_pos, last.span.end)
        return ast.Range(_identifier(token), first, last, span=span)

    def ranges(self, children: Children) -> tuple[ast.Range, ...]:
        return tuple(children)

    def comprehension(self, children: Children) -> ast.Comprehension:
        name, _, body, ranges, closing = children
        comprehension = ast.Comprehension(
            _identifier(name),
            body,
            ranges,
            name_span=_span(name),
            span=_across(name, closing),
        )
        self.mentions.append(comprehension)
        return comprehension

    def index(self, children: Children) -> ast.Index:
        base, _, indices, closing = children
        if isinstance(base, ast.Name) and base.is_of_language:
            raise _no_name(base.span)
        element = ast.Index(base, indices, span=_across(base, closing))
        self.mentions.append(element)
        return element

    places = items

    def every(self, children: Children) -> ast.Slice:
        (colon,) = children
        return ast.Slice(span=_span(colon))

    def from_on(self, children: Children) -> ast.Slice:
        (first,) = children
        return ast.Slice(first, span=first.span)

    def from_to(self, children: Children) -> ast.Slice:
        first, last = children
        return ast.Slice(first, last, span=_across(first, last))

    def in_steps(self, children: Children) -> ast.Slice:
        first, last, step = children
        return ast.Slice(first, last, step, span=_across(first, step))

    def array_of(self, children: Children) -> ast.ArrayOf:
        opening, body, ranges, closing = children
        array = ast.ArrayOf(
            "", body, ranges, name_span=_span(opening), span=_across(opening, closing)
        )
        self.mentions.append(array)
        return array

    def array(self, children: Children) -> ast.Array:
        items = children[1] if len(children) == 3 else ()
        return ast.Array(items, span=_across(children[0], children[-1]))

    def assign(self, children: Children) -> ast.Statement:
        target, _, value = children
        return _assigned(target, value, (), self._source)

    def family(self, children: Children) -> ast.Statement:
        target, _, value, ranges = children
        return _assigned(target, value, ranges, self._source)


def _ends_with_e(base: ast.Expression) -> bool:
    """Whether what has an exponent may be a product with the constant at its end: ``xe``."""
    return type(base) is ast.Name and base.name[-1] == EXPONENTIAL


def _assigned(
    target: ast.Expression, value: ast.Expression, ranges: tuple[ast.Range, ...], source: str
) -> ast.Statement:
    from gradcli.syntax.statements import assigned  # noqa: PLC0415  (a formula has none)

    return assigned(target, value, ranges, source)


def _no_name(span: Span) -> ParseError:
    from gradcli.syntax.statements import not_own  # noqa: PLC0415  (only an error needs it)

    return not_own(span)
