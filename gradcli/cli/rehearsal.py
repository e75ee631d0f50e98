"""A command line that is about to be proposed is tried first, where nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradcli.cli.context import Environment
from gradcli.cli.status import Status
from gradcli.errors import CheckError, GradcliError, UndefinedError

MOST_TRIED = 24
"""So many lines are tried at most before none is proposed."""

MOST_STEPS = 1000
"""Of a longer descent so many steps are gone for a hint."""

_TEXTS = {"FILE", "TEXT"}
"""What the help page calls values of options in which there are no names of the program."""

Line = tuple[list[str], Mapping[str, str]]
"""The words of a command line, and the values of its variables beside them."""


def tried(
    context: Any, words: Sequence[str], names: Sequence[str], examples: Mapping[str, str]
) -> Line | None:
    """A command line that works, as near as possible to the one that was typed.

    Args:
        context: the command that was called; typer's contexts are private.
        words: what was typed behind its name.
        names: the variables that have no value there.
        examples: what may be typed for those that are no numbers.

    Returns:
        The words, with other names in the place of those that the program does not have, and a
        value for each variable: 1, 2, 3 or, where there is no result at these, others. None if
        nothing was found that works.
    """
    environment: Environment = context.obj
    if environment.is_rehearsal:
        return None
    waiting = [list(words)]
    for _ in range(MOST_TRIED):
        if not waiting:
            return None
        typed = waiting.pop()
        for values in _values(names):
            given = {**values, **examples}
            error = _failure(context, typed, given)
            if error is None:
                return typed, given
            if not isinstance(error, UndefinedError | CheckError):
                waiting += _mended(context, typed, error)[::-1]
                break
    return None


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


def _failure(context: Any, words: Sequence[str], values: Mapping[str, str]) -> GradcliError | None:
    """What goes wrong with a command line, if anything does."""
    given = [f"--set={name}={_bare(value)}" for name, value in values.items()]
    if (context.params.get("steps") or 0) > MOST_STEPS:
        end = words.index("--") if "--" in words else len(words)
        words = [*words[:end], f"--steps={MOST_STEPS}", *words[end:]]
    environment = context.obj.rehearsal()
    try:
        code = context.command.main(
            [*given, *words], context.command_path, standalone_mode=False, obj=environment
        )
    except GradcliError as error:
        return error
    except (Exception, SystemExit):  # noqa: BLE001  (whatever it is, the line is not proposed)
        return GradcliError("internal", "it fails")
    if code == Status.INTERRUPTED:  # typer's word for Ctrl-C
        raise KeyboardInterrupt
    return GradcliError("internal", "it fails") if code else None


def _bare(value: str) -> str:
    """A value as a shell hands it on, without its quotes."""
    return value.strip('"')


def _mended(context: Any, words: list[str], error: GradcliError) -> list[list[str]]:
    """The words with a right name for a wrong one in the options, the most likely line first."""
    found = []
    for wrong, right in error.instead.items():

        def is_there(name: str, wrong: str = wrong) -> bool:
            return _replaced(context, words, name, wrong) != words

        # What is asked for already is the last to be meant.
        names = sorted(right, key=is_there)
        found += [_replaced(context, words, wrong, name) for name in names]
    return [line for line in found if line != words]


def _replaced(context: Any, words: Sequence[str], wrong: str, right: str) -> list[str]:
    """The words with one name for another: ``z`` also in ``d/dz``, and never in the program."""
    is_wrong = re.compile(rf"(?<!\w)(d\d*|∂)?{re.escape(wrong)}(?!\w)")
    texts = {
        name for param in context.command.params if param.metavar in _TEXTS for name in param.opts
    }
    program, before, found = context.params.get("expression"), "", []
    for word in words:
        option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
        has_names = word != program and texts.isdisjoint((before, option))
        value = is_wrong.sub(rf"\g<1>{right}", value) if has_names else value
        found.append(f"{option}{equals}{value}")
        before = word
    return found
