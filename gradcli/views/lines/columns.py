"""Names with their numbers in columns, or below each other where there is no room for columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GUTTER = "   "
"""Between two columns."""


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
    widths = [max(map(width, column)) for column in zip(titles, *rows, strict=True)]
    if sum(widths) + len(GUTTER) * (len(widths) - 1) > display.width:
        return [line for row in rows for line in record(own(row[0]), row, display)]
    heading = across(titles, widths)
    rule = display.symbols.rule * width(heading)
    body: list[Line] = [(Fragment(heading, "bold"),), (Fragment(rule, "dim"),)]
    return [*body, *[(Fragment(across(row, widths)),) for row in rows]]


def across(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return a row, its name on the left and its numbers on the right of their columns."""
    first, *rest = zip(cells, widths, strict=True)
    return GUTTER.join([pad(*first), *[" " * (w - width(text)) + text for text, w in rest]])


def record(titles: Sequence[str], row: Sequence[str], display: Display) -> list[Line]:
    """Return a name, and each of its numbers below it in a line of its own."""
    name, *cells = row
    lines: list[Line] = [(Fragment(name, "bold"),)]
    for title, cell in zip(titles[1:], cells, strict=True):
        left = f"  {title}"
        if width(f"{left} = {cell}") <= display.width:
            lines.append((Fragment(f"{left} = {cell}"),))
        else:
            lines += [(Fragment(left),), (Fragment(f"    = {cell}"),)]
    return lines
