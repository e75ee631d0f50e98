"""What a pass comes to: the totals of its nodes, made when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from gradcli.calculus.edge import Condition, Share, Ways
from gradcli.graph.node import CONST, Node


class Totals(Mapping[Node, Node]):
    """The totals of the nodes that a pass has visited, each made when it is asked for.

    Most are asked for as numbers, and need no choice between the total and 0 as a node; of what
    arrives at an input they need no sum as a node, either.
    """

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._nodes = dict.fromkeys(ways.visited())

    def __contains__(self, node: object) -> bool:
        return node in self._nodes

    def __getitem__(self, node: Node) -> Node:
        if node not in self._nodes:
            raise KeyError(node)
        condition, product = self._ways.at(node)
        return product if condition.node is None else self._ways.total(node)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def value(self, node: Node, value_of: Callable[[Node], float]) -> float:
        """The number that the total of a node is, where nodes have these values; 0 if it has none.

        Args:
            node: any node.
            value_of: the values of nodes.
        """
        if node not in self._nodes:
            return 0.0
        shares = self._ways.ending(node)
        number = None if shares is None else _sum(shares, value_of)
        if number is not None:
            return number
        (condition, _), product = self._ways.at(node)
        if condition is None or condition.shape:  # a condition on each entry is one of the node
            return value_of(self[node])
        return value_of(product) if value_of(condition) else 0.0


def _sum(shares: Sequence[Share], value_of: Callable[[Node], float]) -> float | None:
    """The number that the sum of some shares is, added in the order in which nodes would be.

    None where only the node can tell: where a difference may be computed together with its
    arguments, beyond the range of floats, and of the sign of a zero.
    """
    sums: dict[Condition, float] = {}
    negative_zero = False
    for condition, product in shares:
        if product.op == "neg" or (product.op == CONST and product.value < 0):
            return None
        if condition.node is not None and not value_of(condition.node):
            continue
        number = value_of(product)
        if math.isnan(number):
            return number
        if type(number) is not float:
            return None
        negative_zero = negative_zero or (not number and math.copysign(1.0, number) < 0)
        known = sums.get(condition)
        sums[condition] = number if known is None else known + number
    total = 0.0
    for condition in sorted(sums, key=lambda each: -each.depth):
        total += sums[condition]
    return total if math.isfinite(total) and not (negative_zero and not total) else None
