"""Programs whose output is an array: it has values and a Jacobian, and no gradient to be shown."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradcli
from tests.command_line import call

PROGRAMS = (
    "z = W@x; J = tanh(z)",
    "W@x",
    "r = norm(x); J = x/r",
    "s = softmax(W@x); t = s*s; J = W'@t",
    "u = x[1]; v = sum(x); [u*v, sin(u), v]",
    "a = x'@x; b = x/a; J = b + a*x",
    "y = W@x; J = [y[1]*y[2], sum(y)]",
    "W@[x'@W@x, norm(x)]*2",
    "concat(x, W@x, [x'@x])*[1,2,3,4,5]",
    "concat(W@x, exp(x), ones(2))",
)
VALUES = {"W": [[1, 2], [3, -4]], "x": [0.3, 0.7]}
GIVEN = ["--W", "[[1,2],[3,-4]]", "--x", "[0.3,0.7]"]


def given(program: str) -> list[str]:
    """The values that a program takes."""
    return GIVEN if "W" in program else GIVEN[2:]


def values(program: str) -> dict[str, list]:
    return {name: each for name, each in VALUES.items() if re.search(rf"\b{name}\b", program)}


@pytest.mark.parametrize("view", [(), ("--tree",), ("--trace",), ("--all",)])
@pytest.mark.parametrize("program", PROGRAMS)
def test_views_show_values_and_no_derivative_that_is_none(program: str, view: tuple) -> None:
    for columns in ("1", "30", "80", "200"):
        answer = call("eval", program, *given(program), *view, variables={"COLUMNS": columns})
        assert answer.code == 0, answer.err
        assert "nan" not in answer.out
        assert "∂" not in answer.out
    assert "gradcli jac" in answer.err


@pytest.mark.parametrize(
    ("program", "is_told"), [("[x+1]*c", True), ("2*[(x+c)*3]", True), ("[x, 1]*c", False)]
)
def test_brackets_of_a_list_of_one_may_have_been_meant_to_group(
    program: str, *, is_told: bool
) -> None:
    told = call("eval", program, "--x", "1", "--c", "2").err
    assert ("write ( ) for brackets that are no list" in " ".join(told.split())) == is_told


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_jacobian_in_the_names_of_steps_is_a_matrix_without_a_direction(program: str) -> None:
    """What comes along dx is a formula of the derivative only where dx is told."""
    found = gradcli.derive(program, values(program), wrt="x")
    (partial,) = found.partials
    assert not partial.directions
    text = found.text(partial)
    assert not re.search(r"\bdx\b", text)
    whole = found.to_dict()["derivatives"]["x"]
    again = gradcli.evaluate(whole, values(whole)).value
    exact = gradcli.evaluate(program, values(program)).get("d/dx")
    np.testing.assert_allclose(again, exact, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(partial.value, exact, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("program", "step"),
    [
        ("[x'@x, sum(x), 2]", "d([u, v, c]) = [du, dv, 0]"),
        ("concat(x, W@x)", "d(concat(x, v)) = concat(dx, dv)"),
    ],
)
def test_a_list_changes_in_all_of_its_places_at_once(program: str, step: str) -> None:
    """It is linear in all of them together, not in each."""
    assert step in call("diff", program, *given(program), "--wrt", "x", "--steps").out


@pytest.mark.parametrize(
    "words",
    [["nudge", "--by", "x[1]=1"], ["paths", "--wrt", "x"], ["descend"], ["check"], ["hess"]],
    ids=lambda words: words[0],
)
def test_what_needs_one_number_says_so(words: list[str]) -> None:
    command, *rest = words
    answer = call(command, "W@x", *GIVEN, *rest)
    assert answer.code == 3
    assert "make one number of it: sum(…), or one entry" in answer.err
