"""The constants in front of an expression, taken off it and put together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from gradcli.graph import operations
from gradcli.graph.node import CONST, Graph, Node


def coefficients(graph: Graph, node: Node) -> tuple[list[float], Node | None]:
    """The constants in front of an expression, and what is left of it."""
    constants: list[float] = []
    # Down the left side of a product or quotient, where the sign and the constant stand.
    right: list[Node] = []
    while True:
        if node.op == "neg" and node.label is None:
            constants.append(-1.0)
            node = node.args[0]
        elif node.op in {"mul", "div"} and node.label is None and _has_constant(node):
            right.append(node)
            node = node.args[0]
        else:
            break
    if not (node.op == CONST and node.label is None and node.value and math.isfinite(node.value)):
        return constants, _rebuilt(graph, node, right)
    quotient = bool(right) and right[-1].op == "div"
    # 1/y keeps its 1, which is no constant in front; -2/y is -1 times 2/y, as a person writes it.
    value = math.copysign(1.0, node.value) if quotient else node.value
    if value != 1:
        constants.append(value)
    if not right:
        return constants, None
    if quotient:
        return constants, _rebuilt(graph, graph.const(abs(node.value)), right)
    last = right.pop()
    return constants, _rebuilt(graph, last.args[1], right)


def _has_constant(node: Node) -> bool:
    """Whether a chain of products and quotients begins with a constant or a sign."""
    while node.op in {"mul", "div"} and node.label is None:
        node = node.args[0]
    return node.op in {CONST, "neg"} and node.label is None


def _rebuilt(graph: Graph, node: Node, right: Sequence[Node]) -> Node:
    for each in reversed(right):
        node = operations.make(graph, each.op, (node, each.args[1]))
    return node


def combine(constants: Sequence[float]) -> tuple[int, tuple[float, ...]]:
    """The sign of a product of constants, and as few positive ones as can be without rounding."""
    sign = 1
    kept: list[float] = []
    whole = Fraction(1)
    for number in constants:
        sign = -sign if number < 0 else sign
        product = whole * Fraction(abs(number))
        if _is_float(product):
            whole = product
        else:
            kept.append(abs(number))
    return sign, tuple(kept if whole == 1 else [float(whole), *kept])


def scaled(graph: Graph, constants: Sequence[float], product: Node) -> Node:
    """A product with constants and their sign in front of it."""
    sign, kept = combine(constants)
    for number in kept:
        product = operations.mul(graph, graph.const(number), product)
    return operations.negative(graph, product) if sign < 0 else product


def _is_float(number: Fraction) -> bool:
    try:
        return Fraction(float(number)) == number
    except OverflowError:
        return False
