"""The number beside a derivative is the value of the formula that is printed, wherever one is."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_programs import EXPRESSIONS, NAMES

import gradcli
from gradcli.errors import GradcliError
from gradcli.symbolic.derive import derive

_ROOTS = st.recursive(
    st.sampled_from(["x", "x", "y", "2", "3", "(x - 1)", "(x + 1)", "x^2", "x*y"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda p: f"({''.join(p)})"),
        st.tuples(inner, st.sampled_from(["2", "0.5", "1.5", "1/3", "2/3", "y", "y - 1"])).map(
            lambda p: "({})^({})".format(*p)
        ),
        st.tuples(st.sampled_from(["abs", "sqrt", "cbrt", "relu", "log", "exp"]), inner).map(
            lambda p: "{}({})".format(*p)
        ),
        st.tuples(st.sampled_from(["max", "norm", "xlogy"]), inner, inner).map(
            lambda p: "{}({}, {})".format(*p)
        ),
    ),
    max_leaves=6,
)
"""Roots, sizes and powers, whose derivatives are full of 0/0."""

_BORDERS = st.fixed_dictionaries({name: st.sampled_from([0.0, 0.0, 1.0, -1.0]) for name in NAMES})


def disagreements(source, point, order, *, textbook):
    """The derivatives with another number beside them than what their text comes to."""
    values = {node: value for node, value in point.items() if node in inputs_of(source)}
    derived = derive(source, order=order, values=values, textbook=textbook)
    found = []
    for partial in derived.partials:
        text = derived.text(partial)
        known = {name: value for name, value in values.items() if name in inputs_of(text)}
        value = gradcli.evaluate(text, known).value
        # A formula without a finite value may have a limit, or a number that is used at a kink.
        is_told = any(problem.kind == "kink" for problem in derived.problems)
        is_compared = partial.value is not None and math.isfinite(value) and not is_told
        if is_compared and not is_same(value, partial.value):
            found.append((partial.key, text, partial.value, value))
    return found


def inputs_of(source):
    return gradcli.function(source).inputs


def is_same(one, other):
    both = math.isnan(one) and math.isnan(other)
    return both or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("textbook", [True, False], ids=["people", "plain"])
@pytest.mark.parametrize(
    ("source", "point"),
    [
        ("cbrt(x)*x", {"x": 0}),
        ("cbrt(x*y)*x^2*y", {"x": 0, "y": 3}),
        ("cbrt(2*x - 2)*(x - 1)", {"x": 1}),
        ("(x^2)^0.5*x", {"x": 0}),
        ("sqrt((x - 1)^2)*(1 - x)", {"x": 1}),
        ("abs(x*y)*x^2", {"x": 0, "y": 2}),
        ("relu(sqrt(x*x))", {"x": 0}),
        ("x*sqrt(x)", {"x": 0}),
        ("(abs(x) + abs(x))^y", {"x": 0, "y": 1}),
        ("3*x^y + 5*x^z", {"x": 0, "y": 0, "z": 1}),
        ("5*x^p[1] + 6*x^p[2] + 7*x^p[3]", {"x": 0, "p[1]": 0, "p[2]": 1, "p[3]": 2}),
        ("(x^(y - 1)/(x + z))*z", {"x": 0, "y": 0, "z": 0}),
    ],
)
def test_a_number_is_the_value_of_its_formula(source, point, order, textbook):
    assert disagreements(source, point, order, textbook=textbook) == []


@pytest.mark.slow
@pytest.mark.parametrize("textbook", [True, False], ids=["people", "plain"])
@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(st.one_of(_ROOTS, EXPRESSIONS), _BORDERS, st.sampled_from([1, 2]))
def test_so_it_is_of_random_formulas_at_the_borders_of_domains(textbook, source, point, order):
    try:
        found = disagreements(source, point, order, textbook=textbook)
    except GradcliError:
        return  # a number, or too long
    assert found == []
