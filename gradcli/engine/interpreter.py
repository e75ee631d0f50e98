"""Values at one point: the nodes one after another, in IEEE arithmetic that never raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gradcli.engine.lowering import Part, lowered
from gradcli.engine.scalar import operation
from gradcli.graph.node import CONST, Graph, Node

_UNARY = -1
_VARIADIC = -2

_Step = tuple[Callable[..., float], Any, int]


class Plan:
    """The operations that some outputs need, in order, ready to run at any point.

    Attributes:
        slots: where the value of each node is found in what `run` returns.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Node], outputs: Iterable[Node]) -> None:
        self.slots = {node: place for place, node in enumerate(inputs)}
        order = graph.ancestors(outputs)
        self._constants: list[float] = []
        for node in order:
            if node.op == CONST:
                self.slots[node] = len(self.slots)
                self._constants.append(node.value)
        self._first = len(self.slots)
        self._steps: list[_Step] = []
        parts: dict[Part, int] = {}
        for node in order:
            if node not in self.slots:
                op, args = lowered(node)
                for arg in args:
                    if isinstance(arg, Part) and arg not in parts:
                        parts[arg] = self._append(arg.op, [self.slots[each] for each in arg.args])
                places = [parts[arg] if isinstance(arg, Part) else self.slots[arg] for arg in args]
                self.slots[node] = self._append(op, places)

    def _append(self, op: str, places: list[int]) -> int:
        """One more operation, and its slot."""
        self._steps.append(_step(op, tuple(places)))
        return self._first + len(self._steps) - 1

    def run(self, point: Sequence[float]) -> list[float]:
        """The value of every slot, for one value of each input."""
        values = [*point, *self._constants]
        append = values.append
        for function, first, second in self._steps:
            if second >= 0:
                append(function(values[first], values[second]))
            elif second == _UNARY:
                append(function(values[first]))
            else:
                append(function(*[values[place] for place in first]))
        return values


def _step(op: str, places: tuple[int, ...]) -> _Step:
    if len(places) == 1:
        return operation(op), places[0], _UNARY
    if len(places) == 2:
        return operation(op), places[0], places[1]
    return operation(op), places, _VARIADIC


def evaluate(
    graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node], point: Sequence[float]
) -> list[float]:
    """The value of each output at one point."""
    plan = Plan(graph, inputs, outputs)
    values = plan.run(point)
    return [values[plan.slots[node]] for node in outputs]
