"""The chain rule along paths: the part of a graph that lies between a node and the output."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gradcli.calculus.reverse import Derivative
from gradcli.graph import operations
from gradcli.graph.node import Node


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A step of the chain rule: an argument, the node that uses it, and the partial between them.

    Attributes:
        source: the argument.
        target: the node that is computed from it.
        partial: ∂target/∂source along this edge alone; ``x*x`` has two edges from ``x``.
        function: the program's function of one parameter whose whole call it stands for, if any.
        inside: the edges of the operations that stand behind it, if it is that of a whole call,
            in topological order.
        place: which argument the source is.
    """

    source: Node
    target: Node
    partial: Node
    function: str | None = None
    inside: tuple[Edge, ...] = ()
    place: int = 0

    @property
    def is_unit(self) -> bool:
        """Whether the partial is the constant 1, as of a sum by its terms."""
        return operations.is_value(self.partial, 1)

    @property
    def is_chain(self) -> bool:
        """Whether there is only one way through what the edge stands for."""
        return all(
            first.target is second.source for first, second in itertools.pairwise(self.inside)
        )

    @property
    def multiplies(self) -> bool:
        """Whether its partial takes a multiplication: it is neither 1 nor -1."""
        return not (self.is_unit or operations.is_value(self.partial, -1))


@dataclass(frozen=True, slots=True)
class Paths:
    """All paths from a node to the output: every edge here is on one of them.

    An edge whose partial is identically 0 (of a comparison, of `floor`) carries no derivative
    and is on no path.

    Attributes:
        source: where the paths begin.
        output: where they end.
        nodes: the nodes on them in topological order; empty if there is no path.
        leaving: the edges that leave each node, in topological order.
    """

    source: Node
    output: Node
    nodes: Sequence[Node]
    leaving: Mapping[Node, Sequence[Edge]] = field(repr=False)

    def edges(self) -> list[Edge]:
        """Every edge, ordered by its source."""
        return [edge for node in self.nodes for edge in self.leaving[node]]


def find_paths(derivative: Derivative, source: Node, output: Node) -> Paths:
    """The paths from a node to the output that `differentiate` was asked for."""
    leaving: dict[Node, list[Edge]] = {source: []}
    # What the derivative walk reached leads to the output; left to ask is what the source leads to.
    reached = [node for node in derivative.locals if node in derivative.adjoints]
    for node in sorted(reached, key=lambda each: each.index):
        if node.index <= source.index:
            continue
        for place, (arg, partial) in enumerate(
            zip(node.args, derivative.locals[node], strict=True)
        ):
            if partial is None or arg not in leaving or operations.is_value(partial, 0):
                continue
            leaving.setdefault(node, [])
            leaving[arg].append(Edge(arg, node, partial, place=place))
    if output not in leaving:
        return Paths(source, output, (), {})
    return Paths(source, output, tuple(leaving), leaving)
