"""The principal branch of Lambert's function: w*exp(w) = x.

R. M. Corless et al., On the Lambert W function, Adv. Comput. Math. 5 (1996): the series about the
branch point, (4.22) to (4.24), and Halley's steps, (5.9), elsewhere.
"""

from __future__ import annotations

import math
from functools import cache
from math import exp, inf, log, nan, sqrt

from gradcli.engine.functions.twofold import two_product

_E = (2.718281828459045, 1.4456468917292502e-16)

# The series in p = sqrt(2*(e*x + 1)) is used up to here; its terms fall like (p/sqrt(2))^k.
_NEAR = 0.35
_TERMS = 30

_STEPS = 4


def lambertw(x: float) -> float:
    """Return the number w >= -1 with w*exp(w) = x; NaN below -1/e."""
    if x == 0.0 or not x < inf:
        return x
    if x < -0.5:
        return nan
    if x < -0.3:
        product, low = two_product(x, _E[0])
        square = 2.0 * ((product + 1.0) + (low + x * _E[1]))
        if square < 0.0:
            # The float nearest to -1/e is below it by less than its own rounding.
            return -1.0 if square > -1e-15 else nan
        if sqrt(square) < _NEAR:
            return _about_branch_point(sqrt(square))
    if x > 10.0:
        return _large(x)
    w = x / (1.0 + x) if x > 0.0 else _about_branch_point(sqrt(2.0 * (_E[0] * x + 1.0)))
    for _ in range(_STEPS):
        power = exp(w)
        excess = w * power - x
        w -= excess / (power * (w + 1.0) - (w + 2.0) * excess / (2.0 * w + 2.0))
    return w


def _large(x: float) -> float:
    """Newton's steps on w + log(w) = log(x), which cannot overflow."""
    logarithm = log(x)
    w = logarithm - log(logarithm)
    for _ in range(_STEPS):
        w -= (w + log(w) - logarithm) * w / (1.0 + w)
    return w


def _about_branch_point(p: float) -> float:
    value = 0.0
    for coefficient in reversed(_coefficients()):
        value = value * p + coefficient
    return value


@cache
def _coefficients() -> tuple[float, ...]:
    mu = [-1.0, 1.0]
    alpha = [2.0, -1.0]
    for k in range(2, _TERMS):
        alpha.append(math.fsum([mu[j] * mu[k + 1 - j] for j in range(2, k)]))
        share = (k - 1.0) / (k + 1.0) * (mu[k - 2] / 2.0 + alpha[k - 2] / 4.0)
        mu.append(share - alpha[k] / 2.0 - mu[k - 1] / (k + 1.0))
    return tuple(mu)
