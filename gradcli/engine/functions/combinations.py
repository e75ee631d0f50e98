"""Binomial coefficients and permutations of real numbers, and their slopes.

Both are quotients of gamma functions, n! = gamma(n + 1) by those of k and of n - k. Where one
below has a pole the quotient is 0 and its slope is not: at -m, 1/gamma has the slope (-1)^m m!.
"""

from __future__ import annotations

import math
from math import inf, nan, pi

from gradcli.engine.functions.beta import beta
from gradcli.engine.functions.gamma import gamma, sin_pi
from gradcli.engine.functions.gamma_sums import MODERATE, gamma_quotient, inverse_gamma_slope
from gradcli.engine.functions.integers import are_whole, rounded
from gradcli.engine.functions.polygamma import (
    digamma_near,
    polygamma,
    polygamma_rise,
    polygamma_sum,
)
from gradcli.engine.functions.twofold import Rounded, two_diff, two_sum
from gradcli.engine.scalar import div

# The binomial coefficient with a larger k is not a float.
_LARGEST = 1100.0

# So many factors of a falling power of a fraction are multiplied exactly.
_MOST_FACTORS = 60.0

# Gamma functions of more are no floats.
_LARGEST_GAMMA = 170.0

# A difference in the gamma function's argument that is smaller changes nothing.
_SMALLEST_STEP = 1e-25

# A rounding error that is smaller beside a number moves functions by its slope.
_LITTLE = 1e-3

# Numbers that are nearer to each other than that, beside how far the next pole is.
_BETWEEN = 0.02


def binomial(n: float, k: float) -> float:
    """Return gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1)), exactly for whole n and k."""
    if not (abs(n) < inf and abs(k) < inf):
        return nan
    if are_whole(n, k):
        return whole_binomial(n, k)
    if is_falling(k):
        return falling_over(n, k, 0, is_divided=True)
    if is_negative_whole(k):
        return 0.0
    if is_negative_whole(n):
        return nan
    above, below, rest = two_sum(n, 1.0), two_sum(k, 1.0), rest_of(n, k)
    if max(abs(above[0]), abs(below[0]), abs(rest[0])) < MODERATE:
        return gamma_quotient(above, below, rest)
    if above[0] <= 0.0:
        return _binomial_below(n, k)
    if below[0] <= 0.0:
        return _beyond(above, (k, 0.0))
    if rest[0] <= 0.0:
        return _beyond(above, two_diff(n, k))
    error = _carried(below, rest) + _carried(rest, below) - above[1] / above[0]
    return div(1.0 / above[0], beta(below[0], rest[0])) * (1.0 + error)


def _binomial_below(n: float, k: float) -> float:
    """The same for a negative n of any size."""
    below, rest = two_sum(k, 1.0), rest_of(n, k)
    if rest[0] > 0.0:
        return _of_lower(n, rest, below, -k)
    if below[0] > 0.0:
        return _of_lower(n, below, rest, k - n)
    factor, upper = _reflected(n, k)
    return times(binomial(upper, k), factor)


def _of_lower(n: float, lower: Rounded, other: Rounded, whole: float) -> float:
    """The same, with a positive k + 1 or n - k + 1; the other gamma functions are reflected.

    That is 1/(w*beta(lower, -n)) but for sines, with w = lower - n - 1.
    """
    sines = div(sin_pi(*other), sin_pi(*two_sum(n, 1.0)))
    value = div(div(1.0, whole), beta(lower[0], -n)) * (1.0 + _carried(lower, (-n, 0.0)))
    return times(value, sines)


def binomial_slope_n(n: float, k: float) -> float:
    """Return binomial(n, k)*(digamma(n + 1) - digamma(n - k + 1)), the partial by n."""
    if not (abs(n) < inf and abs(k) < inf):
        return nan
    if is_polynomial(n, k):
        return falling_over(n, k, 1, is_divided=True)
    if is_negative_whole(n):
        return nan
    rest = rest_of(n, k)
    if _is_pole(rest):
        return _at_pole(n, rest)
    return binomial(n, k) * _rise_over(n, k)


def binomial_slope_k(n: float, k: float) -> float:
    """Return binomial(n, k)*(digamma(n - k + 1) - digamma(k + 1)), the partial by k."""
    if not (abs(n) < inf and abs(k) < inf) or is_negative_whole(n):
        return nan
    below, rest = two_sum(k, 1.0), rest_of(n, k)
    if _is_pole(rest):
        return -_at_pole(n, rest)
    if _is_pole(below):
        return _at_pole(n, below)
    return times(binomial(n, k), _rise_below(n, k, below, rest))


