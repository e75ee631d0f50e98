"""JavaScript: the functions of `operations.js`, and those that are translated from gradcli's own.

A program is given those that it needs. The same functions compute in the pages that gradcli writes.
What is a single operator or a function of `Math` is written where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from gradcli.engine.scalar import SPECIAL
from gradcli.engine.targets.target import ARITHMETIC, WIDEST, Target, constant, no_defaults
from gradcli.engine.targets.translation import dialects
from gradcli.engine.targets.translation.functions import Translation
from gradcli.engine.targets.words import words

_TABLE = "const OPERATIONS = {\n"

_ENTRY = re.compile(r"^  (\w+): ", re.MULTILINE)

_CONST = re.compile(r"^const (?:(\w+)|\[([\w, ]+)\]) = ", re.MULTILINE)

_WORD = re.compile(r"(?:(?<![.\w])|(?<=\.\.\.))\w+")
"""A word that is no property of something: alone, or behind the dots that spread a list."""

_OURS = re.compile(r"\$(\w+)\.(\w+)")
"""How a function of gradcli's own is called."""

_CALL = re.compile(r"\((\w+(?:, \w+)*)\) => (Math\.\w+)\((\w+(?:, \w+)*)\),\n")
"""An entry that hands its arguments to a function of JavaScript as they are."""


@cache
def _source() -> str:
    """The text of all functions, as a script."""
    return Path(__file__).with_name("operations.js").read_text(encoding="utf-8")


def written_operations() -> frozenset[str]:
    """The names of the operations that stand in `operations.js`; others are translated."""
    return frozenset(_entries())


@cache
def known_operations() -> frozenset[str]:
    """The names of the operations that have a value in JavaScript."""
    script = Script(frozenset())
    return frozenset((*_entries(), *filter(script.knows, SPECIAL)))


@cache
def _entries() -> dict[str, str]:
    """The text of every entry of the table by the name of its operation, as ``(x) => …,``."""
    text = _source().partition(_TABLE)[2].partition("\n};")[0] + "\n"
    starts = [*_ENTRY.finditer(text)]
    ends = [each.start() for each in starts[1:]] + [len(text)]
    return {each[1]: text[each.end() : end] for each, end in zip(starts, ends, strict=True)}


@cache
def _definitions() -> dict[str, str]:
    """The text of everything that stands before the table, by name, with the remarks before it."""
    text = _source().partition(_TABLE)[0]
    starts = [*_CONST.finditer(text)]
    ends = [each.start() for each in starts[1:]] + [len(text)]
    return {each[1]: text[each.start() : end] for each, end in zip(starts, ends, strict=True)}


def helper(
    name: str, parameters: Sequence[str], statements: Sequence[tuple[str, str]], result: str
) -> list[str]:
    """A function of JavaScript."""
    body = [f"  const {left} = {right};" for left, right in statements]
    return [f"function {name}({', '.join(parameters)}) {{", *body, f"  return {result};", "}"]


class Script:
    """The functions that a program calls, with all that they need.

    Args:
        taken: the names of the program's values, which none of these functions has.
        is_table: whether all of them are called by their operations, as ``OPERATIONS.erf``.
    """

    def __init__(self, taken: frozenset[str], *, is_table: bool = False) -> None:
        self._is_table = is_table
        self._called: set[str] = set()
        self._named: dict[str, str] = {}
        own = frozenset(_definitions()) | words("js")
        self._translated = Translation(dialects.JAVASCRIPT, _constant, taken | own)

    def function(self, op: str) -> str | None:
        """What stands for an operation; None if there is nothing."""
        if op in _entries():
            self._called.add(op)
            return f"OPERATIONS.{op}"
        found = self._translated.function(op)
        if found is not None and self._is_table:
            self._named[op] = found
            return f"OPERATIONS.{op}"
        return found

    def knows(self, op: str) -> bool:
        """Whether there is such a function."""
        return op in _entries() or self._translated.knows(op)

    defaults = staticmethod(no_defaults)

    def claims(self, name: str) -> bool:
        """Whether nothing here has a name, which is taken from then on."""
        return self._translated.claims(name)

    def lines(self) -> list[str]:
        """The text of all that was asked for."""
        entries, names = self._needed()
        found = [_without_remarks(text) for name, text in _definitions().items() if name in names]
        table = [f"  {op}: {text}" for op, text in _entries().items() if op in entries]
        table += [f"  {op}: {name},\n" for op, name in self._named.items()]
        texts = [_OURS.sub(self._ours, text) for text in (*found, _TABLE, *table)]
        own = "".join(texts).split("\n")[:-1] if table else []
        return [*self._translated.lines(), *own, *(["};", ""] if own else [])]

    def _ours(self, place: re.Match[str]) -> str:
        """The name of a function of gradcli's own, for how `operations.js` calls it."""
        return self._translated.defined(f"gradcli.engine.functions.{place[1]}", place[2])

    def _needed(self) -> tuple[set[str], set[str]]:
        entries: set[str] = set()
        names: set[str] = set()
        waiting = [("", op) for op in self._called]
        while waiting:
            kind, name = waiting.pop()
            done, texts = (names, _definitions()) if kind else (entries, _entries())
            if name in done:
                continue
            done.add(name)
            text = texts[name]
            waiting += [("", op) for op in re.findall(r"OPERATIONS\.(\w+)", text)]
            waiting += [("const", word) for word in _WORD.findall(text) if word in _definitions()]
        return entries, names


def _without_remarks(text: str) -> str:
    """A definition without the remark on the next one, which follows it."""
    lines = text.rstrip("\n").split("\n")
    while lines and (not lines[-1] or lines[-1].startswith("//")):
        lines.pop()
    return "".join(f"{line}\n" for line in lines)


@cache
def _calls() -> dict[str, str]:
    found = {op: _CALL.fullmatch(text) for op, text in _entries().items()}
    return {op: each[2] for op, each in found.items() if each and each[1] == each[3]}


_TESTS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "===", "ne": "!=="}

_CONDITIONS = {
    **{op: f"{{0}} {sign} {{1}}" for op, sign in _TESTS.items()},
    "not": "{0} === 0",
}


_decimal = constant("Infinity", "NaN")


def _constant(value: float) -> str:
    """A number: a whole one has no point."""
    text = _decimal(value)
    return text.removesuffix(".0") if not text.endswith(")") else text.replace(".0)", ")")


JAVASCRIPT = Target(
    "js",
    "JavaScript",
    {**ARITHMETIC, **{op: f"{test} ? 1 : 0" for op, test in _CONDITIONS.items()}},
    _calls(),
    _CONDITIONS,
    "{0} ? {1} : {2}",
    "{0} !== 0",
    _constant,
    helper,
    library=Script,
    words=words("js") | frozenset((*_definitions(), *dialects.JAVASCRIPT.names())),
    logic={"and": "{0} && {1}", "or": "{0} || {1}"},
    variadic=frozenset(("max", "min")),
    longest=WIDEST,
)
