"""The polylogarithm of real order and argument up to 1, and its derivatives by the argument.

NIST Digital Library of Mathematical Functions, 25.12: near 0 the power series (25.12.10), else the
integral 25.12.11 by the trapezoidal rule in log(t), whose error falls exponentially; for orders
far below 0 Lerch's sum over the poles of it (25.14.1, 25.13.2), and Sommerfeld's expansion where
-x is huge (A. Sommerfeld, Z. Phys. 47 (1928)).
"""

from __future__ import annotations

import math
from math import atan2, exp, expm1, floor, fsum, hypot, inf, log, nan, pi

from gradcli.engine.functions.gamma import gamma, lgamma
from gradcli.engine.functions.polygamma import EULER_MACLAURIN
from gradcli.engine.functions.twofold import two_sum
from gradcli.engine.functions.zeta import zeta

_NEAR = 0.5
"""Up to this size of x the power series is short."""

_CLOSE = 0.2
"""Up to this size of a negative x the terms of an order below -1 do not cancel."""

_LARGE_ORDER = 10.0
"""From here on the power series is short wherever it converges."""

_SUMMABLE = 5.0
"""The series of a derivative is summed up to 1 where its terms fall like this power of k."""

_LOW_ORDER = -5.0
"""Up to here the sum over poles is."""

_LOWEST_ORDER = -1000.0

_FAR = 40.0
"""From this logarithm of -x on Sommerfeld's expansion has all digits."""

_ASYMPTOTIC = 10.0
"""So many whole turns from 0 the terms of Euler-Maclaurin summation are exact."""

_DIGITS = 38.0
"""exp of minus this does not count."""

_MOST_TERMS = 10_000
"""No series is longer, where a term falls like k^-5 or faster."""

_LARGEST_DERIVATIVE = 60


def polylog(s: float, x: float) -> float:
    """Return the sum of x^k/k^s over k = 1, 2, ..., continued to all x below 1; NaN above 1."""
    if not (_LOWEST_ORDER <= s < inf and -inf < x <= 1.0):
        return nan
    if x == 1.0:
        return zeta(s) if s > 1.0 else inf
    size = log(-x) if x < 0.0 else -inf
    if s > 60.0 + 1.5 * max(size, 0.0):  # all but the first term are nothing beside it
        return x
    if s <= _LOW_ORDER and x != 0.0 and _is_smaller_over_poles(s, x):
        return _over_poles(s, x)
    if _is_near(s, x) or (abs(x) <= 1.0 and s > _LARGE_ORDER):
        return _series(0, s, x)
    if s == floor(s) and s <= 0.0 and x < -1.0:
        # The order of a rational function: DLMF 25.12.4.
        return x / (1.0 - x) if s == 0.0 else _at_inverse(s, x)
    if x < 0.0 and s < 1.0 and s != 0.0:
        return _beside_poles(s, size)
    if size > max(_FAR, 2.0 * s):
        return _expansion(s, size)
    return _by_integral(s, x)


def polylog_slope(s: float, x: float) -> float:
    """Return the first derivative of polylog(s, x) by x, polylog(s - 1, x)/x and 1 at 0."""
    return polylog_derivative(1.0, s, x)


def polylog_derivative(n: float, s: float, x: float) -> float:
    """Return the n-th derivative of polylog(s, x) by x, n = 0, 1, ..., 60; NaN for other n."""
    if not (0.0 <= n <= _LARGEST_DERIVATIVE and n == floor(n)):
        return nan
    if not (_LOWEST_ORDER + n <= s < inf and -inf < x <= 1.0):
        return nan
    order = int(n)
    if order == 0:
        return polylog(s, x)
    if x == 1.0 and s <= n + 1.0:
        return inf
    if _is_near(s - order, x) or (abs(x) <= 1.0 and s > order + _SUMMABLE):
        return _series(order, s, x)
    if 1.0 <= s < 60.0 and -exp(_FAR) < x < 1.0:
        return _integral(order, s, x)
    # x^n d^n/dx^n is a polynomial in x d/dx, which lowers the order.
    coefficients = [1.0]
    for k in range(order):
        lower, higher = [0.0, *coefficients], [*coefficients, 0.0]
        coefficients = [lower[j] - k * higher[j] for j in range(len(lower))]
    total, error = 0.0, 0.0
    for j in range(len(coefficients)):
        if coefficients[j] != 0.0:
            total, low = two_sum(total, coefficients[j] * polylog(s - j, x))
            error += low
    return _rounded(total, error) * x**-order


