"""The paths of a program at a point: their numbers, their order, and their formulas."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from gradcli.chains.condense import condense, slope_of
from gradcli.chains.counts import count_paths, counts_of
from gradcli.chains.edges import Edge, find_paths
from gradcli.chains.factoring import Product, factor, product_of
from gradcli.chains.formula import Formulas
from gradcli.chains.largest import largest
from gradcli.chains.numbers import Numbers
from gradcli.chains.outlined import brief_of
from gradcli.chains.products import Definition, Writer, factors_in
from gradcli.chains.result import Path, PathSums
from gradcli.errors import UsageError
from gradcli.evaluation.brief import Brief
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import Node
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

MOST_EDGES = 1_000_000
"""How many edges the paths of a list may have altogether."""

MOST_FACTORS = 300
"""A factored form with more partials than this is not written."""

_SUMS = {"add", "sub"}


def _stations(edges: Sequence[Edge]) -> Iterator[Node]:
    """The nodes of a path; of a sum of many terms only the whole."""
    for edge, following in itertools.zip_longest(edges, edges[1:]):
        node = edge.target
        is_part = (
            following is not None
            and node.label is None
            and not edge.inside
            and node.op in _SUMS
            and following.target.op in _SUMS
            and not following.multiplies
        )
        if not is_part:
            yield node


def sums_of(solution: Solution, source: Node, most: int, *, full: bool) -> PathSums:
    """The paths at a point: of operations, or of the nodes that people read."""
    # Quotients and conditions that are only written down are no part of the program, and a draft
    # begins with all that is one: what is made when it is asked for is asked for here.
    derivative = solution.derivative
    _ = [*derivative.adjoints.values(), *derivative.locals.values()]
    shown = brief_of(solution, source)
    if not full or shown is None:
        return PathsAtPoint(solution, source, shown).sums(most)
    sums = PathsAtPoint(solution, source, None).sums(most)
    return replace(sums, shorter=partial(sums_of, solution, source, most, full=False))


class PathsAtPoint:
    """Paths at a point: their numbers, their order, and their formulas.

    Args:
        solution: the program there.
        source: where the paths begin.
        shown: the nodes of the paths; None for every operation.
    """

    def __init__(self, solution: Solution, source: Node, shown: Brief | None) -> None:
        self.solution = solution
        self.model = solution.model
        self.source = source
        self.shown = shown
        self.whole = self.paths = find_paths(solution.derivative, source, self.model.output)
        names, product = solution.names, None
        draft = self.model.graph.draft() if shown is None else shown.outline.graph
        if shown is not None:
            self.paths = condense(self.whole, shown.outline.calls, partial(slope_of, draft))
            names = shown.stand_ins.names
        if solution.whole is not None:
            product = solution.whole.beside.product
        self.numbers = Numbers(solution.slope_value, product)
        self.formulas = Formulas(draft, names)
        manner = (solution.shown.people, None) if shown is None else (shown.stand_ins.people, shown)
        self.writer = Writer(draft, names, self.numbers, *manner)

    def sums(self, most: int) -> PathSums:
        """The paths with the largest products, and the sum of all."""
        solution, model = self.solution, self.model
        listed = [self._path(edges) for edges in self._largest(most)]
        form = factor(self.paths)
        if form is not None and form.size > MOST_FACTORS:
            form = None
        total, tolerance = self.numbers.total(self.whole)
        gradient, backward = (each(self.source) for each in (solution.grad_of, solution.beside_of))
        if math.isnan(backward):  # of infinity times 0, where the whole is decided all the same
            backward = gradient
        # Of what is infinite on its own only the whole has a limit.
        is_limit = math.isnan(total) and solution.whole is not None
        if is_limit:
            total, tolerance = backward, 0.0
        counts = counts_of(self.whole, solution.derivative, model)
        apart = None if self.shown is None else counts.paths
        return PathSums(
            source=solution.names[self.source],
            output=solution.names[model.output],
            counts=replace(counts, paths=count_paths(self.paths)[0]),
            gradient=gradient,
            backward=backward,
            total=total,
            is_limit=is_limit and math.isfinite(backward),
            tolerance=tolerance,
            paths=listed,
            factored=self.formulas.text(form) if form else None,
            form=form,
            writer=self.writer,
            definitions=self._definitions(
                [path.product for path in listed] + ([form] if form else [])
            ),
            is_list=True,
            read_from=solution.read_from,
            notes=model.notes,
            problems=solution.problems,
            apart=apart,
        )

    def _largest(self, most: int) -> list[list[Edge]]:
        weight = {edge: self.numbers.slope(edge) for edge in self.paths.edges()}
        listed: list[list[Edge]] = []
        edges = 0
        for path in itertools.islice(largest(self.paths, weight), most):
            listed.append(path)
            edges += len(path)
            if edges > MOST_EDGES:
                raise UsageError(
                    "max-paths",
                    f"{most:,} paths have more than {MOST_EDGES:,} edges altogether",
                    hint=f"ask for fewer than {len(listed):,} paths",
                )
        return listed

    def _path(self, edges: Sequence[Edge]) -> Path:
        names = self.solution.names
        product = product_of(edges)
        return Path(
            nodes=(names[self.source], *[names[edge.target] for edge in edges]),
            factors=tuple(self.numbers.slope(edge) or 0.0 for edge in edges),
            value=self.writer.value(product),
            formula=self.formulas.text(product),
            stations=(names[self.source], *[names[node] for node in _stations(edges)]),
            product=product,
        )

    def _known_slope(self, edge: Edge) -> tuple[str, frozenset[str]] | None:
        """The slope of a call as people know it, in its value: ``o*(1 - o)``; None of most."""
        slope = self.shown and edge.function and self.shown.outline.slope(edge.target)
        if not slope:
            return None
        tree = Unparser({}).reference(slope)
        return text(tree), ast.names([tree])

    def _definitions(self, products: Sequence[Product]) -> list[Definition]:
        """What formulas refer to: derivatives of calls, then nodes without a name of their own."""
        slopes: dict[str, tuple[int, Definition]] = {}
        used: set[str] = set()
        seen: set[Edge] = set()
        for each in factors_in(self.writer, products):
            used |= each.uses
            edge = each.edge
            if edge is None or edge in seen or (each.text is not None and not edge.function):
                continue
            seen.add(edge)
            name = each.text or f"∂{each.target}/∂{each.source}"
            found = self._known_slope(edge) or self.writer.slope(edge)
            if found is not None:
                formula, uses = found
                slopes[name] = edge.source.index, Definition(name, formula, each.value)
                used |= uses
        inner = [
            Definition(name, self.writer.expression(node), self.solution.value_of(node))
            for node, name in self.solution.names.items()
            if name in used and node.label is None
        ]
        return [*(each for _, each in sorted(slopes.values(), key=lambda pair: pair[0])), *inner]
