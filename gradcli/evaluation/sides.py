"""Both sides of a point along a line, by values and slopes alone or, where they tie, by germs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gradcli.engine.interpreter import Values
from gradcli.germs.pairs import Pair
from gradcli.germs.pairs import beside as by_pairs
from gradcli.germs.sides import Side
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
    """

    value: float
    slope: float
    size: float = 0.0
    error: float = 0.0
    is_defined: bool = True

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
    return Beside(side.limit, side.slope, size, error, side.is_defined)
