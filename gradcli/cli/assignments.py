"""Values by name with commas between: ``x=1, W=[1,2]``."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import at_outer_commas, plain


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
                hint=f'write {option} "x=1,y=-2"',
            )
        if name in found:
            message = f"'{name}' is given twice in {option}"
            raise InputError("given-twice", message, hint="leave one out")
        found[name] = value
    return found
