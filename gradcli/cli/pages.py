"""Help pages in colour, where colours are shown."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

from gradcli.cli.context import Environment

_HEADING = r"^ *(?:Usage|Arguments|Options|Commands|Examples|Exit codes):"
_NAMES = r"^  (?:-[^\s,]+(?:, -[^\s,]+)*|[a-z]+(?=  +[A-Z]))"
"""What stands on the left: options, and commands before what they do."""

BOLD, NAMES, END = "\x1b[1m", "\x1b[36m", "\x1b[0m"

ASKED_FOR_BY: dict[str, Any] = {"help_option_names": ["--help", "-h"]}
"""What asks for a page, as typer is told it."""


def coloured(text: str) -> str:
    """A help page with its headings and the names on its left in colour."""
    text = re.sub(_NAMES, lambda found: f"{NAMES}{found[0]}{END}", text, flags=re.MULTILINE)
    return re.sub(_HEADING, lambda found: f"{BOLD}{found[0]}{END}", text, flags=re.MULTILINE)


def page(context: Any, text: str) -> str:
    """A help page as its reader's terminal shows it; typer's context is private, hence ``Any``."""
    environment: Environment | None = context.obj
    if environment is None or not environment.shows_color(environment.stdout):
        return text
    context.color = True  # or typer would take the colours away again
    return coloured(text)


class PageCommand(TyperCommand):
    """A command whose help page has colours, and which is told by whom it is called."""

    def invoke(self, ctx: Any) -> Any:
        """Do what it does."""
        return ctx.invoke(self.callback, ctx, **ctx.params)

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return page(ctx, super().get_help(ctx))

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """What a line can go on with; a shell would take an apostrophe for a quote, and drop it."""
        found: list[Any] = super().shell_complete(ctx, incomplete)
        for item in found:
            item.help = item.help and item.help.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")
        return found
