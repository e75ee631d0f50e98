"""Definitions where textbooks have them: behind the formula, or behind a word such as let."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradcli.syntax.signs import LONG
from gradcli.syntax.spelling import LETTERS, NAME
from gradcli.syntax.statements import BEGINNINGS

_WORDS = "|".join(
    sorted({*BEGINNINGS, "and", "at", "for", "given", "if", "set", "when", "where", "with"})
)
_HEAD = re.compile(
    rf"(?:^|(?P<sign>[;\n,|@])|\b(?P<word>{_WORDS})\b)[ \t,:]*(?:(?:{_WORDS}|we|have)\b\s*){{0,2}}"
    rf"(?P<name>{LETTERS})(?P<parameters>\s*\([^()]*\))?\s*:?=(?!=)"
)
"""The beginning of a definition, and what stands between it and what is before it."""

_LISTED = frozenset(("and", ","))
"""What stands between definitions only."""


class _Definition(NamedTuple):
    """A definition as it stands in the text."""

    joint: str
    name: str
    target: str
    value: str

    @property
    def text(self) -> str:
        return f"{self.target} = {self.value}"


def first(source: str, is_program: Callable[[str], bool]) -> str | None:
    """The same program with its definitions before what uses them, where they are not.

    Args:
        source: a text that is no program: ``u*v where u = x + 1, v = 2``.
        is_program: whether a text is one.
    """
    if len(source) > LONG or "=" not in source:
        return None
    body, definitions = _taken_apart(source)
    if not body and definitions and definitions[1:] and definitions[1].joint not in _LISTED | {";"}:
        body, definitions = definitions[0].text, definitions[1:]  # J = u*v where u = x
    ordered = _ordered(definitions)
    if not _mentions(body, [each.name for each in ordered]):
        return None
    text = "; ".join([*(each.text for each in ordered), body])
    if "".join(text.split()) == "".join(source.split()):
        return None  # they stand before it, and something else is wrong
    return text if is_program(text) else None


def _taken_apart(source: str) -> tuple[str, list[_Definition]]:
    """The formula, and the definitions before or behind it."""
    heads = [head for head in _HEAD.finditer(source) if _is_outer(source[: head.start("name")])]
    if not heads:
        return "", []
    body = source[: heads[0].start()]
    ends = [*(head.start() for head in heads[1:]), len(source)]
    definitions = []
    for head, end in zip(heads, ends, strict=True):
        value, _, behind = source[head.end() : end].partition(" in ")
        if end == len(source) and not body.strip():
            value, _, rest = value.partition(";")
            behind = behind or rest
            body = behind
        target = head["name"] + (head["parameters"] or "").strip()
        joint = head["word"] or head["sign"] or ""
        definitions.append(_Definition(joint, head["name"], target, value.strip(" \t\n;,.")))
    return body.strip(" \t\n;,."), definitions


def _mentions(text: str, names: Sequence[str]) -> bool:
    return not set(names).isdisjoint(re.findall(NAME, text))


def _is_outer(before: str) -> bool:
    """Whether all brackets are closed behind a text."""
    return len(re.findall(r"[(\[{]", before)) == len(re.findall(r"[)\]}]", before))


def _ordered(definitions: Sequence[_Definition]) -> list[_Definition]:
    """The definitions, each behind those it mentions; none if there is no such order."""
    left = list(definitions)
    ordered: list[_Definition] = []
    while left:
        names = [each.name for each in left]
        free = next((one for one in left if not _mentions(one.value, names)), None)
        if free is None:
            return []
        left.remove(free)
        ordered.append(free)
    return ordered
