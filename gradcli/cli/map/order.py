"""Work on blocks by several threads at once, whose results come in the order of the blocks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Block = TypeVar("Block")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Block], Result], blocks: Iterable[Block], threads: int
) -> Iterator[Result]:
    """The results for some blocks, of which only a few are in memory at a time.

    Raises:
        Exception: what reading a block, or the work on one, raises; in its place.
    """
    if threads <= 1:
        yield from map(work, blocks)
        return
    with ThreadPoolExecutor(threads, "gradcli") as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for block in blocks:
                waiting.append(pool.submit(work, block))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()
