"""`gradcli why`: planted troubles are found where they began, and what is offered is right."""

from __future__ import annotations

import json
import math
import random
import sys

import jsonschema
import pytest
from command_line import call
from hypothesis import given, settings
from planted_troubles import OTHERS, TROUBLES
from random_programs import EXPRESSIONS, POINTS

import gradcli
from gradcli.evaluation.solve import read_model
from gradcli.syntax.parse import parse
from gradcli.views import schema


def answer(trouble):
    return gradcli.why(trouble.source, trouble.values, get=trouble.get or None)


@pytest.mark.parametrize(
    "trouble", [*TROUBLES, *OTHERS], ids=lambda each: f"{each.source} {each.values}"
)
def test_a_planted_trouble_is_found_where_it_began(trouble):
    first, *_ = answer(trouble).causes
    assert (first.kind, first.expression) == (trouble.kind, trouble.expression), first.message
    assert first.index == trouble.index
    if not trouble.rewriting:
        assert first.rewriting is None, first.rewriting
        return
    assert first.rewriting is not None
    assert first.rewriting.expression.startswith(trouble.rewriting), first.rewriting
    assert parse(first.rewriting.expression).statements
    if trouble.value is not None:
        assert math.isclose(first.rewriting.value, trouble.value, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: f"{each.source} {each.values}")
def test_its_json_is_of_the_schema_and_its_page_fits(trouble):
    found = answer(trouble)
    text = gradcli.show(found, "json")
    jsonschema.validate(json.loads(text), json.loads(schema.text("why")))
    for columns in (40, 80):
        page = gradcli.show(found, width=columns)
        # What a formula is has no blanks to break it at.
        lines = [line for line in page.splitlines() if " " in line.strip()]
        assert max(map(len, lines)) <= max(columns, longest_word(page))


def longest_word(page):
    return max(map(len, page.split())) + 4


def test_of_an_array_every_entry_that_is_lost_is_told():
    found = gradcli.why("log(x)*y", {"x": [1, 0, -1], "y": 2})
    assert [(cause.kind, cause.index) for cause in found.causes] == [
        ("pole", (2,)),
        ("undefined", (3,)),
    ]
    assert found.to_dict()["gradient"] == {}
    with pytest.raises(gradcli.InputError, match="has no gradient"):
        gradcli.why("log(x)", {"x": [1, 0]}, get="d/dx")


def test_where_nothing_is_lost_there_is_no_cause():
    found = gradcli.why("sin(x)*exp(y) + z^2", {"x": 1, "y": 2, "z": 3})
    assert not found.causes
    assert str(gradcli.show(found)).endswith("Nothing is lost in out, d/dx, d/dy, d/dz.")


RIGHT = [
    "3*(a+b*c)",
    "a/b + sqrt(c)",
    "tanh(a*b)*sigmoid(c)",
    "log(a)*exp(b)",
    "a^b - c",
    "a - b*c",
]


@pytest.mark.parametrize("source", RIGHT)
def test_there_is_no_false_alarm(source):
    chance = random.Random(source)  # noqa: S311  (to be the same again)
    for _ in range(20):
        values = {name: chance.uniform(0.3, 3) for name in "abc"}
        used = {name: value for name, value in values.items() if name in source}
        assert not gradcli.why(source, used).causes


def test_digits_are_those_that_are_right():
    found = gradcli.why("(1 - cos(x))/x^2", {"x": 1e-7}, digits=True)
    by_name = {each.node: each for each in found.digits}
    # 1 - cos(1e-7) is 4.99999999999999583e-15, and as floats have it 4.9960036108132044e-15.
    assert by_name["v2"].value_digits == pytest.approx(-math.log10(7.99e-4), abs=0.1)
    assert by_name["v2"].lost > 12
    assert [each.node for each in found.digits if each.lost] == ["v2"]
    assert by_name["x"].gradient_digits == 0


def test_without_mpmath_digits_name_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpmath", None)
    called = call("why", "1 - cos(x)", "--x", "1e-9", "--digits")
    assert called.code == 2
    assert "pip install 'gradcli[check]'" in called.err
    first, *_ = gradcli.why("1 - cos(x)", {"x": 1e-9}).causes
    assert (first.kind, first.expression) == ("cancellation", "1 - cos(x)")
    assert first.rewriting.expression == "2*sin(x/2)^2"


def test_a_long_program_is_looked_through():
    chain = "; ".join(f"h{n} = tanh(h{n - 1}) + x*1e-3" for n in range(1, 1500))
    found = gradcli.why(f"h0 = x; {chain}; log(h1499 - h1499)", {"x": 0.5})
    assert found.causes[0].expression == "log(h1499 - h1499)"


@pytest.mark.slow
@settings(max_examples=60)
@given(EXPRESSIONS, POINTS)
def test_of_any_formula_at_any_point_there_is_an_answer(source, points):
    for point in points[:2]:
        used = {name: value for name, value in point.items() if name in inputs_of(source)}
        found = gradcli.why(source, used)
        jsonschema.validate(json.loads(gradcli.show(found, "json")), json.loads(schema.text("why")))
        value = found.solution.value
        for cause in found.causes:
            way = cause.rewriting
            # Where the value itself is right, a rewriting changes nothing.
            if way is not None and math.isfinite(way.value) and found.carried:
                assert math.isclose(way.value, float(value), rel_tol=1e-5, abs_tol=1e-8), cause


