"""The layers of a program's parameters, and the backward pass through them while weights change.

Every program has layers: those of a network, if it is one. Going back from the output, an edge
whose local partial mentions a parameter, as ∂(w·a)/∂a = w does, leads into the next layer. So what
the derivatives of a layer need of parameters lies in the layers after it, nearer to the output.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from gradcli.calculus.reverse import Derivative
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import REARRANGING
from gradcli.learn.stages import Edge, Passage, Stage, between

Arrived = Callable[[int, Any], None]
"""Called with the place of each parameter and its derivative."""

Ways = dict[Node, list[tuple[Node, Node]]]
"""For each node the arguments that lead to a parameter, each with the local partial."""


class Layers(ABC):
    """The layers that the parameters of a program lie in.

    Args:
        graph: the graph of the program.
        output: its output.
        parameters: the inputs that are moved.
        ways: the edges on which a derivative reaches a parameter, by node: the argument, and what
            the derivative by it is computed from beside that by the node.

    Attributes:
        places: the places of the parameters of each layer, the layer of the output first.
    """

    def __init__(self, graph: Graph, output: Node, parameters: Sequence[Node], ways: Ways) -> None:
        self._output = output
        self._order = graph.ancestors([output])
        self._rank = {node: place for place, node in enumerate(parameters)}
        self._program = frozenset(self._order).difference(self._rearranged())
        self._ways = ways
        self._level = levels = self._levels(self._order, output)
        self._found = sorted({levels.get(node, 0) for node in parameters})
        by_level: dict[int, list[int]] = {level: [] for level in self._found}
        for place, node in enumerate(parameters):
            by_level[levels.get(node, 0)].append(place)
        self.places: list[list[int]] = [*by_level.values()]
        self._nodes = parameters

    @abstractmethod
    def walk(self, point: Sequence[Any], values: Sequence[Any], arrived: Arrived) -> Iterator[int]:
        """Go back once; yields the number of each layer when all its derivatives are known.

        Args:
            point: the parameters; may be changed between two layers, and what follows sees it.
            values: those of the forward pass, as the objective keeps them; they stay as they are.
            arrived: told the derivative of each parameter.
        """

    def factors(self) -> list[int]:
        """For each parameter those that its derivative has as factors: a bit for each place."""
        held = {node: 1 << place for node, place in self._rank.items()}
        partials = [partial for ways in self._ways.values() for _, partial in ways]
        for node in between(partials, self._program):
            held[node] = reduce(or_, [held.get(arg, 0) for arg in node.args], held.get(node, 0))
        found = dict.fromkeys(self._order, 0)
        for node in reversed(self._order):
            for arg, partial in self._ways.get(node, ()):
                found[arg] |= found[node] | held.get(partial, 0)
        return [found.get(node, 0) for node in self._nodes]

    def _rearranged(self) -> list[Node]:
        """The nodes that are parameters in another order, as W' is; they change with these."""
        found: dict[Node, None] = {}
        for node in self._order:
            if node.op in REARRANGING and all(
                arg in found or arg in self._rank for arg in node.args
            ):
                found[node] = None
        return [*found]

    def _levels(self, order: Sequence[Node], output: Node) -> dict[Node, int]:
        """How many layers lie between each node and the output."""
        levels = {output: 0}
        mentioning = self._mentioning()
        for node in reversed(order):
            if node not in levels:
                continue
            for arg, partial in self._ways.get(node, ()):
                level = levels[node]
                if arg not in self._rank and partial in mentioning:
                    level += 1
                levels[arg] = max(levels.get(arg, 0), level)
        return levels

    def _mentioning(self) -> set[Node]:
        """The parameters, and what local partials are computed from them without the program."""
        partials = [partial for ways in self._ways.values() for _, partial in ways]
        found = set(self._rank)
        for node in between(partials, self._program):
            if not found.isdisjoint(node.args):
                found.add(node)
        return found


class NumberLayers(Layers):
    """The same where every parameter is a number.

    Args:
        graph, output, parameters: as of `Layers`.
        derivative: that of the output by the parameters, with its local partials.
        slots: where the value of each node is found among those of the forward pass.
    """

    def __init__(
        self,
        graph: Graph,
        output: Node,
        parameters: Sequence[Node],
        derivative: Derivative,
        slots: Mapping[Node, int],
    ) -> None:
        super().__init__(graph, output, parameters, leading(graph, output, parameters, derivative))
        self._slots = slots
        self._made: list[tuple[Stage, list[tuple[int, int]]]] | None = None

    def walk(
        self, point: Sequence[float], values: Sequence[float], arrived: Arrived
    ) -> Iterator[int]:
        """As of `Layers`; values stand by slot, also such as no float holds."""
        along = [1.0]
        for number, (stage, known) in enumerate(self._stages()):
            given = [values[slot] if place < 0 else point[place] for place, slot in known]
            given += [along[place] for place in stage.taken]
            found = stage.plan.carried(given)
            along += [found[slot] for slot in stage.given]
            for place, slot in zip(self.places[number], stage.derivatives, strict=True):
                arrived(place, 0.0 if slot is None else float(found[slot]))
            yield number

    def _stages(self) -> list[tuple[Stage, list[tuple[int, int]]]]:
        """The stages, made when they are first needed, and where the values of their leaves are.

        These are the place of a parameter, or -1, and the slot of the program's value.
        """
        if self._made is None:
            grouped = self._grouped()
            last = {edge.node: number for number, edges in enumerate(grouped) for edge in edges}
            passage = Passage(self._program, self._output)
            self._made = []
            for number, edges in enumerate(grouped):
                parameters = [self._nodes[place] for place in self.places[number]]
                reached = dict.fromkeys(edge.arg for edge in edges)
                targets = [node for node in reached if last.get(node, 0) > number]
                stage = passage.stage(edges, parameters, targets)
                known = [(self._rank.get(node, -1), self._slots[node]) for node in stage.leaves]
                self._made.append((stage, known))
        return self._made

    def _grouped(self) -> list[list[Edge]]:
        """The edges of each stage, from the output back."""
        grouped: list[list[Edge]] = [[] for _ in self._found]
        stage_of = {}
        for stage, level in enumerate(self._found):
            for each in range((self._found[stage - 1] + 1) if stage else 0, level + 1):
                stage_of[each] = stage
        for node in reversed(self._order):
            if node in self._level:
                for arg, partial in self._ways.get(node, ()):
                    grouped[stage_of[self._level[arg]]].append(Edge(node, arg, partial))
        return grouped


def leading(graph: Graph, output: Node, parameters: Sequence[Node], derivative: Derivative) -> Ways:
    """The edges on which a derivative reaches a parameter, with their local partials."""
    locals_ = derivative.locals
    return reaching(
        graph.ancestors([output]),
        parameters,
        lambda node: zip(node.args, locals_.get(node, ()), strict=False),
    )


def reaching(
    order: Sequence[Node],
    parameters: Sequence[Node],
    edges: Callable[[Node], Iterable[tuple[Node, Node | None]]],
) -> Ways:
    """The edges that lead to a parameter, by node.

    An edge whose partial is always 0, as of a comparison, leads nowhere, and neither does one to a
    node from which only such edges go on.

    Args:
        order: the nodes of a program.
        parameters: those of them that are moved.
        edges: the arguments of a node with the local partials; None for one that leads nowhere.
    """
    found: Ways = {node: [] for node in parameters}
    for node in order:
        ways = [
            (arg, partial)
            for arg, partial in edges(node)
            if arg in found and partial is not None and not operations.is_value(partial, 0)
        ]
        if ways:
            found[node] = ways
    return found
