"""What all JSON objects of ours have in common."""

from __future__ import annotations

import math

from gradcli.engine.beyond import GREATEST, SMALLEST


def finite(value: float) -> float | None:
    """The number, or None if JSON has no word for it."""
    return value if math.isfinite(value) else None


def is_ordinary(value: float) -> bool:
    """Whether a number is 0, or one that floats hold with all their digits."""
    return value == 0 or SMALLEST <= abs(value) <= GREATEST
