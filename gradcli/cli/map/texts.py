"""Blocks of text as frames of Polars.

A block is read at once. Rows in which Polars finds no number, or which may have too many cells or
too few, are read again by the standard library (`cells`), which says what is wrong.
"""

from __future__ import annotations

import codecs
import json
import re
import warnings
from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

from gradcli.cli.map.bad import Bad
from gradcli.cli.map.cells import LARGEST, Row, decoded, line_count, lone_ends, rows
from gradcli.cli.map.chunks import lines_at
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.polars import loaded

_BEFORE_SMALL = (b"e-", b"E-", b"0" * 300)
_SMALL = rb"[eE]-[0-9]{3}|0{300}"
"""What a number that is too small for a float has in it; the former is found much faster."""

MOST_LOOKED_AT = 100
"""So many large numbers of a block are looked at for digits that no float has."""

LINE = "line"
"""The column with the line of each row, where that is not its place."""


class WiderError(Exception):
    """A column that is kept as numbers holds something else.

    Attributes:
        column: its name.
        line: where, from 0 on within the block.
    """

    def __init__(self, column: str, line: int) -> None:
        super().__init__(column)
        self.column = column
        self.line = line


class Rows(NamedTuple):
    """Rows of a block of text.

    Attributes:
        frame: the inputs of each row, ``n0``, ``n1`` …, and what is kept, ``k0``, ``k1`` ….
        bad: what is wrong with rows.
        marked: in which rows, as a series.
        lines: how many lines of text they were.
        are_lines: whether the place of a row is its line.
        rounded: columns with whole numbers that no float is, with the line of the first.
    """

    frame: Any
    bad: Sequence[Bad]
    marked: Any
    lines: int
    are_lines: bool = True
    rounded: dict[str, int] = {}  # noqa: RUF012  (nobody changes it)


