"""Conditions of rules that are only looked at: comparisons of arguments, before they are nodes.

Where an edge of the chain rule is there only under a condition, such as x != 0 or y != 0 for a
power, a number of the derivative needs to know whether it is met, and no node for it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from gradcli.base.record import Record
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.template import Make, Operation, Template

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
"""The comparisons, of floats and of exact numbers."""

JUNCTIONS = frozenset(("and", "or"))

LOGIC = frozenset((*TESTS, *JUNCTIONS, "not"))
"""The operations whose value is always 0 or 1."""

ZERO_TESTS = frozenset(("ne", "or"))
"""What a condition is an operation of that tells whether something is 0."""


class Comparison:
    """A condition in parameters: what it is made of, and a function of numbers.

    Two are equal if they are the same object, so that looking one up costs little.
    """

    __slots__ = ("formula",)

    def __init__(self, formula: Template) -> None:
        self.formula = formula

    def __getstate__(self) -> object:
        # The first two protocols of pickle know of slots only where this is defined.
        return object.__getstate__(self)

    def holds(self, numbers: list[float]) -> bool:
        """Whether the condition holds for these numbers, which are added to."""
        for op, places, value, _, _ in self.formula.operations:
            if op == CONST:
                numbers.append(value)
                continue
            a, b = numbers[places[0]], numbers[places[1]]
            if op == "or":
                numbers.append(a or b)
            elif op == "and":
                numbers.append(a and b)
            else:
                numbers.append(TESTS[op](a, b))
        return bool(numbers[-1])


class Test(Record):
    """A comparison of these nodes."""

    of: Comparison
    args: tuple[Node, ...]

    def node(self, graph: Graph, make: Make) -> Node:
        """The condition as a node of their graph."""
        return self.of.formula.instantiate(graph, self.args, make)

    def holds(self, value_of: Callable[[Node], float]) -> bool:
        """Whether it holds where nodes have these values."""
        return self.of.holds([*map(value_of, self.args)])


def is_comparison(operations: tuple[Operation, ...]) -> bool:
    """Whether operations compare parameters and constants and join comparisons, and no more."""
    return all(each.op in TESTS or each.op in JUNCTIONS or each.op == CONST for each in operations)
