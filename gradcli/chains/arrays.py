"""The chain rule along paths of arrays: each edge a map, and a path what they do one after another.

A path goes from array to array. Along an edge to what is done entry by entry the partials are
multiplied entry by entry; an operation on whole arrays hands back what its rule says: ``g @ x'``.
Going back along a path gives what comes along it to the node, in the shape of that.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gradcli.calculus.reverse import Derivative, handed_back
from gradcli.chains.array_path import ArrayPath, Follow
from gradcli.chains.condense import condense
from gradcli.chains.counts import Cost, Counts, count_paths
from gradcli.chains.edges import Edge, Paths
from gradcli.chains.outlined import brief_of
from gradcli.chains.result import PathSums
from gradcli.engine.functions.sums import sum_of
from gradcli.engine.vectors import all_finite, filled, quiet
from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Solution
from gradcli.graph import operations
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import SHAPED, no_gradient

MOST_ORDERED = 500
"""Of so many paths all are computed, to list the largest first."""

_ROUNDING = 1e-12
"""How far the sum of the products may be from the derivative, relative to their size."""


@dataclass(frozen=True, slots=True, repr=False)
class ArrayPathSums(PathSums):
    """All paths from an array to the output.

    Attributes:
        is_whole: whether all paths were followed; then the largest of `paths` stand first.
    """

    is_whole: bool = False

    @property
    def is_of_arrays(self) -> bool:
        """Whether they go from array to array."""
        return True

    @property
    def is_ordered(self) -> bool:
        """Whether those with the largest products stand first."""
        return self.is_whole

    @property
    def agrees(self) -> bool | None:
        """Whether all paths together give the derivative; None if there is nothing to compare."""
        if self.backward is None or self.total is None:
            return None
        pairs = [*zip(entries_of(self.backward), entries_of(self.total), strict=True)]
        if not all(math.isfinite(each) for pair in pairs for each in pair):
            return None
        return all(abs(one - other) <= self.tolerance for one, other in pairs)


def sums_of(solution: Solution, source: Node, most: int | None, *, full: bool) -> ArrayPathSums:
    """The paths from a node to the output at a point.

    Args:
        solution: the program there, or at no point.
        source: the node.
        most: how many paths are listed; None for none.
        full: go through every operation, also inside of the program's functions.

    Raises:
        InputError: the output is an array.
        UsageError: there are too many paths for a list.
    """
    model = solution.model
    refuse_array(model)
    shown = brief_of(solution, source)
    draft = model.graph.draft() if full or shown is None else shown.outline.graph
    counted = _Counted(draft, solution.derivative, model, source)
    counts, paths, apart = counted.counts, counted.paths, None
    if not full and shown is not None:
        paths = condense(paths, shown.outline.calls, _last)
        counts, apart = replace(counts, paths=count_paths(paths)[0]), counts.paths
    names = solution.names
    gradient = solution.grad_of(source) if solution.has_values else None
    found: list[ArrayPath] = []
    follow = Follow(draft, solution, None if full else shown)
    if most is not None:
        _refuse_many(counts.paths, most)
        wanted = counts.paths if counts.paths <= MOST_ORDERED else most
        listed = itertools.islice(_followed(paths), wanted)
        found = [follow.path(source, edges) for edges in listed]
    is_whole = most is not None and len(found) == counts.paths
    total, size = _total(found) if is_whole and found else (None, 0.0)
    backward = solution.beside_of(source) if solution.has_values else None
    limit = _limit(total, backward) if solution.read_from and total is not None else None
    if is_whole:
        found.sort(key=lambda path: -_size(path.value))
    has_less = full and shown is not None
    return ArrayPathSums(
        names[source],
        names[model.output],
        counts,
        gradient,
        total if limit is None else limit,
        size * _ROUNDING,
        is_list=most is not None,
        notes=solution.notes,
        backward=backward,
        is_limit=limit is not None,
        read_from=solution.read_from if solution.has_values else None,
        problems=solution.problems,
        definitions=follow.definitions(found[:most]),
        paths=found[:most],
        is_whole=is_whole,
        apart=apart,
        shorter=partial(sums_of, solution, source, most, full=False) if has_less else None,
    )


def _last(inside: Sequence[Edge]) -> Node:
    """Of arrays the partial of a call is not multiplied: that of its last edge stands for it."""
    return inside[-1].partial


def refuse_array(model: Model) -> None:
    """Refuse an output that is an array.

    Raises:
        InputError: it is one.
    """
    if model.output.shape:
        raise no_gradient(model.output.form)


def _refuse_many(count: int, most: int) -> None:
    if count > MOST_ORDERED and most > MOST_ORDERED:
        raise UsageError(
            "max-paths",
            f"of more than {MOST_ORDERED} paths of arrays no more than that are listed",
            hint=Sentence(
                f"ask for at most {MOST_ORDERED} paths, or for their number: ", Option("count")
            ),
        )


class _Counted:
    """The paths of a program of arrays, and how many there are.

    Args:
        draft: where what edges hand back is made.
        derivative: that of the output.
        model: the program.
        source: where the paths begin.
    """

    def __init__(self, draft: Graph, derivative: Derivative, model: Model, source: Node) -> None:
        self._draft = draft
        self._derivative = derivative
        self._model = model
        edges = [*self._edges()]
        self.paths = _between(edges, source, model.output)
        count, expanded = count_paths(self.paths)
        backward = _backward(edges, model.inputs, derivative)
        self.counts = Counts(count, expanded, backward, len(model.inputs))

    def _edges(self) -> Iterator[Edge]:
        """Every edge that a derivative comes back along, by the node that it leads to."""
        derivative = self._derivative
        reached = [node for node in derivative.locals if node in derivative.adjoints]
        for node in sorted(reached, key=lambda each: each.index):
            partials = derivative.locals[node]
            for place, arg in enumerate(node.args):
                if arg not in derivative.adjoints:
                    continue
                partial = self._handed(node, place) if node.op in SHAPED else partials[place]
                if partial is not None and not operations.is_value(partial, 0):
                    yield Edge(arg, node, partial, place=place)

    def _handed(self, node: Node, place: int) -> Node:
        adjoint = self._draft.input(f"the adjoint of #{node.index}", node.form)
        return handed_back(self._draft, node, place, adjoint)


def _between(edges: Sequence[Edge], source: Node, output: Node) -> Paths:
    """Those edges that lie on a path from a node to the output."""
    leaving: dict[Node, list[Edge]] = {source: []}
    for edge in edges:
        if edge.source in leaving:
            leaving.setdefault(edge.target, [])
            leaving[edge.source].append(edge)
    if output not in leaving:
        return Paths(source, output, (), {})
    return Paths(source, output, tuple(leaving), leaving)


def _backward(edges: Sequence[Edge], inputs: Sequence[Node], derivative: Derivative) -> Cost:
    """What the backward pass to every input costs, in products of arrays."""
    leads = set(inputs)
    products, arrived = 0, []
    for edge in edges:
        if edge.source in leads:
            leads.add(edge.target)
            seed = operations.is_value(derivative.adjoints[edge.target], 1)
            products += edge.multiplies and not seed
            arrived.append(edge.source)
    return Cost(products, len(arrived) - len({*arrived}))


def _followed(paths: Paths) -> Iterator[list[Edge]]:
    """The paths one after another."""
    if not paths.nodes:
        return
    waiting = [iter(paths.leaving[paths.source])]
    edges: list[Edge] = []
    if paths.source is paths.output:
        yield []
        return
    while waiting:
        edge = next(waiting[-1], None)
        if edge is None:
            waiting.pop()
            if edges:
                edges.pop()
        elif edge.target is paths.output:
            yield [*edges, edge]
        else:
            edges.append(edge)
            waiting.append(iter(paths.leaving[edge.target]))


def _total(paths: Sequence[ArrayPath]) -> tuple[Any, float]:
    """The sum of what comes along all paths, and the size of what is added up."""
    total = paths[0].value
    with quiet():
        for path in paths[1:]:
            total = total + path.value
    sizes = [abs(entry) for path in paths for entry in entries_of(path.value)]
    return total, sum_of([each for each in sizes if math.isfinite(each)])


def _limit(total: Any, backward: Any) -> Any | None:
    """A sum with limits in place of NaN: of what is infinite on its own only the whole has one.

    Returns:
        None where no entry is NaN, and where there is no limit.
    """
    if not any(map(math.isnan, entries_of(total))) or not all_finite(backward):
        return None
    return filled(total, backward)


def _size(value: Any) -> float:
    return math.hypot(*entries_of(value))
