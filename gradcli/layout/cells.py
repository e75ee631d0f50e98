"""The layered graph: every layer a row of cells, every segment between neighbouring rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from gradcli.layout.ranks import ranks


class Size(NamedTuple):
    """Along is the direction of the edges, across the direction of a row."""

    along: float
    across: float


class Edge(NamedTuple):
    """An edge between two boxes; a label sits on it right before its target."""

    source: int
    target: int
    label: Size | None = None


class Kind(Enum):
    """What stands in a cell."""

    BOX = "box"
    LABEL = "label"
    LINE = "line"


@dataclass(slots=True)
class Cell:
    """A box, a label, or the place where a long line passes a row.

    Attributes:
        kind: what it is.
        row: the row that it stands in.
        size: the room that it takes.
        before: the cells in the row before that it is joined to.
        after: the cells in the row after that it is joined to.
    """

    kind: Kind
    row: int
    size: Size
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


class End(NamedTuple):
    """The cell right before the target of an edge, and its target."""

    last: int
    target: int


@dataclass(slots=True)
class Layers:
    """The layered graph.

    Attributes:
        cells: all cells; the first are the boxes, in the order in which they were given.
        rows: the cells of each row, in the order in which they stand.
        ends: how each edge comes to its target. Edges of one source share their cells, which
            would be many times as many if they were listed for each edge.
        jumps: for a cell that no cell of the row before leads to, the one of its line that a lane
            beside all rows leads from.
    """

    cells: list[Cell]
    rows: list[list[int]]
    ends: list[End]
    jumps: dict[int, int] = field(default_factory=dict)

    def previous(self, cell: int) -> int:
        """The cell that a line or a label is reached from."""
        before = self.cells[cell].before
        return before[0] if before else self.jumps[cell]

    def chain(self, edge: int) -> list[int]:
        """The cells of an edge from its source to its target, one in every row."""
        last, target = self.ends[edge]
        found = [target, last]
        while self.cells[found[-1]].kind is not Kind.BOX:
            found.append(self.previous(found[-1]))
        return found[::-1]

    def positions(self) -> list[int]:
        """The place of each cell in its row."""
        places = [0] * len(self.cells)
        for row in self.rows:
            for place, cell in enumerate(row):
                places[cell] = place
        return places


_LINE = Size(0, 0)

_MANY = 40_000
"""So many cells of lines are always drawn row by row; no picture that can be read has more."""

_EACH = 20
"""And so many for each box and each edge."""

_FAR = 16
"""Where there are more, a line that would pass so many rows runs in a lane beside them."""


def layers(
    sizes: Sequence[Size],
    edges: Sequence[Edge],
    *,
    line: Size = _LINE,
    align_sources: bool = False,
    lanes: bool = False,
) -> Layers:
    """Boxes in layers, with cells for labels and long lines between them.

    With labels every other row holds labels and no boxes. All edges that leave a box share one
    line as far as they go the same way: it is the same value that they carry.

    Args:
        sizes: the size of each box.
        edges: the edges between them.
        line: the room that a passing line takes in a row.
        align_sources: put all boxes without a source into the first row.
        lanes: let long lines of a very large graph jump from row to row, so that there are not
            as many cells as there are lines times rows.

    Raises:
        ValueError: the edges form a cycle.
    """
    stride = 2 if any(edge.label for edge in edges) else 1
    rank = ranks(
        len(sizes), [(edge.source, edge.target) for edge in edges], align_sources=align_sources
    )
    cells = [Cell(Kind.BOX, stride * rank[i], size) for i, size in enumerate(sizes)]
    stops = [cells[edge.target].row - (2 if edge.label else 1) for edge in edges]
    ways = _ways(cells, edges, stops, lanes=lanes)
    jumps: dict[int, int] = {}
    ends = []
    for edge, stop in zip(edges, stops, strict=True):
        last = _reach(cells, ways[edge.source], stop, line, jumps)
        if edge.label:
            cells.append(Cell(Kind.LABEL, stop + 1, edge.label))
            _join(cells, last, len(cells) - 1)
            last = len(cells) - 1
        _join(cells, last, edge.target)
        ends.append(End(last, edge.target))
    rows: list[list[int]] = [[] for _ in range(1 + max((cell.row for cell in cells), default=-1))]
    for index, cell in enumerate(cells):
        rows[cell.row].append(index)
    return Layers(cells, rows, ends, jumps)


class _Way(NamedTuple):
    """The line from a box: the rows in which it has cells, that of the box first, and the cells."""

    rows: Sequence[int]
    cells: list[int]


def _ways(
    boxes: Sequence[Cell], edges: Sequence[Edge], stops: Sequence[int], *, lanes: bool
) -> list[_Way]:
    """The line from each box, whose only cell so far is the box itself."""
    farthest = [box.row for box in boxes]
    for edge, stop in zip(edges, stops, strict=True):
        farthest[edge.source] = max(farthest[edge.source], stop)
    rows: list[Sequence[int]] = [
        range(box.row, last + 1) for box, last in zip(boxes, farthest, strict=True)
    ]
    if lanes and sum(map(len, rows)) > max(_MANY, _EACH * (len(boxes) + len(edges))):
        wanted: list[set[int]] = [set() for _ in boxes]
        for edge, stop in zip(edges, stops, strict=True):
            wanted[edge.source].add(stop)
        rows = [_near(box.row, each) for box, each in zip(boxes, wanted, strict=True)]
    return [_Way(each, [box]) for box, each in enumerate(rows)]


def _near(start: int, stops: Collection[int]) -> list[int]:
    """The rows of a line without those that it passes in a lane, which begins after the first."""
    rows = [start]
    for stop in sorted(stops):
        if stop - rows[-1] > _FAR:
            rows += [start + 1] if rows[-1] == start else []
            rows.append(stop)
        else:
            rows += range(rows[-1] + 1, stop + 1)
    return rows


def _reach(cells: list[Cell], way: _Way, row: int, size: Size, jumps: dict[int, int]) -> int:
    """The cell of a line in a row, made with those before it where it is not there yet."""
    place = bisect_left(way.rows, row)
    while len(way.cells) <= place:
        new, here = len(cells), way.rows[len(way.cells)]
        cells.append(Cell(Kind.LINE, here, size))
        if here == cells[way.cells[-1]].row + 1:
            _join(cells, way.cells[-1], new)
        else:
            jumps[new] = way.cells[1]
        way.cells.append(new)
    return way.cells[place]


def _join(cells: list[Cell], before: int, after: int) -> None:
    cells[before].after.append(after)
    cells[after].before.append(before)
