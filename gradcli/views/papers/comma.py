"""The first table of a page as CSV, or else what stands in its equations: a line a row."""

from __future__ import annotations

import csv
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
    named = Table(("", "value"), [(each.left, each.members[-1]) for each in equations])
    table = tables[0] if tables else named
    with StringIO(newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        if any(table.titles):
            writer.writerow([title or "name" for title in table.titles])
        writer.writerows([cell.strip() for cell in row] for row in table.rows)
        return stream.getvalue().removesuffix("\n")
