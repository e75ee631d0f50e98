"""Lines of C, JavaScript and SQL that are not too long: each is broken where it binds least.

Python has formatters, and a layout of its own that follows them (`layout.py`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gradcli.engine.printers.binding import CLOSING, OPENING, RANKS, is_sign, spans

WIDTH = 100
"""Lines are no longer, as far as there is a place to break them."""

STEP = "    "
"""By how much the parts of a line stand further in."""

_BRANCHES = (frozenset(("WHEN", "ELSE")), frozenset(("THEN",)))
"""Before which words a choice is broken: into branches, and a branch into its parts."""


def wrapped(lines: Iterable[str]) -> list[str]:
    """Lines of code, those that are too long in several, but for comments."""
    return [part for line in lines for part in ([line] if "//" in line else broken(line))]


def remarked(line: str, remark: str | None, mark: str) -> list[str]:
    """A line, in as many as it needs, with a remark."""
    return beside(broken(line), remark, mark, WIDTH)


def beside(lines: list[str], remark: str | None, mark: str, width: int) -> list[str]:
    """Lines with a remark behind them, or above if they are too long together."""
    if not remark:
        return lines
    behind = f"{lines[0]}  {mark} {remark}"
    if len(lines) == 1 and len(behind) <= width:
        return [behind]
    indent = _indent(lines[0])
    return [*(indent + each for each in said(remark, mark, width - len(indent))), *lines]


def said(text: str, mark: str, width: int = WIDTH) -> list[str]:
    """A text as comments of a line each."""
    room = width - len(mark) - 1
    parts = textwrap.wrap(text, room, break_on_hyphens=False)
    return [f"{mark} {part}".rstrip() for part in parts or [""]]


def broken(line: str) -> list[str]:
    """A line of code in as many as it needs."""
    if len(line) <= WIDTH:
        return [line]
    indent = _indent(line)
    text = _Text.of(line[len(indent) :])
    given = next((at for at in text.outside if text.words[at] == "="), None)
    if given is not None:  # what a name is given stands below it, if it is made of several parts
        start = text.starts[given] + 1
        value = _Text.of(line[len(indent) + start :].lstrip())
        inner = indent + STEP
        if value.operators() or len(inner) + len(value.text) <= WIDTH:
            return [indent + text.text[:start], *_lines(value, inner)]
        return _in_brackets(text, indent) or [line]
    return _lines(text, indent)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


class _Text(NamedTuple):
    """A part of a line.

    Attributes:
        text: the same.
        words: its words and signs.
        starts: where each begins.
        depths: how many brackets are open there; those of a pair are outside of it.
    """

    text: str
    words: Sequence[str]
    starts: Sequence[int]
    depths: Sequence[int]

    @classmethod
    def of(cls, text: str) -> _Text:
        """A text that is read."""
        found = spans(text)
        depth, depths = 0, []
        for word, _ in found:
            depth -= word in CLOSING
            depths.append(depth)
            depth += word in OPENING
        return cls(text, [word for word, _ in found], [start for _, start in found], depths)

    @property
    def outside(self) -> list[int]:
        """The places of words outside of all brackets."""
        return [at for at, depth in enumerate(self.depths) if depth == 0]

    def operators(self) -> list[int]:
        """The places of the operators that bind least outside of brackets, but for the first."""
        ranks = {
            at: RANKS[self.words[at]]
            for at in self.outside
            if at and self.words[at] in RANKS and not is_sign(self.words, at)
        }
        return [at for at, rank in ranks.items() if rank == min(ranks.values())]

    def cut(self, places: Iterable[int]) -> list[str]:
        """The text in parts, cut before some words, or behind them where they are commas."""
        ends = [self.starts[at] + (self.words[at] == ",") for at in places]
        pairs = zip([0, *ends], [*ends, len(self.text)], strict=True)
        return [part for one, other in pairs if (part := self.text[one:other].strip())]


def _lines(text: _Text, indent: str) -> list[str]:
    """A part of a line, in as many lines as it needs."""
    if len(indent) + len(text.text) <= WIDTH:
        return [indent + text.text]
    items = text.cut(at for at in text.outside if text.words[at] == ",")
    if len(items) > 1:
        return _full(items, indent)
    for words in _BRANCHES:
        places = [at for at in text.outside if at and text.words[at] in words]
        if places:
            break
    else:
        places = text.operators()
    parts = text.cut(places)
    if len(parts) > 1:
        return [line for part in parts for line in _lines(_Text.of(part), indent)]
    return _in_brackets(text, indent) or [indent + text.text]


def _full(items: Sequence[str], indent: str) -> list[str]:
    """As many items a line as there is room for."""
    found: list[str] = []
    is_open = False
    for item in items:
        if is_open and len(found[-1]) + 1 + len(item) <= WIDTH:
            found[-1] += f" {item}"
            continue
        lines = _lines(_Text.of(item), indent)
        is_open = len(lines) == 1
        found += lines
    return found


def _in_brackets(text: _Text, indent: str) -> list[str]:
    """What stands in the last brackets that are not empty, on lines of its own."""
    words, starts = text.words, text.starts
    for last in reversed(text.outside):
        if words[last] not in CLOSING:
            continue
        first = max(
            at
            for at in range(last)
            if words[at] in OPENING and text.depths[at] == text.depths[last]
        )
        behind = starts[first] + len(words[first])
        inside = text.text[behind : starts[last]].strip()
        if inside:
            lines = _lines(_Text.of(inside), indent + STEP)
            return [indent + text.text[:behind], *lines, indent + text.text[starts[last] :]]
    return []
