"""Value and gradient by one sweep over values: no node of the derivative is made.

Building the derivative as nodes costs several times what it costs to compute it once. So of a graph
that is evaluated once the local partials are numbers from the beginning: the rules of the table,
each made into calls the first time that an operation is met.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import NamedTuple

from gradcli.calculus.edge import opened
from gradcli.engine.beyond import GREATEST, SMALLEST, Beyond
from gradcli.engine.interpreter import Values
from gradcli.engine.lowering import FUSED, lowered
from gradcli.engine.scalar import operation
from gradcli.engine.schedule import Schedule
from gradcli.evaluation.edge import carry, slope
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.rules import table
from gradcli.graph.variadic import VARIADIC

_GRAPH = Graph()
"""The graph of the operations, each of inputs of its own, and of their partials."""


class _Place(NamedTuple):
    """The slope by one argument: where it is found, and the conditions under which it is one."""

    partial: Node
    guards: Sequence[tuple[int, bool]]
    slot: int


class Slopes:
    """The partials of an operation as a function of numbers.

    Args:
        op: the operation.
        pattern: for each of its arguments which one of different ones it is: for max(x, y, x) it
            is 0, 1, 0.
    """

    def __init__(self, op: str, pattern: Sequence[int]) -> None:
        graph = _GRAPH
        self._inputs = [graph.input(f"x{place}") for place in range(max(pattern) + 1)]
        own = graph.node(op, tuple([self._inputs[place] for place in pattern]))
        partials = [table().partial(graph, own, place) for place in range(len(pattern))]
        parts = [opened(partial) for partial in partials]
        wanted = [base for _, base in parts]
        wanted += [guard.condition for guards, _ in parts for guard in guards]
        # The value of the operation itself is known already.
        schedule = Schedule(graph, [*self._inputs, own], wanted)
        slots = schedule.slots
        self._constants = schedule.constants
        self._first = len(self._inputs) + 1 + len(schedule.constants)
        self._calls: list[tuple[Callable[..., float], Sequence[int]]] = [
            (operation(each), places) for each, places in schedule.steps
        ]
        self._places: list[_Place | None] = [
            _Place(
                partial, [(slots[guard.condition], guard.holds) for guard in guards], slots[base]
            )
            for partial, (guards, base) in zip(partials, parts, strict=True)
        ]

        # Of most operations every slope is an argument, the value, or a constant.
        slots_alone = [place.slot for place in self._places if place and not place.guards]
        is_direct = not self._calls and len(slots_alone) == len(pattern) > 1
        self._direct = itemgetter(*slots_alone) if is_direct else None

    def __call__(self, numbers: Sequence[float], own: float) -> Sequence[float | None]:
        """The slope by each argument; None where nothing comes along.

        Args:
            numbers: the values of the different arguments.
            own: the value of the operation.
        """
        if self._direct is not None:
            found: Sequence[float] = self._direct((*numbers, own, *self._constants))
            return found
        values = [*numbers, own, *self._constants]
        for function, places in self._calls:
            values.append(function(*[values[place] for place in places]))
        return [place and self._slope(place, values) for place in self._places]

    def exactly(self, numbers: Sequence[float]) -> list[float | None]:
        """The same, one after another, where a number may be beyond the range of floats."""
        at = Values(self._inputs, numbers)
        return [place and slope(place.partial, at) for place in self._places]

    def _slope(self, place: _Place, values: Sequence[float]) -> float | None:
        for slot, holds in place.guards:
            if bool(values[slot]) != holds:
                return None
        found = values[place.slot]
        if place.slot < self._first or SMALLEST <= abs(found) <= GREATEST:
            return found
        # It may have left the range of floats on its way, if only to come back.
        return Values(self._inputs, values[: len(self._inputs)])(place.partial)


class Sweep:
    """The value of a node and its derivatives at one point.

    Args:
        graph: the graph of the node, of numbers alone; nothing is added to it.
        output: the node.
        point: the value of every input that it depends on.

    Attributes:
        value: the value.
    """

    def __init__(self, graph: Graph, output: Node, point: Mapping[Node, float]) -> None:
        self._graph = graph
        self._draft: Graph | None = None
        self._value_of = Values(point, point.values())
        self.value = self._value_of(output)
        order = graph.ancestors([output])
        order.reverse()
        # By their places in the graph: a list is looked at faster than nodes are found.
        self._numbers = [0.0] * (output.index + 1)
        for node in order:
            self._numbers[node.index] = self._value_of(node)
        self._is_beyond = Beyond in map(type, self._numbers)
        self._totals = {output: 1.0}
        carry(self._totals, self._edges(order))

    def by(self, node: Node) -> float:
        """The derivative by a node; 0 if the output does not depend on it."""
        return self._totals.get(node, 0.0)

    def _edges(self, order: Sequence[Node]) -> Iterator[tuple[Node, Node, float | None]]:
        """The edges of the chain rule from the output back, each with its slope."""
        totals, numbers = self._totals, self._numbers
        plain: dict[tuple[str, int], Slopes | None] = {}
        for node in order:
            if not node.args or node not in totals:
                continue
            args, key = node.args, (node.op, len(node.args))
            if key not in plain:
                is_plain = node.op not in FUSED and node.op not in VARIADIC and not self._is_beyond
                plain[key] = _of_few(*key) if is_plain else None
            rule = plain[key]
            slopes = (
                self._slopes(node)
                if rule is None
                else rule([numbers[arg.index] for arg in args], numbers[node.index])
            )
            if 0.0 in slopes or not math.isfinite(totals[node]):
                slopes = self._as_nodes(node)
            for arg, slope_of in zip(node.args, slopes, strict=True):
                if slope_of is not None and arg.op != CONST:
                    yield node, arg, slope_of

    def _slopes(self, node: Node) -> Sequence[float | None]:
        """The slopes of the edges into a node, one for each argument."""
        value_of, args = self._value_of, node.args
        if node.op in FUSED and lowered(node) != (node.op, args):
            return self._as_nodes(node)
        different: Sequence[Node] = args
        if node.op in VARIADIC:
            different = list(dict.fromkeys(args))
            slopes = _of_many(node, different)
        else:
            slopes = _of_few(node.op, len(args))
        numbers = [value_of(arg) for arg in different]
        return slopes.exactly(numbers) if self._is_beyond else slopes(numbers, value_of(node))

    def _as_nodes(self, node: Node) -> Sequence[float | None]:
        """The same by way of nodes, where these know better.

        A rule may be more accurate together with the arguments of its node; and whether a slope of
        0 is one or nothing comes along, not even 0 times infinity, only the nodes tell.
        """
        if self._draft is None:
            self._draft = self._graph.draft()
        draft = self._draft
        partials = [table().partial(draft, node, place) for place in range(len(node.args))]
        return [slope(partial, self._value_of) for partial in partials]


@cache
def _of_few(op: str, arity: int) -> Slopes:
    return Slopes(op, range(arity))


@cache
def _by_pattern(op: str, pattern: tuple[int, ...]) -> Slopes:
    return Slopes(op, pattern)


def _of_many(node: Node, different: Sequence[Node]) -> Slopes:
    """The slopes of an operation with any number of arguments, some of which may be the same."""
    places = {arg: place for place, arg in enumerate(different)}
    return _by_pattern(node.op, tuple([places[arg] for arg in node.args]))
