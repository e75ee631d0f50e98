"""Values in files of JSON or TOML: a number, a text or nested lists for each name."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from gradcli.cli.context import Environment, show_name
from gradcli.cli.value_place import Place, part_of
from gradcli.errors import InputError, UsageError


def read_object(environment: Environment, file: str) -> Iterator[tuple[str, object]]:
    """The names in a JSON object and their values.

    Raises:
        UsageError: the file cannot be read, or holds none.
        InputError: a value is, or holds, what is no number and no text.
    """
    where = "the standard input" if file == "-" else show_name(file)
    content = _content(environment, file, where)
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
    where = show_name(file)
    content = _content(environment, file, where)
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
    where = show_name(place.file)
    content = _content(environment, place.file, where)
    if isinstance(content, _Object):
        content = dict(content)
        content = content[part_of(place, name, content, "names")]
    elif place.member is not None:
        raise UsageError("file", f"{where} has no names for its values", hint="leave it out")
    return _check(name, content, where)


def _content(environment: Environment, file: str, where: str) -> object:
    """What a file holds, with all numbers as floats."""
    try:
        text = environment.read_stdin() if file == "-" else environment.read_file(file)
    except UsageError as error:
        if "=" in file or file.lstrip().startswith("{"):
            error.hint = "it is the name of a file; values themselves are written a=1 b=0.5"
        raise
    if file.lower().endswith(TOML) or (file == "-" and re.match(_TOML_BEGINS, text)):
        return _of_toml(text, where)
    import json  # noqa: PLC0415  (only here)

    try:
        return json.loads(
            text,
            object_pairs_hook=_Object,
            parse_int=float,
            parse_float=_number,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        if not text.strip():
            hint = 'values are written as {"a": 1, "b": 0.5}'
            raise UsageError("vars", f"{where} is empty", hint=hint) from None
        message = f"{where} is not JSON: {error.msg.lower()} in line {error.lineno}"
        hint = 'values are written as {"a": 1, "b": 0.5}; a program is read by -f FILE'
        raise UsageError("vars", message, hint=hint) from None
    except RecursionError:
        raise UsageError("vars", f"{where} is nested too deeply") from None
    except ValueError as error:
        raise UsageError("vars", f"{where} cannot be read: {error}") from None


TOML = ".toml"
"""What the name of a file ends in that holds no JSON, but as much."""


_TOML_BEGINS = r"""(?:\s*\#.*\n)*\s*[\w."'-]+\s*="""
"""How values in TOML begin that come without a name: no JSON does."""


def _of_toml(text: str, where: str) -> object:
    """The names of a file of TOML and their values, with all numbers as floats."""
    import tomllib  # noqa: PLC0415  (only here)

    try:
        found = tomllib.loads(text, parse_float=_toml_number)
    except RecursionError:
        raise UsageError("vars", f"{where} is nested too deeply") from None
    except ValueError as error:
        message = f"{where} is not TOML: {str(error)[:1].lower()}{str(error)[1:]}"
        raise UsageError("vars", message, hint="values are written as a = 1, a line each") from None
    return _Object((name, _as_json(value)) for name, value in found.items())


def _toml_number(text: str) -> float:
    if text.strip("+-") in {"inf", "nan"}:
        raise ValueError(f"{text} is no number to compute with")
    return _number(text.replace("_", ""))


def _as_json(value: Any) -> object:
    """A value of TOML as JSON would have it."""
    whole: list[Any] = [value]
    waiting = [whole]
    while waiting:
        items = waiting.pop()
        for place, item in enumerate(items):
            if type(item) is int:
                items[place] = _whole(item)
            elif isinstance(item, dict):
                items[place] = _Object(item.items())
            elif isinstance(item, list):
                waiting.append(item)
    return whole[0]


def _whole(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf  # which is told to be too large


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


_KINDS = {
    "bool": "true or false",
    "_Object": "an object",
    "datetime": "a time",
    "date": "a date",
    "time": "a time",
}
"""What is no number, by the name of its type."""


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
            what = _KINDS.get(type(item).__name__, "null")
            raise InputError(
                "value",
                f"the value of '{name}' in {where} is {what}, not a number",
                hint='give a number or a constant expression, such as 0.5 or "pi/2"',
            )
    return value
