"""Partials of any order of binomial coefficients and permutations, at poles of a gamma below, too.

Each is a product of gamma(n + 1) and of 1/gamma, which has a derivative everywhere. One of an
argument z below 1/2 is reflected, 1/gamma(z) = sin(pi*z)*gamma(1 - z)/pi: what is left of the
logarithm is smooth, and the sines are multiplied to it as they are, at their zeros, too. All are
kept as the coefficients of their Taylor series in the steps of n and of k.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from math import factorial, inf, nan, pi

from gradcli.engine.functions.beta import beta
from gradcli.engine.functions.combinations import (
    Rounded,
    binomial,
    falling_over,
    is_negative_whole,
    is_polynomial,
    permutations,
    rest_of,
    rise,
    times,
)
from gradcli.engine.functions.gamma import gamma, sin_pi
from gradcli.engine.functions.integers import are_whole
from gradcli.engine.functions.polygamma import polygamma_rise, polygamma_sum
from gradcli.engine.functions.twofold import two_diff, two_sum

_Series = dict[tuple[int, int], float]
"""The coefficients of a series in the steps of n and of k, by their exponents."""

_MOST_ORDERS = 12
"""Partials of more are not computed."""

_REFLECTED = 0.5
"""A gamma function of less is reflected."""


def binomial_derivative(i: float, j: float, n: float, k: float) -> float:
    """Return the partial of binomial(n, k), i times by n and j times by k."""
    return _derivative(_binomial, i, j, n, k)


def permutations_derivative(i: float, j: float, n: float, k: float) -> float:
    """Return the partial of permutations(n, k), i times by n and j times by k."""
    return _derivative(_permutations, i, j, n, k)


def _named(i: int, j: int) -> tuple[Callable[[float, float], float], ...]:
    return (
        lambda n, k: binomial_derivative(i, j, n, k),
        lambda n, k: permutations_derivative(i, j, n, k),
    )


binomial_slope_nn, permutations_slope_nn = _named(2, 0)
binomial_slope_nk, permutations_slope_nk = _named(1, 1)
binomial_slope_kk, permutations_slope_kk = _named(0, 2)


def _derivative(
    smooth: Callable[[float, float, int], tuple[float, _Series]],
    i: float,
    j: float,
    n: float,
    k: float,
) -> float:
    """A partial of a function, from the series of its smooth part."""
    if not (min(i, j) >= 0.0 and i + j <= _MOST_ORDERS and are_whole(i, j)):
        return nan
    if not (abs(n) < inf and abs(k) < inf):
        return nan
    if j == 0.0 and is_polynomial(n, k):
        return falling_over(n, k, int(i), is_divided=smooth is _binomial)
    if is_negative_whole(n):
        return nan
    order = int(i + j)
    (value, series), rest = smooth(n, k, order), rest_of(n, k)
    if _is_turned(n, rest):
        series = _times(series, _quotient_of_sines(n, k, order))
    elif rest[0] < _REFLECTED:
        series = _times(series, _sine(rest, 1, -1, order))
    return times(value, factorial(int(i)) * factorial(int(j)) * series[int(i), int(j)])


def relative(name: str, i: int, j: int, n: float, k: float) -> float:
    """Return a partial of binomial or permutations over its value, for n >= k > 0."""
    smooth = _binomial if name == "binomial" else _permutations
    return factorial(i) * factorial(j) * smooth(n, k, i + j)[1][i, j]


def _is_turned(n: float, rest: Rounded) -> bool:
    """Whether gamma(n + 1), too, is reflected: its poles would be where 1/gamma(rest) is 0."""
    return n < -_REFLECTED and rest[0] < _REFLECTED


def _binomial(n: float, k: float, order: int) -> tuple[float, _Series]:
    """The value of the smooth part, and the series of what it is multiplied by."""
    below, rest, opposite = two_sum(k, 1.0), rest_of(n, k), two_diff(k, n)
    by_k = _of_rest(rest, opposite, order)
    if below[0] < _REFLECTED <= rest[0]:
        value = beta(n + 1.0, -k)
        by_k = [(-1.0) ** q * polygamma_rise(q, -k, n + 1.0) for q in range(order)]
    elif below[0] < _REFLECTED:
        value = beta(opposite[0], -k)
        by_k = [each - (-1.0) ** q * _psi(q, (-k, 0.0)) for q, each in enumerate(by_k)]
    elif rest[0] < _REFLECTED:
        is_turned = _is_turned(n, rest)
        value = binomial(opposite[0] - 1.0, k) if is_turned else beta(n + 1.0, opposite[0])
        by_k = [-polygamma_rise(q, opposite[0], n + 1.0) for q in range(order)]
    else:
        value, step = binomial(n, k), two_diff(n, 2.0 * k)
        by_k = [each - _psi(q, below) for q, each in enumerate(by_k)]
        by_k[:1] = [rise(below, step, rest)] if by_k else []
    series = _exponential(_logarithm(n, k, by_k), order)
    if below[0] < _REFLECTED:
        series = _times(series, _sine(below, 0, 1, order))
    return value, series


def _permutations(n: float, k: float, order: int) -> tuple[float, _Series]:
    """The same of permutations."""
    rest, opposite = rest_of(n, k), two_diff(k, n)
    if rest[0] >= _REFLECTED:
        value = permutations(n, k)
    elif _is_turned(n, rest):
        value = permutations(opposite[0] - 1.0, k)
    else:
        value = gamma(n + 1.0) * gamma(opposite[0])
    return value, _exponential(_logarithm(n, k, _of_rest(rest, opposite, order)), order)


def _of_rest(rest: Rounded, opposite: Rounded, order: int) -> list[float]:
    """The derivatives by k, from the first on, of -log(gamma(rest)), or log(gamma(k - n))."""
    if rest[0] < _REFLECTED:
        return [_psi(q, opposite) for q in range(order)]
    return [(-1.0) ** q * _psi(q, rest) for q in range(order)]


def _logarithm(n: float, k: float, by_k: Sequence[float]) -> _Series:
    """The series of the smooth part's logarithm without its value, from its derivatives by k."""
    order = len(by_k)
    rest, opposite, above = rest_of(n, k), two_diff(k, n), two_sum(n, 1.0)
    is_near = rest[0] < _REFLECTED
    series = {(0, q): each / factorial(q) for q, each in enumerate(by_k, start=1)}
    for total in range(1, order + 1):
        of_rest = _psi(total - 1, opposite) if is_near else -_psi(total - 1, rest)
        sign = (-1.0) ** total if is_near else 1.0
        for p in range(1, total):
            part = math.comb(total, p) * (-1.0) ** (total - p) / factorial(total)
            series[p, total - p] = sign * part * of_rest
        if _is_turned(n, rest):
            by_n = sign * polygamma_rise(total - 1.0, -n, k)
        elif not is_near and above[0] > 0.0:
            by_n = rise(rest, (k, 0.0), above, total - 1)
        else:
            by_n = _psi(total - 1, above) + sign * of_rest
        series[total, 0] = by_n / factorial(total)
    return series


