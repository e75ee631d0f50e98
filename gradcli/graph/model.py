"""A program as a graph: its inputs, its steps, its output, and where they stand in the text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import cached_property

from gradcli.base.record import Record
from gradcli.errors import Note, Span
from gradcli.graph.node import Graph, Node
from gradcli.syntax import ast
from gradcli.syntax.spelling import is_element


class Inlined(Record):
    """A call of a function that the program defines, as ``f(z)``.

    Attributes:
        function: its name.
        args: what it is made of.
        written: how it is written, if otherwise: an entry of a call of arrays, ``f(W, x)[1]``.
    """

    function: str
    args: tuple[Node, ...]
    written: ast.Expression | None = None


class Spans:
    """Where in a text the nodes of a graph stand: one number each, for there may be a million.

    Args:
        graph: the nodes; only the first of them stand anywhere.
    """

    def __init__(self, graph: Graph) -> None:
        self._nodes = graph.nodes
        self._places: list[int] = []

    def put(self, node: Node, start: int, end: int) -> None:
        """Say where a node stands that stands nowhere yet."""
        places, index = self._places, node.index
        missing = index - len(places)
        if missing >= 0:
            if missing:
                places += [0] * missing
            places.append(start << _BITS | (end + 1))
        elif not places[index]:
            places[index] = start << _BITS | (end + 1)

    def put_beside(self, node: Node, other: Node, span: Span) -> None:
        """Say that a node stands where another one does; where a span is if that is nowhere."""
        place = self._place(other)
        start, end = (place >> _BITS, (place & _MASK) - 1) if place else span
        self.put(node, start, end)

    def get(self, node: Node) -> Span | None:
        """Where a node stands; None for nowhere, as of a node of another graph."""
        place = self._place(node)
        return Span(place >> _BITS, (place & _MASK) - 1) if place else None

    def _place(self, node: Node) -> int:
        index = node.index
        place = self._places[index] if index < len(self._places) else 0
        return place if place and self._nodes[index] is node else 0


_BITS = 32
"""Of a number that is the place of a node so many are that of its end, and 0 is no place."""

_MASK = (1 << _BITS) - 1


class Model:
    """A program as a graph.

    Attributes:
        source: the program's text.
        graph: where its nodes are.
        inputs: the input nodes, in declared order or in the order of their first use.
        steps: the nodes that the program names, in their order.
        output: the node of the last statement.
        spans: where in the text a node was written first.
        notes: the readings that the user should know of.
        calls: the nodes that are the value of such a call; the nodes inside are ordinary ones.
    """

    output: Node

    def with_output(self, node: Node) -> Model:
        """The same program with another of its nodes as the output; the graph is this one."""
        found = self.ending_with(node)
        inside = frozenset(self.graph.ancestors([node]))
        found.steps = [step for step in self.steps if step in inside and step is not node]
        return found

    def ending_with(self, node: Node) -> Model:
        """The same program, with all of its steps, and another node as the output."""
        found = copy(self)
        found.output = node
        found.__dict__.pop("nodes", None)
        return found

    def with_notes(self, notes: Iterable[Note]) -> Model:
        """The same program with these notes instead of its own."""
        found = copy(self)
        found.notes = [*notes]
        return found

    def __init__(self, source: str) -> None:
        self.source = source
        self.graph = Graph()
        self.inputs: list[Node] = []
        self.steps: list[Node] = []
        self.spans = Spans(self.graph)
        self.notes: list[Note] = []
        self.calls: dict[Node, Inlined] = {}

    def has_step(self, name: str) -> bool:
        """Whether a step, or an element of one, has this name."""
        return any(node.name == name or is_element(node.name, name) for node in self.steps)

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """What output and steps are computed from, themselves included, in order.

        It is asked for when the whole program is read.
        """
        return self.graph.ancestors([self.output, *self.steps])
