"""`gradcli implicit`: derivatives of what equations define, against roots in many digits."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import mpmath as mp
import pytest
from command_line import call
from independent_reader import read
from jsonschema import validate

import gradcli

EQUATIONS = [
    ("x^3 + x^2*y + y^3 = 9", {"x": -1.0}, 2.0),
    ("x^2 + y^2 = 25", {"x": 3.0}, 4.0),
    ("x^2 + y^2 - 25", {"x": 3.0}, -4.0),
    ("x^3 + y^3 = 6*x*y", {"x": 3.0}, 3.0),
    ("y*exp(y) = x", {"x": 2.0}, 0.85),
    ("sin(x*y) + y = x", {"x": 0.7}, 0.4),
    ("y^5 + y = x", {"x": 3.0}, 1.1),
    ("exp(x + y) = 3 + x*y", {"x": 0.4}, 0.8),
    ("x = y - 0.3*sin(y)", {"x": 1.2}, 1.4),
    ("log(y) + y^2/2 = x", {"x": 1.0}, 1.2),
    ("(x^2 + y^2)^2 = 4*(x^2 - y^2)", {"x": 1.2}, 0.6),
    ("y = x^y", {"x": 1.2}, 1.26),
    ("tanh(y) = a*x - y", {"x": 0.5, "a": 2.0}, 0.55),
    ("(p + 3/y^2)*(3*y - 1) = 8*x", {"x": 1.3, "p": 1.7}, 1.9),
    ("u = x*y; u^2 + u = 3 + x", {"x": 1.5}, 1.1),
    ("sqrt(x) + sqrt(y) = 3", {"x": 2.0}, 2.5),
]


@pytest.mark.parametrize(("text", "at", "near"), EQUATIONS, ids=[each[0] for each in EQUATIONS])
def test_derivatives_are_those_of_the_root(text: str, at: dict[str, float], near: float) -> None:
    *before, last = text.split(";")
    left, _, right = last.partition("=")
    difference = read(";".join([*before, f"({left}) - ({right or 0})"]))
    with mp.workdps(60):

        def root(x: Any) -> Any:
            point = {**{name: mp.mpf(each) for name, each in at.items()}, "x": x}
            return mp.findroot(lambda y: difference({**point, "y": y}), mp.mpf(near))

        x = mp.mpf(at["x"])
        y = root(x)
        expected = [mp.diff(root, x, order, h=mp.mpf("1e-12")) for order in (1, 2, 3)]
    found = gradcli.implicit(text, ["y", "x"], {**at, "y": float(y)}, order=3)
    assert not [note for note in found.notes if note.kind == "point"]
    assert [*found.values] == ["y,x", "y,x,x", "y,x,x,x"]
    for value, exact in zip(found.values.values(), expected, strict=True):
        assert value == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize(("text", "at", "near"), EQUATIONS, ids=[each[0] for each in EQUATIONS])
def test_texts_read_back_with_these_values(text: str, at: dict[str, float], near: float) -> None:
    point = {**at, "y": near}
    found = gradcli.implicit(text, ["y", "x"], point, order=2)
    for key, formula in found.to_dict()["derivatives"].items():
        function = gradcli.function(formula)
        value = function(*(point[name] for name in function.inputs))
        assert value == pytest.approx(found.values[key], rel=1e-9)


ARRAYS = [
    ("norm([x, y]) = 5", "sqrt(x^2 + y^2) = 5", "y,x"),
    ("u = [x, y^2]; sum(u) = 4", "x + y^2 = 4", "y,x"),
    ("norm(p)^2 = r", "p[1]^2 + p[2]^2 = r", "p[2],p[1]"),
    ("p'@q = y", "p[1]*q[1] + p[2]*q[2] = y", "y,p[1]"),
    ("h[i] = x^i for i in 1..3; sum(h) = y", "x + x^2 + x^3 = y", "y,x"),
]


@pytest.mark.parametrize(("source", "in_numbers", "wrt"), ARRAYS)
def test_an_equation_between_numbers_may_use_arrays(source: str, in_numbers: str, wrt: str) -> None:
    known: dict[str, Any] = {"x": 3.0, "y": 4.0, "p": [3.0, 4.0], "q": [1.0, 2.0], "r": 25.0}
    values = {name: known[name] for name in re.findall(r"\w+", source) if name in known}
    names = wrt.split(",")
    found = gradcli.implicit(source, names, values, order=2)
    expected = gradcli.implicit(in_numbers, names, values, order=2)
    assert found.values == pytest.approx(expected.values, rel=1e-12)


KINKS = [
    ("abs(x) + abs(y) = 1", {"x": 0, "y": 1}, True),
    ("abs(x) + abs(y) = 1", {"x": 0.5, "y": 0.5}, False),
    ("max(x, y) = 1", {"x": 1, "y": 1}, True),
    ("max(x, y)*z = 1", {"x": 1, "y": 1, "z": 1}, True),
    ("abs(x)^2 + y^2 = 1", {"x": 0, "y": 1}, False),
    ("x + y + relu(z) = 1", {"x": 1, "y": 0, "z": 0}, False),
    ("u = [relu(x), y]; sum(u) = 1", {"x": 0, "y": 1}, True),
]


@pytest.mark.parametrize(("source", "point", "is_told"), KINKS)
def test_a_kink_of_the_equation_is_told(
    source: str, point: dict[str, float], is_told: bool
) -> None:
    found = gradcli.implicit(source, ["y", "x"], point)
    assert ["kink"] * is_told == [problem.kind for problem in found.problems]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("abs(x)*x + y = 1", ["y,x,x"]),
        ("abs(x)^3 + y = 1", ["y,x,x,x"]),
        ("relu(x)^2 + y + y^3 = 2", ["y,x,x"]),
        ("abs(x)^2 + y^2 = 1", []),
        ("relu(x) - relu(-x) + y = 1", []),
    ],
)
def test_so_is_one_of_its_derivatives(source: str, told: list[str]) -> None:
    order = max([each.count(",") for each in told], default=3)
    found = gradcli.implicit(source, ["y", "x"], {"x": 0, "y": 1}, order=order)
    assert [problem.node for problem in found.problems if problem.kind == "kink"] == told


def test_symbols_need_no_values() -> None:
    found = gradcli.implicit("P*V = n*R*T", ["V", "T"])
    assert found.to_dict()["derivatives"] == {"V,T": "n*R/P"}
    assert found.values == {}


def test_json_follows_its_schema() -> None:
    called = call("implicit", "x^2+y^2=1", "--wrt", "y,x", "--x", "1", "--y", "0", "--json")
    whole = json.loads(called.out)
    validate(whole, gradcli.schema("implicit"))
    assert whole["values"] == {"y,x": None}
    assert whole["problems"][0]["is"] == "-Infinity"


SAID = [
    ("x^2+y^2=1", ["--x", "1", "--y", "1"], "not on the curve: the sides are 2 and 1"),
    ("x^2+y^2=1", ["--x", "1", "--y", "0"], "-Infinity there: the equation does not change with y"),
    ("xy = 1", [], "'xy' is read as x*y"),
]


@pytest.mark.parametrize(("text", "words", "said"), SAID)
def test_what_is_said(text: str, words: list[str], said: str) -> None:
    called = call("implicit", text, "--wrt", "y,x", *words)
    assert called.code == 0
    assert said in " ".join(called.err.split())


BAD = [
    (["a^2+b^2=1"], 3, "the program has no input 'y'"),
    (["x^2+y^2=1", "--wrt", "y"], 2, "two names are needed"),
    (["x^2+y^2=1", "--wrt", "y,y"], 2, "two names are needed"),
    (["x^2+y^2=1", "--wrt", "y,x,x"], 2, "two names are needed"),
    (["x^2+y^2=1", "--wrt", "z,x"], 3, "the program has no input 'z'"),
    (["x^2=1", "--wrt", "y,x"], 3, "the program has no input 'y'"),
    (["x^2+0*y=1", "--wrt", "y,x"], 2, "'y' is not in the equation"),
    (["x+y=1=2", "--wrt", "y,x"], 2, "an equation has one equals sign"),
    (["x+y=", "--wrt", "y,x"], 2, "a side of the equation is missing"),
    (["=x+y", "--wrt", "y,x"], 2, "a side of the equation is missing"),
    (["x+y==1 =", "--wrt", "y,x"], 2, "a side of the equation is missing"),
    (["x+*y=1", "--wrt", "y,x"], 2, "error"),
    (["", "--wrt", "y,x"], 2, "error"),
    (["x+y=1", "--wrt", "y,x", "--order", "0"], 2, "the order is 1 to 12"),
    (["x+y=1", "--wrt", "y,x", "--order", "13"], 2, "the order is 1 to 12"),
    (["x+y=1", "--wrt", "y,x", "--z", "1"], 3, "the program has no input 'z'"),
    (["x+y=1", "--wrt", "y,x", "--x", "one"], 3, "one"),
    (["x+y=1", "--wrt", "y,x", "--steps", "--json"], 2, "cannot go together"),
    (["x+y=1", "--wrt", "y,x", "-o", "a.xyz"], 2, "does not say what to write"),
    (["sum(x)=y", "--wrt", "y,x", "--x", "[1,2]"], 3, "it has elements: x[1], x[2]"),
    (["[x, y] = [1, 2]"], 2, "that is an equation for every entry"),
    (["[x, y]"], 2, "that is an equation for every entry"),
]


@pytest.mark.parametrize(("words", "code", "said"), BAD, ids=[" ".join(each[0]) for each in BAD])
def test_bad_input(words: list[str], code: int, said: str) -> None:
    called = call("implicit", *words)
    assert (called.code, called.out) == (code, ""), called.err
    assert said in called.err


PLACES = [
    ("x + * y = 1", "x + * y = 1\n      ^"),
    ("x*y = 1 + * 2", "x*y = 1 + * 2\n            ^"),
    ("u = x*y; u^2 = foo(x)", "u = x*y; u^2 = foo(x)\n                 ^^^"),
    ("xy = 1", "xy = 1\n  ^^"),
    ("1 = xy", "1 = xy\n      ^^"),
    ("  y  =  xy ", "y  =  xy\n          ^^"),
]


@pytest.mark.parametrize(("text", "said"), PLACES, ids=[each[0] for each in PLACES])
def test_places_are_those_in_the_equation(text: str, said: str) -> None:
    assert said in call("implicit", text).err


@pytest.mark.parametrize("names", ["y,x₁", " y , x1", "ｙ,x1"])
def test_names_may_be_spelled_otherwise(names: str) -> None:
    plain = call("implicit", "x1*y = 3", "--wrt", "y,x1")
    assert plain.code == 0
    assert call("implicit", "x1*y = 3", "--wrt", names) == plain


REASONS = [
    # an equation, a point, and why dy/dx has no value there
    ("x^2 + y^2 = 0", (0, 0), "the equation does not change with y"),
    ("sin(x)/x + y = 1", (0, 0), "sin(x)/x is not defined at sin(x) = 0, x = 0"),
    ("y = sin(x)/x", (0, 0), "beside x = 0 out goes to 1 from both sides"),
    ("x^(1/3) + y = 1", (-8, 1), "the real cube root is cbrt(x)"),
    ("sqrt(x) + y = 1", (-1, 1), "sqrt(x) is not defined at x = -1"),
    ("y = gamma(x)", (-1, 1), "gamma(x) is not defined at x = -1"),
    ("exp(-1/x) + y = 1", (0, 1), "there: -1/x is -Infinity at x = 0"),
    ("y*sqrt(x^3) = x*y", (0, 0), "the equation does not change with y"),
]


@pytest.mark.parametrize(("equation", "point", "reason"), REASONS)
def test_what_has_no_value_has_a_reason(equation, point, reason):
    found = gradcli.implicit(equation, ["y", "x"], dict(zip("xy", point, strict=True)))
    (problem,) = found.problems
    assert problem.message.startswith("the derivative of y by x is NaN there: ")
    assert reason in problem.message


NEAR_NO_RULE = [
    # an equation, a point where a rule of its operations is 0/0 or 0*inf, and dy/dx by hand
    ("sqrt(x)^2 + y = 1", (0, 1), -1),
    ("cbrt(x)^3 + y = 1", (0, 1), -1),
    ("x*sqrt(x) + y = 1", (0, 1), 0),
    ("cbrt(x)^3*y = 0", (0, 1), -math.inf),
    ("y*sqrt(y) = x", (0, 0), math.inf),
    ("y*sqrt(x^3) = x", (0, 1), math.inf),
    ("asin(x)*(x - 1) + y = 1", (1, 1), -math.pi / 2),
    ("sqrt(1 - x)^3 + y = 1", (1, 1), 0),
    ("relu(x) - relu(-x) + y = 1", (0, 1), -1),
    ("abs(y)*y + y = x", (0, 0), 1),
]


@pytest.mark.parametrize(("equation", "point", "slope"), NEAR_NO_RULE)
def test_the_number_is_that_of_the_curve(
    equation: str, point: tuple[float, float], slope: float
) -> None:
    found = gradcli.implicit(equation, ["y", "x"], dict(zip("xy", point, strict=True)))
    assert found.values["y,x"] == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("equation", [each[0] for each in (*EQUATIONS, *NEAR_NO_RULE)])
@pytest.mark.parametrize("point", [(0, 0), (0, 1), (1, 0), (1, 1), (-1, 2)])
def test_no_number_contradicts_the_formula_beside_it(
    equation: str, point: tuple[float, float]
) -> None:
    at = {"a": 0.5, "p": 0.5} | dict(zip("xy", point, strict=True))
    used = {name: value for name, value in at.items() if re.search(rf"\b{name}\b", equation)}
    derived = gradcli.implicit(equation, ["y", "x"], used, order=3).derived
    for partial in derived.partials:
        function = gradcli.function(derived.text(partial))
        shown = function(*(at[name] for name in function.inputs))
        assert partial.value is not None
        is_one = partial.value == pytest.approx(shown, rel=1e-9, abs=1e-12, nan_ok=True)
        assert is_one or partial.is_of_whole, partial.key


LOST_IN = [
    # an equation, a point, an order, and the part of the formula that is shown that is lost there
    ("x*sqrt(x) + y = 1", (0, 1), 2, "-3/(4*sqrt(x)) is -Infinity at 4*sqrt(x) = 0"),
    ("y*(sqrt(x) + 1) = 1", (0, 1), 1, "/(2*sqrt(x)*(sqrt(x) + 1)) is -Infinity at "),
]


@pytest.mark.parametrize(("equation", "point", "order", "said"), LOST_IN)
def test_a_reason_speaks_of_the_formula(
    equation: str, point: tuple[float, float], order: int, said: str
) -> None:
    at = dict(zip("xy", point, strict=True))
    found = gradcli.implicit(equation, ["y", "x"], at, order=order)
    assert said in found.problems[-1].message
