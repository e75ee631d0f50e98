"""Names for all nodes, and each node written out with its numbers and its symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from gradcli.calculus.reverse import Derivative
from gradcli.errors import Span
from gradcli.evaluation.edge import slopes
from gradcli.evaluation.solution import NodeReport, Nodes, Outline
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.unparse import Unparser

SHORT = 200
"""A derivative up to this length is written in the inputs and the user's own steps alone."""

LONG = 4_000
"""One above this length is not written at all; between the two, all nodes' names are used."""

LONGEST_PROGRAM = 100_000
"""A program whose text would be longer is written with a name for every node."""

OUTPUT = "out"


def name_nodes(model: Model) -> dict[Node, str]:
    """The name of every node that is shown: all but constants, inputs first, then in order."""
    taken = {node.label for node in [*model.inputs, *model.steps]}
    names: dict[Node, str] = {node: node.label or "" for node in model.inputs}
    count = 0
    for node in model.graph.ancestors([model.output, *model.steps]):
        if node in names or (node.is_const and node is not model.output):
            continue
        if node.label is not None and not node.is_const:
            names[node] = node.label
        elif node is model.output:
            names[node] = _free(OUTPUT, taken)
        else:
            count += 1
            while f"v{count}" in taken:
                count += 1
            names[node] = f"v{count}"
    return names


def _free(name: str, taken: set[str | None]) -> str:
    while name in taken:
        name += "_"
    return name


class Report:
    """A model at a point: looks up the numbers of a node and writes it in symbols."""

    def __init__(  # noqa: PLR0913, PLR0917  (all that the pipeline has made, in its order)
        self,
        model: Model,
        names: Mapping[Node, str],
        derivative: Derivative,
        kinks: Mapping[Node, Node],
        slots: Mapping[Node, int],
        values: Sequence[float],
    ) -> None:
        self.model = model
        self.names = names
        self.derivative = derivative
        self.kinks = kinks
        self.shown = list(names)
        self._slots = slots
        self._values = values
        own = {node: name for node, name in names.items() if node.label is not None}
        own.pop(model.output, None)
        self._in_own_names = Unparser(own, names.values())
        self._in_all_names = Unparser(names, names.values())

    def value(self, node: Node) -> float:
        """The value of a node, of the program or of its derivative."""
        return self._values[self._slots[node]]

    def grad(self, node: Node) -> float:
        """∂output/∂node."""
        adjoint = self.derivative.adjoints.get(node)
        return 0.0 if adjoint is None else self.value(adjoint)

    def local(self, node: Node) -> tuple[float | None, ...]:
        """The partial of a node by each argument; None for a constant argument."""
        partials = self.derivative.locals.get(node, ())
        return tuple(None if partial is None else self.value(partial) for partial in partials)

    def slopes(self, node: Node) -> tuple[float | None, ...]:
        """The same, None also where nothing comes along: in a branch that is not taken."""
        return slopes(self.derivative.locals.get(node, ()), self.value)

    def numbers(self) -> dict[str, tuple[float, float]]:
        """Value and derivative of every node, by name."""
        return self._numbers

    @cached_property
    def _numbers(self) -> dict[str, tuple[float, float]]:
        return {name: (self.value(node), self.grad(node)) for node, name in self.names.items()}

    def expression(self) -> str:
        """The program in canonical form: the steps, then the output's expression."""
        steps = [node for node in self.model.steps if node is not self.model.output]
        writer = self._in_own_names
        if sum(map(writer.length, [*steps, self.model.output])) > LONGEST_PROGRAM:
            steps = [node for node in self.shown if node.args and node is not self.model.output]
            writer = self._in_all_names
        lines = [f"{self.names[node]} = {writer.text(node)}" for node in steps]
        lines.append(writer.text(self.model.output, inside=self.model.output in steps))
        return "; ".join(lines)

    def formula(self, node: Node) -> str:
        """One operation, in the names of its arguments."""
        return self._in_all_names.text(node)

    def symbol(self, node: Node | None) -> str | None:
        """A derivative in symbols, in as few other names as its length allows."""
        if node is None:
            return None
        if self._in_own_names.length(node) <= SHORT:
            return self._in_own_names.text(node, inside=True)
        return self._bounded(node)

    def _bounded(self, node: Node) -> str | None:
        """A derivative in the names of all nodes, None if it is too long to be of use."""
        if self._in_all_names.length(node) > LONG:
            return None
        return self._in_all_names.text(node, inside=True)

    def span(self, node: Node) -> Span | None:
        """Where a node stands in the program."""
        return self.model.spans.get(node)

    def nodes(self) -> Nodes:
        """All nodes, written out when they are asked for."""
        return Nodes(len(self.shown), self._report, self._outline)

    def _outline(self) -> Iterator[Outline]:
        for node in self.shown:
            yield Outline(
                self.names[node], self._arguments(node), self.value(node), self.local(node)
            )

    def _arguments(self, node: Node) -> tuple[str, ...]:
        return tuple([self.names.get(arg) or self.formula(arg) for arg in node.args])

    def _report(self, place: int) -> NodeReport:
        node = self.shown[place]
        zero = self.model.graph.const(0.0)
        return NodeReport(
            name=self.names[node],
            expression=self.formula(node),
            op=node.op,
            args=self._arguments(node),
            shape=node.shape,
            value=self.value(node),
            grad=self.grad(node),
            derivative=self.symbol(self.derivative.adjoints.get(node, zero)),
            local=self.local(node),
            local_text=tuple(
                None if partial is None else self._bounded(partial)
                for partial in self.derivative.locals.get(node, ())
            ),
            span=self.span(node),
        )
