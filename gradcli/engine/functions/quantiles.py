"""The inverses of the error function and of the normal distribution, and its logarithm.

A first guess is made exact by Halley's steps on erf or, in the tails, on erfc. M. Abramowitz and
I. A. Stegun, Handbook of Mathematical Functions, 26.2.23, gives the guess.
"""

from __future__ import annotations

import math
from math import copysign, inf, log, log1p, nan, sqrt

from gradcli.engine.functions.erf import erfc, gaussian, normal_cdf, normal_pdf
from gradcli.engine.functions.erfcx import erfcx, exp_square

_TWO_OVER_SQRT_PI = 1.1283791670955126
_SQRT_TWO = 1.4142135623730951
_SQRT_HALF = 0.7071067811865476

_SQRT_TWO_OVER_PI = 0.7978845608028654

_STEPS = 3


def erfinv(x: float) -> float:
    """Return the number whose error function is x."""
    size = abs(x)
    if not size < 1.0:
        return copysign(inf, x) if size == 1.0 else nan
    if size > 0.5:
        return copysign(erfcinv(1.0 - size), x)
    guess = size / _TWO_OVER_SQRT_PI * (1.0 + size * size / 3.8)
    for _ in range(_STEPS):
        error = (math.erf(guess) - size) / (_TWO_OVER_SQRT_PI * gaussian(guess))
        guess -= error / (1.0 + guess * error)
    return copysign(guess, x)


def erfcinv(x: float) -> float:
    """Return the number whose complementary error function is x."""
    if not 0.0 < x < 2.0:
        return inf if x == 0.0 else -inf if x == 2.0 else nan
    if x > 1.0:
        return -erfcinv(2.0 - x)
    if x >= 0.5:
        return erfinv(1.0 - x)
    t = sqrt(-2.0 * (log(x) - log(2.0)))
    above = 2.515517 + t * (0.802853 + t * 0.010328)
    guess = (t - above / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))) * _SQRT_HALF
    for _ in range(_STEPS):
        # erfc(x)/gaussian(x) is erfcx(x), which does not vanish in the far tail.
        ratio = erfcx(guess) / _TWO_OVER_SQRT_PI
        logarithm = log(x) - _log_erfc(guess) if x < 1e-290 else log(x / erfc(guess))
        error = ratio * -math.expm1(logarithm)
        guess += error / (1.0 - guess * error)
    return guess


def _log_erfc(x: float) -> float:
    return log(erfcx(x)) - x * x


def normal_quantile(p: float) -> float:
    """Return the number below which a standard normal variable is with probability p."""
    if 0.25 <= p <= 0.75:
        return _SQRT_TWO * erfinv(2.0 * p - 1.0)
    if p < 0.5:
        return -_SQRT_TWO * erfcinv(2.0 * p)
    return _SQRT_TWO * erfcinv(2.0 * (1.0 - p))


def exp_square_of_erfinv(x: float) -> float:
    """Return exp(erfinv(x)^2) without what the rounding of erfinv would cost in it.

    As erfcx(y) is exp(y^2)*erfc(y), it is erfcx(y)/(1 - x) where x is not small.
    """
    size = abs(x)
    inverse = abs(erfinv(x))
    return exp_square(inverse) if size < 0.5 or not size < 1.0 else erfcx(inverse) / (1.0 - size)


def exp_square_of_erfcinv(x: float) -> float:
    """Return exp(erfcinv(x)^2), likewise."""
    tail = min(x, 2.0 - x)
    inverse = abs(erfcinv(x))
    return erfcx(inverse) / tail if 0.0 < tail < 0.5 else exp_square(inverse)


def normal_pdf_of_quantile(p: float) -> float:
    """Return normal_pdf(normal_quantile(p)), likewise."""
    tail = min(p, 1.0 - p)
    inverse = abs(normal_quantile(p))
    if not 0.0 < tail < 0.25:
        return normal_pdf(inverse)
    return _SQRT_TWO_OVER_PI * tail / erfcx(inverse * _SQRT_HALF)


def log_normal_cdf(x: float) -> float:
    """Return log(normal_cdf(x)), accurate in both tails."""
    if x > 0.0:
        return log1p(-normal_cdf(-x))
    if x > -1.0:
        return log(normal_cdf(x))
    if not x > -inf:
        return x
    return log(0.5 * erfcx(-x * _SQRT_HALF)) - 0.5 * x * x
