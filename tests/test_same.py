"""`gradcli same`: equal formulas are found equal, others told apart, and their mistakes named."""

from __future__ import annotations

import json
import math
import sys

import jsonschema
import pytest
from command_line import call

import gradcli
from gradcli.trust.sameness import SIMPLIFIED, TESTED, WRITTEN
from gradcli.trust.slips import KINDS
from gradcli.views import schema

EQUAL = {
    ("sin(x)^2", "1 - cos(x)^2"): SIMPLIFIED,
    ("(a + b)^2", "a^2 + 2*a*b + b^2"): SIMPLIFIED,
    ("J(a,b,c) = 3(a+bc)", "3*a + 3*b*c"): SIMPLIFIED,
    ("v = b*c; u = a + v; 3*u", "3*(c*b + a)"): SIMPLIFIED,
    ("x*y + y*x", "2*x*y"): SIMPLIFIED,
    ("x + y", "x + y"): WRITTEN,
    ("abs(x)", "sqrt(x^2)"): SIMPLIFIED,
    ("0.1 + 0.2", "0.3"): SIMPLIFIED,
    ("0.1*x + 0.2*x", "0.3*x"): None,
    ("exp(x)*exp(y)", "exp(x + y)"): TESTED,
    ("tanh(x)", "2*sigmoid(2*x) - 1"): TESTED,
    ("sinh(2*x)", "2*sinh(x)*cosh(x)"): TESTED,
    ("atan(x) + atan(y)", "atan(x) + atan(y) + 0*x"): None,
    ("log(sigmoid(x))", "-softplus(-x)"): TESTED,
    ("normal_cdf(x)", "(1 + erf(x/sqrt(2)))/2"): TESTED,
    ("max(x, y)", "(x + y + abs(x - y))/2"): TESTED,
    ("x if x > 0 else 0", "relu(x)"): TESTED,
    ("sum(i*x for i in 1..4)", "10*x"): None,
    ("diff(x^3*y, x)", "3*x^2*y"): None,
}
"""Formulas that are the same, and how that is known; None: in any way."""


@pytest.mark.parametrize("pair", EQUAL, ids=" and ".join)
def test_formulas_that_are_the_same(pair):
    for first, second in (pair, pair[::-1]):
        found = gradcli.same(first, second)
        assert found.is_same, found.witness
        assert found.witness is None
        assert EQUAL[pair] in {None, found.how}


MISTAKES = {
    ("x^2 + y^2", "x^2 - y^2"): "sign",
    ("a - b", "b - a"): "sign",
    ("(y - w*x)^2/2", "(y + w*x)^2/2"): "sign",
    ("sin(x)*y", "-sin(x)*y"): "sign",
    ("exp(-x^2)", "exp(x^2)"): "inverse",
    ("2*x*y", "x*y"): "factor",
    ("x^2*exp(x)", "x^2*exp(x)/3"): "factor",
    ("sin(x) + x*y", "sin(x) + 2*x*y"): "factor",
    ("x^2 + y", "x^2 + y + 3"): "constant",
    ("x/y", "y/x"): "inverse",
    ("x^3*y + 1", "x^2*y + 1"): "off by one",
    ("sin(x)^2*y", "sin(x)^3*y"): "off by one",
    ("x*y + sin(z)", "sin(z)"): "missing",
    ("x*y*z + 1", "x*y + 1"): "missing",
    ("x + log(y)", "x + y"): "missing",
    ("(x + y)/z + 1", "x + y + 1"): "missing",
    ("x*sin(y) + z", "x*cos(y) + z"): "exchanged",
    ("x^y + z", "y^x + z"): "exchanged",
    ("x/y + z", "x*y + z"): "exchanged",
    ("log(x) + y", "log10(x) + y"): "exchanged",
    ("sqrt(x^2)", "x"): None,
    ("x + y", "sin(x)*exp(y)"): None,
}
"""Formulas that are not the same, and the kind of mistake."""


@pytest.mark.parametrize("pair", MISTAKES, ids=" and ".join)
def test_formulas_that_are_not_the_same(pair):
    found = gradcli.same(*pair)
    assert not found.is_same
    assert (found.mistake and found.mistake.kind) == MISTAKES[pair], found.reason
    witness = found.witness
    values = [gradcli.evaluate(text, spare(text, witness.inputs)).value for text in pair]
    assert values == pytest.approx([witness.first, witness.second])
    assert abs(witness.first - witness.second) > 1e-9
    assert found.agreeing < found.points


def spare(text, inputs):
    """The inputs that occur in a text."""
    return {name: value for name, value in inputs.items() if name in text.replace("exp", "")}


