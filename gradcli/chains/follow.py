"""The chain rule along paths: from a program and its values to products, bracket and counts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from gradcli.calculus.reverse import Derivative, differentiate
from gradcli.chains.condense import condense
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
from gradcli.chains.products import Definition, Writer, factors_in
from gradcli.chains.result import Path, PathSums
from gradcli.errors import UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.outline import Outline
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import arrays_of, differentiated, read_model
from gradcli.graph.model import Model
from gradcli.graph.naming import by_name, name_nodes
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

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    if model.graph.has_arrays:
        return _of_arrays(model, values, _choose(model, wrt), most)
    return _PathsAtPoint(*_begin(model, values, _choose(model, wrt))).sums(most)


def count_paths_of(  # noqa: PLR0913  (what a command line can ask)
    source: str,
    values: Mapping[str, Value],
    wrt: str | None,
    *,
    of: str | None = None,
    strict: bool = False,
    shapes: Mapping[str, Lengths] | None = None,
) -> PathSums:
    """How many paths there are in a program, counted without listing them or needing values.

    Args:
        source: the program.
        values: a value for each input, or nothing at all.
        wrt: the name of an input or a step; may be left out if there is only one input.
        of: the name of the output, if it is another than that of the program.
        strict: make every note on how the text was read an error.
        shapes: the lengths of arrays that are declared beside the program.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    arrays = arrays_of(values, shapes)
    model = read_model(source, values, strict=strict, arrays=arrays, of=of)
    name = _choose(model, wrt)
    if model.graph.has_arrays:
        return _of_arrays(model, values, name, None)
    if values:
        solution, node = _begin(model, values, name)
        paths = find_paths(solution.derivative, node, model.output)
        counts = _counts(paths, solution.derivative, model)
        return PathSums(
            solution.names[node],
            solution.names[model.output],
            counts,
            solution.grad_of(node),
            notes=model.notes,
            problems=solution.problems,
        )
    names = name_nodes(model)
    node = _find(names, model, name)
    derivative = differentiate(model.graph, model.output, [*model.inputs, node])
    paths = find_paths(derivative, node, model.output)
    counts = _counts(paths, derivative, model)
    return PathSums(names[node], names[model.output], counts, notes=model.notes)


def _of_arrays(model: Model, values: Mapping[str, Value], name: str, most: int | None) -> PathSums:
    """The paths of a program of arrays; without values they can be counted."""
    from gradcli.chains import arrays  # noqa: PLC0415  (few programs have any)

    arrays.refuse_array(model)
    if values or most is not None:
        return arrays.sums_of(*_begin(model, values, name), most)
    names = name_nodes(model)
    node = _find(names, model, name)
    derivative = differentiate(model.graph, model.output, [*model.inputs, node])
    return arrays.count_of(model, names, derivative, node)


def _begin(model: Model, values: Mapping[str, Value], name: str) -> tuple[Solution, Node]:
    """A program at a point, and the node that its paths begin at, which is all that is asked."""
    solution = differentiated(model).at(values)
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
            and node.op in _SUMS
            and following.target.op in _SUMS
            and not following.multiplies
        )
        if not is_part:
            yield node


class _PathsAtPoint:
    """Paths at a point: their numbers, their order, and their formulas."""

    def __init__(self, solution: Solution, source: Node) -> None:
        self.solution = solution
        self.model = solution.model
        self.source = source
        self.paths = find_paths(solution.derivative, source, self.model.output)
        # Quotients and conditions that are only written down are no part of the program, and a
        # draft begins with all that is one: what is made when it is asked for is asked for here.
        derivative = solution.derivative
        _ = [*derivative.adjoints.values(), *derivative.locals.values()]
        draft = self.model.graph.draft()
        self.condensed = condense(draft, self.paths, self.model.calls)
        product = None if solution.whole is None else solution.whole.beside.product
        self.numbers = Numbers(solution.slope_value, product)
        self.formulas = Formulas(draft, solution.names)
        self.writer = Writer(draft, solution.names, self.numbers, solution.shown.people)

    def sums(self, most: int) -> PathSums:
        """The paths with the largest products, and the sum of all."""
        solution, model = self.solution, self.model
        listed = [self._path(edges) for edges in self._largest(most)]
        form = factor(self.condensed)
        if form is not None and form.size > MOST_FACTORS:
            form = None
        total, tolerance = self.numbers.total(self.paths)
        gradient, backward = (each(self.source) for each in (solution.grad_of, solution.beside_of))
        if math.isnan(backward):  # of infinity times 0, where the whole is decided all the same
            backward = gradient
        # Of what is infinite on its own only the whole has a limit.
        is_limit = math.isnan(total) and solution.whole is not None
        if is_limit:
            total, tolerance = backward, 0.0
        return PathSums(
            source=solution.names[self.source],
            output=solution.names[model.output],
            counts=_counts(self.paths, solution.derivative, model),
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
        product, short = product_of(edges), self._shortened(edges)
        return Path(
            nodes=(names[self.source], *[names[edge.target] for edge in edges]),
            factors=tuple(self.numbers.slope(edge) or 0.0 for edge in edges),
            value=self.writer.value(product),
            formula=self.formulas.text(product),
            stations=(names[self.source], *[names[node] for node in _stations(short)]),
            product=product_of(short),
        )

    def _shortened(self, edges: Sequence[Edge]) -> list[Edge]:
        """A path with one edge for each call that there is only one way through."""
        short: list[Edge] = []
        rest = 0
        while rest < len(edges):
            edge = edges[rest]
            for each in self.condensed.leaving.get(edge.source, ()):
                if each.inside and each.inside[0] is edge and each.is_chain:
                    edge = each
            short.append(edge)
            rest += max(len(edge.inside), 1)
        return short

    def _known_slope(self, edge: Edge) -> tuple[str, frozenset[str]] | None:
        """The slope of a call as people know it, in its value: ``o*(1 - o)``; None of most."""
        slope = self._outline.slope(edge.target) if edge.function else None
        if slope is None or edge.target not in self._outline.calls:
            return None
        tree = Unparser({}).reference(slope)
        return text(tree), ast.names([tree])

    @cached_property
    def _outline(self) -> Outline:
        return Outline(self.solution)

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
