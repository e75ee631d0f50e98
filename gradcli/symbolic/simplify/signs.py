"""What is known of the sign of a node wherever it is defined, whatever its variables are."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from gradcli.graph.entry import Facts
from gradcli.graph.node import CONST, Node
from gradcli.graph.rules import table


class Sign(IntEnum):
    """Nothing, at least 0, or more than 0."""

    UNKNOWN = 0
    NOT_NEGATIVE = 1
    POSITIVE = 2


UNKNOWN, NOT_NEGATIVE, POSITIVE = Sign


def sign_of(node: Node, known: Callable[[Node], Sign]) -> Sign:
    """The sign of a node, from those of its arguments."""
    op, args = node.op, node.args
    if op == CONST:
        return POSITIVE if node.value > 0 else NOT_NEGATIVE if node.value == 0 else UNKNOWN
    if op in {"mul", "div", "where", "min"}:
        return min(known(arg) for arg in (args[1:] if op == "where" else args))
    if op in {"add", "max"}:
        return _most([known(arg) for arg in args], whole=op == "add")
    if op == "pow":
        return _power(args[0], args[1], known)
    return _of_function(table().facts(op, len(args)), [known(arg) for arg in args])


def _of_function(facts: Facts, signs: list[Sign]) -> Sign:
    """The sign of a function of the table, from those of its arguments."""
    if "positive" in facts.words:
        return POSITIVE
    if "definite" in facts.words:
        return max(NOT_NEGATIVE, *signs)
    if "nonnegative" in facts.words:
        return NOT_NEGATIVE
    # What grows through 0 is positive just where its argument is.
    return signs[0] if "increasing" in facts.words and ("0", "0") in facts.values else UNKNOWN


def _most(signs: list[Sign], *, whole: bool) -> Sign:
    """Of a sum nothing may be unknown; of a maximum one positive argument is enough."""
    return UNKNOWN if whole and min(signs) is UNKNOWN else max(signs)


def _power(base: Node, exponent: Node, known: Callable[[Node], Sign]) -> Sign:
    if known(base) is POSITIVE:
        return POSITIVE
    if exponent.op == CONST and exponent.value % 2 == 0:
        return NOT_NEGATIVE if exponent.value > 0 else POSITIVE
    if known(base) is NOT_NEGATIVE or (exponent.op == CONST and exponent.value % 1 != 0):
        return NOT_NEGATIVE
    if exponent.op == "div" and all(arg.op == CONST for arg in exponent.args):
        # Fractions are in lowest terms and are no whole numbers: the base cannot be negative.
        return NOT_NEGATIVE
    return UNKNOWN
