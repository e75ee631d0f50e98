"""The chain rule along paths: from a program and its values to products, bracket and counts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from gradcli.calculus.reverse import Derivative
from gradcli.chains.condense import condense, slope_of
from gradcli.chains.counts import (
    Counts,
    backward_cost,
    count_layers,
    count_paths,
    expanded_cost,
)
from gradcli.chains.edges import Edge, Paths, find_paths
from gradcli.chains.factoring import Product, factor, product_of
from gradcli.chains.formula import Formulas
from gradcli.chains.largest import largest
from gradcli.chains.limits import MOST_LAYERS, MOST_NEURONS, check_layers
from gradcli.chains.numbers import Numbers
from gradcli.chains.outlined import brief_of
from gradcli.chains.products import Definition, Writer, factors_in
from gradcli.chains.result import Path, PathSums
from gradcli.errors import UsageError
from gradcli.evaluation.brief import Brief
from gradcli.evaluation.elements import Value
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import by_name
from gradcli.graph.node import Node
from gradcli.graph.unparse import Unparser
from gradcli.hints import no_node
from gradcli.syntax import ast
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import plain
from gradcli.syntax.text import text

MOST_EDGES = 1_000_000
"""How many edges the paths of a list may have altogether."""

MOST_FACTORS = 300
"""A factored form with more partials than this is not written."""


def follow_paths(  # noqa: PLR0913  (what is asked for, and all but three have a default)
    source: str,
    values: Mapping[str, Value],
    wrt: str | None,
    *,
    most: int = 20,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    full: bool = True,
) -> PathSums:
    """The derivative of a program by one of its nodes as the sum over all paths between the two.

    Args:
        source: the program.
        values: a value for each input.
        wrt: the name of an input or a step; may be left out if there is only one input.
        most: how many paths are listed; the sum is over all of them, however many there are.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        full: go through every operation, also inside of the program's functions; otherwise a call
            is one node, as `PathSums.outlined` has it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    if model.graph.has_arrays:
        return _of_arrays(model, values, _choose(model, wrt), most, full=full)
    return _sums(*_begin(model, values, _choose(model, wrt), needed=True), most, full=full)


def count_paths_of(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    wrt: str | None,
    *,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
    full: bool = True,
) -> PathSums:
    """How many paths there are in a program, counted without listing them or needing values.

    Args:
        source: the program.
        values: a value for each input, or nothing at all.
        wrt: the name of an input or a step; may be left out if there is only one input.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.
        full: go through every operation, also inside of the program's functions; otherwise a call
            is one node, as `PathSums.outlined` has it.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    name = _choose(model, wrt)
    if model.graph.has_arrays:
        return _of_arrays(model, values, name, None, full=full)
    return _counted(*_begin(model, values, name, needed=False), full=full)


def _counted(solution: Solution, source: Node, *, full: bool) -> PathSums:
    """How many paths there are from a node to the output; with a call as one node, or through it.

    What they cost is that of every operation, for a call is none for nothing.
    """
    model, derivative = solution.model, solution.derivative
    paths = find_paths(derivative, source, model.output)
    counts, apart = _counts(paths, derivative, model), None
    shorter = partial(_counted, solution, source, full=False) if full and model.calls else None
    shown = None if full else brief_of(solution, source)
    if shown is not None:
        outlined = condense(paths, shown.outline.calls, partial(slope_of, shown.outline.graph))
        apart, counts = counts.paths, replace(counts, paths=count_paths(outlined)[0])
    return PathSums(
        solution.names[source],
        solution.names[model.output],
        counts,
        solution.grad_of(source) if solution.has_values else None,
        notes=model.notes,
        problems=solution.problems,
        apart=apart,
        shorter=shorter,
    )


def _of_arrays(
    model: Model, values: Mapping[str, Value], name: str, most: int | None, *, full: bool
) -> PathSums:
    """The paths of a program of arrays; without values they can be counted."""
    from gradcli.chains import arrays  # noqa: PLC0415  (few programs have any)

    arrays.refuse_array(model)
    needed = most is not None
    return arrays.sums_of(*_begin(model, values, name, needed=needed), most, full=full)


def _begin(
    model: Model, values: Mapping[str, Value], name: str, *, needed: bool
) -> tuple[Solution, Node]:
    """A program at a point, and the node that its paths begin at, which is all that is asked.

    Args:
        model: the program.
        values: a value for each input.
        name: that of the node.
        needed: whether there must be a value for each input, and not only for all or none.
    """
    program = differentiated(model)
    solution = program.at(values) if values or needed else program.without_values({})
    node = _find(solution.names, model, name)
    solution.targets = [node]
    return solution, node


def count_paths_of_layers(sizes: Sequence[int]) -> PathSums:
    """The counts for a net of fully connected layers, from one weight of the first to all outputs.

    Raises:
        UsageError: there are fewer than two layers or too many, or one has no neurons or too many.
    """
    check_layers(sizes, MOST_NEURONS, "--layers 784,128,64,10 or --layers 512x8")
    if len(sizes) > MOST_LAYERS:
        message = f"a net has at most {MOST_LAYERS:,} layers"
        raise UsageError("layers", message, hint="leave some out")
    return PathSums("w1[1,1]", "outputs", count_layers(sizes), is_net=True)


def _choose(model: Model, wrt: str | None) -> str:
    if wrt is not None:
        return plain(wrt)
    if len(model.inputs) == 1:
        return model.inputs[0].name
    names = [node.name for node in model.inputs]
    hint = f"write --wrt {names[0]}" if names else "the program has no inputs"
    text = model.source.strip()
    # 784-128-10 is a number, too.
    if not names and not text.strip("0123456789-,x") and text.strip("0123456789"):
        hint = f"for a net of such layers write --layers {text}"
    raise UsageError("wrt", "which node do the paths begin at?", hint=hint)


def _find(names: Mapping[Node, str], model: Model, wanted: str) -> Node:
    node = by_name(names, model.output).get(wanted)
    if node is None:
        raise no_node(wanted, list(names.values()))
    return node


def _counts(paths: Paths, derivative: Derivative, model: Model) -> Counts:
    count, expanded = count_paths(paths)
    backward = backward_cost(derivative, model.inputs)
    every = expanded_cost(derivative, {*model.inputs}, model.output)
    return Counts(count, expanded, backward, len(model.inputs), every)


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


def _sums(solution: Solution, source: Node, most: int, *, full: bool) -> PathSums:
    """The paths at a point: of operations, or of the nodes that people read."""
    # Quotients and conditions that are only written down are no part of the program, and a draft
    # begins with all that is one: what is made when it is asked for is asked for here.
    derivative = solution.derivative
    _ = [*derivative.adjoints.values(), *derivative.locals.values()]
    shown = brief_of(solution, source)
    if not full or shown is None:
        return _PathsAtPoint(solution, source, shown).sums(most)
    sums = _PathsAtPoint(solution, source, None).sums(most)
    return replace(sums, shorter=partial(_sums, solution, source, most, full=False))


class _PathsAtPoint:
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
            names = shown.stand_in_names
        if solution.whole is not None:
            product = solution.whole.beside.product
        self.numbers = Numbers(solution.slope_value, product)
        self.formulas = Formulas(draft, names)
        manner = (solution.shown.people, None) if shown is None else (shown.people, shown)
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
        counts = _counts(self.whole, solution.derivative, model)
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
