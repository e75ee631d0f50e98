"""The chain rule along paths of arrays: each edge a map, and a path what they do one after another.

A path goes from array to array. Along an edge to what is done entry by entry the partials are
multiplied entry by entry; an operation on whole arrays hands back what its rule says: ``g @ x'``.
Going back along a path gives what comes along it to the node, in the shape of that.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gradcli.calculus.edge import Ways, zero
from gradcli.calculus.reverse import Derivative, handed_back, pull_back
from gradcli.chains.condense import condense
from gradcli.chains.counts import Cost, Counts, count_paths
from gradcli.chains.edges import Edge, Paths
from gradcli.chains.outlined import brief_of
from gradcli.chains.products import Definition
from gradcli.chains.result import PathSums
from gradcli.engine.functions.sums import sum_of
from gradcli.engine.vectors import quiet
from gradcli.errors import UsageError
from gradcli.evaluation.brief import Brief
from gradcli.evaluation.objects import entries_of
from gradcli.evaluation.solution import Solution
from gradcli.graph import operations
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.shapes import SHAPED, no_gradient
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

MOST_ORDERED = 500
"""Of so many paths all are computed, to list the largest first."""

LONGEST = 4_000
"""A product whose formula would be longer is not written."""

_ROUNDING = 1e-12
"""How far the sum of the products may be from the derivative, relative to their size."""


@dataclass(frozen=True, slots=True)
class ArrayPath:
    """One path and what comes along it.

    Attributes:
        nodes: the names of its nodes, from the first to the output.
        factors: the local partials of its edges, one entry each or for all; None where an
            operation on whole arrays has none.
        value: what comes along the path, in the shape of its first node.
        formula: the same in symbols; None if that would be thousands of characters.
        uses: the names in the formula.
    """

    nodes: tuple[str, ...]
    factors: tuple[Any, ...]
    value: Any
    formula: str | None
    uses: frozenset[str] = frozenset()


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
    follow = _Follow(draft, solution, None if full else shown)
    if most is not None:
        _refuse_many(counts.paths, most)
        wanted = counts.paths if counts.paths <= MOST_ORDERED else most
        listed = itertools.islice(_followed(paths), wanted)
        found = [follow.path(source, edges) for edges in listed]
    is_whole = most is not None and len(found) == counts.paths
    total, size = _total(found) if is_whole and found else (None, 0.0)
    if is_whole:
        found.sort(key=lambda path: -_size(path.value))
    has_less = full and shown is not None
    return ArrayPathSums(
        names[source],
        names[model.output],
        counts,
        gradient,
        total,
        size * _ROUNDING,
        is_list=most is not None,
        notes=solution.notes,
        backward=solution.beside_of(source) if solution.has_values else None,
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
            hint=f"ask for at most {MOST_ORDERED} paths, or for their number: --count",
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


class _Follow:
    """Follows paths back, and writes what comes along them.

    Args:
        draft: where that is made.
        solution: the program at its point.
        shown: the nodes that the paths go through, as people read them; None for every operation.
    """

    def __init__(self, draft: Graph, solution: Solution, shown: Brief | None) -> None:
        self._draft = draft
        self._solution = solution
        self._shown = shown
        names = solution.names if shown is None else shown.stand_in_names
        people = solution.shown.people if shown is None else shown.people
        self._writer = Unparser(names, people=people)

    def path(self, source: Node, edges: Sequence[Edge]) -> ArrayPath:
        """A path with what comes along it."""
        node = text_of = self._draft.const(1.0)
        for edge in reversed(edges):
            node = self._back(edge, node)
            if self._shown is not None:
                text_of = self._written_back(self._shown, edge, text_of)
        text_of = node if self._shown is None else text_of
        writer, names = self._writer, self._solution.names
        tree = writer.reference(text_of) if writer.length(text_of) <= LONGEST else None
        return ArrayPath(
            nodes=tuple([names[each] for each in (source, *[edge.target for edge in edges])]),
            factors=tuple(map(self._factor, edges)),
            value=self._solution.slope_value(node),
            formula=None if tree is None else text(tree),
            uses=frozenset() if tree is None else ast.names([tree]),
        )

    def _back(self, edge: Edge, adjoint: Node) -> Node:
        """What comes back along an edge."""
        if not edge.inside:
            return handed_back(self._draft, edge.target, edge.place, adjoint)
        stops = {edge.source, *self._args(edge)}
        found = pull_back(self._draft, {edge.target: adjoint}, stops, inside=True).adjoints
        return found.get(edge.source) or zero(self._draft, edge.source)

    def _args(self, edge: Edge) -> Sequence[Node]:
        assert self._shown is not None  # noqa: S101  (only then there are calls)
        return self._shown.outline.calls[edge.target].args

    def _written_back(self, shown: Brief, edge: Edge, adjoint: Node) -> Node:
        """The same in the nodes that are shown: a call has a partial, if it is no map."""
        if shown.is_map(edge.target):
            return shown.stand_in(self._back(edge, adjoint))
        ways = Ways(self._draft, {edge.target: adjoint}, backward=True)
        shown.go(ways, (edge.target, edge.place), edge.target, edge.source)
        arg = edge.source
        return ways.total(arg) if arg in ways else zero(self._draft, arg)

    def _factor(self, edge: Edge) -> Any:
        """The partial of an edge; None where there is a map."""
        if edge.inside and self._shown is not None:
            return self._shown.outline.slopes(edge.target).get(edge.source)
        return None if edge.target.op in SHAPED else self._solution.slope_value(edge.partial)

    def definitions(self, paths: Sequence[ArrayPath]) -> list[Definition]:
        """Derivatives of calls in the formulas, and nodes that the program has no name for."""
        used = {name for path in paths for name in path.uses}
        slopes = [] if self._shown is None else [*self._slopes(self._shown, used)]
        solution = self._solution
        reports = {} if self._shown is None else {each.name: each for each in self._shown}
        return [*slopes] + [
            Definition(
                name,
                reports[name].shown_expression if reports else solution.shown.formula(node),
                solution.value_of(node),
            )
            for node, name in solution.names.items()
            if name in used and node.label is None
        ]

    def _slopes(self, shown: Brief, used: Collection[str]) -> Iterator[Definition]:
        outline = shown.outline
        for node, call in outline.calls.items():
            for place, arg in enumerate(call.args):
                sign = shown.partial(node, place)
                if sign is None or sign.op != INPUT or sign.name not in used:
                    continue
                partial = shown.stand_in(outline.partials(node)[arg])
                formula = text(self._writer.reference(partial))
                yield Definition(sign.name, formula, outline.slopes(node)[arg])


def _total(paths: Sequence[ArrayPath]) -> tuple[Any, float]:
    """The sum of what comes along all paths, and the size of what is added up."""
    total = paths[0].value
    with quiet():
        for path in paths[1:]:
            total = total + path.value
    sizes = [abs(entry) for path in paths for entry in entries_of(path.value)]
    return total, sum_of([each for each in sizes if math.isfinite(each)])


def _size(value: Any) -> float:
    return math.hypot(*entries_of(value))
