"""A page as a picture: its lines as in a terminal, on white paper, as SVG, PNG or PDF."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from gradcli.errors import UsageError
from gradcli.views.lines.blocks import Curve, block_of
from gradcli.views.lines.curve import CURVE
from gradcli.views.lines.page import Fragment, Line, Page
from gradcli.views.lines.text import width
from gradcli.views.picture.model import Role
from gradcli.views.picture.theme import LIGHT, STYLES

COLUMNS = 100
"""How wide a page is laid out."""

MOST_LINES = 1000
"""A PNG of more lines would be too fine to be read, or too large to be opened."""

LINES_A_PAGE = 64
"""So many lines stand on one page of a PDF."""

_FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
_SIZE, _CELL, _LEADING, _MARGIN = 14, 8.43, 20, 24

_MIDDLE = 9
"""How far below the top of a line the middle of its letters is."""

_PEN = (
    f'fill="none" stroke="{STYLES[CURVE]}" stroke-width="1.6" stroke-linecap="round" '
    'stroke-linejoin="round"'
)

_WORDS = re.compile(r"\S+(?: \S+)*")
"""What stands together: a font may have blanks of another width, two in a row are left out."""


def render(page: Page, ending: str) -> str | bytes:
    """The page as a file of that ending: text for ``.svg``, bytes for ``.png`` and ``.pdf``.

    Raises:
        UsageError: nobody could read it, or it needs an extra that is not installed.
    """
    lines = [part for part in page.parts if isinstance(part, tuple | list)]
    if len(lines) < len(page.parts):  # what Rich lays out is known as text only
        lines = [(Fragment(line),) for line in page.text().split("\n")]
    if ending == ".svg":
        return svg(lines)
    if ending == ".png":
        from gradcli.views.picture import png  # noqa: PLC0415  (only what is asked for)

        if len(lines) > MOST_LINES:
            raise UsageError(
                "too-large",
                f"nobody could read a picture of {len(lines)} lines",
                hint="write a .pdf, which has pages, or an .html",
            )
        return png.render(svg(lines))
    from gradcli.views.picture import pdf  # noqa: PLC0415  (likewise)

    columns = _columns(lines)
    return pdf.render(*(svg(part, columns) for part in _pages(lines)))


def _pages(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The lines of each page; a curve that is not too long stands on one."""
    start = 0
    while start < max(len(lines), 1):
        end = start + LINES_A_PAGE
        while end < len(lines) and end - start > LINES_A_PAGE // 2 and _is_inside(lines, end):
            end -= 1
        yield lines[start:end]
        start = end


def _is_inside(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is drawn together with the one before it."""
    block = block_of(lines[at])
    return isinstance(block, Curve) and block is block_of(lines[at - 1])


def svg(lines: Sequence[Line], columns: int = 0) -> str:
    """Lines as the text of an SVG file.

    Args:
        lines: of fragments with styles.
        columns: how wide it is at the least.
    """
    wide = max(columns, _columns(lines)) * _CELL + 2 * _MARGIN
    high = len(lines) * _LEADING + 2 * _MARGIN
    size = f'width="{wide:.0f}" height="{high:.0f}"'
    look = f'font-family="{_FONTS}" font-size="{_SIZE}" fill="{LIGHT.text[Role.NAME]}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>',
            f'<rect {size} fill="{LIGHT.paper}"/>',
            *(piece for row, line in enumerate(lines) for piece in _pieces(row, line)),
            *_curves(lines),
            "</svg>",
        ]
    )


def _columns(lines: Sequence[Line]) -> int:
    return max((sum(width(text) for text, _ in line) for line in lines), default=0)


def _pieces(row: int, line: Line) -> Iterator[str]:
    """The words of a line, each where its cells are, whatever the font."""
    y = _MARGIN + row * _LEADING + _SIZE
    column = 0
    fragments = line[:-1] if isinstance(block_of(line), Curve) else line
    for text, style in fragments:
        for found in _WORDS.finditer(text):
            x = _MARGIN + (column + width(text[: found.start()])) * _CELL
            long = width(found[0]) * _CELL
            yield (
                f'<text x="{x:.2f}" y="{y}" textLength="{long:.2f}" '
                f'lengthAdjust="spacingAndGlyphs"{_attributes(style)}>{escape(found[0])}</text>'
            )
        column += width(text)


def _curves(lines: Sequence[Line]) -> Iterator[str]:
    """The curves among some lines, each as high as the rows that a terminal draws it in."""
    row = 0
    for block, group in itertools.groupby(lines, block_of):
        count = len([*group])
        if isinstance(block, Curve):
            left = _MARGIN + (block.left + 0.5) * _CELL
            long, high = (block.columns - 1) * _CELL, (count - 1) * _LEADING
            bottom = _MARGIN + row * _LEADING + _MIDDLE + high
            for run in block.runs:
                places = [f"{left + x * long:.2f},{bottom - y * high:.2f}" for x, y in run]
                # A point by itself is a dot: a line of no length with round ends.
                points = " ".join(places if len(places) > 1 else places * 2)
                yield f'<polyline points="{points}" {_PEN}/>'
        row += count


def _attributes(style: str) -> str:
    words = style.split()
    made = "".join(f' fill="{STYLES[word]}"' for word in words if word in STYLES)
    made += ' font-weight="bold"' if "bold" in words else ""
    return made + (' fill-opacity="0.65"' if "dim" in words else "")
