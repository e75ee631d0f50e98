"""The derivatives of the logarithm of the gamma function."""

from __future__ import annotations

import math
from math import copysign, inf, nan

# From here the asymptotic series, with the terms given below, is exact to double precision.
_ASYMPTOTIC = 15.0

# B_2k for k = 1, 2, ...: the Bernoulli numbers of the asymptotic series.
_BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510,
    43867 / 798, -174611 / 330, 854513 / 138, -236364091 / 2730, 8553103 / 6,
)  # fmt: skip


def digamma(x: float) -> float:
    """Return the derivative of log(gamma(x)).

    Reflection for negative x, recurrence upwards, then the asymptotic series: M. Abramowitz and
    I. A. Stegun, Handbook of Mathematical Functions, 6.3.7, 6.3.5, 6.3.18.
    """
    if x <= 0.0:
        if x == 0.0:
            return copysign(inf, -x)
        if x == math.floor(x):
            return nan
        return digamma(1.0 - x) - math.pi / math.tan(math.pi * (x - round(x)))
    if not x < inf:
        return x
    shift = 0.0
    while x < _ASYMPTOTIC:
        shift += 1.0 / x
        x += 1.0
    q = 1.0 / (x * x)
    series = 0.0
    for k in range(len(_BERNOULLI), 0, -1):
        series = (series + _BERNOULLI[k - 1] / (2 * k)) * q
    return math.log(x) - 0.5 / x - series - shift


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma at x, for n = 0, 1, 2, ...; NaN for other n."""
    if n == 0.0:
        return digamma(x)
    if not (n > 0.0 and n == math.floor(n) and n < 170.0) or x != x:
        return nan
    order = int(n)
    sign = -1.0 if order % 2 == 0 else 1.0
    if x <= 0.0:
        return nan
    total = 0.0
    while x < _ASYMPTOTIC + order:
        total += x ** -(order + 1.0)
        x += 1.0
    factorial = math.gamma(order + 1.0)
    tail = x**-order / order + 0.5 * x ** -(order + 1.0)
    term = 0.5 * (order + 1.0) * x ** -(order + 2.0)
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        tail += bernoulli * term
        term *= (order + 2 * k) * (order + 2 * k + 1) / ((2 * k + 1) * (2 * k + 2) * x * x)
    return sign * factorial * (total + tail)
