"""Values in JSON files: an object with a number, a text or nested lists for each name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NoReturn

from gradcli.cli.context import Environment, show_name
from gradcli.cli.value_place import Place, part_of
from gradcli.errors import InputError, UsageError


def read_object(environment: Environment, file: str) -> Iterator[tuple[str, object]]:
    """The names in a JSON object and their values.

    Raises:
        UsageError: the file cannot be read, or holds none.
        InputError: a value is, or holds, what is no number and no text.
    """
    if file == "-":
        raise UsageError(
            "vars",
            "--vars does not read the standard input",
            hint="name a file; - stands for the program's text",
        )
    content, where = _content(environment, file), show_name(file)
    if not isinstance(content, _Object):
        raise UsageError(
            "vars",
            f"{where} holds no JSON object",
            hint='write the values as {"a": 1, "b": 0.5}',
        )
    for name, value in content:
        yield name, _check(name, value, where)


def read_gradient(environment: Environment, file: str) -> Iterator[tuple[str, object]]:
    """The derivatives in a JSON object, or in its ``gradient``, as `gradcli eval --json` has it.

    Raises:
        UsageError: the file cannot be read, or holds none.
        InputError: a derivative is no number, or is there twice.
    """
    content, where = _content(environment, file), show_name(file)
    if isinstance(content, _Object):
        content = next((each for name, each in content if name == "gradient"), content)
    if not isinstance(content, _Object):
        message = f"{where} holds no JSON object"
        raise UsageError("against", message, hint='write the gradient as {"a": 1, "b": 0.5}')
    known: set[str] = set()
    for name, value in content:
        if name in known:
            raise InputError("given-twice", f"'{name}' is twice in {where}", hint="leave one out")
        known.add(name)
        yield name, _check(name, value, where)


def read_part(environment: Environment, place: Place, name: str) -> object:
    """The value of a variable: all that a file holds, or what it has under a name.

    Raises:
        UsageError: the file cannot be read, or has no such part.
        InputError: the value is, or holds, what is no number and no text.
    """
    content, where = _content(environment, place.file), show_name(place.file)
    if isinstance(content, _Object):
        content = dict(content)
        content = content[part_of(place, name, content, "names")]
    elif place.member is not None:
        raise UsageError("file", f"{where} has no names for its values", hint="leave it out")
    return _check(name, content, where)


def _content(environment: Environment, file: str) -> object:
    """What a file holds, with all numbers as floats."""
    import json  # noqa: PLC0415  (only here)

    text = environment.read_file(file)
    where = show_name(file)
    try:
        return json.loads(
            text,
            object_pairs_hook=_Object,
            parse_int=float,
            parse_float=_number,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        message = f"{where} is not JSON: {error.msg.lower()} in line {error.lineno}"
        hint = 'values are written as {"a": 1, "b": 0.5}; a program is read by -f FILE'
        raise UsageError("vars", message, hint=hint) from None
    except RecursionError:
        raise UsageError("vars", f"{where} is nested too deeply") from None
    except ValueError as error:
        raise UsageError("vars", f"{where} cannot be read: {error}") from None


class _Object(list[tuple[str, object]]):
    """A JSON object as it was written, with the keys that are there twice."""


class _Lost(float):
    """A number that is too small for a float."""


def _number(text: str) -> float:
    value = float(text)
    if value:  # as most are
        return value
    from gradcli.evaluation.elements import is_lost  # noqa: PLC0415  (`--help` needs no engine)

    return _Lost() if is_lost(value, text) else value


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
        elif isinstance(item, _Lost):
            from gradcli.evaluation.elements import too_small  # noqa: PLC0415  (likewise)

            raise too_small(name, f" in {where}")
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
