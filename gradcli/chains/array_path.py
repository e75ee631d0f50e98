"""One path of arrays: what comes back along its edges, and how that is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.calculus.edge import Ways, zero
from gradcli.calculus.reverse import go_back, go_inside
from gradcli.chains.edges import Edge
from gradcli.chains.products import Definition
from gradcli.evaluation.brief import Brief
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.shapes import SHAPED
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

LONGEST = 4_000
"""A product whose formula would be longer is not written."""


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


class Follow:
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
        names = solution.names if shown is None else shown.stand_ins.names
        people = solution.shown.people if shown is None else shown.stand_ins.people
        self._writer = Unparser(names, people=people)

    def path(self, source: Node, edges: Sequence[Edge]) -> ArrayPath:
        """A path with what comes along it."""
        node = self._total(source, edges, self._back)
        shown = self._shown
        text_of = node if shown is None else self._total(source, edges, self._written_back)
        writer, names = self._writer, self._solution.names
        tree = writer.reference(text_of) if writer.length(text_of) <= LONGEST else None
        return ArrayPath(
            nodes=tuple([names[each] for each in (source, *[edge.target for edge in edges])]),
            factors=tuple(map(self._factor, edges)),
            value=self._solution.slope_value(node),
            formula=None if tree is None else text(tree),
            uses=frozenset() if tree is None else ast.names([tree]),
        )

    def _total(
        self, source: Node, edges: Sequence[Edge], back: Callable[[Ways, Edge], None]
    ) -> Node:
        """What comes along a path, each of its edges gone along in the branch that is taken."""
        end = edges[-1].target if edges else source
        masked = self._solution.is_masked
        ways = Ways(self._draft, {end: self._draft.const(1.0)}, backward=True, masked=masked)
        for edge in reversed(edges):
            if edge.target not in ways:
                return zero(self._draft, source)
            ways = ways.alone(edge.target)
            back(ways, edge)
        return ways.total(source) if source in ways else zero(self._draft, source)

    def _back(self, ways: Ways, edge: Edge) -> None:
        """Go back along an edge."""
        if not edge.inside:
            go_back(self._draft, ways, edge.target, edge.place)
            return
        assert self._shown is not None  # noqa: S101  (only then there are calls)
        args = self._shown.outline.calls[edge.target].args
        go_inside(self._draft, ways, edge.target, {edge.source, *args})

    def _written_back(self, ways: Ways, edge: Edge) -> None:
        """The same in the nodes that are shown: a call has a partial, if it is no map."""
        shown, arg = self._shown, edge.source
        assert shown is not None  # noqa: S101  (else it is written as it is)
        if not shown.is_map(edge.target):
            shown.go(ways, (edge.target, edge.place), edge.target, arg)
            return
        self._back(ways, edge)
        if arg in ways:
            ways.put(arg, shown.stand_ins.of(ways.total(arg)))

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
                solution.slope_value(node),
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
                partial = shown.stand_ins.of(outline.partials(node)[arg])
                formula = text(self._writer.reference(partial))
                yield Definition(sign.name, formula, outline.slopes(node)[arg])
