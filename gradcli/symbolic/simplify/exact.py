"""Functions at numbers, where the value is one that can be written: rounding, counting."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from gradcli.symbolic.simplify import rationals
from gradcli.symbolic.simplify.algebra import Algebra
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.terms import Terms, as_number, number

Arguments = Sequence[Terms]
Function = Callable[[Algebra, Arguments], Terms]


def exact(op: str, value_at: Callable[..., Rational | None]) -> Function:
    """A function whose value at numbers is one that can be written; None if it is not."""

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        values = [as_number(arg) for arg in args]
        value = None if None in values else value_at(*values)
        return (
            algebra.call(op, *args) if value is None else number(rationals.reduced(Fraction(value)))
        )

    return apply_to


def mod(x: Rational, y: Rational) -> Rational | None:
    """The remainder, of the sign of y."""
    return x % y if y else None


def rem(x: Rational, y: Rational) -> Rational | None:
    """The remainder, of the sign of x."""
    return x - y * math.trunc(Fraction(x) / y) if y else None


def of_whole(value_at: Callable[..., int], most: int) -> Callable[..., Rational | None]:
    """The same where all numbers are whole, from 0 on, and not so large that digits are lost."""

    def at(*values: Rational) -> Rational | None:
        whole = [value for value in values if isinstance(value, int) and 0 <= value <= most]
        return value_at(*whole) if len(whole) == len(values) else None

    return at


def power_of(base: int) -> Callable[[Rational], Rational | None]:
    """A power of a whole number, where it is one that can be written."""
    return lambda exponent: rationals.power(base, exponent)


def logarithm(base: int) -> Callable[[Rational], int | None]:
    """The exponent that makes a number of a base, where it is whole: -3 of 1/8 for 2."""

    def at(value: Rational) -> int | None:
        above, below = value.numerator, value.denominator
        if min(above, below) != 1:
            return None
        left, exponent = max(above, below), 0
        while left % base == 0:
            left //= base
            exponent += 1
        sign = 1 if below == 1 else -1
        return sign * exponent if left == 1 else None

    return at


def double_factorial(n: int) -> int:
    """The product of every other number down to 1."""
    return math.prod(range(n, 0, -2))


def rounded(operation: Callable[[Rational], int], name: str) -> Function:
    """A function that makes whole numbers of numbers."""

    def apply_to(algebra: Algebra, args: Arguments) -> Terms:
        value = as_number(args[0])
        if value is not None:
            return number(operation(value))
        return algebra.call(name, args[0])

    return apply_to
