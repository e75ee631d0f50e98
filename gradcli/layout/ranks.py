"""Which layer a box stands in, so that edges point one way and are short."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int]

_ROUNDS = 8


def ranks(count: int, edges: Sequence[Pair], *, align_sources: bool = False) -> list[int]:
    """The layer of each box, counted from 0.

    Every edge leads to a higher layer. Edges of one source share one line as far as they go, so
    what is kept short is the line from each box to the farthest of its targets. Boxes start as
    late as the longest path allows, beside what needs them; then those that join several long
    lines into one move back.

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
    for _ in range(_ROUNDS):
        if not sum(_move_back(box, rank, sources, targets) for box in order):
            break
    for box in reversed(order):
        _move_on(box, rank, sources, targets)
    if align_sources:
        for box in range(count):
            rank[box] = rank[box] if sources[box] else min(rank)
    first = min(rank, default=0)
    return [each - first for each in rank]


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


def _move_back(
    box: int, rank: list[int], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> bool:
    """Move a box towards its sources while that shortens lines by no less than its own grows."""
    if not sources[box] or not targets[box]:
        return False
    here = rank[box]
    nearest = max(rank[source] for source in sources[box]) + 1
    stop = here
    for source in sources[box]:
        others = max((rank[each] for each in targets[source] if each != box), default=rank[source])
        stop = min(stop, max(others, nearest))
    rank[box] = stop
    return stop < here


def _move_on(
    box: int, rank: list[int], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> None:
    """Raise a box's rank as far as the longest edge from each of its sources already reaches."""
    if not targets[box]:
        return
    stop = min(rank[target] for target in targets[box]) - 1
    for source in sources[box]:
        farthest = max(rank[each] for each in targets[source])
        stop = min(stop, max(farthest, rank[box]))
    rank[box] = max(rank[box], stop)
