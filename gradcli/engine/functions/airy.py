"""The Airy functions and their slopes far out, where SciPy's lose digits and in the end give NaN.

NIST Digital Library of Mathematical Functions, 9.7.5 to 9.7.12. The exponent or angle
zeta = 2/3 |x|^(3/2) is computed in decimals: what it is rounded by is the error of the result.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from functools import cache
from math import cos, inf, nan, pi, sin, sqrt

FAR = 30.0
"""From here on the asymptotic series are exact to double precision."""

_TERMS = 16

_LIMITS = (0.0, nan, 0.0, nan), (0.0, -0.0, inf, inf)
"""What the four come to at minus infinity and at infinity."""

_SPARE = 40
"""How many digits are kept beside those of whole turns."""


def far_airy(x: float, place: int) -> float:
    """Return Ai, Ai', Bi or Bi' of x, where abs(x) is at least `FAR`.

    Args:
        x: the argument.
        place: which of the four, from 0.

    Returns:
        NaN for a slope at minus infinity, where the waves rise without end.
    """
    if x in {inf, -inf}:
        return _LIMITS[x > 0.0][place]
    is_slope = place % 2 == 1
    size = abs(x)
    root = sqrt(sqrt(size))
    factor = (root if is_slope else 1.0 / root) / sqrt(pi)
    with localcontext(Context(prec=_SPARE + max(0, 2 * Decimal(size).adjusted()), traps=[])):
        zeta = Decimal(size) * Decimal(size).sqrt() * 2 / 3
        if x < 0.0:
            return factor * _wave(place, *_turned(zeta), 1.0 / float(zeta))
        inverse = 1.0 / float(zeta)
        even, odd = _sums(place, inverse, 1.0)
        growth = zeta if place >= 2 else -zeta
        sums = even + odd if place >= 2 else (odd - even if is_slope else even - odd) / 2.0
        return float(growth.exp() * Decimal(factor * sums))


def _wave(place: int, cosine: float, sine: float, inverse: float) -> float:
    """The wave below 0, from cos and sin of zeta - pi/4."""
    even, odd = _sums(place, inverse, -1.0)
    return (
        cosine * even + sine * odd,
        sine * even - cosine * odd,
        cosine * odd - sine * even,
        cosine * even + sine * odd,
    )[place]


def _sums(place: int, inverse: float, sign: float) -> tuple[float, float]:
    """The terms of even and of odd powers of 1/zeta, of alternating signs if that is -1."""
    sums = [0.0, 0.0]
    term = 1.0
    for k in range(_TERMS):
        if k:
            term *= (6 * k - 5) * (6 * k - 3) * (6 * k - 1) / (216 * k * (2 * k - 1)) * inverse
        weight = (6 * k + 1) / (1 - 6 * k) if place % 2 else 1.0
        sums[k % 2] += sign ** (k // 2) * weight * term
    return sums[0], sums[1]


def _turned(zeta: Decimal) -> tuple[float, float]:
    """The cosine and the sine of zeta - pi/4, without its whole turns."""
    circle = _pi(_SPARE + max(0, zeta.adjusted() + 1))
    angle = float((zeta - circle / 4) % (2 * circle))
    return cos(angle), sin(angle)


@cache
def _pi(digits: int) -> Decimal:
    """Machin's formula, 16 atan(1/5) - 4 atan(1/239)."""
    with localcontext(Context(prec=digits + 10)):
        return 16 * _arctangent_of_inverse(5, digits) - 4 * _arctangent_of_inverse(239, digits)


def _arctangent_of_inverse(n: int, digits: int) -> Decimal:
    power, total, k = Decimal(1) / n, Decimal(0), 1
    while power.adjusted() >= -digits - 10:
        total += power / k if k % 4 == 1 else -power / k
        power /= n * n
        k += 2
    return total
