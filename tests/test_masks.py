"""Entries that a condition or an index leaves out poison no derivative of those that it keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.calculus.edge import zero
from gradcli.calculus.reverse import differentiate, gradient
from gradcli.calculus.second import jvp
from gradcli.engine import arrays, interpreter
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import Form
from tests.random_arrays import Maker
from tests.test_arrays import by_numbers, flat

nan, inf = math.nan, math.inf

TRAPS: list[tuple[str, Mapping[str, Any], float, Mapping[str, Any]]] = [
    # program, values, value, gradients by hand
    ("sum(where(m > 0, X@w - y, 0)^2)",
     {"m": [1, 0, 1], "X": [[1, 2], [nan, nan], [3, 4]], "w": [1, 1], "y": [1, 1, 1]}, 40,
     {"w": [40, 56], "y": [-4, 0, -12], "X": [[4, 4], [0, 0], [12, 12]], "m": [0, 0, 0]}),
    ("where(c > 0, sum(log(x)), 0)", {"x": [0, 1], "c": -1}, 0, {"x": [0, 0], "c": 0}),
    ("max(log(t))", {"t": [0, 1]}, 0, {"t": [0, 1]}),
    ("min(1/t)", {"t": [0, 2]}, 0.5, {"t": [0, -0.25]}),
    ("sum(log(y)[[1,1,3]])", {"y": [0, 0, 2]}, -inf, {"y": [inf, 0, 0.5]}),
    ("sum(x[[1,1,2]])", {"x": [1, 2, 3]}, 4, {"x": [2, 1, 0]}),
    ("sum(log(y)[1..2])", {"y": [1, 2, 0]}, math.log(2), {"y": [1, 0.5, 0]}),
    ("sum(sqrt(A)[1,:])", {"A": [[1, 4], [0, 0]]}, 3, {"A": [[0.5, 0.25], [0, 0]]}),
    ("norm(log(x)[2..3])", {"x": [0, 1, math.e]}, 1, {"x": [0, 0, 1 / math.e]}),
    ("sum(W@(log(x) if x > 0 else 0))", {"x": [0, 1], "W": [[1, 2], [3, 4]]}, 0,
     {"x": [0, 6], "W": [[0, 0], [0, 0]]}),
    ("sum(sum(log(A); 2) if c > 0 else 0)", {"A": [[0, 1], [1, 2]], "c": [[-1], [1]]}, math.log(2),
     {"A": [[0, 0], [1, 0.5]], "c": [[0], [0]]}),
    ("sum(s*log(x) if x > 0 else 0)", {"s": 2, "x": [0, 1]}, 0, {"s": 0, "x": [0, 2]}),
    ("(A@A if B > 0 else 0)[1,1]", {"A": [[1, 2], [3, nan]], "B": [[1, -1], [-1, -1]]}, 7,
     {"A": [[2, 3], [2, 0]]}),
    ("sum(reshape(log(x); 2, 2)[1,:])", {"x": [1, 2, 0, 0]}, math.log(2), {"x": [1, 0.5, 0, 0]}),
    ("logsumexp(log(x)[1..2])", {"x": [1, 3, 0]}, math.log(4), {"x": [0.25, 0.25, 0]}),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "value", "gradients"), TRAPS)
def test_what_is_left_out_poisons_nothing(program, values, value, gradients):
    """Values and gradients by hand, where a derivative without masks is NaN."""
    found = gradcli.evaluate(program, values)
    assert found.value == pytest.approx(value)
    for name, slope in gradients.items():
        np.testing.assert_allclose(found.gradient[name], slope, rtol=1e-14)


class Poisoned(Maker):
    """Programs whose entries are often infinite or NaN, and left out by a condition in the end."""

    has_others = False  # the product of the others does not need an entry, its derivative does

    def entrywise(self) -> Node:
        """Those that have no value at some of the numbers."""
        op = self.random.choice(["log", "sqrt", "exp", "tanh", "id", "sin", "abs", "relu"])
        return self.graph.node(op, (self._any(),))

    def square(self) -> Node | None:
        """None: of a matrix with NaN everything is NaN at once, where numbers know some entries."""

    def value(self, node: Node) -> float:
        """Values of all kinds, but for indices."""
        if node in self.indices:
            return super().value(node)
        some = [self.random.uniform(-2, 2), self.random.uniform(0, 2)]
        return self.random.choice([0.0, 1.0, -1.0, 2.0, nan, inf, *some])

    def _summed(self) -> Node:
        """The sum of all entries that are no larger than 5."""
        graph = self.graph
        used = {arg for node in graph.nodes for arg in node.args}
        total = graph.const(0.0)
        for node in dict.fromkeys(self._pool):
            if node not in used:
                inside = graph.node("lt", (graph.node("abs", (node,)), graph.const(5.0)))
                kept = graph.node("where", (inside, graph.node("tanh", (node,)), graph.const(0.0)))
                term = graph.node("sum_to", (kept,), (Form(),)) if node.shape else kept
                total = graph.node("add", (total, term))
        return total


def masked(graph: Graph, output: Node, inputs: list[Node]) -> list[Node]:
    """The gradient with the conditions of entries beside it."""
    adjoints = differentiate(graph, output, inputs, masked=True).adjoints
    return [adjoints.get(node) or zero(graph, node) for node in inputs]


def lost(
    plain: Sequence[float],
    kept: Sequence[float],
    known: Sequence[float],
    *,
    close: float,
    seed: int,
) -> tuple[int, int]:
    """How many numbers are NaN that are known, without masks and with them; the others agree."""
    without = with_ = 0
    scale = 1 + max([abs(each) for each in known if math.isfinite(each)], default=0.0)
    for one, other, right in zip(plain, kept, known, strict=True):
        without += math.isnan(one) and not math.isnan(right)
        with_ += math.isnan(other) and not math.isnan(right)
        if not math.isnan(other):
            assert not math.isnan(right), seed
            assert other == right or abs(other - right) <= close * scale, (seed, other, right)
    return without, with_


def check(seeds: Iterable[int]) -> tuple[int, int]:
    """How many slopes are NaN that are none of numbers, without masks and with them."""
    without = with_ = 0
    for seed in seeds:
        maker = Poisoned(seed)
        graph, inputs, output = maker.graph, maker.inputs, maker.output
        point = [
            np.array(value, float).reshape(node.shape) if node.shape else value
            for node, value in zip(inputs, maker.point(), strict=True)
        ]
        oracle, numbers, value = by_numbers(graph, output, inputs)
        slopes = [*gradient(graph, output, inputs), *masked(graph, output, inputs)]
        assert [node.form for node in slopes] == [node.form for node in inputs] * 2
        found, *rest = arrays.evaluate([output, *slopes], inputs, point)
        expected, *known = interpreter.evaluate(
            oracle.graph, [value, *gradient(oracle.graph, value, numbers)], numbers, flat(point)
        )
        if found != pytest.approx(expected, abs=1e-9):
            continue  # what is NaN may be left out here, and known there
        plain, kept = flat(rest[: len(inputs)]), flat(rest[len(inputs) :])
        missing = lost(plain, kept, known, close=1e-10, seed=seed)
        without, with_ = without + missing[0], with_ + missing[1]
    return without, with_


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, 200, 50)])
def test_random_programs_have_nan_only_where_numbers_have_it(seeds: range) -> None:
    without, with_ = check(seeds)
    assert without > 20, "these programs would not need masks"
    assert not with_


def test_entries_that_are_equal_are_several_at_a_tie() -> None:
    assert check([3058]) == (0, 0)  # the greatest of entries of which one is taken twice


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(first, first + 500) for first in range(1000, 4000, 500)])
def test_random_programs_have_nan_only_where_numbers_have_it_in_thousands(seeds: range) -> None:
    without, with_ = check(seeds)
    assert with_ <= without / 50  # two columns of one factor, of which one is used


# Second derivatives, and derivatives along a direction -----------------------------------------

SECOND: list[tuple[str, Mapping[str, Any], str, Any]] = [
    # program, values, the variable, its Hessian by hand
    ("sum(where(m > 0, X@w - y, 0)^2)",
     {"m": [1, 0], "X": [[1, 2], [nan, nan]], "w": [1, 1], "y": [1, 1]}, "w", [[2, 4], [4, 8]]),
    ("where(c > 0, sum(log(x)), sum(x^3))", {"x": [0, 1], "c": -1}, "x", [[0, 0], [0, 6]]),
    ("max(log(t))", {"t": [0, 2]}, "t", [[0, 0], [0, -0.25]]),
    ("sum(log(y)[[1,1,3]])", {"y": [1, 0, 2]}, "y",
     [[-2, 0, 0], [0, 0, 0], [0, 0, -0.25]]),
    ("sum(log(y)[1..2])", {"y": [1, 2, 0]}, "y", [[-1, 0, 0], [0, -0.25, 0], [0, 0, 0]]),
    ("sum(s*log(x) if x > 0 else 0)", {"s": 2, "x": [0, 1]}, "x", [[0, 0], [0, -2]]),
    ("sum(x^3 if x > 0 else 0)", {"x": [nan, 2]}, "x", [[0, 0], [0, 12]]),
    ("sum(log(x)[2..3]^2)", {"x": [0, 1, 1]}, "x", [[0, 0, 0], [0, 2, 0], [0, 0, 2]]),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "name", "hessian"), SECOND)
@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
def test_what_is_left_out_poisons_no_second_derivative(program, values, name, hessian):
    """By the three doors to it: hessian, hvp along each unit vector, diff at a point."""
    f = gradcli.function(program, shapes={each: np.shape(value) for each, value in values.items()
                                          if np.shape(value)})  # fmt: skip
    np.testing.assert_allclose(f.hessian(**values)[name][name], hessian, rtol=1e-13)
    for unit, column in zip(np.eye(len(hessian)), np.transpose(hessian), strict=True):
        still = {each: np.zeros(np.shape(value)) for each, value in values.items()}
        along = f.hvp(values, still | {name: unit})[name]
        np.testing.assert_allclose(along, column, rtol=1e-13)
    (found,) = gradcli.derive(program, values, wrt=[(name, name)]).partials
    if not found.directions:  # what is written along a direction has no number
        np.testing.assert_allclose(found.value, hessian, rtol=1e-13)


ALONG = [
    ("max(log(t))", {"t": [0, 1]}, {"t": [1, 3]}, 3),
    ("sum(where(m > 0, X@w - y, 0)^2)", {"m": [1, 0], "X": [[1, 2], [nan, nan]], "w": [1, 1],
     "y": [1, 1]}, {"w": [1, -1]}, -4),
    ("log(x)[2..3]", {"x": [0, 1, 2]}, {"x": [1, 1, 1]}, [1, 0.5]),
    ("max(log(A); 2)", {"A": [[0, 1], [2, 0]]}, {"A": [[1, 1], [1, 1]]}, [[1], [0.5]]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # log has no left side at 0
@pytest.mark.parametrize(("program", "values", "tangent", "slope"), ALONG)
def test_what_is_left_out_poisons_no_product(program, values, tangent, slope):
    f = gradcli.function(program)
    still = {each: np.zeros(np.shape(value)) for each, value in values.items()}
    _, along = f.jvp(values, still | tangent)
    np.testing.assert_allclose(along, slope, rtol=1e-13)


JACOBIANS = [
    ("max(log(A); 2)", {"A": [[0, 1], [2, 0]]}, "A", [[[0, 1], [0, 0]], [[0, 0], [0.5, 0]]]),
    ("where(c > 0, log(x), 2x)", {"x": [0, 1], "c": [-1, 1]}, "x", [[2, 0], [0, 1]]),
]


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # log has no left side at 0
@pytest.mark.parametrize(("program", "values", "name", "slopes"), JACOBIANS)
def test_what_is_left_out_poisons_no_jacobian(program, values, name, slopes):
    found = gradcli.function(program).jacobian(**values)[name]
    np.testing.assert_allclose(np.reshape(found, np.shape(slopes)), slopes, rtol=1e-13)
    found = gradcli.evaluate(program, values).get(f"d/d{name}")
    np.testing.assert_allclose(np.reshape(found, np.shape(slopes)), slopes, rtol=1e-13)


def second(seeds: Iterable[int]) -> tuple[int, int]:
    """As `check`, for the Hessian times a vector of which every second entry is 0."""
    without = with_ = 0
    for seed in seeds:
        maker = Poisoned(seed)
        graph, inputs, output = maker.graph, maker.inputs, maker.output
        values = [[*maker.point()], [*maker.point()]]
        point, vector = [
            [
                np.array(value, float).reshape(node.shape) if node.shape else value
                for node, value in zip(inputs, each, strict=True)
            ]
            for each in values
        ]
        vector = [np.where(np.isfinite(each), each, 0.5) for each in vector]
        vector = [each if each.shape else float(each) for each in vector]
        oracle, numbers, value = by_numbers(graph, output, inputs)
        tangents = {node: graph.input(f"{node.name} tangent", node.form) for node in inputs}
        slopes = [
            *jvp(graph, gradient(graph, output, inputs), tangents),
            *jvp(graph, masked(graph, output, inputs), tangents, masked=True),
        ]
        found, *rest = arrays.evaluate(
            [output, *slopes], [*inputs, *tangents.values()], [*point, *vector]
        )
        along = {node: oracle.graph.input(f"{node.name} tangent") for node in numbers}
        moved = {
            node: along[node] for node, part in zip(numbers, flat(vector), strict=True) if part
        }
        expected, *known = interpreter.evaluate(
            oracle.graph,
            [value, *jvp(oracle.graph, gradient(oracle.graph, value, numbers), moved)],
            [*numbers, *along.values()],
            [*flat(point), *flat(vector)],
        )
        if found != pytest.approx(expected, abs=1e-9):
            continue
        plain, kept = flat(rest[: len(inputs)]), flat(rest[len(inputs) :])
        missing = lost(plain, kept, known, close=1e-8, seed=seed)
        without, with_ = without + missing[0], with_ + missing[1]
    return without, with_


@pytest.mark.parametrize("seeds", [range(first, first + 50) for first in range(0, 200, 50)])
def test_random_second_derivatives_are_nan_only_where_those_of_numbers_are(seeds: range) -> None:
    without, with_ = second(seeds)
    assert without > 20, "these programs would not need masks"
    assert with_ <= without / 20  # a vector's 0 times infinity, within a sum


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(first, first + 500) for first in range(1000, 3000, 500)])
def test_random_second_derivatives_in_thousands(seeds: range) -> None:
    without, with_ = second(seeds)
    assert with_ <= without / 30
