"""Values at one point: the nodes one after another, in IEEE arithmetic that never raises."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from gradcli.engine.beyond import (
    GREATEST,
    LEAVING,
    SMALLEST,
    VANISHING,
    Beyond,
    compute,
    is_lost,
    settled,
)
from gradcli.engine.scalar import OPERATIONS, operation
from gradcli.engine.together import FUSED, SELDOM, is_exception
from gradcli.graph.node import CONST, Graph, Node

if TYPE_CHECKING:
    from gradcli.engine.lowering import Part
    from gradcli.engine.schedule import Step

_UNARY = -1
_VARIADIC = -2

AS_WRITTEN = {op: each for op, each in OPERATIONS.items() if op not in FUSED or op in SELDOM}
"""The operations that are computed as they are written: most nodes are of one of these."""

_Call = tuple[Callable[..., float], Any, int]


class Plan:
    """The operations that some outputs need, in order, ready to run at any point.

    Attributes:
        schedule: the operations.
        slots: where the value of each node is found in what `run` returns.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Node], outputs: Iterable[Node]) -> None:
        from gradcli.engine.schedule import Schedule  # noqa: PLC0415  (a single point has none)

        self.schedule = schedule = Schedule(graph, inputs, outputs)
        self.slots = schedule.slots
        self._constants = schedule.constants
        self._steps = schedule.steps
        self._calls = [_call(step) for step in schedule.steps]
        self._vanishing = [rank for rank, (op, _) in enumerate(self._steps) if op in VANISHING]
        first = len(inputs) + len(self._constants)
        slots = [first + rank for rank in self._vanishing]
        self._small = itemgetter(*slots, slots[-1]) if slots else lambda _: ()

    def run(self, point: Sequence[float]) -> list[float]:
        """The value of every slot, for one value of each input."""
        values = self._computed(point)
        return values if type(values) is list else [*map(float, values)]

    def carried(self, point: Sequence[float]) -> Sequence[float]:
        """The same, where what no float holds is a `Beyond`, as any value of an input may be."""
        if not any(type(value) is Beyond for value in point):
            return self._computed(point)
        return self._beyond([*point, *self._constants], 0)

    def _computed(self, point: Sequence[float]) -> list[float] | tuple[float, ...]:
        """The values: a tuple if some of them are `Beyond`."""
        values = [*point, *self._constants]
        append, low, high = values.append, SMALLEST, GREATEST
        for function, first, second in self._calls:
            if second >= 0:
                append(function(values[first], values[second]))
            elif second == _UNARY:
                append(function(values[first]))
            else:
                append(function(*[values[place] for place in first]))
        if not math.isfinite(sum(values)):  # the quickest way to see that one is not finite
            return self._mended(values, range(len(self._steps)))
        for each in self._small(values):
            if not (low <= each <= high or -high <= each <= -low):
                return self._mended(values, self._vanishing)
        return values

    def _mended(self, values: list[float], ranks: Iterable[int]) -> list[float] | tuple[float, ...]:
        """The values, if one of some operations left the range of floats anew from there on."""
        first = len(values) - len(self._steps)
        for rank in ranks:
            value = values[first + rank]
            if not SMALLEST <= abs(value) <= GREATEST:
                op, places = self._steps[rank]
                if is_lost(op, [values[place] for place in places], value):
                    break
        else:
            return values
        del values[first + rank :]
        return self._beyond(values, rank)

    def _beyond(self, values: list[float], rank: int) -> tuple[float, ...]:
        """The values from one operation on without the bounds of floats, after those before it."""
        for op, places in self._steps[rank:]:
            values.append(compute(op, *[values[place] for place in places]))
        return tuple(values)


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
        self._is_beyond = Beyond in map(type, self._point.values())

    def but(self, numbers: Mapping[Node, float]) -> Values:
        """The values at the same point, if these nodes had other values than they have."""
        point = {**self._point, **numbers}
        return type(self)(point, point.values())

    def __call__(self, node: Node) -> float:
        """The value of a node of any graph whose inputs have values."""
        known = self._known
        found = known.get(node)
        if found is not None:
            return found
        waiting = [node]
        while waiting:
            each = waiting[-1]
            for arg in each.args:
                if arg in known:
                    continue
                waiting.append(arg)
            if waiting[-1] is each:
                known[waiting.pop()] = self._computed(each)
        return known[node]

    def _computed(self, node: Node) -> float:
        """The value of a node whose arguments have one."""
        known, op, args = self._known, node.op, node.args
        function = AS_WRITTEN.get(op)
        is_other = op in SELDOM and is_exception(args)
        if function is None or is_other or self._is_beyond:
            return self._fused(node)
        if len(args) == 2:
            value = function(known[args[0]], known[args[1]])
        else:
            value = function(*[known[arg] for arg in args])
        if SMALLEST <= abs(value) <= GREATEST or op not in LEAVING:
            return value
        return self._settled(op, [known[arg] for arg in args], value)

    def _fused(self, node: Node) -> float:
        """The same, of one that may be computed together with its arguments."""
        if node.op == CONST:
            return node.value
        from gradcli.engine.lowering import lowered  # noqa: PLC0415  (many formulas need none)

        known = self._known
        op, args = lowered(node)
        return self._result(op, [known[arg] if arg in known else self._part(arg) for arg in args])

    def _part(self, part: Node | Part) -> float:
        """The value of a number that no node stands for, of arguments that have one."""
        value = self._known[part] = self._result(part.op, [self._known[arg] for arg in part.args])
        return value

    def _result(self, op: str, numbers: Sequence[float]) -> float:
        """The value of an operation, a `Beyond` where it leaves the range of floats."""
        if self._is_beyond:
            return compute(op, *numbers)
        value = operation(op)(*numbers)
        if SMALLEST <= abs(value) <= GREATEST:
            return value
        return self._settled(op, numbers, value)

    def _settled(self, op: str, numbers: Sequence[float], value: float) -> float:
        """The value of an operation whose result on floats is no ordinary one."""
        value = settled(op, numbers, value)
        self._is_beyond = type(value) is Beyond
        return value


def evaluate(
    graph: Graph, outputs: Sequence[Node], inputs: Sequence[Node], point: Sequence[float]
) -> list[float]:
    """The value of each output at one point."""
    plan = Plan(graph, inputs, outputs)
    values = plan.run(point)
    return [values[plan.slots[node]] for node in outputs]
