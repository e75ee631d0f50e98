"""The chain rule along paths: from a program and its values to products, bracket and counts."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence

from gradcli.calculus.reverse import Derivative, differentiate
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.diagnose import diagnose
from gradcli.evaluation.inputs import Value
from gradcli.evaluation.report import LONG, Report, name_nodes
from gradcli.evaluation.solve import read_model, report_on
from gradcli.graph import operations
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.hints import nearest
from gradcli.paths.condense import Call, condense
from gradcli.paths.counts import Counts, backward_cost, count_layers, count_paths
from gradcli.paths.edges import Edge, Paths, find_paths
from gradcli.paths.factoring import factor
from gradcli.paths.largest import largest
from gradcli.paths.products import Factor, Sum, Term, Writer, sum_of, tree
from gradcli.paths.result import Path, PathSums, Word
from gradcli.syntax.text import text

MOST_EDGES = 1_000_000
"""How many edges the paths of a list may have altogether."""

MOST_FACTORS = 300
"""A factored form with more partials than this is not written."""

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\[[^\]]*\])?")


def follow_paths(
    source: str,
    values: Mapping[str, Value],
    wrt: str | None,
    *,
    most: int = 20,
    strict: bool = False,
) -> PathSums:
    """The derivative of a program by one of its nodes as the sum over all paths between the two.

    Args:
        source: the program.
        values: a value for each input.
        wrt: the name of an input or a step; may be left out if there is only one input.
        most: how many paths are listed; the sum is over all of them, however many there are.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    model = read_model(source, values, strict=strict)
    name = _choose(model, wrt)
    report = report_on(model, values)
    node = _find(report.names, name)
    return _Follower(report, node).run(most)


def count_paths_of(
    source: str, values: Mapping[str, Value], wrt: str | None, *, strict: bool = False
) -> PathSums:
    """How many paths there are in a program, counted without listing them or needing values.

    Args:
        source: the program.
        values: a value for each input, or nothing at all.
        wrt: the name of an input or a step; may be left out if there is only one input.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown or given twice.
    """
    model = read_model(source, values, strict=strict)
    name = _choose(model, wrt)
    if values:
        report = report_on(model, values)
        node = _find(report.names, name)
        paths = find_paths(report.derivative, node, model.output)
        counts = _counts(paths, report.derivative, model)
        return PathSums(
            name,
            report.names[model.output],
            counts,
            report.grad(node),
            notes=model.notes,
            problems=diagnose(report),
        )
    names = name_nodes(model)
    node = _find(names, name)
    derivative = differentiate(model.graph, model.output, [*model.inputs, node])
    paths = find_paths(derivative, node, model.output)
    counts = _counts(paths, derivative, model)
    return PathSums(name, names[model.output], counts, notes=model.notes)


