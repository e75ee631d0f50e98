"""Which nodes a power series needs, each to which order, and how each is computed."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

from gradcli.calculus import together
from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.rules import table
from gradcli.taylor import rules
from gradcli.taylor.rules import Rule

MOST_FACTORS = 64
"""Whole powers up to this are products: near a base of 0 they have all of their digits."""


class Work(NamedTuple):
    """How the series of a node is computed.

    Attributes:
        rule: its rule.
        args: the nodes whose series it needs.
        ways: the arguments whose rates it needs, each with the partial by it.
        exponent: that of a power with a constant exponent, NaN of all else.
    """

    rule: Rule
    args: tuple[Node, ...] = ()
    ways: tuple[tuple[Node, Node], ...] = ()
    exponent: float = math.nan

    @property
    def before(self) -> list[Node]:
        """The nodes whose coefficients of the same order come before it."""
        return [*self.args, *[arg for arg, _ in self.ways]]

    @property
    def needs(self) -> list[Node]:
        """The nodes that come before it, or with it."""
        return [*self.args, *[each for way in self.ways for each in way]]


class Needed:
    """The nodes that are needed.

    Attributes:
        orders: the highest order of each.
        work: how those are computed that change.

    Args:
        graph: the graph of all; partials are added to it.
        moving: the nodes that move.
        outputs: the nodes whose series are asked for.
        order: the highest order.
    """

    def __init__(
        self, graph: Graph, moving: Sequence[Node], outputs: Sequence[Node], order: int
    ) -> None:
        self.orders: dict[Node, int] = {}
        self.work: dict[Node, Work] = {}
        self._graph = graph
        self._changing = set(moving)
        self._known = 0
        waiting = [(node, order) for node in outputs]
        while waiting:
            node, most = waiting.pop()
            if self.orders.get(node, -1) >= most:
                continue
            self.orders[node] = most
            if not most or node in moving or not self._changes(node):
                continue
            if node not in self.work:
                self.work[node] = self._work(node)
            work = self.work[node]
            waiting += [(each, most) for each in work.args]
            for arg, partial in work.ways:
                waiting += [(arg, most), (partial, most - 1)]

    def _changes(self, node: Node) -> bool:
        """Whether a node is made of what moves; those that are new in the graph are looked at."""
        nodes = self._graph.nodes
        for each in nodes[self._known :]:
            if any(arg in self._changing for arg in each.args):
                self._changing.add(each)
        self._known = len(nodes)
        return node in self._changing

    def _work(self, node: Node) -> Work:
        """How the series of a node that changes is computed."""
        op, args = node.op, node.args
        changing = [self._changes(arg) for arg in args]
        further = together.ways(self._graph, node)
        if further is not None:
            return self._along([(arg, slope) for arg, slope in further if self._changes(arg)])
        if op == "where":
            return Work(rules.chosen, args)
        if (op == "mul" and args[0] is args[1]) or (op == "pow" and _is_two(args[1])):
            return Work(rules.squared, args[:1])
        if op == "pow" and args[1].op == CONST:
            return self._power(args[0], args[1].value)
        if op in _OF_TWO:
            return _of_two(op, args, changing)
        if op in _OF_ONE:
            return Work(_OF_ONE[op], args)
        return self._by_partials(node, changing)

    def _power(self, base: Node, exponent: float) -> Work:
        """A constant power: a whole one by products, as the recurrence divides by the base."""
        if not (2 < exponent <= MOST_FACTORS and exponent == math.floor(exponent)):
            return Work(_power(exponent), (base,), (), exponent)
        is_odd = exponent % 2 == 1
        less = self._graph.const(exponent - 1 if is_odd else exponent / 2)
        power = self._graph.node("pow", (base, less))
        return Work(rules.multiplied, (power, base)) if is_odd else Work(rules.squared, (power,))

    def _by_partials(self, node: Node, changing: Sequence[bool]) -> Work:
        """The integral of the derivative, or nothing if that is always 0."""
        ways = [
            (arg, table().partial(self._graph, node, place))
            for place, (arg, changes) in enumerate(zip(node.args, changing, strict=True))
            if changes
        ]
        return self._along(ways)

    @staticmethod
    def _along(ways: Sequence[tuple[Node, Node]]) -> Work:
        """The integral of the partials times the rates."""
        moving = tuple([way for way in ways if not operations.is_value(way[1], 0)])
        return Work(rules.integral, (), moving) if moving else Work(rules.constant)


def _is_two(node: Node) -> bool:
    return operations.is_value(node, 2)


_power = functools.cache(rules.power)

_OF_ONE = {"neg": rules.opposite, "id": rules.same, "sqrt": rules.root}

_OF_TWO: dict[str, tuple[Rule, Rule, Rule]] = {
    "add": (rules.added, rules.same, rules.same),
    "sub": (rules.subtracted, rules.same, rules.opposite),
    "mul": (rules.multiplied, rules.scaled, rules.scaled),
    "div": (rules.quotient, rules.divided, rules.quotient),
}
"""The rules where both arguments change, only the first, and only the second."""


def _of_two(op: str, args: tuple[Node, ...], changing: Sequence[bool]) -> Work:
    both, first, second = _OF_TWO[op]
    if all(changing):
        return Work(both, args)
    rule = first if changing[0] else second
    if op in {"add", "sub"}:
        return Work(rule, (args[changing[1]],))
    return Work(rule, args[::-1] if op == "mul" and changing[0] else args)
