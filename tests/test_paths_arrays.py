"""Paths from array to array: what comes along each, their sum, and how many there are."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import numpy as np
import pytest
from command_line import ROOT, call

import gradcli
from gradcli import GradcliError
from gradcli.chains.follow import count_paths_of, follow_paths
from gradcli.evaluation.brief import brief
from gradcli.evaluation.solve import solve
from gradcli.graph.unparse import Unparser
from gradcli.views import array_paths
from gradcli.views.lines.page import Display
from gradcli.views.lines.text import width
from tests.test_arrays import point_of
from tests.test_masks import Poisoned

POINT = {"W": [[1, 2], [3, 4]], "x": [1, -1], "y": [0.5, 2]}
FLAGS = [word for name, value in POINT.items() for word in (f"--{name}", json.dumps(value))]
PROGRAM = "z = W @ x; J = sum((z - y)^2)/2 + sum(x)*norm(z)"


def test_each_path_is_what_comes_back_along_it() -> None:
    """By hand: J = |z - y|²/2 + sum(x)·|z|, z = Wx, at sum(x) = 0."""
    values = POINT | {"x": [1, 1]}
    found = gradcli.paths(PROGRAM, values, wrt="x")
    w, x, y = (np.array(values[name], dtype=float) for name in "Wxy")
    z = w @ x
    size = np.linalg.norm(z)
    expected = [w.T @ (z - y), np.full(2, size), w.T @ (x.sum() * z / size)]
    expected.sort(key=lambda each: -np.linalg.norm(each))
    assert found.counts.paths == 3
    for path, value in zip(found.paths, expected, strict=True):
        np.testing.assert_allclose(path.value, value, rtol=1e-13)
    assert found.agrees
    np.testing.assert_allclose(found.total, found.gradient, rtol=1e-13)


PROGRAMS: dict[str, tuple[str, dict[str, Any], str, int]] = {
    # the program, values, where paths begin, and how many there are
    "one": ("sum((W@x - y)^2)/2", POINT, "W", 1),
    "square": ("sum(x*x)", {"x": [1, 2]}, "x", 2),
    "scalars among arrays": ("a*sum(x) + a^2", {"a": 3, "x": [1, 2]}, "a", 2),
    "taken twice": ("x[1]*x[2] + sum(x)", {"x": [2, 3]}, "x", 3),
    "stretched": ("sum(A + x) + sum(A*x)", {"A": [[1, 2], [3, 4]], "x": [1, 2]}, "x", 2),
    "a branch": ("sum(x^2 if x > 0 else 3x)", {"x": [-1, 2]}, "x", 2),
    "softmax": ("s = softmax(x); sum(s*[1, 2, 3])", {"x": [1, 2, 3]}, "x", 2),
    "a step": ("z = W@x; sum(z) + norm(z)", {"W": [[1, 2]], "x": [3, 4]}, "z", 2),
    "deep": ("h[1] = x; h[i] = h[i-1] + sin(h[i-1]) for i in 2..9; sum(h[9])", {"x": [1, 2]}, "x",
             256),
    "none": ("sum(x) + 0*sum(floor(y))", {"x": [1, 2], "y": [1, 2]}, "y", 0),
    "the output": ("sum(x)", {"x": [1, 2]}, "out", 1),
    "empty": ("sum(x^2) + y", {"x": np.zeros(0), "y": 1}, "x", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_all_paths_give_the_derivative(name: str) -> None:
    program, values, source, count = PROGRAMS[name]
    found = gradcli.paths(program, values, wrt=source, most=300)
    assert found.counts.paths == count
    assert len(found.paths) == count
    slope = gradcli.evaluate(program, values, wrt=[source]).gradient[source]
    np.testing.assert_allclose(found.gradient, slope, rtol=1e-13)
    if count:
        assert found.agrees
        np.testing.assert_allclose(found.total, slope, rtol=1e-11)
    counted = gradcli.paths(program, values, wrt=source, count=True)
    assert counted.counts == found.counts
    document = json.loads(gradcli.show(found, "json"))
    jsonschema.validate(document, gradcli.schema("paths/2"))
    jsonschema.validate(json.loads(gradcli.show(counted, "json")), gradcli.schema("paths/2"))
    for columns in (40, 80, 120):
        for each in (found, counted):
            lines = gradcli.show(each, width=columns).split("\n")
            # An array is never cut.
            wide = [line for line in lines if width(line) > columns]
            assert all(line.lstrip().startswith("= ") for line in wide), wide


def test_formulas_are_what_they_say() -> None:
    program = "z = tanh(W @ x); J = sum(z*y) + norm(z)*max(y)"
    found = gradcli.paths(program, POINT, wrt="W")
    known = {each.name: each.value for each in gradcli.evaluate(program, POINT).nodes}
    for path in found.paths:
        assert path.formula is not None
        value = gradcli.evaluate(path.formula, {name: known[name] for name in path.uses}).value
        np.testing.assert_allclose(np.broadcast_to(value, (2, 2)), path.value, rtol=1e-12)
        factors = [each for each in path.factors if each is not None]
        assert len(path.factors) == len(path.nodes) - 1
        assert factors


UNTAKEN: dict[str, tuple[str, dict[str, Any], str, Any]] = {
    # the program, values, where paths begin, and the derivative by hand
    "a root": ("sum(where(x > 0, sqrt(x), 0)) + sum(x)", {"x": [0, 1]}, "x", [1, 1.5]),
    "no number": ("sum(where(x > 0, sqrt(x), 0)) + sum(x)", {"x": [-1, 4]}, "x", [1, 1.25]),
    "a pole": ("sum(where(x > 0, x^-1, 0)) + sum(x)", {"x": [0, 2]}, "x", [1, 0.75]),
    "a factor": ("sum(where(x > 0, log(x), 0)*x)", {"x": [-1, 1]}, "x", [0, 1]),
    "inside of another": (
        "sum(where(x > 0, where(x > 1, sqrt(x - 1), 0), x))", {"x": [-1, 0.5, 5]}, "x",
        [1, 0, 0.25],
    ),
    "a product": (
        "h = A @ where(x > 0, sqrt(x), 0); sum(h^2)",
        {"A": [[1, 2], [3, 4]], "x": [-1, 4]}, "x", [0, 20],
    ),
    "its other factor": (
        "h = where(A > 0, log(A), A) @ x; sum(h)", {"A": [[1, -2], [4, 0]], "x": [3, 4]}, "A",
        [[3, 4], [0.75, 4]],
    ),
    "one side of two": (
        "J = sum(max(x, 1)^2)*sum(x)", {"x": [-1, 2]}, "x", [5, 9],
    ),
    "an interval": ("sum(sqrt(clip(x, 1, 4)))", {"x": [-1, 2.25]}, "x", [0, 1 / 3]),
    "a call": (
        "f(z) = (sqrt(z) if z > 0 else 0); sum(f(x)) + sum(x)", {"x": [-1, 4]}, "x", [1, 1.25],
    ),
    "a call of arrays": (
        "f(z) = sum(where(z > 0, sqrt(z), 0)); f(x)^2", {"x": [-1, 4]}, "x", [0, 1],
    ),
    "a call that is a map": (
        "f(u, v) = A @ (sqrt(u)*v if u > 0 else v^2); sum(f(x, y))*sum(y)",
        {"A": [[1, 2], [3, 4]], "x": [-1, 4], "y": [1, 2]}, "x", [0, 9],
    ),
    "an element": ("x[2]*sum(where(x > 0, sqrt(x), 0))", {"x": [-1, 4]}, "x", [0, 3]),
    "what is left out": ("y = sqrt(x); y[2]^2", {"x": [0, 4]}, "x", [0, 1]),
    "what is left out of a matrix": (
        "y = log(A); sum(y[1, :]) + sum(A)", {"A": [[1, 2], [0, 4]]}, "A", [[2, 1.5], [1, 1]],
    ),
    "a largest one": ("J = max(where(x > 0, sqrt(x), x))", {"x": [-1, 4]}, "x", [0, 0.25]),
    "softmax": (
        "s = softmax(where(x > 0, sqrt(x), 0)); s' @ y", {"x": [-1, 4], "y": [1, 2]}, "x",
        [0, 0.25*math.exp(2)/(1 + math.exp(2))**2],
    ),
    "a norm": ("norm(where(x > 0, sqrt(x), 0)) + sum(x)", {"x": [-1, 4]}, "x", [1, 1.25]),
    "a step": (
        "h = where(x > 0, sqrt(x), 0); z = h*x; J = sum(z) + sum(h)", {"x": [-1, 4]}, "x",
        [0, 3.25],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNTAKEN)
def test_nothing_comes_along_what_is_not_taken(name: str) -> None:
    program, values, source, slope = UNTAKEN[name]
    every = gradcli.paths(program, values, wrt=source)
    known = {each.name: each.value for each in gradcli.evaluate(program, values).nodes}
    for found in (every, every.outlined):
        np.testing.assert_allclose(found.total, slope, rtol=1e-13)
        np.testing.assert_allclose(found.backward, slope, rtol=1e-13)
        assert found.agrees
        known |= {each.name: each.value for each in found.definitions}
        for path in found.paths:
            # The sign of a slope of a call is no name of the language.
            names = {each: f"s{place}" for place, each in enumerate(sorted(path.uses))}
            formula = path.formula or ""
            for each in sorted(names, key=lambda sign: -len(sign)):
                formula = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", names[each], formula)
            told = gradcli.evaluate(formula, {names[each]: known[each] for each in names}).value
            told = np.broadcast_to(told, np.shape(slope))
            np.testing.assert_allclose(told, path.value, rtol=1e-12)


def test_infinite_on_the_side_that_is_shown() -> None:
    """To the right of x[1] = 0 the path is infinite, to the left it is -28; 0 is used."""
    program = "h = A @ where(x > 0, sqrt(x), -x); sum(h^2)"
    found = gradcli.paths(program, A=[[1, 2], [3, 4]], x=[0, 1], wrt="x")
    assert found.agrees is None
    assert found.total.tolist() == found.backward.tolist() == [math.inf, 20]
    told = " ".join(gradcli.show(found, width=200).split())
    assert "backpropagation [inf, 20] on the side that is shown, and [0, 20] is used." in told


def test_what_is_infinite_on_its_own_has_a_limit_together() -> None:
    program = "J = sum(where(x != 0, sin(x)/x, 1)) + sum(x)"
    found = gradcli.paths(program, x=[0, 1], wrt="x")
    assert found.is_limit
    assert found.agrees
    np.testing.assert_allclose(found.total, [1, 1 + math.cos(1) - math.sin(1)], rtol=1e-15)
    assert {each.name: list(each.value) for each in found.definitions} == {
        "v1": [1, 1],
        "v3": [1, math.sin(1)],
    }
    told = " ".join(gradcli.show(found, width=200).split())
    assert "Read a little to the right of x[1] = 0: (x != 0)[1] holds" in told
    assert (
        "Paths are infinite at the point; beside it their sum goes to ∂J/∂x = [1, 0.698831]" in told
    )


def told(seeds: range) -> Iterator[tuple[Any, Any]]:
    """The sum of all paths and the derivative, of random programs with entries left out."""
    for seed in seeds:
        maker = Poisoned(seed)
        program = Unparser({}).text(maker.output)
        values = {each.name: at for each, at in zip(maker.inputs, point_of(maker), strict=True)}
        for node in maker.inputs if len(program) < 1_000 else ():
            try:
                found = gradcli.paths(program, values, wrt=node.name, most=1)
            except GradcliError:  # a row, or a name that has no effect
                continue
            if found.total is not None:
                yield found.total, found.backward


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, 200, 50)])
def test_random_paths_are_nan_only_where_the_derivative_is(seeds: range) -> None:
    every = [*told(seeds)]
    assert len(every) > 40
    for total, backward in every:
        np.testing.assert_allclose(total, backward, rtol=1e-9, atol=1e-9)


def test_of_very_many_paths_some_are_listed() -> None:
    program = "h[1] = x; h[i] = h[i-1] + sin(h[i-1]) for i in 2..41; sum(h[41])"
    found = gradcli.paths(program, x=[1, 2], wrt="x", most=3)
    assert found.counts.paths == 2**40
    assert len(found.paths) == 3
    assert found.total is None
    assert found.agrees is None
    assert "1,099,511,627,776" in gradcli.show(found)
    assert "largest product first" not in gradcli.show(found)
    with pytest.raises(GradcliError, match="no more than that are listed"):
        gradcli.paths(program, x=[1, 2], wrt="x", most=501)


def test_shapes_alone_are_enough_to_count() -> None:
    words = ["--shape", "W=m,n", "--shape", "x=n", "--shape", "y=m", "--wrt", "x"]
    called = call("paths", PROGRAM, *words, "--count")
    assert called.code == 0, called.err
    assert called.out.startswith("Paths from x to J: 3\n")
    assert call("paths", PROGRAM, *words).code == 3  # a list needs values


def test_an_output_that_is_an_array_is_refused() -> None:
    called = call("paths", "W@x", *FLAGS[:4], "--wrt", "W")
    assert called.code == 3
    assert "has no gradient" in called.err


def test_what_is_not_finite_has_nothing_to_compare() -> None:
    found = gradcli.paths("sum(log(x))", x=[0, 1])
    assert found.agrees is None
    assert math.isinf(found.gradient[0])
    assert gradcli.show(found)


MODELS = sorted((ROOT / "examples/models").glob("*.grad"))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_paths_of_every_model_are_counted(path: Any) -> None:
    values = path.with_suffix(".json")
    first = next(iter(json.loads(values.read_text(encoding="utf-8"))))
    called = call("paths", "-f", str(path), "--vars", str(values), "--wrt", first, "--count",
                  "--json")  # fmt: skip
    assert called.code == 0, called.err
    jsonschema.validate(json.loads(called.out), gradcli.schema("paths/2"))


CALLS = {
    "a layer": "f(A, z) = tanh(A @ z); h = f(W, x); J = sum(f(W, h)*h) + h[1]",
    "a sigmoid": "f(z) = 1/(1 + exp(-z)); h = f(W @ x); J = sum(h^2) + sum(f(h)*x)",
    "a norm": "n(v) = sqrt(v' @ v); g(a, b) = a*b + n(a); h = W @ x; J = sum(g(h, x)) + n(h)*n(x)",
    "several ways": "g(a, b) = a*sin(b) + a^2; J = sum(g(W @ x, x)*g(x, x))",
    "a matrix": "m(A) = A' @ A + A; J = sum(m(m(W)) @ x)",
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("wrt", ["W", "x"])
def test_a_call_of_arrays_is_one_node_on_a_path(name: str, wrt: str) -> None:
    source, values = CALLS[name], {"W": [[0.5, -0.3], [0.2, 0.9]], "x": [0.4, -1.2]}
    solution = solve(source, values)
    names = [node.name for node in brief(solution)]
    whole = follow_paths(source, values, wrt)
    shown = whole.outlined
    assert shown.counts.paths <= whole.counts.paths == shown.apart
    assert {station for path in shown.paths for station in path.nodes} <= {*names}
    total = sum(np.asarray(path.value) for path in shown.paths)
    assert np.allclose(total, solution.gradient[wrt], rtol=1e-12)
    assert count_paths_of(source, values, wrt).outlined.counts.paths == shown.counts.paths
    text = str(array_paths.render(whole, Display(width=10_000)))
    assert {*re.findall(r"\bv\d+", text)} <= {*names}
    # What is no sign alone comes to the number below it.
    known = {node.name: node.value for node in solution.nodes}
    for path in shown.paths:
        if "'(" not in path.formula and "∂" not in path.formula:
            used = {each: known[each] for each in path.uses}
            assert np.allclose(solve(path.formula, used).value, path.value, rtol=1e-12)
