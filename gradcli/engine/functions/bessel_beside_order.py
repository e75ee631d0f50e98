"""The Bessel functions J and I of an order n + k, with the rounding error of the sum carried along.

Beside a whole order below 0 the part of them that is infinite at 0 has the distance from that order
as its factor, of which a rounded sum has few digits: in a derivative orders are n - 1 and n + 1.
By NIST Digital Library of Mathematical Functions, 10.2.3 and 10.27.2, that part stands alone.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan, pi

from gradcli.engine.functions.gamma import sin_pi
from gradcli.engine.functions.twofold import two_sum

Order = Callable[[float, float], float]
"""A function of an order and an argument."""


def first_kind_beside(n: float, k: float, x: float, first: Order, second: Order) -> float:
    """Return J of n + k for a whole k, given J and Y."""
    if not _is_inside(n, k, x):
        return nan
    order, error = two_sum(n, k)
    if not _is_lost(order, error):
        return first(order, x)
    cosine, sine = sin_pi(order + 0.5), sin_pi(-order, -error)
    return cosine * first(-order, x) - sine * second(-order, x)


def modified_beside(n: float, k: float, x: float, first: Order, second: Order) -> float:
    """Return I of n + k for a whole k, given I and K."""
    if not _is_inside(n, k, x):
        return nan
    order, error = two_sum(n, k)
    if not _is_lost(order, error):
        return first(order, x)
    return first(-order, x) + 2.0 / pi * sin_pi(-order, -error) * second(-order, x)


def _is_inside(n: float, k: float, x: float) -> bool:
    return k % 1.0 == 0.0 and (x >= 0.0 or n % 1.0 == 0.0)


def _is_lost(order: float, error: float) -> bool:
    """Whether there is an error, NaN of what is infinite, and an order that it matters to."""
    return order < 0.0 and abs(error) > 0.0
