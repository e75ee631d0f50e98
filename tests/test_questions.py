"""Questions about any two nodes, of any order, in every spelling; several outputs."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from command_line import call
from hypothesis import given, settings
from random_programs import EXPRESSIONS, POINTS

import gradcli
from gradcli.evaluation.questions import Asked, asked_for

NET = "u = x*y; v = sin(u) + x; J = v^2"
AT = {"x": 1.0, "y": 2.0}
SIN, COS = math.sin(2.0), math.cos(2.0)
V, VX, VY = SIN + 1, 2 * COS + 1, COS

BY_HAND = [
    ("du/dx", 2),
    ("du/dy", 1),
    ("dv/du", COS),
    ("dv/dx", VX),
    ("dJ/dv", 2 * V),
    ("dJ/dJ", 1),
    ("dx/dx", 1),
    ("dx/dy", 0),
    ("dv/dJ", 0),
    ("d/dx", 2 * V * VX),
    ("d2J/dx2", 2 * VX**2 - 8 * V * SIN),
    ("d2J/dy2", 2 * VY**2 - 2 * V * SIN),
    ("d2J/dxdy", 2 * VX * VY + 2 * V * (COS - 2 * SIN)),
    ("d2v/dx2", -4 * SIN),
    ("d2u/dxdy", 1),
    ("d2u/dx2", 0),
    ("d3v/dx3", -8 * COS),
    ("d3v/dx2dy", -4 * COS - 4 * SIN),
    ("d4v/dx^2dy^2", 4 * SIN - 8 * COS - 2 * SIN),
]
"""Derivatives of the net at (1, 2), by hand; v = sin(xy) + x."""


@pytest.mark.parametrize(("query", "expected"), BY_HAND)
def test_a_derivative_of_any_node_by_any_other(query: str, expected: float) -> None:
    assert gradcli.evaluate(NET, AT).get(query) == pytest.approx(expected, rel=1e-14, abs=1e-14)


SPELLINGS = [
    "d2J/dxdy",
    "d^2J/dxdy",
    "d²J/dxdy",
    "∂²J/∂x∂y",
    "d^2 J/dx dy",
    "d2J/dx*dy",
    "d2/dxdy",
    "d2out/dxdy",
    "d2J/dydx",
    " d2J / dxdy ",
]


@pytest.mark.parametrize("query", SPELLINGS)
def test_spellings_of_one_question(query: str) -> None:
    expected = 2 * VX * VY + 2 * V * (COS - 2 * SIN)
    assert gradcli.evaluate(NET, AT).get(query) == pytest.approx(expected, rel=1e-14)
    printed = call("eval", NET, "--x", "1", "--y", "2", "--get", query)
    assert float(printed.out) == gradcli.evaluate(NET, AT).get(query)


READINGS = [
    ("d2/dx2", {"x"}, ("", ("x", "x"))),
    ("d2/dx2dx2", {"x2"}, ("", ("x2", "x2"))),
    ("d/dx2", {"x", "x2"}, ("", ("x2",))),
    ("d2/dx22", {"x", "x2"}, ("", ("x2", "x2"))),
    ("d3/dx2dy", {"x", "y"}, ("", ("x", "x", "y"))),
    ("d2/dxdydz", {"x", "y", "z"}, None),
    ("d2/ddd", {"d"}, None),
    ("d2/dddd", {"d"}, ("", ("d", "d"))),
    ("d2w[1,2]/dx[1]dx[2]", {"x[1]", "x[2]"}, ("w[1,2]", ("x[1]", "x[2]"))),
    ("d21/dx21", {"x"}, None),
    ("x/y", {"x", "y"}, None),
    ("J", {"J"}, None),
]


@pytest.mark.parametrize(("query", "names", "expected"), READINGS, ids=[r[0] for r in READINGS])
def test_how_a_question_is_read(
    query: str, names: set[str], expected: tuple[str, tuple[str, ...]] | None
) -> None:
    found = asked_for(query, names.__contains__)
    assert found == (None if expected is None else Asked(*expected))


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS, POINTS)
def test_a_node_has_the_derivatives_of_a_program_of_its_own(
    first: str, second: str, points: list[dict[str, str]]
) -> None:
    for point in points[:2]:
        values = {name: float(value) for name, value in point.items()}
        text = f"u = {first}; v = {second}; u + v + 0*(x + y + z)"
        solution = gradcli.evaluate(text, values)
        for name, formula in (("u", first), ("v", second)):
            own = gradcli.evaluate(f"f(x, y, z) = {formula}", values)
            for by in "xyz":
                asked, expected = solution.get(f"d{name}/d{by}"), own.get(f"d/d{by}")
                assert asked == expected or (math.isnan(asked) and math.isnan(expected))


FAMILIES: list[tuple[str, dict[str, Any], str, list[float]]] = [
    ("h[k] = x^k for k in 1..3; sum(h)", {"x": 2}, "dh/dx", [1, 4, 12]),
    ("h[k] = x^k for k in 1..3; sum(h)", {"x": 2}, "d2h/dx2", [0, 2, 12]),
    ("u = x[1]*x[2]; u^2", {"x": [3, 4]}, "du/dx", [4, 3]),
]


@pytest.mark.parametrize(("program", "values", "query", "expected"), FAMILIES)
def test_families_give_a_number_for_each_element(
    program: str, values: dict[str, Any], query: str, expected: list[float]
) -> None:
    assert gradcli.evaluate(program, values).get(query) == expected


def test_arrays_have_jacobians_of_steps() -> None:
    solution = gradcli.evaluate("u = W@x; s = sum(u); s^2", W=[[1, 2], [3, 4]], x=[1, 2])
    assert solution.get("du/dx").tolist() == [[1, 2], [3, 4]]
    assert solution.get("ds/dW").tolist() == [[1, 2], [1, 2]]
    assert solution.get("ds/dW[1,2]") == 2
    assert solution.get("dx/ds").tolist() == [0, 0]


def test_warnings_are_those_of_what_is_asked() -> None:
    def told(query: str) -> str:
        return call(
            "eval", "u = abs(x); v = 1/y; x*y + 0*u", "--x", "0", "--y", "2", "--get", query
        ).err

    assert "abs(x)" in told("du/dx")
    assert told("dv/dy") == ""
    assert told("d2v/dy2") == ""
    told_of = call("eval", "abs(x)*x", "--x", "0", "--get", "d2/dx2").err
    assert "-2 to the left of x = 0 and 2 to the" in told_of
    assert "Infinity" in call("eval", "x^1.5", "--x", "0", "--get", "d2/dx2").err


def test_claims_are_about_any_derivative() -> None:
    for claim, code in [("du/dx == 2", 0), ("d2J/dxdy < 0", 0), ("dv/du == 1", 5)]:
        assert call("eval", NET, "--x", "1", "--y", "2", "--assert", claim).code == code


def test_the_output_is_another_node() -> None:
    solution = gradcli.evaluate(NET, AT).of("v")
    assert (solution.output, solution.value) == ("v", V)
    assert solution.gradient == pytest.approx({"x": VX, "y": VY})
    assert [node.name for node in solution.nodes] == ["x", "y", "u", "v1", "v"]
    assert solution.expression == "u = x*y; sin(u) + x"
    called = call("eval", NET, "--x", "1", "--y", "2", "--of", "v", "--json")
    assert json.loads(called.out) == solution.to_dict()
    assert gradcli.evaluate(NET, AT).of("J").value == V**2


def test_several_outputs_are_a_table_with_a_column_for_each_input() -> None:
    called = call("eval", NET, "--x", "1", "--y", "2", "--of", "u,v")
    assert called.out == call("jac", NET, "--x", "1", "--y", "2", "--of", "u,v").out
    called = call("eval", NET, "--x", "1", "--y", "2", "--of", "u,v", "--json")
    assert json.loads(called.out) == gradcli.jac(NET, AT, of=["u", "v"]).to_dict()


BAD = [
    (["--get", "dw/dx"], 3, "'w' is not the output"),
    (["--get", "du/dw"], 3, "there is no node 'w'"),
    (["--get", "d2u/dx"], 3, "'d2u/dx' is no derivative of this program"),
    (["--get", "d2u/dxdw"], 3, "there is no node 'w'"),
    (["--get", "d4/dz4"], 3, "there is no node 'z'"),
    (["--get", "d2w/dx2"], 3, "there is no node 'w'"),
    (["--get", "d0u/dx0"], 3, "'d0u/dx0' is no derivative of this program"),
    (["--get", "d99u/dx99"], 3, "'d99u/dx99' is no derivative of this program"),
    (["--get", "u/x"], 3, "'u/x' is not a derivative"),
    (["--of", "w"], 3, "there is no node 'w'"),
    (["--of", "u,w"], 3, "there is no 'w' to differentiate"),
    (["--of", "u,v", "--trace"], 2, "several outputs are a table or JSON"),
    (["--of", "u,v", "--assert", "u == 2"], 2, "several outputs are a table or JSON"),
    (["--of", "u v"], 2, "'u v' is 2 names"),
]


@pytest.mark.parametrize(("words", "code", "said"), BAD, ids=[" ".join(each[0]) for each in BAD])
def test_bad_questions(words: list[str], code: int, said: str) -> None:
    called = call("eval", NET, "--x", "1", "--y", "2", *words)
    assert (called.code, called.out) == (code, "")
    assert said in called.err


@pytest.mark.parametrize("order", ["0", "21", "99", "9" * 5000], ids=len)
@pytest.mark.parametrize("query", ["d{}u/dx^{}", "d{}/dx", "d2/dx^{}dy"])
def test_orders_that_are_not_taken_are_refused(query: str, order: str) -> None:
    """An order of thousands of digits is no number that Python reads."""
    asked = query.format(order, order)
    called = call("eval", NET, "--x", "1", "--y", "2", "--get", asked)
    assert (called.code, called.out) == (3, "")
    assert "is no derivative of this program" in " ".join(called.err.split())
    assert ("orders are 1 to 20: d2J/dx^2" in called.err) == (not asked.startswith("d2/"))


def test_a_hint_can_be_typed() -> None:
    called = call("eval", NET, "--x", "1", "--y", "2", "--get", "d2J/dx")
    hint = called.err.split("one of second order is ")[1].strip()
    assert call("eval", NET, "--x", "1", "--y", "2", "--get", hint).code == 0


OPTIONS = "u = x*y; call = u + 1; put = u^2 - z; call*put"


def test_a_step_takes_the_place_of_the_output_in_every_command() -> None:
    at = {"x": 1.0, "y": 2.0, "z": 1.0}
    assert gradcli.hess(OPTIONS, at, of="put").dense == [[8, 8, 0], [8, 2, 0], [0, 0, 0]]
    assert gradcli.derive(OPTIONS, of="call").to_dict()["derivatives"]["z"] == "0"
    assert gradcli.derive(OPTIONS, wrt="z", of="put").to_dict()["derivatives"] == {"z": "-1"}
    assert gradcli.nudge(OPTIONS, at, {"x": 0.5}, of="put").actual == 5
    assert gradcli.paths(OPTIONS, at, wrt="x", of="put").gradient == 8
    assert gradcli.paths(OPTIONS, wrt="x", of="put", count=True).counts.paths == 1
    assert gradcli.orders(OPTIONS, at, of="put", wrt="x", order=2).partials[("x", "x")] == 8
    whole = gradcli.hess(OPTIONS, at)
    assert gradcli.hess(OPTIONS, at, of="out").dense == whole.dense
    words = [OPTIONS, "--x=1", "--y=2", "--z=1", "--of"]
    for command in (
        ["hess"],
        ["diff"],
        ["graph"],
        ["check"],
        ["nudge", "--by", "x=1"],
        ["paths", "--wrt", "x"],
    ):
        assert call(*command[:1], *words, "put", *command[1:]).code == 0
        refused = call(*command[:1], *words, "got", *command[1:])
        assert refused.code == 3
        assert "there is no 'got' to differentiate" in refused.err
    assert call("paths", "--layers", "3,2", "--of", "u").code == 2
