"""All paths as one formula: what they share stands outside, brackets hold a term for each branch.

A node that all paths pass through cuts the sum into factors. Between two such nodes the branches
that have no node in common are the terms of a bracket, and each of them is treated in the same
way. Where branches cross, so that no node separates them, the bracket has one term for each first
step, which stays in front of everything that follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gradcli.chains.edges import Edge, Paths
from gradcli.graph.node import Node

MOST_WORK = 200_000
"""How many edges are looked at before a graph counts as too entangled to be written."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bracket:
    """A sum of products.

    Attributes:
        terms: the branches, in topological order.
        size: how many partials it has when it is written out, parts that occur twice counted twice.
    """

    terms: tuple[Product, ...]
    size: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Product:
    """Partials and brackets one after another, from the node towards the output."""

    factors: tuple[Edge | Bracket, ...]
    size: int


Part = Product | Bracket


def parts_of(part: Part) -> Sequence[Part]:
    """The brackets in a product, or the terms of a bracket."""
    if isinstance(part, Bracket):
        return part.terms
    return [each for each in part.factors if isinstance(each, Bracket)]


def product_of(factors: Sequence[Edge | Bracket]) -> Product:
    """A product; edges whose partial is 1 are left out of it."""
    kept = [each for each in factors if isinstance(each, Bracket) or not each.is_unit]
    # A product of nothing is written as 1.
    size = max(sum(1 if isinstance(each, Edge) else each.size for each in kept), 1)
    return Product(tuple(kept), size)


def factor(paths: Paths) -> Product | None:
    """The factored form of the sum over all paths, None if that is too much work.

    The size of the form may be exponential in that of the graph, because parts are shared here
    that a text repeats: ask for its ``size`` before writing it. Without factors it is 1.
    """
    return _Worker(paths).run() if paths.nodes else Product((Bracket((), 0),), 0)


@dataclass(frozen=True, slots=True)
class _Region:
    """All paths that begin with certain edges of one node and end at another."""

    starts: tuple[Edge, ...]
    end: Node

    def key(self) -> tuple[int, ...]:
        return (self.end.index, *map(id, self.starts))


_Key = tuple[int, ...]
# A region as a sequence of what is known (an edge) and what has to be found out: sums of regions.
_Sum = tuple[_Region, ...]


class _Worker:
    """Takes regions apart until edges are left; a region that occurs twice is done once."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.work = 0
        self._done: dict[_Key, Product] = {}
        self._plans: dict[_Key, list[Edge | _Sum]] = {}
        self._position = {node: place for place, node in enumerate(paths.nodes)}

    def run(self) -> Product | None:
        paths = self.paths
        if paths.source is paths.output:
            return product_of([])
        whole = _Region(tuple(paths.leaving[paths.source]), paths.output)
        waiting = [whole]
        while waiting:
            region = waiting[-1]
            key = region.key()
            if key in self._done:
                waiting.pop()
                continue
            if key not in self._plans:
                if self.work > MOST_WORK:
                    return None
                self._plans[key] = plan = self._series(region)
                needed = [part for step in plan if isinstance(step, tuple) for part in step]
                waiting.extend(reversed(needed))
                continue
            waiting.pop()
            self._done[key] = self._assemble(self._plans.pop(key))
            if self.work > MOST_WORK:
                return None
        return self._done[whole.key()]

    def _assemble(self, plan: Sequence[Edge | _Sum]) -> Product:
        factors: list[Edge | Bracket] = []
        for step in plan:
            if isinstance(step, Edge):
                factors.append(step)
                continue
            terms: list[Product] = []
            for region in step:
                terms += self._terms(self._done[region.key()])
            # Those of brackets that are left out are repeated, in the end as often as paths.
            self.work += len(terms) - len(step)
            factors.append(Bracket(tuple(terms), sum(term.size for term in terms)))
        return product_of(factors)

    @staticmethod
    def _terms(product: Product) -> tuple[Product, ...]:
        """A sum within a sum, with nothing before or after it, needs no bracket of its own."""
        if len(product.factors) == 1 and isinstance(product.factors[0], Bracket):
            return product.factors[0].terms
        return (product,)

    def _series(self, region: _Region) -> list[Edge | _Sum]:
        """Cut a region at the nodes that all its paths pass through."""
        leaving = self._reach(region)
        position = self._position
        order = sorted(leaving, key=position.__getitem__)
        plan: list[Edge | _Sum] = []
        segment: list[Node] = []
        furthest = -1
        for node in order:
            # Nodes lie on paths only, so one that no edge passes over is on all of them.
            if segment and position[node] == furthest:
                plan.append(self._between(segment, leaving, node))
                segment = []
            segment.append(node)
            furthest = max([furthest, *[position[edge.target] for edge in leaving[node]]])
        plan.append(self._between(segment, leaving, region.end))
        return plan

    def _reach(self, region: _Region) -> dict[Node, Sequence[Edge]]:
        """Every node of a region but its end, with the edges that leave it."""
        leaving: dict[Node, Sequence[Edge]] = {region.starts[0].source: region.starts}
        waiting = [region.starts]
        while waiting:
            edges = waiting.pop()
            self.work += len(edges)
            for edge in edges:
                target = edge.target
                if target is not region.end and target not in leaving:
                    leaving[target] = following = tuple(self.paths.leaving[target])
                    waiting.append(following)
        return leaving

    def _between(
        self, segment: Sequence[Node], leaving: Mapping[Node, Sequence[Edge]], end: Node
    ) -> Edge | _Sum:
        """The branches between two nodes that all paths pass through."""
        starts = leaving[segment[0]]
        if len(starts) == 1:
            return starts[0]
        branches = _branches(segment, leaving, end)
        if len(branches) > 1:
            return tuple(_Region(tuple(branch), end) for branch in branches)
        # They cross. Each first step goes in front of the paths that it opens; several edges to
        # one node are a bracket before what follows from that node.
        steps: dict[Node, list[Edge]] = {}
        for edge in starts:
            steps.setdefault(edge.target, []).append(edge)
        return tuple(_Region(tuple(edges), end) for edges in steps.values())


def _branches(
    segment: Sequence[Node], leaving: Mapping[Node, Sequence[Edge]], end: Node
) -> list[list[Edge]]:
    """The edges that leave the first node, grouped by the parts that have no node in common."""
    leader = {node: node for node in segment[1:]}

    def lead(node: Node) -> Node:
        while leader[node] is not node:
            leader[node] = node = leader[leader[node]]
        return node

    for node in segment[1:]:
        for edge in leaving[node]:
            if edge.target is not end:
                leader[lead(edge.target)] = lead(node)
    groups: dict[Node | Edge, list[Edge]] = {}
    for edge in leaving[segment[0]]:
        groups.setdefault(edge if edge.target is end else lead(edge.target), []).append(edge)
    return list(groups.values())
