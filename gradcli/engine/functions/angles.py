"""Circular functions of multiples of pi, reduced exactly: sin(30 degrees) is 0.5, sin(2*pi) is 0.

The angle is a unit, which is pi, a turn or a degree, times some factors and perhaps over a divisor.
They are multiplied as fractions of whole numbers, so that nothing is rounded before whole turns are
taken off. At zeros and poles the sign is that of sinPi, cosPi and tanPi in IEEE 754.
"""

from __future__ import annotations

import math
from math import copysign, inf, nan, pi, prod, tau
from typing import NamedTuple

from gradcli.engine.functions.sinc import derivative_of, sinc_of
from gradcli.engine.functions.twofold import two_product

_DEGREE = 0.017453292519943295

UNITS = {pi: (1, 1), tau: (2, 1), _DEGREE: (1, 180)}
"""What part of pi each unit is."""

_PI_LOW = 1.2246467991473532e-16
"""What pi is more than its float."""

_HALF = pi / 4
"""Half a right angle, as a float."""


class _Angle(NamedTuple):
    """An angle as a number of right angles and the rest high + low, which is at most pi/4.

    Attributes:
        quarter: the right angles, without whole turns.
        high: the rest.
        low: what the rest is more.
        is_negative: whether the whole angle is below 0, or -0.
    """

    quarter: int
    high: float
    low: float
    is_negative: bool

    def sine(self) -> float:
        """Its sine."""
        sine, cosine = self._waves()
        value = cosine if self.quarter % 2 else sine
        if value == 0.0:
            return -0.0 if self.is_negative else 0.0
        return -value if self.quarter & 2 else value

    def cosine(self) -> float:
        """Its cosine."""
        sine, cosine = self._waves()
        value = -sine if self.quarter % 2 else cosine
        return (-value if self.quarter & 2 else value) + 0.0

    def _waves(self) -> tuple[float, float]:
        """Sine and cosine of the rest: of half a right angle one number, so that they have one."""
        sine, cosine = math.sin(self.high), math.cos(self.high)
        of_cosine = cosine - self.low * sine
        if abs(self.high) == _HALF:
            return copysign(of_cosine, self.high), of_cosine
        return sine + self.low * cosine, of_cosine

    def tangent(self) -> float:
        """Its tangent."""
        tangent = math.tan(self.high)
        tangent += self.low * (1.0 + tangent * tangent)
        is_turned = self.quarter & 2 != 0
        if self.quarter % 2:
            return -1.0 / tangent if tangent else -inf if is_turned else inf
        return tangent or (-0.0 if is_turned != self.is_negative else 0.0)


_NOWHERE = _Angle(0, nan, nan, is_negative=False)


def _angle(unit: float, factors: tuple[float, ...], divisor: float = 1.0) -> _Angle:
    if not (divisor and all(map(math.isfinite, factors))) or math.isnan(divisor):
        return _NOWHERE
    above, below = UNITS.get(unit, (0, 1))
    sign = copysign(1.0, divisor)
    for factor in factors:
        sign *= copysign(1.0, factor)
        p, q = factor.as_integer_ratio()
        above, below = above * p, below * q
    if math.isinf(divisor):
        return _Angle(0, copysign(0.0, sign), 0.0, sign < 0.0)
    p, q = divisor.as_integer_ratio()
    above, below = above * q, below * p
    if below < 0:
        above, below = -above, -below
    quarter = (4 * above + below) // (2 * below)
    above, below = 2 * above - quarter * below, 2 * below
    share = above / below
    p, q = share.as_integer_ratio()
    error = (above * q - p * below) / (below * q) if p else 0.0
    high, low = two_product(share, pi)
    return _Angle(quarter % 4, high, low + share * _PI_LOW + error * pi, sign < 0.0)


def sin_of_product(unit: float, *factors: float) -> float:
    """Return sin(unit*product)."""
    return _angle(unit, factors).sine()


def cos_of_product(unit: float, *factors: float) -> float:
    """Return cos(unit*product)."""
    return _angle(unit, factors).cosine()


def tan_of_product(unit: float, *factors: float) -> float:
    """Return tan(unit*product)."""
    return _angle(unit, factors).tangent()


def sinc_of_product(unit: float, *factors: float) -> float:
    """Return sinc(unit*product)."""
    return sinc_of(unit * prod(factors), _angle(unit, factors).sine())


def sinc_derivative_of_product(n: float, unit: float, *factors: float) -> float:
    """Return the n-th derivative of sinc at unit*product."""
    angle = _angle(unit, factors)
    return derivative_of(n, unit * prod(factors), angle.sine(), angle.cosine())


def sin_of_quotient(unit: float, divisor: float, *factors: float) -> float:
    """Return sin(unit*product/divisor)."""
    return _angle(unit, factors, divisor).sine()


def cos_of_quotient(unit: float, divisor: float, *factors: float) -> float:
    """Return cos(unit*product/divisor)."""
    return _angle(unit, factors, divisor).cosine()


def tan_of_quotient(unit: float, divisor: float, *factors: float) -> float:
    """Return tan(unit*product/divisor)."""
    return _angle(unit, factors, divisor).tangent()
