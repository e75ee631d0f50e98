"""The one door of this room: a page, or any text, as a document by the ending of a name."""

from __future__ import annotations

from importlib import import_module

from gradcli.evaluation.objects import exact
from gradcli.views.lines.page import ENDLESS, ROWS, Display, Fragment, Page
from gradcli.views.papers import image

PAPERS = {
    ".md": "markdown",
    ".tex": "tex",
    ".html": "html",
    ".htm": "html",
    ".csv": "comma",
}
"""What each ending stands for, by the file of this room that writes it."""

IMAGES = (".svg", ".png", ".pdf")
"""Of what is a picture of the page, as a terminal shows it."""


class Exact(Display):
    """A display on which numbers have all their digits, for who goes on computing with them."""

    __slots__ = ()

    def number(self, value: float) -> str:
        """The shortest text that reads back as the same number."""
        return exact(value)


def display(ending: str, precision: int | None, *, all_rows: bool) -> Display:
    """How a page is laid out that becomes a document: nothing is cut or wrapped.

    Args:
        ending: one of ``PAPERS`` or ``IMAGES``; a table for programs has all rows and all digits.
        precision: significant digits, if some are asked for.
        all_rows: whether all rows are asked for.
    """
    if ending == ".csv":
        kind = Exact if precision is None else Display
        return kind(ENDLESS, "utf-8", precision, None)
    wide = image.COLUMNS if ending in IMAGES else ENDLESS
    return Display(wide, "utf-8", precision, None if all_rows else ROWS)


def write(made: Page | str, ending: str) -> str | bytes:
    """What was made for a terminal, as a document.

    Args:
        made: a page, or text.
        ending: one of ``PAPERS`` or ``IMAGES``.

    Raises:
        UsageError: there is nothing in it that such a file could hold, or it needs an extra.
    """
    if isinstance(made, str):
        made = Page([(Fragment(line),) for line in made.split("\n")])
    if ending in IMAGES:
        return image.render(made, ending)
    document: str = import_module(f"gradcli.views.papers.{PAPERS[ending]}").render(made)
    return document
