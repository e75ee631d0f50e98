"""Circular functions of an angle in degrees, which is reduced exactly: sin(30 degrees) is 0.5."""

from __future__ import annotations

import math
from math import inf, nan

from gradcli.engine.functions.twofold import two_product

# pi/180 beyond double precision, as high + low.
_DEGREE = (0.017453292519943295, 2.9486522708701687e-19)


def sin_degrees(x: float) -> float:
    """Return sin(pi*x/180)."""
    angle, low, quarter = _reduced(x)
    sine, cosine = math.sin(angle), math.cos(angle)
    value = cosine - low * sine if quarter % 2 else sine + low * cosine
    return (-value if quarter & 2 else value) + 0.0


def cos_degrees(x: float) -> float:
    """Return cos(pi*x/180)."""
    angle, low, quarter = _reduced(x)
    sine, cosine = math.sin(angle), math.cos(angle)
    value = -sine - low * cosine if quarter % 2 else cosine - low * sine
    return (-value if quarter & 2 else value) + 0.0


def tan_degrees(x: float) -> float:
    """Return tan(pi*x/180)."""
    angle, low, quarter = _reduced(x)
    tangent = math.tan(angle)
    tangent += low * (1.0 + tangent * tangent)
    if quarter % 2:
        return -1.0 / tangent if tangent else inf
    return tangent


def _reduced(x: float) -> tuple[float, float, int]:
    """The angle beside a multiple of 90 degrees as high + low, and which multiple that is."""
    if not abs(x) < inf:
        return nan, nan, 0
    rest = math.fmod(x, 360.0)
    quarter = math.floor(rest / 90.0 + 0.5)
    beside = rest - 90.0 * quarter
    angle, low = two_product(beside, _DEGREE[0])
    return angle, low + beside * _DEGREE[1], quarter % 4
