"""The number beside a derivative is the value of the formula that is printed, wherever one is."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mpmath import mp
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


@pytest.mark.parametrize(
    ("source", "point", "names", "value"),
    [
        ("x/(x + 1)", {"x": 1e17}, "x", lambda x: 1 / (x + 1) ** 2),
        ("x/(x + 1)", {"x": 1e12}, "x", lambda x: 1 / (x + 1) ** 2),
        ("x/(x + 1)", {"x": 1e9}, "x,x", lambda x: -2 / (x + 1) ** 3),
        ("x*y/(x + y)", {"x": 1e9, "y": 1}, "x", lambda x, y: y**2 / (x + y) ** 2),
        ("x^2/(1 + x^2)", {"x": 1e10}, "x", lambda x: 2 * x / (1 + x**2) ** 2),
        ("x/sqrt(1 + x^2)", {"x": -1e9}, "x", lambda x: (1 + x**2) ** -1.5),
        ("sinh(x)/cosh(x)", {"x": 20}, "x", lambda x: mp.sech(x) ** 2),
        ("exp(x)/(1 + exp(x))", {"x": 40}, "x", lambda x: mp.exp(x) / (1 + mp.exp(x)) ** 2),
        ("log(x + 1) - log(x)", {"x": 1e17}, "x", lambda x: -1 / (x * (x + 1))),
        ("v = x + 1; v*x/v^2", {"x": 1e10}, "x", lambda x: 1 / (x + 1) ** 2),
    ],
)
def test_what_a_quotient_rule_loses_is_that_of_the_formula(source, point, names, value):
    order = names.count(",") + 1
    derived = derive(source, [names.split(",")[0]], order=order, values=point)
    with mp.workdps(60):
        reference = float(value(*map(mp.mpf, point.values())))
    (partial,) = [each for each in derived.partials if each.key == names]
    assert math.isclose(partial.value, reference, rel_tol=1e-13)


@pytest.mark.parametrize(
    ("source", "x", "said"),
    [
        ("sinh(x)/cosh(x)", 1000, "1.03061e-868"),
        ("exp(x)/(1 + exp(x))", 1000, "5.07596e-435"),
        ("x^2/(1 + x^2)", 1e200, "2e-600"),
        ("x/(1 + abs(x))", -1e200, "1e-400"),
    ],
)
def test_what_is_too_small_is_no_0(source, x, said):
    derived = derive(source, values={"x": x})
    assert [problem.kind for problem in derived.problems] == ["small"]
    assert said in derived.problems[0].message


INFINITE = [
    # a program, the order, and its derivative at 0 from the right, by hand
    ("x*sqrt(x)", 2, math.inf),
    ("x^2*sqrt(x)", 3, math.inf),
    ("sqrt(x)^5", 3, math.inf),
    ("x^3*sqrt(x)", 4, math.inf),
    ("x^1.5*x", 3, math.inf),
    ("x^0.5", 1, math.inf),
    ("x^0.5", 2, -math.inf),
    ("sqrt(x)", 3, math.inf),
    ("cbrt(x)", 1, math.inf),
    ("x*cbrt(x)", 2, math.inf),
    ("cbrt(x)*sign(x)^2", 1, math.inf),
    ("cbrt(x) + heaviside(x)", 1, math.inf),
]


@pytest.mark.parametrize(("source", "order", "value"), INFINITE)
@pytest.mark.parametrize("textbook", [False, True])
def test_a_number_that_is_not_finite_is_told_with_what_it_is(source, order, value, textbook):
    derived = derive(source, [["x"] * order], values={"x": 0}, textbook=textbook)
    (partial,) = derived.partials
    assert partial.value == value
    told = [problem.what for problem in derived.problems if problem.node == partial.key]
    assert ("Infinity" if value > 0 else "-Infinity") in told


@pytest.mark.parametrize(
    ("source", "order", "said"),
    [
        ("x^1.5*x", 3, "there: 1.875/sqrt(x) is Infinity at sqrt(x) = 0"),
        ("x*sqrt(x)", 2, "there: 3/(4*sqrt(x)) is Infinity at 4*sqrt(x) = 0"),
        ("x^0.5", 2, "there: -0.25/x^1.5 is -Infinity at x^1.5 = 0"),
        ("exp(-1/x)", 1, "there: -1/x is -Infinity at x = 0"),
    ],
)
def test_why_it_is_so_is_told_in_terms_that_are_shown(source, order, said):
    derived = derive(source, [["x"] * order], values={"x": 0})
    assert any(said in problem.message for problem in derived.problems)


@pytest.mark.parametrize(
    ("source", "x", "value"),
    [
        ("sqrt(1 - x^2)*(1 - x)", 1, 0),
        ("asin(x)*(x - 1)", 1, math.pi / 2),
        ("acos(x)^2", 1, -2),
        ("sinc(sqrt(x))", 0, -1 / 6),
    ],
)
def test_a_number_beside_a_formula_without_one_is_said_to_be_of_the_whole(source, x, value):
    (partial,) = derive(source, values={"x": x}, textbook=True).partials
    assert partial.value == pytest.approx(value, rel=1e-12)
    assert partial.is_of_whole


@pytest.mark.parametrize("source", ["0^x", "cbrt(x)^2", "3*0^x"])
def test_a_number_beside_a_formula_that_is_infinite_is_said_to_be_of_the_whole(source):
    point = dict.fromkeys(inputs_of(source), 0)
    (partial,) = derive(source, ["x"], values=point).partials
    assert partial.value == 0
    assert partial.is_of_whole


@pytest.mark.parametrize(
    ("source", "x", "values"),
    [
        ("log(softmax(x)[1])", [-800, 800], [1, -1]),
        ("log(softmax(x))[1]", [-800, 800], [1, -1]),
        ("sum(log(exp(x)))", [1000, 1], [1, 1]),
        ("sum(log(sigmoid(x)))", [-800, 800], [1, 0]),
        ("sum(log(1 - sigmoid(x)))", [-800, 800], [0, -1]),
        ("log(sum(exp(x)))", [1000, 1000], [0.5, 0.5]),
        ("sum(exp(x)/(1 + exp(x)))", [1000, 0], [0, 0.25]),
        ("sum(x/(1 + x))", [1e17, 0], [1e-34, 1]),
        ("sum(x^2/(1 + x^2))", [1e10, 1], [2e-30, 0.5]),
        ("s = x + 1; sum(x/s)", [1e17, 0], [1e-34, 1]),
        ("J(x[n]) = sum(x/(1 + x))/n", [1e17, 0], [5e-35, 0.5]),
    ],
)
def test_entries_are_those_of_the_formula_where_arrays_lose_them(source, x, values):
    derived = derive(source, values={"x": x})
    assert derived.partials[0].value == pytest.approx(values, rel=1e-12, abs=0)
    assert not derived.problems


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("sum(x*sqrt(x))", [[math.inf, 0], [0, 0.75]]),
        ("sum(x^1.5)", [[math.inf, 0], [0, 0.75]]),
        ("sum(sqrt(x))", [[-math.inf, 0], [0, -0.25]]),
    ],
)
def test_entries_are_infinite_where_the_formula_is_so(source, value):
    derived = derive(source, [["x", "x"]], values={"x": [0, 1]})
    assert derived.partials[0].value.tolist() == value
    (problem,) = [each for each in derived.problems if each.node == "x,x"]
    assert problem.what == ("Infinity" if value[0][0] > 0 else "-Infinity")


def test_a_function_of_arrays_that_is_not_defined_is_said_to_be_so():
    derived = derive("sum(log(x)/log(x))", values={"x": [-1, 2]})
    assert derived.partials[0].value.tolist() == [0, 0]
    assert [problem.message for problem in derived.problems] == [
        "the function is not defined there: log(x) is NaN in 1 of 2 entries, and so out is NaN"
    ]
