"""What a pass comes to: totals of nodes and local partials, made when they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gradcli.calculus.edge import Share, Ways
from gradcli.calculus.guards import ALWAYS, Condition
from gradcli.graph.conditions import Test
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.operations import Choice, Partial, made


class Totals(Mapping[Node, Node]):
    """The totals of the nodes that a pass has visited, each made when it is asked for.

    Most are asked for as numbers, and need no choice between the total and 0 as a node; of what
    arrives at an input they need no sum as a node, either.
    """

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._nodes = dict.fromkeys(ways.visited())
        self._met: _Met | None = None

    def __contains__(self, node: object) -> bool:
        return node in self._nodes

    def __getitem__(self, node: Node) -> Node:
        if node not in self._nodes:
            raise KeyError(node)
        condition, product = self._ways.at(node)
        return product if condition is ALWAYS else self._ways.total(node)

    # That of mappings asks, and catches an error, for every node.
    def get(self, node: Node, default: Any = None) -> Any:
        """The total of a node, if it has one."""
        return self[node] if node in self._nodes else default

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def is_longer(self, node: Node, most: int) -> bool:
        """Whether the total of a node has certainly more characters than that as a text."""
        return self._ways.is_longer(node, most)

    def constant(self, node: Node) -> Node | None:
        """The total of a node if it is known to be a constant; nothing is made to find out."""
        return self._ways.constant(node)

    def numbers(self, value_of: Callable[[Node], float]) -> dict[Node, float]:
        """The numbers that all totals are, as `value` has each."""
        at = self._ways.at
        found: dict[Node, float] = {}
        for node in self._nodes:
            if node.args:
                condition, product = at(node)
                if condition is ALWAYS:
                    found[node] = value_of(product)
                    continue
            found[node] = self.value(node, value_of)
        return found

    def value(self, node: Node, value_of: Callable[[Node], float]) -> float:
        """The number that the total of a node is, where nodes have these values; 0 if it has none.

        Args:
            node: any node.
            value_of: the values of nodes.
        """
        if node not in self._nodes:
            return 0.0
        if _decides(value_of):
            return value_of(self[node])
        shares = self._ways.ending(node)
        if shares is not None and len(shares) == 1 and shares[0][0] is ALWAYS:
            return value_of(shares[0][1])
        is_met = self._met
        if is_met is None or is_met.value_of is not value_of:
            is_met = self._met = _Met(value_of)
        number = None if shares is None else _sum(shares, value_of, is_met)
        if number is not None:
            return number
        condition, product = self._ways.at(node)
        if condition is ALWAYS or node.shape:  # a condition on each entry is one of the node
            return value_of(self[node])
        return value_of(product) if is_met(condition) else 0.0


class _Met:
    """Whether conditions are met at a point, each found out once.

    Args:
        value_of: the values of nodes there.
    """

    def __init__(self, value_of: Callable[[Node], float]) -> None:
        self.value_of = value_of
        self._known = {ALWAYS: True}

    def __call__(self, condition: Condition) -> bool:
        known = self._known
        chain: list[Condition] = []
        each: Condition | None = condition
        while each is not None and each not in known:
            chain.append(each)
            each = each.around
        is_met = each is None or known[each]
        while chain:
            each = chain.pop()
            if is_met and each.guard is not None:
                is_met = each.guard.is_met(self.value_of)
            known[each] = is_met
        return is_met


def _sum(
    shares: Sequence[Share],
    value_of: Callable[[Node], float],
    is_met: Callable[[Condition], bool],
) -> float | None:
    """The number that the sum of some shares is, added in the order in which nodes would be.

    None where only the node can tell: where a difference may be computed together with its
    arguments, beyond the range of floats, and of the sign of a zero.
    """
    sums: dict[Condition, float] = {}
    negative_zero = False
    for condition, product in shares:
        if product.op == "neg" or (product.op == CONST and product.value < 0):
            return None
        if condition is not ALWAYS and not is_met(condition):
            continue
        number = value_of(product)
        if math.isnan(number):
            return number
        if type(number) is not float:
            return None
        negative_zero = negative_zero or (not number and math.copysign(1.0, number) < 0)
        known = sums.get(condition)
        sums[condition] = number if known is None else known + number
    total = 0.0
    for condition in sorted(sums, key=lambda each: -each.depth):
        total += sums[condition]
    return total if math.isfinite(total) and not (negative_zero and not total) else None


class Locals(Mapping[Node, tuple[Node | None, ...]]):
    """For each node its partial by each argument; None for one that leads to no target.

    Args:
        graph: where partials are made into nodes.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._partials: dict[Node, tuple[Partial | None, ...]] = {}
        self._nodes: dict[Node, tuple[Node | None, ...]] = {}

    def put(self, node: Node, partials: tuple[Partial | None, ...]) -> None:
        """Keep the partials of a node, choices as they are."""
        self._partials[node] = partials

    def _of(self, node: Node) -> Sequence[Partial | None]:
        """The partials of a node, none of what has none."""
        return self._partials.get(node, ())

    def __getitem__(self, node: Node) -> tuple[Node | None, ...]:
        found = self._nodes.get(node)
        if found is None:
            graph = self._graph
            found = tuple([each and made(graph, each) for each in self.open(node)])
            self._nodes[node] = found
        return found

    def at(self, node: Node, place: int, graph: Graph | None = None) -> Node | None:
        """The partial by one argument; None also for a node that has none.

        Args:
            node: the node.
            place: which argument.
            graph: where a choice is made into a node, if that is for another graph.
        """
        partial = self._at(node, place)
        return partial and made(graph or self._graph, partial)

    def _at(self, node: Node, place: int) -> Partial | None:
        partials = self._of(node)
        return partials[place] if place < len(partials) else None

    def open_at(self, node: Node, place: int) -> Partial | None:
        """The partial by one argument of a node that has some, a choice as it is."""
        return self.open(node)[place]

    def is_there(self, node: Node, place: int) -> bool:
        """Whether a node has a partial by the argument at a place."""
        return node not in self._partials or self._partials[node][place] is not None

    def open(self, node: Node) -> Sequence[Partial | None]:
        """The same with choices that are no nodes yet."""
        return self._partials[node]

    def __contains__(self, node: object) -> bool:
        return node in self._partials

    def __iter__(self) -> Iterator[Node]:
        return iter(self._partials)

    def __len__(self) -> int:
        return len(self._partials)

    def values_of(self, node: Node, value_of: Callable[[Node], float]) -> tuple[float | None, ...]:
        """The numbers that the partials of a node are, where nodes have these values."""
        partials: Sequence[Partial | None] = (
            self.get(node, ()) if _decides(value_of) else self._of(node)
        )
        return tuple([None if each is None else _value(each, value_of) for each in partials])

    def value_at(self, node: Node, place: int, value_of: Callable[[Node], float]) -> float | None:
        """The same of the partial by one argument."""
        decides = _decides(value_of)
        partial = self.at(node, place) if decides else self._at(node, place)
        return None if partial is None else _value(partial, value_of)


def _decides(value_of: Callable[[Node], float]) -> bool:
    """Whether the values say themselves which conditions hold, as those beside a point do."""
    return hasattr(value_of, "holds")


def _value(partial: Partial, value_of: Callable[[Node], float]) -> float:
    if isinstance(partial, Choice):
        condition, then, otherwise = partial
        is_met = condition.holds(value_of) if isinstance(condition, Test) else value_of(condition)
        return value_of(then if is_met else otherwise)
    return value_of(partial)
