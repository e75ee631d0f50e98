"""Rows of numbers below titles: names on the left, numbers on the right of their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.text import pad, width

GUTTER = "   "


def lined_up(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    own: Callable[[str], Sequence[str]],
    display: Display,
) -> list[Line]:
    """Return a row for each name and its numbers; records where the table does not fit.

    Args:
        titles: that of the names, and those of the numbers.
        rows: a name with its numbers.
        own: the titles as they are beside the numbers of a single name.
        display: where they go.
    """
    lines = in_columns(titles, rows, display)
    if lines is not None:
        return lines
    records: list[Line] = []
    for name, *cells in rows:
        records.append((Fragment(name, "bold"),))
        for title, cell in zip(own(name)[1:], cells, strict=True):
            records += below_each_other(f"  {title}", cell, display)
    return records


def in_columns(
    titles: Sequence[str], rows: Sequence[Sequence[str]], display: Display
) -> list[Line] | None:
    """Return the lines of a table, or None if it is wider than the display."""
    widths = [max(map(width, column)) for column in zip(titles, *rows, strict=True)]
    if sum(widths) + len(GUTTER) * (len(widths) - 1) > display.width:
        return None
    heading = line(titles, widths)
    rule = display.symbols.rule * width(heading)
    body: list[Line] = [(Fragment(heading, "bold"),), (Fragment(rule, "dim"),)]
    return [*body, *[(Fragment(line(row, widths)),) for row in rows]]


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return a row, its name on the left and its numbers on the right of their columns."""
    first, *rest = zip(cells, widths, strict=True)
    return GUTTER.join([pad(*first), *[" " * (w - width(text)) + text for text, w in rest]])


def below_each_other(left: str, right: str, display: Display) -> list[Line]:
    """Return ``left = right``, in two lines where it is too long for one."""
    if width(f"{left} = {right}") <= display.width:
        return [(Fragment(f"{left} = {right}"),)]
    return [(Fragment(left),), (Fragment(f"    = {right}"),)]
