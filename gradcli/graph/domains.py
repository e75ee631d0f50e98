"""What is known of where a node is defined, and of where it is 0."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from gradcli.graph.conditions import LOGIC
from gradcli.graph.entry import lines
from gradcli.graph.node import CONST, INPUT, Node

LEVEL = LOGIC | {"sign", "step", "floor", "ceil", "round", "trunc"}
"""The operations that stay the same number beside all that they are not tied at."""

JUMPING = LEVEL | {"mod", "rem", "atan2"}
"""The operations that are another number on the other side of what they are tied at."""


@cache
def _has_value_everywhere(op: str, arity: int) -> bool:
    """Whether an operation has a finite value for all real arguments, as the rule table has it."""
    facts = lines().facts(op, arity)
    is_of_table = type(op) is str  # whether an equation has a root depends on its parameters
    return is_of_table and facts.domain is None and facts.pole is None


@cache
def _is_definite(op: str, arity: int) -> bool:
    return "definite" in lines().facts(op, arity).words


def is_size(node: Node) -> bool:
    """Whether a node is 0 just where all its arguments are, and defined for all: abs, a norm."""
    op, arity = node.op, len(node.args)
    return arity > 0 and _is_definite(op, arity) and _has_value_everywhere(op, arity)


def is_defined_everywhere(node: Node, known: Callable[[Node], bool]) -> bool:
    """Whether a node has a value for all real inputs, from what is known of its arguments."""
    op, args = node.op, node.args
    if not args:
        return op == INPUT or math.isfinite(node.value)
    if not all(map(known, args)):
        return False
    last = args[-1]
    if op == "pow":
        return last.op == CONST and last.value >= 0 and last.value == math.floor(last.value)
    if op == "div":
        return last.op == CONST and last.value != 0
    return _has_value_everywhere(op, len(args))


def holds_elsewhere(condition: Node) -> bool:
    """Whether a condition can only fail at single values of a number, as x != 0 or n < 0 can."""
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        if node.op == "ne":
            return True
        if node.op == "or":
            waiting.extend(node.args)
    return False


def is_guard(choice: Node) -> bool:
    """Whether a choice is 0 but where a condition holds that can only fail at single values."""
    condition, _, otherwise = choice.args
    return otherwise.op == CONST and otherwise.value == 0 and holds_elsewhere(condition)


MOST_SIZES = 32
"""Of a condition with more parts nothing is known, for in a long sum every term adds another."""


@lru_cache(maxsize=4)  # each argument of a norm asks for the same condition
def zeros(condition: Node) -> frozenset[Node]:
    """Nodes that are all 0 where a condition does not hold: x and y for norm(x, y) != 0."""
    waiting, sizes = [condition], list[Node]()
    while waiting:
        if len(sizes) > MOST_SIZES:
            return frozenset()
        node = waiting.pop()
        if node.op == "or":
            waiting.extend(node.args)
        elif node.op == "ne" and node.args[1].op == CONST and node.args[1].value == 0:
            sizes.append(node.args[0])
        else:
            return frozenset()
    parts = [arg for size in sizes if is_size(size) for arg in size.args]
    return frozenset(_with_consequences([*sizes, *parts]))


def _with_consequences(nodes: Sequence[Node]) -> set[Node]:
    """Nodes that are 0, and those that are for that reason: x where 2*x is, or x - y and y are."""
    found = set(nodes)
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        first, last = (*node.args, node, node)[:2]
        if node.op == "mul" and first.op == CONST:
            more = {last}
        elif node.op in {"add", "sub"}:
            more = {last} if first in found else {first} if last in found else set()
        else:
            continue
        waiting.extend(more - found)
        found |= more
    return found


def are_like_sums(one: Node, other: Node) -> bool:
    """Whether two sums of positive multiples of the same products have a value at the same places.

    So do ``log(x) + log(x)`` and ``2*log(x)``, infinite values included; a difference might cancel.
    """
    found = _summands(one)
    return found is not None and found == _summands(other)


def _summands(total: Node) -> set[frozenset[tuple[Node, int]]] | None:
    """The products that a sum is made of, without their positive factors; None if it has others."""
    found = set[frozenset[tuple[Node, int]]]()
    waiting = [total]
    while waiting:
        node = waiting.pop()
        if node.op == "add":
            waiting.extend(node.args)
            continue
        factors = Counter[Node]()
        inside = [node]
        while inside:
            each = inside.pop()
            if each.op == "mul":
                inside.extend(each.args)
            elif each.op != CONST:
                factors[each] += 1
            elif not 0 < each.value < math.inf:
                return None
        found.add(frozenset(factors.items()))
    return found
