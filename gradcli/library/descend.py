"""The doors `gradcli.descend` and `gradcli.compare_updates`: gradient descent on any program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.learn.descend import Descender
from gradcli.learn.descend import compare_updates as in_each_order
from gradcli.learn.result import Comparison, Descent
from gradcli.learn.settings import Settings
from gradcli.library.noted import noted


def descend(  # noqa: PLR0913  (what is asked for, and all but two have a default)
    program: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    fix: Sequence[str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    of: str | None = None,
    strict: bool = False,
    **settings: Any,
) -> Descent:
    """Gradient descent on the output of a program, whose inputs are numbers or arrays.

    Args:
        program: the program.
        values: a value for each input, where the descent begins.
        wrt: the inputs that are moved, whole arrays by their name; None for all.
        fix: inputs that are not.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which values must have.
        of: the name of the step that is made small, if it is not the output.
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
    chosen = _settings(settings, [field.name for field in fields(Settings)])
    moved = {"wrt": wrt, "fix": fix, "of": of}
    found = _descender(program, values, moved, shapes, strict).run(chosen)
    return noted(found, values, strict=strict)


def compare_updates(  # noqa: PLR0913  (as of `descend`)
    program: str,
    values: Mapping[str, Value],
    *,
    wrt: Sequence[str] | None = None,
    fix: Sequence[str] | None = None,
    shapes: Mapping[str, Shape] | None = None,
    of: str | None = None,
    strict: bool = False,
    **settings: Any,
) -> Comparison:
    """The same descent with each of the three orders of updates.

    Args and errors are those of `descend`, but for ``update``.

    Returns:
        The descents by the names of the orders: ``"simultaneous"``, ``"in-place"``,
        ``"refresh"``.

    >>> found = compare_updates("v*w", {"v": 1, "w": 2}, steps=1)
    >>> {name: descent.parameters["w"] for name, descent in found.items()}
    {'simultaneous': 1.9, 'in-place': 1.9, 'refresh': 1.92}
    """
    known = [field.name for field in fields(Settings) if field.name != "update"]
    chosen = _settings(settings, known)
    moved = {"wrt": wrt, "fix": fix, "of": of}
    descender = _descender(program, values, moved, shapes, strict)
    found = in_each_order(descender, chosen)
    for order, descent in found.items():
        found[order] = noted(descent, values, strict=strict)
    return found


def _descender(
    program: object, values: object, moved: Mapping[str, object], shapes: object, strict: object
) -> Descender:
    """A program with its arguments checked."""
    return Descender(
        arguments.program(program),
        arguments.values(values),
        wrt=arguments.names(moved["wrt"], "wrt"),
        fix=arguments.names(moved["fix"], "fix"),
        strict=arguments.flag(strict, "strict"),
        shapes=arguments.shapes(shapes),
        of=None if moved["of"] is None else arguments.text(moved["of"], "of"),
    )


def _settings(settings: Mapping[str, object], known: Sequence[str]) -> Settings:
    """How to descend, each setting of the type that it has; None for the default."""
    arguments.settings(settings, known)
    given = {name: value for name, value in settings.items() if value is not None}
    return Settings(**{name: _setting(name, given[name]) for name in given})


def _setting(name: str, value: object) -> Any:
    """A setting, of the type that it has."""
    if name in {"method", "update"}:
        return arguments.text(value, name)
    return arguments.whole(value, name) if name == "steps" else arguments.number(value, name)
