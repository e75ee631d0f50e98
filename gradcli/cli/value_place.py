"""Where a value is in a file: ``@weights.npz:W``."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from typing import NamedTuple

from gradcli.cli.context import show_name, unreadable
from gradcli.errors import UsageError
from gradcli.hints import nearest
from gradcli.syntax.spelling import plain

SIGN = "@"
"""What stands before the name of a file."""

ENDINGS = (".npy", ".npz", ".csv", ".json", ".toml")
"""The ends of the names of files that values are read from, which say what they hold."""

_NAMES = f"write {SIGN}FILE with a name that ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"


class Place(NamedTuple):
    """A file, and which of the things in it is meant.

    Attributes:
        file: its name.
        ending: the end of the name, which says what it holds.
        member: the name of one of them; None if it is not said.
    """

    file: str
    ending: str
    member: str | None

    @property
    def shown(self) -> str:
        """What messages call it."""
        return show_name(self.file + (f":{self.member}" if self.member is not None else ""))


def ending_of(file: str) -> str:
    """The end of a file's name, in lower case."""
    return os.path.splitext(file)[1].lower()


def place_of(text: str) -> Place:
    """Where a value is; a colon may also belong to the name of the file.

    Raises:
        UsageError: there is no such file, or nobody knows what it holds.
    """
    place = Place(text, ending_of(text), None)
    file, colon, member = text.rpartition(":")
    if colon and ending_of(file) in ENDINGS and not os.path.exists(text):
        place = Place(file, ending_of(file), member)
    if not place.file:
        raise UsageError("file", f"there is no name of a file after {SIGN}", hint=_NAMES)
    if place.ending not in ENDINGS:
        message = f"the name of {show_name(place.file)} does not say what it holds"
        raise UsageError("file", message, hint=_NAMES)
    check_regular(place.file)
    return place


def check_regular(file: str) -> None:
    """Refuse what cannot be looked at twice, or would be waited for.

    Raises:
        UsageError: it is no file, or there is none.
    """
    try:
        mode = os.stat(file).st_mode
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from None
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
        hint = "name the file in it" if stat.S_ISDIR(mode) else "write it to a file first"
        raise UsageError("file", f"{show_name(file)} is {what}, and no file", hint=hint)


def part_of(place: Place, name: str, known: Collection[str], what: str) -> str:
    """Which part of a file is meant: the one asked for, the variable's own, or the only one.

    Args:
        place: where it is.
        name: that of the variable.
        known: the names of the parts.
        what: what they are names of.

    Raises:
        UsageError: it cannot be told, or there is no such part.
    """
    if place.member is None:
        own = [each for each in known if plain(each) == name]
        if own or len(known) == 1:
            return str(own[0] if own else next(iter(known)))
    elif place.member in known:
        return place.member
    wanted = name if place.member is None else place.member
    hint = nearest(wanted, list(known), what) if known else None
    if place.member is None and known:
        hint = f"say which: {SIGN}{place.file}:{next(iter(known))}; {hint}"
    raise UsageError("file", f"there is no '{wanted}' in {show_name(place.file)}", hint=hint)
