"""The principal branch of Lambert's function, w*exp(w) = x, and its derivatives.

R. M. Corless et al., On the Lambert W function, Adv. Comput. Math. 5 (1996): the series about the
branch point, (4.22) to (4.24), and Halley's steps, (5.9), elsewhere; for the derivatives (3.5).
"""

from __future__ import annotations

import math
from functools import cache
from math import copysign, exp, inf, isnan, log, nan, sqrt

from gradcli.engine.functions.twofold import two_product
from gradcli.engine.scalar import div, power

_E = (2.718281828459045, 1.4456468917292502e-16)

# The series in p = sqrt(2*(e*x + 1)) is used up to here; its terms fall like (p/sqrt(2))^k.
_NEAR = 0.6
_TERMS = 50

_STEPS = 4

_MOST_ORDERS = 60.0
"""The largest order of a derivative, as of zeta."""


def lambertw(x: float) -> float:
    """Return the number w >= -1 with w*exp(w) = x; NaN below -1/e."""
    if x == 0.0 or not x < inf:
        return x
    p = _beside_branch_point(x)
    if not p >= _NEAR:
        return _about_branch_point(p) - 1.0
    if x > 10.0:
        return _large(x)
    w = x / (1.0 + x) if x > 0.0 else _about_branch_point(p) - 1.0
    for _ in range(_STEPS):
        growth = exp(w)
        excess = w * growth - x
        w -= excess / (growth * (w + 1.0) - (w + 2.0) * excess / (2.0 * w + 2.0))
    return w


def lambertw_slope(x: float) -> float:
    """Return the first derivative of lambertw(x): infinite at -1/e."""
    return lambertw_derivative(1.0, x)


def lambertw_derivative(n: float, x: float) -> float:
    """Return the n-th derivative of lambertw for n = 0, 1, 2, ..., 60; NaN for other n.

    With u = w + 1 it is exp(-n*w)*P(u)/u^(2n - 1), where all coefficients of P have one sign.
    """
    if not (0.0 <= n <= _MOST_ORDERS and n == math.floor(n)) or isnan(x):
        return nan
    w = lambertw(x)
    if n == 0.0 or isnan(w):
        return w
    if x == inf:
        return 0.0 if n % 2.0 else -0.0
    p = _beside_branch_point(x)
    u = 1.0 + w if p >= _NEAR else _about_branch_point(p)
    value = 0.0
    for coefficient in reversed(_polynomial(int(n))):
        value = value * u + coefficient
    if u == 0.0:
        return copysign(inf, value)
    return power((w / x if x else 1.0) / u, n) * div(value, power(u, n - 1.0))


@cache
def _polynomial(n: int) -> tuple[float, ...]:
    """P_1 = 1 and P_(k+1) = u P_k' - (k u + 2k - 1) P_k, from its lowest coefficient on."""
    coefficients: list[float] = [1]
    for k in range(1, n):
        lower = [0, *coefficients]
        coefficients = [
            (place - 2 * k + 1) * same - k * below
            for place, (same, below) in enumerate(zip([*coefficients, 0], lower, strict=True))
        ]
    return tuple([float(each) for each in coefficients])


def _beside_branch_point(x: float) -> float:
    """Return sqrt(2*(e*x + 1)), 0 for the float nearest to -1/e; NaN below it."""
    if not -0.5 < x < 1.0:
        return inf if x > 0.0 else nan
    product, low = two_product(x, _E[0])
    square = 2.0 * ((product + 1.0) + (low + x * _E[1]))
    if square < 0.0:
        # The float nearest to -1/e is below it by less than its own rounding.
        return 0.0 if square > -1e-15 else nan
    return sqrt(square)


def _large(x: float) -> float:
    """Newton's steps on w + log(w) = log(x), which cannot overflow."""
    logarithm = log(x)
    w = logarithm - log(logarithm)
    for _ in range(_STEPS):
        w -= (w + log(w) - logarithm) * w / (1.0 + w)
    return w


def _about_branch_point(p: float) -> float:
    """Return w + 1."""
    value = 0.0
    for coefficient in reversed(_coefficients()[1:]):
        value = value * p + coefficient
    return value * p


@cache
def _coefficients() -> tuple[float, ...]:
    mu = [-1.0, 1.0]
    alpha = [2.0, -1.0]
    for k in range(2, _TERMS):
        alpha.append(math.fsum([mu[j] * mu[k + 1 - j] for j in range(2, k)]))
        share = (k - 1.0) / (k + 1.0) * (mu[k - 2] / 2.0 + alpha[k - 2] / 4.0)
        mu.append(share - alpha[k] / 2.0 - mu[k - 1] / (k + 1.0))
    return tuple(mu)
