"""The ways from an output to every number of a program, edge by edge, at a point.

An edge leads from one node of the program to an argument of it; of arrays it is all the edges
between their entries. What comes along it to an input is ``along``: the sum over all ways through
it, and what these would come to if its own slope were another one is a multiple of that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from gradcli.calculus.reverse import differentiate
from gradcli.engine.interpreter import Values
from gradcli.evaluation.edge import slopes
from gradcli.evaluation.entries.separate import Numbers
from gradcli.graph.node import Node

MOST = 4_000_000
"""So many products are made at most to find a mistake."""


class Edge(NamedTuple):
    """From a node of the program to one of its arguments."""

    source: Node
    target: Node


class Part(NamedTuple):
    """An edge between two numbers."""

    source: Node
    target: Node
    slope: float


class Ways:
    """All edges of a program at a point.

    Attributes:
        numbers: the program.
        value: the value of a node of numbers.

    Args:
        numbers: the program.
        targets: the numbers that derivatives are by.
    """

    def __init__(self, numbers: Numbers, targets: Sequence[Node]) -> None:
        self.numbers = numbers
        self.targets = targets
        self.value = Values(numbers.point.keys(), numbers.point.values())
        self._along: dict[Node, dict[Edge, list[tuple[Part, float]]]] = {}

    @cached_property
    def edges(self) -> Mapping[Edge, list[Part]]:
        """The edges of numbers that each edge of the program is made of, the nearest first."""
        numbers, owners = self.numbers, self.numbers.owners
        inputs = [*numbers.point]
        derivative = differentiate(numbers.graph, numbers.output, inputs)
        found: dict[Edge, list[Part]] = {}
        for node in sorted(derivative.locals, key=lambda each: -each.index):
            partials = slopes(derivative.locals[node], self.value)
            for target, slope in zip(node.args, partials, strict=True):
                if not target.is_const and not (node.op == "where" and target is node.args[0]):
                    edge = Edge(owners[node.index], owners[target.index])
                    part = Part(node, target, 0.0 if slope is None else float(slope))
                    found.setdefault(edge, []).append(part)
        return found

    @cached_property
    def parts(self) -> list[Part]:
        """All edges of numbers, those nearest to the output first."""
        parts = [part for group in self.edges.values() for part in group]
        return sorted(parts, key=lambda part: -part.source.index)

    @cached_property
    def arriving(self) -> Mapping[Node, float]:
        """The derivative of the output by every node."""
        return self.backward({})

    def backward(self, slopes_of: Mapping[tuple[Node, Node], float]) -> Mapping[Node, float]:
        """The same, if some edges of numbers had other slopes."""
        found: dict[Node, float] = {self.numbers.output: 1.0}
        for source, target, own in self.parts:
            here = found.get(source)
            if here is not None:
                slope = slopes_of.get((source, target), own)
                found[target] = found.get(target, 0.0) + here * slope
        return found

    def leaving(self, target: Node) -> Mapping[Node, float]:
        """The derivative of every node by a target."""
        found: dict[Node, float] = {target: 1.0}
        for source, arg, slope in reversed(self.parts):
            here = found.get(arg)
            if here is not None:
                found[source] = found.get(source, 0.0) + here * slope
        return found

    def through(self, target: Node) -> Mapping[Edge, list[tuple[Part, float]]]:
        """What the slope of each edge is multiplied by on its way to a target, part by part."""
        known = self._along.get(target)
        if known is None:
            behind, known = self.leaving(target), {}
            for edge, parts in self.edges.items():
                if edge.source is edge.target:
                    continue  # inside of an operation on arrays
                factors = [
                    (part, self.arriving.get(part.source, 0.0) * behind[part.target])
                    for part in parts
                    if part.target in behind
                ]
                if any(factor for _, factor in factors):
                    known[edge] = factors
            self._along[target] = known
        return known

    def unsummed(self, node: Node) -> Iterator[tuple[Node, Any]]:
        """What comes back to a node from each that uses it in many places, before it is summed."""
        for edge, parts in self.edges.items():
            if edge.target is node and edge.source.form.size == len(parts):
                import numpy as np  # noqa: PLC0415  (only arrays need it)

                ordered = sorted(parts, key=lambda each: each.source.index)
                shares = [self.arriving.get(part.source, 0.0) * part.slope for part in ordered]
                yield edge.source, np.reshape(shares, edge.source.shape)

    @property
    def is_small(self) -> bool:
        """Whether there are few enough edges to try each of them."""
        return len(self.parts) * max(1, len(self.targets)) <= MOST


def is_near(found: float, wanted: float, scale: float, tolerance: float = 1e-6) -> bool:
    """Whether two numbers are the same but for rounding."""
    if not (math.isfinite(found) and math.isfinite(wanted)):
        return False
    return abs(found - wanted) <= tolerance * max(abs(found), abs(wanted)) + 1e-11 * scale
