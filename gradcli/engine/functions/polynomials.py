"""Orthogonal polynomials by their recurrences: NIST Digital Library, 18.9."""

from __future__ import annotations

import math
from math import isnan, nan

MOST = 100_000
"""The largest degree."""


def gegenbauer(n: float, a: float, x: float) -> float:
    """Return the Gegenbauer polynomial of degree n; 0 for a negative n, NaN if n is not whole."""
    if not _is_degree(n, x) or isnan(a):
        return nan
    before, value = 0.0, float(n >= 0.0)
    for k in range(1, int(n) + 1):
        before, value = (
            value,
            (2.0 * (k + a - 1.0) * x * value - (k + 2.0 * a - 2.0) * before) / k,
        )
    return value


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
