"""Calls of the program's own functions as single edges, so that paths are written with f'(z)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from gradcli.calculus.edge import Ways, guarded
from gradcli.chains.coefficients import coefficients, scaled
from gradcli.chains.edges import Edge, Paths
from gradcli.graph.model import Inlined
from gradcli.graph.node import Graph, Node

MOST_INSIDE = 1_000
"""A function with more operations on the paths than this is left as it is."""


def condense(graph: Graph, paths: Paths, calls: Mapping[Node, Inlined]) -> Paths:
    """The same paths with one edge for each call that all of them enter and leave as a whole.

    Args:
        graph: the graph of the paths; the derivatives of the functions are added to it.
        paths: as found.
        calls: for the value of each call, what was called; only functions of one parameter are
            written as f'.
    """
    entering: dict[Node, list[Edge]] = {}
    for edge in paths.edges():
        entering.setdefault(edge.target, []).append(edge)
    leaving = {node: list(paths.leaving[node]) for node in paths.nodes}
    for value in reversed(paths.nodes):
        call = calls.get(value)
        if call is None or len(call.args) != 1:
            continue
        (arg,) = call.args
        # An outer call may have been condensed around this one.
        inside = (
            _inside(value, arg, entering, leaving) if value in leaving and arg in leaving else None
        )
        if inside is None:
            continue
        interior = {edge.source for edge in inside} - {arg}
        own = set(inside)
        whole = Edge(arg, value, _slope(graph, inside), call.function, tuple(inside))
        first = next(place for place, edge in enumerate(leaving[arg]) if edge in own)
        others = [edge for edge in leaving[arg] if edge not in own]
        leaving[arg] = [*others[:first], whole, *others[first:]]
        entering[value] = [whole]
        for node in interior:
            del leaving[node], entering[node]
    nodes = tuple(node for node in paths.nodes if node in leaving)
    return Paths(paths.source, paths.output, nodes, leaving)


def _inside(
    value: Node,
    arg: Node,
    entering: Mapping[Node, list[Edge]],
    leaving: Mapping[Node, list[Edge]],
) -> list[Edge] | None:
    """The edges between the argument of a call and its value, if nothing else is between them.

    A name that a function leaves free may lead back to its argument: then the derivative is not
    f' alone. Steps of the program are never inside a call, so a label tells.
    """
    inside: set[Edge] = set()
    interior: set[Node] = set()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if node not in entering or len(inside) > MOST_INSIDE:
            return None
        for edge in entering[node]:
            inside.add(edge)
            source = edge.source
            if source is arg or source in interior:
                continue
            if source.label is not None or source.index < arg.index or edge.function:
                return None
            interior.add(source)
            waiting.append(source)
    if any(edge not in inside for node in interior for edge in leaving[node]):
        return None
    return sorted(inside, key=lambda edge: (edge.source.index, edge.target.index))


def _slope(graph: Graph, inside: Sequence[Edge]) -> Node:
    """The sum over all ways through a call; of a single way, signs and constants stand in front."""
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
