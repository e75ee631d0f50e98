"""Derivatives that are 0, or have no digits, because equal terms are taken from each other.

Whether that is so is looked at only where a sum in a derivative cancels, and in decimals: at
x = 1 the derivative of x^2 - 2x is 0 because it is, at x = 1e17 that of x/(x + 1) is 1e-34.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.syntax.walk import bottom_up

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from gradcli.engine.interpreter import Values

MOST = 300
"""A derivative of more operations is not looked at, nor those of a program of more."""

MOST_NODES = 10 * MOST
"""A graph with more nodes has a longer program in it, or is not worth the look whether it has."""

CANCELS = 1e-12
"""A sum that is no more than this beside its terms has lost digits, if anything has."""

_WRONG = 1e-3
"""How far off a derivative may be that is not told of."""

_NOISE = 1e-30
"""Beside the terms of a sum, what is less in decimals is 0, or not known."""

_EXACT = frozenset(
    ("add", "sub", "mul", "div", "neg", "id", "pow", "sqrt", "exp", "log", "log2", "log10")
)
"""Operations that decimals have everywhere with all their digits."""

_LAST_PLACE = 2.0**-52


def true_value(graph: Graph, derivative: Node, at: Values) -> float | None:
    """What a derivative is whose digits are lost in a sum; None where they are not.

    Args:
        graph: the graph of the derivative.
        derivative: its node.
        at: the values of its nodes.
    """
    size = cancelled(derivative, at)
    if not size:
        return None
    order = graph.ancestors([derivative])
    if len(order) > MOST or not all(each.op in {*_EXACT, INPUT, CONST} for each in order):
        return None
    true = _in_decimals(order, at, lambda _: 1.0)
    if true is None or abs(true) <= _NOISE * size:
        return None
    found = at(derivative)
    if abs(found - true) <= _WRONG * abs(true):
        return None
    # What the last places of inputs decide is no more than the rounding of these.
    beside = _in_decimals(order, at, lambda place: 1.0 + (-1) ** place * _LAST_PLACE)
    is_known = beside is not None and abs(beside - true) <= _WRONG * abs(true)
    return true if is_known and math.isfinite(true) and true else None


def cancelled(derivative: Node, at: Values, known: dict[Node, float] | None = None) -> float:
    """How large the terms are of a sum that cancels and is a factor of a derivative; 0 for none.

    Args:
        derivative: its node.
        at: the values of its nodes.
        known: the same of nodes that have been looked at, which is added to.
    """

    def size(node: Node, inside: Mapping[Node, float]) -> float:
        if node.op in {"add", "sub"}:
            most = max(abs(at(arg)) for arg in node.args)
            if math.isfinite(most) and abs(at(node)) <= CANCELS * most:
                return most
        return max((inside[each] for each in _factors(node)), default=0.0)

    return bottom_up(derivative, _factors, size, known)[derivative]


def _factors(node: Node) -> Sequence[Node]:
    """What a node is a sum or a product of, whose digits it has."""
    if node.op == "div":
        return node.args[:1]
    return node.args if node.op in {"add", "sub", "mul", "neg"} else ()


def _in_decimals(order: list[Node], at: Values, moved: Callable[[int], float]) -> float | None:
    """A derivative in decimals, of inputs that are moved by factors; None where there is none."""
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415  (only where a sum cancels)

    from gradcli.engine.decimals import exact  # noqa: PLC0415  (likewise)

    known: dict[Node, Decimal] = {}
    for place, node in enumerate(order):
        if node.op in {INPUT, CONST}:
            value = at(node) * (moved(place) if node.op == INPUT else 1.0)
            number = Decimal(value) if math.isfinite(value) else None
        else:
            try:
                number = exact(str(node.op), [known[arg] for arg in node.args])
            except (InvalidOperation, OverflowError):
                number = None
        if number is None:
            return None
        known[node] = number
    return float(known[order[-1]])
