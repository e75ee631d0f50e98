"""``diff(u, x)`` inside a program: the derivative is a formula like any other."""

from __future__ import annotations

import math
from typing import Any

import pytest
from command_line import call
from hypothesis import given, settings
from random_programs import EXPRESSIONS, POINTS

import gradcli

VALUES = [
    ("diff(x^3, x)", {"x": 2}, 12),
    ("diff(x^3, x, 2)", {"x": 2}, 12),
    ("diff(x^3, x, 3)", {"x": 2}, 6),
    ("diff(x^3, x, x)", {"x": 2}, 12),
    ("diff(x^3*y^2, x, y)", {"x": 2, "y": 3}, 72),
    ("diff(x^3*y^2, x, 2, y)", {"x": 2, "y": 3}, 72),
    ("diff(x^3*y^2, x, y, 2)", {"x": 2, "y": 3}, 24),
    ("diff(y, x)", {"x": 2, "y": 3}, 0),
    ("diff(x, x)", {"x": 2}, 1),
    ("diff(diff(x^3, x), x)", {"x": 2}, 12),
    ("x*diff(x^2, x) + 1", {"x": 3}, 19),
    ("u = x^2; diff(u*x, u)", {"x": 3}, 3),
    ("u = x^2; diff(u*x, x)", {"x": 3}, 27),
    ("u = x; diff(u^2, u)", {"x": 3}, 6),
    ("f(a) = a^3 - 2; x - f(x)/diff(f(x), x)", {"x": 1.5}, 1.5 - (1.5**3 - 2) / (3 * 1.5**2)),
    ("g(a) = diff(a^3*b, a); g(2*x)", {"x": 1, "b": 5}, 60),
    ("f(a) = a^3; g(a) = diff(f(a)*b, a); g(2*x)", {"x": 1, "b": 5}, 60),
    ("f(a) = a^2; g(a) = f(f(a)); h(a) = diff(g(a), a, 2); h(x)", {"x": 2}, 48),
    ("f(x, b) = diff(x*b, x); f(y, y)", {"y": 3}, 3),
    ("f(x) = diff(x^2, x); f(y) + f(2*y)", {"y": 3}, 18),
    ("c = 4; f(a) = diff(c*a^2, a); f(x)", {"x": 3}, 24),
    ("y(t) = A*exp(-k*t); diff(y(t), t) + k*y(t)", {"A": 1, "k": 2, "t": 0.5}, 0),
    ("y(t) = sin(w*t); diff(y(t), t, 2) + w^2*y(t)", {"w": 3, "t": 0.4}, 0),
    ("v[k] = x^k for k in 1..3; sum(diff(v[k], x) for k in 1..3)", {"x": 2}, 17),
    ("diff(x[1]^2*x[2], x[1])", {"x": [3, 5]}, 30),
    ("diff(abs(x), x)", {"x": -2}, -1),
    ("diff(x if x > 0 else 2*x, x)", {"x": -2}, 2),
    ("diff(where(x > 0, sqrt(x), 0), x)", {"x": -1}, 0),
    ("d = x; diff(d^2, d)", {"x": 3}, 6),
    ("sum(diff(sum(x^3), x))", {"x": [1, 2]}, 15),
    ("f(x) = diff(sum(x^3), x); sum(f(A))", {"A": [1, 2]}, 15),
    ("f(x) = diff(sum(x^3), x); sum(f(2*A))", {"A": [1, 2]}, 60),
    ("f(x, y) = sum(diff(sum(x*y), x)); f(A, A)", {"A": [1, 2]}, 3),
    ("f(x) = sum(diff(sum(x^3), x)); g(x) = f(2*x) + f(x); g(A)", {"A": [1, 2]}, 75),
    ("f(x) = x' @ x; g(x) = diff(f(x), x); sum(g(A))", {"A": [3, 5]}, 16),
    ("f(x, t) = sum(x)*diff(t^3, t); f(A, 5)", {"A": [3, 5]}, 600),
    ("f(x, t) = sum(x)*diff(t^3, t); f(A, b*b)", {"A": [3, 5], "b": 2}, 384),
    ("f(x) = [diff(x[i]^2*x[1], x[i]) for i in 1..2]; sum(f(A))", {"A": [3, 5]}, 57),
    (
        "H(x) = [[diff(sum(x^3)*x[1], x[i], x[j]) for i in 1..2] for j in 1..2]; sum(H(A))",
        {"A": [3, 5]},
        348,
    ),
    ("sum(x) + sum(diff(sum(x^3), x[i]) for i in 1..2)", {"x": [1, 2]}, 18),
    ("sum(x) + diff(x[1]^2*x[2], x[1], x[2])", {"x": [1, 2]}, 5),
    ("sum(x) + diff(x[k]^2*x[1], x[k])", {"x": [1, 2], "k": 2}, 7),
    ("sum(diff(x^5, x, k) for k in 1..3)", {"x": 1}, 85),
]


@pytest.mark.parametrize(("program", "values", "expected"), VALUES, ids=[v[0] for v in VALUES])
def test_values(program: str, values: dict[str, Any], expected: float) -> None:
    found = gradcli.evaluate(program, values).value
    assert found == pytest.approx(expected, rel=1e-14, abs=1e-14)
    assert gradcli.function(program)(**values) == pytest.approx(expected, rel=1e-14, abs=1e-14)