def _is_near(s: float, x: float) -> bool:
    """Whether the power series is short, and its terms do not cancel."""
    return abs(x) <= (_CLOSE if x < 0.0 and s < -1.0 else _NEAR)


def _rounded(total: float, error: float) -> float:
    """A sum with what its roundings left, unless it has left the range of floats."""
    return total + error if abs(total) < inf else total


def _series(n: int, s: float, x: float) -> float:
    """The power series, differentiated n times."""
    total, error = 0.0, 0.0
    for k in range(max(n, 1), _MOST_TERMS):
        if -s * log(k) > 700.0:
            return inf
        term = float(k) ** -s * math.perm(k, n) * x ** (k - n)
        total, low = two_sum(total, term)
        error += low
        # Up to -s/log(1/x) terms of a negative order grow.
        if abs(term) <= 1e-18 * abs(total) and k + 1 > n - s:
            break
        if x == 0.0:
            break
    return _rounded(total, error)


def _is_smaller_over_poles(s: float, x: float) -> bool:
    """Whether the terms of the sum over poles cancel less than those of the power series."""
    size = log(abs(x))
    if size >= 0.0 or x > 0.0:
        return abs(x) > _NEAR
    peak = s / size
    largest = -s * (log(peak) - 1.0) if peak > 1.0 else size
    return lgamma(1.0 - s) - (1.0 - s) * log(hypot(size, pi)) < largest


def _over_poles(s: float, x: float) -> float:
    """gamma(1 - s) times the sum of (-log(x) + 2 pi i k)^(s - 1) over all k."""
    size, scale = log(abs(x)), lgamma(1.0 - s)
    first = pi if x < 0.0 else 0.0
    beside = _over_pole(s, scale, size, first)
    reach = exp(_DIGITS / (1.0 - s)) * max(abs(size), pi)
    total, error = 0.0, 0.0
    for k in range(1 + int(min(reach / (2.0 * pi), 1e4)), 0, -1):
        total, low = two_sum(total, _over_pole(s, scale, size, first + 2.0 * pi * k))
        error += low
    return (2.0 * beside if first > 0.0 else beside) + 2.0 * _rounded(total, error)


def _over_pole(s: float, scale: float, size: float, imaginary: float) -> float:
    logarithm = scale + (s - 1.0) * log(hypot(size, imaginary))
    if logarithm > 709.0:
        return inf
    return exp(logarithm) * math.cos((s - 1.0) * atan2(imaginary, -size))


def _beside_poles(s: float, size: float) -> float:
    """The sum over poles for x < 0 and s < 1, twice gamma(1 - s) the real part of w^(s - 1).

    Here w = (2k + 1) pi i - log(-x) for k = 0, 1, ...; from where w is large on Euler-Maclaurin
    summation (M. Abramowitz and I. A. Stegun, 23.1.30) continues the sum to s above 0.
    """
    circle, above = 2.0 * pi, pi
    terms: list[float] = []
    while hypot(size, above) < circle * (_ASYMPTOTIC + abs(s)):
        power = hypot(size, above) ** (s - 1.0)
        terms.append(power * math.cos((s - 1.0) * atan2(above, -size)))
        above += circle
    radius, angle = hypot(size, above), atan2(above, -size)
    power = radius ** (s - 1.0)
    real, imaginary = power * math.cos((s - 1.0) * angle), power * math.sin((s - 1.0) * angle)
    terms.append(-power * radius * math.sin(s * angle) / (circle * s))
    terms.append(0.5 * real)
    # The quotient of the circle and w, its square, and what the term before is multiplied by.
    a, b = circle * (above / radius) / radius, circle * (-size / radius) / radius
    square_real, square_imaginary = (a - b) * (a + b), 2.0 * a * b
    x, y = (s - 1.0) * (real * a - imaginary * b), (s - 1.0) * (real * b + imaginary * a)
    for place, coefficient in enumerate(EULER_MACLAURIN):
        terms.append(-coefficient * x)
        scale = (s - 2.0 * place - 2.0) * (s - 2.0 * place - 3.0)
        before = x
        x = scale * (before * square_real - y * square_imaginary)
        y = scale * (before * square_imaginary + y * square_real)
    return 2.0 * gamma(1.0 - s) * fsum(terms)


