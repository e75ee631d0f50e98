"""Values and slopes beside a point, and what comparisons and kinks make of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from gradcli.germs.series import total
from gradcli.graph.node import IDENTITY


class Pair(NamedTuple):
    """A node just beside the point.

    Attributes:
        value: its limit.
        rate: its slope along the ray.
        is_linear: whether it is value + rate*t, and nothing of a higher order.
    """

    value: float
    rate: float = 0.0
    is_linear: bool = True


class UndecidedError(Exception):
    """Values and slopes do not decide a tie, or are not all."""


def order_of(a: Pair, b: Pair) -> int:
    """The sign of a - b beside the point.

    Raises:
        UndecidedError: neither values nor slopes tell.
    """
    if math.isnan(a.value) or math.isnan(b.value):
        raise UndecidedError
    if a.value != b.value:
        return 1 if a.value > b.value else -1
    difference = total(a.rate, -b.rate)
    if math.isnan(difference) or (not difference and not (a.is_linear and b.is_linear)):
        raise UndecidedError
    return (difference > 0) - (difference < 0)


ZERO = Pair(0.0)


def turned(pair: Pair, factor: float) -> Pair:
    """A number times a pair."""
    return Pair(pair.value * factor, pair.rate * factor, pair.is_linear)


def _is_flat(x: Pair) -> bool:
    """Whether a piece makes the same of it, to first order, whatever its sign."""
    return not x.value and not x.rate


def _abs(x: Pair) -> Pair:
    return x if _is_flat(x) or order_of(x, ZERO) >= 0 else turned(x, -1.0)


def _relu(x: Pair) -> Pair:
    return x if _is_flat(x) or order_of(x, ZERO) >= 0 else ZERO


def _leaky_relu(x: Pair, a: Pair) -> Pair | None:
    if _is_flat(x) or order_of(x, ZERO) >= 0:
        return x
    return None if x.value or a.rate else turned(x, a.value)


def _extreme(sign: int) -> Callable[..., Pair]:
    def piece(*pairs: Pair) -> Pair:
        best = pairs[0]
        for other in pairs[1:]:
            if other.value == best.value and not total(other.rate, -best.rate):
                best = best._replace(is_linear=best.is_linear and other.is_linear)
            elif order_of(other, best) * sign > 0:
                best = other
        return best

    return piece


def _sign(x: Pair) -> Pair:
    return Pair(float(order_of(x, ZERO)))


def _step(x: Pair) -> Pair:
    return Pair(float(order_of(x, ZERO) > 0))


def _floor(x: Pair) -> Pair:
    whole = float(math.floor(x.value))
    return Pair(whole - (order_of(x, Pair(whole)) < 0))


def _ceil(x: Pair) -> Pair:
    return Pair(-_floor(turned(x, -1.0)).value)


def _identity(x: Pair) -> Pair:
    return x


def _opposite(x: Pair) -> Pair:
    return turned(x, -1.0)


PIECES: Mapping[str, Callable[..., Pair | None]] = {
    IDENTITY: _identity,
    "neg": _opposite,
    "abs": _abs,
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "max": _extreme(1),
    "min": _extreme(-1),
    "sign": _sign,
    "step": _step,
    "floor": _floor,
    "ceil": _ceil,
}
"""The pieces that are met often; other kinks, such as that of a norm, are left to germs."""
