"""The derivative of a program on one side of a point: adjoints and partials are limits there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.germs.pair_pieces import UndecidedError
from gradcli.germs.pairs import Beside, ahead
from gradcli.germs.run import DEPTHS, Pass, Undecided
from gradcli.germs.series import ONE, Germ, Term, mul, ray
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.evaluation.point import Point

MOST = 20_000
"""Of a larger derivative, what slopes do not tell is not told by power series."""


class OneSide:
    """The numbers of a program's derivative just beside a point.

    Args:
        at: the program at the point.
        order: all nodes of its output, in order.
        direction: how fast each input moves away from the point.

    Attributes:
        direction: the same.
    """

    def __init__(self, at: Point, order: Sequence[Node], direction: Mapping[Node, float]) -> None:
        self.direction = direction
        self._at = at
        self._order = order
        self._found: dict[Node, float] = {}
        self._passes: dict[float, Pass] = {}

    def __call__(self, node: Node) -> float:
        """The limit of a node of the derivative, which may be infinite."""
        if node not in self._found:
            self._found[node] = self._limit(node)
        return self._found[node]

    def holds(self, condition: Node) -> bool:
        """Whether a condition holds there: a number that is not 0, be its limit 0."""
        if self._quick is not None:
            try:
                return self._quick.holds(condition)
            except UndecidedError:
                pass
        germ = self.germ(condition)
        return bool(self._at.value_of(condition) if germ is None else germ.terms)

    def grad(self, node: Node) -> float:
        """The limit of ∂output/∂node."""
        adjoint = self._at.derivative.adjoints.get(node)
        return 0.0 if adjoint is None else self(adjoint)

    def leading(self, node: Node | None) -> Term | None:
        """The leading term of a node of the derivative; None of 0, and of what is not known."""
        germ = None if node is None else self.germ(node)
        return germ.terms[0] if germ is not None and germ.terms else None

    def product(self, nodes: Sequence[Node]) -> float:
        """The limit of a product of nodes of the derivative; NaN if it is not known."""
        found = ONE
        for each in map(self.germ, nodes):
            if each is None:
                return math.nan
            found = mul(found, each, DEPTHS[-1])
        return math.nan if found.is_lost else found.limit

    def germ(self, node: Node) -> Germ | None:
        """How a node of the derivative grows towards the point, if that is known."""
        if len(self._whole) > MOST:
            return None
        for depth in DEPTHS:
            found = self._pass(depth, node).of(node)
            if isinstance(found, Germ) and (found.err > 0 or found.terms):
                return found
            if not isinstance(found, (Germ, Undecided)):
                return None
            if isinstance(found, Undecided) and not found.helps:
                return None
        return None

    def _limit(self, node: Node) -> float:
        value = math.nan
        if self._quick is not None:
            try:
                value = float(self._quick(node))
            except UndecidedError:
                value = math.nan
        if math.isfinite(value):
            return value
        germ = self.germ(node)
        return self._at.value_of(node) if germ is None else germ.limit

    @cached_property
    def _quick(self) -> Beside | None:
        """The same by values and slopes alone, as far as they tell."""
        at = self._at
        try:
            side = ahead(self._order, self.direction, at.value_of, at.derivative.locals)
        except UndecidedError:
            return None
        # What the output does not depend on has partials, too, and its inputs stay where they are.
        return side.values([*self._order, *at.model.inputs])

    @cached_property
    def _whole(self) -> Sequence[Node]:
        """All nodes of the derivative, in order."""
        derivative = self._at.derivative
        nodes = [*derivative.adjoints.values()]
        nodes += [each for row in derivative.locals.values() for each in row if each is not None]
        return self._at.model.graph.ancestors([*self._order, *nodes])

    def _pass(self, depth: float, node: Node) -> Pass:
        if depth not in self._passes:
            at = self._at
            seeds = {node: ray(at.value_of(node), rate) for node, rate in self.direction.items()}
            self._passes[depth] = Pass(at.value_of, seeds, int(depth))
            self._passes[depth].run(self._whole)
        found = self._passes[depth]
        if node not in self._known:
            found.run(_made_of(node))
        return found

    @cached_property
    def _known(self) -> frozenset[Node]:
        return frozenset(self._whole)


def _made_of(node: Node) -> list[Node]:
    """All nodes that one is made of, be it of a draft, in order."""
    found, waiting = {node}, [node]
    while waiting:
        for arg in waiting.pop().args:
            if arg not in found:
                found.add(arg)
                waiting.append(arg)
    return sorted(found, key=lambda each: each.index)
