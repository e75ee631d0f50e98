"""What can be asked of a picture: its format, and how it is to look."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gradcli.errors import Option, Sentence, UsageError, apart
from gradcli.layout.direction import Direction
from gradcli.views.picture.theme import ThemeName


class Format(Enum):
    """How a picture is written."""

    TEXT = "text"
    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    HTML = "html"
    TIKZ = "tex"
    MARKDOWN = "md"
    DOT = "dot"
    MERMAID = "mmd"


SIZELESS = frozenset((Format.TEXT, Format.DOT, Format.MERMAID, Format.MARKDOWN))
"""Formats that leave to others how large a picture is."""

_OF_A_PART = ("layers", "depth", "focus", "highlight", "title", "scale")
"""Options that are about how the graph is drawn, or which part of it."""

LEAST_SCALE, MOST_SCALE = 0.1, 20


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
        highlight: the name of a node, whose paths to the output have a colour of their own.
        title: what stands above the picture.
        scale: how many times as large as usual.
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
    highlight: str | None = None
    title: str | None = None
    scale: float = 1.0

    def check(self) -> None:
        """Refuse what cannot go together.

        Raises:
            UsageError: it is contradictory, or the depth is no number of edges.
        """
        if self.layers and self.full:
            raise UsageError(
                "usage",
                Sentence(Option("layers"), " and ", Option("full"), " cannot go together"),
                hint=Sentence(
                    "the named steps: ", Option("layers"), "; every operation: ", Option("full")
                ),
            )
        if self.depth is not None and self.depth < 0:
            raise UsageError(
                "depth", f"the depth is a number of edges, not {self.depth}", hint="for instance 3"
            )
        if not LEAST_SCALE <= self.scale <= MOST_SCALE:
            message = f"the scale is {LEAST_SCALE} to {MOST_SCALE}, not {self.scale:g}"
            raise UsageError("scale", message, hint="1 is the usual size")

    def check_whole(self) -> None:
        """Refuse what shows only a part, where the graph itself is asked for.

        Raises:
            UsageError: a part is asked for, or a net.
        """
        parts = (self.depth, self.focus, self.highlight, self.title)
        if self.layers or self.scale != 1 or any(each is not None for each in parts):
            raise UsageError(
                "usage",
                Sentence(Option("json"), " prints the whole graph"),
                hint=Sentence("leave out ", *apart(map(Option, _OF_A_PART), ", ")),
            )

    def check_scale(self, form: Format) -> None:
        """Refuse a scale where nothing has a size.

        Raises:
            UsageError: the format has none.
        """
        if self.scale != 1 and form in SIZELESS:
            raise UsageError(
                "scale",
                f"a picture of the format {form.value} has no size",
                hint=Sentence(
                    "leave out ", Option("scale"), ", or write .svg, .png, .pdf, .html or .tex"
                ),
            )
