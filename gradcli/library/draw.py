"""The door `gradcli.draw`: the graph of a program as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from gradcli.evaluation import arguments
from gradcli.evaluation.arguments import Shape
from gradcli.evaluation.elements import Value
from gradcli.layout.direction import Direction
from gradcli.library.looks import Picture
from gradcli.library.noted import noted
from gradcli.library.page import display
from gradcli.views.picture import draw as pictures
from gradcli.views.picture import objects
from gradcli.views.picture.look import Format, Look
from gradcli.views.picture.theme import ThemeName

JSON = "json"


def draw(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    format: str = "svg",  # noqa: A002  (as the command line calls it)
    numbers: bool | None = None,
    of: str | None = None,
    shapes: Mapping[str, Shape] | None = None,
    strict: bool = False,
    precision: int | None = None,
    width: int = 80,
    **look: Any,
) -> str | bytes:
    """The computation graph of a program as a picture.

    Args:
        program: the program.
        values: a value for each input, or nothing at all.
        format: ``"svg"``, ``"png"``, ``"pdf"``, ``"html"``, ``"tex"`` for TikZ, ``"md"`` for
            Markdown, ``"dot"``, ``"mmd"``, ``"text"`` or ``"json"``: the graph itself, as
            `gradcli.graph/1`.
        numbers: whether numbers are shown; None for where values are given.
        of: the name of the output, if it is another than that of the program.
        shapes: the shapes of arrays, such as ``{"W": (2, 3), "x": "n"}``, which values must have.
        strict: make every note on how the text was read an error.
        precision: significant digits.
        width: of a picture in characters, in columns.
        look: fields of `gradcli.views.picture.look.Look`: ``symbolic``, ``layers``, ``full``,
            ``depth``, ``focus``, ``force``, ``theme``, ``direction``, ``highlight``, ``title``,
            ``scale``.

    Returns:
        The text of the picture; bytes for PNG and PDF.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: nobody could read the picture, or there is no such format.

    >>> draw("x*y", format="dot").startswith("digraph")
    True
    """
    wanted = arguments.choice(format, "format", [*(each.value for each in Format), JSON])
    laid_out = display(width, precision)
    numbers = None if numbers is None else arguments.flag(numbers, "numbers")
    chosen = Look(values=numbers, **_look(look))
    chosen.check()
    if wanted == JSON:
        chosen.check_whole()
    given, is_strict = arguments.values(values), arguments.flag(strict, "strict")
    solution = pictures.program(
        arguments.program(program),
        given,
        values=numbers,
        of=None if of is None else arguments.text(of, "of"),
        strict=is_strict,
        shapes=arguments.shapes(shapes),
    )
    solution = noted(solution, given, strict=is_strict)
    if wanted == JSON:
        return objects.render(solution)
    made = pictures.draw(solution, chosen, Format(wanted), laid_out)
    if isinstance(made, bytes):
        return made
    return Picture(made) if wanted == Format.SVG.value else str(made)


def _look(given: Mapping[str, object]) -> dict[str, Any]:
    """How it is to look, each setting of the type that it has; None for the default."""
    known = [field for field in Look._fields if field != "values"]
    arguments.settings(given, known)
    return {name: _setting(name, value) for name, value in given.items() if value is not None}


def _setting(name: str, value: object) -> object:
    if name in _CHOICES:
        kind = _CHOICES[name]
        known = [each.value for each in kind]
        return value if isinstance(value, kind) else kind(arguments.choice(value, name, known))
    if name in _TEXTS:
        return arguments.text(value, name)
    if name == "scale":
        return arguments.number(value, name)
    return arguments.whole(value, name) if name == "depth" else arguments.flag(value, name)


_TEXTS = {"focus", "highlight", "title"}

_CHOICES: dict[str, type[Enum]] = {"theme": ThemeName, "direction": Direction}
