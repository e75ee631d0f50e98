"""Conditions: comparisons, and what joins them."""

from __future__ import annotations

from gradcli.graph.domains import LOGIC, TESTS
from gradcli.graph.node import CONST, Node
from gradcli.symbolic.simplify.signs import POSITIVE
from gradcli.symbolic.simplify.writer import Writer


def condition(writer: Writer, op: str, args: tuple[Node, ...]) -> Node:
    """A comparison or a junction of conditions, with what is settled left out; its value is kept.

    Arguments are never simplified: a rewriting may be defined where the original is NaN, and a
    comparison with NaN has a value.
    """
    if op == "not":
        return _negation(writer, args[0])
    a, b = args
    if op in {"and", "or"}:
        return _junction(writer, op, a, b)
    if is_known(a) and is_known(b):
        return _truth(writer, TESTS[op](a.value, b.value))
    if op in {"eq", "ne"} and b.op == CONST and b.value == 0 and writer.sign(a) is POSITIVE:
        return _truth(writer, op == "ne")
    return _of_extremum(writer, op, a, b) or writer.make(op, a, b)


def is_known(node: Node) -> bool:
    """Whether a node is a number."""
    return node.op == CONST


def _truth(writer: Writer, value: object) -> Node:
    return writer.graph.const(1.0 if value else 0.0)


def _as_truth(writer: Writer, node: Node) -> Node:
    """1 where a node is not 0, and 0 where it is: what an operand of a junction counts for."""
    if is_known(node):
        return _truth(writer, node.value)
    return node if node.op in LOGIC else writer.make("ne", node, _truth(writer, 0))


def _negation(writer: Writer, node: Node) -> Node:
    if is_known(node):
        return _truth(writer, not node.value)
    if node.op == "not":
        return _as_truth(writer, node.args[0])
    return writer.make("not", node)


def _junction(writer: Writer, op: str, a: Node, b: Node) -> Node:
    for one, other in ((a, b), (b, a)):
        if is_known(one):
            decides = bool(one.value) == (op == "or")
            return _truth(writer, one.value) if decides else _as_truth(writer, other)
        # x != y or x <= y: one of them always holds.
        opposite = one.op == "ne" and other.op in {"le", "ge", "eq"} and one.args == other.args
        if op == "or" and opposite:
            return _truth(writer, 1)
    return _as_truth(writer, a) if a is b else writer.make(op, a, b)


def _of_extremum(writer: Writer, op: str, a: Node, b: Node) -> Node | None:
    """``a == max(a, b)`` as ``a >= b``."""
    if op != "eq" or b.op not in {"max", "min"} or len(b.args) != 2 or a not in b.args:
        return None
    other = b.args[1] if a is b.args[0] else b.args[0]
    return writer.make("ge" if b.op == "max" else "le", a, other)
