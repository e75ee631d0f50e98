"""Sums, products and the like over entries of arrays, written out as nodes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcli.graph.node import IDENTITY, Graph, Node
from gradcli.graph.shapes import ROW, Form

Entries = Any
"""A NumPy array of nodes."""


def filled(shape: tuple[int, ...], make: Callable[[tuple[int, ...]], Node]) -> Entries:
    """An array of this shape, each of whose nodes is made from its place."""
    result = np.empty(shape, dtype=object)
    for place in itertools.product(*map(range, shape)):
        result[place] = make(place)
    return result


def total(graph: Graph, nodes: Sequence[Node]) -> Node:
    """The sum of some nodes, 0 of none."""
    found = nodes[0] if nodes else graph.const(0.0)
    for node in nodes[1:]:
        found = graph.node("add", (found, node))
    return found


def times(graph: Graph, *nodes: Node) -> Node:
    """The product of some nodes."""
    product, *others = nodes
    for node in others:
        product = graph.node("mul", (product, node))
    return product


def gathered(reduce: Callable[[Graph, list[Node]], Node]) -> Callable[..., Entries]:
    """Entries that would be stretched from one place come to the entry of that place."""

    def result(graph: Graph, x: Entries, to: Form) -> Entries:
        groups: dict[tuple[int, ...], list[Node]] = {
            place: [] for place in itertools.product(*map(range, to.shape))
        }
        for place in itertools.product(*map(range, x.shape)):
            kept = place[len(place) - len(to.shape) :]
            target = tuple(
                0 if length == 1 else at for at, length in zip(kept, to.shape, strict=True)
            )
            groups[target].append(x[place])
        return filled(to.shape, lambda place: reduce(graph, groups[place]))

    return result


def of_others(graph: Graph, x: Entries, *rest: Any) -> Entries:
    """For each entry the product of the others that come to the same place, or what it changes by.

    A product changes by a direction in each of its factors in turn.
    """
    *directions, to = rest

    def target(place: tuple[int, ...]) -> tuple[int, ...]:
        kept = place[len(place) - len(to.shape) :]
        return tuple([0 if to.shape[axis] == 1 else at for axis, at in enumerate(kept)])

    places = [*itertools.product(*map(range, x.shape))]

    def entry(place: tuple[int, ...]) -> Node:
        others = [each for each in places if each != place and target(each) == target(place)]
        terms = []
        for moved in itertools.permutations(others, len(directions)):
            at = dict(zip(moved, directions, strict=True))
            factors = [at[each][each] if each in at else x[each] for each in others]
            terms.append(times(graph, graph.const(1.0), *factors))
        return total(graph, terms)

    return filled(x.shape, entry)


def variadic(op: str) -> Callable[[Graph, list[Node]], Node]:
    """An operation that takes any number of arguments, on all of some entries."""
    return lambda graph, nodes: graph.node(op, tuple(nodes))


def extreme(op: str) -> Callable[[Graph, list[Node]], Node]:
    """Each entry is one: of numbers an argument that is written twice counts once."""

    def result(graph: Graph, nodes: list[Node]) -> Node:
        apart: dict[Node, None] = {}
        for each in nodes:
            node = each
            while node in apart:
                node = graph.node(IDENTITY, (node,))
            apart[node] = None
        return graph.node(op, tuple(apart))

    return result


def contracted(  # noqa: PLR0913, PLR0917  (the arguments and parameters of a contraction)
    graph: Graph, a: Entries, b: Entries, of_a: str, of_b: str, result: str
) -> Entries:
    """Products of entries, summed over the labels that the result has not."""
    kept = result.removesuffix(ROW)
    lengths = dict(zip(of_a + of_b, a.shape + b.shape, strict=True))
    summed = [label for label in lengths if label not in kept]

    def entry(place: tuple[int, ...]) -> Node:
        terms = []
        for rest in itertools.product(*[range(lengths[label]) for label in summed]):
            at = dict(zip([*kept, *summed], [*place, *rest], strict=True))
            one = a[tuple(at[label] for label in of_a)]
            other = b[tuple(at[label] for label in of_b)]
            terms.append(times(graph, one, other))
        return total(graph, terms)

    return filled(tuple(lengths[label] for label in kept), entry)
