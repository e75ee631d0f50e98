"""Reverse mode, graph to graph: the adjoint of every node as a node of the same graph.

The chain rule, the sum over fan-out and the leaving out of what leads to no target are done here,
once for all operations; the rule table gives nothing but local partials. Since a derivative is
made of nodes, a second derivative is this function applied to the first.

A partial of the form ``where(c, p, 0)`` or ``where(c, 0, p)`` makes its edge conditional.
Multiplying through it would let a branch that is not taken poison the result (0 times infinity is
NaN), so the condition is taken off the partial and kept beside the adjoint: every node has a
condition under which it is reached at all, and its adjoint counts only under that condition.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import table


class Condition(NamedTuple):
    """When a node is reached: None is always; ``depth`` choices lie around it."""

    node: Node | None
    depth: int


ALWAYS = Condition(None, 0)


class Contribution(NamedTuple):
    """What a consumer adds to an adjoint, and the condition under which it does."""

    condition: Condition
    product: Node


class Derivative(NamedTuple):
    """The derivative of one output.

    Attributes:
        adjoints: ∂output/∂node, for every node that the output depends on and that leads to a
            target; a node that is not in it has the derivative 0.
        locals: the local partial of every edge into such a node, one for each argument; None
            for an argument that leads to no target.
    """

    adjoints: dict[Node, Node]
    locals: dict[Node, tuple[Node | None, ...]]


def differentiate(
    graph: Graph, output: Node, targets: Collection[Node], *, every_local: bool = False
) -> Derivative:
    """Build ∂output/∂node for the targets and for all nodes between them and the output.

    Args:
        graph: the graph of the output; the derivative's nodes are added to it.
        output: the node to differentiate.
        targets: the nodes to differentiate by.
        every_local: also build the local partials of targets that the output does not depend on.
    """
    order = graph.ancestors([output])
    leads = _leading(order, targets)
    # An adjoint holds under the condition of its node only. Nodes are visited from the output back,
    # and a consumer comes after its arguments: once a node is visited, all contributions are there.
    adjoints: dict[Node, Node] = {output: graph.const(1.0)}
    reached: dict[Node, Condition] = {output: ALWAYS}
    contributions: dict[Node, list[Contribution]] = {}
    locals_: dict[Node, tuple[Node | None, ...]] = {}
    complete: list[Node] = []
    for node in reversed(order):
        if node.index not in leads:
            continue
        if node in contributions:
            parts = _gathered(graph, contributions.pop(node))
            reached[node] = _any(graph, parts)
            adjoints[node] = _total(graph, parts)
            if len(parts) > 1:
                complete.append(node)
        elif node not in adjoints:
            continue
        if not node.args:
            continue
        locals_[node] = local_partials(graph, node, leads)
        own = Contribution(reached[node], adjoints[node])
        for arg, partial in zip(node.args, locals_[node], strict=True):
            if partial is not None and not operations.is_value(partial, 0):
                contributions.setdefault(arg, []).append(_along(graph, own, partial))
    for node in complete:
        del reached[node]
    adjoints.update((node, _guarded(graph, adjoints[node], reached[node])) for node in reached)
    _add_locals(graph, targets if every_local else (), locals_)
    return Derivative(adjoints, locals_)


def local_partials(graph: Graph, node: Node, leads: Collection[int]) -> tuple[Node | None, ...]:
    """The partial of a node by each argument, None for those that are not in ``leads``."""
    return tuple(
        table().partial(graph, node, place) if arg.index in leads else None
        for place, arg in enumerate(node.args)
    )


def gradient(graph: Graph, output: Node, inputs: Sequence[Node]) -> list[Node]:
    """∂output/∂input for each input, 0 where the output does not depend on it."""
    adjoints = differentiate(graph, output, inputs).adjoints
    zero = graph.const(0.0)
    return [adjoints.get(node, zero) for node in inputs]


def _add_locals(
    graph: Graph, targets: Collection[Node], locals_: dict[Node, tuple[Node | None, ...]]
) -> None:
    """Add the local partials of targets that no derivative came through."""
    leads = {node.index for node in targets if not node.is_const}
    for node in targets:
        if node.args and node not in locals_:
            locals_[node] = local_partials(graph, node, leads)


def _leading(order: Sequence[Node], targets: Collection[Node]) -> set[int]:
    """The places of the nodes that are targets or depend on one."""
    leads = {node.index for node in targets}
    for node in order:
        if any(arg.index in leads for arg in node.args):
            leads.add(node.index)
    return leads


def _unguarded(graph: Graph, partial: Node) -> tuple[Node | None, Node]:
    """The condition of an edge and the partial under it."""
    if partial.op == "where":
        condition, then, otherwise = partial.args
        if operations.is_value(otherwise, 0):
            return condition, then
        if operations.is_value(then, 0):
            return operations.negation(graph, condition), otherwise
    return None, partial


def _along(graph: Graph, adjoint: Contribution, partial: Node) -> Contribution:
    """The chain rule along one edge: the consumer's adjoint times the edge's partial."""
    (node, depth), factor = adjoint
    guard, slope = _unguarded(graph, partial)
    if guard is not None:
        node, depth = operations.both(graph, node, guard), depth + 1
    return Contribution(Condition(node, depth), operations.mul(graph, factor, slope))


def _guarded(graph: Graph, value: Node, condition: Condition) -> Node:
    """The value where the condition holds, and 0 elsewhere."""
    if condition.node is None:
        return value
    return operations.where(graph, condition.node, value, graph.const(0.0))


def _gathered(graph: Graph, contributions: Sequence[Contribution]) -> list[Contribution]:
    """The sum of the contributions under each condition.

    Branches inside come before those around them, so that the two of one choice meet.
    """
    if len(contributions) == 1:
        return [contributions[0]]
    sums: dict[Condition, Node] = {}
    for condition, product in reversed(contributions):
        known = sums.get(condition)
        sums[condition] = product if known is None else operations.add(graph, known, product)
    return [
        Contribution(condition, sums[condition])
        for condition in sorted(sums, key=lambda condition: -condition.depth)
    ]


def _any(graph: Graph, contributions: Sequence[Contribution]) -> Condition:
    """The condition under which there is a contribution."""
    (node, depth), _ = contributions[0]
    for other, _ in contributions[1:]:
        node = operations.either(graph, node, other.node)
        depth = min(depth, other.depth)
    return Condition(node, depth) if node is not None else ALWAYS


def _total(graph: Graph, contributions: Sequence[Contribution]) -> Node:
    """The sum over all conditions, each counted only where it holds.

    Under a single condition nothing else is reached, so it is left away.
    """
    if len(contributions) == 1:
        return contributions[0].product
    first, *others = (_guarded(graph, product, when) for when, product in contributions)
    total = first
    for part in others:
        total = operations.add(graph, total, part)
    return total