def _at_inverse(s: float, x: float) -> float:
    value = polylog(s, 1.0 / x)
    return -value if s % 2.0 == 0.0 else value


def _expansion(s: float, size: float) -> float:
    """Minus twice the sum of eta(2k) size^(s - 2k)/gamma(s + 1 - 2k)."""
    logarithm = s * log(size) - lgamma(s + 1.0) if s > -1.0 else 0.0
    if logarithm > 709.0:
        return -inf
    # The ratio of a term to the first one is a product of falling factors.
    first = exp(logarithm) if s > -1.0 else _reciprocal_gamma(s + 1.0) * size**s
    total, factor = 0.5, 1.0
    for k in range(1, 20):
        factor *= (s + 2.0 - 2.0 * k) * (s + 1.0 - 2.0 * k) / (size * size)
        term = (1.0 - 2.0 ** (1.0 - 2.0 * k)) * zeta(2.0 * k) * factor
        total += term
        if abs(term) <= 1e-18 * abs(total):
            break
    return -2.0 * first * total


def _reciprocal_gamma(z: float) -> float:
    return 0.0 if z <= 0.0 and z == floor(z) else 1.0 / gamma(z)


def _by_integral(s: float, x: float) -> float:
    """The integral of a larger order for which it converges, from the derivatives of that."""
    raised = max(0, math.ceil(1.0 - s))
    # k^m in falling factorials of k: Stirling's numbers.
    coefficients = [1.0]
    for _ in range(raised):
        before, behind = [0.0, *coefficients], [*coefficients, 0.0]
        coefficients = [before[i] + i * behind[i] for i in range(len(before))]
    total, error = 0.0, 0.0
    for i in range(len(coefficients)):
        if coefficients[i] != 0.0:
            total, low = two_sum(total, coefficients[i] * x**i * _integral(i, s + raised, x))
            error += low
    return _rounded(total, error)


def _integral(n: int, s: float, x: float) -> float:
    """The n-th derivative by x of the integral of x t^(s - 1)/(exp(t) - x)/gamma(s), s >= 1."""
    # The poles nearest to the real u = log(t) lie at this angle, and are of order n + 1; of a large
    # order s the integrand is a bell, of the width of a root of it.
    angle = min(atan2(pi, log(-x)), 1.4) if x < 0.0 else 1.4
    digits = _DIGITS + n * (4.0 - log(angle))
    step = 2.0 * pi / (digits / angle + math.sqrt(2.0 * _DIGITS * s))
    lowest = log(1.0 - x) if x > 0.0 else 0.0
    start = floor((lowest - _DIGITS / s) / step)
    end = math.ceil(log(800.0 + 2.0 * s) / step)
    scale = lgamma(s)
    total, error = 0.0, 0.0
    for place in range(start, end):
        total, low = two_sum(total, _integrand(n, s, x, scale, place * step))
        error += low
    return _rounded(total, error) * step * (math.factorial(n) if n > 0 else x)


def _integrand(n: int, s: float, x: float, scale: float, u: float) -> float:
    t = exp(u)
    if t > 700.0:
        return exp(max(s * u - scale - max(n, 1) * t, -745.0))
    weight = exp(s * u - scale) if s * u - scale < 709.0 else inf
    bottom = expm1(t) + (1.0 - x)
    return weight / bottom if n == 0 else weight * (exp(t) / bottom) * bottom**-n
