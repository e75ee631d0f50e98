"""A partial of the rule table, put in for the arguments of a node with as few nodes as will do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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
        return partial(_argument, formula.output)
    last = formula.operations[-1]
    if last.op == CONST:
        return partial(_constant, last.value, last.label)
    if last.op != "where":
        return partial(_formula, formula)
    condition, then, otherwise = map(formula.part, last.slots)
    if not _can_wait(condition, then, otherwise):
        return partial(_choice, formula)
    return partial(_waiting, formula, Comparison(condition), then, otherwise)


# Functions with something bound, since a class for each would take longer to make than all rules
# that a short formula needs.


def _argument(slot: int, graph: Graph, args: tuple[Node, ...]) -> Partial:
    del graph
    return args[slot]


def _constant(value: float, label: str | None, graph: Graph, args: tuple[Node, ...]) -> Partial:
    del args
    return graph.const(value, label)


def _formula(formula: Template, graph: Graph, args: tuple[Node, ...]) -> Partial:
    return formula.instantiate(graph, args, operations.make)


def _choice(formula: Template, graph: Graph, args: tuple[Node, ...]) -> Partial:
    """A choice whose condition may be settled, or take part in what becomes of it."""
    *before, last = formula.operations
    slots = formula.slots(graph, args, operations.make, before)
    return operations.choice(graph, *[slots[place] for place in last.slots])


def _waiting(  # noqa: PLR0913, PLR0917  (the parts of a choice, which are bound)
    formula: Template,
    test: Comparison,
    then: Template,
    otherwise: Template,
    graph: Graph,
    args: tuple[Node, ...],
) -> Partial:
    """A choice whose condition need not become a node, but where an argument is a number."""
    if graph.has_arrays or any(map(_is_number, args)):
        return _choice(formula, graph, args)
    one = then.instantiate(graph, args, operations.make)
    other = otherwise.instantiate(graph, args, operations.make)
    return one if one is other else Choice(Test(test, args), one, other)


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
