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


def _compared(writer: Writer, node: Node) -> Node:
    """What a node counts for as a comparison, if it is one: y and not y are those with 0."""
    if node.op == "not" and node.args[0].op not in LOGIC:
        return writer.make("eq", node.args[0], _truth(writer, 0))
    return _as_truth(writer, node)


_OPPOSITES = {"eq": "ne", "ne": "eq"}


def _negation(writer: Writer, node: Node) -> Node:
    if is_known(node):
        return _truth(writer, not node.value)
    if node.op == "not":
        return _as_truth(writer, node.args[0])
    if node.op in _OPPOSITES:
        # With NaN one of the two holds as well; of < and >= neither does.
        return condition(writer, _OPPOSITES[node.op], node.args)
    return writer.make("not", node)


def _junction(writer: Writer, op: str, a: Node, b: Node) -> Node:
    for one, other in ((a, b), (b, a)):
        if is_known(one):
            decides = bool(one.value) == (op == "or")
            return _truth(writer, one.value) if decides else _as_truth(writer, other)
    if _compared(writer, _negation(writer, a)) is _compared(writer, b):
        return _truth(writer, op == "or")
    both = _cases(a, b), _cases(b, b)
    if a.op in TESTS and both[0] is not None and both[1] is not None:
        # x < y and x > y never holds; x >= y or x <= y does where both have a value.
        if op == "and" and both[0].isdisjoint(both[1]):
            return _truth(writer, 0)
        holds = "ne" in {a.op, b.op} or all(map(writer.is_defined, a.args))
        if op == "or" and both[0] | both[1] == _ALL and holds:
            return _truth(writer, 1)
    return _as_truth(writer, a) if a is b else writer.make(op, a, b)


_CASES = {(0, 1), (0, 0), (1, 0)}
"""Two numbers of which the first is smaller, as large, and larger."""

_ALL = frozenset(_CASES)


def _cases(test: Node, like: Node) -> frozenset[tuple[int, int]] | None:
    """In which cases a comparison of the same two holds as another; None: it compares others."""
    if test.op not in TESTS or like.op not in TESTS:
        return None
    if test.args == like.args:
        return frozenset(case for case in _CASES if TESTS[test.op](*case))
    if test.args == like.args[::-1]:
        return frozenset(case for case in _CASES if TESTS[test.op](*case[::-1]))
    return None


def _of_extremum(writer: Writer, op: str, a: Node, b: Node) -> Node | None:
    """``a == max(a, b)`` as ``a >= b``."""
    if op != "eq" or b.op not in {"max", "min"} or len(b.args) != 2 or a not in b.args:
        return None
    other = b.args[1] if a is b.args[0] else b.args[0]
    return writer.make("ge" if b.op == "max" else "le", a, other)
