"""How many paths there are, and what multiplying them out costs, counted without listing them.

What is counted: a path is a choice of edges from the node to the output. Its product is the
product of the local partials of its edges; a partial that is 1 or -1 multiplies nothing, so a
path with m others takes m - 1 multiplications. One backward pass gives the derivative by every
input of the program: it takes one multiplication for each edge that leads back to an input,
adjoint times local partial, unless one of the two is 1 or -1. Computing the local partials
themselves is the same work for both and is not counted.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gradcli.calculus.reverse import Derivative
from gradcli.chains.edges import Paths
from gradcli.graph import operations
from gradcli.graph.node import Node


@dataclass(frozen=True, slots=True)
class Cost:
    """Multiplications and additions, exact however many."""

    multiplications: int
    additions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of paths, and the two ways to their sum.

    Attributes:
        paths: how many there are.
        expanded: every path multiplied out on its own, and their sum.
        backward: one backward pass, which gives the derivatives by all ``inputs`` at once.
        inputs: how many derivatives the backward pass gives.
    """

    paths: int
    expanded: Cost
    backward: Cost
    inputs: int


def count_paths(paths: Paths) -> tuple[int, Cost]:
    """The number of paths, and the cost of the sum of their products."""
    if not paths.nodes:
        return 0, Cost(0, 0)
    # For each node, over the paths that lead to it: how many, how many of them without a factor
    # so far, and how many factors altogether. Dropped when passed: the numbers can be huge.
    reached = {paths.source: (1, 1, 0)}
    for node in paths.nodes:
        ways, bare, factors = reached.pop(node)
        if node is paths.output:
            return ways, Cost(factors - (ways - bare), ways - 1)
        for edge in paths.leaving[node]:
            before = reached.get(edge.target, (0, 0, 0))
            more = (ways, 0, factors + ways) if edge.multiplies else (ways, bare, factors)
            reached[edge.target] = (before[0] + more[0], before[1] + more[1], before[2] + more[2])
    raise AssertionError("the output is the last node of its paths")


def backward_cost(derivative: Derivative, inputs: Collection[Node]) -> Cost:
    """The cost of the backward pass that gives the derivative by every input."""
    multiplications = edges = 0
    arrived: set[Node] = set()
    leads = set(inputs)
    for node in sorted(derivative.locals, key=lambda each: each.index):
        seed = _is_sign(derivative.adjoints[node]) if node in derivative.adjoints else None
        if not leads.isdisjoint(node.args):
            leads.add(node)
        if seed is None:
            continue
        for arg, partial in zip(node.args, derivative.locals[node], strict=True):
            if partial is None or arg not in leads or operations.is_value(partial, 0):
                continue
            edges += 1
            arrived.add(arg)
            multiplications += not (seed or _is_sign(partial))
    return Cost(multiplications, edges - len(arrived))


def _is_sign(node: Node) -> bool:
    return operations.is_value(node, 1) or operations.is_value(node, -1)


def count_layers(sizes: Sequence[int]) -> Counts:
    """The counts of a net of fully connected layers, from one weight of the first to all outputs.

    Every neuron after the first layer is an activation of a weighted sum; the output is the sum
    of the last layer's neurons, and the inputs are the first layer's neurons and all weights.

    Args:
        sizes: neurons of each layer, at least two layers of at least one.
    """
    paths = math.prod(sizes[2:])
    weights = sum(first * second for first, second in itertools.pairwise(sizes))
    hidden = sum(sizes[1:-1])
    # A path goes through a value, then one activation and one weight in turn for each layer.
    factors = 2 * (len(sizes) - 1)
    expanded = Cost(paths * (factors - 1), paths - 1)
    # A weight's derivative and its share in the neuron's before it; a neuron's is passed on
    # to its sum. Shares of a neuron are added up.
    additions = sum(first * (second - 1) for first, second in itertools.pairwise(sizes))
    backward = Cost(2 * weights + hidden, additions)
    return Counts(paths, expanded, backward, weights + sizes[0])
