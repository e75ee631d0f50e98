"""Straight-line programs of NumPy: lines that compute one value each, and how they are run.

A value that nothing needs any longer lends its memory to the next. A program becomes a list of
calls on places in a list of values once; running it is a loop over the calls, from any thread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from gradcli.graph.shapes import Shape

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
        is_view: whether the value may be part of the memory of its argument.
        is_flag: whether it is a truth, not a number.
    """

    target: str
    function: Callable[..., Any]
    args: tuple[str, ...]
    shape: Shape = ()
    takes_out: bool = False
    is_view: bool = False
    is_flag: bool = False


class Program:
    """Lines, ready to be run.

    Args:
        inputs: the names of what is given.
        constants: what is known already, by name.
        lines: each after those whose values it needs.
        outputs: the names of what is wanted.
    """

    def __init__(
        self,
        inputs: Sequence[str],
        constants: Mapping[str, Any],
        lines: Sequence[Line],
        outputs: Sequence[str],
    ) -> None:
        memory = _Memory(lines, outputs)
        names = [*inputs, *constants, *[line.target for line in lines]]
        slots = {name: slot for slot, name in enumerate(names)}
        self._rest = [*constants.values(), *[None] * len(lines)]
        self._calls: list[_Call] = []
        for place, line in enumerate(lines):
            args = [slots[arg] for arg in (*line.args, *memory.lent(line, place))]
            self._calls.append(_call(line.function, args, slots[line.target]))
            freed = [slots[name] for name in memory.freed(place)]
            if freed:
                self._calls.append((_Forgetting(freed), None, _ON_ALL, 0))
        self._outputs = [slots[name] for name in outputs]

    def run(self, given: Sequence[Any]) -> list[Any]:
        """The outputs, for a value of each input."""
        values = [*given, *self._rest]
        for function, first, second, target in self._calls:
            if second >= 0:
                values[target] = function(values[first], values[second])
            elif second == _UNARY:
                values[target] = function(values[first])
            elif second == _VARIADIC:
                values[target] = function(*first(values))
            else:
                function(values)
        return [values[slot] for slot in self._outputs]


def _call(function: Callable[..., Any], args: Sequence[int], target: int) -> _Call:
    if len(args) == 1:
        return function, args[0], _UNARY, target
    if len(args) == 2:
        return function, args[0], args[1], target
    return function, itemgetter(*args) if args else lambda _: (), _VARIADIC, target


class _Forgetting:
    """Gives back the memory of values."""

    def __init__(self, slots: Sequence[int]) -> None:
        self._slots = slots

    def __call__(self, values: list[Any]) -> None:
        for slot in self._slots:
            values[slot] = None


class _Memory:
    """Whose memory every value is, and up to where it is needed.

    Args:
        lines: the program.
        outputs: what is needed in the end.
    """

    def __init__(self, lines: Sequence[Line], outputs: Iterable[str]) -> None:
        self._shapes: dict[str, Shape] = {}
        self._owner: dict[str, str] = {}
        self._last: dict[str, int] = {}
        self._flags: set[str] = set()
        for place, line in enumerate(lines):
            self._add(line, place)
        for name in outputs:
            self._last[self._owner.get(name, name)] = len(lines)
        self._ends: dict[int, list[str]] = {}
        for name, owner in self._owner.items():
            size = math.prod(self._shapes[owner])
            if self._last[owner] < len(lines) and size >= _WORTH_FREEING:
                self._ends.setdefault(self._last[owner], []).append(name)

    def _add(self, line: Line, place: int) -> None:
        for arg in line.args:
            self._last[self._owner.get(arg, arg)] = place
        name = line.target
        self._shapes[name] = line.shape
        if line.is_flag:
            self._flags.add(name)
        # What is a view of an input belongs to nobody here.
        owner = self._owner.get(line.args[0]) if line.is_view else name
        if owner is not None:
            self._owner[name] = owner
            self._last[owner] = place

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

    def freed(self, place: int) -> list[str]:
        """The names whose memory nothing needs after a line."""
        return self._ends.get(place, [])
