"""The arguments of the library's doors, checked: what is of the wrong type is an error of ours."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from gradcli.errors import UsageError
from gradcli.evaluation.elements import Value
from gradcli.evaluation.elements import number as float_of
from gradcli.hints import did_you_mean, nearest, shortened, some
from gradcli.syntax.ast import Lengths


def text(value: object, what: str, hint: str | None = None) -> str:
    """A text.

    Args:
        value: what was given.
        what: what it is, as ``wrt``.
        hint: a way out; None for the usual one.

    Raises:
        UsageError: it is none.
    """
    if isinstance(value, str):
        return value
    hint = hint or "write it in quotation marks"
    raise _of_type(what, "a text", value, hint)


def program(value: object) -> str:
    """The text of a program; raises as `text`."""
    return text(value, "the program", 'write it as text: "x^2 + y"; a file is read with open')


def values(given: object, what: str = "values") -> Mapping[str, Value]:
    """Values by name; None stands for none.

    Raises:
        UsageError: it is no mapping, or a name is no text.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise _of_type(what, "a mapping of names to values", given, 'for instance {"x": 1.5}')
    for name in given:
        text(name, f"a name in {what}", 'names are texts: {"x": 1.5}')
    return given


_BITS = 64
"""No setting is a whole number of more bits."""

Shape = int | str | Sequence[int | str]
"""One length or several; a letter stands for any."""


def shapes(given: object) -> Mapping[str, Lengths]:
    """The lengths of arrays by name; None stands for none.

    Raises:
        UsageError: it is no mapping, or something in it is no length.
        InputError: an array is declared twice.
    """
    if given is None or (isinstance(given, Mapping) and not given):
        return {}
    from gradcli.evaluation.declared import lengths_of  # noqa: PLC0415  (only arrays need it)

    return lengths_of(values(given, "shapes"))


def names(given: object, what: str) -> list[str] | None:
    """Names, of which one may be given by itself; None stays None.

    Raises:
        UsageError: it is no name and no collection of names.
    """
    if given is None or isinstance(given, str):
        return None if given is None else [given]
    found = items(given, what, 'a name or a list of names: ["x", "y"]')
    return [text(name, f"a name in {what}", 'names are texts: ["x", "y"]') for name in found]


def items(given: object, what: str, hint: str) -> list[Any]:
    """The items of a list, an array or another collection; a text is none.

    Raises:
        UsageError: it is no such thing.
    """
    if isinstance(given, Iterable) and not isinstance(given, str | bytes | bytearray):
        # As an array of no axes; and an object of somebody else's may raise anything.
        with suppress(Exception):
            return list(given)
    raise _of_type(what, "a list", given, hint)


def number(value: object, what: str) -> float | None:
    """A number; None stays None.

    Raises:
        InputError: it is none.
    """
    return None if value is None else float_of(value, what)


def whole(value: object, what: str) -> int | None:
    """A whole number; None stays None.

    Raises:
        UsageError: it is none.
    """
    if value is None:
        return None
    found = None
    with suppress(Exception):  # which an object of somebody else's may raise
        found = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]  # it raises
    if found is None:
        raise _of_type(what, "a whole number", value, "for instance 3")
    if found.bit_length() >= _BITS:  # Python does not even write those of thousands of digits
        message = f"{what} is a whole number of less than {_BITS} bits"
        raise UsageError("type", message, hint="for instance 3")
    return found


def wholes(given: object, what: str, hint: str) -> list[int]:
    """A list of whole numbers.

    Raises:
        UsageError: it is none.
    """
    found = [whole(item, f"each of {what}") for item in items(given, what, hint)]
    if None in found:
        raise _of_type(f"each of {what}", "a whole number", None, hint)
    return [item for item in found if item is not None]


def flag(value: object, what: str) -> bool:
    """True or False, NumPy's included.

    Raises:
        UsageError: it is neither.
    """
    if type(value).__name__ not in {"bool", "bool_"}:
        raise _of_type(what, "True or False", value, f"leave {what} out, or write {what}=True")
    return bool(value)


def choice(value: object, what: str, known: Sequence[str]) -> str:
    """One of some names.

    Raises:
        UsageError: it is none of them.
    """
    found = text(value, what, f"the {what}s are {', '.join(known)}")
    if found not in known:
        hint = nearest(found, known, f"{what}s")
        raise UsageError("usage", f"there is no {what} '{found}'", hint=hint)
    return found


def settings(given: Iterable[str], known: Sequence[str]) -> None:
    """Refuses names of settings that there are not: most of them are inputs with their values.

    Raises:
        UsageError: there is no such setting.
    """
    for name in given:
        if name in known:
            continue
        message = f"there is no setting '{shortened(name)}'"
        near = did_you_mean(name, known)
        way = f'values are given in one mapping, as {{"{shortened(name)}": 1.5}}'
        hint = near or f"{way}; the settings are {some(known)}"
        raise UsageError("usage", message, hint=hint)


def _of_type(what: str, wanted: str, value: object, hint: str) -> UsageError:
    given = "None" if value is None else f"a value of type {type(value).__name__}"
    return UsageError("type", f"{what} is {wanted}, not {given}", hint=hint)
