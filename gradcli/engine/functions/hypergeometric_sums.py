"""The hypergeometric function of Gauss by its series, in as many digits as it takes.

M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, chapter 15. Of large parameters
the terms of every series may cancel, beside parameters 0, -1, -2, ..., where a series ends, its
other terms are tiny at first and may grow to be all that counts, and beside 1 two series cancel.
Whatever it is, more digits make up for it: the sum is taken with more and more of them, until the
first ones do not change any longer.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from math import inf, nan

from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.scalar import power

_DIGITS = (60, 120, 240, 480)
_SAME = Decimal("1e-17")

_MOST_TERMS, _TERMS_OF_FLOATS = 6000, 1000
_LARGEST = 1000.0
"""Larger parameters have too many terms that count."""

_HALF = Decimal("0.5")
_SHORT, _TURNED = 0.6, 0.9
"""Up to there a series is taken as it is: in many digits, and in those of floats."""

_CANCELLED, _ROUNDING = 8.0, 1e-18

NEARLY = 2e-3
"""So near to a whole number a parameter or a difference of two is nearly one."""

Sums = tuple[Decimal, Decimal]
"""A series, and its slope times its argument."""


def by_terms(a: float, b: float, c: float, x: float) -> float | None:
    """Return hyp2f1(a, b, c, x) from a series in floats; None where terms cancel, or are many."""
    factor, error = 1.0, 0.0
    if x < 0.0:  # 15.3.4
        other, error = two_diff(c, b)
        factor, b, x = power(1.0 - x, -a), other, x / (x - 1.0)
    if not (x <= _TURNED and 1e-290 < factor < 1e290) or (error and is_nearly_end(b)):
        return None
    past = max(abs(a), abs(b), abs(c))
    largest = total = term = 1.0
    for n in range(_TERMS_OF_FLOATS):
        term *= (a + n) * (b + n) / ((c + n) * (n + 1.0)) * x
        total += term
        size = abs(term)
        largest = max(largest, size)
        if size <= _ROUNDING * largest and n > past:
            return factor * total if largest <= _CANCELLED * abs(total) else None
    return None


def is_nearly_end(a: float, error: float = 0.0) -> bool:
    """Whether a number is beside 0, -1, -2, ..., but none of them."""
    return a < 0.5 and 0.0 < abs(a - round(a) + error) <= NEARLY


def in_decimals(a: float, b: float, c: float, x: float) -> float:
    """Return the same, in decimals, of parameters that are not too large.

    It is NaN if that takes too many digits.
    """
    if not (max(abs(a), abs(b), abs(c)) <= _LARGEST and -inf < x < 1.0):
        return nan
    before: Decimal | None = None
    for digits in _DIGITS:
        with localcontext(Context(digits, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])):
            value = _value(Decimal(a), Decimal(b), Decimal(c), Decimal(x), digits)
            if before is not None and abs(value - before) <= abs(value) * _SAME:
                return float(value)
        before = value
    left = float(before or 0)
    return 0.0 if left == 0.0 else nan  # at a zero nothing is left of the digits


def _value(a: Decimal, b: Decimal, c: Decimal, x: Decimal, digits: int) -> Decimal:
    factor = Decimal(1)
    if _is_end(a) or _is_end(b):
        return _sums(a, b, c, x)[0]
    rest = 1 - x
    if x < 0:  # 15.3.4
        factor, b, x, rest = rest**-a, c - b, x / (x - 1), 1 / rest
    if x <= _SHORT or _is_end(b):
        return factor * _sums(a, b, c, x)[0]
    return factor * _beside_one(a, b, c, rest, digits)


def _beside_one(a: Decimal, b: Decimal, c: Decimal, rest: Decimal, digits: int) -> Decimal:
    """The same at 1 - rest: the two solutions there, put together so that they fit at 1/2.

    These are 15.5.3 and 15.5.4. Of a whole c - a - b they are one, and a little is added to it.
    """
    excess = c - a - b
    if excess == excess.to_integral_value():
        a += Decimal(1).scaleb(-digits // 3)
        excess = c - a - b
    value, slope = _sums(a, b, c, _HALF)
    (flat, flat_slope), (steep, steep_slope) = _solutions(a, b, c, excess, _HALF)
    slope = -slope
    wronskian = flat * steep_slope - steep * flat_slope
    of_flat = (value * steep_slope - slope * steep) / wronskian
    of_steep = (flat * slope - flat_slope * value) / wronskian
    (flat, _), (steep, _) = _solutions(a, b, c, excess, rest)
    return of_flat * flat + of_steep * steep


def _solutions(
    a: Decimal, b: Decimal, c: Decimal, excess: Decimal, rest: Decimal
) -> tuple[Sums, Sums]:
    flat = _sums(a, b, 1 - excess, rest)
    total, slope = _sums(c - a, c - b, 1 + excess, rest)
    growth = rest**excess
    return flat, (growth * total, growth * (excess * total + slope))


def _sums(a: Decimal, b: Decimal, c: Decimal, x: Decimal) -> Sums:
    """The series 15.1.1; all of its terms, if it ends."""
    total = largest = term = Decimal(1)
    slope = Decimal(0)
    past = max(abs(a), abs(b), abs(c))  # before that a factor may be tiny
    for n in range(_MOST_TERMS):
        before = abs(term)
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * x
        total += term
        slope += (n + 1) * term
        size = abs(term)
        largest = max(largest, size)
        if not size or (n > past and size < before and largest + size * n == largest):
            return total, slope
    return Decimal("nan"), Decimal("nan")


def _is_end(a: Decimal) -> bool:
    return a <= 0 and a == a.to_integral_value()