def count_paths_of_layers(sizes: Sequence[int]) -> PathSums:
    """The counts for a net of fully connected layers, from one weight of the first to all outputs.

    Raises:
        UsageError: there are fewer than two layers, or one without neurons.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise UsageError(
            "layers",
            "a net has at least two layers, each of at least one neuron",
            hint="for instance: --layers 784,128,64,10 or --layers 512x8",
        )
    return PathSums("w1[1,1]", "outputs", count_layers(sizes), is_net=True)


def _choose(model: Model, wrt: str | None) -> str:
    if wrt is not None:
        return wrt
    if len(model.inputs) == 1:
        return model.inputs[0].label or ""
    names = [node.label or "" for node in model.inputs]
    raise UsageError(
        "wrt",
        "which node do the paths begin at?",
        hint=f"write --wrt {names[0]}" if names else "the program has no inputs",
    )


def _find(names: Mapping[Node, str], wanted: str) -> Node:
    for node, name in names.items():
        if name == wanted:
            return node
    known = list(names.values())
    raise InputError(
        "unknown-node",
        f"there is no node '{wanted}'",
        hint=nearest(wanted, known, "nodes"),
        names=(wanted,),
    )


def _counts(paths: Paths, derivative: Derivative, model: Model) -> Counts:
    count, expanded = count_paths(paths)
    backward = backward_cost(derivative, model.inputs)
    return Counts(count, expanded, backward, len(model.inputs))


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


class _Follower:
    """Paths at a point: their numbers, their order, and their formulas."""

    def __init__(self, report: Report, source: Node) -> None:
        self.report = report
        self.model = report.model
        self.source = source
        self.paths = find_paths(report.derivative, source, self.model.output)
        calls = {
            node: Call(call.function, call.args[0])
            for node, call in self.model.calls.items()
            if len(call.args) == 1
        }
        self.condensed = condense(self.model.graph, self.paths, calls) if calls else self.paths
        self.writer = Writer(self.model.graph, report.names, self.number)
        self._numbers: dict[Edge, float | None] = {}

    def run(self, most: int) -> PathSums:
        """Everything there is to say."""
        report, model = self.report, self.model
        listed = [self._path(edges) for edges in self._largest(most)]
        form = self._form()
        terms = [path.term for path in listed] + ([form] if form else [])
        sums, tolerance = self._total()
        return PathSums(
            source=report.names[self.source],
            output=report.names[model.output],
            counts=_counts(self.paths, report.derivative, model),
            gradient=report.grad(self.source),
            total=sums,
            tolerance=tolerance,
            paths=listed,
            factored=self._text(form) if form else None,
            form=form,
            words=self._words(terms),
            is_list=True,
            notes=model.notes,
            problems=diagnose(report),
        )

    def number(self, edge: Edge) -> float | None:
        """The partial of an edge; None in a branch that is not taken."""
        if edge not in self._numbers:
            self._numbers[edge] = self._evaluate(edge)
        return self._numbers[edge]

    def _evaluate(self, edge: Edge) -> float | None:
        if edge.inside:
            return self._sum(edge.source, edge.target, edge.inside)
        partial = edge.partial
        # A product with what is not there is 0, even with infinity.
        if partial.op == "where":
            holds = bool(self.report.value(partial.args[0]))
            if operations.is_value(partial.args[1 if holds else 2], 0):
                return None
        return self.report.value(partial)

    def _sum(self, first: Node, last: Node, edges: Sequence[Edge]) -> float | None:
        """The sum over all ways from a node to another along edges in topological order."""
        reached: dict[Node, list[float]] = {first: [1.0]}
        for edge in edges:
            number = self.number(edge)
            if number is not None and edge.source in reached:
                share = sum_of(reached[edge.source]) * number
                reached.setdefault(edge.target, []).append(share)
        return sum_of(reached[last]) if last in reached else None

    def _total(self) -> tuple[float, float]:
        """The sum over all paths, and what rounding may do to it."""
        if not self.paths.nodes:
            return 0.0, 0.0
        reached: dict[Node, list[float]] = {self.source: [1.0]}
        sizes: dict[Node, float] = {self.source: 1.0}
        for node in self.paths.nodes:
            if node not in reached:
                continue
            value, size = sum_of(reached.pop(node)), sizes.pop(node)
            if node is self.model.output:
                rounding = sys.float_info.epsilon * 4 * (len(self.paths.nodes) + 8)
                return value, size * rounding + sys.float_info.min
            for edge in self.paths.leaving[node]:
                number = self.number(edge)
                if number is not None:
                    reached.setdefault(edge.target, []).append(value * number)
                    sizes[edge.target] = sizes.get(edge.target, 0.0) + size * abs(number)
        return 0.0, 0.0

    def _largest(self, most: int) -> list[list[Edge]]:
        weight = {edge: self.number(edge) or 0.0 for edge in self.paths.edges()}
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
        names = self.report.names
        term = self.writer.term(edges)
        short = self._shortened(edges)
        return Path(
            nodes=(names[self.source], *[names[edge.target] for edge in edges]),
            factors=tuple(self.number(edge) or 0.0 for edge in edges),
            product=term.value,
            formula=self._text(term),
            stations=(names[self.source], *[names[node] for node in _stations(short)]),
            term=self.writer.term(short),
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

    def _form(self) -> Term | None:
        factored = factor(self.condensed)
        if factored is None or factored.whole.size > MOST_FACTORS:
            return None
        return self.writer.form(factored.parts)

    def _text(self, term: Term) -> str | None:
        """The text of a product that reads back, if it is not too long."""
        length = 0
        waiting: list[Term | Sum] = [term]
        while waiting and length <= LONG:
            item = waiting.pop()
            parts = item.terms if isinstance(item, Sum) else item.factors
            length += len(parts)
            for part in parts:
                if isinstance(part, Term | Sum):
                    waiting.append(part)
                else:
                    length += part.length
        return text(tree(term)) if length <= LONG else None

    def _words(self, terms: Sequence[Term]) -> list[Word]:
        """What formulas refer to: derivatives of calls, then nodes without a name of their own."""
        calls: dict[str, tuple[int, Word]] = {}
        used: set[str] = set()
        waiting: list[Term | Sum] = list(terms)
        seen: set[Edge] = set()
        while waiting:
            item = waiting.pop()
            parts = item.terms if isinstance(item, Sum) else item.factors
            for part in parts:
                if isinstance(part, Term | Sum):
                    waiting.append(part)
                elif part.edge not in seen:
                    seen.add(part.edge)
                    self._explain(part, calls, used)
        inner = [
            Word(name, self.writer.expression(node), self.report.value(node))
            for node, name in self.report.names.items()
            if name in used and node.label is None
        ]
        return [*(word for _, word in sorted(calls.values(), key=lambda each: each[0])), *inner]

    def _explain(self, factor: Factor, calls: dict[str, tuple[int, Word]], used: set[str]) -> None:
        text = factor.text
        if text is None or factor.edge.function:
            name = text or f"∂{factor.target}/∂{factor.source}"
            slope = self.writer.slope(factor.edge)
            if slope is not None:
                calls[name] = factor.edge.source.index, Word(name, slope, factor.value)
            text = f"{text or ''} {slope or ''}"
        used.update(_NAME.findall(text))
