"""What all JSON objects of ours have in common."""

from __future__ import annotations

import math


def finite(value: float) -> float | None:
    """The number, or None if JSON has no word for it."""
    return value if math.isfinite(value) else None
