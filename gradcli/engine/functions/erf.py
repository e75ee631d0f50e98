"""The error function and the normal distribution, with the rounding error of the square kept."""

from __future__ import annotations

import math
from math import exp, isnan

from gradcli.engine.functions.twofold import two_product, two_square, two_sum

# Beyond this, exp(-x^2) and erfc(x) are zero in double precision.
VANISHED = 40.0

TWO_OVER_SQRT_PI = 1.1283791670955126

# The continued fraction of erfc(x) needs some 9 + LEVELS/x^2 levels for double precision.
LEVELS = 245.0

# Constants beyond double precision, as high + low.
ONE_OVER_SQRT_PI = (0.5641895835477563, 7.66772980658294e-18)
ONE_OVER_SQRT_TWO_PI = (0.3989422804014327, -2.49232720227773e-17)
SQRT_HALF = (0.7071067811865476, -4.833646656726457e-17)

# Below the first the C library's erfc is accurate, and from the second on the continued fraction.
CENTRES_FROM, FRACTION_FROM = 0.5, 2.125

# Behind so many terms about a centre there is nothing to be seen.
TERMS = 14

# erfc(k/8) for k = 4, 5, ..., 17, as high + low.
FIRST_CENTRE = 4
CENTRES = (
    (0.4795001221869535, -1.900077467916287e-17),
    (0.376759117811582, 2.7016816836135297e-17),
    (0.28884436634648486, 8.536743514828927e-18),
    (0.21592493894014034, 4.289874173274569e-18),
    (0.15729920705028513, -2.954563826510312e-18),
    (0.11161176829829224, -2.291347870416768e-18),
    (0.07709987174354177, -3.3360693261863044e-19),
    (0.051829927217909674, 3.160872472615337e-18),
    (0.033894853524689274, -8.274380778554473e-19),
    (0.021556266760016336, -3.1872158084248303e-19),
    (0.013328328780817557, -6.145085778436527e-19),
    (0.00800994232988003, -6.364799539770061e-19),
    (0.004677734981047266, -3.8794238326641256e-19),
    (0.0026540293594823415, 4.3370229402713904e-20),
)


def gaussian(x: float) -> float:
    """Return exp(-x^2).

    The rounding error of the square is carried along: left out, it would cost some 350 units
    in the last place at x = 26.
    """
    if not -VANISHED < x < VANISHED:
        return x if isnan(x) else 0.0
    square, error = two_square(x)
    result = exp(-square)
    return result - result * error


def erf(x: float) -> float:
    """Return the error function of x."""
    return math.erf(x)


def erfc(x: float) -> float:
    """Return 1 - erf(x) with full relative accuracy.

    The C library's may be off by 5 units in the last place for x > 1/2. Up to 2, the function is
    developed about the nearest k/8; beyond, it is the continued fraction of M. Abramowitz and
    I. A. Stegun, Handbook of Mathematical Functions, 7.1.14.
    """
    if x < CENTRES_FROM:
        return math.erfc(x)
    if x < FRACTION_FROM:
        return _erfc_about_centre(x)
    if x < VANISHED:
        return _erfc_by_fraction(x)
    return x if isnan(x) else 0.0


def _erfc_about_centre(x: float) -> float:
    place = round(8.0 * x)
    centre = 0.125 * place
    h = x - centre
    # Taylor terms of the slope g = erfc', which follow from g' = -2x g, and their integrals.
    before, term = 0.0, -TWO_OVER_SQRT_PI * gaussian(centre)
    integrals = []
    for n in range(1, TERMS):
        integrals.append(term * h / n)
        before, term = term, -2.0 * h * (centre * term + h * before) / n
    series = 0.0
    for integral in reversed(integrals):
        series += integral
    high, low = CENTRES[place - FIRST_CENTRE]
    return high + (low + series)


def _erfc_by_fraction(x: float) -> float:
    """Return exp(-x^2)*erfcx(x), where the exponent and the product keep their rounding errors."""
    square, square_error = two_square(x)
    quotient, low = erfcx_by_fraction(x)
    power = exp(-square)
    high, rounding = two_product(power, quotient)
    return high + (rounding + power * low - high * square_error)


def erfcx_by_fraction(x: float) -> tuple[float, float]:
    """Return 1/sqrt(pi)/(x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))) as high + low, for x >= 1/2."""
    below = 0.0
    for k in range(int(LEVELS / (x * x)) + 9, 0, -1):
        below = 0.5 * k / (x + below)
    denominator, error = two_sum(x, below)
    quotient = ONE_OVER_SQRT_PI[0] / denominator
    product, rounding = two_product(quotient, denominator)
    residue = (ONE_OVER_SQRT_PI[0] - product) - rounding + ONE_OVER_SQRT_PI[1]
    return quotient, (residue - quotient * error) / denominator


def normal_pdf(x: float) -> float:
    """Return exp(-x^2/2)/sqrt(2*pi)."""
    if not -VANISHED < x < VANISHED:
        return x if isnan(x) else 0.0
    square, error = two_square(x)
    result = exp(-0.5 * square) * ONE_OVER_SQRT_TWO_PI[0]
    return result - result * (0.5 * error)


def normal_cdf(x: float) -> float:
    """Return the probability that a standard normal variable is below x.

    It is erfc(t)/2 with t = -x/sqrt(2). The rounding error of t is brought in by the slope of
    erfc, as it would cost hundreds of units in the last place in the lower tail.
    """
    if not -VANISHED < x < VANISHED:
        return x if isnan(x) else 0.0 if x < 0.0 else 1.0
    t, error = two_product(-x, SQRT_HALF[0])
    error -= x * SQRT_HALF[1]
    return 0.5 * (erfc(t) - TWO_OVER_SQRT_PI * gaussian(t) * error)
