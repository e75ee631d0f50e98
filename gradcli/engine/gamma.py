"""The gamma function, its logarithm, and the beta function."""

from __future__ import annotations

import math
from math import copysign, inf, nan


def gamma(x: float) -> float:
    """Return the gamma function of x: infinite at 0, NaN at the negative integers."""
    try:
        return math.gamma(x)
    except OverflowError:
        return inf
    except ValueError:
        return copysign(inf, x) if x == 0.0 else nan


def lgamma(x: float) -> float:
    """Return log(abs(gamma(x))): infinite at 0 and at the negative integers."""
    try:
        return math.lgamma(x)
    except (OverflowError, ValueError):
        return inf


def beta(x: float, y: float) -> float:
    """Return gamma(x)*gamma(y)/gamma(x + y)."""
    return math.exp(lgamma(x) + lgamma(y) - lgamma(x + y))
