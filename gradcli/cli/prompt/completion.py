"""What the word before the cursor can become: words, names that are known, functions, files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gradcli.cli.known import COMMANDS, EVAL, find
from gradcli.cli.prompt.line import request, split, taken_apart
from gradcli.cli.prompt.session import Session
from gradcli.cli.prompt.words import SHOWING, WORDS, known_words
from gradcli.errors import GradcliError
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
    begun, before = words[-1], [word for word in words[:-1] if word] or [""]
    first = before[0]
    if before[-1] in _FILES:
        return Completions(begun, _files(begun))
    is_of_formula = first not in COMMANDS or find(first).takes_program
    if not is_of_formula or begun.startswith("-") or before[-1][:1] == "-":
        found = _as_in_a_shell(text[: len(text) - len(begun)], begun, session)
        if found or begun.startswith("-"):
            return Completions(begun, _beginning(found, begun))
    if first in {"help", "?"}:
        return Completions(begun, _beginning([*_known(), *listing.names()], begun))
    begun = last_name(text)
    found = [*_known()] if not first and begun == text.lstrip() else []
    found += [*session.memory.names, *_in_formula(text[: len(text) - len(begun)]), *CONSTANTS]
    found = _beginning(found, begun)
    if begun:
        found += [f"{name}(" for name in listing.names() if name.startswith(begun)]
    return Completions(begun, found[:MOST])


def _known() -> list[str]:
    return [word for word in (*WORDS, *COMMANDS) if word != "?"]


def _as_in_a_shell(before: str, begun: str, session: Session) -> list[str]:
    """What a shell would complete an option, or its value, to.

    Args:
        before: the line up to the word.
        begun: the word, as far as it is there.
        session: what is known: without a formula in the line the last one is meant.
    """
    word, rest = taken_apart(before, known_words(), session.memory.names)
    if word in WORDS and word not in SHOWING:
        return []
    name = word if word in COMMANDS else EVAL
    memory = session.memory
    known = memory.known()
    try:
        if not find(name).takes_program:
            return _of_command(name, split(rest), begun)
        formula, words = request(rest)
        asked = memory.understand(formula) if formula else memory.last
        source = [] if asked is None else [memory.call(asked, {}).source]
    except GradcliError:
        return []
    finally:
        memory.return_to(known)
    return _of_command(name, [*source, *words], begun)


def _of_command(name: str, words: Sequence[str], begun: str) -> list[str]:
    """What the completion of a command offers behind some words."""
    command = find(name).load()
    context = command.make_context(name, [*words], resilient_parsing=True)
    valued = {
        option: param
        for param in command.params
        for option in param.opts
        if param.param_type_name == "option" and not param.is_flag
    }
    option, equals, value = begun.partition("=")
    if equals and option in valued:
        found = valued[option].shell_complete(context, value)
        return [f"{option}={each.value}" for each in found]
    argument = next((each for each in command.params if each.param_type_name == "argument"), None)
    # Of a formula the names are completed at the prompt, which knows more of them.
    is_argument = not words and not begun.startswith("-")
    asks = valued.get(words[-1]) if words else is_argument and argument
    return [each.value for each in (asks or command).shell_complete(context, begun)]


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
