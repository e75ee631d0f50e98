"""Compares a function of the rule table, its gradient and its Hessian with mpmath, in ulp.

The one checker of `test_accuracy.py` and of `benchmarks/accuracy.py`. The derivatives to compare
with are central differences of mpmath's own functions, taken with hundreds of digits to spare, or
closed forms in mpmath's functions where a case gives them; nothing of them comes from our rules.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mpmath import mp, mpf

from gradcli.calculus.reverse import gradient
from gradcli.engine.interpreter import Plan
from gradcli.graph.node import Graph
from gradcli.graph.rules import table

Reference = Callable[..., mpf]
Point = tuple[float, ...]
Places = tuple[int, ...]

# Bits of the reference values, and of the relative step of their differences.
PRECISION = 160
_STEP_BITS = 100
_MOST_BITS = 4_000

# Below so many ulp an error is the reference's own: its differences are not exact for polynomials.
_NOISE = 1e-6

_LARGEST = mpf(2) ** 1024 - mpf(2) ** 970


@dataclass(frozen=True)
class Bound:
    """What is allowed: so many units in the last place, or an absolute error beside it.

    Attributes:
        ulp: units in the last place of the exact result.
        absolute: an error that is allowed anyway; a number, or a function of the point.
        why: the reason for an absolute bound.
    """

    ulp: float
    absolute: float | Callable[..., float] = 0.0
    why: str = ""

    def __post_init__(self) -> None:
        if self.absolute and not self.why:
            raise ValueError("an absolute bound needs a reason")

    def allowed(self, exact: mpf, point: Point) -> float:
        """The error that is allowed at a point."""
        absolute = self.absolute(*point) if callable(self.absolute) else self.absolute
        return max(self.ulp * _ulp(exact), absolute)


Bounds = Bound | Mapping[Places, Bound]
"""That of one order: one for all its partials, or one for each."""


def bounds(value: int | Bounds, first: int | Bounds, second: int | Bounds) -> tuple[Bounds, ...]:
    """The bounds of the three orders, each a number of ulp or what a case takes."""
    return tuple([Bound(b) if isinstance(b, int) else b for b in (value, first, second)])


def zero(ulp: float, absolute: float | Callable[..., float]) -> Bound:
    """A bound for a result that has a zero, where relative accuracy is out of reach."""
    return Bound(ulp, absolute, "a difference that passes through zero")


@dataclass(frozen=True)
class Case:
    """How one function of the table is tested.

    Attributes:
        reference: the function in mpmath.
        domain: boxes of regions, one region for each argument; points are drawn from all boxes.
        bounds: for the value, the first and the second partials. Where partials of one order
            differ, a mapping from the places they are taken at, with the others under ().
        partials: closed forms of derivatives, where differences would be slow, by the places that
            they are taken at, in order: (0, 1) is the mixed second one.
        keep: which points to use, where a box does not say it.
        inert: places of arguments by which the function is not differentiated.
        points: the share of points, for references that are slow.
    """

    name: str
    reference: Reference
    domain: Sequence[Sequence[Region]]
    bounds: tuple[Bounds, ...]
    partials: Mapping[Places, Reference] = field(default_factory=dict)
    keep: Callable[..., bool] = lambda *_: True
    inert: tuple[int, ...] = ()
    points: float = 1.0

    @property
    def arity(self) -> int:
        """How many arguments the function is tested with."""
        return len(self.domain[0])

    def bound(self, places: Places) -> Bound:
        """The bound of one partial derivative."""
        bound = self.bounds[len(places)]
        if isinstance(bound, Bound):
            return bound
        return bound.get(tuple(sorted(places)), bound[()])

    def sample(self, count: int, seed: int = 0) -> list[Point]:
        """About ``count`` points of the domain, the same ones for the same seed."""
        draw = random.Random(f"{self.name}/{self.arity}/{seed}")  # noqa: S311  (no secrets)
        each = max(2, round(self.points * count / len(self.domain)))
        points: list[Point] = []
        for box in self.domain:
            found = (tuple(region(draw) for region in box) for _ in range(50 * each))
            kept = (point for point in found if self.keep(*point))
            points.extend(itertools.islice(kept, each))
        return points


Region = Callable[[random.Random], float]


class Entry(NamedTuple):
    """One partial derivative at one point; ``places`` are the arguments it is taken by."""

    point: Point
    places: Places
    got: float
    exact: mpf


@dataclass
class Worst:
    """The largest error of one order of derivative.

    Attributes:
        ulp: the largest error in units in the last place, not counting what only an absolute
            bound allows.
        excess: the largest error as a fraction of what is allowed; above 1, a bound is broken.
        entry: where the excess is largest.
        checked: how many entries were compared.
    """

    ulp: float = 0.0
    excess: float = 0.0
    entry: Entry | None = None
    checked: int = 0

    def see(self, entry: Entry, bound: Bound) -> None:
        """Take one more entry into account."""
        self.checked += 1
        point, _, got, exact = entry
        if abs(exact) > _LARGEST and abs(got) >= 1.7e308:
            return
        unit = _ulp(exact)
        error = float(abs(mpf(got) - exact)) if math.isfinite(got) else math.inf
        if error <= _NOISE * unit:
            return
        allowed = bound.allowed(exact, point)
        if not bound.ulp * unit < error <= allowed:
            self.ulp = max(self.ulp, error / unit)
        excess = error / allowed if allowed else math.inf
        if self.entry is None or not excess <= self.excess:
            self.excess, self.entry = excess, entry

    def __str__(self) -> str:
        text = f"{self.ulp:.3g} ulp, {self.excess:.3g} of what is allowed"
        if self.entry is None:
            return text
        point, places, got, exact = self.entry
        return f"{text}, by {places} at {point}: {got!r}, exactly {float(exact)!r}"


class Compiled:
    """A function of the table with its gradient and its Hessian, made once for many points."""

    def __init__(self, case: Case, order: int) -> None:
        graph = Graph()
        inputs = [graph.input(f"x{place}") for place in range(case.arity)]
        output = table().call(graph, case.name, tuple(inputs))
        if output is None:
            raise LookupError(f"{case.name} with {case.arity} arguments")
        outputs = [((), output)]
        frontier = outputs
        # A mixed partial is there in each order in which it can be taken.
        for _ in range(order):
            frontier = [
                ((*places, place), partial)
                for places, node in frontier
                for place, partial in enumerate(gradient(graph, node, inputs))
                if place not in case.inert
            ]
            outputs = outputs + frontier
        plan = Plan(graph, inputs, [node for _, node in outputs])
        self.run = plan.run
        self.slots = [(places, plan.slots[node]) for places, node in outputs]


def check(case: Case, count: int, order: int = 2, seed: int = 0) -> list[Worst]:
    """Compare a function with its reference at about ``count`` points; the worst of each order."""
    compiled = Compiled(case, order)
    worst = [Worst() for _ in range(order + 1)]
    for point in case.sample(count, seed):
        exact = ExactPartials(case, point)
        if abs(exact[()]) > _LARGEST:  # the value overflows, so the derivatives say nothing
            continue
        values = compiled.run(point)
        for places, slot in compiled.slots:
            entry = Entry(point, places, values[slot], exact[places])
            worst[len(places)].see(entry, case.bound(places))
    return worst


class ExactPartials:
    """The exact partials of a reference at one point, by the places they are taken at."""

    def __init__(self, case: Case, point: Point) -> None:
        self._case = case
        self._point = [mpf(x) for x in point]
        self._found: dict[Places, mpf] = {}

    def __getitem__(self, places: Places) -> mpf:
        places = tuple(sorted(places))
        if places not in self._found:
            self._found[places] = self._exact(places)
        return self._found[places]

    def _exact(self, places: Places) -> mpf:
        if not places or places in self._case.partials:
            function = self._case.partials.get(places, self._case.reference)
            with mp.workprec(PRECISION):
                return +mpf(function(*self._point))
        return difference(self._case.reference, self._point, places)


def difference(function: Reference, point: Sequence[mpf], places: Places) -> mpf:
    """A partial derivative by central differences, correct to far more than double precision.

    The step is so small that what the difference leaves out does not count; the precision is
    raised until what cancels in it does not count either.
    """
    bits = 2 * _STEP_BITS * len(places) + PRECISION
    while True:
        with mp.workprec(bits):
            result, largest = _difference(function, list(point), places)
            if abs(result) > largest * mpf(2) ** (PRECISION // 2 - bits) or bits > _MOST_BITS:
                return result / _steps(point, places)
        bits = 2 * bits if result else _MOST_BITS + 1


def _difference(function: Reference, point: list[mpf], places: Places) -> tuple[mpf, mpf]:
    """The difference itself, and the largest value that went into it."""
    if not places:
        value = mpf(function(*point))
        return value, abs(value)
    place, others = places[0], places[1:]
    x, h = point[place], _step(point[place])
    # A second difference by one argument is taken at x - h, x, x + h, not at distances 2h.
    if others == (place,):
        parts = [(x + h, 1), (x, -2), (x - h, 1)]
        others = ()
    else:
        parts = [(x + h, 1), (x - h, -1)]
    total, largest = mpf(0), mpf(0)
    for moved, weight in parts:
        point[place] = moved
        value, size = _difference(function, point, others)
        total += weight * value
        largest = max(largest, size)
    point[place] = x
    return total, largest


def _steps(point: Sequence[mpf], places: Places) -> mpf:
    if len(places) == 2 and places[0] == places[1]:
        return _step(point[places[0]]) ** 2
    return math.prod((2 * _step(point[place]) for place in places), start=mpf(1))


def _step(x: mpf) -> mpf:
    return min(abs(x), mpf(1)) * mpf(2) ** -_STEP_BITS if x else mpf(2) ** -_STEP_BITS


def _ulp(exact: mpf) -> float:
    return math.ulp(float(exact)) if abs(exact) <= _LARGEST else 2.0**971


# --- Regions ------------------------------------------------------------------------------------


def uniform(low: float, high: float) -> Region:
    """Points spread evenly over an interval."""
    return lambda draw: draw.uniform(low, high)


def logarithmic(low: float, high: float) -> Region:
    """Points of either sign or, for a positive ``low``, positive ones, spread over magnitudes."""
    return lambda draw: math.exp(draw.uniform(math.log(low), math.log(high)))


def both_signs(region: Region) -> Region:
    """The points of a region and their negatives."""
    return lambda draw: draw.choice((-1.0, 1.0)) * region(draw)


def negative(region: Region) -> Region:
    """The negatives of a region."""
    return lambda draw: -region(draw)


def near(centre: float, reach: float = 0.5, side: int = 0) -> Region:
    """Points crowding towards ``centre`` from both sides, or from one."""

    def region(draw: random.Random) -> float:
        sign = side or draw.choice((-1, 1))
        distance = math.exp(draw.uniform(math.log(1e-17), math.log(reach)))
        return centre + sign * max(distance, math.ulp(centre))

    return region


def near_integers(low: int, high: int) -> Region:
    """Points crowding towards integers."""
    return lambda draw: near(float(draw.randint(low, high)))(draw)


def among(*values: float) -> Region:
    """One of some values."""
    return lambda draw: draw.choice(values)
