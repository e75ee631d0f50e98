"""A picture as SVG: no script, no font of its own, nothing to fetch.

Colours are presentation attributes, which every reader of SVG knows, slides among them; the
theme ``auto`` adds a style sheet for the readers that can ask for dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from gradcli.layout.direction import Direction
from gradcli.layout.layered import Arc, Layout, Options, Route, layered
from gradcli.layout.layered import Box as Place
from gradcli.views.picture.arrows import coordinate as _n
from gradcli.views.picture.arrows import curved_arrow, straight_arrow
from gradcli.views.picture.foot import SAMPLE, SMALL, Row, below, line_width, stroke
from gradcli.views.picture.measure import FONTS
from gradcli.views.picture.model import Box, Kind, Line, Link, Picture, Role, Word, in_full
from gradcli.views.picture.theme import DARK, Theme, ThemeName, colours_of

FONT = 14.0
LEADING = 19.0
SMALL_LEADING = 16.0
MARGIN = 24.0
TITLE = 18.0
TITLE_ROOM = 26.0
FOOT = 14.0
"""What is left free between a picture and what stands below it."""

WAY_WIDTH = 2.2
"""Of the line of a path; of several along an edge that of the topmost one."""

PADDING = (12.0, 8.0)

_NETWORK = Options(box=22, label=12, line=16, layer=46, slope=0.5, most=220, symmetric=True)


def render(
    picture: Picture,
    theme: ThemeName = ThemeName.LIGHT,
    direction: Direction | None = None,
    scale: float = 1.0,
) -> str:
    """The text of an SVG file, without a final newline.

    Args:
        picture: what is drawn.
        theme: its colours.
        direction: where edges lead; None for whichever comes nearer to the shape of a slide.
        scale: how many times as large as usual.
    """
    layout = place(picture, direction)
    writer = Writer(picture, layout, colours_of(theme))
    return "\n".join(writer.lines(auto=theme is ThemeName.AUTO, scale=scale))


def place(picture: Picture, direction: Direction | None = None) -> Layout:
    """Where the boxes of a picture stand."""
    sizes = [_box_size(box) for box in picture.boxes]
    options = Options(align_sources=picture.has_first_row)
    neurons = frozenset(place for place, box in enumerate(picture.boxes) if box.round)
    if neurons:
        widest = max(sizes[place] for place in neurons)
        sizes = [widest if place in neurons else size for place, size in enumerate(sizes)]
        options = _NETWORK._replace(fixed=neurons)
        direction = direction or Direction.RIGHT
    return layered(
        sizes,
        [Arc(link.source, link.target, _label_size(link)) for link in picture.links],
        direction=direction,
        options=options,
    )


def _box_size(box: Box) -> tuple[float, float]:
    width = max((line_width(line, FONT) for line in box.lines), default=0.0)
    height = LEADING * len(box.lines)
    if box.kind is Kind.MORE:
        return width + 8, height
    if box.round:
        # The corners of the text lie on the circle, or a little inside.
        diameter = math.ceil(math.hypot(width, height - 6) + 8)
        return diameter, diameter
    return math.ceil(width + 2 * PADDING[0]), math.ceil(height + 2 * PADDING[1])


def _label_size(link: Link) -> tuple[float, float] | None:
    if not link.label:
        return None
    width = max(line_width(line, SMALL) for line in link.label)
    return math.ceil(width + 8), math.ceil(SMALL_LEADING * len(link.label) + 2)


class Writer:
    """Writes one picture; a page that can be clicked at writes edges and boxes otherwise."""

    def __init__(self, picture: Picture, layout: Layout, theme: Theme) -> None:
        self.picture = picture
        self.layout = layout
        self.theme = theme

    def lines(self, *, auto: bool, scale: float = 1.0) -> Iterator[str]:
        """The lines of the file."""
        heading = (Word(self.picture.heading, Role.NAME),)
        rows = below(self.picture)
        widths = [line_width(heading, TITLE), *(row.width for row in rows)]
        width = math.ceil(max(self.layout.width, *widths) + 2 * MARGIN)
        top = MARGIN + (TITLE_ROOM if self.picture.heading else 0)
        foot = FOOT + SMALL_LEADING * len(rows) if rows else 0
        height = math.ceil(top + self.layout.height + MARGIN + foot)
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width * scale)}" '
            f'height="{_n(height * scale)}" '
            f'viewBox="0 0 {width} {height}" role="img" font-family={quoteattr(FONTS)}>'
        )
        yield f"<title>{escape(self.picture.heading or self.picture.title)}</title>"
        if auto:
            yield from _style()
        yield f'<rect class="paper" width="{width}" height="{height}" fill="{self.theme.paper}"/>'
        if self.picture.heading:
            yield from self._text((heading,), Place(0, MARGIN - 6, width, TITLE), TITLE, LEADING)
        shift = (width - self.layout.width) / 2
        yield f'<g transform="translate({_n(shift)} {_n(top)})">'
        yield from self.edges()
        yield from self.ways()
        for place, route in enumerate(self.layout.routes):
            if route.label:
                yield from self._label(place, route.label)
        for place, at in enumerate(self.layout.boxes):
            yield from self._box(place, at)
        yield "</g>"
        column = max((row.width for row in rows if row.is_of_way), default=0)
        for number, row in enumerate(rows):
            y = top + self.layout.height + FOOT + SMALL_LEADING * number
            if row.is_of_way:
                yield from self._row(row, Place((width - column) / 2, y, column, SMALL_LEADING))
            else:
                at = Place(0, y, width, SMALL_LEADING)
                yield from self._text((row.line,), at, SMALL, SMALL_LEADING)
        yield "</svg>"

    def ways(self) -> Iterator[str]:
        """The lines of highlighted paths; of several along an edge each is seen at its sides."""
        for link, route in zip(self.picture.links, self.layout.routes, strict=True):
            if not link.ways:
                continue
            parts, head = self.arrow(link, route, whole=True)
            for place, number in enumerate(link.ways):
                colour, _ = stroke(number)
                size = WAY_WIDTH * (2 * (len(link.ways) - place) - 1)
                yield (
                    f'<path class="way" fill="none" stroke="{colour}" stroke-width="{_n(size)}"'
                    f'{_dashed(number)} d="{"".join(parts)}"/>'
                )
                if head and place == len(link.ways) - 1:
                    yield f'<path class="way" fill="{colour}" d="{head}"/>'

    def _row(self, row: Row, at: Place) -> Iterator[str]:
        """What is said of a path, behind a sample of its line."""
        if row.number is not None:
            colour, _ = stroke(row.number)
            yield (
                f'<path class="way" fill="none" stroke="{colour}" '
                f'stroke-width="{_n(WAY_WIDTH)}"{_dashed(row.number)} '
                f'd="M{_n(at.x)} {_n(at.middle.y)}h{_n(SAMPLE - 8)}"/>'
            )
        behind = Place(at.x + SAMPLE, at.y, 0, at.height)
        yield from self._text((row.line,), behind, SMALL, SMALL_LEADING, anchor="start")

    def edges(self) -> Iterator[str]:
        """The lines of all edges, and their heads."""
        yield f'<g class="edge" fill="none" stroke="{self.theme.line}" stroke-width="1.5">'
        heads = []
        lines: dict[str, None] = {}
        for link, route in zip(self.picture.links, self.layout.routes, strict=True):
            if link.ways:
                continue  # drawn with the paths along it
            parts, head = self.arrow(link, route)
            if link.strength is None:
                lines.update(dict.fromkeys(parts))
                heads.append(head)
            else:
                yield (
                    f'<path stroke="{self.theme.weights[link.strength < 0]}" stroke-opacity="0.6" '
                    f'stroke-width="{_n(0.4 + 3.6 * abs(link.strength))}" d="{"".join(parts)}"/>'
                )
        if lines:
            # A part that edges of one source share is drawn once: twice, it would look bolder.
            yield f'<path d="{"".join(lines)}"/>'
        yield "</g>"
        if heads:
            yield f'<path class="head" fill="{self.theme.line}" d="{"".join(heads)}"/>'

    def arrow(self, link: Link, route: Route, *, whole: bool = False) -> tuple[list[str], str]:
        """The line and the head of an edge: straight between neurons, else curved.

        Args:
            link: the edge.
            route: its way.
            whole: from its source on, also where it shares that part with an earlier edge.
        """
        source, target = self.picture.boxes[link.source], self.picture.boxes[link.target]
        if not (source.round or target.round):
            return curved_arrow(route.points if whole else route.own, self.layout.direction)
        return straight_arrow(
            route.points,
            self.layout.boxes[link.source] if source.round else None,
            self.layout.boxes[link.target] if target.round else None,
            route.label,
            head=link.strength is None,
        )

    def _label(self, place: int, at: Place) -> Iterator[str]:
        link = self.picture.links[place]
        yield "<g>"
        detail = in_full(link.detail)
        if detail:
            yield f"<title>{escape(detail)}</title>"
        yield f'<rect class="paper" {_rectangle(at)} rx="3" fill="{self.theme.paper}"/>'
        yield from self._text(link.label, at, SMALL, SMALL_LEADING)
        yield "</g>"

    def _box(self, place: int, at: Place) -> Iterator[str]:
        box = self.picture.boxes[place]
        yield f'<g class="{box.kind.value}">'
        detail = in_full(box.detail)
        if detail:
            yield f"<title>{escape(detail)}</title>"
        if box.kind is not Kind.MORE:
            radius = min(at.width, at.height) / 2 if box.round else 7
            weight = 2.5 if box.kind is Kind.OUTPUT else 1.5
            yield (
                f'<rect class="box" {_rectangle(at)} rx="{_n(radius)}" '
                f'fill="{self.theme.fill[box.kind]}" stroke="{self.theme.border[box.kind]}" '
                f'stroke-width="{weight}"/>'
            )
        yield from self._text(box.lines, at, FONT, LEADING)
        yield "</g>"

    def _text(
        self,
        lines: Sequence[Line],
        at: Place,
        size: float,
        leading: float,
        anchor: str = "middle",
    ) -> Iterator[str]:
        middle = at.middle
        # A capital letter reaches 0.72 of the font's size above the base line.
        base = middle.y - leading * (len(lines) - 1) / 2 + 0.36 * size
        for number, line in enumerate(lines):
            words = "".join(
                f'<tspan class="{word.role.value}" fill="{self.theme.text[word.role]}"'
                + (' font-weight="bold"' if word.role is Role.NAME else "")
                + f">{escape(word.text)}</tspan>"
                for word in line
            )
            yield (
                f'<text x="{_n(middle.x)}" y="{_n(base + leading * number)}" '
                f'font-size="{_n(size)}" text-anchor="{anchor}" xml:space="preserve">'
                f"{words}</text>"
            )


def _style() -> Iterator[str]:
    """The dark colours for a browser that is asked for them; rules win over attributes."""
    yield "<style>@media (prefers-color-scheme: dark) {"
    yield f".paper {{ fill: {DARK.paper} }}"
    yield f".edge {{ stroke: {DARK.line} }} .head {{ fill: {DARK.line} }}"
    for role, colour in DARK.text.items():
        yield f".{role.value} {{ fill: {colour} }}"
    for kind in Kind:
        yield f".{kind.value} .box {{ fill: {DARK.fill[kind]}; stroke: {DARK.border[kind]} }}"
    yield "}</style>"


def _rectangle(at: Place) -> str:
    x, y, width, height = map(_n, at)
    return f'x="{x}" y="{y}" width="{width}" height="{height}"'


def _dashed(number: int) -> str:
    _, dashes = stroke(number)
    return f' stroke-dasharray="{dashes}"' if dashes else ""
