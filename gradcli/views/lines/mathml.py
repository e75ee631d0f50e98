"""Formulas as MathML for a page: fractions, roots and powers as elements, text always escaped."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from xml.sax.saxutils import escape

from gradcli.graph.rules import SPELLINGS
from gradcli.syntax import ast
from gradcli.syntax.text import (
    ATOM,
    CONDITIONAL,
    OR,
    POWER,
    Notation,
    Piece,
    Pieces,
    listed,
    number,
)
from gradcli.views.lines.text import visible

_CONSTANTS = {"pi": "π", "tau": "τ"}


def operator(sign: str) -> str:
    """A sign between or around what it works on."""
    return f"<mo>{escape(sign)}</mo>"


_COMMA = operator(",")

_IF, _ELSE = (
    f"<mtext>\N{NO-BREAK SPACE}{word}\N{NO-BREAK SPACE}</mtext>" for word in ("if", "else")
)
"""With spaces that no browser takes away."""


class MathML(Notation):
    """The content of a ``math`` element: rows, without anything that is no MathML.

    Args:
        write_name: the element of a name, if it is not the name itself.
    """

    brackets = operator("("), operator(")")
    signs: Mapping[str, str] = {
        "add": operator("+"),
        "sub": operator("−"),
        "mul": operator("·"),
        "pos": operator("+"),
        "neg": operator("−"),
        "not": operator("¬"),
        "and": operator("∧"),
        "or": operator("∨"),
        "matmul": operator("@"),
        "<": operator("<"),
        "<=": operator("≤"),
        ">": operator(">"),
        ">=": operator("≥"),
        "==": operator("="),
        "!=": operator("≠"),
    }

    def __init__(self, write_name: Callable[[str], str] | None = None) -> None:
        self._write_name = write_name or identifier

    def write(
        self, expression: ast.Expression, lowest: int = CONDITIONAL, *, most: float = math.inf
    ) -> str:
        """A formula as one row."""
        return f"<mrow>{super().write(expression, lowest, most=most)}</mrow>"

    def number(self, value: float) -> str:
        """A literal, 1.5·10⁻⁹ with its power of ten written out."""
        mantissa, _, exponent = number(abs(value)).partition("e")
        digits = f"<mn>{'∞' if mantissa == 'inf' else mantissa}</mn>"
        if exponent:
            digits += operator("·") + _power_of_ten(exponent)
        if value < 0:
            digits = self.signs["neg"] + digits
        return f"<mrow>{digits}</mrow>" if value < 0 or exponent else digits

    def name(self, name: str) -> str:
        """A name, or what is to stand for it."""
        return self._write_name(name)

    def binary(self, expression: ast.Binary) -> Pieces:
        """A fraction, or a sign between two operands."""
        if expression.op == "div":
            above, below = (expression.left, CONDITIONAL), (expression.right, CONDITIONAL)
            return _element("mfrac", [above], [below]), POWER
        return super().binary(expression)

    def power(self, base: ast.Expression, exponent: ast.Expression) -> Pieces:
        """A base with its exponent above it."""
        is_fraction = isinstance(base, ast.Binary) and base.op == "div"
        within: list[Piece] = [(base, CONDITIONAL if is_fraction else ATOM)]
        if is_fraction:
            within = [self.brackets[0], *within, self.brackets[1]]
        return _element("msup", within, [(exponent, CONDITIONAL)]), POWER

    def unary(self, expression: ast.Unary) -> Pieces:
        """A sign before an operand, or after it."""
        if expression.op == "factorial":
            return [(expression.operand, ATOM), operator("!")], ATOM
        return super().unary(expression)

    def call(self, function: str, arguments: tuple[ast.Expression, ...]) -> Pieces:
        """A function with its arguments: a root, bars, a choice, or a name before brackets."""
        bare = ast.bare(function)
        if bare == "where":
            condition, then, otherwise = arguments
            return [
                (then, OR), _IF, (condition, OR), _ELSE,
                (otherwise, CONDITIONAL),
            ], CONDITIONAL  # fmt: skip
        if bare == "sqrt":
            return _element("msqrt", [(arguments[0], CONDITIONAL)]), ATOM
        if bare == "abs":
            return [operator("|"), (arguments[0], CONDITIONAL), operator("|")], ATOM
        opening, closing = self.brackets
        inside = listed(arguments, _COMMA)
        return [f"<mi>{escape(visible(function))}</mi>", opening, *inside, closing], ATOM


def identifier(name: str) -> str:
    """A name as it is typed, its characters made visible; a constant by its letter."""
    text = visible(_CONSTANTS.get(SPELLINGS.get(name, name), name))
    return f"<mi>{escape(text)}</mi>"


def _power_of_ten(exponent: str) -> str:
    size = f"<mn>{exponent.lstrip('-')}</mn>"
    if exponent[0] == "-":
        size = f"<mrow>{operator('−')}{size}</mrow>"
    return f"<msup><mn>10</mn>{size}</msup>"


def _element(tag: str, *rows: Sequence[Piece]) -> list[Piece]:
    """An element with so many children, each a row."""
    pieces: list[Piece] = [f"<{tag}>"]
    for row in rows:
        pieces += ["<mrow>", *row, "</mrow>"]
    return [*pieces, f"</{tag}>"]
