"""The derivatives of the logarithm of the gamma function.

Formulas: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 6.3 and 6.4, and for
the sums of (x + k)^-s behind the polygamma functions Euler-Maclaurin summation, 23.1.30.
"""

from __future__ import annotations

import math
from math import copysign, expm1, frexp, fsum, inf, ldexp, log1p, nan

from gradcli.engine.functions.elementary import log_twofold
from gradcli.engine.functions.gamma import ONE_MINUS_EULER, TAYLOR_FROM_LAST
from gradcli.engine.functions.twofold import inverse_twofold, two_diff, two_sum
from gradcli.engine.scalar import ALL_INTEGERS, power

# From here on the terms of the asymptotic series of digamma are exact to double precision.
_ASYMPTOTIC = 10.0

# n times the coefficients of log(gamma(2 + z)): the Taylor series of digamma(2 + z).
_TAYLOR_FROM_LAST = tuple(
    (len(TAYLOR_FROM_LAST) + 1 - place) * coefficient
    for place, coefficient in enumerate(TAYLOR_FROM_LAST)
)

# B_2k/(2k) for k = 9, ..., 1: the asymptotic series of digamma in 1/x^2k.
_DIGAMMA_FROM_LAST = (
    43867 / 14364, -3617 / 8160, 1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12,
)  # fmt: skip

# zeta(2k) - 1 for k = 15, ..., 1: the series of the cotangent, its three nearest poles taken out.
_COTANGENT_FROM_LAST = (
    9.313274324196682e-10, 3.725334024788457e-09, 1.4901554828365043e-08, 5.960818905125948e-08,
    2.38450502727733e-07, 9.539620338727962e-07, 3.81729326499984e-06, 1.528225940865187e-05,
    6.124813505870483e-05, 0.0002460865533080483, 0.0009945751278180853, 0.00407735619794434,
    0.01734306198444914, 0.08232323371113819, 0.6449340668482264,
)  # fmt: skip

# B_2k/(2k)! for k = 1, 2, ...: the Euler-Maclaurin corrections.
EULER_MACLAURIN = (
    1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000,
    1 / 74724249600, -3617 / 10670622842880000, 43867 / 5109094217170944000,
)  # fmt: skip

# Of sums that are scaled further the larger terms overflow.
_LARGEST_SCALE = 1000

# So far from the nearest pole the others count as much.
_FROM_POLES = 0.25

# Up to this order a difference of polygamma functions is one of the terms of their series.
_MOST_EXACT = 30.0

# Between two poles the recurrence is as good as for positive numbers, but it is long far below 0.
_LEAST_CELL = -100.0

# The logarithm of a quotient of numbers whose difference loses no digit.
_FAR_APART = 40.0

# Powers of a tenth from here on are nothing beside the first.
_MOST_OF_SERIES = 24

# The largest order whose factorial is a float.
_LARGEST_ORDER = 170.0


def digamma(x: float) -> float:
    """Return the derivative of log(gamma(x)): infinite at 0, NaN at the negative integers."""
    return digamma_near(x, 0.0)


def digamma_sum(x: float, y: float) -> float:
    """Return digamma(x + y), with the rounding error of the sum: beside a pole it would count."""
    return digamma_near(*_total(x, y))


def _total(x: float, y: float) -> tuple[float, float]:
    """The sum x + y and its rounding error, 0 where the sum is not finite."""
    total, error = two_sum(x, y)
    return total, error if abs(total) < inf else 0.0


def _beside_integer(x: float, error: float) -> float:
    """How far x + error is from the nearest integer, with its sign; |x| is finite."""
    return _beside_nearest(x) + _beside_nearest(error)


def _beside_nearest(x: float) -> float:
    return x - math.floor(x + 0.5) if abs(x) < ALL_INTEGERS else 0.0


