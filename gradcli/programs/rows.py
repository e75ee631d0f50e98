"""Data as functions take it: columns, and tables of points, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.engine.entrywise import Array
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.foreign import unmasked
from gradcli.hints import listed, no_input
from gradcli.programs.signature import by_position


def columns_of(
    names: Sequence[str], columns: Sequence[Any], named: Mapping[str, Any]
) -> tuple[list[Any], int]:
    """A column or a number for each input, and how many rows there are.

    Raises:
        InputError: one is missing, given twice, for no input, no column of numbers or of another
            length than the others.
    """
    given = dict(by_position(names, columns))
    for name, column in named.items():
        if name not in names:
            raise no_input(name, names)
        if name in given:
            raise InputError("given-twice", f"'{name}' is given twice", hint="leave one out")
        given[name] = column
    missing = [name for name in names if name not in given]
    if missing:
        raise InputError(
            "missing-value", f"no value for {listed(missing)}", hint="give each input a column"
        )
    found = [_column(name, given[name]) for name in names]
    lengths = {name: len(each) for name, each in zip(names, found, strict=True) if each.ndim}
    if len({*lengths.values()}) > 1:
        told = ", ".join(f"'{name}' has {length}" for name, length in lengths.items())
        raise InputError(
            "shape",
            f"the columns are of several lengths: {told}",
            hint="give a number for each row, or one number for all rows",
        )
    return [each if each.ndim else float(each) for each in found], max(lengths.values(), default=1)


def _column(name: str, values: Any) -> Array:
    """The numbers of a column, or one number."""
    found = _numbers(values, f"'{name}'")
    if found.ndim > 1:
        raise InputError(
            "shape", f"'{name}' has {found.ndim} axes", hint="a column has one number for each row"
        )
    return found


def _numbers(values: Any, what: str) -> Array:
    try:
        found = unmasked(np.asanyarray(values), what)
    except ValueError:  # lists of several lengths
        found = np.asarray("")
    if found.dtype.kind not in _KINDS:
        raise InputError(
            "value", f"{what} is no array of numbers", hint="give floats or whole numbers"
        )
    return np.asarray(found, dtype=float)


_KINDS = "biuf"
"""The kinds of NumPy's types that are numbers: truths, whole numbers and floats."""


def apart(columns: Sequence[Any], places: Sequence[Array]) -> list[Any]:
    """Columns that no result is written over: copies where they may share memory with a place."""
    return [
        np.array(each) if any(np.may_share_memory(each, place) for place in places) else each
        for each in columns
    ]


def table_of(points: Any, width: int) -> Array:
    """An array of points, one in each row.

    Raises:
        InputError: it is none.
    """
    found = _numbers(points, "a table of points")
    if found.ndim != 2 or found.shape[1] != width:
        raise InputError(
            "shape",
            f"a table of points of {width} inputs has the shape (n, {width}), not {found.shape}",
            hint="each row is a point, in the order of the inputs",
        )
    return found


def places_for(out: Sequence[Any] | None, count: int, rows: int) -> list[Array]:
    """Columns for the results: new ones, or those that are given.

    Raises:
        UsageError: these are none.
    """
    if out is None:
        return [np.empty(rows) for _ in range(count)]
    places = [*out]
    if len(places) != count or not all(_is_place(each, (rows,)) for each in places):
        raise _no_place(f"{count} arrays of {rows} floats", (count, rows))
    if len({*map(id, places)}) < count:
        hint = "give each result an array of its own"
        raise UsageError("shape", "out has one array for several results", hint=hint)
    return places


def table_for(out: Any, shape: tuple[int, int]) -> Array:
    """A table for the results; raises as `places_for`."""
    if out is None:
        return np.empty(shape)
    if not _is_place(out, shape):
        raise _no_place(f"an array of floats of the shape {shape}", shape)
    found: Array = out
    return found


def _is_place(array: Any, shape: tuple[int, ...]) -> bool:
    """Whether results can be put into it."""
    return (
        isinstance(array, np.ndarray)
        and array.dtype == float
        and array.shape == shape
        and array.flags.writeable
    )


def _no_place(what: str, shape: tuple[int, int]) -> UsageError:
    message = f"out has no place for the results: they are {what}"
    return UsageError("shape", message, hint=f"make it by numpy.empty({shape})")
