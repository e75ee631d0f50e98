"""The root of a formula of one unknown: Newton's method, held between two signs once it can be.

From where it is begun the steps are Newton's, halved until the formula comes nearer to 0, and
lengthened at a root that is a multiple one. As soon as two points have different signs, the root
is kept between them, and steps that leave them are halves (Press et al., Numerical Recipes, 9.4).
Where Newton's steps lead nowhere, a change of sign is looked for, farther and farther from the
start. A root is finished by halves among floats, down to two neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.schedule import Schedule

if TYPE_CHECKING:
    from gradcli.graph.roots import Root

Operation = Callable[..., float]

MOST_STEPS = 200
"""So many steps of Newton's are made at most."""

MOST_HALVES = 40
"""So often a step is halved that leads no nearer to 0."""

MOST_WIDER = 400
"""So often an interval that is looked at for a change of sign is made wider."""

WIDER = 1.25

_STEEP = 64
"""At a root a formula is at most so many times what its slope makes of the last place."""

_SAMPLES = 8
"""At so many floats on each side a formula is looked at for what rounding makes of it."""


class Found(NamedTuple):
    """A root, NaN if there is none; then ``reason`` says what was met instead."""

    root: float
    reason: str = ""


class Finder:
    """Finds roots of one formula.

    Args:
        root: the operation, which holds the formula.
        operation: the function on floats of the operations in it.
    """

    def __init__(self, root: Root, operation: Callable[[str], Operation]) -> None:
        graph, unknown, parameters, output, self._letter = root.formula
        by_unknown = root.slopes[0]
        schedule = Schedule(graph, [unknown, *parameters], [output, by_unknown])
        self._constants = schedule.constants
        self._calls = [(operation(op), places) for op, places in schedule.steps]
        self._output, self._slope = (schedule.slots[each] for each in (output, by_unknown))

    def __call__(self, *args: float) -> float:
        """The root: of where to begin and the value of each parameter; NaN if none is found."""
        return self.find(*args).root

    def find(self, start: float, *parameters: float) -> Found:
        """The same, with the reason where there is none."""
        point = [float(start), *map(float, parameters)]
        if not all(map(math.isfinite, point)):
            return Found(math.nan, "where it is begun, and all else, must be finite numbers")
        return _Search(self._at(point[1:]), self._letter).run(point[0])

    def _at(self, parameters: Sequence[float]) -> Callable[[float], tuple[float, float]]:
        """The formula and its slope as a function of the unknown alone."""
        rest = [*parameters, *self._constants]

        def value(x: float) -> tuple[float, float]:
            values = [x, *rest]
            for function, places in self._calls:
                values.append(function(*[values[place] for place in places]))
            return values[self._output], values[self._slope]

        return value


@lru_cache(256)
def finder(root: Root, operation: Callable[[str], Operation]) -> Finder:
    """What finds the roots of an operation."""
    return Finder(root, operation)


class _Point(NamedTuple):
    """A number, the formula there, and its slope."""

    x: float
    value: float
    slope: float

    @property
    def is_defined(self) -> bool:
        return math.isfinite(self.value)


