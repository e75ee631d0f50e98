"""The Bessel functions where SciPy's fail: far out, beside 0, and at the ends of floats.

NIST Digital Library of Mathematical Functions, 10.17.3 and 10.17.4 (Hankel's expansions), 10.6.1,
10.7.3, 10.41.3.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, exp, hypot, inf, log, pi, sin, sqrt

from gradcli.engine.functions.bessel_beside_zero import (
    TINY,
    beside_modified_second,
    beside_second_kind,
    first_term,
)
from gradcli.engine.functions.gamma import sin_pi

Order = Callable[[float, float], float]
"""A function of an order and an argument."""

_FAR, _HIGHEST = 1e3, 1e5
"""From that argument on SciPy's phase loses digits; the orders up to which one is stepped."""

_SMALL = 1e-9
_TERMS = 30
_LEAST_FROM, _LARGEST_MODIFIED = 1e4, 1e9
"""Up to there SciPy's with exp(x) has values, and somewhat beyond that without it."""


def first_kind(n: float, x: float, otherwise: Order) -> float:
    """Return J_n(x), of a negative x for whole n; ``otherwise`` computes it where it can."""
    if x < 0.0 and n % 1.0 == 0.0:
        value = first_kind(n, -x, otherwise)
        return -value if n % 2.0 else value
    if _is_far(n, x):
        return _far(n, x)[0]
    return first_term(n, x) if _is_small(n, x) else float(otherwise(n, x))


def second_kind(n: float, x: float, otherwise: Order) -> float:
    """Return Y_n(x), NaN of a negative x."""
    if _is_far(n, x):
        return _far(n, x)[1]
    return beside_second_kind(n, x) if _is_tiny(n, x) else float(otherwise(n, x))


def modified(n: float, x: float, otherwise: Order) -> float:
    """Return I_n(x), of a negative x for whole n."""
    if x < 0.0 and n % 1.0 == 0.0:
        value = modified(n, -x, otherwise)
        return -value if n % 2.0 else value
    if x > _LARGEST_MODIFIED and abs(n) < inf:
        return _large_modified(abs(n), x)
    if _is_small(n, x):
        return abs(first_term(n, x)) if n % 1.0 == 0.0 else first_term(n, x)
    return float(otherwise(n, x))


def modified_second(n: float, x: float, otherwise: Order, scaled: Order) -> float:
    """Return K_n(x), NaN of a negative x; ``scaled`` is K_n(x)*exp(x)."""
    if _is_tiny(n, x):
        return beside_modified_second(n, x)
    value = float(otherwise(n, x))
    if value == 0.0 and x < _LEAST_FROM:  # SciPy's has none of the smallest floats
        half = exp(-0.5 * x)
        return float(scaled(n, x)) * half * half
    return value


def _is_far(n: float, x: float) -> bool:
    """Whether x is beyond what turns back, far out, and Hankel's expansions are of use."""
    return _FAR <= x < inf and (x >= 0.25 * n * n or abs(n) <= min(x, _HIGHEST))


def _far(n: float, x: float) -> tuple[float, float]:
    """J and Y: by Hankel's expansions, or from orders that have them by steps of 1.

    Up to order x steps lose no digits; orders below 0 are turned into those above.
    """
    if x >= 0.25 * n * n:
        return _waves(n, x)
    if n < 0.0:
        cosine, sine = sin_pi(0.5 - n), sin_pi(-n)
        first, second = _far(-n, x)
        return cosine * first - sine * second, sine * first + cosine * second
    order = n % 1.0 + 1.0
    lower, here = _waves(order - 1.0, x), _waves(order, x)
    while order < n:
        factor = 2.0 * order / x
        lower, here = here, (factor * here[0] - lower[0], factor * here[1] - lower[1])
        order += 1.0
    return here


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
    return 0.0 < x < (_SMALL if n >= 0.0 or n % 1.0 == 0.0 else TINY) and abs(n) < inf


def _is_tiny(n: float, x: float) -> bool:
    """Whether Y_n(x) and K_n(x) are the first terms of their series."""
    return 0.0 < x < (_SMALL if abs(n) >= 1.0 else TINY) and abs(n) < inf


def _large_modified(n: float, x: float) -> float:
    """I_n(x) of a huge x, which overflows unless the order is larger still."""
    if n <= x:
        return inf
    size = hypot(1.0, x / n)
    growth = n * (size + log(x / n / (1.0 + size)))
    if growth > 800.0:
        return inf
    return exp(growth) / sqrt(2.0 * pi * n * size)
