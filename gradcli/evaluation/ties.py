"""Ties: whether a derivative is a convention, found out by deciding what is tied the other way.

At a kink two sides of a comparison are equal, in the program or in the rule of an operation, and
each way to decide it is the derivative on one side. A number that is the same whatever is decided
is that of the function itself; one that is not follows a convention. So it is found, too, where a
product has a kink in each of its factors and adjoints do not show them, as abs(x)*abs(sin(x)).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from gradcli.engine.interpreter import Values
from gradcli.engine.scalar import operation
from gradcli.errors import Problem
from gradcli.graph.conditions import LOGIC, TESTS
from gradcli.graph.node import CONST, INPUT, Graph, Node
from gradcli.graph.operations import make
from gradcli.graph.rules import table
from gradcli.graph.shapes import SHAPED
from gradcli.graph.variadic import chained
from gradcli.syntax.text import brief
from gradcli.syntax.walk import bottom_up

SAME = 1e-9
"""Numbers that differ by less, beside what they are sums of, are one, rounded in two ways."""

NOT_UNIQUE = "not unique"
NOT_DECIDED = "not decided"
ONE_SIDED = "one-sided"

_ULPS, _TINY = 8, 1e-200
"""How far from a jump a function is looked at, and how far from 0."""

PATTERNS = ((1,), (-1,), (1, -1), (-1, 1))
"""The sides on which ties are decided, one after another, over and over."""


def conditions(
    graph: Graph,
    nodes: Sequence[Node],
    program: Collection[Node],
    steps: Collection[Node] = (),
) -> dict[Node, Node]:
    """For each node that may be tied, the condition for that; few hold without a tie.

    Where the program compares or chooses, a pole counts, too: 1/x > 0 is decided anew at 0.

    Args:
        graph: where the conditions are made.
        nodes: the nodes that are looked at, in order.
        program: those of them that the user has written: their comparisons count.
        steps: those that a derivative may be by, as by an input.
    """
    kinds = {(node.op, len(node.args)) for node in nodes if node in program}
    has_choices = any(op in _CHOOSING or _may_kink(op, arity) for op, arity in kinds)
    if not has_choices and len(program) == len(nodes):
        return {}
    found: dict[Node, Node] = {}
    for node in _varying(nodes, steps):
        condition = _tie(graph, node, program)
        if condition is None and has_choices and node in program:
            condition = table().pole(graph, node.op, node.args)
        if condition is not None and condition.op != CONST:
            found[node] = condition
    return found


def alarms(graph: Graph, nodes: Sequence[Node], program: Collection[Node]) -> list[Node]:
    """The same conditions, each once."""
    return [*dict.fromkeys(conditions(graph, nodes, program).values())]


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
    sizes: dict[Node, float] = {}
    for pattern in PATTERNS[: 2 * len(tied)]:
        sides = {node: pattern[place % len(pattern)] for place, node in enumerate(tied)}
        other = at.but({node: _on_side(node, side, at) for node, side in sides.items()})
        for place, output in enumerate(outputs):
            number = other(output)
            if not math.isfinite(number):
                found[place] = found[place] or NOT_DECIDED
            elif not is_same(number, at(output), size_of(output, at, sizes)):
                found[place] = NOT_UNIQUE
    return found


def is_same(one: float, other: float, size: float) -> bool:
    """Whether two numbers are one, rounded in two ways; the size is that of its terms."""
    return one == other or abs(one - other) <= SAME * max(abs(one), abs(other), size)


def size_of(node: Node, at: Values, known: dict[Node, float]) -> float:
    """How large what a node is a sum of is: of a difference that cancels, what has cancelled.

    Args:
        node: any node.
        at: the values.
        known: the sizes that are known; those of all that the node is made of are added.
    """

    def size(each: Node, found: Mapping[Node, float]) -> float:
        value = abs(float(at(each)))
        parts = _terms(each, [found[arg] for arg in each.args], at)
        return max([value, *(part for part in parts if math.isfinite(part))])

    return bottom_up(node, lambda each: each.args, size, known)[node]


def _terms(node: Node, sizes: Sequence[float], at: Values) -> Sequence[float]:
    """The sizes of the terms of a sum, and of a product that has sums in it."""
    if node.op in _SUMS:
        return sizes
    if node.op == "mul":
        return [math.prod(sizes)]
    if node.op == "div":
        below = abs(float(at(node.args[1])))
        return [sizes[0] / below] if below else ()
    return sizes[1:] if node.op == "where" else ()


def convention(name: str, by: str, hangs: str, value: float) -> Problem:
    """What is said of a derivative that hangs on a tie.

    Args:
        name: what it is called in data.
        by: what it is by: ``by x,x``.
        hangs: what `hanging` says of it.
        value: what is used.
    """
    message = f"the derivative {by} is {hangs} there; {brief(value)} is used"
    return Problem("kink", name, hangs, message)


def _varying(nodes: Iterable[Node], steps: Collection[Node] = ()) -> Iterator[Node]:
    """The nodes that are made of inputs, or are made of steps, in order."""
    found: set[Node] = set(steps)
    for node in nodes:
        if node.op == INPUT:
            found.add(node)
        elif not found.isdisjoint(node.args):
            found.add(node)
            yield node


def has_kink(node: Node) -> bool:
    """Whether this is an operation that somewhere has no unique derivative."""
    return _may_kink(node.op, len(node.args))


def _may_kink(op: str, arity: int) -> bool:
    return op in _CHOOSING_ARRAYS or table().may_kink(op, arity)


def _tie(graph: Graph, node: Node, program: Collection[Node]) -> Node | None:
    """The condition under which a node is tied; None for never."""
    if node.op in TESTS:
        is_told = node.op in _ORDERED or node in program
        return graph.node("eq", node.args) if is_told else None
    if node.op == "where":
        return _vanishing(graph, node.args[:1])
    if node.op in LOGIC:
        return _vanishing(graph, node.args)
    if node.op in SHAPED:
        return _tie_of_arrays(graph, node)
    return table().kink(graph, node)


def _tie_of_arrays(graph: Graph, node: Node) -> Node | None:
    """The same of an operation on whole arrays: entry by entry of what it gives."""
    if node.op in {"max_to", "min_to"}:
        equal = make(graph, "eq", (node.args[0], node))
        count = make(graph, "sum_to", (equal,), (node.form,))
        return make(graph, "gt", (count, graph.const(1.0)))
    return make(graph, "eq", (node, graph.const(0.0))) if node.op == "norm_to" else None


def _vanishing(graph: Graph, args: Iterable[Node]) -> Node | None:
    """The condition under which a number that stands for a condition is 0."""
    zeros = [graph.node("not", (arg,)) for arg in args if arg.op not in LOGIC | {CONST}]
    return chained(graph, "or", tuple(zeros)) if zeros else None


_ORDERED = frozenset(("lt", "le", "gt", "ge"))

_CHOOSING = LOGIC | {"where"}

_CHOOSING_ARRAYS = frozenset(("max_to", "min_to", "norm_to"))

_SUMS = frozenset(("add", "sub", "neg", "id"))


def _decisions(
    graph: Graph, order: Iterable[Node], at: Values, program: Collection[Node]
) -> Iterator[Node]:
    """What is tied at a point, with the comparisons in the rules of operations at a kink."""
    for node in order:
        condition = _tie(graph, node, program)
        if condition is None or not at(condition):
            continue
        yield node
        if node.op in _CHOOSING:
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
    if node.op in LOGIC:
        return float(side > 0)
    if node.op == "where":
        return at(node.args[1 if side > 0 else 2])
    first, *others = [float(at(arg)) for arg in node.args]
    scale = max(map(abs, (first, *others)))
    step = side * (_ULPS * math.ulp(scale) if 0.0 < scale < math.inf else _TINY)
    value, function = at(node), operation(node.op)
    beside, behind = (function(first + step * times, *others) for times in (1, 2))
    # A function with a kink only, such as abs, goes on as it begins.
    return beside if abs(behind - beside) < 0.5 * abs(beside - value) else value
