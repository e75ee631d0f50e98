"""What all views share: the display that they are made for and the page that they return."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.evaluation.objects import is_array, is_finite
from gradcli.syntax.spelling import NAME
from gradcli.views.lines import number
from gradcli.views.lines.blocks import Prose, laid
from gradcli.views.lines.text import cut, shortened, visible, width

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

ROWS = 40
"""How many nodes a view shows unless it is asked for more."""

LONGEST_NAME = 24

_WITH_NAMES = 20
"""Of a text with long names so many times the cells that there are are looked at."""

ENDLESS = 1_000_000
"""A width at which nothing is wrapped."""


CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
"""The styles of fragments, by the numbers of ECMA-48: readable on light and on dark."""


VALUE, DERIVATIVE = "cyan", "green"
"""The styles of numbers, one for each kind in every view and, nearly so, in pictures."""

LOST = "red"
"""That of a number which is not finite."""


def style_of(value: Any, style: str) -> str:
    """The style of a number whose kind has this one."""
    return style if is_finite(value) else LOST


class Symbols(NamedTuple):
    """The signs that views use beside the user's own text."""

    partial: str = "∂"
    nabla: str = "∇"
    dot: str = "·"
    ellipsis: str = "…"
    rule: str = "─"
    fork: str = "├─ "
    last: str = "└─ "
    rail: str = "│  "
    above: str = "↑"
    below: str = "↓"
    arrow: str = "→"


ASCII = Symbols("d", "grad ", "*", "...", "-", "|- ", "`- ", "|  ", "^", "...", "->")


@lru_cache
def symbols_for(encoding: str) -> Symbols:
    """Return the signs for a stream: mathematical ones if it can carry all of them."""
    symbols = Symbols()
    try:
        "".join(symbols).encode(encoding)
    except UnicodeError:
        return ASCII
    return symbols


class Fragment(NamedTuple):
    """A piece of a line: visible text and its style, as ``rich.text.Text.assemble`` takes them.

    Styles are the names of ``CODES``, with blanks between them.
    """

    text: str
    style: str = ""


Line = tuple[Fragment, ...] | list[Fragment]


BESIDE = 8
"""Cells that are left beside an array or a formula for what stands before it."""


