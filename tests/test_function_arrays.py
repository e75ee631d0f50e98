"""`gradcli.function` on arrays: every method, against differences."""

from __future__ import annotations

import math
import pickle
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli import DerivativeWarning, GradcliError

CHANCE = np.random.default_rng(11)
W, X, Y = CHANCE.normal(size=(2, 3)), CHANCE.normal(size=3), CHANCE.normal(size=2)

PROGRAMS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "least squares": ("sum((W@x - y)^2)/2", {"W": W, "x": X, "y": Y}),
    "a number beside": ("a*norm(W@x)^3", {"a": 0.5, "W": W, "x": X}),
    "elements too": ("x[2]*sum(exp(x))", {"x": X}),
    "a family": ("h[j] = tanh(sum(w[j,i]*x[i] for i in 1..3)) for j in 1..2; norm(w)*sum(h)*sum(x)",
                 {"w": W, "x": X}),
    "inverse": ("logdet(A@A' + eye(2)) + y' @ inv(A@A' + eye(2)) @ y", {"A": W, "y": Y}),
    "declared": ("J(x[3], W[2,3]) = logsumexp(W@x)", {"x": X, "W": W}),
    "one number": ("sum(x)^2", {"x": 1.5}),
    "no entries": ("sum(x) + a^2", {"x": np.zeros(0), "a": 2.0}),
}  # fmt: skip

PLACES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    # Programs whose output is an array: more of its entries than of the inputs', and fewer.
    "a product": ("tanh(W@x)", {"W": W, "x": X}),
    "outer": ("x @ y'", {"x": X, "y": Y}),
    "of a number": ("[a, a^2, sin(a)]", {"a": 0.7}),
    "a matrix of one": ("a*ones(3,2) + b", {"a": 2.0, "b": CHANCE.normal(size=(1, 2))}),
    "no entries": ("x*2", {"x": np.zeros(0)}),
}


def moved(point: Mapping[str, Any], along: Mapping[str, Any], step: float) -> dict[str, Any]:
    return {name: point[name] + step * along[name] for name in point}


def difference(
    f: Callable[..., Any], point: Mapping[str, Any], along: Mapping[str, Any], step: float = 1e-3
) -> Any:
    """A derivative along a direction, by central differences of the eighth order."""
    weights = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
    return sum(
        weight * (f(**moved(point, along, at * step)) - f(**moved(point, along, -at * step)))
        for at, weight in enumerate(weights, start=1)
    ) / step  # fmt: skip


def directions(point: Mapping[str, Any]) -> dict[str, Any]:
    chance = np.random.default_rng(3)
    return {name: chance.normal(size=np.shape(value)) for name, value in point.items()}


