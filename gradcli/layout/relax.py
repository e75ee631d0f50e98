"""Third pass across: straight groups move towards the median of their neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from gradcli.layout.cells import Kind, Layers
from gradcli.layout.straighten import Gap

_ROUNDS = 12
_NEAR = 0.01

_SNAP = 6.0
"""A bend of less than this is straightened where there is room."""


def draw_together(layers: Layers, middles: Sequence[float], gap: Gap) -> list[float]:
    """Shift what is in one straight line, as a whole, towards the median of its neighbours.

    Args:
        layers: rows in their final order.
        middles: places that keep the gaps.
        gap: the room between two neighbours in a row.
    """
    result = list(middles)
    apart = _Apart(layers, gap)
    for turn in range(_ROUNDS):
        moved = _shift_groups(layers, result, apart, forwards=turn % 2 == 1)
        if moved < 1:
            break
    _snap(layers, result, apart)
    return _from_zero(layers, result)


def _shift_groups(layers: Layers, middles: list[float], apart: _Apart, *, forwards: bool) -> float:
    """Shift every group towards the median of its neighbours; return the longest way."""
    moved = 0.0
    groups = _straight(layers, middles)
    for group in groups if forwards else reversed(groups):
        pulls = _pulls(layers, group, middles)
        if pulls:
            # A box that is a little off its nearest neighbour stands between two: leave it there.
            if abs(median(pulls)) < max(layers.cells[cell].size.across for cell in group):
                continue
            back, on = apart.slack(group, middles)
            shift = max(-back, min(median(pulls), on))
            moved = max(moved, abs(shift))
            for cell in group:
                middles[cell] += shift
    return moved


def _snap(layers: Layers, middles: list[float], apart: _Apart) -> None:
    """Straighten what is almost straight."""
    for group in _straight(layers, middles):
        pulls = [pull for pull in _pulls(layers, group, middles) if abs(pull) < _SNAP]
        back, on = apart.slack(group, middles)
        shift = min(pulls, key=abs, default=0.0)
        if pulls and -back <= shift <= on:
            for cell in group:
                middles[cell] += shift


def _pulls(layers: Layers, group: Sequence[int], middles: Sequence[float]) -> list[float]:
    """How far each neighbour of a group is from its cell across."""
    members = set(group)
    return [
        middles[other] - middles[cell]
        for cell in group
        for other in (*layers.cells[cell].before, *layers.cells[cell].after)
        if other not in members
    ]


def centre_rows(layers: Layers, middles: Sequence[float], gap: Gap) -> list[float]:
    """Put each row as near as its gaps allow to the mean places of the rows beside it.

    The columns of a network then stand around one axis, each at its own even distance. Long
    lines do not stay straight.

    Args:
        layers: rows in their final order.
        middles: places to begin with.
        gap: the room between two neighbours in a row.
    """
    result = list(middles)
    for turn in range(2 * _ROUNDS):
        for row in layers.rows if turn % 2 else reversed(layers.rows):
            wishes = []
            for cell in row:
                near = [*layers.cells[cell].before, *layers.cells[cell].after]
                wishes.append(
                    sum(result[other] for other in near) / len(near) if near else result[cell]
                )
            for cell, middle in zip(row, _apart(layers, row, wishes, gap), strict=True):
                result[cell] = middle
    _spread_sources(layers, result)
    return _from_zero(layers, result)


def _spread_sources(layers: Layers, middles: list[float]) -> None:
    """Put the first row at even distances along the next row of boxes, if that is longer."""
    cells = layers.cells
    rows = [row for row in layers.rows if any(cells[cell].kind is Kind.BOX for cell in row)]
    if len(rows) < 2 or len(rows[0]) < 2:
        return
    first, second = rows[:2]
    begin = middles[second[0]] - cells[second[0]].size.across / 2
    end = middles[second[-1]] + cells[second[-1]].size.across / 2
    step = (end - begin) / len(first)
    if all(middles[right] - middles[left] < step for left, right in pairwise(first)):
        for place, cell in enumerate(first):
            middles[cell] = begin + step * (place + 0.5)


def spread(wishes: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """Ascending places as near to the wishes, by squares, as the distances between them allow.

    Args:
        wishes: where each would stand.
        offsets: the least distance of each from the first.
    """
    # Neighbours that would come too near form a group, which stands at the mean of its wishes.
    groups: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        total, size = wish - offset, 1
        while groups and groups[-1][0] / groups[-1][1] >= total / size:
            before, number = groups.pop()
            total, size = total + before, size + number
        groups.append((total, size))
    means = [total / size for total, size in groups for _ in range(size)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _apart(layers: Layers, row: Sequence[int], wishes: Sequence[float], gap: Gap) -> list[float]:
    cells = layers.cells
    offsets = [0.0]
    for left, right in pairwise(row):
        half = (cells[left].size.across + cells[right].size.across) / 2
        offsets.append(offsets[-1] + half + gap(cells[left], cells[right]))
    return spread(wishes, offsets[: len(row)])


class _Apart:
    """How far cells have to stay from their neighbours in a row."""

    def __init__(self, layers: Layers, gap: Gap) -> None:
        cells = layers.cells
        self.before: list[tuple[int, float] | None] = [None] * len(cells)
        self.after: list[tuple[int, float] | None] = [None] * len(cells)
        for row in layers.rows:
            for left, right in pairwise(row):
                least = (cells[left].size.across + cells[right].size.across) / 2
                least += gap(cells[left], cells[right])
                self.after[left] = right, least
                self.before[right] = left, least

    def slack(self, group: Sequence[int], middles: Sequence[float]) -> tuple[float, float]:
        """How far a group can be shifted back and on."""
        back = on = float("inf")
        for cell in group:
            left, right = self.before[cell], self.after[cell]
            if left is not None:
                back = min(back, middles[cell] - middles[left[0]] - left[1])
            if right is not None:
                on = min(on, middles[right[0]] - middles[cell] - right[1])
        return max(back, 0.0), max(on, 0.0)


def _straight(layers: Layers, middles: Sequence[float]) -> list[list[int]]:
    """The cells in groups: those that are joined by segments without a bend."""
    group = list(range(len(layers.cells)))
    for row in layers.rows:
        for cell in row:
            for after in layers.cells[cell].after:
                if abs(middles[cell] - middles[after]) < _NEAR and group[after] == after:
                    group[after] = group[cell]
    members: dict[int, list[int]] = {}
    for row in layers.rows:
        for cell in row:
            members.setdefault(group[cell], []).append(cell)
    return list(members.values())


def _from_zero(layers: Layers, middles: list[float]) -> list[float]:
    start = min(
        (middle - cell.size.across / 2 for middle, cell in zip(middles, layers.cells, strict=True)),
        default=0.0,
    )
    return [middle - start for middle in middles]
