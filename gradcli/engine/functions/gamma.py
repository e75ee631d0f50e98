"""The gamma function and its logarithm.

One series serves both. For |z| <= 1/2, log(gamma(2 + z)) is the Taylor series of M. Abramowitz
and I. A. Stegun, Handbook of Mathematical Functions, 6.1.33; any other argument below 10 is a
product away from it, from 10 on Stirling's series (6.1.40) takes over, and negative arguments are
reflected (6.1.17).
"""

from __future__ import annotations

import math
from math import copysign, exp, expm1, inf, log, log1p, nan, pi

from gradcli.engine.functions.twofold import two_product, two_sum

# From here on the terms of Stirling's series below are exact to double precision.
STIRLING_FROM = 10.0

# The gamma function of anything larger overflows; of anything smaller it vanishes.
_LARGEST = 171.7
_SMALLEST = -184.0

# (-1)^n (zeta(n) - 1)/n for n = 26, 25, ..., 2; the term before them has the factor 1 - euler.
ONE_MINUS_EULER = 0.42278433509846713
TAYLOR_FROM_LAST = (
    5.731367241678862e-10, -1.1921401405860912e-09, 2.4836745438024785e-09, -5.183475041970047e-09,
    1.0838659214896955e-08, -2.2711094608943164e-08, 4.7698101693639804e-08,
    -1.0043224823968099e-07, 2.1207184805554665e-07, -4.492469198764566e-07, 9.55141213040742e-07,
    -2.039215753801366e-06, 4.374866789907488e-06, -9.439488275268397e-06, 2.050721277567069e-05,
    -4.492623673813314e-05, 9.945751278180853e-05, -0.00022315475845357939, 0.0005096695247430425,
    -0.001192753911703261, 0.0028905103307415234, -0.007385551028673986, 0.020580808427784546,
    -0.0673523010531981, 0.3224670334241132,
)  # fmt: skip

# B_2k/(2k (2k - 1)) for k = 9, ..., 1: Stirling's series in 1/x^(2k - 1).
STIRLING_FROM_LAST = (
    43867 / 244188, -3617 / 122400, 1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260,
    -1 / 360, 1 / 12,
)  # fmt: skip

# Constants beyond double precision, as high + low.
ONE_OVER_E = (0.36787944117144233, -1.2428753672788363e-17)
SQRT_TWO_PI_OVER_E = (1.520346901066281, -9.239528122039697e-17)
PI_LOW = 1.2246467991473532e-16
HALF_LOG_TWO_PI_OVER_E = 0.4189385332046727


def gamma(x: float) -> float:
    """Return the gamma function of x: infinite at 0, NaN at the negative integers."""
    if not abs(x) < inf:
        return nan if x < 0.0 else x
    if x == math.floor(x):
        return _gamma_of_integer(x)
    if x > -0.5:
        return _gamma_above_minus_half(x)
    return _reflected_gamma(x)


def lgamma(x: float) -> float:
    """Return log(abs(gamma(x))): infinite at 0 and at the negative integers."""
    if not abs(x) < inf:
        return abs(x)
    if x < 0.5:
        return inf if x == math.floor(x) else _lgamma_below_half(x)
    if x < 1.5:
        return _taylor(x - 1.0) - log(x)
    if x < STIRLING_FROM:
        product, error, base = _descend(x)
        return log(product) + (error / product + _taylor(base - 2.0))
    return (x - 0.5) * (log(x) - 1.0) + (HALF_LOG_TWO_PI_OVER_E + stirling(x))


def stirling(x: float) -> float:
    """Return what Stirling's formula for log(gamma(x)) leaves out, for x >= 10."""
    inverse = 1.0 / x
    q = inverse * inverse
    series = 0.0
    for coefficient in STIRLING_FROM_LAST:
        series = series * q + coefficient
    return series * inverse


def sin_pi(x: float, error: float = 0.0) -> float:
    """Return sin(pi*(x + error)), reduced exactly; ``error`` is a rounding error of x."""
    nearest = math.floor(x + 0.5)
    part, error = two_sum(x - nearest, error)
    beyond = math.floor(part + 0.5)  # of a large x the error itself may be more than half a turn
    part -= beyond
    angle, low = two_product(pi, part)
    low += part * PI_LOW + pi * error
    sine = math.sin(angle) + math.cos(angle) * low
    return -sine if nearest % 2 != beyond % 2 else sine


def _lgamma_below_half(x: float) -> float:
    if x > -0.5:
        return _taylor(x) - log1p(x) - log(abs(x))
    if x > -30.0:  # here the logarithm has zeros, and two large terms would cancel
        return log(abs(_reflected_gamma(x)))
    return log(pi / abs(x * sin_pi(x))) - lgamma(-x)


def _gamma_of_integer(x: float) -> float:
    if x > _LARGEST:
        return inf
    if x > 0.0:
        return float(math.factorial(int(x) - 1))
    return copysign(inf, x) if x == 0.0 else nan


def _gamma_above_minus_half(x: float) -> float:
    if x >= STIRLING_FROM:
        return _gamma_by_stirling(x) if x < _LARGEST else inf
    if x >= 1.5:
        product, error, base = _descend(x)
        result = exp(_taylor(base - 2.0))
        return result * product + result * error
    if x >= 0.5:
        return exp(_taylor(x - 1.0)) / x
    return exp(_taylor(x)) / (x + x * x)


def _gamma_by_stirling(x: float) -> float:
    """Return sqrt(2 pi/e) (x/e)^(x - 1/2) exp(series), with the rounding error of x/e kept."""
    high, low = two_product(x, ONE_OVER_E[0])
    low += x * ONE_OVER_E[1]
    exponent = x - 0.5
    try:
        result = math.pow(high, exponent) * SQRT_TWO_PI_OVER_E[0]
    except OverflowError:
        return inf
    correction = SQRT_TWO_PI_OVER_E[1] / SQRT_TWO_PI_OVER_E[0] + exponent * low / high
    return result + result * expm1(correction + stirling(x))


def _reflected_gamma(x: float) -> float:
    """Return -pi/(sin(pi s) s gamma(s)) with s = -x, for x < -1/2."""
    size = -x
    if x < _SMALLEST:
        return -0.0 if math.floor(size) % 2 == 0 else 0.0
    result = -pi / (size * sin_pi(size))
    while size >= _LARGEST - 1.0:  # the gamma function itself would overflow
        size -= 1.0
        result /= size
    return result / _gamma_above_minus_half(size)


def _descend(x: float) -> tuple[float, float, float]:
    """Return gamma(x)/gamma(b) = (x - 1)(x - 2)...b, its rounding error, and b in [1.5, 2.5).

    The factors are exact: nothing is rounded in subtracting a smaller integer from a float.
    """
    product, error = 1.0, 0.0
    while x >= 2.5:
        x -= 1.0
        product, rounding = two_product(product, x)
        error = error * x + rounding
    return product, error, x


def _taylor(z: float) -> float:
    """Return log(gamma(2 + z)) for |z| <= 1/2."""
    series = 0.0
    for coefficient in TAYLOR_FROM_LAST:
        series = series * z + coefficient
    return z * (ONE_MINUS_EULER + z * series)
