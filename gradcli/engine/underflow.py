"""Where numbers that are too small for floats do no harm: less to be looked at than `ranges` asks.

A product that is too small for a float is off by 2^-1075 at most, an absolute error, and what is
added to it or multiplied by it later is known to be below some bound. So most numbers need not be
looked at: it is enough that the inputs are not huge, and that a few numbers which results are
products of are not tiny: beside them what has been lost is nothing. Where such a number is 0 this
does not hold, for 0 may be what is left of it; then all is looked at in the manner of `ranges`.

Errors and sizes are logarithms to base 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradcli.engine.expanding import Code
from gradcli.engine.ranges import Looks


class Loss(NamedTuple):
    """A number, and what it may have lost.

    Attributes:
        most: the bound of its size.
        absolute: what it is off by, beside rounding.
        relative: what it is off by as a share of itself, likewise; of a sum as a share of its
            terms, which are rounded by larger shares.
        least: how small it may be; minus infinity for any size, and 0.
        sign: 1 for positive numbers, else 0.
        factors: how many numbers it is a product of.
    """

    most: float
    absolute: float = -math.inf
    relative: float = -math.inf
    least: float = -math.inf
    sign: int = 0
    factors: int = 1

    @property
    def all(self) -> float:
        """What it is off by."""
        return _together(self.absolute, self.relative + self.most)

    @property
    def floor(self) -> float:
        """If it is larger than this in size, what it has lost is nothing beside it."""
        return self.absolute - _NOTHING + 10.0

    @property
    def is_kept(self) -> bool:
        """Whether it is what it should be, to a few units in the last place, also where it is 0."""
        return self.absolute <= _UNIT + 6.0 and self.relative <= _NOTHING


BOUND = 64
"""All inputs are below 2^64 in size."""

_WIDE = 200.0
"""Divisors are larger than 2^-200."""

_UNIT = -1075.0
"""What rounding to a multiple of the smallest float comes to."""

_NOTHING = -60.0
"""A share that is nothing beside rounding."""

_LIMIT = 1020.0

_ALMOST = -1024.5
"""Down to this floats lose no more than two binary digits: 1/(1 + exp(z)) is one, or raises."""

_ORDINARY = 60.0
"""Numbers above 2^-60 are not taken for too small."""

_FACTOR = 3.0
"""Nor products of more factors that are 2^-3 each."""


def looks(code: Code, results: int) -> Looks | None:
    """What has to be looked at; None where this does not do.

    Args:
        code: the operations.
        results: how many outputs there are before those that are watched.
    """
    if any(op not in LOSSES for op, _ in code.steps) or code.outputs[results:]:
        return None
    losses = _losses(code, frozenset())
    if losses is None:
        return None
    wanted = code.outputs[:results]
    numbers = _factors(code, losses, wanted)
    kept = _losses(code, numbers) or losses
    # What many terms have lost may be too much together: then the sum itself is looked at.
    numbers |= {slot for slot in wanted if slot >= code.first and not kept[slot].is_kept}
    kept = _losses(code, numbers) or losses
    if not all(kept[slot].is_kept for slot in wanted):
        return None
    asked = numbers - _implied(code, losses, numbers)
    products = _products({slot: losses[slot] for slot in sorted(asked)})
    return None if products is None else Looks(BOUND, products=products)


def _implied(code: Code, losses: Sequence[Loss], numbers: frozenset[int]) -> set[int]:
    """What is not too small if one of these numbers is not: a factor of it beside one up to 1."""
    found: set[int] = set()
    for last in numbers:
        slot: int | None = last
        while slot is not None and slot >= code.first:
            slot = _larger(code, losses, slot)
            if slot is None or slot in found or losses[slot].floor > losses[last].floor:
                break
            found.add(slot)
    return found


def _larger(code: Code, losses: Sequence[Loss], slot: int) -> int | None:
    """The factor that a product is not larger than."""
    op, places = code.steps[slot - code.first]
    if op != "mul":
        return None
    a, b = places
    return a if losses[b].most <= 0.0 else b if losses[a].most <= 0.0 else None


def _products(numbers: Mapping[int, Loss]) -> list[tuple[tuple[int, ...], float]] | None:
    """Some numbers in groups, each with what the product of them must not be smaller than.

    If a product is large enough, so is each of its factors, since the others are not too large.
    None where ordinary numbers would be too small.
    """
    found: list[tuple[tuple[int, ...], float]] = []
    group: tuple[int, ...] = ()
    for slot in numbers:
        if not _is_usual(numbers, (slot,)):
            return None
        more = (*group, slot)
        if group and not _is_usual(numbers, more):
            found.append((group, 2.0 ** _least(numbers, group)))
            more = (slot,)
        group = more
    return [*found, (group, 2.0 ** _least(numbers, group))] if group else found


def _least(numbers: Mapping[int, Loss], group: Sequence[int]) -> float:
    """What a product must not be smaller than for its factors to be large enough."""
    most = sum(max(numbers[slot].most, 0.0) for slot in group)
    if most > _LIMIT:
        return 0.0
    return max(numbers[slot].floor + most - max(numbers[slot].most, 0.0) for slot in group)


def _is_usual(numbers: Mapping[int, Loss], group: Sequence[int]) -> bool:
    """Whether the product of such numbers is larger, where they are of ordinary size."""
    usual = sum(_ORDINARY + _FACTOR * numbers[slot].factors for slot in group)
    return _least(numbers, group) < -usual


def _losses(code: Code, looked_at: frozenset[int]) -> list[Loss] | None:
    """What all numbers may have lost; None if one may be too large."""
    found = [Loss(float(BOUND))] * code.inputs
    for value in code.constants:
        size = math.log2(abs(value)) if value else -math.inf
        found.append(Loss(size, least=size, sign=int(value > 0)))
    for op, places in code.steps:
        loss = LOSSES[op](*[found[place] for place in places])
        if loss is None or not loss.most < _LIMIT + 5.0:
            return None
        if op == "mul" and places[0] == places[1]:
            loss = loss._replace(sign=1)
        if len(found) in looked_at:
            loss = _looked_at(loss)
        found.append(loss)
    return found


def _looked_at(loss: Loss) -> Loss:
    """A number that is known not to be smaller than its floor."""
    relative = max(loss.relative, _NOTHING - 10.0)
    return loss._replace(absolute=-math.inf, relative=relative, least=loss.floor)


def _factors(code: Code, losses: Sequence[Loss], results: Sequence[int]) -> frozenset[int]:
    """The numbers that have to be looked at: factors of the terms of results, or these."""
    found: set[int] = set()
    waiting = [*results]
    while waiting:
        slot = waiting.pop()
        if losses[slot].is_kept or slot < code.first:
            continue
        op, places = code.steps[slot - code.first]
        lost = [place for place in places if not losses[place].is_kept]
        if op in _TERMS and lost:
            waiting += lost
        elif op == "mul" and lost and _is_kept_by(code, losses, slot, lost):
            found.update(lost)
        else:
            found.add(slot)
    return frozenset(found)


def _is_kept_by(code: Code, losses: Sequence[Loss], slot: int, factors: Sequence[int]) -> bool:
    """Whether a product is kept if its factors are looked at."""
    _, places = code.steps[slot - code.first]
    args = [_looked_at(losses[each]) if each in factors else losses[each] for each in places]
    loss = LOSSES["mul"](*args)
    return loss is not None and loss.is_kept


_TERMS = frozenset(("add", "sub", "neg"))


def _together(*sizes: float) -> float:
    """The size of a sum."""
    largest = max(sizes)
    if largest == -math.inf:
        return largest
    return largest + math.log2(sum(2.0 ** (size - largest) for size in sizes))


def _sum(a: Loss, b: Loss) -> Loss:
    absolute = _together(a.absolute, b.absolute)
    # One may be as large as a float can be, if the other is small beside it.
    grows = min(a.most, b.most) > max(a.most, b.most) - 100.0
    most = max(a.most, b.most) + grows
    relative = max(a.relative, b.relative)
    least, sign = (max(a.least, b.least), 1) if a.sign and b.sign else (-math.inf, 0)
    return Loss(most, absolute, relative, least, sign, min(a.factors, b.factors))


def _opposite(a: Loss) -> Loss:
    return a._replace(sign=0)


def _product(a: Loss, b: Loss) -> Loss:
    least = a.least + b.least
    absolute = _together(
        a.absolute + b.most, b.absolute + a.most, _UNIT if least < -_LIMIT else -math.inf
    )
    relative = _together(a.relative, b.relative)
    factors = a.factors + b.factors
    return Loss(a.most + b.most, absolute, relative, least, a.sign * b.sign, factors)


def _quotient(a: Loss, b: Loss) -> Loss | None:
    """By what is known not to be small."""
    if b.least < -_WIDE:
        return None
    least = a.least - b.most
    absolute = _together(a.absolute - b.least, _UNIT if least < _ALMOST else -math.inf)
    relative = _together(a.relative, b.relative, b.absolute - b.least)
    factors = a.factors + b.factors
    return Loss(a.most - b.least, absolute, relative, least, a.sign * b.sign, factors)


def _share(part: Loss, rest: Loss) -> Loss:
    """x/(1 + x) of x and 1/(1 + x), which is off by a share of itself alone."""
    absolute = _together(part.absolute, rest.absolute + part.most, _UNIT)
    return Loss(0.0, absolute, _together(part.relative, rest.relative), sign=1)


def _exponential(a: Loss) -> Loss:
    """Of any exponent: one that is too large is noticed. It is off by a share of itself."""
    return Loss(_LIMIT + 4.0, _UNIT, a.all + 1.0, sign=1)


def _gentle(a: Loss) -> Loss:
    """A function that is nowhere steeper than 1, and bounded by 1."""
    return Loss(0.0, _together(a.all, _UNIT))


def _cosine(a: Loss) -> Loss:
    """No float is so close to where it is 0 that it is smaller than 2^-61.

    Ng, Argument Reduction for Huge Arguments: Good to the Last Bit (1992): the closest one is
    6381956970095103 * 2^797.
    """
    return Loss(0.0, relative=a.all - _LEAST_COSINE, least=_LEAST_COSINE)


_LEAST_COSINE = -61.0


LOSSES: dict[str, Callable[..., Loss | None]] = {
    "add": _sum,
    "sub": _sum,
    "neg": _opposite,
    "mul": _product,
    "div": _quotient,
    "share": _share,
    "exp": _exponential,
    "cos": _cosine,
    "atan": lambda a: _gentle(a)._replace(most=1.0),
    **dict.fromkeys(("sin", "tanh"), _gentle),
}
"""What a result may have lost, by operation. None of these is 0 but where it has lost all."""
