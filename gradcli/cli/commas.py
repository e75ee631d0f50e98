"""What is typed with commas between, names or values by name; those in brackets divide nothing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import plain


def divided(text: str) -> list[str]:
    """The parts of a text between commas that stand in no brackets; one left open is none."""
    opened: list[int] = []
    inside: list[int] = []  # commas in a bracket that may yet be left open
    commas: list[int] = []
    for at, character in enumerate(text):
        if character in "[(":
            opened.append(at)
        elif character in "])" and opened:
            begin = opened.pop()
            while inside and inside[-1] > begin:
                inside.pop()
        elif character == ",":
            (inside if opened else commas).append(at)
    ends = [-1, *sorted([*commas, *inside]), len(text)]
    return [text[begin + 1 : end] for begin, end in itertools.pairwise(ends)]


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
    for part in (each for text in texts for each in divided(text)):
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
