"""Programs in chunks: some hundreds of operations each, which are a function of their own.

What LLVM does with a function grows faster than its length. What chunks have from each other is in
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from gradcli.engine.expanding import Code
from gradcli.engine.schedule import Step


class Chunk(NamedTuple):
    """Some steps.

    Attributes:
        first: the slot of the first.
        end: the slot after the last.
        loads: the slots that it has from others.
        stores: those of its own that others, or whoever asked, have from it.
    """

    first: int
    end: int
    loads: Sequence[int]
    stores: Sequence[int]


def chunks_of(code: Code, most: int, whole: Collection[int] = ()) -> list[Chunk]:
    """The steps in parts of so many at most, or one more; one part where there are none.

    Args:
        code: the operations.
        most: how many.
        whole: slots of steps that the next one stays with.
    """
    last = code.first + len(code.steps)
    ends = [code.first]
    while ends[-1] < last:
        end = min(ends[-1] + most, last)
        ends.append(end + (end - 1 in whole))
    bounds = [*pairwise(ends)] or [(code.first, code.first)]
    used = [
        {slot for _, args in code.steps[first - code.first : end - code.first] for slot in args}
        for first, end in bounds
    ]
    later = {slot for (first, _), slots in zip(bounds, used, strict=True)
             for slot in slots if code.first <= slot < first}  # fmt: skip
    return [
        Chunk(
            first,
            end,
            sorted(slot for slot in slots if slot < code.inputs or code.first <= slot < first),
            [slot for slot in range(first, end) if slot in later],
        )
        for (first, end), slots in zip(bounds, used, strict=True)
    ]


def places_of(chunks: Sequence[Chunk]) -> tuple[dict[int, int], int]:
    """Where what chunks have from each other is in memory, and how many places that takes.

    A place is used again as soon as nothing needs what it holds.
    """
    last = {slot: rank for rank, chunk in enumerate(chunks) for slot in chunk.loads}
    ends: list[list[int]] = [[] for _ in chunks]
    found: dict[int, int] = {}
    free: list[int] = []
    size = 0
    for rank, chunk in enumerate(chunks):
        for slot in chunk.stores:
            if not free:
                free.append(size)
                size += 1
            found[slot] = free.pop()
            ends[last[slot]].append(slot)
        free += [found[slot] for slot in ends[rank]]
    return found, size


def in_modules(
    code: Code,
    chunks: Sequence[Chunk],
    functions: Sequence[Iterable[str]],
    most: int,
    declarations: Callable[[Iterable[Step]], Iterable[str]],
) -> list[str]:
    """The texts of modules with the functions of chunks, so many in each at most.

    Args:
        code: the operations.
        chunks: the parts of it.
        functions: the lines of the function of each.
        most: how many functions are a module.
        declarations: what some steps call.
    """
    texts = []
    for first in range(0, len(chunks), most):
        part = chunks[first : first + most]
        steps = code.steps[part[0].first - code.first : part[-1].end - code.first]
        lines = [line for each in functions[first : first + most] for line in each]
        texts.append("\n".join([*lines, *declarations(steps)]) + "\n")
    return texts
