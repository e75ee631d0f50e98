"""What the doors do with their options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcli.errors import UsageError
from gradcli.hints import nearest


def as_list(names: str | Sequence[Any]) -> Sequence[Any]:
    """A name by itself as a list of one."""
    return [names] if isinstance(names, str) else names


def as_list_or_none(names: str | Sequence[str] | None) -> Sequence[str] | None:
    """The same; None stays None."""
    return None if names is None else as_list(names)


def check_choice(what: str, name: str, known: Sequence[str]) -> None:
    """Refuse a name that is not among those that there are.

    Raises:
        UsageError: it is not.
    """
    if name not in known:
        hint = nearest(name, known, f"{what}s")
        raise UsageError("usage", f"there is no {what} '{name}'", hint=hint)
