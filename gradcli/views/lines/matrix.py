"""A matrix with named rows and columns: as a table where it fits, or an entry a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.views.lines.blocks import Table, laid
from gradcli.views.lines.columns import named_columns
from gradcli.views.lines.number import align
from gradcli.views.lines.page import DERIVATIVE, Display, Fragment, Line
from gradcli.views.lines.text import pad, width

WIDEST = 40
"""More columns than that are a table nobody reads."""

MOST = 8
"""So many numbers stand in a line of text."""


def table(  # noqa: PLR0913, PLR0917  (a matrix is all of these)
    names: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[int]],
    entries: Sequence[Sequence[float]],
    display: Display,
    first: tuple[str, Sequence[float]] | None = None,
) -> list[Line] | None:
    """Return a matrix as a table, or None where it does not fit.

    Args:
        names: those of the rows.
        columns: those of the columns.
        rows: for each row the columns that have an entry; the others are 0.
        entries: these entries.
        display: where it is shown.
        first: the title of a column before all others, and its numbers.
    """
    if len(columns) > WIDEST or (display.limit is not None and len(names) > display.limit):
        return None
    texts = [["0"] * len(columns) for _ in names]
    for line, row, numbers in zip(texts, rows, entries, strict=True):
        for column, entry in zip(row, numbers, strict=True):
            line[column] = display.number(entry)
    titles = [display.name(column) for column in columns]
    if first is not None:
        title, values = first
        titles = [title, *titles]
        texts = [[display.number(value), *line] for value, line in zip(values, texts, strict=True)]
    cells = [align([line[place] for line in texts]) for place in range(len(titles))]
    return named_columns([display.name(name) for name in names], titles, cells, display)


def entries(
    named_entries: Sequence[tuple[str, float]], display: Display, style: str = DERIVATIVE
) -> list[Line]:
    """Return named entries, a line each, as many as the display shows."""
    limit = len(named_entries) if display.limit is None else display.limit
    shown = named_entries[:limit]
    column = max((width(name) for name, _ in shown), default=0)
    numbers = align([display.number(entry) for _, entry in shown])
    fits = column + 3 + max(map(len, numbers), default=0) <= display.width
    lines: list[Line] = []
    for (name, _), number in zip(shown, numbers, strict=True):
        if fits:
            lines.append((Fragment(f"{pad(name, column)} = "), Fragment(number.rstrip(), style)))
        else:
            lines += [(Fragment(name),), (Fragment(f"  = {number.strip()}", style),)]
    rows = [(name, number) for (name, _), number in zip(shown, numbers, strict=True)]
    lines = laid(Table(("", "value"), rows), lines)
    if len(named_entries) > limit:
        more = f"{display.symbols.ellipsis} {len(named_entries) - limit} more; --all shows them"
        lines += display.paragraph(more, style="dim")
    return lines


def row(title: str, numbers: Sequence[float], display: Display) -> list[Line]:
    """Return numbers behind a title, the outermost ones where they are many."""
    shown = [display.number(each) for each in numbers]
    if display.limit is not None and len(shown) > MOST:
        shown = [*shown[: MOST // 2], display.symbols.ellipsis, *shown[-(MOST // 2) :]]
    return display.paragraph(f"{title}: {', '.join(shown)}")


def along(vector: Mapping[str, float], display: Display) -> list[Line]:
    """Return the heading of what is said of a direction."""
    moved = [(name, part) for name, part in vector.items() if part]
    shown = moved if display.limit is None else moved[:MOST]
    parts = [f"{display.name(name)} = {display.number(part)}" for name, part in shown]
    if len(shown) < len(moved):
        parts.append(display.symbols.ellipsis)
    return display.paragraph(f"Along {', '.join(parts) or 0}", style="bold")