def inputs_of(source):
    return {node.name for node in read_model(source, []).inputs}


CHAINS = [
    "{} + sin({})/1000",
    "{}/(1 + {}/1e6)",
    "3*({} - 0.1*{})",
    "exp({}/2)/({}^2 + 9)",
]


@pytest.mark.parametrize("step", CHAINS)
def test_a_long_program_is_no_deeper_than_a_short_one(step):
    steps = [f"u{place} = {step.format(*[f'u{place - 1}'] * 2)}" for place in range(1, 400)]
    program = "; ".join(["u0 = x + 1", *steps, "log(u399 - u399)"])
    (cause,) = gradcli.why(program, {"x": 1}).causes
    assert "u399 - u399 = 0" in cause.message


LIMITS = [
    # a formula, a point, and by hand what it goes to there
    ("gamma(x)*x", 0, "goes to 1 from both sides, with the slope -0.577216"),
    ("sin(x)/x", 0, "goes to 1 from both sides, with the slope 0"),
    ("(x^2 - 1)/(x - 1)", 1, "goes to 2 from both sides, with the slope 1"),
    ("(sqrt(x + 1) - 1)/x", 0, "goes to 0.5 from both sides, with the slope -0.125"),
    ("abs(x)^1.5/x", 0, "goes to 0 from both sides"),
    ("x*log(x)", 0, "goes to 0 from the right"),
    ("x/abs(x)", 0, "goes to -1 from the left, to 1 from the right"),
    ("sin(1/x)", 0, ""),
    ("log(x)", -1, ""),
]

AROUND = [
    # a formula of several inputs, a point, and by hand what it goes to there
    (
        "(x^2 - y^2)/(x - y)",
        {"x": 1, "y": 1},
        "goes to 2 along all rays tried, with the gradient (1, 1)",
    ),
    ("sin(x*y)/(x*y) + z", {"x": 0, "y": 0, "z": 2}, "beside x = 0, y = 0 out goes to 3 along all"),
    (
        "(exp(x) - exp(y))/(x - y)",
        {"x": 0, "y": 0},
        "1 along all rays tried, with the gradient (0.5, 0.5)",
    ),
    ("x^2*y/(x^2 + y^2)", {"x": 0, "y": 0}, "goes to 0 along all rays tried"),
    (
        "sqrt(x*y)/sqrt(x + y)",
        {"x": 0, "y": 0},
        "goes to 0 along all rays tried on which it is def",
    ),
    ("x*y/(x^2 + y^2)", {"x": 0, "y": 0}, "in one direction and to "),
    ("sin(x)/x + log(y)", {"x": 0, "y": 1}, "beside x = 0 out goes to 1 from both sides, with the"),
    ("log(x) + log(y)", {"x": -1, "y": 1}, ""),
    (
        "sum(sin(A)/A)",
        {"A": [0, 1e-9, 0]},
        "beside A[1] = 0, A[3] = 0 out goes to 3 along all rays",
    ),
    ("sum(A/A)", {"A": [0, 1]}, "beside A[1] = 0 out goes to 2 from both sides, with the slope 0"),
]


@pytest.mark.parametrize(("source", "values", "said"), AROUND, ids=[each[0] for each in AROUND])
def test_the_limit_is_told_wherever_a_value_is_missing(source, values, said):
    (problem,) = gradcli.evaluate(source, values).warnings
    assert ("goes to" in problem.message) == bool(said)
    assert said in problem.message
    cause, *_ = gradcli.why(source, values).causes
    assert said in cause.message


def test_derivatives_as_formulas_tell_the_limit_too():
    for source, values in (("sin(x)/x", {"x": 0}), ("sum(sin(A)/A)", {"A": [0, 0]})):
        (problem,) = gradcli.derive(source, values).problems
        assert "out goes to" in problem.message


def test_no_array_is_rewritten_as_a_number():
    """1 for A/A would be one entry where two are summed."""
    assert not [
        each.rewriting for each in gradcli.why("sum(A/A)", {"A": [0, 1]}).causes if each.rewriting
    ]


@pytest.mark.parametrize(("source", "x", "said"), LIMITS)
def test_what_a_function_goes_to_where_it_has_no_value_is_said(source, x, said):
    (cause,) = gradcli.why(source, {"x": x}).causes
    assert ("goes to" in cause.message) == bool(said)
    assert said in cause.message


def test_no_digits_are_no_minus():
    (row,) = [
        each
        for each in gradcli.why("1-cos(x)", {"x": 1e-9}, digits=True).digits
        if each.value_digits == 0
    ]
    assert str(row.value_digits) == "0.0"


TINY = [
    ("(exp(-800)*x + 1e-320) - 1e-320", {"x": 1}),
    (
        "logsumexp(softmax([sum([pi, y]), 2/y])[2], (where(z, y, 1e308) < min(x, 3)))",
        {"y": 1e-8, "z": 2, "x": 1e308},
    ),
]


@pytest.mark.parametrize(("source", "values"), TINY)
def test_digits_of_what_is_too_small_for_a_float_are_told(source, values):
    found = gradcli.why(source, values)
    assert found.causes
    assert found.to_dict()
