"""Derivatives along vectors and of second order, as nodes: JVP, VJP, HVP, Jacobian, Hessian.

Sizes are said as for functions from n inputs to m outputs. A node that an output does not depend
on has the derivative 0 by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.calculus.edge import zero
from gradcli.calculus.forward import push_forward
from gradcli.calculus.reverse import gradient, pull_back
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SCALAR


def jvp(
    graph: Graph, outputs: Sequence[Node], tangents: Mapping[Node, Node], *, masked: bool = False
) -> list[Node]:
    """The Jacobian times a vector: for each of m outputs, Σ ∂output/∂input · tangent of the input.

    Args:
        graph: the graph of all nodes; what is made is added to it.
        outputs: m nodes.
        tangents: for each of n inputs, a node by which the derivative is multiplied.
        masked: as in `gradcli.calculus.forward.push_forward`.
    """
    found = push_forward(graph, outputs, tangents, masked=masked, past=True).of
    return [found.get(output) or zero(graph, output) for output in outputs]


def masked_jvp(graph: Graph, output: Node, tangents: Mapping[Node, Node]) -> Node:
    """The same for one output, safe where entries of arrays are left out.

    What goes forward meets entries before anything leaves them out. So it is made of what goes
    back, which is masked (`gradcli.calculus.masks`): of a number the product with its gradient, of
    an array the transpose of its product with a vector.

    Args:
        graph: the graph of all nodes; what is made is added to it.
        output: the node to differentiate.
        tangents: as of `jvp`.
    """
    if not output.shape:
        slopes = gradient(graph, output, list(tangents), masked=True)
        total = graph.const(0.0)
        for slope, tangent in zip(slopes, tangents.values(), strict=True):
            moves = operations.make(graph, "ne", (tangent, graph.const(0.0)))
            product = operations.mul(graph, slope, tangent)
            product = operations.where(graph, moves, product, graph.const(0.0))
            part = operations.make(graph, "sum_to", (product,), (SCALAR,))
            total = operations.add(graph, total, part)
        return total
    cotangent = graph.input("the cotangent", output.form)
    found = vjp(graph, {output: cotangent}, list(tangents), masked=True)
    seeds: dict[Node, Node] = {}
    for node, tangent in zip(found, tangents.values(), strict=True):
        seeds[node] = operations.add(graph, seeds[node], tangent) if node in seeds else tangent
    return vjp(graph, seeds, [cotangent], masked=True)[0]


def vjp(
    graph: Graph, cotangents: Mapping[Node, Node], inputs: Sequence[Node], *, masked: bool = False
) -> list[Node]:
    """A vector times the Jacobian: for each of n inputs, Σ cotangent · ∂output/∂input.

    Args:
        graph: the graph of all nodes; what is made is added to it.
        cotangents: for each of m outputs, a node by which its derivative is multiplied.
        inputs: n nodes.
        masked: as in `gradcli.calculus.reverse.differentiate`.
    """
    adjoints = pull_back(graph, cotangents, inputs, masked=masked).adjoints
    return [adjoints.get(node) or zero(graph, node) for node in inputs]


def jacobian(graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node]) -> list[list[Node]]:
    """∂output/∂input, a row of n nodes for each of m outputs, by one backward pass a row."""
    return [gradient(graph, output, inputs) for output in outputs]


def hessian(graph: Graph, output: Node, inputs: Sequence[Node]) -> list[list[Node]]:
    """∂²output/∂input∂input, n rows of n nodes: the Jacobian of the gradient."""
    return jacobian(graph, gradient(graph, output, inputs), inputs)


def hvp(graph: Graph, output: Node, tangents: Mapping[Node, Node]) -> list[Node]:
    """The Hessian times a vector: n nodes, without the Hessian, by one pass back and one forward.

    Args:
        graph: the graph of all nodes; what is made is added to it.
        output: the node to differentiate twice.
        tangents: for each of n inputs, a node: the vector.
    """
    return jvp(graph, gradient(graph, output, list(tangents)), tangents)
