"""The engine against mpmath: random programs of all functions of the table, over all sizes.

A program is evaluated in hundreds of digits, with its derivative carried forward, and a few times
more with every step rounded at random to a double: what the numbers then differ by is what no
double can know better. The engine has to be as good, whether numbers are tiny, huge or whole.
"""

from __future__ import annotations

import math
import random
import signal
from typing import NamedTuple

import pytest
from accuracy_cases import CASES
from accuracy_checker import Case
from mpmath import mp, mpf

from gradcli.calculus.reverse import gradient
from gradcli.engine.interpreter import Plan
from gradcli.graph.node import Graph
from gradcli.graph.rules import table

BITS, STEP_BITS = 1500, 200
"""Enough for sines of 1e300, and how small the steps of differences are."""

ROUNDED = 4
"""How often each program is evaluated with rounding."""

TIMES, FLOOR, CEILING = 60, mpf("1e-300"), mpf("1e300")
"""How much more than that the engine may be off, and between what sizes."""

INFINITE = mpf(2) ** (STEP_BITS / 2.5)
"""Differences of a function that is infinitely steep, as a root at 0, are larger."""

WAVES, OF_WAVES = frozenset(("airyai", "airyaiprime", "airybi", "airybiprime")), mpf("1e-15")
"""SciPy's functions of which, beside a zero, only that part of their waves is right."""

SECONDS = 3
"""Programs that mpmath needs longer for are left out."""

# Of whole orders only, or partials of others, which have cases of their own.
_LEFT_OUT = frozenset(
    ["gcd", "lcm", "laguerre", "chebyshevt", "chebyshevu", "hermite", "gegenbauer", "legendre"]
    + ["polygamma", "polygamma_rise", "binomial", "permutations"]
    # Beyond their domains mpmath has other values.
    + ["betainc", "gammainc", "gammaincc", "polylog"]
    # These jump: differences at a whole number are none, and rounding decides.
    + ["lt", "le", "gt", "ge", "eq", "ne"]
    + ["floor", "ceil", "round", "trunc", "frac", "mod", "rem", "heaviside", "step", "sign"]
    + [case.name for case in CASES if "_derivative" in case.name or "_slope" in case.name]
)
FUNCTIONS = [case for case in CASES if case.name not in _LEFT_OUT and 0 < case.arity < 4]
_SMOOTH = frozenset(
    ("add", "sub", "mul", "div", "pow", "neg", "sqrt", "exp", "log", "sin", "cos", "tanh", "abs")
)
ELEMENTARY = [case for case in FUNCTIONS if case.name in _SMOOTH]


class Step(NamedTuple):
    """A function of earlier numbers, given by their places."""

    case: Case
    args: tuple[int, ...]


def number(draw):
    """A number of any size: an ordinary one, a whole one, a tiny or a huge one."""
    size = draw.choice([300, 300, 20, 3])
    return draw.choice(
        [
            draw.choice([-1, 1]) * 10.0 ** draw.uniform(-size, size),
            draw.uniform(-5, 5),
            draw.uniform(0, 1),
            float(draw.randint(-6, 12)),
            draw.choice([1.0, -1.0, 0.5, -0.5, math.pi, math.e, 2.0]),
        ]
    )


def program(draw, inputs):
    """A few steps, each of some of the numbers before."""
    steps = []
    for _ in range(draw.choice([1, 1, 2, 3])):
        place = inputs + len(steps)
        case = draw.choice(FUNCTIONS if draw.random() < 0.7 else ELEMENTARY)
        args = tuple(
            place - 1 if draw.random() < 0.5 else draw.randrange(place) for _ in range(case.arity)
        )
        # Of equal arguments the derivative may be a convention.
        if case.name not in {"max", "min", "clip", "atan2"} or len({*args}) == case.arity:
            steps.append(Step(case, args))
    return steps


