"""The slopes of the Fresnel integrals, sin(pi/2*x^2) and cos(pi/2*x^2), and the integrals far out.

NIST Digital Library of Mathematical Functions, 7.5.3, 7.5.4 and 7.12.2, 7.12.3.
"""

from __future__ import annotations

import math
from math import copysign, inf, nan, pi

from gradcli.engine.functions.gamma import sin_pi
from gradcli.engine.functions.twofold import two_product, two_sum

# From here on every square is a multiple of 4, a whole turn.
_WHOLE_TURNS = 2.0**54


# From here on the asymptotic series below are exact to double precision.
FAR = 1000.0


def far_fresnels(x: float) -> float:
    """Return the integral of sin(pi/2*t^2) from 0 to x, where abs(x) is at least `FAR`."""
    f, g = _auxiliary(x)
    return copysign(0.5, x) - f * fresnelc_slope(x) - g * fresnels_slope(x)


def far_fresnelc(x: float) -> float:
    """Return the integral of cos(pi/2*t^2) from 0 to x, where abs(x) is at least `FAR`."""
    f, g = _auxiliary(x)
    return copysign(0.5, x) + f * fresnels_slope(x) - g * fresnelc_slope(x)


def _auxiliary(x: float) -> tuple[float, float]:
    inverse = 1.0 / (pi * x)
    square = inverse / x
    return inverse * (1.0 - 3.0 * square * square), inverse * square * (
        1.0 - 15.0 * square * square
    )


def fresnels_slope(x: float) -> float:
    """Return sin(pi/2*x^2)."""
    return _sine(x, 0.0)


def fresnelc_slope(x: float) -> float:
    """Return cos(pi/2*x^2)."""
    return _sine(x, 1.0)


def _sine(x: float, quarters: float) -> float:
    """Return sin(pi/2*(x^2 + quarters)), with whole turns taken off before anything is rounded."""
    if not abs(x) < inf:
        return nan
    if abs(x) >= _WHOLE_TURNS:
        return quarters
    square, error = two_product(x, x)
    turned, first = two_sum(math.fmod(square, 4.0), math.fmod(error, 4.0))
    turned, second = two_sum(turned, quarters)
    return sin_pi(0.5 * turned, 0.5 * (first + second))
