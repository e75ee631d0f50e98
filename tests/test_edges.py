"""Functions of one argument at edges: 0, 1, the tiniest and the largest floats, infinity, NaN."""

import math
from pathlib import Path

import pytest
from accuracy_cases import CASES
from mpmath import mp, mpf

from gradcli.calculus.reverse import gradient
from gradcli.engine.interpreter import Plan
from gradcli.graph.node import Graph
from gradcli.graph.rules import table

TABLE = Path(__file__).parent / "cases" / "edges" / "at_infinity.txt"
LIMITS = [
    (name, float(at), float(value), float(slope))
    for name, at, value, slope in (
        line.split()
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
]

FUNCTIONS = {case.name: case for case in CASES if case.arity == 1 and not case.inert}

ZERO_TIMES_INFINITY = {
    *((name, at) for name in ("silu", "gelu") for at in (math.inf, -math.inf)),
    *((name, at) for name in ("gaussian", "normal_pdf") for at in (math.inf, -math.inf)),
    *((name, math.inf) for name in ("airyaiprime", "Ci", "Ei", "double_factorial")),
    *((name, -math.inf) for name in ("ellipk", "ellipe", "E1")),
}
"""Slopes that are NaN though there is a limit: their rules have 0*inf in them, or inf/inf."""

FINITE = [0.0, 1.0, -1.0, 5e-324, -5e-324, 1e-300, -1e-300, 1e300, -1e300, 1.7e308]


def evaluated(name, at):
    """The value of a function and its slope, by the engine."""
    graph = Graph()
    x = graph.input("x")
    output = table().call(graph, name, (x,))
    outputs = [output, *gradient(graph, output, [x])]
    plan = Plan(graph, [x], outputs)
    values = plan.run((at,))
    return [values[plan.slots[each]] for each in outputs]


def test_every_function_of_one_argument_is_in_the_table():
    named = {name for name in FUNCTIONS if "_derivative" not in name}
    assert {name for name, *_ in LIMITS} == named


@pytest.mark.parametrize(("name", "at", "value", "slope"), LIMITS)
def test_value_and_slope_at_infinity(name, at, value, slope):
    got = evaluated(name, at)
    assert is_same(got[0], value)
    if (name, at) in ZERO_TIMES_INFINITY:
        assert math.isnan(got[1])
    elif not math.isnan(value):
        assert is_same(got[1], slope)


def is_same(got, expected):
    if math.isnan(expected) or math.isinf(expected) or not expected:
        return got == expected or (math.isnan(expected) and math.isnan(got))
    return abs(got - expected) <= 2 * math.ulp(expected)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_value_of_no_number_is_none(name):
    if name != "not":  # NaN counts as true
        assert math.isnan(evaluated(name, math.nan)[0])


_FAR = {
    **dict.fromkeys(("fresnels_slope", "fresnelc_slope", "sinc_pi"), "its angle is not known"),
    **dict.fromkeys(("airyai", "airyaiprime", "airybi", "airybiprime"), "mpmath takes too long"),
    **dict.fromkeys(("fresnels", "fresnelc", "trigamma"), "mpmath takes too long"),
}
"""What is not looked at as far out as 1e300, and why."""

_BY_ROOTS = frozenset(("normal_quantile", "erfcinv", "erfinv"))


@pytest.mark.parametrize("at", FINITE)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_at_edges_are_those_of_mpmath(name, at):
    is_far = abs(at) > 1e100
    if is_far and name in _FAR:
        pytest.skip(_FAR[name])
    if 0 < abs(at) < 1e-100 and name in _BY_ROOTS:
        pytest.skip("mpmath has no root there in 60 digits")
    try:
        with mp.workdps(700 if is_far else 60):
            exact = FUNCTIONS[name].reference(mpf(at))
    except (ValueError, ArithmeticError, NotImplementedError, mp.NoConvergence):
        pytest.skip("mpmath has none there")
    got = evaluated(name, at)[0]
    if isinstance(exact, mp.mpc) and exact.imag:
        assert math.isnan(got)
    elif mp.isnan(exact) or mp.isinf(exact):
        assert math.isnan(got) or math.isinf(got)
    elif abs(exact) >= mpf(2) ** 1024:
        assert math.isinf(got)
    else:
        exact = mp.re(exact)
        allowed = FUNCTIONS[name].bound(()).allowed(exact, (at,))
        assert abs(got - exact) <= max(allowed, 4 * math.ulp(float(exact)), mpf("1e-50"))
