"""Forward mode, graph to graph: the derivative of every node by one, built from that one on.

It groups terms as a person does who differentiates from the inside out, (x^2 + x)' first and
then (x^2 + x)^3: this is what derivatives in symbols are made with. For many targets at once
`reverse` is the cheaper of the two.
"""

from __future__ import annotations

from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.node import IDENTITY, Graph, Node
from gradcli.graph.rules import table


class Tangents(NamedTuple):
    """Derivatives by one node.

    Attributes:
        of: ∂node/∂source for the source itself and every node that depends on it, in order; a
            node that is not in it has the derivative 0.
        names: for each step that the program names, the node by which the derivatives of later
            nodes refer to that of the step.
    """

    of: dict[Node, Node]
    names: dict[Node, Node]


def tangents(graph: Graph, output: Node, source: Node) -> Tangents:
    """Build ∂node/∂source for the output and all nodes between it and the source.

    Args:
        graph: the graph of both; the derivative's nodes are added to it.
        output: the node to differentiate.
        source: the node to differentiate by: an input, or a step that is taken as one.
    """
    one = graph.const(1.0)
    found, used, names = {source: one}, {source: one}, {}
    for node in graph.ancestors([output]):
        if node.index > source.index and any(arg in found for arg in node.args):
            tangent = found[node] = used[node] = _tangent(graph, node, used)
            if node.label is not None and tangent.args:
                used[node] = names[node] = graph.node(IDENTITY, (tangent,))
    return Tangents(found, names)


def derivative(graph: Graph, output: Node, source: Node) -> Node:
    """∂output/∂source, 0 where the output does not depend on it."""
    return tangents(graph, output, source).of.get(output) or graph.const(0.0)


def _tangent(graph: Graph, node: Node, found: dict[Node, Node]) -> Node:
    """The chain rule: the sum of local partials times derivatives of the arguments."""
    total: Node | None = None
    for place, arg in enumerate(node.args):
        inner = found.get(arg)
        if inner is None or operations.is_value(inner, 0):
            continue
        partial = table().partial(graph, node, place)
        if operations.is_value(partial, 0):
            continue
        part = _product(graph, partial, inner)
        total = part if total is None else operations.add(graph, total, part)
    return total or graph.const(0.0)


def _product(graph: Graph, partial: Node, inner: Node) -> Node:
    """A partial times a derivative; where the partial is 0 by a condition, so is the product."""
    if partial.op == "where":
        condition, then, otherwise = partial.args
        if operations.is_value(otherwise, 0):
            return operations.where(graph, condition, operations.mul(graph, then, inner), otherwise)
        if operations.is_value(then, 0):
            return operations.where(graph, condition, then, operations.mul(graph, otherwise, inner))
    return operations.mul(graph, partial, inner)
