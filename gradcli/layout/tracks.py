"""Lines at right angles between two rows: which level line runs in which track."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Net(NamedTuple):
    """What leaves one cell for the next row: down, along a track, and down again.

    Attributes:
        source: the cell.
        start: the column in which it leaves.
        ends: the columns in which it enters the next row.
    """

    source: int
    start: int
    ends: tuple[int, ...]

    @property
    def span(self) -> tuple[int, ...]:
        """The columns between which its level line runs."""
        return (self.start, *self.ends)

    @property
    def straight(self) -> bool:
        """Whether it needs no track."""
        return self.ends == (self.start,)


def tracks(nets: Sequence[Net]) -> dict[int, int] | None:
    """The track of each net that is not straight, by its source; None if there is no way.

    No two lines lie on each other: level lines of one track are apart, and where one net leaves
    in the column in which another enters, the first turns off above the second. If that goes in
    a circle there is no way.
    """
    waiting = sorted((net for net in nets if not net.straight), key=lambda net: min(net.span))
    starts = {net.start: net for net in waiting}
    above: dict[int, set[int]] = {net.source: set() for net in waiting}
    for net in waiting:
        for column in net.ends:
            other = starts.get(column)
            if other is not None and other is not net:
                above[net.source].add(other.source)
    found: dict[int, int] = {}
    taken: list[list[tuple[int, int]]] = []
    while waiting:
        ready = next((net for net in waiting if above[net.source] <= found.keys()), None)
        if ready is None:
            return None
        waiting.remove(ready)
        low, high = min(ready.span), max(ready.span)
        track = 1 + max((found[source] for source in above[ready.source]), default=-1)
        while track < len(taken) and any(a <= high + 1 and low <= b + 1 for a, b in taken[track]):
            track += 1
        while len(taken) <= track:
            taken.append([])
        taken[track].append((low, high))
        found[ready.source] = track
    return found
