"""The conditions of edges: under which a node is reached, and its partials count at all.

A partial of the form ``where(c, p, 0)`` or ``where(c, 0, p)`` makes its edge conditional.
Multiplying through it would let a branch that is not taken poison the result (0 times infinity is
NaN), so the condition is taken off the partial and kept beside what comes along: every node has a
condition under which it is reached at all, and its total counts only under that condition. Neither
the choice nor the condition becomes a node before somebody asks for it as one: of a derivative that
is only evaluated, nobody does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.base.record import Record
from gradcli.graph import operations
from gradcli.graph.conditions import Test
from gradcli.graph.node import Graph, Node
from gradcli.graph.operations import Choice, Partial
from gradcli.graph.shapes import Form


class Guard(Record):
    """A condition of an edge, and whether it has to hold or not to hold."""

    condition: Node
    holds: bool

    def node(self, graph: Graph) -> Node:
        """The guard as a node that is not 0 where it is met."""
        return self.condition if self.holds else operations.negation(graph, self.condition)

    def is_met(self, value_of: Callable[[Node], float]) -> bool:
        """Whether it is met where nodes have these values."""
        return bool(value_of(self.condition)) == self.holds


class Waiting(Record):
    """The same of a condition that is no node yet."""

    test: Test
    holds: bool

    def node(self, graph: Graph) -> Node:
        """The guard as a node that is not 0 where it is met."""
        node = self.test.node(graph, operations.make)
        return node if self.holds else operations.negation(graph, node)

    def is_met(self, value_of: Callable[[Node], float]) -> bool:
        """Whether it is met where nodes have these values."""
        return self.test.holds(value_of) == self.holds


class Condition:
    """When a node is reached: where a guard is met and, if it lies within another one, that, too.

    Attributes:
        around: the condition that it lies within; None for none.
        guard: what has to be met besides; None: it always holds.
        depth: how many choices lie around it.
    """

    __slots__ = ("_node", "around", "depth", "guard")

    def __init__(self, around: Condition | None, guard: Guard | Waiting | None, depth: int) -> None:
        self.around = around
        self.guard = guard
        self.depth = depth
        self._node: Node | None = None

    def __getstate__(self) -> object:
        # The first two protocols of pickle know of slots only where this is defined.
        return object.__getstate__(self)

    def node(self, graph: Graph) -> Node | None:
        """The condition as a node of a graph, always the same; None if it always holds."""
        chain = [self]
        while chain[-1].around is not None and chain[-1]._node is None:  # noqa: SLF001  (one of us)
            chain.append(chain[-1].around)
        for each in reversed(chain):
            if each._node is None and each.guard is not None:  # noqa: SLF001  (likewise)
                before = None if each.around is None else each.around._node  # noqa: SLF001  (likewise)
                each._node = operations.both(graph, before, each.guard.node(graph))  # noqa: SLF001  (likewise)
        return self._node

    def covers(self, guard: Guard | Waiting) -> bool:
        """Whether a guard is certainly met where this condition holds."""
        around = self.around
        return guard == self.guard or (
            around is not None and around.around is None and around.guard == guard
        )


ALWAYS = Condition(None, None, 0)


def opened(partial: Node) -> tuple[list[Guard], Node]:
    """The conditions of an edge, and its partial where they are met."""
    guards: list[Guard] = []
    while partial.op == "where":
        condition, *branches = partial.args
        found = _only_branch(*branches)
        if found is None:
            break
        holds, partial = found
        guards.append(Guard(condition, holds))
    return guards, partial


def taken_off(graph: Graph, partial: Partial) -> tuple[Sequence[Guard | Waiting], Node]:
    """The same of a partial that may be a choice."""
    if not isinstance(partial, Choice):
        return opened(partial)
    condition, *branches = partial
    found = _only_branch(*branches)
    if found is None:
        return [], operations.made(graph, partial)
    holds, rest = found
    first = Waiting(condition, holds) if isinstance(condition, Test) else Guard(condition, holds)
    if rest.op != "where":
        return [first], rest
    guards, rest = opened(rest)
    return [first, *guards], rest


def _only_branch(then: Node, otherwise: Node) -> tuple[bool, Node] | None:
    """The branch of a choice whose other one is 0, and whether the condition holds there."""
    if operations.is_value(otherwise, 0):
        return True, then
    if operations.is_value(then, 0):
        return False, otherwise
    return None


def beside_others(graph: Graph, guard: Guard, form: Form) -> Guard:
    """A condition for the entries of a form that may stand beside any other condition on them.

    A row and a column, each of which is for a matrix, have no form in common.
    """
    condition = guard.condition
    if len(condition.shape) == 1 < len(form.shape):
        condition = graph.find("spread", (condition,), (form,))
    return Guard(condition, guard.holds)


Key = tuple[Condition | None, Guard | Waiting | None, int]


def within(
    condition: Condition,
    guards: Sequence[Guard | Waiting],
    known: dict[Key, Condition] | None = None,
) -> Condition:
    """A condition with those of an edge added to it.

    Args:
        condition: where the edge begins.
        guards: the conditions of the edge.
        known: conditions that have been made, to which new ones are added: equal ones are one.
    """
    for guard in guards:
        key: Key = (None if condition is ALWAYS else condition), guard, condition.depth + 1
        if condition.covers(guard):
            key = condition.around, condition.guard, condition.depth + 1
        found = None if known is None else known.get(key)
        if found is None:
            found = Condition(*key)
            if known is not None:
                known[key] = found
        condition = found
    return condition
