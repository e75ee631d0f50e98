"""Calls of the program's own functions as one node: an edge for each argument, as ``f'(z)``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

from gradcli.calculus.edge import Ways, guarded
from gradcli.chains.coefficients import coefficients, scaled
from gradcli.chains.edges import Edge, Paths
from gradcli.evaluation.outline import cone
from gradcli.graph.model import Inlined
from gradcli.graph.node import Graph, Node

Slope = Callable[[Sequence[Edge]], Node]
"""Gives the partial of a call by an argument from the edges between the two."""


def condense(paths: Paths, calls: Mapping[Node, Inlined], slope: Slope) -> Paths:
    """The same paths in which every call is one node.

    Args:
        paths: as found.
        calls: for the value of each call that may be one node, what was called.
        slope: gives the partials of these.
    """
    entering: dict[Node, list[Edge]] = {node: [] for node in paths.nodes}
    for edge in paths.edges():
        entering[edge.target].append(edge)
    left: dict[Node, Sequence[Edge]] = {}
    wanted = {paths.output}
    for node in reversed(paths.nodes):
        if node not in wanted:
            continue
        call, edges = calls.get(node), entering[node]
        inside = () if call is None or node is paths.source else cone(node, call.args)
        if call is not None and inside and paths.source not in inside:
            edges = [*_around(call, [each for each in reversed(inside) if each in entering],
                              entering, slope)]  # fmt: skip
        left[node] = edges
        wanted.update([edge.source for edge in edges])
    leaving: dict[Node, list[Edge]] = {node: [] for node in reversed(left)}
    for node in leaving:
        for edge in left[node]:
            leaving[edge.source].append(edge)
    for edges in leaving.values():
        # A call stands where its operations did.
        edges.sort(key=lambda edge: (edge.inside[0] if edge.inside else edge).target.index)
    return Paths(paths.source, paths.output, tuple(leaving), leaving)


def _around(
    call: Inlined, inside: Sequence[Node], entering: Mapping[Node, Sequence[Edge]], slope: Slope
) -> Iterator[Edge]:
    """The edges into a call from each of its arguments that a path comes from.

    Args:
        call: what is called.
        inside: its value, the last of them, and what that is computed from, in order.
        entering: the edges into each node.
        slope: gives the partials.
    """
    for place, arg in enumerate(call.args):
        if arg not in entering or arg in call.args[:place]:
            continue
        reached, own = {arg}, []
        for node in inside:
            edges = [edge for edge in entering[node] if edge.source in reached]
            own += edges
            if edges:
                reached.add(node)
        if inside[-1] in reached:
            function = call.function if len(call.args) == 1 else None
            yield Edge(arg, inside[-1], slope(own), function, tuple(own), place)


def slope_of(graph: Graph, inside: Sequence[Edge]) -> Node:
    """The sum over all ways through a call; of a single way, signs and constants stand in front.

    Args:
        graph: where it is made.
        inside: the edges on these ways, in topological order.
    """
    is_chain = all(first.target is second.source for first, second in itertools.pairwise(inside))
    one = graph.const(1.0)
    ways = Ways(graph, {inside[0].source: one})
    constants: list[float] = []
    for edge in inside:
        numbers, rest = coefficients(graph, edge.partial) if is_chain else ([], edge.partial)
        constants += numbers
        ways.go(edge.source, edge.target, one if rest is None else rest)
    value = inside[-1].target
    if value not in ways:  # a partial on each of them is 0
        return graph.const(0.0)
    if not is_chain:
        return ways.total(value)
    condition, product = ways.at(value)
    return guarded(graph, (condition, scaled(graph, constants, product)))
