"""One edge of the chain rule: what comes along it times its partial, in the branch that is taken.

Every pass that multiplies by local partials, from the output back or from an input on, goes along
the edges of a graph and adds up where ways meet. Both is done here and nowhere else, so this is
also the place where an edge of arrays undoes its broadcast. The twin in numbers is
`gradcli.evaluation.edge`.

A partial of the form ``where(c, p, 0)`` or ``where(c, 0, p)`` makes its edge conditional.
Multiplying through it would let a branch that is not taken poison the result (0 times infinity is
NaN), so the condition is taken off the partial and kept beside what comes along: every node has a
condition under which it is reached at all, and its total counts only under that condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import Form, is_stretched_to


class Condition(NamedTuple):
    """When a node is reached: None is always; ``depth`` choices lie around it."""

    node: Node | None
    depth: int


ALWAYS = Condition(None, 0)


Share = tuple[Condition, Node]
"""The condition under which a way adds to a node, and what it adds: made for every edge."""


Through = Callable[[Node | None, Node], tuple[Node | None, Node]]
"""What becomes of a condition on entries and of what comes along; see `gradcli.calculus.masks`."""


class Guard(NamedTuple):
    """A condition of an edge, and whether it has to hold or not to hold."""

    condition: Node
    holds: bool


def opened(partial: Node) -> tuple[list[Guard], Node]:
    """The conditions of an edge, and its partial where they are met."""
    guards: list[Guard] = []
    while partial.op == "where":
        condition, then, otherwise = partial.args
        if operations.is_value(otherwise, 0):
            guards.append(Guard(condition, holds=True))
            partial = then
        elif operations.is_value(then, 0):
            guards.append(Guard(condition, holds=False))
            partial = otherwise
        else:
            break
    return guards, partial


def _beside_others(graph: Graph, guard: Guard, form: Form) -> Guard:
    """A condition for the entries of a form that may stand beside any other condition on them.

    A row and a column, each of which is for a matrix, have no form in common.
    """
    condition = guard.condition
    if len(condition.shape) == 1 < len(form.shape):
        condition = graph.find("spread", (condition,), (form,))
    return Guard(condition, guard.holds)


def within(graph: Graph, condition: Condition, guards: Sequence[Guard]) -> Condition:
    """A condition with those of an edge added to it."""
    node, depth = condition
    for guard, holds in guards:
        node = operations.both(graph, node, guard if holds else operations.negation(graph, guard))
    return Condition(node, depth + len(guards))


def guarded(graph: Graph, share: Share) -> Node:
    """The product where its condition holds, and 0 elsewhere."""
    condition, product = share
    if condition.node is None:
        return product
    return operations.where(graph, condition.node, product, graph.const(0.0))


def zero(graph: Graph, node: Node) -> Node:
    """The derivative of what does not depend, in the form of a node."""
    nothing = graph.const(0.0)
    return operations.make(graph, "spread", (nothing,), (node.form,)) if node.shape else nothing


def fitted(graph: Graph, share: Share, form: Form, *, masked: bool = False) -> Share:
    """A share in the form of the node that it is for: stretched, or summed where that was.

    A condition on entries that are summed is left out, or with ``masked`` holds where one does.
    """
    condition, product = share
    if condition.node is not None and not is_stretched_to(condition.node.form, form):
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
    return Condition(operations.make(graph, "gt", (count, graph.const(0.0))), condition.depth)


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
        return Condition(moves, 1)

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

    def ending(self, node: Node) -> Sequence[Share] | None:
        """What arrives at a node that nobody goes on from, in the order in which it is added."""
        shares = self._ends.get(node)
        return shares[::-1] if shares is not None and self._backward else shares

    def go(self, source: Node, target: Node, partial: Node) -> None:
        """Go along an edge with this partial, from a node that is reached.

        Nothing comes along where the partial is identically 0, as of a comparison.
        """
        if operations.is_value(partial, 0):
            return
        condition, product = self._reached.get(source) or self.at(source)
        graph = self._graph
        if partial.op == "where":
            guards, partial = opened(partial)
            if graph.has_arrays:
                whole = source.form if self._backward else target.form
                guards = [_beside_others(graph, guard, whole) for guard in guards]
            condition = within(graph, condition, guards)
        share = condition, operations.mul(graph, product, partial)
        if graph.has_arrays:
            share = fitted(graph, share, target.form, masked=self._masked)
        waiting = self._waiting.get(target)
        if waiting is None:
            self._waiting[target] = [share]
        else:
            waiting.append(share)

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
        entries = condition.node if condition.node is not None and condition.node.shape else None
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
        share = fitted(graph, (within(graph, condition, guards), product), target.form)
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
        sums: dict[Condition, Node] = {}
        for condition, product in shares:
            known = sums.get(condition)
            sums[condition] = product if known is None else operations.add(graph, known, product)
        return [
            (condition, sums[condition])
            for condition in sorted(sums, key=lambda condition: -condition.depth)
        ]

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
        node, depth = parts[0][0]
        for condition, _ in parts[1:]:
            node = operations.either(graph, node, condition.node)
            depth = min(depth, condition.depth)
        return Condition(node, depth) if node is not None else ALWAYS, total
