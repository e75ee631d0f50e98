"""Arrays against numbers: any program of arrays gives what its entries give one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import hvp
from gradcli.engine import arrays, interpreter
from gradcli.graph.node import Graph, Node
from tests.array_oracle import Oracle
from tests.random_arrays import Maker

SEEDS = range(6000, 14000)


def point_of(maker: Maker) -> list[Any]:
    """A value for each input of a random program, in its shape."""
    return [
        np.array(value).reshape(node.shape) if node.shape else value
        for node, value in zip(maker.inputs, maker.point(), strict=True)
    ]


def entries_of(oracle: Oracle, inputs: Sequence[Node]) -> list[Node]:
    """The numbers that all inputs are made of."""
    return [entry for node in inputs for entry in np.ravel(oracle.inputs[node])]


def flat(values: Sequence[Any]) -> list[float]:
    """The entries of all values in a row."""
    return [float(entry) for value in values for entry in np.ravel(value)]


def by_numbers(
    graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node], point: Sequence[Any]
) -> tuple[Oracle, list[Node], list[Node]]:
    """The same program as numbers, its inputs and outputs."""
    del point
    oracle = Oracle()
    for node in inputs:
        oracle.entries(graph, node)
    made = [entry for node in outputs for entry in np.ravel(oracle.entries(graph, node))]
    return oracle, entries_of(oracle, inputs), made


def assert_alike(found: Sequence[float], expected: Sequence[float], about: object) -> None:
    """To a few units in the last place of the largest number."""
    scale = max([abs(each) for each in expected if math.isfinite(each)], default=1.0)
    for one, other in zip(found, expected, strict=True):
        same = one == other or (math.isnan(one) and math.isnan(other))
        assert same or abs(one - other) <= 1e-11 * (1 + scale), (about, one, other)


@pytest.mark.parametrize("seed", SEEDS)
def test_values_gradients_and_second_derivatives_of_arrays_are_those_of_their_entries(
    seed: int,
) -> None:
    maker = Maker(seed)
    graph, inputs, output = maker.graph, maker.inputs, maker.output
    point = point_of(maker)
    oracle, numbers, (value,) = by_numbers(graph, [output], inputs, point)
    slopes = gradient(graph, output, inputs)
    assert [node.form for node in slopes] == [node.form for node in inputs]
    found = arrays.evaluate(graph, [output, *slopes], inputs, point)
    expected = interpreter.evaluate(
        oracle.graph, [value, *gradient(oracle.graph, value, numbers)], numbers, flat(point)
    )
    if not math.isfinite(expected[0]):
        return  # a branch that nothing asks for may be 0 there in numbers, and is NaN in arrays
    assert_alike(flat(found), expected, "value and gradient")

    vectors = [graph.input(f"t{each}", node.form) for each, node in enumerate(inputs)]
    along = [np.cos(np.asarray(value) * 3.0) if np.ndim(value) else 0.7 for value in point]
    products = hvp(graph, output, dict(zip(inputs, vectors, strict=True)))
    assert [node.form for node in products] == [node.form for node in inputs]
    found = arrays.evaluate(graph, products, [*inputs, *vectors], [*point, *along])
    tangents = [oracle.graph.input(f"t{each}") for each, _ in enumerate(numbers)]
    expected = interpreter.evaluate(
        oracle.graph,
        hvp(oracle.graph, value, dict(zip(numbers, tangents, strict=True))),
        [*numbers, *tangents],
        flat(point) + flat(along),
    )
    assert_alike(flat(found), expected, "second derivative along a vector")
