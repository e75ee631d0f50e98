"""Somebody's gradient at a point, beside a program's, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gradcli.evaluation.entries.separate import Indices, numbers_of
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import Node
from gradcli.trust.ways import Ways, is_near


class Key(NamedTuple):
    """An entry of a gradient: which node, and which entry of it."""

    node: Node
    place: int
    indices: Indices


class Mistake(NamedTuple):
    """What is wrong with some entries.

    Attributes:
        kind: one of `candidates.KINDS`.
        words: a sentence for people.
    """

    kind: str
    words: str


class Observed:
    """Somebody's gradient at a point, beside the program's.

    Attributes:
        solution: the program at the point.
        given: the gradient by each node, in the shape in which it was given.
    """

    def __init__(self, solution: Solution, given: Mapping[Node, Any]) -> None:
        self.solution = solution
        self.given = given
        self.numbers = numbers_of(solution)
        self.ways = Ways(
            self.numbers,
            [place.number for node in given for place in self.numbers.places[node]],
        )
        self._right = {node: entries_of(solution.grad_of(node)) for node in given}
        self._found = {node: entries_of(values) for node, values in given.items()}

    def right(self, key: Key) -> float:
        """What an entry should be."""
        return self._right[key.node][key.place]

    def found(self, key: Key) -> float:
        """What it is."""
        return self._found[key.node][key.place]

    def target(self, key: Key) -> Node:
        """The number that the entry is the derivative by."""
        return self.numbers.places[key.node][key.place].number

    def slopes(self, key: Key) -> tuple[float, float] | None:
        """The slopes of the output on both sides, along an entry by which it has a kink."""
        numbers = self.solution.in_numbers
        whole = None if numbers is None else numbers.whole
        if whole is None:
            return None
        sides = whole.sides_of(self.solution.entries_of(key.node)[key.place])
        if sides is None or not (sides.left.is_known and sides.right.is_known):
            return None
        return None if sides.left.goes_on_as(sides.right) else (sides.left.slope, sides.right.slope)

    def is_right(self, key: Key, tolerance: float) -> bool:
        """Whether an entry is what it should be."""
        found, right = float(self.found(key)), float(self.right(key))
        return found == right or is_near(found, right, self.scale(key), tolerance)

    def scale(self, key: Key) -> float:
        """The size of what the derivative is a sum of."""
        return max(abs(self.right(key)), abs(self.found(key)), 1e-300) * 1e-3


Guess = Callable[[Observed, Key], float]
"""What an entry would be by a mistake."""
