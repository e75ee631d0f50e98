"""A program along a line: the coefficients of its power series, node by node and order by order.

Whatever a coefficient is made of comes first: those of the arguments of the same order, and those
of partials of all orders before. Nodes whose partials lead back to themselves, as a sine does by
its cosine, are computed together, one order after another; all others one node after another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from gradcli.engine.interpreter import Plan
from gradcli.graph.node import Graph, Node
from gradcli.taylor import rules
from gradcli.taylor.kernels import Kernel, Member, Series, kernel
from gradcli.taylor.needed import Needed
from gradcli.taylor.order import groups


class _Group(NamedTuple):
    """Nodes that are computed together, by places of series.

    Attributes:
        run: computes them.
        out: the places of theirs.
        given: the places of what they need besides.
        orders: the highest order of each.
        exponent: that of a power with a constant exponent, NaN of all else.
    """

    run: Kernel
    out: tuple[int, ...]
    given: tuple[int, ...]
    orders: tuple[int, ...]
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
        needed = Needed(graph, moving, outputs, order)
        nodes = sorted(needed.orders, key=attrgetter("index"))
        plan = Plan(graph, inputs, nodes)
        self._values = plan.run
        place = {node: at for at, node in enumerate(nodes)}
        self._slots = [
            (plan.slots[node], [] if node in needed.work else [0.0] * needed.orders[node])
            for node in nodes
        ]
        self._moving = [
            (at, place[node]) for at, node in enumerate(moving) if needed.orders.get(node)
        ]
        self._outputs = [place[node] for node in outputs]
        self._groups = [
            _group(sorted(group, key=attrgetter("index")), needed, place)
            for group in groups(needed.work, lambda node: needed.work[node].needs)
        ]

    def run(self, point: Sequence[float], rates: Sequence[float]) -> list[Series]:
        """The coefficients of every output; NaN where it has no power series.

        Args:
            point: the value of every input.
            rates: how fast each of those moves that do.
        """
        values = self._values(point)
        series: list[Series] = [[values[slot], *zeros] for slot, zeros in self._slots]
        for at, place in self._moving:
            series[place][1] = rates[at]
        for run, out, given, orders, exponent in self._groups:
            begin = [series[place][0] for place in out]
            try:
                found = run(*begin, *[series[place] for place in given])
            except ZeroDivisionError:
                found = [
                    _at_zero(each, series[given[0]] if given else [], exponent, order)
                    for each, order in zip(begin, orders, strict=True)
                ]
            for place, each in zip(out, found, strict=True):
                series[place] = each
        return [series[place] for place in self._outputs]


def _group(nodes: Sequence[Node], needed: Needed, place: Mapping[Node, int]) -> _Group:
    """What computes some nodes together."""
    number = {node: at for at, node in enumerate(nodes)}
    given: list[Node] = []
    for node in nodes:
        for each in needed.work[node].needs:
            if each not in number:
                number[each] = len(nodes) + len(given)
                given.append(each)
    members = tuple([_member(node, needed, number) for node in nodes])
    lengths = tuple([needed.orders[node] + 1 for node in given])
    return _Group(
        kernel(members, lengths),
        tuple([place[node] for node in nodes]),
        tuple([place[node] for node in given]),
        tuple([member.order for member in members]),
        needed.work[nodes[0]].exponent,
    )


def _member(node: Node, needed: Needed, number: Mapping[Node, int]) -> Member:
    work = needed.work[node]
    args = [number[arg] for arg in work.args]
    for arg, partial in work.ways:
        args += [~number[arg], number[partial]]
    return Member(work.rule, needed.orders[node], tuple(args))


def _at_zero(value: float, base: Series, exponent: float, order: int) -> Series:
    """A power of what is 0 at the point, if it is a whole one; NaN of all that divides by 0."""
    if not exponent >= 0 or exponent != math.floor(exponent):
        return [value, *[math.nan] * order]
    product = kernel((Member(rules.multiplied, order, (1, 2)),), (order + 1, order + 1))
    base, found = base[: order + 1], [1.0, *[0.0] * order]
    for _ in range(min(int(exponent), order + 1)):
        (found,) = product(found[0] * base[0], found, base)
    return found
