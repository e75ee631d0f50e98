"""Whole numbers of any length as text."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 30
"""Digits that are shown in full."""


@contextmanager
def exact_whole() -> Iterator[None]:
    """Let Python write whole numbers of more than 4300 digits while this lasts."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(before)


def whole(number: int) -> str:
    """Return a whole number for people: ``1,152,921``, or ``1.15292e85`` if it is very long."""
    with exact_whole():
        text = f"{number:,}"
    digits = len(text) - text.count(",")
    if digits <= LONGEST:
        return text
    leading = text.replace(",", "")[:6]
    return f"about {leading[0]}.{leading[1:]}e{digits - 1}"
