"""Derivatives of high order by Taylor arithmetic: beside those of mpmath, and of the graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from random_programs import EXPRESSIONS, POINTS

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.engine.interpreter import evaluate
from gradcli.graph.node import Graph
from gradcli.taylor import plan as plans
from gradcli.taylor import rules
from gradcli.taylor.order import groups
from gradcli.taylor.plan import TaylorPlan
from gradcli.taylor.rules import Coefficients

mp = mpmath.mp.clone()
mp.dps = 60

ORDER = 10

FUNCTIONS: list[tuple[str, Callable[[Any], Any], float, float]] = [
    ("exp(x)", mp.exp, 1.3, math.inf),
    ("sin(x)*exp(-x^2)", lambda x: mp.sin(x) * mp.exp(-(x**2)), 0.7, math.inf),
    ("gamma(x)", mp.gamma, 2.5, 2.5),
    ("tanh(x)", mp.tanh, 0.4, math.pi / 2),
    ("erf(x)*x", lambda x: mp.erf(x) * x, 0.4, math.inf),
    ("sqrt(1 + x^2)", lambda x: mp.sqrt(1 + x**2), 0.4, 1),
    ("x^5*log(x)", lambda x: x**5 * mp.log(x), 1.4, 1.4),
    ("x^x", lambda x: x**x, 1.5, 1.5),
    ("atan2(x, 2)", lambda x: mp.atan(x / 2), 1.5, 2.5),
    ("1/(1 + exp(-x))", lambda x: 1 / (1 + mp.exp(-x)), -0.6, math.pi),
    ("asin(x)", mp.asin, 0.3, 0.7),
    ("log1p(x)/(1 - x)", lambda x: mp.log1p(x) / (1 - x), 0.2, 0.8),
    ("cosh(x)*cos(x)", lambda x: mp.cosh(x) * mp.cos(x), 0.9, math.inf),
    ("x^2.5", lambda x: x ** mp.mpf("2.5"), 1.7, 1.7),
    ("tan(x)", mp.tan, 0.5, math.pi / 2 - 0.5),
    ("lgamma(x)*x", lambda x: mp.loggamma(x) * x, 3.2, 3.2),
    ("exp(sin(x))*x/(1 + x^2)", lambda x: mp.exp(mp.sin(x)) * x / (1 + x**2), 0.5, 1.1),
    ("hypot(x, 2)", lambda x: mp.sqrt(x**2 + 4), 0.8, 2.1),
    ("normal_cdf(x)", mp.ncdf, 0.6, math.inf),
    ("findroot(y^3 + y - x, y, 1)", lambda x: mp.findroot(lambda y: y**3 + y - x, 1), 1.5, 1.5),
    ("where(x > 0, x^3*exp(x), sqrt(x))", lambda x: x**3 * mp.exp(x), 0.5, math.inf),
    ("max(x, sin(x))*abs(x - 3)", lambda x: x * (3 - x), 1.2, math.inf),
    ("digamma(x)", mp.digamma, 2.2, 2.2),
    ("cbrt(x)", mp.cbrt, 2.2, 2.2),
]
"""A function, the same of mpmath, a point, and how far away its nearest singularity is."""


def plan(program: str, order: int) -> TaylorPlan:
    function = gradcli.function(program)
    inputs = [
        node
        for node in function.graph.nodes
        if node.op == "input" and node.label in function.inputs
    ]
    return TaylorPlan(function.graph, inputs, inputs, [function.output], order)


@pytest.fixture(params=[plans.ENOUGH, 1], ids=["by groups", "as one function"])
def enough(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """After how many points a program becomes a function of its own: after none as well."""
    monkeypatch.setattr(plans, "ENOUGH", request.param)


@pytest.mark.usefixtures("enough")
@pytest.mark.parametrize(("program", "function", "x", "radius"), FUNCTIONS)
def test_the_tenth_derivative(
    program: str, function: Callable[[Any], Any], x: float, radius: float
) -> None:
    (found,) = plan(program, ORDER).run([x], [1.0])
    expected = mp.taylor(function, mp.mpf(x), ORDER)
    # An error of a coefficient comes into later ones with the radius of the series.
    growth = max(1.0, 1 / radius)
    for order in range(ORDER + 1):
        scale = max(abs(expected[k]) * growth ** (order - k) for k in range(order + 1))
        error = abs(mp.mpf(found[order]) - expected[order])
        assert error <= 4 * 2.0**-52 * scale, (order, float(error / scale / 2**-52))


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, POINTS)
def test_it_is_what_differentiating_again_and_again_gives(
    text: str, points: list[dict[str, str]]
) -> None:
    function = gradcli.function(text)
    graph, output = function.graph, function.output
    inputs = [node for node in graph.nodes if node.op == "input" and node.label in function.inputs]
    if not inputs:
        return
    derivatives = [output]
    for _ in range(3):
        derivatives += gradient(graph, derivatives[-1], inputs[:1])
    series = TaylorPlan(graph, inputs, inputs[:1], [output], 3)
    for point in points[:2]:
        at = [float(gradcli.evaluate(point.get(node.name, "0.5")).value) for node in inputs]
        expected = evaluate(graph, derivatives, inputs, at)
        (found,) = series.run(at, [1.0])
        if all(map(math.isfinite, (*found, *expected))):
            scale = max(map(abs, expected))
            got = [c * math.factorial(k) for k, c in enumerate(found)]
            assert got == pytest.approx(expected, rel=1e-9, abs=1e-9 * scale)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, POINTS)
def test_after_many_points_a_program_gives_what_it_gave(
    text: str, points: list[dict[str, str]]
) -> None:
    function = gradcli.function(text)
    graph, output = function.graph, function.output
    inputs = [node for node in graph.nodes if node.op == "input" and node.label in function.inputs]
    series = TaylorPlan(graph, inputs, inputs, [output], 4)
    at = [float(gradcli.evaluate(points[0].get(node.name, "0.5")).value) for node in inputs]
    rates = [1.0, -2.0, 0.5, 3.0, 1.5][: len(inputs)]
    first = series.run(at, rates)
    for _ in range(plans.ENOUGH):
        found = series.run(at, rates)
    assert str(found) == str(first)


NEAR_0 = {
    "sin(x)^5": lambda x: mp.sin(x) ** 5,
    "tanh(x)^4*exp(x)": lambda x: mp.tanh(x) ** 4 * mp.exp(x),
    "(x + x^2)^33": lambda x: (x + x * x) ** 33,
}


@pytest.mark.parametrize("x", [1e-3, 1e-8])
@pytest.mark.parametrize("program", NEAR_0)
def test_powers_near_0_have_all_their_digits(program: str, x: float) -> None:
    (found,) = plan(program, ORDER).run([x], [1.0])
    with mp.workdps(400):
        expected = mp.taylor(NEAR_0[program], mp.mpf(x), ORDER)
    assert found == [pytest.approx(float(each), rel=1e-14, abs=0) for each in expected]


def test_what_is_always_0_is_not_computed() -> None:
    line = Coefficients(["a0", "a1"], is_whole=True)
    other = Coefficients([f"b{place}" for place in range(9)], is_whole=True)
    assert rules.multiplied(8, other, line, other) == "a0*b8+a1*b7"
    assert rules.squared(2, other, line) == "a1*a1"
    assert not rules.squared(3, other, line)
    assert not rules.added(2, other, line, line)
    assert rules.quotient(8, other, line, line) == "(-(a1*b7))/a0"
    begun = Coefficients(["b0"], is_whole=False)
    with pytest.raises(IndexError):
        rules.multiplied(1, begun, line, begun)


@pytest.mark.usefixtures("enough")
def test_powers_of_0() -> None:
    (found,) = plan("x^3 + 2*x^7", 8).run([0.0], [1.0])
    assert found == [0, 0, 0, 1, 0, 0, 0, 2, 0]
    (found,) = plan("x^65 + x*x", 3).run([0.0], [1.0])
    assert found == [0, 0, 1, 0]
    (found,) = plan("x^0.5", 3).run([0.0], [1.0])
    assert found[0] == 0
    assert math.isnan(found[1])
    (found,) = plan("sin(x)/x", 3).run([0.0], [1.0])
    assert all(map(math.isnan, found))


def test_along_a_direction() -> None:
    (found,) = plan("x^2*y", 4).run([3.0, 5.0], [1.0, -2.0])
    # (3 + t)^2*(5 - 2t) = 45 + 12t - 7t^2 - 2t^3
    assert found == [45, 12, -7, -2, 0]


def test_large_programs_take_no_recursion() -> None:
    program = "x" + "".join(
        f"; x{k} = sin({'x' if k == 1 else f'x{k - 1}'})" for k in range(1, 3000)
    )
    program = "; ".join(program.split("; ")[1:])
    (found,) = plan(program, 3).run([0.5], [1.0])
    assert math.isfinite(found[3])


def test_groups_need_each_other() -> None:
    graph = Graph()
    a, b, c, d = (graph.input(name) for name in "abcd")
    needs = {a: [b], b: [c], c: [b, d], d: []}
    found = [{node.name for node in group} for group in groups(needs, needs.__getitem__)]
    assert found == [{"d"}, {"b", "c"}, {"a"}]


def test_an_exponent_may_be_infinite_in_derivatives():
    found = gradcli.orders("where(0, y, x)^1e308", {"x": 1, "y": 2}, order=4)
    assert found.partials[("x",)] == 1e308
