"""The beta function, for arguments of any size."""

from __future__ import annotations

import math
from math import copysign, exp, inf, isnan, log1p, nan, pi

from gradcli.engine.functions.gamma import STIRLING_FROM, gamma, sin_pi, stirling
from gradcli.engine.functions.gamma_sums import MODERATE, inverse_gamma
from gradcli.engine.functions.polygamma import (
    digamma_near,
    polygamma_rise,
    polygamma_sum,
    trigamma_excess,
)
from gradcli.engine.functions.twofold import two_diff, two_product, two_sum
from gradcli.engine.scalar import div

_SQRT_TWO_PI = 2.5066282746310002

_EULER = 0.5772156649015329

_TWICE_ZETA_OF_THREE = 2.4041138063191885

# Of an argument that is so small, beside how far the other is from a pole, a few terms are enough.
_LITTLE, _TERMS = 0.02, 11

# Where two poles meet; farther from them no digits are lost.
_BESIDE = 0.05

# What is smaller does not count beside 1.
_NOTHING = 1e-17


def beta(x: float, y: float) -> float:
    """Return gamma(x)*gamma(y)/gamma(x + y)."""
    if x == 0.0 or y == 0.0:  # gamma has a pole, and what is left is 1 wherever it is finite
        zero, other = (x, y) if x == 0.0 else (y, x)
        is_pole = not abs(other) < inf or (other <= 0.0 and other == math.floor(other))
        return nan if is_pole else copysign(inf, zero)
    small, large = (x, y) if x <= y else (y, x)
    total, error = two_sum(large, small)
    if not -inf < total < inf:
        return 0.0 if small > 0.0 else nan
    if small > -MODERATE and large < MODERATE and abs(total) < MODERATE:
        if total <= 0.0 and total == math.floor(total) and error == 0.0:
            # 1/gamma(x + y) vanishes.
            above = gamma(small), gamma(large)
            if isnan(above[0]) or isnan(above[1]):
                return nan
            return copysign(0.0, above[0]) * copysign(1.0, above[1])
        return gamma(large) * (gamma(small) * inverse_gamma(total, error))
    if small <= 0.0:
        return _reflected_beta(small, large)
    if small < STIRLING_FROM or small < min(MODERATE, 0.05 * large):
        return _beta_of_unequal(small, large, total, error)
    return _beta_by_stirling(small, large, total, error)


def beta_slope_x(x: float, y: float) -> float:
    """Return beta(x, y)*(digamma(x) - digamma(x + y)), the partial of beta by x."""
    total, error = two_sum(x, y)
    if not (abs(x) < inf and abs(total) < inf) or (y <= 0.0 and y == math.floor(y)):
        return nan
    if (x > 0.0 and total > 0.0) or abs(y) < _to_pole(total):
        return -beta(x, y) * polygamma_rise(0.0, x, y)
    if total <= 0.0 and total == math.floor(total) and error == 0.0:
        # 1/gamma(x + y) vanishes, and its slope (-1)^m m! does not; gamma(y) is reflected.
        sine = sin_pi(y) * (-1.0 if total % 2.0 else 1.0)
        return pi / sine * beta(x, 1.0 - total) if sine else nan
    return beta(x, y) * (digamma_near(x, 0.0) - digamma_near(total, error))


def beta_slope_y(x: float, y: float) -> float:
    """Return beta(x, y)*(digamma(y) - digamma(x + y)), the partial of beta by y."""
    return beta_slope_x(y, x)


def beta_slope_xx(x: float, y: float) -> float:
    """Return the partial of beta by x twice."""
    if abs(y + 1.0) >= 0.25:
        return _curvature(x, y)
    # Beside this pole beta is linear in x, and next to nothing is left: one step further it is
    # constant. By beta(x, y) = beta(x, y + 1)*(x + y)/y.
    above = y + 1.0
    return ((x + y) * _curvature(x, above) + 2.0 * beta_slope_x(x, above)) / y


def _curvature(x: float, y: float) -> float:
    total, error = two_sum(x, y)
    if not (abs(x) < inf and abs(total) < inf) or (y <= 0.0 and y == math.floor(y)):
        return nan
    if x == 0.0:
        return copysign(inf, x)
    if (x > 0.0 and (y > 0.0 or total > 0.5)) or abs(y) < _to_pole(total):
        rise = polygamma_rise(0.0, x, y)
        return beta(x, y) * (rise * rise - polygamma_rise(1.0, x, y))
    if total <= 0.0 and total == math.floor(total) and error == 0.0:
        # As in the partial by x and by y.
        rest = digamma_near(x, 0.0) - digamma_near(1.0 - total, 0.0)
        return 2.0 * beta_slope_x(x, y) * rest
    if total < 0.5:
        return _curvature_beside_zeros(x, y, total, error)
    rise = digamma_near(total, error) - digamma_near(x, 0.0)
    return beta(x, y) * (rise * rise - polygamma_rise(1.0, x, y))


