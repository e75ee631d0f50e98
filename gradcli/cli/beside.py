"""Values beside the formula as words of their own, ``a=1 b=2``, and which word is the formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gradcli.cli.words import Flag, Words
from gradcli.syntax.spelling import LABEL, NAME, assignments_in

_ASSIGNED = rf"({LABEL})=(?!=)(.*)"
"""A word that may give a value; with blanks around the sign it is a statement."""

_DIGITS = r"[-+−]?[0-9.]+"

_NUMBERS = r"(?<![\w.])(?:0[xob]\w+|(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
"""Numbers, whose letters are no names."""


def divided(words: Words, wanted: int, is_piped: Callable[[], bool]) -> Words:
    """Tell the values among expressions from the formula, which may be a statement as well.

    What is no assignment is a formula; where there are too few of these, assignments of more than
    constants are. ``J=a*b a=1 b=2`` has one. What can be both stays an expression.

    Args:
        words: the words of a command line, sorted.
        wanted: how many expressions the command takes, and is not given otherwise.
        is_piped: whether the formula comes through a pipe if there is no other.
    """
    expressions = words.expressions
    assigned = {
        place: found
        for place, found in enumerate(
            re.fullmatch(_ASSIGNED, each, re.DOTALL) for each in expressions
        )
        if found
    }
    missing = wanted - (len(expressions) - len(assigned))
    if missing > 0:
        formulas = [
            place
            for place, found in assigned.items()
            if not all(may_be_value(value) for _, value in _given(found[0]))
        ]
        if not formulas and len(expressions) == len(assigned) == 1 and not is_piped():
            formulas = [0]
        for place in formulas:
            del assigned[place]
    flags = [
        Flag(name, value, f"{name}={value}")
        for found in assigned.values()
        for name, value in _given(found[0])
    ]
    kept = [each for place, each in enumerate(expressions) if place not in assigned]
    return Words(words.options, kept, [*words.flags, *flags])


def _given(word: str) -> list[tuple[str, str]]:
    """The names and values of a word: one, or as in ``a=1,b=2`` several."""
    pairs = [each.partition("=") for each in assignments_in(word)]
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def may_be_value(text: str) -> bool:
    """Whether a text uses no name but those of the language, as a value must."""
    if re.fullmatch(_DIGITS, text.strip()) or text.lstrip().startswith("@"):
        return True
    return all(map(is_of_language, re.findall(NAME, re.sub(_NUMBERS, " ", text))))


def is_of_language(name: str) -> bool:
    """Whether a name is that of a constant or a function."""
    from gradcli.graph.rules import is_constant, table  # noqa: PLC0415  (few write any)

    return is_constant(name) or table().is_function(name)


def given_names(words: Sequence[str]) -> set[str]:
    """The names that a command line gives a value, before anything else is known of it."""
    flags = {word[2:].partition("=")[0] for word in words if word.startswith("--")}
    found = (re.fullmatch(_ASSIGNED, word, re.DOTALL) for word in words)
    return {*flags, *(each[1] for each in found if each)}