def dot(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    return sum(float(np.sum(a[name] * b[name])) for name in a)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_method(name: str) -> None:
    """All derivatives are those of differences, and each has the shape of what it is by."""
    program, point = PROGRAMS[name]
    f = gradcli.function(program)
    along, other = directions(point), directions({each: point[each] for each in reversed(point)})
    value, gradient = f.value_and_grad(**point)
    solution = gradcli.evaluate(program, point)
    assert value == f(**point) == pytest.approx(solution.value, rel=1e-15)
    shapes = {each: np.shape(point[each]) for each in gradient}
    assert {each: np.shape(part) for each, part in gradient.items()} == shapes
    slope = difference(f, point, along)
    assert dot(gradient, along) == pytest.approx(slope, rel=1e-9, abs=1e-11)
    assert f.jvp(point, along) == pytest.approx((value, slope), rel=1e-9, abs=1e-11)
    pulled = f.vjp(point, 2.0)[1]
    assert dot(pulled, along) == pytest.approx(2 * slope, rel=1e-9, abs=1e-11)
    product = f.hvp(point, along)
    assert {each: np.shape(part) for each, part in product.items()} == shapes
    second = difference(lambda **at: dot(f.grad(**at), other), point, along)
    assert dot(product, other) == pytest.approx(second, rel=1e-8, abs=1e-10)
    rows = f.hessian(**point)
    for first, row in rows.items():
        for each, part in row.items():
            assert np.shape(part) == shapes[first] + shapes[each]
        times = sum(
            np.tensordot(part, along[each], np.ndim(along[each])) for each, part in row.items()
        )
        np.testing.assert_allclose(times, product[first], rtol=1e-12, atol=1e-13)
    for each, part in f.jacobian(**point).items():
        np.testing.assert_array_equal(part, gradient[each])


@pytest.mark.parametrize("name", PLACES)
def test_an_array_as_output(name: str) -> None:
    """The Jacobian has the output's axes first, and both products agree with it."""
    program, point = PLACES[name]
    f = gradcli.function(program)
    along, value = directions(point), f(**point)
    slope = difference(f, point, along)
    moved_value, tangent = f.jvp(point, along)
    np.testing.assert_array_equal(moved_value, value)
    np.testing.assert_allclose(tangent, slope, rtol=1e-9, atol=1e-11)
    jacobian = f.jacobian(**point)
    solution = gradcli.evaluate(program, point)
    for each, part in jacobian.items():
        np.testing.assert_allclose(solution.get(f"d/d{each}"), part, rtol=1e-14, atol=1e-16)
    times: Any = 0.0
    for each, part in jacobian.items():
        assert np.shape(part) == np.shape(value) + np.shape(point[each])
        times = times + np.tensordot(part, along[each], np.ndim(along[each]))
    np.testing.assert_allclose(times, tangent, rtol=1e-12, atol=1e-14)
    cotangent = np.random.default_rng(5).normal(size=np.shape(value))
    pulled = f.vjp(point, cotangent)[1]
    assert dot(pulled, along) == pytest.approx(float(np.sum(cotangent * tangent)), rel=1e-12)
    for refused in (f.grad, f.value_and_grad, f.hessian):
        with pytest.raises(GradcliError, match="has no gradient"):
            refused(**point)


def test_a_graph_for_each_set_of_shapes() -> None:
    """It is made at the first call, and found again."""
    f = gradcli.function("sum(W@x)")
    assert f.inputs == ("W", "x")
    with pytest.raises(GradcliError, match="before the first call"):
        _ = f.graph
    assert f(W, X) == pytest.approx((W @ X).sum(), rel=1e-15)
    first = f.graph
    assert f(np.eye(2), [3, 4]) == 7.0
    assert f.graph is not first
    assert f(W, x=X.tolist()) == f(W, X)
    assert f.graph is first
    assert f.output.shape == ()
    assert gradcli.function("sum(x*x)")(2) == 4.0
    assert gradcli.function("sum(x*x)")([2, 1]) == 5.0


def test_shapes_that_are_declared() -> None:
    """They are known before the first call, and compared with the arguments."""
    for f in (
        gradcli.function("W@x", shapes={"W": (2, 3), "x": 3}),
        gradcli.function("J(W[2,3], x[3]) = W@x"),
    ):
        assert f.output.shape == (2,)
        np.testing.assert_allclose(f(W, X), W @ X, rtol=1e-15)
        with pytest.raises(GradcliError, match="declared"):
            f(np.eye(3), X)
    f = gradcli.function("sum((W@x)^2)/2", shapes={"W": ("m", "n"), "x": "n"})
    assert f.inputs == ("W", "x")
    assert f.derivative("W") == "W @ x @ x'"
    assert f.derivative() == "sum((W @ x)^2)/2"


def test_results_belong_to_the_caller() -> None:
    """They share no memory with arguments nor with each other, and may be written to."""
    given = CHANCE.normal(size=(3, 3))
    kept = given.copy()
    given.flags.writeable = False
    for program in ("A'", "A", "A[1,:]", "A + 0", "[A, A]"):
        value = gradcli.function(program)(given)
        assert not np.shares_memory(value, given)
        value += 1
    gradient = gradcli.function("sum(A*B)").grad(given, given)
    assert not np.shares_memory(gradient["A"], gradient["B"])
    both = gradcli.function("sum(x + y)").grad(x=[1, 2], y=[3, 4])
    both["x"] += 1
    np.testing.assert_array_equal(both["y"], [1, 1])
    np.testing.assert_array_equal(given, kept)
    assert gradcli.function("sum(x*x)").grad(np.array([1, 2]))["x"].dtype == float


REFUSED: list[tuple[str, Callable[[Any], Any], str]] = [
    # program, call, message
    ("sum(W@x)", lambda f: f(W), "no value for 'x'|x is a number"),
    ("sum(W@x)", lambda f: f(W, X, 1), "takes 2 arguments, not 3"),
    ("sum(W@x)", lambda f: f(W, Y), "needs 3 rows"),
    ("sum(W@x)", lambda f: f(W, X, W=W), "given twice"),
    ("sum(W@x)", lambda f: f(1, 2), "needs two arrays|not supported"),
    ("sum(W@x)", lambda f: f(W, np.array([1j, 2, 3])), "complex"),
    ("sum(W@x)", lambda f: f.jvp([W, X], [W, Y]), "vector of 3 in the program"),
    ("sum(W@x)", lambda f: f.jvp([W, X], {"W": W}), "no value for 'x'"),
    ("W@x", lambda f: f.vjp([W, X], [1, 2, 3]), "vector of 2 in the program"),
    (
        "W@x",
        lambda f: f.vjp([W, X]),
        "'cotangent' is a vector of 2 in the program, and here a number",
    ),
    ("x[1]*sum(x)", lambda f: f(3), "how many elements"),
]


@pytest.mark.parametrize(("program", "ask", "message"), REFUSED)
def test_what_is_refused(program: str, ask: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(GradcliError, match=message):
        ask(gradcli.function(program))


@pytest.mark.parametrize("program", ["sine(x)", "x +", "integral(x)"])
def test_what_is_wrong_for_arrays_too_is_refused_at_once(program: str) -> None:
    with pytest.raises(GradcliError):
        gradcli.function(program)


def test_numbers_that_are_not_ordinary_are_told() -> None:
    f = gradcli.function("sum(abs(x)) + sum(sqrt(y))")
    with pytest.warns(DerivativeWarning) as caught:
        _, gradient = f.value_and_grad(x=[0, 1], y=[0, 4])
    np.testing.assert_array_equal(gradient["x"], [0, 1])
    np.testing.assert_array_equal(gradient["y"], [np.inf, 0.25])
    problems = [problem for each in caught for problem in each.message.problems]
    assert {problem.kind for problem in problems} == {"derivative", "kink"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f.value_and_grad(x=[2, 1], y=[1, 4])
        f.jvp({"x": [2, 1], "y": [0, 4]}, {"x": [1, 1], "y": [0, 0]})
    masked = gradcli.function("sum(where(x > 0, log(x), 0))")
    np.testing.assert_array_equal(masked.grad(x=[-1, 2])["x"], [0, 0.5])


def test_functions_are_pickled_and_called_from_threads() -> None:
    f = gradcli.function("sum(W@x)", shapes={"W": (2, 3)})
    again = pickle.loads(pickle.dumps(f))  # noqa: S301  (our own bytes)
    assert again(W, X) == f(W, X)
    with ThreadPoolExecutor(4) as pool:
        sizes = [2, 3, 4, 5] * 5
        found = list(pool.map(lambda n: f.__class__("sum(x@y')")(np.ones(n), np.ones(n)), sizes))
    assert found == [n * n for n in sizes]


def test_a_declared_input_may_have_the_name_of_a_constant() -> None:
    function = gradcli.function("sum(E[t,:])*e", inputs=["E", "t"])
    assert function.inputs == ("E", "t")
    assert function([[1, 2], [3, 4]], 2) == pytest.approx(7 * math.e)
    np.testing.assert_allclose(
        function.grad([[1, 2], [3, 4]], 2)["E"], [[0, 0], [math.e, math.e]], rtol=1e-15
    )
