"""Where a pattern fits a form: whatever the order of terms and factors, and up to a factor.

What a pattern has to say is at most a few nodes, so the search may go down into it call by call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from gradcli.graph.node import INPUT
from gradcli.graph.shapes import Params
from gradcli.rewriting.forms import LEAF, ONE, PRODUCT, SUM, Form, Forms, Power, Term, root_of

EVERY = "every"
"""In a pattern: the sum of all of its argument, however many they are."""

Bound = Mapping[int, tuple[Term, ...]]
"""What the letters of a pattern stand for: one term, or one for each term of a sum."""

UNIT = Fraction(1)


class Found(NamedTuple):
    """A place where a pattern fits: ``factor*pattern`` is there, beside the rest.

    Attributes:
        bound: what the letters stand for.
        factor: what the pattern is multiplied by.
        terms: what is added to it.
        powers: what it is multiplied by besides.
        params: those of the operation that sums up an array, if the pattern has such a sum.
    """

    bound: Bound
    factor: Fraction
    terms: tuple[Term, ...] = ()
    powers: tuple[Power, ...] = ()
    params: Params = ()


class Matcher:
    """Looks for a pattern in forms.

    Args:
        pattern: the forms of patterns.
        subject: those that are looked at.
    """

    def __init__(self, pattern: Forms, subject: Forms) -> None:
        self._pattern = pattern
        self._subject = subject

    def places(self, pattern: Term, subject: Term) -> Iterator[Found]:
        """All ways in which a pattern fits a term, or a part of a sum or product."""
        number = subject.number if self._pattern[pattern.form].kind == SUM else UNIT
        start = Found({}, UNIT)
        for found in self._form(pattern.form, subject.form, start, is_part=True, number=number):
            yield found._replace(factor=found.factor * subject.number / pattern.number)

    # --- What is to be equal --------------------------------------------------------------------

    def _term(self, pattern: Term, subject: Term, found: Found) -> Iterator[Found]:
        """Where a term is a pattern, the number before it included."""
        if not subject.number:
            if pattern.form == self._pattern.one and not pattern.number:
                yield found
            return
        if not pattern.number:
            return
        wanted = subject.number / pattern.number
        if self._is_letter(pattern.form):
            yield from self._letter(pattern.form, Term(wanted, subject.form), found)
            return
        power = self._power_of_letter(pattern.form)
        if power is not None:
            root = self._root(Term(wanted, subject.form), power.exponent)
            if root is not None:
                yield from self._letter(power.form, root, found)
            return
        kept = found.factor
        start = found._replace(factor=UNIT)
        for each in self._form(pattern.form, subject.form, start, number=wanted):
            if each.factor * wanted == 1:
                yield each._replace(factor=kept)

    def _terms(
        self, patterns: Sequence[Term], subjects: Sequence[Term], found: Found
    ) -> Iterator[Found]:
        """Where each of some terms is the pattern of the same place."""
        if not patterns:
            yield found
            return
        for each in self._term(patterns[0], subjects[0], found):
            yield from self._terms(patterns[1:], subjects[1:], each)

    def _is_letter(self, form: int) -> bool:
        leaf = self._pattern[form].leaf
        return leaf is not None and leaf.op == INPUT

    def _power_of_letter(self, form: int) -> Power | None:
        """``x^2``, if a pattern is nothing else."""
        known = self._pattern[form]
        if known.kind != PRODUCT or len(known.parts) != 1:
            return None
        (power,) = self._pattern.powers(form)
        return power if self._is_letter(power.form) and power.exponent > 0 else None

    def _letter(self, letter: int, value: Term, found: Found) -> Iterator[Found]:
        known = found.bound.get(letter)
        if known is None:
            yield found._replace(bound={**found.bound, letter: (value,)})
        elif known == (value,):
            yield found

    def _root(self, term: Term, exponent: Fraction) -> Term | None:
        """The term whose power another is."""
        number = root_of(term.number, exponent)
        powers = self._subject.powers(term.form)
        if number is None or any((own / exponent).denominator != 1 for _, own in powers):
            return None
        root = self._subject.product(number, [Power(form, own / exponent) for form, own in powers])
        opposite = Forms.scaled(root, -UNIT)
        # Of two roots the one that the program has: u of (-u)^2.
        is_other = root not in self._subject.nodes and opposite in self._subject.nodes
        return opposite if is_other and exponent % 2 == 0 else root

    # --- Up to a factor -------------------------------------------------------------------------

    def _form(
        self,
        pattern: int,
        subject: int,
        found: Found,
        *,
        is_part: bool = False,
        number: Fraction = UNIT,
    ) -> Iterator[Found]:
        """Where ``factor*pattern`` is a form, or with ``is_part`` a part of one.

        Args:
            pattern: a form of the pattern.
            subject: a form.
            found: what is known already.
            is_part: whether terms of a sum, or factors of a product, may be left.
            number: what stands before the form, for a letter that is a factor.
        """
        known, other = self._pattern[pattern], self._subject[subject]
        if known.kind in {ONE, LEAF}:
            if _are_alike(known, other):
                yield found
        elif known.kind == SUM:
            yield from self._sum(pattern, Term(number, subject), found, is_part=is_part)
        elif known.kind == PRODUCT:
            yield from self._product(pattern, subject, found, is_part=is_part, number=number)
        elif known.kind == EVERY:
            yield from self._every(pattern, Term(number, subject), found)
        elif other.kind == known.kind and len(other.parts) == len(known.parts):
            yield from self._terms(
                self._pattern.terms_of(pattern), self._subject.terms_of(subject), found
            )
        elif known.kind == "pow" and other.kind == PRODUCT and len(other.parts) == 1:
            yield from self._whole_power(pattern, subject, found)

    def _whole_power(self, pattern: int, subject: int, found: Found) -> Iterator[Found]:
        """x^n where the exponent is a number."""
        (power,) = self._subject.powers(subject)
        values = [Term(UNIT, power.form), self._subject.number(power.exponent)]
        yield from self._terms(self._pattern.terms_of(pattern), values, found)

    def _every(self, pattern: int, subject: Term, found: Found) -> Iterator[Found]:
        """The sum of all f(x): one value of x for each term, or an array that is summed."""
        (inner,) = self._pattern.terms_of(pattern)
        known = self._subject[subject.form]
        if known.kind == "sum_to":
            for each in self._terms([inner], self._subject.terms_of(subject.form), found):
                yield each._replace(params=known.params)
        elif known.kind == "contract" and known.params[0] == known.params[1]:
            yield from self._dot(inner, subject.form, found)
        elif known.kind == SUM:
            terms = self._subject.summands(subject)
            gathered = self._gathered(inner, terms)
            if gathered is not None and found.bound.keys().isdisjoint(gathered):
                bound = {**found.bound, **gathered}
                yield found._replace(bound=bound, factor=1 / subject.number)

    def _gathered(self, inner: Term, terms: Sequence[Term]) -> dict[int, tuple[Term, ...]] | None:
        """What the letters stand for in each of some terms; None if a term is something else."""
        gathered: dict[int, tuple[Term, ...]] = {}
        for term in terms:
            found = next(self._term(inner, term, Found({}, UNIT)), None)
            found = found or self._number_as(inner, term)
            if found is None:
                return None
            for letter, values in found.bound.items():
                gathered[letter] = (*gathered.get(letter, ()), *values)
        return gathered

    def _number_as(self, inner: Term, term: Term) -> Found | None:
        """1 as exp(0), among exponentials."""
        if self._pattern[inner.form].kind != "exp" or term != self._subject.number(inner.number):
            return None
        (letter,) = self._pattern.terms_of(inner.form)
        zero = self._subject.number(Fraction(0))
        return Found({letter.form: (zero,)}, UNIT) if self._is_letter(letter.form) else None

    def _dot(self, inner: Term, subject: int, found: Found) -> Iterator[Found]:
        """The product of a vector with itself, as a sum of squares."""
        first, second = self._subject.terms_of(subject)
        transposed = [
            self._subject.terms_of(each.form)[0]
            if self._subject[each.form].kind == "transpose"
            else each
            for each in (first, second)
        ]
        params = self._subject[subject].params
        power = self._power_of_letter(inner.form)
        if (
            params[2] != ""
            or power is None
            or power.exponent != 2
            or transposed[0] != transposed[1]
        ):
            return
        for each in self._letter(power.form, transposed[0], found):
            yield each._replace(params=("all",))

    # --- Sums -----------------------------------------------------------------------------------

    def _sum(self, pattern: int, subject: Term, found: Found, *, is_part: bool) -> Iterator[Found]:
        if self._subject[subject.form].kind != SUM:
            return
        terms = list(self._subject.summands(subject))
        own = list(self._pattern.terms_of(pattern))
        own.sort(key=lambda each: self._is_letter(each.form))
        start = found._replace(factor=Fraction(0))
        for each in self._some(own, terms, start, is_part=is_part):
            yield each._replace(factor=each.factor / subject.number)

    def _some(
        self, own: Sequence[Term], left: list[Term], found: Found, *, is_part: bool
    ) -> Iterator[Found]:
        """Terms of a pattern among those of a sum; the factor is 0 as long as none is known."""
        if not own:
            if not left or is_part:
                yield found._replace(terms=tuple(left)) if is_part else found
            return
        first, *others = own
        if self._is_letter(first.form) and first.form not in found.bound:
            yield from self._free(first, others, left, found, is_part=is_part)
            return
        for place, term in enumerate(left):
            rest = [*left[:place], *left[place + 1 :]]
            for each in self._scaled(first, term, found):
                yield from self._some(others, rest, each, is_part=is_part)

    def _free(
        self,
        first: Term,
        others: Sequence[Term],
        left: list[Term],
        found: Found,
        *,
        is_part: bool,
    ) -> Iterator[Found]:
        """A letter that stands for nothing yet: all that is left, or one of it."""
        if not left:
            return
        factor = found.factor or UNIT
        found = found._replace(factor=factor)
        if not others:
            whole = self._subject.sum(left)
            value = Term(whole.number / factor / first.number, whole.form)
            yield from self._letter(first.form, value, found)
            if not is_part or len(left) == 1:
                return
        for place, term in enumerate(left):
            rest = [*left[:place], *left[place + 1 :]]
            value = Term(term.number / factor / first.number, term.form)
            for each in self._letter(first.form, value, found):
                yield from self._some(others, rest, each, is_part=is_part)

    def _scaled(self, pattern: Term, term: Term, found: Found) -> Iterator[Found]:
        """Where a term is a pattern times the factor that is known, or to be found."""
        if found.factor:
            yield from self._term(pattern, Term(term.number / found.factor, term.form), found)
            return
        for factor in dict.fromkeys((UNIT, -UNIT, term.number / pattern.number)):
            start = found._replace(factor=factor)
            yield from self._term(pattern, Term(term.number / factor, term.form), start)

    # --- Products -------------------------------------------------------------------------------

    def _product(
        self,
        pattern: int,
        subject: int,
        found: Found,
        *,
        is_part: bool,
        number: Fraction,
    ) -> Iterator[Found]:
        own = list(self._pattern.powers(pattern))
        own.sort(key=lambda each: self._is_letter(each.form))
        left = list(self._subject.powers(subject))
        for each, rest in self._factors(own, left, found, number):
            if not rest or is_part:
                yield each._replace(powers=tuple(rest)) if is_part else each

    def _factors(
        self, own: Sequence[Power], left: list[Power], found: Found, number: Fraction
    ) -> Iterator[tuple[Found, list[Power]]]:
        """Powers of a pattern among those of a product, with what is left of it."""
        if not own:
            yield found, left
            return
        first, *others = own
        if self._is_letter(first.form):
            for each, rest in self._factor_letter(first, left, found, number, is_last=not others):
                yield from self._factors(others, rest, each, number)
            return
        for place, (form, exponent) in enumerate(left):
            if exponent * first.exponent <= 0 or abs(exponent) < abs(first.exponent):
                continue
            more = exponent - first.exponent
            rest = [*left[:place], *([Power(form, more)] if more else []), *left[place + 1 :]]
            kept = found.factor
            for each in self._form(first.form, form, found._replace(factor=UNIT)):
                factor = each.factor
                if factor != 1 and first.exponent.denominator != 1:
                    continue
                back = kept * factor ** int(first.exponent)
                yield from self._factors(others, rest, each._replace(factor=back), number)

    def _factor_letter(
        self, power: Power, left: list[Power], found: Found, number: Fraction, *, is_last: bool
    ) -> Iterator[tuple[Found, list[Power]]]:
        """A letter that is a factor: what it stands for, or all that is left."""
        exponent = power.exponent
        known = found.bound.get(power.form)
        if known is not None:
            (value,) = known
            rest = _without(left, self._subject.powers(value.form), exponent)
            if rest is not None and value.number and exponent.denominator == 1:
                factor = found.factor * value.number ** -int(exponent)
                yield found._replace(factor=factor), rest
            return
        side = [each for each in left if each.exponent * exponent > 0]
        if not side and not (is_last and number != 1 and exponent == 1):
            return
        for taken in _choices(side, is_last=is_last):
            roots = [Power(form, own / exponent) for form, own in taken]
            if any(own.denominator != 1 for _, own in roots):
                continue
            rest = [each for each in left if each not in taken]
            scale = number if is_last and exponent == 1 else UNIT
            value = self._subject.product(scale, roots)
            for each in self._letter(power.form, value, found):
                yield each._replace(factor=each.factor / scale), rest


def _are_alike(known: Form, other: Form) -> bool:
    """Whether both are 1, or the same constant with a name."""
    if known.leaf is None or other.leaf is None:
        return known.kind == other.kind == ONE
    return (known.leaf.op, known.leaf.label) == (other.leaf.op, other.leaf.label)


def _choices(side: list[Power], *, is_last: bool) -> Iterator[list[Power]]:
    """What a letter may stand for: all on its side of the fraction, or a single one."""
    if is_last or len(side) == 1:
        yield side
    if len(side) > 1:
        yield from ([each] for each in side)


def _without(left: list[Power], powers: Sequence[Power], exponent: Fraction) -> list[Power] | None:
    """What is left of a product without some powers; None if they are not in it."""
    rest = {(form, own > 0): own for form, own in left}
    for form, own in powers:
        wanted = own * exponent
        there = rest.get((form, wanted > 0), Fraction(0))
        if abs(there) < abs(wanted):
            return None
        rest[form, wanted > 0] = there - wanted
    return [Power(form, own) for (form, _), own in rest.items() if own]
