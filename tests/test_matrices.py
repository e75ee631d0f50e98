"""`gradcli jac` and `gradcli hess`: known functions against high precision, points, bad input."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from typing import Any

import mpmath as mp
import pytest
from command_line import call
from independent_reader import read
from jsonschema import validate

import gradcli
from gradcli.errors import GradcliError

KNOWN = [
    ("Rosenbrock", "(1-a)^2 + 100*(b-a^2)^2", [-1.2, 1]),
    ("Himmelblau", "(a^2+b-11)^2 + (a+b^2-7)^2", [3, 2]),
    ("Beale", "(1.5-a+a*b)^2 + (2.25-a+a*b^2)^2 + (2.625-a+a*b^3)^2", [3, 0.5]),
    ("Booth", "(a+2*b-7)^2 + (2*a+b-5)^2", [1, 3]),
    ("Matyas", "0.26*(a^2+b^2) - 0.48*a*b", [0.3, -2]),
    ("McCormick", "sin(a+b) + (a-b)^2 - 1.5*a + 2.5*b + 1", [-0.5, -1.5]),
    (
        "Ackley",
        "-20*exp(-0.2*sqrt((a^2+b^2)/2)) - exp((cos(2*pi*a)+cos(2*pi*b))/2) + e + 20",
        [0.4, -0.7],
    ),
    ("Rastrigin", "20 + a^2 - 10*cos(2*pi*a) + b^2 - 10*cos(2*pi*b)", [0.4, 0.9]),
    ("three-hump camel", "2*a^2 - 1.05*a^4 + a^6/6 + a*b + b^2", [0, 0]),
    ("six-hump camel", "(4 - 2.1*a^2 + a^4/3)*a^2 + a*b + (-4 + 4*b^2)*b^2", [0.2, -0.4]),
    (
        "Levy 13",
        "sin(3*pi*a)^2 + (a-1)^2*(1+sin(3*pi*b)^2) + (b-1)^2*(1+sin(2*pi*b)^2)",
        [0.3, 1.2],
    ),
    (
        "Goldstein-Price",
        (
            "(1 + (a+b+1)^2*(19-14*a+3*a^2-14*b+6*a*b+3*b^2))"
            "*(30 + (2*a-3*b)^2*(18-32*a+12*a^2+48*b-36*a*b+27*b^2))"
        ),
        [0.5, -0.5],
    ),
    ("Easom", "-cos(a)*cos(b)*exp(-((a-pi)^2+(b-pi)^2))", [3, 2.5]),
    ("Powell", "(a+10*b)^2 + 5*(c-d)^2 + (b-2*c)^4 + 10*(a-d)^4", [3, -1, 0, 1]),
    (
        "Wood",
        (
            "100*(b-a^2)^2 + (1-a)^2 + 90*(d-c^2)^2 + (1-c)^2 + 10.1*((b-1)^2+(d-1)^2)"
            "+ 19.8*(b-1)*(d-1)"
        ),
        [-3, -1, -3, -1],
    ),
    ("log of sums", "log(exp(a) + exp(b) + exp(c))", [0.3, -1, 2]),
    ("logistic loss", "log(1 + exp(-(a*2 - b)))", [0.3, 0.8]),
    ("distance", "sqrt(a^2 + b^2 + c^2)", [1, -2, 2]),
    ("Cobb-Douglas", "a^0.3*b^0.7", [2, 5]),
    ("van der Waals", "8*a/(3*b - 1) - 3/b^2", [1, 1]),
    ("Gaussian", "exp(-(a^2 - a*b + b^2)/2)", [0.5, -1]),
    ("entropy", "-(a*log(a) + b*log(b) + (1-a-b)*log(1-a-b))", [0.2, 0.5]),
    ("Lennard-Jones", "4*((b/a)^12 - (b/a)^6)", [1.3, 1.1]),
    ("error function", "erf(a*b)/a", [0.7, 1.2]),
    ("Michaelis-Menten", "a*b/(c + b)", [2, 0.5, 0.25]),
    ("Arrhenius", "a*exp(-b/(8.314*c))", [1e7, 5e4, 300]),
    ("Planck", "a^3/(exp(a/b) - 1)", [2.5, 0.9]),
    ("damped wave", "exp(-a*c)*cos(2*pi*b*c)", [0.3, 1.5, 0.7]),
    ("pendulum", "a^2/2 - 9.81*cos(b)", [0.3, 2.9]),
    ("a ratio of powers", "a^b/b^a", [1.5, 2.5]),
]
"""The test functions of optimization, and formulas of other fields."""


@pytest.mark.parametrize(("text", "at"), [each[1:] for each in KNOWN], ids=[k[0] for k in KNOWN])
def test_known_functions(text: str, at: list[float]) -> None:
    names = "abcd"[: len(at)]
    given = dict(zip(names, at, strict=True))
    found = gradcli.hess(f"f({', '.join(names)}) = {text}", given)
    assert list(found.names) == list(names)
    pairs = list(itertools.product(range(len(at)), repeat=2))
    with mp.workdps(60):
        value = read(text)
        exact = {pair: float(partial(value, given, pair)) for pair in pairs}
        slopes = [float(partial(value, given, (place,))) for place in range(len(at))]
    scale = max(1e-9, *map(abs, exact.values()))
    for row, column in pairs:
        assert abs(found.dense[row][column] - exact[row, column]) <= 1e-12 * scale
    scale = max(1e-9, *map(abs, slopes))
    for slope, expected in zip(found.gradient, slopes, strict=True):
        assert abs(slope - expected) <= 1e-12 * scale
    jacobian = gradcli.jac(f"f({', '.join(names)}) = {text}", given)
    assert jacobian.dense == [pytest.approx(list(found.gradient), rel=1e-14, abs=1e-14)]


def partial(value: Any, given: dict[str, float], by: Sequence[int]) -> Any:
    """A derivative of a formula by differences in many digits."""
    orders = tuple(by.count(place) for place in range(len(given)))

    def at(*point: Any) -> Any:
        return value(dict(zip(given, point, strict=True)))

    return mp.diff(at, tuple(mp.mpf(each) for each in given.values()), orders)


POINTS = [
    ("x^2 + 2*y^2", {"x": 0, "y": 0}, "minimum"),
    ("-x^2 - y^4 - y^2", {"x": 0, "y": 0}, "maximum"),
    ("x*y", {"x": 0, "y": 0}, "saddle"),
    ("x^3 - 3*x*y^2", {"x": 0, "y": 0}, "flat"),
    ("x^2 + y^4", {"x": 0, "y": 0}, "flat"),
    ("x^2 - y^2 + z^4", {"x": 0, "y": 0, "z": 0}, "saddle"),
    ("(x + y)^2", {"x": 1, "y": -1}, "flat"),
    ("x + y", {"x": 0, "y": 0}, "not stationary"),
    ("cosh(x) + cos(y)", {"x": 0, "y": 0}, "saddle"),
    ("7", {}, "flat"),
    ("1e12*x^2 + 1e-3*y^2", {"x": 0, "y": 0}, "minimum"),
    ("log(x)", {"x": -1}, None),
    ("sqrt(x)", {"x": 0}, None),
    ("sum((W@x - y)^2)", {"W": [[1, 2], [3, 4]], "x": [1, 1], "y": [3, 7]}, "flat"),
]


@pytest.mark.parametrize(("program", "values", "kind"), POINTS, ids=[each[0] for each in POINTS])
def test_what_a_point_is(program: str, values: dict[str, Any], kind: str | None) -> None:
    assert gradcli.hess(program, values).point == kind


def times(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_products_with_vectors_are_those_of_the_matrix() -> None:
    program, values = "x^2*y + sin(y*z)", {"x": 1, "y": 2, "z": 0.5}
    vector, parts = {"x": 1, "z": -2}, [1.0, 0.0, -2.0]
    found = gradcli.hess(program, values, along=vector)
    product = [times(row, parts) for row in found.dense]
    assert found.along is not None
    assert list(found.along.product.values()) == pytest.approx(product, rel=1e-14)
    assert found.along.curvature == pytest.approx(times(product, parts), rel=1e-14)
    assert found.along.slope == pytest.approx(times(found.gradient, parts), rel=1e-14)
    source = "u = x*y; v = sin(x)*z; u*v"
    jacobian = gradcli.jac(source, values, of=["u", "v"], along=vector, back={"v": 3})
    assert jacobian.along is not None
    assert jacobian.back is not None
    product = [times(row, parts) for row in jacobian.dense]
    assert list(jacobian.along.product.values()) == pytest.approx(product)
    product = [3 * each for each in jacobian.dense[1]]
    assert list(jacobian.back.product.values()) == pytest.approx(product)


def test_directions_of_arrays_are_lists_or_entries() -> None:
    whole = gradcli.hess("sum(x^3)", {"x": [1, 2, 3]}, along={"x": [1, 0, 2]})
    entries = gradcli.hess("sum(x^3)", {"x": [1, 2, 3]}, along={"x[1]": 1, "x[3]": 2})
    assert whole.along == entries.along
    assert whole.along is not None
    assert whole.along.curvature == 6 + 4 * 18
    called = call("hess", "sum(x^3)", "--x", "[1,2,3]", "--along", "x=[1,0,2]", "--json")
    assert json.loads(called.out)["along"]["curvature"] == 78


INFINITE = [
    ("[sqrt(x) + y, y]", {"x": 0, "y": 1}, [[math.inf, 1.0], [0.0, 1.0]]),
    ("sqrt(x) + x[1]*y", {"x": [0, 4], "y": 3}, [[math.inf, 0.0, 0.0], [3.0, 0.25, 0.0]]),
    ("u = W@sqrt(x); u", {"W": [[1, 0], [2, 1]], "x": [0, 1]}, None),
]


@pytest.mark.parametrize(("program", "values", "expected"), INFINITE, ids=[i[0] for i in INFINITE])
def test_an_infinite_derivative_leaves_the_others_alone(
    program: str, values: dict[str, Any], expected: list[list[float]] | None
) -> None:
    found = gradcli.jac(program, values)
    if expected is not None:
        assert found.dense == expected
    else:
        names = list(found.columns)
        by_w = names.index("W[1,2]")
        assert [row[by_w] for row in found.dense] == [1.0, 0.0]
        assert found.dense[0][names.index("x[2]")] == 0.0
        assert found.dense[1][names.index("x[2]")] == 0.5


def test_nothing_comes_from_where_a_vector_is_0() -> None:
    found = gradcli.jac("u = sqrt(x); v = x*y; u + v", {"x": 0, "y": 2}, of=["u", "v"],
                        along={"y": 1}, back={"v": 1})  # fmt: skip
    assert found.along is not None
    assert found.back is not None
    assert found.along.product == {"u": 0.0, "v": 0.0}
    assert found.back.product == {"x": 2.0, "y": 0.0}
    second = gradcli.hess("sum(sqrt(x)*y)", {"x": [0, 4], "y": [1, 2]}, along={"y": [0, 1]})
    assert second.along is not None
    assert [*second.along.product.values()] == [0.0, 0.25, 0.0, 0.0]
    assert second.along.curvature == 0.0


def test_outputs_are_steps_families_and_arrays() -> None:
    found = gradcli.jac("y[k] = x^k for k in 1..3; sum(y)", {"x": 2}, of="y")
    assert (list(found.names), found.dense) == (["y[1]", "y[2]", "y[3]"], [[1.0], [4.0], [12.0]])
    found = gradcli.jac("u = W@x; sum(u)", {"W": [[1, 2]], "x": [3, 4]}, of=["u", "out"])
    assert list(found.names) == ["u[1]", "out"]
    assert found.dense == [[3.0, 4.0, 1.0, 2.0]] * 2


LAYOUTS = [
    ("jac", ["x*y", "--x", "1", "--y", "2"], {"x": 2.0, "y": 1.0}),
    ("jac", ["[x, x*y]", "--x", "1", "--y", "2"], {"x": [1.0, 2.0], "y": [0.0, 1.0]}),
    ("jac", ["W@x", "--W", "[[1,2]]", "--x", "[3,4]"], {"W": [[[3.0, 4.0]]], "x": [[1.0, 2.0]]}),
    (
        "jac",
        ["u=x*y; v=x; u", "--of", "u,v", "--x", "1", "--y", "2"],
        {"x": [2.0, 1.0], "y": [1.0, 0.0]},
    ),
    ("jac", ["x*y", "--x", "1", "--y", "2", "--sparse"], [[0, 0, 2.0], [0, 1, 1.0]]),
    ("hess", ["x^2*y", "--x", "1", "--y", "2"], [[4.0, 2.0], [2.0, 0.0]]),
    (
        "hess",
        ["x^2*y", "--x", "1", "--y", "2", "--sparse"],
        [[0, 0, 4.0], [0, 1, 2.0], [1, 0, 2.0]],
    ),
    ("hess", ["x^2*y", "--x", "1", "--y", "2", "--wrt", "y"], [[0.0]]),
]


@pytest.mark.parametrize(
    ("command", "words", "expected"), LAYOUTS, ids=[str(each[1]) for each in LAYOUTS]
)
def test_the_matrix_in_json(command: str, words: list[str], expected: Any) -> None:
    called = call(command, *words, "--json")
    whole = json.loads(called.out)
    validate(whole, gradcli.schema(command))
    assert whole["jacobian" if command == "jac" else "hessian"] == expected


BAD = [
    (["hess", "[x, x]", "--x", "1"], 3, "the output is a vector of 2, and has no gradient"),
    (["hess", "x^2"], 3, "no value for 'x'"),
    (["hess", "x^2", "--x", "1", "--wrt", "y"], 3, "the program has no input 'y'"),
    (["hess", "x^2", "--x", "1", "--wrt", "out"], 3, "the program has no input 'out'"),
    (["hess", "x^2", "--x", "1", "--along", "y=1"], 3, "the program has no input 'y'"),
    (["hess", "x^2", "--x", "1", "--along", "x"], 2, "'x' gives no name a value"),
    (["hess", "x^2", "--x", "1", "--along", "x="], 2, "'x=' gives no name a value"),
    (["hess", "x^2", "--x", "1", "--along", "=1"], 2, "'=1' gives no name a value"),
    (["hess", "x^2", "--x", "1", "--along", "x=1,x=2"], 3, "'x' is given twice in --along"),
    (["hess", "x^2", "--x", "1", "--along", "x=one"], 3, "unknown name 'one'"),
    (["hess", "sum(x^2)", "--x", "[1,2]", "--along", "x=1"], 3, "x"),
    (["hess", "sum(x^2)", "--x", "[1,2]", "--along", "x=[1,2,3]"], 3, "x"),
    (["hess", "sum(x^2)", "--x", "[1,2]", "--along", "x[3]=1"], 3, "x[3]"),
    (["hess", "log(x)", "--x", "-1"], 4, "log(x) is not defined at x = -1"),
    (["hess", "x^2", "--x", "1", "--json", "--spy"], 2, "cannot go together"),
    (["hess", "x^2", "--x", "1", "-o", "h.xyz"], 2, "does not say what to write"),
    (["jac", "x^2", "--x", "1", "--of", "u"], 3, "there is no 'u' to differentiate"),
    (["jac", "x^2", "--x", "1", "--of", ""], 2, "a name is missing in --of"),
    (["jac", "x^2", "--x", "1", "--of", "3"], 3, "--of takes a name"),
    (["jac", "x^2", "--x", "1", "--back", "x=1"], 3, "x"),
    (["jac", "x^2", "--x", "1", "--back", "1"], 2, "'1' gives no name a value"),
    (["jac", "x +", "--x", "1"], 2, "error"),
    (["jac", "1/x", "--x", "0"], 4, "x = 0"),
]


@pytest.mark.parametrize(("words", "code", "said"), BAD, ids=[" ".join(each[0]) for each in BAD])
def test_bad_input(words: list[str], code: int, said: str) -> None:
    called = call(*words)
    assert called.code == code, called.err
    assert said in called.err
    assert "Traceback" not in called.err


def test_a_large_matrix_is_refused_with_a_way_out() -> None:
    large = gradcli.hess("sum(x^2)", {"x": [1.0] * 1100})
    with pytest.raises(gradcli.UsageError, match="1,100 rows"):
        large.to_dict()
    sparse = gradcli.hess("sum(x^2)", {"x": [1.0] * 1100}, sparse=True)
    assert sparse.to_dict()["hessian"][1099] == [1099, 1099, 2.0]
    assert sparse.eigenvalues is None
    assert gradcli.show(sparse, "spy").endswith(
        "1,100 of 1,210,000 entries can be other than 0; products with a\nvector: 1"
    )


def test_a_direction_names_the_elements_of_an_array_at_once() -> None:
    values, program = {"x": [1, 2, 3]}, "x[1]^2*x[2] + x[3]"
    whole = gradcli.hess(program, values, along={"x": [1, 0, 2]}).along
    parts = gradcli.hess(program, values, along={"x[1]": 1, "x[3]": 2}).along
    assert whole == parts
    with pytest.raises(GradcliError):
        gradcli.hess(program, values, along={"x": [1, 0]})
    with pytest.raises(GradcliError):
        gradcli.hess("x[1]*x[3]", {"x[1]": 1, "x[3]": 2}, along={"x": [1, 0]})
