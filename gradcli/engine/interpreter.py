"""Values at one point: the nodes one after another, in IEEE arithmetic that never raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
        self._point = dict(zip(inputs, point, strict=True))
        self._known: dict[Node | Part, float] = dict(self._point.items())

    def but(self, numbers: Mapping[Node, float]) -> Values:
        """The values at the same point, if these nodes had other values than they have."""
        point = {**self._point, **numbers}
        return Values(point, point.values())

    def __call__(self, node: Node) -> float:
        """The value of a node of any graph whose inputs have values."""
        known = self._known
        if node in known:
            return known[node]
        waiting: list[Node | Part] = [node]
        while waiting:
            each = waiting[-1]
            op, args = lowered(each)
            missing = [arg for arg in args if arg not in known]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if isinstance(each, Node) and op == CONST:
                known[each] = each.value
            elif each not in known:
                known[each] = operation(op)(*[known[arg] for arg in args])
        return known[node]


def evaluate(
    graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node], point: Sequence[float]
) -> list[float]:
    """The value of each output at one point."""
    plan = Plan(graph, inputs, outputs)
    values = plan.run(point)
    return [values[plan.slots[node]] for node in outputs]
