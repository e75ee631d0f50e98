"""Values that are arrays: their forms before a program is read, and their numbers afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradcli.errors import InputError
from gradcli.evaluation.elements import Value, is_listed, number, shaped
from gradcli.evaluation.foreign import MOST_AXES, floats_of, has_memory, is_foreign, too_large
from gradcli.graph.shapes import MOST_ENTRIES, Form, shown
from gradcli.syntax.spelling import plain


def forms_of(values: Mapping[str, Value]) -> dict[str, Form]:
    """The forms of those values that are lists or arrays.

    Raises:
        InputError: a list is ragged, or its text cannot be read; or there is an array of what is
            no number, or of too many.
    """
    forms: dict[str, Form] = {}
    for name, value in values.items():
        shape = _shape(value, name) if is_listed(value) else ()
        if shape:
            forms[plain(name)] = Form(shape)
    return forms


def _shape(value: Value, name: str) -> tuple[int, ...]:
    if _is_array(value):
        shape = getattr(value, "shape", None)
        if not isinstance(shape, tuple):
            shape = floats_of(value, name).shape
        if len(shape) > MOST_AXES or math.prod(shape) > MOST_ENTRIES:
            raise too_large(name, shape)
        return tuple(map(int, shape))
    found = shaped(value, name)
    return found[0] if found else ()


def array_of(value: Value, name: str, form: Form) -> Any:
    """The value of an array as NumPy's, of floats that nobody else changes.

    Args:
        value: an array, or what is one.
        name: that of the variable, for messages.
        form: what it is in the program.

    Raises:
        InputError: an entry is no number, or it has another shape.
    """
    if _is_array(value):
        found = floats_of(value, name)
    else:
        import numpy as np  # noqa: PLC0415  (only arrays need it)

        shape, placed = shaped(value, name) or ((), [((), value)])
        numbers = [number(item, name) for _, item in placed]
        found = np.array(numbers, dtype=float).reshape(shape)
    if found.shape != form.shape:
        raise InputError(
            "shape",
            f"'{name}' is {shown(form)} in the program, and here {shown(Form(found.shape))}",
            hint="give an array of that shape",
            names=(name,),
        )
    return found


def value_of(value: Value, name: str, form: Form) -> Any:
    """A float, or an array as `array_of` gives it; raises as that."""
    return array_of(value, name, form) if form.shape else number(value, name)


def _is_array(value: Value) -> bool:
    return not isinstance(value, str | list | tuple) and (is_foreign(value) or has_memory(value))
