"""A curve in the terminal: one mark a column, joined by lines where the stream has them."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.lines.blocks import Curve, laid
from gradcli.views.lines.page import Display, Fragment, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROWS = 10

WIDEST = 100
"""A curve is not wider than so many columns, however wide the terminal is."""

FINEST, STRIPS = 2000, 500
"""Of more points than that, a picture has what can be seen in so many strips."""

CURVE = "cyan"
"""The style of a curve."""

LOGARITHMIC = 100
"""Positive values that differ by more than this factor are drawn on a logarithmic axis."""


class Strokes(NamedTuple):
    """What a curve and its axes are drawn with."""

    level: str = "─"
    upright: str = "│"
    fall_from: str = "╮"
    fall_to: str = "╰"
    rise_from: str = "╯"
    rise_to: str = "╭"
    axis: str = "┤"
    corner: str = "└"


PLAIN = Strokes("*", "|", "*", "*", "*", "*", "|", "+")


def render(
    points: Sequence[tuple[float, float]],
    display: Display,
    axis: str = "step",
    *,
    is_function: bool = False,
) -> list[Line]:
    """Return a curve through points of ascending abscissa; those not finite are gaps.

    Args:
        points: at least two, or nothing is drawn.
        display: where it goes.
        axis: what the abscissa is called.
        is_function: whether there are values between the points, on straight lines, and the
            ordinate is linear; else each point is as wide as its share, and may span decades.
    """
    finite = [(x, y) for x, y in points if math.isfinite(y)]
    low, high = min((y for _, y in finite), default=0), max((y for _, y in finite), default=0)
    if len(finite) < 2 or not low < high:
        return []
    logarithmic = not is_function and low > 0 and high / low > LOGARITHMIC
    scale: Callable[[float], float] = math.log10 if logarithmic else float
    digits = display.precision or 4
    short = display._replace(precision=digits if is_function else min(digits, 4))
    labels = _labels(low, high, short, logarithmic=logarithmic)
    margin = max(map(len, labels))
    columns = min(display.width, WIDEST) - margin - 2
    if columns < 4:
        return []
    strokes = _strokes(display.encoding)
    # Halves, lest the difference of two huge numbers overflow.
    bottom, top = scale(low) / 2, scale(high) / 2

    def up(y: float) -> float:
        return (scale(y) / 2 - bottom) / (top - bottom)

    rows = [
        None if y is None else round(up(y) * (ROWS - 1))
        for y in (joined if is_function else sampled)(points, columns)
    ]
    picture = _draw(rows, strokes)
    block = Curve(_runs(points, up), margin + 2, columns)
    lines: list[Line] = []
    if logarithmic:
        lines += display.paragraph(
            "logarithmic axis", indent=min(margin, display.width - 16), style="dim"
        )
    drawn: list[Line] = [
        (
            Fragment(f"{label:>{margin}} {strokes.axis}", "dim"),
            Fragment("".join(row).rstrip(), CURVE),
        )
        for label, row in zip(labels, picture, strict=True)
    ]
    lines += laid(block, drawn)
    ends = [points[at][0] for at in (0, -1)]
    first, last = (short.number(end) if is_function else str(end) for end in ends)
    return [*lines, *_abscissa(margin, columns, (first, axis, last), strokes.corner, display)]


def _abscissa(
    margin: int, columns: int, words: tuple[str, str, str], corner: str, display: Display
) -> Iterator[Line]:
    """The line below a curve, and what stands below that: where it begins, its name, its end."""
    ruler = corner + (display.symbols.rule * columns)
    yield (Fragment(" " * (margin + 1) + ruler, "dim"),)
    first, name, last = words
    room = columns - len(first) - len(last)
    middle = f"{name:^{room}}" if len(name) + 2 <= room else " " * room
    yield (Fragment(" " * (margin + 2) + first + middle + last, "dim"),)


def joined(points: Sequence[tuple[float, float]], columns: int) -> list[float | None]:
    """Return for each column the value on the line between two points, None where there is none."""
    start, end = points[0][0], points[-1][0]
    reach = (end / 2 - start / 2) / (columns - 1)
    values: list[float | None] = []
    place = 0
    for column in range(columns):
        part = column / (columns - 1)
        wanted = start * (1 - part) + end * part
        while place + 2 < len(points) and points[place + 1][0] <= wanted:
            place += 1
        (left, before), (right, after) = points[place], points[place + 1]
        if math.isfinite(before) and math.isfinite(after):
            along = min(max((wanted / 2 - left / 2) / (right / 2 - left / 2), 0.0), 1.0)
            values.append(before * (1 - along) + after * along)
        else:  # beside a gap the points themselves are drawn
            near = [y for x, y in points[place : place + 2] if abs(wanted - x) <= reach]
            values.append(near[0] if near and math.isfinite(near[0]) else None)
    return values


def sampled(points: Sequence[tuple[float, float]], columns: int) -> list[float | None]:
    """Return for each column the value of the nearest point, None if it is not finite."""
    start, end = points[0][0], points[-1][0]
    values: list[float | None] = []
    place = 0
    for column in range(columns):
        wanted = start + (end - start) * column / (columns - 1)
        while place + 1 < len(points) and (
            abs(points[place + 1][0] - wanted) <= abs(points[place][0] - wanted)
        ):
            place += 1
        value = points[place][1]
        values.append(value if math.isfinite(value) else None)
    return values


def _runs(
    points: Sequence[tuple[float, float]], up: Callable[[float], float]
) -> list[list[tuple[float, float]]]:
    """The points between two gaps each, to the right and up from 0 to 1.

    Of very many in a narrow strip the first and the last, the lowest and the highest are left.
    """
    start, end = points[0][0] / 2, points[-1][0] / 2
    placed = [
        ((x / 2 - start) / (end - start), up(y) if math.isfinite(y) else None) for x, y in points
    ]
    runs: list[list[tuple[float, float]]] = []
    for (is_gap, _), group in itertools.groupby(
        placed, lambda each: (each[1] is None, len(placed) > FINEST and int(each[0] * STRIPS))
    ):
        if is_gap:
            runs.append([])
            continue
        strip = [(x, y) for x, y in group if y is not None]
        kept = {strip[0], strip[-1], *(most(strip, key=_height) for most in (min, max))}
        runs = runs or [[]]
        runs[-1] += sorted(kept) if len(placed) > FINEST else strip
    return [run for run in runs if run]


def _height(point: tuple[float, float]) -> float:
    return point[1]


def _labels(low: float, high: float, display: Display, *, logarithmic: bool) -> list[str]:
    """The numbers beside the axis, from the top: at both ends and in the middle."""
    middle = ROWS // 2
    part = middle / (ROWS - 1)
    between = low**part * high ** (1 - part) if logarithmic else low * part + high * (1 - part)
    at = {0: high, middle: between, ROWS - 1: low}
    return [display.number(at[row]) if row in at else "" for row in range(ROWS)]


def _strokes(encoding: str) -> Strokes:
    try:
        "".join(Strokes()).encode(encoding)
    except UnicodeError:
        return PLAIN
    return Strokes()


def _draw(rows: Sequence[int | None], strokes: Strokes) -> list[list[str]]:
    """The characters of each row, the top one first."""
    picture = [[" "] * len(rows) for _ in range(ROWS)]
    before: int | None = None
    for column, row in enumerate(rows):
        if row is not None and before is not None and row != before:
            falls = row < before
            picture[ROWS - 1 - before][column] = strokes.fall_from if falls else strokes.rise_from
            for between in range(min(row, before) + 1, max(row, before)):
                picture[ROWS - 1 - between][column] = strokes.upright
            picture[ROWS - 1 - row][column] = strokes.fall_to if falls else strokes.rise_to
        elif row is not None:
            picture[ROWS - 1 - row][column] = strokes.level
        before = row
    return picture
