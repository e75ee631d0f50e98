"""Riemann's zeta function of real numbers and its derivatives.

Around 1 Laurent's series, in whose coefficients Stieltjes' constants are (M. Abramowitz and I. A.
Stegun, Handbook of Mathematical Functions, 23.2.5), above it Euler-Maclaurin summation (23.2.3 ff.)
and below it the functional equation 23.2.6; derivatives are the coefficients of the same formulas
for power series in the argument.
"""

from __future__ import annotations

import math
from math import inf, log, nan, pi

from gradcli.engine.functions.gamma import gamma, lgamma
from gradcli.engine.functions.polygamma import polygamma
from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.scalar import power

# The coefficients of 1, h, h^2, ... in zeta(1 + h) - 1/h.
_AROUND_1 = (
    0.5772156649015329, 0.07281584548367673, -0.00484518159643616, -0.00034230573671722433,
    9.689041939447084e-05, -6.6110318108421895e-06, -3.316240908752772e-07, 1.0462094584479188e-07,
    -8.733218100273798e-09, 9.47827778276236e-11, 5.658421927608708e-11, -6.768689863513697e-12,
    3.4921159366720317e-13, 4.4104247417577536e-15, -2.3997862217709992e-15, 2.1677312200726828e-16,
    -9.544466076366965e-18, -7.387676660538637e-20, 4.800850782488065e-20, -4.139956737713306e-21,
    1.9168201593991233e-22, -2.0441543122262165e-24, -4.818498501107353e-25, 4.8118570515125666e-26,
    -2.560263310318815e-27, 6.927840895304667e-29, 1.628607550485587e-30, -3.1939375611532554e-31,
    2.0991515893634255e-32, -8.33674529544144e-34, 1.3412593772192187e-35, 9.137143891298173e-37,
)  # fmt: skip

# They are taken up to this distance from 1.
_AROUND = 2.0

# B_2k/(2k)! for k = 1, 2, ...
_CORRECTIONS = (
    8.333333333333333e-02, -1.388888888888889e-03, 3.306878306878307e-05, -8.267195767195768e-07,
    2.08767569878681e-08, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
    8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
    3.5347070396294675e-21, -8.953517427037546e-23, 2.267952452337683e-24,
)  # fmt: skip

# From here on none but the first terms count, without what is left of the sum.
_ONLY_FIRST = 60.0

# A float is so much less than 2*pi, relative to it.
_TAU_ERROR = 3.8981718325193755e-17

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
    series = _direct(x, order) if x >= 1.0 - _AROUND else _reflected(x, order)
    return series[order] * float(math.factorial(order))


def _direct(s: float, order: int) -> Series:
    return _laurent(s - 1.0, order) if s <= 1.0 + _AROUND else _summed(s, order)


def _laurent(h: float, order: int) -> Series:
    """Laurent's series around 1, expanded anew around 1 + h."""
    series = []
    term = 1.0 / h
    for place in range(order + 1):
        terms = [
            math.comb(k, place) * _AROUND_1[k] * h ** (k - place)
            for k in range(place, len(_AROUND_1))
        ]
        series.append(_sum([term, *terms]))
        term /= -h
    return series


def _summed(s: float, order: int) -> Series:
    # So far that what is left out in `_tail` does not count; beyond, the tail itself does not.
    first = int(min((s + 34.0) / 4.0, 13.0))
    terms: Series = []  # the coefficients of one after another
    if s < _ONLY_FIRST:
        terms += _product(_tail(first, s, order), _power(first, s, order))
    for k in range(first - 1, 0, -1):
        terms += _power(k, s, order)
    return [_sum(terms[place :: order + 1]) for place in range(order + 1)]


def _tail(first: int, s: float, order: int) -> Series:
    """What the sum over all k from the first on comes to, over the first term of it."""
    tail = [0.5] + [0.0] * order
    # N/(s - 1 + h), N times a geometric series.
    term = first / (s - 1.0)
    for place in range(order + 1):
        tail[place] += term
        term /= 1.0 - s
    factors = [s / first, 1.0 / first][: order + 1]
    rising = factors + [0.0] * (order + 1 - len(factors))
    for k, correction in enumerate(_CORRECTIONS):
        tail = [have + correction * more for have, more in zip(tail, rising, strict=True)]
        for j in range(2 * k + 1, 2 * k + 3):
            rising = _times_linear(rising, (s + j) / first, 1.0 / first)
    return tail


def _power(k: int, s: float, order: int) -> Series:
    """The series of k^-(s + h)."""
    series = [power(float(k), -s)]
    for place in range(1, order + 1):
        series.append(series[-1] * -log(k) / place)
    return series


def _reflected(s: float, order: int) -> Series:
    """The series of 2 (2 pi)^(s - 1) sin(pi s/2) gamma(1 - s) zeta(1 - s), for s < 0."""
    complement, error = two_diff(1.0, s)
    mirrored = [c * (-1.0) ** place for place, c in enumerate(_direct(complement, order))]
    sine = _sine(s, order)
    size = [1.0]
    # The logarithm of (2 pi)^(s - 1) gamma(1 - s) has these derivatives, from the first on.
    slopes = [log(2.0 * pi) - polygamma(0.0, complement)]
    slopes += [polygamma(float(k), complement) * (-1.0) ** (k + 1) for k in range(1, order)]
    for place in range(1, order + 1):
        total = _sum([slopes[k] / math.factorial(k) * size[place - 1 - k] for k in range(place)])
        size.append(total / place)
    # What the rounding of 1 - s, and of 2*pi, costs in the size.
    whole = _size(complement) * (1.0 - error * slopes[0] - complement * _TAU_ERROR)
    # Beside a zero of the sine the size may overflow, and 0 times it is 0.
    return [whole * c if c else 0.0 for c in _product(_product(size, sine), mirrored)]


def _size(complement: float) -> float:
    """Return 2 (2 pi)^-c gamma(c)."""
    if complement < 171.0:
        half = power(2.0 * pi, -0.5 * complement)  # the whole power may vanish
        return 2.0 * half * gamma(complement) * half
    logarithm = lgamma(complement) - complement * log(2.0 * pi)
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


def _sum(terms: Series) -> float:
    """The sum, which is infinite or NaN where its terms leave the range of floats."""
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):
        return sum(terms)


def _product(a: Series, b: Series) -> Series:
    return [_sum([a[k] * b[n - k] for k in range(n + 1)]) for n in range(len(a))]


def _times_linear(a: Series, constant: float, slope: float) -> Series:
    """A series times constant + slope*h."""
    return [constant * c + slope * before for c, before in zip(a, [0.0, *a[:-1]], strict=True)]
