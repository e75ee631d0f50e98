"""Straight-line programs of NumPy: lines that compute one value each, and how they are run.

What is done entry by entry to long arrays is done in blocks that stay in the cache, and a value
that nothing needs any longer lends its memory to the next. A program becomes a list of calls on
places in a list of values once; running it is a loop over the calls, from any thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from gradcli.graph.shapes import Shape

BLOCK = 8192
"""How many entries of a long array are worked on at once."""

LONG = 30_000
"""From how many entries on an array is done in blocks."""

_WORTH_FREEING = 4096
"""The least number of entries whose memory is given back before the end."""

_UNARY = -1
_VARIADIC = -2
_ON_ALL = -3

_Call = tuple[Callable[..., Any], Any, int, int]
"""A function, the places of its first and of its second argument, and that of its value.

Instead of the second stands what else there is: one argument, more than two, which an
`itemgetter` in the place of the first finds, or a function of the list of all values.
"""


class Line(NamedTuple):
    """A value, and the function that it is of others.

    Attributes:
        target: its name.
        function: what computes it.
        args: the names of what that is applied to.
        shape: what the value has.
        takes_out: whether the function writes into an array that it is given last.
        by_entry: whether it is done entry by entry.
        is_view: whether the value may be part of the memory of its argument.
        is_flag: whether it is a truth, not a number.
    """

    target: str
    function: Callable[..., Any]
    args: tuple[str, ...]
    shape: Shape = ()
    takes_out: bool = False
    by_entry: bool = False
    is_view: bool = False
    is_flag: bool = False

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are done together."""
        return (self,)


class Block(NamedTuple):
    """Lines that are done together, some rows of the first axis after another."""

    lines: tuple[Line, ...]


_Part = Line | Block


class Program:
    """Lines, ready to be run.

    Args:
        inputs: the names of what is given.
        constants: what is known already, by name.
        lines: each after those whose values it needs.
        outputs: the names of what is wanted.
        shapes: the shape of all that has a name.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        constants: Mapping[str, Any],
        lines: Sequence[Line],
        outputs: Sequence[str],
        shapes: Mapping[str, Shape],
    ) -> None:
        parts = blocked(lines)
        memory = _Memory(parts, outputs)
        names = [*inputs, *constants, *[line.target for line in lines]]
        slots = {name: slot for slot, name in enumerate(names)}
        self._rest = [*constants.values(), *[None] * len(lines)]
        self._calls: list[_Call] = []
        for place, part in enumerate(parts):
            if isinstance(part, Line):
                args = [slots[arg] for arg in (*part.args, *memory.lent(part, place))]
                self._calls.append(_call(part.function, args, slots[part.target]))
            else:
                loop = _Loop(part, shapes, slots, memory.kept(part, place))
                self._calls.append((loop, None, _ON_ALL, 0))
            freed = [slots[name] for name in memory.freed(place)]
            if freed:
                self._calls.append((_Forgetting(freed), None, _ON_ALL, 0))
        self._outputs = [slots[name] for name in outputs]

    def run(self, given: Sequence[Any]) -> list[Any]:
        """The outputs, for a value of each input."""
        values = [*given, *self._rest]
        _run(self._calls, values)
        return [values[slot] for slot in self._outputs]


def _call(function: Callable[..., Any], args: Sequence[int], target: int) -> _Call:
    if len(args) == 1:
        return function, args[0], _UNARY, target
    if len(args) == 2:
        return function, args[0], args[1], target
    return function, itemgetter(*args) if args else lambda _: (), _VARIADIC, target


def _run(calls: Iterable[_Call], values: list[Any]) -> None:
    for function, first, second, target in calls:
        if second >= 0:
            values[target] = function(values[first], values[second])
        elif second == _UNARY:
            values[target] = function(values[first])
        elif second == _VARIADIC:
            values[target] = function(*first(values))
        else:
            function(values)


class _Forgetting:
    """Gives back the memory of values."""

    def __init__(self, slots: Sequence[int]) -> None:
        self._slots = slots

    def __call__(self, values: list[Any]) -> None:
        for slot in self._slots:
            values[slot] = None


def blocked(lines: Iterable[Line]) -> list[_Part]:
    """The same lines, with those together that are done entry by entry to long arrays."""
    done: list[_Part] = []
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

    def __init__(self, parts: Sequence[_Part], outputs: Iterable[str]) -> None:
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

    def lent(self, line: Line, place: int) -> Sequence[str]:
        """The argument of a line, at most one, whose memory ends there and takes the value."""
        if not line.takes_out or not line.shape or line.is_flag:
            return ()
        return [arg for arg in line.args if self._is_free(arg, line, place)][:1]

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


class _Loop:
    """A block: a loop over some rows, in which only parts of arrays are looked at.

    Args:
        block: the lines.
        shapes: the shape of all that has a name.
        slots: the places of all values.
        kept: the values of the block that are needed after it.
    """

    def __init__(
        self, block: Block, shapes: Mapping[str, Shape], slots: Mapping[str, int], kept: set[str]
    ) -> None:
        shape = self._shape = block.lines[0].shape
        self._rows = max(1, BLOCK // max(1, math.prod(shape[1:])))
        own = {line.target for line in block.lines}
        read = dict.fromkeys(arg for line in block.lines for arg in line.args if arg not in own)
        local = {name: place for place, name in enumerate((*read, *own))}
        self._sliced: list[tuple[int, int]] = []
        self._whole: list[tuple[int, int]] = []
        for name in read:
            is_sliced = len(shapes[name]) == len(shape) and shapes[name][0] == shape[0]
            (self._sliced if is_sliced else self._whole).append((local[name], slots[name]))
        # What is needed after the block is written into rows of its own.
        self._count = len(local) + 1
        self._made: list[tuple[int, int, type]] = []
        self._calls: list[_Call] = []
        last = {arg: place for place, line in enumerate(block.lines) for arg in line.args}
        flags = {line.target for line in block.lines if line.is_flag}
        for place, line in enumerate(block.lines):
            args = [local[arg] for arg in line.args]
            target = local[line.target]
            if line.target in kept:
                kind = bool if line.is_flag else float
                self._made.append((target, slots[line.target], kind))
                self._keep(line, args, target)
                continue
            free = [
                arg for arg in line.args
                if arg in own and arg not in kept and arg not in flags and last[arg] == place
            ]  # fmt: skip
            if line.takes_out and not line.is_flag:
                args += [local[arg] for arg in free[:1]]
            self._calls.append(_call(line.function, args, target))

    def _keep(self, line: Line, args: Sequence[int], target: int) -> None:
        if line.takes_out:
            self._calls.append(_call(line.function, [*args, target], target))
        else:
            self._calls.append(_call(line.function, args, self._count - 1))
            self._calls.append(_call(_filled, [target, self._count - 1], target))

    def __call__(self, values: list[Any]) -> None:
        for _, slot, kind in self._made:
            values[slot] = np.empty(self._shape, kind)
        local: list[Any] = [None] * self._count
        for place, slot in self._whole:
            local[place] = values[slot]
        for first in range(0, self._shape[0], self._rows):
            rows = slice(first, first + self._rows)
            for place, slot in self._sliced:
                local[place] = values[slot][rows]
            for place, slot, _ in self._made:
                local[place] = values[slot][rows]
            _run(self._calls, local)


def _filled(place: Any, value: Any) -> Any:
    place[...] = value
    return place
