"""The table of a page as CSV, or else its equations: a name, its value, and the way to it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from gradcli.errors import UsageError
from gradcli.views.lines.blocks import Equation, Table
from gradcli.views.lines.page import Page
from gradcli.views.papers.sections import sections


def render(page: Page) -> str:
    """The text of a CSV file, without a final newline.

    Raises:
        UsageError: there is no table on the page.
    """
    blocks = [block for part in sections(page) for block in part.blocks]
    tables = [each for each in blocks if isinstance(each, Table)]
    equations = [each for each in blocks if isinstance(each, Equation)]
    if not tables and not equations:
        raise UsageError(
            "format",
            "there is no table in this result, and .csv holds one",
            hint="let the name of the file end in .md, .tex, .html, .json or .txt",
        )
    table = tables[0] if tables else _table(equations)
    with StringIO(newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if any(table.titles):
            writer.writerow([title or "name" for title in table.titles])
        same = [each for each in tables if each.titles == table.titles] or [table]
        rows = (row for each in same for row in each.rows)
        writer.writerows([cell.strip() for cell in row] for row in rows)
        return stream.getvalue().removesuffix("\n")


def _table(equations: Sequence[Equation]) -> Table:
    """A row for each equation; the value comes first, since the ways to it differ in length."""
    rows: dict[str, Sequence[str]] = {}
    for each in equations:
        # Of the line with the program the output alone; what is said again below says more.
        row = [*each.left.split("; ")[-1].split(" = ", 1), *each.members]
        if len(row) > 1:
            rows.pop(row[0], None)
            rows[row[0]] = (row[0], row[-1], *row[1:-1])
    told = list(rows.values())
    most = max((len(row) for row in told), default=2)
    titles = ("name", "value", *(f"step {number}" for number in range(1, most - 1)))
    return Table(titles, [(*row, *[""] * (most - len(row))) for row in told])
