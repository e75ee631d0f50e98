"""The function sin(x)/x and its derivatives of any order, at 0 as well.

The n-th derivative S_n is the integral of t^n cos(x*t + n*pi/2) over t from 0 to 1. By parts,
x S_n + n S_(n-1) = sin(x + n*pi/2): upwards this is stable where |x| > n, downwards where |x| < n.
"""

from __future__ import annotations

import math
from math import copysign, inf, isnan, nan

MOST_ORDERS = 170
"""The largest order, as of polygamma."""

# So far above the order the downward recurrence begins with 0: what that is wrong by is divided
# by more than 2^60 on the way.
_MARGIN = 60


def sinc(x: float) -> float:
    """Return sin(x)/x, and 1 at 0."""
    if not abs(x) < inf:
        return 0.0 if abs(x) == inf else x
    return math.sin(x) / x if x else 1.0


def sinc_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of sin(x)/x for n = 0, 1, 2, ..., 170; NaN for other n."""
    if not (0.0 <= n <= MOST_ORDERS and n == math.floor(n)) or isnan(x):
        return nan
    order = int(n)
    if abs(x) == inf:
        return 0.0
    size = abs(x)
    value = _upwards(order, size) if size > order + 1.0 else _downwards(order, size)
    return -value if order % 2 and copysign(1.0, x) < 0.0 else value


def _upwards(order: int, x: float) -> float:
    waves = _waves(x)
    value = sinc(x)
    for n in range(1, order + 1):
        value = (waves[n % 4] - n * value) / x
    return value


def _downwards(order: int, x: float) -> float:
    waves = _waves(x)
    value = 0.0
    for n in range(order + _MARGIN + 2 * int(x), order, -1):
        value = (waves[n % 4] - x * value) / n
    return value


def _waves(x: float) -> tuple[float, float, float, float]:
    """Return sin(x + n*pi/2) for n = 0, 1, 2, 3."""
    sine, cosine = math.sin(x), math.cos(x)
    return sine, cosine, -sine, -cosine
