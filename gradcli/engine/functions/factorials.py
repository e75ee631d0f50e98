"""Partials of any order of binomial coefficients and permutations, at poles of a gamma below, too.

Each is a product of gamma(n + 1) and of 1/gamma, which has a derivative everywhere. One of an
argument z below 1/2 is reflected, 1/gamma(z) = sin(pi*z)*gamma(1 - z)/pi: what is left of the
logarithm is smooth, and the sines are multiplied to it as they are, at their zeros, too. All are
kept as the coefficients of their Taylor series in the steps of n and of k.
"""

from __future__ import annotations

from math import factorial, fmod, inf, nan, pi

from gradcli.engine.functions.beta import beta
from gradcli.engine.functions.combinations import (
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
from gradcli.engine.functions.twofold import Rounded, two_diff, two_sum
from gradcli.engine.scalar import div

MOST_ORDERS = 12
"""Partials of more are not computed."""

REFLECTED = 0.5
"""A gamma function of less is reflected."""


def binomial_derivative(i: float, j: float, n: float, k: float) -> float:
    """Return the partial of binomial(n, k), i times by n and j times by k."""
    return _derivative(i, j, n, k, is_divided=True)


def binomial_slope_nn(n: float, k: float) -> float:
    """Return the second partial of binomial(n, k) by n."""
    return _derivative(2.0, 0.0, n, k, is_divided=True)


def binomial_slope_nk(n: float, k: float) -> float:
    """Return the partial of binomial(n, k) by n and by k."""
    return _derivative(1.0, 1.0, n, k, is_divided=True)


def binomial_slope_kk(n: float, k: float) -> float:
    """Return the second partial of binomial(n, k) by k."""
    return _derivative(0.0, 2.0, n, k, is_divided=True)


def permutations_derivative(i: float, j: float, n: float, k: float) -> float:
    """Return the partial of permutations(n, k), i times by n and j times by k."""
    return _derivative(i, j, n, k, is_divided=False)


def permutations_slope_nn(n: float, k: float) -> float:
    """Return the second partial of permutations(n, k) by n."""
    return _derivative(2.0, 0.0, n, k, is_divided=False)


def permutations_slope_nk(n: float, k: float) -> float:
    """Return the partial of permutations(n, k) by n and by k."""
    return _derivative(1.0, 1.0, n, k, is_divided=False)


def permutations_slope_kk(n: float, k: float) -> float:
    """Return the second partial of permutations(n, k) by k."""
    return _derivative(0.0, 2.0, n, k, is_divided=False)


def _derivative(i: float, j: float, n: float, k: float, *, is_divided: bool) -> float:
    """A partial of binomial, or of permutations, from the series of its smooth part."""
    if not (min(i, j) >= 0.0 and i + j <= MOST_ORDERS and are_whole(i, j)):
        return nan
    if not (abs(n) < inf and abs(k) < inf):
        return nan
    if j == 0.0 and is_polynomial(n, k):
        return falling_over(n, k, int(i), is_divided=is_divided)
    if is_negative_whole(n):
        return nan
    side = int(i + j) + 1
    series, rest = _series(n, k, side, is_divided=is_divided), rest_of(n, k)
    if _is_turned(n, rest):
        series = product(series, _quotient_of_sines(n, k, side), side)
    elif rest[0] < REFLECTED:
        series = product(series, sine(rest, 1.0, -1.0, side), side)
    value = _smooth(n, k, is_divided=is_divided)
    return times(value, factorial(int(i)) * factorial(int(j)) * series[int(i) * side + int(j)])


def relative(name: str, i: int, j: int, n: float, k: float) -> float:
    """Return a partial of binomial or permutations over its value, for n >= k > 0."""
    side = i + j + 1
    series = _series(n, k, side, is_divided=name == "binomial")
    return factorial(i) * factorial(j) * series[i * side + j]


def _is_turned(n: float, rest: Rounded) -> bool:
    """Whether gamma(n + 1), too, is reflected: its poles would be where 1/gamma(rest) is 0."""
    return n < -REFLECTED and rest[0] < REFLECTED


def _smooth(n: float, k: float, *, is_divided: bool) -> float:
    """The value of the smooth part."""
    below, rest, opposite = two_sum(k, 1.0), rest_of(n, k), two_diff(k, n)
    if is_divided and below[0] < REFLECTED:
        return beta(n + 1.0, -k) if rest[0] >= REFLECTED else beta(opposite[0], -k)
    if rest[0] >= REFLECTED:
        return binomial(n, k) if is_divided else permutations(n, k)
    if _is_turned(n, rest) and is_divided:
        # binomial(k - n - 1, k): k - n may be rounded by more than a unit of 1.
        return div(1.0, opposite[0] * beta(-n, below[0]))
    if _is_turned(n, rest):
        return permutations(opposite[0] - 1.0, k)
    return beta(n + 1.0, opposite[0]) if is_divided else gamma(n + 1.0) * gamma(opposite[0])


def _series(n: float, k: float, side: int, *, is_divided: bool) -> list[float]:
    """The series of what the smooth part is multiplied by, of so many orders.

    A list: the coefficient of the p-th power of the step of n and the q-th of that of k has the
    place p*side + q; those with p + q >= side are not computed.
    """
    below = two_sum(k, 1.0)
    slopes = _slopes_by_k(n, k, side, is_divided=is_divided)
    series = exponential(_logarithm(n, k, slopes, side), side)
    if is_divided and below[0] < REFLECTED:
        series = product(series, sine(below, 0.0, 1.0, side), side)
    return series


def _slopes_by_k(n: float, k: float, side: int, *, is_divided: bool) -> list[float]:
    """The derivatives by k, from the first on, of the logarithm of the smooth part."""
    below, rest, opposite = two_sum(k, 1.0), rest_of(n, k), two_diff(k, n)
    found: list[float] = []
    for q in range(side - 1):
        sign = -1.0 if q % 2 == 1 else 1.0
        if is_divided and below[0] < REFLECTED <= rest[0]:
            found.append(sign * polygamma_rise(q, -k, n + 1.0))
        elif is_divided and below[0] >= REFLECTED > rest[0]:
            found.append(-polygamma_rise(q, opposite[0], n + 1.0))
        elif is_divided and below[0] >= REFLECTED and q == 0:
            step = two_diff(n, 2.0 * k)
            found.append(rise(below, step, rest))
        else:
            own = _psi(q, opposite) if rest[0] < REFLECTED else sign * _psi(q, rest)
            if is_divided and below[0] < REFLECTED:
                own -= sign * _psi(q, (-k, 0.0))
            elif is_divided:
                own -= _psi(q, below)
            found.append(own)
    return found


def _logarithm(n: float, k: float, slopes: list[float], side: int) -> list[float]:
    """The series of the smooth part's logarithm without its value, from its derivatives by k."""
    rest, opposite, above = rest_of(n, k), two_diff(k, n), two_sum(n, 1.0)
    is_near = rest[0] < REFLECTED
    series = [0.0] * (side * side)
    for total in range(1, side):
        series[total] = slopes[total - 1] / factorial(total)
        of_rest = _psi(total - 1, opposite) if is_near else -_psi(total - 1, rest)
        sign = -1.0 if is_near and total % 2 == 1 else 1.0
        for p in range(1, total):
            turn = -1.0 if (total - p) % 2 == 1 else 1.0
            part = turn / (factorial(p) * factorial(total - p))
            series[p * side + total - p] = sign * part * of_rest
        if _is_turned(n, rest):
            by_n = sign * polygamma_rise(total - 1.0, -n, k)
        elif not is_near and above[0] > 0.0:
            by_n = rise(rest, (k, 0.0), above, total - 1)
        else:
            by_n = _psi(total - 1, above) + sign * of_rest
        series[total * side] = by_n / factorial(total)
    return series


def _psi(order: float, x: Rounded) -> float:
    return polygamma_sum(order, *x)


def exponential(logarithm: list[float], side: int) -> list[float]:
    """The series of an exponential that is 1 at first."""
    total = [1.0, *[0.0] * (side * side - 1)]
    term = [1.0, *[0.0] * (side * side - 1)]
    for count in range(1, side):
        grown = product(term, logarithm, side)
        term = [each / count for each in grown]
        total = [one + other for one, other in zip(total, term, strict=True)]
    return total


def sine(x: Rounded, of_n: float, of_k: float, side: int) -> list[float]:
    """The series of sin(pi*z)/pi, where z moves by so much with n and with k."""
    series = [0.0] * (side * side)
    for p in range(side):
        for q in range(side - p):
            # Quarter turns may be nothing beside a large number, or a small one beside them.
            turned, error = two_sum(fmod(x[0], 2.0), 0.5 * ((p + q) % 4))
            wave = sin_pi(turned, error + x[1]) * pi ** (p + q - 1)
            series[p * side + q] = wave * of_n**p * of_k**q / (factorial(p) * factorial(q))
    return series


def _quotient_of_sines(n: float, k: float, side: int) -> list[float]:
    """The series of sin(pi*(n - k + 1))/sin(pi*(n + 1)), which is cos(pi*k) - cot(pi*n)*sin(pi*k).

    The cotangent times pi is digamma(-n) - digamma(n + 1).
    """
    above, longer = two_sum(n, 1.0), side + 1
    waves = sine((k, 0.0), 0.0, 1.0, longer)
    series = [0.0] * (side * side)
    for p in range(side):
        sign = -1.0 if p % 2 == 1 else 1.0
        cotangent = (sign * _psi(p, (-n, 0.0)) - _psi(p, above)) / factorial(p)
        for q in range(side - p):
            cosine = (q + 1) * waves[q + 1] if p == 0 else 0.0
            series[p * side + q] = cosine - cotangent * waves[q]
    return series


def product(a: list[float], b: list[float], side: int) -> list[float]:
    """The product of two series."""
    result = [0.0] * (side * side)
    for i in range(side):
        for j in range(side - i):
            for p in range(side - i - j):
                for q in range(side - i - j - p):
                    x, y = a[i * side + j], b[p * side + q]
                    if x != 0.0 and y != 0.0:
                        result[(i + p) * side + j + q] += x * y
    return result
