"""Characters on a grid: lines that join and cross, text, and the page that they make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from gradcli.views.lines.page import Fragment, Line, Page
from gradcli.views.lines.text import width

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8

_UNICODE = " │││─╯╮┤─╰╭├─┴┬┼"
_ASCII = " |||-+++-+++-+++"
"""What joins which of the four neighbours: the sum of the numbers above is the place."""

_VERTICAL = UP | DOWN

_cells = lru_cache(maxsize=4096)(width)
"""How many cells a sign takes."""

_NETS = 4
"""Where the net begins in the number that a cell of a line is: below it are its arms."""

_ARMS = (1 << _NETS) - 1

_Piece = tuple[int, Sequence[str], str]
"""A column, the signs from there on, one for each cell, and their style."""


class _Row:
    """A row: where lines run, and the pieces of text that cover them, later ones those before.

    A page of many rows is held in memory at once, so a piece is kept as it came and not as its
    cells, and a cell of a line as one number.
    """

    __slots__ = ("arms", "pieces")

    def __init__(self) -> None:
        self.arms: dict[int, int] = {}
        self.pieces: list[_Piece] = []

    def sign(self, column: int) -> tuple[str, str] | None:
        """The text in a cell and its style."""
        for start, signs, style in reversed(self.pieces):
            if start <= column < start + len(signs):
                return signs[column - start], style
        return None

    def line(self, joints: str) -> list[Fragment]:
        """The row as fragments of one style each, its lines drawn with these signs."""
        fragments: list[Fragment] = []
        text, style, end = "", "", 0
        for start, signs, look in self._in_order(joints):
            if start > end:  # what is empty looks as what is before it
                text += " " * (start - end)
            if look != style:
                if text:
                    fragments.append(Fragment(text, style))
                text, style = "", look
            text += "".join(signs)
            end = start + len(signs)
        if text:
            fragments.append(Fragment(text, style))
        return fragments

    def _in_order(self, joints: str) -> list[_Piece]:
        """Its lines and its text from left to right, without what is covered."""
        lines = [(column, joints[each & _ARMS], "dim") for column, each in self.arms.items()]
        pieces = sorted([*lines, *self.pieces], key=itemgetter(0))
        if all(start + len(signs) <= after[0] for (start, signs, _), after in pairwise(pieces)):
            return pieces
        cells = {column: (signs, look) for column, signs, look in lines}
        for start, signs, look in self.pieces:
            cells.update((start + place, (sign, look)) for place, sign in enumerate(signs))
        # The second cell of a wide sign is empty, and a cell all the same.
        return [(column, [sign], look) for column, (sign, look) in sorted(cells.items())]


class Canvas:
    """A grid that grows as it is written on.

    Lines belong to a net: lines of one net join where they meet, and of two nets that cross the
    upright one is drawn whole.
    """

    def __init__(self, *, ascii_only: bool = False) -> None:
        self._signs = _ASCII if ascii_only else _UNICODE
        self._rows: list[_Row] = []

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
        known = self._row(row).arms
        before = known.get(column)
        if before is None:
            known[column] = net << _NETS | arms
        elif before >> _NETS == net:
            known[column] = before | arms
        elif arms & _VERTICAL:
            known[column] = net << _NETS | arms

    def join(self, row: int, column: int) -> None:
        """Let the line that is there have a branch downwards."""
        self._rows[row].arms[column] |= DOWN

    def text(self, row: int, column: int, text: str, style: str = "") -> None:
        """Text from a cell on; it covers lines."""
        if not text:
            return
        pieces = self._row(row).pieces
        if text.isascii() or set(map(_cells, text)) == {1}:
            pieces.append((column, text, style))
            return
        signs: list[str] = []
        for sign in text:
            taken = _cells(sign)
            if taken:
                signs += [sign, ""] if taken == 2 else [sign]
            elif signs:  # it goes with the letter before it
                signs[-1] += sign
            else:
                base, look = self._rows[row].sign(column - 1) or ("", style)
                pieces.append((column - 1, [base + sign], look))
        pieces.append((column, signs, style))

    def lines(self) -> list[list[Fragment]]:
        """The rows as fragments of one style each; the canvas is empty afterwards.

        A long page is in memory once, not twice.
        """
        rows = self._rows[::-1]
        self._rows = []
        return [rows.pop().line(self._signs) for _ in range(len(rows))]

    def page(self, legend: Sequence[Line] = (), heading: Sequence[Line] = ()) -> Page:
        """Everything as a page, with a heading above and a legend below; nothing is left here."""
        return Page([*heading, *self.lines(), *([[], *legend] if legend else [])])

    def _row(self, row: int) -> _Row:
        while len(self._rows) <= row:
            self._rows.append(_Row())
        return self._rows[row]
