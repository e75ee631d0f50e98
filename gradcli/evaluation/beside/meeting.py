"""What is tied at a point, and which inputs meet there.

To first order a function is a sum of one function of each group of inputs that meet: what is tied
joins all that it is made of, and so does everything that is made of what jumps or is infinitely
steep there, but sums.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING

from gradcli.engine import explain
from gradcli.evaluation import edge
from gradcli.graph.domains import JUMPING, LEVEL
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.evaluation.point import Point

_SUMS = frozenset(("add", "sub", "neg", "id"))


class Meeting:
    """What is tied in a program at a point.

    Args:
        at: the program at the point.

    Attributes:
        order: all nodes of its output, in order.
    """

    def __init__(self, at: Point) -> None:
        self._at = at
        self._output = at.model.output
        self.order = at.model.graph.ancestors([self._output])

    @cached_property
    def tied(self) -> Sequence[Node]:
        """The nodes that are tied and that the output came from, on one side or the other."""
        at = self._at
        tied = {node for node, condition in at.ties.items() if at.value_of(condition)}
        reached = self._reached(tied)
        return [node for node in self.order if node in tied and node in reached]

    @cached_property
    def active(self) -> Sequence[Node]:
        """The same, with the nodes that have a partial that is not finite."""
        reached, tied = self._reached(self.tied), set(self.tied)
        return [
            node
            for node in self.order
            if node in tied or (node in reached and any(map(_is_lost, self.slopes_of(node))))
        ]

    def slopes_of(self, node: Node) -> Sequence[float | None]:
        """The partials of a node by its arguments, None where nothing comes along."""
        return edge.slopes(self._at.derivative.locals.get(node, ()), self._at.value_of)

    def _reached(self, tied: Collection[Node]) -> set[Node]:
        """The nodes that the output came from, on one side of the point or the other."""
        touched = self.made_of(tied)
        found = {self._output}
        for node in reversed(self.order):
            if node in found:
                is_open = node.op == "where" and (node in tied or node.args[0] in touched)
                found.update(node.args if is_open else explain.taken(node, self._at.value_of))
        return found

    def made_of(self, sources: Iterable[Node]) -> set[Node]:
        """The nodes that are made of some, themselves included."""
        found = set(sources)
        for node in self.order:
            if not found.isdisjoint(node.args):
                found.add(node)
        return found

    def moving(self, sources: Collection[Node]) -> Sequence[Node]:
        """The same in order."""
        moved = self.made_of(sources)
        return [node for node in self.order if node in moved]

    @cached_property
    def members(self) -> Sequence[tuple[Sequence[Node], Sequence[Node]]]:
        """The inputs of each group, and what is tied there."""
        order = set(self.order)
        inputs = [node for node in self._at.model.inputs if node in order]
        moved = self._moved(inputs)
        parts = self._joined(moved)
        found: dict[Node, tuple[list[Node], list[Node]]] = {}
        for node in inputs:
            if node in parts:
                found.setdefault(parts.first(node), ([], []))[0].append(node)
        for node in self.active:
            if node in moved:
                found[parts.first(node)][1].append(node)
        return [*found.values()]

    @cached_property
    def _touched(self) -> set[Node]:
        """The nodes that are made of what is tied or not finite."""
        return self.made_of(self.active)

    def _sources(self, node: Node) -> Sequence[Node]:
        """What moves a node; a condition that is not tied stays as it is, and joins nothing."""
        return () if node.op in LEVEL and node not in self._touched else node.args

    def _moved(self, inputs: Iterable[Node]) -> set[Node]:
        """The nodes that inputs move."""
        found = set(inputs)
        for node in self.order:
            if not found.isdisjoint(self._sources(node)):
                found.add(node)
        return found

    def _joined(self, moved: AbstractSet[Node]) -> _Parts:
        """The inputs that meet, and what they come through on the way there."""
        parts = _Parts()
        tied, wild = set(self.active), set[Node]()
        for node in self.order:
            is_of_wild = not wild.isdisjoint(node.args)
            if (node in tied and self._is_wild(node)) or (
                is_of_wild and not self._is_mended(node, wild)
            ):
                wild.add(node)
            if node in moved and (node in tied or (is_of_wild and node.op not in _SUMS)):
                self._meet(parts, node, moved)
        return parts

    def _meet(self, parts: _Parts, node: Node, moved: AbstractSet[Node]) -> None:
        """Join all that moves a node; what has met before is not gone through again."""
        waiting = [node]
        while waiting:
            each = waiting.pop()
            if each not in parts:
                waiting += [source for source in self._sources(each) if source in moved]
            parts.join(each, node)

    def _is_wild(self, node: Node) -> bool:
        """Whether what is made of a node and of others is no sum of functions of each of them."""
        return node.op in JUMPING or any(map(_is_lost, self.slopes_of(node)))

    def _is_mended(self, node: Node, wild: AbstractSet[Node]) -> bool:
        """Whether a choice by what jumps is between two that have the same value."""
        if node.op != "where" or not wild.isdisjoint(node.args[1:]):
            return False
        then, otherwise = map(self._at.value_of, node.args[1:])
        return bool(then == otherwise)


def _is_lost(slope: float | None) -> bool:
    """Whether a partial is no number; what is only beyond the range of floats is one."""
    return slope is not None and (math.isnan(slope) or slope in {math.inf, -math.inf})


class _Parts:
    """Sets of nodes that have none in common, each of them known by one of its nodes."""

    def __init__(self) -> None:
        self._next: dict[Node, Node] = {}

    def __contains__(self, node: Node) -> bool:
        return node in self._next

    def first(self, node: Node) -> Node:
        """The node that the set of another one is known by."""
        following = self._next
        while (after := following[node]) is not node:
            following[node] = following[after]  # the way is half as long the next time
            node = following[node]
        return node

    def join(self, one: Node, other: Node) -> None:
        """Make one set of those of two nodes; what is in none yet is one by itself."""
        for node in (one, other):
            self._next.setdefault(node, node)
        self._next[self.first(one)] = self.first(other)
