"""Conditions: comparisons, and what joins them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from gradcli.graph.conditions import LOGIC, TESTS
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


MOST_PARTS = 8
"""Conditions of one junction that are looked at in pairs: of more only the last two are."""


def _junction(writer: Writer, op: str, a: Node, b: Node) -> Node:
    if op == "and":
        b = where_holds(writer, b, a)
        a = where_holds(writer, a, b)
    parts = [*_parts(op, a), *_parts(op, b)]
    kept: list[Node] = []
    for part in parts if len(parts) <= MOST_PARTS else (a, b):
        kept = _with_part(writer, op, kept, part)
    if len(kept) == 1:
        return _as_truth(writer, kept[0])
    first, *others = kept
    return functools.reduce(lambda joined, part: writer.make(op, joined, part), others, first)


def _parts(op: str, node: Node) -> list[Node]:
    """What a junction joins, as far as that is not too much, and what is no such one by itself."""
    parts: list[Node] = []
    waiting = [node]
    while waiting and len(parts) + len(waiting) <= MOST_PARTS:
        part = waiting.pop()
        if part.op == op:
            waiting.extend(reversed(part.args))
        else:
            parts.append(part)
    return parts + waiting[::-1]


def _with_part(writer: Writer, op: str, kept: list[Node], part: Node) -> list[Node]:
    """One more condition of a junction, in the place of all that it comes to one with."""
    for place, other in enumerate(kept):
        joined = _as_one(writer, op, other, part)
        if joined is not None:
            if joined is other:
                return kept
            return _with_part(writer, op, kept[:place] + kept[place + 1 :], joined)
    return [*kept, part]


def _as_one(writer: Writer, op: str, a: Node, b: Node) -> Node | None:
    """Two conditions as one, if they come to that: ``x != 0 or x <= 0`` always holds."""
    for one, other in ((a, b), (b, a)):
        if is_known(one):
            decides = bool(one.value) == (op == "or")
            return _truth(writer, one.value) if decides else other
    if _compared(writer, _negation(writer, a)) is _compared(writer, b):
        return _truth(writer, op == "or")
    found = _of_same(writer, op, a, b)
    if found is not None:
        return found
    for one, other in ((a, b), (b, a)):
        if implies(one, other):
            return one if op == "and" else other
    return None


def _of_same(writer: Writer, op: str, a: Node, b: Node) -> Node | None:
    """Two comparisons of the same two as one: ``x >= y and x > y`` is ``x > y``."""
    one, other = _cases(a, a), _cases(b, a)
    if one is None or other is None:
        return None
    cases = one & other if op == "and" else one | other
    args = (a.args[0] if a.op == "not" else a).args
    if not cases:
        return _truth(writer, 0)  # x < y and x > y never holds
    if cases == _ALL or (cases == _ALL - {None} and all(map(writer.is_defined, args))):
        return _truth(writer, 1)  # x >= y or x <= y does where both have a value
    for test in TESTS:
        if _where(test) == cases:
            return writer.make(test, *args)
        if _ALL - _where(test) == cases:
            return writer.make("not", writer.make(test, *args))
    return None


def verdict(test: Node, inner: Node, *, holds: bool) -> bool | None:
    """Whether a condition holds where another one of the same two does, or does not."""
    given, asked = _cases(test, test), _cases(inner, test)
    if given is None or asked is None:
        return None
    given = given if holds else _ALL - given
    return False if given.isdisjoint(asked) else True if given <= asked else None


DEEPEST = 3
"""Junctions within junctions that are looked into: of more, each pair would be compared."""


def implies(one: Node, other: Node, depth: int = DEEPEST) -> bool:
    """Whether a condition holds wherever another one does, as far as comparisons tell."""
    if one is other:
        return True
    if {one.op, other.op} & {"and", "or"} and not depth:
        return False
    if one.op == "or":
        return all(implies(part, other, depth - 1) for part in _parts("or", one))
    if other.op == "and":
        return all(implies(one, part, depth - 1) for part in _parts("and", other))
    if one.op == "and" and any(implies(part, other, depth - 1) for part in _parts("and", one)):
        return True
    if other.op == "or":
        return any(implies(one, part, depth - 1) for part in _parts("or", other))
    if one.op == "and":
        return False
    known = verdict(one, other, holds=True)
    return _is_within(one, other) if known is None else known


def _is_within(one: Node, other: Node) -> bool:
    """Whether a comparison with a number holds wherever that with another number does."""
    is_like = one.op in TESTS and other.op in TESTS and one.args[0] is other.args[0]
    if not is_like or not (is_known(one.args[1]) and is_known(other.args[1])):
        return False
    here, there = one.args[1].value, other.args[1].value
    if one.op == "eq":
        return bool(TESTS[other.op](here, there))
    strict = {"ge": "gt", "gt": "gt", "le": "lt", "lt": "lt"}
    is_same_way = one.op in strict and strict[one.op] == strict.get(other.op)
    return is_same_way and bool(TESTS[strict[one.op]](here, there))


_CASES = ((0, 1), (0, 0), (1, 0))
"""Two numbers of which the first is smaller, as large, and larger."""

_Cases = frozenset[tuple[int, int] | None]
"""In which of these cases something holds; None stands for a number that is NaN."""

_ALL: _Cases = frozenset((*_CASES, None))


def _where(test: str) -> _Cases:
    """In which cases a comparison holds: of NaN nothing does but that it is not the same."""
    return frozenset([*(case for case in _CASES if TESTS[test](*case)), *[None] * (test == "ne")])


def _cases(test: Node, like: Node) -> _Cases | None:
    """In which cases of two numbers a condition holds; None if it is none of those of another."""
    if test.op == "not":
        inner = _cases(test.args[0], like)
        return None if inner is None else _ALL - inner
    other = like.args[0] if like.op == "not" else like
    if test.op not in TESTS or other.op not in TESTS:
        return None
    if test.args == other.args:
        return _where(test.op)
    if test.args == other.args[::-1]:
        return frozenset(None if case is None else case[::-1] for case in _where(test.op))
    return None


def _of_extremum(writer: Writer, op: str, a: Node, b: Node) -> Node | None:
    """``a == max(a, b)`` as ``a >= b``."""
    if op != "eq" or b.op not in {"max", "min"} or len(b.args) != 2 or a not in b.args:
        return None
    other = b.args[1] if a is b.args[0] else b.args[0]
    return writer.make("ge" if b.op == "max" else "le", a, other)


def where_holds(writer: Writer, node: Node, test: Node) -> Node:
    """A condition as it is where another one holds: max(x, y) is x there if that says x > y.

    Args:
        writer: makes the nodes.
        node: the condition.
        test: the other one.
    """
    larger = {frozenset(pair): pair for pair in _larger(test)}
    return _with_larger(writer, node, larger) if larger else node


def _larger(test: Node, depth: int = DEEPEST) -> Iterator[tuple[Node, Node]]:
    """The larger and the smaller of every two that a condition compares, where it holds."""
    if test.op == "and":
        for part in test.args if depth else ():
            yield from _larger(part, depth - 1)
    elif test.op in {"ge", "gt"}:
        yield test.args[0], test.args[1]
    elif test.op in {"le", "lt"}:
        yield test.args[1], test.args[0]


_Larger = Mapping[frozenset[Node], tuple[Node, Node]]
"""For each two the larger one, and the other one."""


def _with_larger(writer: Writer, node: Node, larger: _Larger, depth: int = DEEPEST) -> Node:
    if node.op in {"and", "or", "not"} and depth:
        args = tuple(_with_larger(writer, arg, larger, depth - 1) for arg in node.args)
    elif node.op in TESTS:
        args = tuple(_extreme(arg, larger) for arg in node.args)
        if args[0] is args[1] and writer.is_defined(args[0]):
            return _truth(writer, TESTS[node.op](0, 0))
    else:
        return node
    return node if args == node.args else condition(writer, node.op, args)


def _extreme(node: Node, larger: _Larger) -> Node:
    pair = larger.get(frozenset(node.args)) if node.op in {"max", "min"} else None
    return node if pair is None else pair[0] if node.op == "max" else pair[1]
