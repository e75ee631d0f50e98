"""A function of several inputs beside a point: the cells on which it has one gradient each.

To first order a piecewise smooth function is piecewise linear there: it is one linear function on
each of some cones. Along a ray the fast pass carries gradients in the place of slopes, so that each
tie it decides is a plane at which the cone may end. In two dimensions all cones are walked through,
one after another; in more of them planes are crossed as long as that leads to new ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from gradcli.engine.interpreter import Values
from gradcli.germs.least import dot, least_norm
from gradcli.germs.pair_pieces import Pair
from gradcli.germs.pairs import PairPass
from gradcli.germs.series import total
from gradcli.graph.node import Node

MOST_CELLS = 200
"""How many cells are looked at."""

_GOLDEN = 0.6180339887498949
"""An angle along no plane that anybody has in mind."""

_STEPS = 60
"""So often the root of an equation is improved."""

_NARROW = 1e-6
"""How far behind a plane the next cell is looked for at first, as an angle."""

_NARROWEST = 1e-11

_SAME = 1e-9
"""Angles, and entries of gradients beside the greatest, that differ by less are the same."""


class _Ray(NamedTuple):
    """Where a pass looks, and the gradients of what it decides there."""

    direction: Sequence[float]
    planes: list[tuple[float, ...]]


class Slope(float):
    """A slope along a ray that knows its gradient, and is remembered where it decides a tie."""

    __slots__ = ("gradient", "ray")
    gradient: tuple[float, ...]
    ray: _Ray

    def __new__(cls, gradient: tuple[float, ...], ray: _Ray) -> Self:
        """The slope of a node with this gradient."""
        self = super().__new__(cls, dot(gradient, ray.direction))
        self.gradient = gradient
        self.ray = ray
        return self

    def __add__(self, other: float) -> Slope:
        if not isinstance(other, Slope):
            return self
        pairs = zip(self.gradient, other.gradient, strict=True)
        return Slope(tuple([total(a, b) for a, b in pairs]), self.ray)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Slope:
        return Slope(tuple([each * factor for each in self.gradient]), self.ray)

    __rmul__ = __mul__

    def __neg__(self) -> Slope:
        return self * -1.0

    def __gt__(self, other: float) -> bool:
        self.ray.planes.append(self.gradient)
        return float(self) > other

    def __bool__(self) -> bool:
        return any(self.gradient)

    def __hash__(self) -> int:
        return hash(self.gradient)


class Cell(NamedTuple):
    """A cone on which a function is linear, to first order.

    Attributes:
        direction: a direction that leads into it.
        limit: what the function tends to there.
        gradient: the derivative by each input.
        planes: the gradients of what is tied at the point: it ends where one of them vanishes.
    """

    direction: tuple[float, ...]
    limit: float
    gradient: tuple[float, ...]
    planes: tuple[tuple[float, ...], ...]

    @property
    def sides(self) -> frozenset[tuple[float, ...]]:
        """The planes, each turned to the side of this cell."""
        return frozenset(
            tuple([round(math.copysign(1.0, dot(plane, self.direction)) * x, 9) for x in plane])
            for plane in self.planes
        )


class Cells(NamedTuple):
    """The cells of a function at a point.

    Attributes:
        cells: those that were found.
        are_all: whether there are no others.
        is_torn: whether the function jumps from one cell to the next beside the point.
        value: the function at the point.
    """

    cells: Sequence[Cell]
    are_all: bool
    is_torn: bool
    value: float

    @property
    def gradients(self) -> Sequence[tuple[float, ...]]:
        """The gradients, each once."""
        found: list[tuple[float, ...]] = []
        for cell in self.cells:
            if not any(are_same(cell.gradient, each) for each in found):
                found.append(cell.gradient)
        return found

    @property
    def has_jump(self) -> bool:
        """Whether the function jumps at the point, or beside it."""
        return self.is_torn or any(cell.limit != self.value for cell in self.cells)

    @property
    def is_smooth(self) -> bool | None:
        """Whether there is a derivative; None if another cell might have another gradient."""
        if self.has_jump or len(self.gradients) > 1:
            return False
        return True if self.are_all else None

    @property
    def gradient(self) -> tuple[float, ...]:
        """The gradient that is used: the element of least norm of the hull of those found."""
        return least_norm(self.gradients)


def cells(
    order: Sequence[Node],
    output: Node,
    inputs: Sequence[Node],
    at: Values,
    locals_: Mapping[Node, Sequence[Node | None]] | None = None,
) -> Cells:
    """The cells of a function of some inputs at a point.

    Args:
        order: all nodes of the function, in order.
        output: the function.
        inputs: those that move.
        at: the values at the point.
        locals_: the local partials of nodes, where they are made already.

    Raises:
        UndecidedError: to first order the function is no such thing, as a norm at 0 is none.
    """
    look = _Look(order, output, inputs, at, locals_)
    first = [look(direction) for direction in generic(len(inputs))]
    found, are_all, is_torn = _all_of(look, first)
    return Cells(found, are_all, is_torn, float(at(output)))


class _Look:
    """What a function is in some direction."""

    def __init__(
        self,
        order: Sequence[Node],
        output: Node,
        inputs: Sequence[Node],
        at: Values,
        locals_: Mapping[Node, Sequence[Node | None]] | None,
    ) -> None:
        self._order = order
        self._output = output
        self._inputs = inputs
        self._at = at
        self._locals = locals_

    def __call__(self, direction: Sequence[float]) -> Cell:
        """The cell that a direction leads into."""
        ray = _Ray(direction, [])
        count = len(direction)
        seeds = {
            node: Pair(self._at(node), Slope(_unit(place, count), ray))
            for place, node in enumerate(self._inputs)
        }
        side = PairPass(self._at, seeds, self._locals)
        side.run(self._order)
        limit, slope, _ = side.of(self._output)
        gradient = slope.gradient if isinstance(slope, Slope) else (0.0,) * count
        planes = dict.fromkeys(_normal(plane) for plane in ray.planes if any(plane))
        return Cell(tuple(direction), limit, gradient, tuple(planes))


_Found = tuple[Sequence[Cell], bool, bool]
"""Cells, whether they are all, and whether the function jumps between them."""


def _all_of(look: _Look, first: Sequence[Cell]) -> _Found:
    """All cells, as far as they are found."""
    basis = _basis(plane for cell in first for plane in cell.planes)
    if not basis:
        return first[:1], True, False
    if len(basis) == 1:
        ahead, behind = look(basis[0]), look(_opposite(basis[0]))
        found, is_torn = [ahead, behind], not _meet(ahead, behind, basis[0])
    else:
        walked = _turned(look, basis) if len(basis) == 2 else None
        if walked is None:
            return _crossed(look, first)
        found, is_torn = walked
    if len(_basis([*basis, *(plane for cell in found for plane in cell.planes)])) > len(basis):
        return _crossed(look, [*first, *found])
    return found, True, is_torn


def _turned(look: _Look, basis: Sequence[Sequence[float]]) -> tuple[list[Cell], bool] | None:
    """All cells around the point in a plane; None if they are too many or too narrow."""

    def towards(angle: float) -> list[float]:
        a, b = math.cos(angle), math.sin(angle)
        return [a * x + b * y for x, y in zip(*basis, strict=True)]

    cell = look(towards(_GOLDEN))
    found, is_torn = [cell], False
    begin, end = _sector(cell, basis, _GOLDEN)
    last = begin + 2 * math.pi
    while True:
        before, narrow = cell, _NARROW
        while True:
            cell = look(towards(end + narrow))
            behind, further = _sector(cell, basis, end + narrow)
            if abs(behind - end) <= _SAME:
                break
            narrow /= 10
            if narrow < _NARROWEST:
                return None
        is_torn = is_torn or not _meet(before, cell, towards(end + math.pi / 2))
        if end >= last - _SAME:
            return found, is_torn
        found.append(cell)
        end = further
        if len(found) > MOST_CELLS or math.isinf(end):
            return None


def _meet(a: Cell, b: Cell, plane: Sequence[float]) -> bool:
    """Whether a function has the same values on both sides of a plane that two cells lie at."""
    jump = [x - y for x, y in zip(a.gradient, b.gradient, strict=True)]
    part = dot(jump, plane) / dot(plane, plane)
    size = max(map(abs, (*a.gradient, *b.gradient)))
    along = [x - part * y for x, y in zip(jump, plane, strict=True)]
    return all(abs(each) <= _SAME * size for each in along)


def _sector(cell: Cell, basis: Sequence[Sequence[float]], angle: float) -> tuple[float, float]:
    """The angles between which a cell lies, around one in it."""
    before, after = math.inf, math.inf
    for plane in cell.planes:
        across, along = (dot(plane, each) for each in basis)
        zero = math.atan2(-across, along)
        before = min(before, (angle - zero) % math.pi)
        after = min(after, (zero - angle) % math.pi)
    return angle - before, angle + after


def _crossed(look: _Look, first: Sequence[Cell]) -> _Found:
    """The cells that are found by crossing planes, from cell to cell."""
    found = {cell.sides: cell for cell in first}
    waiting = list(found.values())
    is_torn = False
    while waiting and len(found) < MOST_CELLS:
        cell = waiting.pop(0)
        for plane in cell.planes:
            # Just before this plane and just behind it, and its mirror image.
            before, behind, image = (
                look(_moved(cell.direction, plane, far)) for far in (1 - _NARROW, 1 + _NARROW, 2)
            )
            is_torn = is_torn or not _meet(before, behind, plane)
            for each in (before, behind, image):
                if each.sides not in found:
                    found[each.sides] = each
                    waiting.append(each)
    return list(found.values()), False, is_torn


def _moved(direction: Sequence[float], plane: Sequence[float], far: float) -> list[float]:
    """A direction moved so far towards a plane: 1 leads along it."""
    rate = dot(plane, direction) / dot(plane, plane)
    return [x - far * rate * y for x, y in zip(direction, plane, strict=True)]


def generic(count: int) -> Iterator[list[float]]:
    """Directions along no plane that anybody has in mind: both ways along some lines.

    They are multiples of powers of the root of x^(n+1) = x + 1, less what is whole, which fill a
    cube evenly (M. Roberts, The unreasonable effectiveness of quasirandom sequences, 2018).
    """
    root = 1.5
    for _ in range(_STEPS):
        root = (1.0 + root) ** (1.0 / (count + 1))
    for line in range(1, 2 * count + 4):
        direction = [2 * (line * root ** -(place + 1) % 1) - 1.0 for place in range(count)]
        yield direction
        yield _opposite(direction)


def _opposite(direction: Sequence[float]) -> list[float]:
    return [-each for each in direction]


def _unit(place: int, count: int) -> tuple[float, ...]:
    return tuple([float(place == each) for each in range(count)])


def _normal(plane: Sequence[float]) -> tuple[float, ...]:
    """A plane by a vector whose greatest entry is 1."""
    greatest = max(plane, key=abs)
    return tuple([each / greatest for each in plane])


def _basis(planes: Iterator[tuple[float, ...]] | Sequence[Sequence[float]]) -> list[list[float]]:
    """Orthogonal unit vectors that span what some vectors do, three of them at most."""
    found: list[list[float]] = []
    for plane in dict.fromkeys(map(tuple, planes)):
        rest = [*plane]
        for _ in range(2):  # once more, as the first time leaves rounding
            for each in found:
                part = dot(rest, each)
                rest = [x - part * y for x, y in zip(rest, each, strict=True)]
        size = math.sqrt(dot(rest, rest))
        if size > _SAME * math.sqrt(dot(plane, plane)):
            found.append([each / size for each in rest])
        if len(found) > 2:
            break
    return found


def are_same(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether two gradients are one, rounded in two ways."""
    size = max(map(abs, (*a, *b)))
    return all(abs(x - y) <= _SAME * size for x, y in zip(a, b, strict=True))
