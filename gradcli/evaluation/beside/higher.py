"""Derivatives of second and higher order of the whole function where operations have none.

By one input again and again they are terms of a series on both sides; by several the node of the
derivative is evaluated along rays. Where the limits agree, that is the derivative.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradcli.calculus.reverse import gradient
from gradcli.engine import explain
from gradcli.engine.beyond import is_number
from gradcli.errors import Problem
from gradcli.evaluation.ties import (
    NOT_DECIDED,
    NOT_UNIQUE,
    ONE_SIDED,
    conditions,
    has_kink,
    is_same,
    size_of,
)
from gradcli.germs.rays import limits
from gradcli.germs.run import Undefined
from gradcli.germs.series import Germ, ray
from gradcli.germs.sides import are_same, between, derivative, germ_of, read, sides
from gradcli.graph.node import Graph, Node

if TYPE_CHECKING:
    from gradcli.engine.interpreter import Values
    from gradcli.graph.model import Model

MOST = 200_000
"""How many nodes are looked at, each along every ray."""

_RAYS = 14

_ROUNDING = 1e-13
"""Beside the curvatures, what is no more than that is the rounding of a mixed derivative."""

MOST_INPUTS = 30
"""Nor of more inputs: of 30 there are 465 second derivatives."""

SECOND = 2

By = tuple[Node, ...]
"""The inputs that a derivative is by."""


ORDINALS = ("first", "second", "third")


def ordinal(order: int) -> str:
    """The word for an order: ``second``."""
    return ORDINALS[order - 1] if order <= len(ORDINALS) else f"{order}th"


def is_open(graph: Graph, output: Node, by: Iterable[Node], at: Values) -> bool:
    """Whether anything is tied in a program or in its first derivatives, as elu(x) is at 0.

    Args:
        graph: the graph of the program; first derivatives are added to it where any may be tied.
        output: the program.
        by: the inputs that derivatives are by.
        at: the values at the point.
    """
    program = graph.ancestors([output])
    slopes = gradient(graph, output, [*by]) if any(map(has_kink, program)) else []
    order = graph.ancestors([output, *slopes])
    return any(map(at, conditions(graph.draft(), order, {*program}).values()))


class Entry(NamedTuple):
    """A derivative.

    Attributes:
        value: what is used.
        ends: by one input the limits to the left and to the right, by two the least and the
            greatest.
        is_known: whether it was told by limits.
        is_plain: whether what is used is also what the rules give.
        is_jump: whether the function has another value than beside the point: what derivatives
            there tend to is none of the whole function, and what the rules give is used.
        side: by one input the only side on which the function is defined: ``left``.
    """

    value: float
    ends: tuple[float, float]
    is_known: bool = True
    is_plain: bool = True
    is_jump: bool = False
    side: str = ""

    @property
    def is_unique(self) -> bool:
        """Whether it is the same beside the point on all sides."""
        return are_same(*self.ends)

    def beside(self, where: str, *, is_alone: bool) -> str:
        """What it is beside the point: ``is 0 to the left of x = 0 and 2 to the right``.

        Args:
            where: the point.
            is_alone: whether it is by one input.
        """
        low, high = map(explain.short, self.ends)
        if not is_alone:
            return f"is {low} beside {where}" if self.is_unique else self._spread(where)
        if self.side:
            return f"is {low} to the {self.side} of {where}"
        if self.is_unique:
            return f"is {low} on both sides of {where}"
        return f"is {low} to the left of {where} and {high} to the right"

    def _spread(self, where: str) -> str:
        low, high = map(explain.short, self.ends)
        return f"is not unique at {where}, from {low} to {high}"


class Higher:
    """Derivatives of higher order of a program at a point where something is tied or not finite.

    Args:
        model: the program; derivatives are added to its graph.
        at: the values at the point.
    """

    def __init__(self, model: Model, at: Values) -> None:
        self._at = at
        self._left = MOST
        self._sizes: dict[Node, float] = {}
        self._entries: dict[By, Entry | None] = {}
        self._derivatives: dict[By, Node] = {(): model.output}
        self._moving_by: dict[By, frozenset[Node]] = {}
        self._graph = model.graph
        self._output = model.output
        order = set(self._graph.ancestors([model.output]))
        inputs = [node for node in model.inputs if node in order]
        self._all = inputs
        self._inputs = inputs if len(inputs) <= MOST_INPUTS else []

    def entry(self, *by: Node) -> Entry | None:
        """The derivative by some inputs; None where it is that of the rules.

        It is so where none of them leads to anything that is tied, nor to what is no number. One
        that no float holds is a number: it has left their range, and the function has not.
        """
        by = _sorted(by)
        if not self.leads(by):
            return None
        if by not in self._entries:
            self._entries[by] = self._found(by)
        return self._entries[by]

    def value(self, *by: Node) -> float:
        """The same as a number, also where it is that of the rules."""
        entry = self.entry(*by)
        if entry is not None:
            return entry.value
        return self._at(self._node(_sorted(by))) if {*self._all}.issuperset(by) else 0.0

    def leads(self, by: By) -> bool:
        """Whether one of these inputs leads to anything that is tied, or not finite."""
        by = _sorted(by)
        return {*self._all}.issuperset(by) and not self._moving(by).isdisjoint(by)

    @property
    def is_known(self) -> bool:
        """Whether anything is tied."""
        return bool(self.moving)

    def problems(self, by: By, wrt: str, *, is_told: bool = False) -> list[Problem]:
        """What there is to say of it.

        Args:
            by: the inputs that it is by.
            wrt: what the derivative is called in data: ``x,y``.
            is_told: whether it has been told why it may be infinite.
        """
        entry = self.entry(*by)
        if entry is None:
            return []
        where, order = self._where(*by), ordinal(len(by))
        if not entry.is_known:
            message = f"could not decide the {order} derivative by {wrt} at {where}; "
            message += f"{explain.short(entry.value)} is the convention of each operation by itself"
            return [Problem("kink", wrt, NOT_DECIDED, message)]
        beside = f"the {order} derivative by {wrt} {entry.beside(where, is_alone=_is_alone(by))}"
        used = explain.short(entry.value)
        infinite = [] if is_told else self._infinite(entry, wrt)
        if entry.is_jump and not (entry.is_unique and are_same(entry.value, entry.ends[0])):
            message = f"{beside}, where the function jumps; {used} is what the rules give"
            return [Problem("kink", wrt, NOT_UNIQUE, message), *infinite]
        if not entry.is_unique:
            return [Problem("kink", wrt, NOT_UNIQUE, f"{beside}; {used} is used")]
        if entry.side and not entry.is_plain and math.isfinite(entry.value):
            message = f"{beside}, where the domain ends"
            return [Problem("derivative", wrt, ONE_SIDED, message)]
        return infinite

    @staticmethod
    def _infinite(entry: Entry, wrt: str) -> list[Problem]:
        """That a derivative is not finite."""
        if math.isfinite(entry.value):
            return []
        what = explain.kind(entry.value)
        return [Problem("derivative", wrt, what, f"the derivative by {wrt} is {what} there")]

    def along(self, rates: Mapping[Node, float], words: str) -> tuple[float, list[Problem]] | None:
        """The second derivative along a line, and what there is to say of it.

        Args:
            rates: how fast each input moves; what stands still is left out.
            words: what it is along: ``along the direction``.

        Returns:
            None where no input that moves leads to anything that is tied, or nothing is known.
        """
        if not {*rates} & {*self.moving}:
            return None
        both = sides(self._graph, self._output, rates, self._at, order=2)
        ends = [side.curvature for side in (both.left, both.right) if side.is_defined]
        if not ends or any(map(math.isnan, ends)):
            return None
        value = between(ends[0], ends[-1])
        if are_same(ends[0], ends[-1]):
            return value, []
        low, high = map(explain.short, ends)
        message = f"the second derivative {words} is {low} to the left of the point and {high} to "
        message += f"the right; {explain.short(value)} is used"
        return value, [Problem("kink", words, NOT_UNIQUE, message)]

    def _where(self, *nodes: Node) -> str:
        texts = (f"{x.name} = {explain.short(self._at(x))}" for x in dict.fromkeys(nodes))
        return explain.listed(texts)

    @cached_property
    def moving(self) -> Sequence[Node]:
        """The inputs that lead to what is tied, in the program or in its second derivatives."""
        return self._leading([*self._rows.values()])

    def _moving(self, by: By) -> frozenset[Node]:
        """The same, or in the derivatives on the way to one of higher order."""
        if len(by) <= SECOND:
            return frozenset(self.moving)
        if _is_alone(by):  # of high order it is looked at in any case: its node may be long
            return frozenset(by)
        if by not in self._moving_by:
            way = [self._node(by[:count]) for count in range(1, len(by) + 1)]
            self._moving_by[by] = frozenset(self._leading(way))
        return self._moving_by[by]

    def _leading(self, nodes: Sequence[Node]) -> Sequence[Node]:
        """The inputs that lead to what is tied in the program, or in some derivatives of it."""
        graph, at = self._graph, self._at
        program = graph.ancestors([self._output])
        order = graph.ancestors([self._output, *nodes])
        ties = conditions(graph.draft(), order, {*program})
        tied = [node for node, condition in ties.items() if at(condition)]
        lost = [node for node in order if node.args and not is_number(at(node))]
        sources = set(graph.ancestors([*tied, *lost])) if tied or lost else set()
        return [node for node in self._inputs if node in sources]

    def _node(self, by: By) -> Node:
        """The node of a derivative."""
        if len(by) == SECOND and by in self._rows:
            return self._rows[by]
        if by not in self._derivatives:
            (found,) = gradient(self._graph, self._node(by[:-1]), [by[-1]])
            self._derivatives[by] = found
        return self._derivatives[by]

    @cached_property
    def _rows(self) -> Mapping[By, Node]:
        """The nodes of all second derivatives."""
        graph, inputs = self._graph, self._inputs
        first = gradient(graph, self._output, inputs)
        found: dict[By, Node] = {}
        for place, (node, slope) in enumerate(zip(inputs, first, strict=True)):
            others = inputs[place:]
            for other, curvature in zip(others, gradient(graph, slope, others), strict=True):
                found[node, other] = found[other, node] = curvature
        return found

    def _above_rounding(self, mixed: list[float], by: By) -> list[float]:
        """Mixed derivatives along rays, 0 for what is the rounding of terms that cancel.

        These are about as large as the derivatives by each of the inputs alone allow: what is no
        more than a part of their geometric mean, which has the same units, is rounding.
        """
        if are_same(min(mixed), max(mixed)):
            return mixed
        order = len(by)
        alone = [abs(self.value(*[node] * order)) ** (1 / order) for node in by]
        rounding = _ROUNDING * math.prod(alone)
        return [0.0 if abs(value) <= rounding < math.inf else value for value in mixed]

    def _found(self, by: By) -> Entry | None:
        """A derivative by limits; None where it is too much to look at."""
        is_alone = _is_alone(by)
        nodes = [self._output] if is_alone else [self._output, self._node(by)]
        order = self._graph.ancestors(nodes)
        self._left -= len(order) * (2 if is_alone else _RAYS)
        if self._left < 0:
            return None
        if is_alone:
            return self._of_sides(self._on_sides(order, by), by)
        found = limits(order, nodes, [*dict.fromkeys(by)], self._at)
        if not all(each.is_defined for each in found):
            return None  # at a corner of the domain rays tell of its inside alone
        column = self._above_rounding([each.values[1] for each in found], by)
        is_jump = self._is_jump([each.values[0] for each in found])
        return self._entry(column, (min(column), max(column)), by, is_jump=is_jump)

    def _of_sides(self, found: Sequence[_OnSide], by: By) -> Entry | None:
        """A derivative by one input, of those on the sides where the function is defined."""
        column = [each.derivative for each in found]
        if not _are_known(column) and self._is_smooth(by):
            return None  # terms of its series leave the range of floats, and it need not
        ends = (column[0], column[-1]) if column else (math.nan, math.nan)
        is_jump = self._is_jump([each.limit for each in found])
        entry = self._entry(column, ends, by, is_jump=is_jump)
        return entry._replace(side=found[0].side) if len(found) == 1 else entry

    def _entry(
        self, column: Sequence[float], ends: tuple[float, float], by: By, *, is_jump: bool
    ) -> Entry:
        """A derivative by what it tends to in some directions.

        Args:
            column: what it tends to in each.
            ends: what is told of that.
            by: the inputs that it is by.
            is_jump: whether the function does not tend to its value in all of them.
        """
        plain = self._plain(by)
        if not _are_known(column):
            return Entry(plain, (plain, plain), is_known=False)
        value = between(*ends)
        if is_jump or are_same(plain, value):
            return Entry(plain, ends, is_jump=is_jump)
        return Entry(value, ends, is_plain=False)

    def _is_smooth(self, by: By) -> bool:
        """Whether nothing is tied or lost on the way to it; False where the way is too long."""
        way: list[Node] = []
        for count in range(1, len(by) + 1):
            way.append(self._node(by[:count]))
            self._left -= len(self._graph.ancestors(way))
            if self._left < 0:
                return False
        return by[0] not in self._leading(way)

    def _is_jump(self, found: Iterable[float]) -> bool:
        """Whether what the function tends to is not its value, where that is a number."""
        value = float(self._at(self._output))
        if not math.isfinite(value):
            return False
        size = size_of(self._output, self._at, self._sizes)
        known = [limit for limit in found if not math.isnan(limit)]
        return not all(math.isfinite(each) and is_same(each, value, size) for each in known)

    def _plain(self, by: By) -> float:
        """The derivative by the rules of operations."""
        if _is_alone(by) and len(by) > SECOND:
            return self._coefficient(by)
        return self._at(self._node(by))

    def _coefficient(self, by: By) -> float:
        """The derivative by one input as its power series has it, which takes ties by the rules."""
        from gradcli.taylor.plan import TaylorPlan  # noqa: PLC0415  (few ask for third ones)

        plan = TaylorPlan(self._graph, self._all, [by[0]], [self._output], len(by))
        (series,) = plan.run([self._at(node) for node in self._all], [1.0])
        return series[len(by)] * math.factorial(len(by))

    def _on_sides(self, order: Sequence[Node], by: By) -> list[_OnSide]:
        """The derivatives by one input on the sides where the program is defined."""
        found, count = [], len(by)
        for turn, side in ((-1, "left"), (1, "right")):
            seeds = {by[0]: ray(self._at(by[0]), turn)}
            germ = germ_of(order, self._output, seeds, self._at, count)
            if isinstance(germ, Undefined):
                continue
            limit = known = math.nan
            if isinstance(germ, Germ):
                limit, known = read(germ, order=0).limit, derivative(germ, count)
            found.append(_OnSide(side, limit, float(turn**count * known)))
        return found


class _OnSide(NamedTuple):
    """A program on one side of the point, along an input.

    Attributes:
        side: ``left`` or ``right``.
        limit: what the program tends to; NaN if it is not known.
        derivative: what its derivative tends to; NaN if it is not known.
    """

    side: str
    limit: float
    derivative: float


def _are_known(numbers: Sequence[float]) -> bool:
    """Whether there are any, and each is a number."""
    return bool(numbers) and not any(map(math.isnan, numbers))


def _is_alone(by: By) -> bool:
    """Whether a derivative is by one input, again and again."""
    return len({*by}) == 1


def _sorted(by: Sequence[Node]) -> By:
    return tuple(sorted(by, key=lambda node: node.index))
