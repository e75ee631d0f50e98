"""What stands below a picture: its legend, and a line for each highlighted path."""

from __future__ import annotations

from textwrap import wrap
from typing import NamedTuple

from gradcli.views.picture.measure import text_width
from gradcli.views.picture.model import Line, Picture, Role, Word
from gradcli.views.picture.theme import DASHES, PATHS

SMALL = 12.0

SAMPLE = 44.0
"""The room for a piece of line before what it stands for."""

LONGEST_ROW = 110
"""What is longer is broken into lines of so many characters."""


class Row(NamedTuple):
    """A line below a picture.

    Attributes:
        line: its words.
        width: with the sample before it.
        is_of_way: whether it tells of a path.
        number: that of the path, in the first of its lines.
    """

    line: Line
    width: float
    is_of_way: bool = False
    number: int | None = None


def below(picture: Picture) -> list[Row]:
    """All that stands below a picture, in lines."""
    rows = [Row(picture.legend, line_width(picture.legend, SMALL))] if picture.legend else []
    for way in picture.ways:
        parts = wrap(way.text, LONGEST_ROW, subsequent_indent="    ", break_long_words=False)
        for place, part in enumerate(parts):
            line = (Word(part, Role.FORMULA),)
            width = line_width(line, SMALL) + SAMPLE
            rows.append(Row(line, width, is_of_way=True, number=None if place else way.number))
    for remark in picture.remarks:
        for part in wrap(remark, LONGEST_ROW):
            line = (Word(part, Role.GRADIENT),)
            rows.append(Row(line, line_width(line, SMALL)))
    return rows


def line_width(line: Line, size: float) -> float:
    """How wide a line of text is at the most."""
    return sum(text_width(word.text, size, bold=word.role is Role.NAME) for word in line)


def stroke(number: int) -> tuple[str, str]:
    """The colour of a path and its dashes: lengths on and off, or nothing."""
    return PATHS[(number - 1) % len(PATHS)], DASHES[(number - 1) % len(DASHES)]
