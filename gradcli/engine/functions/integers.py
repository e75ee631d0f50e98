"""Functions of whole numbers, exact wherever the result is a float, and what rounds to them."""

from __future__ import annotations

import math
from math import copysign, inf, isnan, log, nan, pi

from gradcli.engine.functions.elementary import cbrt
from gradcli.engine.functions.gamma import sin_pi
from gradcli.engine.functions.gamma_sums import gamma_quotient, gamma_sum
from gradcli.engine.functions.twofold import two_diff, two_product, two_sum
from gradcli.engine.scalar import div

# From here on every float is an integer already.
_ALL_INTEGERS = 2.0**52

# The binomial coefficient with a larger k or the double factorial of a larger n is not a float.
_LARGEST = 1100.0

# So many factors of a falling power of a fraction are multiplied exactly.
_MOST_FACTORS = 60.0


def trunc(x: float) -> float:
    """Return the integer part of x, towards 0."""
    return copysign(abs(x) // 1.0, x) if abs(x) < _ALL_INTEGERS else x


def rem(x: float, y: float) -> float:
    """Return the remainder of x/y with the sign of x; NaN if y is 0."""
    try:
        return math.fmod(x, y)
    except ValueError:
        return nan


def root(x: float, n: float) -> float:
    """Return the n-th root of x: the real one of a negative number if n is odd."""
    if n == 2.0:
        return math.sqrt(x) if x >= 0.0 else nan
    if n == 3.0:
        return cbrt(x)
    if x < 0.0:
        return -root(-x, n) if n % 2.0 == 1.0 else nan
    if n == 0.0 or isnan(n) or isnan(x):
        return nan
    if x in {0.0, inf} or abs(n) == inf:
        return math.pow(x, 1.0 / n) if x or n > 0.0 else inf
    exponent = 1.0 / n
    try:
        result = math.pow(x, exponent)
    except OverflowError:
        return inf
    if not 1e-290 < abs(exponent) < 1e290:
        return result
    product, rounding = two_product(exponent, n)
    return result + result * (((1.0 - product) - rounding) / n * log(x))


def gcd(x: float, y: float) -> float:
    """Return the greatest common divisor of two whole numbers; NaN of others."""
    return float(math.gcd(int(x), int(y))) if _are_whole(x, y) else nan


def lcm(x: float, y: float) -> float:
    """Return the least common multiple of two whole numbers; NaN of others."""
    return _rounded(math.lcm(int(x), int(y))) if _are_whole(x, y) else nan


def double_factorial(n: float) -> float:
    """Return n*(n - 2)*(n - 4)*..., in between 2^(n/2) gamma(n/2 + 1) (2/pi)^(sin(pi*n/2)^2/2)."""
    if not n < _LARGEST:
        return inf if n > 0.0 else n
    if not n > -inf or (n < 0.0 and n % 2.0 == 0.0):
        return nan
    if n == math.floor(n) and n >= -1.0:
        return _rounded(math.prod(range(int(n), 1, -2)))
    if n == math.floor(n):
        return div(1.0, double_factorial(-n - 2.0)) * (-1.0 if n % 4.0 == 1.0 else 1.0)
    half = 0.5 * n
    total = gamma_sum(half, 1.0)
    return math.pow(2.0, half) * math.pow(0.5 * pi, -0.5 * sin_pi(half) ** 2) * total


def binomial(n: float, k: float) -> float:
    """Return gamma(n + 1)/(gamma(k + 1)*gamma(n - k + 1)), exactly for whole n and k."""
    if isnan(n) or isnan(k) or abs(n) == inf or abs(k) == inf:
        return nan
    if _are_whole(n, k):
        return _whole_binomial(int(n), int(k))
    if k == math.floor(k) and k <= _MOST_FACTORS:
        return _falling(n, int(k), divided=True) if k >= 0.0 else 0.0
    if n == math.floor(n) and n < 0.0:
        return nan
    return gamma_quotient(two_sum(n, 1.0), two_sum(k, 1.0), _difference_and_one(n, k))


def _difference_and_one(n: float, k: float) -> tuple[float, float]:
    """The number n - k + 1 and its rounding error."""
    difference, first = two_diff(n, k)
    total, second = two_sum(difference, 1.0)
    return total, first + second


def permutations(n: float, k: float) -> float:
    """Return gamma(n + 1)/gamma(n - k + 1), exactly for whole n and k."""
    if isnan(n) or isnan(k) or abs(n) == inf or abs(k) == inf:
        return nan
    if _are_whole(n, k) and 0.0 <= k < _LARGEST:
        return _whole_falling(int(n), int(k))
    if k == math.floor(k) and 0.0 <= k <= _MOST_FACTORS:
        return _falling(n, int(k), divided=False)
    if n == math.floor(n) and n < 0.0:
        return nan
    return gamma_quotient(two_sum(n, 1.0), _difference_and_one(n, k))


def _falling(n: float, k: int, *, divided: bool) -> float:
    """Return n*(n - 1)*...*(n - k + 1), divided by k! or not, rounded once."""
    numerator, denominator = n.as_integer_ratio()
    above = math.prod(numerator - place * denominator for place in range(k))
    below = denominator**k * (math.factorial(k) if divided else 1)
    try:
        quotient: float = above / below
    except OverflowError:
        return -inf if above < 0 else inf
    return quotient


def _whole_falling(n: int, k: int) -> float:
    if 0 <= n < k:
        return 0.0
    return _rounded(math.prod(range(n, n - k, -1)))


def _whole_binomial(n: int, k: int) -> float:
    if n < 0:
        # By symmetry; gamma has poles on both sides of the bar, and their ratio is this.
        if k >= 0:
            return _rounded((-1) ** (k % 2) * _comb(k - n - 1, k))
        return _rounded((-1) ** ((n - k) % 2) * _comb(-k - 1, n - k)) if k <= n else 0.0
    return _rounded(_comb(n, k)) if 0 <= k <= n else 0.0


def _comb(n: int, k: int) -> int | float:
    return math.comb(n, k) if min(k, n - k) < _LARGEST else inf


def _rounded(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return -inf if value < 0 else inf


def _are_whole(x: float, y: float) -> bool:
    return abs(x) < inf and abs(y) < inf and x == math.floor(x) and y == math.floor(y)
