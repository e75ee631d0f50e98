"""Arrays against numbers: any program of arrays gives what its entries give one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from command_line import call

from gradcli.calculus import transposed
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import hvp
from gradcli.engine import arrays, interpreter
from gradcli.evaluation.entries.written_out import WrittenOut as Oracle
from gradcli.graph.arrays import pullbacks
from gradcli.graph.entry import Entry, Lines
from gradcli.graph.node import Graph, Node
from tests.random_arrays import Maker


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
    graph: Graph, output: Node, inputs: Sequence[Node]
) -> tuple[Oracle, list[Node], Node]:
    """The same program as numbers, its inputs and its output."""
    oracle = Oracle()
    for node in inputs:
        oracle.entries(node)
    (value,) = np.ravel(oracle.entries(output))
    return oracle, entries_of(oracle, inputs), value


def neighbours(values: Sequence[float]) -> list[float]:
    """The next floats, some of them up and some down; whole numbers, as indices are, stay."""
    return [
        each if each == round(each) else math.nextafter(each, math.inf * (-1) ** place)
        for place, each in enumerate(values)
    ]


def assert_alike(
    found: Sequence[float], expected: Sequence[float], near: Sequence[float], about: object
) -> None:
    """To a few units in the last place of the largest number, or of the inputs.

    Args:
        found: what arrays give.
        expected: what numbers give.
        near: what numbers give at the neighbours of the inputs.
        about: what is compared.
    """
    scale = max([abs(each) for each in expected if math.isfinite(each)], default=1.0)
    for one, other, beside in zip(found, expected, near, strict=True):
        same = one == other or (math.isnan(one) and math.isnan(other))
        slack = 1e-11 * (1 + scale) + 8 * abs(other - beside)
        assert same or abs(one - other) <= slack, (about, one, other)


def check(seed: int) -> None:
    """A random program: value, gradient and second derivative against those of its entries."""
    maker = Maker(seed)
    graph, inputs, output = maker.graph, maker.inputs, maker.output
    point = point_of(maker)
    oracle, numbers, value = by_numbers(graph, output, inputs)
    slopes = gradient(graph, output, inputs)
    assert [node.form for node in slopes] == [node.form for node in inputs]
    found = arrays.evaluate([output, *slopes], inputs, point)
    outputs = [value, *gradient(oracle.graph, value, numbers)]
    expected, near = (
        interpreter.evaluate(oracle.graph, outputs, numbers, at)
        for at in (flat(point), neighbours(flat(point)))
    )
    if not math.isfinite(expected[0]):
        return  # a branch that nothing asks for may be 0 there in numbers, and is NaN in arrays
    assert_alike(flat(found), expected, near, "value and gradient")

    vectors = [graph.input(f"t{each}", node.form) for each, node in enumerate(inputs)]
    along = [np.cos(np.asarray(value) * 3.0) if np.ndim(value) else 0.7 for value in point]
    products = hvp(graph, output, dict(zip(inputs, vectors, strict=True)))
    assert [node.form for node in products] == [node.form for node in inputs]
    found = arrays.evaluate(products, [*inputs, *vectors], [*point, *along])
    tangents = [oracle.graph.input(f"t{each}") for each, _ in enumerate(numbers)]
    seconds = hvp(oracle.graph, value, dict(zip(numbers, tangents, strict=True)))
    expected, near = (
        interpreter.evaluate(oracle.graph, seconds, [*numbers, *tangents], [*at, *flat(along)])
        for at in (flat(point), neighbours(flat(point)))
    )
    assert_alike(flat(found), expected, near, "second derivative along a vector")


def check_all(seeds: Iterable[int]) -> None:
    """The same of many programs."""
    for seed in seeds:
        check(seed)


@pytest.mark.parametrize("seeds", [range(first, first + 25) for first in range(0, 200, 25)])
def test_arrays_give_what_their_entries_give_one_by_one(seeds: range) -> None:
    check_all(seeds)


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["/(y + {})", "*(y + {}/1000)"])
def test_a_sum_of_an_array_times_many_numbers_does_not_recurse(sign: str) -> None:
    text = "".join(sign.format(place) for place in range(1_200))
    assert call("eval", f"sum(A{text})", "--A", "[1,2]", "--y", "1", "--get", "d/dy").code == 0


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(first, first + 250) for first in range(1000, 6000, 250)])
def test_arrays_give_what_their_entries_give_one_by_one_in_thousands(seeds: range) -> None:
    check_all(seeds)


RULES = [
    (entry, place)
    for entry in pullbacks.lines().entries
    if entry.kind == "pullback"
    for place, _ in enumerate(entry.params)
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entry", "place"), RULES, ids=[f"{entry.name}-{place}" for entry, place in RULES]
)
def test_a_wrong_rule_is_found(entry: Entry, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    formulas = entry.formulas
    right = formulas[place]
    formulas[place] = f"1.5*({right})" if right != "0" else entry.params[place]
    wrong = entry._replace(text=", ".join(formulas))
    entries = pullbacks.lines().entries
    planted = Lines([wrong if each is entry else each for each in entries])
    monkeypatch.setattr(pullbacks, "lines", lambda: planted)
    forget()
    try:
        with pytest.raises(AssertionError):
            check_all(range(1000))
    finally:
        monkeypatch.undo()
        forget()


def forget() -> None:
    """Read every rule anew."""
    for known in (pullbacks._pullback, pullbacks._definition, transposed._push):
        known.cache_clear()
