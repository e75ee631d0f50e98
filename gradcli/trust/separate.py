"""A program in numbers alone, in which every entry of every node is a node of its own."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.errors import UsageError
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import ARRAY, CONST, INPUT, Graph, Node
from gradcli.syntax.spelling import element_name
from gradcli.trust.written_out import Entries, WrittenOut, filled

MOST = 100_000
"""Programs that are more numbers than that are not written out."""

MOST_ROWS = 5
"""Nor are determinants and inverses of larger matrices: their terms grow like factorials."""

_BY_MINORS = frozenset(("det", "logdet", "inv", "solve"))

_RUNNING = frozenset(("cumsum", "cumsum_back", "unwindow", "cholesky"))
"""Operations whose entries are sums of up to as many terms as an axis is long."""

Indices = tuple[int, ...]


class Place(NamedTuple):
    """An entry of a node: its indices, counted from 1, and the node of numbers that it is."""

    indices: Indices
    number: Node


class Separate(WrittenOut):
    """As written out, but what is only passed on is a node of its own as well.

    Attributes:
        owners: for every node of numbers, in order, the node that it is a part of.
    """

    def __init__(self) -> None:
        super().__init__()
        self.owners: list[Node] = []

    def _finished(self, node: Node, made: Entries) -> Entries:
        if node.op not in {INPUT, CONST, ARRAY}:
            made = filled(
                node.shape, lambda place: self.graph.name(made[place], f"{node.index} {place}")
            )
        self.owners += [node] * (len(self.graph) - len(self.owners))
        return made

    def _entries(self, node: Node) -> Entries:
        if node.op in _BY_MINORS and node.args[0].shape[-1] > MOST_ROWS:
            raise UsageError(
                "too-large",
                f"{node.op} of a matrix of more than {MOST_ROWS} rows is not written out",
                hint="check it with a smaller matrix",
            )
        if len(self.graph) + _terms(node) > MOST:
            raise UsageError(
                "too-large",
                f"written out, the program is more than {MOST:,} numbers",
                hint="check it with smaller arrays",
            )
        return super()._entries(node)


def _terms(node: Node) -> int:
    """About how many numbers the entries of a node are made of."""
    sizes = [node.form.size, *[arg.form.size for arg in node.args]]
    if node.op == "contract":
        of_a, of_b, _ = map(str, node.params)
        shapes = node.args[0].shape + node.args[1].shape
        return 2 * math.prod(dict(zip(of_a + of_b, shapes, strict=True)).values())
    if node.op in _RUNNING:
        return sizes[0] * max(node.shape, default=1)
    return sum(sizes)


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


def numbers_of(solution: Solution) -> Numbers:
    """A program at a point as numbers.

    Raises:
        UsageError: it is too large for that.
    """
    model = solution.model
    if not model.graph.has_arrays:
        places = {node: [Place((), node)] for node in solution.names}
        point = {node: solution.value_of(node) for node in model.inputs}
        return Numbers(model.graph, model.output, places, point, [*model.graph.nodes])
    written = Separate()
    places = {node: [*_places(node, written.entries(model.graph, node))] for node in solution.names}
    point = {
        place.number: float(value)
        for node in model.inputs
        for place, value in zip(places[node], entries_of(solution.value_of(node)), strict=True)
    }
    output = places[model.output][0].number
    return Numbers(written.graph, output, places, point, written.owners)


def _places(node: Node, made: Entries) -> Iterator[Place]:
    for place in itertools.product(*map(range, node.shape)):
        yield Place(tuple(at + 1 for at in place), made[place])


def entries_of(values: Any) -> list[float]:
    """The entries of an array, or a number by itself."""
    return values.ravel().tolist() if hasattr(values, "ravel") else [values]


def label(name: str, index: Indices) -> str:
    """The name of an entry: ``W[1,2]``, or that of the node if it is a number."""
    return element_name(name, index) if index else name
