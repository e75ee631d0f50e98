"""Well-known models as programs of arrays, against the same models by another library.

Values, gradients and products of the Hessian with a vector of every program in examples/models,
beside what autograd makes of the same model written in NumPy.
"""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from numpy.testing import assert_allclose

import gradcli
from gradcli.calculus.second import hvp
from gradcli.engine import arrays
from tests.command_line import call

np: Any = pytest.importorskip("autograd.numpy")
autograd: Any = pytest.importorskip("autograd")
tracer: Any = pytest.importorskip("autograd.tracer")
special: Any = pytest.importorskip("autograd.scipy.special")

FOLDER = Path(__file__).parent.parent / "examples" / "models"
PROGRAMS = sorted(path.stem for path in FOLDER.glob("*.grad"))

Values = Mapping[str, Any]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def log_softmax(x: Any) -> Any:
    return x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))


def relu(x: Any) -> Any:
    return np.where(x > 0, x, 0.0)


def square_distances(x: Any) -> Any:
    return np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=-1)


def normalized(x: Any, axis: int) -> Any:
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=axis, keepdims=True) + 1e-5)


def logistic_regression(v: Values) -> Any:
    p = sigmoid(v["X"] @ v["w"] + v["b"])
    likely = v["t"] * np.log(p) + (1 - v["t"]) * np.log(1 - p)
    return -np.mean(likely) + v["lambda"] * np.sum(v["w"] ** 2) / 2


def softmax_regression(v: Values) -> Any:
    return -np.sum(v["T"] * log_softmax(v["X"] @ v["W"] + v["b"])) / 4


def ridge_regression(v: Values) -> Any:
    misses = np.sum((v["X"] @ v["w"] - v["y"]) ** 2)
    return 0.5 * misses + 0.5 * v["lambda"] * np.sum(v["w"] ** 2)


def kernel_ridge(v: Values) -> Any:
    kernel = np.exp(-square_distances(v["X"]) / (2 * v["width"] ** 2))
    return 0.5 * v["y"] @ np.linalg.inv(kernel + v["penalty"] * np.eye(4)) @ v["y"]


def gaussian_process(v: Values) -> Any:
    kernel = v["scale"] ** 2 * np.exp(-square_distances(v["X"]) / (2 * v["width"] ** 2))
    covariance = kernel + v["noise"] ** 2 * np.eye(4)
    quadratic = v["y"] @ np.linalg.inv(covariance) @ v["y"]
    return 0.5 * (quadratic + np.log(np.linalg.det(2 * math.pi * covariance)))


def batch_norm(v: Values) -> Any:
    return np.sum(v["T"] * (v["gamma"] * normalized(v["X"], 0) + v["beta"]))


def layer_norm(v: Values) -> Any:
    return np.sum(v["T"] * (v["gamma"] * normalized(v["X"], 1) + v["beta"]))


def head(q: Any, k: Any, v: Any) -> Any:
    return np.exp(log_softmax(q @ k.T / math.sqrt(q.shape[1]))) @ v


def attention(v: Values) -> Any:
    return np.sum(v["T"] * head(v["X"] @ v["Wq"], v["X"] @ v["Wk"], v["X"] @ v["Wv"]))


def multi_head_attention(v: Values) -> Any:
    q, k, w = (v["X"] @ v[name] for name in ("Wq", "Wk", "Wv"))
    heads = [head(q[:, at], k[:, at], w[:, at]) for at in (slice(0, 2), slice(2, 4))]
    return np.sum(v["T"] * (np.concatenate(heads, axis=1) @ v["Wo"]))


def convolution(v: Values) -> Any:
    answer = 0.0
    for kernel, bias, weight in zip(v["kernels"], v["bias"], v["weights"], strict=True):
        total = 0.0
        for i in range(3):
            for j in range(4):
                total = total + relu(np.sum(v["image"][i : i + 3, j : j + 3] * kernel) + bias)
        answer = answer + weight * total / 12
    return (answer - v["target"]) ** 2


def lstm(v: Values) -> Any:
    h = c = np.zeros(2)
    for x in v["X"]:
        z = v["W"][:, :3] @ x + v["W"][:, 3:] @ h + v["b"]
        c = sigmoid(z[2:4]) * c + sigmoid(z[:2]) * np.tanh(z[6:])
        h = sigmoid(z[4:6]) * np.tanh(c)
    return np.mean((h - v["t"]) ** 2)


