"""Values that are arrays: their forms before a program is read, and their numbers afterwards."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradcli.errors import InputError
from gradcli.evaluation.elements import Value, is_listed, number, shaped
from gradcli.evaluation.foreign import floats_of, has_memory, is_foreign, too_large
from gradcli.graph.node import Node
from gradcli.graph.shapes import MOST_AXES, MOST_ENTRIES, Form, shown
from gradcli.syntax.spelling import array_name, indices_of, plain


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


def zeros(form: Form) -> Any:
    """An array of this form that may be written to."""
    import numpy as np  # noqa: PLC0415  (only arrays need it)

    return np.zeros(form.shape)


def put(values: Any, node: Node, name: str, entry: float) -> None:
    """Write an entry of an array, ``W[1,2]``, into the values of its node.

    Raises:
        InputError: there is no such entry.
    """
    values[entry_of(node, name, "index")] = entry


def entry_of(node: Node, name: str, kind: str) -> tuple[int, ...]:
    """The place of an entry, ``W[1,2]``, of the array that a node is; counted from 0.

    Raises:
        InputError: there is no such entry; it is of this kind.
    """
    places = indices_of(name)
    if len(places) != len(node.shape) or not all(
        1 <= place <= length for place, length in zip(places, node.shape, strict=True)
    ):
        raise InputError(
            kind,
            f"there is no {name}: {array_name(name)} is {shown(node.form)}",
            hint="indices count from 1, one for each axis",
        )
    return tuple(place - 1 for place in places)


def _is_array(value: Value) -> bool:
    return not isinstance(value, str | list | tuple) and (is_foreign(value) or has_memory(value))
