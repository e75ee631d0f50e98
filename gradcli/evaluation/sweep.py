"""Value and gradient by one sweep over values: no node of the derivative is made.

Building the derivative as nodes costs several times what it costs to compute it once. So of a graph
that is evaluated once the local partials are numbers from the beginning: the rules of the table,
each made into calls the first time that an operation is met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain
from math import isfinite
from operator import itemgetter
from typing import Any, NamedTuple

from gradcli.calculus.guards import opened
from gradcli.engine.beyond import (
    GREATEST,
    LEAVING,
    SMALLEST,
    Beyond,
    compute,
)
from gradcli.engine.interpreter import AS_WRITTEN, Values
from gradcli.engine.lowering import Part, lowered
from gradcli.engine.scalar import operation
from gradcli.engine.scaled import APART, joined, product, total
from gradcli.engine.schedule import Schedule
from gradcli.engine.together import FUSED, SELDOM, is_exception
from gradcli.evaluation.edge import slope
from gradcli.evaluation.objects import are_ordinary, is_ordinary
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.operations import is_value
from gradcli.graph.rules import table
from gradcli.graph.variadic import VARIADIC

_GRAPH = Graph()
"""The graph of the operations, each of inputs of its own, and of their partials."""


class _Place(NamedTuple):
    """The slope by one argument: where it is found, and the conditions under which it is one."""

    partial: Node
    guards: Sequence[tuple[int, bool]]
    slot: int


class Slopes:
    """The partials of an operation as a function of numbers.

    Args:
        op: the operation.
        pattern: for each of its arguments which one of different ones it is: for max(x, y, x) it
            is 0, 1, 0.

    Attributes:
        fixed: the slopes if they are the same everywhere, else nothing.
        direct: picks the slopes out of the arguments, the value and the constants, if that is all
            there is to do.
        constants: the constants.
    """

    def __init__(self, op: str, pattern: Sequence[int]) -> None:
        graph = _GRAPH
        self._inputs = [graph.input(f"x{place}") for place in range(max(pattern) + 1)]
        own = graph.node(op, tuple([self._inputs[place] for place in pattern]))
        partials = [table().partial(graph, own, place) for place in range(len(pattern))]
        parts = [opened(partial) for partial in partials]
        wanted = [base for _, base in parts]
        wanted += [guard.condition for guards, _ in parts for guard in guards]
        # The value of the operation itself is known already.
        schedule = Schedule(graph, [*self._inputs, own], wanted)
        slots = schedule.slots
        self.constants = schedule.constants
        self._first = len(self._inputs) + 1 + len(schedule.constants)
        self._calls: list[tuple[Callable[..., float], Sequence[int]]] = [
            (operation(each), places) for each, places in schedule.steps
        ]
        self._places: list[_Place | None] = [
            # Nothing comes along where the partial is identically 0, as of a comparison.
            None
            if is_value(base, 0)
            else _Place(
                partial, [(slots[guard.condition], guard.holds) for guard in guards], slots[base]
            )
            for partial, (guards, base) in zip(partials, parts, strict=True)
        ]

        # Of most operations every slope is an argument, the value, or a constant.
        slots_alone = [place.slot for place in self._places if place and not place.guards]
        is_direct = not self._calls and len(slots_alone) == len(pattern) > 1
        self.direct: Callable[[Sequence[float]], Sequence[float]] | None = (
            itemgetter(*slots_alone) if is_direct else None
        )
        # And of sums all are constants; of comparisons there are none.
        constants = [slot - len(self._inputs) - 1 for slot in slots_alone]
        self.fixed: Sequence[float | None] = ()
        if not any(self._places):
            self.fixed = (None,) * len(pattern)
        elif is_direct and min(constants) >= 0:
            self.fixed = tuple([self.constants[each] for each in constants])

    def __call__(self, numbers: Sequence[float], own: float) -> Sequence[float | None]:
        """The slope by each argument; None where nothing comes along.

        Args:
            numbers: the values of the different arguments.
            own: the value of the operation.
        """
        values = [*numbers, own, *self.constants]
        if self.direct is not None:
            return self.direct(values)
        for function, places in self._calls:
            values.append(function(*[values[place] for place in places]))
        return [place and self._slope(place, values) for place in self._places]

    def exactly(self, numbers: Sequence[float]) -> list[float | None]:
        """The same, one after another, where a number may be beyond the range of floats."""
        at = Values(self._inputs, numbers)
        return [place and slope(place.partial, at) for place in self._places]

    def _slope(self, place: _Place, values: Sequence[float]) -> float | None:
        partial, guards, slot = place
        for condition, holds in guards:
            if bool(values[condition]) != holds:
                return None
        found = values[slot]
        if slot < self._first or SMALLEST <= abs(found) <= GREATEST:
            return found
        # It may have left the range of floats on its way, if only to come back.
        return Values(self._inputs, values[: len(self._inputs)])(partial)


class Sweep:
    """The value of a node and its derivatives at one point.

    Args:
        graph: the graph of the node, of numbers alone; nothing is added to it.
        output: the node.
        point: the value of every input that it depends on, or all values if they are known.

    Attributes:
        value: the value.
        order: the nodes that the output is computed from, in order.
    """

    def __init__(self, graph: Graph, output: Node, point: Mapping[Node, float] | Values) -> None:
        self._graph = graph
        self._draft: Graph | None = None
        self.order = graph.ancestors([output])
        self._is_beyond = False
        # By their places in the graph: a list is looked at faster than nodes are found, and
        # holds a million numbers in a tenth of the memory.
        self._numbers = self._known(point) if isinstance(point, Values) else self._forward(point)
        self._steps: dict[int, int] = {}
        self._rules: dict[tuple[str, int], Slopes | None] = {}
        self._totals = self._backward()
        self.value = self._numbers[output.index]

    def by(self, node: Node) -> float:
        """The derivative by a node; 0 if the output does not depend on it."""
        found = self.at(node)
        return 0.0 if found is None else found

    def at(self, node: Node) -> float | None:
        """The same; None where no edge leads from the output, or only in a branch not taken."""
        index = node.index
        found = self._totals[index] if index < len(self._totals) else None
        return found if found is None else joined(found, self._steps.get(index, 0))

    @cached_property
    def is_finite(self) -> bool:
        """Whether the derivatives by all nodes are: none is NaN, or too large for a float."""
        totals, steps = self._totals, self._steps
        return all(total is None or isfinite(total) for total in totals) and all(
            isfinite(joined(totals[place] or 0.0, each))
            for place, each in steps.items()
            if each > 0
        )

    @cached_property
    def is_ordinary(self) -> bool:
        """Whether all of them are 0, or numbers that floats hold with all their digits."""
        return all(
            is_ordinary(joined(self._totals[place] or 0.0, each))
            for place, each in self._steps.items()
        ) and are_ordinary(total for total in self._totals if total is not None)

    @cached_property
    def is_ordinary_inside(self) -> bool:
        """Whether the value of each node is, and the slope of each edge."""
        slopes = chain.from_iterable([self._slopes_at(node) for node in self.order if node.args])
        return are_ordinary(self._numbers) and are_ordinary(filter(None, slopes))

    def _known(self, value_of: Values) -> list[float]:
        """The value of each node, which somebody else computes."""
        numbers = [0.0] * (self.order[-1].index + 1)
        for node in self.order:
            value = numbers[node.index] = value_of(node)
            self._is_beyond = self._is_beyond or type(value) is Beyond
        return numbers

    @cached_property
    def _value_of(self) -> Values:
        """The values of nodes that the output is not made of."""
        return Values(self.order, [self._numbers[node.index] for node in self.order])

    def _forward(self, point: Mapping[Node, float]) -> list[float]:
        """The value of each node: operations on floats as long as these are ordinary numbers."""
        low, high, written, leaving = SMALLEST, GREATEST, AS_WRITTEN, LEAVING
        numbers = self._numbers = [0.0] * (self.order[-1].index + 1)
        for node in self.order:
            op, args = node.op, node.args
            if not args:
                numbers[node.index] = node.value if op == CONST else point[node]
                continue
            function = written.get(op)
            is_other = op in SELDOM and is_exception(args)
            if function is not None and not is_other and not self._is_beyond:
                if len(args) == 2:
                    value = function(numbers[args[0].index], numbers[args[1].index])
                else:
                    value = function(*[numbers[arg.index] for arg in args])
                if low <= value <= high or low <= -value <= high or op not in leaving:
                    numbers[node.index] = value
                    continue
            value = numbers[node.index] = compute(*self._lowered(node))
            self._is_beyond = self._is_beyond or type(value) is Beyond
        return numbers

    def _lowered(self, node: Node) -> tuple[Any, ...]:
        """The operation of a node, which may be one together with its arguments, and numbers."""
        op, args = lowered(node)
        numbers = self._numbers
        return op, *[
            compute(arg.op, *[numbers[each.index] for each in arg.args])
            if isinstance(arg, Part)
            else numbers[arg.index]
            for arg in args
        ]

    def _backward(self) -> list[float | None]:
        """The derivative by each node, None where no edge of the chain rule leads.

        Of those that floats do not hold the steps are kept beside; see `scaled`.
        """
        low, high, steps = SMALLEST, GREATEST, self._steps
        totals: list[float | None] = [None] * len(self._numbers)
        totals[-1] = 1.0
        for node in reversed(self.order):
            source, args = totals[node.index], node.args
            if source is None or not args:
                continue
            slopes = self._slopes_at(node) if isfinite(source) else self._as_nodes(node)
            scale = steps.get(node.index, 0) if steps else 0
            for arg, slope_of in zip(args, slopes, strict=True):
                if slope_of is None or arg.op == CONST:
                    continue
                # This is `edge.carry`, written out where the numbers are ordinary ones.
                share, own = source * slope_of, scale
                if not (low <= share <= high or low <= -share <= high) or type(slope_of) is Beyond:
                    share, own = product((source, scale), slope_of)
                place = arg.index
                before = totals[place]
                if before is None:
                    totals[place] = share
                    if own:
                        steps[place] = own
                    continue
                both, known = before + share, steps.get(place, 0) if steps else 0
                if own == known and -high <= both <= high:
                    totals[place] = both
                elif not (known - own > APART and before and isfinite(share)):
                    totals[place], steps[place] = total((before, known), (share, own))
        return totals

    def _slopes_at(self, node: Node) -> Sequence[float | None]:
        """The slopes of the edges into a node, one for each argument; None: nothing comes along."""
        op, args, numbers = node.op, node.args, self._numbers
        kind = op, len(args)
        rules = self._rules
        rule = rules[kind] if kind in rules else self._rule(kind)
        if rule is None or (op in SELDOM and is_exception(args)):
            slopes = self._slopes(node)
        elif rule.fixed:
            return rule.fixed
        elif rule.direct is not None:
            inside = [numbers[arg.index] for arg in args]
            slopes = rule.direct((*inside, numbers[node.index], *rule.constants))
        else:
            slopes = rule([numbers[arg.index] for arg in args], numbers[node.index])
        if 0.0 in slopes and CONST in [arg.op for arg in args]:
            return self._as_nodes(node)
        return slopes

    def _rule(self, kind: tuple[str, int]) -> Slopes | None:
        """The slopes of an operation that is always computed as it is written, of floats."""
        op, arity = kind
        is_fused = op in FUSED and op not in SELDOM
        is_other = self._is_beyond or is_fused or op in VARIADIC
        found = self._rules[kind] = None if is_other else _of_few(op, arity)
        return found

    def _slopes(self, node: Node) -> Sequence[float | None]:
        """The slopes of the edges into a node, one for each argument."""
        args, numbers_of = node.args, self._numbers
        if node.op in FUSED and lowered(node) != (node.op, args):
            return self._as_nodes(node)
        different: Sequence[Node] = args
        if node.op in VARIADIC:
            different = list(dict.fromkeys(args))
            slopes = _of_many(node, different)
        else:
            slopes = _of_few(node.op, len(args))
        numbers = [numbers_of[arg.index] for arg in different]
        own = numbers_of[node.index]
        return slopes.exactly(numbers) if self._is_beyond else slopes(numbers, own)

    def _as_nodes(self, node: Node) -> Sequence[float | None]:
        """The same by way of nodes, where these know better.

        A rule may be more accurate together with the arguments of its node; and whether a slope of
        0 beside a constant is one, or nothing comes along, not even 0 times infinity, only the
        nodes tell: the derivative of 0*x by x is 0 as a formula.
        """
        if self._draft is None:
            self._draft = self._graph.draft()
        draft = self._draft
        partials = [table().partial(draft, node, place) for place in range(len(node.args))]
        return [slope(partial, self._value_of) for partial in partials]


@cache
def _of_few(op: str, arity: int) -> Slopes:
    return Slopes(op, range(arity))


@cache
def _by_pattern(op: str, pattern: tuple[int, ...]) -> Slopes:
    return Slopes(op, pattern)


def _of_many(node: Node, different: Sequence[Node]) -> Slopes:
    """The slopes of an operation with any number of arguments, some of which may be the same."""
    places = {arg: place for place, arg in enumerate(different)}
    return _by_pattern(node.op, tuple([places[arg] for arg in node.args]))
