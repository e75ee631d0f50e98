"""The layers of a program's parameters, and the backward pass through them while weights change.

Every program has layers: those of a network, if it is one. Going back from the output, an edge
whose local partial mentions a parameter, as ∂(w·a)/∂a = w does, leads into the next layer. So what
the derivatives of a layer need of parameters lies in the layers after it, nearer to the output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from gradcli.calculus.reverse import Derivative
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.learn.stages import Edge, Passage, Stage, between

Arrived = Callable[[int, float], None]
"""Called with the place of each parameter and its derivative."""


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
        self._output = output
        order = graph.ancestors([output])
        self._program = frozenset(order)
        self._rank = {node: place for place, node in enumerate(parameters)}
        self._ways = _leading(order, parameters, derivative)
        levels = self._levels(order, output)
        self._found = sorted({levels.get(node, 0) for node in parameters})
        by_level: dict[int, list[int]] = {level: [] for level in self._found}
        for place, node in enumerate(parameters):
            by_level[levels.get(node, 0)].append(place)
        self.places: list[list[int]] = [*by_level.values()]
        self._order, self._slots = order, slots
        self._nodes, self._level = parameters, levels
        self._made: list[tuple[Stage, list[tuple[int, int]]]] | None = None

    def walk(
        self, point: Sequence[float], values: Sequence[float], arrived: Arrived
    ) -> Iterator[int]:
        """Go back once; yields the number of each layer when all its derivatives are known.

        Args:
            point: the parameters; may be changed between two layers, and what follows sees it.
            values: those of the forward pass, by slot, also such as no float holds; they stay as
                they are.
            arrived: told the derivative of each parameter.
        """
        along = [1.0]
        for number, (stage, known) in enumerate(self._stages()):
            given = [values[slot] if place < 0 else point[place] for place, slot in known]
            given += [along[place] for place in stage.taken]
            found = stage.plan.carried(given)
            along += [found[slot] for slot in stage.given]
            for place, slot in zip(self.places[number], stage.derivatives, strict=True):
                arrived(place, 0.0 if slot is None else float(found[slot]))
            yield number

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
