"""Long programs at a point as loops: what was written out many times, computed side by side."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from random_programs import EXPRESSIONS, POINTS
from test_engines import compare, of_all_sizes, of_text

from gradcli.engine import machine_point, native, rolling
from gradcli.engine.expanding import Code
from gradcli.engine.printers.llvm_lanes import Lanes
from gradcli.engine.ranges import looks
from gradcli.engine.rolling import rolled
from gradcli.engine.shared_work import gathered

needs_llvmlite = pytest.mark.skipif(not native.is_there(), reason="llvmlite is not installed")


def joined(term: str, count: int, sign: str = " + ") -> str:
    """A formula of as many terms, in which {0} is the place of a number and {1} the next one."""
    return sign.join(term.format(k, k + 1) for k in range(count))


REGULAR: dict[str, Callable[[int], str]] = {
    "Rosenbrock": lambda n: joined("100*(x{1} - x{0}^2)^2 + (1 - x{0})^2", n),
    "functions": lambda n: joined("exp(-x{0}^2)*sin(x{1}) + atan2(x{0}, x{1})", n),
    "quotients": lambda n: joined("x{0}/x{1} + sqrt(1 + x{0}^2)/x{1}", n),
    "a parameter of all": lambda n: joined("(a*x{0} - b)^2*exp(-a)", n),
    "the first of all": lambda n: joined("x{0}*x0 + x0", n),
    "the last one of all": lambda n: joined("tanh(x{0} - x7)", n),
    "what another loop makes": lambda n: (
        joined("sin(x{0})", n) + " + " + joined("tanh(w{0}*sin(x7))", n)
    ),
    "pairs": lambda n: joined("w{0}*x{0} + w{0}^2", n),
    "backwards": lambda n: " + ".join(f"(x{k}*x{k + 1} - x{k})^2" for k in reversed(range(n))),
    "every other": lambda n: " + ".join(f"x{2 * k}*sin(x{2 * k + 1})" for k in range(n)),
    "powers": lambda n: joined("abs(x{0})^2.5 + (1 + x{0}^2)^(1/3)", n),
    "kinks": lambda n: joined("abs(x{0} - x{1}) + relu(x{0})*max(x{0}, 0.5)", n),
    "sums of sums": lambda n: (
        joined("(x{0} + x{1} + 1)^2", n) + " + 2 + " + joined("(x{0} - x{1})^4", n)
    ),
    "of a sum": lambda n: f"m = ({joined('x{0}', n)})/40; {joined('(x{0} - m)^2', n)}",
    "differences": lambda n: joined("x{0}*x{1}", n, sign=" - "),
    "softplus": lambda n: joined("softplus(x{0}*x{1})*sigmoid(x{0})", n),
    "twice the same": lambda n: joined("x{0}*y{0}", n) + " + " + joined("y{0}*x{0}*x{1}", n),
}
"""Formulas that are written out, by how many terms they have."""


def of_program(program) -> tuple[Code, int]:
    runner = program.runner()
    return gathered(runner.code, is_fusing=True), len(runner._slots)


@needs_llvmlite
@pytest.mark.parametrize("name", REGULAR)
def test_regular_programs_are_loops_and_give_the_same(name: str) -> None:
    program = of_text(REGULAR[name](24))
    code, results = of_program(program)
    found = looks(code.inputs, code.constants, code.steps, code.outputs)
    made = rolled(code, results, found)
    assert made is not None
    looped = sum(part.rounds * len(part.slots) for part in made.parts if part.rounds > 1)
    terms = sum(len(part.terms) for part in made.parts)
    assert looped + terms > 0.55 * len(code.steps)
    assert len(made.parts) < 20
    runner = program.runner()
    compiled = runner.point().numbers
    draw = random.Random(name)  # noqa: S311  (no secrets)
    count = len(program.inputs)
    for _ in range(3):
        assert compare(runner, compiled, [draw.uniform(0.1, 1.5) for _ in range(count)])
    for odd in (0.0, math.nan, math.inf, 1e200, 1e-300, -3.0, 700.0):
        for place in (0, count // 2, count - 1):
            point = [draw.uniform(0.1, 1.5) for _ in range(count)]
            point[place] = odd
            compare(runner, compiled, point)


KINDS = ["sin", "cos", "exp", "tan", "atan"]

IRREGULAR = [
    "x*y",
    "v0 = x*y; " + "; ".join(f"v{k} = sin(v{k - 1} + x)" for k in range(1, 100)) + "; v99",
    " + ".join(f"{KINDS[k % 5]}(x{k * k % 37}*{k}.5)^{k % 7}" for k in range(60)),
]


@pytest.mark.parametrize("text", IRREGULAR, ids=["short", "chain", "mixed"])
def test_others_are_left_as_they_are(text: str) -> None:
    code, results = of_program(of_text(text))
    found = looks(code.inputs, code.constants, code.steps, code.outputs)
    assert rolled(code, results, found) is None


@needs_llvmlite
def test_a_loop_of_many_rounds_is_as_little_text() -> None:
    """So it takes no longer to compile than a short one."""
    made = [of_text(joined("100*(x{1} - x{0}^2)^2 + (1 - x{0})^2", n)) for n in (30, 150)]
    parts = []
    for program in made:
        code, results = of_program(program)
        found = looks(code.inputs, code.constants, code.steps, code.outputs)
        parts.append([len(part.slots) for part in rolled(code, results, found).parts])
    assert sum(parts[1]) <= sum(parts[0]) + 4


@pytest.fixture
def eager(monkeypatch) -> None:
    """Whatever is there twice is a loop."""
    monkeypatch.setattr(rolling, "SHORTEST", 2)
    monkeypatch.setattr(rolling, "MOST_SINGLE", 1.0)
    monkeypatch.setattr(rolling, "OF_A_PART", 5)
    monkeypatch.setattr(machine_point, "lanes", lambda: Lanes(2, native.lanes().variants))


@needs_llvmlite
@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("count", [3, pytest.param(8, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", REGULAR)
def test_short_loops_give_the_same(name: str, count: int) -> None:
    program = of_text(REGULAR[name](count))
    runner = program.runner()
    draw = random.Random(name)  # noqa: S311  (no secrets)
    point = [draw.uniform(0.1, 1.5) for _ in program.inputs]
    assert compare(runner, runner.point().numbers, point)


@needs_llvmlite
@pytest.mark.slow
@pytest.mark.usefixtures("eager")
def test_loops_of_random_programs_give_the_same() -> None:
    computed = 0
    for each, point in of_all_sizes(11, 800):
        runner = each.runner()
        made = runner.point()
        computed += made is not None and compare(runner, made.numbers, point)
    assert computed > 40


@needs_llvmlite
@pytest.mark.slow
@pytest.mark.usefixtures("eager")
@settings(max_examples=100, deadline=None)
@given(text=EXPRESSIONS, points=POINTS)
def test_loops_of_random_expressions_give_the_same(text: str, points: list) -> None:
    program = of_text(text)
    made = program and program.runner().point()
    for each in points if made else ():
        compare(program.runner(), made.numbers, [float(each[node.name]) for node in program.inputs])


def test_long_sums_are_one_operation_but_for_what_is_needed_of_them() -> None:
    """30 terms, of which 12 are a sum that is needed for itself, and then for the rest."""
    steps = [("add", (0, 1)), *(("add", (30 + k, k + 2)) for k in range(28))]
    code = Code(30, [], steps, [58])
    assert rolling._sums(code, {58}) == {58: [*range(30)]}
    assert rolling._inner(code, {58: [*range(30)]}) == {*range(30, 58)}
    assert rolling._sums(code, {58, 40}) == {58: [40, *range(12, 30)]}
    assert rolling._inner(code, {58: [40, *range(12, 30)]}) == {*range(41, 58)}
