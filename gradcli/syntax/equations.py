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
        before: the statements before it.
        left: its left side.
        right: its right side; 0 of an expression without an equals sign.
    """

    before: str
    left: str
    right: str

    @property
    def difference(self) -> str:
        """The program whose output is the left side minus the right one."""
        return f"{self.before}({self.left}) - ({self.right})"


def equation(source: str) -> Equation:
    """The equation that the last statement of a program is.

    Raises:
        ParseError: it has several equals signs, or a side is missing.
    """
    tokens = [token for token in tokens_of(source) if token.text]
    while tokens and tokens[-1].text.strip() in {"", ";"}:
        tokens.pop()
    begin, signs = _last(tokens)
    end = tokens[-1].end_pos if tokens else 0
    if not signs:
        return Equation(source[:begin], source[begin:end], "0")
    if len(signs) > 1:
        raise ParseError(
            "equation",
            "an equation has one equals sign",
            span=Span(signs[1].start_pos, signs[1].end_pos),
            hint="write equations that are steps before it, with ; between",
            source=source,
        )
    (sign,) = signs
    left, right = source[begin : sign.start_pos], source[sign.end_pos : end]
    if not left.strip() or not right.strip():
        raise ParseError(
            "equation",
            "a side of the equation is missing",
            span=Span(sign.start_pos, sign.end_pos),
            hint='for instance "x^2 + y^2 = 1"',
            source=source,
        )
    return Equation(source[:begin], left.strip(), right.strip())


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
            begin, signs = token.end_pos, []
        elif depth <= 0 and token.text == "=":
            signs.append(token)
    return begin, signs
