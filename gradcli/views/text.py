"""Text in terminal cells: what is shown of a character, how wide it is, where to cut."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NARROW = re.compile("[\x20-\u02ff\u2026\u2190-\u22ff\u2500-\u257f]*")
"""Ranges in which every character takes one cell: Latin, arrows, mathematics, boxes."""


def visible(text: str, encoding: str = "utf-8") -> str:
    r"""Return ``text`` with whatever a terminal would not show as a character written out.

    Control and format characters, lone surrogates and characters that ``encoding`` lacks become
    escapes such as ``\x00``, ``\udcff`` or ``\u03b1``; the result can always be encoded.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join([visible_character(character, encoding) for character in text])


@lru_cache(maxsize=4096)
def visible_character(character: str, encoding: str) -> str:
    """Return what stands for one character in a terminal of this encoding."""
    if not character.isprintable():
        return repr(character)[1:-1]
    return character.encode(encoding, "backslashreplace").decode(encoding)


def width(text: str) -> int:
    """Return how many cells a text without control characters takes."""
    if text.isascii() or NARROW.fullmatch(text):
        return len(text)
    return sum(map(cells, text))


@lru_cache(maxsize=4096)
def cells(character: str) -> int:
    """Return how many cells one character takes: 0 if it combines, 2 if it is wide."""
    if character.isascii():
        return 1
    if unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, columns: int, ellipsis: str) -> str:
    """Return ``text``, or as much of its beginning as fits ``columns`` with the ellipsis."""
    room = max(columns - width(ellipsis), 0)
    keep = used = 0
    for index, character in enumerate(text):
        used += cells(character)
        if used <= room:
            keep = index + 1
        elif used > columns:
            return text[:keep] + ellipsis
    return text


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with blanks to ``columns`` cells."""
    return text + " " * (columns - width(text))
