"""Tables of numbers in files, ``.csv``, with the names of columns in the first line or without."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isinf
from typing import Any

from gradcli.cli.context import Environment, decode, reason, show_name
from gradcli.cli.value_place import Place, check_regular, part_of
from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import plain

MOST_BYTES = 2**30
"""The longest table that is read."""


def read_csv(environment: Environment, place: Place, name: str) -> Any:
    """A table as a matrix; one line, or one column, as a vector; one cell as a number.

    A column whose name is that of the variable is meant by itself, as is one that is asked for.

    Raises:
        UsageError: it is no table, or has no such column.
        InputError: a cell is no number, or the rows are not equally long.
    """
    names, rows = _table(environment, place)
    if place.member is not None and names is None:
        hint = "name the columns in the first line"
        raise UsageError("file", f"{show_name(place.file)} has no names of columns", hint=hint)
    known = {column: index for index, column in enumerate(names or ())}
    if place.member is not None or any(plain(column) == name for column in known):
        column = known[part_of(place, name, known, "columns")]
        return _floats([row[column] for row in rows])
    found = _floats(rows)
    if 1 in found.shape:
        found = found.reshape(-1)
    return found if found.size != 1 or names is not None else float(found[0])


def read_columns(environment: Environment, place: Place) -> Iterator[tuple[str, Any]]:
    """The columns of a table, each under its name; raises as `read_csv`."""
    names, rows = _table(environment, place)
    if names is None:
        message = f"{show_name(place.file)} has no names of columns in its first line"
        raise UsageError("file", message, hint="write them there: x,y")
    for column, name in enumerate(names):
        yield name, _floats([row[column] for row in rows])


def _floats(rows: Any) -> Any:
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    return np.array(rows, dtype=float)


def _table(environment: Environment, place: Place) -> tuple[list[str] | None, list[list[float]]]:
    """The names of the columns in the first line, None if there are none, and the numbers.

    Raises:
        UsageError: it is no table of numbers.
    """
    import csv  # noqa: PLC0415  (only here)

    where = show_name(place.file)
    check_regular(place.file)
    text = decode(environment.read_bytes(place.file, MOST_BYTES), where, MOST_BYTES)
    lines = text.split("\n")
    first = next((line for line in lines if line.strip()), "")
    sign = max(",;\t", key=first.count)
    names: list[str] | None = None
    rows: list[list[float]] = []
    try:
        reader = csv.reader(lines, delimiter=sign, skipinitialspace=True)
        for cells in reader:
            if not any(cell.strip() for cell in cells) and len(cells) < 2:
                continue
            if not rows and names is None and any(map(_is_word, cells)):
                names = [cell.strip() for cell in cells]
                continue
            rows.append([_cell(cell, reader.line_num, at, where) for at, cell in enumerate(cells)])
            if len(cells) != len(rows[0] if names is None else names):
                raise _ragged(where, reader.line_num, len(cells), len(names or rows[0]))
    except csv.Error as error:
        raise UsageError("file", f"{where} is no table: {reason(error)}") from None
    if not rows:
        raise UsageError("file", f"{where} holds no numbers", hint="write a line for each row")
    return names, rows


def _is_word(cell: str) -> bool:
    """Whether a cell is the name of a column: neither a number nor empty."""
    return bool(cell.strip()) and cell_number(cell) is None and not beyond_floats(cell)


def cell_number(cell: str) -> float | None:
    """The number in a cell, or None if there is none, or none that a float can be."""
    try:
        number = None if "_" in cell else float(cell)
    except ValueError:
        return None
    return None if number in ENDS and beyond_floats(cell) else number


ENDS = {0.0, inf, -inf}
"""What floats have for numbers that are none."""


def beyond_floats(cell: str) -> str | None:
    """What a number in a cell is that no float is, ``"too large"``; None for all other cells."""
    try:
        number = float(cell)
    except ValueError:
        return None
    if isinf(number) and any(map(str.isdigit, cell)):
        return "too large for a float"
    mantissa = cell.lower().partition("e")[0]
    is_some = any(each.isdigit() and int(each) for each in mantissa)
    return "too small for a float: write 0 for that" if number == 0 and is_some else None


def _cell(cell: str, line: int, column: int, where: str) -> float:
    number = cell_number(cell)
    if number is None:
        wrong = beyond_floats(cell) or "no number"
        what = f"'{cell.strip()[:20]}' is {wrong}" if cell.strip() else "the cell is empty"
        hint = "write nan for a number that is not known" if not cell.strip() else None
        message = f"{where}, line {line}, column {column + 1}: {what}"
        raise InputError("value", message, hint=hint)
    return number


def _ragged(where: str, line: int, number: int, wanted: int) -> InputError:
    cells = "cell" if number == 1 else "cells"
    message = f"{where}, line {line}: it has {number} {cells}, and other lines have {wanted}"
    return InputError("value", message, hint="every line needs the same number of cells")
