"""Walks over trees without recursion: from the parts up to the whole, and from left to right."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Part = TypeVar("Part", bound=Hashable)
Made = TypeVar("Made")
Item = TypeVar("Item")

Piece = str | tuple[Item, int]
"""What has to be written: a text, or an item and the lowest precedence it may have bare."""


def bottom_up(
    root: Part,
    children: Callable[[Part], Iterable[Part]],
    make: Callable[[Part, Mapping[Part, Made]], Made],
    made: dict[Part, Made] | None = None,
) -> dict[Part, Made]:
    """Make something of every part of a whole, parts before what they are parts of.

    A part that occurs in several places is made once. The time is in proportion to the number of
    parts and of places.

    Args:
        root: the whole.
        children: what has to be made before a part.
        make: makes one part; it is given all that has been made so far.
        made: what is made already; it is added to.

    Returns:
        What was made, by part; that of the whole is among it.
    """
    made = {} if made is None else made
    waiting = [root]
    while waiting:
        part = waiting[-1]
        if part not in made:
            for each in children(part):
                if each in made:
                    continue
                waiting.append(each)
            if waiting[-1] is not part:
                continue
            made[part] = make(part, made)
        waiting.pop()
    return made


def left_to_right(
    begun: Sequence[Piece[Item]],
    pieces: Callable[[Item], tuple[list[Piece[Item]], int]],
    brackets: tuple[str, str] = ("(", ")"),
    most: float = math.inf,
) -> str:
    """Write an expression: what it consists of in its order, in brackets where they are needed.

    Args:
        begun: what the whole consists of.
        pieces: takes one expression apart, and says its precedence.
        brackets: what stands around one whose precedence is lower than its place allows.
        most: after about so many characters the rest is left out.
    """
    written: list[str] = []
    waiting = [*reversed(begun)]
    while waiting and len(written) <= most:
        piece = waiting.pop()
        if isinstance(piece, str):
            written.append(piece)
            continue
        inner, lowest = piece
        parts, precedence = pieces(inner)
        if precedence < lowest:
            parts = [brackets[0], *parts, brackets[1]]
        parts.reverse()
        waiting += parts
    return "".join(written)
