"""What is differentiated as one: products, quotients and shares whose derivative cancels by parts.

The derivative of (1 - x)*(1 + x) is (1 - x) - (1 + x) by the rule of products: 0 at x = 1e-20,
instead of -2*x. That of x/hypot(x, y) by x is 1/hypot - x*x/hypot^3, and nothing is left of it
where y is small beside x. The partials that are made of such factors are what rules make, so
second derivatives need them as a whole: here their ways lead past what is in between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.graph import operations
from gradcli.graph.node import Graph, Node

Way = tuple[Node, Node]
"""What a node depends on, by way of what is in between, and the derivative by it."""

Linear = Callable[[Node], Node]
"""What is made of an adjoint or of a tangent: of a symmetric matrix it is the same."""

GREAT = 0.6180339887
"""No two shares are more; those that are half each may be rounded to more than a half. Nobody has
just this share, at which the choice between two ways to the same number would look like a tie."""

MOST = 12
"""Of longer norms and sums of exponentials each share depends on what they all have in common."""


def ways(graph: Graph, node: Node) -> Sequence[Way] | None:
    """The ways from a node past what it is made of; None where it is differentiated part by part.

    Each leads to an argument of one of its arguments, or further; what it is made of is left out.
    """
    rule = _RULES.get(node.op)
    found = None if rule is None else rule(graph, node)
    if found is None or any(arg.form != node.form for arg, _ in found):
        return None
    return found


def _product(graph: Graph, node: Node) -> Sequence[Way] | None:
    one, other = node.args
    if one.op == other.op == "sigmoid":
        return _sigmoids(graph, node, one.args[0], other.args[0])
    if one.op == "sigmoid" and other.op == "add":
        return _silu_slope(graph, one, other)
    if {one.op, other.op} != {"sub", "add"}:
        return None
    less, more = (one, other) if one.op == "sub" else (other, one)
    if less.args != more.args or not operations.is_value(less.args[0], 1):
        return None
    x = less.args[1]
    return [(x, operations.mul(graph, graph.const(-2.0), x))]


def _sigmoids(graph: Graph, node: Node, one: Node, other: Node) -> Sequence[Way] | None:
    """Sigmoid(x)*sigmoid(-x), whose slope beside the value is sigmoid(-x) - sigmoid(x)."""
    if other.op != "neg":
        one, other = other, one
    if other.op != "neg" or other.args[0] is not one:
        return None
    half = operations.mul(graph, graph.const(0.5), one)
    slope = operations.mul(graph, node, graph.find("tanh", (half,)))
    return [(one, operations.make(graph, "neg", (slope,)))]


def _silu_slope(graph: Graph, one: Node, other: Node) -> Sequence[Way] | None:
    """Sigmoid(x)*(1 + x*sigmoid(-x)), whose slope is sigmoid(x)*sigmoid(-x)*(2 - x*tanh(x/2))."""
    (x,) = one.args
    last = other.args[1]
    rest = graph.find("sigmoid", (operations.make(graph, "neg", (x,)),))
    if not operations.is_value(other.args[0], 1) or last.op != "mul" or {*last.args} != {x, rest}:
        return None
    half = operations.mul(graph, graph.const(0.5), x)
    bend = operations.mul(graph, x, graph.find("tanh", (half,)))
    bend = operations.make(graph, "sub", (graph.const(2.0), bend))
    return [(x, operations.mul(graph, operations.mul(graph, one, rest), bend))]


def _quotient(graph: Graph, node: Node) -> Sequence[Way] | None:
    x, whole = node.args
    if whole.op == "sub" and x.op == "div":
        return _chances(graph, node, x, whole)
    if whole.op in {"hypot", "norm"} and _is_one_of_few(x, whole):
        return _direction(graph, node, x, whole)
    return None


def _chances(graph: Graph, node: Node, x: Node, rest: Node) -> Sequence[Way] | None:
    """1/p/(1 - p), whose slope is 0 at p = 1/2."""
    one, p = x.args
    if rest.args != x.args or not operations.is_value(one, 1):
        return None
    excess = operations.make(graph, "sub", (p, graph.const(0.5)))  # which is exact beside 1/2
    square = operations.mul(graph, node, node)
    return [(p, operations.mul(graph, graph.const(2.0), operations.mul(graph, square, excess)))]


def _direction(graph: Graph, node: Node, x: Node, whole: Node) -> Sequence[Way]:
    """x/hypot(x, y): what is left of 1 without its square is the sum of the other squares."""
    found: list[Way] = []
    others: Node | None = None
    for arg in whole.args:
        if arg is not x:
            share = operations.make(graph, "div", (arg, whole))
            part = operations.make(graph, "div", (share, whole))  # a square might be too small
            slope = operations.mul(graph, node, part)
            found.append((arg, operations.make(graph, "neg", (slope,))))
            square = operations.mul(graph, share, part)
            others = square if others is None else operations.add(graph, others, square)
    if others is not None:
        found.append((x, others))
    return found


def number_and_whole(node: Node) -> tuple[Node, Node] | None:
    """What exp(x - logsumexp(...)) is the share of, and what it is a share in; None of others."""
    if node.op != "exp" or node.args[0].op != "sub":
        return None
    x, whole = node.args[0].args
    return (x, whole) if whole.op == "logsumexp" else None


def _share(graph: Graph, node: Node) -> Sequence[Way] | None:
    """exp(x - logsumexp(x, y, ...)): what is left of 1 without it is the sum of the others."""
    parts = number_and_whole(node)
    if parts is None or not _is_one_of_few(*parts):
        return None
    x, whole = parts
    found: list[Way] = []
    others: Node | None = None
    for arg in whole.args:
        if arg is not x:
            share = graph.find("exp", (operations.make(graph, "sub", (arg, whole)),))
            slope = operations.mul(graph, node, share)
            found.append((arg, operations.make(graph, "neg", (slope,))))
            others = share if others is None else operations.add(graph, others, share)
    if others is not None:
        found.append((x, operations.mul(graph, node, others)))
    return found


def _is_one_of_few(x: Node, whole: Node) -> bool:
    return x in whole.args and len(whole.args) <= MOST


def carried(graph: Graph, node: Node) -> tuple[Node, Linear] | None:
    """The same of the entries of an array: what all depend on, and what is made of an adjoint.

    One entry at most is most of the whole, and what is left of 1 without it is the sum of
    the others. All others are no larger than what they are subtracted from.
    """
    if not node.shape or node.op not in {"div", "exp"}:
        return None
    parts = node.args if node.op == "div" else node.args[0].args
    if node.op == "exp" and node.args[0].op != "sub":
        return None
    x, whole = parts
    if whole.op != _WHOLES[node.op] or whole.args[0] is not x or x.form != node.form:
        return None
    if node.op == "exp":
        return x, lambda given: _shares_moved(graph, node, whole, given)
    return x, lambda given: _direction_moved(graph, node, whole, given)


def _shares_moved(graph: Graph, shares: Node, whole: Node, given: Node) -> Node:
    great, others = _apart(graph, shares, shares)
    left = operations.mul(graph, given, _total(graph, whole, others))
    left = _less(graph, left, _total(graph, whole, operations.mul(graph, others, given)))
    every = _total(graph, whole, operations.mul(graph, shares, given))
    moved = operations.where(graph, great, left, _less(graph, given, every))
    return operations.mul(graph, shares, moved)


def _direction_moved(graph: Graph, shares: Node, whole: Node, given: Node) -> Node:
    great, others = _apart(graph, shares, operations.mul(graph, shares, shares))
    parts = operations.make(graph, "div", (others, whole))  # a square might be too small
    left = operations.mul(graph, given, _total(graph, whole, operations.mul(graph, others, parts)))
    along = _total(graph, whole, operations.mul(graph, parts, given))
    left = _less(graph, left, operations.mul(graph, shares, along))
    every = _total(graph, whole, operations.mul(graph, shares, given))
    moved = _less(graph, given, operations.mul(graph, shares, every))
    moved = operations.make(graph, "div", (moved, whole))
    return operations.where(graph, great, left, moved)


def _apart(graph: Graph, shares: Node, sizes: Node) -> tuple[Node, Node]:
    """Which entry is most of the whole, and all shares but this one."""
    great = operations.make(graph, "gt", (sizes, graph.const(GREAT)))
    return great, operations.where(graph, great, graph.const(0.0), shares)


def _total(graph: Graph, whole: Node, entries: Node) -> Node:
    return operations.make(graph, "sum_to", (entries,), (whole.form,))


def _less(graph: Graph, a: Node, b: Node) -> Node:
    return operations.make(graph, "sub", (a, b))


_WHOLES = {"div": "norm_to", "exp": "logsumexp_to"}

_RULES = {"mul": _product, "div": _quotient, "exp": _share}
