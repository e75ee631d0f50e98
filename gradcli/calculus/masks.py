"""Which entries are reached at all, where a condition or an index leaves others out.

An adjoint of 0 at an entry that is not used does no harm to numbers, but 0 times an infinite
partial is NaN. So the condition of an adjoint is pulled back beside it: what hands adjoints back
by moving and adding entries moves the condition in the same way, a product also masks its other
factor, and a taken part begins a condition.
"""

from __future__ import annotations

from gradcli.calculus.edge import fitted
from gradcli.calculus.guards import ALWAYS
from gradcli.graph import operations
from gradcli.graph.arrays import linear
from gradcli.graph.arrays.gathering import INDEXED
from gradcli.graph.arrays.pullbacks import pulled
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import REDUCTIONS, Form

BEGINNING = frozenset(["take", "gather"])
"""What leaves entries out by itself."""

LEAVING = frozenset(["where", "max_to", "min_to", *BEGINNING])
"""What may leave entries of an array out."""


def leaves_out(graph: Graph, output: Node) -> bool:
    """Whether anything that an output is computed from may leave entries of an array out."""
    return any(node.op in LEAVING for node in graph.ancestors([output]))


def through(
    graph: Graph, node: Node, place: int, condition: Node | None, adjoint: Node
) -> tuple[Node | None, Node]:
    """What one argument gets of an adjoint, and the condition under which an entry gets any.

    Args:
        graph: the graph of all; what is made is added to it.
        node: an operation that is not done entry by entry.
        place: which of its arguments.
        condition: for which entries of the adjoint it counts; None for all.
        adjoint: the derivative by the node, in its form.
    """
    if condition is None and node.op not in BEGINNING:
        return None, pulled(graph, node, place, adjoint)
    reached = graph.const(1.0) if condition is None else condition
    reached = operations.make(graph, "where", (reached, graph.const(1.0), graph.const(0.0)))
    reached = operations.make(graph, "spread", (reached,), (node.form,))
    args = node.args
    if condition is not None:
        adjoint = operations.where(graph, condition, adjoint, graph.const(0.0))
        adjoint = operations.make(graph, "spread", (adjoint,), (node.form,))
        if node.op == "contract":
            other = 1 - place
            args = _with(
                args, other, _masked(graph, args[other], _count(graph, node, other, reached))
            )
    product = pulled(graph, node, place, adjoint, args)
    count = _reached(graph, node, place, reached)
    return _positive(graph, count), product


def _reached(graph: Graph, node: Node, place: int, reached: Node) -> Node:
    """For each entry of an argument how much of what is reached it leads to; 0 for none."""
    form = node.args[place].form
    if linear.in_each(node.op):  # its rule moves entries, adds them, or multiplies by factors
        return _count(graph, node, place, reached)
    if node.op not in REDUCTIONS:
        # Every entry of an inverse depends on every entry.
        reached = operations.make(graph, "sum_to", (reached,), (Form(),))
    return operations.make(graph, "spread", (reached,), (form,))


def _count(graph: Graph, node: Node, place: int, reached: Node) -> Node:
    """The rule of an operation with ones in place of its arguments."""
    index = INDEXED.get(node.op)
    ones = tuple(
        [arg if at == index else _ones(graph, arg.form) for at, arg in enumerate(node.args)]
    )
    share = fitted(
        graph, (ALWAYS, pulled(graph, node, place, reached, ones)), node.args[place].form
    )
    return share[1]


def _ones(graph: Graph, form: Form) -> Node:
    return operations.make(graph, "spread", (graph.const(1.0),), (form,))


def _positive(graph: Graph, count: Node) -> Node:
    return operations.make(graph, "gt", (count, graph.const(0.0)))


def _masked(graph: Graph, factor: Node, count: Node) -> Node:
    masked = operations.where(graph, _positive(graph, count), factor, graph.const(0.0))
    return operations.make(graph, "spread", (masked,), (factor.form,))


def _with(args: tuple[Node, ...], place: int, arg: Node) -> tuple[Node, ...]:
    return (*args[:place], arg, *args[place + 1 :])
