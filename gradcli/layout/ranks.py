"""Which layer a box stands in, so that edges point one way and are short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

Pair = tuple[int, int]

_ROUNDS = 8

MOST_SOURCES = 14
"""So many boxes without a source stand in one layer; more of them are spread over those before."""

MOST_SPREAD = 6 * MOST_SOURCES
"""More than these stay: nobody reads them, and their lines would take long to lay out."""


def ranks(count: int, edges: Sequence[Pair], *, align_sources: bool = False) -> list[int]:
    """The layer of each box, counted from 0.

    Every edge leads to a higher layer. Edges of one source share one line as far as they go, so
    what is kept short is the line from each box to the farthest of its targets. Boxes start as
    late as the longest path allows, beside what needs them; then those that join several long
    lines into one, and those that nothing needs, move back.

    Args:
        count: the number of boxes.
        edges: pairs of source and target.
        align_sources: put all boxes without a source into layer 0.

    Raises:
        ValueError: the edges form a cycle.
    """
    sources: list[list[int]] = [[] for _ in range(count)]
    targets: list[list[int]] = [[] for _ in range(count)]
    for source, target in dict.fromkeys(edges):
        sources[target].append(source)
        targets[source].append(target)
    order = topological_order(sources, targets)
    rank = _latest(order, sources, targets)
    reach = _Reach(rank, sources, targets)
    for _ in range(_ROUNDS):
        if not sum(_move_back(box, rank, sources, targets, reach) for box in order):
            break
    farthest = [max((rank[target] for target in each), default=0) for each in targets]
    for box in reversed(order):
        _move_on(box, rank, sources, targets, farthest)
    if align_sources:
        first = min(rank, default=0)
        rank = [each if sources[box] else first for box, each in enumerate(rank)]
    else:
        _spread(rank, sources)
    first = min(rank, default=0)
    return [each - first for each in rank]


def _spread(rank: list[int], sources: Sequence[Sequence[int]]) -> None:
    """Move boxes without a source back from layers that have too many of them.

    Neighbours go to different layers: the line of each passes between the boxes of the next.
    """
    layers: defaultdict[int, list[int]] = defaultdict(list)
    for box, each in enumerate(rank):
        if not sources[box]:
            layers[each].append(box)
    here = max(layers, default=0)
    while any(layers.values()):
        boxes = layers.pop(here, [])
        rows = -(-len(boxes) // MOST_SOURCES) or 1
        rows = 1 if len(boxes) > MOST_SPREAD else rows
        layers[here - 1] += [box for place, box in enumerate(boxes) if place % rows]
        for box in boxes[::rows]:
            rank[box] = here
        here -= 1


def topological_order(
    sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> list[int]:
    """All boxes, each after its sources.

    Raises:
        ValueError: the edges form a cycle.
    """
    waiting = [len(each) for each in sources]
    order = [box for box, missing in enumerate(waiting) if not missing]
    for box in order:
        for target in targets[box]:
            waiting[target] -= 1
            if not waiting[target]:
                order.append(target)
    if len(order) < len(sources):
        raise ValueError("a graph with a cycle has no layers")
    return order


def _latest(
    order: Sequence[int], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> list[int]:
    early = [0] * len(order)
    for box in order:
        early[box] = max((early[source] + 1 for source in sources[box]), default=0)
    last = max(early, default=0)
    late = [last] * len(order)
    for box in reversed(order):
        late[box] = min((late[target] - 1 for target in targets[box]), default=last)
    return late


class _Reach:
    """How far the line from a box goes, while its targets move back."""

    def __init__(
        self, rank: list[int], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
    ) -> None:
        self._rank = rank
        self._sources = sources
        self._heaps = [[(-rank[target], target) for target in each] for each in targets]
        for heap in self._heaps:
            heapify(heap)

    def without(self, source: int, target: int) -> int:
        """The rank of the farthest target of a box besides one of them; its own if that is all."""
        heap = self._heaps[source]
        top = self._farthest(heap)
        if top is None or top[1] != target:
            return self._rank[source] if top is None else -top[0]
        heappop(heap)
        second = self._farthest(heap)
        heappush(heap, top)
        return self._rank[source] if second is None else -second[0]

    def move(self, box: int, to: int) -> None:
        """Give a box a lower rank."""
        self._rank[box] = to
        for source in self._sources[box]:
            heappush(self._heaps[source], (-to, box))

    def _farthest(self, heap: list[tuple[int, int]]) -> tuple[int, int] | None:
        """The first entry that is no older than the last move of its box."""
        while heap and -heap[0][0] != self._rank[heap[0][1]]:
            heappop(heap)
        return heap[0] if heap else None


def _move_back(
    box: int,
    rank: Sequence[int],
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    reach: _Reach,
) -> bool:
    """Move a box towards its sources while that shortens lines by no less than its own grows."""
    if not sources[box]:
        return False
    here = stop = rank[box]
    nearest = max(rank[source] for source in sources[box]) + 1
    if not targets[box]:  # it has no line that could grow
        stop = nearest
    for source in sources[box]:
        stop = min(stop, max(reach.without(source, box), nearest))
    if stop < here:
        reach.move(box, stop)
    return stop < here


def _move_on(
    box: int,
    rank: list[int],
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    farthest: Sequence[int],
) -> None:
    """Raise a box's rank as far as the longest edge from each of its sources already reaches.

    How far that is does not change by it.
    """
    if not targets[box]:
        return
    stop = min(rank[target] for target in targets[box]) - 1
    for source in sources[box]:
        stop = min(stop, farthest[source])
    rank[box] = max(rank[box], stop)
