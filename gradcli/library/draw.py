"""The door `gradcli.draw`: the graph of a program as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradcli.evaluation.elements import Value
from gradcli.layout.direction import Direction
from gradcli.library.options import check_choice
from gradcli.views.lines.page import Display
from gradcli.views.picture import draw as pictures
from gradcli.views.picture.look import Format, Look
from gradcli.views.picture.theme import ThemeName


def draw(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    format: str = "svg",  # noqa: A002  (as the command line calls it)
    numbers: bool | None = None,
    strict: bool = False,
    precision: int | None = None,
    width: int = 80,
    **look: Any,
) -> str | bytes:
    """The computation graph of a program as a picture.

    Args:
        program: the program.
        values: a value for each input, or nothing at all.
        format: ``"svg"``, ``"png"``, ``"dot"``, ``"mmd"`` or ``"text"``.
        numbers: whether numbers are shown; None for where values are given.
        strict: make every note on how the text was read an error.
        precision: significant digits.
        width: of a picture in characters, in columns.
        look: fields of `gradcli.views.picture.look.Look`: ``symbolic``, ``layers``, ``full``,
            ``depth``, ``focus``, ``force``, ``theme``, ``direction``.

    Returns:
        The text of the picture; bytes for PNG.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: nobody could read the picture, or there is no such format.

    >>> draw("x*y", format="dot").startswith("digraph")
    True
    """
    check_choice("format", format, [each.value for each in Format])
    for name in look:
        check_choice("setting", name, [field for field in Look._fields if field != "values"])
    for name, kind in (("theme", ThemeName), ("direction", Direction)):
        if isinstance(look.get(name), str):
            check_choice(name, look[name], [each.value for each in kind])
            look[name] = kind(look[name])
    chosen = Look(values=numbers, **look)
    chosen.check()
    solution = pictures.program(program, values or {}, values=numbers, strict=strict)
    made = pictures.draw(solution, chosen, Format(format), Display(width, precision=precision))
    return made if isinstance(made, bytes) else str(made)
