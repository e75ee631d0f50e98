"""Values by name with commas between: ``x=1, W=[1,2]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import at_outer_commas, is_name, plain


def assignments(texts: Sequence[str] | None, option: str) -> dict[str, object] | None:
    """The values by name of ``--along "a=1, x=[1,2]"``; None where the option is not given.

    Args:
        texts: what was given to the option.
        option: its name.

    Raises:
        UsageError: a part is no assignment.
        InputError: a name is given twice.
    """
    if texts is None:
        return None
    found: dict[str, object] = {}
    for part in (each for text in texts for each in at_outer_commas(text)):
        name, equals, value = part.partition("=")
        name, value = plain(name.strip()), value.strip()
        if not equals or not name or not value:
            raise UsageError(
                option[2:],
                f"'{part.strip()}' gives no name a value",
                hint=f"write {option} {_example(name, value, found)}",
            )
        if name in found:
            message = f"'{name}' is given twice in {option}"
            raise InputError("given-twice", message, hint="leave one out")
        found[name] = value
    return found


def _example(name: str, value: str, found: Mapping[str, object]) -> str:
    """How a part that gives no name a value may be meant."""
    if is_name(name):
        return f"{name}={value or 1}"
    before = next(reversed([*found]), None)  # of out=1,2 the 2 may belong to an array
    return f'"{before}=[1,2]"' if before else '"x=1,y=-2"'
