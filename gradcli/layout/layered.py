"""The whole layout: sizes and edges in, places of boxes and labels and routes of edges out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from gradcli.layout.cells import Cell, Edge, Kind, Layers, Size, layers
from gradcli.layout.crossings import order_rows
from gradcli.layout.direction import Direction
from gradcli.layout.lanes import lanes
from gradcli.layout.ports import ports
from gradcli.layout.relax import centre_rows, draw_together
from gradcli.layout.straighten import straighten

_SLIDE = 16 / 9


class Point(NamedTuple):
    """A place in the plane; y grows downwards."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


class Arc(NamedTuple):
    """An edge to lay out: the places of its boxes in the list, and the size of its label."""

    source: int
    target: int
    label: tuple[float, float] | None = None


class Options(NamedTuple):
    """The room that is left free, and what is preferred.

    Attributes:
        box: between neighbours in a row of which one is a box.
        label: between two labels.
        line: between a passing line and a label or another line.
        port: between two arrows into a box, which grows if it has to.
        layer: between two rows.
        slope: how much more between two rows, as a share of the longest way across.
        most: the most that is left between two rows.
        align_sources: put all boxes without a source into the first row.
        symmetric: rows around one axis rather than long lines straight.
        fixed: boxes that do not grow, however many arrows there are into them.
    """

    box: float = 26
    label: float = 6
    line: float = 12
    port: float = 9
    layer: float = 30
    slope: float = 0.3
    most: float = 200
    align_sources: bool = False
    symmetric: bool = False
    fixed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge.

    Attributes:
        own: its points from where it leaves an earlier route, or from the border of its source,
            to that of its target.
        label: where its label stands, if it has one.
        trunk: the earlier route, of the same source, and how many of its points this one shares.
    """

    own: list[Point]
    label: Box | None
    trunk: tuple[Route, int] | None = None

    @property
    def points(self) -> list[Point]:
        """From the border of its source to that of its target, in pairs.

        Along each row it runs straight ahead, between rows to the next point however it is drawn.
        """
        parts = [self.own]
        trunk = self.trunk
        while trunk is not None:
            route, shared = trunk
            trunk = route.trunk
            before = trunk[1] if trunk else 0
            parts.append(route.own[: max(shared - before, 0)])
            if trunk is not None:
                trunk = trunk[0], min(before, shared)
        return [point for part in reversed(parts) for point in part]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands.

    Attributes:
        boxes: in the order in which they were given.
        routes: in the order in which the edges were given.
        direction: where edges lead.
        width: of the whole drawing.
        height: of the whole drawing.
    """

    boxes: list[Box]
    routes: list[Route]
    direction: Direction
    width: float
    height: float


def layered(
    sizes: Sequence[tuple[float, float]],
    arcs: Sequence[Arc],
    *,
    direction: Direction | None = Direction.RIGHT,
    options: Options | None = None,
) -> Layout:
    """Lay out a graph without cycles.

    No box or label overlaps another, and no route runs behind a box or a label.

    Args:
        sizes: width and height of each box; one with many arrows into it may grow.
        arcs: the edges.
        direction: where edges lead; None for whichever comes nearer to the shape of a slide.
        options: the room that is left free, and what is preferred.

    Raises:
        ValueError: the edges form a cycle.
    """
    options = options or Options()
    graph = layers(
        [Size(*size) for size in sizes],
        [Edge(arc.source, arc.target, arc.label and Size(*arc.label)) for arc in arcs],
        align_sources=options.align_sources,
        lanes=True,
    )
    order_rows(graph)
    plans = [
        _Plan(graph, each, options).layout(len(sizes))
        for each in (Direction if direction is None else (direction,))
    ]
    return min(plans, key=_unlike_a_slide)


def _unlike_a_slide(layout: Layout) -> float:
    ratio = max(layout.width, 1.0) / max(layout.height, 1.0)
    return abs(math.log(ratio / _SLIDE))


def _turned(graph: Layers, direction: Direction, options: Options) -> Layers:
    """The same rows with the sizes of this direction, boxes large enough for their arrows."""
    entering = Counter(end.target for end in graph.ends)
    cells = []
    for index, cell in enumerate(graph.cells):
        along, across = cell.size if direction is Direction.RIGHT else cell.size[::-1]
        if index in entering and index not in options.fixed:
            across = max(across, options.port * (entering[index] + 1))
        cells.append(replace(cell, size=Size(along, across)))
    return Layers(cells, graph.rows, graph.ends, graph.jumps)


