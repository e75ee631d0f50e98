"""The branch that is not taken poisons neither the value nor any derivative, whichever it is."""

from __future__ import annotations

import pytest
from graphs import unsimplified

import gradcli

BRANCHES = [
    ("where(x > 0, log(x), 2*x)", 0, 2),
    ("where(x >= 0, 3*x, sqrt(x)*x)", 0, 3),
    ("where(x == 1, 1 + x, sin(pi*x)/x)", 0.5, -4),
    ("where(x == 0, 1 + x, sin(x)/x)", 0, 0),  # a single value makes no derivative
    ("where(x != 0, sin(x)/x, 1 + x)", 0, 0),
    ("where(not x > 0, x^2 + 5*x, log(x)*x)", 0, 0),  # 5 to the left, -Infinity to the right
    ("where(not x > 0, x^2 + 5*x, log(x)*x)", -1, 3),
    ("where(x < 1, x, where(x > 2, sqrt(x - 2), log(2 - x)))", 0, 1),
    ("where(x < 1, where(x > 0, 1/x, x), 1/(x - x))", -1, 1),
    ("u = where(x >= 0, x, 1/x); exp(u)*where(u <= 0, 2*u, log(u))", 0, 0),
    ("where(x >= 0, x, 1/x) + where(x >= 0, 1/(1 + x), 1/x^2)", 0, 0),
    ("0 if x >= 0 else 1/x", 0, 0),
]


@pytest.mark.parametrize(("program", "point", "slope"), BRANCHES)
def test_the_branch_not_taken_is_not_there(program, point, slope):
    solution = gradcli.evaluate(program, x=point)
    assert solution.gradient == {"x": slope}
    # That a function goes on differently on the other side of a border is another matter.
    told = {problem.kind for problem in solution.problems if problem.what != "one-sided"}
    assert told <= {"follows", "kink"}


@pytest.mark.parametrize("program", [case[0] for case in BRANCHES])
def test_the_derivative_of_a_branch_reads_back(program):
    text = unsimplified(gradcli.function(program, inputs=["x"]), "x")
    for point in (-1.5, 0.5, 3.0):
        again = gradcli.function(text, inputs=()).inputs
        value = gradcli.evaluate(text, dict.fromkeys(again, point)).value
        slope = gradcli.evaluate(program, x=point).gradient["x"]
        assert value == pytest.approx(slope, nan_ok=True)


TRACED = {
    # a program of arrays, x, and whether an infinite factor, or none, is left out
    "sum(where(x > 0, sqrt(x), 0)) + sum(x)": ([-1, 4], True),
    "h = sqrt(x); J = sum(where(x > 1, h, x))": ([0, 4], True),
    "y = sqrt(x); y[2]^2": ([0, 4], True),
    "sum(where(x > 0, sqrt(x), 0)) - sum(x)": ([1, 4], False),
    "sum(sqrt(x))": ([0, 4], False),  # it is taken, and infinite
    "f(u) = (sqrt(u) if u > 0 else 0); sum(f(x))": ([-1, 4], False),  # f'(x) is 0 there
}


@pytest.mark.parametrize("program", TRACED)
def test_a_trace_says_where_nothing_is_multiplied(program: str) -> None:
    point, is_left_out = TRACED[program]
    told = gradcli.evaluate(program, x=point).trace()
    assert told.count("a term is 0 where its branch is not taken") == is_left_out