def _rise_below(n: float, k: float, below: Rounded, rest: Rounded) -> float:
    """Return digamma(n - k + 1) - digamma(k + 1), of large numbers apart from the sign by n only.

    Then one of the two is reflected, digamma(1 - z) = digamma(z) + pi*cot(pi*z): what is left of
    their difference is small, and where k is half a number the cotangent is 0.
    """
    if rest[0] <= -MODERATE and below[0] > 0.0:
        turned = two_diff(k, n)
        return rise(below, two_diff(-1.0, n), turned) + _cotangent(turned)
    if below[0] <= -MODERATE and rest[0] > 0.0:
        return rise((-k, 0.0), two_sum(n, 1.0), rest) + _cotangent((k, 0.0))
    return rise(below, two_diff(n, 2.0 * k), rest)


def _cotangent(z: Rounded) -> float:
    """Return pi*cot(pi*z)."""
    high, error = two_sum(z[0], 0.5)
    return pi * sin_pi(high, error + z[1]) / sin_pi(*z)


def permutations(n: float, k: float) -> float:
    """Return gamma(n + 1)/gamma(n - k + 1), exactly for whole n and k."""
    if not (abs(n) < inf and abs(k) < inf):
        return nan
    if are_whole(n, k) and 0.0 <= k < _LARGEST:
        return whole_falling(n, k)
    if is_falling(k):
        return falling_over(n, k, 0, is_divided=False)
    if is_negative_whole(n):
        return nan
    above, rest = two_sum(n, 1.0), rest_of(n, k)
    if min(above[0], rest[0]) <= -MODERATE and max(above[0], rest[0]) <= 0.0:
        factor, upper = _reflected(n, k)
        return times(permutations(upper, k), factor)
    if max(above[0], rest[0]) < MODERATE or rest[0] <= 0.0 or not abs(k) < _LARGEST_GAMMA:
        return gamma_quotient(above, rest)
    if abs(k) < _SMALLEST_STEP:
        return 1.0
    if k > 0.0:
        return div(gamma(k), beta(rest[0], k)) * (1.0 + _carried(rest, (k, 0.0)))
    return beta(above[0], -k) / gamma(-k) * (1.0 - _carried(above, (-k, 0.0)))


def permutations_slope_n(n: float, k: float) -> float:
    """Return permutations(n, k)*(digamma(n + 1) - digamma(n - k + 1)), the partial by n."""
    if not (abs(n) < inf and abs(k) < inf):
        return nan
    if is_polynomial(n, k):
        return falling_over(n, k, 1, is_divided=False)
    if is_negative_whole(n):
        return nan
    if _is_pole(rest_of(n, k)):
        return _permutations_at_pole(n, k)
    return permutations(n, k) * _rise_over(n, k)


def permutations_slope_k(n: float, k: float) -> float:
    """Return permutations(n, k)*digamma(n - k + 1), the partial by k."""
    if not (abs(n) < inf and abs(k) < inf) or is_negative_whole(n):
        return nan
    rest = rest_of(n, k)
    if _is_pole(rest):
        return -_permutations_at_pole(n, k)
    return permutations(n, k) * digamma_near(*rest)


def times(value: float, factor: float) -> float:
    """Return a product that is 0 if the factor is, however large the value may be."""
    return value * factor if factor else 0.0


def _permutations_at_pole(n: float, k: float) -> float:
    """Return n! times the slope of 1/gamma at its pole n - k + 1."""
    above, rest = two_sum(n, 1.0), rest_of(n, k)
    if max(abs(above[0]), abs(rest[0])) < MODERATE or above[0] > 0.0:
        return gamma_quotient(above) * inverse_gamma_slope(rest[0])
    _, upper = _reflected(n, k)
    return pi * _sign_at(rest) / sin_pi(*above) * permutations(upper, k)


def _reflected(n: float, k: float) -> Rounded:
    """Return f and m of n!/(n - k)! = f*m!/(m - k)!, where m = k - n - 1 is not negative."""
    rest = rest_of(n, k)
    upper, error = -rest[0], -rest[1]
    factor = div(sin_pi(*rest), sin_pi(*two_sum(n, 1.0)))
    return factor * (1.0 + times(_rise_over(upper, k), error)), upper


def _beyond(above: Rounded, k: Rounded) -> float:
    """Return gamma(a)/(gamma(k + 1)*gamma(a - k)) for a negative k, its gamma reflected."""
    error = k[1] * (digamma_near(above[0] - k[0], 0.0) - digamma_near(-k[0], 0.0))
    error -= _carried(above, (-k[0], 0.0))
    return -sin_pi(*k) / pi * beta(above[0], -k[0]) * (1.0 + error)


def _carried(x: Rounded, y: Rounded) -> float:
    """What the rounding error of x does to the logarithm of gamma(x + y)/gamma(x)."""
    return x[1] * polygamma_rise(0.0, x[0], y[0])


