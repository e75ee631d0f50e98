"""A program over a grid: a row for each point, below the names of the columns; or curves."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from gradcli.views.lines import curve
from gradcli.views.lines.columns import below_each_other, in_columns
from gradcli.views.lines.page import ROWS, Display, Fragment, Line, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.evaluation.questions import Asked
    from gradcli.programs.grid import Grid


def render(grid: Grid, display: Display | None = None) -> Page:
    """Return the table of a grid."""
    display = display or Display()
    shown = grid.rows if display.limit is None else grid.rows[:ROWS]
    titles = [display.name(name) for name in grid.columns]
    rows = [[display.number(each) for each in row] for row in shown]
    lines = in_columns(titles, rows, display)
    if lines is None:
        lines = [line for row in rows for line in _record(titles, row, len(grid.axes), display)]
    if len(shown) < len(grid.rows):
        more = len(grid.rows) - len(shown)
        sentence = f"{more:,} of {len(grid.rows):,} rows are left out: --all shows them."
        lines += [(), *display.paragraph(sentence)]
    return Page(lines)


def plot(grid: Grid, display: Display | None = None, *, everything: bool = False) -> Page:
    """Return curves over the one range of a grid.

    Unless everything is wanted, as where it was asked for, derivatives by inputs that are one
    number in all rows are left out where there are others.
    """
    display = display or Display()
    (axis,) = grid.axes
    places = [*enumerate(grid.asked, 1)]
    if not everything and any(asked.by == (axis,) for _, asked in places):
        places = [(at, asked) for at, asked in places if asked.by in {(), (axis,)}]
    lines: list[Line] = []
    for place, asked in places:
        points = sorted((row[0], row[place]) for row in grid.rows)
        picture = curve.render(points, display, display.name(axis), is_function=True)
        title = _title(grid, asked, grid.columns[place], display)
        lines += [(), (Fragment(title, "bold"),)] if lines else [(Fragment(title, "bold"),)]
        lines += picture or display.paragraph(_flat(points, axis, display))
    return Page(lines)


def _title(grid: Grid, asked: Asked, column: str, display: Display) -> str:
    """What a curve is of; a derivative of higher order is called as it was asked for."""
    of = asked.of or grid.output
    if len(asked.by) > 1:
        return display.name(column)
    return display.partial(of, asked.by[0]) if asked.by else display.name(of)


def _flat(points: Sequence[tuple[float, float]], axis: str, display: Display) -> str:
    """Why there is no curve."""
    finite = [y for _, y in points if isfinite(y)]
    if not finite:
        return "It is finite at none of the points."
    if len(points) == 1:
        at = f"{display.name(axis)} = {display.number(points[0][0])}"
        return f"{display.number(finite[0])} at {at}, the only point."
    if min(finite) == max(finite):
        where = "all" if len(finite) == len(points) else "all finite"
        return f"{display.number(finite[0])} at {where} points."
    return "There is no room for a curve: make the terminal wider."


def _record(
    titles: Sequence[str], row: Sequence[str], axes: int, display: Display
) -> Iterator[Line]:
    """A row of a table that is too wide: a line for each number, below its point."""
    for place, (title, cell) in enumerate(zip(titles, row, strict=True)):
        if place < axes:
            yield (Fragment(f"{title} = {cell}", "bold"),)
        else:
            yield from below_each_other(f"  {title}", cell, display)
