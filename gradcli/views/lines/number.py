"""Numbers as text: one convention for all views."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.engine.beyond import Beyond, digits
from gradcli.errors import UsageError
from gradcli.evaluation.objects import ALL_DIGITS
from gradcli.syntax.text import short_exponent

DIGITS = 6
"""Significant digits shown to people who did not ask for a precision."""

WHOLE = 1e15
"""Whole numbers below this are exact in a float and short: they are shown in full."""


def check_precision(precision: int | None) -> None:
    """Refuse a number of digits that no float has.

    Raises:
        UsageError: it is not 1 to 17.
    """
    if precision is not None and not 1 <= precision <= ALL_DIGITS:
        message = f"the precision is 1 to {ALL_DIGITS} digits, not {precision}"
        raise UsageError("precision", message, hint=f"{DIGITS} by default")


def number(value: float, precision: int | None = None) -> str:
    """Return ``value`` for people, with ``precision`` significant digits.

    Without a precision a whole number is written in full and any other with six digits. What is
    not finite is named as in the language: ``inf``, ``-inf``, ``nan``; minus zero is zero.
    """
    if isinstance(value, Beyond):
        return short_exponent(digits(value, precision or DIGITS))
    value += 0.0  # -0.0 + 0.0 is 0.0
    if precision is None and abs(value) < WHOLE and value == int(value):
        return short_exponent(f"{value:.0f}")
    return short_exponent(f"{value:.{precision or DIGITS}g}")


def align(numbers: Sequence[str]) -> list[str]:
    """Return the texts filled to one width with their decimal points below each other."""
    heads = [whole_digits(text) for text in numbers]
    before = max(heads, default=0)
    tails = [len(text) - head for text, head in zip(numbers, heads, strict=True)]
    after = max(tails, default=0)
    return [
        " " * (before - head) + text + " " * (after - tail)
        for text, head, tail in zip(numbers, heads, tails, strict=True)
    ]


def whole_digits(text: str) -> int:
    """Return how many characters of a number's text stand before its point or exponent."""
    for mark in ".e":
        if mark in text:
            return text.index(mark)
    return len(text)
