"""The slopes of the incomplete gamma and beta functions by x, and all their further derivatives.

They are products of powers over a gamma or beta function. In decimals the sum of their logarithms
has digits to spare: each may be a million times what is left of them in a tail.
"""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from math import comb, exp, expm1, inf, log, nan

from gradcli.engine.functions.gamma_sums import lgamma_sum
from gradcli.engine.functions.large import log_gamma
from gradcli.engine.functions.polygamma import digamma

MOST_ORDERS = 60
"""Derivatives of more are not computed."""

_SPARE = 40
"""How many digits are kept beside those of the logarithms."""

_NOTHING = 2.0**-53
"""What does not count beside 1."""

_FEW = 0.5
"""A power series in so small a number has few terms."""

_LITTLE = 1e-6
"""Beside so much more the logarithm of a gamma function is straight in the middle."""

_MOST_TERMS = 100_000
"""No continued fraction is longer."""


def gammainc_slope(a: float, x: float) -> float:
    """Return x^(a - 1)*exp(-x)/gamma(a), the first derivative of gammainc(a, x)."""
    return gammainc_derivative(1.0, a, x)


def gammainc_derivative(n: float, a: float, x: float) -> float:
    """Return the n-th derivative of gammainc(a, x) by x, n = 1, 2, ..., 60; NaN for other n."""
    if not (_is_order(n) and a >= 0.0 and x >= 0.0) or (a == x and a in {0.0, inf}):
        return nan
    if a in {0.0, inf} or x == inf:
        return 0.0
    return float(exact(int(n), Decimal(a), None, Decimal(x))) + 0.0


def lower_tail(a: float, x: float) -> float:
    """Return gammainc(a, x) for x below a, by its power series (DLMF 8.7.1)."""
    total = term = 1.0 / a
    n = a
    while term > _NOTHING * total:
        n += 1.0
        term *= x / n
        total += term
    return gammainc_slope(a, x) * x * total


def upper_tail(a: float, x: float) -> float:
    """Return gammaincc(a, x) where it is small, by its continued fraction (DLMF 8.9.2)."""
    if x < 1.0:
        return _upper_of_small(a, x)
    front = gammainc_slope(a, x) * x
    if not front:
        return 0.0
    b = x + 1.0 - a
    c, d = inf, 1.0 / b
    value, factor, k = d, 0.0, 0
    while abs(factor - 1.0) > _NOTHING and k < _MOST_TERMS:  # W. J. Lentz's way
        k += 1
        b += 2.0
        above = k * (a - k)
        d, c = 1.0 / (above * d + b), b + above / c
        factor = c * d
        value *= factor
    return front * value


def _upper_of_small(a: float, x: float) -> float:
    """Return gammaincc(a, x) for a small order, 1 less the power series (DLMF 8.7.1)."""
    total, power_, n = 0.0, -1.0, 0.0
    while abs(power_) > _NOTHING:
        n += 1.0
        power_ *= -x / n
        total += power_ / (a + n)
    exponent = a * log(x) - lgamma_sum(1.0, a)
    return a * exp(exponent) * total - expm1(exponent)


def betainc_slope(a: float, b: float, x: float) -> float:
    """Return x^(a - 1)*(1 - x)^(b - 1)/beta(a, b), the first derivative of betainc(a, b, x)."""
    return betainc_derivative(1.0, a, b, x)


def betainc_derivative(n: float, a: float, b: float, x: float) -> float:
    """Return the n-th derivative of betainc(a, b, x) by x, n = 1, 2, ..., 60; NaN for other n."""
    if (
        not (_is_order(n) and 0.0 <= a < inf and 0.0 <= b < inf and 0.0 <= x <= 1.0)
        or a == b == 0.0
    ):
        return nan
    if a == 0.0 or b == 0.0:
        return nan if x == (0.0 if a == 0.0 else 1.0) else 0.0
    return float(exact(int(n), Decimal(a), Decimal(b), Decimal(x))) + 0.0


