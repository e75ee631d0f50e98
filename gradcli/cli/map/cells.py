"""Rows of text read by the standard library: slower, and with the place of whatever is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from gradcli.cli.csv_files import ENDS, beyond_floats, cell_number
from gradcli.cli.map.bad import Bad, of_cell, of_width
from gradcli.cli.map.layout import Layout
from gradcli.errors import UsageError


class Row(NamedTuple):
    """A row of data.

    Attributes:
        line: the line that it begins in, from 0 on.
        numbers: that of each column that is needed; None where there is none.
        kept: what the columns hold that are kept.
        bad: what is wrong with it.
        rounded: the columns with a whole number that no float is.
    """

    line: int
    numbers: Sequence[float | None]
    kept: Sequence[Any]
    bad: Sequence[Bad]
    rounded: Sequence[str] = ()


def rows(text: str, layout: Layout) -> Iterator[Row]:
    """The rows of some lines; blank lines are none.

    Raises:
        UsageError: they cannot be rows at all.
    """
    read = _of_json if layout.source.name == "jsonl" else _of_csv
    return read(text, layout)


def _of_csv(text: str, layout: Layout) -> Iterator[Row]:
    places = [layout.columns.index(column) for column in layout.needed.values()]
    kept = [layout.columns.index(column) for column in layout.kept]
    width = len(layout.columns)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.separator)
    line = 0
    try:
        for cells in reader:
            begin, line = line, reader.line_num
            if len(cells) < 2 and not "".join(cells).strip():
                continue
            if len(cells) != width:
                wide = [*cells, *[""] * (width - len(cells))]
                bad = [of_width(begin, cells, width)]
                yield Row(begin, [None] * len(places), [wide[place] or None for place in kept], bad)
                continue
            numbers = [cell_number(cells[place]) for place in places]
            bad = []
            if None in numbers:
                bad = [
                    of_cell(begin, layout.columns[place], cells[place])
                    for place, number in zip(places, numbers, strict=True)
                    if number is None
                ]
            rounded = [
                layout.columns[place]
                for place, number in zip(places, numbers, strict=True)
                if number is not None and abs(number) >= LARGEST and is_rounded(cells[place])
            ]
            yield Row(begin, numbers, [cells[place] or None for place in kept], bad, rounded)
    except csv.Error as error:
        # A cell of more than 131,072 characters, mostly: a quote that is never closed.
        hint = "look at the quotes: each that opens has to close"
        raise NoTableError(line, str(error), hint) from None


def _of_json(text: str, layout: Layout) -> Iterator[Row]:
    needed = [*layout.needed.values()]
    for line, each in enumerate(text.split("\n")):
        if not each.strip():
            continue
        try:
            found = of_json(each)
        except ValueError as error:
            found = Bad(line, None, each.strip(), f"it is no JSON: {str(error).lower()}")
        if not isinstance(found, dict | Bad):
            found = Bad(line, None, each.strip(), "it is no JSON object")
        if isinstance(found, Bad):
            yield Row(line, [None] * len(needed), [None] * len(layout.kept), [found])
            continue
        numbers = [_number(found.get(column)) for column in needed]
        bad = []
        if isinstance(found, Repeated):
            numbers = [
                None if column in found.names else number
                for column, number in zip(needed, numbers, strict=True)
            ]
        beyond = _beyond(each, found, needed)
        if beyond:
            numbers = [
                None if column in beyond else number
                for column, number in zip(needed, numbers, strict=True)
            ]
        if None in numbers:
            bad = [
                beyond[column]._replace(line=line)
                if column in beyond
                else _of_value(line, column, found)
                for column, number in zip(needed, numbers, strict=True)
                if number is None
            ]
        rounded = [column for column in needed if is_rounded(found.get(column))]
        yield Row(line, numbers, [found.get(column) for column in layout.kept], bad, rounded)


def of_json(line: str) -> Any:
    """What a line of JSON holds; an object with a name twice is a `Repeated`.

    Raises:
        ValueError: it is none.
    """
    try:
        found = json.loads(line, object_pairs_hook=_object)
        if _HALVES.search(line):
            text = json.dumps(found, ensure_ascii=False)
            found = json.loads(text.encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return found


_HALVES = re.compile(r"\\u[dD]")
"""Characters that JSON writes as two are each half of one; a half that stands alone becomes a ?."""


class Repeated(dict[str, Any]):
    """An object of JSON in which names stand twice, with the last value of each.

    Attributes:
        names: these.
    """

    names: frozenset[str] = frozenset()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    repeated = Repeated(found)
    repeated.names = frozenset(name for name in found if names.count(name) > 1)
    return repeated


def _beyond(line: str, found: dict[str, Any], needed: Sequence[str]) -> dict[str, Bad]:
    """Numbers of a line of JSON that are too large or too small for a float, by their columns."""
    if not any(type(found.get(each)) is float and found[each] in ENDS for each in needed):
        return {}
    texts = json.loads(line, parse_float=str)
    given = {each: texts.get(each) for each in needed if type(found.get(each)) is float}
    return {
        column: of_cell(0, column, text)
        for column, text in given.items()
        if isinstance(text, str) and beyond_floats(text)
    }


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _of_value(line: int, column: str, found: dict[str, Any]) -> Bad:
    if column not in found:
        return Bad(line, column, "", "it is not there")
    value = found[column]
    if isinstance(found, Repeated) and column in found.names:
        return Bad(line, column, json.dumps(value), "it is there twice")
    kind = {str: "a text", list: "a list", dict: "an object", type(None): "null"}.get(type(value))
    cell = value if isinstance(value, str) else json.dumps(value)
    return Bad(line, column, cell, f"it is {kind or 'too large'}, and no number")


LARGEST = 2.0**53
"""Beyond this not every whole number is a float."""


def is_rounded(value: Any) -> bool:
    """Whether a whole number, or the text of one, is no float."""
    if isinstance(value, str):
        digits = value.strip().removeprefix("-").removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and len(digits) < MOST_DIGITS):
            return False
        value = int(digits)
    return isinstance(value, int) and abs(value) >= LARGEST and value != _float(value)


MOST_DIGITS = 300
"""Longer numbers are no identifiers that somebody would miss the end of."""


def _float(value: int) -> float | None:
    return float(value) if abs(value) < 10**MOST_DIGITS else None


class NoTableError(Exception):
    """Lines that cannot be rows at all.

    Attributes:
        line: where, from 0 on within the block.
        what: what is wrong.
        hint: a way out.
    """

    def __init__(self, line: int, what: str, hint: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.hint = hint

    def told(self, name: str, before: int) -> UsageError:
        """The error for a file of that name, so many lines of which come before."""
        message = f"{name}, line {before + self.line + 1:,}: {self.what}"
        return UsageError("file", message, hint=self.hint)


def line_count(data: bytes, layout: Layout) -> int:
    """How many lines end in a block."""
    return data.count(b"\n") + lone_ends(data, layout)


def lone_ends(data: bytes, layout: Layout) -> int:
    """How many CR of a block stand alone, which end a line of a table, as they do in `csv`."""
    if layout.source.name == "jsonl" or b"\r" not in data:
        return 0
    return data.count(b"\r") - data.count(b"\r\n")


def decoded(data: bytes) -> str:
    """A block of lines as text.

    Raises:
        NoTableError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        what = f"byte {data[error.start]:#04x} is not UTF-8 text"
        raise NoTableError(line, what, "save it as UTF-8") from None