def beta_slope_xy(x: float, y: float) -> float:
    """Return the partial of beta by x and by y."""
    if x > 0.0 and y > 0.0 and x + y < inf:
        return beta(x, y) * twist(x, y)
    total, error = two_sum(x, y)
    if not abs(total) < inf:
        return nan
    if total < 0.5 and 0.0 < _to_pole(x) < _BESIDE and 0.0 < _to_pole(y) < _BESIDE:
        return _twist_beside_poles(x, y)
    if total <= 0.0 and total == math.floor(total) and error == 0.0:
        # 1/gamma(x + y) vanishes: at -m it goes on as r*(e - psi(m + 1)*e^2), r = (-1)^m m!.
        rest = digamma_near(x, 0.0) + digamma_near(y, 0.0) - 2.0 * digamma_near(1.0 - total, 0.0)
        return beta_slope_x(x, y) * rest
    small, large = (x, y) if abs(x) <= abs(y) else (y, x)
    if 0.0 < abs(small) <= abs(large) < _NOTHING:
        return _TWICE_ZETA_OF_THREE
    if 0.0 < abs(small) < _NOTHING * min(1.0, abs(large)):
        # What beta(x, y) - 1/y is for y = 0, differentiated by both.
        rise = digamma_near(large, 0.0) + _EULER
        return polygamma_sum(1.0, large, 0.0) * rise - 0.5 * polygamma_sum(2.0, large, 0.0)
    if min(x, y) > -0.5 and small and total:
        return beta(x, y) * twist(x, y)
    if 0.0 < abs(small) < _LITTLE * _to_pole(total):
        return _twist_of_little(large, small)
    if total < 0.5:
        return _twist_beside_zeros(x, y, total, error)
    rise = digamma_near(total, error) - digamma_near(x, 0.0)
    return -beta_slope_y(x, y) * rise - beta(x, y) * polygamma_sum(1.0, x, y)


def _to_pole(x: float) -> float:
    """The distance to the nearest pole of the gamma function."""
    return x if x > 0.0 else abs(x - math.floor(x + 0.5))


def _twist_of_little(x: float, y: float) -> float:
    """The same for a small y: beta(x, y) - 1/y is a power series in y."""
    whole, factor = 0.0, -0.5
    for order in range(2, _TERMS):
        whole += factor * polygamma_sum(float(order), x, y)
        factor *= -y / (order + 1.0)
    low = polygamma_rise(0.0, x, y) / y * polygamma_sum(0.0, x, y)
    low -= polygamma_rise(0.0, x, y) / y * digamma_near(*two_sum(1.0, y))
    return y * beta(x, y) * (whole + low)


def _twist_beside_zeros(x: float, y: float, total: float, error: float) -> float:
    """The partial by x and by y, with psi(s) and psi'(s) reflected."""
    value = beta(x, y)
    cotangent, middle, slope = _beside_zeros(value, total, error)
    by_x, by_y = digamma_near(x, 0.0) - middle, digamma_near(y, 0.0) - middle
    return value * (by_x * by_y + slope) + cotangent * (by_x + by_y)


def _twist_beside_poles(x: float, y: float) -> float:
    """The same where gamma(x) and gamma(y) are beside poles, and 1/gamma(x + y) beside a zero.

    Both arguments are led up to the pole at 0, where beta is (1/x + 1/y)*g(x, y), and down again:
    one after the other, by beta(x, y) = beta(x, y + 1)*(x + y)/y.
    """
    left, low = x - math.floor(x + 0.5), y - math.floor(y + 0.5)
    twisted = _twist_at_origin(left, low)
    while low > y:
        low -= 1.0
        twisted = _twist_below(twisted, left, low)
    while left > x:
        left -= 1.0
        twisted = _twist_below(twisted, low, left)
    return twisted


def _twist_at_origin(x: float, y: float) -> float:
    """The partial of (1/x + 1/y)*g by x and by y, with g = gamma(1 + x)*gamma(1 + y)/gamma(1 + s).

    It is g times the twist, times s/(x*y), as `twist` has it.
    """
    total, error = two_sum(x, y)
    by_x, by_y = trigamma_excess(1.0 + y, x), trigamma_excess(1.0 + x, y)
    both = polygamma_rise(0.0, 1.0 + x, y) / y * (polygamma_rise(0.0, 1.0 + y, x) / x)
    whole = gamma(1.0 + x) * gamma(1.0 + y) * inverse_gamma(*two_sum(1.0, total + error))
    return whole * (by_x / x + by_y / y + total * both)


def _twist_below(twisted: float, x: float, y: float) -> float:
    """The partial by x and by y, of that at x and y + 1."""
    above = y + 1.0
    slope = beta_slope_y(x, above)
    if abs(x) < 0.5:  # the slope of x*beta by x, without the pole that cancels in it
        rise = digamma_near(*two_sum(1.0, x)) - digamma_near(above, 0.0)
        part = beta(x, above) * rise + slope
        slanted = x * part
    else:
        slanted = x * beta_slope_x(x, above) + beta(x, above)
    return (twisted * (x + y) + slope) / y - slanted / y / y


