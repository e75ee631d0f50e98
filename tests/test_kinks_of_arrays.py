"""Arrays at a kink: the derivative of the whole function, entry by entry, by every door."""

import json
import math
import warnings

import numpy as np
import pytest

import gradcli
from gradcli.errors import DerivativeWarning
from gradcli.germs.sides import between
from gradcli.symbolic.derive import derive
from tests.command_line import call
from tests.germ_cases import CASES

OF_ALL = {"huber(x, 0)"}
"""What is a mean over all entries of an array."""

ENTRY_BY_ENTRY = [
    case
    for case in CASES
    if case.kind in {"smooth", "kink", "one-sided"} and case.source not in OF_ALL
]


@pytest.mark.parametrize("case", ENTRY_BY_ENTRY, ids=lambda case: case.source)
def test_each_entry_has_the_derivative_that_a_number_has(case):
    found = gradcli.evaluate(f"sum({case.source})", x=[case.point, case.point])
    used = between(*case.slopes)
    np.testing.assert_allclose(found.gradient["x"], [used, used], rtol=1e-12)
    is_told = any(each.kind in {"kink", "derivative"} for each in found.problems)
    assert is_told == (case.kind != "smooth" or not math.isfinite(used))


WHOLE = [
    # a program, x, by hand: the derivative that is used, and what is said
    ("sum(relu(x) - relu(-x))", [0, 0, 2], [1, 1, 1], ""),
    ("sum(abs(x)) + x[1]", [0, 3], [0, 1], "slope 0 to the left, 2 to the right; 0 is used"),
    ("sum(abs(x)) + 3*x[1]", [0, 3], [2, 1], "slope 2 to the left, 4 to the right; 2 is used"),
    ("sum(abs(x))^2", [0, 0], [0, 0], ""),
    ("norm(x)^2", [0, 0], [0, 0], ""),
    ("norm(x)", [0, 0], [0, 0], "out has a kink at x[1] = 0, x[2] = 0"),
    ("max(x) + min(x)", [1, 1], [1, 1], ""),
    ("max(x)", [1, 1], [0.5, 0.5], "the gradient of least norm of all 2 pieces"),
    ("max(x)", [1, 0], [1, 0], ""),
    ("max(x) + abs(x[1] - x[2])", [1, 1], [0.5, 0.5], "least norm of all 2 pieces"),
    ("max([x[1], 2*x[1], x[2]]) + 0*sum(x)", [0, -1], [1, 0], "slope 1 to the left, 2 to the"),
    ("relu(x'@[1, 2]) - relu(-x'@[1, 2])", [2, -1], [1, 2], ""),
    ("sum(where(x >= 0, 3x, 3x))", [0, 1], [3, 3], ""),
    ("sum(where(x >= 0, x, 2x))", [0, 1], [1, 1], "slope 2 to the left, 1 to the right; 1 is used"),
    ("sum(floor(x))", [1, 0.5], [0, 0], "out jumps at x[1] = 1: 0 to the left, 1 here"),
    ("sum(sqrt(x^2)^2)", [0, 2], [0, 4], ""),
    ("sum(sqrt(x^2))", [0, -2], [0, -1], "slope -1 to the left, 1 to the right; 0 is used"),
    ("prod(abs(x))", [0, 3], [0, 0], "slope -3 to the left, 3 to the right"),
    ("prod(abs(x))", [0, 0], [0, 0], ""),
    ("sum(cumsum(relu(x)) - cumsum(relu(-x)))", [0, 0], [2, 1], ""),
    ("logdet(x*eye(2))", [-2, 3], [-0.5, 1 / 3], ""),
]


@pytest.mark.parametrize(("source", "x", "expected", "said"), WHOLE)
def test_the_derivative_is_that_of_the_whole(source, x, expected, said):
    found = gradcli.evaluate(source, x=x)
    np.testing.assert_allclose(found.gradient["x"], expected, rtol=1e-14)
    messages = [each.message for each in found.warnings]
    assert (said in messages[0]) if said else not messages
    # A function has the same, and warns where the other one does.
    function = gradcli.function(source, inputs=["x"])
    if said:
        with pytest.warns(DerivativeWarning):
            gradient = function.grad(x)
    else:
        gradient = function.grad(x)
    np.testing.assert_allclose(gradient["x"], expected, rtol=1e-14)


