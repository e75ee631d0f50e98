"""The partial by n of n!/(n - k)! and of n!/(k!*(n - k)!) for a constant whole k: a polynomial.

The rule with digamma has poles at the whole numbers below k, where a polynomial has none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcli.graph import operations
from gradcli.graph.node import Graph, Node

MOST_FACTORS = 12
"""Products of more factors are too long to be read, and have the rule with digamma."""


def polynomial_partial(graph: Graph, node: Node, place: int) -> Node | None:
    """The partial by n as a sum of products of n, n - 1, …; None where it is no short polynomial.

    Args:
        graph: where it is made.
        node: binomial or permutations.
        place: the argument that it is by; that of n is 0.
    """
    n, k = node.args
    if place or not (
        k.is_const and 0 <= k.value <= MOST_FACTORS and k.value == math.floor(k.value)
    ):
        return None
    count = int(k.value)
    factors = [operations.make(graph, "sub", (n, graph.const(float(i)))) for i in range(count)]
    total = graph.const(0.0)
    for without in range(count):
        total = operations.add(graph, total, _product(graph, factors, without))
    if node.op == "permutations":
        return total
    return operations.make(graph, "div", (total, graph.const(float(math.factorial(count)))))


def _product(graph: Graph, factors: Sequence[Node], without: int) -> Node:
    product = graph.const(1.0)
    for place, factor in enumerate(factors):
        if place != without:
            product = operations.mul(graph, product, factor)
    return product
