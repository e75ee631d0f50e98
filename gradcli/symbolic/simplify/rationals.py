"""Exact rational numbers: whole ones are ``int``, all others ``Fraction``.

A literal is what is written: ``0.1`` is one tenth, not the float that is nearest to it. Numbers
are calculated with exactly and written exactly where that is short, else as the nearest float.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from fractions import Fraction

Rational = int | Fraction

LARGEST = 2**53
"""Whole numbers up to this are floats, and so literals."""

MOST_BITS = 4_000
"""A number with more bits than this is rounded, a power with more bits not worked out."""

LONGEST_FACTORED = 10**8
"""Longer numbers are not looked through for squares in them."""

MOST_DIGITS = 15
"""A fraction whose two parts have more digits together is no shorter than a float."""

SMALLEST = sys.float_info.min
"""Floats below this have fewer digits than others."""


def reduced(value: Fraction) -> Rational:
    """The number as an ``int`` if it is whole."""
    return value.numerator if value.denominator == 1 else value


def literal(value: float) -> Rational | None:
    """The number that a literal stands for; None for what is not finite."""
    if not math.isfinite(value):
        return None
    if abs(value) < LARGEST and value == int(value):
        return int(value)
    return reduced(Fraction(repr(value)))


def quotient(a: Rational, b: Rational) -> Rational:
    """a/b."""
    return reduced(Fraction(a) / b)


def size(value: Rational) -> Rational:
    """The number without its sign."""
    return value if value >= 0 else -value


def is_whole(value: object) -> bool:
    """Whether this is a whole number."""
    return isinstance(value, int)


def is_even(value: Rational) -> bool:
    """Whether this is an even whole number."""
    return isinstance(value, int) and value % 2 == 0


def decimal(value: Rational) -> float | None:
    """The float whose shortest text is exactly this number, if there is one."""
    try:
        rounded = float(value)
    except OverflowError:
        return None
    return rounded if literal(rounded) == value else None


def fits(value: Rational) -> bool:
    """Whether the number can be written with literals that are no longer than a float's."""
    return max(abs(value.numerator), value.denominator) <= LARGEST or decimal(value) is not None


def is_brief(value: Rational) -> bool:
    """Whether a fraction is shorter as a quotient of whole numbers than as a float."""
    return len(f"{abs(value.numerator)}{value.denominator}") <= MOST_DIGITS + 1


def nearest(value: Rational) -> float | None:
    """The float nearest to a number; None where floats have not all their digits."""
    try:
        rounded = float(value)
    except OverflowError:
        return None
    return rounded if abs(rounded) >= SMALLEST or not value else decimal(value)


def written(value: Rational) -> Rational:
    """The number that is written for a number: itself if that is short, else the nearest float."""
    if isinstance(value, int) and -LARGEST < value < LARGEST:
        return value
    if (not isinstance(value, int) and is_brief(value)) or decimal(value) is not None:
        return value
    rounded = nearest(value)
    found = None if rounded is None else literal(rounded)
    return value if found is None else found


def bounded(value: Rational) -> Rational:
    """The number itself or, if it has too many digits to go on with, the float nearest to it."""
    if isinstance(value, int) and -LARGEST < value < LARGEST:
        return value
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        rounded = nearest(value)
        found = None if rounded is None else literal(rounded)
        return value if found is None else found
    return value.numerator if value.denominator == 1 else value


def content(values: Iterable[Rational]) -> Rational:
    """The greatest positive number of which all these, not all zero, are whole multiples.

    1 if it, or one of the multiples, were longer to write than the numbers themselves.
    """
    numerator, denominator = 0, 1
    longest = 0
    for value in values:
        numerator = math.gcd(numerator, value.numerator)
        denominator = math.lcm(denominator, value.denominator)
        longest = max(longest, abs(value.numerator), value.denominator)
    if longest > LARGEST or denominator > LARGEST:
        return 1
    return reduced(Fraction(numerator, denominator))


def power(base: Rational, exponent: Rational) -> Rational | None:
    """base^exponent where it is rational and can be written; None otherwise."""
    if base == 0 and exponent <= 0:
        return None
    if isinstance(exponent, int):
        return _whole_power(base, exponent)
    if base < 0:
        return None
    top = _root(base.numerator, exponent.denominator)
    bottom = _root(base.denominator, exponent.denominator)
    if top is None or bottom is None:
        return None
    return _whole_power(reduced(Fraction(top, bottom)), exponent.numerator)


def multiple(base: Rational, exponent: int, scale: Rational) -> Rational | None:
    """scale*base^exponent where that can be written; None otherwise."""
    if base == 0 and exponent <= 0:
        return None
    return _whole_power(base, exponent, scale)


def _whole_power(base: Rational, exponent: int, scale: Rational = 1) -> Rational | None:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if (bits - 1) * abs(exponent) > MOST_BITS:
        return None
    result = reduced(Fraction(base) ** exponent * scale)
    return result if fits(result) else None


def side_of_square(value: int) -> int:
    """The largest number whose square divides this one: 5 for 75; 1 for one that is long."""
    side, factor = 1, 2
    while factor * factor <= value <= LONGEST_FACTORED:
        while value % (factor * factor) == 0:
            value //= factor * factor
            side *= factor
        if value % factor == 0:
            value //= factor
        factor += 1
    return side


def _root(value: int, degree: int) -> int | None:
    """The exact root of a number that is not negative, if there is one."""
    if value < 2:
        return value
    if degree > value.bit_length():
        return None
    low, high = 1, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high + 1) // 2
        if middle**degree <= value:
            low = middle
        else:
            high = middle - 1
    return low if low**degree == value else None
