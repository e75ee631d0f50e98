r"""A picture as TikZ, to be put into a document of LaTeX: boxes and lines as they are in the SVG.

Text is set by LaTeX itself, in the fonts of the document and formulas as formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcli.layout.direction import Direction
from gradcli.layout.layered import Box as Place
from gradcli.views.lines.latex_names import in_text
from gradcli.views.papers.mathematics import Mathematics, names_in
from gradcli.views.picture.arrows import coordinate as _n
from gradcli.views.picture.foot import SAMPLE, SMALL, below, stroke
from gradcli.views.picture.model import Box, Kind, Line, Picture, Role, Word, plain
from gradcli.views.picture.svg import (
    FONT,
    FOOT,
    LEADING,
    SMALL_LEADING,
    TITLE_ROOM,
    WAY_WIDTH,
    Writer,
    place,
)
from gradcli.views.picture.theme import ThemeName, colours_of

HEAD = r"""% \usepackage{amsmath, tikz} in the preamble of the document that this is put into
% \resizebox{\linewidth}{!}{\input{FILE}} makes it as wide as a column"""

_POINT = 0.75
"""Points for each pixel."""

_MARK = re.compile(r"(?:\(\d+\))+ ?")
"""What an edge of paths is marked with."""

_COMMAND = re.compile(r"([MLCZ])([^MLCZ]*)")


def render(
    picture: Picture,
    theme: ThemeName = ThemeName.LIGHT,
    direction: Direction | None = None,
    scale: float = 1.0,
) -> str:
    """The text of a LaTeX file, without a final newline.

    Args:
        picture: what is drawn.
        theme: its colours; paper asks nobody, so ``auto`` is light.
        direction: where edges lead; None for whichever comes nearer to the shape of a slide.
        scale: how many times as large as usual.
    """
    return "\n".join(_Drawing(picture, theme, direction).lines(scale))


class _Drawing:
    """Writes one picture."""

    def __init__(self, picture: Picture, theme: ThemeName, direction: Direction | None) -> None:
        self.picture = picture
        self.layout = place(picture, direction)
        self.theme = colours_of(theme)
        self.svg = Writer(picture, self.layout, self.theme)
        lines = [line for box in picture.boxes for line in box.lines]
        lines += [line for link in picture.links for line in link.label]
        self.mathematics = Mathematics(names_in(map(plain, lines)), inline=True)

    def lines(self, scale: float) -> Iterator[str]:
        """The lines of the file."""
        yield HEAD
        size = "" if scale == 1 else f", scale={scale:g}, transform shape"
        yield rf"\begin{{tikzpicture}}[x={_POINT}pt, y=-{_POINT}pt, line cap=round{size}]"
        yield from self.colours()
        middle = self.layout.width / 2
        if self.picture.heading:
            title = rf"\textbf{{{in_text(self.picture.heading)}}}"
            yield rf"  \node[font=\large] at ({_n(middle)},{_n(-TITLE_ROOM)}) {{{title}}};"
        yield from self.edges()
        yield from self.ways()
        for link, route in zip(self.picture.links, self.layout.routes, strict=True):
            if route.label:
                yield rf"  \fill[gcpaper] {_rectangle(route.label)};"
                yield from self.text(link.label, route.label, SMALL, SMALL_LEADING)
        for box, at in zip(self.picture.boxes, self.layout.boxes, strict=True):
            yield from self.box(box, at)
        yield from self.foot(middle)
        yield r"\end{tikzpicture}"

    def colours(self) -> Iterator[str]:
        """The colours by the names that are used below."""
        named = {"paper": self.theme.paper, "line": self.theme.line}
        named |= {role.value: colour for role, colour in self.theme.text.items()}
        named |= {f"{kind.value}fill": colour for kind, colour in self.theme.fill.items()}
        named |= {f"{kind.value}border": colour for kind, colour in self.theme.border.items()}
        named |= {f"way{way.number}": stroke(way.number)[0] for way in self.picture.ways}
        named |= {"plus": self.theme.weights[0], "minus": self.theme.weights[1]}
        for name, colour in named.items():
            yield rf"  \definecolor{{gc{name}}}{{HTML}}{{{colour[1:].upper()}}}"

    def edges(self) -> Iterator[str]:
        """The lines of all edges, and their heads."""
        for link, route in zip(self.picture.links, self.layout.routes, strict=True):
            if link.ways:
                continue  # drawn with the paths along it
            parts, head = self.svg.arrow(link, route)
            look = "gcline, line width=1.1pt"
            if link.strength is not None:
                colour = "gcminus" if link.strength < 0 else "gcplus"
                width = _POINT * (0.4 + 3.6 * abs(link.strength))
                look = f"{colour}, opacity=0.6, line width={_n(width)}pt"
            for part in parts:
                yield rf"  \draw[{look}] {_path(part)};"
            if head:
                yield rf"  \fill[gcline] {_path(head)};"

    def ways(self) -> Iterator[str]:
        """The lines of highlighted paths; of several along an edge each is seen at its sides."""
        for link, route in zip(self.picture.links, self.layout.routes, strict=True):
            parts, head = self.svg.arrow(link, route, whole=True)
            for at, number in enumerate(link.ways):
                width = _POINT * WAY_WIDTH * (2 * (len(link.ways) - at) - 1)
                for part in parts:
                    yield rf"  \draw[{_way(number, width)}] {_path(part)};"
                if head and at == len(link.ways) - 1:
                    yield rf"  \fill[gcway{number}] {_path(head)};"

    def box(self, box: Box, at: Place) -> Iterator[str]:
        """A box with its text."""
        if box.kind is not Kind.MORE:
            look = f"fill=gc{box.kind.value}fill, draw=gc{box.kind.value}border"
            look += f", line width={'1.9' if box.kind is Kind.OUTPUT else '1.1'}pt"
            if box.round:
                radius = _POINT * min(at.width, at.height) / 2
                middle = f"({_n(at.middle.x)},{_n(at.middle.y)})"
                yield rf"  \path[{look}] {middle} circle [radius={_n(radius)}pt];"
            else:
                yield rf"  \path[{look}, rounded corners=4pt] {_rectangle(at)};"
        yield from self.text(box.lines, at, FONT, LEADING)

    def text(self, lines: Sequence[Line], at: Place, size: float, leading: float) -> Iterator[str]:
        """Lines of text in the middle of a place."""
        font = r"\small" if size == FONT else r"\footnotesize"
        base = at.middle.y - leading * (len(lines) - 1) / 2 + 0.3 * size
        for number, line in enumerate(lines):
            words = "".join(map(self.word, line))
            place_ = f"({_n(at.middle.x)},{_n(base + leading * number)})"
            yield rf"  \node[anchor=base, inner sep=0pt, font={font}] at {place_} {{{words}}};"

    def word(self, word: Word) -> str:
        """A piece of a line in its colour: a formula, or members of an equation."""
        if _MARK.fullmatch(word.text):
            return rf"\textcolor{{gcname}}{{\textbf{{{word.text.rstrip()}}}}}~"
        members = [each.strip() for each in word.text.split("= ")]
        sign = "=" if len(members) > 1 else ""
        written = [self.mathematics.write(each) if each else "" for each in members]
        shown = f" {sign} ".join(written).strip()
        if word.role is Role.NAME:
            shown = rf"\boldsymbol{{{shown}}}"
        before = "~" if word.text[:1] == " " else ""
        after = "~" if word.text[-1:] == " " else ""
        return rf"\textcolor{{gc{word.role.value}}}{{{before}${shown}${after}}}"

    def foot(self, middle: float) -> Iterator[str]:
        """What stands below the picture."""
        rows = below(self.picture)
        left = middle - max((row.width for row in rows if row.is_of_way), default=0) / 2
        for number, row in enumerate(rows):
            y = self.layout.height + FOOT + SMALL_LEADING * number + SMALL
            word = row.line[0] if len(row.line) == 1 else Word(plain(row.line), Role.FORMULA)
            text = rf"\textcolor{{gc{word.role.value}}}{{{in_text(word.text)}}}"
            look, x = (
                ("base west, inner sep=0pt", left + SAMPLE) if row.is_of_way else ("base", middle)
            )
            if row.number is not None:
                line = f"({_n(left)},{_n(y - 4)}) -- ({_n(left + SAMPLE - 8)},{_n(y - 4)})"
                yield rf"  \draw[{_way(row.number, _POINT * WAY_WIDTH)}] {line};"
            yield rf"  \node[anchor={look}, font=\footnotesize] at ({_n(x)},{_n(y)}) {{{text}}};"


def _way(number: int, width: float) -> str:
    """How the line of a path looks."""
    look = f"gcway{number}, line width={_n(width)}pt, line cap=butt"
    _, dashes = stroke(number)
    if not dashes:
        return look
    lengths = [f"{_POINT * float(each):g}pt" for each in dashes.split()]
    pattern = " ".join(f"{'off' if at % 2 else 'on'} {each}" for at, each in enumerate(lengths))
    return f"{look}, dash pattern={pattern}"


def _rectangle(at: Place) -> str:
    return f"({_n(at.x)},{_n(at.y)}) rectangle ({_n(at.x + at.width)},{_n(at.y + at.height)})"


def _path(path: str) -> str:
    """A path of SVG, of lines and curves, as TikZ has it."""
    written = []
    for command, numbers in _COMMAND.findall(path):
        parts = numbers.split()
        points = [f"({x},{y})" for x, y in zip(parts[::2], parts[1::2], strict=True)]
        match command:
            case "M":
                written.append(points[0])
            case "L":
                written.append(f"-- {points[0]}")
            case "C":
                written.append(f".. controls {points[0]} and {points[1]} .. {points[2]}")
            case _:
                written.append("-- cycle")
    return " ".join(written)
