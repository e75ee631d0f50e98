"""A program over a grid: a row for each point, below the names of the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.columns import below_each_other, in_columns
from gradcli.views.lines.page import ROWS, Display, Fragment, Line, Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def _record(
    titles: Sequence[str], row: Sequence[str], axes: int, display: Display
) -> Iterator[Line]:
    """A row of a table that is too wide: a line for each number, below its point."""
    for place, (title, cell) in enumerate(zip(titles, row, strict=True)):
        if place < axes:
            yield (Fragment(f"{title} = {cell}", "bold"),)
        else:
            yield from below_each_other(f"  {title}", cell, display)
