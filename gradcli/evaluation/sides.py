"""Both sides of a point along a line: what value and slope a function has just beside it.

Each node has a value and a slope just beside the point, and what is tied at the point is decided
by the slopes: x > 0 holds to the right of 0. So max(x, 0) + min(x, 0) is seen to be smooth, as one
looks at its parts together, and where(x > 0, 1, 0) is seen to jump. The side is infinitely near:
no value is taken at a distance, but of single operations that are tied or have no finite value.
What only a second derivative would tell is guessed, both ways: where the guesses agree, all is
known. Where they do not, values nearby are looked at, by the whole function.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.engine.interpreter import Values
from gradcli.evaluation.edge import carry, slope
from gradcli.evaluation.nearby import NEAREST, nearby
from gradcli.evaluation.ties import PATTERNS
from gradcli.germs.alone import GRAPH, alone_of
from gradcli.graph import operations
from gradcli.graph.domains import LOGIC, TESTS
from gradcli.graph.node import CONST, IDENTITY, Node
from gradcli.graph.rules import table

SAME = 1e-11
"""Slopes are one, rounded in two ways, if they differ by less beside the terms they are sums of."""

_ROUNDED = 64
"""So many times what rounding may do to a value is still the same value."""

_TINY = 1e-200
"""How far from 0 an operation is looked at whose arguments are all 0."""

_ULPS = 8
"""How far from other arguments."""

_SMALLER = 2.0**-26
"""How fast beside others an argument moves that does not move to first order."""


class Beside(NamedTuple):
    """What a node is just beside the point, and how it goes on from there.

    Attributes:
        value: its limit; NaN if it is not known.
        slope: its derivative away from the point; NaN if it is not known.
        error: what rounding may have done to the value.
        size: the sum of the slope's terms without their signs.
        is_still: whether the node stays as it is.
        slack: how far off the slope may be.
        is_defined: whether the function has values there.
    """

    value: float
    slope: float = 0.0
    error: float = 0.0
    size: float = 0.0
    is_still: bool = True
    slack: float = 0.0
    is_defined: bool = True

    @property
    def is_known(self) -> bool:
        """Whether value and slope are."""
        return not math.isnan(self.value + self.slope)

    def has_value(self, value: float) -> bool:
        """Whether the limit is this number."""
        if math.isinf(value) or math.isinf(self.value):
            return self.value == value
        return abs(self.value - value) <= _ROUNDED * self.error

    def goes_on_as(self, other: Beside) -> bool:
        """Whether both sides have the same slope."""
        return self.has_slope(other.slope, other.size, other.slack)

    def has_slope(self, other: float, size: float = 0.0, slack: float = 0.0) -> bool:
        """Whether the slope is this number, a sum of terms of that size, give or take a slack."""
        if math.isinf(other) or math.isinf(self.slope):
            return self.slope == other
        rounded = SAME * max(self.size, size, abs(other))
        return abs(self.slope - other) <= rounded + self.slack + slack

    def turned(self) -> Beside:
        """The same seen along the line: with the derivative towards the point."""
        return self._replace(slope=-self.slope)


Point = Callable[[Node], float]
"""The values of nodes at a point."""

_UNKNOWN = Beside(math.nan, math.nan, is_still=False)


class Sides(NamedTuple):
    """A function on both sides of a point, each with its derivative along the line."""

    left: Beside
    right: Beside


def look(order: Sequence[Node], output: Node, rates: Mapping[Node, float], at: Values) -> Sides:
    """A function on both sides of a point.

    Args:
        order: all nodes of the function, in order.
        output: the function.
        rates: how fast each input, or step, moves along the line to the right.
        at: the values at the point.
    """
    left, right = (_side(order, output, rates, at, turn) for turn in (-1, 1))
    return Sides(left.turned(), right)


def _side(
    order: Sequence[Node], output: Node, rates: Mapping[Node, float], at: Values, turn: int
) -> Beside:
    """A function on the side that lies ahead."""
    ahead = {node: turn * rate for node, rate in rates.items()}
    found: list[Beside] = []
    for guesses in PATTERNS:
        side = _Side(at, guesses)
        side.move(order, ahead)
        found.append(side.of(output))
        if not side.has_guessed:
            break
    first, *others = found
    value = first.value if all(first.has_value(each.value) for each in others) else math.nan
    is_known = all(map(first.goes_on_as, others))
    beside = first._replace(value=value, slope=first.slope if is_known else math.nan)
    return _seen(beside, output, ahead, at)


def _seen(beside: Beside, output: Node, rates: Mapping[Node, float], at: Values) -> Beside:
    """The same with what values nearby tell, where it is not known or the function not defined."""
    scale = max(1.0, *(abs(at(node)) for node in rates)) / max(map(abs, rates.values()))

    def value(distance: float) -> float:
        return at.but({node: at(node) + distance * rate for node, rate in rates.items()})(output)

    if beside.is_known and not math.isnan(value(scale * NEAREST)):
        return beside
    found = nearby(value, scale, at(output))
    if found is None:
        return beside._replace(is_defined=False)
    if math.isnan(beside.value):
        beside = beside._replace(value=found.value, error=found.error)
    is_same = beside.has_value(found.value) or abs(beside.value - found.value) <= found.error
    if is_same and not beside.is_known:
        beside = beside._replace(slope=found.slope, slack=found.slack, size=0.0)
    return beside


class _Side:
    """The nodes on one side of a point.

    Attributes:
        has_guessed: whether a tie was decided without a reason.
    """

    def __init__(self, at: Point, guesses: Sequence[int]) -> None:
        self.has_guessed = False
        self._at = at
        self._guesses = guesses
        self._guessed = 0
        self._moved: dict[Node, Beside] = {}

    def of(self, node: Node) -> Beside:
        """A node, which stays where it is if it is not made of what moves."""
        return self._moved.get(node) or Beside(self._at(node))

    def move(self, order: Sequence[Node], rates: Mapping[Node, float]) -> None:
        """Move what moves, and with it all nodes that are made of it."""
        for node in order:
            rate = rates.get(node)
            if rate is not None:
                self._moved[node] = Beside(self._at(node), rate, 0.0, abs(rate), is_still=not rate)
            elif any(arg in self._moved for arg in node.args):
                self._moved[node] = self._follow(node)

    def _follow(self, node: Node) -> Beside:
        if node.op in TESTS:
            return Beside(self._compared(node))
        if node.op in LOGIC:
            return Beside(float(_LOGIC[node.op]([self._holds(arg) for arg in node.args])))
        if node.op == "where":
            return self.of(node.args[1 if self._holds(node.args[0]) else 2])
        if node.op == IDENTITY:
            return self.of(node.args[0])
        if node.op in _EXTREMA:
            return self._extreme(node)
        return self._operation(node)

    def _guess(self) -> int:
        self.has_guessed = True
        self._guessed += 1
        return self._guesses[self._guessed % len(self._guesses)]

    def _compared(self, node: Node) -> float:
        first, second = map(self.of, node.args)
        sign = 0.0 if first.value == second.value else first.value - second.value
        is_tied = first.value == second.value and node.args[0] is not node.args[1]
        if (is_tied and not (first.is_still and second.is_still)) or _are_unknown(first, second):
            is_same = not first.slope - second.slope or first.has_slope(second.slope, second.size)
            sign = first.slope - second.slope
            if is_same or math.isnan(sign):
                sign = self._guess()
        return float(TESTS[node.op](sign, 0))

    def _holds(self, node: Node) -> bool:
        """Whether a condition holds, or a number that stands for one is not 0."""
        beside = self.of(node)
        if math.isnan(beside.value) and node in self._moved and not math.isnan(self._at(node)):
            return self._guess() > 0
        if beside.value or beside.is_still or node.op == CONST:
            return bool(beside.value)
        return bool(beside.slope) or self._guess() > 0

    def _extreme(self, node: Node) -> Beside:
        """The argument that is the greatest, or the least: of equal ones that of such a slope."""
        extreme: Callable[..., Any] = _EXTREMA[node.op]
        parts = [self.of(arg) for arg in node.args]
        if any(math.isnan(part.value) for part in parts):
            return _UNKNOWN
        value = extreme(part.value for part in parts)
        best = [part for part in parts if part.value == value]
        if len(best) > 1 and any(math.isnan(part.slope) for part in best):
            return best[0] if self._guess() > 0 else best[-1]
        found: Beside = extreme(best, key=lambda part: part.slope)
        return found

    def _operation(self, node: Node) -> Beside:
        alone = alone_of(node.op, len(node.args))
        places = [self.of(arg) for arg in node.args]
        here = Values(alone.args, [each.value for each in places])
        value = here(alone)
        is_lost = not math.isfinite(value)
        condition = None if is_lost else table().kink(GRAPH, alone)
        if not is_lost and (condition is None or not here(condition)):
            return self._smooth(node, places, here, value)[0]
        if is_lost and not all(math.isfinite(each.value) for each in places):
            return _UNKNOWN
        rates = self._rates(node, places, is_lost=is_lost)
        if rates is None:
            return _UNKNOWN
        far = _step(places)
        moved = [each.value + far * rate for each, rate in zip(places, rates, strict=True)]
        there = Values(alone.args, moved)
        if is_lost:
            return _limit(value, there(alone))
        beside, steepest = self._smooth(node, places, there, value)
        # An operation with a kink only, such as abs, has the same value on both sides.
        near = 4 * (far * steepest + math.ulp(value)) if steepest else 0.0
        if abs(there(alone) - value) <= near:
            return beside
        return beside._replace(value=there(alone), error=beside.error + near)

    def _rates(
        self, node: Node, places: Sequence[Beside], *, is_lost: bool
    ) -> Sequence[float] | None:
        """How fast the arguments of a tied operation move beside the fastest; None: not known."""
        fastest = max(abs(each.slope) for each in places)
        if math.isnan(fastest) or any(math.isnan(each.slope) for each in places):
            return None
        if math.isinf(fastest):
            return [math.copysign(1.0, x.slope) if math.isinf(x.slope) else 0.0 for x in places]
        rates = [each.slope / fastest if fastest else 0.0 for each in places]
        for place, (arg, each) in enumerate(zip(node.args, places, strict=True)):
            if not rates[place] and arg in self._moved and not each.is_still:
                if is_lost:
                    return None
                rates[place] = self._guess() * (_SMALLER if fastest else 1.0)
        return rates

    def _smooth(
        self, node: Node, places: Sequence[Beside], values: Values, value: float
    ) -> tuple[Beside, float]:
        """An operation of arguments at which it has a derivative, and how steep it is at most."""
        alone = alone_of(node.op, len(node.args))
        edges: list[tuple[int, int, float | None]] = []
        is_still = True
        for place, each in enumerate(places):
            partial = table().partial(GRAPH, alone, place)
            if not each.is_still and not operations.is_value(partial, 0):
                is_still = False
                edges.append((place, _HERE, slope(partial, values)))
        sizes = [(place, here, rate and abs(rate)) for place, here, rate in edges]
        wrong = [edge for edge in sizes if places[edge[0]].error]
        beside = Beside(
            value,
            _sum([each.slope for each in places], edges),
            _sum([each.error for each in places], wrong) + (math.ulp(value) if edges else 0.0),
            _sum([each.size for each in places], sizes),
            is_still,
        )
        return beside, max((rate for *_, rate in sizes if rate is not None), default=0.0)


_HERE = -1

_EXTREMA = {"max": max, "min": min}


def _sum(parts: Sequence[float], edges: Sequence[tuple[int, int, float | None]]) -> float:
    """What comes along all edges."""
    return float(carry(dict(enumerate(parts)), edges).get(_HERE, 0.0))


def _are_unknown(first: Beside, second: Beside) -> bool:
    """Whether it is not known which of two is the greater, as one is not known."""
    return any(math.isnan(each.value) and not each.is_still for each in (first, second))


def _step(places: Sequence[Beside]) -> float:
    """How far from its arguments a tied operation is looked at."""
    greatest = max(abs(each.value) for each in places)
    return _ULPS * math.ulp(greatest) if greatest else _TINY


def _limit(value: float, there: float) -> Beside:
    """An operation that has no finite value at the point, by what it is just beside it."""
    if math.isinf(value) and not math.isnan(there):
        return _UNKNOWN._replace(value=math.copysign(math.inf, there))
    return _UNKNOWN._replace(value=there, error=SAME * abs(there))


_LOGIC: Mapping[str, Callable[[list[bool]], bool]] = {
    "and": all,
    "or": any,
    "not": lambda holds: not holds[0],
}
