"""The polylogarithm of real order and argument up to 1, and its derivatives by the argument.

NIST Digital Library of Mathematical Functions, 25.12: near 0 the power series (25.12.10), else the
integral 25.12.11 by the trapezoidal rule in log(t), whose error falls exponentially; for orders
far below 0 Lerch's sum over the poles of it (25.14.1, 25.13.2), and Sommerfeld's expansion where
-x is huge (A. Sommerfeld, Z. Phys. 47 (1928)).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from math import atan2, exp, expm1, floor, fsum, hypot, inf, lgamma, log, nan, pi

from gradcli.engine.functions.polygamma import EULER_MACLAURIN
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
    if s <= _LOW_ORDER and x and _is_smaller_over_poles(s, x):
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
    coefficients = [1]
    for k in range(order):
        lower = [0, *coefficients]
        coefficients = [a - k * b for a, b in zip(lower, [*coefficients, 0], strict=True)]
    terms = [c * polylog(s - j, x) for j, c in enumerate(coefficients) if c]
    return _sum(terms) * x**-order


def _is_near(s: float, x: float) -> bool:
    """Whether the power series is short, and its terms do not cancel."""
    return abs(x) <= (_CLOSE if x < 0.0 and s < -1.0 else _NEAR)


def _sum(terms: list[float]) -> float:
    return fsum(terms) if all(map(math.isfinite, terms)) else sum(terms)


def _series(n: int, s: float, x: float) -> float:
    """The power series, differentiated n times."""
    terms: list[float] = []
    total = 0.0
    for k in range(max(n, 1), _MOST_TERMS):
        if -s * log(k) > 700.0:
            return inf
        terms.append(float(k) ** -s * math.perm(k, n) * x ** (k - n))
        total += terms[-1]
        # Up to -s/log(1/x) terms of a negative order grow.
        if abs(terms[-1]) <= 1e-18 * abs(total) and k + 1 > n - s:
            break
        if x == 0.0:
            break
    return _sum(terms)


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
    size, first = log(abs(x)), pi if x < 0.0 else 0.0
    scale = lgamma(1.0 - s)

    def term(imaginary: float) -> float:
        logarithm = scale + (s - 1.0) * log(hypot(size, imaginary))
        if logarithm > 709.0:
            return inf
        return exp(logarithm) * math.cos((s - 1.0) * atan2(imaginary, -size))

    total = 2.0 * term(first) if first else term(0.0)
    reach = exp(_DIGITS / (1.0 - s)) * max(abs(size), pi)
    places = 1 + int(min(reach / (2.0 * pi), 1e4))
    return total + 2.0 * _sum([term(first + 2.0 * pi * k) for k in range(places, 0, -1)])


def _beside_poles(s: float, size: float) -> float:
    """The sum over poles for x < 0 and s < 1, twice gamma(1 - s) the real part of w^(s - 1).

    Here w = (2k + 1) pi i - log(-x) for k = 0, 1, ...; from where w is large on Euler-Maclaurin
    summation (M. Abramowitz and I. A. Stegun, 23.1.30) continues the sum to s above 0.
    """
    w, circle = complex(-size, pi), complex(0.0, 2.0 * pi)
    terms: list[float] = []
    while abs(w) < 2.0 * pi * (_ASYMPTOTIC + abs(s)):
        terms.append((w ** (s - 1.0)).real)
        w += circle
    last = w ** (s - 1.0)
    angle = atan2(w.imag, w.real)
    terms += [-(abs(w) ** s) * math.sin(s * angle) / (2.0 * pi * s), 0.5 * last.real]
    factor = last * circle / w * (s - 1.0)
    for place, coefficient in enumerate(EULER_MACLAURIN):
        terms.append(-coefficient * factor.real)
        k = s - 2.0 * place - 1.0
        factor *= (circle / w) ** 2 * ((k - 1.0) * (k - 2.0))
    return 2.0 * math.gamma(1.0 - s) * fsum(terms)


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
    return 0.0 if z <= 0.0 and z == floor(z) else 1.0 / math.gamma(z)


def _by_integral(s: float, x: float) -> float:
    """The integral of a larger order for which it converges, from the derivatives of that."""
    raised = max(0, math.ceil(1.0 - s))
    # k^m in falling factorials of k: Stirling's numbers.
    coefficients = [1]
    for _ in range(raised):
        shifted = [0, *coefficients]
        coefficients = [
            a + i * b for (i, a), b in zip(enumerate(shifted), [*coefficients, 0], strict=True)
        ]
    terms = [c * x**i * _integral(i, s + raised, x) for i, c in enumerate(coefficients) if c]
    return _sum(terms)


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
    values = fsum(_integrand(n, s, x, range(start, end), step))
    return values * step * (math.factorial(n) if n else x)


def _integrand(n: int, s: float, x: float, places: range, step: float) -> Iterator[float]:
    scale, beside = lgamma(s), 1.0 - x
    for place in places:
        u = place * step
        t = exp(u)
        if t > 700.0:
            yield exp(max(s * u - scale - max(n, 1) * t, -745.0))
            continue
        weight = exp(s * u - scale) if s * u - scale < 709.0 else inf
        bottom = expm1(t) + beside
        yield weight / bottom if n == 0 else weight * (exp(t) / bottom) * bottom**-n
