"""Circular functions of multiples of pi for targets: `functions.angles` in two floats.

The product of the factors is kept with its rounding error, and half turns are taken off before it
is multiplied by pi.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from gradcli.engine.targets.terms import (
    Definition,
    Term,
    cos,
    floor,
    made,
    same,
    sin,
    two_product,
    two_sum,
    where,
)

_PI_LOW = 1.2246467991473532e-16


def _turned(unit: Term, factors: tuple[Term, ...], divisor: Term | None) -> tuple[Term, Term, Term]:
    """Sine and cosine of the rest of an angle, and how many right angles it has before that."""
    high, low = where(unit > 4.0, 2.0, 1.0) * factors[0], None
    for factor in factors[1:]:
        product, error = two_product(high, factor)
        high, low = product, error if low is None else low * factor + error
    is_degree = unit < 1.0
    high, low = _divided(high, low, where(is_degree, 180.0, 1.0))
    if divisor is not None:
        high, low = _divided(high, low, divisor)
    quarter = made("round", 2.0 * high)
    rest, lost = two_sum(high - 0.5 * quarter, low)
    angle, error = two_product(rest, math.pi)
    error = error + (rest * _PI_LOW + lost * math.pi)
    sine, cosine = sin(angle), cos(angle)
    place = quarter - 4.0 * floor(quarter / 4.0)
    of_cosine = cosine - error * sine
    # Of half a right angle both are one number, so that the cotangent is 1.
    is_half = same(made("abs", rest), 0.25)
    return where(is_half, 4.0 * rest * of_cosine, sine + error * cosine), of_cosine, place


def _divided(high: Term, low: Term | None, by: Term) -> tuple[Term, Term]:
    quotient = high / by
    product, error = two_product(quotient, by)
    residue = (high - product) - error
    return quotient, (residue if low is None else residue + low) / by


def _sine(sine: Term, cosine: Term, place: Term) -> Term:
    size = where(made("or", same(place, 1.0), same(place, 3.0)), cosine, sine)
    return where(place >= 2.0, -size, size)


def _cosine(sine: Term, cosine: Term, place: Term) -> Term:
    size = where(made("or", same(place, 1.0), same(place, 3.0)), -sine, cosine)
    return where(place >= 2.0, -size, size) + 0.0


def _tangent(sine: Term, cosine: Term, place: Term) -> Term:
    return where(made("or", same(place, 1.0), same(place, 3.0)), -(cosine / sine), sine / cosine)


def _of_product(wave: Definition) -> Definition:
    return lambda unit, *factors: wave(*_turned(unit, factors, None))


def _of_quotient(wave: Definition) -> Definition:
    return lambda unit, divisor, *factors: wave(*_turned(unit, factors or (unit / unit,), divisor))


def angle_and_waves(unit: Term, factors: tuple[Term, ...]) -> tuple[Term, Term, Term]:
    """A unit times factors, and the sine and cosine of that."""
    angle = unit
    for factor in factors:
        angle = angle * factor
    turned = _turned(unit, factors, None)
    return angle, _sine(*turned), _cosine(*turned)


def _sinc_of_product(unit: Term, *factors: Term) -> Term:
    angle, sine, _ = angle_and_waves(unit, factors)
    return where(same(angle, 0.0), 1.0, sine / angle)


DEFINITIONS: Mapping[str, Definition] = {
    **{
        f"{name}_of_{form}": make(wave)
        for name, wave in {"sin": _sine, "cos": _cosine, "tan": _tangent}.items()
        for form, make in {"product": _of_product, "quotient": _of_quotient}.items()
    },
    "sinc_of_product": _sinc_of_product,
}
"""What defines an operation, by its name."""
