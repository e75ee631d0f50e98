"""Operations with any number of arguments: their local partials, too long for a one-line rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.node import Graph, Node

Partial = Callable[[Graph, Node, int], Node]
"""The local partial of a node by its argument at a place."""


class Variadic(NamedTuple):
    """What the rule table says of one of these operations.

    ``partial`` is None for those that are nothing but a chain of a binary operation; ``kink``
    gives the condition, as a node, under which the derivative is not unique; ``facts`` are those
    of a line of the table.
    """

    text: str
    doc: str
    partial: Partial | None = None
    kink: Callable[[Graph, Node], Node] | None = None
    facts: str = ""


def _extremum(graph: Graph, node: Node, place: int) -> Node:
    """1 for the one argument that is extreme; equal ones share the derivative evenly."""
    equal = _equal_share(graph, node)
    if equal.value:
        return equal
    chosen = graph.find("eq", (node.args[place], node))
    return operations.where(
        graph,
        chosen,
        operations.make(graph, "div", (graph.const(1.0), _ties(graph, node))),
        graph.const(0.0),
    )


def _equal_share(graph: Graph, node: Node) -> Node:
    """The partial by each argument where all are the same, else 0; kept, as each asks for it."""
    share = graph.shared.get(("share", node))
    if share is None:
        alike = len(set(node.args)) == 1
        share = graph.const(1.0 / len(node.args) if alike else 0.0)
        graph.shared["share", node] = share
    return share


def _ties(graph: Graph, node: Node) -> Node:
    """How many arguments are extreme; kept, for the partial by each argument needs it."""
    count = graph.shared.get(("ties", node))
    if count is None:
        count = graph.find("eq", (node.args[0], node))
        for arg in node.args[1:]:
            count = operations.add(graph, count, graph.find("eq", (arg, node)))
        graph.shared["ties", node] = count
    return count


def _tied(graph: Graph, node: Node) -> Node:
    return graph.find("gt", (_ties(graph, node), graph.const(1.0)))


def _norm(graph: Graph, node: Node, place: int) -> Node:
    """x/norm, and 0 at the origin, the subgradient of least norm."""
    arg = node.args[place]
    zero = graph.const(0.0)
    away = graph.find("ne", (node, zero))
    return operations.where(graph, away, operations.make(graph, "div", (arg, node)), zero)


def _at_origin(graph: Graph, node: Node) -> Node:
    return graph.find("eq", (node, graph.const(0.0)))


def _softmax(graph: Graph, node: Node, place: int) -> Node:
    """exp(x - logsumexp), which cannot overflow."""
    return graph.find("exp", (operations.make(graph, "sub", (node.args[place], node)),))


VARIADIC = {
    "sum": Variadic("1 for each x", "the sum of its arguments"),
    "mean": Variadic("1/n for each x", "the mean of its arguments"),
    "prod": Variadic("the product of the others", "the product of its arguments"),
    "max": Variadic(
        "where(x == max, 1/ties, 0)",
        "the greatest argument; equal ones share the derivative",
        _extremum,
        _tied,
        r"latex \max",
    ),
    "min": Variadic(
        "where(x == min, 1/ties, 0)",
        "the least argument; equal ones share the derivative",
        _extremum,
        _tied,
        r"latex \min",
    ),
    "norm": Variadic(
        "where(norm != 0, x/norm, 0)",
        "the square root of the sum of squares",
        _norm,
        _at_origin,
        "definite",
    ),
    "logsumexp": Variadic("exp(x - logsumexp)", "log of the sum of exp of its arguments", _softmax),
}
