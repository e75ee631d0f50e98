"""Second derivatives of the whole function where operations by themselves have none.

By one input twice it is the curvature on both sides; by two the node of the derivative is evaluated
along rays. Where the limits agree, that is the second derivative.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradcli.calculus.reverse import gradient
from gradcli.engine import explain
from gradcli.errors import Problem
from gradcli.evaluation.ties import NOT_DECIDED, NOT_UNIQUE, conditions
from gradcli.germs.rays import limits
from gradcli.germs.sides import are_same, between, sides
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.engine.interpreter import Values
    from gradcli.graph.model import Model

MOST = 200_000
"""How many nodes are looked at, each along every ray."""

_RAYS = 14

_ROUNDING = 1e-13
"""Beside the curvatures, what is no more than that is the rounding of a mixed derivative."""

MOST_INPUTS = 30
"""Nor of more inputs: of 30 there are 465 second derivatives."""


class Entry(NamedTuple):
    """A second derivative.

    Attributes:
        value: what is used.
        ends: by one input the limits to the left and to the right, by two the least and the
            greatest.
        is_known: whether it was told by limits.
    """

    value: float
    ends: tuple[float, float]
    is_known: bool = True

    @property
    def is_unique(self) -> bool:
        """Whether it is the same beside the point on all sides."""
        return are_same(*self.ends)


class Second:
    """The second derivatives of a program at a point where something is tied or not finite.

    Args:
        model: the program; derivatives are added to its graph.
        at: the values at the point.
    """

    def __init__(self, model: Model, at: Values) -> None:
        self._at = at
        self._left = MOST
        self._entries: dict[tuple[Node, Node], Entry | None] = {}
        self._graph = model.graph
        self._output = model.output
        order = set(self._graph.ancestors([model.output]))
        inputs = [node for node in model.inputs if node in order]
        self._inputs = inputs if len(inputs) <= MOST_INPUTS else []

    def entry(self, a: Node, b: Node) -> Entry | None:
        """The second derivative by two inputs; None where it is that of the rules.

        It is so where neither leads to anything that is tied.
        """
        a, b = sorted([a, b], key=lambda node: node.index)
        if (a, b) not in self._rows or not {a, b} & {*self.moving}:
            return None
        if (a, b) not in self._entries:
            self._entries[a, b] = self._found(a, b)
        return self._entries[a, b]

    def value(self, a: Node, b: Node) -> float:
        """The same as a number, also where it is that of the rules."""
        entry = self.entry(a, b)
        if entry is not None:
            return entry.value
        return self._at(self._rows[a, b]) if (a, b) in self._rows else 0.0

    @property
    def is_known(self) -> bool:
        """Whether anything is tied."""
        return bool(self.moving)

    def problems(self, a: Node, b: Node, wrt: str, *, is_told: bool = False) -> list[Problem]:
        """What there is to say of it.

        Args:
            a: an input.
            b: another one, or the same.
            wrt: what the derivative is called in data: ``x,y``.
            is_told: whether it has been told why it may be infinite.
        """
        entry = self.entry(a, b)
        if entry is None:
            return []
        where = self._where(a, b)
        if not entry.is_known:
            message = f"could not decide the second derivative by {wrt} at {where}; "
            message += f"{explain.short(entry.value)} is the convention of each operation by itself"
            return [Problem("kink", wrt, NOT_DECIDED, message)]
        if not entry.is_unique:
            low, high = map(explain.short, entry.ends)
            used = f"{explain.short(entry.value)} is used"
            if a is b:
                what = f"is {low} to the left of {where} and {high} to the right"
            else:
                what = f"is not unique at {where}, from {low} to {high}"
            return [
                Problem("kink", wrt, NOT_UNIQUE, f"the second derivative by {wrt} {what}; {used}")
            ]
        if not math.isfinite(entry.value) and not is_told:
            what = explain.kind(entry.value)
            return [Problem("derivative", wrt, what, f"the derivative by {wrt} is {what} there")]
        return []

    def along(self, rates: Mapping[Node, float], words: str) -> tuple[float, list[Problem]] | None:
        """The second derivative along a line, and what there is to say of it.

        Args:
            rates: how fast each input moves; what stands still is left out.
            words: what it is along: ``along the direction``.

        Returns:
            None where no input that moves leads to anything that is tied, or nothing is known.
        """
        if not {*rates} & {*self.moving}:
            return None
        both = sides(self._graph, self._output, rates, self._at, order=2)
        ends = [side.curvature for side in (both.left, both.right) if side.is_defined]
        if not ends or any(map(math.isnan, ends)):
            return None
        value = between(ends[0], ends[-1])
        if are_same(ends[0], ends[-1]):
            return value, []
        low, high = map(explain.short, ends)
        message = f"the second derivative {words} is {low} to the left of the point and {high} to "
        message += f"the right; {explain.short(value)} is used"
        return value, [Problem("kink", words, NOT_UNIQUE, message)]

    def _where(self, *nodes: Node) -> str:
        texts = (f"{x.name} = {explain.short(self._at(x))}" for x in dict.fromkeys(nodes))
        return explain.listed(texts)

    @cached_property
    def moving(self) -> Sequence[Node]:
        """The inputs that lead to what is tied, in the program or in its derivatives."""
        graph, at = self._graph, self._at
        nodes = [*self._rows.values()]
        program = graph.ancestors([self._output])
        order = graph.ancestors([self._output, *nodes])
        ties = conditions(graph.draft(), order, {*program})
        tied = [node for node, condition in ties.items() if at(condition)]
        lost = [node for node in order if node.args and not math.isfinite(at(node))]
        sources = set(graph.ancestors([*tied, *lost])) if tied or lost else set()
        return [node for node in self._inputs if node in sources]

    @cached_property
    def _rows(self) -> Mapping[tuple[Node, Node], Node]:
        """The nodes of all second derivatives."""
        graph, inputs = self._graph, self._inputs
        first = gradient(graph, self._output, inputs)
        found = {}
        for place, (node, slope) in enumerate(zip(inputs, first, strict=True)):
            for other, curvature in zip(
                inputs[place:], gradient(graph, slope, inputs[place:]), strict=True
            ):
                found[node, other] = found[other, node] = curvature
        return found

    def _above_rounding(self, mixed: list[float], a: Node, b: Node) -> list[float]:
        """Mixed derivatives along rays, 0 for what is the rounding of terms that cancel.

        These are about as large as the curvatures allow: what is no more than a part of their
        geometric mean, which has the same units, is rounding.
        """
        if are_same(min(mixed), max(mixed)):
            return mixed
        rounding = _ROUNDING * math.sqrt(abs(self.value(a, a))) * math.sqrt(abs(self.value(b, b)))
        return [0.0 if abs(value) <= rounding < math.inf else value for value in mixed]

    def _found(self, a: Node, b: Node) -> Entry | None:
        """A second derivative by limits; None where it is too much to look at."""
        node, plain = self._rows[a, b], self._at(self._rows[a, b])
        nodes = [self._output] if a is b else [self._output, node]
        order = self._graph.ancestors(nodes)
        self._left -= len(order) * (2 if a is b else _RAYS)
        if self._left < 0:
            return None
        if a is b:
            both = sides(self._graph, self._output, {a: 1.0}, self._at, order=2)
            column = [side.curvature for side in (both.left, both.right) if side.is_defined]
        else:
            found = limits(order, nodes, [a, b], self._at)
            if not all(ray.is_defined for ray in found):
                return None  # at a corner of the domain rays tell of its inside alone
            column = self._above_rounding([ray.values[1] for ray in found], a, b)
        if not column or any(map(math.isnan, column)):
            return Entry(plain, (plain, plain), is_known=False)
        ends = (column[0], column[-1]) if a is b else (min(column), max(column))
        value = between(*ends)
        return Entry(plain if are_same(plain, value) else value, ends)
