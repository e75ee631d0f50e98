"""Values at one point: the nodes one after another, in IEEE arithmetic that never raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gradcli.engine.lowering import Part, lowered
from gradcli.engine.scalar import operation
from gradcli.engine.schedule import Schedule, Step
from gradcli.graph.node import CONST, Graph, Node

_UNARY = -1
_VARIADIC = -2

_Call = tuple[Callable[..., float], Any, int]


class Plan:
    """The operations that some outputs need, in order, ready to run at any point.

    Attributes:
        slots: where the value of each node is found in what `run` returns.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Node], outputs: Iterable[Node]) -> None:
        schedule = Schedule(graph, inputs, outputs)
        self.slots = schedule.slots
        self._constants = schedule.constants
        self._calls = [_call(step) for step in schedule.steps]

    def run(self, point: Sequence[float]) -> list[float]:
        """The value of every slot, for one value of each input."""
        values = [*point, *self._constants]
        append = values.append
        for function, first, second in self._calls:
            if second >= 0:
                append(function(values[first], values[second]))
            elif second == _UNARY:
                append(function(values[first]))
            else:
                append(function(*[values[place] for place in first]))
        return values


def _call(step: Step) -> _Call:
    op, places = step
    if len(places) == 1:
        return operation(op), places[0], _UNARY
    if len(places) == 2:
        return operation(op), places[0], places[1]
    return operation(op), places, _VARIADIC


class Values:
    """The values of nodes at one point, each computed when it is first asked for.

    Args:
        inputs: the inputs that have a value.
        point: the value of each.
    """

    def __init__(self, inputs: Iterable[Node], point: Iterable[float]) -> None:
        self._known: dict[Node | Part, float] = dict(zip(inputs, point, strict=True))

    def __call__(self, node: Node) -> float:
        """The value of a node of any graph whose inputs have values."""
        known = self._known
        found = known.get(node)
        if found is not None:
            return found
        waiting = [node]
        while waiting:
            each = waiting[-1]
            missing = [arg for arg in each.args if arg not in known]
            if missing:
                waiting += missing
            else:
                known[waiting.pop()] = self._computed(each)
        return known[node]

    def _computed(self, node: Node) -> float:
        """The value of a node whose arguments have one."""
        if node.op == CONST:
            return node.value
        known = self._known
        op, args = lowered(node)
        function = operation(op)
        if len(args) == 2:
            first, second = args
            if first in known and second in known:
                return function(known[first], known[second])
        return function(*[known[arg] if arg in known else self._part(arg) for arg in args])

    def _part(self, part: Node | Part) -> float:
        """The value of a number that no node stands for, of arguments that have one."""
        value = self._known[part] = operation(part.op)(*[self._known[arg] for arg in part.args])
        return value


def evaluate(
    graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node], point: Sequence[float]
) -> list[float]:
    """The value of each output at one point."""
    plan = Plan(graph, inputs, outputs)
    values = plan.run(point)
    return [values[plan.slots[node]] for node in outputs]
