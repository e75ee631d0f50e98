"""Reciprocals of circular and hyperbolic functions, and their inverses.

An inverse of a reciprocal is not computed as acos(1/x): beside the end of the domain the rounding
of 1/x would leave no digit of the result. What is left of x over 1 is exact there.
"""

from __future__ import annotations

import math
from math import copysign, exp, expm1, inf, isnan, log, log1p, nan, pi

# 1/x of anything smaller may overflow.
_TINY = 1e-300

# Beside the square of this 1 is nothing.
_LARGE = 1e9


def csch(x: float) -> float:
    """Return 1/sinh(x), which vanishes only with the subnormal numbers."""
    if x == 0.0:
        return copysign(inf, x)
    size = abs(x)
    decay = exp(-size)
    return copysign(2.0 * decay / -expm1(-2.0 * size), x)


def asec(x: float) -> float:
    """Return the angle in [0, pi] whose secant is x."""
    return math.atan2(_leg(x), copysign(1.0, x)) if abs(x) >= 1.0 else nan


def acsc(x: float) -> float:
    """Return the angle in [-pi/2, pi/2] whose cosecant is x."""
    return math.atan2(copysign(1.0, x), _leg(x)) if abs(x) >= 1.0 else nan


def _leg(x: float) -> float:
    """Return sqrt(x^2 - 1), without overflow."""
    size = abs(x)
    return math.sqrt((size - 1.0) * (size + 1.0)) if size < _LARGE else size


def acot(x: float) -> float:
    """Return the angle in (-pi/2, pi/2] whose cotangent is x; it jumps at 0."""
    if abs(x) > _TINY:
        return math.atan(1.0 / x)
    return x if isnan(x) else copysign(0.5 * pi, x)


def asech(x: float) -> float:
    """Return the number that is not negative and has the hyperbolic secant x."""
    if not 0.0 < x <= 1.0:
        return inf if x == 0.0 else nan
    if x < 0.5:
        return log1p(math.sqrt((1.0 - x) * (1.0 + x))) - log(x)
    excess = (1.0 - x) / x
    return log1p(excess + math.sqrt(excess * (2.0 + excess)))


def acsch(x: float) -> float:
    """Return the number whose hyperbolic cosecant is x."""
    if abs(x) > _TINY:
        return math.asinh(1.0 / x)
    if x == 0.0:
        return copysign(inf, x)
    return x if isnan(x) else copysign(log(2.0) - log(abs(x)), x)


def acoth(x: float) -> float:
    """Return the number whose hyperbolic cotangent is x."""
    size = abs(x)
    if not size > 1.0:
        return copysign(inf, x) if size == 1.0 else nan
    if size == inf:
        return copysign(0.0, x)
    return copysign(0.5 * log1p(2.0 / (size - 1.0)), x)
