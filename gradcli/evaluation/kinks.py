"""Which first derivatives follow a convention at a point, and what is said of them.

What is tied at the point is looked at from both sides, along each input that a derivative is by:
a kink that cancels in the whole, as in relu(x) - relu(-x), is none, and a jump that only a
condition makes is one. An operation that is the cause is named; where it is a condition, what the
function does on both sides of its border is told.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine import explain
from gradcli.errors import Problem
from gradcli.evaluation.quoted import formula, given, meant
from gradcli.evaluation.sides import Sides, look, look_quickly
from gradcli.evaluation.ties import NOT_DECIDED, NOT_UNIQUE, has_kink
from gradcli.graph.domains import LOGIC, TESTS
from gradcli.graph.node import INPUT, Node
from gradcli.syntax.text import brief

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp

MOST = 20
"""How many kinks are told one by one."""

MOST_MOVES = 50_000
"""With more nodes times lines, what is tied is told of without a look at both sides of it."""

MOST_DEEP = 20_000
"""With more nodes times lines, ties of slopes are not decided by power series."""

_GOLDEN = 0.6180339887498949
"""Rates that are multiples of it, less what is whole, lead along a line that nothing is tied on."""


class Line(NamedTuple):
    """A line through the point, and the derivative along it that is given.

    Attributes:
        name: what the derivative is called in data.
        by: the same in words: ``by x``.
        rates: how fast each input, or step, moves along the line.
        slope: the derivative.
    """

    name: str
    by: str
    rates: Mapping[Node, float]
    slope: float


_Rough = tuple[Line, Sides | None]
"""A line along which the derivative is a convention, and what was seen on both sides."""


def along(node: Node, slope: float) -> Line:
    """The line along one input or step, with the derivative by it."""
    return Line(node.name, f"by {node.name}", {node: 1.0}, slope)


def kinks(at: LookUp, lines: Iterable[Line], *, jumps: bool = True) -> list[Problem]:
    """What is said of derivatives along some lines that are not those of the whole function.

    Args:
        at: the program at a point.
        lines: what is asked for; that it is not finite has been told, but not what is on both
            sides.
        jumps: also tell of what only conditions make, and no operation with a kink.
    """
    lines = list(lines)
    finite = [line for line in lines if math.isfinite(line.slope)]
    lost = [line for line in lines if _is_lost(line.slope)] if jumps else []
    tied = {
        node
        for node, condition in at.ties.items()
        if (jumps or has_kink(node)) and at.value_of(condition)
    }
    if not (tied or lost) or not math.isfinite(at.value_of(at.model.output)):
        return []
    found = _Kinks(at, tied)
    rough = found.rough(finite)
    beside = [*found.beside(rough), *found.lost(lost)] if jumps else ()
    return [*found.operations(rough), *beside]


def _shares(node: Node, partials: Sequence[float | None]) -> Iterable[float]:
    """The partials of a node by its arguments; of one that is written twice it is one number."""
    found: dict[Node, float] = {}
    for arg, partial in zip(node.args, partials, strict=True):
        if partial is not None:
            found[arg] = found.get(arg, 0.0) + partial
    return found.values()


class _Kinks:
    """What is tied at a point, and what that does along lines.

    Args:
        at: the program at the point.
        tied: the nodes of it that are tied.
    """

    def __init__(self, at: LookUp, tied: Collection[Node]) -> None:
        self._at = at
        self._order = at.model.graph.ancestors([at.model.output])
        self._deep = MOST_DEEP // len(self._order)
        reached = self._reached(tied)
        self._tied = [node for node in self._order if node in tied and node in reached]

    def rough(self, lines: Sequence[Line]) -> Sequence[_Rough]:
        """The lines along which the function is not seen to have the derivative that is given.

        Returns:
            each with what it is on both sides; None if that is too much to look at.
        """
        sources = set(self._at.model.graph.ancestors(self._tied))
        leading = [line for line in lines if not sources.isdisjoint(line.rates)]
        if len(leading) * len(self._order) > MOST_MOVES:
            return [(line, None) for line in leading]
        found = [(line, self._look(line)) for line in leading]
        rough = [(line, sides) for line, sides in found if not self._is_smooth(line, sides)]
        inputs = [line for line in lines if all(node.op == INPUT for node in line.rates)]
        if rough or not leading or len(inputs) < 2:
            return rough
        between = _between(inputs)
        sides = self._look(between)
        return [] if self._is_smooth(between, sides) else [(between, sides)]

    def operations(self, rough: Sequence[_Rough]) -> Iterator[Problem]:
        """The operations with a kink there that such lines go through."""
        at = self._at
        hit = self._hit(rough)
        for node in hit[:MOST]:
            used = [brief(share) for share in _shares(node, at.local_of(node))]
            message = (
                f"the derivative of {formula(at, node)} is not unique{given(at, node)}; "
                f"{explain.listed(used)} {'is' if len(used) == 1 else 'are'} used"
            )
            yield Problem("kink", at.names[node], NOT_UNIQUE, message, at.symbols.span(node))
        if len(hit) > MOST:
            node, more = hit[MOST], len(hit) - MOST
            message = f"nor are the derivatives of {more} more nodes"
            yield Problem("kink", at.names[node], NOT_UNIQUE, message, at.symbols.span(node))

    def beside(self, rough: Sequence[_Rough]) -> Iterator[Problem]:
        """What the function does along such lines beyond what is told of its operations."""
        hit = self._hit(rough)
        for line, sides in rough[:MOST]:
            leads = self._made_of(line.rates)
            borders = self._borders(line)
            is_told = any(node in leads for node in hit)
            if not is_told or (sides is not None and self._is_more(line, sides, borders)):
                yield self._told(line, sides, borders)

    def lost(self, lines: Sequence[Line]) -> Iterator[Problem]:
        """What the function does along lines on which it has no finite derivative, if known."""
        few = lines[: min(MOST, MOST_MOVES // len(self._order))]
        for line in few:
            sides = self._look(line)
            if sides is None or self._is_smooth(line, sides):
                continue
            if all(side.is_known for side in sides):
                yield self._told(line, sides, self._borders(line))

    def _borders(self, line: Line) -> list[Node]:
        """The conditions whose borders a line crosses there."""
        leads = self._made_of(line.rates)
        return [node for node in self._tied if node in leads and not has_kink(node)]

    def _look(self, line: Line) -> Sides | None:
        """Both sides along a line; None where only power series would tell, and they are many."""
        at, size = self._at, self._size(line)
        found = look_quickly(self._order, at.model.output, line.rates, at.value_of, size)
        if found is not None:
            return found
        self._deep -= 1
        if self._deep < 0:
            return None
        return look(at.model.graph, at.model.output, line.rates, at.value_of, size)

    def _size(self, line: Line) -> float:
        """The sum of all that comes to the inputs of a line, without signs."""
        sizes = [
            abs(share * line.rates[arg])
            for node in self._order
            if not line.rates.keys().isdisjoint(node.args)
            for arg, share in zip(node.args, self._at.shares_of(node), strict=True)
            if share is not None and arg in line.rates
        ]
        return sum(size for size in sizes if math.isfinite(size))

    def _made_of(self, sources: Iterable[Node]) -> set[Node]:
        """The nodes that are made of some, themselves included."""
        found = set(sources)
        for node in self._order:
            if not found.isdisjoint(node.args):
                found.add(node)
        return found

    def _reached(self, tied: Collection[Node]) -> set[Node]:
        """The nodes that the output came from, on one side of the point or the other."""
        touched = self._made_of(tied)
        found = {self._at.model.output}
        for node in reversed(self._order):
            if node in found:
                is_open = node.op == "where" and (node in tied or node.args[0] in touched)
                found.update(node.args if is_open else explain.taken(node, self._at.value_of))
        return found

    @cached_property
    def _value(self) -> float:
        return self._at.value_of(self._at.model.output)

    def _is_smooth(self, line: Line, sides: Sides | None) -> bool:
        known = [side for side in sides or () if side.is_defined]
        return bool(known) and all(
            side.has_value(self._value) and side.has_slope(line.slope) for side in known
        )

    def _is_more(self, line: Line, sides: Sides, borders: Sequence[Node]) -> bool:
        """Whether the function does along a line what its operations by themselves do not tell."""
        left, right = sides
        if not (left.has_value(self._value) and right.has_value(self._value)):
            return bool(borders)
        return left.goes_on_as(right) and not left.has_slope(line.slope)

    def _hit(self, rough: Sequence[_Rough]) -> list[Node]:
        """The operations with a kink there that have a part in the derivatives along lines."""
        at = self._at
        active = explain.active(self._order, [at.model.output], at.value_of)
        moved = self._made_of({node for line, _ in rough for node in line.rates})
        return [
            node
            for node in self._tied
            if has_kink(node)
            and not moved.isdisjoint(node.args)
            and node in active
            and at.grad_of(node)
            # A partial that is no number has been told of as such.
            and not any(math.isnan(partial or 0) for partial in at.local_of(node))
        ]

    def _told(self, line: Line, sides: Sides | None, borders: Sequence[Node]) -> Problem:
        """What the function is on both sides along a line."""
        where = self._where(borders)
        what, words = NOT_DECIDED, f"{NOT_DECIDED} {where}"
        if sides is not None:
            what, words = _known(self._value, sides, where)
        used = "is what the rules give" if math.isnan(line.slope) else "is used"
        message = f"the derivative {line.by} is {words}; {_number(line.slope)} {used}"
        spans = (span for node in borders if (span := self._at.symbols.span(node)) is not None)
        return Problem("kink", line.name, what, message, next(spans, None))

    def _where(self, borders: Sequence[Node]) -> str:
        """At the border of which conditions that is."""
        at = self._at
        tests = [node for node in borders if node.op in TESTS]
        if tests:
            conditions = explain.listed((formula(at, node) for node in tests), 2)
            return f"at the border of {conditions}{meant(at, (a for t in tests for a in t.args))}"
        for node in borders:
            args = node.args[:1] if node.op == "where" else node.args
            zero = [arg for arg in args if arg.op not in LOGIC and not at.value_of(arg)]
            if node.op in {"where", *LOGIC} and zero:
                return f"where {at.shown.called(zero[0])} is 0{meant(at, zero)}"
        for node in borders:
            return f"where {formula(at, node)} is not finite{meant(at, node.args)}"
        return "there"


def _is_lost(slope: float) -> bool:
    """Whether a derivative is no number; what is only beyond the range of floats is one."""
    return math.isnan(slope) or slope in {math.inf, -math.inf}


def _known(value: float, sides: Sides, where: str) -> tuple[str, str]:
    """Whether a derivative is not unique or not decided, and the same with what is known."""
    left, right = sides
    if math.isnan(left.value) or math.isnan(right.value):
        return NOT_DECIDED, f"{NOT_DECIDED} {where}"
    if not (left.has_value(value) and right.has_value(value)):
        return NOT_UNIQUE, f"{NOT_UNIQUE} {where}, a jump{_jump(value, sides)}"
    before, after = _apart(left.slope, right.slope)
    if not (math.isnan(left.slope) or math.isnan(right.slope)):
        if left.goes_on_as(right):
            return NOT_UNIQUE, f"{after} on both sides {where}"
        return NOT_UNIQUE, f"{NOT_UNIQUE} {where}: {before} to the left, {after} to the right"
    if not math.isnan(left.slope):
        return NOT_DECIDED, f"{NOT_DECIDED} {where}: {before} to the left"
    if not math.isnan(right.slope):
        return NOT_DECIDED, f"{NOT_DECIDED} {where}: {after} to the right"
    return NOT_DECIDED, f"{NOT_DECIDED} {where}, though there is no jump"


def _jump(value: float, sides: Sides) -> str:
    """From where to where a function jumps."""
    left, right = sides
    here, before, after = _apart(value, left.value, right.value)
    if left.has_value(right.value):
        return f": {here} there, {after} around"
    is_one = left.has_value(value) or right.has_value(value)
    return f" from {before} to {after}" + ("" if is_one else f", {here} between")


def _apart(*numbers: float) -> list[str]:
    """Numbers in so many digits that different ones look different."""
    found = [*map(_number, numbers)]
    return found if len({*found}) == len({*numbers}) else [*map(repr, numbers)]


def _number(value: float) -> str:
    return explain.short(value)


def _between(lines: Sequence[Line]) -> Line:
    """A line on which all inputs move, each at a rate of its own."""
    rates: dict[Node, float] = {}
    slope = 0.0
    for place, line in enumerate(lines, start=1):
        rate = 0.5 + place * _GOLDEN % 1.0
        slope += rate * line.slope
        rates |= {node: rate * own for node, own in line.rates.items()}
    names = [line.name for line in lines]
    return Line(names[0], f"along lines between {explain.listed(names)}", rates, slope)