def gru(v: Values) -> Any:
    h = np.zeros(2)
    for x in v["X"]:
        both = np.concatenate([x, h])
        z, r = sigmoid(v["Wz"] @ both), sigmoid(v["Wr"] @ both)
        h = (1 - z) * np.tanh(v["Wn"] @ np.concatenate([x, r * h])) + z * h
    return np.mean((h - v["t"]) ** 2)


def cox(v: Values) -> Any:
    risk = v["X"] @ v["w"]
    terms = [
        v["event"][i] * (risk[i] - np.log(np.sum(np.exp(risk[: i + 1])))) for i in range(len(risk))
    ]
    return -sum(terms)


def matrix_factorisation(v: Values) -> Any:
    penalty = np.sum(v["U"] ** 2) + np.sum(v["V"] ** 2)
    return np.sum(v["M"] * (v["R"] - v["U"] @ v["V"].T) ** 2) + 0.1 * penalty


def rayleigh(v: Values) -> Any:
    along = v["X"] @ v["w"]
    return np.sum(along**2) / 5 / np.sum(v["w"] ** 2)


def kalman(v: Values) -> Any:
    predicted = v["F"] @ v["P"] @ v["F"].T + v["Q"]
    covariance = v["H"] @ predicted @ v["H"].T + v["R"]
    miss = v["y"] - v["H"] @ (v["F"] @ v["x"])
    quadratic = miss @ np.linalg.inv(covariance) @ miss
    return 0.5 * (quadratic + np.log(np.linalg.det(covariance)))


def vae(v: Values) -> Any:
    m, s = v["A"] @ v["x"], v["B"] @ v["x"]
    decoded = sigmoid(v["C"] @ (m + np.sqrt(np.exp(s)) * v["noise"]))
    return np.sum((decoded - v["x"]) ** 2) - 0.5 * np.sum(1 + s - m**2 - np.exp(s))


def rk4(v: Values) -> Any:
    x, h = v["x"], v["h"]
    k1 = np.tanh(v["A"] @ x)
    k2 = np.tanh(v["A"] @ (x + h * k1 / 2))
    k3 = np.tanh(v["A"] @ (x + h * k2 / 2))
    k4 = np.tanh(v["A"] @ (x + h * k3))
    return np.sqrt(np.sum((x + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6 - v["goal"]) ** 2))


def ising(v: Values) -> Any:
    m = v["m"]
    bonds = sum(m[i] * m[i + 1] for i in range(4))
    up, down = (1 + m) / 2, (1 - m) / 2
    entropy = -np.sum(up * np.log(up) + down * np.log(down))
    return -v["coupling"] * bonds - np.sum(v["field"] * m) - entropy


def skip_gram(v: Values) -> Any:
    others = sum(np.log(sigmoid(-np.sum(each * v["word"]))) for each in v["far"])
    return -np.log(sigmoid(np.sum(v["near"] * v["word"]))) - others


def policy_gradient(v: Values) -> Any:
    likely = np.sum(v["done"] * log_softmax(v["states"] @ v["W"]), axis=1)
    return -np.mean((v["reward"] - np.mean(v["reward"])) * likely)


def rosenbrock(v: Values) -> Any:
    x = v["x"]
    return sum((1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] ** 2) ** 2 for i in range(len(x) - 1))


def rastrigin(v: Values) -> Any:
    return sum(10 + each**2 - 10 * np.cos(2 * math.pi * each) for each in v["x"])


def ackley(v: Values) -> Any:
    x = v["x"]
    size, waves = np.sqrt(np.mean(x**2)), np.mean(np.cos(2 * math.pi * x))
    return -20 * np.exp(-0.2 * size) - np.exp(waves) + 20 + math.e


def styblinski_tang(v: Values) -> Any:
    return sum(each**4 - 16 * each**2 + 5 * each for each in v["x"]) / 2


