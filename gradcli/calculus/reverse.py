"""Reverse mode, graph to graph: the adjoint of every node as a node of the same graph.

The chain rule, the sum over fan-out and the leaving out of what leads to no target are done here,
once for all operations; the rule table gives nothing but local partials. Since a derivative is
made of nodes, a second derivative is this function applied to the first.

A partial of the form ``where(c, p, 0)`` or ``where(c, 0, p)`` makes its edge conditional.
Multiplying through it would let a branch that is not taken poison the result (0 times infinity
is NaN), so the condition is taken off the partial and kept beside the adjoint: every node has a
condition under which it is reached at all, and its adjoint counts only under that condition.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from gradcli.graph import simplify
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import table


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


def differentiate(graph: Graph, output: Node, targets: Collection[Node]) -> Derivative:
    """Build ∂output/∂node for the targets and for all nodes between them and the output.

    Args:
        graph: the graph of the output; the derivative's nodes are added to it.
        output: the node to differentiate.
        targets: the nodes to differentiate by.
    """
    order = graph.ancestors([output])
    leads = _leading(order, targets)
    # Sums of contributions and conditions, valid once all consumers of a node are done: nodes
    # are visited from the output back, and a consumer always comes after its arguments.
    adjoints: dict[Node, Node] = {output: graph.const(1.0)}
    reached: dict[Node, Node | None] = {output: None}
    raw: dict[Node, list[tuple[Node | None, Node]]] = {}
    locals_: dict[Node, tuple[Node | None, ...]] = {}
    for node in reversed(order):
        if node.index not in leads:
            continue
        if node in raw:
            adjoints[node] = _total(graph, raw.pop(node), reached[node])
        elif node not in adjoints:
            continue
        if not node.args:
            continue
        partials = local_partials(graph, node, leads)
        for arg, partial in zip(node.args, partials, strict=True):
            if partial is None or simplify.is_value(partial, 0):
                continue
            guard, slope = _unguarded(graph, partial)
            condition = simplify.both(graph, reached[node], guard)
            product = simplify.mul(graph, adjoints[node], slope)
            reached[arg] = (
                simplify.either(graph, reached[arg], condition) if arg in reached else condition
            )
            raw.setdefault(arg, []).append((condition, product))
        locals_[node] = partials
    zero = graph.const(0.0)
    for node, condition in reached.items():
        if condition is not None and node in adjoints:
            adjoints[node] = simplify.where(graph, condition, adjoints[node], zero)
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
        if simplify.is_value(otherwise, 0):
            return condition, then
        if simplify.is_value(then, 0):
            return simplify.make(graph, "not", (condition,)), otherwise
    return None, partial


def _total(
    graph: Graph, contributions: Sequence[tuple[Node | None, Node]], reached: Node | None
) -> Node:
    """The sum over all consumers, each counted only under its own condition."""
    zero = graph.const(0.0)
    total: Node | None = None
    for condition, product in reversed(contributions):
        part = product
        if condition is not None and condition is not reached:
            part = simplify.where(graph, condition, product, zero)
        total = part if total is None else simplify.add(graph, total, part)
    return total or zero
