"""The tangents of the shares of many numbers: of exp(x - logsumexp(x, y, ...)), going forward.

Of few numbers `together` leads from each share to each of them. Of many that would be all pairs:
the tangent of a share is the share times what its own number moves by less the mean of all, and of
the one that is most of the whole what is left of 1 without it is the sum of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from gradcli.calculus.together import GREAT, MOST, number_and_whole
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node


class Sums(NamedTuple):
    """What all shares of a whole have in common.

    Attributes:
        numbers: what there are shares of.
        mean: the sum of all shares, each times what its number moves by.
        others: the sum of all shares but one that is most of the whole.
        moved: the sum of these, each times what its number moves by.
    """

    numbers: Collection[Node]
    mean: Node
    others: Node
    moved: Node


class Shares:
    """The tangents of shares of many numbers.

    Args:
        graph: where they are made.
        rates: what the numbers move by; others do not move.
    """

    def __init__(self, graph: Graph, rates: Mapping[Node, Node]) -> None:
        self._graph = graph
        self._rates = rates
        self._sums: dict[Node, Sums] = {}

    def tangent(self, node: Node) -> Node | None:
        """The tangent of a node that is such a share; None of all others."""
        parts = None if node.shape else number_and_whole(node)
        if parts is None or len(parts[1].args) <= MOST:
            return None
        x, whole = parts
        sums = self._sums.get(whole)
        if sums is None:
            sums = self._sums[whole] = self._of(whole)
        if x not in sums.numbers:
            return None
        graph = self._graph
        rate = self._rates.get(x) or graph.const(0.0)
        left = operations.make(graph, "sub", (operations.mul(graph, rate, sums.others), sums.moved))
        moved = operations.make(graph, "sub", (rate, sums.mean))
        moved = operations.where(graph, self._is_great(node), left, moved)
        return operations.mul(graph, node, moved)

    def _of(self, whole: Node) -> Sums:
        graph = self._graph
        mean = others = moved = zero = graph.const(0.0)
        for x in whole.args:
            share = graph.find("exp", (operations.make(graph, "sub", (x, whole)),))
            small = operations.where(graph, self._is_great(share), zero, share)
            others = operations.add(graph, others, small)
            rate = self._rates.get(x)
            if rate is not None:
                mean = operations.add(graph, mean, operations.mul(graph, share, rate))
                moved = operations.add(graph, moved, operations.mul(graph, small, rate))
        return Sums(frozenset(whole.args), mean, others, moved)

    def _is_great(self, share: Node) -> Node:
        return operations.make(self._graph, "gt", (share, self._graph.const(GREAT)))
