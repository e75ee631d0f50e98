"""A program along a line: the coefficients of its power series, node by node and order by order.

Whatever a coefficient is made of comes first: those of the arguments of the same order, and those
of partials of all orders before. Nodes whose partials lead back to themselves, as a sine does by
its cosine, are computed together, one order after another; all others one node after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from gradcli.engine.choose import ENOUGH, Runner
from gradcli.graph.node import Graph, Node
from gradcli.taylor import rules
from gradcli.taylor.kernels import Given, Kernel, Member, Series, kernel, whole
from gradcli.taylor.needed import Needed
from gradcli.taylor.order import groups

MOST_TERMS = 100_000
"""With more terms the whole program is no function of its own: it would take long to compile."""


class _Group(NamedTuple):
    """Nodes that are computed together, by places of series.

    Attributes:
        kernel: computes them.
        out: the places of theirs.
        given: the places of what they need besides.
        exponent: that of a power with a constant exponent, NaN of all else.
    """

    kernel: Kernel
    out: tuple[int, ...]
    given: tuple[int, ...]
    exponent: float


class TaylorPlan:
    """The series of some outputs along lines, ready to run at any point in any direction.

    Args:
        graph: the graph of the program, without arrays; partials are added to it.
        inputs: the inputs in the order of points.
        moving: the inputs, or steps, that move.
        outputs: the nodes whose series are asked for.
        order: the highest order.
    """

    def __init__(
        self,
        graph: Graph,
        inputs: Sequence[Node],
        moving: Sequence[Node],
        outputs: Sequence[Node],
        order: int,
    ) -> None:
        self._needed = needed = Needed(graph, moving, outputs, order)
        self._nodes = nodes = sorted(needed.orders, key=attrgetter("index"))
        self._place = place = {node: at for at, node in enumerate(nodes)}
        self._values = Runner(graph, inputs, nodes)
        self._moving = {node: at for at, node in enumerate(moving) if needed.orders.get(node)}
        self._outputs = outputs
        self._order = order
        lengths = [1 + (node in self._moving) for node in nodes]
        self._groups: list[_Group] = []
        for members in groups(needed.work, lambda node: needed.work[node].needs):
            group = _group(_in_order(members, needed), needed, place, lengths)
            self._groups.append(group)
            for out, length in zip(group.out, group.kernel.lengths, strict=True):
                lengths[out] = length
        self._left = ENOUGH
        self._whole: Callable[[Sequence[float], Sequence[float]], list[Series]] | None = None

    def run(self, point: Sequence[float], rates: Sequence[float]) -> list[Series]:
        """The coefficients of every output; NaN where it has no power series.

        Args:
            point: the value of every input.
            rates: how fast each of those moves that do.
        """
        values, _ = self._values.run(point)
        if self._left:
            self._left -= 1
            if not self._left:
                self._whole = self._compiled()
        if self._whole is not None:
            try:
                return self._whole(values, rates)
            except ZeroDivisionError:
                pass
        return self._by_groups(values, rates)

    def _by_groups(self, values: Sequence[float], rates: Sequence[float]) -> list[Series]:
        series: list[Series] = [[value] for value in values]
        for node, at in self._moving.items():
            series[self._place[node]].append(rates[at])
        for made, out, given, exponent in self._groups:
            begin = [series[place][0] for place in out]
            try:
                found = made.run(*begin, *[series[place] for place in given])
            except ZeroDivisionError:
                base = series[given[0]] if given else []
                found = [
                    _at_zero(value, base, exponent, length)
                    for value, length in zip(begin, made.lengths, strict=True)
                ]
            for place, each in zip(out, found, strict=True):
                series[place] = each
        found = [series[self._place[node]] for node in self._outputs]
        return [[*each, *[0.0] * (self._order + 1 - len(each))] for each in found]

    def _compiled(self) -> Callable[[Sequence[float], Sequence[float]], list[Series]] | None:
        """All groups as one function; None if it would be too long."""
        nodes = _in_order(self._needed.work, self._needed)
        if len(nodes) * self._order**2 > MOST_TERMS:
            return None
        members, others = _members(nodes, self._needed)
        others += [node for node in self._outputs if node not in {*nodes, *others}]
        number = {node: at for at, node in enumerate([*nodes, *others])}
        return whole(
            members,
            [self._place[node] for node in nodes],
            [Given(self._place[node], self._moving.get(node)) for node in others],
            [(number[node], self._order) for node in self._outputs],
        )


def _group(
    nodes: Sequence[Node], needed: Needed, place: Mapping[Node, int], lengths: Sequence[int]
) -> _Group:
    """What computes some nodes together."""
    members, given = _members(nodes, needed)
    places = tuple([place[node] for node in given])
    return _Group(
        kernel(tuple(members), tuple([lengths[each] for each in places])),
        tuple([place[node] for node in nodes]),
        places,
        needed.work[nodes[0]].exponent,
    )


def _in_order(nodes: Collection[Node], needed: Needed) -> list[Node]:
    """Some nodes, each after those whose coefficients of the same order it needs."""
    return [node for (node,) in groups(nodes, lambda node: needed.work[node].before)]


def _members(nodes: Sequence[Node], needed: Needed) -> tuple[list[Member], list[Node]]:
    """Some nodes as members of a group, and what they need besides."""
    number = {node: at for at, node in enumerate(nodes)}
    given: list[Node] = []
    for node in nodes:
        for each in needed.work[node].needs:
            if each not in number:
                number[each] = len(nodes) + len(given)
                given.append(each)
    return [_member(node, needed, number) for node in nodes], given


def _member(node: Node, needed: Needed, number: Mapping[Node, int]) -> Member:
    work = needed.work[node]
    args = [number[arg] for arg in work.args]
    for arg, partial in work.ways:
        args += [~number[arg], number[partial]]
    return Member(work.rule, needed.orders[node], tuple(args))


def _at_zero(value: float, base: Series, exponent: float, length: int) -> Series:
    """A power of what is 0 at the point, if it is a whole one; NaN of all that divides by 0."""
    if not exponent >= 0 or exponent != math.floor(exponent):
        return [value, *[math.nan] * (length - 1)]
    product = kernel((Member(rules.multiplied, length - 1, (1, 2)),), (length, length)).run
    base = [*base, *[0.0] * length][:length]
    found = [1.0, *[0.0] * (length - 1)]
    for _ in range(min(int(exponent), length)):
        (found,) = product(found[0] * base[0], found, base)
    return found
