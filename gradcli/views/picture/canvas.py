"""Characters on a grid: lines that join and cross, text, and the page that they make."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from gradcli.views.lines.page import Fragment, Line, Page
from gradcli.views.lines.text import width

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8

_UNICODE = " │││─╯╮┤─╰╭├─┴┬┼"
_ASCII = " |||-+++-+++-+++"
"""What joins which of the four neighbours: the sum of the numbers above is the place."""

_VERTICAL = UP | DOWN


class Canvas:
    """A grid that grows as it is written on.

    Lines belong to a net: lines of one net join where they meet, and of two nets that cross the
    upright one is drawn whole.
    """

    def __init__(self, *, ascii_only: bool = False) -> None:
        self._signs = _ASCII if ascii_only else _UNICODE
        self._arms: dict[tuple[int, int], tuple[int, int]] = {}
        self._text: dict[tuple[int, int], tuple[str, str]] = {}

    def upright(self, net: int, column: int, top: int, bottom: int) -> None:
        """A line down a column, from the middle of one row to that of another."""
        for row in range(top, bottom + 1):
            arms = (UP if row > top else 0) | (DOWN if row < bottom else 0)
            self.arms(net, row, column, arms)

    def level(self, net: int, row: int, left: int, right: int) -> None:
        """A line along a row, from the middle of one column to that of another."""
        for column in range(left, right + 1):
            arms = (LEFT if column > left else 0) | (RIGHT if column < right else 0)
            self.arms(net, row, column, arms)

    def arms(self, net: int, row: int, column: int, arms: int) -> None:
        """Lines from the middle of a cell towards some of its neighbours."""
        before = self._arms.get((row, column))
        if before is None:
            self._arms[row, column] = net, arms
        elif before[0] == net:
            self._arms[row, column] = net, before[1] | arms
        elif arms & _VERTICAL:
            self._arms[row, column] = net, arms

    def join(self, row: int, column: int) -> None:
        """Let the line that is there have a branch downwards."""
        net, arms = self._arms[row, column]
        self._arms[row, column] = net, arms | DOWN

    def text(self, row: int, column: int, text: str, style: str = "") -> None:
        """Text from a cell on; it covers lines."""
        for sign in text:
            taken = width(sign)
            if not taken:  # it goes with the letter before it
                base, look = self._text.get((row, column - 1), ("", style))
                self._text[row, column - 1] = base + sign, look
                continue
            self._text[row, column] = sign, style
            if taken == 2:
                self._text[row, column + 1] = "", style
            column += taken

    def lines(self) -> list[list[Fragment]]:
        """The rows as fragments of one style each."""
        places = [*self._arms, *self._text]
        bottom = max((row for row, _ in places), default=-1)
        ends = [0] * (bottom + 1)
        for row, column in places:
            ends[row] = max(ends[row], column + 1)
        return [self._line(row, end) for row, end in enumerate(ends)]

    def _line(self, row: int, end: int) -> list[Fragment]:
        signs: list[str] = []
        styles: list[str] = []
        for column in range(end):
            if (row, column) in self._text:
                sign, style = self._text[row, column]
            elif (row, column) in self._arms:
                sign, style = self._signs[self._arms[row, column][1]], "dim"
            else:
                sign, style = " ", styles[-1] if styles else ""
            signs.append(sign)
            styles.append(style)
        pieces = groupby(zip(styles, signs, strict=True), key=itemgetter(0))
        return [Fragment("".join(sign for _, sign in piece), style) for style, piece in pieces]

    def page(self, legend: Sequence[Line] = ()) -> Page:
        """Everything as a page, with a legend below."""
        return Page([*self.lines(), *([[], *legend] if legend else [])])
