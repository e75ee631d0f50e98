"""The gradients of a function beside a point where inputs meet in something tied or not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from gradcli.evaluation.beside.lines import MOST_DEEP, MOST_MOVES
from gradcli.evaluation.beside.meeting import Meeting
from gradcli.germs.cells import cells, generic
from gradcli.germs.pair_pieces import UndecidedError
from gradcli.germs.pairs import ahead
from gradcli.germs.rays import Limits, agree, limits, refined
from gradcli.germs.sides import are_same as is_one
from gradcli.graph.node import Node

if TYPE_CHECKING:
    from gradcli.evaluation.point import Point

MOST_INPUTS = 16
"""Of more inputs in a group, gradients are taken along a few rays, and not by walking on."""

MOST_PARTS = 3_000
"""The same of more nodes times inputs."""

FEW_RAYS = 8
"""How many."""


class Gradients(NamedTuple):
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


class Around:
    """Finds the gradients of groups of inputs that meet.

    Args:
        at: the program at the point.
        meeting: what is tied there.
        is_quick: take fewer gradients, where many points are looked at.
    """

    def __init__(self, at: Point, meeting: Meeting, *, is_quick: bool = False) -> None:
        self._at = at
        self._meeting = meeting
        self._graph = at.model.graph
        self._output = at.model.output
        self._order = meeting.order
        self._value = float(at.value_of(self._output))
        self._most_parts = MOST_PARTS // 10 if is_quick else MOST_PARTS
        self._rays = 2 if is_quick else FEW_RAYS
        self._along_rays = 4 * MOST_DEEP

    def of(self, members: Sequence[Node]) -> Gradients | None:
        """The gradients of the function of some inputs that meet; None if none is known."""
        found = self._together.get(members[0])
        if found is not None:
            return found
        parts = len(self._meeting.moving(members)) * len(members)
        is_many = len(members) > MOST_INPUTS or parts > self._most_parts
        try:
            return self._sampled([members])[0] if is_many else self._by_cells(members)
        except UndecidedError:
            return self._by_rays(members)

    def _by_cells(self, members: Sequence[Node]) -> Gradients:
        """The gradients of a function that is piecewise linear to first order."""
        at = self._at
        order = self._meeting.moving(members)
        found = cells(order, self._output, members, at.value_of, at.derivative.locals)
        is_limit = all(cell.limit == self._value for cell in found.cells)
        return Gradients(
            [cell.gradient for cell in found.cells],
            [cell.direction for cell in found.cells],
            has_jump=found.has_jump,
            is_beside=found.is_torn and is_limit,
            are_all=found.are_all,
        )

    def _by_rays(self, members: Sequence[Node]) -> Gradients | None:
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
        return Gradients(
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
    def _together(self) -> Mapping[Node, Gradients]:
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

    def _sampled(self, groups: Sequence[Sequence[Node]]) -> list[Gradients]:
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
            Gradients(found, turns, has_jump=has_jump, are_all=False)
            for found, turns in zip(gradients, directions, strict=True)
        ]
