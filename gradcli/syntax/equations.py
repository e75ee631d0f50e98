"""Equations: the sides of the last statement, and the program of their difference."""

from __future__ import annotations

from typing import NamedTuple

from gradcli.errors import ParseError, Span
from gradcli.syntax.lexer import Token
from gradcli.syntax.parse import tokens_of

_OPENING, _CLOSING, _ENDS = frozenset("(["), frozenset(")]"), frozenset([";", "\n"])


class Equation(NamedTuple):
    """An equation as text.

    Attributes:
        source: the text that it stands in.
        before: the statements before it.
        left: where its left side stands.
        right: where its right side stands; None of an expression without an equals sign.
    """

    source: str
    before: str
    left: Span
    right: Span | None

    @property
    def difference(self) -> str:
        """The program whose output is the left side minus the right one."""
        if self.right is None:
            return self.source
        left, right = (self.source[slice(*side)] for side in (self.left, self.right))
        return f"{self.before}({left}) - ({right})"

    def place(self, span: Span | None) -> Span | None:
        """Where something in the text of the difference stands in that of the equation."""
        begin = len(self.before)
        if span is None or self.right is None or span.end <= begin:
            return span
        middle = begin + 1 + self.left.end - self.left.start
        if span.start <= middle:
            shift, side = self.left.start - begin - 1, self.left
        else:
            shift, side = self.right.start - middle - len(") - ("), self.right
        moved = (min(max(each + shift, side.start), side.end) for each in span)
        return Span(*moved)


def equation(source: str) -> Equation:
    """The equation that the last statement of a program is.

    Raises:
        ParseError: it has several equals signs, or a side is missing.
    """
    tokens = [token for token in tokens_of(source) if token.text]
    while tokens and tokens[-1].text.strip() in {"", ";"}:
        tokens.pop()
    begin, signs = _last(tokens)
    end = tokens[-1].end if tokens else 0
    if not signs:
        return Equation(source, source[:begin], Span(begin, end), None)
    if len(signs) > 1:
        raise ParseError(
            "equation",
            "an equation has one equals sign",
            span=Span(signs[1].start, signs[1].end),
            hint="write equations that are steps before it, with ; between",
            source=source,
        )
    (sign,) = signs
    left = _stripped(source, begin, sign.start)
    right = _stripped(source, sign.end, end)
    if left.start == left.end or right.start == right.end:
        raise ParseError(
            "equation",
            "a side of the equation is missing",
            span=Span(sign.start, sign.end),
            hint='for instance "x^2 + y^2 = 1"',
            source=source,
        )
    return Equation(source, source[:begin], left, right)


def _stripped(source: str, begin: int, end: int) -> Span:
    """A part of a text without blanks around it."""
    part = source[begin:end]
    start = begin + len(part) - len(part.lstrip())
    return Span(start, max(start, begin + len(part.rstrip())))


def _last(tokens: list[Token]) -> tuple[int, list[Token]]:
    """Where the last statement begins, and the equals signs in it that stand in no brackets."""
    begin, depth = 0, 0
    signs: list[Token] = []
    for token in tokens:
        if token.text in _OPENING:
            depth += 1
        elif token.text in _CLOSING:
            depth -= 1
        elif depth <= 0 and token.text in _ENDS:
            begin, signs = token.end, []
        elif depth <= 0 and token.text == "=":
            signs.append(token)
    return begin, signs
