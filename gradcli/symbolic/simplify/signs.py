"""What is known of the sign of a node wherever it is defined, whatever its variables are."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

from gradcli.graph.node import CONST, Node


class Sign(IntEnum):
    """Nothing, at least 0, or more than 0."""

    UNKNOWN = 0
    NOT_NEGATIVE = 1
    POSITIVE = 2


UNKNOWN, NOT_NEGATIVE, POSITIVE = Sign

_POSITIVE = frozenset(
    [
        "exp",
        "exp2",
        "cosh",
        "sech",
        "sigmoid",
        "softplus",
        "gaussian",
        "normal_pdf",
        "normal_cdf",
        "erfc",
    ]
)
_NOT_NEGATIVE = frozenset(["relu", "step", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"])
_SAME = frozenset(["cbrt", "sinh", "tanh", "asinh", "atan", "erf", "id"])
"""Odd functions that grow: positive just where their argument is."""


def sign_of(node: Node, known: Callable[[Node], Sign]) -> Sign:
    """The sign of a node, from those of its arguments."""
    op, args = node.op, node.args
    if op == CONST:
        return POSITIVE if node.value > 0 else NOT_NEGATIVE if node.value == 0 else UNKNOWN
    if op in _POSITIVE:
        return POSITIVE
    if op in _SAME:
        return known(args[0])
    if op in {"mul", "div", "where", "min"}:
        return min(known(arg) for arg in (args[1:] if op == "where" else args))
    if op in {"add", "max"}:
        return _most([known(arg) for arg in args], whole=op == "add")
    if op in {"abs", "sqrt", "hypot", "norm"}:
        return max(NOT_NEGATIVE, *[known(arg) for arg in args])
    if op == "pow":
        return _power(args[0], args[1], known)
    return NOT_NEGATIVE if op in _NOT_NEGATIVE else UNKNOWN


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
