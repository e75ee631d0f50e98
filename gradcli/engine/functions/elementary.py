"""Elementary functions where the platform's own are missing or lose more than a unit or two."""

from __future__ import annotations

import math
from math import copysign, inf, isnan, nan

from gradcli.engine.functions.twofold import two_product, two_square, two_sum

_SQRT_HALF = 0.7071067811865476

# Constants beyond double precision, as high + low. The high part of log(2) has its last 11 bits
# zero, so that it can be multiplied by an exponent exactly.
_LOG_2 = (0.6931471805598903, 5.497923018708371e-14)
_ONE_OVER_LOG_10 = (0.4342944819032518, 1.098319650216765e-17)

# The denominators of the series of log((1 + s)/(1 - s)) beyond its first term.
_ODD_FROM_LAST = range(21, 2, -2)


def cbrt(x: float) -> float:
    """Return the real cube root of x, by one Newton step on the platform's.

    The C library's cube root may be off by almost 4 units in the last place; the residue
    x - r^3 is formed here with the rounding errors of the products.
    """
    size = abs(x)
    if not 0.0 < size < inf:
        return x
    if size < 1e-250:  # keep the low parts of the products out of the subnormal range
        return cbrt(x * 2.0**300) * 2.0**-100
    if size > 1e250:  # nor may the cube of a root that is rounded up overflow
        return cbrt(x * 2.0**-300) * 2.0**100
    root = math.cbrt(size)
    square, square_error = two_square(root)
    cube, cube_error = two_product(square, root)
    residue = (size - cube) - (cube_error + square_error * root)
    return copysign(root + residue / (3.0 * square), x)


def log_twofold(x: float) -> tuple[float, float]:
    """Return log(x) for finite x > 0 as high + low, some 8 bits more accurate than a float.

    With x = 2^k f and s = (f - 1)/(f + 1), log(f) = 2 (s + s^3/3 + s^5/5 + ...); s is kept with
    its rounding error.
    """
    fraction, exponent = math.frexp(x)
    if fraction < _SQRT_HALF:
        fraction, exponent = 2.0 * fraction, exponent - 1
    difference = fraction - 1.0
    total, total_error = two_sum(fraction, 1.0)
    s = difference / total
    product, rounding = two_product(s, total)
    s_error = ((difference - product) - rounding - s * total_error) / total
    q = s * s
    series = 0.0
    for k in _ODD_FROM_LAST:
        series = (series + 1.0 / k) * q
    low = 2.0 * (s_error + s * series)
    if not exponent:
        return 2.0 * s, low
    high, rounding = two_sum(exponent * _LOG_2[0], 2.0 * s)
    return high, low + rounding + exponent * _LOG_2[1]


def log10(x: float) -> float:
    """Return the decimal logarithm of x, to little more than half a unit in the last place.

    The C library's may be off by more than one and a half.
    """
    if not 0.0 < x < inf:
        return -inf if x == 0.0 else x if x == inf else nan
    logarithm, logarithm_low = log_twofold(x)
    high, low = two_product(logarithm, _ONE_OVER_LOG_10[0])
    return high + (low + logarithm_low * _ONE_OVER_LOG_10[0] + logarithm * _ONE_OVER_LOG_10[1])


def tanh(x: float) -> float:
    """Return the hyperbolic tangent of x.

    The C library's may be off by more than 2 units in the last place for |x| < 1; there,
    expm1(2x)/(expm1(2x) + 2) is formed with the rounding errors of the sum and the quotient.
    """
    size = abs(x)
    if not 2.0**-27 < size < 1.0:
        return math.tanh(x)
    growth = math.expm1(2.0 * size)
    total, total_error = two_sum(growth, 2.0)
    ratio = growth / total
    product, product_error = two_product(ratio, total)
    residue = (growth - product) - product_error - ratio * total_error
    return copysign(ratio + residue / total, x)


def sech(x: float) -> float:
    """Return 1/cosh(x), which vanishes only with the subnormal numbers."""
    decay = math.exp(-abs(x))
    return 2.0 * decay / (1.0 + decay * decay)


def xlogy(x: float, y: float) -> float:
    """Return x*log(y), and 0 where x is 0, whatever y is (unless it is NaN)."""
    if x == 0.0 and not isnan(y):
        return 0.0
    if y > 0.0:
        return x * math.log(y)
    return x * -inf if y == 0.0 else nan


def xlog1py(x: float, y: float) -> float:
    """Return x*log(1 + y), and 0 where x is 0, whatever y is (unless it is NaN)."""
    if x == 0.0 and not isnan(y):
        return 0.0
    if y > -1.0:
        return x * math.log1p(y)
    return x * -inf if y == -1.0 else nan
