"""Circular functions of multiples of pi on whole arrays, reduced exactly as those of numbers are.

An angle is pi*(p + e)/d, where p + e is the product of its factors and e what rounding leaves of
it. Remainders and differences of floats of one size are exact, so that nothing is rounded before
half turns and right angles are taken off. Entries for which that is not so, as of 1e300*x, are
computed one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi, tau
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gradcli.engine.functions import angles
from gradcli.engine.functions.twofold import two_product, two_sum

Array = NDArray[np.float64]

_PI_LOW = 1.2246467991473532e-16
"""What pi is more than its float."""

_DOUBLED, _DEGREES = 2.0, 180.0

_LEAST, _MOST = 1e-140, 2.0**50
"""Between these sizes a product has an error that is a float."""

_SMALL = 2.0**-10
"""What is less of half a turn is no right angle."""


class _Angles(NamedTuple):
    """Angles as right angles and the rest high + low; which are below 0, and which not known."""

    quarter: Any
    high: Any
    low: Any
    is_negative: Any
    is_unknown: Any


def _reduced(unit: float, factors: Sequence[Any], divisor: Any) -> _Angles:
    above: Any = _DOUBLED if unit == tau else 1.0
    below: Any
    below, error = two_product(divisor, 1.0 if unit in {pi, tau} else _DEGREES)
    unknown = (error != 0.0) | ~((np.abs(below) > _LEAST) & (np.abs(below) < _MOST))
    rest: Any = np.zeros(())
    for factor in factors:
        unknown = unknown | (rest != 0.0)  # an error times a factor is rounded
        unknown = unknown | ~((np.abs(factor) < _MOST) & (np.abs(above * factor) < _MOST))
        unknown = unknown | ((factor != 0.0) & (np.abs(above * factor) < _LEAST))
        above, rest = two_product(above, factor)
    is_negative = np.signbit(above) != np.signbit(below)
    sign = np.where(np.signbit(below), -1.0, 1.0)
    above, rest, below = above * sign, rest * sign, below * sign
    unknown = unknown | (np.abs(rest) > _SMALL * below)
    turned = np.fmod(above, 2.0 * below)
    turned, quarter = _off(turned, np.zeros(np.shape(turned), dtype=int), 2.0 * below, 4)
    for part, count in ((below, 2), (0.5 * below, 1)):
        turned, quarter = _off(turned, quarter, part, count)
    turned, rest = two_sum(turned, rest)
    share = turned / below
    product, error = two_product(share, below)
    left = ((turned - product) - error + rest) / below
    high, low = two_product(share, pi)
    return _Angles(quarter % 4, high, low + share * _PI_LOW + left * pi, is_negative, unknown)


def _off(turned: Any, quarter: Any, part: Any, count: int) -> tuple[Any, Any]:
    """Take one part of a turn, which is so many right angles, off what is nearer to it than to 0.

    Both are of one size then, and their difference is exact.
    """
    sign = np.sign(turned)
    is_off = np.abs(turned) > 0.5 * part
    return np.where(is_off, turned - sign * part, turned), quarter + is_off * sign.astype(
        int
    ) * count


def _sine(at: _Angles) -> Any:
    sine, cosine = np.sin(at.high), np.cos(at.high)
    value = np.where(at.quarter % 2, cosine - at.low * sine, sine + at.low * cosine)
    signed = np.where(at.quarter & 2, -value, value)
    return np.where(value == 0.0, np.where(at.is_negative, -0.0, 0.0), signed)


def _cosine(at: _Angles) -> Any:
    sine, cosine = np.sin(at.high), np.cos(at.high)
    value = np.where(at.quarter % 2, -sine - at.low * cosine, cosine - at.low * sine)
    return np.where(at.quarter & 2, -value, value) + 0.0


def _tangent(at: _Angles) -> Any:
    tangent = np.tan(at.high)
    tangent = tangent + at.low * (1.0 + tangent * tangent)
    is_turned = (at.quarter & 2) != 0
    poles = np.where(is_turned, -np.inf, np.inf)
    zeros = np.where(is_turned != at.is_negative, -0.0, 0.0)
    across = np.where(tangent == 0.0, poles, -1.0 / tangent)
    return np.where(at.quarter % 2, across, np.where(tangent == 0.0, zeros, tangent))


def _on_arrays(function: Callable[[_Angles], Any], name: str) -> Callable[..., Any]:
    one = getattr(angles, name)
    has_divisor = name.endswith("quotient")

    def value(unit: Any, *args: Array) -> Array:
        number = float(unit)
        divisor, factors = (args[0], args[1:]) if has_divisor else (1.0, args)
        with np.errstate(all="ignore"):
            at = _reduced(number, factors, divisor)
            found = np.array(
                np.broadcast_to(function(at), np.broadcast_shapes(*map(np.shape, args)))
            )
        unknown = np.broadcast_to(at.is_unknown, found.shape)
        if unknown.any():
            given = [np.broadcast_to(arg, found.shape)[unknown].tolist() for arg in args]
            found[unknown] = [one(number, *entry) for entry in zip(*given, strict=True)]
        return found

    return value


KERNELS = {
    f"{name}_of_{what}": _on_arrays(function, f"{name}_of_{what}")
    for name, function in (("sin", _sine), ("cos", _cosine), ("tan", _tangent))
    for what in ("product", "quotient")
}
"""The operations on arrays, by their names in `gradcli.engine.lowering`."""
