"""Descent on arrays: against the same program in numbers, and against NumPy written out by hand."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import numpy as np
import pytest
from command_line import call
from random_arrays import Maker
from test_descend import BY_HAND

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.engine.array_plan import Plan
from gradcli.engine.vectors import quiet
from gradcli.errors import GradcliError
from gradcli.learn import vectors
from gradcli.learn.array_layers import ArrayLayers
from gradcli.learn.descend import Descender
from gradcli.learn.names import METHODS, UPDATES
from gradcli.learn.net import make_net
from gradcli.learn.settings import Settings
from gradcli.views.lines.text import width

SQUARES = "sum((W @ x - y)^2)/2"
POINT = {"W": [[1, 2], [3, 4]], "x": [1, -1], "y": [0.5, 2]}
FLAGS = [word for name, value in POINT.items() for word in (f"--{name}", json.dumps(value))]

NETS = {
    "softmax": make_net([3, 4, 3, 2], ["tanh", "relu"], "cross-entropy"),
    "bce": make_net([2, 3, 3, 1], ["gelu", "silu"], "bce"),
    "mse": make_net([2, 2, 2, 2, 2], ["sigmoid", "softplus", "elu", "none"], "mse"),
}


def net_values(name: str) -> dict[str, Any]:
    net = NETS[name]
    values = net.values("xavier", seed=3)
    values |= {"x": [0.3, -0.8, 0.5][: net.sizes[0]], "y": [1.0, 0.0][: net.sizes[-1]]}
    if len(values["y"]) == 1:
        values["y"] = values["y"][0]
    return values


def flat(values: dict[str, Any]) -> dict[str, float]:
    """Parameters by the names of their entries."""
    found = {}
    for name, value in values.items():
        for place in np.ndindex(np.shape(value)):
            label = name + (f"[{','.join(str(i + 1) for i in place)}]" if place else "")
            found[label] = float(np.asarray(value)[place])
    return found


# Methods and orders of updates ---------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("update", UPDATES)
def test_three_steps_of_each_method_on_an_array(method: str, update: str) -> None:
    """2(x - 1)² + y²/2 once more, x and y being the columns of three rows."""
    points = np.array([[3.0, -2.0], [0.5, 4.0], [-1.0, 0.25]])
    if method == "nesterov":  # which is worked by hand from there alone
        points[:] = points[0]
    result = gradcli.descend(
        "sum((A - c)*(A - c)*k)", {"A": points, "c": [1, 0], "k": [2, 0.5]}, fix=["c", "k"],
        method=method, lr=0.1, steps=3, update=update,
    )  # fmt: skip
    expected = [BY_HAND[method](*row) for row in points]
    assert result.parameters["A"] == pytest.approx(np.array(expected), rel=1e-12)
    assert [each.step for each in result.steps] == [0, 1, 2, 3]
    slopes = np.array([[4 * (x - 1), y] for x, y in points])
    assert result.steps[0].gradient_norm == pytest.approx(np.linalg.norm(slopes))


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("update", ["simultaneous", "in-place"])
def test_a_net_of_matrices_learns_as_that_of_numbers(name: str, method: str, update: str) -> None:
    net, values = NETS[name], net_values(name)
    settings = {"method": method, "lr": 0.05, "steps": 5, "update": update, "fix": ["x", "y"]}
    numbers = gradcli.descend(net.program(), values, **settings)
    arrays = gradcli.descend(net.program(matrix=True), values, **settings)
    assert flat(dict(arrays.parameters)) == pytest.approx(numbers.parameters, rel=1e-9, abs=1e-12)
    assert [each.value for each in arrays.steps] == pytest.approx(
        [each.value for each in numbers.steps], rel=1e-10
    )
    layers = [sorted({label.partition("[")[0] for label in names}) for names in numbers.layers]
    found = [sorted({label.partition("[")[0] for label in names}) for names in arrays.layers]
    assert found == layers


def test_refresh_moves_one_array_after_the_other() -> None:
    """(v' @ tanh(W @ x) - 1)^2 by hand: v first, then W with the new v."""
    rng = np.random.default_rng(1)
    v, w, x, eta = rng.normal(size=3), rng.normal(size=(3, 2)), rng.normal(size=2), 0.1
    hidden = np.tanh(w @ x)
    new_v = v - eta * 2 * (v @ hidden - 1) * hidden
    again = 2 * (new_v @ hidden - 1)
    new_w = w - eta * again * np.outer(new_v * (1 - hidden**2), x)
    result = gradcli.descend(
        "(v' @ tanh(W @ x) - 1)^2", {"v": v, "W": w, "x": x}, fix="x", lr=eta, steps=1,
        update="refresh",
    )  # fmt: skip
    assert result.parameters["v"] == pytest.approx(new_v, rel=1e-13)
    assert result.parameters["W"] == pytest.approx(new_w, rel=1e-13)
    assert result.first[0].value == pytest.approx((new_v @ hidden - 1) ** 2)


def test_in_place_goes_back_through_the_new_weights() -> None:
    rng = np.random.default_rng(2)
    v, w, x, eta = rng.normal(size=3), rng.normal(size=(3, 2)), rng.normal(size=2), 0.1
    hidden = np.tanh(w @ x)
    slope = 2 * (v @ hidden - 1)
    new_v = v - eta * slope * hidden
    new_w = w - eta * slope * np.outer(new_v * (1 - hidden**2), x)
    result = gradcli.descend(
        "(v' @ tanh(W @ x) - 1)^2", {"v": v, "W": w, "x": x}, fix="x", lr=eta, steps=1,
        update="in-place",
    )  # fmt: skip
    assert result.parameters["v"] == pytest.approx(new_v, rel=1e-13)
    assert result.parameters["W"] == pytest.approx(new_w, rel=1e-13)


@pytest.mark.parametrize("seed", range(150))
def test_the_backward_pass_layer_by_layer_gives_the_gradient(seed: int) -> None:
    """Where nothing is updated on the way, of any program of arrays."""
    maker = Maker(seed)
    graph, output = maker.graph, maker.output
    inputs = maker.inputs
    point = [
        np.array(value).reshape(node.shape) if node.shape else value
        for node, value in zip(inputs, maker.point(), strict=True)
    ]
    layers = ArrayLayers(graph, inputs, output, inputs)
    found: dict[int, Any] = {}
    walked = list(layers.walk([*point], point, found.__setitem__))
    assert walked == [*range(len(layers.places))]
    assert sorted(place for places in layers.places for place in places) == [*range(len(inputs))]
    nodes = gradient(graph, output, inputs, masked=True)
    plan = Plan(graph, inputs, nodes)
    values = plan.run(point)
    for place, node in enumerate(nodes):
        expected = values[plan.slots[node]]
        assert np.shape(found[place]) == inputs[place].shape
        np.testing.assert_allclose(found[place], expected, rtol=1e-9, atol=1e-12)


def test_a_step_builds_nothing() -> None:
    descender = Descender(NETS["mse"].program(matrix=True), net_values("mse"), fix=["x", "y"])
    for update in UPDATES:
        descender.run(Settings(steps=1, update=update))
        count = len(descender.objective.model.graph)
        descender.run(Settings(steps=20, update=update))
        assert len(descender.objective.model.graph) == count


# What the numbers are -------------------------------------------------------------------------


def test_arrays_of_the_caller_stay_and_those_of_the_result_are_its_own() -> None:
    given = {name: np.array(value, dtype=float) for name, value in POINT.items()}
    before = {name: value.copy() for name, value in given.items()}
    result = gradcli.descend(SQUARES, given, steps=3, fix="x")
    for name, value in given.items():
        assert np.array_equal(value, before[name])
    result.parameters["W"][0, 0] = 77
    assert result.start["W"][0, 0] == 1
    assert sorted(result.parameters) == ["W", "y"]


POISONED = [
    # rows that a condition leaves out, an index, an untaken branch, the least of some
    ("sum(where(k > 0, X@w - y, 0)^2)", {"X": [[1, 2], [math.nan, math.nan]], "k": [1, 0],
     "w": [1, 1], "y": [1, 1]}, ["w"]),
    ("sum(log(w)[1..2]^2)", {"w": [2, 3, 0]}, ["w"]),
    ("where(c > 0, sum(log(w)), sum(w^2))", {"w": [0, 1], "c": -1}, ["w"]),
]  # fmt: skip


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize(("program", "values", "wrt"), POISONED)
def test_what_is_left_out_poisons_no_step(
    program: str, values: dict[str, Any], wrt: list[str], update: str
) -> None:
    result = gradcli.descend(program, values, wrt=wrt, lr=0.01, steps=5, update=update)
    assert result.stopped == "steps"
    assert result.value < result.steps[0].value
    assert np.isfinite(result.parameters["w"]).all()


ENDS = {
    # program, values, how it stops, what the point is, and words of what is said
    "minimum": ("norm(W - 2)^2", {"W": [[1, 2], [3, 4]]}, "converged", "minimum", ""),
    "flat": ("sum(relu(-x)^2)", {"x": [1, 2]}, "stationary", "flat", "flat here"),
    "saddle at 0": ("norm(A @ B - 1)^2", {"A": [[0, 0], [0, 0]], "B": [[0, 0], [0, 0]]},
     "stationary", "saddle", "All parameters began at 0"),
    "copies": ("(v' @ tanh(w) - 1)^2 + (sum(v) - sum(w))^2", {"v": [1e-9] * 2, "w": [1e-9] * 2},
     "stationary", "saddle", "begin"),
    "maximum": ("-sum(x^2)^2", {"x": [0, 0]}, "stationary", "maximum", "is a maximum"),
    "top": ("sum(cos(x))", {"x": [0, 0]}, "stationary", "maximum", "falls from here along"),
    "below": ("sum(x)", {"x": [1, 2]}, "steps", "unbounded", "falls without bound"),
    "falling": ("sum(exp(-x))", {"x": [30, 30]}, "stationary", "falling", "goes on falling"),
    "unmoved": ("x[1]^2 + 0*sum(y) + sum(x^2)", {"x": [1, 2], "y": [3, 4]}, "converged",
     "minimum", "y never moved"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_the_end_is_told_as_of_numbers(name: str) -> None:
    program, values, stopped, point, words = ENDS[name]
    result = gradcli.descend(program, values, tol=1e-6)
    assert (result.stopped, result.finding and result.finding.kind) == (stopped, point)
    assert words in " ".join(gradcli.show(result).split())


def test_a_place_to_begin_again_is_an_entry() -> None:
    shown = " ".join(
        gradcli.show(gradcli.descend("sum(cos(x*[1,3]))", {"x": [math.pi * 2, 0]})).split()
    )
    assert "Begin elsewhere, such as at x[2] = " in shown


def test_an_entry_is_named_by_its_place() -> None:
    result = gradcli.descend("sum(A) + b + sum(c)", {"A": [[1, 2], [3, 4]], "b": 5, "c": [6]},
                             steps=1, lr=1e-300)  # fmt: skip
    named = [result.entry(place) for place in range(6)]
    assert named == [
        ("A[1,1]", 1.0), ("A[1,2]", 2.0), ("A[2,1]", 3.0), ("A[2,2]", 4.0), ("b", 5.0),
        ("c[1]", 6.0),
    ]  # fmt: skip
    with pytest.raises(IndexError):
        result.entry(6)


def test_a_kink_on_the_way_is_told() -> None:
    result = gradcli.descend("sum(abs(x))", {"x": [0, 3]}, steps=2)
    assert [each.kind for each in result.kinks] == ["kink"]
    assert result.kinks[0].message.startswith("at the start, out has a kink at x[1] = 0")


EMPTY = [("sum(x^2) + b^2", {"x": np.zeros(0), "b": 1}), ("sum(x*x)", {"x": np.zeros((0, 3))})]


@pytest.mark.parametrize(("program", "values"), EMPTY)
@pytest.mark.parametrize("update", UPDATES)
def test_an_empty_array_has_nothing_to_move(
    program: str, values: dict[str, Any], update: str
) -> None:
    result = gradcli.descend(program, values, steps=3, update=update)
    assert result.parameters["x"].shape == values["x"].shape
    assert gradcli.show(result)


BAD = [
    ("sum(log(x))", {"x": [-1, 2]}, "there is no descent from here: log(x) is NaN in 1 of 2"),
    (
        "sum(x^2)",
        {"x": [math.nan, 2]},
        "x is NaN in 1 of 2 entries at the start",
    ),
    ("sum(x^3)", {"x": [100, -100]}, "diverged after"),
]


@pytest.mark.parametrize(("program", "values", "message"), BAD)
def test_what_is_not_finite_is_said(
    program: str, values: dict[str, list[float]], message: str
) -> None:
    flags = [word for name, value in values.items() for word in (f"--{name}", json.dumps(value))]
    called = call("descend", program, *flags)
    assert called.code == 4
    assert message in called.err


def test_a_rate_that_does_better_is_proposed_and_works() -> None:
    called = call("descend", SQUARES, *FLAGS, "--lr", "5")
    assert called.code == 4
    assert "try --lr 0.05: with it out is" in called.err
    assert call("descend", SQUARES, *FLAGS, "--lr", "0.05").code == 0


REFUSED = [
    ([*FLAGS, "--wrt", "W[1,2]"], 3, "'W' is an array, which is moved or fixed as a whole"),
    ([*FLAGS, "--fix", "V"], 3, "V"),
    ([*FLAGS[:-2], "--y", "[1,2,3]"], 2, "3"),
    ([*FLAGS, "--shape", "W=3,2"], 3, "W"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED)
def test_what_cannot_be_done_is_said(words: list[str], code: int, message: str) -> None:
    called = call("descend", SQUARES, *words)
    assert called.code == code, called.err
    assert message in called.err


def test_an_output_that_is_an_array_has_no_descent() -> None:
    called = call("descend", "W@x", *FLAGS[:4])
    assert called.code == 3
    assert "the output is a vector of 2, and has no gradient" in called.err
    with pytest.raises(GradcliError, match="has no gradient"):
        gradcli.descend("W@x", {"W": [[1, 2]], "x": [1, 2]})


# What is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [[], ["--compare-updates"]])
def test_json_is_of_version_3(more: list[str]) -> None:
    found = json.loads(call("descend", SQUARES, *FLAGS, "--json", "--steps", "2", *more).out)
    jsonschema.validate(found, gradcli.schema("descend/3"))
    assert found["schema"] == "gradcli.descend/3"
    assert np.shape(found["parameters"]["W"]) == (2, 2)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, gradcli.schema("descend"))


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize(
    "words", [[], ["--trace"], ["--trace", "--update", "in-place"], ["--compare-updates"]]
)
def test_pages_keep_to_their_width(columns: int, encoding: str, words: list[str]) -> None:
    net = NETS["softmax"]
    descender = Descender(net.program(matrix=True), net_values("softmax"), fix=["x", "y"])
    order = "in-place" if "in-place" in words else "simultaneous"
    display = gradcli.views.lines.page.Display(width=columns, encoding=encoding)
    if "--compare-updates" in words:
        results = gradcli.learn.descend.compare_updates(descender, Settings(steps=3))
        page = gradcli.views.descend.render_comparison(results, display)
    else:
        result = descender.run(Settings(steps=3, update=order))
        page = gradcli.views.descend.render(result, display, trace="--trace" in words)
    text = str(page)
    text.encode(encoding)
    # An array is never cut: where it does not fit, it goes on in the next line.
    assert not [line for line in text.split("\n") if width(line) > columns]


def test_a_large_array_is_shown_short_and_whole_when_asked() -> None:
    words = ["descend", "sum((x - 1)^2)", "--x", json.dumps([0.5] * 40), "--steps", "2"]
    short, whole = call(*words).out, call(*words, "--all").out
    assert "40 [0.68, 0.68, 0.68, …] norm 4.3" in short
    assert "0.68" not in short.replace("40 [0.68, 0.68, 0.68, …] norm", "")
    assert whole.count("0.68") == 40


@pytest.mark.parametrize("ending", ["json", "npz", "NPZ"])
def test_what_is_saved_goes_on(tmp_path: Any, ending: str) -> None:
    file = str(tmp_path / f"all.{ending}")
    words = ["descend", SQUARES, "--fix", "x,y", "--lr", "0.1"]
    whole = json.loads(call(*words, *FLAGS, "--steps", "6", "--json").out)
    assert call(*words, *FLAGS, "--steps", "3", "--save", file).code == 0
    again = json.loads(call(*words, "--vars", file, "--steps", "3", "--json").out)
    assert again["parameters"] == whole["parameters"]


def test_numbers_and_elements_are_saved_as_arrays_too(tmp_path: Any) -> None:
    file = str(tmp_path / "all.npz")
    words = ["descend", "(w[1] - 1)^2 + (w[2] - b)^2 + u[2]^2", "--steps", "2"]
    assert call(*words, "--w", "[3,4]", "--b", "5", "--set", "u[2]=1", "--save", file).code == 0
    with np.load(file) as found:
        assert sorted(found) == ["b", "u[2]", "w"]
        assert found["w"].shape == (2,)
    called = call(*words, "--vars", file)
    assert called.code == 0, called.err


def test_the_trace_writes_long_arrays_below_each_other() -> None:
    words = ["descend", "sum((x - 1)^2)", "--x", json.dumps([0.5] * 40), "--trace", "--steps", "1"]
    shown = call(*words).out
    assert "  x ← x - 0.1·d\n    d = 40 [-1, -1, -1, …]" in shown
    assert "\n    x = 40 [0.6, 0.6, 0.6, …] norm" in shown


@pytest.mark.parametrize("given", [[], ["--w", "0"]])
def test_a_number_in_a_matrix_product_names_the_way_to_an_array(given: list[str]) -> None:
    called = call("descend", "norm(A @ w - 1)^2", "--A", "[[1,2],[3,4]]", "--wrt", "w", *given)
    assert called.code == 2
    hint = 'give w a value such as "[1,2]", or declare its shape: --shape w=2, or J(w[2]) = …'
    assert hint in " ".join(called.err.split())


def test_shapes_are_declared() -> None:
    values = {"x": [1, 2, 3]}
    assert gradcli.descend("sum(x)^2/n", values, shapes={"x": "n"}, wrt="x", steps=1).value
    called = call("descend", "sum(x)^2/n", "--x", "[1,2,3]", "--shape", "x=n", "--steps", "1")
    assert called.code == 0, called.err


LENGTHS = [[], [0.0, 0.0], [3.0, 4.0], [3e-200, 4e-200], [3e200, 4e200], [1e-320, 0.0],
           [math.inf, 1.0], [-math.inf, 0.0], [1e-170, 1e-160]]  # fmt: skip


@pytest.mark.parametrize("entries", LENGTHS)
def test_lengths_and_directions_are_those_of_lists(entries: list[float]) -> None:
    with quiet():
        array = np.array(entries)
        assert vectors.length(array) == pytest.approx(math.hypot(*entries), rel=1e-14)
        assert vectors.total_length([array, 0.0]) == pytest.approx(math.hypot(*entries), rel=1e-14)
        one, other = vectors.unit(array), vectors.unit(entries)
    assert (one is None) == (other is None)
    if one is not None:
        assert one == pytest.approx(np.array(other), rel=1e-14)


def test_no_length_is_nan() -> None:
    assert math.isnan(vectors.length(np.array([1.0, math.nan])))
    assert vectors.unit(np.array([1.0, math.nan])) is None


@pytest.mark.parametrize("program", ["exp(max([0, x]))*y^-19", "(1e8/max([0, x]))^acoth(y + 1)"])
def test_what_is_explained_before_the_descent_is_no_part_of_its_layers(program):
    """The derivative is not finite after a step, and looking at that adds nodes to the graph."""
    found = gradcli.compare_updates(program, {"x": 1e-8, "y": 1e-8}, steps=2)
    assert len(repr(found)) > 100