class Display(NamedTuple):
    """Where and how a view is shown.

    Attributes:
        width: columns of the terminal.
        encoding: of the stream; decides whether signs such as ``∂`` can be used.
        precision: significant digits, 1 to 17, or None for the default of ``number``.
        limit: how many nodes are shown, or None for all.
        full: whether the program's own functions are taken apart.
        only: which nodes a table has: ``"inputs"`` or ``"steps"``; None for all kinds.
        names: long names of the program, which must not look the same where they are cut.
        longest_name: how many cells a name may take; None for what the width gives.
    """

    width: int = 80
    encoding: str = "utf-8"
    precision: int | None = None
    limit: int | None = ROWS
    full: bool = False
    only: str | None = None
    names: Collection[str] = ()
    longest_name: int | None = None

    def indented(self, columns: int) -> Display:
        """The display that is left beside so many cells, in which names look the same."""
        return self._replace(width=self.width - columns, longest_name=self._name_room())

    def _name_room(self) -> int:
        return self.longest_name or min(LONGEST_NAME, self.width // 3)

    @property
    def symbols(self) -> Symbols:
        """The signs that the stream can carry."""
        return symbols_for(self.encoding)

    @property
    def is_ascii(self) -> bool:
        """Whether the stream lacks some of these signs, so that none is used."""
        return self.symbols is ASCII

    def number(self, value: float) -> str:
        """Return a number in the precision asked for; of an array what there is room for."""
        if is_array(value):
            from gradcli.views.lines.arrays import summary  # noqa: PLC0415  (only arrays need it)

            return summary(
                value,
                self.number,
                ellipsis=self.symbols.ellipsis,
                times="x" if self.is_ascii else "×",
                whole=self.limit is None,
                room=self.width - BESIDE,
            )
        return number.number(value, self.precision)

    def operand(self, value: float) -> str:
        """Return a number as it stands after an operator: a negative one in brackets."""
        text = self.number(value)
        if is_array(value):
            return text if text.startswith("[") else f"({text})"
        return f"({text})" if value < 0 else text

    def show(self, text: str, columns: int | None = None) -> str:
        """Return the user's text made visible, cut to ``columns`` cells if it is longer.

        Before that long names in it are cut: what stands behind them tells formulas apart.
        """
        if columns is None:
            return visible(text, self.encoding)
        if len(text) <= columns and text.isascii() and text.isprintable():
            return text
        columns = max(columns, 1)
        most = self.looked_at(columns)
        beginning = self.fitted(text[:most], columns) if self.names else self.show(text[:most])
        return cut(beginning, columns, self.symbols.ellipsis, more=len(text) > most)

    def looked_at(self, columns: int) -> int:
        """Return how many characters of the user's text can matter where it is cut."""
        return _WITH_NAMES * columns if self.names else 2 * columns

    def fitted(self, text: str, columns: int) -> str:
        """Return the user's text made visible, with its long names cut if it has more cells."""
        shown = visible(text, self.encoding)
        if not self.names or width(shown) <= columns:
            return shown
        known = {visible(name, self.encoding): self.name(name) for name in self.names}
        return re.sub(NAME, lambda word: known.get(word[0], word[0]), shown)

    def name(self, text: str, room: int | None = None) -> str:
        """Return a node's name, cut in the middle if it is unusually long, or there is no room."""
        columns = max(self._name_room() if room is None else min(LONGEST_NAME, room), 1)
        if len(text) <= columns and text.isascii() and text.isprintable():
            return text
        shown = visible(text, self.encoding)
        others = [visible(name, self.encoding) for name in self.names]
        return shortened(shown, columns, self.symbols.ellipsis, others)

    def partial(self, output: str, node: str) -> str:
        """Return the sign of a partial derivative, such as ``∂J/∂b``."""
        sign = self.symbols.partial
        return f"{sign}{self.name(output)}/{sign}{self.name(node)}"

    def paragraph(self, sentence: str, *, indent: int = 0, style: str = "") -> list[Line]:
        """Return a sentence of ours in lines that fit the width, broken at blanks."""
        lines: list[str] = []
        current = " " * indent
        for word in sentence.split():
            blank = " " if current.strip() else ""
            if blank and width(current) + 1 + width(word) > self.width:
                lines.append(current)
                current, blank = " " * indent, ""
            current += blank + word
        pieces: list[Line] = [(Fragment(line, style),) for line in [*lines, current]]
        return laid(Prose(" ".join(sentence.split()), style), pieces)


class Page:
    """A finished view: a Rich renderable of lines and other renderables, one below the other.

    ``str(page)`` is the plain text; a page of lines alone needs no Rich. User text is
    never markup: it stands in fragments and in Rich's ``Text``, which read none. Everything is
    laid out for a display already and printed as it is, never wrapped or cropped again.
    """

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Line | RenderableType]) -> None:
        self.parts = parts

    def text(self, *, color: bool = False) -> str:
        """Return the page as text without a final newline, with ANSI colours if asked for."""
        lines = [part for part in self.parts if isinstance(part, tuple | list)]
        if len(lines) < len(self.parts):
            return rendered(self, color=color)
        if color:
            return "\n".join(["".join(map(coloured, line)) for line in lines])
        return "\n".join(["".join([f.text for f in line]).rstrip() for line in lines])

    __str__ = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in self.parts:
            if isinstance(part, tuple | list):
                yield from styled(part).render(console, end="\n")
            else:
                yield part


def coloured(fragment: Fragment) -> str:
    """Return a fragment with the codes of its style, as every terminal of today reads them."""
    text, style = fragment
    if not style or not text:
        return text
    codes = ";".join(sorted(CODES[word] for word in style.split()))
    return f"\x1b[{codes}m{text}\x1b[0m"


def styled(*lines: Line) -> Text:
    """Return lines as one text of Rich."""
    from rich.text import Text  # noqa: PLC0415  (plain lines need no Rich)

    texts = [Text.assemble(*line) for line in lines]
    return Text("\n", no_wrap=True, overflow="ignore").join(texts)


def rendered(page: Page, *, color: bool) -> str:
    """Return what Rich makes of a page, whatever Rich would find out of the surroundings."""
    from rich.console import Console  # noqa: PLC0415  (plain lines need no Rich)

    with StringIO() as stream:
        Console(
            file=stream,
            width=ENDLESS,
            height=1,
            soft_wrap=True,
            color_system="standard" if color else None,
            no_color=not color,
            force_terminal=color,
            force_jupyter=False,
            legacy_windows=False,
            highlight=False,
            markup=False,
            emoji=False,
        ).print(page)
        text = stream.getvalue().removesuffix("\n")
    return text if color else "\n".join([line.rstrip() for line in text.split("\n")])


def line_width(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum(width(fragment.text) for fragment in line)


def flowed(line: Line, columns: int) -> list[Line]:
    """Return a line of fragments in lines that fit so many columns, broken at blanks."""
    lines: list[list[Fragment]] = [[]]
    used = 0
    for text, style in line:
        for piece in re.findall(r"\s*\S+|\s+$", text):
            if used and used + width(piece) > columns:
                lines.append([])
                used = 0
            lines[-1].append(Fragment(piece if used else piece.lstrip(), style))
            used += width(piece)
    return [*lines]
