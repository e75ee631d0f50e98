"""What can be asked of a picture: its format, and how it is to look."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gradcli.errors import UsageError
from gradcli.layout.direction import Direction
from gradcli.views.picture.theme import ThemeName


class Format(Enum):
    """How a picture is written."""

    TEXT = "text"
    SVG = "svg"
    PNG = "png"
    DOT = "dot"
    MERMAID = "mmd"


class Look(NamedTuple):
    """How a picture is to look.

    Attributes:
        values: whether numbers are shown; None if they are wherever values are given.
        symbolic: whether derivatives are shown in symbols; None if they are without numbers.
        layers: as a network.
        full: with every operation.
        depth: how far from the output or from ``focus``.
        focus: the name of a node.
        force: however large.
        theme: the colours.
        direction: where edges lead; None for whichever fits.
    """

    values: bool | None = None
    symbolic: bool | None = None
    layers: bool = False
    full: bool = False
    depth: int | None = None
    focus: str | None = None
    force: bool = False
    theme: ThemeName = ThemeName.LIGHT
    direction: Direction | None = None

    def check(self) -> None:
        """Refuse what cannot go together.

        Raises:
            UsageError: it is contradictory, or the depth is no number of edges.
        """
        if self.layers and self.full:
            raise UsageError(
                "usage",
                "--layers and --full cannot go together",
                hint="--layers draws the named steps, --full every operation",
            )
        if self.depth is not None and self.depth < 0:
            raise UsageError("depth", f"the depth is a number of edges, not {self.depth}")

    def check_whole(self) -> None:
        """Refuse what shows only a part, where the graph itself is asked for.

        Raises:
            UsageError: a part is asked for, or a net.
        """
        if self.layers or self.depth is not None or self.focus is not None:
            raise UsageError(
                "usage",
                "--json prints the whole graph",
                hint="leave out --layers, --depth and --focus",
            )
