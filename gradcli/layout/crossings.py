"""The order within each row: as few crossings as sweeps and exchanges can find."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator, Sequence

from gradcli.layout.cells import Cell, Layers

_SMALL = 1_500
"""With up to so many cells there is time for every start and many sweeps."""

_LARGE = 10_000
"""With more than so many cells only a few sweeps are made, and no exchanges."""

_ROUNDS = 30
"""With more than a small number of cells neighbours are exchanged in so many rounds at most: one
that has to go from end to end of a row would need as many as the row has cells.
"""

_PATIENCE = 4
"""How many sweeps without an improvement are enough."""

Rows = list[list[int]]


def order_rows(layers: Layers) -> int:
    """Order the cells of every row so that few segments cross; return how many do."""
    best: Rows = []
    fewest = -1
    for start in _starts(layers):
        rows, count = _improve(layers, start)
        if fewest < 0 or count < fewest:
            best, fewest = rows, count
        if fewest == 0:
            break
    layers.rows = best
    return max(fewest, 0)


def count_crossings(layers: Layers, rows: Rows) -> int:
    """How many pairs of segments cross."""
    places = _places(layers, rows)
    return sum(_between(layers.cells, row, places) for row in rows)


def _between(cells: Sequence[Cell], row: Sequence[int], places: Sequence[int]) -> int:
    """Crossings between a row and the next: the inversions of the ends of its segments."""
    count = 0
    seen: list[int] = []
    for cell in row:
        ends = sorted([places[each] for each in cells[cell].after])
        for end in ends:
            count += len(seen) - bisect_right(seen, end)
        for end in ends:
            insort(seen, end)
    return count


def _places(layers: Layers, rows: Rows) -> list[int]:
    places = [0] * len(layers.cells)
    for row in rows:
        for place, cell in enumerate(row):
            places[cell] = place
    return places


def _starts(layers: Layers) -> Iterator[Rows]:
    """Orders to begin with: depth first from either end, so that trees have no crossings."""
    cells = layers.cells
    ends = [index for index, cell in enumerate(cells) if not cell.after]
    beginnings = [index for index, cell in enumerate(cells) if not cell.before]
    # A list and its order as they were given: the first argument of an operation stands first.
    yield _depth_first(layers, ends, lambda cell: cell.before)
    if len(cells) > _LARGE:
        return
    yield _depth_first(layers, beginnings, lambda cell: cell.after)
    if len(cells) <= _SMALL:
        yield _depth_first(layers, ends[::-1], lambda cell: cell.before[::-1])
        yield _depth_first(layers, beginnings[::-1], lambda cell: cell.after[::-1])


def _depth_first(
    layers: Layers, roots: Sequence[int], neighbours: Callable[[Cell], list[int]]
) -> Rows:
    rows: Rows = [[] for _ in layers.rows]
    seen = [False] * len(layers.cells)
    waiting = list(reversed(roots))
    while waiting:
        index = waiting.pop()
        if seen[index]:
            continue
        seen[index] = True
        cell = layers.cells[index]
        rows[cell.row].append(index)
        waiting.extend(reversed(neighbours(cell)))
    return rows


def _improve(layers: Layers, rows: Rows) -> tuple[Rows, int]:
    """Sweep over the rows, back and forth, for as long as crossings become fewer."""
    exchange = len(layers.cells) <= _LARGE
    places = _places(layers, rows)
    if exchange:
        _exchange(layers, rows, places)
    best, fewest = [list(row) for row in rows], count_crossings(layers, rows)
    idle = 0
    forward = True
    while fewest and idle < _PATIENCE:
        _sweep(layers, rows, places, forward=forward)
        if exchange:
            _exchange(layers, rows, places)
        count = count_crossings(layers, rows)
        idle += 1
        if count < fewest:
            best, fewest, idle = [list(row) for row in rows], count, 0
        forward = not forward
    return best, fewest


def _sweep(layers: Layers, rows: Rows, places: list[int], *, forward: bool) -> None:
    """Put each cell at the mean of its neighbours in the row that was ordered before."""
    for row in rows if forward else reversed(rows):
        wanted: dict[int, float] = {}
        for cell in row:
            near = layers.cells[cell].before if forward else layers.cells[cell].after
            mean = sum([places[each] for each in near]) / len(near) if near else None
            wanted[cell] = places[cell] if mean is None else mean
        row.sort(key=wanted.__getitem__)
        for place, cell in enumerate(row):
            places[cell] = place


def _exchange(layers: Layers, rows: Rows, places: list[int]) -> None:
    """Exchange neighbours in a row wherever that saves crossings, while there are any to save."""
    dirty = set(range(len(rows)))
    rounds = _ROUNDS if len(places) > _SMALL else len(places)
    while dirty and rounds:
        rounds -= 1
        current, dirty = sorted(dirty), set()
        for index in current:
            if _exchange_in_row(layers, rows[index], places):
                dirty |= {near for near in range(index - 1, index + 2) if 0 <= near < len(rows)}


def _exchange_in_row(layers: Layers, row: list[int], places: list[int]) -> bool:
    cells = layers.cells
    before = [sorted([places[each] for each in cells[cell].before]) for cell in row]
    after = [sorted([places[each] for each in cells[cell].after]) for cell in row]
    changed = False
    for i in range(len(row) - 1):
        j = i + 1
        saved = _inversions(before[i], before[j]) - _inversions(before[j], before[i])
        saved += _inversions(after[i], after[j]) - _inversions(after[j], after[i])
        if saved > 0:
            row[i], row[j] = row[j], row[i]
            before[i], before[j] = before[j], before[i]
            after[i], after[j] = after[j], after[i]
            changed = True
    for place, cell in enumerate(row):
        places[cell] = place
    return changed


def _inversions(left: Sequence[int], right: Sequence[int]) -> int:
    """How many pairs of a left and a right end are in the wrong order; both are sorted."""
    if not left or not right or left[-1] <= right[0]:
        return 0
    count = smaller = 0
    for end in left:
        while smaller < len(right) and right[smaller] < end:
            smaller += 1
        count += smaller
    return count