DOMAINS = {
    ("x/x", "1"): ({"x": 0}, math.nan, 1),
    ("1", "x/x"): ({"x": 0}, 1, math.nan),
    ("(x^2 - 1)/(x - 1)", "x + 1"): ({"x": 1}, math.nan, 2),
    ("log(x^2)", "2*log(x)"): ({"x": -1}, 0, math.nan),
    ("sqrt(x)^2", "x"): ({"x": -1}, math.nan, -1),
    ("x*log(x)", "xlogy(x, x)"): ({"x": 0}, math.nan, 0),
    ("asin(x) + acos(x)", "pi/2"): ({"x": 2}, math.nan, math.pi / 2),
    ("exp(log(x - 3))", "x - 3"): ({"x": 1}, math.nan, -2),
}
"""Formulas that are the same wherever both have a value, and a point at which one has none."""


@pytest.mark.parametrize("pair", DOMAINS, ids=" and ".join)
def test_where_only_one_of_them_has_a_value(pair):
    found = gradcli.same(*pair)
    assert found.is_same
    inputs, first, second = DOMAINS[pair]
    assert found.domain.inputs == inputs
    assert [found.domain.first, found.domain.second] == pytest.approx([first, second], nan_ok=True)


def test_a_condition_leaves_out_points():
    assert not gradcli.same("sqrt(x^2)", "x").is_same
    assert gradcli.same("sqrt(x^2)", "x").where == "x >= 0"
    assert gradcli.same("sqrt(x^2)", "-x").where == "x <= 0"
    assert gradcli.same("sqrt(x^2)", "x", where="x >= 0").is_same
    assert gradcli.same("x*y", "abs(x)*abs(y)", where="x > 0 and y > 0").is_same
    with pytest.raises(gradcli.UsageError, match="no point was found"):
        gradcli.same("x", "x + 1", where="x > 1 and x < 0")


def test_a_variable_with_a_value_has_that_alone():
    assert gradcli.same("x^n", "x*x", {"n": 2}).is_same
    assert not gradcli.same("x^n", "x*x", {"n": 3}).is_same
    found = gradcli.same("log(x)", "x", {"x": -1})
    assert not found.is_same
    assert found.reason == "only one of them has a value"


ARRAYS = {
    ("(A@B)'", "B'@A'"): True,
    ("sum((A@B)^2)" , "sum(sum((A@B)*(A@B); 1))"): None,
    ("A@B", "B@A"): False,
    ("A", "A'"): False,
    ("trace(A@B)", "trace(B@A)"): True,
    ("sum(A)", "mean(A)"): False,
    ("A@x", "A'@x"): False,
    ("norm(x)^2", "x'@x"): True,
    ("softmax(x)", "exp(x)/sum(exp(x))"): True,
    ("A", "x"): False,
}  # fmt: skip
"""Formulas of square matrices A and B and a vector x; None: matrices have no such power."""


@pytest.mark.parametrize("pair", ARRAYS, ids=" and ".join)
def test_formulas_of_arrays(pair):
    shapes = {
        name: (2,) if name == "x" else (2, 2)
        for name in "ABx"
        if any(name in text.replace("exp", "").replace("softmax", "") for text in pair)
    }
    if ARRAYS[pair] is None:
        with pytest.raises(gradcli.ParseError):
            gradcli.same(*pair, shapes=shapes)
        return
    found = gradcli.same(*pair, shapes=shapes)
    assert found.is_same == ARRAYS[pair]
    kinds = {("A", "A'"): "transposed", ("sum(A)", "mean(A)"): "factor", ("A", "x"): "shape"}
    assert (found.mistake and found.mistake.kind) == kinds.get(pair)


@pytest.mark.parametrize("pair", [*EQUAL, *MISTAKES, *DOMAINS], ids=" and ".join)
def test_json_and_page(pair):
    found = gradcli.same(*pair)
    jsonschema.validate(json.loads(gradcli.show(found, "json")), json.loads(schema.text("same")))
    for columns in (40, 80):
        assert max(map(len, gradcli.show(found, width=columns).splitlines())) <= columns


def test_the_kinds_are_those_of_the_schema():
    kinds = json.loads(schema.text("same"))["properties"]["mistake"]["enum"]
    assert kinds == [None, *KINDS]


def test_the_exit_code_says_whether_they_are_the_same():
    assert call("same", "x + x", "2*x").code == 0
    called = call("same", "x + y", "x - y", "--json")
    assert (called.code, json.loads(called.err)["kind"]) == (5, "same")
    assert json.loads(called.out)["mistake"] == "sign"


