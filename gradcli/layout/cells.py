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


@dataclass(slots=True)
class Layers:
    """The layered graph.

    Attributes:
        cells: all cells; the first are the boxes, in the order in which they were given.
        rows: the cells of each row, in the order in which they stand.
        chains: for each edge the cells from its source to its target, one in every row.
    """

    cells: list[Cell]
    rows: list[list[int]]
    chains: list[list[int]]

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
    lines: dict[tuple[int, int], int] = {}
    chains = []
    for edge in edges:
        chain = [edge.source]
        end = cells[edge.target].row - (1 if edge.label else 0)
        for row in range(cells[edge.source].row + 1, end):
            passing = lines.get((edge.source, row))
            if passing is None:
                passing = lines[edge.source, row] = len(cells)
                cells.append(Cell(Kind.LINE, row, line))
                _join(cells, chain[-1], passing)
            chain.append(passing)
        if edge.label:
            cells.append(Cell(Kind.LABEL, end, edge.label))
            _join(cells, chain[-1], len(cells) - 1)
            chain.append(len(cells) - 1)
        _join(cells, chain[-1], edge.target)
        chains.append([*chain, edge.target])
    rows: list[list[int]] = [[] for _ in range(1 + max((cell.row for cell in cells), default=-1))]
    for index, cell in enumerate(cells):
        rows[cell.row].append(index)
    return Layers(cells, rows, chains)


def _join(cells: list[Cell], before: int, after: int) -> None:
    cells[before].after.append(after)
    cells[after].before.append(before)
