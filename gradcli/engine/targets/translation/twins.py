"""Functions in floats that stand for those of Python with whole numbers of any size, or of C alone.

Products keep their rounding errors, so that they are rounded once, or are off by a unit at most.
"""

from __future__ import annotations

import math
from math import copysign, inf, nan

from gradcli.engine.functions.erf import erfc as whole_erfc
from gradcli.engine.functions.integers import are_whole
from gradcli.engine.functions.twofold import (
    LARGE,
    Rounded,
    plus,
    times,
    two_diff,
    two_product,
    two_sum,
)
from gradcli.engine.scalar import nearest as nearest  # noqa: PLC0414  (one of these)

_TWO_OVER_SQRT_PI = (1.1283791670955126, 1.533545961316588e-17)

_SERIES_BELOW = 0.5
_TERMS = 14

_MOST_FACTORS = 1100.0
"""A binomial coefficient of more factors is no float."""

_EXACT = 18.0
"""So many factors have a product of whole numbers that is a float."""

_MODERATE = 1e9
"""As many numbers of this size have a product in range."""


def erf(x: float) -> float:
    """Return the error function: beside 0 its power series, elsewhere by erfc."""
    size = abs(x)
    if not size < _SERIES_BELOW:
        return copysign(1.0 - whole_erfc(size), x) if size > 0.0 else x
    square, total = x * x, 0.0
    for n in range(_TERMS, 0, -1):
        total = (1.0 / (2.0 * n + 1.0) - total) * square / n
    return x * _TWO_OVER_SQRT_PI[0] - (x * _TWO_OVER_SQRT_PI[0] * total - x * _TWO_OVER_SQRT_PI[1])


def erfc_left(x: float) -> float:
    """Return 1 - erf(x), for x below 1/2."""
    return 2.0 - whole_erfc(-x) if x < -_SERIES_BELOW else 1.0 - erf(x)


def factorial(n: float) -> float:
    """Return 1*2*...*n."""
    return by_steps(n, 1.0)


def by_twos(n: float) -> float:
    """Return n*(n - 2)*(n - 4)*..., down to 1 or 2."""
    return by_steps(n, 2.0)


def by_steps(n: float, step: float) -> float:
    """Return n*(n - step)*(n - 2*step)*... of positive factors."""
    product = (1.0, 0.0)
    factor = n
    while factor > 1.0 and product[0] < inf:
        product = times(product, (factor, 0.0))
        factor -= step
    return product[0] + product[1]


def comb(n: float, k: float) -> float:
    """Return n!/(k!*(n - k)!) for whole numbers, k from 0 to n."""
    return choices(n - k, k)


def choices(a: float, b: float) -> float:
    """Return (a + b)!/(a!*b!) for whole numbers that are not negative."""
    more, count = max(a, b), min(a, b)
    if count >= _MOST_FACTORS:
        return inf
    product = (1.0, 0.0)
    for place in range(1, int(count) + 1):
        factor = two_sum(more, float(place))
        product = _over(times(product, factor), float(place))
        if not product[0] < inf:
            return inf
    return product[0] + product[1]


def whole_binomial(n: float, k: float) -> float:
    """Return the binomial coefficient of whole numbers."""
    if n >= 0.0:
        return choices(n - k, k) if 0.0 <= k <= n else 0.0
    if k >= 0.0:
        return (-1.0 if k % 2.0 else 1.0) * choices(-n - 1.0, k)
    is_odd = n % 2.0 != k % 2.0
    return (-1.0 if is_odd else 1.0) * choices(-n - 1.0, n - k) if k <= n else 0.0


def perm(n: float, k: float) -> float:
    """Return n*(n - 1)*...*(n - k + 1) for whole numbers."""
    return falling_over(n, k, 0, is_divided=False)


def whole_falling(n: float, k: float) -> float:
    """Return n*(n - 1)*...*(n - k + 1) for whole numbers, k not below 0."""
    return 0.0 if 0.0 <= n < k else falling_over(n, k, 0, is_divided=False)


def falling_over(n: float, k: float, order: int, *, is_divided: bool) -> float:
    """Return n*(n - 1)*...*(n - k + 1) or a derivative by n, over k! if it is divided by that."""
    # A product of large factors, and its derivatives, leave the range of floats at the same end.
    start = 2.0**-500 if abs(n) > 100.0 and not is_divided else 1.0
    highs, lows = [start, *[0.0] * order], [0.0] * (order + 1)
    is_late = k <= _EXACT and abs(n) < _MODERATE  # divided at last, so that a 0 stays one
    scale = (1.0, 0.0)
    for place in range(int(k)):
        factor = two_diff(n, float(place))
        for m in range(order, -1, -1):  # of the m-th derivative the factor's own has m times one
            own = times((highs[m], lows[m]), factor)
            if m > 0:
                own = plus(own, times((highs[m - 1], lows[m - 1]), (float(m), 0.0)))
            if is_divided and not is_late:
                own = _over(own, place + 1.0)
            highs[m] = own[0]
            lows[m] = own[1]
        if is_divided and is_late:
            scale = times(scale, (place + 1.0, 0.0))
    own = _over((highs[order], lows[order]), scale[0])
    return (own[0] + own[1]) / start


def gcd(x: float, y: float) -> float:
    """Return the greatest common divisor of two whole numbers; NaN of others."""
    if not are_whole(x, y):
        return nan
    a, b = abs(x), abs(y)
    while b > 0.0:
        a, b = b, math.fmod(a, b)
    return a


def lcm(x: float, y: float) -> float:
    """Return the least common multiple of two whole numbers; NaN of others."""
    if not are_whole(x, y):
        return nan
    return abs(x) / gcd(x, y) * abs(y) if x != 0.0 and y != 0.0 else 0.0


def _over(a: Rounded, by: float) -> Rounded:
    """The quotient likewise."""
    quotient = a[0] / by
    if not abs(a[0]) < LARGE:
        return quotient, 0.0
    product, error = two_product(quotient, by)
    return two_sum(quotient, (((a[0] - product) - error) + a[1]) / by)
