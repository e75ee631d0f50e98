"""Straight-line programs of NumPy: lines that compute one value each, and how they are written.

What is done entry by entry to long arrays is done in blocks that stay in the cache, a value that
nothing needs any longer lends its memory to the next, and all is compiled once. The source has no
name that a user gave: values are ``v1``, ``v2``, …, functions and constants are objects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.graph.shapes import Shape

BLOCK = 8192
"""How many entries of a long array are worked on at once."""

LONG = 30_000
"""From how many entries on an array is done in blocks."""

_WORTH_FREEING = 4096
"""The least number of entries whose memory is given back before the end."""


class Line(NamedTuple):
    """A value, and the function that it is of others.

    Attributes:
        target: its name.
        function: the name of the function.
        args: the names of what it is applied to.
        shape: what the value has.
        takes_out: whether the function writes into an array that it is given last.
        by_entry: whether it is done entry by entry.
        is_view: whether the value may be part of the memory of its argument.
        is_flag: whether it is a truth, not a number.
        text: how it is written, if not as a call; a program may end there.
    """

    target: str
    function: str
    args: tuple[str, ...]
    shape: Shape = ()
    takes_out: bool = False
    by_entry: bool = False
    is_view: bool = False
    is_flag: bool = False
    text: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are done together."""
        return (self,)


class Block(NamedTuple):
    """Lines that are done together, some rows of the first axis after another."""

    lines: tuple[Line, ...]


Part = Line | Block


class Program(NamedTuple):
    """Lines, and what is around them.

    Attributes:
        inputs: the names of what is given.
        lines: each after those whose values it needs.
        outputs: the names that the result is made of.
        result: an expression of these.
        shapes: the shape of all that has a name, constants included.
    """

    inputs: Sequence[str]
    lines: Sequence[Line]
    outputs: Sequence[str]
    result: str
    shapes: Mapping[str, Shape]


def compiled(program: Program, known: dict[str, Any]) -> Callable[..., Any]:
    """The function of the inputs that runs a program.

    Args:
        program: what is to be run.
        known: the functions and the constants by name.
    """
    source = "\n".join(_written(program))
    exec(compile(source, "<plan>", "exec"), known)  # noqa: S102  (names and texts are ours)
    run: Callable[..., Any] = known["run"]
    return run


def _written(program: Program) -> Iterator[str]:
    parts = blocked(program.lines)
    memory = _Memory(parts, program.outputs)
    yield f"def run({', '.join(program.inputs)}):"
    for place, part in enumerate(parts):
        if isinstance(part, Line):
            yield f"    {memory.written(part, place)}"
        else:
            yield from _in_blocks(part, program.shapes, memory.kept(part, place))
        freed = memory.freed(place)
        if freed:
            yield f"    del {', '.join(freed)}"
    yield f"    return {program.result}"


def blocked(lines: Iterable[Line]) -> list[Part]:
    """The same lines, with those together that are done entry by entry to long arrays."""
    done: list[Part] = []
    waiting: dict[Shape, list[Line]] = {}
    where: dict[str, Shape] = {}

    def close(shape: Shape) -> None:
        group = waiting.pop(shape)
        for line in group:
            del where[line.target]
        done.append(Block(tuple(group)) if len(group) > 1 else group[0])

    for line in lines:
        is_long = line.by_entry and line.shape[:1] > (1,) and math.prod(line.shape) >= LONG
        shape = line.shape if is_long else None
        for arg in line.args:
            if arg in where and where[arg] != shape:
                close(where[arg])
        if shape is None:
            done.append(line)
        else:
            waiting.setdefault(shape, []).append(line)
            where[line.target] = shape
    for shape in [*waiting]:
        close(shape)
    return done


