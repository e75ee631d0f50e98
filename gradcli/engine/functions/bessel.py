"""The Bessel functions where SciPy's fail: J and Y far out, J and I beside 0.

NIST Digital Library of Mathematical Functions, 10.17.3 and 10.17.4 (Hankel's expansions), 10.7.3.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, inf, pi, sin, sqrt

from gradcli.engine.functions.gamma import gamma, sin_pi
from gradcli.engine.scalar import power

Order = Callable[[float, float], float]
"""A function of an order and an argument."""

_FAR = 1e5
_SMALL = 1e-9
_TERMS = 30


def first_kind(n: float, x: float, otherwise: Order) -> float:
    """Return J_n(x), of a negative x for whole n; ``otherwise`` computes it where it can."""
    if _is_far(n, x) and (x > 0.0 or n % 1.0 == 0.0):
        wave = _waves(n, abs(x))[0]
        return -wave if x < 0.0 and n % 2.0 == 1.0 else wave
    return _first_term(n, x) if _is_small(n, x) else float(otherwise(n, x))


def second_kind(n: float, x: float, otherwise: Order) -> float:
    """Return Y_n(x), NaN of a negative x."""
    return _waves(n, x)[1] if x > 0.0 and _is_far(n, x) else float(otherwise(n, x))


def modified(n: float, x: float, otherwise: Order) -> float:
    """Return I_n(x), of a negative x for whole n."""
    return _first_term(n, x) if _is_small(n, x) else float(otherwise(n, x))


def _is_far(n: float, x: float) -> bool:
    """Whether Hankel's expansions are exact to double precision."""
    return _FAR <= abs(x) < inf and abs(x) >= n * n


def _waves(n: float, x: float) -> tuple[float, float]:
    """J and Y, from the sine and cosine of x - pi*(2n + 1)/4."""
    # Orders may be so large that their quarter turns have to be taken off first.
    turned = 0.25 * ((2.0 * (n % 4.0) + 1.0) % 8.0)
    back_sine, back_cosine = sin_pi(turned), sin_pi(turned + 0.5)
    sine = sin(x) * back_cosine - cos(x) * back_sine
    cosine = cos(x) * back_cosine + sin(x) * back_sine
    sums = [0.0, 0.0]
    term = 1.0
    for k in range(_TERMS):
        if k:
            term *= (4.0 * n * n - (2.0 * k - 1.0) ** 2) / (8.0 * k) / x
        sums[k % 2] += term if k % 4 < 2 else -term
    even, odd = sums
    factor = sqrt(2.0 / pi) / sqrt(x)
    return factor * (cosine * even - sine * odd), factor * (sine * even + cosine * odd)


def _is_small(n: float, x: float) -> bool:
    """Whether J_n(x) and I_n(x) are the first term of their series."""
    return n >= 0.0 and 0.0 < x < _SMALL


def _first_term(n: float, x: float) -> float:
    return power(0.5 * x, n) / gamma(n + 1.0)
