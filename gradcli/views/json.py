"""JSON text: every object that gradcli prints is written here, an entry of a list a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from gradcli.views.whole import exact_whole

if TYPE_CHECKING:  # a protocol takes longer to make than a class
    from typing import Protocol

    from gradcli.errors import Note

    class Result(Protocol):
        """What a command computes: it says itself which object it is in JSON."""

        def to_dict(self) -> dict[str, Any]: ...


def render(result: Result, notes: Sequence[Note] = (), split: Collection[str] | None = None) -> str:
    """Return the JSON text of a result, in ASCII, so that any stream can carry it.

    Args:
        result: what was computed.
        notes: what is to be known besides; they come before its own.
        split: the keys whose value is written an entry a line; None for all that are lists.
    """
    whole = result.to_dict()
    whole["notes"] = [*(note.to_dict() for note in notes), *whole["notes"]]
    return to_text(whole, split)


def to_text(whole: Mapping[str, object], split: Collection[str] | None = None) -> str:
    """Return an object in several lines: a line for each key, and for each entry of a list.

    Whole numbers are exact, however long.

    Args:
        whole: the object; no number in it is NaN or infinite.
        split: the keys whose value is written an entry a line; None for all that are lists.
    """
    with exact_whole():
        return "".join(_pieces(whole, split))


def _pieces(whole: Mapping[str, object], split: Collection[str] | None) -> Iterator[str]:
    """An object in pieces, which are put together once: of a long text each copy costs."""
    before = "{"
    for key, value in whole.items():
        yield f"{before}{line(key)}: "
        before = ",\n "
        if _is_split(key, value, split):
            yield from _entries(value)
        else:
            yield line(value)
    yield "}" if whole else "{}"


line = JSONEncoder(allow_nan=False, check_circular=False).encode
"""Anything in one line."""


def _is_split(key: str, value: object, split: Collection[str] | None) -> bool:
    return bool(value) and (isinstance(value, list) if split is None else key in split)


def _entries(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        first, last = "{\n  ", "}"
        lines: Iterator[str] = (f"{line(key)}: {line(each)}" for key, each in value.items())
    else:
        first, last = "[\n  ", "]"
        lines = map(line, value)
    for each in lines:
        yield first
        yield each
        first = ",\n  "
    yield last
