"""What an entry of a gradient would be by a mistake that is no other slope of an edge."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import Node
from gradcli.graph.shapes import ROW
from gradcli.trust.observed import Guess, Key, Observed
from gradcli.trust.ways import Edge, Ways


def of_one(edge: Edge, place: int) -> Guess:
    """Of all that comes along an edge only one part counts."""

    def guess(each: Observed, key: Key) -> float:
        shares = shares_of(each, key, edge)
        return each.right(key) - math.fsum(shares) + (shares[place] if shares else 0.0)

    return guess


def without_one(edge: Edge, place: int) -> Guess:
    """Of all that comes along an edge one part is missing."""

    def guess(each: Observed, key: Key) -> float:
        shares = shares_of(each, key, edge)
        return each.right(key) - (shares[place] if shares else 0.0)

    return guess


def times(factor: float, chosen: Collection[Key]) -> Guess:
    """Some entries are a multiple of what they should be."""
    return lambda each, key: each.right(key) * (factor if key in chosen else 1.0)


def of_side(chosen: Collection[Key]) -> Guess:
    """Some entries are the slope of the side that they are nearest to."""

    def guess(each: Observed, key: Key) -> float:
        slopes = each.slopes(key) if key in chosen else None
        if slopes is None:
            return each.right(key)
        return min(slopes, key=lambda slope: abs(slope - each.found(key)))

    return guess


def between_sides(chosen: Collection[Key]) -> Guess:
    """Some entries are anything from the slope of one side to that of the other."""

    def guess(each: Observed, key: Key) -> float:
        slopes = each.slopes(key) if key in chosen else None
        if slopes is None:
            return each.right(key)
        return min(max(each.found(key), min(slopes)), max(slopes))

    return guess


def of_step(node: Node, wrong: Key) -> Guess:
    """An entry is the derivative by a node of the program."""
    return lambda each, key: each.solution.grad_of(node) if key == wrong else each.right(key)


def shares_of(each: Observed, key: Key, edge: Edge) -> list[float]:
    """What comes to an entry along an edge, in the order of the entries of its source."""
    parts = each.ways.through(each.target(key)).get(edge, [])
    ordered = sorted(parts, key=lambda pair: pair[0].source.index)
    return [part.slope * factor for part, factor in ordered if part.slope * factor]


def moved(nodes: Sequence[Node], rate: float) -> Guess:
    """The gradient at the point where some inputs have made a step."""
    known: dict[int, Solution] = {}

    def guess(each: Observed, key: Key) -> float:
        solution = known.get(id(each))
        if solution is None:
            start = each.solution
            values = {node.name: start.value_of(node) for node in start.model.inputs}
            for node in nodes:
                values[node.name] = values[node.name] + rate * start.grad_of(node)
            solution = known[id(each)] = start.at(values)
        return entries_of(solution.grad_of(key.node))[key.place]

    return guess


def is_square(shape: Sequence[int]) -> bool:
    """Whether this is the shape of a square matrix of more than one row."""
    return len(shape) == 2 and shape[0] == shape[1] > 1


def turned(edge: Edge, own: int) -> Guess:
    """A gradient in which one factor of a product is transposed that should not be, or is not."""
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    labels = [str(each).removesuffix(ROW) for each in edge.source.params]
    product = f"{labels[2]},{labels[1 - own]}->{labels[own]}"
    other = edge.source.args[1 - own]

    def guess(each: Observed, key: Key) -> float:
        back: Any = each.solution.grad_of(edge.source)
        matrix: Any = each.solution.value_of(other)
        change = np.einsum(product, back, matrix.T) - np.einsum(product, back, matrix)
        behind = each.ways.leaving(each.target(key))
        places = each.numbers.places[edge.target]
        shares = [
            by * behind.get(place.number, 0.0)
            for by, place in zip(entries_of(change), places, strict=True)
        ]
        return each.right(key) + math.fsum(shares)

    return guess


MOST_PATHS = 64
"""Where there are more, they are not tried one by one."""


def paths(ways: Ways, target: Node) -> list[list[Node]]:
    """Every path from the output to a target; none if there are more than a few."""
    behind = ways.leaving(target)
    arguments: dict[Node, list[Node]] = {}
    for part in ways.parts:
        if part.target in behind and part.slope:
            arguments.setdefault(part.source, []).append(part.target)
    found: list[list[Node]] = []
    waiting = [[ways.numbers.output]]
    while waiting:
        path = waiting.pop()
        if path[-1] is target:
            found.append(path)
        waiting += [[*path, arg] for arg in dict.fromkeys(arguments.get(path[-1], ()))]
        if len(found) + len(waiting) > MOST_PATHS:
            return []
    return found if len(found) > 1 else []


def product(ways: Ways, path: Sequence[Node]) -> float:
    """The product of the slopes along a path."""
    slopes: dict[tuple[Node, Node], float] = {}
    for part in ways.parts:
        key = part.source, part.target
        slopes[key] = slopes.get(key, 0.0) + part.slope
    return math.prod(slopes[edge] for edge in pairwise(path))