def beta_tail(a: float, b: float, x: float) -> float:
    """Return betainc(a, b, x) where it is small, by its continued fraction (DLMF 8.17.22)."""
    if b < 1.0 and x > 0.5 and (1.0 - x) * max(a, 1.0) < _FEW:
        return _beta_of_small(a, b, 1.0 - x)
    front = betainc_slope(a, b, x) * x * (1.0 - x) / a
    if not front:
        return 0.0
    c, d, value = inf, 1.0, 1.0
    factor, k = 0.0, 0
    while abs(factor - 1.0) > _NOTHING and k < _MOST_TERMS:
        k += 1
        m = k // 2
        above = -(a + m) * (a + b + m) * x if k % 2 else m * (b - m) * x
        above /= (a + k - 1.0) * (a + k)
        d, c = 1.0 / (1.0 + above * d), 1.0 + above / c
        factor = c * d
        value *= factor
    return front * value


def _beta_of_small(a: float, b: float, y: float) -> float:
    """Return betainc(a, b, 1 - y) for a small b, 1 less the power series in y (DLMF 8.17.7)."""
    if b < _LITTLE * min(a, 1.0):  # gamma(a + b)/gamma(a)/gamma(1 + b) is next to 1
        exponent = b * (log(y) + digamma(a + 0.5 * b) - digamma(1.0 + 0.5 * b))
    else:
        with localcontext(Context(_SPARE + Decimal(max(a, 1.0)).adjusted(), traps=[])):
            one, other = Decimal(a), Decimal(b)
            logarithm = other * Decimal(y).ln() - log_gamma(other + 1)
            exponent = float(logarithm + log_gamma(one + other) - log_gamma(one))
    total, power_, n = 0.0, 1.0, 0.0
    while abs(power_) > _NOTHING * abs(total):
        n += 1.0
        power_ *= (n - a) / n * y
        total += power_ / (b + n)
    return -b * exp(exponent) * total - expm1(exponent)


def _is_order(n: float) -> bool:
    return 1.0 <= n <= MOST_ORDERS and n == math.floor(n)


def exact(n: int, a: Decimal, b: Decimal | None, x: Decimal) -> Decimal:
    """The n-th derivative of the incomplete beta function, or of the gamma function if b is None.

    All arguments are finite, a and b above 0.
    """
    if b is not None and x == 1:
        mirrored = exact(n, b, a, Decimal(0))
        return mirrored if n % 2 else -mirrored
    largest = max(a, x, b or Decimal(1), Decimal(1)).adjusted()
    with localcontext(Context(_SPARE + largest, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])):
        scale = -log_gamma(a)
        if b is not None:
            scale += log_gamma(a + b) - log_gamma(b)
        if not x:
            return scale.exp() * _at_0(n - 1, a - 1, b)
        logarithm = scale + (a - 1) * x.ln()
        logarithm += -x if b is None else (b - 1) * (1 - x).ln()
        terms = [
            comb(n - 1, k) * _falling(a - 1, k) / x**k * _other(n - 1 - k, b, x) for k in range(n)
        ]
        return logarithm.exp() * sum(terms, Decimal(0))


def _other(order: int, b: Decimal | None, x: Decimal) -> Decimal:
    """A derivative of exp(-x), or of (1 - x)^(b - 1), over the function."""
    sign = Decimal((-1) ** order)
    return sign if b is None else sign * _falling(b - 1, order) / (1 - x) ** order


def _at_0(order: int, power: Decimal, b: Decimal | None) -> Decimal:
    """A derivative at 0 of x^power*exp(-x), or of x^power*(1 - x)^(b - 1)."""
    if 0 <= power <= order and power == power.to_integral_value():
        whole = int(power)
        return math.perm(order, whole) * _other(order - whole, b, Decimal(0))
    if power > order:
        return Decimal(0)
    return Decimal("inf").copy_sign(_falling(power, order))


def _falling(x: Decimal, count: int) -> Decimal:
    return math.prod([x - place for place in range(count)], start=Decimal(1))