def _curvature_beside_zeros(x: float, y: float, total: float, error: float) -> float:
    """The partial by x twice, likewise."""
    value = beta(x, y)
    cotangent, middle, slope = _beside_zeros(value, total, error)
    by_x = digamma_near(x, 0.0) - middle
    flat = by_x * by_x + polygamma_sum(1.0, x, 0.0) + slope
    return value * flat + cotangent * (by_x + by_x)


def _beside_zeros(value: float, total: float, error: float) -> tuple[float, float, float]:
    """A value of beta times pi*cot(pi*s), psi(1 - s) and psi'(1 - s) - pi^2, with s = x + y.

    psi(s) and psi'(s) are infinite where beta(x, y) is 0. Reflected, squares of cot(pi*s) and
    1/sin(pi*s) are left of them, whose difference is 1.
    """
    turned, turned_error = two_diff(1.0, total)
    turned_error -= error
    half, half_error = two_sum(total, 0.5)
    cotangent = value * pi * div(sin_pi(half, half_error + error), sin_pi(total, error))
    slope = polygamma_sum(1.0, turned, turned_error) - pi * pi
    return cotangent, digamma_near(turned, turned_error), slope


def twist(x: float, y: float) -> float:
    """Return beta's partial by x and by y over beta itself, for x, y > 0.

    It is (psi(x) - psi(s))*(psi(y) - psi(s)) - psi'(s), with s = x + y, in which all digits cancel
    where x or y is small. By psi(x) = psi(1 + x) - 1/x, positive terms are left of it.
    """
    total = x + y
    by_x, by_y = trigamma_excess(1.0 + y, x), trigamma_excess(1.0 + x, y)
    both = polygamma_rise(0.0, 1.0 + x, y) * polygamma_rise(0.0, 1.0 + y, x)
    return y / total * by_x + x / total * by_y + both


def _reflected_beta(small: float, large: float) -> float:
    """Return the beta function with one or two negative arguments, from positive ones.

    Some hundred units in the last place are lost here: the rounding errors of the reflected
    arguments are not carried along.
    """
    total, error = two_sum(small, large)
    sine = sin_pi(small)
    if large <= 0.0:
        sine *= sin_pi(large)
    if sine == 0.0:
        return nan
    if large <= 0.0:
        rest = (1.0 - total) * beta(1.0 - small, 1.0 - large)
        return div(pi * sin_pi(total, error) / sine, rest)
    if total > 0.0:
        return div(pi, sine * large * beta(1.0 - small, total))
    return sin_pi(total, error) / sine * beta(large, 1.0 - total)


def _beta_of_unequal(b: float, a: float, total: float, error: float) -> float:
    """Return gamma(b)*gamma(a)/gamma(s), s = a + b, for a large and b small beside it.

    By Stirling's formula the ratio is s^-b exp(b - (a - 1/2) log(1 + b/a) + series); what is
    left of the exponent is small when (log(1 + t) - t)/t is summed as a series in t = b/a.
    """
    t = b / a
    shortfall = 0.0
    for k in range(16, 1, -1):
        shortfall = (shortfall + (1.0 / k if k % 2 else -1.0 / k)) * t
    exponent = 0.5 * log1p(t) - b * (shortfall + error / total) + (stirling(a) - stirling(total))
    half_power = math.pow(total, -0.5 * b)  # the whole power may vanish where the product does not
    return gamma(b) * half_power * half_power * exp(exponent)


def _beta_by_stirling(b: float, a: float, total: float, error: float) -> float:
    """Return sqrt(2 pi s/(a b)) (a/s)^a (b/s)^b exp(series), with s = a + b.

    The shares a/s and b/s are kept with their rounding errors, which the powers would multiply.
    """
    share = b / total
    share_error = _quotient_error(b, share, total, error)
    rest, rest_error = two_diff(1.0, share)
    rest_error -= share_error
    powers = math.pow(share, b) * math.pow(rest, a)
    if powers == 0.0:
        return 0.0  # where what is multiplied may overflow
    exponent = b * share_error / share + a * rest_error / rest
    series = stirling(a) + stirling(b) - stirling(total)
    return _SQRT_TWO_PI * math.sqrt(total / a / b) * powers * exp(exponent + series)


def _quotient_error(x: float, quotient: float, y: float, y_error: float) -> float:
    """Return x/(y + y_error) - quotient."""
    # Scaled by a power of two, which is exact, so that the products cannot overflow.
    _, exponent = math.frexp(y)
    x, y, y_error = (
        math.ldexp(x, -exponent),
        math.ldexp(y, -exponent),
        math.ldexp(y_error, -exponent),
    )
    product, rounding = two_product(quotient, y)
    return ((x - product) - rounding - quotient * y_error) / y
