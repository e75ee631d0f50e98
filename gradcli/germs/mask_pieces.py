"""Entries of arrays beside a point, and what comparisons, logic and kinks make of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradcli.germs.pair_pieces import UndecidedError
from gradcli.germs.series import ROUNDED


class Masked(NamedTuple):
    """A node just beside the point; each a number or an array of its shape.

    Attributes:
        value: its limit.
        rate: its slope along the ray.
        bends: whether there may be terms of a higher order.
    """

    value: Any
    rate: Any = 0.0
    bends: Any = False


def order_of(a: Masked, b: Masked) -> Any:
    """The sign of a - b beside the point, entry by entry; NaN where neither tells."""
    with np.errstate(all="ignore"):
        values = np.sign(np.where(np.equal(a.value, b.value), 0.0, np.subtract(a.value, b.value)))
        rates = np.sign(difference(a.rate, b.rate))
        found = np.where(values == 0, rates, values)
        is_open = (values == 0) & (rates == 0) & (np.asarray(a.bends) | np.asarray(b.bends))
        return np.where(is_open | np.isnan(rates) & (values == 0), np.nan, found)


def difference(a: Any, b: Any) -> Any:
    """The difference of two slopes, 0 where what is left of them is rounding alone."""
    found = np.subtract(a, b)
    return np.where(np.abs(found) <= ROUNDED * np.maximum(np.abs(a), np.abs(b)), 0.0, found)


ZERO = Masked(0.0)


def joined(op: str, parts: Sequence[Any]) -> Any:
    """And, or, not of 1, 0 and NaN for what is not known."""
    if op == "not":
        return np.where(np.isnan(parts[0]), np.nan, parts[0] == 0)
    decisive = 0.0 if op == "and" else 1.0
    is_decided = functools.reduce(
        np.logical_or, [(each != 0) == decisive if decisive else each == 0 for each in parts]
    )
    is_open = functools.reduce(np.logical_or, map(np.isnan, parts))
    return np.where(is_decided, decisive, np.where(is_open, np.nan, 1.0 - decisive))


_ROUNDING: Mapping[str, Callable[[Any], Any]] = {"floor": np.floor, "ceil": np.ceil}


def _sides(x: Masked, below: Callable[[Any], Any]) -> Masked:
    """A node itself where it is not negative, and a multiple of it where it is."""
    sign = order_of(x, ZERO)
    is_flat = (np.asarray(x.value) == 0) & (np.asarray(x.rate) == 0)
    if (np.isnan(sign) & ~is_flat).any():
        raise UndecidedError
    is_below = ~is_flat & (sign < 0)
    return Masked(
        np.where(is_below, below(x.value), x.value),
        np.where(is_below, below(x.rate), x.rate),
        np.asarray(x.bends) & (~is_below | (below(1.0) != 0.0)),
    )


def decided(sign: Any) -> Any:
    """A sign as it is; raises `UndecidedError` where it is not known."""
    if np.isnan(sign).any():
        raise UndecidedError
    return sign


def _leaky(x: Masked, a: Masked) -> Masked | None:
    if np.any(a.rate) or np.any(a.bends):
        return None
    return _sides(x, lambda part: part * np.asarray(a.value))


def _rounded(round_: Callable[[Any], Any]) -> Callable[[Masked], Masked]:
    def piece(x: Masked) -> Masked:
        whole = round_(x.value)
        sign = decided(order_of(x, Masked(whole)))
        past = (whole == x.value) & (sign * (1 if round_ is np.floor else -1) < 0)
        return Masked(whole - past if round_ is np.floor else whole + past)

    return piece


PIECES: Mapping[str, Callable[..., Masked | None]] = {
    "abs": lambda x: _sides(x, np.negative),
    "relu": lambda x: _sides(x, lambda part: part * 0.0),
    "leaky_relu": _leaky,
    "sign": lambda x: Masked(decided(order_of(x, ZERO))),
    "step": lambda x: Masked((decided(order_of(x, ZERO)) > 0).astype(float)),
    **{name: _rounded(round_) for name, round_ in _ROUNDING.items()},
}
