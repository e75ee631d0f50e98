"""A program in numbers alone, in which every entry of every node is a node of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.errors import UsageError
from gradcli.evaluation.lookup import LookUp
from gradcli.evaluation.objects import entries_of
from gradcli.graph.node import Graph, Node
from gradcli.syntax.spelling import element_name

Indices = tuple[int, ...]


class Place(NamedTuple):
    """An entry of a node: its indices, counted from 1, and the node of numbers that it is."""

    indices: Indices
    number: Node


class Numbers(NamedTuple):
    """A program in numbers, at a point.

    Attributes:
        graph: its nodes.
        output: the one that is differentiated.
        places: the entries of every node that is shown.
        point: the values of the inputs.
        owners: for every node of numbers, in order, the node that it is a part of.
    """

    graph: Graph
    output: Node
    places: Mapping[Node, list[Place]]
    point: Mapping[Node, float]
    owners: Sequence[Node]


def refuse_empty(output: Node) -> None:
    """Refuse an output that no number is to be had of.

    Raises:
        UsageError: it is an array without an entry.
    """
    if 0 in output.shape:
        message = "the output is an array without an entry: there is no number to look at"
        raise UsageError("array-output", message, hint="give the lists of its inputs an entry")


def numbers_of(solution: LookUp) -> Numbers:
    """A program at a point as numbers.

    Raises:
        UsageError: it is too large for that, or the output has no entry.
    """
    model = solution.model
    refuse_empty(model.output)
    if not model.graph.has_arrays:
        places = {node: [Place((), node)] for node in solution.names}
        point = {node: solution.value_of(node) for node in model.inputs}
        return Numbers(model.graph, model.output, places, point, [*model.graph.nodes])
    from gradcli.evaluation.entries.apart import Apart  # noqa: PLC0415  (it needs NumPy)

    written = Apart()
    places = {node: [*_places(node, written.entries(node))] for node in solution.names}
    point = {
        place.number: float(value)
        for node in model.inputs
        for place, value in zip(places[node], entries_of(solution.value_of(node)), strict=True)
    }
    output = places[model.output][0].number
    return Numbers(written.graph, output, places, point, written.owners)


def _places(node: Node, made: Any) -> Iterator[Place]:
    for place in itertools.product(*map(range, node.shape)):
        yield Place(tuple(at + 1 for at in place), made[place])


def flat(point: Sequence[Any]) -> list[float]:
    """The entries of arrays, one after another."""
    return [float(number) for value in point for number in entries_of(value)]


def label(name: str, index: Indices) -> str:
    """The name of an entry: ``W[1,2]``, or that of the node if it is a number."""
    return element_name(name, index) if index else name
