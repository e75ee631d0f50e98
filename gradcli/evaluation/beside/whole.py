"""The derivative of the whole function where operations by themselves have none.

Where something is tied, or a partial is not finite, nodes are evaluated just beside the point. Each
group of inputs that meet there is decided by itself: of one input there are two sides, of several
there are cells, or else rays.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gradcli.evaluation.beside.gradients import Around, Gradients
from gradcli.evaluation.beside.lines import Lines
from gradcli.evaluation.beside.meeting import Meeting
from gradcli.evaluation.beside.one_side import OneSide
from gradcli.evaluation.beside.sides import Sides
from gradcli.germs.cells import are_same
from gradcli.germs.least import nearest
from gradcli.germs.rays import ROUNDING
from gradcli.germs.sides import Kind
from gradcli.germs.sides import are_same as is_one
from gradcli.graph.node import INPUT, Node

if TYPE_CHECKING:
    from gradcli.errors import Problem
    from gradcli.evaluation.point import Point


_BROKEN = frozenset((Kind.JUMP, Kind.POLE))
"""Where the function is not what it is a little beside the point."""


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


class Whole:
    """A function beside a point where something is tied or not finite.

    Args:
        at: the program at the point.
        is_quick: take fewer gradients of inputs that meet, where many points are looked at.

    Attributes:
        told: what was said of groups, by the first input of each.
    """

    def __init__(self, at: Point, *, is_quick: bool = False) -> None:
        self._at = at
        self._graph = at.model.graph
        self._output = at.model.output
        self._meeting = Meeting(at)
        self._order = self._meeting.order
        self._lines = Lines(at, self._meeting)
        self._around = Around(at, self._meeting, is_quick=is_quick)
        self.told: dict[Node, Sequence[Problem]] = {}

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
    def _rough(self) -> frozenset[Node]:
        """The inputs by which the derivative is not unique, or not known."""
        return frozenset(node for group in self.groups for node in group.rough)

    @cached_property
    def _group_of(self) -> Mapping[Node, int]:
        """The place of the group that each input is in."""
        return {node: place for place, each in enumerate(self.groups) for node in each.inputs}

    def group_of(self, node: Node) -> Group | None:
        """The group that an input is in, if it leads to what is tied."""
        place = self._group_of.get(node)
        return None if place is None else self.groups[place]

    def groups_of(self, nodes: Iterable[Node]) -> Iterator[Group]:
        """The groups of some inputs, each once and in order."""
        known = self._group_of
        return (self.groups[place] for place in sorted({known[x] for x in nodes if x in known}))

    def _of_one(self, members: Sequence[Node], active: Sequence[Node]) -> Group:
        """What the function is along one input."""
        (node,) = members
        sides = self.sides_of(node)
        found = Group(members, active, Kind.UNDECIDED, {}, {}, members, sides)
        if sides is None:
            return found
        kind = sides.kind(self._lines.value)
        if kind in {Kind.UNDECIDED, Kind.ISOLATED} or math.isnan(sides.slope):
            return found._replace(kind=kind)
        first = 1.0 if sides.is_right else -1.0
        directions = [{node: first}, {node: -first}]
        return found._replace(
            kind=kind,
            used={node: self._lines.slope(node)},
            direction=self._towards(directions) if kind in _BROKEN else directions[0],
            rough=() if kind is Kind.SMOOTH else members,
        )

    def _of_several(self, members: Sequence[Node], active: Sequence[Node]) -> Group:
        """What the function is of inputs that meet."""
        found = self._around.of(members)
        group = Group(members, active, Kind.UNDECIDED, {}, {}, members)
        if found is None:
            return group
        if found.has_jump and not found.is_beside:
            group = self._at_jump(group, found)
        else:
            group = self._at_kink(group, found)
        if len(group.rough) == 1:
            sides = self.sides_of(group.rough[0])
            if sides is not None and sides.kind(self._lines.value) is not Kind.SMOOTH:
                return group._replace(sides=sides, kind=sides.kind(self._lines.value))
        return group

    def _at_jump(self, group: Group, found: Gradients) -> Group:
        """A group whose function jumps: along each input by itself it may be smooth."""
        members = group.inputs
        lines = {node: self.sides_of(node) for node in members}
        rough = [
            node
            for node, sides in lines.items()
            if sides is None or sides.kind(self._lines.value) is not Kind.SMOOTH
        ]
        return group._replace(
            kind=Kind.JUMP,
            used={node: self._lines.slope(node) for node in members},
            direction=self._towards(
                [dict(zip(members, each, strict=True)) for each in found.directions]
            ),
            rough=rough or members,
        )

    def _towards(self, directions: Sequence[Mapping[Node, float]]) -> Mapping[Node, float]:
        """The first direction in which the function goes on from its value, if there is one.

        Where it jumps in all of them, what is shown is the point itself.
        """
        value = self._lines.value
        for direction in directions:
            sides = self._lines.along(direction)
            if sides is None or sides.right.has_value(value):
                return direction
        return {}

    def _at_kink(self, group: Group, found: Gradients) -> Group:
        """A group whose function does not jump at the point."""
        members = group.inputs
        columns = [*zip(*found.gradients, strict=True)]
        agree = [all(is_one(column[0], each) for each in column) for column in columns]
        used, different, direction = self._least(members, found, columns, agree)
        rough = [
            node
            for node, is_same in zip(members, agree, strict=True)
            if not is_same or not (found.is_whole or self._lines.is_smooth(node))
        ]
        even: list[Node] = []
        if found.is_along_rays:
            # What there is of partial derivatives is that by definition.
            even = [node for node in rough if self._lines.is_smooth(node)]
            used |= {node: self._lines.slope(node) for node in even}
        kind = Kind.KINK if rough else Kind.SMOOTH
        if any(math.isnan(each) for column in columns for each in column):
            kind = Kind.UNDECIDED
        elif found.is_beside:
            kind, rough = Kind.JUMP, [*members]
        is_finite = all(map(math.isfinite, used.values()))
        whole = group._replace(
            kind=kind,
            used=used,
            # A gradient that is infinite is that of no side: what is shown is the point itself.
            direction=dict(zip(members, direction, strict=True)) if is_finite else {},
            rough=rough,
            pieces=different,
            are_all=found.are_all,
            is_beside=found.is_beside,
            is_whole=found.is_whole,
        )
        if found.is_along_rays and kind is Kind.KINK and len(even) == len(rough):
            return whole._replace(pieces=0)
        return whole

    def _least(
        self,
        members: Sequence[Node],
        found: Gradients,
        columns: Sequence[Sequence[float]],
        agree: Sequence[bool],
    ) -> tuple[dict[Node, float], int, Sequence[float]]:
        """What is used of several gradients: the point of least norm of their hull.

        Args:
            members: the inputs.
            found: the gradients.
            columns: the same by input.
            agree: whether they are all the same by an input.

        Returns:
            What is used, how many gradients are different, and the direction of the nearest: of
            several one in which also what is not finite elsewhere is what is used, if there is one.
        """
        finite = [place for place, column in enumerate(columns) if all(map(math.isfinite, column))]
        known = {*finite}
        used = {
            node: self._or_plain(node, column[0]) if agree[place] else self._lines.slope(node)
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
        near = [at for at, each in enumerate(gradients) if each == different[place]]
        open_ = [at for at in range(len(members)) if at not in known]
        wanted = [used[members[at]] for at in open_]
        same = (at for at in near if [found.gradients[at][each] for each in open_] == wanted)
        return used, len(different), found.directions[next(same, near[0])]

    def _or_plain(self, node: Node, slope: float) -> float:
        """A slope, in the digits that the rules give it if they give it."""
        plain = self._at.plain_of(node)
        return plain if is_one(plain, slope) else slope

    def sides_of(self, node: Node) -> Sides | None:
        """What the function is along one input or step, on both sides; None if it is not known."""
        return self._lines.sides_of(node)

    def along(self, rates: Mapping[Node, float]) -> Sides | None:
        """The same along a line: how fast each input, or step, moves along it."""
        return self._lines.along(rates)

    # --- Numbers -------------------------------------------------------------------------------

    def grad(self, node: Node) -> float:
        """The derivative by a node: of an input or a step that which is used, else on one side."""
        if node.op == INPUT:
            group = self.group_of(node)
            used = group.used.get(node) if group else None
            return self._at.plain_of(node) if used is None else used
        if node in self._steps:
            return self._lines.slope(node)
        return self.shown(node)

    def shown(self, node: Node) -> float:
        """The derivative by a node on the side that is shown."""
        return self._or_plain(node, self.beside.grad(node))

    @cached_property
    def _steps(self) -> frozenset[Node]:
        """The steps that lead to what is tied."""
        sources = set(self._graph.ancestors(self.active)) if self.active else set()
        return frozenset(node for node in self._at.model.steps if node in sources)

    def is_told(self, group: Group, targets: Collection[Node]) -> bool:
        """Whether the function has no derivative by what is asked for of a group.

        One by a single input is that along its line, be the function not differentiable.
        """
        if len(targets) < len(group.inputs):  # of a large group each input may be asked for alone
            met = [node for node in targets if self.group_of(node) is group]
        else:
            met = [node for node in group.inputs if node in targets]
        asked = [node for node in met if node in self._rough]
        if not (asked and len(met) == 1 and self._lines.is_smooth(asked[0])):
            return bool(asked)
        return self.grad(asked[0]) != self._lines.slope(asked[0])

    def leads(self, node: Node) -> bool:
        """Whether an input or a step leads to what is tied."""
        return node in self._group_of or node in self._steps

    def has_sides(self, node: Node) -> bool:
        """Whether a derivative is told beside those to the left and to the right."""
        if node.op == INPUT:
            return node in self._rough
        return node in self._steps and not self._lines.is_smooth(node)

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