INDICES = [
    # a program, x, k, by hand: the derivative by x that is used, and what is said
    ("sum(abs(x)[k])", [0, 1], [1, 2, 1], [0, 1], "at x[1] = 0: slope -2 to the left, 2 to the"),
    ("sum(abs(x)) + sum(sin(x)[k])", [0, 1], [1, 2], [0, 1 + math.cos(1)], "slope 0 to the left"),
    ("sum(sin(x)[k])*sum(abs(x))", [0, 2], [1, 1], [4, 0], ""),
    ("sum(relu(x) - relu(-x)) + x[k]", [0, 1], 2, [1, 2], ""),
    ("abs(x[k]) + x[1]", [0, 1], 1, [0, 0], "slope 0 to the left, 2 to the right"),
    ("max(x[k]) + abs(x[1])", [0, 0], [1, 2], [0, 0], "a kink at x[1] = 0, x[2] = 0"),
    ("sum(onehot(k; 2)*abs(x))", [0, 3], 2, [0, 1], ""),
    ("sum(scatter(abs(x), k; 3)*[1, 2, 3])", [0, 3], [3, 1], [0, 1], "slope -3 to the left, 3"),
    ("floor(x[1]) + sum(x[k])", [1, 2], [1, 2], [1, 1], "out jumps at x[1] = 1: 3 to the left"),
]


@pytest.mark.parametrize(("source", "x", "k", "expected", "said"), INDICES)
def test_an_index_does_not_move(source, x, k, expected, said):
    """No other whole number is near it: it is no tie that an entry is at its place."""
    found = gradcli.evaluate(source, x=x, k=k)
    np.testing.assert_allclose(found.gradient["x"], expected, rtol=1e-14)
    messages = [each.message for each in found.warnings]
    assert (said in messages[0]) if said else not messages
    assert all("k" not in message.replace("kink", "") for message in messages)
    paths = gradcli.paths(source, x=x, k=k, wrt="x")
    assert paths.agrees


def test_a_few_kinks_are_told_one_by_one():
    found = gradcli.evaluate("sum(abs(x))", x=[0] * 9)
    assert [each.node for each in found.warnings] == ["x[1]", "x[2]", "x[3]", "x[4]"]
    assert found.warnings[-1].message == "so it is at 6 more places"


def test_all_products_of_the_chain_rule_hold_on_the_side_that_is_shown():
    answer = call("eval", "sum(relu(x) - relu(-x))", "--x", "[0, 2]", "--trace")
    assert "Read a little to the right of x[1] = 0: relu(x)[1] has slope 1" in answer.out
    nodes = gradcli.evaluate("sum(relu(x) - relu(-x))", x=[0, 2]).nodes
    by_name = {node.name: node for node in nodes}
    (slope,) = by_name["v1"].local
    (other,) = by_name["v3"].local
    np.testing.assert_array_equal(slope, [1, 1])
    np.testing.assert_array_equal(other, [0, 0])
    paths = call("paths", "sum(abs(x)) + x[1]/2", "--x", "[0, 2]")
    assert paths.code == 0
    assert "on the side that is shown, and [0, 1] is used" in " ".join(paths.out.split())


def test_json_has_both_sides_of_an_entry():
    answer = call("eval", "sum(abs(x) - x)", "--x", "[0, 1]", "--json")
    found = json.loads(answer.out)
    assert found["kinks"] == [{"node": "v1[1]", "cancels": False}]
    (side,) = found["sides"]
    assert side == {
        "node": "x[1]",
        "kind": "kink",
        "left": {"limit": 0.0, "slope": -2.0},
        "right": {"limit": 0.0, "slope": 0.0},
        "used": 0.0,
    }


SECOND = [
    # a program, x, by hand: its Hessian where that is unique
    ("sum(abs(x)^2)", [0, 1], [[2, 0], [0, 2]]),
    ("norm(x)^2", [0, 0], [[2, 0], [0, 2]]),
    ("norm(x)^4", [0, 0], [[0, 0], [0, 0]]),
    ("sum(max(x, x + x^2))", [0, 1], [[2, 0], [0, 2]]),
    ("sum(relu(x*x)) + x[1]*x[2]", [0, 1], [[2, 1], [1, 2]]),
    ("sum(abs(x)*abs(sin(x)))", [0, 0], [[2, 0], [0, 2]]),
]


