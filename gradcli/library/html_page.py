"""The door `gradcli.page`: a program as a page for a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value
from gradcli.evaluation.inputs import together
from gradcli.layout.direction import Direction
from gradcli.library.looks import Site
from gradcli.library.noted import noted
from gradcli.library.page import display
from gradcli.views.html.page import render
from gradcli.views.html.wanted import Manner, wanted


def page(  # noqa: PLR0913  (what is asked for, and all but the program has a default)
    program: str,
    values: Mapping[str, Value] | None = None,
    /,
    *,
    wrt: str | Sequence[str] | None = None,
    lr: float | None = None,
    title: str | None = None,
    full: bool = False,
    direction: str | None = None,
    precision: int | None = None,
    strict: bool = False,
    **named: Value,
) -> str:
    """A program as a page to play with, in one file that fetches nothing.

    Args:
        program: the program.
        values: a value for each input.
        wrt: the inputs that an update on the page changes; None for all.
        lr: how far an update goes against the gradient at first, more than 0; None for 0.1.
        title: the heading; None for one that names the output.
        full: every operation in a box of its own.
        direction: where edges lead, ``"right"`` or ``"down"``; None for whichever fits a slide.
        precision: significant digits; None for 4 in boxes and 6 elsewhere.
        strict: make every note on how the text was read an error.
        named: more values, for names that are none of these.

    Returns:
        The text of an HTML file, which a notebook shows.

    Raises:
        ParseError: the text is not a program.
        InputError: a name or a value is missing, unknown, or given twice.
        UsageError: it has arrays, too many boxes, or a function that a page cannot compute.

    >>> page("x*y", {"x": 2, "y": 3}).startswith("<!doctype html>")
    True
    """
    given, is_strict = together(arguments.values(values), named), arguments.flag(strict, "strict")
    rate = arguments.number(lr, "lr")
    manner = Manner(
        Manner().rate if rate is None else rate,
        None if title is None else arguments.text(title, "title"),
        arguments.flag(full, "full"),
        _direction(direction),
        display(80, precision).precision,
    )
    learning = arguments.names(wrt, "wrt")
    made = wanted(arguments.program(program), given, manner, learning=learning, strict=is_strict)
    noted(made.solution, given, strict=is_strict)
    return Site(render(made))


def _direction(name: str | None) -> Direction | None:
    if name is None:
        return None
    return Direction(arguments.choice(name, "direction", [each.value for each in Direction]))