def exactly(steps, point, wrt, rounded=None):
    """The value of a program and its derivative by one input; rounded at random, if asked for.

    Raises:
        ValueError: it has none, or a number on the way is beyond the sizes.
    """
    values = [mpf(x) for x in point]
    slopes = [mpf(place == wrt) for place in range(len(point))]
    for case, args in steps:
        given = [values[place] for place in args]
        value, slope, size = mpf(case.reference(*given)), mpf(0), mpf(0)
        for place, arg in enumerate(args):
            if slopes[arg]:
                if place in case.inert:
                    raise ValueError
                term = _partial(case, given, place) * slopes[arg]
                slope, size = slope + term, max(size, abs(term))
        if rounded is not None:
            value *= 1 + rounded.uniform(-1, 1) * mpf(2) ** -53
            slope += size * rounded.uniform(-1, 1) * mpf(2) ** -52
        if not (isinstance(value, mpf) and isinstance(slope, mpf)):
            raise TypeError
        if not (mp.isfinite(value + slope) and (not value or FLOOR < abs(value) < CEILING)):
            raise ValueError
        values.append(value)
        slopes.append(slope)
    return values[-1], slopes[-1]


def _partial(case, args, place):
    if (place,) in case.partials:
        return mpf(case.partials[place,](*args))
    with mp.workprec(BITS + 4 * STEP_BITS):
        step = min(abs(args[place]) or mpf(1), mpf(1)) * mpf(2) ** -STEP_BITS
        above, below = [*args], [*args]
        above[place], below[place] = args[place] + step, args[place] - step
        return (case.reference(*above) - case.reference(*below)) / (2 * step)


def evaluated(steps, point, wrt):
    """The same by the engine."""
    graph = Graph()
    inputs = [graph.input(f"x{place}") for place in range(len(point))]
    nodes = [*inputs]
    for case, args in steps:
        nodes.append(table().call(graph, case.name, tuple(nodes[place] for place in args)))
    (slope,) = gradient(graph, nodes[-1], [inputs[wrt]])
    plan = Plan(graph, inputs, [nodes[-1], slope])
    values = plan.run(point)
    return values[plan.slots[nodes[-1]]], values[plan.slots[slope]]


def is_right(got, exact, rounded, near):
    """Whether a number is as good as one in doubles can be; beside a zero it may be near it."""
    if abs(exact) > CEILING:
        return abs(got) > 1e299
    if math.isinf(got):
        return abs(exact) > INFINITE
    allowed = max(abs(each - exact) for each in rounded) + mpf(2) ** -53 * abs(exact)
    return math.isfinite(got) and abs(mpf(got) - exact) <= TIMES * allowed + 10 * FLOOR + near


def written(steps, inputs):
    names = [f"x{place}" for place in range(inputs)]
    for case, args in steps:
        names.append(f"{case.name}({', '.join(names[place] for place in args)})")
    return names[-1]


def disagreements(seed, count):
    """The programs of which the engine has another number, and how many were compared."""
    draw = random.Random(seed)  # noqa: S311  (no secrets)
    found, compared = [], 0
    signal.signal(signal.SIGALRM, _give_up)
    while compared < count:
        point = [number(draw) for _ in range(draw.choice([1, 2, 2]))]
        steps, wrt = program(draw, len(point)), draw.randrange(len(point))
        if not steps:
            continue
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            with mp.workprec(BITS):
                exact = exactly(steps, point, wrt)
                ways = [exactly(steps, point, wrt, random.Random(k)) for k in range(ROUNDED)]  # noqa: S311
        except (ValueError, ArithmeticError, TypeError, NotImplementedError, TimeoutError):
            continue  # mpmath has no number there
        except mp.NoConvergence:
            continue
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        compared += 1
        got = evaluated(steps, point, wrt)
        near = OF_WAVES * any(case.name in WAVES for case, _ in steps)
        for what, one, other, rounded in zip(
            ("value", f"d/dx{wrt}"), got, exact, zip(*ways, strict=True), strict=True
        ):
            if not is_right(one, other, rounded, near):
                found.append((what, written(steps, len(point)), point, one, mp.nstr(other, 17)))
    return found


def _give_up(*_):
    raise TimeoutError


@pytest.mark.slow
def test_random_programs_are_as_accurate_as_doubles_can_be():
    assert disagreements(1, 25) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_hundreds_of_random_programs_are_as_accurate_as_doubles_can_be(seed):
    assert disagreements(seed, 60) == []
