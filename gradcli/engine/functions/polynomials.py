"""Orthogonal polynomials by their recurrences: NIST Digital Library, 18.9; 18.5.10.

Of a negative degree they are the analytic continuation in the degree where that is a polynomial, by
its symmetry (14.9.5 for those of Legendre), and NaN elsewhere.
"""

from __future__ import annotations

import math
from math import comb, fsum, isnan, nan

from gradcli.engine.functions.twofold import plus, times
from gradcli.engine.scalar import power

MOST = 100_000
"""The largest degree that a recurrence goes up to."""

MOST_DOUBLED = 1e10
"""The largest degree of Chebyshev polynomials, which are powers and still have 12 digits there."""

_FEW_STEPS = 50
"""Up to this degree the recurrence of Chebyshev polynomials has all digits, and is as quick."""

_BESIDE, _FEW, _CANCELLED = 0.01, 50, 1000.0
"""How near to 0, -1, -2, ... an order is so small a factor of a polynomial that the recurrence has
few digits of it; up to which degree it is written out, and where that would not be better.
"""


def gegenbauer(n: float, a: float, x: float) -> float:
    """Return the Gegenbauer polynomial of degree n; NaN if n is not whole."""
    if not _is_whole(n) or isnan(a) or isnan(x):
        return nan
    if n >= 0.0:
        return _gegenbauer(n, a, x)
    turned = -n - 2.0 * a
    if turned < 0.0 or not _is_whole(turned):
        return 0.0  # as a factor of it, one over n!, is
    value = _gegenbauer(turned, a, x)
    return value if math.fmod(turned + n, 2.0) else -value


def _gegenbauer(n: float, a: float, x: float) -> float:
    """The same of a whole degree that is not negative."""
    if a == 1.0 and _FEW_STEPS < n <= MOST_DOUBLED:
        return _doubled(n + 1.0, x, is_second=True)
    if n > MOST:
        return nan
    if 0.0 < n <= _FEW and -MOST < a < 0.5 and 0.0 < abs(a - math.floor(a + 0.5)) < _BESIDE:
        written = _written_out(int(n), a, x)
        if not isnan(written):
            return written
    before, value = 0.0, 1.0
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
    """Return the associated Laguerre polynomial of degree n.

    Of a negative n it is 0, or NaN: where a is whole and n + a negative, it is exp(x) times one.
    """
    if not _is_whole(n) or isnan(a) or isnan(x) or n > MOST:
        return nan
    if n < 0.0:
        return nan if n + a < 0.0 and _is_whole(a) else 0.0
    before, value = 0.0, 1.0
    for k in range(1, int(n) + 1):
        before, value = (
            value,
            ((2.0 * k - 1.0 + a - x) * value - (k + a - 1.0) * before) / k,
        )
    return value


def hermite(n: float, x: float) -> float:
    """Return the Hermite polynomial of the physicists, of degree n; NaN for a negative n."""
    if not _is_whole(n) or isnan(x) or not 0.0 <= n <= MOST:
        return nan
    before, value = 0.0, 1.0
    for k in range(int(n)):
        before, value = value, 2.0 * (x * value - k * before)
    return value


def chebyshevt(n: float, x: float) -> float:
    """Return the Chebyshev polynomial of the first kind, cos(n*acos(x)); it is even in n."""
    size = abs(n)
    if not _is_whole(n) or isnan(x) or size > MOST_DOUBLED:
        return nan
    if size > _FEW_STEPS:
        return _doubled(size, x, is_second=False)
    before, value = x, 1.0
    for _ in range(int(size)):
        before, value = value, 2.0 * x * value - before
    return value


def _doubled(n: float, x: float, *, is_second: bool) -> float:
    """A Chebyshev polynomial of high degree: T of degree n, or U of degree n - 1.

    They are the parts of (x + w)^n = T + U*w for w^2 = x^2 - 1, a power by squares. An error is
    doubled with the degree, so every number is a sum of two floats.
    """
    by = (x, 0.0)
    square = plus(times(by, by), (-1.0, 0.0))
    first, second = by, (1.0, 0.0)
    bit = 1.0
    while 2.0 * bit <= n:
        bit = 2.0 * bit
    left = n - bit
    while bit > 1.0:
        bit = 0.5 * bit
        second = times((2.0 * first[0], 2.0 * first[1]), second)
        first = plus(times((2.0 * first[0], 2.0 * first[1]), first), (-1.0, 0.0))
        if left >= bit:
            left -= bit
            raised = plus(times(first, by), times(second, square))
            second = plus(times(second, by), first)
            first = raised
    return second[0] if is_second else first[0]


def _is_whole(n: float) -> bool:
    return n == math.floor(n) if math.isfinite(n) else False