class _Search:
    """One search for a root."""

    def __init__(self, function: Callable[[float], tuple[float, float]], letter: str) -> None:
        self._function = function
        self._letter = letter
        self._nearest: _Point | None = None
        self._jump: _Point | None = None

    def run(self, start: float) -> Found:
        """The root that is found from there."""
        first = self._point(start)
        if not first.value:
            return Found(start)
        found = self._newton(first) if first.is_defined else None
        if found is None:
            for left, right in self._changes(start):
                found = self._between(left, right)
                if found is not None:
                    break
        return Found(math.nan, self._reason(first)) if found is None else Found(found)

    def _reason(self, first: _Point) -> str:
        if self._jump is not None:
            return f"its sign changes by a jump or a pole at {self._letter} = {self._jump.x:.6g}"
        if self._nearest is None:
            return f"what is to be 0 has no value at {self._letter} = {first.x:.6g}, nor around it"
        x, value, _ = self._nearest
        if not value:
            return f"it only becomes too small for a float, at {self._letter} = {x:.6g}"
        return f"the nearest to 0 that was met is {value:.6g}, at {self._letter} = {x:.6g}"

    def _point(self, x: float) -> _Point:
        point = _Point(x, *self._function(x))
        is_better = self._nearest is None or abs(point.value) < abs(self._nearest.value)
        if point.is_defined and is_better:
            self._nearest = point
        return point

    # --- Newton's steps ----------------------------------------------------------------------

    def _newton(self, here: _Point) -> float | None:
        """The root that Newton's steps lead to, None if they lead nowhere."""
        before = 0.0
        for _ in range(MOST_STEPS):
            step = here.value / here.slope if here.slope else math.nan
            if not math.isfinite(step):
                return None
            there = self._nearer(here, step)
            if there is None:
                return self._finished(here)
            if not there.value and abs(there.slope) <= _SMALL and abs(step) >= abs(before) > 0:
                return None  # it runs away, to where it is too small for a float
            if not there.value:
                return there.x
            if (there.value < 0) != (here.value < 0):
                return self._between(*sorted((here, there)))
            there = self._lengthened(here, there, before)
            if not there.value:
                return there.x
            if abs(there.x - here.x) <= math.ulp(here.x):
                return self._finished(there)
            before, here = here.x - there.x, there
        return self._finished(here)

    def _nearer(self, here: _Point, step: float) -> _Point | None:
        """A point nearer to 0, or on its other side, in the direction of a step."""
        for _ in range(MOST_HALVES):
            x = here.x - step
            if x == here.x:
                return None
            there = self._point(x) if math.isfinite(x) else None
            if there is not None and there.is_defined:
                is_beyond = (there.value < 0) != (here.value < 0)
                if is_beyond or abs(there.value) < abs(here.value):
                    return there
            step /= 2
        return None

    def _lengthened(self, here: _Point, there: _Point, before: float) -> _Point:
        """At a root of order m each step leaves 1 - 1/m of the way: go m steps at once."""
        step = here.x - there.x
        if not before or not 0 < step / before < 1:
            return there
        order = round(1 / (1 - step / before))
        if not 2 <= order <= 20:
            return there
        farther = self._point(here.x - order * step)
        is_nearer = farther.is_defined and abs(farther.value) < abs(there.value)
        return farther if is_nearer and farther.value * here.value >= 0 else there

    def _finished(self, here: _Point) -> float | None:
        """The best float where steps have become too small, if the formula is 0 there."""
        around = [self._point(x) for x in _neighbours(here.x)]
        for one, other in pairwise(around):
            if one.value * other.value < 0 and _is_root(*sorted((one, other), key=_size)):
                return min(one, other, key=_size).x
        best = min((each for each in (here, *around) if each.is_defined), key=_size)
        values = [each.value for each in around]
        bends = [
            abs(a - 2 * b + c) for a, b, c in zip(values, values[1:], values[2:], strict=False)
        ]
        return best.x if not best.value or abs(best.value) <= 4 * max(bends) else None

    # --- Between two signs -------------------------------------------------------------------

    def _between(self, left: _Point, right: _Point) -> float | None:
        """The root between two points of different signs, None at a jump or a pole."""
        if left.x == right.x:
            return left.x
        greatest = max(abs(left.value), abs(right.value))
        last = math.inf
        here = min(left, right, key=_size)
        while True:
            x = here.x - here.value / here.slope if here.slope else math.nan
            width = right.x - left.x
            if not left.x < x < right.x or width > last / 2:
                x = _middle(left.x, right.x)
            if not left.x < x < right.x:
                break
            last = width
            here = self._point(x)
            if not here.value:
                return x
            if not here.is_defined:
                self._jump = here
                return None
            if (here.value < 0) == (left.value < 0):
                left = here
            else:
                right = here
        best, other = sorted((left, right), key=_size)
        if abs(best.value) <= greatest and _is_root(best, other):
            return best.x
        self._jump = best
        return None

    def _changes(self, start: float) -> Iterator[tuple[_Point, _Point]]:
        """Neighbouring points of different signs, farther and farther from the start."""
        reach = 0.01 * (abs(start) or 1.0)
        ends = [self._point(start)] * 2
        for _ in range(MOST_WIDER):
            for place, sign in ((1, 1.0), (0, -1.0)):
                x = start + sign * reach
                if not math.isfinite(x):
                    continue
                there, here = self._point(x), ends[place]
                ends[place] = there
                if there.is_defined and not there.value:
                    if abs(there.slope) > _SMALL or abs(here.value) > _LARGE:
                        yield there, there
                elif here.is_defined and there.is_defined and here.value * there.value < 0:
                    yield (here, there) if sign > 0 else (there, here)
            reach *= WIDER


_SMALL = 1e-290
"""A slope below this is that of what is too small for a float, or of a step."""

_LARGE = 1e-30
"""What was above this before it was 0 is a step, and has not become too small for a float."""


def _size(point: _Point) -> float:
    return abs(point.value) if point.is_defined else math.inf


def _is_root(best: _Point, other: _Point) -> bool:
    """Whether two neighbours of different signs are as near to 0 as their slopes allow."""
    steepest = max(abs(best.slope), abs(other.slope))
    return math.isinf(steepest) or abs(best.value) <= _STEEP * steepest * abs(best.x - other.x)


def _middle(a: float, b: float) -> float:
    """Half of the way, in powers of 2 where the ends are far apart."""
    if a < 0 < b or min(abs(a), abs(b)) * 16 >= max(abs(a), abs(b)):
        return a / 2 + b / 2
    low, high = sorted((abs(a), abs(b)))
    size = math.sqrt(max(low, 5e-324)) * math.sqrt(high)
    return math.copysign(size, a or b)


def _neighbours(x: float) -> list[float]:
    """The floats around one, from left to right."""
    found = [x]
    for direction in (-math.inf, math.inf):
        each = x
        for _ in range(_SAMPLES):
            each = math.nextafter(each, direction)
            found.append(each)
    return sorted(found)
