"""The gamma function of sums such as n + 1, with the rounding error of the sum carried along.

Beside a pole the error counts as much as the distance from it, and where the gamma function is
steep, it is multiplied by the logarithm of the argument.
"""

from __future__ import annotations

import math
from math import copysign, inf, isnan, nan, pi

from gradcli.engine.functions.gamma import gamma, lgamma, sin_pi
from gradcli.engine.functions.polygamma import digamma
from gradcli.engine.functions.twofold import two_diff, two_sum
from gradcli.engine.scalar import div

# Up to here neither the gamma function nor its inverse leaves the range of floats.
MODERATE = 150.0


def inverse_gamma(x: float, error: float = 0.0) -> float:
    """Return 1/gamma(x + error), where the error is no more than a rounding error of x.

    The size of x is at most `MODERATE`.
    """
    if x >= 0.5:
        return (1.0 - error * digamma(x)) / gamma(x)
    complement, rounding = two_diff(1.0, x)
    reflected = gamma(complement) * (1.0 + (rounding - error) * digamma(complement))
    return sin_pi(x, error) * reflected / pi


def inverse_gamma_slope(pole: float) -> float:
    """Return the slope of 1/gamma(x) at a whole x <= 0, which is (-1)^x (-x)!."""
    return gamma(1.0 - pole) * (-1.0 if pole % 2.0 else 1.0)


def gamma_sum(x: float, y: float) -> float:
    """Return gamma(x + y)."""
    total, error = two_sum(x, y)
    if not error or isnan(error) or not abs(total) < MODERATE:
        return gamma(total)
    if total < 0.5:
        return div(1.0, inverse_gamma(total, error))
    return gamma(total) * (1.0 + error * digamma(total))


def lgamma_sum(x: float, y: float) -> float:
    """Return lgamma(x + y)."""
    total, error = two_sum(x, y)
    if not error or isnan(error) or not abs(total) < inf:
        return lgamma(total)
    if 0.5 > total > -MODERATE:
        inverse = abs(inverse_gamma(total, error))
        return -math.log(inverse) if inverse else inf
    return lgamma(total) + error * digamma(total) if total > 0.0 else lgamma(total)


def gamma_quotient(
    above: tuple[float, float],
    below: tuple[float, float] = (1.0, 0.0),
    other: tuple[float, float] = (1.0, 0.0),
) -> float:
    """Return gamma(a)/(gamma(b)*gamma(c)) of arguments with their rounding errors."""
    if max(abs(above[0]), abs(below[0]), abs(other[0])) < MODERATE:
        product = inverse_gamma(*below) * inverse_gamma(*other)
        return div(product, inverse_gamma(*above))
    logarithm = lgamma(above[0]) - (lgamma(below[0]) + lgamma(other[0]))
    if isnan(logarithm):
        return nan
    sign = _sign(above[0]) * _sign(below[0]) * _sign(other[0])
    return sign * math.exp(logarithm) if logarithm < 709.0 else copysign(inf, sign)


def _sign(x: float) -> float:
    """The sign of gamma(x)."""
    return 1.0 if x > 0.0 else copysign(1.0, sin_pi(x))
