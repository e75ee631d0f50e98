"""Riemann's zeta function of real numbers and its derivatives.

Euler-Maclaurin summation (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions,
23.2.3 ff.) and, below 0, the functional equation 23.2.6; derivatives are the coefficients of the
same formulas for power series in the argument.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from math import inf, log, nan, pi

from gradcli.engine.functions.gamma import gamma, lgamma
from gradcli.engine.functions.polygamma import polygamma
from gradcli.engine.scalar import power

# The sum is taken over k below this.
_FIRST = 7

# B_2k/(2k)! for k = 1, 2, ...
_CORRECTIONS = (
    8.333333333333333e-02, -1.388888888888889e-03, 3.306878306878307e-05, -8.267195767195768e-07,
    2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
    8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
    3.5347070396294675e-21, -8.953517427037546e-23, 2.267952452337683e-24,
)  # fmt: skip

# From here on the terms from `_FIRST` on do not count.
_ONLY_FIRST = 60.0

# The functional equation takes over below this.
_LOWEST = -0.5

_LARGEST_ORDER = 60

Series = list[float]
"""The coefficients of 1, h, h^2, ... of a function of s + h."""


def zeta(x: float) -> float:
    """Return the sum of k^-x over k = 1, 2, ..., and what continues it below 1."""
    return zeta_derivative(0.0, x)


def zeta_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of zeta for n = 0, 1, ..., 60; NaN for other n."""
    if not (0.0 <= n <= _LARGEST_ORDER and n == math.floor(n)) or not x > -inf:
        return nan
    if x == 1.0:
        return inf
    if x == inf:
        return 0.0 if n else 1.0
    order = int(n)
    series = _direct(x, order) if x >= _LOWEST else _reflected(x, order)
    return series[order] * float(math.factorial(order))


def _direct(s: float, order: int) -> Series:
    columns = [_power(k, s, order) for k in range(_FIRST - 1, 0, -1)]
    if s < _ONLY_FIRST:
        columns.insert(0, _product(_tail(s, order), _power(_FIRST, s, order)))
    return [_sum(column) for column in zip(*columns, strict=True)]


def _tail(s: float, order: int) -> Series:
    """What the sum over all k from `_FIRST` on comes to, over the first term of it."""
    tail = [0.5] + [0.0] * order
    # N/(s - 1 + h), N times a geometric series.
    term = _FIRST / (s - 1.0)
    for place in range(order + 1):
        tail[place] += term
        term /= 1.0 - s
    factors = [s / _FIRST, 1.0 / _FIRST][: order + 1]
    rising = factors + [0.0] * (order + 1 - len(factors))
    for k, correction in enumerate(_CORRECTIONS):
        tail = [have + correction * more for have, more in zip(tail, rising, strict=True)]
        for j in (2 * k + 1, 2 * k + 2):
            rising = _times_linear(rising, (s + j) / _FIRST, 1.0 / _FIRST)
    return tail


def _power(k: int, s: float, order: int) -> Series:
    """The series of k^-(s + h)."""
    series = [power(float(k), -s)]
    for place in range(1, order + 1):
        series.append(series[-1] * -log(k) / place)
    return series


def _reflected(s: float, order: int) -> Series:
    """The series of 2 (2 pi)^(s - 1) sin(pi s/2) gamma(1 - s) zeta(1 - s), for s < 0."""
    complement = 1.0 - s
    mirrored = [c * (-1.0) ** place for place, c in enumerate(_direct(complement, order))]
    sine = _sine(s, order)
    size = [1.0]
    # The logarithm of (2 pi)^(s - 1) gamma(1 - s) has these derivatives, from the first on.
    slopes = [log(2.0 * pi) - polygamma(0.0, complement)]
    slopes += [polygamma(float(k), complement) * (-1.0) ** (k + 1) for k in range(1, order)]
    for place in range(1, order + 1):
        total = _sum(slopes[k] / math.factorial(k) * size[place - 1 - k] for k in range(place))
        size.append(total / place)
    # Beside a zero of the sine the size may overflow, and 0 times it is 0.
    return [_size(s) * c if c else 0.0 for c in _product(_product(size, sine), mirrored)]


def _size(s: float) -> float:
    """Return 2 (2 pi)^(s - 1) gamma(1 - s)."""
    if s > -170.0:
        half = power(2.0 * pi, 0.5 * (s - 1.0))  # the whole power may vanish
        return 2.0 * half * gamma(1.0 - s) * half
    logarithm = lgamma(1.0 - s) + (s - 1.0) * log(2.0 * pi)
    return 2.0 * math.exp(logarithm) if logarithm < 709.0 else inf


def _sine(s: float, order: int) -> Series:
    """The series of sin(pi*(s + h)/2), its argument reduced exactly."""
    quarter = math.fmod(s, 4.0)
    nearest = math.floor(quarter + 0.5)
    rest = 0.5 * pi * (quarter - nearest)
    sine, cosine = math.sin(rest), math.cos(rest)
    waves = (sine, cosine, -sine, -cosine)
    series, factor = [], 1.0
    for place in range(order + 1):
        series.append(waves[(nearest + place) % 4] * factor)
        factor *= 0.5 * pi / (place + 1)
    return series


def _sum(values: Iterable[float]) -> float:
    """The sum, which is infinite or NaN where its terms leave the range of floats."""
    terms = list(values)
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):
        return sum(terms)


def _product(a: Series, b: Series) -> Series:
    return [_sum(a[k] * b[n - k] for k in range(n + 1)) for n in range(len(a))]


def _times_linear(a: Series, constant: float, slope: float) -> Series:
    """A series times constant + slope*h."""
    return [constant * c + slope * before for c, before in zip(a, [0.0, *a[:-1]], strict=True)]
