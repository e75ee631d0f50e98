"""One answer at every door: random programs, asked in all ways, against an independent reader."""

import math
import random
import warnings

import pytest
from exact_values import tolerance
from graphs import canonical, model_of
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from independent_reader import read, tokens
from mpmath import mp, mpf
from random_programs import EXPRESSIONS

import gradcli

PROGRAMS = st.one_of(
    EXPRESSIONS,
    st.tuples(EXPRESSIONS, EXPRESSIONS).map(lambda two: "u = {}; v = u*x + {}; u*v".format(*two)),
    st.tuples(EXPRESSIONS, EXPRESSIONS).map(lambda two: "u = {}; u + ({})*u".format(*two)),
    st.tuples(EXPRESSIONS, EXPRESSIONS).map(lambda two: "u = {}; v = {}; max(u, v)".format(*two)),
    st.tuples(EXPRESSIONS, EXPRESSIONS).map(lambda two: "u = {}; where(u > y, u, {})".format(*two)),
)

DIGITS = 50
CLOSE = 1e-8
FAR = 1e9
"""Numbers beyond are not compared: a rounding error in such a formula is as large as a value."""

RATE = 0.125


class Asked:
    """A program at a point, with the answer that all others are compared with."""

    def __init__(self, source, draw):
        self.source = source
        self.names = sorted({text for kind, text in tokens(source) if text in {"x", "y", "z"}})
        self.point = {name: draw.randint(-3999, 3999) / 1000 for name in self.names}
        self.moved = {name: draw.choice([-0.5, 0.25, 1.0]) for name in self.names}
        self.solution = gradcli.evaluate(source, self.point)
        self.value, self.gradient = self.solution.value, self.solution.gradient
        numbers = [self.value, *self.gradient.values()]
        self.is_ordinary = all(math.isfinite(each) and abs(each) < FAR for each in numbers)
        self.is_smooth = not {"kink", "derivative"} & {each.kind for each in self.solution.problems}
        self.slope = sum(self.gradient[name] * self.moved[name] for name in self.names)

    def same(self, found, expected, what, noise=0.0):
        near = CLOSE * (1 + abs(expected)) + noise
        assert abs(found - expected) <= near, (
            f"{what} of {self.source} at {self.point}: {found!r}, not {expected!r}"
        )


def check(source, draw):
    """All doors give one value and one gradient; whether there was anything to compare."""
    asked = Asked(source, draw)
    if not (asked.names and asked.is_ordinary):
        return False
    noise = rounding(asked)
    if noise is None:
        return False
    for door in DOORS:
        door(asked, noise)
    return True


def rounding(asked):
    """How far values are from those in many digits if each operation is rounded; None if far."""
    function = read(asked.source)
    point = {name: mpf(value) for name, value in asked.point.items()}
    with mp.workdps(DIGITS):
        exact = function(point)
    with mp.workprec(45):
        rough = function(point)
    if exact is None or rough is None:
        return None
    close = float(tolerance(asked.source, mpf(0)))
    noise = float(abs(rough - exact)) / 64 + close * (1 + float(abs(exact)))
    return noise if noise < CLOSE else None


def exactly(asked, noise):
    function = read(asked.source)
    point = {name: mpf(value) for name, value in asked.point.items()}
    with mp.workdps(DIGITS):
        asked.same(asked.value, float(function(point)), "the value", noise)
    if not asked.is_smooth:
        return
    for name in asked.names:
        expected = slope(function, point, name)
        if expected is not None:
            asked.same(asked.gradient[name], float(expected), f"d/d{name}", 1e-6 * abs(expected))


def slope(function, point, name):
    """A derivative by differences, None where both sides have different ones or none."""
    step = mpf(10) ** -25
    with mp.workdps(3 * DIGITS):
        here = function(point)
        left, right = (function(point | {name: point[name] + each}) for each in (-step, step))
        if None in (here, left, right):
            return None
        before, after = (here - left) / step, (right - here) / step
        is_one = abs(before - after) < mpf(10) ** -15 * (1 + abs(before))
        return (before + after) / 2 if is_one else None


