"""Networks as programs: what they come to, worked out without gradcli in plain arithmetic."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
import pytest
from command_line import ROOT, call

import gradcli
from gradcli.errors import GradcliError, InputError, UsageError
from gradcli.learn.initial import DRAWS
from gradcli.learn.names import LOSSES, SCHEMES
from gradcli.learn.net import make_net

mp = mpmath.mp.clone()
mp.dps = 40

FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + mp.exp(-z)),
    "tanh": mp.tanh,
    "relu": lambda z: max(z, mp.mpf(0)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "sin": mp.sin,
    "silu": lambda z: z / (1 + mp.exp(-z)),
    "none": lambda z: z,
}

NETS = [
    ((2, 2, 2, 1), None, "mse", True),
    ((2, 2, 2, 1), None, "half", False),
    ((1, 1), ["none"], "none", False),
    ((3, 1), None, "bce", True),
    ((2, 3), None, "cross-entropy", True),
    ((2, 4, 3), ["tanh"], "mse", True),
    ((3, 4, 2, 3), ["relu", "silu"], "cross-entropy", True),
    ((3, 2, 2), ["softplus", "sigmoid"], "bce", False),
    ((2, 5, 2, 1), ["sin", "tanh", "none"], "half", True),
    ((1, 2, 2, 2, 2, 1), ["tanh"], "none", True),
]


def data(net, seed=3):
    """Parameters, inputs and targets at which no neuron of a relu is at its kink."""
    values = net.values("normal", seed)
    for layer in range(1, len(net.sizes)):
        if net.has_bias:
            values[f"b{layer}"] = [0.1 * (j + 1) for j in range(net.sizes[layer])]
    values["x"] = [0.3 - 0.45 * i for i in range(net.sizes[0])]
    if net.loss != "none":
        targets = [1.0 if k == 1 else 0.0 for k in range(net.sizes[-1])]
        values["y"] = targets[0] if net.sizes[-1] == 1 else targets
    return values


def loss(net, flat):
    """The value of a net, forward, from numbers by the names of their elements."""
    layer = [flat[f"x[{i + 1}]"] for i in range(net.sizes[0])]
    z = layer
    for place, (first, second) in enumerate(itertools.pairwise(net.sizes), start=1):
        z = [
            sum(flat[f"w{place}[{i + 1},{j + 1}]"] * layer[i] for i in range(first))
            + (flat[f"b{place}[{j + 1}]"] if net.has_bias else 0)
            for j in range(second)
        ]
        if net.activations[place - 1] != "softmax":
            layer = [FUNCTIONS[net.activations[place - 1]](each) for each in z]
    count = net.sizes[-1]
    y = [flat["y" if count == 1 else f"y[{k + 1}]"] for k in range(count) if net.loss != "none"]
    if net.loss == "none":
        return layer[0]
    if net.loss in ("mse", "half"):
        squares = sum((o - t) ** 2 for o, t in zip(layer, y, strict=True))
        return squares / (count if net.loss == "mse" else 2)
    if net.loss == "bce":
        return (
            -sum(t * mp.log(o) + (1 - t) * mp.log(1 - o) for o, t in zip(layer, y, strict=True))
            / count
        )
    total = sum(map(mp.exp, z))
    return -sum(t * mp.log(mp.exp(each) / total) for each, t in zip(z, y, strict=True))


@pytest.mark.parametrize(("sizes", "acts", "name", "bias"), NETS, ids=str)
def test_value_and_gradient_against_differences_in_forty_digits(sizes, acts, name, bias):
    net = make_net(sizes, acts, name, has_bias=bias)
    solution = gradcli.evaluate(net.program(), data(net))
    flat = {key: mp.mpf(value) for key, value in solution.inputs.items()}
    assert solution.value == pytest.approx(float(loss(net, flat)), rel=1e-12)
    step = mp.mpf(10) ** -12
    for key, value in flat.items():
        above, below = (loss(net, flat | {key: value + sign * step}) for sign in (1, -1))
        slope = float((above - below) / (2 * step))
        assert solution.gradient[key] == pytest.approx(slope, rel=1e-10, abs=1e-14), key


@pytest.mark.parametrize("logit", [0.5, 5, 30, 37, 40, 300, 700])
@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("place", range(4))
def test_gradients_of_a_sure_net_are_right_to_the_last_digits(logit, count, place):
    loss = "bce" if count == 1 else "cross-entropy"
    z = [logit * (1 if k == 1 or count == 1 else -0.3) + 0.1 * k for k in range(count)]
    y = [float(k == place) for k in range(count)]
    values = {"w1": [[0.0] * count], "b1": z, "x": [1.0], "y": y[0] if count == 1 else y}
    gradient = gradcli.evaluate(make_net((1, count), None, loss).program(), values).gradient
    with mp.workdps(700):
        powers = [mp.exp(mp.mpf(each)) for each in z]
        whole = sum(powers) + (count == 1)
        for k in range(count):
            expected = powers[k] / whole - y[k]
            found = gradient[f"b1[{k + 1}]"]
            assert abs(mp.mpf(repr(found)) - expected) <= 4 * mp.mpf(2) ** -52 * abs(expected), (
                k,
                found,
            )


@pytest.mark.parametrize(("sizes", "acts", "name", "bias"), NETS, ids=str)
def test_an_independent_library_gives_the_same(sizes, acts, name, bias):
    autograd = pytest.importorskip("autograd", reason="autograd is in the bench extra only")
    import autograd.numpy as np

    functions = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0.0),
        "softplus": lambda z: np.log(1 + np.exp(z)),
        "sin": np.sin,
        "silu": lambda z: z / (1 + np.exp(-z)),
        "none": lambda z: z,
        "softmax": lambda z: np.exp(z) / np.sum(np.exp(z)),
    }
    net = make_net(sizes, acts, name, has_bias=bias)
    values = {key: np.array(value) for key, value in data(net).items()}

    def forward(given):
        layer = given["x"]
        for place, function in enumerate(net.activations, start=1):
            layer = layer @ given[f"w{place}"] + (given[f"b{place}"] if bias else 0)
            layer = functions[function](layer)
        if name == "none":
            return layer[0]
        y = given["y"]
        if name == "mse":
            return np.mean((layer - y) ** 2)
        if name == "half":
            return np.sum((layer - y) ** 2) / 2
        if name == "bce":
            return -np.mean(y * np.log(layer) + (1 - y) * np.log(1 - layer))
        return -np.sum(y * np.log(layer))

    solution = gradcli.evaluate(net.program(), data(net))
    slopes = autograd.grad(forward)(values)
    for key, array in slopes.items():
        for place in itertools.product(*map(range, array.shape)):
            label = f"{key}[{','.join(str(i + 1) for i in place)}]" if place else key
            assert solution.gradient[label] == pytest.approx(array[place], rel=1e-10, abs=1e-14)


@pytest.mark.parametrize("name", ["bce", "cross-entropy"])
@pytest.mark.parametrize("size", [1e3, -1e3, 1e6])
def test_a_loss_of_probabilities_neither_overflows_nor_vanishes(name, size):
    net = make_net((1, 2), None, name, has_bias=False)
    values = {"w1": [[size, 0]], "x": [1], "y": [0, 1]}
    solution = gradcli.evaluate(net.program(), values)
    largest = max(size, 0)
    expected = largest if name == "cross-entropy" else (largest + math.log(2)) / 2
    assert solution.value == pytest.approx(expected, rel=1e-12)
    assert all(map(math.isfinite, solution.gradient.values()))


def test_the_probabilities_sum_to_one():
    net = make_net((2, 3), None, "cross-entropy")
    nodes = {n.name: n.value for n in gradcli.evaluate(net.program(), data(net)).nodes}
    assert sum(nodes[f"o[{k}]"] for k in (1, 2, 3)) == pytest.approx(1, rel=1e-15)


def test_with_half_and_no_biases_it_is_the_lessons_network():
    from exact_tutorial import VALUES, by_hand

    program = make_net((2, 2, 2, 1), None, "half", has_bias=False).program()
    solution = gradcli.evaluate(program, VALUES)
    hand = by_hand(VALUES)
    assert solution.value == pytest.approx(hand.loss, rel=1e-14)
    expected = hand.gradient | hand.by_input
    assert dict(solution.gradient) == pytest.approx(expected, rel=1e-13)


# Values to begin with ---------------------------------------------------------------------------


def code(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_lessons_network_is_written_in_its_letters() -> None:
    example = (ROOT / "examples" / "tutorial.grad").read_text(encoding="utf-8")
    assert code(call("net", "--like", "lesson").out) == code(example)


@pytest.mark.parametrize("sizes", [[2, 1], [1, 1], [3, 4, 2], [2, 3, 2, 3], [1, 2, 2, 2, 2, 2, 1]])
@pytest.mark.parametrize("act", ["sigmoid", "tanh", "none", "relu"])
def test_a_net_like_that_of_the_lesson_is_the_same_net(sizes: list[int], act: str) -> None:
    net = gradcli.net(sizes, act=act, loss="half", bias=False)
    given = net.values("xavier", seed=3) | {"x": [0.5, -1.5, 0.25][: sizes[0]] * 1}
    given |= {"y": 0.75 if sizes[-1] == 1 else [0.75, 0.25, -1.0][: sizes[-1]]}
    found = gradcli.evaluate(net.program(like="lesson"), given)
    wanted = gradcli.evaluate(net.program(), given)
    assert found.value == pytest.approx(wanted.value, rel=1e-14)
    assert found.gradient == pytest.approx(dict(wanted.gradient), rel=1e-13, abs=1e-16)
    assert ("1/(1 + exp(-z))" in found.source) == (act == "sigmoid")


UNLIKE = {
    "biases": (["2-1", "--bias"], "have no biases"),
    "matrices": (["2-1", "--matrix"], "has no matrices"),
    "another loss": (["2-1", "--loss", "mse"], "the loss of the lesson is"),
    "two functions": (["2-2-1", "--act", "tanh,sigmoid"], "have one function"),
    "too many layers": (["1x16"], "has letters for 13 hidden layers, not 14"),
}


@pytest.mark.parametrize(("words", "message"), UNLIKE.values(), ids=UNLIKE)
def test_what_the_lesson_has_no_letters_for_is_refused(words: list[str], message: str) -> None:
    called = call("net", *words, "--like", "lesson")
    assert (called.code, called.out) == (2, "")
    assert message in called.err
    assert called.err.splitlines()[-1].startswith(("leave out", "give one"))


def test_values_are_the_same_for_ever():
    net = make_net((2, 2, 1))
    assert net.values("xavier", 1) == {
        "w1": [[-0.895621, 0.851035], [0.646113, -0.599956]],
        "b1": [0.0, 0.0],
        "w2": [[-0.0129115], [-0.142861]],
        "b2": [0.0],
    }
    assert net.values("he", 1)["w1"][0] == [1.28818, 1.44945]
    assert net.values("normal", 1)["w1"][0] == [1.28818, 1.44945]
    assert net.values("xavier", 2) != net.values("xavier", 1)


@pytest.mark.parametrize(
    ("scheme", "deviation"),
    [("xavier", math.sqrt(2 / 500)), ("he", math.sqrt(2 / 400)), ("normal", 1)],
)
def test_values_have_the_deviation_that_they_are_known_for(scheme, deviation):
    net = make_net((400, 100), None, "mse")
    weights = [each for row in net.values(scheme, 7)["w1"] for each in row]
    mean = sum(weights) / len(weights)
    assert abs(mean) < 4 * deviation / 200
    actual = math.sqrt(sum(each**2 for each in weights) / len(weights))
    assert actual == pytest.approx(deviation, rel=0.02)
    if scheme == "xavier":
        assert max(map(abs, weights)) <= math.sqrt(6 / 500)


def test_every_scheme_and_loss_is_offered():
    from gradcli.cli.commands import net as command

    assert tuple(DRAWS) == SCHEMES
    for name in command.ACTIVATIONS:
        assert make_net((2, 2, 1), [name]).activations == (name, name)


# The command ------------------------------------------------------------------------------------


def test_its_output_is_ordinary_language(tmp_path):
    weights = tmp_path / "w.json"
    assert call("net", "2-2-2-1", "--init", "xavier", "-o", str(weights)).out == ""
    program = call("net", "2-2-2-1").out
    words = ["--vars", str(weights), "--x", "[.5,-.2]", "--y", "1", "--json"]
    called = call("eval", "-", *words, stdin=program.encode())
    assert called.code == 0
    assert len(json.loads(called.out)["gradient"]) == 4 + 2 + 4 + 2 + 2 + 1 + 2 + 1


REFUSED = [
    ("2", UsageError, "at least two layers"),
    ("2-0-1", UsageError, "at least two layers"),
    ("", UsageError, "is not a list of layers"),
    ("2-a", UsageError, "'2-a' is not a list of layers"),
    ("2--1", UsageError, "is not a list of layers"),
    ("2-3x99999", UsageError, "is not a list of layers"),
    ("2-9999999-1", UsageError, "a layer has at most 1,000,000 neurons"),
    ("2-2-1 --act foo", InputError, "'foo' is not a function of one argument"),
    ("2-2-1 --act max", InputError, "'max' is not a function of one argument"),
    ("2-2-1 --act tanh,", InputError, "'' is not a function"),
    ("2-2-1 --act a,b,c", UsageError, "2 layers after the inputs, and there are 3 activations"),
    ("2-2-2 --act tanh,softmax", UsageError, "softmax is of the output"),
    ("2-2-1 --act softmax", UsageError, "softmax is of the output"),
    ("2-2-1 --loss cross-entropy", UsageError, "at least two outputs"),
    ("2-2-2 --loss none", UsageError, "a program has one output"),
    ("2-2-1 --loss msee", UsageError, "there is no loss 'msee'"),
    ("2-2-1 --loss bce --act tanh,tanh", UsageError, "the output is sigmoid, not tanh"),
    ("2-2-1 --init hee", UsageError, "no way 'hee' to choose weights"),
    ("9999-9999 --init he", UsageError, "at most 5,000,000 parameters"),
    ("2-2-1 --seed -1", UsageError, "--seed is a number from 0 on"),
]


@pytest.mark.parametrize(("words", "kind", "message"), REFUSED, ids=str)
def test_what_cannot_be_written_is_said(words, kind, message):
    from gradcli.cli.status import status_of

    called = call("net", *(words.split(" ") if words else [""]))
    assert called.code == status_of(kind("x", "y"))
    assert message in " ".join(called.err.split())
    assert called.out == ""
    assert issubclass(kind, GradcliError)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("sizes", [(1, 1), (1, 2), (2, 1, 1), (3, 2, 2)], ids=str)
def test_every_program_reads(sizes, loss, bias):
    try:
        net = make_net(sizes, None, loss, has_bias=bias)
    except UsageError:
        return
    found = gradcli.function(net.program()).inputs
    expected = sum(math.prod(shape) for shape in net.shapes.values()) + sizes[0]
    assert len(found) == expected + (sizes[-1] if loss != "none" else 0)


@pytest.mark.parametrize("has_bias", [True, False])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("sizes", [(2, 3, 1), (3, 2, 4, 2), (2, 1), (1, 1, 1), (4, 1, 3)])
def test_products_of_matrices_are_the_same_net(sizes, loss, has_bias) -> None:
    """Value and gradient are those of the program that is written out in numbers."""
    if (loss == "cross-entropy" and sizes[-1] == 1) or (loss == "none" and sizes[-1] > 1):
        pytest.skip("a loss for another number of outputs")
    is_implied = loss in {"bce", "cross-entropy"} and len(sizes) == 2
    net = make_net(sizes, None if is_implied else ["tanh"], loss, has_bias=has_bias)
    values = {**net.values("xavier", 3), "x": [0.3 - 0.2 * each for each in range(sizes[0])]}
    if loss != "none":
        y = [1.0, 0.0, 0.25, 0.5][: sizes[-1]]
        values["y"] = y if sizes[-1] > 1 else y[0]
    numbers = gradcli.evaluate(net.program(), values)
    matrices = gradcli.evaluate(net.program(matrix=True), values)
    assert matrices.value == pytest.approx(numbers.value, rel=1e-14)
    assert _entries(matrices.gradient) == {
        name: pytest.approx(slope, rel=1e-12, abs=1e-15) for name, slope in numbers.gradient.items()
    }


def _entries(found: Mapping[str, Any]) -> dict[str, float]:
    """Numbers by the names of single entries."""
    entries: dict[str, float] = {}
    for name, values in found.items():
        shape = getattr(values, "shape", ())
        for places in itertools.product(*map(range, shape)):
            label = f"{name}[{','.join(str(place + 1) for place in places)}]" if shape else name
            entries[label] = float(values[places]) if shape else float(values)
    return entries


SPELLED = [
    (sizes, loss)
    for sizes in [(2, 3, 1), (3, 2, 4, 2), (2, 2, 2)]
    for loss in ("mse", "bce", "cross-entropy")
    if loss != "cross-entropy" or sizes[-1] > 1
]


@pytest.mark.parametrize(("sizes", "loss"), SPELLED)
def test_both_spellings_give_the_same_numbers_at_every_door(sizes, loss) -> None:
    """A function with its derivatives, first and second, symbols with numbers, and a small step."""
    net = make_net(sizes, ["tanh"], loss)
    y = [1.0, 0.0, 0.25][: sizes[-1]]
    values = {
        **net.values("xavier", 5),
        "x": [0.3 - 0.2 * each for each in range(sizes[0])],
        "y": y if sizes[-1] > 1 else y[0],
    }
    programs = [net.program(), net.program(matrix=True)]
    numbers, matrices = (gradcli.function(program) for program in programs)
    assert matrices(**values) == pytest.approx(numbers(**values), rel=1e-14)
    slopes = _entries(numbers.grad(**values))
    near = {name: pytest.approx(slope, rel=1e-12, abs=1e-15) for name, slope in slopes.items()}
    assert _entries(matrices.grad(**values)) == near
    derived = gradcli.derive(programs[1], values)
    found = {partial.wrt[0]: partial.value for partial in derived.partials}
    assert _entries({name: np.asarray(each) for name, each in found.items()}) == near
    ((one, step),) = {"w1[1,2]": 0.01}.items()
    nudges = [gradcli.nudge(program, values, {one: step}) for program in programs]
    for what in ("before", "after", "predicted"):
        expected, given = (getattr(nudge, what) for nudge in nudges)
        assert given == pytest.approx(expected, rel=1e-13)
    along = {name: np.cos(np.arange(np.size(each))).reshape(np.shape(each))
             for name, each in values.items()}  # fmt: skip
    second = _entries(matrices.hvp(values, along))
    flat = {name: float(each) for name, each in _entries(along).items()}
    point = _entries({name: np.asarray(each) for name, each in values.items()})
    expected = numbers.hvp(point, flat)
    scale = max(map(abs, expected.values()))
    assert second == {
        name: pytest.approx(each, rel=1e-11, abs=1e-13 * scale) for name, each in expected.items()
    }


def test_the_command_writes_products_of_matrices() -> None:
    called = call("net", "784-128-10", "--act", "relu", "--loss", "cross-entropy", "--matrix")
    assert called.out.splitlines()[2:] == [
        "h1 = relu(w1' @ x + b1)",
        "z = w2' @ h1 + b2",
        "s = logsumexp(z)",
        "o = exp(z - s)",
        "J = sum(y*(s - z))",
    ]
