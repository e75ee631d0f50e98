"""Lengths of arrays that are declared beside a program: ``W=2,3`` as text, or in a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gradcli.errors import InputError, UsageError
from gradcli.graph.shapes import MOST_AXES
from gradcli.hints import shortened
from gradcli.syntax.ast import Lengths
from gradcli.syntax.spelling import is_name, plain

HINT = "write W=2,3 for a matrix, x=3 for a vector; a letter stands for any length: x=n"


def lengths_in(texts: Iterable[str]) -> dict[str, Lengths]:
    """The lengths that texts such as ``W=2,3`` declare, by the names of the arrays.

    Raises:
        UsageError: a text declares none.
        InputError: an array is declared twice.
    """
    found: dict[str, Lengths] = {}
    for text in texts:
        name, equals, lengths = text.partition("=")
        if not equals:
            raise _no_shape(text, "has no '='")
        _add(found, name.strip(), [each.strip() for each in lengths.split(",")], text)
    return found


def lengths_of(given: Mapping[str, Any]) -> dict[str, Lengths]:
    """The lengths that a mapping declares: a length or several for each array.

    Raises:
        UsageError: one of them is no length.
        InputError: an array is declared twice.
    """
    found: dict[str, Lengths] = {}
    for name, lengths in given.items():
        is_one = isinstance(lengths, str) or not isinstance(lengths, Iterable)
        _add(found, name, [lengths] if is_one else list(lengths), f"{name}={lengths}")
    return found


def _add(found: dict[str, Lengths], name: str, lengths: list[Any], text: str) -> None:
    if not is_name(name):
        raise _no_shape(text, f"has no name before the '=', but '{shortened(name)}'")
    if plain(name) in found:
        raise InputError(
            "given-twice", f"the shape of '{name}' is given twice", hint="leave one out"
        )
    if not 1 <= len(lengths) <= MOST_AXES:
        raise _no_shape(text, f"has {len(lengths)} axes, and an array has 1 to {MOST_AXES}")
    found[plain(name)] = tuple([_length(each, text) for each in lengths])


MOST_DIGITS = 20
"""A length of more digits is not read."""


def _length(given: Any, text: str) -> int | str:
    """One length: a whole number, or a letter for one."""
    if isinstance(given, str):
        if given.isascii() and given.isdigit() and len(given) < MOST_DIGITS:
            return int(given)
        if is_name(given):
            return plain(given)
    elif not isinstance(given, bool) and hasattr(given, "__index__") and int(given) >= 0:
        return int(given)
    raise _no_shape(text, f"has '{shortened(str(given))}' for a length")


def _no_shape(text: str, why: str) -> UsageError:
    return UsageError("shape", f"the shape '{shortened(text)}' {why}", hint=HINT)