class Texts:
    """Reads blocks of text.

    Args:
        layout: what is read.
        kinds: of the columns that are kept, as Polars calls them.
    """

    def __init__(self, layout: Layout, kinds: dict[str, Any]) -> None:
        self._layout, self._kinds = layout, kinds
        self._polars = loaded()
        # Of quotes that mean nothing, which are looked at below.
        warnings.filterwarnings("ignore", "CSV malformed", UserWarning)
        self._inputs = [f"n{k}" for k in range(len(layout.needed))]

    def read(self, data: bytes) -> Rows:
        """The rows of a block of lines.

        Raises:
            WiderError: a column that is kept as numbers holds something else.
        """
        is_json = self._layout.source.name == "jsonl"
        if not is_json and self._is_odd(data):
            return self.by_rows(data)
        try:
            frame, doubtful = self._frame(data)
        except self._polars.exceptions.PolarsError:
            # What cannot be read at once is read row by row, which says why.
            return self.by_rows(data)
        lines = frame.height
        if is_json or b'"' in data:
            lines = data.count(b"\n") + (not data.endswith(b"\n"))
            # Cells of several lines, or quotes that mean nothing: then a row is no line.
            if lines != frame.height and (doubtful.any() or not is_json or self._large(frame)):
                return self.by_rows(data)
        if is_json:
            self._check_kinds(frame, data)
            if self._has_repeated(data, doubtful):
                return self.by_rows(data)
        are_lines = lines == frame.height
        rounded = self._rounded(frame, data)
        return Rows(*self._mended(frame, doubtful, data), lines, are_lines, rounded)

    def by_rows(self, data: bytes) -> Rows:
        """The same, read by the standard library, which knows the line of each row."""
        pl, layout = self._polars, self._layout
        found = [*rows(decoded(data), layout)]
        columns: dict[str, Any] = {
            name: pl.Series(name, [row.numbers[k] for row in found], dtype=pl.Float64)
            for k, name in enumerate(self._inputs)
        }
        for k, name in enumerate(layout.kept):
            columns[f"k{k}"] = self._column(f"k{k}", name, [row.kept[k] for row in found], found)
        columns[LINE] = pl.Series(LINE, [row.line for row in found], dtype=pl.Int64)
        bad = [each for row in found for each in row.bad]
        marked = pl.Series([bool(row.bad) for row in found], dtype=pl.Boolean)
        rounded: dict[str, int] = {}
        for row in found:
            for column in row.rounded:
                rounded.setdefault(column, row.line)
        lines = line_count(data, layout)
        return Rows(pl.DataFrame(columns), bad, marked, lines, rounded=rounded)

    def _frame(self, data: bytes) -> tuple[Any, Any]:
        """A block as a frame, and which of its rows have to be looked at."""
        if self._layout.source.name == "jsonl":
            return self._json(data)
        pl, layout = self._polars, self._layout
        schema = {f"c{place}": pl.String for place in range(len(layout.columns))}
        needed = {column: layout.columns.index(column) for column in layout.needed.values()}
        kept = {column: layout.columns.index(column) for column in layout.kept}
        for column, place in needed.items():
            schema[f"c{place}"] = pl.Float64
            if column in kept:
                schema[f"c{place}"] = self._kinds[column]
        schema |= {f"c{place}": self._kinds[column] for column, place in kept.items()}
        last = f"c{len(layout.columns) - 1}"
        places = {*needed.values(), *kept.values(), len(layout.columns) - 1, len(layout.columns)}
        frame = pl.read_csv(
            data,
            has_header=False,
            schema={**schema, "more": pl.String},
            columns=sorted(places),
            separator=layout.separator,
            ignore_errors=True,
            missing_columns="insert",
            extra_columns="ignore",
        )
        numbers = [
            pl.col(f"c{place}").str.strip_chars().cast(pl.Float64, strict=False).alias(f"n{k}")
            if schema[f"c{place}"] == pl.String
            else pl.col(f"c{place}").cast(pl.Float64).alias(f"n{k}")
            for k, place in enumerate(needed.values())
        ]
        others = [pl.col(f"c{place}").alias(f"k{k}") for k, place in enumerate(kept.values())]
        signs = [frame[last].is_null(), frame["more"].is_not_null()]
        if b'""' in data:  # a cell that is empty in quotes is as empty as one without
            frame = frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
        found = frame.select(*numbers, *others) if numbers or others else frame.select(pl.col(last))
        checked = [f"n{k}" for k in range(len(needed))]
        checked += [f"k{k}" for k, name in enumerate(kept) if self._kinds[name] != pl.String]
        signs += [found[name].is_null() for name in checked if found[name].null_count()]
        doubtful = signs[0] | signs[1]
        for sign in signs[2:]:
            doubtful |= sign
        return found, self._at_ends(found, doubtful, data)

    def _at_ends(self, frame: Any, doubtful: Any, data: bytes) -> Any:
        """The doubtful rows with those that may have a number beyond the range of floats."""
        may_be_small = any(each in data for each in _BEFORE_SMALL) and re.search(_SMALL, data)
        for name in self._inputs:
            column = frame[name]
            if column.abs().max() == inf:
                doubtful |= column.is_infinite().fill_null(value=False)
            if may_be_small:
                doubtful |= (column == 0).fill_null(value=False)
        return doubtful

    def _rounded(self, frame: Any, data: bytes) -> dict[str, int]:
        """Columns with whole numbers that no float is, as far as a few large ones show."""
        pl = self._polars
        names = self._large(frame)
        if not names:
            return {}
        large = frame.select(pl.any_horizontal(pl.col(names).abs() >= LARGEST)).to_series()
        places = large.arg_true()[:MOST_LOOKED_AT].to_list()
        found: dict[str, int] = {}
        for line, text in zip(places, lines_at(data, places, frame.height), strict=True):
            for row in rows(decoded(text), self._layout):
                for column in row.rounded:
                    found.setdefault(column, line)
        return found

    def _is_odd(self, data: bytes) -> bool:
        """Whether there are ends of lines, quotes or a mark that Polars takes in its own way."""
        is_open = data.count(b'"') % 2
        return bool(lone_ends(data, self._layout) or is_open or data.startswith(codecs.BOM_UTF8))

    def _has_repeated(self, data: bytes, doubtful: Any) -> bool:
        """Whether an object has a name twice, of which Polars takes the first.

        Doubtful rows, in which a name may be missing, are read again anyway.
        """
        sound = doubtful.len() - doubtful.sum()
        for column in {*self._layout.needed.values(), *self._layout.kept}:
            name = json.dumps(column, ensure_ascii=False).encode("utf-8")
            if data.count(name) > sound:
                key = re.compile(re.escape(name) + rb"\s*:")
                again = lines_at(data, doubtful.arg_true().to_list(), doubtful.len())
                others = sum(len(key.findall(line)) for line in again)
                if len(key.findall(data)) - others > sound:
                    return True
        return False

    def _check_kinds(self, frame: Any, data: bytes) -> None:
        """Whether kept values of JSON are of one kind: others Polars makes into that, or fills up.

        Where no text is written, columns have one kind in any case; in CSV all are texts.
        """
        target, pl = self._layout.target, self._polars
        if not target.is_text:
            return
        for place, name in enumerate(self._layout.kept):
            column, kind = frame[f"k{place}"], self._kinds[name]
            begin = b'"' if kind == pl.String else b"[tf]" if kind == pl.Boolean else b"[-0-9]"
            if kind.is_nested() or (kind == pl.Float64 and (column.abs().max() or 0) >= LARGEST):
                raise WiderError(name, 0)
            if kind == pl.Null or (kind == pl.String and target.name != "jsonl"):
                continue
            key = json.dumps(name, ensure_ascii=False).encode("utf-8")
            begins = re.compile(re.escape(key) + rb"\s*:\s*" + begin)
            if len(begins.findall(data)) < column.len() - column.null_count():
                raise WiderError(name, 0)

    def _large(self, frame: Any) -> list[str]:
        """The inputs with numbers so large that not every whole one is a float."""
        return [name for name in self._inputs if (frame[name].abs().max() or 0) >= LARGEST]

    def _json(self, data: bytes) -> tuple[Any, Any]:
        pl, layout = self._polars, self._layout
        needed, kept = [*layout.needed.values()], layout.kept
        schema = dict.fromkeys(needed, pl.Float64) | {name: self._kinds[name] for name in kept}
        if not schema:
            schema = {layout.columns[0]: pl.String}
        frame = pl.read_ndjson(data, schema=schema, ignore_errors=True)
        doubtful = pl.repeat(value=False, n=frame.height, eager=True)
        for name in schema:
            if frame[name].null_count():
                doubtful |= frame[name].is_null()
        found = frame.select(
            *(pl.col(name).cast(pl.Float64).alias(f"n{k}") for k, name in enumerate(needed)),
            *(pl.col(name).alias(f"k{k}") for k, name in enumerate(kept)),
        )
        return (found if found.width else frame), self._at_ends(found, doubtful, data)

    def _mended(self, frame: Any, doubtful: Any, data: bytes) -> tuple[Any, list[Bad], Any]:
        """A frame whose doubtful rows have been read again; what is bad, and in which rows."""
        pl = self._polars
        marked = pl.repeat(value=False, n=frame.height, eager=True)
        if not doubtful.any():
            return frame, [], marked
        found: list[int] = []
        bad: list[Bad] = []
        blank: list[int] = []
        patches: dict[str, tuple[list[int], list[float]]] = {}
        places = doubtful.arg_true().to_list()
        for line, text in zip(places, lines_at(data, places, frame.height), strict=True):
            row = next(rows(decoded(text).rstrip("\r"), self._layout), None)
            if row is None:
                blank.append(line)
                continue
            found += [line] * bool(row.bad)
            bad += [each._replace(line=line) for each in row.bad]
            self._check_kept(row, frame, line)
            for name, number in zip(self._inputs, row.numbers, strict=True):
                if number is not None and not row.bad:
                    where, numbers = patches.setdefault(name, ([], []))
                    where.append(line)
                    numbers.append(number)
        for name, (where, numbers) in patches.items():
            frame = frame.with_columns(frame[name].scatter(where, numbers).alias(name))
        if found:
            marked = marked.scatter(found, values=True)
        if blank:
            frame = frame.with_columns(pl.Series(LINE, range(frame.height), dtype=pl.Int64))
            there = ~pl.Series(range(frame.height)).is_in(blank)
            frame, marked = frame.filter(there), marked.filter(there)
        return frame, bad, marked

    def _check_kept(self, row: Row, frame: Any, line: int) -> None:
        """Whether what is kept as numbers is one."""
        for place, (name, cell) in enumerate(zip(self._layout.kept, row.kept, strict=True)):
            is_there = cell is not None and (not isinstance(cell, str) or cell.strip())
            if is_there and not row.bad and frame[f"k{place}"][line] is None:
                raise WiderError(name, line)

    def _column(self, own: str, name: str, cells: list[Any], found: Sequence[Row]) -> Any:
        """A column that is kept, of its cells."""
        pl, kind = self._polars, self._kinds[name]
        is_text = self._layout.source.name != "jsonl"
        if is_text and kind != pl.String:
            stripped = [cell and (cell.strip() or None) for cell in cells]
            texts = pl.Series(own, stripped, dtype=pl.String)
            column = texts.cast(kind, strict=False)
            lost = (column.is_null() & texts.is_not_null()).arg_true()
            if len(lost):
                raise WiderError(name, found[lost[0]].line)
            return column
        try:
            return pl.Series(own, cells, dtype=kind)
        except (TypeError, pl.exceptions.PolarsError):
            raise WiderError(name, found[0].line if found else 0) from None
