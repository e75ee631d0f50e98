"""A partial of the rule table, put in for the arguments of a node with as few nodes as will do."""

from __future__ import annotations

from typing import NamedTuple

from gradcli.graph import operations
from gradcli.graph.conditions import Comparison, Test, is_comparison
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.operations import Choice, Partial
from gradcli.graph.template import Template


class PartialRule(NamedTuple):
    """A formula in parameters; more is known of it if it is a choice as a whole.

    Attributes:
        formula: the whole.
        test: the condition, if it need not become a node for the choice to be made.
        branches: what is chosen from, if there is a test.
    """

    formula: Template
    test: Comparison | None = None
    branches: tuple[Template, Template] | None = None

    def open(self, graph: Graph, args: tuple[Node, ...]) -> Partial:
        """The partial for arguments; a choice that it is as a whole is not made into a node."""
        formula, test, branches = self
        last = formula.operations[-1] if formula.operations else None
        if last is None or last.op != "where" or graph.has_arrays:
            return formula.instantiate(graph, args, operations.make)
        if test is None or branches is None or any(map(_is_number, args)):
            slots = formula.slots(graph, args, operations.make, formula.operations[:-1])
            return operations.choice(graph, *[slots[place] for place in last.slots])
        then, otherwise = branches
        chosen = then.instantiate(graph, args, operations.make)
        other = otherwise.instantiate(graph, args, operations.make)
        return chosen if chosen is other else Choice(Test(test, args), chosen, other)


def partial_rule(formula: Template) -> PartialRule:
    """What there is to know of a formula before it is used."""
    last = formula.operations[-1] if formula.operations else None
    if last is None or last.op != "where":
        return PartialRule(formula)
    condition, then, otherwise = map(formula.part, last.slots)
    if not _can_wait(condition, then, otherwise):
        return PartialRule(formula)
    return PartialRule(formula, Comparison(condition), (then, otherwise))


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
