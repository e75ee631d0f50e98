"""Rows of numbers below titles: names on the left, numbers in columns behind them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gradcli.views.lines.blocks import Table, laid
from gradcli.views.lines.page import DERIVATIVE, Display, Fragment, Line
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
    body += [(Fragment(line(row, widths)),) for row in rows]
    return laid(Table(titles, rows), body)


def named_columns(
    names: Sequence[str],
    titles: Sequence[str],
    columns: Sequence[Sequence[str]],
    display: Display,
    style: str = DERIVATIVE,
) -> list[Line] | None:
    """Return columns of texts, each below its title and behind the names of the rows.

    Args:
        names: those of the rows, which have no title.
        titles: those of the columns.
        columns: the texts of each, aligned as they are to be.
        display: where they go.
        style: of the texts in the columns.

    Returns:
        The lines; None if they are wider than the display.
    """
    label = max(map(width, names), default=0)
    sizes = [max(map(width, [title, *texts])) for title, texts in zip(titles, columns, strict=True)]
    whole = label + sum(size + len(GUTTER) for size in sizes)
    if whole > display.width:
        return None

    def behind(texts: Sequence[str]) -> str:
        filled = (GUTTER + pad(text, size) for text, size in zip(texts, sizes, strict=True))
        return "".join(filled).rstrip()

    heading = (" " * label + behind(titles)).rstrip()
    lines: list[Line] = [
        (Fragment(heading, "bold"),),
        (Fragment(display.symbols.rule * whole, "dim"),),
    ]
    for place, name in enumerate(names):
        texts = behind([column[place] for column in columns])
        lines.append((Fragment(pad(name, label)), Fragment(texts, style)))
    rows = [list(cells) for cells in zip(names, *columns, strict=True)]
    return laid(Table(["", *titles], rows), lines)


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return a row, its name on the left and its numbers on the right of their columns."""
    first, *rest = zip(cells, widths, strict=True)
    return GUTTER.join([pad(*first), *[" " * (w - width(text)) + text for text, w in rest]])


def below_each_other(left: str, right: str, display: Display) -> list[Line]:
    """Return ``left = right``, in two lines where it is too long for one."""
    if width(f"{left} = {right}") <= display.width:
        return [(Fragment(f"{left} = {right}"),)]
    return [(Fragment(left),), (Fragment(f"    = {right}"),)]
