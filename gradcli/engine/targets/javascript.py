"""JavaScript: the functions of `operations.js`, of which a program is given those that it needs.

The same file computes in the pages that gradcli writes. What is a single operator or a function of
`Math` there is written where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from gradcli.engine.scalar import SPECIAL
from gradcli.engine.targets.target import ARITHMETIC, Target, constant
from gradcli.engine.targets.translated import Translation
from gradcli.engine.targets.words import words

_TABLE = "const OPERATIONS = {\n"

_ENTRY = re.compile(r"^  (\w+): ", re.MULTILINE)

_CONST = re.compile(r"^const (?:(\w+)|\[([\w, ]+)\]) = ", re.MULTILINE)

_WORD = re.compile(r"(?:(?<![.\w])|(?<=\.\.\.))\w+")
"""A word that is no property of something: alone, or behind the dots that spread a list."""

_CALL = re.compile(r"\((\w+(?:, \w+)*)\) => (Math\.\w+)\((\w+(?:, \w+)*)\),\n")
"""An entry that hands its arguments to a function of JavaScript as they are."""


@cache
def source() -> str:
    """The text of all functions, as a script."""
    return Path(__file__).with_name("operations.js").read_text(encoding="utf-8")


@cache
def known_operations() -> frozenset[str]:
    """The names of the operations that have a value in JavaScript."""
    script = Script(frozenset())
    return frozenset(op for op in (*_entries(), *SPECIAL) if script.knows(op))


@cache
def _entries() -> dict[str, str]:
    """The text of every entry of the table by the name of its operation, as ``(x) => …,``."""
    text = source().partition(_TABLE)[2].partition("\n};")[0] + "\n"
    starts = [*_ENTRY.finditer(text)]
    ends = [each.start() for each in starts[1:]] + [len(text)]
    return {each[1]: text[each.end() : end] for each, end in zip(starts, ends, strict=True)}


@cache
def _definitions() -> dict[str, str]:
    """The text of everything that stands before the table, by name, with the remarks before it."""
    text = source().partition(_TABLE)[0]
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
        taken: the names of the program's values, none of which these functions see.
    """

    def __init__(self, taken: frozenset[str]) -> None:
        del taken
        self._called: set[str] = set()
        self._translation = Translation(frozenset(_entries()), frozenset(_definitions()))
        self._translated: dict[str, str] = {}

    def function(self, op: str) -> str | None:
        """What stands for an operation; None if there is nothing."""
        if not self.knows(op):
            return None
        if op in _entries():
            self._called.add(op)
        else:
            self._translated[op] = str(self._translation.function(op))
        return f"OPERATIONS.{op}"

    def knows(self, op: str) -> bool:
        """Whether there is such a function."""
        return op in _entries() or self._translation.knows(op)

    def lines(self) -> list[str]:
        """The text of all that was asked for."""
        entries, names = self._needed()
        if not (entries or self._translated):
            return []
        found = [_without_remarks(text) for name, text in _definitions().items() if name in names]
        table = [f"  {op}: {text}" for op, text in _entries().items() if op in entries]
        table += [f"  {op}: {name},\n" for op, name in self._translated.items()]
        own = [f"{text}\n" for text in self._translation.texts]
        own_functions = [text for text in own if text.startswith("function ")]
        own_constants = [text for text in own if not text.startswith("function ")]
        parts = [*found, *own_functions, _TABLE, *table, "};\n", *own_constants]
        return [*"".join(parts).split("\n")[:-1], ""]

    def _needed(self) -> tuple[set[str], set[str]]:
        entries: set[str] = set()
        names: set[str] = set()
        waiting = [("", op) for op in self._called]
        read = 0
        while waiting or read < len(self._translation.texts):
            if not waiting:
                waiting += _calls_in(self._translation.texts[read])
                read += 1
                continue
            kind, name = waiting.pop()
            done, texts = (names, _definitions()) if kind else (entries, _entries())
            if name in done:
                continue
            if not kind and name not in texts:
                self.function(name)
                continue
            done.add(name)
            waiting += _calls_in(texts[name])
        return entries, names


def _calls_in(text: str) -> list[tuple[str, str]]:
    """The entries of the table and the definitions before it that a text calls."""
    found = [("", op) for op in re.findall(r"OPERATIONS\.(\w+)", text)]
    return found + [("const", word) for word in _WORD.findall(text) if word in _definitions()]


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
    words=words("js"),
    logic={"and": "{0} && {1}", "or": "{0} || {1}"},
    variadic=frozenset(("max", "min")),
)
