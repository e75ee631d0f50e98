"""A function of a program along lines through a point where something is tied or not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.evaluation import edge
from gradcli.evaluation.beside.meeting import Meeting
from gradcli.evaluation.beside.sides import Beside, Sides, look, look_quickly
from gradcli.germs.pair_pieces import UndecidedError
from gradcli.germs.pairs import ahead
from gradcli.germs.rays import limits_along
from gradcli.germs.sides import Kind, are_same
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.evaluation.point import Point

MOST_MOVES = 50_000
"""With more nodes times lines, what is tied is told of without a look at both sides of it."""

MOST_DEEP = 20_000
"""With more nodes times lines, ties of slopes are not decided by power series."""

MOST_TOGETHER = 200_000
"""With more nodes times sides, those of inputs that are moved together are not, either."""


class Lines:
    """What the function is to both sides of the point, along inputs, steps, and other lines.

    Args:
        at: the program at the point.
        meeting: what is tied there.
    """

    def __init__(self, at: Point, meeting: Meeting) -> None:
        self._at = at
        self._meeting = meeting
        self._graph = at.model.graph
        self._output = at.model.output
        self._order = meeting.order
        self._deep = MOST_DEEP // len(self._order)
        self._moves = MOST_MOVES // len(self._order)
        self._known: dict[Node, Sides | None] = {}

    @cached_property
    def value(self) -> float:
        """The value of the function at the point."""
        return float(self._at.value_of(self._output))

    def sides_of(self, node: Node) -> Sides | None:
        """What the function is along one input or step, on both sides.

        Returns:
            None where that is too much to look at.
        """
        if node not in self._known:
            found = self._at_once.get(node) if node in self._alone else None
            self._known[node] = found or self.along({node: 1.0})
        return self._known[node]

    def is_smooth(self, node: Node) -> bool:
        """Whether the function has a derivative along an input or a step."""
        sides = self.sides_of(node)
        return sides is not None and sides.kind(self.value) is Kind.SMOOTH

    def slope(self, node: Node) -> float:
        """The derivative by an input or a step as by the only one."""
        sides, plain = self.sides_of(node), self._at.plain_of(node)
        if sides is None or math.isnan(sides.slope):
            return plain
        kind = sides.kind(self.value)
        if kind is Kind.UNDECIDED or (kind is Kind.SMOOTH and sides.right.has_slope(plain)):
            return plain
        return sides.slope

    @cached_property
    def _alone(self) -> AbstractSet[Node]:
        """The inputs that are a group by themselves, if they are many."""
        alone = {members[0] for members, _ in self._meeting.members if len(members) == 1}
        return alone if len(alone) * len(self._order) > MOST_DEEP else set()

    @cached_property
    def _at_once(self) -> Mapping[Node, Sides]:
        """Both sides by each of these, all of them moved together: none has a part in another's."""
        at, adjoints = self._at, self._at.derivative.adjoints
        found: dict[Node, list[Beside]] = {node: [] for node in self._alone}
        try:
            for turn in (-1.0, 1.0):
                rates = dict.fromkeys(self._alone, turn)
                side = ahead(self._order, rates, at.value_of, at.derivative.locals)
                if side.of(self._output).value != self.value:
                    return {}
                values = side.values(self._order)
                for node, sides in found.items():
                    sides.append(Beside(self.value, adjoints.value(node, values)))
        except UndecidedError:
            return self._at_once_by_germs()
        return {node: Sides(*sides) for node, sides in found.items()}

    def _at_once_by_germs(self) -> Mapping[Node, Sides]:
        """The same by the limits of the adjoints, where slopes do not tell."""
        nodes, adjoints = [*self._alone], self._at.derivative.adjoints
        zero = self._graph.const(0.0)
        wanted = [self._output, *(adjoints.get(node, zero) for node in nodes)]
        order = self._graph.ancestors(wanted)
        if 2 * len(order) > MOST_TOGETHER:
            return {}
        both = []
        for turn in (-1.0, 1.0):
            found = limits_along(order, wanted, nodes, self._at.value_of, [turn] * len(nodes))
            if not found.is_defined or not are_same(found.values[0], self.value):
                return {}
            both.append([Beside(self.value, slope) for slope in found.values[1:]])
        return {
            node: Sides(left, right)
            for node, left, right in zip(nodes, *both, strict=True)
            if left.is_known and right.is_known
        }

    def along(self, rates: Mapping[Node, float]) -> Sides | None:
        """The same along a line: how fast each input, or step, moves along it."""
        self._moves -= 1
        if self._moves < 0:
            return None
        at, size = self._at, self._size(rates)
        found = look_quickly(self._meeting.moving(rates), self._output, rates, at.value_of, size)
        if found is not None:
            return found
        self._deep -= 1
        if self._deep < 0:
            return None
        return look(self._graph, self._output, rates, at.value_of, size)

    def _size(self, rates: Mapping[Node, float]) -> float:
        """The sum of all that comes to the inputs of a line, without signs."""
        sizes = [
            abs(arriving * share * rates[arg])
            for node in self._order
            if not rates.keys().isdisjoint(node.args)
            for arg, share in zip(node.args, self._meeting.slopes_of(node), strict=False)
            if share is not None and arg in rates
            for arriving in (self._arriving.get(node, 0.0),)
        ]
        return sum(size for size in sizes if math.isfinite(size))

    @cached_property
    def _arriving(self) -> Mapping[Node, float]:
        """What comes from the output to every node."""
        edges = (
            (node, arg, slope)
            for node in reversed(self._order)
            for arg, slope in zip(node.args, self._meeting.slopes_of(node), strict=False)
        )
        return edge.carry({self._output: 1.0}, edges)
