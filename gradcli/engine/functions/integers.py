"""Functions of whole numbers, exact wherever the result is a float, and what rounds to them."""

from __future__ import annotations

import math
from math import copysign, inf, isnan, log, nan, pi

from gradcli.engine.functions.elementary import cbrt
from gradcli.engine.functions.gamma import sin_pi
from gradcli.engine.functions.gamma_sums import gamma_sum
from gradcli.engine.functions.twofold import two_diff, two_product
from gradcli.engine.scalar import ALL_INTEGERS, div, power

# The double factorial of a larger n is not a float.
_LARGEST = 1100.0

# As near to a whole number a root may be that one.
_NEAR = 2.0**-50

# So far a power may be off by its rounding.
_ROUNDED = 2.0**-52


def trunc(x: float) -> float:
    """Return the integer part of x, towards 0."""
    return copysign(abs(x) // 1.0, x) if abs(x) < ALL_INTEGERS else x


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
    result += result * (((1.0 - product) - rounding) / n * log(x))
    if abs(n) < 4.0:
        return result
    whole = float(math.floor(result + 0.5))  # if it is that one, two roundings need not come to it
    is_near = abs(result - whole) <= _NEAR * whole
    return whole if is_near and abs(power(whole, n) - x) <= _ROUNDED * x else result


def root_power(x: float, n: float, a: float, b: float = 0.0) -> float:
    """Return root(x, n)^(a - b), which a rounded root would cost a - b times its own error."""
    k, error = two_diff(a, b)
    if x < 0.0 and n % 2.0 == 1.0 and k % 1.0 == 0.0 and error == 0.0:
        result = root_power(-x, n, k)
        return -result if k % 2.0 == 1.0 else result
    exponent = div(k, n)
    if not (0.0 < x < inf and 1e-290 < abs(exponent) < 1e290):
        base = root(x, n)
        # So it is for every exponent, also for one that is no number, which JavaScript has not.
        return 1.0 if base == 1.0 else power(base, k)
    result = power(x, exponent)
    product, rounding = two_product(exponent, n)
    if not 0.0 < result < inf:
        return result
    return result + result * (((k - product) - rounding + error) / n * log(x))


def gcd(x: float, y: float) -> float:
    """Return the greatest common divisor of two whole numbers; NaN of others."""
    return float(math.gcd(int(x), int(y))) if are_whole(x, y) else nan


def lcm(x: float, y: float) -> float:
    """Return the least common multiple of two whole numbers; NaN of others."""
    return rounded(math.lcm(int(x), int(y))) if are_whole(x, y) else nan


def double_factorial(n: float) -> float:
    """Return n*(n - 2)*(n - 4)*..., in between 2^(n/2) gamma(n/2 + 1) (2/pi)^(sin(pi*n/2)^2/2)."""
    if not n < _LARGEST:
        return inf if n > 0.0 else n
    if not n > -inf or (n < 0.0 and n % 2.0 == 0.0):
        return nan
    if n == math.floor(n) and n >= -1.0:
        return by_twos(n)
    if n == math.floor(n):
        return div(1.0, double_factorial(-n - 2.0)) * (-1.0 if n % 4.0 == 1.0 else 1.0)
    half = 0.5 * n
    total = gamma_sum(half, 1.0)
    return math.pow(2.0, half) * math.pow(0.5 * pi, -0.5 * sin_pi(half) ** 2) * total


def by_twos(n: float) -> float:
    """Return n*(n - 2)*(n - 4)*..., down to 1 or 2."""
    return rounded(math.prod(range(int(n), 1, -2)))


def rounded(value: float) -> float:
    """Return a whole number of any size as a float, infinite beyond their range."""
    try:
        return float(value)
    except OverflowError:
        return -inf if value < 0 else inf


def are_whole(x: float, y: float) -> bool:
    """Return whether both are finite whole numbers."""
    return abs(x) < inf and abs(y) < inf and x == math.floor(x) and y == math.floor(y)
