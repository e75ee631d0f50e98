"""Logic where some of it is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

_DECISIVE = {"and": False, "or": True}
"""What one part of it makes of the whole."""

JOINTS: Mapping[str, Callable[[Sequence[bool | None]], bool]] = {
    "and": all,
    "or": any,
    "not": lambda parts: not parts[0],
}
"""What and, or, not make of their parts."""

CHOOSING = frozenset(("max", "min"))
"""What is one of its arguments."""


def joined(op: str, parts: Sequence[bool | None]) -> bool | None:
    """What and, or, not make of parts that hold or not; None where that is not known.

    Args:
        op: the operation.
        parts: its arguments, None for what is not known.
    """
    decisive = _DECISIVE.get(op)
    if decisive in parts and decisive is not None:
        return decisive
    return None if None in parts else JOINTS[op](parts)
