"""The function sin(x)/x and its derivatives of any order, at 0 as well.

The n-th derivative S_n is the integral of t^n cos(x*t + n*pi/2) over t from 0 to 1. By parts,
x S_n + n S_(n-1) = sin(x + n*pi/2): upwards this is stable where |x| > n, downwards where |x| < n.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from math import copysign, inf, isnan, nan

MOST_ORDERS = 170
"""The largest order, as of polygamma."""

# So far above the order the downward recurrence begins with 0: what that is wrong by is divided
# by more than 2^60 on the way.
_MARGIN = 60


def sinc(x: float) -> float:
    """Return sin(x)/x, and 1 at 0."""
    return sinc_of(x, math.sin(x) if abs(x) < inf else nan)


def sinc_of(x: float, sine: float) -> float:
    """The same from sin(x), which may be known better than x."""
    if not abs(x) < inf:
        return 0.0 if abs(x) == inf else x
    return sine / x if x else 1.0


def sinc_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of sin(x)/x for n = 0, 1, 2, ..., 170; NaN for other n."""
    is_finite = abs(x) < inf
    sine = math.sin(x) if is_finite else nan
    return derivative_of(n, x, sine, math.cos(x) if is_finite else nan)


def derivative_of(n: float, x: float, sine: float, cosine: float) -> float:
    """The same from sin(x) and cos(x)."""
    if not (0.0 <= n <= MOST_ORDERS and n == math.floor(n)) or isnan(x):
        return nan
    order = int(n)
    if abs(x) == inf:
        return 0.0
    # sin(x + n*pi/2) for n = 0, 1, 2, 3, of the positive x
    sine = copysign(1.0, x) * sine
    waves = (sine, cosine, -sine, -cosine)
    size = abs(x)
    is_far = size > order + 1.0
    value = _upwards(order, size, waves) if is_far else _downwards(order, size, waves)
    return -value if order % 2 and copysign(1.0, x) < 0.0 else value


def _upwards(order: int, x: float, waves: Sequence[float]) -> float:
    value = sinc_of(x, waves[0])
    for n in range(1, order + 1):
        value = (waves[n % 4] - n * value) / x
    return value


def _downwards(order: int, x: float, waves: Sequence[float]) -> float:
    value = 0.0
    for n in range(order + _MARGIN + 2 * int(x), order, -1):
        value = (waves[n % 4] - x * value) / n
    return value
