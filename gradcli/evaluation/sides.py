"""Both sides of a point along one input: whether a function has a jump or a kink there.

Each node has a value and a slope just beside the point, and what is tied at the point is decided
by the slopes: x > 0 holds to the right of 0. So max(x, 0) + min(x, 0) is seen to be smooth, as one
looks at its parts together, and where(x > 0, 1, 0) is seen to jump. The side is infinitely near:
no value is taken at a distance, but of single operations that are tied.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from gradcli.engine.interpreter import Values
from gradcli.evaluation.edge import carry, slope
from gradcli.evaluation.ties import PATTERNS, SAME, STEP, alarms
from gradcli.graph.domains import LOGIC, TESTS
from gradcli.graph.node import CONST, IDENTITY, Graph, Node
from gradcli.graph.rules import table

_NEAR = 1e-6
"""Values and slopes of both sides that differ by less are the same."""


def is_tied(graph: Graph, output: Node, at: Values) -> bool:
    """Whether anything that an output is made of is tied at the point."""
    nodes = graph.ancestors([output])
    conditions = (arg for node in nodes if node.op in _LOGIC for arg in node.args)
    if not all(at(each) for each in conditions if each.op not in LOGIC):
        return True
    return any(map(at, alarms(graph.draft(), nodes, {*nodes})))


def is_smooth(graph: Graph, output: Node, source: Node, at: Values, derivative: float) -> bool:
    """Whether a function is seen to have neither a jump nor a kink at a point along one input.

    Args:
        graph: the graph of the function; it does not grow.
        output: the function.
        source: the input, or the step, that moves.
        at: the values at the point.
        derivative: what is given as the derivative: both sides have to agree with it.

    Returns:
        False also where it cannot be decided.
    """
    value = at(output)
    order = graph.ancestors([output])
    for side in (1, -1):
        for guesses in PATTERNS:
            beside = _Side(at, guesses)
            beside.move(order, source, side)
            there = beside.of(output)
            expected = derivative if side > 0 else -derivative
            if not (_same(there.value, value) and _same(there.slope, expected)):
                return False
            if not beside.has_guessed:
                break
    return True


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR)


class _Beside(NamedTuple):
    """What a node is just beside the point, and how it goes on from there."""

    value: float
    slope: float


class _Side:
    """The nodes on one side of a point.

    Attributes:
        has_guessed: whether a tie was decided without a reason.
    """

    def __init__(self, at: Values, guesses: Sequence[int]) -> None:
        self.has_guessed = False
        self._at = at
        self._guesses = guesses
        self._guessed = 0
        self._moved: dict[Node, _Beside] = {}

    def of(self, node: Node) -> _Beside:
        """A node, which stays where it is if it is not made of what moves."""
        return self._moved.get(node) or _Beside(self._at(node), 0.0)

    def move(self, order: Sequence[Node], source: Node, side: int) -> None:
        """Move the source, and with it all nodes that are made of it."""
        for node in order:
            if node is source:
                self._moved[node] = _Beside(self._at(node), side)
            elif any(arg in self._moved for arg in node.args):
                self._moved[node] = self._follow(node)

    def _follow(self, node: Node) -> _Beside:
        if node.op in TESTS:
            return _Beside(self._compared(node), 0.0)
        if node.op in LOGIC:
            holds = [self._holds(arg) for arg in node.args]
            return _Beside(float(_LOGIC[node.op](holds)), 0.0)
        if node.op == "where":
            return self.of(node.args[1 if self._holds(node.args[0]) else 2])
        if node.op == IDENTITY:
            return self.of(node.args[0])
        return self._operation(node)

    def _guess(self) -> int:
        self.has_guessed = True
        self._guessed += 1
        return self._guesses[self._guessed % len(self._guesses)]

    def _compared(self, node: Node) -> float:
        first, second = map(self.of, node.args)
        sign: float = first.value - second.value if first.value != second.value else 0.0
        if first.value == second.value and node.args[0] is not node.args[1]:
            is_same = math.isclose(first.slope, second.slope, rel_tol=SAME)
            sign = self._guess() if is_same else first.slope - second.slope
        return float(TESTS[node.op](sign, 0))

    def _holds(self, node: Node) -> bool:
        """Whether a condition holds, or a number that stands for one is not 0."""
        value, rate = self.of(node)
        if value or node.op in LOGIC or node not in self._moved or node.op == CONST:
            return bool(value)
        return bool(rate) or self._guess() > 0

    def _operation(self, node: Node) -> _Beside:
        alone = _alone(node.op, len(node.args))
        places = [self.of(arg) for arg in node.args]
        here = Values(alone.args, [each.value for each in places])
        value = here(alone)
        condition = table().kink(_GRAPH, alone)
        if condition is None or not here(condition):
            return _Beside(value, self._slope(node, here))
        fastest = max(abs(each.slope) for each in places)
        rates = [
            each.slope / fastest if fastest else self._guess() if arg in self._moved else 0.0
            for arg, each in zip(node.args, places, strict=True)
        ]
        near = [
            each.value + STEP * max(1.0, abs(each.value)) * rate
            for each, rate in zip(places, rates, strict=True)
        ]
        there = Values(alone.args, near)
        # An operation with a kink only, such as abs, has the same value on both sides.
        jumps = not math.isclose(there(alone), value, rel_tol=_JUMP, abs_tol=_JUMP)
        return _Beside(there(alone) if jumps else value, self._slope(node, there))

    def _slope(self, node: Node, values: Values) -> float:
        alone = _alone(node.op, len(node.args))
        edges = [
            (arg, node, slope(table().partial(_GRAPH, alone, place), values))
            for place, arg in enumerate(node.args)
            if arg in self._moved
        ]
        return carry({arg: self.of(arg).slope for arg in node.args}, edges).get(node, 0.0)


_GRAPH = Graph()


@cache
def _alone(op: str, arity: int) -> Node:
    """An operation of inputs of its own: nothing in its rule is taken together with others."""
    return _GRAPH.node(op, tuple([_GRAPH.input(f"x{place}") for place in range(arity)]))


_JUMP = math.sqrt(STEP)

_LOGIC: Mapping[str, Callable[[list[bool]], bool]] = {
    "and": all,
    "or": any,
    "not": lambda holds: not holds[0],
}
