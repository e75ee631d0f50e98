"""Characters on a grid: lines that join and cross, text, and the page that they make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from gradcli.views.lines.page import Fragment, Line, Page
from gradcli.views.lines.text import width

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8

_UNICODE = " │││─╯╮┤─╰╭├─┴┬┼"
_ASCII = " |||-+++-+++-+++"
"""What joins which of the four neighbours: the sum of the numbers above is the place."""

_VERTICAL = UP | DOWN

_cells = lru_cache(maxsize=4096)(width)
"""How many cells a sign takes."""


class _Row:
    """A row: where lines run, and the pieces of text that cover them, later ones those before.

    A piece is a column, its signs, one for each cell, and their style. A page of many rows is
    held in memory at once, so a piece is kept as it came and not as its cells.
    """

    __slots__ = ("arms", "pieces")

    def __init__(self) -> None:
        self.arms: dict[int, tuple[int, int]] = {}
        self.pieces: list[tuple[int, Sequence[str], str]] = []

    def sign(self, column: int) -> tuple[str, str] | None:
        """The text in a cell and its style."""
        for start, signs, style in reversed(self.pieces):
            if start <= column < start + len(signs):
                return signs[column - start], style
        return None

    def line(self, joints: str) -> list[Fragment]:
        """The row as fragments of one style each, its lines drawn with these signs."""
        ends = [start + len(signs) for start, signs, _ in self.pieces]
        end = max([*ends, *(column + 1 for column in self.arms)], default=0)
        cells = [" "] * end
        styles: list[str | None] = [None] * end
        for column, (_, arms) in self.arms.items():
            cells[column], styles[column] = joints[arms], "dim"
        for start, signs, style in self.pieces:
            cells[start : start + len(signs)] = signs
            styles[start : start + len(signs)] = [style] * len(signs)
        fragments: list[Fragment] = []
        begin = 0
        for look, run in groupby(styles):
            stop = begin + len(list(run))
            text = "".join(cells[begin:stop])
            begin = stop
            before = fragments[-1] if fragments else Fragment("")
            if fragments and look in {None, before.style}:  # what is empty looks as before it
                fragments[-1] = Fragment(before.text + text, before.style)
            else:
                fragments.append(Fragment(text, look or ""))
        return fragments


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
            known[column] = net, arms
        elif before[0] == net:
            known[column] = net, before[1] | arms
        elif arms & _VERTICAL:
            known[column] = net, arms

    def join(self, row: int, column: int) -> None:
        """Let the line that is there have a branch downwards."""
        net, arms = self._rows[row].arms[column]
        self._rows[row].arms[column] = net, arms | DOWN

    def text(self, row: int, column: int, text: str, style: str = "") -> None:
        """Text from a cell on; it covers lines."""
        if not text:
            return
        pieces = self._row(row).pieces
        if text.isascii():
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
        """The rows as fragments of one style each."""
        return [row.line(self._signs) for row in self._rows]

    def page(self, legend: Sequence[Line] = (), heading: Sequence[Line] = ()) -> Page:
        """Everything as a page, with a heading above and a legend below."""
        return Page([*heading, *self.lines(), *([[], *legend] if legend else [])])

    def _row(self, row: int) -> _Row:
        while len(self._rows) <= row:
            self._rows.append(_Row())
        return self._rows[row]
