"""Values for variables: flags, ``--set`` and ``--vars`` read into one mapping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from gradcli.cli.context import Environment, show_name
from gradcli.errors import InputError, UsageError
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from gradcli.cli.arguments import Flag

Given = tuple[str, str, object]
"""A name, how its value was given, and the value."""


def read_values(
    environment: Environment,
    flags: Sequence[Flag],
    assignments: Sequence[str],
    files: Sequence[str],
) -> dict[str, object]:
    """The value of each variable.

    Args:
        environment: where the files are read.
        flags: ``--NAME VALUE``.
        assignments: what was given to ``--set``.
        files: what was given to ``--vars``.

    Raises:
        UsageError: a file or an assignment cannot be read.
        InputError: a name is given twice, or what a file holds for it is no number.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for name, origin, value in _given(environment, flags, assignments, files):
        if name in values:
            raise _twice(name, origins[name], origin)
        values[name], origins[name] = value, origin
    return values


def _given(
    environment: Environment,
    flags: Iterable[Flag],
    assignments: Iterable[str],
    files: Iterable[str],
) -> Iterator[Given]:
    for name, value in flags:
        yield typed_name(name), f"--{name}", _given_text(name, value)
    for text in assignments:
        name, equals, value = text.partition("=")
        if not (equals and name.strip()):
            missing = "name" if equals else "'='"
            hint = "write --set NAME=VALUE"
            raise UsageError("set", f"there is no {missing} in --set '{text}'", hint=hint)
        yield typed_name(name), "--set", _given_text(name, value)
    for file in files:
        yield from _read_json(environment, file)


def _given_text(name: str, value: str) -> str:
    if not value.strip():
        hint = "give a number or a constant expression, such as 0.5 or pi/2"
        raise InputError("value", f"the value of '{name}' is empty", hint=hint)
    return value


def typed_name(name: str) -> str:
    """A name as it was typed, blanks left out, as the language spells it."""
    return plain("".join(name.split()))


def _twice(name: str, first: str, second: str) -> InputError:
    where = f"by {first} and by {second}" if first != second else f"by {first}"
    return InputError(
        "given-twice", f"'{name}' is given a value twice, {where}", hint="leave one out"
    )


def _read_json(environment: Environment, file: str) -> Iterator[Given]:
    import json  # noqa: PLC0415  (only here)

    if file == "-":
        raise UsageError(
            "vars",
            "--vars does not read the standard input",
            hint="name a file; - stands for the program's text",
        )
    text = environment.read_file(file)
    where = show_name(file)
    try:
        content = json.loads(
            text, object_pairs_hook=_Object, parse_int=float, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        message = f"{where} is not JSON: {error.msg.lower()} in line {error.lineno}"
        raise UsageError("vars", message) from None
    except RecursionError:
        raise UsageError("vars", f"{where} is nested too deeply") from None
    except ValueError as error:
        raise UsageError("vars", f"{where} cannot be read: {error}") from None
    if not isinstance(content, _Object):
        raise UsageError(
            "vars",
            f"{where} holds no JSON object",
            hint='write the values as {"a": 1, "b": 0.5}',
        )
    for name, value in content:
        yield typed_name(name), f"--vars {file}", _check(name, value, where)


class _Object(list[tuple[str, object]]):
    """A JSON object as it was written, with the keys that are there twice."""


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number in JSON")


def _check(name: str, value: object, where: str) -> object:
    """The value, if all in it are numbers or texts.

    Raises:
        InputError: something in it is neither, or too large.
    """
    inside = [value]
    while inside:
        item = inside.pop()
        if type(item) is list:
            inside += item
        elif isinstance(item, float):
            if not math.isfinite(item):
                message = f"the value of '{name}' in {where} is too large"
                raise InputError("value", message, hint="numbers are 64-bit floats, up to 1.8e308")
        elif not isinstance(item, str):
            what = {bool: "true or false", _Object: "an object"}.get(type(item), "null")
            raise InputError(
                "value",
                f"the value of '{name}' in {where} is {what}, not a number",
                hint='give a number or a constant expression, such as 0.5 or "pi/2"',
            )
    return value
