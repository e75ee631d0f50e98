"""What is said of all rows: how many there are, which are bad, and where numbers are not finite."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from gradcli.cli.map.bad import Bad
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.piece import Piece, Strange
from gradcli.errors import InputError, Problem

WAYS = ("fail", "null", "drop")
"""What can become of bad rows."""

COLUMNS = ("row", "column", "cell", "reason")
"""What a report of bad rows has."""


class Tally:
    """What pieces of data come to, one after another.

    Args:
        layout: what is read.
        name: what messages call the data.
        lines: how many lines come before the first row.

    Attributes:
        rows: how many are written.
        lines: how many lines have been read.
        bad: how many rows are bad.
        first: what is wrong with the first of them.
        strange: where numbers are not finite.
        rounded: columns with whole numbers that no float is.
    """

    def __init__(self, layout: Layout, name: str, lines: int) -> None:
        self._layout, self._name = layout, name
        self._report: Any = None
        self.rows = 0
        self.lines = lines
        self.bad = 0
        self._last = 0
        self.first: Bad | None = None
        self.strange: dict[str, Strange] = {}
        self.rounded: dict[str, int] = {}

    def report_to(self, file: TextIO | None, *, has_head: bool = True) -> None:
        """List bad rows in a file from here on, below a line with what its columns are."""
        self._report = None if file is None else csv.writer(file, lineterminator="\n")
        if self._report and has_head:
            self._report.writerow([self._layout.unit, *COLUMNS[1:]])

    def over(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The same pieces, each counted.

        Raises:
            InputError: a row is bad, and bad rows are not let pass.
        """
        for piece in pieces:
            self._add(piece)
            yield piece

    def _add(self, piece: Piece) -> None:
        before = self.lines + 1
        for each in piece.bad:
            self._add_bad(each._replace(line=before + each.line))
        for kind, found in piece.strange.items():
            moved = found._replace(line=before + found.line)
            known = self.strange.get(kind)
            self.strange[kind] = moved if known is None else known.and_also(moved)
        for column, row in piece.rounded.items():
            self.rounded.setdefault(column, before + row)
        self.rows += piece.rows
        self.lines += piece.lines

    def _add_bad(self, bad: Bad) -> None:
        if self._layout.bad == "fail":
            raise InputError(
                "value",
                f"{self._name}, {bad.told(self._layout.unit)}",
                hint="--bad-rows null leaves the results of such rows empty, --bad-rows drop "
                "leaves the rows out",
            )
        self.bad += bad.line != self._last
        self._last = bad.line
        self.first = self.first or bad
        if self._report:
            self._report.writerow([bad.line, bad.column or "", bad.cell, bad.what])

    def state(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "rows": self.rows,
            "lines": self.lines,
            "bad": [self.bad, self._last, self.first],
            "strange": self.strange,
            "rounded": self.rounded,
        }

    def go_on(self, state: Mapping[str, Any]) -> None:
        """Count on from such a state."""
        self.rows, self.lines = state["rows"], state["lines"]
        self.bad, self._last, first = state["bad"]
        self.first = None if first is None else Bad(*first)
        self.strange = {kind: Strange(*found) for kind, found in state["strange"].items()}
        self.rounded = state["rounded"]

    def problems(self) -> list[Problem]:
        """What is to be said at the end."""
        unit = self._layout.unit
        return problems(
            self._layout.bad,
            self.bad,
            self.first and self.first.told(unit),
            {kind: (rows, f"{unit} {line:,}") for kind, (rows, line) in self.strange.items()},
            {column: f"{unit} {line:,}" for column, line in self.rounded.items()},
        )


def problems(
    way: str,
    bad: int,
    first: str | None,
    strange: Mapping[str, tuple[int, str]],
    rounded: Mapping[str, str],
) -> list[Problem]:
    """What is to be said of rows.

    Args:
        way: what becomes of bad rows.
        bad: how many there are.
        first: where the first one is, and what is wrong with it.
        strange: what is not finite, in how many rows, and where first.
        rounded: columns with whole numbers that no float is, and where the first is.
    """
    found = []
    if first is not None:
        what = "left out" if way == "drop" else "without results"
        count = "1 bad row is" if bad == 1 else f"{bad:,} bad rows are"
        found.append(Problem("derivative", "", "bad", f"{count} {what}, first {first}"))
    for kind, (rows, where) in strange.items():
        count = "1 row" if rows == 1 else f"{rows:,} rows"
        message = f"not finite: {kind}: {count}, first {where}"
        found.append(Problem("derivative", kind, "not finite", message))
    for column, where in rounded.items():
        message = (
            f"the column {column} has whole numbers beyond 2^53, which are rounded to floats: "
            f"first {where}"
        )
        found.append(Problem("derivative", column, "rounded", message))
    return found
