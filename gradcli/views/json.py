"""A solution as JSON text: the object ``gradcli.eval/1``, a node a line."""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


def render(solution: Solution) -> str:
    """Return the JSON text of a solution, in ASCII, so that any stream can carry it."""
    return to_text(solution.to_dict())


def to_text(whole: Mapping[str, object]) -> str:
    """Return an object in several lines: a line for each key, and for each entry of a list."""
    encode = JSONEncoder(allow_nan=False).encode
    lines = []
    for key, value in whole.items():
        if isinstance(value, list) and value:
            text = "[\n  " + ",\n  ".join(map(encode, value)) + "]"
        else:
            text = encode(value)
        lines.append(f"{encode(key)}: {text}")
    return "{" + ",\n ".join(lines) + "}"
