"""What all JSON objects of ours have in common."""

from __future__ import annotations

import math
from typing import Any

from gradcli.engine.beyond import GREATEST, SMALLEST


def finite(value: Any) -> Any:
    """The number, or None if JSON has no word for it; of an array, nested lists of these."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [finite(each) for each in value] if isinstance(value, list) else value


def is_ordinary(value: float) -> bool:
    """Whether a number is 0, or one that floats hold with all their digits."""
    return value == 0 or SMALLEST <= abs(value) <= GREATEST
