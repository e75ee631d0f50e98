"""Rows that cannot be computed, and what is said of all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gradcli.cli.csv_files import beyond_floats


class Bad(NamedTuple):
    """Something wrong with a row.

    Attributes:
        line: the line that it begins in, or its number; from 0 on within its block at first.
        column: the name of the column; None for the whole row.
        cell: what stands there.
        what: what is wrong with it.
    """

    line: int
    column: str | None
    cell: str
    what: str

    def told(self, unit: str) -> str:
        """It in words."""
        where = f"{unit} {self.line:,}"
        if self.column is not None:
            where += f", column {self.column}"
        return f"{where}: {self.what}"


SHOWN = 20
"""Of a longer cell only the beginning is shown."""


def of_cell(line: int, column: str, cell: str) -> Bad:
    """A cell that is no number."""
    text = cell.strip()
    if not text:
        return Bad(line, column, cell, "the cell is empty")
    shown = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    comma = ": it has a comma, and no point" if _WITH_COMMA.fullmatch(text) else ""
    wrong = beyond_floats(text) or f"no number{comma}"
    return Bad(line, column, cell, f"'{shown}' is {wrong}")


_WITH_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")


def of_width(line: int, cells: Sequence[str], wanted: int) -> Bad:
    """A row with too many or too few cells."""
    cell = "cell" if len(cells) == 1 else "cells"
    what = f"it has {len(cells)} {cell}, and there are {wanted} columns"
    if any("\n" in each for each in cells):
        what += "; a quote in it goes on over the next lines: is it closed?"
    return Bad(line, None, ",".join(cells), what)
