"""Products without a sign, where what stands before them may be meant to reach further.

In ``1/2x`` the division is done before the product, in ``e^2x`` the power is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from gradcli.errors import Span
from gradcli.syntax import ast

LONG = 60
"""Longer factors are not written out in messages."""

MOST = 20
"""A base of more parts than these is taken for no number."""


class Reading(NamedTuple):
    """How a product is read.

    Attributes:
        written: the product with a sign.
        message: what is said of it.
        span: where it stands.
    """

    written: str
    message: str
    span: Span


def reading(product: ast.Binary, source: str, is_constant: Callable[[str], bool]) -> Reading | None:
    """How a product without a sign is read, if it may be meant in another way.

    Args:
        product: the product.
        source: the program.
        is_constant: whether a name is a constant of the language.
    """
    left, right = product.left, product.right
    if isinstance(left, ast.Binary) and left.op == "div" and not left.implicit:
        written = _product(source[slice(*left.span)], source[slice(*right.span)], "(a/b)*c")
        message = f"a product without a sign is done after the division: {written}"
        return Reading(written, message, product.span)
    power = _last_power(left)
    exponent = _end_of(power.right) if power else None
    if power is None or exponent is None or not _is_number(power.left, is_constant):
        return None
    first = source[right.span.start]
    if exponent.span.end != right.span.start or first in "([⌊⌈":
        return None  # a blank or a bracket ends an exponent for everyone
    if isinstance(exponent, ast.Name) and first not in "√∛":
        return None  # letters run together, of which that is said
    end = right.span.end
    if isinstance(right, ast.Name):
        run = re.compile(r"\w*(?:\^\w+)?").match(source, right.span.start)
        end = max(end, run.end() if run else end)
    shown, factor = source[slice(*power.span)], source[right.span.start : end]
    written = _product(shown, factor, "(a^b)*c")
    message = f"a product without a sign is done after the power: {written}"
    if len(shown + factor) < LONG:
        start = exponent.span.start
        while source[start - 1] in "+-−√":
            start -= 1
        base = source[power.span.start : start]
        message += f"; for all of it in the exponent write {base}({source[start:end]})"
    return Reading(written, message, Span(power.span.start, end))


def _product(left: str, factor: str, otherwise: str) -> str:
    return f"({left})*{factor}" if len(left + factor) < LONG else otherwise


def _last_power(product: ast.Expression) -> ast.Binary | None:
    """The power at the end of a product, if its exponent stands behind a sign: not that of e²."""
    while True:
        match product:
            case (
                ast.Binary(op="mul" | "div", right=inner)
                | ast.Unary(op="neg" | "pos", operand=inner)
            ):
                product = inner
            case ast.Binary(op="pow", left=base, right=exponent):
                return product if base.span.end < exponent.span.start else None
            case _:
                return None


def _end_of(exponent: ast.Expression) -> ast.Expression | None:
    """The number or name at the end of an exponent, behind its signs and those of its powers."""
    while True:
        match exponent:
            case (
                ast.Unary(op="neg" | "pos" | "sqrt", operand=inner)
                | ast.Binary(op="pow", right=inner)
            ):
                exponent = inner
            case ast.Name() | ast.Number():
                return exponent
            case ast.Group(span=(start, end)) if end == start + 1:  # ½
                return exponent
            case _:
                return None


def _is_number(base: ast.Expression, is_constant: Callable[[str], bool]) -> bool:
    """Whether there is no variable in the base of a power: that of a monomial is one."""
    parts = list(islice(ast.walk([base]), MOST + 1))
    names = (part.name for part in parts if isinstance(part, ast.Name))
    return len(parts) <= MOST and all(map(is_constant, names))