def polygamma_rise(n: float, x: float, y: float) -> float:
    """Return polygamma(n, x + y) - polygamma(n, x), which loses nothing if y is small beside x.

    With z = x + y, a difference z^-s - x^-s is x^-s expm1(-s log(1 + y/x)). Such differences are
    what the recurrence and the asymptotic series are made of (6.4.6, 6.4.11).
    """
    z, error = _total(x, y)
    if (-inf < x <= 0.0 and x == math.floor(x)) or (-inf < z <= 0.0 and z == math.floor(z)):
        return nan
    if y == 0.0 and 0.0 <= n <= _LARGEST_ORDER and n == math.floor(n):
        return z - x  # NaN of an infinite one
    is_below = _LEAST_CELL < x < 0.0 and -inf < z < 0.0
    is_of_one_cell = is_below and math.floor(x) == math.floor(z)
    is_positive = 0.0 < x < inf and 0.0 < z < inf
    if not ((is_positive or is_of_one_cell) and 0.0 <= n <= _MOST_EXACT and n == math.floor(n)):
        before, after = polygamma(n, x), _polygamma(n, z, error)
        if abs(before) == abs(after) == inf:  # beside the pole at 0, which one is nearer to
            return after if abs(z) < abs(x) else -before
        return after - before
    whole, factorial = int(n), math.factorial(int(n))
    terms: list[float] = []
    while min(x, z) < _ASYMPTOTIC + 2.0 * n:
        terms.append(factorial * _power_rise(n + 1.0, x, y, z))
        x, z = x + 1.0, z + 1.0
    terms.append(factorial / n * _power_rise(n, x, y, z) if n else -_log_rise(x, y, z))
    terms.append(0.5 * factorial * _power_rise(n + 1.0, x, y, z))
    for k, coefficient in enumerate(reversed(_DIGAMMA_FROM_LAST), 1):
        factor = coefficient * math.perm(2 * k + whole - 1, whole)
        terms.append(factor * _power_rise(2.0 * k + n, x, y, z))
    return fsum(terms) if whole % 2 else -fsum(terms)


def trigamma_excess(x: float, y: float) -> float:
    """Return (digamma(x + y) - digamma(x))/y - trigamma(x + y) for x, y > 0: no term is negative.

    It is the sum of y/((x + k)*(x + y + k)^2) over k = 0, 1, 2, ..., of which the asymptotic series
    of both functions give what is left after the first terms (6.3.18, 6.4.12).
    """
    z = x + y
    terms: list[float] = []
    while x < _ASYMPTOTIC:
        terms.append(y / z / x / z)
        x, z = x + 1.0, z + 1.0
    terms += [_excess(0, x, y, z), 0.5 * (y / z) / x / z]
    for k, coefficient in enumerate(reversed(_DIGAMMA_FROM_LAST), 1):
        terms.append(coefficient * _excess(2 * k, x, y, z))
    return fsum(terms)


def _excess(s: int, x: float, y: float, z: float) -> float:
    """Return (x^-s - z^-s)/y - s*z^(-s - 1) for z = x + y; log(z/x)/y - 1/z for s = 0."""
    share = y / z
    last = power(z, -s - 1.0)
    if share > 0.1:
        if not s:
            return (_log_rise(x, y, z) / share - 1.0) / z
        return (power(x, float(-s)) - power(z, float(-s))) / y - s * last
    factor, total = 1.0, 0.0
    for k in range(2, _MOST_OF_SERIES):
        factor *= (s + k - 1.0) / k * share if s else share
        total += s * factor if s else factor / k
    return last * total


def _power_rise(s: float, x: float, y: float, z: float) -> float:
    """Return z^-s - x^-s for z = x + y."""
    if y == 0.0:
        return 0.0
    growth = -s * _log_rise(x, y, z)
    # Of numbers far apart nothing cancels, and their quotient may be no float.
    return power(x, -s) * expm1(growth) if growth < _FAR_APART else power(z, -s) - power(x, -s)


def _log_rise(x: float, y: float, z: float) -> float:
    """Return log(z/x) for z = x + y."""
    is_near = z > 0.5 * x if x > 0.0 else z < 0.5 * x
    return log1p(y / x) if is_near else math.log(z / x)


