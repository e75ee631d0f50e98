"""A partial of the rule table, put in for the arguments of a node with as few nodes as will do."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.conditions import Comparison, Test, is_comparison
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.operations import Choice, Partial
from gradcli.graph.template import Template

PartialRule = Callable[[Graph, tuple[Node, ...]], Partial]
"""Gives a partial for the arguments of a node; what is a choice as a whole is made into no node."""


def partial_rule(formula: Template) -> PartialRule:
    """The rule that a formula is; most are an argument or a constant, and met in every program."""
    if formula.output < formula.parameters:
        return _Argument(formula.output).of
    last = formula.operations[-1]
    if last.op == CONST:
        return _Constant(last.value, last.label).of
    if last.op != "where":
        return _Formula(formula).of
    condition, then, otherwise = map(formula.part, last.slots)
    if not _can_wait(condition, then, otherwise):
        return _Choice(formula).of
    return _Waiting(formula, Comparison(condition), then, otherwise).of


class _Argument(NamedTuple):
    slot: int

    def of(self, graph: Graph, args: tuple[Node, ...]) -> Partial:
        del graph
        return args[self.slot]


class _Constant(NamedTuple):
    value: float
    label: str | None

    def of(self, graph: Graph, args: tuple[Node, ...]) -> Partial:
        del args
        return graph.const(self.value, self.label)


class _Formula(NamedTuple):
    formula: Template

    def of(self, graph: Graph, args: tuple[Node, ...]) -> Partial:
        return self.formula.instantiate(graph, args, operations.make)


class _Choice(NamedTuple):
    """A choice whose condition may be settled, or take part in what becomes of it."""

    formula: Template

    def of(self, graph: Graph, args: tuple[Node, ...]) -> Partial:
        *before, last = self.formula.operations
        slots = self.formula.slots(graph, args, operations.make, before)
        return operations.choice(graph, *[slots[place] for place in last.slots])


class _Waiting(NamedTuple):
    """A choice whose condition need not become a node, but where an argument is a number."""

    formula: Template
    test: Comparison
    then: Template
    otherwise: Template

    def of(self, graph: Graph, args: tuple[Node, ...]) -> Partial:
        if graph.has_arrays or any(map(_is_number, args)):
            return _Choice(self.formula).of(graph, args)
        then = self.then.instantiate(graph, args, operations.make)
        otherwise = self.otherwise.instantiate(graph, args, operations.make)
        return then if then is otherwise else Choice(Test(self.test, args), then, otherwise)


def _is_number(node: Node) -> bool:
    """Whether a comparison of a node may be settled: of a constant, and of a fraction of two."""
    return node.op == CONST or (node.op == "div" and all(arg.is_const for arg in node.args))


def _can_wait(condition: Template, then: Template, otherwise: Template) -> bool:
    """Whether a choice is one for all arguments that are no numbers, whatever else they are.

    A branch that has no value everywhere, such as x/y, has none with other arguments, either: it
    cannot vanish where the condition does not hold, and so take the place of the choice.
    """
    if not condition.operations or not is_comparison(condition.operations):
        return False
    graph = Graph()
    args = [graph.input(f"#{place}") for place in range(condition.parameters)]
    parts = condition, then, otherwise
    nodes = [part.instantiate(graph, args, operations.make) for part in parts]
    is_choice = operations.choice(graph, *nodes) == (*nodes,)
    return is_choice and all(node.op != "where" for node in nodes)
