"""The layers of a program's parameters, and the backward pass through them while weights change.

Every program has layers: those of a network, if it is one. Going back from the output, an edge
whose local partial mentions a parameter, as ∂(w·a)/∂a = w does, leads into the next layer. So what
the derivatives of a layer need of parameters lies in the layers after it, nearer to the output.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gradcli.calculus.edge import Guard, opened
from gradcli.calculus.reverse import Derivative
from gradcli.engine.interpreter import Plan
from gradcli.evaluation.edge import carry, is_taken
from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node

Arrived = Callable[[int, float], None]
"""Called with the place of each parameter and its derivative."""


class _Edge(NamedTuple):
    """From a node to one of its arguments.

    Attributes:
        node: the number of the node.
        arg: that of the argument.
        partial: the place of the local partial in what a plan returns.
        guards: the places of the conditions under which the branch is taken.
    """

    node: int
    arg: int
    partial: int
    guards: list[tuple[int, bool]]


class _Stage(NamedTuple):
    """One layer of the backward pass.

    Attributes:
        parameters: places of the layer's parameters, and the numbers of their nodes.
        known: for each value that the partials need, the place of a parameter or -1, and the
            place among the values of the forward pass.
        plan: the local partials from these values.
        edges: from the output back.
    """

    parameters: list[tuple[int, int]]
    known: list[tuple[int, int]]
    plan: Plan
    edges: list[_Edge]


class Layers:
    """The backward pass of a program, layer by layer.

    Attributes:
        places: the places of the parameters of each layer, the layer of the output first.
    """

    def __init__(
        self,
        graph: Graph,
        output: Node,
        parameters: Sequence[Node],
        derivative: Derivative,
        slots: Mapping[Node, int],
    ) -> None:
        self._output = output.index
        order = graph.ancestors([output])
        self._program = frozenset(order)
        self._rank = {node: place for place, node in enumerate(parameters)}
        self._ways = _leading(order, parameters, derivative)
        levels = self._levels(order, output)
        self._found = sorted({levels.get(node, 0) for node in parameters})
        self.places: list[list[int]] = [
            [place for place, node in enumerate(parameters) if levels.get(node, 0) == level]
            for level in self._found
        ]
        self._graph_order, self._slots = order, slots
        self._nodes, self._level = parameters, levels
        self._made: list[_Stage] | None = None

    def walk(
        self, point: Sequence[float], values: Sequence[float], arrived: Arrived
    ) -> Iterator[int]:
        """Go back once; yields the number of each layer when all its derivatives are known.

        Args:
            point: the parameters; may be changed between two layers, and what follows sees it.
            values: those of the forward pass, by slot; they stay as they are.
            arrived: told the derivative of each parameter.
        """
        adjoints = {self._output: 1.0}
        for number, stage in enumerate(self._stages()):
            known = [values[slot] if place < 0 else point[place] for place, slot in stage.known]
            value = stage.plan.run(known).__getitem__
            edges = (
                (node, arg, value(partial) if is_taken(guards, value) else None)
                for node, arg, partial, guards in stage.edges
            )
            carry(adjoints, edges)
            for place, index in stage.parameters:
                arrived(place, adjoints.get(index, 0.0))
            yield number

    def _levels(self, order: Sequence[Node], output: Node) -> dict[Node, int]:
        """How many layers lie between each node and the output."""
        levels = {output: 0}
        for node in reversed(order):
            if node not in levels:
                continue
            for arg, partial in self._ways.get(node, ()):
                level = levels[node]
                if arg not in self._rank and not self._rank.keys().isdisjoint(
                    self._leaves([partial])
                ):
                    level += 1
                levels[arg] = max(levels.get(arg, 0), level)
        return levels

    def _leaves(self, partials: Sequence[Node]) -> list[Node]:
        """The nodes of the program that partials are computed from, constants left out."""
        inside = self._inside(partials)
        found = dict.fromkeys(partial for partial in partials if partial in self._program)
        found |= dict.fromkeys(arg for node in inside for arg in node.args)
        return [node for node in found if node in self._program and node.op != CONST]

    def _inside(self, partials: Sequence[Node]) -> list[Node]:
        """The nodes of partials that are not of the program, in topological order."""
        waiting = [node for node in partials if node not in self._program]
        found = set(waiting)
        while waiting:
            for arg in waiting.pop().args:
                if arg not in self._program and arg not in found:
                    found.add(arg)
                    waiting.append(arg)
        return sorted(found, key=lambda node: node.index)

    def _stages(self) -> list[_Stage]:
        """The stages, made when they are first needed."""
        if self._made is None:
            grouped: list[list[tuple[Node, Node, Node]]] = [[] for _ in self._found]
            number = {}
            for stage, level in enumerate(self._found):
                for each in range((self._found[stage - 1] + 1) if stage else 0, level + 1):
                    number[each] = stage
            for node in reversed(self._graph_order):
                if node in self._level:
                    for arg, partial in self._ways.get(node, ()):
                        grouped[number[self._level[arg]]].append((node, arg, partial))
            self._made = [
                self._stage(edges, places)
                for edges, places in zip(grouped, self.places, strict=True)
            ]
        return self._made

    def _stage(self, edges: Sequence[tuple[Node, Node, Node]], places: Collection[int]) -> _Stage:
        """A layer's partials as a plan of their own, which takes the program's values as given."""
        guards = {partial: opened(partial)[0] for _, _, partial in edges}
        wanted = list(dict.fromkeys([*guards, *_conditions(guards)]))
        leaves = self._leaves(wanted)
        graph = Graph()
        copy = {node: graph.input(f"#{node.index}") for node in leaves}
        for node in self._inside(wanted):
            copy[node] = _copied(graph, node, copy)
        for node in wanted:
            if node not in copy:
                copy[node] = graph.const(node.value)
        plan = Plan(graph, [copy[node] for node in leaves], [copy[node] for node in wanted])
        slots = {node: plan.slots[copy[node]] for node in wanted}
        return _Stage(
            [(place, self._nodes[place].index) for place in places],
            [(self._rank.get(node, -1), self._slots[node]) for node in leaves],
            plan,
            [
                _Edge(
                    node.index,
                    arg.index,
                    slots[partial],
                    [(slots[condition], holds) for condition, holds in guards[partial]],
                )
                for node, arg, partial in edges
            ],
        )


def _leading(
    order: Sequence[Node], parameters: Sequence[Node], derivative: Derivative
) -> dict[Node, list[tuple[Node, Node]]]:
    """The edges on which a derivative reaches a parameter, by node: argument and local partial.

    An edge whose partial is always 0, as of a comparison, leads nowhere, and neither does one to a
    node from which only such edges go on.
    """
    found: dict[Node, list[tuple[Node, Node]]] = {node: [] for node in parameters}
    for node in order:
        edges = [
            (arg, partial)
            for arg, partial in zip(node.args, derivative.locals.get(node, ()), strict=False)
            if arg in found and partial is not None and not operations.is_value(partial, 0)
        ]
        if edges:
            found[node] = edges
    return found


def _conditions(guards: Mapping[Node, Iterable[Guard]]) -> Iterator[Node]:
    """All conditions under which edges are there."""
    return (guard.condition for each in guards.values() for guard in each)


def _copied(graph: Graph, node: Node, copy: Mapping[Node, Node]) -> Node:
    if node.op == CONST:
        return graph.const(node.value)
    args = tuple(graph.const(arg.value) if arg.op == CONST else copy[arg] for arg in node.args)
    return graph.node(node.op, args)
