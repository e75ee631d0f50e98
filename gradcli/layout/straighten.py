"""Where each cell stands across: rows without overlap, long lines straight, boxes centred.

After Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001): cells are
aligned with a median neighbour into blocks, once from each of the four corners; blocks are
packed; and each cell takes the mean of the two middle places that it got.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from gradcli.layout.cells import Cell, Kind, Layers

Gap = Callable[[Cell, Cell], float]
"""The room between two neighbours in a row."""

Segment = tuple[int, int]


def straighten(layers: Layers, gap: Gap) -> list[float]:
    """The middle of each cell across, the smallest edge at 0.

    Args:
        layers: rows in their final order.
        gap: the room to leave between two neighbours in a row.
    """
    cells = layers.cells
    if not cells:
        return []
    places = layers.positions()
    conflicts = _conflicts(layers, places)
    layouts = []
    for upwards in (False, True):
        for mirrored in (False, True):
            rows = [row[::-1] if mirrored else row for row in layers.rows]
            order = [
                len(rows[cell.row]) - 1 - place for cell, place in zip(cells, places, strict=True)
            ]
            blocks = _align(
                cells,
                rows[::-1] if upwards else rows,
                order if mirrored else places,
                conflicts,
                upwards=upwards,
            )
            middles = _pack(cells, rows, blocks, gap)
            layouts.append([-middle for middle in middles] if mirrored else middles)
    return _balance(cells, layouts)


def _conflicts(layers: Layers, places: Sequence[int]) -> set[Segment]:
    """Segments that must give way to a straight long line: those that cross or leave it."""
    cells = layers.cells
    conflicts = set()
    for row in layers.rows:
        lines = []
        for cell in row:
            onward = [each for each in cells[cell].after if _passes(cells, cell, each)]
            lines += [(places[cell], places[each]) for each in onward]
            if onward:
                conflicts |= {(cell, each) for each in cells[cell].after if each not in onward}
        crosses = _crossing(lines)
        for cell in row:
            for each in cells[cell].after:
                if crosses(places[cell], places[each]) and not _passes(cells, cell, each):
                    conflicts.add((cell, each))
    return conflicts


def _passes(cells: Sequence[Cell], before: int, after: int) -> bool:
    return cells[before].kind is Kind.LINE and cells[after].kind is Kind.LINE


def _crossing(lines: Sequence[Segment]) -> Callable[[int, int], bool]:
    """Whether a segment crosses one of the lines, which begin in ascending places."""
    starts = [start for start, _ in lines]
    highest = list(accumulate((end for _, end in lines), max))
    lowest = list(accumulate((end for _, end in reversed(lines)), min))[::-1]

    def crosses(start: int, end: int) -> bool:
        below = bisect_left(starts, start)
        above = bisect_right(starts, start)
        return (below > 0 and highest[below - 1] > end) or (
            above < len(starts) and lowest[above] < end
        )

    return crosses


def _align(
    cells: Sequence[Cell],
    rows: Sequence[Sequence[int]],
    places: Sequence[int],
    conflicts: set[Segment],
    *,
    upwards: bool,
) -> list[int]:
    """The block of each cell, named by its first cell."""
    block = list(range(len(cells)))
    for row in rows:
        taken = -1
        for cell in row:
            near = cells[cell].after if upwards else cells[cell].before
            if cells[cell].kind is Kind.LINE:
                near = [each for each in near if cells[each].kind is Kind.LINE] or near
            near = sorted(set(near), key=places.__getitem__)
            for median in near[(len(near) - 1) // 2 : len(near) // 2 + 1]:
                segment = (cell, median) if upwards else (median, cell)
                if block[cell] == cell and taken < places[median] and segment not in conflicts:
                    block[cell] = block[median]
                    taken = places[median]
    return block


def _pack(
    cells: Sequence[Cell], rows: Sequence[Sequence[int]], block: Sequence[int], gap: Gap
) -> list[float]:
    """Blocks as near to the start as they can be, then as near to their next as that allows."""
    after: dict[int, dict[int, float]] = {first: {} for first in block}
    waiting = dict.fromkeys(after, 0)
    for row in rows:
        for left, right in pairwise(row):
            apart = (cells[left].size.across + cells[right].size.across) / 2
            apart += gap(cells[left], cells[right])
            targets = after[block[left]]
            if block[right] not in targets:
                waiting[block[right]] += 1
            targets[block[right]] = max(apart, targets.get(block[right], apart))
    order = [first for first, missing in waiting.items() if not missing]
    middle = dict.fromkeys(after, 0.0)
    for first in order:
        for target, apart in after[first].items():
            middle[target] = max(middle[target], middle[first] + apart)
            waiting[target] -= 1
            if not waiting[target]:
                order.append(target)
    for first in reversed(order):
        room = min((middle[target] - apart for target, apart in after[first].items()), default=None)
        if room is not None:
            middle[first] = max(middle[first], room)
    return [middle[first] for first in block]


def _balance(cells: Sequence[Cell], layouts: Sequence[Sequence[float]]) -> list[float]:
    """The mean of the two middle places of each cell, all layouts laid over the narrowest."""
    extents = [_extent(cells, layout) for layout in layouts]
    low, high = min(extents, key=lambda extent: extent[1] - extent[0])
    shifted = []
    for number, (layout, extent) in enumerate(zip(layouts, extents, strict=True)):
        shift = high - extent[1] if number % 2 else low - extent[0]
        shifted.append([middle + shift for middle in layout])
    middles = []
    for four in zip(*shifted, strict=True):
        _, second, third, _ = sorted(four)
        middles.append((second + third) / 2)
    start, _ = _extent(cells, middles)
    return [middle - start for middle in middles]


def _extent(cells: Sequence[Cell], middles: Sequence[float]) -> tuple[float, float]:
    halves = [cell.size.across / 2 for cell in cells]
    return (
        min(middle - half for middle, half in zip(middles, halves, strict=True)),
        max(middle + half for middle, half in zip(middles, halves, strict=True)),
    )
