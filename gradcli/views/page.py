"""What all views share: the display that they are made for and the page that they return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views import number
from gradcli.views.text import cut, visible, width

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.segment import Segment

ROWS = 40
"""How many nodes a view shows unless it is asked for more."""

LONGEST_NAME = 24

# Standard colours only, and neither black, white nor yellow: readable on light and on dark.
STYLES = {
    "": "",
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "magenta": "35",
    "cyan": "36",
}


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


ASCII = Symbols("d", "grad ", "*", "...", "-", "|- ", "`- ", "|  ", "^", "...")


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
    """A piece of a line: visible text and one of ``STYLES``."""

    text: str
    style: str = ""


Line = Sequence[Fragment]


class Display(NamedTuple):
    """Where and how a view is shown.

    Attributes:
        width: columns of the terminal.
        encoding: of the stream; decides whether signs such as ``∂`` can be used.
        precision: significant digits, 1 to 17, or None for the default of ``number``.
        limit: how many nodes are shown, or None for all.
    """

    width: int = 80
    encoding: str = "utf-8"
    precision: int | None = None
    limit: int | None = ROWS

    @property
    def symbols(self) -> Symbols:
        """The signs that the stream can carry."""
        return symbols_for(self.encoding)

    def number(self, value: float) -> str:
        """Return a number in the precision asked for."""
        return number.number(value, self.precision)

    def show(self, text: str, columns: int | None = None) -> str:
        """Return the user's text made visible, cut to ``columns`` cells if it is longer."""
        if columns is None:
            return visible(text, self.encoding)
        if len(text) <= columns and text.isascii() and text.isprintable():
            return text
        columns = max(columns, 1)
        # Of a long text only the beginning can matter; the rest is not even looked at.
        beginning = visible(text[: 2 * columns], self.encoding)
        if len(text) > 2 * columns:
            beginning += self.symbols.ellipsis
        return cut(beginning, columns, self.symbols.ellipsis)

    def name(self, text: str) -> str:
        """Return a node's name, cut if it is unusually long."""
        return self.show(text, min(LONGEST_NAME, self.width // 3))

    def partial(self, output: str, node: str) -> str:
        """Return the sign of a partial derivative, such as ``∂J/∂b``."""
        sign = self.symbols.partial
        return f"{sign}{self.name(output)}/{sign}{self.name(node)}"


class Page:
    """A finished view: lines of styled fragments, printed as they are.

    ``str(page)`` is the plain text. A page is also a Rich renderable
    (``console.print(page, soft_wrap=True)``); Rich is imported only then. User text is never
    markup, because nothing here reads markup.
    """

    __slots__ = ("lines",)

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines

    def text(self, *, color: bool = False) -> str:
        """Return the page as text without a final newline, with ANSI colours if asked for."""
        if not color:
            return "\n".join(["".join([f.text for f in line]).rstrip() for line in self.lines])
        return "\n".join(["".join(map(ansi, line)) for line in self.lines])

    __str__ = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        from rich.segment import Segment  # noqa: PLC0415  (plain text needs no Rich)
        from rich.style import Style  # noqa: PLC0415  (likewise)

        styles = {name: Style.parse(name) for name in STYLES}
        for line in self.lines:
            for fragment in line:
                yield Segment(fragment.text, styles[fragment.style])
            yield Segment.line()


def ansi(fragment: Fragment) -> str:
    """Return a fragment with the ANSI sequence of its style around it."""
    code = STYLES[fragment.style]
    return f"\x1b[{code}m{fragment.text}\x1b[0m" if code else fragment.text


def line_width(line: Line) -> int:
    """Return how many cells a line takes."""
    return sum(width(fragment.text) for fragment in line)


def wrapped(sentence: str, indent: int, style: str, display: Display) -> list[Line]:
    """Return a sentence of ours in lines that fit the display, broken at blanks."""
    lines: list[str] = []
    current = " " * indent
    for word in sentence.split():
        blank = " " if current.strip() else ""
        if blank and width(current) + 1 + width(word) > display.width:
            lines.append(current)
            current, blank = " " * indent, ""
        current += blank + word
    return [(Fragment(line, style),) for line in [*lines, current]]
