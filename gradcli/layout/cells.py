"""The layered graph: every layer a row of cells, every segment between neighbouring rows."""

from __future__ import annotations

from collections.abc import Sequence
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
    """

    cells: list[Cell]
    rows: list[list[int]]
    ends: list[End]

    def chain(self, edge: int) -> list[int]:
        """The cells of an edge from its source to its target, one in every row."""
        last, target = self.ends[edge]
        found = [target, last]
        while self.cells[found[-1]].kind is not Kind.BOX:
            found.append(self.cells[found[-1]].before[0])
        return found[::-1]

    def positions(self) -> list[int]:
        """The place of each cell in its row."""
        places = [0] * len(self.cells)
        for row in self.rows:
            for place, cell in enumerate(row):
                places[cell] = place
        return places


_LINE = Size(0, 0)


def layers(
    sizes: Sequence[Size],
    edges: Sequence[Edge],
    *,
    line: Size = _LINE,
    align_sources: bool = False,
) -> Layers:
    """Boxes in layers, with cells for labels and long lines between them.

    With labels every other row holds labels and no boxes. All edges that leave a box share one
    line as far as they go the same way: it is the same value that they carry.

    Args:
        sizes: the size of each box.
        edges: the edges between them.
        line: the room that a passing line takes in a row.
        align_sources: put all boxes without a source into the first row.

    Raises:
        ValueError: the edges form a cycle.
    """
    stride = 2 if any(edge.label for edge in edges) else 1
    rank = ranks(
        len(sizes), [(edge.source, edge.target) for edge in edges], align_sources=align_sources
    )
    cells = [Cell(Kind.BOX, stride * rank[i], size) for i, size in enumerate(sizes)]
    lines: list[list[int]] = [[i] for i in range(len(sizes))]
    ends = []
    for edge in edges:
        end = cells[edge.target].row - (1 if edge.label else 0)
        last = _reach(cells, lines[edge.source], end - 1, line)
        if edge.label:
            cells.append(Cell(Kind.LABEL, end, edge.label))
            _join(cells, last, len(cells) - 1)
            last = len(cells) - 1
        _join(cells, last, edge.target)
        ends.append(End(last, edge.target))
    rows: list[list[int]] = [[] for _ in range(1 + max((cell.row for cell in cells), default=-1))]
    for index, cell in enumerate(cells):
        rows[cell.row].append(index)
    return Layers(cells, rows, ends)


def _reach(cells: list[Cell], way: list[int], row: int, size: Size) -> int:
    """The cell in a row of the line from a box, whose cells in the rows so far are the way."""
    start = cells[way[0]].row
    while start + len(way) <= row:
        cells.append(Cell(Kind.LINE, start + len(way), size))
        _join(cells, way[-1], len(cells) - 1)
        way.append(len(cells) - 1)
    return way[row - start]


def _join(cells: list[Cell], before: int, after: int) -> None:
    cells[before].after.append(after)
    cells[after].before.append(before)
