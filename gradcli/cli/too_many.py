"""The error for more expressions than a command takes, with what may be meant by them."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Collection, Sequence

from gradcli.cli.words import NUMBER
from gradcli.errors import UsageError
from gradcli.syntax.spelling import LABEL

_ASSIGNED = rf"-?({LABEL})=({NUMBER})"
_DASHED = rf"-({LABEL})"
_ALMOST = rf"\s*({LABEL})\s*(?::|==|=)\s*({NUMBER})\s*"
"""A value as others write it beside a formula: ``x:2``, ``x==2``, ``x =2``."""

_VALUES = r"\S+\.(?:csv|json|npz)"


def too_many(
    words: Sequence[str],
    given: Sequence[str],
    most: int,
    switches: Collection[str],
    valued: Collection[str],
) -> UsageError:
    """The error for more expressions than the most of a command, which may be one, or two."""
    expressions = given[most - 1 :]
    first, second = expressions[:2]
    if "--into" in valued and all(map(os.path.isfile, (first, second))):
        message = f"there are two files of data: '{first}' and '{second}'"
        name = f'"*{os.path.splitext(second)[1]}"'  # the shell wrote all names in its place
        hint = f"several are one name, in quotes: {name} --into FOLDER"
        return UsageError("usage", message, hint=hint)
    hint = _as_flag(expressions) or "quote an expression that has spaces in it"
    if re.fullmatch(_VALUES, second) and "--vars" in valued:
        hint = f"write --vars {second} to read values from it"
    if len(expressions) == 2 and "--wrt" in valued and re.fullmatch(LABEL, second):
        hint = f"for the derivative by {second} write --wrt {second}; {hint}"
    if "--" in words:
        hint = "after -- no word is an option"
    for before, sign, after in zip(words, words[1:], words[2:], strict=False):
        if sign == "=":
            hint = f"for the value of a variable write {before}={after}"
    for before, word in itertools.pairwise(words):
        if word == first and all(each.isdecimal() for each in [before, *expressions]):
            hint = f"sizes are one word: {','.join([before, *expressions])}"
        if word in {first, second} and before in switches:
            flag = f"--set {before[2:]}={word}" if before.startswith("--") else f"-{before} {word}"
            hint = f"{before} takes no value; for a variable write {flag}"
    *others, last = [f"'{each}'" for each in given[: most + 1]]
    more = "more than " if most > 1 else ""
    message = f"there are {more}two expressions: {', '.join(others)} and {last}"
    return UsageError("usage", message, hint=hint)


def _as_flag(expressions: Sequence[str]) -> str | None:
    """A hint for a value that was given as other programs take it: ``x=3``, ``-x 3``."""
    for word, value in itertools.zip_longest(expressions, expressions[1:], fillvalue=""):
        assigned, dashed = re.fullmatch(_ASSIGNED, word), re.fullmatch(_DASHED, word)
        almost = re.fullmatch(_ALMOST, word)
        if assigned:
            return f"for the value of a variable write --{assigned[1]}={assigned[2]}"
        if almost:
            return f"for the value of a variable write {almost[1]}={almost[2]}"
        if dashed and re.fullmatch(NUMBER, value):
            return f"for the value of a variable write --{dashed[1]} {value}"
    for word in expressions[1:]:
        if re.fullmatch(_DASHED, word):
            return f"{word} is no option; quote an expression that has spaces in it"
    return None
