"""The functions of neural networks: sigmoid, softplus and the rectifiers, accurate in the tails."""

from __future__ import annotations

import math
from math import exp, expm1, inf, log1p, nan

from gradcli.engine.functions.erf import normal_cdf

# The smallest argument whose exponential is a normal float, with a margin.
_TINY_EXPONENTIAL = -700.0

# G. Klambauer et al., Self-normalizing neural networks (2017): scale and scale*alpha.
SELU_SCALE = 1.0507009873554805
SELU_SCALE_ALPHA = 1.7580993408473766


def sigmoid(x: float) -> float:
    """Return 1/(1 + exp(-x)), without overflow and with full accuracy towards 0."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    growth = exp(x)
    return growth / (1.0 + growth)


def logit(p: float) -> float:
    """Return log(p/(1 - p)), the inverse of sigmoid; accurate also where it is near 0."""
    if 0.25 < p < 0.75:
        return log1p((2.0 * p - 1.0) / (1.0 - p))
    if 0.0 < p < 1.0:
        return math.log(p / (1.0 - p)) if p > 1e-300 else math.log(p)
    return -inf if p == 0.0 else inf if p == 1.0 else nan


def softplus(x: float) -> float:
    """Return log(1 + exp(x)), without overflow."""
    if x > 0.0:
        return x + log1p(exp(-x))
    return log1p(exp(x))


def silu(x: float) -> float:
    """Return x*sigmoid(x)."""
    if x >= 0.0:
        return x / (1.0 + exp(-x))
    if x > _TINY_EXPONENTIAL:
        growth = exp(x)
        return x * growth / (1.0 + growth)
    if x == -inf:
        return -0.0
    half = exp(0.5 * x)  # the exponential is subnormal, its product with x may not be
    return x * half * half


def gelu(x: float) -> float:
    """Return x*normal_cdf(x), the exact form with the error function."""
    return x * normal_cdf(x) if x != -inf else -0.0


def elu(x: float, a: float = 1.0) -> float:
    """Return x if x > 0, else a*(exp(x) - 1)."""
    return x if x > 0.0 else a * expm1(x)


def selu(x: float) -> float:
    """Return the self-normalizing scaled elu."""
    return SELU_SCALE * x if x > 0.0 else SELU_SCALE_ALPHA * expm1(x)
