"""Values for variables: flags and ``--set`` over what the files of ``--vars`` hold."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.base.record import Record
from gradcli.cli.context import Environment
from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import array_name, assignments_in, indices_of, is_element, plain

if TYPE_CHECKING:
    from gradcli.cli.words import Flag

MOST_SHOWN = 6
"""How many values are named that are used instead of those in files."""


class Given(Record):
    """A value, and how it was given: ``--a``, ``--set a``, ``--vars FILE``."""

    value: Any
    origin: str

    @property
    def file(self) -> str:
        """The file that holds it, as it is called in a sentence."""
        file = self.origin.removeprefix("--vars ")
        return "the standard input" if file == "-" else file


Values = dict[str, Given]
"""The values of variables by name."""


def read_typed(flags: Iterable[Flag], assignments: Iterable[str]) -> Values:
    """The values on the command line itself.

    Args:
        flags: ``--NAME VALUE``.
        assignments: what was given to ``--set``.

    Raises:
        UsageError: an assignment cannot be read.
        InputError: a name is given twice, or without a value.
    """
    values: Values = {}
    for name, value, typed in flags:
        _add(values, name, Given(_given_text(name, value), typed or f"--{name}"))
    for text in (each for several in assignments for each in assignments_in(several)):
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            missing = "name" if equals else "'='"
            hint = "write --set NAME=VALUE"
            raise UsageError("set", f"there is no {missing} in --set '{text}'", hint=hint)
        _add(values, name, Given(_given_text(name, value), f"--set {name.strip()}"))
    return values


def read_files(environment: Environment, files: Iterable[str]) -> Values:
    """The values in files, each read once, because a pipe cannot be read again.

    Args:
        environment: where the files are read.
        files: what was given to ``--vars``.

    Raises:
        UsageError: a file cannot be read.
        InputError: a name is given twice, or what a file holds for it is no number.
    """
    values: Values = {}
    files = list(files)
    if files.count("-") > 1:
        message = "the standard input is read once, and --vars - is there twice"
        raise UsageError("vars", message, hint="leave one out")
    for file in files:
        origin = f"--vars {file}"
        for name, value in _read_all(environment, file):
            _add(values, name, Given(value, origin))
    return values


def _read_all(environment: Environment, file: str) -> Iterator[tuple[str, Any]]:
    """The names in a file and their values."""
    from gradcli.cli.array_files import read_all, read_value  # noqa: PLC0415  (few give files)
    from gradcli.cli.json_files import read_object  # noqa: PLC0415  (likewise)

    for name, value in read_all(environment, file) or read_object(environment, file):
        if isinstance(value, str) and is_file(value):  # beside the file that names it
            yield name, read_value(environment, plain(name), value, os.path.dirname(file))
        else:
            yield name, value


def read_named(environment: Environment, typed: Values) -> Values:
    """The same values, where ``@FILE`` stands for what the file holds.

    Raises:
        UsageError: a file cannot be read.
        InputError: what it holds is no array of numbers.
    """
    if not any(is_file(given.value) for given in typed.values()):
        return typed
    from gradcli.cli.array_files import read_value  # noqa: PLC0415  (few give files)

    found: Values = {}
    for name, given in typed.items():
        value = given.value
        if is_file(value):
            value = read_value(environment, name, value)
        found[name] = given._replace(value=value)
    return found


def is_file(value: object) -> bool:
    """Whether a value is the name of a file that holds it."""
    return isinstance(value, str) and value.lstrip().startswith("@")


def _add(values: Values, name: str, given: Given) -> None:
    name = plain(name)
    if name in values:
        raise _twice(name, values[name].origin, given.origin)
    values[name] = given


class Overlaid(Record):
    """All values, and what is to be said of those that were given twice."""

    values: dict[str, object]
    note: str | None


def overlaid(filed: Values, typed: Values) -> Overlaid:
    """Put what was typed over what files hold: a flag beats a file, also in a single element."""
    values = {name: each.value for name, each in filed.items()}
    replaced: dict[str, str] = {}
    for name, (value, origin) in typed.items():
        array = array_name(name)
        element = _element(values.get(array), indices_of(name))
        if element is not None:
            _put(element, name, value)
            replaced[origin] = filed[array].file
            continue
        for other in [each for each in values if each == name or is_element(each, name)]:
            if other in filed:
                replaced[origin] = filed[other].file
                del values[other]
        values[name] = value
    return Overlaid(values, _said(replaced))


def under(values: dict[str, object], kept: Mapping[str, object]) -> dict[str, object]:
    """The same values, and those that are kept of other names."""
    rest = {
        name: value
        for name, value in kept.items()
        if not (name in values or array_name(name) in values)
        and not any(is_element(each, name) for each in values)
    }
    return {**rest, **values}


def _said(replaced: Mapping[str, str]) -> str | None:
    """The note on what is used instead of what files hold."""
    if not replaced:
        return None
    typed = list(replaced)
    shown = ", ".join(typed[:MOST_SHOWN])
    if len(typed) > MOST_SHOWN:
        shown += f" and {len(typed) - MOST_SHOWN} more"
    verb, what = ("is", "the value") if len(typed) == 1 else ("are", "the values")
    return f"{shown} {verb} used, not {what} in {', '.join(dict.fromkeys(replaced.values()))}"


def _element(array: Any, indices: Sequence[int]) -> tuple[Any, int] | None:
    """The row of an array that an element is in, and its place there; None if there is none."""
    places = [index - 1 for index in indices]
    row = array
    for place in places[:-1]:
        row = row[place] if _is_array(row) and 0 <= place < len(row) else None
    if not places or not _is_array(row) or not 0 <= places[-1] < len(row):
        return None
    return None if _is_array(row[places[-1]]) else (row, places[-1])


def _is_array(value: Any) -> bool:
    """Whether it has elements: nested lists, or an array that a file held."""
    return isinstance(value, list) or bool(getattr(value, "shape", ()))


def _put(element: tuple[Any, int], name: str, value: Any) -> None:
    row, place = element
    if not isinstance(row, list):
        from gradcli.evaluation.elements import number  # noqa: PLC0415  (`--help` needs no engine)

        value = number(value, name)
    row[place] = value


def _given_text(name: str, value: str) -> str:
    if not value.strip():
        hint = "give a number or a constant expression, such as 0.5 or pi/2"
        raise InputError("value", f"the value of '{name}' is empty", hint=hint)
    return value


def _twice(name: str, first: str, second: str) -> InputError:
    where = f"by {first} and by {second}" if first != second else f"by {first}"
    return InputError(
        "given-twice", f"'{name}' is given a value twice, {where}", hint="leave one out"
    )