BY_STEPS = [
    # program, values, the derivatives of its output by steps, each as by an input in its place
    ("u = diff(x^3, x); J = u + diff(x^3, x)", {"x": 2}, {"u": 1, "x": 24}),
    ("u = 3*x^2; J = u + diff(x^3, x)", {"x": 2}, {"u": 1, "x": 24}),
    ("u = diff(log(x), x); J = u*diff(log(x), x)", {"x": 2}, {"u": 0.5, "x": -0.25}),
    ("u = diff(x^3, x); v = diff(x^3, x); J = u*v", {"x": 2}, {"u": 12, "v": 12, "x": 288}),
    ("u = x^2; J = diff(u^2, u)", {"x": 3}, {"u": 2, "x": 12}),
    ("u = x == y; J = u + diff(max(x, y), x)", {"x": 2, "y": 2}, {"u": 1}),
    ("f(t) = t^3; u = diff(f(x), x); J = u + diff(f(x), x)", {"x": 2}, {"u": 1, "x": 24}),
    ("f(t) = diff(t^3, t); u = f(x); J = u + f(x)", {"x": 2}, {"u": 1, "x": 24}),
    ("u = diff(max(x, y), x); J = u + diff(max(x, y), x)", {"x": 2, "y": 1}, {"u": 1, "x": 0}),
    (
        "u = findroot(y^2 - x, y, 1); v = diff(u, x); J = v + diff(u, x)",
        {"x": 4},
        {"v": 1, "x": -0.0625},
    ),
    ("u = diff(sum(x^3), x); J = sum(u) + sum(diff(sum(x^3), x))", {"x": [1, 2]}, {"u": [1, 1]}),
    (
        "u = sum(diff(sum(x^3), x)); J = u + sum(diff(sum(x^3), x))",
        {"x": [1, 2]},
        {"u": 1, "x": [12, 24]},
    ),
]


@pytest.mark.parametrize(("program", "values", "expected"), BY_STEPS, ids=[v[0] for v in BY_STEPS])
def test_a_step_is_used_where_its_name_is_and_nowhere_else(
    program: str, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    solution = gradcli.evaluate(program, values)
    for name, slope in expected.items():
        assert solution.get(f"d/d{name}") == pytest.approx(slope, rel=1e-14), name


@settings(max_examples=80, deadline=None)
@given(EXPRESSIONS, POINTS)
def test_it_is_the_derivative_that_eval_gives(text: str, points: list[dict[str, str]]) -> None:
    for point in points[:3]:
        values = {name: float(value) for name, value in point.items()}
        plain = gradcli.evaluate(f"f(x, y, z) = {text}", values)
        inside = gradcli.evaluate(f"f(x, y, z) = diff({text}, x)", values)
        assert same(inside.value, plain.get("d/dx"))
        for by in "xy":
            assert same(inside.get(f"d/d{by}"), plain.get(f"d2/dxd{by}"))


def same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9)


def test_all_commands_read_it() -> None:
    program = "f(a) = a^3 - c; x - f(x)/diff(f(x), x)"
    given = ["--x", "1.5", "--c", "2"]
    for words in (
        ["eval", program, *given],
        ["diff", program, "--wrt", "c"],
        ["graph", program],
        ["paths", program, *given, "--wrt", "c"],
        ["nudge", program, *given, "--by", "c=0.1"],
        ["hess", program, *given],
        ["descend", f"{program}; (v - 1)^2".replace("; x -", "; v = x -"), *given, "--steps", "2"],
    ):
        assert call(*words).code == 0, words
    assert "= 1/(3·x²)" in call("diff", program, "--wrt", "c").out


BAD = [
    ("diff(x^2)", "it is not said by what", "write diff(x^2, x)"),
    ("diff()", "it is not said by what", "write diff(x^2, x)"),
    ("diff(x^2, 2)", "diff is by an input or a step", "give what it is by a name"),
    ("diff(x^2, x + 1)", "diff is by an input or a step", "give what it is by a name"),
    ("diff(x^2, pi)", "diff is by an input or a step", "give what it is by a name"),
    ("diff(x^2, x, 1.5)", "an order is a whole number from 1 to 12", "write diff(x^3, x, 2)"),
    ("diff(x^2, x, 0)", "an order is a whole number from 1 to 12", "write diff(x^3, x, 2)"),
    ("diff(x^2, x, 13)", "an order is a whole number from 1 to 12", "write diff(x^3, x, 2)"),
    ("diff(x^2, x, 12, x)", "diff is of order 12 at the most", "ask for a lower order"),
    ("f(a) = diff(a*x, x); f(x)", "diff is by an input or a step", "give what it is by a name"),
]


@pytest.mark.parametrize(("program", "message", "hint"), BAD, ids=[each[0] for each in BAD])
def test_bad_input(program: str, message: str, hint: str) -> None:
    called = call("eval", program, "--x", "1")
    assert (called.code, called.out) == (2, "")
    said = " ".join(called.err.split())
    assert message in said
    assert hint in said


def test_diff_of_an_array_is_refused() -> None:
    called = call("eval", "diff(x^2, x)", "--x", "[1, 2]")
    assert called.code == 2
    assert "diff is of a number" in called.err


def test_a_program_may_have_a_diff_of_its_own() -> None:
    assert gradcli.evaluate("diff(a, b) = a - b; diff(x, 1)", x=3).value == 2
