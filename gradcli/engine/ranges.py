"""Where numbers may leave the range of floats, known before any is there: what is to be looked at.

Compiled code computes in plain floats. Whatever leaves their range on its way has to be done again
by the interpreter, which carries such numbers along (`beyond`), so compiled code must notice. It
need not look at every number: from bounds of the inputs follow bounds of what is computed from
them. What is bounded away from both ends of the range is not looked at; where bounds become too
wide, the number is looked at when it has been computed, and is known to be within bounds from
there on.

Sizes are logarithms to base 2. A number is 0, or at least ``2^least`` and at most ``2^most`` in
size. It is also a multiple of ``2^grain``, as every float is of its last place: a difference of two
numbers is 0 or at least as large as their grain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from gradcli.engine.beyond import LEAVING
from gradcli.engine.schedule import Step


class Size(NamedTuple):
    """What is known of a number: see above; the sign is 1 or -1 where it is known, else 0."""

    least: float
    most: float
    grain: float
    sign: int = 0
    may_vanish: bool = True


class Looks(NamedTuple):
    """What has to be looked at for all other numbers to be within the range of floats.

    Attributes:
        bound: inputs must be 0, or between 2^-bound and 2^bound in size; 0 if they need not be
            looked at, but only whether the results are finite.
        numbers: the slots of other numbers to look at, which must be 0 or within `WIDE`.
        never_zero: those of them that must not be 0, for that may be what is left of them.
        open: the slots of further numbers that have no finite value for some arguments: there
            Python raises, and other engines do not.
        products: slots whose product must not be smaller in size than this; where there are any, it
            is enough that inputs are below the bound (`underflow`).
    """

    bound: int
    numbers: Sequence[int] = ()
    never_zero: frozenset[int] = frozenset()
    open: frozenset[int] = frozenset()
    products: Sequence[tuple[tuple[int, ...], float]] = ()


def looks(
    inputs: int, constants: Sequence[float], steps: Sequence[Step], outputs: Iterable[int]
) -> Looks | None:
    """What has to be looked at; None if it is beyond hope: a constant that is not finite.

    Args:
        inputs: how many there are.
        constants: what the slots after them hold.
        steps: the operations of the slots after those.
        outputs: the slots that are asked for.
    """
    if not all(map(math.isfinite, constants)):
        return None
    if _is_plain(inputs, constants, steps, [*outputs]):
        return Looks(0)
    ways = [_Sizes(bound, inputs, constants, steps).looks() for bound in _BOUNDS]
    return min(ways, key=_work)


_BOUNDS = (128, 64)
"""Between 3e-39 and 3e38, or else between 5e-20 and 2e19, numbers are taken for ordinary ones."""

WIDE = 200
"""Numbers on the way may be as wide: up to 2^200 in size, and down to 2^-200."""

_LIMIT = 1018.0
"""Numbers within this are surely within the range of floats."""

_DIGITS = 53.0

_VANISHING = LEAVING | {"decay", "share", "reciprocal", "quotient"}
"""Operations whose result may be 0 because it is too small."""


def _work(found: Looks) -> int:
    return len(found.numbers)


class _Sizes:
    """The sizes of all numbers, and what has to be looked at for them to be right.

    A number whose bounds are too wide for what is computed from it is looked at; if what is
    computed may leave the range of floats all the same, so is that.
    """

    def __init__(
        self, bound: int, inputs: int, constants: Sequence[float], steps: Sequence[Step]
    ) -> None:
        self._bound = bound
        self._first = inputs + len(constants)
        self._sizes = [*[_rounded(-bound, bound)] * inputs, *map(_of_constant, constants)]
        self._numbers: set[int] = set()
        self._never_zero: set[int] = set()
        self._open: set[int] = set()
        for op, places in steps:
            self._add(op, places)

    def looks(self) -> Looks:
        """What has to be looked at."""
        numbers, never_zero = sorted(self._numbers), frozenset(self._never_zero)
        return Looks(self._bound, numbers, never_zero, frozenset(self._open))

    def _add(self, op: str, places: Sequence[int]) -> None:
        size = self._of(op, places)
        while not _is_within(size):
            others = {*places} - self._numbers
            wide = [place for place in others if place >= self._first and self._is_wide(place)]
            if not wide or size is None or size.most == math.inf:
                break
            self._look(max(wide, key=self._width))
            size = self._of(op, places)
        slot = len(self._sizes)
        if op in PARTIAL and not PARTIAL[op](self._sizes[places[-1]]):
            self._open.add(slot)
        self._sizes.append(size or _LOOKED_AT)
        if not _is_within(size):
            if op in _VANISHING:
                self._never_zero.add(slot)
            self._look(slot)

    def _of(self, op: str, places: Sequence[int]) -> Size | None:
        rule = SIZES.get(op)
        size = rule([self._sizes[place] for place in places]) if rule else None
        is_square = op == "mul" and places[0] == places[1]
        return size._replace(sign=1) if size and is_square else size

    def _look(self, slot: int) -> None:
        """Look at a number, which is within bounds from there on."""
        size, ordinary = self._sizes[slot], _LOOKED_AT
        self._numbers.add(slot)
        self._sizes[slot] = Size(
            max(size.least, ordinary.least),
            min(size.most, ordinary.most),
            max(size.grain, ordinary.grain),
            size.sign,
            size.may_vanish and slot not in self._never_zero,
        )

    def _width(self, slot: int) -> float:
        size = self._sizes[slot]
        return max(size.most, -size.least)

    def _is_wide(self, slot: int) -> bool:
        return self._width(slot) > WIDE


def _is_within(size: Size | None) -> bool:
    """Whether a number is surely within the range of floats."""
    return size is not None and size.least > -_LIMIT and size.most < _LIMIT


def _is_plain(
    inputs: int, constants: Sequence[float], steps: Sequence[Step], outputs: Sequence[int]
) -> bool:
    """Whether nothing at all has to be looked at but whether the results are finite.

    So it is where a product, once made, is only added to others or multiplied by a small constant:
    if it is too large all results that it is in are infinite or NaN, and if it is too small it is
    off by no more than a few units in the last place of 0. Every input must be in a result.
    """
    first = inputs + len(constants)
    if not all(op in _LINEAR or op == "mul" for op, _ in steps):
        return False
    needed = [0.0] * (first + len(steps))
    for slot in outputs:
        needed[slot] = 1.0
    # How much a number is multiplied by on its way to any result, from the results back.
    for rank in range(len(steps) - 1, -1, -1):
        op, places = steps[rank]
        gain = needed[first + rank]
        for place, other in zip(places, (*places[1:], *places[:1]), strict=True):
            more = gain
            if op == "mul":
                is_small = inputs <= other < first and 0.0 < abs(constants[other - inputs]) <= 64.0
                more = gain * abs(constants[other - inputs]) if is_small else math.inf
            needed[place] = max(needed[place], more)
    products = [needed[first + rank] for rank, (op, _) in enumerate(steps) if op == "mul"]
    return all(gain <= 64.0 for gain in products) and all(needed[:inputs])


_LINEAR = frozenset(("add", "sub", "neg", "id"))


def _rounded(least: float, most: float, sign: int = 0, *, may_vanish: bool = True) -> Size:
    """A number of which nothing is known but its size."""
    return Size(least, most, least - _DIGITS, sign, may_vanish)


_LOOKED_AT = _rounded(-WIDE, WIDE)


def _of_constant(value: float) -> Size:
    if not value:
        return Size(math.inf, -math.inf, math.inf)
    size = math.log2(abs(value))
    above, below = value.as_integer_ratio()
    grain = (above & -above).bit_length() - below.bit_length()
    return Size(size - 0.01, size + 0.01, grain, 1 if value > 0 else -1, may_vanish=False)


def _sum(a: Size, b: Size) -> Size:
    grain = min(a.grain, b.grain)
    most = max(a.most, b.most) + 1.0
    if not a.sign or a.sign != b.sign:
        return Size(grain, most, grain)
    present = [part.least for part in (a, b) if not part.may_vanish]
    least = max(present) if present else min(a.least, b.least)
    return Size(least, most, grain, a.sign, may_vanish=not present)


def _opposite(a: Size) -> Size:
    return a._replace(sign=-a.sign)


def _product(a: Size, b: Size) -> Size:
    if math.inf in {a.least, b.least}:
        return _of_constant(0.0)
    may_vanish = a.may_vanish or b.may_vanish
    least, most = a.least + b.least - 0.01, a.most + b.most + 0.01
    return _rounded(least, most, a.sign * b.sign, may_vanish=may_vanish)


def _quotient(a: Size, b: Size) -> Size:
    if math.inf in {a.least, b.least}:
        return _of_constant(0.0)  # a division by 0 is noticed where it is made
    least, most = a.least - b.most - 0.01, a.most - b.least + 0.01
    return _rounded(least, most, a.sign * b.sign, may_vanish=a.may_vanish)


def _share(part: Size, _: Size) -> Size:
    """x/(1 + x) of a positive x, and of 1/(1 + x)."""
    return _rounded(min(part.least, 0.0) - 1.0, 0.0, 1, may_vanish=part.may_vanish)


def _root(a: Size) -> Size:
    return _rounded(a.least / 2 - 0.01, a.most / 2 + 0.01, 1, may_vanish=a.may_vanish)


def _any(*parts: Size) -> Size:
    """One of several numbers."""
    signs = {part.sign for part in parts if part.least < math.inf}
    return Size(
        min(part.least for part in parts),
        max(part.most for part in parts),
        min(part.grain for part in parts),
        signs.pop() if len(signs) == 1 else 0,
        any(part.may_vanish for part in parts),
    )


def _length(*parts: Size) -> Size:
    both = _any(*parts)
    return _rounded(both.least - 0.01, both.most + len(parts), 1)


def _within(most: float) -> Callable[..., Size]:
    """A function that near 0 is like a multiple of its argument, or its square; bounded beyond."""
    return lambda a: _rounded(min(a.least, 0.0) - 2.0, most)


def _wave(a: Size) -> Size:
    """No float but 0 is nearer than 2^-61 to a multiple of pi/2, in proportion to its size."""
    return _rounded(min(a.least, 0.0) - 62.0, 0.0)


def _logarithm(a: Size) -> Size:
    """Near 1 it is as small as what the float is off by; 2^11 is more than any."""
    return _rounded(-_DIGITS - 2.0, math.log2(max(abs(a.least), abs(a.most), 2.0)) + 1.0)


def _exponential(a: Size) -> Size:
    """Of exponents that may be large nothing is known: it is looked at."""
    most = 1.45 * 2.0**a.most if a.most < 10.0 else math.inf
    return _rounded(-most, most, 1, may_vanish=False)


_LOGICAL = Size(0.0, 0.0, 0.0, 1)

PARTIAL: dict[str, Callable[[Size], bool]] = {
    **dict.fromkeys(("div", "reciprocal"), lambda last: not last.may_vanish),
    "sqrt": lambda last: last.sign > 0,
    **dict.fromkeys(("log", "log2"), lambda last: last.sign > 0 and not last.may_vanish),
    "log1p": lambda last: last.sign > 0,
    "asin": lambda last: last.most <= 0.0,
}
"""The operations below that have no finite value somewhere, and what of the last argument rules
that out. A quotient by a reciprocal is finite where that is, which is looked at."""

SIZES: dict[str, Callable[[Sequence[Size]], Size | None]] = {
    "add": lambda args: _sum(*args),
    "sub": lambda args: _sum(args[0], _opposite(args[1])),
    "mul": lambda args: _product(*args),
    "div": lambda args: _quotient(*args),
    "reciprocal": lambda args: _quotient(_of_constant(1.0), *args),
    "quotient": lambda args: _quotient(args[0], args[2]),
    "neg": lambda args: _opposite(*args),
    "id": lambda args: args[0],
    "abs": lambda args: args[0]._replace(sign=1),
    "sqrt": lambda args: _root(*args),
    "hypot": lambda args: _length(*args),
    "norm": lambda args: _length(*args),
    "where": lambda args: _any(*args[1:]),
    "share": lambda args: _share(*args),
    "max": lambda args: _any(*args),
    "min": lambda args: _any(*args),
    "relu": lambda args: args[0]._replace(sign=1, may_vanish=True),
    "sign": lambda args: _LOGICAL._replace(sign=args[0].sign),
    **dict.fromkeys(
        ("lt", "le", "gt", "ge", "eq", "ne", "not", "and", "or", "step"), lambda _: _LOGICAL
    ),
    **dict.fromkeys(("sin", "cos"), lambda args: _wave(*args)),
    **dict.fromkeys(("tanh", "atan", "asin", "erf"), lambda args: _within(1.0)(*args)),
    **dict.fromkeys(("log", "log2"), lambda args: _logarithm(*args)),
    "log1p": lambda args: _rounded(min(args[0].least, 0.0) - 2.0, 11.0),
    **dict.fromkeys(("exp", "decay"), lambda args: _exponential(*args)),
}
"""What is known of a result, by operation, from what is known of its arguments.

Each of them has a number for all arguments, or raises where it has none. What any other operation
gives is looked at.
"""
