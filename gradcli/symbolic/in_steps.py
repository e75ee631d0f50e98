"""Derivatives in the names of the program's own steps: o - y, where o is a logistic function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gradcli.calculus.forward import push_forward
from gradcli.graph.model import Model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.symbolic.sharing import in_one_graph
from gradcli.symbolic.simplify.guards import Guards
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.wanted import Names

MOST_STEPS = 200
"""Derivatives of higher orders are tried in the names of no more steps."""


class _Formula(NamedTuple):
    """A derivative in the names of steps, and the simplifier in whose graph it is."""

    simplifier: Simplifier
    node: Node


class InSteps:
    """Takes derivatives in the names of a program's steps, each order of the one before.

    To a formula its steps are inputs that move with the variable: by x it is what it is by x
    alone and, for each step u in it, what it is by u times u'.

    Args:
        model: the program.
        style: what the program says of how results are written.
        names: the steps that have a name; behind them, what is differentiated instead of some.
        exact: a first derivative as the engine evaluates it.
        guards: what leaves out the conditions of rules in the derivatives of something.
    """

    def __init__(
        self,
        model: Model,
        style: Style,
        names: Mapping[Node, str],
        exact: Callable[[Names], Node],
        guards: Callable[[Graph, Node], Guards | None],
    ) -> None:
        self._model = model
        self._style = style
        self._names = names
        self._steps = {name: node for node, name in names.items()}
        self._exact = exact
        self._guards = guards
        self._simplifiers: dict[Names, Simplifier] = {}
        self._with_names: dict[Names, Simplifier] = {}
        self._found: dict[Names, _Formula] = {}

    def formulas(self, wanted: Sequence[Names]) -> list[Node]:
        """The derivatives by some names each, as nodes of one graph."""
        found = [self._of(names) for names in wanted]
        return in_one_graph([(each.simplifier.graph, each.node) for each in found], {})[0]

    def _of(self, names: Names) -> _Formula:
        for count in range(1, len(names) + 1):
            known = names[:count]
            if known not in self._found:
                self._found[known] = self._differentiated(known)
        return self._found[names]

    def _differentiated(self, names: Names) -> _Formula:
        """The derivative of the one before by the last name."""
        *others, last = names
        if not others:
            simplifier = self._simplifier((), self._model.graph, self._model.output)
            raw = self._exact(names)
        else:
            before = self._found[tuple(others)]
            graph = before.simplifier.graph
            rates = self._rates(before, last)
            raw = push_forward(graph, [before.node], rates).of.get(before.node) or graph.const(0.0)
            simplifier = self._simplifier(tuple(others), graph, before.node)
        # One after another: each is written as if it were alone.
        (node,) = simplifier.simplify([raw])
        return self._with_sums(_Formula(simplifier, node), tuple(others))

    def _with_sums(self, formula: _Formula, others: Names) -> _Formula:
        """The same where sums that are steps of the program are written by their names."""
        sums = formula.simplifier.definitions
        if sums.keys().isdisjoint(formula.simplifier.graph.ancestors([formula.node])):
            return formula
        if others not in self._with_names:
            self._with_names[others] = self._made(sums, None)
        simplifier = self._with_names[others]
        return _Formula(simplifier, simplifier.simplify([formula.node])[0])

    def _rates(self, formula: _Formula, variable: str) -> dict[Node, Node]:
        """The derivatives by a variable of what a formula is made of, in its graph."""
        graph = formula.simplifier.graph
        inputs = [node for node in graph.ancestors([formula.node]) if node.op == INPUT]
        moved = {node: self._steps[node.name] for node in inputs if node.name in self._steps}
        source = self._model.graph.input(variable)
        one = self._model.graph.const(1.0)
        found = push_forward(self._model.graph, moved.values(), {source: one}).of
        rates = {graph.input(variable): graph.const(1.0)}
        for node, step in moved.items():
            if step in found:
                (rates[node],) = formula.simplifier.simplify([found[step]])
        return rates

    def _simplifier(self, names: Names, graph: Graph, output: Node) -> Simplifier:
        """That of the derivatives of something."""
        if names not in self._simplifiers:
            self._simplifiers[names] = self._made({}, self._guards(graph, output))
        return self._simplifiers[names]

    def _made(self, sums: Mapping[Node, str], guards: Guards | None) -> Simplifier:
        """A simplifier that knows the steps, and nodes that are some of them."""
        found = Simplifier(self._style, {**self._names, **sums}, guards)
        found.recognize(self._names)
        found.read_program(self._model.output)
        return found
