"""The paths with the largest products, found one after another without listing the others."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gradcli.chains.edges import Edge, Paths
from gradcli.engine.beyond import Beyond, log_of_size
from gradcli.graph.node import Node

_UNTAKEN = -1e15
_ZERO = -1e9
_ENDLESS = 1e9
"""Logarithms of sizes that have none; a path may hold some of each, and inf - inf is no number."""


class _Choice(NamedTuple):
    """A path up to some node, and which of the edges there it goes on by.

    ``cost`` is minus the logarithm of the largest product that this can still lead to.
    """

    cost: float
    turn: int
    before: float
    prefix: _Prefix | None
    node: Node
    rank: int


class _Prefix(NamedTuple):
    """The edges of a path's beginning, the last first."""

    edge: Edge
    rest: _Prefix | None


def largest(paths: Paths, weight: Mapping[Edge, float | None]) -> Iterator[list[Edge]]:
    """Every path, those with the largest product in size first; equal ones in topological order.

    The time for each is in proportion to its length (times a logarithm), however many there are.

    Args:
        paths: where they are looked for.
        weight: a number for each edge, None in a branch that is not taken.
    """
    if not paths.nodes:
        return
    size = {edge: _size(weight[edge]) for edge in paths.edges()}
    ahead, ranked = _look_ahead(paths, size)
    waiting = [_Choice(-ahead[paths.source], 0, 0.0, None, paths.source, 0)]
    turn = 0
    while waiting:
        choice = heapq.heappop(waiting)
        before, prefix, node, rank = choice.before, choice.prefix, choice.node, choice.rank
        # From here on always the best edge; the second best of each node passed is for later.
        while True:
            edges = ranked[node]
            if rank + 1 < len(edges):
                turn += 1
                second = edges[rank + 1]
                cost = -(before + size[second] + ahead[second.target])
                heapq.heappush(waiting, _Choice(cost, turn, before, prefix, node, rank + 1))
            if node is paths.output:
                break
            edge = edges[rank]
            before, prefix, node, rank = before + size[edge], _Prefix(edge, prefix), edge.target, 0
        yield _unwind(prefix)


def _size(number: float | None) -> float:
    if number is None:
        return _UNTAKEN
    if not number:
        return _ZERO
    is_ordinary = math.isfinite(number) or isinstance(number, Beyond)
    return log_of_size(number) if is_ordinary else _ENDLESS


def _look_ahead(
    paths: Paths, size: Mapping[Edge, float]
) -> tuple[dict[Node, float], dict[Node, Sequence[Edge]]]:
    """For each node the largest product from it to the output, and its edges, the best first."""
    ahead: dict[Node, float] = {paths.output: 0.0}
    ranked: dict[Node, Sequence[Edge]] = {paths.output: ()}
    for node in reversed(paths.nodes):
        if node is paths.output:
            continue
        values = [(size[edge] + ahead[edge.target], edge) for edge in paths.leaving[node]]
        values.sort(key=lambda each: -each[0])
        ranked[node] = tuple(edge for _, edge in values)
        ahead[node] = values[0][0]
    return ahead, ranked


def _unwind(prefix: _Prefix | None) -> list[Edge]:
    edges: list[Edge] = []
    while prefix is not None:
        edges.append(prefix.edge)
        prefix = prefix.rest
    edges.reverse()
    return edges
