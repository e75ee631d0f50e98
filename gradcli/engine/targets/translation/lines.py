"""The lines of a function in a language with braces, and where each of its names is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_EMPTY = "(list)"
"""What stands before the entries of a list in C."""

_WORD = re.compile(r"[A-Za-z_]\w*")


class Set(NamedTuple):
    """What gives some names their values: one, or several of one value with as many parts.

    Attributes:
        names: the names; "" of a part that nobody asks for.
        text: the value.
    """

    names: tuple[str, ...]
    text: str


class Parts(NamedTuple):
    """Blocks one after another, each behind its head: ``if (x) {``, ``} else {``.

    Attributes:
        parts: heads and blocks.
    """

    parts: Sequence[tuple[str, Block]]


Item = str | Set | Parts
Block = list[Item]
"""Lines in order; what is no text has lines of its own, or gives a name a value."""


class Declared(NamedTuple):
    """How a language declares.

    Attributes:
        once: what stands before a name that keeps its value, of the name's kind.
        often: the same of one whose value changes.
    """

    once: Mapping[str, str]
    often: Mapping[str, str]


def declared(block: Block, kinds: Mapping[str, str], how: Declared) -> Iterator[str]:
    """The lines of a function's block, each name declared as far inside as all its uses are.

    Args:
        block: the block.
        kinds: the kind of each name that is declared here.
        how: the words of the language.
    """
    return _Declaring(block, kinds, how).written(block)


class _Declaring:
    """Finds out where names are declared, and writes the lines."""

    def __init__(self, block: Block, kinds: Mapping[str, str], how: Declared) -> None:
        self._kinds = kinds
        self._how = how
        self._changed = _changed(block)
        self._before: dict[int, list[str]] = {}
        self._at: dict[int, list[str]] = {}
        for name in kinds:
            inside = _innermost(block, name)
            if inside is not None:
                at, is_set = inside
                (self._at if is_set else self._before).setdefault(at, []).append(name)
        for item in sets(block):  # one of several names that is known outside is declared there
            own = self._at.get(id(item))
            if own and {*own} != {*item.names} - {""}:
                self._before.setdefault(id(item), []).extend(self._at.pop(id(item)))

    def written(self, block: Block, indent: str = "") -> Iterator[str]:
        """The lines of a block."""
        for item in block:
            for name in self._before.get(id(item), ()):
                yield f"{indent}{self._how.often[self._kinds[name]]} {name};"
            if isinstance(item, Parts):
                for head, inner in item.parts:
                    yield indent + head
                    yield from self.written(inner, f"{indent}\t")
                yield indent + "}"
            else:
                yield indent + (self._given(item) if isinstance(item, Set) else item)

    def _given(self, item: Set) -> str:
        """The line that gives a name its value, and declares it where it is the first."""
        named = [name for name in item.names if name]
        word = ""
        if id(item) in self._at:
            is_once = all(self._changed[name] == 1 for name in named)
            word = f"{(self._how.once if is_once else self._how.often)[self._kinds[named[0]]]} "
        names = named[0] if len(item.names) == 1 else f"[{', '.join(item.names)}]"
        # A type says itself where a name is declared.
        text = item.text.removeprefix(_EMPTY) if word else item.text
        return f"{word}{names} = {text};"


def sets(block: Block) -> Iterator[Set]:
    """What gives values to names, inside of all blocks."""
    for item in block:
        if isinstance(item, Parts):
            for _, inner in item.parts:
                yield from sets(inner)
        elif isinstance(item, Set):
            yield item


def _changed(block: Block) -> dict[str, int]:
    """How many times each name is given a value."""
    found: dict[str, int] = {}
    for item in block:
        if isinstance(item, Parts):
            for _, inner in item.parts:
                for name, count in _changed(inner).items():
                    found[name] = found.get(name, 0) + count
        elif isinstance(item, Set):
            for name in item.names:
                found[name] = found.get(name, 0) + 1
        else:
            word = _CHANGE.match(item)
            if word:
                name = word[1] or word[2]
                found[name] = found.get(name, 0) + 1
    return found


_CHANGE = re.compile(r"(?:push|extend)\(&(\w+)|(\w+) [-+*/]= ")
"""A line that changes what a name stands for."""


def _innermost(block: Block, name: str) -> tuple[int, bool] | None:
    """The item at which a name is declared, and whether it gives the first value."""
    held = [item for item in block if name in _words(item)]
    if not held:
        return None
    first = held[0]
    if len(held) == 1 and isinstance(first, Parts):
        heads = [head for head, _ in first.parts if name in _WORD.findall(head)]
        inner = [each for _, each in first.parts if any(name in _words(item) for item in each)]
        if not heads and len(inner) == 1:
            return _innermost(inner[0], name)
    if not isinstance(first, Set) or name not in first.names:
        return id(first), False
    is_own = name not in _WORD.findall(first.text)
    if is_own and len(first.names) > 1:
        is_own = all(_is_new(block, first, each) for each in first.names if each)
    return id(first), is_own


def _is_new(block: Block, first: Set, name: str) -> bool:
    """Whether nothing before an item has a name, as seen from the block it stands in."""
    for item in block:
        if item is first:
            return True
        if name in _words(item):
            return False
    return False


def _words(item: Item) -> set[str]:
    if isinstance(item, Parts):
        found = {word for head, _ in item.parts for word in _WORD.findall(head)}
        for _, inner in item.parts:
            for each in inner:
                found |= _words(each)
        return found
    if isinstance(item, Set):
        return {*item.names, *_WORD.findall(item.text)}
    return {*_WORD.findall(item)}
