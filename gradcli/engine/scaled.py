"""Numbers of any size as a float and a number of steps of 2^512: what a sweep multiplies and adds.

An adjoint that vanishes layer by layer leaves the range of floats after some hundreds of layers. In
this form it goes on with all the digits of a float, and an operation takes no longer: only where it
comes to the border of the range a step is counted.
"""

from __future__ import annotations

import math

from gradcli.engine.beyond import GREATEST, SMALLEST, Beyond, binary, from_binary

STEP = 512
"""The binary digits of a step."""

APART = 5
"""What is so many steps smaller is nothing beside a number, however small that is in its steps."""

_NOTHING = -2000
"""As binary digits, likewise."""

Scaled = tuple[float, int]
"""A float, and by how many steps it is to be multiplied."""


def product(a: Scaled, b: float) -> Scaled:
    """The product of two numbers, the second of which may be a `Beyond`."""
    number, steps = a
    if type(b) is not Beyond and not (number and b and math.isfinite(number) and math.isfinite(b)):
        return number * b, 0
    first, exponent = math.frexp(number)
    second, more = binary(b) if isinstance(b, Beyond) else math.frexp(b)
    return _normal(first * second, exponent + more + STEP * steps)


def total(a: Scaled, b: Scaled) -> Scaled:
    """The sum of two numbers."""
    (one, steps), (other, others) = a, b
    if not (math.isfinite(one) and math.isfinite(other)):
        return one + other, 0
    if not other or (one and steps - others > APART):
        return a
    if not one or others - steps > APART:
        return b
    first, exponent = math.frexp(one)
    second, behind = math.frexp(other)
    exponent += STEP * steps
    behind += STEP * others
    if exponent < behind:
        first, exponent, second, behind = second, behind, first, exponent
    if behind - exponent < _NOTHING:
        return _normal(first, exponent)
    return _normal(first + math.ldexp(second, behind - exponent), exponent)


def joined(number: float, steps: int) -> float:
    """The number that these are: a float if one holds it with all its digits, else a `Beyond`."""
    if not steps or not number or not math.isfinite(number):
        return number
    mantissa, exponent = math.frexp(number)
    exponent += STEP * steps
    found = math.ldexp(mantissa, exponent) if -_LIMIT < exponent < _LIMIT else 0.0
    return found if SMALLEST <= abs(found) <= GREATEST else from_binary(mantissa, exponent)


_LIMIT = 1024


def _normal(mantissa: float, exponent: int) -> Scaled:
    """With steps that leave a number of ordinary size."""
    if not mantissa or not math.isfinite(mantissa):
        return mantissa, 0
    steps = round(exponent / STEP)
    return math.ldexp(mantissa, exponent - STEP * steps), steps
