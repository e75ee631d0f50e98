"""Nasty points: where formulas of functions give way, whatever the function is.

Beside the regions that `accuracy_cases.py` has for each function, every function is asked at all
of these numbers: whoever writes a function cannot know which of them its formula does not bear.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from accuracy_apart import Apart
from accuracy_checker import Bound, Case, Compiled, Entry, ExactPartials, Point, Worst
from mpmath import mp, mpf

import gradcli

SECONDS = 0.25
"""A reference that takes longer at one point, mpmath takes minutes at some, is left alone there."""

LEFT_OUT = {
    "legendre": "its reference has few digits beside 0",
    "chebyshevt": "its reference has few digits beside 0",
    "polygamma_rise": "its reference has no digits of a rise over next to nothing",
    "beta_derivative": "where a pole is beside a zero, it has fewer digits",
    "root": "the bound of its second partials is for positive numbers",
    **dict.fromkeys(
        ("binary_cross_entropy", "binary_cross_entropy_logits"),
        "its terms cancel where a target is not between 0 and 1",
    ),
}
"""Functions that are not asked here, and why."""

_REMAINDERS = frozenset(("mod", "rem"))
FAR = 2.0**60
"""References have no remainders of quotients beyond."""

LONGEST = 10.0
"""After so many seconds the other points of a function are left alone."""

CENTRES = (
    *(0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 10.0, 30.0, 45.0, 90.0, 180.0, 360.0),
    *(math.pi / 6, math.pi / 4, math.pi / 2, math.pi, 1.5 * math.pi, 2 * math.pi, 355.0),
    *(math.exp(-1), math.e, math.log(2), math.sqrt(0.5), math.sqrt(2), math.sqrt(math.pi)),
    *(1.4616321449683622, 2.404825557695773, 3.8317059702075125, 2.338107410459767),
    *(0.37250741078136663, 0.6165054856207162, 1.451369234883381, 4.493409457909064),
    *(0.5040830082644554, 1.5734984731623904, 0.9241388730045916, 0.46521),
    *(17.0, 20.0, 26.54, 33.0, 36.04, 37.5, 38.5, 88.7, 100.5, 170.6, 171.6, 177.5, 354.9, 372.5),
    *(708.4, 709.78, 744.4, 745.1, 1023.0, 1024.0, 1074.0, 1e5, 1e8, 2.0**27, 2.0**52, 2.0**53),
)
"""Ends of domains, poles, zeros, least values, ends of ranges of floats and of formulas."""

STEPS = (2.0**-52, 3e-13, 1e-8, 1e-5, 1e-3)
SIZES = (
    *(5e-324, 1e-323, 1e-320, 2.2e-308, 4.5e-308, 1e-300, 1e-200, 1.5e-162, 1e-154, 1e-150),
    *(1e-103, 1e-78, 1e-50, 1e-30, 1e-20, 1e-16, 1.1e-8, 1.5e-8, 1e-5, 1e-3, 0.02, 0.1),
    *(0.3, 0.7, 6.25, 50.3, 300.25, 12345.678, 1e7 + 0.5, 3e9, 1e15 + 0.25, 1e22, 1e30, 1e50),
    *(1e78, 1e100, 1.3e154, 1e200, 1e300, 8.9e307, 1.7e308),
)


def numbers() -> list[float]:
    """All nasty numbers, of both signs."""
    beside = [
        centre * (1 + sign * step) for centre in CENTRES for step in STEPS for sign in (1, -1)
    ]
    whole = [n + part for n in range(5, 13) for part in (0.0, 0.5, 1e-9, -1e-9)]
    ordinary = {*CENTRES, *beside, *whole, *SIZES}
    return sorted({0.0, *ordinary, *(-x for x in ordinary)}, key=lambda x: (abs(x), x))


def points(case: Case, count: int, seed: int = 0) -> list[Point]:
    """Nasty points of a function; of several arguments also with ordinary ones beside them."""
    draw = random.Random(f"{case.name}/{case.arity}/{seed}")  # noqa: S311  (no secrets)
    ordinary = case.sample(max(count, 200), seed + 1)
    known = [_within(place, ordinary) for place in range(case.arity)]
    if case.arity == 1:
        found = [(x,) for x in known[0]]
        draw.shuffle(found)
        return found[:count]
    return list(itertools.islice(_mixed(case, known, ordinary, draw), count))


def _within(place: int, ordinary: list[Point]) -> list[float]:
    """The nasty numbers for an argument, no larger than its regions have, and of their signs.

    Larger ones are not computed by mpmath, some of them not in a year.
    """
    least, largest = (pick(point[place] for point in ordinary) for pick in (min, max))
    return [x for x in numbers() if 1.5 * min(least, 0) <= x <= 1.5 * max(largest, 0)]


def _mixed(
    case: Case, known: list[list[float]], ordinary: list[Point], draw: random.Random
) -> Iterator[Point]:
    while True:
        point = list(draw.choice(ordinary))
        for place in range(case.arity):
            kind = draw.randrange(3)
            if place in case.inert:
                continue
            if kind == 0:
                point[place] = draw.choice(known[place])
            elif kind == 1:
                other = point[draw.randrange(case.arity)]
                point[place] = draw.choice(
                    [
                        other,
                        -other,
                        other * (1 + 2**-50),
                        math.nextafter(other, math.inf),
                        1 - other,
                    ]
                )
        yield tuple(point)


def check(case: Case, count: int, order: int = 2, seed: int = 0) -> list[Worst]:
    """Compare a function with its reference at nasty points; the worst of each order."""
    compiled = Compiled(case, order)
    worst = [Worst() for _ in range(order + 1)]
    start = time.monotonic()
    with Apart(partial(_expected, case)) as exact:
        for point in points(case, count, seed):
            if time.monotonic() - start > LONGEST:
                break
            values = compiled.run(point)
            for places, slot in compiled.slots:
                answer = exact.ask(places, point, seconds=SECONDS)
                if answer is None:
                    break
                expected, bound = answer
                if abs(expected) <= mpf(10) ** 307 and bound is not None:
                    got = _got(case, point, places, values[slot], expected, bound)
                    worst[len(places)].see(Entry(point, places, got, expected), bound)
    return worst


def _expected(case: Case, places: Any, point: Point) -> tuple[mpf, Bound | None] | None:
    """The exact number and what is allowed beside it, nothing where it is not one slope.

    None stands where the reference has no number.
    """
    if case.name in _REMAINDERS and abs(point[0]) > FAR * abs(point[1]):
        return None
    bound = case.bound(places)
    try:
        value = mpf(ExactPartials(case, point)[places])
        if not (mp.isfinite(value) and case.keep(*point)):
            return None
        if places and not _is_smooth(case, places, point):
            return value, None
        absolute = bound.absolute(*point) if callable(bound.absolute) else bound.absolute
        return value, Bound(bound.ulp, absolute, bound.why)
    except (ValueError, ArithmeticError, TypeError, NotImplementedError, LookupError):
        return None
    except mp.NoConvergence:
        return None


def _is_smooth(case: Case, places: Any, point: Point) -> bool:
    """Whether the slopes on both sides of a point are one."""
    for place in set(places):
        with mp.workprec(1200):
            x = [mpf(each) for each in point]
            step = min(abs(x[place]), mpf(1)) * mpf(2) ** -300 or mpf(2) ** -2000
            here = case.reference(*x)
            sides = []
            for h in (-step, step):
                moved = list(x)
                moved[place] += h
                sides.append((case.reference(*moved) - here) / h)
            if abs(sides[0] - sides[1]) > mpf(2) ** -100 * (abs(sides[0]) + abs(sides[1])):
                return False
            if abs(sides[0]) > mpf(2) ** 1024:  # infinite at 0, as that of a root
                return False
    return True


def _got(  # noqa: PLR0913, PLR0917  (a number and all that is known of it)
    case: Case, point: Point, places: Any, number: float, expected: mpf, bound: Bound
) -> float:
    """The number of the plan or, where it left the range of floats on the way, that of the door."""
    if bound.allowed(expected, point) >= abs(mpf(number) - expected):
        return number
    names = [f"x{place}" for place in range(case.arity)]
    try:
        function = gradcli.function(f"{case.name}({', '.join(names)})", inputs=names)
        values = dict(zip(names, point, strict=True))
        if not places:
            return float(function(**values))
        if len(places) == 1:
            return float(function.grad(**values)[names[places[0]]])
        return float(function.hessian(**values)[names[places[0]]][names[places[1]]])
    except gradcli.GradcliError:
        return number
