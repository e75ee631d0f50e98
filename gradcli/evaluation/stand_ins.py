"""What stands for the nodes of a program in what people read of it: a call is its name there."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.outline import Outline
from gradcli.graph.naming import LONG
from gradcli.graph.node import Node, behind
from gradcli.graph.people import People
from gradcli.graph.template import moved_further
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


class StandIns:
    """What is written for the nodes of a program, and of its derivative, in the names of some.

    Args:
        solution: the program at a point.
        outline: which nodes there are.
    """

    def __init__(self, solution: Solution, outline: Outline) -> None:
        self._solution = solution
        self._outline = outline
        self._nodes = outline.nodes
        self._operations: dict[Node, Node] = {}
        # Whatever was looked at stays here.
        self._stand_ins: dict[Node, Node] = {}
        # What these stand for: numbers are those of the program's own nodes.
        self._back: dict[Node, Node] = {}

    @cached_property
    def _leaves(self) -> Collection[Node]:
        """The nodes for which a name stands in what is written: what they are made of is not there.

        That is so of calls, and of the steps that the program has a name for. Such a name is made
        where it is met: of thousands few are shown.
        """
        outline, model = self._outline, self._solution.model
        steps = [step for step in model.steps if step.args and step is not model.output]
        return {*outline.calls, *steps}

    @cached_property
    def _first_leaf(self) -> float:
        """The first place of one in the graph: what is before it is made of none, and stays."""
        return min([node.index for node in self._leaves], default=math.inf)

    @cached_property
    def _program(self) -> set[Node]:
        """What the program has itself, and what stands for it."""
        return {*self._solution.behind, *self._back}

    @property
    def names(self) -> Mapping[Node, str]:
        """The names of the nodes that are there, and of what stands for them."""
        names = self._solution.names
        shown = {node: names[node] for node in self._nodes}
        return shown | {self.of(node): name for node, name in shown.items()}

    @cached_property
    def people(self) -> People:
        """The manner of texts: what the program has itself is written as it is."""
        graph, slope_value = self._outline.graph, self._solution.slope_value

        def holds(condition: Node) -> bool:
            if not self._solution.has_values:
                return True
            found: Any = slope_value(moved_further(graph, condition, self._back))
            return bool(found.all() if condition.shape else found)

        return People(lambda: self._program, holds)

    @cached_property
    def in_all_names(self) -> Unparser:
        """Writes in the names of all nodes that are there."""
        names, nodes = self._solution.names, self._nodes
        # Those inside of calls are not written at all.
        shown = {node: names[node] for node in nodes} if len(nodes) < len(names) else names
        return self._writer(shown)

    @cached_property
    def in_own_names(self) -> Unparser:
        """The same, in the names of calls and of what the program names itself.

        Nothing but these names stands for them, and inputs are written by theirs.
        """
        return self._writer({})

    def _writer(self, names: Mapping[Node, str]) -> Unparser:
        return Unparser(names, self._solution.shown.taken, self.people)

    def written(self, node: Node) -> ast.Expression:
        """A node as it stands inside of another one."""
        return self.in_all_names.reference(self.of(node))

    def bounded(self, node: Node) -> ast.Expression | None:
        """The same; None if that is too long to be of use."""
        stand_in = self.of(node)
        writer = self.in_all_names
        return writer.reference(stand_in) if writer.fits(stand_in, LONG) else None

    def of(self, node: Node) -> Node:
        """What is written for a node of the program or of its derivative."""
        if node.index < self._first_leaf:
            return node
        known = self._stand_ins
        found = known.get(node)
        if found is None:
            self._name_leaves(node)
            before = len(known)
            found = moved_further(self._outline.graph, node, known)
            # Thousands are known already: those that were found now are the last ones.
            new = [*islice(reversed(known), len(known) - before)]
            for each in reversed(new):
                self._stand(each, known[each])
        return found

    def _name_leaves(self, node: Node) -> None:
        """Let names stand for those that a node is made of."""
        known, leaves = self._stand_ins, self._leaves
        for each in behind([node], known, leaves):
            if each in leaves:
                known[each] = name = self._outline.named(each)
                self._back[name] = each
                self._note(name)

    def _note(self, stand_in: Node) -> None:
        """Let what stands for a node be one of those that are written as they are."""
        if "_program" in self.__dict__:
            self._program.add(stand_in)

    def _stand(self, node: Node, stand_in: Node) -> None:
        """Write what stands for a node of the program by its name."""
        names = self._solution.names
        if stand_in is node or node not in names:
            return
        self._back[stand_in] = node
        self._note(stand_in)
        self.in_all_names.name(stand_in, names[node])
        if node.label and node is not self._solution.model.output:
            self.in_own_names.name(stand_in, names[node])

    def operation(self, node: Node) -> Node:
        """The operation of a node on what stands for its arguments."""
        if node.index <= self._first_leaf:
            return node
        found = self._operations.get(node)
        if found is None:
            # A maximum of many is asked for again by each of these.
            args = tuple(map(self.of, node.args))
            same = args == node.args
            found = node if same else self._outline.graph.node(node.op, args, node.params)
            self._operations[node] = found
        return found