class _Plan:
    """An ordered layered graph with a place for each cell."""

    def __init__(self, graph: Layers, direction: Direction, options: Options) -> None:
        self.graph = _turned(graph, direction, options)
        self.direction = direction
        self.options = options
        middles = straighten(self.graph, self._gap)
        touch = centre_rows if options.symmetric else draw_together
        self.across = touch(self.graph, middles, self._gap)
        self.ports = ports(self.graph, self.across, options.port)
        self.width = self._width()
        self.lanes = self._lanes()
        self.starts, self.ends = self._columns()

    def _gap(self, left: Cell, right: Cell) -> float:
        if left.kind is Kind.BOX or right.kind is Kind.BOX:
            return self.options.box
        if left.kind is Kind.LINE or right.kind is Kind.LINE:
            return self.options.line
        return self.options.label

    def _width(self) -> float:
        """How far the rows reach across."""
        halves = (cell.size.across / 2 for cell in self.graph.cells)
        return max(
            (middle + half for middle, half in zip(self.across, halves, strict=True)), default=0.0
        )

    def _lanes(self) -> dict[int, float]:
        """The place across of the lane that begins at a cell; the width grows by all lanes."""
        room = self.options.line
        found = {start: self.width + room * (lane + 1) for start, lane in lanes(self.graph).items()}
        self.width = max(found.values(), default=self.width)
        return found

    def _columns(self) -> tuple[list[float], list[float]]:
        """Where each row begins and ends along; the room between grows with the way across."""
        cells, options = self.graph.cells, self.options
        steps = [0.0] * len(self.graph.rows)
        for cell, across in zip(cells, self.across, strict=True):
            for each in cell.after:
                if cells[each].kind is not Kind.BOX:
                    steps[cell.row] = max(steps[cell.row], abs(self.across[each] - across))
        for (last, _), port in zip(self.graph.ends, self.ports, strict=True):
            place = cells[last].row
            steps[place] = max(steps[place], abs(port - self.across[last]))
        for end, start in self.graph.jumps.items():
            lane = self.lanes[start]
            for place, near in ((cells[start].row, start), (cells[end].row - 1, end)):
                steps[place] = max(steps[place], abs(lane - self.across[near]))
        starts, ends = [], []
        begin = 0.0
        for row, step in zip(self.graph.rows, steps, strict=True):
            starts.append(begin)
            ends.append(begin + max((cells[cell].size.along for cell in row), default=0.0))
            begin = ends[-1] + min(options.layer + options.slope * step, options.most)
        return starts, ends

    def layout(self, count: int) -> Layout:
        """Everything as rectangles and points of the plane."""
        turn = self.direction is Direction.DOWN
        boxes = [self._box(index, turn=turn) for index in range(count)]
        routes = self._routes(turn=turn)
        along = self.ends[-1] if self.ends else 0.0
        width, height = (self.width, along) if turn else (along, self.width)
        return Layout(boxes, routes, self.direction, width, height)

    def _box(self, index: int, *, turn: bool) -> Box:
        cell = self.graph.cells[index]
        row = cell.row
        along = (self.starts[row] + self.ends[row] - cell.size.along) / 2
        across = self.across[index] - cell.size.across / 2
        if turn:
            return Box(across, along, cell.size.across, cell.size.along)
        return Box(along, across, cell.size.along, cell.size.across)

    def _routes(self, *, turn: bool) -> list[Route]:
        """The way of each edge; what it shares with earlier ones is theirs."""
        cells = self.graph.cells
        routes = []
        drawn: dict[int, tuple[Route, int]] = {}
        for (last, target), port in zip(self.graph.ends, self.ports, strict=True):
            new: list[int] = []
            cell = last
            while cells[cell].kind is not Kind.BOX and cell not in drawn:
                new.append(cell)
                cell = self.graph.previous(cell)
            trunk = drawn.get(cell)
            own = self._exit(cell, turn=turn)[1 if trunk else 0 :]
            before = trunk[1] if trunk else 0
            shared = {}
            for passed in reversed(new):
                own += self._lane(passed, turn=turn) + self._passage(passed, turn=turn)
                # Where another one leaves is the end of the row, which is its own.
                shared[passed] = before + len(own) - 1
            own += self._entry(target, port, turn=turn)
            label = self._box(last, turn=turn) if cells[last].kind is Kind.LABEL else None
            routes.append(Route(own, label, trunk))
            drawn.update((passed, (routes[-1], count)) for passed, count in shared.items())
        return routes

    def _exit(self, index: int, *, turn: bool) -> list[Point]:
        """Where lines leave a cell, and the row of it."""
        cell, across = self.graph.cells[index], self.across[index]
        if cell.kind is not Kind.BOX:
            return self._passage(index, turn=turn)
        border = self._middle(cell) + cell.size.along / 2
        return [self._point(each, across, turn=turn) for each in (border, self.ends[cell.row])]

    def _passage(self, index: int, *, turn: bool) -> list[Point]:
        """Where lines enter and leave the row of a cell."""
        row, across = self.graph.cells[index].row, self.across[index]
        return [
            self._point(self.starts[row], across, turn=turn),
            self._point(self.ends[row], across, turn=turn),
        ]

    def _lane(self, index: int, *, turn: bool) -> list[Point]:
        """Where the line to a cell enters and leaves its lane, if it comes along one."""
        start = self.graph.jumps.get(index)
        if start is None:
            return []
        first, last = self.graph.cells[start].row + 1, self.graph.cells[index].row - 1
        return [
            self._point(self.starts[first], self.lanes[start], turn=turn),
            self._point(self.ends[last], self.lanes[start], turn=turn),
        ]

    def _entry(self, index: int, port: float, *, turn: bool) -> list[Point]:
        """Where a line enters the row of a box, and the box."""
        cell = self.graph.cells[index]
        border = self._middle(cell) - cell.size.along / 2
        return [self._point(each, port, turn=turn) for each in (self.starts[cell.row], border)]

    def _point(self, along: float, across: float, *, turn: bool) -> Point:
        return Point(across, along) if turn else Point(along, across)

    def _middle(self, cell: Cell) -> float:
        return (self.starts[cell.row] + self.ends[cell.row]) / 2