def _at_pole(n: float, pole: Rounded) -> float:
    """Return n! times the slope of 1/gamma at a whole pole, over the other gamma function below.

    That is n!*m!/gamma(n + m + 2) at -m, with the sign of (-1)^m.
    """
    return beta(n + 1.0, 1.0 - pole[0]) * _sign_at(pole)


def _sign_at(pole: Rounded) -> float:
    """Return (-1)^m for a pole at -m, which may be no float."""
    return -1.0 if (pole[0] % 2.0 + pole[1]) % 2.0 else 1.0


def _rise_over(n: float, k: float) -> float:
    """Return digamma(n + 1) - digamma(n - k + 1)."""
    return rise(rest_of(n, k), (k, 0.0), two_sum(n, 1.0))


def rise(x: Rounded, y: Rounded, z: Rounded, order: int = 0) -> float:
    """Return polygamma(order, z) - polygamma(order, x) for z = x + y, which is small beside x."""
    least = min(x[0], z[0])
    if least < 0.0:  # between two poles nothing cancels but of numbers that are next to each other
        is_apart = abs(y[0]) + abs(x[1]) > _BETWEEN * abs(least - round(least))
    else:
        is_lost = abs(x[1]) > _LITTLE * least  # z is nothing beside x, and part of its error
        is_apart = is_lost or not (least > 1.0 or abs(y[0]) < 0.5 * least)
    if is_apart:  # none cancels, and errors count
        return polygamma_sum(order, *z) - polygamma_sum(order, *x)
    whole = polygamma_rise(order, x[0], y[0])
    moved = x[1] * polygamma_rise(order + 1.0, x[0], y[0]) if x[1] else 0.0
    return whole + moved + (y[1] * polygamma(order + 1.0, z[0]) if y[1] else 0.0)


def rest_of(n: float, k: float) -> Rounded:
    """The number n - k + 1."""
    difference, first = two_diff(n, k)
    total, second = two_sum(difference, 1.0)
    return two_sum(total, first + second)  # where n - k is -1, the error is all that there is


def _is_pole(z: Rounded) -> bool:
    """Whether the gamma function has a pole there."""
    return -inf < z[0] <= 0.0 and z[0] == math.floor(z[0]) and z[1] == math.floor(z[1])


def is_negative_whole(x: float) -> bool:
    """Whether x is one of -1, -2, ..."""
    return x < 0.0 and x == math.floor(x)


def is_polynomial(n: float, k: float) -> bool:
    """Whether derivatives by n are computed exactly."""
    return is_falling(k) or (are_whole(n, k) and 0.0 <= k < _LARGEST)


def is_falling(k: float) -> bool:
    """Whether k is the number of factors of a product that is computed exactly."""
    return 0.0 <= k <= _MOST_FACTORS and k == math.floor(k)


def falling(n: float, k: int, order: int) -> tuple[int, int]:
    """Return a derivative of n*(n - 1)*...*(n - k + 1), as a numerator and a denominator.

    Args:
        n: any finite number.
        k: how many factors there are.
        order: how many times it is differentiated.
    """
    numerator, denominator = n.as_integer_ratio()
    derivatives = [1] + [0] * order
    for place in range(k):
        factor = numerator - place * denominator
        for each in range(order, 0, -1):
            lower = each * derivatives[each - 1] * denominator
            derivatives[each] = derivatives[each] * factor + lower
        derivatives[0] *= factor
    return derivatives[order], denominator**k


def falling_over(n: float, k: float, order: int, *, is_divided: bool) -> float:
    """Return the same as a float, over k! if it is divided by that."""
    value, scale = falling(n, int(k), order)
    return ratio(value, scale * math.factorial(int(k)) if is_divided else scale)


def ratio(above: int, below: int) -> float:
    """Return the quotient of two whole numbers, rounded once."""
    try:
        quotient: float = above / below
    except OverflowError:
        return -inf if above < 0 else inf
    return quotient


def whole_falling(n: float, k: float) -> float:
    """Return n*(n - 1)*...*(n - k + 1) for whole numbers, k not below 0."""
    if 0.0 <= n < k:
        return 0.0
    return rounded(math.prod(range(int(n), int(n) - int(k), -1)))


def whole_binomial(n: float, k: float) -> float:
    """Return the binomial coefficient of whole numbers."""
    above, below = int(n), int(k)
    if above >= 0:
        return _comb(above, below) if 0 <= below <= above else 0.0
    # By symmetry; gamma has poles on both sides of the bar, and their ratio is this.
    if below >= 0:
        return (-1.0) ** (below % 2) * _comb(below - above - 1, below)
    sign = (-1.0) ** ((above - below) % 2)
    return sign * _comb(-below - 1, above - below) if below <= above else 0.0


def _comb(n: int, k: int) -> float:
    return rounded(math.comb(n, k)) if min(k, n - k) < _LARGEST else inf