def digamma_near(x: float, x_error: float) -> float:
    """Return digamma(x + x_error), where the error is no more than a rounding error of x."""
    if not abs(x) < inf:
        return nan if x < 0.0 else x
    if x == 0.0:
        return copysign(inf, -x)
    moved = [x_error * polygamma(1.0, x)] if x_error and x > -0.5 else []
    if x >= -0.5:
        return fsum([*_digamma_terms(x), *moved])
    r = _beside_integer(x, x_error)
    if r == 0.0:
        return nan
    # digamma(1 - x) - pi*cot(pi*x), all terms in one sum, for they cancel near a zero.
    complement, error = two_diff(1.0, x)
    terms = [*_digamma_terms(complement), (error - x_error) / complement]
    terms += [-term for term in _pi_cotangent_terms(r)]
    return fsum(terms)


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma at x for n = 0, 1, 2, ..., 170; NaN for other n."""
    return _polygamma(n, x, 0.0)


def polygamma_sum(n: float, x: float, y: float) -> float:
    """Return polygamma(n, x + y), with the rounding error of the sum."""
    return _polygamma(n, *_total(x, y))


def _polygamma(n: float, x: float, x_error: float) -> float:
    """Return polygamma(n, x + x_error), where the error is no more than a rounding error of x."""
    if n == 0.0:
        return digamma_near(x, x_error)
    if not (0.0 < n <= _LARGEST_ORDER and n == math.floor(n) and x > -inf):
        return nan
    odd = n % 2.0 == 1.0
    if x <= 0.0 and _beside_integer(x, x_error) == 0.0:  # a pole: of one sign if n is odd
        return inf if odd else copysign(inf, -x) if x == 0.0 else nan
    if x == inf:
        return 0.0 if odd else -0.0
    r = _beside_integer(x, x_error) if x < 0.0 else 0.0
    if not odd and n <= _MOST_EXACT and abs(r) >= _FROM_POLES:
        return _between_poles(n, x, r)
    total, exponent = _sum_of_powers(n + 1.0, x, x_error)
    factorial, scale = frexp(math.gamma(n + 1.0))
    try:
        size = ldexp(factorial * total, scale + exponent)
    except OverflowError:
        size = copysign(inf, total)
    return size if odd else -size


def _between_poles(n: float, x: float, r: float) -> float:
    """Return polygamma(n, x) of an even order far from its poles, for x beside an integer by r.

    Halfway the derivative of the cotangent in the reflection (6.4.7) is 0, and a zero of the
    function is not far: that derivative is a difference between polygamma(n, r) and (n, 1 - r).
    """
    size = abs(r)
    return polygamma(n, 1.0 - x) - copysign(polygamma_rise(n, size, 1.0 - 2.0 * size), r)


def _digamma_terms(x: float) -> list[float]:
    """Return terms whose sum is digamma(x), for x >= -1/2; their rounding errors are among them."""
    if x >= _ASYMPTOTIC:
        q = 1.0 / (x * x)
        series = 0.0
        for coefficient in _DIGAMMA_FROM_LAST:
            series = (series + coefficient) * q
        return [*log_twofold(x), -(0.5 / x + series)]
    terms = [ONE_MINUS_EULER]
    while x >= 2.5:
        x -= 1.0
        terms += inverse_twofold(x)
    z = x - 2.0
    if x < 1.5:
        terms += inverse_twofold(-x)
        z = x - 1.0
    if x < 0.5:
        above, error = two_sum(1.0, x)
        terms += inverse_twofold(-above)
        terms.append(error / (above * above))
        z = x
    series = 0.0
    for coefficient in _TAYLOR_FROM_LAST:
        series = series * z + coefficient
    terms.append(z * series)
    return terms


def _pi_cotangent_terms(r: float) -> list[float]:
    """Return terms whose sum is pi*cot(pi*r), for 0 < |r| <= 1/2.

    They are the poles at 0, 1 and -1, and what the other poles add up to, the series
    -2 (zeta(2k) - 1) r^(2k - 1): Abramowitz and Stegun 4.3.70, 23.2.16.
    """
    q = r * r
    series = 0.0
    for coefficient in _COTANGENT_FROM_LAST:
        series = series * q + coefficient
    poles = [*inverse_twofold(r), *inverse_twofold(r - 1.0), *inverse_twofold(r + 1.0)]
    return [*poles, -2.0 * r * series]


def _sum_of_powers(s: float, x: float, error: float) -> tuple[float, int]:
    """Return t and e with t*2^e the sum of (x + error + k)^-s over k = 0, 1, 2, ..."""
    if x > 0.0:
        scale = min(max(frexp(x)[1], 0), _LARGEST_SCALE)
        slope = ldexp(s * error * _hurwitz(s + 1.0, x, scale), -scale) if error else 0.0
        return _hurwitz(s, x, scale) - slope, -scale * int(s)
    nearest = math.floor(x + 0.5)
    r = _beside_integer(x, error)
    total = power(r, -s) + _hurwitz(s, 1.0 + r)
    if nearest:  # the sum over all integers k, less that over the negative ones
        others = _hurwitz(s, 1.0 - r) - _hurwitz(s, 1.0 - x)
        total += others if s % 2.0 == 0.0 else -others
    return total, 0


def _hurwitz(s: float, x: float, scale: int = 0) -> float:
    """Return the sum of ((x + k)/2^scale)^-s over k = 0, 1, 2, ... for x > 0.

    The scale keeps the powers of a large x in range.
    """
    unit = ldexp(1.0, -scale)
    total = 0.0
    while x < _ASYMPTOTIC + s:
        total += power(x * unit, -s)
        x += 1.0
    last = power(x * unit, -s)
    tail = x / (s - 1.0) + 0.5
    factor = s / x
    for place, coefficient in enumerate(EULER_MACLAURIN):
        tail += coefficient * factor
        k = s + 2.0 * place
        factor *= (k + 1.0) / x * ((k + 2.0) / x)
    return total + last * tail
