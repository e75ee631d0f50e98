"""The error function and the normal distribution of whole arrays, as `functions.erf` has numbers.

The same formulas, each for the entries of its region; the error function of NumPy's entries is that
of the C library.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine.functions import erf
from gradcli.engine.functions.twofold import two_product, two_square, two_sum

_LEVELS = int(erf.LEVELS / erf.FRACTION_FROM**2) + 9
"""So many levels of the continued fraction are enough from where it is used."""

_HIGH, _LOW = np.array(erf.CENTRES).T


def _where_not_vanished(function: Callable[[Any], Any], above: float) -> Callable[[Any], Any]:
    """A function of what is not so large that it is 0 below, or another number above."""

    def value(x: Any) -> Any:
        x = np.asarray(x, dtype=float)
        inside = np.abs(x) < erf.VANISHED
        found = function(np.where(inside, x, 0.0))
        beyond = np.where(x < 0.0, 0.0, above)
        return np.where(inside, found, np.where(np.isnan(x), x, beyond))

    return value


def _gaussian(x: Any) -> Any:
    square, error = two_square(x)
    result = np.exp(-square)
    return result - result * error


def _normal_pdf(x: Any) -> Any:
    square, error = two_square(x)
    result = np.exp(-0.5 * square) * erf.ONE_OVER_SQRT_TWO_PI[0]
    return result - result * (0.5 * error)


def erfc(x: Any) -> Any:
    """1 - erf(x) with full relative accuracy."""
    x = np.asarray(x, dtype=float)
    result = np.where(np.isnan(x), x, 0.0)
    for first, end, function in _REGIONS:
        inside = (x >= first) & (x < end)
        if inside.any():
            result[inside] = function(x[inside])
    return result


def _erfc_of_library(x: Any) -> Any:
    return list(map(math.erfc, x.tolist()))


def _erfc_about_centre(x: Any) -> Any:
    """Taylor terms of the slope about the nearest k/8, and their integrals."""
    place = np.rint(8.0 * x)
    centre = 0.125 * place
    h = x - centre
    before, term = np.zeros_like(x), -erf.TWO_OVER_SQRT_PI * _gaussian(centre)
    integrals = []
    for n in range(1, erf.TERMS):
        integrals.append(term * h / n)
        before, term = term, -2.0 * h * (centre * term + h * before) / n
    series = np.zeros_like(x)
    for integral in reversed(integrals):
        series += integral
    at = place.astype(int) - erf.FIRST_CENTRE
    return _HIGH[at] + (_LOW[at] + series)


def _erfc_by_fraction(x: Any) -> Any:
    """exp(-x^2)*erfcx(x), where the exponent and the product keep their rounding errors."""
    below = np.zeros_like(x)
    for k in range(_LEVELS, 0, -1):
        below = 0.5 * k / (x + below)
    denominator, error = two_sum(x, below)
    quotient = erf.ONE_OVER_SQRT_PI[0] / denominator
    product, rounding = two_product(quotient, denominator)
    residue = (erf.ONE_OVER_SQRT_PI[0] - product) - rounding + erf.ONE_OVER_SQRT_PI[1]
    low = (residue - quotient * error) / denominator
    square, square_error = two_square(x)
    power = np.exp(-square)
    high, rounding = two_product(power, quotient)
    return high + (rounding + power * low - high * square_error)


def _normal_cdf(x: Any) -> Any:
    t, error = two_product(-x, erf.SQRT_HALF[0])
    error = error - x * erf.SQRT_HALF[1]
    return 0.5 * (erfc(t) - erf.TWO_OVER_SQRT_PI * _gaussian(t) * error)


def gelu(x: Any) -> Any:
    """x*normal_cdf(x)."""
    return np.where(np.isneginf(x), -0.0, x * normal_cdf(x))


gaussian = _where_not_vanished(_gaussian, 0.0)
normal_pdf = _where_not_vanished(_normal_pdf, 0.0)
normal_cdf = _where_not_vanished(_normal_cdf, 1.0)

_REGIONS = (
    (-math.inf, erf.CENTRES_FROM, _erfc_of_library),
    (erf.CENTRES_FROM, erf.FRACTION_FROM, _erfc_about_centre),
    (erf.FRACTION_FROM, erf.VANISHED, _erfc_by_fraction),
)
