"""Lanes beside all rows: which of them each line runs in that jumps over many rows."""

from __future__ import annotations

from heapq import heappop, heappush

from gradcli.layout.cells import Layers


def lanes(layers: Layers) -> dict[int, int]:
    """The number of the lane that begins at a cell, for each at which one does.

    Two lines have the same lane only if one ends before the other begins.
    """
    cells = layers.cells
    until: dict[int, int] = {}
    for cell, start in layers.jumps.items():
        until[start] = max(until.get(start, 0), cells[cell].row)
    found: dict[int, int] = {}
    taken: list[tuple[int, int]] = []
    free: list[int] = []
    for start in sorted(until, key=lambda cell: (cells[cell].row, until[cell])):
        while taken and taken[0][0] <= cells[start].row:
            heappush(free, heappop(taken)[1])
        found[start] = heappop(free) if free else len(taken)
        heappush(taken, (until[start], found[start]))
    return found