def function(asked, noise):
    found = gradcli.function(asked.source, inputs=asked.names)
    value, gradient = found.value_and_grad(**asked.point)
    asked.same(value, asked.value, "function", noise)
    asked.same(found(**asked.point), asked.value, "the value of function", noise)
    along, back = found.jvp(asked.point, asked.moved), found.vjp(asked.point)
    asked.same(along[0], asked.value, "jvp's value", noise)
    for name in asked.names:
        asked.same(gradient[name], asked.gradient[name], f"function, d/d{name}")
        if asked.is_smooth:
            asked.same(back[1][name], asked.gradient[name], f"vjp, d/d{name}")
    if asked.is_smooth:
        asked.same(along[1], asked.slope, "jvp")


def compiled(asked, noise):
    run = gradcli.function(asked.source, inputs=asked.names).compile(engine="source")
    value, gradient = run.value_and_grad(**asked.point)
    asked.same(value, asked.value, "compiled", noise)
    for name in asked.names:
        if asked.is_smooth:
            asked.same(gradient[name], asked.gradient[name], f"compiled, d/d{name}")


def text(asked, noise):
    again = gradcli.evaluate(canonical(model_of(asked.source)), asked.point)
    asked.same(again.value, asked.value, "the canonical text", noise)
    for name in asked.names:
        asked.same(again.gradient.get(name, 0), asked.gradient[name], f"canonical, d/d{name}")


def derivatives(asked, _):
    if not asked.is_smooth:
        return
    found = gradcli.derive(asked.source, asked.point, wrt=asked.names)
    for partial in found.partials:
        (name,) = partial.wrt
        expected = asked.gradient[name]
        asked.same(partial.value, expected, f"the number of diff by {name}")
        written = read(found.text(partial))
        with mp.workdps(DIGITS):
            shown = written({each: mpf(value) for each, value in asked.point.items()})
        if shown is not None:
            asked.same(float(shown), expected, f"the text of diff by {name}", 1e-6 * abs(expected))


def nudge(asked, noise):
    found = gradcli.nudge(asked.source, asked.point, asked.moved)
    asked.same(found.before, asked.value, "nudge's value", noise)
    there = {name: asked.point[name] + asked.moved[name] for name in asked.names}
    after = gradcli.evaluate(asked.source, there).value
    if math.isfinite(after) and abs(after) < FAR:
        asked.same(found.after, after, "where nudge leads", noise)
    if asked.is_smooth:
        asked.same(found.predicted, asked.slope, "what nudge predicts")


def descend(asked, _):
    found = gradcli.descend(asked.source, asked.point, method="gd", lr=RATE, steps=1)
    for name in asked.names:
        expected = asked.point[name] - RATE * asked.gradient[name]
        if asked.is_smooth and found.taken == 1:
            asked.same(found.parameters[name], expected, f"descend, {name}")


def paths(asked, _):
    for name in asked.names:
        try:
            found = gradcli.paths(asked.source, asked.point, wrt=name)
        except gradcli.GradcliError as error:
            assert "too many" in str(error), (asked.source, asked.point)  # noqa: PT017  (another error is one)
            continue
        asked.same(found.gradient, asked.gradient[name], f"paths, d/d{name}")
        asked.same(found.total, found.gradient, f"the sum of paths from {name}", found.tolerance)


DOORS = [exactly, function, compiled, text, derivatives, nudge, descend, paths]


def compare(number, count):
    """So many random programs of one seed; how many of them could be compared."""
    compared = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(PROGRAMS, st.integers(0, 2**30))
    def run(source, point):
        if "mod(" not in source and "rem(" not in source:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", gradcli.DerivativeWarning)
                compared.append(check(source, random.Random(point)))  # noqa: S311  (a point)

    run()
    return sum(compared)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(4))
def test_every_door_gives_one_answer_to_random_programs(number):
    assert compare(number, 500) > 100
