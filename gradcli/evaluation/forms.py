"""Values that are arrays: their forms before a program is read, and their numbers afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcli.errors import InputError
from gradcli.evaluation.elements import MOST_AXES, Value, is_listed, items, number
from gradcli.graph.shapes import Form
from gradcli.syntax.spelling import plain


def forms_of(values: Mapping[str, Value]) -> dict[str, Form]:
    """The forms of those values that are lists or arrays.

    Raises:
        InputError: a list is empty or ragged, or its text cannot be read.
    """
    forms: dict[str, Form] = {}
    for name, value in values.items():
        shape = _shape(value, name) if is_listed(value) else ()
        if shape:
            forms[plain(name)] = Form(shape)
    return forms


def _shape(value: Value, name: str) -> tuple[int, ...]:
    shape = getattr(value, "shape", None) if _is_array(value) else None
    if isinstance(shape, tuple):
        return shape
    placed = items(value, name)
    return placed[-1][0] if placed else ()


def array_of(value: Value, name: str) -> Any:
    """The value of an array as NumPy's, of floats that nobody else changes.

    Raises:
        InputError: an entry is no number.
    """
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    if _is_array(value):
        given = np.asarray(value)
        if given.dtype.kind not in "biuf" or given.ndim > MOST_AXES:
            raise InputError(
                "value",
                f"the value of '{name}' is no array of numbers",
                hint="numbers of any kind are read, up to eight axes",
            )
        return np.array(given, dtype=float)
    placed = items(value, name) or []
    shape = placed[-1][0] if placed else ()
    return np.array([number(item, name) for _, item in placed], dtype=float).reshape(shape)


def _is_array(value: Value) -> bool:
    """Whether a value says that it is an array, in one of the ways that NumPy knows."""
    return hasattr(value, "__array__") or hasattr(value, "__array_interface__")
