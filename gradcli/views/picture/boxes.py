"""A picture in characters: layers of boxes from top to bottom, joined by lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from gradcli.layout.cells import Cell, Edge, Kind, Layers, Size, layers
from gradcli.layout.crossings import order_rows
from gradcli.layout.ports import ports
from gradcli.layout.relax import draw_together
from gradcli.layout.straighten import straighten
from gradcli.layout.tracks import Net, tracks
from gradcli.views.lines.page import DERIVATIVE, VALUE, Fragment, flowed
from gradcli.views.lines.page import Line as PageLine
from gradcli.views.lines.text import width
from gradcli.views.picture.canvas import UP, Canvas
from gradcli.views.picture.model import Box, Line, Picture, Role
from gradcli.views.picture.model import Kind as BoxKind

if TYPE_CHECKING:
    from gradcli.views.lines.page import Page

STYLES = {Role.NAME: "bold", Role.FORMULA: "", Role.VALUE: VALUE, Role.GRADIENT: DERIVATIVE}

MOST = 400
"""A picture of more boxes has a line for each instead, whether or not they would fit."""

_APART = 2
_BORDER = -1
"""The net of all borders: no line joins them by chance."""


def render(picture: Picture, columns: int, *, ascii_only: bool = False) -> Page | None:
    """The picture as a page, or None if it does not fit.

    Args:
        picture: what is drawn.
        columns: of the terminal.
        ascii_only: whether lines are drawn with ``+``, ``-`` and ``|``.
    """
    if len(picture.boxes) > MOST:
        return None
    graph = layers(
        [_size(_texts(box), framed=box.kind is not BoxKind.MORE) for box in picture.boxes],
        [
            Edge(link.source, link.target, _size(link.label, framed=False) if link.label else None)
            for link in picture.links
        ],
        line=Size(1, 1),
        align_sources=picture.has_first_row,
    )
    for box in range(len(picture.boxes)):
        cell = graph.cells[box]
        cell.size = Size(cell.size.along, max(cell.size.across, _APART * len(cell.before) + 3))
    if max(_row_width(graph, row) for row in graph.rows) > columns:
        return None
    order_rows(graph)
    middles = draw_together(graph, straighten(graph, _gap), _gap)
    plan = _Plan(graph, middles)
    if plan.width > columns or not plan.routed:
        return None
    canvas = Canvas(ascii_only=ascii_only)
    _Drawing(picture, plan, canvas, "v" if ascii_only else "▼").draw()
    return canvas.page(legend(picture, columns), heading(picture, columns))


def heading(picture: Picture, columns: int) -> list[PageLine]:
    """What stands above it, as lines of a page."""
    if not picture.heading:
        return []
    return [*flowed([Fragment(picture.heading, "bold")], columns), ()]


def legend(picture: Picture, columns: int) -> list[PageLine]:
    """How to read it, as lines of a page."""
    words = [Fragment(word.text, STYLES[word.role]) for word in picture.legend]
    lines = flowed(words, columns) if words else []
    for text in picture.below:
        lines += flowed([Fragment(text)], columns)
    return lines


def _gap(left: Cell, right: Cell) -> float:
    del left, right
    return _APART


def _row_width(graph: Layers, row: Sequence[int]) -> float:
    return sum(graph.cells[cell].size.across for cell in row) + _APART * (len(row) - 1)


def _texts(box: Box) -> list[Line]:
    """The lines of a box, its value in one line with its formula: rows are what is short here."""
    lines = list(box.lines)
    if not box.round and len(lines) > 1 and lines[1][0].role is Role.VALUE:
        value = lines[1][0]
        lines[:2] = [(*lines[0], value._replace(text=f" {value.text}"))]
    return lines


def _size(lines: Sequence[Line], *, framed: bool) -> Size:
    """Lines and columns; an odd number of columns, so that there is a middle one."""
    columns = max((_width(line) for line in lines), default=0)
    across = columns + 4 if framed else columns
    return Size(len(lines) + (2 if framed else 0), across + 1 - across % 2)


def _width(line: Line) -> int:
    return sum(width(word.text) for word in line)


class _Span(NamedTuple):
    """Where a row of cells, or the room before it, stands."""

    top: int
    height: int


class _Plan:
    """Whole columns and rows for every cell and every line."""

    def __init__(self, graph: Layers, middles: Sequence[float]) -> None:
        self.graph = graph
        cells = graph.cells
        self.lefts = [
            _whole(middle - cell.size.across / 2)
            for middle, cell in zip(middles, cells, strict=True)
        ]
        self.columns = [
            left + (int(cell.size.across) - 1) // 2
            for left, cell in zip(self.lefts, cells, strict=True)
        ]
        self.width = max(
            left + int(cell.size.across) for left, cell in zip(self.lefts, cells, strict=True)
        )
        self.entries = self._entries(middles)
        self.nets = self._nets()
        found = [tracks(nets) for nets in self.nets]
        self.routed = all(rows is not None for rows in found)
        self.tracks = [rows or {} for rows in found]
        self.rows, self.rooms = self._spans()

    def _entries(self, middles: Sequence[float]) -> list[int]:
        """The column at which each edge enters its target."""
        graph = self.graph
        entries = [_whole(port - 0.5) for port in ports(graph, middles, _APART)]
        entering: dict[int, list[int]] = {}
        for edge, (_, target) in enumerate(graph.ends):
            entering.setdefault(target, []).append(edge)
        for target, edges in entering.items():
            edges.sort(key=lambda edge: (entries[edge], middles[graph.ends[edge].last]))
            left = self.lefts[target]
            right = left + int(graph.cells[target].size.across) - 1
            for place, edge in enumerate(edges):
                least = left + _APART if not place else entries[edges[place - 1]] + 1
                most = right - _APART - (len(edges) - 1 - place)
                entries[edge] = min(max(entries[edge], least), most)
        return entries

    def _nets(self) -> list[list[Net]]:
        """For each row what leaves its cells, and where it enters the next."""
        graph = self.graph
        ends: dict[int, list[int]] = {}
        for edge in range(len(graph.ends)):
            for before, after in pairwise(chain := graph.chain(edge)):
                column = self.entries[edge] if after == chain[-1] else self.columns[after]
                ends.setdefault(before, []).append(column)
        nets: list[list[Net]] = [[] for _ in graph.rows]
        for cell, columns in ends.items():
            net = Net(cell, self.columns[cell], tuple(dict.fromkeys(columns)))
            nets[graph.cells[cell].row].append(net)
        return nets

    def _spans(self) -> tuple[list[_Span], list[_Span]]:
        """Where each row stands, and the room after it."""
        cells = self.graph.cells
        rows, rooms = [], []
        top = 0
        for row, lines in zip(self.graph.rows, self.tracks, strict=True):
            height = int(max(cells[cell].size.along for cell in row))
            rows.append(_Span(top, height))
            top += height
            count = 1 + max(lines.values(), default=-1)
            if any(cells[cell].kind is Kind.BOX for cell in row):
                count = max(count, 1)
            rooms.append(_Span(top, count))
            top += count
        return rows, rooms


def _whole(place: float) -> int:
    return math.floor(place + 1e-6)


class _Drawing:
    """Draws a plan."""

    def __init__(self, picture: Picture, plan: _Plan, canvas: Canvas, arrow: str) -> None:
        self.picture = picture
        self.plan = plan
        self.canvas = canvas
        self.arrow = arrow

    def draw(self) -> None:
        """Lines first: text covers them."""
        graph = self.plan.graph
        for place, box in enumerate(self.picture.boxes):
            self._box(place, box)
        for row in range(len(self.plan.rows)):
            for net in self.plan.nets[row]:
                self._line(row, net)
        for edge, (link, (last, _)) in enumerate(zip(self.picture.links, graph.ends, strict=True)):
            if graph.cells[last].kind is Kind.LABEL:
                self._label(last, link.label)
            top = self._top(link.target)
            column = self.plan.entries[edge]
            self.canvas.upright(last, column, self.plan.rows[graph.cells[link.target].row].top, top)
            if self.picture.boxes[link.target].kind is not BoxKind.MORE:
                self.canvas.text(top, column, self.arrow, "dim")

    def _line(self, row: int, net: Net) -> None:
        """From the top of a passing line, or from below a box, to the top of the next row."""
        plan, canvas = self.plan, self.canvas
        room = plan.rooms[row]
        end = room.top + room.height
        begin = plan.rows[row].top
        if plan.graph.cells[net.source].kind is Kind.BOX:
            begin = self._bottom(net.source) + 1
            canvas.arms(net.source, begin, net.start, UP)
        track = plan.tracks[row].get(net.source)
        if track is None:
            canvas.upright(net.source, net.start, begin, end)
            return
        level = room.top + track
        canvas.upright(net.source, net.start, begin, level)
        canvas.level(net.source, level, min(net.span), max(net.span))
        for column in net.ends:
            canvas.upright(net.source, column, level, end)

    def _top(self, index: int) -> int:
        cell = self.plan.graph.cells[index]
        span = self.plan.rows[cell.row]
        return span.top + (span.height - int(cell.size.along)) // 2

    def _bottom(self, index: int) -> int:
        """The last line of a cell; of a passing line, of its row."""
        cell = self.plan.graph.cells[index]
        if cell.kind is Kind.BOX:
            return self._top(index) + int(cell.size.along) - 1
        span = self.plan.rows[cell.row]
        return span.top + span.height - 1

    def _box(self, index: int, box: Box) -> None:
        plan, canvas = self.plan, self.canvas
        left, top = plan.lefts[index], self._top(index)
        across = int(plan.graph.cells[index].size.across)
        lines = _texts(box)
        if box.kind is BoxKind.MORE:
            self._lines_of_text(lines, top, left, across)
            return
        right, bottom = left + across - 1, top + len(lines) + 1
        canvas.level(_BORDER, top, left, right)
        canvas.level(_BORDER, bottom, left, right)
        for column in (left, right):
            canvas.upright(_BORDER, column, top, bottom)
        for row in range(top + 1, bottom):
            canvas.text(row, left + 1, " " * (across - 2))
        self._lines_of_text(lines, top + 1, left, across)
        if plan.graph.cells[index].after:
            canvas.join(bottom, plan.columns[index])

    def _label(self, index: int, lines: Sequence[Line]) -> None:
        cell = self.plan.graph.cells[index]
        top = self.plan.rows[cell.row].top
        self._lines_of_text(lines, top, self.plan.lefts[index], int(cell.size.across))

    def _lines_of_text(self, lines: Sequence[Line], top: int, left: int, across: int) -> None:
        for row, line in enumerate(lines):
            column = left + (across - _width(line)) // 2
            for word in line:
                self.canvas.text(top + row, column, word.text, STYLES[word.role])
                column += width(word.text)