class _Memory:
    """Whose memory every value is, and up to where it is needed.

    Args:
        parts: the program.
        outputs: what is needed in the end.
    """

    def __init__(self, parts: Sequence[Part], outputs: Iterable[str]) -> None:
        self._shapes: dict[str, Shape] = {}
        self._owner: dict[str, str] = {}
        self._last: dict[str, int] = {}
        self._read: dict[str, int] = {}
        self._flags: set[str] = set()
        for place, part in enumerate(parts):
            for line in part.lines:
                self._add(line, place)
        for name in outputs:
            self._read[name] = len(parts)
            self._last[self._owner.get(name, name)] = len(parts)
        self._ends: dict[int, list[str]] = {}
        inside = {
            line.target
            for place, part in enumerate(parts)
            if isinstance(part, Block)
            for line in part.lines
            if line.target not in self.kept(part, place)
        }
        for name, owner in self._owner.items():
            if name in inside:
                continue
            size = math.prod(self._shapes[owner])
            if self._last[owner] < len(parts) and size >= _WORTH_FREEING:
                self._ends.setdefault(self._last[owner], []).append(name)

    def _add(self, line: Line, place: int) -> None:
        for arg in line.args:
            self._read[arg] = place
            self._last[self._owner.get(arg, arg)] = place
        name = line.target
        self._shapes[name] = line.shape
        if line.is_flag:
            self._flags.add(name)
        # What is a view of an input belongs to nobody here.
        self._owner[name] = self._owner.get(line.args[0], "") if line.is_view else name
        if not self._owner[name]:
            del self._owner[name]
        else:
            self._last[self._owner[name]] = max(self._last.get(self._owner[name], place), place)

    def written(self, line: Line, place: int) -> str:
        """The text of a line, into the memory of an argument that ends there."""
        if line.text:
            return line.text
        args = [*line.args]
        if line.takes_out and line.shape and not line.is_flag:
            args += [arg for arg in line.args if self._is_free(arg, line, place)][:1]
        return f"{line.target} = {line.function}({', '.join(args)})"

    def _is_free(self, name: str, line: Line, place: int) -> bool:
        return (
            self._owner.get(name) == name
            and self._last[name] == place
            and self._shapes[name] == line.shape
            and name not in self._flags
        )

    def kept(self, block: Block, place: int) -> set[str]:
        """The values of a block that are needed after it."""
        return {line.target for line in block.lines if self._last[line.target] > place}

    def freed(self, place: int) -> list[str]:
        """The names whose memory nothing needs after a part."""
        return self._ends.get(place, [])


def _in_blocks(block: Block, shapes: Mapping[str, Shape], kept: set[str]) -> Iterator[str]:
    """The text of a block: a loop over some rows, in which only parts of arrays have names."""
    shape = block.lines[0].shape
    rows = max(1, BLOCK // max(1, math.prod(shape[1:])))
    own = {line.target for line in block.lines}
    read = dict.fromkeys(arg for line in block.lines for arg in line.args if arg not in own)
    sliced = [
        arg for arg in read
        if len(shapes[arg]) == len(shape) and shapes[arg][0] == shape[0]
    ]  # fmt: skip
    local = {name: f"b{name}" for name in (*own, *sliced)}
    for line in block.lines:
        if line.target in kept:
            kind = ", bool" if line.is_flag else ""
            yield f"    {line.target} = empty({shape}{kind})"
    yield f"    for first in range(0, {shape[0]}, {rows}):"
    yield f"        rows = slice(first, first + {rows})"
    for name in sliced:
        yield f"        {local[name]} = {name}[rows]"
    last = {arg: place for place, line in enumerate(block.lines) for arg in line.args}
    flags = {line.target for line in block.lines if line.is_flag}
    for place, line in enumerate(block.lines):
        args = [local.get(arg, arg) for arg in line.args]
        call = f"{line.function}({', '.join(args)})"
        target = local[line.target]
        if line.target in kept and line.takes_out:
            yield f"        {target} = {line.target}[rows]"
            yield f"        {line.function}({', '.join([*args, target])})"
        elif line.target in kept:
            yield f"        {target} = {line.target}[rows] = {call}"
        else:
            free = [
                local[arg] for arg in line.args
                if arg in own and arg not in kept and arg not in flags and last[arg] == place
            ]  # fmt: skip
            if line.takes_out and free and not line.is_flag:
                call = f"{line.function}({', '.join([*args, free[0]])})"
            yield f"        {target} = {call}"
