"""The numbers of a result, for JSON and as text that reads back."""

from __future__ import annotations

import math

from gradcli.engine.beyond import GREATEST, SMALLEST, Beyond, digits
from gradcli.syntax.text import short_exponent

ALL_DIGITS = 17
"""So many tell any two floats apart."""


def finite(value: float) -> float | None:
    """The number, or None if JSON has no word for it."""
    return value if math.isfinite(value) else None


def is_ordinary(value: float) -> bool:
    """Whether a number is 0, or one that floats hold with all their digits."""
    return value == 0 or SMALLEST <= abs(value) <= GREATEST


def exact(value: float) -> str:
    """The shortest text that reads back as the same float, without a needless ``.0``."""
    if isinstance(value, Beyond):
        return short_exponent(digits(value, ALL_DIGITS))
    return short_exponent(repr(float(value)).removesuffix(".0"))
