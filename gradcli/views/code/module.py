"""A module in Python: what it says of itself, the imports that it needs, and the rest, laid out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from gradcli.views.code.layout import WIDTH, laid

_STANDARD = frozenset(
    ("math", "itertools", "functools", "fractions", "decimal", "collections", "typing")
)

_IMPORT = ("import ", "from ")


def module(
    remarks: Sequence[str],
    imports: Iterable[str],
    set_up: Iterable[str],
    helpers: Sequence[str],
    rest: Iterable[str],
) -> str:
    """The text of a module.

    Args:
        remarks: comments at its top.
        imports: what may have to be imported.
        set_up: what stands between the imports and the functions.
        helpers: functions that are called, which may begin with imports of their own.
        rest: everything behind them.
    """
    more, functions = _parted(helpers)
    text = "\n".join([*set_up, *functions, *rest])
    lines = [*remarks, "", *imported([*imports, *more], text), text]
    return laid("\n".join(lines).rstrip("\n"))


def _parted(helpers: Sequence[str]) -> tuple[list[str], list[str]]:
    """The imports that functions begin with, and the functions."""
    count = next((at for at, line in enumerate(helpers) if not line.startswith(_IMPORT)), 0)
    rest = [*helpers[count:]]
    while rest and not rest[0]:
        del rest[0]
    return [*helpers[:count]], rest


def imported(asked: Iterable[str], text: str) -> list[str]:
    """The imports that a text needs, those of the standard library first."""
    words = frozenset(re.findall(r"\w+", text))
    used = {line for line in asked if line.split()[-1].rpartition(".")[2] in words}
    found: list[str] = []
    for is_own in (True, False):
        group = [line for line in used if (_source(line) in _STANDARD) is is_own]
        found += [*_together(group), ""] if group else []
    return [*found, *[""] * text.startswith(("def ", "class ", "@"))]


def _source(line: str) -> str:
    return line.split()[1].partition(".")[0]


def _together(lines: Sequence[str]) -> list[str]:
    """Imports in order, with one line for all names of a module."""
    names: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line.startswith("from"):
            source, _, name = line.removeprefix("from ").partition(" import ")
            names[source].append(name)
    found = sorted(line for line in lines if line.startswith("import"))
    for source in sorted(names):
        line = f"from {source} import {', '.join(sorted(names[source]))}"
        is_long = len(line) > WIDTH
        found.append(line.replace(" import ", " import (") + ",)" if is_long else line)
    return found
