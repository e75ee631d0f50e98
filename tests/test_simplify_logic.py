"""Conditions in formulas: an operand stands for 1 or 0 only where nothing but its truth counts."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gradcli
from gradcli.calculus.forward import tangents
from gradcli.engine.interpreter import evaluate
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.derive import derive
from gradcli.symbolic.simplify.simplifier import Simplifier, Style

_OPERANDS = st.sampled_from(
    [
        *["0", "1", "2", "0.25", "-1", "inf", "nan", "pi", "x", "y", "z", "x*y", "3*x", "2 - 2"],
        *["log(y)", "x^2", "x + x", "2*x", "x^2 + 1", "-abs(y)", "sqrt(2)^2", "0.1 + 0.2", "0.3"],
        *["sin(x)", "tanh(40*y)", "cosh(z)", "-cos(z)*sin(y)", "0.2 + 0.1*tanh(20*x)", "x/cosh(x)"],
    ]
)
_COMPARED = st.tuples(_OPERANDS, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), _OPERANDS)


def _nested(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join),
        st.tuples(st.just("not "), inner).map("".join),
        st.tuples(st.just("where("), inner, st.just(", 1, 0)")).map("".join),
    ).map("({})".format)


CONDITIONS = st.recursive(
    st.one_of(_OPERANDS, _COMPARED.map(lambda parts: f"({' '.join(parts)})")), _nested, max_leaves=6
)

PLACES = [
    *["({0})*x", "x*({0})^2", "x/(1 + ({0}))", "x - ({0})", "(3*x)^({0})", "y*(1 + ({0}))^x"],
    *["sin(({0})*x)", "exp(-abs({0})*x)", "max(x, {0})", "x*sign({0})"],
    *["where({0}, x, x^2)", "where(y, ({0})*x, x)", "x*(({0}) == ({1}))", "x*(({0}) < y)"],
    *["({0})*x + ({1})*x", "({0})*({1})*x", "(({0}) and ({1}))*x", "(({0}) or ({1}))*x"],
    *[
        "where({0}, where({1}, x, x^2), 0)",
        "where({0}, x, 0) + where({0}, 0, y*x)",
        "(not ({0}))*x",
    ],
]
"""A factor, a term, a divisor, an exponent, an argument, a condition, an operand."""

POINTS = [
    dict(zip("xyz", point, strict=True))
    for point in [(2.0, 5.0, 0.0), (0.5, 0.0, 1.0), (1.0, 1.0, 1.0), (3.0, -2.0, 0.25)]
]


def numbers(graph, nodes, point):
    inputs = [graph.input(name) for name in point]
    return evaluate(graph, nodes, inputs, list(point.values()))


def check(source):
    """A formula and its derivative have the engine's values after they are simplified."""
    model = resolve(read(source, ()), ())
    x = model.graph.input("x")
    raw = [model.output, tangents(model.graph, model.output, x).of.get(model.output, model.output)]
    simplifier = Simplifier(Style.of(model.graph.ancestors([model.output])))
    simplifier.read_program(model.output)
    results = simplifier.simplify(raw)
    for point in POINTS:
        before = numbers(model.graph, raw, point)
        after = numbers(simplifier.graph, results, point)
        # Where numbers cancel, what is left is off by what their rounding was.
        among = numbers(model.graph, model.graph.ancestors(raw), point)
        rounding = 2**-50 * max(abs(number) for number in among if math.isfinite(number))
        for original, result, node in zip(before, after, results, strict=True):
            if math.isfinite(original):
                shown = Unparser({}).text(node)
                close = math.isclose(original, result, rel_tol=1e-12)
                assert close or abs(original - result) <= rounding, f"{source}: {shown}, {point}"


_SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(_SETTINGS, max_examples=400, derandomize=True)
@given(st.sampled_from(PLACES), CONDITIONS, CONDITIONS)
def test_conditions_keep_their_value_wherever_they_stand(place, one, other):
    check(place.format(one, other))


