"""The error function and the normal distribution, with the rounding error of the square kept."""

from __future__ import annotations

import math
from math import exp

from gradcli.engine.twofold import two_product, two_square

# Beyond this, exp(-x^2) and erfc(x) are zero in double precision.
_VANISHED = 40.0

_TWO_OVER_SQRT_PI = 1.1283791670955126
_ONE_OVER_SQRT_TWO_PI = 0.3989422804014327
_SQRT_HALF = (0.7071067811865476, -4.833646656726457e-17)


def gaussian(x: float) -> float:
    """Return exp(-x^2).

    The rounding error of the square is carried along: left out, it would cost some 350 units
    in the last place at x = 26.
    """
    if not -_VANISHED < x < _VANISHED:
        return x if x != x else 0.0
    square, error = two_square(x)
    result = exp(-square)
    return result - result * error


def erf(x: float) -> float:
    """Return the error function of x."""
    return math.erf(x)


def erfc(x: float) -> float:
    """Return 1 - erf(x) with full relative accuracy."""
    return math.erfc(x)


def normal_pdf(x: float) -> float:
    """Return exp(-x^2/2)/sqrt(2*pi)."""
    if not -_VANISHED < x < _VANISHED:
        return x if x != x else 0.0
    square, error = two_square(x)
    result = exp(-0.5 * square) * _ONE_OVER_SQRT_TWO_PI
    return result - result * (0.5 * error)


def normal_cdf(x: float) -> float:
    """Return the probability that a standard normal variable is below x.

    It is erfc(t)/2 with t = -x/sqrt(2). The rounding error of t is brought in by the slope of
    erfc, as it would cost hundreds of units in the last place in the lower tail.
    """
    if not -_VANISHED < x < _VANISHED:
        return x if x != x else 0.0 if x < 0.0 else 1.0
    t, error = two_product(-x, _SQRT_HALF[0])
    error -= x * _SQRT_HALF[1]
    return 0.5 * (erfc(t) - _TWO_OVER_SQRT_PI * gaussian(t) * error)