def gaussian_mixture(v: Values) -> Any:
    """ADBench's objective, one point and one component at a time."""
    size, dimension = v["X"].shape
    total = 0.0
    for x in v["X"]:
        terms = 0.0
        for alpha, mu, q, below in zip(v["alpha"], v["mu"], v["q"], v["l"], strict=True):
            entries = iter(below)
            rows = [[np.exp(q[i])] for i in range(dimension)]
            for j in range(dimension):  # column by column
                for i in range(j + 1, dimension):
                    rows[i].insert(len(rows[i]) - 1, next(entries))
            along = [sum(a * b for a, b in zip(row, x - mu, strict=False)) for row in rows]
            terms = terms + np.exp(alpha + np.sum(q) - 0.5 * sum(each**2 for each in along))
        total = total + np.log(terms)
    total = total - size * np.log(np.sum(np.exp(v["alpha"])))
    total = total - size * dimension * 0.5 * np.log(2 * math.pi)
    frobenius = np.sum(np.exp(v["q"]) ** 2) + np.sum(v["l"] ** 2)
    prior = 0.5 * v["gamma"] ** 2 * frobenius - v["m"] * np.sum(v["q"])
    n = dimension + v["m"] + 1
    gammas = 0.25 * dimension * (dimension - 1) * np.log(math.pi)
    for j in range(1, dimension + 1):
        gammas = gammas + special.gammaln(n / 2 + (1 - j) / 2)
    constant = n * dimension * np.log(v["gamma"] / math.sqrt(2)) - gammas
    return total + prior - len(v["alpha"]) * constant


def rotation_about(r: Any) -> Any:
    """The matrix that turns about a vector by its length."""
    angle = np.sqrt(np.sum(r**2))
    x, y, z = (r[i] / angle for i in range(3))
    cross = np.array([[0 * x, -z, y], [z, 0 * x, -x], [-y, x, 0 * x]])
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


def places(indices: Any) -> list[int]:
    """Indices counted from 0; nothing is differentiated by them."""
    return [int(each) - 1 for each in tracer.getval(indices)]


def bundle_adjustment(v: Values) -> Any:
    """ADBench's objective, one observation at a time; the rotation as a matrix."""
    total = 0.0
    numbers = (places(v[name]) for name in ("camera", "point"))
    for i, (camera, point) in enumerate(zip(*numbers, strict=True)):
        own, weight = v["cameras"][camera], v["weight"][i]
        turned = rotation_about(own[:3]) @ (v["points"][point] - own[3:6])
        seen = turned[:2] / turned[2]
        square = np.sum(seen**2)
        distorted = seen * (1 + own[9] * square + own[10] * square**2)
        miss = weight * (own[6] * distorted + own[7:9] - v["features"][i])
        total = total + 0.5 * (np.sum(miss**2) + (1 - weight**2) ** 2)
    return total


def hand_tracking(v: Values) -> Any:
    """ADBench's objective on a small hand, one vertex at a time."""
    absolute: list[Any] = []
    for bone, parent in enumerate((None, 0, 1, 0, 3)):
        x, y, z = (v["angles"][bone, i] for i in range(3))
        one, nil = 1 + 0 * x, 0 * x
        about_x = [[one, nil, nil], [nil, np.cos(x), -np.sin(x)], [nil, np.sin(x), np.cos(x)]]
        about_y = [[np.cos(y), nil, np.sin(y)], [nil, one, nil], [-np.sin(y), nil, np.cos(y)]]
        about_z = [[np.cos(z), -np.sin(z), nil], [np.sin(z), np.cos(z), nil], [nil, nil, one]]
        turned = np.array(about_z) @ np.array(about_y) @ np.array(about_x)
        wide = np.concatenate([turned, np.zeros((3, 1))], axis=1)
        local = v["base"][bone] @ np.concatenate([wide, np.array([[0.0, 0, 0, 1]])])
        absolute.append(local if parent is None else absolute[parent] @ local)
    whole = rotation_about(v["turn"])
    total = 0.0
    for i, match in enumerate(places(v["match"])):
        place = sum(
            v["skinning"][bone, match] * (absolute[bone] @ v["inverse"][bone] @ v["rest"][:, match])
            for bone in range(5)
        )
        miss = v["measured"][:, i] - (whole @ place[:3] + v["shift"])
        total = total + 0.5 * np.sum(miss**2)
    return total


def nonnegative_factorisation(v: Values) -> Any:
    expected = np.exp(v["A"]) @ np.exp(v["B"])
    return np.sum(v["R"] * (np.log(v["R"]) - np.log(expected)) - v["R"] + expected)


