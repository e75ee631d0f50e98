"""A sum of floats with one rounding, also where a partial sum is beyond their range."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import reduce

from gradcli.engine.beyond import Beyond, is_number, total


def sum_of(values: Collection[float]) -> float:
    """The sum, correctly rounded; infinite where it is beyond the range of floats.

    Args:
        values: if one of them is not finite, the sum is what IEEE arithmetic makes of them.
    """
    if Beyond in map(type, values):
        return reduce(total, values)
    if not all(map(math.isfinite, values)):
        return sum(values)
    try:
        return math.fsum(values)
    except OverflowError:  # of a partial sum; the whole may be an ordinary number
        return _exact(values)


def total_of(values: Collection[float]) -> float:
    """The same, a `Beyond` where only the sum is beyond the range of floats."""
    found = sum_of(values)
    is_lost = not is_number(found) and all(map(is_number, values))
    return reduce(total, values) if is_lost else found


def _exact(values: Collection[float]) -> float:
    from fractions import Fraction  # noqa: PLC0415  (only at the border of the range)

    exact = sum(map(Fraction, values), Fraction(0))
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf
