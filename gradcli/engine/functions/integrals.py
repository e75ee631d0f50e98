"""The exponential, sine and cosine integrals.

M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions: the series 5.1.10, 5.1.11,
5.2.14 and 5.2.16, the continued fraction 5.1.22, also for an imaginary argument, and the
asymptotic series of 5.1.51.
"""

from __future__ import annotations

import math
from math import copysign, exp, fsum, inf, log, nan, pi

from gradcli.engine.functions.elementary import log_twofold
from gradcli.engine.functions.twofold import two_sum

_EULER = 0.5772156649015329

# From here on the terms of the asymptotic series of Ei fall below a unit in the last place.
_ASYMPTOTIC = 39.0

# Up to here the series of Si and Ci lose less than two digits.
_SERIES = 4.0

_LEVELS = 120


def Ei(x: float) -> float:  # noqa: N802  (the name of the function)
    """Return the integral of exp(t)/t over t from -inf to x, a principal value for x > 0."""
    if x <= 0.0:
        return -E1(-x)
    if x < _ASYMPTOTIC:
        return fsum([_EULER, log(x), *_terms(x)])
    if not x < inf:
        return x
    term = 1.0
    terms = [term]
    for k in range(1, 60):
        if k > x or term < 1e-18:
            break
        term *= k / x
        terms.append(term)
    half = exp(0.5 * x) if x < 1418.0 else inf  # the whole power may overflow before the quotient
    return half / x * fsum(terms) * half


def li(x: float) -> float:
    """Return the integral of 1/log(t) over t from 0 to x, a principal value for x > 1.

    It is Ei(log(x)), where the rounding error of the logarithm is brought in by the slope.
    """
    if not 0.0 < x < inf:
        return x if x in {0.0, inf} else nan
    if x == 1.0:
        return -inf
    high, low = two_sum(*log_twofold(x))
    return Ei(high) + x / high * low


def E1(x: float) -> float:  # noqa: N802  (the name of the function)
    """Return the integral of exp(-t)/t over t from x on, for x < 0 its principal value."""
    if x < 0.0:
        return -Ei(-x)
    if x == 0.0:
        return inf
    if x < 1.0:
        return fsum([-_EULER, -log(x), *[-each for each in _terms(-x)]])
    if not x < inf:
        return 0.0 if x == inf else nan
    below = 0.0
    for k in range(_LEVELS, 0, -1):
        below = k / (1.0 + k / (x + below))
    return exp(-x) / (x + below)


def _terms(x: float) -> list[float]:
    """The terms x^k/(k*k!), until they no longer count."""
    power = 1.0
    terms: list[float] = []
    for k in range(1, 200):
        power *= x / k
        terms.append(power / k)
        if abs(power) < 1e-19 and k > abs(x):
            break
    return terms


def Si(x: float) -> float:  # noqa: N802  (the name of the function)
    """Return the integral of sin(t)/t over t from 0 to x."""
    size = abs(x)
    if not size < inf:
        return copysign(0.5 * pi, x) if size == inf else nan
    if size < _SERIES:
        return fsum(_alternating(x, 1))
    return copysign(0.5 * pi + _by_fraction(size)[1], x)


def Ci(x: float) -> float:  # noqa: N802  (the name of the function)
    """Return the integral of -cos(t)/t over t from x on, for x > 0."""
    if not 0.0 < x < inf:
        return -inf if x == 0.0 else 0.0 if x == inf else nan
    if x < _SERIES:
        return fsum([_EULER, log(x), *_alternating(x, 2)])
    return -_by_fraction(x)[0]


def _alternating(x: float, first: int) -> list[float]:
    """The terms of every second power, x^k/(k*k!), their signs alternating."""
    power = x if first == 1 else -0.5 * x * x
    terms = [power / first]
    k = first
    while abs(terms[-1]) > 1e-19 * abs(terms[0]):
        power *= -x * x / ((k + 1) * (k + 2))
        k += 2
        terms.append(power / k)
    return terms


def _by_fraction(x: float) -> tuple[float, float]:
    """Return the real and imaginary part of E1(i*x), -Ci(x) and Si(x) - pi/2.

    It is exp(-i*x) over the continued fraction i*x + 1/(1 + 1/(i*x + 2/(1 + 2/(i*x + ...)))).
    """
    real, imaginary = 0.0, x
    for k in range(_LEVELS, 0, -1):
        # 1/(real + i*imaginary), where the square of x may be beyond the range of floats
        share = real / imaginary
        scale = k / (imaginary * (1.0 + share * share))
        real, imaginary = 1.0 + share * scale, -scale
        size = real * real + imaginary * imaginary
        real, imaginary = k * real / size, x - k * imaginary / size
    share = real / imaginary
    scale = 1.0 / (imaginary * (1.0 + share * share))
    cosine, sine = math.cos(x), math.sin(x)
    return (cosine * share - sine) * scale, -(sine * share + cosine) * scale
