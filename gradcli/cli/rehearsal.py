"""A command line that is about to be proposed is tried first, where nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcli.base.record import Record
from gradcli.cli.context import Environment
from gradcli.cli.status import Status
from gradcli.errors import CheckError, GradcliError, UndefinedError

MOST_TRIED = 24
"""So many lines are tried at most before none is proposed."""

MOST_NAMES = 8
"""So many names without a value are written on a command line to be typed."""

MOST_STEPS = 1000
"""Of a longer descent so many steps are gone for a hint."""

_LONG_DESCENT = r"--steps[ =]\d{4}"

_QUOTE = '"'
"""What stands around an array that is typed."""

_TEXTS = {"FILE", "TEXT"}
"""What the help page calls values of options in which there are no names of the program."""


_Values = Mapping[str, str]


class Line(Record):
    """A command line: its words behind the command, and values for variables beside them.

    ``others`` are values that may be given instead, where there is no result at these.
    """

    words: Sequence[str]
    values: _Values
    others: Sequence[_Values] = ()


def mended(command: Any, name: str, environment: Environment, words: Sequence[str]) -> Line | None:
    """A command line that works, as near as possible to another one.

    Args:
        command: what is called, as typer has it, whose classes are private.
        name: what it is called by: ``"gradcli eval"``.
        environment: where it is called.
        words: what stands behind its name.

    Returns:
        The line, with other names in the place of those that the program does not have, and
        values for variables without one: 1, 2, 3 or, where there is no result at these, others.
        None if nothing was found that works.
    """
    if environment.is_rehearsal:
        return None
    waiting = [Line(words, {})]
    for _ in range(MOST_TRIED):
        if not waiting:
            return None
        line = waiting.pop()
        error = _failure(command, name, environment, line)
        if error is None:
            return line
        if isinstance(error, UndefinedError | CheckError):  # all names are right
            waiting = [Line(line.words, *pair) for pair in _in_turn(line.others)]
        else:
            waiting += reversed(_next(command, line, error))
    return None


def _failure(command: Any, name: str, environment: Environment, line: Line) -> GradcliError | None:
    """What goes wrong with a command line, if anything does."""
    given = [f"--set={each}={value.strip(_QUOTE)}" for each, value in line.values.items()]
    if re.search(_LONG_DESCENT, " ".join(line.words)):
        given.append(f"--steps={MOST_STEPS}")
    end = [*line.words, "--"].index("--")
    words = [*line.words[:end], *given, *line.words[end:]]
    try:
        code = command.main(words, name, standalone_mode=False, obj=environment.rehearsal())
    except GradcliError as error:
        return error
    except (Exception, SystemExit):  # noqa: BLE001  (whatever it is, the line is not proposed)
        return GradcliError("internal", "it fails")
    if code == Status.INTERRUPTED:  # typer's word for Ctrl-C
        raise KeyboardInterrupt
    return GradcliError("internal", "it fails") if code else None


def _next(command: Any, line: Line, error: GradcliError) -> list[Line]:
    """Lines in which what is wrong with one is mended, the most likely first."""
    if error.kind == "missing-value":
        names = [each for each in error.names if each not in line.values]
        is_short = len(names) <= MOST_NAMES and all(error.examples.values())
        if not (names and is_short):
            return []
        values = [{**line.values, **each, **error.examples} for each in _values(names)]
        return [Line(line.words, *pair) for pair in _in_turn(values)]
    found = []
    for wrong, right in error.instead.items():

        def is_there(name: str, wrong: str = wrong) -> bool:
            return _replaced(command, line.words, name, wrong) != line.words

        # What is asked for already is the last to be meant.
        names = sorted(right, key=is_there)
        found += [_replaced(command, line.words, wrong, each) for each in names]
    return [line._replace(words=words) for words in found if words != line.words]


def _in_turn(values: Sequence[_Values]) -> list[tuple[_Values, Sequence[_Values]]]:
    """The first values with the others behind them, if there are any."""
    return [(values[0], values[1:])] if values else []


def _values(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """Values for names: plain ones, and others, at which a formula may be defined instead."""
    count = len(names)
    for series in (
        range(1, count + 1),
        range(count, 0, -1),
        [f"{0.5**n:g}" for n in range(1, count + 1)],
        range(10, 10 * count + 1, 10),
        [3, *range(1, count)],
        range(-count, 0),
    ):
        yield {name: f"{value}" for name, value in zip(names, series, strict=True)}


def _replaced(command: Any, words: Sequence[str], wrong: str, right: str) -> list[str]:
    """The words with one name for another in the options: ``z`` in ``d/dz``, too."""
    is_wrong = re.compile(rf"(?<!\w)(d\d*|∂)?{re.escape(wrong)}(?!\w)")
    with_names = {
        name
        for param in command.params
        if not getattr(param, "is_flag", False) and param.metavar not in _TEXTS
        for name in param.opts
    }
    before, found = "", []
    for word in words:
        option, equals, value = word.partition("=") if word.startswith("--") else (before, "", word)
        is_value = option in with_names and (equals or before == option)
        changed = is_wrong.sub(rf"\g<1>{right}", value) if is_value else value
        found.append(f"{option}={changed}" if equals else changed if is_value else word)
        before = word
    return found
