"""What a line of the prompt is: a word that asks for something, a formula, values, options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from typing import NamedTuple

from gradcli.cli.beside import may_be_value
from gradcli.cli.prompt.unfinished import is_unfinished
from gradcli.errors import UsageError
from gradcli.syntax.spelling import LABEL, LETTERS

_WORD = rf"\s*(\?|{LETTERS})(?:[ \t]+|\Z|(?<=\?))(.*)"
"""A word, and what follows it behind a blank."""

_CALLED = rf"\s*({LETTERS})\(\)\s*"
"""A word as the prompt of Python wants it: ``exit()``."""

_GOES_ON = r"=(?!=)|[-+*/^%@!'<>)\]},.:·×÷−][\s\d(]|[*/^=<>!%@'](?!\w)"
"""What follows a name in a formula: a sign, and no argument of a command."""

_OPTION = r"(?:\A|(?<=\s))(?:--[^\W\d]|-[fho](?:\s|\Z))"
"""Where the options of a command begin."""

_ASSIGNED = rf"(?:\A|(?<=[\s;]))({LABEL}=(?!=)[^\s;]+)[\s;]*\Z"
"""A value at the end of a line, beside the formula."""


class Line(NamedTuple):
    """A line, taken apart.

    Attributes:
        word: what it asks for; "" for a formula alone.
        rest: what follows the word; of a formula alone the line itself.
    """

    word: str
    rest: str


class Request(NamedTuple):
    """What follows the word: a formula, if there is one, and words as of a command line."""

    formula: str
    words: list[str]


def taken_apart(text: str, known: Collection[str], names: Collection[str]) -> Line:
    """Tell a word that asks for something from a formula.

    Args:
        text: the line.
        known: the words that ask for something.
        names: the names that have a meaning, which are formulas where they stand alone.
    """
    called = re.fullmatch(_CALLED, text)
    if called and called[1] in known and called[1] not in names:
        return Line(called[1], "")
    found = re.match(_WORD, text, re.DOTALL)
    if found is None or found[1] not in known:
        return Line("", text)
    word, rest = found[1], found[2].strip()
    is_formula = word in names if not rest else re.match(_GOES_ON, rest)
    return Line("", text) if is_formula else Line(word, rest)


def parts(text: str, known: Collection[str], names: Collection[str]) -> list[str]:
    """Several lines that were put in at once: one that asks for something stands alone.

    Args:
        text: the lines; those of a formula stay together.
        known: the words that ask for something.
        names: the names that have a meaning.
    """
    found: list[str] = []
    is_request = True
    for line in text.split("\n"):
        if found and is_unfinished(found[-1]):
            found[-1] += f"\n{line}"
            continue
        asks = bool(taken_apart(line, known, names).word)
        if asks or is_request:
            found.append(line)
        else:
            found[-1] += f"\n{line}"
        is_request = asks
    return found


def request(rest: str) -> Request:
    """What a word is asked about: the formula comes first, then options and values.

    Raises:
        UsageError: a quote is never closed.
    """
    begin = re.search(_OPTION, rest)
    formula, tail = (rest[: begin.start()], rest[begin.start() :]) if begin else (rest, "")
    words = split(tail)
    formula = formula.strip()
    if formula[:1] in {'"', "'"}:  # as on a command line
        formula, *others = split(formula)
        return Request(formula, [*others, *words])
    values: list[str] = []
    left = formula
    while (found := re.search(_ASSIGNED, left)) is not None:
        if found.start() == 0 and not may_be_value(found[1].partition("=")[2]):
            break
        values.insert(0, found[1])
        left = left[: found.start()].rstrip()
    if left.endswith(";"):  # what follows a statement is one
        return Request(formula, words)
    return Request(left, [*_flags(values), *words])


def _flags(values: list[str]) -> list[str]:
    return [word for value in values for word in ("--set", value)]


def split(text: str) -> list[str]:
    """The words of a text, as a shell has them.

    Raises:
        UsageError: a quote is never closed.
    """
    try:
        return shlex.split(text)
    except ValueError:
        raise UsageError(
            "usage", "a quote is never closed", hint="close it, or leave it out"
        ) from None
