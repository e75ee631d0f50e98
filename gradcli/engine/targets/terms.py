"""Definitions of operations by others, written as Python writes formulas.

A `Term` is the number of a step of an `Expansion`; arithmetic on terms makes steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcli.engine.expanding import Expansion


class Term:
    """A number that some steps compute."""

    def __init__(self, to: Expansion, slot: int) -> None:
        self.to = to
        self.slot = slot

    def __add__(self, other: Term | float) -> Term:
        return made("add", self, other)

    def __radd__(self, other: float) -> Term:
        return made("add", other, self)

    def __sub__(self, other: Term | float) -> Term:
        return made("sub", self, other)

    def __rsub__(self, other: float) -> Term:
        return made("sub", other, self)

    def __mul__(self, other: Term | float) -> Term:
        return made("mul", self, other)

    def __rmul__(self, other: float) -> Term:
        return made("mul", other, self)

    def __truediv__(self, other: Term | float) -> Term:
        return made("div", self, other)

    def __rtruediv__(self, other: float) -> Term:
        return made("div", other, self)

    def __neg__(self) -> Term:
        return made("neg", self)

    def __abs__(self) -> Term:
        return made("abs", self)

    def __lt__(self, other: Term | float) -> Term:
        return made("lt", self, other)

    def __le__(self, other: Term | float) -> Term:
        return made("le", self, other)

    def __gt__(self, other: Term | float) -> Term:
        return made("gt", self, other)

    def __ge__(self, other: Term | float) -> Term:
        return made("ge", self, other)


Definition = Callable[..., Term]
"""An operation on terms, by others."""


def made(op: str, *args: Term | float) -> Term:
    """An operation on terms and numbers, at least one of which is a term."""
    to = next(arg.to for arg in args if isinstance(arg, Term))
    slots = [arg.slot if isinstance(arg, Term) else to.constant(float(arg)) for arg in args]
    return Term(to, to.made(op, *slots))


def rule_of(definition: Definition) -> Callable[..., int]:
    """A definition as a rule that takes an operation apart where it stands."""

    def rule(to: Expansion, *args: int) -> int:
        return definition(*[Term(to, arg) for arg in args]).slot

    return rule


def where(condition: Term, x: Term | float, y: Term | float) -> Term:
    """The first if the condition holds, else the second; both are computed."""
    return made("where", condition, x, y)


def same(x: Term, y: Term | float) -> Term:
    """Whether two numbers are equal; NaN is not equal to itself."""
    return made("eq", x, y)


def finite(x: Term) -> Term:
    """Whether a number is neither infinite nor NaN."""
    return abs(x) <= 1.7976931348623157e308


def function(op: str) -> Callable[..., Term]:
    """An operation as a function of terms."""

    def call(*args: Term | float) -> Term:
        return made(op, *args)

    return call


exp, expm1, log, log1p, sqrt = map(function, ("exp", "expm1", "log", "log1p", "sqrt"))
sin, cos, floor, power = map(function, ("sin", "cos", "floor", "pow"))


def two_sum(a: Term, b: Term | float) -> tuple[Term, Term]:
    """The sum and its rounding error (Knuth)."""
    high = a + b
    part = high - a
    return high, (a - (high - part)) + (b - part)


def two_product(a: Term, b: Term | float) -> tuple[Term, Term]:
    """The product and its rounding error (Dekker)."""
    high = a * b
    (a_high, a_low), (b_high, b_low) = _split(a), _split(b)
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low


def difference(a: Term, b: Term | float) -> tuple[Term, Term]:
    """The difference and its rounding error, 0 where the difference is not finite."""
    high, low = two_sum(a, -b)
    return high, where(same(low, low), low, 0.0)


def _split(a: Term | float) -> tuple[Any, Any]:
    """The leading 26 bits and the rest."""
    scaled = 134217729.0 * a
    high = scaled - (scaled - a)
    return high, a - high
