"""A program as a graph: its inputs, its steps, its output, and where they stand in the text."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

from gradcli.errors import Note, Span
from gradcli.graph.node import Graph, Node


class Inlined(NamedTuple):
    """A call of a function that the program defines, as ``f(z)``."""

    function: str
    args: tuple[Node, ...]


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
        found = copy(self)
        found.output = node
        inside = frozenset(self.graph.ancestors([node]))
        found.steps = [step for step in self.steps if step in inside and step is not node]
        return found

    def __init__(self, source: str) -> None:
        self.source = source
        self.graph = Graph()
        self.inputs: list[Node] = []
        self.steps: list[Node] = []
        self.spans: dict[Node, Span] = {}
        self.notes: list[Note] = []
        self.calls: dict[Node, Inlined] = {}
