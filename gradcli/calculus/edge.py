"""One edge of the chain rule: what comes along it times its partial, in the branch that is taken.

Every pass that multiplies by local partials, from the output back or from an input on, goes along
the edges of a graph and adds up where ways meet. Both is done here and nowhere else, so this is
also the place where an edge of arrays undoes its broadcast. The twin in numbers is
`gradcli.evaluation.edge`; `guards` has the conditions under which an edge is there at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gradcli.calculus.guards import (
    ALWAYS,
    Condition,
    Guard,
    Key,
    Waiting,
    beside_others,
    opened,
    taken_off,
    within,
)
from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.operations import Choice, Partial
from gradcli.graph.shapes import Form, is_stretched_to

Share = tuple[Condition, Node]
"""The condition under which a way adds to a node, and what it adds: made for every edge."""

Through = Callable[[Node | None, Node], tuple[Node | None, Node]]
"""What becomes of a condition on entries and of what comes along; see `gradcli.calculus.masks`."""


def guarded(graph: Graph, share: Share) -> Node:
    """The product where its condition holds, and 0 elsewhere."""
    condition, product = share
    node = condition.node(graph)
    return product if node is None else operations.where(graph, node, product, graph.const(0.0))


def zero(graph: Graph, node: Node) -> Node:
    """The derivative of what does not depend, in the form of a node."""
    nothing = graph.const(0.0)
    return operations.make(graph, "spread", (nothing,), (node.form,)) if node.shape else nothing


def fitted(graph: Graph, share: Share, form: Form, *, masked: bool = False) -> Share:
    """A share in the form of the node that it is for: stretched, or summed where that was.

    A condition on entries that are summed is left out, or with ``masked`` holds where one does.
    """
    condition, product = share
    node = condition.node(graph)
    if node is not None and not is_stretched_to(node.form, form):
        product = guarded(graph, share)
        condition = _of_any(graph, condition, form) if masked else ALWAYS
    if product.form == form:
        return condition, product
    shape = product.shape
    if len(shape) == len(form.shape) == 1 and product.form.is_row != form.is_row:
        product = operations.make(graph, "transpose", (product,))
    if not is_stretched_to(product.form, form):
        # An axis is summed where it is longer; where it is 1 and the other is longer, stretched.
        kept = product.shape[-len(form.shape) :] if form.shape else ()
        lengths = [
            1 if own == 1 else length
            for length, own in zip(kept, form.shape[-len(kept) :], strict=True)
        ]
        part = Form(tuple(lengths), form.is_row)
        product = operations.make(graph, "sum_to", (product,), (part,))
    return condition, operations.make(graph, "spread", (product,), (form,))


def _of_any(graph: Graph, condition: Condition, form: Form) -> Condition:
    """A condition on entries that are summed: it holds where it does for one of them."""
    ones = guarded(graph, (condition, graph.const(1.0)))
    _, count = fitted(graph, (ALWAYS, ones), form)
    node = operations.make(graph, "gt", (count, graph.const(0.0)))
    return Condition(None, Guard(node, holds=True), condition.depth)


_MERGED = frozenset((CONST, "where"))
"""The terms of which several may become one."""


class Ways:
    """The sums over all ways from where a pass begins, for every node that it reaches.

    Nodes are visited in an order in which all edges into a node come before those that leave it.

    Args:
        graph: where products and sums are made.
        seeds: what the pass begins with, by node: 1 for the output of a backward pass.
        backward: whether it goes from the output back: then shares arrive from the last consumer
            to the first, and are added in the order of the graph.
        masked: whether conditions on single entries are kept wherever it goes.
    """

    def __init__(
        self,
        graph: Graph,
        seeds: Mapping[Node, Node],
        *,
        backward: bool = False,
        masked: bool = False,
    ) -> None:
        self._graph = graph
        # Before all that refers to them, so that pickle meets each after the one around it.
        self._conditions: dict[Key, Condition] = {}
        self._first = len(graph)
        self._backward = backward
        self._masked = masked
        self._waiting: dict[Node, list[Share]] = {
            node: [(self._beginning(seed), seed)] for node, seed in seeds.items()
        }
        self._reached: dict[Node, Share] = {}
        self._ends: dict[Node, list[Share]] = {}
        self._complete: set[Node] = set()

    def _beginning(self, seed: Node) -> Condition:
        """The entries that a pass begins with: going forward nothing comes from a 0."""
        if self._backward or not self._masked:
            return ALWAYS
        moves = operations.make(self._graph, "ne", (seed, self._graph.const(0.0)))
        return Condition(None, Guard(moves, holds=True), 1)

    @property
    def is_masked(self) -> bool:
        """Whether conditions on single entries are kept wherever it goes."""
        return self._masked

    def alone(self, node: Node) -> Ways:
        """A pass that goes on from a node that is reached, and has come to no other one."""
        found = Ways(self._graph, {}, backward=self._backward, masked=self._masked)
        found._conditions = self._conditions
        found._reached[node] = self.at(node)
        if node in self._complete:
            found._complete.add(node)
        return found

    def __contains__(self, node: Node) -> bool:
        return node in self._waiting or node in self._reached or node in self._ends

    def visited(self) -> list[Node]:
        """The nodes that were visited."""
        return [*self._reached, *self._ends]

    def end(self, node: Node) -> None:
        """Visit a node that nobody goes on from: the sum is made when it is asked for."""
        if self._graph.has_arrays:
            self.at(node)
        else:
            self._ends[node] = self._waiting.pop(node)

    def is_longer(self, node: Node, most: int) -> bool:
        """Whether the total of a node has certainly more terms than that, each to be written.

        What is made in the pass is part of no node that the program has, and so of none with a
        name; nor does a sum leave anything out that is no constant. Equal terms become one only
        where all before come to the same: y + y is 2*y, and 2*y + y stays. It costs no node.
        """
        shares = self._ends.get(node, ())
        if len(shares) <= most:
            return False
        products = [product for _, product in shares if product.op not in _MERGED]
        terms = {product for product in products if product.index >= self._first}
        return max(len(terms), len(products) - len({*products})) > most

    def ending(self, node: Node) -> Sequence[Share] | None:
        """What arrives at a node that nobody goes on from, in the order in which it is added."""
        shares = self._ends.get(node)
        return shares[::-1] if shares is not None and self._backward else shares

    def go(self, source: Node, target: Node, partial: Partial) -> None:
        """Go along an edge with this partial, from a node that is reached.

        Nothing comes along where the partial is identically 0, as of a comparison.
        """
        self.leave(source, (target,), (partial,))

    def leave(
        self, source: Node, targets: Sequence[Node], partials: Sequence[Partial | None]
    ) -> None:
        """The same along several edges; None for one that nobody goes along."""
        graph, waiting = self._graph, self._waiting
        begin, product = self._reached.get(source) or self.at(source)
        for target, partial in zip(targets, partials, strict=True):
            if partial is None:
                continue
            condition = begin
            if isinstance(partial, Choice) or partial.op == "where":
                whole = source.form if self._backward else target.form
                guards, factor = self._taken(partial, whole)
                condition = within(begin, guards, self._conditions)
            else:
                factor = partial
                if factor.op == CONST and not factor.value:
                    continue
            share = condition, operations.mul(graph, product, factor)
            if graph.has_arrays:
                share = fitted(graph, share, target.form, masked=self._masked)
            known = waiting.get(target)
            if known is None:
                waiting[target] = [share]
            else:
                known.append(share)

    def _taken(self, partial: Partial, whole: Form) -> tuple[Sequence[Guard | Waiting], Node]:
        """The conditions of an edge, for the entries of a form, and its partial under them."""
        graph = self._graph
        guards, rest = taken_off(graph, partial)
        if not graph.has_arrays:
            return guards, rest
        return [
            beside_others(graph, guard, whole) if isinstance(guard, Guard) else guard
            for guard in guards
        ], rest

    def carry(
        self,
        source: Node,
        target: Node,
        linear: Callable[[Node], Node],
        through: Through | None = None,
    ) -> None:
        """Go along an edge of arrays, where a linear function takes the place of a partial.

        A condition on single entries cannot come along, unless ``through`` takes it with it:
        what they come to does not keep them.
        """
        graph = self._graph
        condition, product = self._reached.get(source) or self.at(source)
        node = condition.node(graph)
        entries = node if node is not None and node.shape else None
        masks: list[Guard] = []
        if through is not None:
            mask, product = through(entries, product)
            if entries is not None:
                condition = ALWAYS
            if mask is not None:
                masks.append(Guard(fitted(graph, (ALWAYS, mask), target.form)[1], holds=True))
        else:
            if entries is not None:
                condition, product = ALWAYS, guarded(graph, (condition, product))
            product = linear(product)
        if operations.is_value(product, 0):
            return
        guards, product = opened(product)
        guards += masks
        condition = within(condition, guards, self._conditions)
        share = fitted(graph, (condition, product), target.form)
        self._waiting.setdefault(target, []).append(share)

    def put(self, node: Node, total: Node) -> None:
        """Say what all ways to a node come to, where that is known as a whole."""
        self._waiting[node] = [(ALWAYS, total)]

    def at(self, node: Node) -> Share:
        """What all ways to a node come to; it is known only under the condition.

        Raises:
            KeyError: no way leads there.
        """
        found = self._reached.get(node)
        if found is None:
            shares = self._ends.get(node) or self._waiting.pop(node)
            found = shares[0] if len(shares) == 1 else self._sum(node, self._gathered(shares))
            if found[1].form != node.form:
                raise ValueError(f"{found[1]!r} is {found[1].form} for {node!r}, {node.form}")
            self._reached[node] = found
        return found

    def constant(self, node: Node) -> Node | None:
        """What all ways to a node come to, if that has been added up and is a constant."""
        condition, product = self._reached.get(node, (None, node))
        return product if condition is ALWAYS and product.op == CONST else None

    def total(self, node: Node) -> Node:
        """The same with 0 where no way is open."""
        share = self.at(node)
        return share[1] if node in self._complete else guarded(self._graph, share)

    def rename(self, node: Node, total: Node) -> None:
        """Go on from a node with another node of the same value as its total."""
        condition, _ = self.at(node)
        self._reached[node] = condition, total

    def _gathered(self, shares: Sequence[Share]) -> Sequence[Share]:
        """The sum of the shares under each condition.

        Branches inside come before those around them, so that the two of one choice meet.
        """
        graph = self._graph
        if self._backward:
            shares = shares[::-1]
        if all(condition is ALWAYS for condition, _ in shares):
            _, total = shares[0]
            for _, other in shares[1:]:
                total = operations.add(graph, total, other)
            return [(ALWAYS, total)]
        sums: dict[tuple[Node | None, int], Share] = {}
        for condition, product in shares:
            place = condition.node(graph), condition.depth
            known = sums.get(place)
            total = product if known is None else operations.add(graph, known[1], product)
            sums[place] = (known[0] if known else condition), total
        return sorted(sums.values(), key=lambda share: -share[0].depth)

    def _sum(self, target: Node, parts: Sequence[Share]) -> Share:
        """All parts in one; several are 0 where none of their conditions holds."""
        if len(parts) == 1:
            return parts[0]
        graph = self._graph
        total, *others = [guarded(graph, share) for share in parts]
        for other in others:
            total = operations.add(graph, total, other)
        if self._backward and not target.args:
            return ALWAYS, total  # nobody goes on from here
        self._complete.add(target)
        node = parts[0][0].node(graph)
        for condition, _ in parts[1:]:
            node = operations.either(graph, node, condition.node(graph))
        if node is None:
            return ALWAYS, total
        depth = min(condition.depth for condition, _ in parts)
        return Condition(None, Guard(node, holds=True), depth), total
