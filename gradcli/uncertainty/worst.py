"""The worst case: how far a result may be off where no input is off by more than its uncertainty.

The greatest change need not be at a corner: that of sin(x) beside pi/2 is, that of x^2 - x^4 is
not. So it is looked for from corners and from within, one input after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, product

from gradcli.engine.choose import Runner
from gradcli.engine.functions.sums import sum_of
from gradcli.germs.cells import generic
from gradcli.graph.model import Model

MOST_CORNERS = 8
"""Of more inputs only the corners to which the gradient points are looked at."""

MOST_INSIDE = 60
"""No more points within are looked at."""

MOST_PARTS = 256
"""In so many parts the ranges of all inputs together are looked at, one by one."""

MOST_WORK = 3_000_000
"""About so many operations are done; of larger programs the straight line decides."""

_BEGINNINGS = 4
"""From so many of the points the search goes on."""

_ROUNDS = 30

_PARTS = 8
"""In so many parts a range is looked at at least, and again whenever it is narrowed."""

_NARROWED = 1e-10

_SAME = 1e-9

_ULPS = 64.0

Point = tuple[float, ...]
"""By which part of its uncertainty each input is off, from -1 to 1."""


def worst_case(
    model: Model, point: Sequence[float], uncertainties: Sequence[float], slopes: Sequence[float]
) -> float:
    """The greatest change of the output that is found.

    Args:
        model: the program.
        point: the value of every input.
        uncertainties: by how much each may be off.
        slopes: the derivative by each.

    Returns:
        The sum of the changes along a straight line where the program is too large to be looked
        at, and where that is the same but for rounding.
    """
    parts = [slope * u if u else 0.0 for slope, u in zip(slopes, uncertainties, strict=True)]
    straight = sum_of([*map(abs, parts)])
    places = [place for place, u in enumerate(uncertainties) if u]
    size = len(model.graph.ancestors([model.output])) * len(places) * _ROUNDS * _PARTS
    if not places or size > MOST_WORK:
        return straight
    runner = Runner(model.graph, model.inputs, [model.output])
    (middle,), _ = runner.run(point)
    if not math.isfinite(middle):
        return math.nan

    def value(off: Point) -> float:
        given = [*point]
        for place, part in zip(places, off, strict=True):
            given[place] += part * uncertainties[place]
        (found,), _ = runner.run(given)
        return float(found)

    towards = tuple([math.copysign(1.0, parts[place]) for place in places])
    greatest = max(_greatest(value, towards, middle, sign) for sign in (1.0, -1.0))
    if not math.isfinite(straight):
        return greatest
    noise = _ULPS * math.ulp(middle)
    is_straight = abs(greatest - straight) <= max(_SAME * straight, noise)
    return straight if is_straight else greatest


def _greatest(value: Callable[[Point], float], towards: Point, middle: float, sign: float) -> float:
    """The greatest change upwards, or with the sign -1 downwards."""

    def change(off: Point) -> float:
        found = sign * (value(off) - middle)
        return -math.inf if math.isnan(found) else found

    first = tuple([sign * part for part in towards])
    points = [first, *_points(len(towards))]
    best = sorted(points, key=change, reverse=True)[:_BEGINNINGS]
    return max(0.0, *(_climbed(change, each) for each in best))


def _points(count: int) -> Iterator[Point]:
    """Where the search may begin: corners, the middle of sides, and points within."""
    if count <= MOST_CORNERS:
        yield from product((-1.0, 1.0), repeat=count)
    for place in range(count):
        for end in (-1.0, 1.0):
            yield tuple([end if place == at else 0.0 for at in range(count)])
    for off in islice(generic(count), MOST_INSIDE):
        yield tuple(off)


def _climbed(change: Callable[[Point], float], begin: Point) -> float:
    """The greatest change that is reached from a point, one input after another."""
    here, best = begin, change(begin)
    parts = max(_PARTS, MOST_PARTS // len(begin))
    for _ in range(_ROUNDS):
        before = best
        for place in range(len(here)):

            def along(part: float, place: int = place) -> float:
                return change((*here[:place], part, *here[place + 1 :]))  # noqa: B023  (called at once)

            for centre, reach in ((0.0, 1.0), (here[place], 2 / parts)):
                part, found = _along(along, centre, reach, parts)
                if found > best:
                    here, best = (*here[:place], part, *here[place + 1 :]), found
        if best == math.inf or best - before <= _SAME * abs(best):
            break
    return best


def _along(
    change: Callable[[float], float], centre: float, reach: float, count: int
) -> tuple[float, float]:
    """Where a function is greatest within reach of a centre, between -1 and 1, and how great."""
    low, high = max(centre - reach, -1.0), min(centre + reach, 1.0)
    while True:
        width = (high - low) / count
        part = max([low + width * step for step in range(count)] + [high], key=change)
        if width <= _NARROWED:
            return part, change(part)
        low, high, count = max(part - width, -1.0), min(part + width, 1.0), _PARTS
