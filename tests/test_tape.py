"""Graphs built by calls: what is recorded, its values and its gradients by a sweep over values."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest
import untaken
from accuracy_cases import CASES

import gradcli
from gradcli import GradcliError
from gradcli.engine import lowering
from gradcli.engine.beyond import Beyond
from gradcli.engine.scaled import STEP, joined, product, total
from gradcli.evaluation import sweep
from gradcli.evaluation.solve import differentiated, read_model, solve
from gradcli.evaluation.sweep import Sweep
from gradcli.graph.node import Graph
from gradcli.graph.rules import OPERATORS, table

X, Y = 0.75, -1.5


@pytest.fixture
def tape() -> gradcli.Tape:
    return gradcli.tape()


WRITTEN = {
    "x + y*2 - 3/y": lambda t, x, y: x + y * 2 - 3 / y,
    "(2 - x)^2/(1 + y^2)": lambda t, x, y: (2 - x) ** 2 / (1 + y**2),
    "2^x + mod(x, 2) + mod(5, y + 7)": lambda t, x, y: 2**x + x % 2 + 5 % (y + 7),
    "-abs(y) + sin(x*y)": lambda t, x, y: -abs(+y) + t.sin(x * y),
    "where(x < y, x, y^2)": lambda t, x, y: t.where(x < y, x, y**2),
    "where(x >= y, sqrt(x), log(y))": lambda t, x, y: t.where(x >= y, t.sqrt(x), t.log(y)),
    "where(x > 1, 1, where(x <= 0.75, x, y))": lambda t, x, y: t.where(
        x > 1, 1, t.where(x <= X, x, y)
    ),
    "max(x, y, x) + norm(x, y, 2)": lambda t, x, y: t.max(x, y, x) + t.norm(x, y, 2),
    "log(x, 2)*sigmoid(y)": lambda t, x, y: t.log(x, 2) * t.sigmoid(y),
    "pi*x + exp(y)*e": lambda t, x, y: t.constant("pi") * x + t.exp(y) * t.constant("e"),
    "logsumexp(x, y, x*y)": lambda t, x, y: t.call("logsumexp", x, y, x * y),
    "1e200*x*(1e200*y)*1e-300": lambda t, x, y: 1e200 * x * (1e200 * y) * 1e-300,
}


@pytest.mark.parametrize("source", WRITTEN)
def test_what_is_called_is_what_is_written(source: str, tape: gradcli.Tape) -> None:
    output = WRITTEN[source](tape, tape.input("x"), tape.input("y"))
    before = len(tape.graph)
    value, gradient = tape.value_and_grad(output, x=X, y=Y)
    expected = gradcli.evaluate(source, x=X, y=Y)
    assert value == pytest.approx(expected.value, rel=1e-15)
    # A tape takes each operation by itself, also where they meet in a kink.
    plain = {node.name: expected.plain_of(node) for node in expected.model.inputs}
    assert gradient == pytest.approx(plain, rel=1e-14)
    assert tape.value(output, {"x": X}, y=Y) == value
    assert len(tape.graph) == before


CALLED = [case for case in CASES if case.name not in OPERATORS]


@pytest.mark.parametrize("case", CALLED, ids=lambda case: f"{case.name}/{case.arity}")
def test_every_rule_gives_the_partials_that_it_gives_as_nodes(case) -> None:
    graph = Graph()
    inputs = [graph.input(f"x{place}") for place in range(case.arity)]
    node = table().call(graph, case.name, tuple(inputs))
    assert node is not None
    source = f"{case.name}({', '.join(each.name for each in inputs)})"
    program = differentiated(read_model(source, [each.name for each in inputs]))
    for point in case.sample(12):
        solution = program.at({each.name: x for each, x in zip(inputs, point, strict=True)})
        sweep = Sweep(graph, node, dict(zip(inputs, point, strict=True)))
        assert sweep.value == pytest.approx(solution.value, rel=1e-15, nan_ok=True)
        for each in inputs:
            found, expected = sweep.by(each), solution.gradient[each.name]
            if isinstance(expected, Beyond) and isinstance(found, Beyond):
                found, expected = float(found.exact / expected.exact), 1.0
            assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_have_the_gradient_of_their_nodes(seed: int) -> None:
    solution = solve(untaken.program(seed), untaken.POINT)
    model = solution.model
    at = {node: untaken.POINT[node.name] for node in model.inputs}
    sweep = Sweep(model.graph, model.output, at)
    assert sweep.value == solution.value
    for node in model.inputs:
        assert sweep.by(node) == pytest.approx(solution.gradient[node.name], rel=1e-9, abs=1e-12)


def test_a_branch_that_is_not_taken_poisons_nothing(tape: gradcli.Tape) -> None:
    x = tape.input("x")
    output = tape.where(x > 0, tape.sqrt(x), 0) + x
    assert tape.value_and_grad(output, x=0) == (0.0, {"x": 1.0})


def test_what_is_only_compared_poisons_nothing(tape: gradcli.Tape) -> None:
    x, y = tape.input("x"), tape.input("y")
    output = tape.where(tape.sqrt(x) < y, x * y, y) + tape.relu(tape.sqrt(x) - y) * y
    assert tape.value_and_grad(output, x=0, y=3) == (0.0, {"x": 3.0, "y": 0.0})


def test_adjoints_that_vanish_come_back(tape: gradcli.Tape) -> None:
    """Those of 1,000 layers are below all floats, and those of what is before them are not."""
    x, w = tape.input("x"), tape.input("w")
    node = scaled = x * 1e200 * 1e200
    for _ in range(1_000):
        node = (node * 0.25 + w * 0.0) * 1e-1 + scaled * 0.0
    gradient = tape.value_and_grad(node * 1e300 * 1e300 * 1e300 * 1e300, x=1, w=2)[1]
    assert gradient["x"] == pytest.approx(float(Fraction(1, 40) ** 1_000 * 10**1_600), rel=1e-12)
    assert gradient["w"] == 0.0


def _fraction(number: float) -> Fraction:
    return Fraction(number.exact) if isinstance(number, Beyond) else Fraction(number)


def test_scaled_numbers_are_multiplied_and_added_as_fractions_are() -> None:
    drawn = random.Random(7)  # noqa: S311  (no secret)

    def scaled() -> tuple[float, int]:
        return math.ldexp(drawn.uniform(-1, 1), drawn.randint(-1_000, 1_000)), drawn.randint(-3, 3)

    for _ in range(500):
        a, b = scaled(), scaled()
        near = math.nextafter(-a[0], 0), a[1]
        one, other, opposite = (Fraction(x) * Fraction(2) ** (STEP * n) for x, n in (a, b, near))
        factor = joined(*b)
        for found, exact in (
            (product(a, b[0]), one * Fraction(b[0])),
            (product(a, factor), one * _fraction(factor)),
            (total(a, b), one + other),
            (total(a, near), one + opposite),
        ):
            assert abs(_fraction(joined(*found)) - exact) <= abs(exact) * Fraction(1, 2**50)


@pytest.mark.parametrize("number", [0.0, math.inf, -math.inf, math.nan])
def test_scaled_numbers_that_are_none_are_those_of_floats(number: float) -> None:
    for found, expected in (
        (product((number, 3), 2.0), number * 2),
        (product((2.0, -3), number), number * 2),
        (total((number, 0), (2.0, 0)), number + 2),
        (total((2.0, 0), (number, 7)), number + 2),
    ):
        assert joined(*found) == pytest.approx(expected, nan_ok=True)


def test_numbers_beyond_the_range_of_floats_come_back(tape: gradcli.Tape) -> None:
    a, b = tape.input("a"), tape.input("b")
    _, gradient = tape.value_and_grad(1 / (a * b), a=1e200, b=-1.671)
    assert gradient["b"] == gradcli.evaluate("1/(a*b)", a=1e200, b=-1.671).gradient["b"] != 0


def test_what_is_recorded_twice_is_one_node_and_what_is_not_used_has_no_derivative(
    tape: gradcli.Tape,
) -> None:
    x, y = tape.input("x"), tape.input("y")
    size = len(tape.graph)
    first, _ = x * y, x * y
    assert len(tape.graph) == size + 1
    assert tape.input("x") + 0 is not x
    assert tape.value_and_grad(first * 2, x=2, y=3)[1] == {"x": 6.0, "y": 4.0}
    assert tape.value_and_grad(x * 2, x=2)[1] == {"x": 2.0, "y": 0.0}
    assert tape.value_and_grad(7, {}) == (7.0, {"x": 0.0, "y": 0.0})


@pytest.mark.slow
def test_a_chain_of_100_000_operations(tape: gradcli.Tape) -> None:
    x = node = tape.input("x")
    for _ in range(50_000):
        node = node * 0.5 + x
    assert tape.value_and_grad(node, x=1.5) == (3.0, {"x": 2.0})


REFUSED = {
    "sine(x)": (lambda t, x: t.call("sine", x), "unknown function 'sine'", "sin"),
    "sin(x, 2)": (lambda t, x: t.sin(x, 2, 3), "sin takes 1 arguments, not 3", None),
    "other": (lambda t, x: x + gradcli.tape().input("x"), "an expression of another tape", "this"),
    "text": (lambda t, x: x + "y +", "", None),
    "none": (lambda t, x: x * None, "None is no operand", "number"),
    "truth": (lambda t, x: bool(x > 1), "an expression has no truth value", "t.where"),
    "missing": (lambda t, x: t.value(x), "no value for 'x'", None),
    "unknown": (lambda t, x: t.value(x, x=1, z=2), "the program has no input 'z'", "x"),
    "no name": (lambda t, x: t.input("2x"), "'2x' is no name of an input", "x"),
    "constant": (lambda t, x: t.input("pi"), "'pi' is no name of an input", "x"),
    "nothing": (lambda t, x: t.value(x, x=None), "no value for 'x'", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, tape: gradcli.Tape) -> None:
    call, message, hint = REFUSED[name]
    with pytest.raises(GradcliError) as caught:
        call(tape, tape.input("x"))
    assert message in str(caught.value)
    assert hint is None or hint in (caught.value.hint or "")


def test_what_is_no_function_is_no_attribute(tape: gradcli.Tape) -> None:
    assert not hasattr(tape, "sine")
    assert "1 nodes" in repr(tape) or "0 nodes" in repr(tape)
    assert repr(tape.input("x")) == "<x on a gradcli tape>"


@pytest.mark.parametrize("number", [3, -(2**53) + 1, 2**53 + 1, 10**300, True])
def test_whole_numbers_are_the_nearest_floats(number):
    t = gradcli.tape()
    x = t.input("x")
    assert t.value_and_grad(x * number, x=1) == (float(number), {"x": float(number)})


def test_an_input_that_is_not_needed_needs_no_value():
    t = gradcli.tape()
    x, y = t.input("x"), t.input("y")
    assert t.value_and_grad(x * 3, x=1) == (3, {"x": 3, "y": 0})
    with pytest.raises(gradcli.GradcliError, match="no value for 'y'"):
        t.value_and_grad(x * y, x=1)


def test_products_are_computed_as_they_are_written(monkeypatch) -> None:
    """Only what may be (1 - sin(x))*(1 + sin(x)) is looked at: products are most of a program."""
    looked_at: list[str] = []

    def look(node: Any) -> Any:
        looked_at.append(node.op)
        return lowering.lowered(node)

    monkeypatch.setattr(sweep, "lowered", look)
    t = gradcli.tape()
    x = t.input("x")
    assert t.value_and_grad(x * (x * 3.0 + 1.0) * x, x=2.0) == (28.0, {"x": 40.0})
    assert not looked_at
    t.value_and_grad((1.0 - t.sin(x)) * (1.0 + t.sin(x)), x=2.0)
    assert "mul" in looked_at
