"""``findroot(u, x, start)``: what an equation defines, differentiated like any other formula."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from command_line import call

import gradcli
from gradcli.errors import ParseError

mp = mpmath.mp.clone()
mp.dps = 60

EQUATIONS: list[tuple[str, Callable[..., Any], float, float]] = [
    ("x^2 - a", lambda x, a: x**2 - a, 1, 2.0),
    ("x^2 - a", lambda x, a: x**2 - a, -3, 2.0),
    ("cos(x) - a*x", lambda x, a: mp.cos(x) - a * x, 1, 1.0),
    ("x*exp(x) - a", lambda x, a: x * mp.exp(x) - a, 1, 3.0),
    ("x^3 + a*x - 5", lambda x, a: x**3 + a * x - 5, 0, 2.0),
    ("x - a*sin(x) - 1", lambda x, a: x - a * mp.sin(x) - 1, 1, 0.3),
    ("log(x) + x - a", lambda x, a: mp.log(x) + x - a, 1, 4.0),
    ("x^5 - x - a", lambda x, a: x**5 - x - a, 1.5, 0.7),
    ("tanh(a*x) - x/2", lambda x, a: mp.tanh(a * x) - x / 2, 2, 1.5),
    ("exp(-x) - a*x^2", lambda x, a: mp.exp(-x) - a * x**2, 0.5, 2.0),
    ("x^x - a", lambda x, a: x**x - a, 2, 5.0),
    ("erf(x) - a", lambda x, a: mp.erf(x) - a, 0, 0.4),
    ("gamma(x) - a", lambda x, a: mp.gamma(x) - a, 4, 10.0),
    ("atan(x) + a*x - 2", lambda x, a: mp.atan(x) + a * x - 2, 0, 0.5),
    ("sqrt(x) + sqrt(x + a) - 3", lambda x, a: mp.sqrt(x) + mp.sqrt(x + a) - 3, 1, 2.0),
    ("1/(1 + x^2) - a", lambda x, a: 1 / (1 + x**2) - a, 1, 0.3),
    ("sum((1 + x)^(-k) for k in 1..4) - a", lambda x, a: (1 - (1 + x) ** -4) / x - a, 0.1, 3.2),
    ("x - a if x > 2*a else x^2 + x - a", lambda x, a: x**2 + x - a, 3, 1.7),
    ("sinh(x)*a - cosh(x)", lambda x, a: mp.sinh(x) * a - mp.cosh(x), 1, 1.9),
    ("x^2*exp(a*x) - a - 1", lambda x, a: x**2 * mp.exp(a * x) - a - 1, 1, 0.8),
    ("hypot(x, a) - 3*a + x", lambda x, a: mp.sqrt(x**2 + a**2) - 3 * a + x, 0, 1.3),
]  # fmt: skip
"""An equation, the same in many digits, where the root is looked for, and the value of a."""


def reference(function: Callable[..., Any], near: float, a: float, order: int) -> Any:
    """A derivative of the root, by differences of roots in 60 digits."""
    return mp.diff(lambda p: mp.findroot(lambda x: function(x, p), near), a, order)


@pytest.mark.parametrize(("text", "function", "start", "a"), EQUATIONS)
def test_roots_and_their_derivatives(
    text: str, function: Callable[..., Any], start: float, a: float
) -> None:
    program = f"findroot({text}, x, {start})"
    value = gradcli.evaluate(program, a=a).value
    root = mp.findroot(lambda x: function(x, mp.mpf(a)), value)
    assert value == pytest.approx(float(root), rel=2e-15)
    for order in (1, 2, 3):
        expected = float(reference(function, value, a, order))
        found = gradcli.evaluate(f"f(a) = {program}; diff(f(a), a, {order})", a=a).value
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-14), order
        (derived,) = gradcli.derive(program, wrt=[("a",) * order], a=a).partials
        assert derived.value == pytest.approx(expected, rel=1e-12, abs=1e-14), order
    slope = float(reference(function, value, a, 1))
    compiled = gradcli.function(program)
    assert compiled(a) == value
    assert compiled.grad(a=a)["a"] == pytest.approx(slope, rel=1e-13)
    assert compiled.jvp({"a": a}, {"a": 2.0})[1] == pytest.approx(2 * slope, rel=1e-13)
    curvature = float(reference(function, value, a, 2))
    assert compiled.hessian(a=a)["a"]["a"] == pytest.approx(curvature, rel=1e-12, abs=1e-14)


TO_THE_LAST_DIGITS = [
    ("x^3 - a", -0.0001, {"a": 8}, 2),
    ("exp(x) - a", 0, {"a": 1e100}, 100 * math.log(10)),
    ("x - a", 1, {"a": 1e300}, 1e300),
    ("x^9 - a", 1, {"a": 1e-300}, float(mp.mpf(1e-300) ** (mp.mpf(1) / 9))),
    ("tan(x) - a", 1.4, {"a": 0.3}, math.atan(0.3)),
    ("atan(x) - a", 5, {"a": 0}, 0),
    ("x^3 - 2*x + 2 - a", 0, {"a": 0}, -1.7692923542386314),
    ("cbrt(x - a)", 1, {"a": 0.3}, 0.3),
    ("(x - a)^2", 1, {"a": 0.3}, 0.3),
    ("(x - a)^7", 1, {"a": 0.3}, 0.3),
    ("x^2 - a", 1, {"a": 0}, 0),
    ("sign(x - a)", 1, {"a": 0.3}, 0.3),
    ("relu(x) - a", -1, {"a": 0.5}, 0.5),
    ("1/x - a", -1, {"a": 1e-8}, 1e8),
    ("x if x > 1 else x - a", 3, {"a": 0.5}, 0.5),
    ("sin(x) - a", 3, {"a": 0}, math.pi),
]


@pytest.mark.parametrize(("text", "start", "values", "expected"), TO_THE_LAST_DIGITS)
def test_difficult_roots(
    text: str, start: float, values: dict[str, float], expected: float
) -> None:
    found = gradcli.evaluate(f"findroot({text}, x, {start})", values).value
    assert found == pytest.approx(expected, rel=4e-16, abs=0)


NO_ROOT = [
    ("x^2 + a", {"a": 1}, "the nearest to 0 that was met is 1, at x = 0"),
    ("x^2 + 1e-20 + a", {"a": 0}, "the nearest to 0 that was met is 1e-20"),
    ("exp(-x) - a", {"a": 0}, "it only becomes too small for a float"),
    ("1/(x - a)", {"a": 0.3}, "its sign changes by a jump or a pole at x = 0.3"),
    ("sign(x - a) + 0.5", {"a": 0.3}, "its sign changes by a jump or a pole at x = 0.3"),
    ("sqrt(-1 - x^2) - a", {"a": 1}, "what is to be 0 has no value at x = 1"),
]


@pytest.mark.parametrize(("text", "values", "reason"), NO_ROOT)
def test_where_there_is_none(text: str, values: dict[str, float], reason: str) -> None:
    program = f"findroot({text}, x, 1)"
    solution = gradcli.evaluate(program, values)
    assert math.isnan(solution.value)
    (problem, *_) = solution.problems
    assert problem.kind == "value"
    assert problem.span == (0, len(program))
    assert "found no root" in problem.message
    assert reason in problem.message
    flags = [f"--{name}={value}" for name, value in values.items()]
    assert call("eval", program, *flags).code == 4


def test_the_reason_speaks_of_the_unknown_that_is_written() -> None:
    for letter in "xyz":
        (problem, *_) = gradcli.evaluate(f"findroot({letter}^2 + a, {letter}, 1)", a=1).problems
        assert f"at {letter} = 0" in problem.message


def test_where_it_is_begun_is_a_value_like_any_other() -> None:
    assert gradcli.evaluate("findroot(x^2 - a, x, s)", a=4, s=-5).gradient == {"a": -0.25, "s": 0}
    none = gradcli.evaluate("findroot(x^2 - a, x, s)", a=4, s=math.inf)
    assert "must be finite" in none.problems[0].message


@pytest.mark.parametrize(
    ("text", "slope"), [("x^2 - a", "Infinity"), ("(x - a)^2", "NaN"), ("abs(x) - a", "Infinity")]
)
def test_a_multiple_root_is_said(text: str, slope: str) -> None:
    solution = gradcli.evaluate(f"findroot({text}, x, 1)", a=0)
    assert solution.value == 0
    (problem,) = [each for each in solution.problems if each.kind == "derivative"]
    assert problem.what == slope
    assert "the root is a multiple one" in problem.message


BAD = [
    ("findroot(y^2 + 1, x, 1)", "'x' is not in what is to be 0"),
    ("findroot(0*2 - a, x, 1)", "'x' is not in what is to be 0"),
    ("findroot(x^2 - a, x, 1) + x", "has another meaning in the program"),
    ("x + findroot(x^2 - a, x, 1)", "has another meaning in the program"),
    ("findroot(x^2 - a, x, x)", "has another meaning in the program"),
    ("J(a, x) = findroot(x^2 - a, x, 1)", "has another meaning in the program"),
    ("x = 3; findroot(x^2 - a, x, 1)", "has another meaning in the program"),
    ("f(x) = findroot(x^2 - 2, x, 1); f(a)", "has another meaning in the program"),
    ("findroot(x^2 - a, x)", "it is not said what is looked for"),
    ("findroot(x^2 - a, 3, 1)", "it is not said what is looked for"),
    ("findroot(x^2 - a, x, 1, 2)", "it is not said what is looked for"),
    ("findroot(x^2 - a for x in 1..2)", "it is not said what is looked for"),
    ("findroot()", "it is not said what is looked for"),
]


@pytest.mark.parametrize(("program", "message"), BAD)
def test_what_is_no_equation(program: str, message: str) -> None:
    with pytest.raises(ParseError) as raised:
        gradcli.evaluate(program, a=2)
    assert message in raised.value.message
    assert raised.value.span is not None
    assert raised.value.hint


def test_its_unknown_is_no_input() -> None:
    for names in ({"a": 2, "x": 1}, {}):
        with pytest.raises(gradcli.errors.GradcliError):
            gradcli.evaluate("findroot(x^2 - a, x, 1)", names)


FORMULAS = [
    ("findroot(x^2 - a, x, 1)", "a", "1/(2*findroot(x^2 - a, x, 1))"),
    ("y = findroot(x^3 + a*x - b, x, 1); y^2", "b", "2*y/(3*y^2 + a)"),
    ("findroot(findroot(y^2 - x - a, y, 1) - b, x, 1)", "a", "-1"),
    ("f(a) = findroot(x^2 - a, x, 1); f(x)", "x", "1/(2*findroot(x_^2 - x, x_, 1))"),
    ("findroot(findroot(x^2 - a, x, 1)*x - b, x, 1)", "b", "1/findroot(x^2 - a, x, 1)"),
    ("findroot(x^2 - a, x, s)", "s", "0"),
    ("findroot(diff(x^3 - a*x^2, x), x, 5)", "a", None),
]


@pytest.mark.parametrize(("program", "name", "expected"), FORMULAS)
def test_formulas(program: str, name: str, expected: str | None) -> None:
    derived = gradcli.derive(program, wrt=[name])
    (partial,) = derived.partials
    found = derived.text(partial)
    assert expected is None or found.endswith(expected)
    values = {"a": 2.3, "b": 3.1, "x": 1.7, "s": 1.2}
    used = {key: value for key, value in values.items() if key in derived.inputs}
    slope = gradcli.evaluate(program, used, wrt=[name]).gradient[name]
    again = gradcli.evaluate(found, {key: at for key, at in used.items() if key in found})
    assert again.value == pytest.approx(slope, rel=1e-13)


PROGRAMS = [
    ("f(a) = findroot(x^2 - a, x, 1); f(u)*f(v)", {"u": 4, "v": 9}, 6, {"u": 0.75, "v": 1 / 3}),
    ("g = 3; f(a) = findroot(g*x - a, x, 1); f(u)", {"u": 6}, 2, {"u": 1 / 3}),
    ("h(x) = x^3; findroot(h(x) - a, x, 1)", {"a": 27}, 3, {"a": 1 / 27}),
    ("h(z) = z^3; f(a) = findroot(h(x) - a, x, 1); f(a)", {"a": 27}, 3, {"a": 1 / 27}),
    ("findroot(ax^2 - 8, x, 1)", {"a": 2}, 2, {"a": -0.5}),
    ("findroot(x(x + 1) - a, x, 1)", {"a": 6}, 2, {"a": 0.2}),
    ("findroot(findroot(x - y, y, x) - a, x, 1)", {"a": 6}, 6, {"a": 1}),
    ("findroot(findroot(y^3 - x, y, 1) - a, x, 1)", {"a": 2}, 8, {"a": 12}),
    ("where(a > 0, findroot(x^2 - a, x, 1), 7)", {"a": -1}, 7, {"a": 0}),
    ("r[k] = findroot(x^2 - k^2*a, x, 1) for k in 1..3; r[1] + r[3]", {"a": 4}, 8, {"a": 1}),
    ("sum(findroot(x^2 - A, x, 1))", {"A": [4, 9]}, 5, {"A": [0.25, 1 / 6]}),
    ("sum(A) + findroot(A[1]*x - A[2], x, 1)", {"A": [2, 4]}, 8, {"A": [0, 1.5]}),
    ("f(x) = findroot(y^2 - x, y, 1); sum(f(A))", {"A": [4, 9]}, 5, {"A": [0.25, 1 / 6]}),
    ("sum(findroot(x^2 - i^2*a, x, 1) for i in 1..3)", {"a": 4}, 12, {"a": 1.5}),
    ("findroot(sum(x^i for i in 1..3) - 3*a, x, 0.5)", {"a": 1}, 1, {"a": 0.5}),
    ("sum(findroot(x^2 - 4*a, x, 1)*x for x in 1..2)", {"a": 1}, 6, {"a": 3}),
    ("findroot(α₁^2 - a, α₁, 1)", {"a": 4}, 2, {"a": 0.25}),
    ("findroot(pi^2 - a, pi, 1)", {"a": 4}, 2, {"a": 0.25}),
    (
        "f(t) = t^3; g(a) = findroot(f(x) - a, x, 1); diff(g(a), a)",
        {"a": 8},
        1 / 12,
        {"a": -1 / 144},
    ),
    ("findroot = 3; findroot*a", {"a": 2}, 6, {"a": 3}),
    ("findroot(x, y, z) = x + y + z; findroot(a, a, a)", {"a": 2}, 6, {"a": 3}),
    ("np.findroot(x^2 - a, x, 1)", {"a": 4}, 2, {"a": 0.25}),
]


@pytest.mark.parametrize(("program", "values", "value", "gradient"), PROGRAMS)
def test_in_programs(
    program: str, values: dict[str, Any], value: float, gradient: dict[str, Any]
) -> None:
    solution = gradcli.evaluate(program, values)
    assert solution.value == pytest.approx(value, rel=1e-14)
    for name, slope in gradient.items():
        assert [*_flat(solution.gradient[name])] == pytest.approx([*_flat(slope)], rel=1e-13)
    if "ax" not in program:  # the letters of which only a value declares
        assert gradcli.function(program)(**values) == pytest.approx(value, rel=1e-14)


def _flat(value: Any) -> list[float]:
    entries = value.tolist() if hasattr(value, "tolist") else value
    return entries if isinstance(entries, list) else [entries]


def test_commands_know_it() -> None:
    program = ["y = findroot(x^3 + a*x - b, x, 1); y^2*b", "--a=2", "--b=3"]
    found = json.loads(call("eval", *program, "--json").out)
    (node,) = [each for each in found["nodes"] if each["name"] == "y"]
    assert node["op"] == "findroot"
    assert node["expression"] == "findroot(x^3 + a*x - b, x, 1)"
    assert call("check", *program).code == 0
    assert "implicit function theorem" in call("diff", *program, "--steps").out
    for view in ("--tree", "--trace"):
        assert call("eval", *program, view).code == 0
    for command in ("jac", "hess", "graph", "budget"):
        assert call(command, *program).code == 0, command
    assert call("paths", *program, "--wrt", "a").code == 0
    assert call("descend", *program, "--steps", "2").code == 0
    assert call("nudge", *program, "--by", "a=+1%").code == 0


def test_many_parameters_cost_no_more_than_one_formula_each() -> None:
    names = ", ".join(f"a{k}" for k in range(300))
    total = " + ".join(f"a{k}*x" for k in range(300))
    program = f"J({names}) = findroot({total} - 600, x, 1)"
    found = gradcli.evaluate(program, {f"a{k}": 1 for k in range(300)})
    assert found.value == 2
    assert found.gradient["a7"] == pytest.approx(-2 / 300)


def test_it_can_be_pickled() -> None:
    compiled = pickle.loads(pickle.dumps(gradcli.function("findroot(x^2 - a, x, 1)")))  # noqa: S301
    assert compiled(4) == 2
    assert compiled.grad(4)["a"] == 0.25


def test_equal_equations_are_one_node_whatever_the_unknown_is_called() -> None:
    solution = gradcli.evaluate("findroot(x^2 - a, x, 1)*findroot(y^2 - a, y, 1)", a=4)
    assert [node.op for node in solution.nodes] == ["input", "findroot", "mul"]
