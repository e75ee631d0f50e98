"""Indices that are values of the program: what they take, its derivatives, what is refused."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.errors import GradcliError, InputError, ParseError
from gradcli.evaluation.solve import differentiated, read_model
from gradcli.graph.shapes import Arrays, Form
from gradcli.syntax.text import text

VALUES: dict[str, Any] = {
    "x": [5.0, 6.0, 7.0],
    "k": 2.0,
    "z": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]],
    "y": [1.0, 2.0],
    "w": [1.0, 3.0],
    "m": [[1.0, 2.0], [3.0, 3.0]],
}
"""An array and a matrix, and indices: a number, two vectors and a matrix."""


def given(program: str) -> dict[str, Any]:
    """The values of the names that stand in a program."""
    return {name: value for name, value in VALUES.items() if name in words(program)}


def words(formula: str) -> set[str]:
    """The names in a formula."""
    return set(re.findall(r"[A-Za-z]\w*", formula))


TAKEN: Sequence[tuple[str, Any]] = (
    ("x[k]", 6),
    ("x[k + 1]", 7),
    ("x[end - k]", 5),
    ("x[end - 2*k + 2]", 5),
    ("x[round(k*1.2)]", 6),
    ("x[x[k] - 4]", 6),
    ("x[w]", [5, 7]),
    ("x[m]", [[5, 6], [7, 7]]),
    ("x[[k, 1, k]]", [6, 5, 6]),
    ("x[[k, k + 1]]", [6, 7]),
    ("x[[j*k - 1 for j in 1..2]]", [5, 7]),
    ("(2*x)[k]", 12),
    ("(z @ x)[k]", 92),
    ("z[k, 3]", 6),
    ("z[2, k]", 5),
    ("z[k, :]", [4, 5, 6]),
    ("z[:, k]", [2, 5]),
    ("z[1, w]", [1, 3]),
    ("z[y, w]", [[1, 3], [4, 6]]),
    ("z[y, w][k, 1]", 4),
    ("z[y, k + 1]", [3, 6]),
    ("z[m[1, :], 2..3]", [[2, 3], [5, 6]]),
    ("z[y, m][k, :, :]", [[4, 5], [6, 6]]),
    ("z[1, y[k]]", 2),
    ("[z[i, y[i]] for i in 1..2]", [1, 5]),
    ("h[j] = x[j]^2 for j in 1..3; h[k]", 36),
    ("u = z[2, :]; u[k]", 5),
    ("f(v, j) = v[j] + j; f(x, k)", 8),
    ("n = 3; x[n]", 7),
    ("f(i) = x[i]^2; sum(f(i) for i in 1..2) + f(k)", 97),
    ("f(i) = x[i]^2; sum(f(i) for i in 1..2)", 61),
    ("f(v, i) = v[i] + i; sum(f(x, i) for i in 2..3)", 18),
    ("x[max(1, k)]", 6),
    ("where(k > 3, x[k + 2], 1)", 1),
    ("where(k < 3, x[k], 1)", 6),
    ("where(w > 1, x[w - 1], 0)", [0, 6]),
    ("onehot(k; 3)", [0, 1, 0]),
    ("onehot(w; 3)", [[1, 0, 0], [0, 0, 1]]),
    ("onehot(m; 3)[2, 1, :]", [0, 0, 1]),
    ("scatter(x, [1, 2, k]; 3)", [5, 13, 0]),
    ("scatter(w, k, y; 2, 3)", [[0, 0, 0], [1, 3, 0]]),
    ("scatter(m, y, w; 2, 3)", [[1, 0, 2], [3, 0, 3]]),
    ("scatter(z[:, 1], y, k; 2, 3)", [[0, 1, 0], [0, 4, 0]]),
)
"""What programs come to."""


@pytest.mark.parametrize(("program", "value"), TAKEN)
def test_an_index_may_be_a_value(program: str, value: Any) -> None:
    solution = gradcli.evaluate(program, given(program))
    np.testing.assert_array_equal(solution.value, value)


@pytest.mark.parametrize(("program", "value"), TAKEN)
def test_texts_are_read_back(program: str, value: Any) -> None:
    written = gradcli.evaluate(program, given(program)).expression
    if "h[1]" not in written:  # whose elements are inputs of their own
        again = gradcli.evaluate(written, given(written))
        assert again.expression == written
        np.testing.assert_array_equal(again.value, value)


SLOPES: Sequence[tuple[str, str, Any]] = (
    ("x[k]^2", "x", [0, 12, 0]),
    ("x[k]^2", "k", 0),
    ("x[k + 1]*k", "x", [0, 0, 2]),
    ("x[k + 1]*k", "k", 7),
    ("x[x[k] - 4]", "x", [0, 1, 0]),
    ("sum(x[w])", "x", [1, 0, 1]),
    ("sum(x[w])", "w", [0, 0]),
    ("sum(x[m])", "x", [1, 1, 2]),
    ("x[[k, 1, k]]'@[1, 2, 3]", "x", [2, 4, 0]),
    ("sum(z[y, w])", "z", [[1, 0, 1], [1, 0, 1]]),
    ("sum(z[y, w])", "y", [0, 0]),
    ("z[k, :]'@x", "z", [[0, 0, 0], [5, 6, 7]]),
    ("z[k, :]'@x", "x", [4, 5, 6]),
    ("z[1, y[k]]^2", "z", [[0, 4, 0], [0, 0, 0]]),
    ("onehot(k; 3)'@x", "x", [0, 1, 0]),
    ("sum(onehot(w; 3)*z)", "z", [[1, 0, 0], [0, 0, 1]]),
    ("sum(scatter(x^2, [1, 2, k]; 3)*x)", "x", [75, 157, 84]),
    ("where(k > 3, x[k + 2], x[1]^2)", "x", [10, 0, 0]),
    ("where(k > 3, x[k + 2], x[1]^2)", "k", 0),
    ("sum(where(w > 1, x[w - 1], 0))", "x", [0, 1, 0]),
    ("sum(log(where(w > 1, x[w - 1], 1)))", "x", [0, 1 / 6, 0]),
)
"""What programs come to by one of their arrays, or by an index."""


@pytest.mark.parametrize(("program", "name", "slope"), SLOPES)
def test_entries_have_the_derivatives_of_what_is_taken(program: str, name: str, slope: Any) -> None:
    solution = gradcli.evaluate(program, given(program))
    np.testing.assert_array_equal(solution.get(f"d/d{name}"), slope)
    (formula,) = [node.derivative for node in solution.nodes if node.name == name]
    values = given(program) | {node.name: node.value for node in solution.nodes}
    own = {each: values[each] for each in words(formula) & values.keys()}
    found = gradcli.evaluate(formula, own)
    np.testing.assert_allclose(np.broadcast_to(found.value, np.shape(slope)), slope, rtol=1e-15)


REFUSED: Sequence[tuple[str, type[GradcliError], str, str]] = (
    ("x[k - 2]", InputError, "there is no place 0 on an axis of 3", "count from 1"),
    ("x[k + 2]", InputError, "there is no place 4 on an axis of 3", "1..3"),
    ("x[-k]", InputError, "there is no place -2 on an axis of 3", "1..3"),
    ("x[k/4]", InputError, "0.5 is no place: an index is a whole number", "round(k)"),
    ("x[k/0]", InputError, "inf is no place: an index is a whole number", "round(k)"),
    ("x[0*k/0]", InputError, "nan is no place: an index is a whole number", "round(k)"),
    ("x[2*w]", InputError, "there is no place 6 on an axis of 3", "1..3"),
    ("sum(x[w]) + x[w - 1]'@[1, 1]", InputError, "there is no place 0 on an axis of 3", "from 1"),
    ("z[k + 1, 1]", InputError, "there is no place 3 on an axis of 2", "1..2"),
    ("where(k < 3, x[k + 2], 1)", InputError, "there is no place 4 on an axis of 3", "1..3"),
    ("where(x[k + 2] > 0, 1, 2)", InputError, "there is no place 4 on an axis of 3", "1..3"),
    ("sum(where(w > 1, x[w + 1], 0))", InputError, "no place 4 on an axis of 3", "1..3"),
    ("onehot(k; 1)", InputError, "there is no place 2 on an axis of 1", "1..1"),
    ("onehot(k; 0)", InputError, "there is no place 2 on an axis of 0", "empty"),
    ("scatter(k, 2*k; 3)", InputError, "there is no place 4 on an axis of 3", "1..3"),
    ("x[e]", ParseError, "2.71828182845905 is no place", "round"),
    ("x[x > 5]", ParseError, "a condition is no index", "where(c, x, 0)"),
    ("x[k..3]", ParseError, "'k' is not an index here", "a range"),
    ("x[k, k]", ParseError, "2 indices for a vector of 3", "write 1"),
    ("z[k]", ParseError, "1 index for 2×3", "z[k, :]"),
    ("k[x]", ParseError, "an index must be a whole number", "J(k[n]) = …"),
    ("onehot(k)", ParseError, "needs to know how many", "onehot(2; 3)"),
    ("onehot(k; 2, 3)", ParseError, "needs to know how many", "onehot(2; 3)"),
    ("scatter(x, y; 4)", ParseError, "x is a vector of 3 and y is a vector of 2", "x"),
)
"""What cannot be taken, its error, and the way out."""


@pytest.mark.parametrize(("program", "kind", "message", "hint"), REFUSED)
def test_what_is_no_place_is_refused(
    program: str, kind: type[GradcliError], message: str, hint: str
) -> None:
    with pytest.raises(kind) as found:
        assert gradcli.evaluate(program, given(program)).value is not None
    assert message in found.value.message
    assert hint in (found.value.hint or "")
    assert found.value.span is not None
    assert found.value.source == program


@pytest.mark.parametrize("door", ["__call__", "grad", "value_and_grad", "hessian"])
def test_a_function_looks_at_its_indices_in_each_call(door: str) -> None:
    call = getattr(gradcli.function("sum(x[k]^2)"), door)
    call(x=[1.0, 2.0, 3.0], k=[1.0, 3.0])
    for index in ([0.0, 1.0], [1.0, 4.0], [1.5, 1.0], [float("nan"), 1.0]):
        with pytest.raises(InputError, match="place"):
            call(x=[1.0, 2.0, 3.0], k=index)
    call(x=[1.0, 2.0, 3.0], k=[3.0, 3.0])


def test_one_place_may_be_taken_twice() -> None:
    f = gradcli.function("sum(x[k]^3)")
    point = {"x": [1.0, 2.0, 3.0], "k": [1.0, 1.0, 3.0]}
    assert f.grad(**point)["x"].tolist() == [6.0, 0.0, 27.0]
    assert np.diag(f.hessian(**point)["x"]["x"]).tolist() == [12.0, 0.0, 18.0]
    assert not np.any(f.hessian(**point)["k"]["x"])


LABELS = (
    "-mean(log_softmax(z)[i, y[i]] for i in 1..2)",
    "-mean([log_softmax(z)[i, y[i]] for i in 1..2])",
    "-mean(sum(onehot(y; 3)*log_softmax(z); 2))",
    "cross_entropy_logits(z, onehot(y; 3))",
    "mean(logsumexp(z[i, :]) - z[i, y[i]] for i in 1..2)",
)
"""A cross-entropy of labels that are given as numbers: its value is log(3) at equal logits."""


@pytest.mark.parametrize("program", LABELS)
def test_labels_may_be_numbers(program: str) -> None:
    z = [[0.5, 0.5, 0.5], [1.0, 1.0, 1.0]]
    solution = gradcli.evaluate(program, {"z": z, "y": [3, 1]})
    assert solution.value == pytest.approx(np.log(3), rel=1e-15)
    slopes = (np.full((2, 3), 1 / 3) - [[0, 0, 1], [1, 0, 0]]) / 2
    np.testing.assert_allclose(solution.get("d/dz"), slopes, rtol=1e-14)


FORMULAS = (
    ("log_softmax(z)[k]", "z", ("n",), "onehot(k; n) - softmax(z)"),
    ("x[k]^2", "x", ("n",), "2*x[k]*onehot(k; n)"),
    ("cross_entropy_logits(z, onehot(y; 4))", "z", (3, 4), "(softmax(z) - onehot(y; 4))/3"),
    ("sum(x[w]^3)", "x", (3,), "3*scatter(x[w]^2, w; 3)"),
    ("sum((A @ x)[w]^2)", "x", (3,), "2*A' @ scatter((A @ x)[w], w; 4)"),
)
"""Derivatives as a textbook writes them."""


@pytest.mark.parametrize(("program", "name", "shape", "formula"), FORMULAS)
def test_derivatives_are_formulas(program: str, name: str, shape: Any, formula: str) -> None:
    shapes = {name: shape, "y": (3,), "w": (2,), "A": (4, 3)}
    own = {each: shapes[each] for each in words(program) & shapes.keys()}
    (found,) = gradcli.derive(program, wrt=[name], shapes=own).partials
    assert text(found.expression) == formula


@pytest.mark.parametrize(
    ("part", "places"),
    [
        ("2..4", "[2, 3, 4]"),
        ("1..9", "[i for i in 1..9]"),
        ("3..9", "[i for i in 3..9]"),
        ("1..9..2", "[2*i - 1 for i in 1..5]"),
        ("2..10..2", "[2*i for i in 1..5]"),
        ("5..9..1", "[i for i in 5..9]"),
        ("4..12..2", "[2*i + 2 for i in 1..5]"),
        ("10..1..-1", "[11 - i for i in 1..10]"),
        ("9..1..-2", "[11 - 2*i for i in 1..5]"),
        ("[1, 2, 3, 4, 5]", "[1, 2, 3, 4, 5]"),
    ],
)
def test_places_at_equal_steps_are_written_as_a_range(part: str, places: str) -> None:
    point = {"x": np.arange(12.0)}
    solution = gradcli.evaluate(f"sum(sin(x[{part}]))", point)
    (formula,) = [node.derivative for node in solution.nodes if node.name == "x"]
    assert formula == f"scatter(cos(x[{part.removesuffix('..1')}]), {places}; 12)"
    np.testing.assert_array_equal(gradcli.evaluate(formula, point).value, solution.get("d/dx"))


def test_nested_indices_are_read_in_a_loop() -> None:
    depth = 3 * sys.getrecursionlimit()
    program = "x[" * depth + "k" + "]" * depth
    arrays = Arrays({"x": Form((3,))})
    model = read_model(program, ["x", "k"], arrays=arrays)
    assert differentiated(model).at({"x": [2, 3, 1], "k": 1}).value == 1 + depth % 3


def test_an_infinite_slope_stays_at_its_place() -> None:
    """Beside a unit vector it would be NaN at all others."""
    point = {"x": [0, 4], "k": 1}
    (partial,) = gradcli.derive("sqrt(x[k])", point, wrt="x").partials
    assert partial.value.tolist() == [np.inf, 0]
    assert gradcli.evaluate("sqrt(x[k])", point).get("d/dx").tolist() == [np.inf, 0]


@pytest.mark.parametrize(
    ("program", "formula"),
    [
        ("T[i, 2, j]^2", "scatter(2*T[i, 2, j], i, 2, j; 2, 2, 2)"),
        ("sum(T[:, i, j])", "scatter(ones(2), [1, 2], i, j; 2, 2, 2)"),
        ("sum(T[i, :, j])", "scatter(ones(2), i, [1, 2], j; 2, 2, 2)"),
        ("T[j, i, 1]", "scatter(1, j, i, 1; 2, 2, 2)"),
        ("T[i, j, i]", "scatter(1, i, j, i; 2, 2, 2)"),
        ("sum(T[[1, 1], i, j])", "scatter(ones(2), [1, 1], i, j; 2, 2, 2)"),
        ("sum(T[:, j, :][i, 1])", "scatter(scatter(1, i, 1; 2, 2), [1, 2], j, [1, 2]; 2, 2, 2)"),
        ("sum(T[w, i, 2])", "scatter(scatter(ones(2), [1, 2], i; 2, 2), w, [1, 2], 2; 2, 2, 2)"),
    ],
)
def test_one_scatter_says_all_places(program: str, formula: str) -> None:
    point = {"T": np.arange(8.0).reshape(2, 2, 2), "i": 1.0, "j": 2.0, "w": [2.0, 1.0]}
    own = {name: point[name] for name in words(program) & point.keys()}
    solution = gradcli.evaluate(program, own)
    (found,) = [node.derivative for node in solution.nodes if node.name == "T"]
    again = gradcli.evaluate(found, {name: point[name] for name in words(found) & point.keys()})
    np.testing.assert_array_equal(again.value, solution.get("d/dT"))
    assert found == formula
