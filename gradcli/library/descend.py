"""The door `gradcli.descend`: gradient descent on any program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from gradcli.evaluation.elements import Value
from gradcli.learn.descend import Descender
from gradcli.learn.result import Descent
from gradcli.learn.settings import Settings
from gradcli.library.options import as_list_or_none, check_choice


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
            ``tol``, ``update``, ``momentum``, ``beta1``, ``beta2``, ``eps``.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: there is no such setting, or it is out of its range.

    >>> descend("(x - 3)^2", {"x": 1}, lr=0.5).parameters
    {'x': 3.0}
    """
    known = [field.name for field in fields(Settings)]
    for name in settings:
        check_choice("setting", name, known)
    moved, fixed = as_list_or_none(wrt), as_list_or_none(fix)
    descender = Descender(program, values, wrt=moved, fix=fixed, strict=strict)
    return descender.run(Settings(**settings))
