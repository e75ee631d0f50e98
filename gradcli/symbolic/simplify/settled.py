"""Conditions that always hold or never do: 1 == 1, x^2 >= 0, 3*x == 3*x."""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import attrgetter

from gradcli.engine.lowering import Part, lowered
from gradcli.engine.scalar import operation
from gradcli.graph.conditions import TESTS
from gradcli.graph.domains import is_defined_everywhere
from gradcli.graph.node import CONST, Node
from gradcli.symbolic.simplify import terms
from gradcli.symbolic.simplify.algebra import MANY, Algebra
from gradcli.symbolic.simplify.bounds import Bounds, bounds_of
from gradcli.symbolic.simplify.signs import NOT_NEGATIVE, POSITIVE
from gradcli.symbolic.simplify.terms import Terms, as_number
from gradcli.syntax.walk import bottom_up

_APART = 1e-9
"""Numbers that differ by more, relatively, are told apart whatever was rounded on the way."""


class Settled:
    """Decides comparisons of a program's nodes, which are told to it in topological order."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
        self._numbers: dict[Node, float] = {}
        self._everywhere: set[Node] = set()
        self._bounds: dict[Node, Bounds] = {}

    def tell(self, node: Node) -> None:
        """Take note of a node, whose arguments are known."""
        op, args = node.op, node.args
        if op == CONST:
            self._numbers[node] = node.value
        elif args and all(arg in self._numbers for arg in args):
            self._numbers[node] = self._computed(node)
        if is_defined_everywhere(node, self._everywhere.__contains__):
            self._everywhere.add(node)

    def _computed(self, node: Node) -> float:
        """The number that the engine gives an operation on constants: sin(pi) is 0 there."""
        op, args = lowered(node)
        nodes = [each for arg in args for each in (arg.args if isinstance(arg, Part) else (arg,))]
        if not all(each in self._numbers for each in nodes):
            return operation(node.op)(*[self._numbers[arg] for arg in node.args])
        return operation(op)(*map(self._number, args))

    def _number(self, arg: Node | Part) -> float:
        if isinstance(arg, Part):
            return operation(arg.op)(*[self._numbers[each] for each in arg.args])
        return self._numbers[arg]

    def is_everywhere(self, node: Node) -> bool:
        """Whether a node that was told has a value for all inputs."""
        return node in self._everywhere

    def verdict(self, node: Node, values: Mapping[Node, Terms]) -> bool | None:
        """Whether a comparison holds, for all inputs alike; None if that is not known.

        Args:
            node: the comparison.
            values: what both sides are as sums, as far as that is at hand.
        """
        a, b = node.args
        if a in self._numbers and b in self._numbers:
            return self._of_numbers(node.op, a, b, values)
        if not self._everywhere.issuperset(node.args) or not values.keys() >= {a, b}:
            return None
        one, other = values[a], values[b]
        if max(len(one), len(other)) > MANY:
            return None
        return self._of_difference(node.op, self._algebra.add(dict(one), other, -1))

    def truth(self, node: Node, values: Mapping[Node, Terms]) -> bool | None:
        """Whether a condition that is no comparison is a number other than 0."""
        exact = as_number(values[node]) if node in values else None
        if node not in self._numbers or exact is None:
            return None
        return bool(exact) if bool(self._numbers[node]) == bool(exact) else None

    def _of_numbers(self, op: str, a: Node, b: Node, values: Mapping[Node, Terms]) -> bool | None:
        """The engine's own answer, where exact numbers give the same or both are far apart."""
        x, y = self._numbers[a], self._numbers[b]
        found = bool(TESTS[op](x, y))
        exact = [as_number(values[each]) if each in values else None for each in (a, b)]
        if exact[0] is not None and exact[1] is not None:
            return found if TESTS[op](exact[0], exact[1]) == found else None
        apart = not math.isclose(x, y, rel_tol=_APART)
        return found if apart or a is b or a.op == b.op == CONST else None

    def _of_difference(self, op: str, difference: Terms) -> bool | None:
        value = as_number(difference)
        if value is not None:
            return bool(TESTS[op](value, 0))
        for sign in (1, -1):
            known = self._algebra.writer.sign(
                self._algebra.writer.write(terms.scaled(difference, sign))
            )
            if known is POSITIVE:
                return bool(TESTS[op](sign, 0))
            if known is NOT_NEGATIVE and op in _DECIDED[sign]:
                return _DECIDED[sign][op]
        return self._of_bounds(op, self._algebra.writer.write(difference))

    def _of_bounds(self, op: str, difference: Node) -> bool | None:
        """What follows for a comparison with 0 from the bounds of a node."""
        args = attrgetter("args")
        low, high = bottom_up(difference, args, self._bounded, self._bounds)[difference]
        if low > 0 or high < 0:
            return bool(TESTS[op](low, 0))
        for sign, nearest in ((1, low), (-1, high)):
            if nearest == 0 and op in _DECIDED[sign]:
                return _DECIDED[sign][op]
        return None

    def _bounded(self, node: Node, known: Mapping[Node, Bounds]) -> Bounds:
        return bounds_of(node, known.__getitem__, self._algebra.writer.sign(node))


_DECIDED = {1: {"ge": True, "lt": False}, -1: {"le": True, "gt": False}}
"""What follows for a comparison with 0 from a sign that may be 0 itself."""
