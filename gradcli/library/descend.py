"""The door `gradcli.descend`: gradient descent on any program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.learn.descend import Descender
from gradcli.learn.result import Descent
from gradcli.learn.settings import Settings


def descend(
    program: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    fix: Sequence[str] | None = None,
    strict: bool = False,
    **settings: Any,
) -> Descent:
    """Gradient descent on the output of a program.

    Args:
        program: the program.
        values: a value for each input, where the descent begins.
        wrt: the inputs that are moved, whole arrays by their name; None for all.
        fix: inputs that are not.
        strict: make every note on how the text was read an error.
        settings: those of `gradcli.learn.settings.Settings`: ``method``, ``lr``, ``steps``,
            ``tol``, ``update``, ``momentum``, ``beta1``, ``beta2``, ``eps``; None for the default.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: there is no such setting, or it is out of its range.

    >>> descend("(x - 3)^2", {"x": 1}, lr=0.5).parameters
    {'x': 3.0}
    """
    known = [field.name for field in fields(Settings)]
    for name in settings:
        arguments.choice(name, "setting", known)
    descender = Descender(
        arguments.program(program),
        arguments.values(values),
        wrt=arguments.names(wrt, "wrt"),
        fix=arguments.names(fix, "fix"),
        strict=arguments.flag(strict, "strict"),
    )
    given = {name: value for name, value in settings.items() if value is not None}
    return descender.run(Settings(**{name: _setting(name, given[name]) for name in given}))


def _setting(name: str, value: object) -> Any:
    """A setting, of the type that it has."""
    if name in {"method", "update"}:
        return arguments.text(value, name)
    return arguments.whole(value, name) if name == "steps" else arguments.number(value, name)
