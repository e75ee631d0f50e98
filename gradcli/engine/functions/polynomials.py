"""Orthogonal polynomials by their recurrences: NIST Digital Library, 18.9; 18.5.10."""

from __future__ import annotations

import math
from math import comb, fsum, isnan, nan

from gradcli.engine.scalar import power

MOST = 100_000
"""The largest degree."""

_BESIDE, _FEW, _CANCELLED = 0.01, 50, 1000.0
"""How near to 0, -1, -2, ... an order is so small a factor of a polynomial that the recurrence has
few digits of it; up to which degree it is written out, and where that would not be better.
"""


def gegenbauer(n: float, a: float, x: float) -> float:
    """Return the Gegenbauer polynomial of degree n; 0 for a negative n, NaN if n is not whole."""
    if not _is_degree(n, x) or isnan(a):
        return nan
    if 0.0 < n <= _FEW and -MOST < a < 0.5 and 0.0 < abs(a - math.floor(a + 0.5)) < _BESIDE:
        written = _written_out(int(n), a, x)
        if not isnan(written):
            return written
    before, value = 0.0, float(n >= 0.0)
    for k in range(1, int(n) + 1):
        before, value = (
            value,
            (2.0 * (k + a - 1.0) * x * value - (k + 2.0 * a - 2.0) * before) / k,
        )
    return value


def _written_out(n: int, a: float, x: float) -> float:
    """The Gegenbauer polynomial as a sum of powers; NaN where terms cancel, or are no floats."""
    terms = [0.0]
    rising, largest = 1.0, 0.0
    for j in range(1, n + 1):
        rising *= (a + (j - 1.0)) / j
        if 2 * j >= n:
            term = rising * comb(j, n - j) * power(2.0 * x, float(2 * j - n))
            if not abs(term) < 1e300:
                return nan
            terms.append(-term if (n - j) % 2 else term)
            largest = max(largest, abs(term))
    total = fsum(terms)
    return total if largest <= _CANCELLED * abs(total) else nan


def laguerre(n: float, a: float, x: float) -> float:
    """Return the associated Laguerre polynomial of degree n; 0 for a negative n."""
    if not _is_degree(n, x) or isnan(a):
        return nan
    before, value = 0.0, float(n >= 0.0)
    for k in range(1, int(n) + 1):
        before, value = (
            value,
            ((2.0 * k - 1.0 + a - x) * value - (k + a - 1.0) * before) / k,
        )
    return value


def hermite(n: float, x: float) -> float:
    """Return the Hermite polynomial of the physicists, of degree n."""
    if not _is_degree(n, x):
        return nan
    before, value = 0.0, float(n >= 0.0)
    for k in range(int(n)):
        before, value = value, 2.0 * (x * value - k * before)
    return value


def chebyshevt(n: float, x: float) -> float:
    """Return the Chebyshev polynomial of the first kind, cos(n*acos(x)); it is even in n."""
    if not _is_degree(n, x):
        return nan
    before, value = x, 1.0
    for _ in range(int(abs(n))):
        before, value = value, 2.0 * x * value - before
    return value


def _is_degree(n: float, x: float) -> bool:
    return abs(n) <= MOST and n == math.floor(n) and not isnan(x)