@pytest.mark.slow
@settings(_SETTINGS, max_examples=10_000, derandomize=True)
@given(st.sampled_from(PLACES), CONDITIONS, CONDITIONS)
def test_conditions_keep_their_value_in_thousands_of_formulas(place, one, other):
    check(place.format(one, other))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "one", ["1 and y", "0 or y", "0.25 and 2", "y and y", "1 and inf", "not not y"]
)
def test_an_operand_is_no_factor(place, one):
    check(place.format(one, "z"))


def test_a_junction_that_is_taken_for_its_operand_is_found(monkeypatch):
    monkeypatch.setattr("gradcli.symbolic.simplify.logic._as_truth", lambda writer, node: node)
    with pytest.raises(AssertionError):
        check("(1 and y)*x")


GUARDED = [
    ("(abs(x) + abs(x))^n", "where(2*abs(x) != 0 or n <= 0, (2*abs(x))^n*log(2*abs(x))^2, 0)"),
    ("(log(x) + log(x))^n", "where(2*log(x) != 0 or n <= 0, (2*log(x))^n*log(2*log(x))^2, 0)"),
    (
        "(x*log(x) + log(x)*x)^n",
        "where(2*x*log(x) != 0 or n <= 0, (2*x*log(x))^n*log(2*x*log(x))^2, 0)",
    ),
    (
        "(3*sqrt(x) + sqrt(x))^n",
        "where(4*sqrt(x) != 0 or n <= 0, (4*sqrt(x))^n*log(4*sqrt(x))^2, 0)",
    ),
    # A difference may be NaN where what it comes to is infinite.
    (
        "(2*log(x) - log(x))^n",
        "where((log(x) != 0 or n <= 0) and (2*log(x) - log(x) != 0 or n <= 0),{}".format(
            " log(x)^n*log(log(x))^2, 0)"
        ),
    ),
    ("(x + x)^n", "where(2*x != 0 or n <= 0, (2*x)^n*log(2*x)^2, 0)"),
    ("(2*sin(x) - sin(x))^n", "where(sin(x) != 0 or n <= 0, sin(x)^n*log(sin(x))^2, 0)"),
    ("(x*y + y*x)^n", "where(2*x*y != 0 or n <= 0, (2*x*y)^n*log(2*x*y)^2, 0)"),
]


@pytest.mark.parametrize(("source", "expected"), GUARDED)
def test_a_condition_of_a_rule_is_written_once_and_as_the_formula_beside_it(source, expected):
    found = derive(source, [["n", "n"]])
    (partial,) = found.partials
    assert found.text(partial) == expected


@pytest.mark.parametrize(
    "condition",
    ["sin(pi) > 0", "cos(pi/2) > 0", "sin(2*pi) != 0", "tan(pi) == 0", "sin(-pi) < 0"],
)
def test_constants_in_conditions_are_those_of_the_engine(condition: str) -> None:
    """An angle with pi is reduced exactly there, so that sin(pi) is 0 and no rounded pi."""
    program = f"where({condition}, 2*x, x)"
    text = gradcli.derive(program).to_dict()["derivatives"]["x"]
    value = gradcli.evaluate(text).value
    assert value == gradcli.evaluate(program, x=1.0).gradient["x"]


FOLDED = [
    ("x*(y or not y)", "1"),
    ("x*(y and not y)", "0"),
    ("x*((y and 2) or not y)", "1"),
    ("x*((y == 3) or (y != 3))", "1"),
    ("x*(y < 2 and not (y < 2))", "0"),
    ("x*(not (y and 2))", "y == 0"),
    ("x*(not (y == 3))", "y != 3"),
    ("x*(not (y < 2))", "not y < 2"),
]


@pytest.mark.parametrize(("source", "by_x"), FOLDED)
def test_a_condition_and_its_opposite_are_folded(source: str, by_x: str) -> None:
    derived = derive(source, ["x"])
    (partial,) = derived.partials
    assert derived.text(partial) == by_x
