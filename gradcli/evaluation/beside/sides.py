"""Both sides of a point along a line, by values and slopes alone or, where they tie, by germs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gradcli.engine.interpreter import Values
from gradcli.germs.pair_pieces import Pair
from gradcli.germs.pairs import beside as by_pairs
from gradcli.germs.sides import Kind, Side, between
from gradcli.germs.sides import sides as by_germs
from gradcli.graph.node import Graph, Node

SAME = 1e-11
"""Slopes are one, rounded in two ways, if they differ by less beside the terms they are sums of."""


class Beside(NamedTuple):
    """What a function is just beside the point, and how it goes on from there.

    Attributes:
        value: its limit; NaN if it is not known.
        slope: its derivative along the line; NaN if it is not known.
        size: the sum of the slope's terms without their signs.
        error: how far off the limit may be.
        is_defined: whether the function has values there.
        open: the operation that could not be told; None if all is known.
    """

    value: float
    slope: float
    size: float = 0.0
    error: float = 0.0
    is_defined: bool = True
    open: Node | None = None

    @property
    def is_known(self) -> bool:
        """Whether value and slope are."""
        return not math.isnan(self.value + self.slope)

    def has_value(self, value: float) -> bool:
        """Whether the limit is this number."""
        return self.value == value or abs(self.value - value) <= self.error

    def goes_on_as(self, other: Beside) -> bool:
        """Whether both sides have the same slope."""
        return self.has_slope(other.slope)

    def has_slope(self, other: float) -> bool:
        """Whether the slope is this number."""
        if math.isinf(other) or math.isinf(self.slope):
            return self.slope == other
        return abs(self.slope - other) <= SAME * max(self.size, abs(self.slope), abs(other))


class Sides(NamedTuple):
    """A function on both sides of a point, each with its derivative along the line."""

    left: Beside
    right: Beside

    def kind(self, value: float) -> Kind:
        """What the function is at the point, where it has this value, to first order."""
        sides = [side for side in self if side.is_defined]
        if any(math.isnan(side.value) for side in sides):
            return Kind.UNDECIDED
        if not sides:
            return Kind.ISOLATED
        if any(math.isinf(side.value) for side in sides):
            return Kind.POLE
        if not all(side.has_value(value) for side in sides):
            return Kind.JUMP
        if any(math.isnan(side.slope) for side in sides):
            return Kind.UNDECIDED
        if len(sides) < 2:
            return Kind.ONE_SIDED
        return Kind.SMOOTH if self.left.goes_on_as(self.right) else Kind.KINK

    @property
    def slope(self) -> float:
        """The slope that is used: 0 brought between those of both sides; NaN if none is known."""
        if self.left.goes_on_as(self.right):
            return self.right.slope
        return between(self.left.slope, self.right.slope)

    @property
    def is_right(self) -> bool:
        """Whether the right side is shown: the other one where only its slope is what is used."""
        if self.left.is_known and self.right.is_known:
            return self.slope != self.left.slope or self.left.slope == self.right.slope
        return self.right.is_known


def look_quickly(
    order: Sequence[Node],
    output: Node,
    rates: Mapping[Node, float],
    at: Values,
    size: float = 0.0,
) -> Sides | None:
    """A function on both sides of a point, by values and slopes; None where they do not tell.

    Args:
        order: all nodes of the function, in order.
        output: the function.
        rates: how fast each input, or step, moves along the line to the right.
        at: the values at the point.
        size: the sum of the terms of its derivative without their signs.
    """
    pairs = by_pairs(order, output, rates, at)
    return None if pairs is None else Sides(*[_of_pair(pair, size) for pair in pairs])


def look(
    graph: Graph, output: Node, rates: Mapping[Node, float], at: Values, size: float = 0.0
) -> Sides:
    """The same by power series, of all nodes of a graph that an output has."""
    found = by_germs(graph, output, rates, at)
    return Sides(_of_side(found.left, size), _of_side(found.right, size))


def _of_pair(pair: Pair, size: float) -> Beside:
    return Beside(pair.value, pair.rate + 0.0, size)


def _of_side(side: Side, size: float) -> Beside:
    error = SAME * abs(side.limit) if math.isfinite(side.limit) else 0.0
    return Beside(side.limit, side.slope, size, error, side.is_defined, side.open)
