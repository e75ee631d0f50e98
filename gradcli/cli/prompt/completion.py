"""What the word before the cursor can become: words, names that are known, functions, files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from gradcli.cli.app import COMMANDS, find
from gradcli.cli.prompt.session import WORDS, Session
from gradcli.graph import listing
from gradcli.graph.rules import CONSTANTS
from gradcli.syntax.spelling import NAME, is_name, last_name

MOST = 200

_FILES = {"load", "save", "-f", "-o", "--output", "--vars", "--rules"}
"""What the name of a file follows."""


class Completions(NamedTuple):
    """What the end of a text can be replaced by.

    Attributes:
        begun: the end of the text.
        texts: what it can become.
    """

    begun: str
    texts: list[str]


def completions(text: str, session: Session) -> Completions:
    """What the word before the cursor can become.

    Args:
        text: the line up to the cursor.
        session: what is known.
    """
    words = text.split(" ")
    begun, before = words[-1], [word for word in words[:-1] if word]
    first = before[0] if before else ""
    if before[-1:] and before[-1] in _FILES:
        return Completions(begun, _files(begun))
    if begun.startswith("-") and first in _known():
        options = [name for param in _params(first) for name in param.opts if name[:2] == "--"]
        names = [f"--{name}" for name in _in_formula(text)]
        return Completions(begun, _beginning([*names, *options], begun))
    if first in {"help", "?"}:
        return Completions(begun, _beginning([*_known(), *listing.names()], begun))
    begun = last_name(text)
    found = [*_known()] if not before and begun == text.lstrip() else []
    found += [*session.memory.names, *_in_formula(text[: len(text) - len(begun)]), *CONSTANTS]
    found = _beginning(found, begun)
    if begun:
        found += [f"{name}(" for name in listing.names() if name.startswith(begun)]
    return Completions(begun, found[:MOST])


def _known() -> list[str]:
    return [word for word in (*WORDS, *COMMANDS) if word != "?"]


def _params(word: str) -> list[Any]:
    name = word if word in COMMANDS else "eval"
    return list(find(name).load().params)


def _in_formula(text: str) -> list[str]:
    """The names in what has been written, but words at its beginning and functions."""
    names = [*dict.fromkeys(re.findall(NAME, text[-10_000:]))]
    known = {*_known(), *listing.names()}
    return [name for name in names if name not in known and is_name(name)]


def _beginning(texts: Iterable[str], begun: str) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text.startswith(begun) and text != begun]


def _files(begun: str) -> list[str]:
    """The names of files that begin so; those of folders end with a slash."""
    folder, start = os.path.split(begun)
    try:
        names = sorted(os.listdir(folder or "."))
    except (OSError, ValueError):
        return []
    found = [os.path.join(folder, name) for name in names if name.startswith(start)]
    shown = [name for name in found if start.startswith(".") or os.path.basename(name)[:1] != "."]
    return [f"{name}/" if os.path.isdir(name) else name for name in shown][:MOST]
