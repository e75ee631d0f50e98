"""A formula in parameters, made once and put into a graph again and again.

Rules, definitions and the user's functions are all templates: instantiating one is a loop over
its operations, so functions that call functions never recurse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from gradcli.base.record import Record
from gradcli.graph.node import CONST, Graph, Node, behind
from gradcli.graph.shapes import Params


class Make(Protocol):
    """What makes the nodes: as they are written, or simplified."""

    def __call__(
        self, graph: Graph, op: str, args: tuple[Node, ...], params: Params = ..., /
    ) -> Node:
        """The node of an operation."""


class Operation(Record):
    """One operation of a template; ``slots`` point at parameters and earlier operations."""

    op: str
    slots: tuple[int, ...]
    value: float
    label: str | None
    params: Params = ()


class Template(Record):
    """``parameters`` slots first, then one for each operation; ``output`` is one of them."""

    parameters: int
    operations: tuple[Operation, ...]
    output: int

    def instantiate(self, graph: Graph, args: Sequence[Node], make: Make) -> Node:
        """The formula with ``args`` for its parameters, built by ``make`` in ``graph``."""
        if self.output < self.parameters:
            return args[self.output]
        return self.slots(graph, args, make, self.operations)[self.output]

    def slots(
        self, graph: Graph, args: Sequence[Node], make: Make, operations: Sequence[Operation]
    ) -> list[Node]:
        """The nodes of ``args``, and those of the first operations of this formula."""
        slots = list(args)
        for op, places, value, label, params in operations:
            if params:
                slots.append(make(graph, op, tuple([slots[place] for place in places]), params))
            elif len(places) == 1:
                slots.append(make(graph, op, (slots[places[0]],)))
            elif len(places) == 2:
                slots.append(make(graph, op, (slots[places[0]], slots[places[1]])))
            elif op == CONST:
                slots.append(graph.const(value, label))
            else:
                slots.append(make(graph, op, tuple([slots[place] for place in places])))
        return slots

    def part(self, slot: int) -> Template:
        """The formula of one slot alone."""
        needed = {slot}
        first = self.parameters
        for place in range(slot, first - 1, -1):
            if place in needed:
                needed.update(self.operations[place - first].slots)
        kept = [place for place in range(first, slot + 1) if place in needed]
        now = {place: place for place in range(first)}
        now |= {place: first + rank for rank, place in enumerate(kept)}
        parts = [self.operations[place - first] for place in kept]
        moved = [each._replace(slots=tuple([now[old] for old in each.slots])) for each in parts]
        return Template(first, tuple(moved), now[slot])


def template(graph: Graph, parameters: Sequence[Node], output: Node) -> Template:
    """The formula of ``output`` in terms of the input nodes ``parameters``."""
    slot = {node.index: place for place, node in enumerate(parameters)}
    operations: list[Operation] = []
    for node in graph.ancestors([output]):
        if node.index not in slot:
            slot[node.index] = len(parameters) + len(operations)
            places = tuple(slot[arg.index] for arg in node.args)
            operations.append(Operation(node.op, places, node.value, node.label, node.params))
    return Template(len(parameters), tuple(operations), slot[output.index])


def moved(graph: Graph, node: Node, to: Mapping[Node, Node]) -> Node:
    """A node with others of the graph for some that it is made of, as it is written otherwise."""
    return moved_further(graph, node, dict(to))


def moved_further(graph: Graph, node: Node, found: dict[Node, Node]) -> Node:
    """The same of one node after another; what becomes of each is kept."""
    for each in behind([node], found):
        args = tuple([found[arg] for arg in each.args])
        found[each] = each if args == each.args else graph.node(each.op, args, each.params)
    return found[node]


written: Make = Graph.node
"""The maker that changes nothing: the user's own expression is shown as written."""
