"""Derivatives by nodes in the nodes that people read, each made up to the output if it is short.

Most derivatives of a large program are too long for anybody. So nothing is made for a node until
it is clear how much would be written: the way from it to the output ends where the derivative is a
constant, and is left where what lies on it has more characters than there is room for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from gradcli.calculus.edge import Ways, zero
from gradcli.evaluation.outline import Outline
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import Node
from gradcli.graph.operations import Choice
from gradcli.graph.shapes import SHAPED

LEAST = 2
"""A factor has a name and a sign before it."""

EDGES = 4
"""So many edges for every character that there is room for are gone along: constant factors and
branches take none, and there may be thousands of them."""


PATIENCE = 8
"""So many nodes are found to be too long, each by itself, before it is looked for others."""


class Partials(Protocol):
    """Nodes as people read them, with what comes back from each to its arguments."""

    @property
    def solution(self) -> Solution:
        """The program at a point."""

    @property
    def outline(self) -> Outline:
        """Which calls are one node, and where what is made for texts is."""

    def users_of(self, node: Node) -> Iterator[tuple[Node, int]]:
        """The nodes that are computed from a node, and which of their arguments it is."""

    def sum_with(self, node: Node) -> Node:
        """The node whose derivative that of a node is: for a term, its sum."""

    def is_way(self, node: Node, place: int) -> bool:
        """Whether a derivative comes back from a node to its argument at a place."""

    def is_map(self, node: Node) -> bool:
        """Whether a node hands back what comes by a linear map that is not written out."""

    def go(self, ways: Ways, edge: tuple[Node, int], source: Node, target: Node) -> None:
        """Take a derivative along the edge into a node at the place of one of its arguments."""


class _Region(NamedTuple):
    """What lies between a node and the output: nodes that need a derivative of their own.

    Attributes:
        nodes: these, the node itself among them; of those that were met where there are too many.
        length: how many characters the derivative has at least; None for too many.
        edges: how many edges were gone along to see that.
    """

    nodes: Collection[Node]
    length: int | None
    edges: int


class Adjoints:
    """The derivatives of the output by nodes, in other nodes.

    Args:
        nodes: these, and the partials of each.
    """

    def __init__(self, nodes: Partials) -> None:
        self._nodes = nodes
        solution = nodes.solution
        self._adjoints = solution.derivative.adjoints if solution.is_differentiated else None
        self._locals = solution.locals
        self._output = nodes.solution.model.output
        self._graph = nodes.outline.graph
        self._ways = Ways(self._graph, {}, backward=True)
        self._lengths: dict[Node, int] = {}
        self._long: dict[Node, int] = {}
        self._in_vain = 0

    def by(self, node: Node, longest: int) -> Node | None:
        """The derivative by a node; None if its text certainly has more characters than that."""
        node = self._nodes.sum_with(node)
        region = self._region(node, longest)
        if not self._reach(node, region, longest):
            self._in_vain += bool(region.nodes)
            if self._in_vain > PATIENCE:
                self._settle(region.nodes, longest)
            return None
        return self._ways.total(node) if node in self._ways else zero(self._graph, node)

    def _reach(self, node: Node, region: _Region, longest: int) -> bool:
        """Add up what comes to a node, unless that is too long."""
        if region.length is None:
            self._long[node] = longest
            return False
        for each in sorted(region.nodes, key=lambda part: -part.index):
            self._visit(each)
        self._lengths[node] = region.length
        return True

    def _settle(self, met: Collection[Node], longest: int) -> None:
        """Find out which of the nodes that were met are too long as well, those behind them first.

        Those in front of one that is need no look at what is behind it: one after another would
        go the same way to the output in vain.
        """
        edges = 2 * EDGES * longest
        for each in sorted(met, key=lambda part: -part.index):
            if edges <= 0:
                break
            if each not in self._lengths and self._long.get(each, -1) < longest:
                region = self._region(each, longest)
                edges -= 1 + region.edges
                self._reach(each, region, longest)

    def _region(self, node: Node, longest: int) -> _Region:
        waiting, met, left = [node], {node}, longest
        most = EDGES * longest
        edges = 0
        while waiting:
            each = waiting.pop()
            known = self._lengths.get(each)
            if known is not None:
                left -= known
                met.discard(each)
            elif self._long.get(each, -1) >= longest:
                return _Region((), None, edges)
            elif self._constant(each) is None:
                users: list[Node] = []
                for user, _, length in self._edges(each):
                    if self._nodes.is_map(user):
                        return _Region((), None, edges)
                    left -= length
                    edges += 1
                    if left < 0 or edges > most:
                        return _Region(met, None, edges)
                    users.append(user)
                sums = dict.fromkeys(map(self._nodes.sum_with, users))
                new = [user for user in sums if user not in met]
                met.update(new)
                waiting += new
            if left < 0:
                return _Region(met, None, edges)
        return _Region(met, longest - left, edges)

    def _constant(self, node: Node) -> Node | None:
        """The derivative by a node where it is a number at every point."""
        if node is self._output:
            return self._graph.const(1.0)
        return None if self._adjoints is None else self._adjoints.constant(node)

    def _edges(self, node: Node) -> Iterator[tuple[Node, int, int]]:
        """From whom a derivative comes, as which argument, and how long its factor is at least."""
        nodes, calls = self._nodes, self._nodes.outline.calls
        for user, place in nodes.users_of(node):
            call = calls.get(user)
            if call is not None:
                if nodes.is_way(user, place):
                    yield user, place, len(call.function) + LEAST
                continue
            if user.op in SHAPED:
                if nodes.is_way(user, place):
                    yield user, place, LEAST
                continue
            partial = self._locals.open_at(user, place)
            if partial is None or (isinstance(partial, Node) and partial.is_const):
                if partial is not None and partial.value:
                    yield user, place, 0
                continue
            yield user, place, 0 if isinstance(partial, Choice) else LEAST

    def _visit(self, node: Node) -> None:
        """Add up what comes to a node from those that use it, which are visited already."""
        ways, constant = self._ways, self._constant(node)
        if constant is not None:
            ways.put(node, constant)
        else:
            # What comes last is added first, and the arguments of one node come in their order.
            for user, place, _ in sorted(self._edges(node), key=lambda edge: -edge[0].index):
                source = self._nodes.sum_with(user)
                if source in ways:
                    self._nodes.go(ways, (user, place), source, node)
        if node in ways:
            ways.at(node)
        self._lengths.setdefault(node, 0)