def test_what_is_wrong_with_the_second_formula_says_where():
    called = call("same", "x", "x +* 2")
    assert called.code == 2
    assert "in the second formula:" in called.err
    assert "in --where:" in call("same", "x", "y", "--where", "x >").err
    assert "there is no second formula" in call("same", "x").err


def test_it_needs_mpmath(monkeypatch):
    monkeypatch.setitem(sys.modules, "mpmath", None)
    called = call("same", "exp(x)^2", "exp(2*x)")
    assert called.code == 2
    assert "pip install 'gradcli[check]'" in called.err


OF_MATRICES = [
    # two formulas, shapes, and how they are the same: what is simplified is so for all lengths
    ("sum(x)^2", "x' @ ones(3,3) @ x", {"x": 3}, "simplified"),
    ("sum((W@x - y)^2)", "(W@x - y)' @ (W@x - y)", {"W": "m,n", "x": "n", "y": "m"}, "simplified"),
    ("tr(A@B)", "tr(B@A)", {"A": "m,n", "B": "n,m"}, "simplified"),
    ("(A@B@C)'", "C' @ B' @ A'", {"A": "k,m", "B": "m,n", "C": "n,k"}, "simplified"),
    ("inv(A@B)", "inv(B) @ inv(A)", {"A": "n,n", "B": "n,n"}, "simplified"),
    ("x' @ A @ y", "y' @ A' @ x", {"A": "m,n", "x": "m", "y": "n"}, "simplified"),
    ("sum(x^2)/n", "x' @ x/n", {"x": "n"}, "simplified"),
    ("mean(x)*n", "sum(x)", {"x": "n"}, "simplified"),
    ("J(W[m,n], x[n]) = sum(W@x)", "sum(x' @ W')", {}, "simplified"),
    ("norm(x)^2", "sum(x*x)", {"x": "n"}, "tested"),
    ("det(A@B)", "det(A)*det(B)", {"A": "n,n", "B": "n,n"}, "tested"),
    ("softmax(x)", "exp(x)/sum(exp(x))", {"x": "n"}, "tested"),
    ("sum(x*y)", "x' @ y", {"x": "n", "y": "n"}, "simplified"),
]


@pytest.mark.parametrize(("first", "second", "shapes", "how"), OF_MATRICES)
def test_matrices_are_simplified(first, second, shapes, how):
    shapes = {name: str(axes).split(",") for name, axes in shapes.items()}
    shapes = {name: [int(x) if x.isdigit() else x for x in axes] for name, axes in shapes.items()}
    found = gradcli.same(first, second, shapes=shapes)
    assert (found.is_same, found.how) == (True, how)
    assert found.points >= 12
    jsonschema.validate(found.to_dict(), json.loads(schema.text("same")))


UNLIKE = [
    ("sum(W@x)", "sum(W'@x)", {"W": "n,n", "x": "n"}),
    ("(A@B)'", "A' @ B'", {"A": "n,n", "B": "n,n"}),
    ("sum(x)/n", "sum(x)/2/n*1.5", {"x": "n"}),
    ("tr(A@B@C)", "tr(B@A@C)", {"A": "n,n", "B": "n,n", "C": "n,n"}),
    ("sum(x^2)", "sum(x)^2", {"x": "n"}),
    ("A - A'", "A' - A", {"A": "n,n"}),
    ("sum(x)/n", "sum(x)/2", {"x": "n"}),
    ("sum(x)/n", "sum(x)/3", {"x": "n"}),
]


@pytest.mark.parametrize(("first", "second", "shapes"), UNLIKE)
def test_matrices_that_are_not_the_same_have_a_point(first, second, shapes):
    found = gradcli.same(first, second, shapes={x: y.split(",") for x, y in shapes.items()})
    assert not found.is_same
    assert found.witness is not None or found.mistake is not None
    assert set(found.lengths) == {"n"}


def test_letters_for_lengths_are_shown():
    found = gradcli.same("sum(x)/n", "mean(x)", shapes={"x": "n"})
    assert (found.first, found.second, found.how) == ("sum(x)/n", "sum(x)/n", "written alike")
    found = gradcli.same("sum(x)/n", "ones(n)' @ x/n", shapes={"x": "n"})
    assert (found.first, found.second) == ("sum(x)/n", "ones(n)' @ x/n")
    found = gradcli.same("A@B", "B@A", shapes={"A": ["m", "n"], "B": ["n", "m"]})
    assert found.reason == "the first one is m×m, the second one n×n"


def test_numbers_that_differ_look_different():
    page = gradcli.show(gradcli.same("x", "x + 1e-9"))
    first, second = (line.split(" = ")[1] for line in page.splitlines() if line.startswith("  "))
    assert first != second
