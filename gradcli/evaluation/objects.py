"""What all JSON objects of ours have in common: numbers, notes and problems."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from gradcli.errors import Note, Problem, Span


def finite(value: float) -> float | None:
    """The number, or None if JSON has no word for it."""
    return value if math.isfinite(value) else None


def notes_to_list(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Notes as the objects that every JSON of ours has for them."""
    return [
        {"kind": note.kind, "message": note.message, "span": _span(note.span)} for note in notes
    ]


def problems_to_list(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as the objects that every JSON of ours has for them."""
    return [
        {
            "kind": problem.kind,
            "node": problem.node,
            "is": problem.what,
            "message": problem.message,
            "span": _span(problem.span),
        }
        for problem in problems
    ]


def _span(span: Span | None) -> list[int] | None:
    return None if span is None else list(span)