def _psi(order: int, x: Rounded) -> float:
    return polygamma_sum(float(order), *x)


def _exponential(logarithm: _Series, order: int) -> _Series:
    """The series of an exponential that is 1 at first."""
    total: _Series = {(p, each - p): 0.0 for each in range(order + 1) for p in range(each + 1)}
    total[0, 0] = 1.0
    term = total
    for count in range(1, order + 1):
        term = {exponents: each / count for exponents, each in _times(term, logarithm).items()}
        total = {exponents: each + term[exponents] for exponents, each in total.items()}
    return total


def _sine(x: Rounded, of_n: int, of_k: int, order: int) -> _Series:
    """The series of sin(pi*z)/pi, where z moves by so much with n and with k."""
    waves = [sin_pi(x[0] + 0.5 * (place % 4), x[1]) for place in range(order + 1)]
    return {
        (p, total - p): wave
        * pi ** (total - 1)
        * of_n**p
        * of_k ** (total - p)
        / (factorial(p) * factorial(total - p))
        for total, wave in enumerate(waves)
        for p in range(total + 1)
    }


def _quotient_of_sines(n: float, k: float, order: int) -> _Series:
    """The series of sin(pi*(n - k + 1))/sin(pi*(n + 1)), which is cos(pi*k) - cot(pi*n)*sin(pi*k).

    The cotangent times pi is digamma(-n) - digamma(n + 1).
    """
    above, waves = two_sum(n, 1.0), _sine((k, 0.0), 0, 1, order + 1)
    series: _Series = {}
    for p in range(order + 1):
        cotangent = ((-1.0) ** p * _psi(p, (-n, 0.0)) - _psi(p, above)) / factorial(p)
        for q in range(order + 1 - p):
            cosine = (q + 1) * waves[0, q + 1] if p == 0 else 0.0
            series[p, q] = cosine - cotangent * waves[0, q]
    return series


def _times(a: _Series, b: _Series) -> _Series:
    """The product of two series, of as many terms as the first has."""
    product = dict.fromkeys(a, 0.0)
    for (i, j), x in a.items():
        for (p, q), y in b.items():
            if x and y and (i + p, j + q) in product:
                product[i + p, j + q] += x * y
    return product
