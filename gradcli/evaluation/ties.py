"""Ties: whether a derivative is a convention, found out by deciding what is tied the other way.

At a kink two sides of a comparison are equal, in the program or in the rule of an operation, and
each way to decide it is the derivative on one side. A number that is the same whatever is decided
is that of the function itself; one that is not follows a convention. So it is found, too, where a
product has a kink in each of its factors and adjoints do not show them, as abs(x)*abs(sin(x)).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence

from gradcli.engine.interpreter import Values
from gradcli.engine.scalar import operation
from gradcli.errors import Problem
from gradcli.graph.domains import LOGIC, TESTS
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.rules import table
from gradcli.syntax.text import brief

SAME = 1e-9
"""Numbers that differ by less, relatively or at all, are one number, rounded in two ways."""

NOT_UNIQUE = "not unique"
NOT_DECIDED = "not decided"

STEP = 1e-9
"""How far from a jump, relatively, a function is looked at."""

PATTERNS = ((1,), (-1,), (1, -1), (-1, 1))
"""The sides on which ties are decided, one after another, over and over."""


def alarms(graph: Graph, nodes: Iterable[Node], program: Collection[Node]) -> list[Node]:
    """Conditions of which one holds wherever anything is tied; few hold without that.

    Args:
        graph: where the conditions are made.
        nodes: the nodes that are looked at, in order.
        program: those of them that the user has written: their comparisons count.
    """
    conditions = (_tie(graph, node, program) for node in _varying(nodes))
    return [each for each in dict.fromkeys(conditions) if each is not None and each.op != CONST]


def hanging(
    graph: Graph, outputs: Sequence[Node], at: Values, program: Collection[Node] = ()
) -> list[str]:
    """For each output, what its value is if it hangs on how a tie is decided.

    Args:
        graph: the graph of the outputs; it does not grow.
        outputs: derivatives.
        at: the values at a point.
        program: the nodes that the user has written.

    Returns:
        `NOT_UNIQUE`; `NOT_DECIDED` where the other way has no finite value; "" if it does not hang.
    """
    draft = graph.draft()
    order = [*_varying(graph.ancestors([*outputs, *program]))]
    tied = [*dict.fromkeys(_decisions(draft, order, at, program))]
    found = [""] * len(outputs)
    for pattern in PATTERNS[: 2 * len(tied)]:
        sides = {node: pattern[place % len(pattern)] for place, node in enumerate(tied)}
        other = at.but({node: _on_side(node, side, at) for node, side in sides.items()})
        for place, output in enumerate(outputs):
            number = other(output)
            if not math.isfinite(number):
                found[place] = found[place] or NOT_DECIDED
            elif not math.isclose(number, at(output), rel_tol=SAME, abs_tol=SAME):
                found[place] = NOT_UNIQUE
    return found


def convention(name: str, by: str, hangs: str, value: float) -> Problem:
    """What is said of a derivative that hangs on a tie.

    Args:
        name: what it is called in data.
        by: what it is by: ``by x,x``.
        hangs: what `hanging` says of it.
        value: what is used.
    """
    message = f"the derivative {by} is {hangs} there; {brief(value)} is used"
    return Problem("kink", name, "not unique", message)


def _varying(nodes: Iterable[Node]) -> Iterator[Node]:
    """The nodes that are made of inputs, in order."""
    found: set[Node] = set()
    for node in nodes:
        if node.op == INPUT or not found.isdisjoint(node.args):
            found.add(node)
            if node.args:
                yield node


def _tie(graph: Graph, node: Node, program: Collection[Node]) -> Node | None:
    """The condition under which a node is tied; None for never."""
    if node.op in _ORDERED or (node.op in TESTS and node in program):
        return graph.node("eq", node.args)
    if node.op == "where" and node.args[0].op not in LOGIC:
        return graph.node("not", node.args[:1])
    return table().kink(graph, node)


_ORDERED = frozenset(("lt", "le", "gt", "ge"))


def _decisions(
    graph: Graph, order: Iterable[Node], at: Values, program: Collection[Node]
) -> Iterator[Node]:
    """What is tied at a point, with the comparisons in the rules of operations at a kink."""
    for node in order:
        condition = _tie(graph, node, program)
        if condition is None or not at(condition):
            continue
        yield node
        if node.op in TESTS or node.op == "where":
            continue
        inside = {node, *node.args}
        waiting = [table().partial(graph, node, place) for place in range(len(node.args))]
        while waiting:
            each = waiting.pop()
            if each in inside:
                continue
            inside.add(each)
            waiting.extend(each.args)
            if each.op in TESTS and at(each.args[0]) == at(each.args[1]):
                yield each


def _on_side(node: Node, side: int, at: Values) -> float:
    """The value of what is tied, where it is decided for the one side or the other."""
    if node.op in TESTS:
        return float(TESTS[node.op](side, 0))
    if node.op == "where":
        return at(node.args[1 if side > 0 else 2])
    first, *others = [float(at(arg)) for arg in node.args]
    value = at(node)
    beside = operation(node.op)(first + side * STEP * max(1.0, abs(first)), *others)
    # A function with a kink only, such as abs, has the same value on both sides.
    return beside if abs(beside - value) > math.sqrt(STEP) * max(1.0, abs(value)) else value
