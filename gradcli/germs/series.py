"""Germs: what a function is at an infinitely small t > 0, as a short generalized power series.

A germ is a sum of terms c*t^e*T^k with T = log(1/t) and a remainder; e may be a fraction, as in
sqrt(t), or negative, as at a pole. Sums, products and the sign of the leading term are done here,
without a thought for what function it is of. (The Levi-Civita field of Berz, Automatic
differentiation as nonarchimedean analysis, 1992, with powers of a logarithm.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

Exponent = int | Fraction

Term = tuple[Exponent, int, float]
"""The exponents of t and of T, and the coefficient."""

FLAT = 10**6
"""The order of a remainder that vanishes faster than any power of t, as exp(-1/t) does."""

ROUNDED = 2.0**-42
"""What a cancellation leaves beside its largest summand, if it should leave nothing."""

_MOST_DENOMINATOR = 10**4

_SAME_POWER = 1e-12
"""A number so near a fraction is that fraction where it is an exponent."""


class UndefinedError(Exception):
    """A function has no value on this side."""


class OpenError(Exception):
    """A germ does not tell what is asked of it.

    Args:
        helps: whether more terms might.
    """

    def __init__(self, *, helps: bool = False) -> None:
        super().__init__(helps)
        self.helps = helps


class Germ(NamedTuple):
    """A function of an infinitely small t > 0.

    Attributes:
        terms: its terms, the greatest first; e rises, and for each e k falls.
        err: the remainder is of the order of t^err, times any power of T; infinite for none.
    """

    terms: tuple[Term, ...]
    err: Exponent | float = math.inf

    @property
    def lead(self) -> Exponent | float:
        """The exponent of the greatest term, or of the remainder if there is none."""
        return self.terms[0][0] if self.terms else self.err

    @property
    def is_exact(self) -> bool:
        """Whether there is no remainder."""
        return self.err == math.inf

    @property
    def is_zero(self) -> bool:
        """Whether this is 0, exactly."""
        return not self.terms and self.is_exact

    @property
    def is_remainder(self) -> bool:
        """Whether only a remainder is known: then a piece of it with a kink at 0 is one, too."""
        return not self.terms and not self.is_exact

    @property
    def constant(self) -> float | None:
        """The number that this is, exactly; None if it is none."""
        if not self.is_exact or len(self.terms) > 1:
            return None
        if not self.terms:
            return 0.0
        e, k, c = self.terms[0]
        return c if e == k == 0 else None

    def at(self, e: Exponent, k: int = 0) -> float:
        """The coefficient of t^e*T^k."""
        for known_e, known_k, c in self.terms:
            if known_e == e and known_k == k:
                return c
        return 0.0

    @property
    def sign(self) -> int:
        """The sign for every t that is small enough.

        Raises:
            OpenError: only a remainder is known.
        """
        if self.terms:
            return 1 if self.terms[0][2] > 0 else -1
        if self.is_exact:
            return 0
        raise OpenError(helps=self.err < FLAT)

    @property
    def limit(self) -> float:
        """The limit for t to 0, which may be infinite.

        Raises:
            OpenError: only a remainder is known that need not vanish.
        """
        if self.terms:
            e, k, c = self.terms[0]
            if e < 0 or (e == 0 and k > 0):
                return math.copysign(math.inf, c)
        if self.err <= 0:
            raise OpenError(helps=True)
        return self.at(0)

    @property
    def is_lost(self) -> bool:
        """Whether not even the limit is known."""
        return not self.terms and self.err <= 0

    @property
    def is_regular(self) -> bool:
        """Whether this is a number and a part that vanishes as a power of t."""
        return self.lead >= 0 and self.err > 0 and all(e > 0 or k == 0 for e, k, _ in self.terms)

    def with_limit(self, value: float) -> Germ:
        """The same with this number for its constant term."""
        rest = [term for term in self.terms if term[0] != 0 or term[1] != 0]
        first = [term for term in rest if term[0] == 0 and term[1] > 0]
        later = rest[len(first) :]
        return Germ((*first, *([(0, 0, value)] if value else []), *later), self.err)

    def known_to(self, err: Exponent | float) -> Germ:
        """The same with a remainder of this order, or of its own if that is greater."""
        if err >= self.err:
            return self
        return Germ(tuple([term for term in self.terms if term[0] < err]), err)


ZERO = Germ(())

ONE = Germ(((0, 0, 1.0),))


def number(value: float) -> Germ:
    """The germ of a constant.

    Raises:
        UndefinedError: it is NaN.
        OpenError: it is infinite.
    """
    value = float(value)
    if math.isnan(value):
        raise UndefinedError
    if math.isinf(value):
        raise OpenError
    return Germ(((0, 0, value),)) if value else ZERO


def ray(value: float, rate: float) -> Germ:
    """The germ of value + rate*t."""
    terms: list[Term] = [(0, 0, value)] if value else []
    if rate:
        terms.append((1, 0, rate))
    return Germ(tuple(terms))


def exponent(value: float) -> Exponent:
    """A number as an exponent: the fraction that it is meant to be, if it is one."""
    near = Fraction(value).limit_denominator(_MOST_DENOMINATOR)
    found = near if abs(near - value) <= _SAME_POWER * max(1.0, abs(value)) else Fraction(value)
    return found.numerator if found.denominator == 1 else found


def total(a: float, b: float) -> float:
    """The sum of two slopes, 0 if what is left of them is rounding alone.

    What is more than a slope, as `gradcli.germs.cells` has it, sees to that itself.
    """
    found = a + b
    if type(found) is float and abs(found) <= ROUNDED * max(abs(a), abs(b)):
        return 0.0
    return found


def gathered(terms: Iterable[Term], err: Exponent | float, depth: Exponent) -> Germ:
    """The sum of terms: up to t^depth, and what is left by rounding alone is left out.

    The constant term is left as it is, so that ties are those of floats. A coefficient beyond the
    range of floats ends what is known: the remainder begins there.

    Raises:
        OpenError: it is one of a term that does not vanish.
    """
    sums: dict[tuple[Exponent, int], float] = {}
    largest: dict[tuple[Exponent, int], float] = {}
    for e, k, c in terms:
        if e > depth:
            err = min(err, e)
            continue
        key = e, k
        if key in sums:
            sums[key] += c
            largest[key] = max(largest[key], abs(c))
        else:
            sums[key] = c
            largest[key] = abs(c)
    found: list[Term] = []
    for (e, k), c in sums.items():
        size = largest[e, k]
        if not 0 < size < math.inf and (e or k or size):
            if e <= 0:
                raise OpenError
            err = min(err, e)  # what no float holds is not known, and is neither 0 nor rounding
        elif c and not ((e or k) and abs(c) <= ROUNDED * size):
            found.append((e, k, c))
    found = [term for term in found if term[0] < err]
    found.sort(key=_greatness)
    return Germ(tuple(found), err)


def _greatness(term: Term) -> tuple[Exponent, int]:
    return term[0], -term[1]


def add(a: Germ, b: Germ, depth: Exponent) -> Germ:
    """The sum."""
    if a.is_zero or b.is_zero:
        return b if a.is_zero else a
    return gathered((*a.terms, *b.terms), min(a.err, b.err), depth)


def sub(a: Germ, b: Germ, depth: Exponent) -> Germ:
    """The difference; of a germ and itself it is 0, exactly."""
    return ZERO if a is b else add(a, scaled(b, -1.0), depth)


def scaled(a: Germ, factor: float) -> Germ:
    """The germ times a number.

    Raises:
        OpenError: a coefficient leaves the range of floats, and no greater term stands before it.
    """
    if factor == 0:
        return ZERO
    terms = [(e, k, c * factor) for e, k, c in a.terms]
    if terms and not (terms[0][2] and all(math.isfinite(c) for *_, c in terms)):
        raise OpenError
    return Germ(tuple([term for term in terms if term[2]]), a.err)


def shifted(a: Germ, e: Exponent, k: int = 0) -> Germ:
    """The germ times t^e*T^k."""
    return Germ(tuple([(own + e, more + k, c) for own, more, c in a.terms]), a.err + e)


def mul(a: Germ, b: Germ, depth: Exponent) -> Germ:
    """The product."""
    if a.is_zero or b.is_zero:
        return ZERO
    err = min(a.err + b.lead, b.err + a.lead)
    terms: list[Term] = []
    for e, k, c in a.terms:
        for other_e, other_k, other_c in b.terms:
            order = e + other_e
            if order > depth:
                err = min(err, order)
                break
            if order >= err:
                break
            terms.append((order, k + other_k, c * other_c))
    return gathered(terms, err, depth)


class Split(NamedTuple):
    """A germ as c*t^e*T^k*(1 + delta), where delta vanishes."""

    c: float
    e: Exponent
    k: int
    delta: Germ


def split(a: Germ) -> Split:
    """The leading term of a germ that is not 0, and the rest beside it.

    Raises:
        OpenError: there is no leading term, or another power of T stands beside it.
    """
    if not a.terms:
        raise OpenError(helps=a.err < FLAT)
    e, k, c = a.terms[0]
    rest = a.terms[1:]
    if rest and rest[0][0] == e:
        raise OpenError
    terms = tuple([(more - e, log - k, other / c) for more, log, other in rest])
    return Split(c, e, k, Germ(terms, a.err - e))


def composed(
    coefficients: Iterable[float], part: Germ, depth: Exponent, *, is_whole: bool = False
) -> Germ:
    """The sum of c_j*part^j over coefficients c_0, c_1, …; the part vanishes.

    Args:
        coefficients: the first of them, or all.
        part: what is put in.
        depth: up to which power of t.
        is_whole: whether all other coefficients are 0.
    """
    found, power = ZERO, ONE
    for place, c in enumerate(coefficients):
        if place:
            power = mul(power, part, depth)
        found = add(found, scaled(power, c), depth)
        if not power.terms:
            return found.known_to(power.err)
    return found if is_whole else found.known_to(mul(power, part, depth).lead)


def slope(a: Germ) -> Germ:
    """The derivative by t."""
    terms: list[Term] = []
    for e, k, c in a.terms:
        if e:
            terms.append((e - 1, k, float(e) * c))
        if k:
            terms.append((e - 1, k - 1, -k * c))
    return Germ(tuple(sorted(terms, key=_greatness)), a.err - 1)


def integral(a: Germ, depth: Exponent) -> Germ:
    """The integral from 0 to t.

    Raises:
        OpenError: it is infinite, or no sum of such terms.
    """
    terms: list[Term] = []
    for e, first, c in a.terms:
        if e <= -1 or first < 0:
            raise OpenError
        share = c
        for k in range(first, -1, -1):
            share /= float(e) + 1
            terms.append((e + 1, k, share))
            share *= k
    if a.err <= -1:
        raise OpenError(helps=True)
    return gathered(terms, a.err + 1, depth)
