"""The graph as a picture in commands that show something else of it: by the ending of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gradcli.cli.view import View
from gradcli.errors import InputError, UsageError

if TYPE_CHECKING:
    from gradcli.cli.view import Call
    from gradcli.evaluation.solution import Solution
    from gradcli.views.lines.page import Page

PICTURES = ("svg", "png", "pdf")
"""The formats, as the name of a file ends."""


def pictures(write: Callable[[Any, Call], Page | str | bytes]) -> dict[str, View]:
    """The views of a command that draws its result by this function."""
    return {
        name: View(write, None, (f".{name}",), is_format=True, is_text=False) for name in PICTURES
    }


def draw(solution: Solution, call: Call, highlight: str | None = None) -> Page | str | bytes:
    """The graph of a program in the format that is asked for.

    Args:
        solution: the program at a point, or at none.
        call: of the command.
        highlight: the node whose paths have a colour of their own.

    Raises:
        UsageError: nobody could read it.
    """
    from gradcli.views.picture.draw import draw as drawn  # noqa: PLC0415  (`--help` needs none)
    from gradcli.views.picture.look import Format, Look  # noqa: PLC0415  (likewise)

    look, form = Look(highlight=highlight), Format(call.view)
    try:
        return drawn(solution, look, form, call.display)
    except InputError:  # the node is drawn inside of another box
        return drawn(solution, look._replace(full=True), form, call.display)
    except UsageError as error:
        if error.kind == "too-large":
            more = "" if highlight is None else f" --highlight '{highlight}'"
            error.hint = f"gradcli graph{more} --depth N draws a part of it"
        raise
