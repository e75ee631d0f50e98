"""Arithmetic that keeps its rounding error: a result as an unevaluated sum ``high + low``.

T. J. Dekker, A floating-point technique for extending the available precision, Numer. Math. 18
(1971); D. E. Knuth, The Art of Computer Programming, vol. 2, 4.2.2.
"""

from __future__ import annotations

Rounded = tuple[float, float]
"""A number and its rounding error."""

_SPLITTER = 2.0**27 + 1.0

LARGE = 1e290
"""The rounding errors of larger numbers are not kept."""


def two_sum(a: float, b: float) -> tuple[float, float]:
    """Return a + b and its rounding error."""
    high = a + b
    part = high - a
    return high, (a - (high - part)) + (b - part)


def two_diff(a: float, b: float) -> tuple[float, float]:
    """Return a - b and its rounding error."""
    return two_sum(a, -b)


def split(a: float) -> tuple[float, float]:
    """Return the leading 26 bits of ``a`` and the rest; |a| must be below 2^996."""
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def two_product(a: float, b: float) -> tuple[float, float]:
    """Return a*b and its rounding error; neither may be near the ends of the exponent range."""
    high = a * b
    a_high, a_low = split(a)
    b_high, b_low = split(b)
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low


def two_square(a: float) -> tuple[float, float]:
    """Return a^2 and its rounding error."""
    high = a * a
    a_high, a_low = split(a)
    return high, ((a_high * a_high - high) + 2.0 * (a_high * a_low)) + a_low * a_low


def inverse_twofold(x: float) -> tuple[float, float]:
    """Return 1/x for x other than 0, and its rounding error unless x is near the ends of range."""
    high = 1.0 / x
    if not 1e-290 < abs(high) < 1e290:
        return high, 0.0
    product, error = two_product(high, x)
    return high, ((1.0 - product) - error) / x


def times(a: Rounded, b: Rounded) -> Rounded:
    """Return the product of two numbers with their rounding errors."""
    if not (abs(a[0]) < LARGE and abs(b[0]) < LARGE):
        return a[0] * b[0], 0.0
    product, error = two_product(a[0], b[0])
    if not abs(product) < LARGE:
        return product, 0.0
    return two_sum(product, error + (a[0] * b[1] + a[1] * b[0]))


def plus(a: Rounded, b: Rounded) -> Rounded:
    """Return their sum likewise."""
    total, error = two_sum(a[0], b[0])
    return two_sum(total, error + (a[1] + b[1])) if abs(total) < LARGE else (total, 0.0)
