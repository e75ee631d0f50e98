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
    """

    most: float
    absolute: float = -math.inf
    relative: float = -math.inf
    least: float = -math.inf
    sign: int = 0

    @property
    def all(self) -> float:
        """What it is off by."""
        return max(self.absolute, self.relative + self.most)

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
    numbers = _factors(code, losses, code.outputs[:results])
    kept = _losses(code, numbers)
    if kept is None or not all(kept[slot].is_kept for slot in code.outputs[:results]):
        return None
    products = _products({slot: losses[slot] for slot in sorted(numbers)})
    return None if products is None else Looks(BOUND, products=products)


def _products(numbers: Mapping[int, Loss]) -> list[tuple[tuple[int, ...], float]] | None:
    """Some numbers in groups, each with what the product of them must not be smaller than.

    If a product is large enough, so is each of its factors, since the others are not too large.
    None where ordinary numbers would be too small.
    """
    found: list[tuple[tuple[int, ...], float]] = []
    group: tuple[int, ...] = ()
    for slot in numbers:
        if not _is_ordinary(_least(numbers, (slot,)), 1):
            return None
        more = (*group, slot)
        if group and not _is_ordinary(_least(numbers, more), len(more)):
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


def _is_ordinary(least: float, count: int) -> bool:
    """Whether the product of so many ordinary numbers is larger."""
    return least < -_ORDINARY * count


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


def _sum(a: Loss, b: Loss) -> Loss:
    absolute = max(a.absolute, b.absolute) + 1.0
    # One may be as large as a float can be, if the other is small beside it.
    grows = min(a.most, b.most) > max(a.most, b.most) - 100.0
    most = max(a.most, b.most) + grows
    relative = max(a.relative, b.relative)
    if a.sign and b.sign:
        return Loss(most, absolute, relative, max(a.least, b.least), 1)
    return Loss(most, absolute, relative)


def _opposite(a: Loss) -> Loss:
    return a._replace(sign=0)


def _product(a: Loss, b: Loss) -> Loss:
    least = a.least + b.least
    absolute = max(
        a.absolute + b.most, b.absolute + a.most, _UNIT if least < -_LIMIT else -math.inf
    )
    relative = max(a.relative, b.relative) + 1.0
    return Loss(a.most + b.most, absolute, relative, least, a.sign * b.sign)


def _quotient(a: Loss, b: Loss) -> Loss | None:
    """By what is known not to be small."""
    if b.least < -_WIDE:
        return None
    least = a.least - b.most
    absolute = max(a.absolute - b.least, _UNIT if least < _ALMOST else -math.inf)
    relative = max(a.relative, b.relative, b.absolute - b.least) + 1.0
    return Loss(a.most - b.least, absolute, relative, least, a.sign * b.sign)


def _share(part: Loss, rest: Loss) -> Loss:
    """x/(1 + x) of x and 1/(1 + x), which is off by a share of itself alone."""
    relative = max(part.relative, rest.relative) + 1.0
    return Loss(0.0, max(part.absolute, rest.absolute + part.most, _UNIT), relative, sign=1)


def _exponential(a: Loss) -> Loss:
    """Of any exponent: one that is too large is noticed. It is off by a share of itself."""
    return Loss(_LIMIT + 4.0, _UNIT, a.all + 1.0, sign=1)


def _gentle(a: Loss) -> Loss:
    """A function that is nowhere steeper than 1, and bounded by 2."""
    return Loss(1.0, max(a.all + 1.0, _UNIT))


LOSSES: dict[str, Callable[..., Loss | None]] = {
    "add": _sum,
    "sub": _sum,
    "neg": _opposite,
    "mul": _product,
    "div": _quotient,
    "share": _share,
    "exp": _exponential,
    **dict.fromkeys(("sin", "cos", "tanh", "atan"), _gentle),
}
"""What a result may have lost, by operation. None of these is 0 but where it has lost all."""
