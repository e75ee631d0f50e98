"""Rows computed one by one by the standard library alone, without any package for data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

from gradcli.cli.map.bad import Bad
from gradcli.cli.map.cells import decoded, line_count, rows
from gradcli.cli.map.layout import Layout
from gradcli.cli.map.piece import Piece, Strange, Work, put


class Plain:
    """What reads, computes and writes rows of text.

    Args:
        work: what is computed.
        layout: what is read and written.
    """

    def __init__(self, work: Work, layout: Layout) -> None:
        self._work, self._layout = work, layout
        names = [*layout.kept, *work.block.names]
        self._places = [names.index(name) for name in layout.written]

    def head(self) -> bytes:
        """What is written before all rows."""
        return header(self._layout)

    def piece(self, data: bytes) -> Piece:
        """A block of lines, computed."""
        layout, work = self._layout, self._work
        empty = [None] * len(work.block.names)
        bad: list[Bad] = []
        strange: dict[str, Strange] = {}
        rounded: dict[str, int] = {}
        written: list[list[Any]] = []
        for row in rows(decoded(data), layout):
            for column in row.rounded:
                rounded.setdefault(column, row.line)
            results: Sequence[float | None] = empty
            if row.bad:
                bad += row.bad
                if layout.bad == "drop":
                    continue
            else:
                numbers: Any = row.numbers
                found = work.block.row(numbers)
                if not all(map(isfinite, found)):
                    put(strange, work.kinds(numbers, found), row.line)
                results = found
            every = [*row.kept, *results]
            written.append([every[place] for place in self._places])
        text = as_text(written, layout)
        made = text.encode("utf-8")
        lines = line_count(data, layout)
        return Piece(lines, len(written), bad, strange, text=made, rounded=rounded)


def header(layout: Layout) -> bytes:
    """The line with the names of columns, of formats that have one."""
    if layout.target.name == "jsonl":
        return b""
    line = io.StringIO(newline="")
    _writer(line, layout).writerow(layout.written)
    return line.getvalue().encode("utf-8")


def as_text(found: Iterable[Sequence[Any]], layout: Layout) -> str:
    """Rows as lines of text."""
    text = io.StringIO(newline="")
    if layout.target.name == "jsonl":
        for row in found:
            pairs = zip(layout.written, map(_json, row), strict=True)
            text.write(json.dumps(dict(pairs), ensure_ascii=False, separators=(",", ":")) + "\n")
    else:
        _writer(text, layout).writerows([*map(_cell, row)] for row in found)
    return text.getvalue()


def _writer(text: io.StringIO, layout: Layout) -> Any:
    separator = "\t" if layout.target.name == "tsv" else ","
    return csv.writer(text, delimiter=separator, lineterminator="\n")


def _json(value: Any) -> Any:
    """A number that is not finite is null: JSON has none."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False)
    return value


def number(value: float) -> str:
    """A float as Polars writes it, so that files do not tell who wrote them."""
    text = repr(value)
    if text == "nan":
        return "NaN"
    mantissa, e, exponent = text.partition("e")
    if not e:
        return text
    if exponent == "-05":
        sign, digits = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
        return f"{sign}0.0000{digits.replace('.', '')}"
    return f"{mantissa}e{exponent[0]}{exponent[1:].lstrip('0')}" if exponent[1] == "0" else text