MODELS: Mapping[str, Callable[[Values], Any]] = {
    each.__name__: each
    for each in (
        logistic_regression, softmax_regression, ridge_regression, kernel_ridge, gaussian_process,
        batch_norm, layer_norm, attention, multi_head_attention, convolution, lstm, gru, cox,
        matrix_factorisation, rayleigh, kalman, vae, rk4, ising, skip_gram, policy_gradient,
        rosenbrock, rastrigin, ackley, styblinski_tang, gaussian_mixture,
        bundle_adjustment, hand_tracking, nonnegative_factorisation,
    )
}  # fmt: skip


def source(name: str) -> str:
    return (FOLDER / f"{name}.grad").read_text(encoding="utf-8")


def values(name: str) -> dict[str, Any]:
    known = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {key: np.array(value, dtype=float) for key, value in known.items()}


def test_every_model_has_its_reference() -> None:
    assert sorted(MODELS) == PROGRAMS
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_value_gradient_and_second_derivative_are_those_of_another_library(name: str) -> None:
    given, reference = values(name), MODELS[name]
    solution = gradcli.evaluate(source(name), given)
    assert_allclose(solution.value, reference(given), rtol=1e-12)
    slopes = autograd.grad(reference)
    for key, expected in slopes(given).items():
        found = solution.gradient[key]
        assert_allclose(found, expected, rtol=1e-10, atol=1e-12, err_msg=key)

    direction = {key: np.cos(3 * value + 1) for key, value in given.items()}

    def along(at: Values) -> Any:
        found = slopes(at)
        return sum(np.sum(found[key] * direction[key]) for key in direction)

    model = solution.model
    inputs = list(model.inputs)
    vectors = {node: model.graph.input(f"along_{node.name}", node.form) for node in inputs}
    products = arrays.evaluate(
        hvp(model.graph, model.output, vectors),
        [*inputs, *vectors.values()],
        [given[node.name] for node in inputs] + [direction[node.name] for node in inputs],
    )
    expected = autograd.grad(along)(given)
    for node, product in zip(inputs, products, strict=True):
        assert_allclose(product, expected[node.name], rtol=1e-9, atol=1e-10, err_msg=node.name)


@pytest.mark.parametrize(("size", "dimension", "components"), [(5, 2, 1), (4, 4, 2), (3, 5, 3)])
def test_one_program_is_a_mixture_of_any_size(size: int, dimension: int, components: int) -> None:
    random = np.random.default_rng(size)
    given = {
        "X": random.normal(size=(size, dimension)),
        "alpha": random.normal(size=components),
        "mu": random.normal(size=(components, dimension)),
        "q": 0.3 * random.normal(size=(components, dimension)),
        "l": 0.3 * random.normal(size=(components, dimension * (dimension - 1) // 2)),
        "gamma": np.array(1.5),
        "m": np.array(2.0),
    }
    solution = gradcli.evaluate(source("gaussian_mixture"), given)
    assert_allclose(solution.value, gaussian_mixture(given), rtol=1e-12)
    for key, expected in autograd.grad(gaussian_mixture)(given).items():
        assert_allclose(solution.gradient[key], expected, rtol=1e-10, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_comment_on_top_has_a_command_that_runs_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (command,) = re.findall(r"^# {3}gradcli (eval .*)$", source(name), re.MULTILINE)
    monkeypatch.chdir(FOLDER.parent.parent)
    answer = call(*shlex.split(command))
    assert answer.code == 0, answer.err


def test_a_net_in_numbers_and_in_matrices_gives_the_same_numbers() -> None:
    folder = FOLDER.parent
    given = json.loads((folder / "network.json").read_text(encoding="utf-8"))
    numbers = gradcli.evaluate((folder / "network.grad").read_text(encoding="utf-8"), given)
    names = {"x": ["x1", "x2"], "W": [["w11", "w12"], ["w21", "w22"]], "b": ["b1", "b2"],
             "v": ["v1", "v2"], "c": "c", "t": "t"}  # fmt: skip
    of_names = np.vectorize(given.__getitem__, otypes=[float])
    matrices = gradcli.evaluate(
        "h = tanh(W' @ x + b); p = sigmoid(v' @ h + c); J = binary_cross_entropy(p, t)",
        {name: of_names(entries) for name, entries in names.items()},
    )
    assert_allclose(matrices.value, numbers.value, rtol=1e-15)
    for name, entries in names.items():
        expected = np.vectorize(numbers.gradient.__getitem__, otypes=[float])(entries)
        assert_allclose(matrices.gradient[name], expected, rtol=1e-14, err_msg=name)