@pytest.mark.parametrize(("source", "x", "expected"), SECOND)
def test_second_derivatives_are_those_of_the_whole(source, x, expected):
    function = gradcli.function(source, inputs=["x"])
    np.testing.assert_allclose(function.hessian(x)["x"]["x"], expected, atol=1e-14)
    product = function.hvp([x], [[1, 10]])["x"]
    np.testing.assert_allclose(product, np.array(expected) @ [1, 10], atol=1e-13)
    shown = gradcli.hess(source, {"x": x})
    np.testing.assert_allclose(shown.dense, expected, atol=1e-14)
    assert not shown.problems


def test_a_matrix_of_slopes_is_that_of_every_entry():
    source, x = "relu(x) - relu(-x)", [0.0, 0.0]
    assert gradcli.jac(source, {"x": x}).dense == [[1, 0], [0, 1]]
    function = gradcli.function(source, inputs=["x"])
    np.testing.assert_array_equal(function.jacobian(x)["x"], np.eye(2))
    np.testing.assert_array_equal(function.vjp([x], [2.0, 3.0])[1]["x"], [2, 3])
    np.testing.assert_array_equal(function.jvp([x], [[5.0, 7.0]])[1], [5, 7])
    answer = call("jac", source, "--x", "[0, 0]", "--along", "x=[1, 2]")
    assert "out[2] = 2" in answer.out


def test_rows_that_nothing_is_tied_in_need_no_word():
    found = gradcli.jac("abs(x)", {"x": [0, -2]})
    assert found.dense == [[0, 0], [0, -1]]
    assert [each.node for each in found.problems] == ["x[1]"]


NUDGED = [("[0.1, 0.1]", [1, 1]), ("[-0.1, 0.1]", [-1, 1])]


@pytest.mark.parametrize(("step", "slopes"), NUDGED)
def test_a_step_goes_to_the_side_that_it_goes_to(step, slopes):
    found = gradcli.nudge("sum(abs(x))", {"x": [0, 1]}, {"x": step})
    assert [each.slope for each in found.moves] == slopes
    assert found.predicted == pytest.approx(found.actual)


def test_diff_has_the_number_of_the_whole():
    answer = call("diff", "sum(relu(x) - relu(-x))", "--x", "[0, 1]")
    assert answer.out.rstrip().endswith("= [1, 1]")
    assert not answer.err
    answer = call("diff", "sum(abs(x)) + 3*x[1]", "--x", "[0, 1]")
    assert answer.out.rstrip().endswith("= [2, 1]")
    assert "slope 2 to the left, 4 to the right" in answer.err


SECOND_IN_DIFF = [
    (["norm(x)^2", "--x", "[0, 0]", "--order", "2"], "[[2, 0], [0, 2]]", ""),
    (["norm(x)^2", "--x", "[0, 0]", "--wrt", "x[1],x[1]"], "2", ""),
    (["sum(max(x, x + x^2))", "--x", "[0, 1]", "--order", "2"], "[[2, 0], [0, 2]]", ""),
    (["sum(x*abs(x))", "--x", "[0, 1]", "--order", "2"], "[[0, 0], [0, 2]]", "-2 to the left"),
]


@pytest.mark.parametrize(("words", "number", "said"), SECOND_IN_DIFF)
def test_diff_of_second_order_has_it_too(words, number, said):
    answer = call("diff", *words)
    assert answer.out.rstrip().endswith(f"= {number}")
    assert (said in answer.err) if said else not answer.err


def test_descent_leaves_a_kink_that_is_none():
    """The rule of each relu by itself has the slope 0 there, and nothing would move."""
    found = gradcli.descend("sum((relu(x) - relu(-x) - 1)^2)", {"x": [0, 0]}, lr=0.5, steps=1)
    np.testing.assert_allclose(found.parameters["x"], [1, 1])


ON_THE_WAY = [
    # a program, where it starts, by hand: its kink there, if it has one
    ("abs(x)", 0, "at the start, out has a kink at x = 0: slope -1 to the left, 1 to the right"),
    ("sqrt(x^2)", 0, "at the start, out has a kink at x = 0: slope -1 to the left, 1 to the right"),
    ("sqrt(x^2) + x", 0, "at the start, out has a kink at x = 0: slope 0 to the left, 2 to the"),
    ("norm(x)", [0, 0], "at the start, out has a kink at x[1] = 0, x[2] = 0"),
    ("sum(sqrt(x^2))", [0, 2], "at the start, out has a kink at x[1] = 0: slope -1 to the left"),
    ("sqrt(x^2) - 0.1", 0.2, "after step 2, out has a kink at x = 0"),
    ("sqrt(x^2)^2", 0, ""),
    ("cbrt(x)^3", 0, ""),
    ("sum(sqrt(x^2)^2)", [0, 2], ""),
]


