"""Operations with any number of arguments: their local partials, too long for a one-line rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from gradcli.base.record import Record
from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node

Rule = Callable[[Graph, Node, int], operations.Partial]
"""The local partial of a node by its argument at a place."""


class Variadic(Record):
    """What a line of the rule table cannot say of one of these operations.

    Attributes:
        partial: its local partials; None if it is no operation of its own.
        kink: the condition, as a node, under which the derivative is not unique; None: never.
        written: what a call of it stands for, if it is no operation of its own.
        empty: its value for no argument at all, as over an empty range; None: it has none.
    """

    partial: Rule | None = None
    kink: Callable[[Graph, Node], Node] | None = None
    written: Callable[[Graph, Sequence[Node]], Node] | None = None
    empty: float | None = None


def _extremum(graph: Graph, node: Node, place: int) -> operations.Partial:
    """1 for the one argument that is extreme; equal ones share the derivative evenly.

    An argument that is written several times counts once, and each of its places has its part.
    """
    if len(node.args) == 2 and node.args[0] is not node.args[1]:
        return _of_two(graph, node, place)
    arg, ties = node.args[place], _ties(graph, node)
    if ties.op == CONST:
        return graph.const(1.0 / len(node.args))
    ties = graph.shared.get(("ties", node, arg), ties)
    share = operations.make(graph, "div", (graph.const(1.0), ties))
    return operations.choice(graph, graph.find("eq", (arg, node)), share, graph.const(0.0))


def _of_two(graph: Graph, node: Node, place: int) -> operations.Partial:
    """1 for the larger, or the smaller, of two, and 1/2 for both where they are the same."""
    arg, other = node.args[place], node.args[1 - place]
    half, one, zero = graph.const(0.5), graph.const(1.0), graph.const(0.0)
    pair = node.args[::-1] if node.args[0].is_const else node.args
    share = operations.make(graph, "where", (graph.find("eq", pair), half, one))
    is_extreme = graph.find("ge" if node.op == "max" else "le", (arg, other))
    return operations.choice(graph, is_extreme, share, zero)


def _ties(graph: Graph, node: Node) -> Node:
    """How many different arguments are extreme; kept, for the partial by each needs it.

    Beside it is kept what the parts of an argument that is written several times are divided by.
    """
    count = graph.shared.get(("ties", node))
    if count is None:
        places = Counter(node.args)
        first, *others = places
        count = graph.find("eq", (first, node)) if others else graph.const(1.0)
        for arg in others:
            count = operations.add(graph, count, graph.find("eq", (arg, node)))
        graph.shared["ties", node] = count
        for arg, times in places.items():
            if others and times > 1:
                several = operations.mul(graph, graph.const(float(times)), count)
                graph.shared["ties", node, arg] = several
    return count


def _tied(graph: Graph, node: Node) -> Node:
    return graph.find("gt", (_ties(graph, node), graph.const(1.0)))


def _norm(graph: Graph, node: Node, place: int) -> operations.Partial:
    """x/norm, and 0 at the origin, the subgradient of least norm."""
    arg = node.args[place]
    zero = graph.const(0.0)
    away = graph.find("ne", (node, zero))
    return operations.choice(graph, away, operations.make(graph, "div", (arg, node)), zero)


def _at_origin(graph: Graph, node: Node) -> Node:
    return graph.find("eq", (node, graph.const(0.0)))


def _softmax(graph: Graph, node: Node, place: int) -> Node:
    """exp(x - logsumexp), which cannot overflow."""
    return graph.find("exp", (operations.make(graph, "sub", (node.args[place], node)),))


def chained(graph: Graph, op: str, args: Sequence[Node]) -> Node:
    """The arguments joined by a binary operation, from left to right."""
    node = args[0]
    for arg in args[1:]:
        node = graph.node(op, (node, arg))
    return node


def _sum(graph: Graph, args: Sequence[Node]) -> Node:
    return chained(graph, "add", args)


def _mean(graph: Graph, args: Sequence[Node]) -> Node:
    return graph.node("div", (_sum(graph, args), graph.const(float(len(args)))))


def _product(graph: Graph, args: Sequence[Node]) -> Node:
    return chained(graph, "mul", args)


VARIADIC = {
    "sum": Variadic(written=_sum, empty=0.0),
    "mean": Variadic(written=_mean),
    "prod": Variadic(written=_product, empty=1.0),
    "max": Variadic(_extremum, _tied),
    "min": Variadic(_extremum, _tied),
    "norm": Variadic(_norm, _at_origin),
    "logsumexp": Variadic(_softmax),
}


def call(graph: Graph, name: str, args: tuple[Node, ...]) -> Node:
    """The node of a call of one of these, of at least one argument."""
    written = VARIADIC[name].written
    return graph.node(name, args) if written is None else written(graph, args)
