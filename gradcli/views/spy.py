"""The pattern of a matrix: a sign for every entry that can be other than 0, or for several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradcli.views.lines.page import Display, Fragment, Line, Page

if TYPE_CHECKING:
    from gradcli.programs.result import Hessian, Jacobian

ROWS = 32
"""As many lines at the most."""

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The dots of a sign of braille, four rows of two (Unicode 15, chapter 21.1)."""

Cells = set[tuple[int, int]]
"""The rows and columns of a grid that have a dot."""


def of_hessian(hessian: Hessian, display: Display | None = None) -> Page:
    """Return the page of the pattern of a Hessian."""
    how = f"products with a vector: {hessian.sweeps}"
    return _page(hessian.rows, len(hessian.names), how, display or Display())


def of_jacobian(jacobian: Jacobian, display: Display | None = None) -> Page:
    """Return the page of the pattern of a Jacobian."""
    how = f"passes {'back' if jacobian.is_reverse else 'forward'}: {jacobian.sweeps}"
    return _page(jacobian.rows, len(jacobian.columns), how, display or Display())


def _page(rows: Sequence[Sequence[int]], columns: int, how: str, display: Display) -> Page:
    count = sum(map(len, rows))
    times = "x" if display.is_ascii else "×"
    entries = f"{count:,} of {len(rows) * columns:,} entries can be other than 0"
    said = f"{len(rows):,} {times} {columns:,}: {entries}; {how}"
    return Page([*_picture(rows, columns, display), *display.paragraph(said)])


def _picture(rows: Sequence[Sequence[int]], columns: int, display: Display) -> list[Line]:
    """The pattern, an entry a sign where there is room, or else several."""
    if 2 * columns <= display.width and len(rows) <= ROWS:
        full, empty = ("*", ".") if display.is_ascii else ("■", "·")
        return [
            (Fragment(" ".join(full if each in {*row} else empty for each in range(columns))),)
            for row in rows
        ]
    high, wide = (1, 1) if display.is_ascii else (4, 2)
    height = min(len(rows), ROWS * high)
    breadth = min(columns, display.width * wide)
    cells = {
        (place * height // len(rows), column * breadth // columns)
        for place, row in enumerate(rows)
        for column in row
    }
    return [
        (Fragment(_signs(cells, top, breadth, high, wide).rstrip()),)
        for top in range(0, height, high)
    ]


def _signs(cells: Cells, top: int, breadth: int, high: int, wide: int) -> str:
    """A line of signs, each for so many rows and columns of the grid."""
    if high == 1:
        return "".join("*" if (top, each) in cells else " " for each in range(breadth))
    return "".join(
        chr(
            0x2800
            + sum(
                DOTS[row][column]
                for row in range(high)
                for column in range(wide)
                if (top + row, left + column) in cells
            )
        )
        for left in range(0, breadth, wide)
    )
