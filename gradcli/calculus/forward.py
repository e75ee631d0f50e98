"""Forward mode, graph to graph: the derivative of every node by one, built from that one on.

It groups terms as a person does who differentiates from the inside out, (x^2 + x)' first and
then (x^2 + x)^3: this is what derivatives in symbols are made with. For many targets at once
`reverse` is the cheaper of the two.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import NamedTuple

from gradcli.calculus import together
from gradcli.calculus.edge import Ways, zero
from gradcli.calculus.shares import Shares
from gradcli.graph import operations
from gradcli.graph.node import IDENTITY, Graph, Node
from gradcli.graph.rules import table
from gradcli.graph.shapes import JOINING, SHAPED


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
    return push_forward(graph, [output], {source: graph.const(1.0)})


def push_forward(
    graph: Graph,
    outputs: Collection[Node],
    seeds: Mapping[Node, Node],
    *,
    masked: bool = False,
    past: bool = False,
) -> Tangents:
    """Build Σ ∂node/∂source · seed for the outputs and all nodes between them and the sources.

    Args:
        graph: the graph of all; the derivative's nodes are added to it.
        outputs: the nodes to differentiate.
        seeds: what the derivative by each source is multiplied by; no source depends on another.
        masked: let nothing come from entries of seeds that are 0, whatever they are multiplied by.
        past: whether it may go past nodes in between, see `gradcli.calculus.together`.
    """
    ways = Ways(graph, seeds, masked=masked)
    found, names = dict(seeds), {}
    shares = Shares(graph, found) if past else None
    for node in graph.ancestors(outputs):
        if node in seeds or not any(arg in found for arg in node.args):
            continue
        if graph.has_arrays and node.op in SHAPED:
            if node.op in JOINING and not masked:
                ways.put(node, _joined(graph, ways, node))
            else:
                _carry(graph, ways, node)
        else:
            _go(graph, ways, node, shares)
        if node not in ways:
            found[node] = zero(graph, node)
            continue
        found[node] = tangent = ways.total(node)
        if node.label is not None and tangent.args:
            names[node] = graph.node(IDENTITY, (tangent,))
            ways.rename(node, names[node])
    return Tangents(found, names)


def _go(graph: Graph, ways: Ways, node: Node, shares: Shares | None) -> None:
    """Go to an operation from its arguments, or past these from what they are made of."""
    if shares is not None and _go_past(graph, ways, node, shares):
        return
    for place, arg in enumerate(node.args):
        if arg in ways:
            ways.go(arg, node, table().open_partial(graph, node, place))


def _go_past(graph: Graph, ways: Ways, node: Node, shares: Shares) -> bool:
    """Go to a node past what it is made of, if it is differentiated as one."""
    carried = together.carried(graph, node) if graph.has_arrays and not ways.is_masked else None
    if carried is not None:
        arg, linear = carried
        ways.carry(arg, node, linear)
        return True
    total = shares.tangent(node)
    if total is not None:
        ways.put(node, total)
        return True
    further = together.ways(graph, node)
    for arg, partial in further or ():
        if arg in ways:
            ways.go(arg, node, partial)
    return further is not None


def _joined(graph: Graph, ways: Ways, node: Node) -> Node:
    """What comes to arrays one after another: what comes to each, in the same places."""
    parts = [ways.total(arg) if arg in ways else zero(graph, arg) for arg in node.args]
    return operations.make(graph, node.op, tuple(parts), node.params)


def _carry(graph: Graph, ways: Ways, node: Node) -> None:
    """Go from the arguments of an operation on whole arrays to it, by its rule."""
    from gradcli.calculus.transposed import pushed  # noqa: PLC0415  (only arrays need it)

    for place, arg in enumerate(node.args):
        if arg in ways:
            ways.carry(arg, node, functools.partial(pushed, graph, node, place))
