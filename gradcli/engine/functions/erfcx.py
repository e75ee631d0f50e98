"""exp(x^2)*erfc(x), the imaginary error function and Dawson's integral, with their derivatives.

NIST Digital Library of Mathematical Functions, 7.18 for the repeated integrals of erfc; G. B.
Rybicki, Dawson's integral and the sampling theorem, Computers in Physics 3 (1989).
"""

from __future__ import annotations

import math
from math import exp, fsum, inf, isnan, nan

from gradcli.engine.functions.erf import erfc, erfcx_by_fraction, gaussian
from gradcli.engine.functions.twofold import two_square

_TWO_OVER_SQRT_PI = 1.1283791670955126
_ONE_OVER_SQRT_PI = 0.5641895835477563

# The largest order of a derivative whose factorial is a float.
_LARGEST_ORDER = 170

# Below this exp(x^2) overflows, beyond the negative of it as well.
_LOWEST = -26.7

# Rybicki's step: what it leaves out is exp(-(pi/(2 step))^2), and its multiples are exact.
_STEP = 0.25
_FROM_ASYMPTOTIC = 6.5


def exp_square(x: float) -> float:
    """Return exp(x^2) with the rounding error of the square carried along."""
    if not abs(x) < -_LOWEST:
        return inf if abs(x) >= -_LOWEST else nan
    square, error = two_square(x)
    try:
        result = exp(square)
    except OverflowError:  # a little below the border
        return inf
    return result + result * error


def erfcx(x: float) -> float:
    """Return exp(x^2)*erfc(x), which falls like 1/(x*sqrt(pi))."""
    if x < 2.125:
        return exp_square(x) * erfc(x) if x > _LOWEST else inf
    if not x < inf:
        return 0.0 if x == inf else nan
    return erfcx_by_fraction(x)[0] if x < 1e8 else _ONE_OVER_SQRT_PI / x


def erfcx_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of exp(x^2)*erfc(x) for n = 0, 1, ..., 170; NaN for other n.

    It is (-2)^n n! times the n-th repeated integral of erfc, scaled by exp(x^2). These integrals
    obey 2n I_n = I_(n-2) - 2x I_(n-1), downwards where x is positive, else upwards.
    """
    if not _is_order(n):
        return nan
    order = int(n)
    if x < _LOWEST:
        return inf if order % 2 == 0 else -inf
    if not x < inf:
        return 0.0 if x == inf else nan
    integral = _integral_downwards(order, x) if x > 0.5 else _integral_upwards(order, x)
    return math.ldexp(-integral if order % 2 else integral, order) * float(math.factorial(order))


def _integral_upwards(order: int, x: float) -> float:
    before, integral = _TWO_OVER_SQRT_PI, erfcx(x)
    for k in range(1, order + 1):
        before, integral = integral, (before - 2.0 * x * integral) / (2.0 * k)
    return integral


def _integral_downwards(order: int, x: float) -> float:
    levels = order + int(260.0 / (x * x)) + 20
    ratio = 1.0 / (x + math.sqrt(x * x + 2.0 * levels))
    result = erfcx(x)
    for k in range(levels, 0, -1):
        ratio = 1.0 / (2.0 * (x + (k + 1.0) * ratio))
        if k <= order:
            result *= ratio
    return result


def erfi(x: float) -> float:
    """Return the integral of 2/sqrt(pi)*exp(t^2) over t from 0 to x."""
    if not abs(x) < inf:
        return x
    if abs(x) > -_LOWEST:
        return math.copysign(inf, x)
    return _TWO_OVER_SQRT_PI * dawson(x) * exp_square(x)


def dawson(x: float) -> float:
    """Return exp(-x^2) times the integral of exp(t^2) over t from 0 to x."""
    return dawson_derivative(0.0, x)


def dawson_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of Dawson's integral for n = 0, 1, ..., 170; NaN for other n."""
    if not _is_order(n) or isnan(x):
        return nan
    order, size = int(n), abs(x)
    if size >= _FROM_ASYMPTOTIC:
        value = _asymptotic(order, size)
    elif size < 1.0:
        value = _by_recurrence(order, size)
    else:
        value = _by_sampling(order, size)
    # An odd function: its derivatives of even order are odd.
    return math.copysign(1.0, x) * value if order % 2 == 0 else value


def _by_recurrence(order: int, x: float) -> float:
    """From D(x) = x - 2x^3/3 + 4x^5/15 - ... by D' = 1 - 2x D and what follows from it."""
    term, k, series = x, 0, [x]
    while abs(term) > 1e-18 * x:
        k += 1
        term *= -2.0 * x * x / (2.0 * k + 1.0)
        series.append(term)
    value = fsum(series)
    if order == 0:
        return value
    before, value = value, 1.0 - 2.0 * x * value
    for k in range(1, order):
        before, value = value, -2.0 * (x * value + k * before)
    return value


def _by_sampling(order: int, x: float) -> float:
    """The sum of exp(-(x - n*step)^2)/(n*sqrt(pi)) over odd n, differentiated term by term."""
    nearest = 2 * round(x / (2.0 * _STEP))
    terms = []
    for n in range(nearest - 27, nearest + 28, 2):
        y = x - n * _STEP
        terms.append(_hermite(order, y) * gaussian(y) / n)
    return _ONE_OVER_SQRT_PI * fsum(terms) * (-1.0) ** order


def _hermite(order: int, x: float) -> float:
    before, value = 0.0, 1.0
    for k in range(order):
        before, value = value, 2.0 * (x * value - k * before)
    return value


def _asymptotic(order: int, x: float) -> float:
    """The sum of (2k - 1)!!/2^(k + 1)/x^(2k + 1), differentiated term by term."""
    inverse = 1.0 / x
    term = 0.5 * inverse
    for k in range(order):
        term *= -(k + 1.0) * inverse
    terms = [term]
    for k in range(1, 40):
        factor = (k - 0.5) * inverse * inverse
        factor *= (2.0 * k + order) * (2.0 * k + order - 1.0) / ((2.0 * k) * (2.0 * k - 1.0))
        if factor >= 1.0 or abs(term) < 1e-18 * abs(terms[0]):
            break
        term *= factor
        terms.append(term)
    return fsum(terms)


def _is_order(n: float) -> bool:
    return 0.0 <= n <= _LARGEST_ORDER and n == math.floor(n)