@pytest.mark.parametrize(("source", "start", "said"), ON_THE_WAY)
def test_descent_tells_a_kink_also_where_a_partial_has_no_number(source, start, said):
    found = gradcli.descend(source, {"x": start}, lr=0.1, steps=3)
    messages = [each.message for each in found.kinks]
    assert messages[0].startswith(said) if said else not messages


def test_of_too_many_entries_that_is_said():
    found = gradcli.evaluate("sum(abs(W@x))", W=np.zeros((200, 200)), x=np.ones(200))
    (told,) = found.warnings
    assert told.message.endswith("the gradient of least norm of the 16 pieces found")
    assert not found.gradient["W"].any()


STANDING_STILL = [
    # a program, a point and a tangent that leaves alone what is tied, and the derivative along it
    ("sum(abs(x))", {"x": [0.0, 1.0]}, {"x": [0.0, 1.0]}, 1.0),
    ("1.5*z + sum(abs([x, y]))", {"x": 0, "y": 1, "z": 0}, {"x": 0, "y": 1, "z": 1}, 2.5),
    ("max(x)*y", {"x": [1.0, 1.0], "y": 2}, {"x": [0.0, 0.0], "y": 1}, 1.0),
    ("sum(relu(x))", {"x": np.arange(30_000.0)}, {"x": np.minimum(np.arange(30_000.0), 1)}, 29_999),
]


@pytest.mark.parametrize(("program", "values", "tangent", "expected"), STANDING_STILL)
def test_a_kink_that_nothing_moves_across_is_not_told(program, values, tangent, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gradcli.function(program).jvp(values, tangent)[1] == expected


MANY_TIED_TWICE = [
    # functions of an entry whose slopes tie as well at 0, and the slope there on both sides
    ("relu(x^2)*x + abs(x)^1.5", (0, 0)),
    ("cbrt(x)^3 - x/2", (0.5, 0.5)),
    ("sqrt(x^2 + x^3)", (-1, 1)),
    ("sqrt(abs(x))", (-math.inf, math.inf)),
    ("max(x, x + x^2)*2", (2, 2)),
]


@pytest.mark.parametrize(("source", "slopes"), MANY_TIED_TWICE)
def test_many_entries_whose_slopes_tie_are_decided_together(source, slopes):
    found = gradcli.evaluate(f"sum({source})", x=[0.0] * 120 + [0.25] * 5)
    np.testing.assert_allclose(found.gradient["x"][:120], between(*slopes), atol=1e-13)
    told = [each.message for each in found.warnings]
    assert bool(told) is (slopes[0] != slopes[1])
    assert not any("decide" in each for each in told)


NORMS = [
    ("norm(x)^2", 1, "2*x", [0, 0]),
    ("norm(x)^2", 2, "2*eye(2)", [[2, 0], [0, 2]]),
    ("norm(x)*norm(x)", 2, "2*eye(2)", [[2, 0], [0, 2]]),
    ("norm(x - y)^2/2", 1, "x - y", [0, 0]),
    ("norm(A@x)^2", 2, "2*A' @ A", [[20, 28], [28, 40]]),
    ("norm(x)^4", 2, "4*(x' @ x)*eye(2) + 8*x @ x'", [[0, 0], [0, 0]]),
    ("u = norm(x); exp(u^2)", 2, None, [[2, 0], [0, 2]]),
]


@pytest.mark.parametrize(("source", "order", "expected", "value"), NORMS)
def test_an_even_power_of_a_norm_has_no_kink(source, order, expected, value):
    at = {"x": [0, 0], "y": [0, 0], "A": [[1, 2], [3, 4]]}
    used = {name: each for name, each in at.items() if name in source.replace("exp", "")}
    derived = derive(source, [["x"] * order], values=used)
    (partial,) = derived.partials
    assert expected in {None, derived.text(partial)}
    assert "!=" not in derived.text(partial)
    assert np.array_equal(partial.value, value)
    assert not derived.problems
