"""The derivative of the whole function where operations by themselves have none.

Where something is tied, or a partial is not finite, nodes are evaluated just beside the point. Each
group of inputs that meet there is decided by itself: of one input there are two sides, of several
there are cells, or else rays.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from gradcli.evaluation import edge
from gradcli.evaluation.meeting import Meeting
from gradcli.evaluation.one_side import OneSide
from gradcli.evaluation.sides import Beside, Sides, look, look_quickly
from gradcli.germs.cells import are_same, cells, generic
from gradcli.germs.least import nearest
from gradcli.germs.pairs import UndecidedError, ahead
from gradcli.germs.rays import ROUNDING, Limits, agree, limits, refined
from gradcli.germs.sides import Kind
from gradcli.germs.sides import are_same as is_one
from gradcli.graph.node import INPUT, Node

if TYPE_CHECKING:
    from gradcli.evaluation.point import Point

MOST_MOVES = 50_000
"""With more nodes times lines, what is tied is told of without a look at both sides of it."""

MOST_DEEP = 20_000
"""With more nodes times lines, or rays, ties of slopes are not decided by power series."""

MOST_INPUTS = 16
"""Of more inputs in a group, gradients are taken along a few rays, and not by walking on."""

MOST_PARTS = 3_000
"""The same of more nodes times inputs."""

FEW_RAYS = 8
"""How many."""


class Group(NamedTuple):
    """Inputs that meet where something is tied, and what the function is there.

    Attributes:
        inputs: in their order.
        active: what is tied or not finite there, in order.
        kind: what the function is at the point, as one of these inputs.
        used: the derivative by each of them; empty if none is known.
        direction: how fast each moves towards the side that is shown.
        rough: those by which the derivative is not unique, or not known.
        sides: what it is to the left and to the right, of a single one of these.
        pieces: how many gradients were found, of several inputs; 0 of a function that has a slope
            along each of them, and is not differentiable.
        are_all: whether there are no others.
        is_beside: whether the jump is beside the point, and not at it.
        is_whole: whether the function is defined in all directions.
    """

    inputs: Sequence[Node]
    active: Sequence[Node]
    kind: Kind
    used: Mapping[Node, float]
    direction: Mapping[Node, float]
    rough: Sequence[Node]
    sides: Sides | None = None
    pieces: int = 0
    are_all: bool = True
    is_beside: bool = False
    is_whole: bool = True

    @property
    def is_smooth(self) -> bool:
        """Whether the function has a derivative by these inputs."""
        return self.kind is Kind.SMOOTH


class _Gradients(NamedTuple):
    """Gradients beside the point.

    Attributes:
        gradients: those that were found; of rays they may not be finite.
        directions: where each was found.
        has_jump: whether the function jumps.
        is_beside: whether it does so beside the point alone.
        is_whole: whether it is defined in all directions.
        are_all: whether there are no others.
        is_along_rays: whether they are limits along rays, of a function that need not be linear on
            any cone.
    """

    gradients: Sequence[tuple[float, ...]]
    directions: Sequence[Sequence[float]]
    has_jump: bool
    is_beside: bool = False
    is_whole: bool = True
    are_all: bool = True
    is_along_rays: bool = False


class Whole:
    """A function beside a point where something is tied or not finite.

    Args:
        at: the program at the point.
        is_quick: take fewer gradients of inputs that meet, where many points are looked at.
    """

    def __init__(self, at: Point, *, is_quick: bool = False) -> None:
        self._at = at
        self._most_parts = MOST_PARTS // 10 if is_quick else MOST_PARTS
        self._rays = 2 if is_quick else FEW_RAYS
        self._graph = at.model.graph
        self._output = at.model.output
        self._meeting = Meeting(at)
        self._order = self._meeting.order
        self._deep = MOST_DEEP // len(self._order)
        self._moves = MOST_MOVES // len(self._order)
        self._along_rays = 4 * MOST_DEEP
        self._lines: dict[Node, Sides | None] = {}

    @property
    def tied(self) -> Sequence[Node]:
        """The nodes that are tied and that the output came from, on one side or the other."""
        return self._meeting.tied

    @property
    def active(self) -> Sequence[Node]:
        """The same, with the nodes that have a partial that is not finite."""
        return self._meeting.active

    # --- Groups --------------------------------------------------------------------------------

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The inputs that lead to what is tied, in groups."""
        found = [
            (self._of_one if len(members) == 1 else self._of_several)(members, active)
            for members, active in self._meeting.members
        ]
        tied = set(self.tied)
        # Where nothing is tied, and nothing is known, it is said which partial is not finite.
        return [
            group._replace(rough=())
            if group.kind is Kind.UNDECIDED and tied.isdisjoint(group.active)
            else group
            for group in found
        ]

    @cached_property
    def _group_of(self) -> Mapping[Node, Group]:
        return {node: group for group in self.groups for node in group.inputs}

    def group_of(self, node: Node) -> Group | None:
        """The group that an input is in, if it leads to what is tied."""
        return self._group_of.get(node)

    def _of_one(self, members: Sequence[Node], active: Sequence[Node]) -> Group:
        """What the function is along one input."""
        (node,) = members
        sides = self.sides_of(node)
        found = Group(members, active, Kind.UNDECIDED, {}, {}, members, sides)
        if sides is None:
            return found
        kind = sides.kind(self._value)
        if kind in {Kind.UNDECIDED, Kind.ISOLATED} or math.isnan(sides.slope):
            return found._replace(kind=kind)
        return found._replace(
            kind=kind,
            used={node: self._by_line(node)},
            direction={node: 1.0 if sides.is_right else -1.0},
            rough=() if kind is Kind.SMOOTH else members,
        )

    def _of_several(self, members: Sequence[Node], active: Sequence[Node]) -> Group:
        """What the function is of inputs that meet."""
        parts = len(self._meeting.moving(members)) * len(members)
        is_many = len(members) > MOST_INPUTS or parts > self._most_parts
        found = self._together.get(members[0])
        if found is None:
            try:
                found = self._sampled([members])[0] if is_many else self._by_cells(members)
            except UndecidedError:
                found = self._by_rays(members)
        group = Group(members, active, Kind.UNDECIDED, {}, {}, members)
        if found is None:
            return group
        if found.has_jump and not found.is_beside:
            group = self._at_jump(group, found)
        else:
            group = self._at_kink(group, found)
        if len(group.rough) == 1:
            sides = self.sides_of(group.rough[0])
            if sides is not None and sides.kind(self._value) is not Kind.SMOOTH:
                return group._replace(sides=sides, kind=sides.kind(self._value))
        return group

    def _by_cells(self, members: Sequence[Node]) -> _Gradients:
        """The gradients of a function that is piecewise linear to first order."""
        at = self._at
        order = self._meeting.moving(members)
        found = cells(order, self._output, members, at.value_of, at.derivative.locals)
        is_limit = all(cell.limit == self._value for cell in found.cells)
        return _Gradients(
            [cell.gradient for cell in found.cells],
            [cell.direction for cell in found.cells],
            has_jump=found.has_jump,
            is_beside=found.is_torn and is_limit,
            are_all=found.are_all,
        )

    def _by_rays(self, members: Sequence[Node]) -> _Gradients | None:
        """The limits of a gradient along rays; None where that is too much to look at."""
        adjoints = self._at.derivative.adjoints
        zero = self._graph.const(0.0)
        nodes = [self._output, *(adjoints.get(node, zero) for node in members)]
        order = self._graph.ancestors(nodes)
        self._along_rays -= len(order) * (4 * len(members) + 6)
        if self._along_rays < 0:
            return None
        every = limits(order, nodes, members, self._at.value_of)
        found = [ray for ray in every if ray.is_defined]
        if not found or any(math.isnan(ray.values[0]) for ray in found):
            return None
        is_whole = len(found) == len(every)
        if is_whole and self._is_uneven(found):
            found += refined(order, nodes, members, self._at.value_of, found)
        return _Gradients(
            [ray.values[1:] for ray in found],
            [ray.direction for ray in found],
            has_jump=not all(is_one(ray.values[0], self._value) for ray in found),
            is_whole=is_whole,
            are_all=False,
            is_along_rays=True,
        )

    def _is_uneven(self, found: Sequence[Limits]) -> bool:
        """Whether limits differ, of a function that does not jump."""
        if not all(is_one(ray.values[0], self._value) for ray in found):
            return False
        is_finite = all(math.isfinite(each) for ray in found for each in ray.values)
        return is_finite and not agree(found)

    @cached_property
    def _together(self) -> Mapping[Node, _Gradients]:
        """A few gradients of each group, if there are many: by the first of its inputs."""
        groups = [members for members, _ in self._meeting.members if len(members) > 1]
        if 2 * len(groups) * len(self._order) <= MOST_MOVES:
            return {}
        try:
            found = self._sampled(groups)
        except UndecidedError:
            return {}
        firsts = (members[0] for members in groups)
        return {} if found[0].has_jump else dict(zip(firsts, found, strict=True))

    def _sampled(self, groups: Sequence[Sequence[Node]]) -> list[_Gradients]:
        """A few gradients of groups, which are moved together: none has a part in another's.

        Raises:
            UndecidedError: slopes do not tell.
        """
        at, adjoints = self._at, self._at.derivative.adjoints
        directions = [[*islice(generic(len(members)), self._rays)] for members in groups]
        gradients: list[list[tuple[float, ...]]] = [[] for _ in groups]
        moving = self._meeting.moving([node for members in groups for node in members])
        has_jump = False
        for turn in zip(*directions, strict=True):
            pairs = (zip(*pair, strict=True) for pair in zip(groups, turn, strict=True))
            rates = dict(chain.from_iterable(pairs))
            side = ahead(moving, rates, at.value_of, at.derivative.locals)
            has_jump = has_jump or side.of(self._output).value != self._value
            beside = side.values(self._order)
            for members, found in zip(groups, gradients, strict=True):
                found.append(tuple([adjoints.value(node, beside) for node in members]))
        if not all(math.isfinite(x) for found in gradients for each in found for x in each):
            raise UndecidedError
        return [
            _Gradients(found, turns, has_jump=has_jump, are_all=False)
            for found, turns in zip(gradients, directions, strict=True)
        ]

    def _at_jump(self, group: Group, found: _Gradients) -> Group:
        """A group whose function jumps: along each input by itself it may be smooth."""
        members = group.inputs
        lines = {node: self.sides_of(node) for node in members}
        rough = [
            node
            for node, sides in lines.items()
            if sides is None or sides.kind(self._value) is not Kind.SMOOTH
        ]
        return group._replace(
            kind=Kind.JUMP,
            used={node: self._by_line(node) for node in members},
            direction=dict(zip(members, found.directions[0], strict=True)),
            rough=rough or members,
        )

    def _at_kink(self, group: Group, found: _Gradients) -> Group:
        """A group whose function does not jump at the point."""
        members = group.inputs
        columns = [*zip(*found.gradients, strict=True)]
        agree = [all(is_one(column[0], each) for each in column) for column in columns]
        finite = [place for place, column in enumerate(columns) if all(map(math.isfinite, column))]
        known = {*finite}
        # What is finite and not the same everywhere is that of the point of least norm, below.
        used = {
            node: self._or_plain(node, column[0]) if agree[place] else self._by_line(node)
            for place, (node, column) in enumerate(zip(members, columns, strict=True))
            if agree[place] or place not in known
        }
        gradients = [tuple([each[place] for place in finite]) for each in found.gradients]
        different = _once(gradients)
        point, place = nearest(different)[:2] if finite else ((), 0)
        if found.is_along_rays:
            size = max((abs(part) for each in different for part in each), default=0.0)
            point = tuple([0.0 if abs(each) <= ROUNDING * size else each for each in point])
        for at, slope in zip(finite, point, strict=True):
            if not agree[at]:
                used[members[at]] = self._or_plain(members[at], slope)
        rough = [
            node
            for node, is_same in zip(members, agree, strict=True)
            if not is_same or not (found.is_whole or self._is_smooth_along(node))
        ]
        even: list[Node] = []
        if found.is_along_rays:
            # What there is of partial derivatives is that by definition.
            even = [node for node in rough if self._is_smooth_along(node)]
            used |= {node: self._by_line(node) for node in even}
        kind = Kind.KINK if rough else Kind.SMOOTH
        if any(math.isnan(each) for column in columns for each in column):
            kind = Kind.UNDECIDED
        elif found.is_beside:
            kind, rough = Kind.JUMP, [*members]
        whole = group._replace(
            kind=kind,
            used=used,
            direction=dict(
                zip(members, found.directions[gradients.index(different[place])], strict=True)
            ),
            rough=rough,
            pieces=len(different),
            are_all=found.are_all,
            is_beside=found.is_beside,
            is_whole=found.is_whole,
        )
        if found.is_along_rays and kind is Kind.KINK and len(even) == len(rough):
            return whole._replace(pieces=0)
        return whole

    def _is_smooth_along(self, node: Node) -> bool:
        sides = self.sides_of(node)
        return sides is not None and sides.kind(self._value) is Kind.SMOOTH

    def _or_plain(self, node: Node, slope: float) -> float:
        """A slope, in the digits that the rules give it if they give it."""
        plain = self._at.plain_of(node)
        return plain if is_one(plain, slope) else slope

    def _by_line(self, node: Node) -> float:
        """The derivative by an input or a step as by the only one."""
        sides, plain = self.sides_of(node), self._at.plain_of(node)
        if sides is None or math.isnan(sides.slope):
            return plain
        kind = sides.kind(self._value)
        if kind is Kind.UNDECIDED or (kind is Kind.SMOOTH and sides.right.has_slope(plain)):
            return plain
        return sides.slope

    # --- Lines ---------------------------------------------------------------------------------

    @cached_property
    def _value(self) -> float:
        return float(self._at.value_of(self._output))

    def sides_of(self, node: Node) -> Sides | None:
        """What the function is along one input or step, on both sides.

        Returns:
            None where that is too much to look at.
        """
        if node not in self._lines:
            found = self._at_once.get(node) if node in self._alone else None
            self._lines[node] = found or self.along({node: 1.0})
        return self._lines[node]

    @cached_property
    def _alone(self) -> AbstractSet[Node]:
        """The inputs that are a group by themselves, if they are many."""
        alone = {members[0] for members, _ in self._meeting.members if len(members) == 1}
        return alone if len(alone) * len(self._order) > MOST_MOVES else set()

    @cached_property
    def _at_once(self) -> Mapping[Node, Sides]:
        """Both sides by each of these, all of them moved together: none has a part in another's."""
        at, adjoints = self._at, self._at.derivative.adjoints
        found: dict[Node, list[Beside]] = {node: [] for node in self._alone}
        try:
            for turn in (-1.0, 1.0):
                rates = dict.fromkeys(self._alone, turn)
                side = ahead(self._order, rates, at.value_of, at.derivative.locals)
                if side.of(self._output).value != self._value:
                    return {}
                values = side.values(self._order)
                for node, sides in found.items():
                    sides.append(Beside(self._value, adjoints.value(node, values)))
        except UndecidedError:
            return {}
        return {node: Sides(*sides) for node, sides in found.items()}

    def along(self, rates: Mapping[Node, float]) -> Sides | None:
        """The same along a line: how fast each input, or step, moves along it."""
        at, size = self._at, self._size(rates)
        self._moves -= 1
        if self._moves < 0:
            return None
        found = look_quickly(self._meeting.moving(rates), self._output, rates, at.value_of, size)
        if found is not None:
            return found
        self._deep -= 1
        if self._deep < 0:
            return None
        return look(self._graph, self._output, rates, at.value_of, size)

    def _size(self, rates: Mapping[Node, float]) -> float:
        """The sum of all that comes to the inputs of a line, without signs."""
        sizes = [
            abs(arriving * share * rates[arg])
            for node in self._order
            if not rates.keys().isdisjoint(node.args)
            for arg, share in zip(node.args, self._meeting.slopes_of(node), strict=False)
            if share is not None and arg in rates
            for arriving in (self._arriving.get(node, 0.0),)
        ]
        return sum(size for size in sizes if math.isfinite(size))

    @cached_property
    def _arriving(self) -> Mapping[Node, float]:
        """What comes from the output to every node."""
        edges = (
            (node, arg, slope)
            for node in reversed(self._order)
            for arg, slope in zip(node.args, self._meeting.slopes_of(node), strict=False)
        )
        return edge.carry({self._output: 1.0}, edges)

    # --- Numbers -------------------------------------------------------------------------------

    def grad(self, node: Node) -> float:
        """The derivative by a node: of an input or a step that which is used, else on one side."""
        if node.op == INPUT:
            group = self.group_of(node)
            used = group.used.get(node) if group else None
            return self._at.plain_of(node) if used is None else used
        if node in self._steps:
            return self._by_line(node)
        return self.beside.grad(node)

    @cached_property
    def _steps(self) -> frozenset[Node]:
        """The steps that lead to what is tied."""
        sources = set(self._graph.ancestors(self.active)) if self.active else set()
        return frozenset(node for node in self._at.model.steps if node in sources)

    def is_told(self, group: Group, targets: Collection[Node]) -> bool:
        """Whether the function has no derivative by what is asked for of a group.

        One by a single input is that along its line, be the function not differentiable.
        """
        asked = [node for node in group.rough if node in targets]
        is_single = sum(node in targets for node in group.inputs) == 1
        if not (asked and is_single and self._is_smooth_along(asked[0])):
            return bool(asked)
        return self.grad(asked[0]) != self._by_line(asked[0])

    def leads(self, node: Node) -> bool:
        """Whether an input or a step leads to what is tied."""
        return node in self._group_of or node in self._steps

    def has_sides(self, node: Node) -> bool:
        """Whether a derivative is told beside those to the left and to the right."""
        if node.op == INPUT:
            group = self.group_of(node)
            return group is not None and node in group.rough
        return node in self._steps and not self._is_smooth_along(node)

    def slopes_of(self, node: Node) -> tuple[float, float] | None:
        """The slopes to the left and to the right by an input or a step, if they differ."""
        if not self.has_sides(node):
            return None
        sides = self.sides_of(node)
        if sides is None or sides.left.goes_on_as(sides.right):
            return None
        slopes = sides.left.slope, sides.right.slope
        return None if any(map(math.isnan, slopes)) else slopes

    def towards(self, direction: Mapping[Node, float]) -> OneSide:
        """All numbers of the derivative a little in some direction."""
        return OneSide(self._at, self._order, direction)

    @cached_property
    def beside(self) -> OneSide:
        """All numbers of the derivative on the side that is shown."""
        direction: dict[Node, float] = {}
        for group in self.groups:
            direction |= group.direction
        return self.towards(direction)


def _once(gradients: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Gradients, each once."""
    found: list[tuple[float, ...]] = []
    for each in gradients:
        if each and not any(are_same(each, other) for other in found):
            found.append(each)
    return found or [()]
