"""The inverses of the error function and of the normal distribution, for targets that have none.

As in `functions.quantiles` a first guess is made exact by Halley's steps, on erf or on erfc.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from gradcli.engine.targets.errors_and_gamma import beside_zero, scaled
from gradcli.engine.targets.terms import (
    Definition,
    Term,
    expm1,
    function,
    log,
    made,
    same,
    sqrt,
    where,
)

_STEPS = 3
_TWO_OVER_SQRT_PI = 1.1283791670955126
_SQRT_TWO = 1.4142135623730951
_SQRT_HALF = 0.7071067811865476
_SQRT_TWO_OVER_PI = 0.7978845608028654

erfcx, gaussian = map(function, ("erfcx", "gaussian"))


def _central(size: Term) -> Term:
    """The inverse of erf, up to 1/2."""
    guess = size / _TWO_OVER_SQRT_PI * (1.0 + size * size / 3.8)
    for _ in range(_STEPS):
        error = (beside_zero(guess) - size) / (_TWO_OVER_SQRT_PI * gaussian(guess))
        guess = guess - error / (1.0 + guess * error)
    return guess


def _outer(tail: Term) -> Term:
    """The inverse of erfc, below 1/2."""
    t = sqrt(-2.0 * (log(tail) - math.log(2.0)))
    above = 2.515517 + t * (0.802853 + t * 0.010328)
    guess = (t - above / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)))) * _SQRT_HALF
    for _ in range(_STEPS):
        whole = scaled(guess)  # which does not vanish in the far tail
        logarithm = log(tail / (whole * gaussian(guess)))
        error = whole / _TWO_OVER_SQRT_PI * -expm1(logarithm)
        guess = guess + error / (1.0 - guess * error)
    return guess


def _erfinv(x: Term) -> Term:
    size = abs(x)
    is_outside = made("ne", size <= 1.0, 1.0)
    near = _central(where(size <= 0.5, size, 0.5))
    far = _outer(where(made("and", size > 0.5, size < 1.0), 1.0 - size, 0.25))
    value = where(size <= 0.5, near, where(same(size, 1.0), math.inf, far))
    return where(is_outside, (x - x) / (x - x), where(x < 0.0, -value, value))


def _erfcinv(x: Term) -> Term:
    tail = where(x > 1.0, 2.0 - x, x)
    is_far = made("and", tail > 0.0, tail < 0.5)
    near = _central(where(tail < 0.5, 0.25, 1.0 - tail))
    value = where(is_far, _outer(where(is_far, tail, 0.25)), near)
    value = where(same(tail, 0.0), math.inf, value)
    value = where(tail < 0.0, (x - x) / (x - x), value)
    return where(same(x, x), where(x > 1.0, -value, value), x)


def _normal_quantile(p: Term) -> Term:
    is_central = made("and", p >= 0.25, p <= 0.75)
    middle = made("erfinv", where(is_central, 2.0 * p - 1.0, 0.0))
    is_low = p < 0.5
    outer = made("erfcinv", where(is_low, 2.0 * p, 2.0 * (1.0 - p)))
    return _SQRT_TWO * where(is_central, middle, where(is_low, -outer, outer))


def _exp_square_of_erfinv(x: Term) -> Term:
    size = abs(x)
    inverse = abs(made("erfinv", x))
    is_far = made("and", size >= 0.5, size < 1.0)
    return where(is_far, erfcx(inverse) / (1.0 - size), made("exp_square", inverse))


def _exp_square_of_erfcinv(x: Term) -> Term:
    tail = where(x > 1.0, 2.0 - x, x)
    inverse = abs(made("erfcinv", x))
    is_far = made("and", tail > 0.0, tail < 0.5)
    return where(is_far, erfcx(inverse) / tail, made("exp_square", inverse))


def _normal_pdf_of_quantile(p: Term) -> Term:
    tail = where(p > 0.5, 1.0 - p, p)
    inverse = abs(made("normal_quantile", p))
    is_far = made("and", tail > 0.0, tail < 0.25)
    far = _SQRT_TWO_OVER_PI * tail / erfcx(inverse * _SQRT_HALF)
    return where(is_far, far, made("normal_pdf", inverse))


DEFINITIONS: Mapping[str, Definition] = {
    "erfinv": _erfinv,
    "erfcinv": _erfcinv,
    "normal_quantile": _normal_quantile,
    "exp_square_of_erfinv": _exp_square_of_erfinv,
    "exp_square_of_erfcinv": _exp_square_of_erfcinv,
    "normal_pdf_of_quantile": _normal_pdf_of_quantile,
}
"""What defines an operation, by its name; libraries that have it are asked first."""
