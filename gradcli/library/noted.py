"""What is to be known of values that are given as texts, beside the notes on the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from gradcli.evaluation.elements import Value, readings
from gradcli.evaluation.solution import Solution

Result = TypeVar("Result")


def noted(
    result: Result,
    values: Mapping[str, Value],
    moves: Mapping[str, Value] | None = None,
    *,
    strict: bool = False,
) -> Result:
    """The result, with notes on how texts among the values are read before its own.

    Args:
        result: what was computed from the values.
        values: the values.
        moves: by how much they are moved.
        strict: whether a note is an error.

    Raises:
        InputError: there is a note, and that is to be an error.
    """
    told = [
        *readings(values, strict=strict),
        *readings(moves or {}, "step", strict=strict),
    ]
    if not told:
        return result
    found: Any = result
    notes = (*told, *found.notes)
    is_solution = isinstance(result, Solution)
    found = found.with_notes(notes) if is_solution else replace(found, notes=notes)
    return cast("Result", found)
