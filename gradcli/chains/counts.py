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
from gradcli.graph.model import Model
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
        every: all of these path by path, each multiplied out on its own; None if not counted.
    """

    paths: int
    expanded: Cost
    backward: Cost
    inputs: int
    every: Cost | None = None


Ways = tuple[int, int, int]
"""Paths, how many of them have no factor so far, and how many factors there are altogether."""


def count_paths(paths: Paths) -> tuple[int, Cost]:
    """The number of paths, and the cost of the sum of their products."""
    if not paths.nodes:
        return 0, Cost(0, 0)
    # For each node, over the paths that lead to it: how many, how many of them without a factor
    # so far, and how many factors altogether. Dropped when passed: the numbers can be huge.
    reached = {paths.source: (1, 1, 0)}
    for node in paths.nodes:
        ways = reached.pop(node)
        if node is paths.output:
            return ways[0], _cost(ways)
        for edge in paths.leaving[node]:
            _go(reached, edge.target, ways, multiplies=edge.multiplies)
    raise AssertionError("the output is the last node of its paths")


def expanded_cost(derivative: Derivative, inputs: Collection[Node], output: Node) -> Cost:
    """The cost of the derivative by every input, each path multiplied out on its own."""
    # As above from the output back, which goes along every path once.
    reached: dict[Node, Ways] = {output: (1, 1, 0)}
    multiplications = additions = 0
    for node in sorted({*derivative.locals, *inputs}, key=lambda each: -each.index):
        ways = reached.pop(node, None)
        if ways is None:
            continue
        if node in inputs:
            multiplications += _cost(ways).multiplications
            additions += _cost(ways).additions
        for arg, partial in zip(node.args, derivative.locals.get(node, ()), strict=False):
            if partial is not None and not operations.is_value(partial, 0):
                _go(reached, arg, ways, multiplies=not _is_sign(partial))
    return Cost(multiplications, additions)


def counts_of(paths: Paths, derivative: Derivative, model: Model) -> Counts:
    """How many paths there are in a program, and what they cost beside a backward pass."""
    count, expanded = count_paths(paths)
    backward = backward_cost(derivative, model.inputs)
    every = expanded_cost(derivative, {*model.inputs}, model.output)
    return Counts(count, expanded, backward, len(model.inputs), every)


def _go(reached: dict[Node, Ways], target: Node, ways: Ways, *, multiplies: bool) -> None:
    """Add to what reaches a node, along an edge from one that is reached."""
    before = reached.get(target, (0, 0, 0))
    more = (ways[0], 0, ways[2] + ways[0]) if multiplies else ways
    reached[target] = before[0] + more[0], before[1] + more[1], before[2] + more[2]


def _cost(ways: Ways) -> Cost:
    """What the sum of products takes: a path with m factors m - 1 multiplications, if there are."""
    paths, bare, factors = ways
    return Cost(factors - (paths - bare), paths - 1)


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
    return Counts(paths, expanded, backward, weights + sizes[0], _every_of_layers(sizes))


def _every_of_layers(sizes: Sequence[int]) -> Cost:
    """The derivatives by all weights and inputs of a net, each path multiplied out on its own."""
    layers = len(sizes) - 1
    multiplications = additions = 0
    # A weight of layer n has the way of its value and through 2 factors in each layer behind it.
    groups = [
        (sizes[0], math.prod(sizes[1:]), 2 * layers),
        *(
            (sizes[n - 1] * sizes[n], math.prod(sizes[n + 1 :]), 2 * (layers + 1 - n))
            for n in range(1, layers + 1)
        ),
    ]
    for count, paths, factors in groups:
        multiplications += count * paths * (factors - 1)
        additions += count * (paths - 1)
    return Cost(multiplications, additions)
