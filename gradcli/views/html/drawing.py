"""The graph of a page: boxes that can be chosen, and a line of its own for every edge.

Numbers are the page's own. It puts them below the names and beside the lines, where there is room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from gradcli.layout.layered import Box as Place
from gradcli.layout.layered import Layout, Point
from gradcli.views.lines.text import visible
from gradcli.views.picture.arrows import coordinate, curved_arrow, joined
from gradcli.views.picture.model import Box, Kind, Line, Link, Picture, Role, Word
from gradcli.views.picture.svg import Writer, place
from gradcli.views.picture.theme import LIGHT
from gradcli.views.picture.wording import DIGITS, Formatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.solution import Solution
    from gradcli.views.html.wanted import Manner
    from gradcli.views.picture.sketch import Vertex

_LONGEST = 30
"""A longer formula is cut in its box; the page shows it whole when the box is chosen."""


def drawing(solution: Solution, vertices: Sequence[Vertex], manner: Manner) -> str:
    """The graph as SVG whose boxes are ``data-box`` and whose edges ``data-edge`` by their place.

    Args:
        solution: the program at a point.
        vertices: what is drawn; the edges are numbered as their entries follow each other.
        manner: how it is to look.
    """
    room = "−0." + "0" * (manner.precision or DIGITS) + "e"  # whatever a number becomes
    found = picture(solution, vertices, room)
    layout = _whole(place(found, manner.direction))
    return "\n".join(_Writer(found, layout, LIGHT).lines(auto=False))


def picture(solution: Solution, vertices: Sequence[Vertex], room: str) -> Picture:
    """What is drawn: in every box a line for its formula, its value and its derivative.

    Numbers are left to the page; ``room`` is as wide as any of them.
    """
    formatter = Formatter(solution, None, "utf-8")
    places = {vertex.node: number for number, vertex in enumerate(vertices)}
    boxes = [_box(solution, vertex, formatter, room) for vertex in vertices]
    label: tuple[Line, ...] = ((Word(room, Role.GRADIENT),),)
    links = [
        Link(places[entry.source], places[vertex.node], label)
        for vertex in vertices
        for entry in vertex.entries
    ]
    title = f"The computation graph of {visible(solution.output)}"
    return Picture(title, tuple(boxes), tuple(links))


def _box(solution: Solution, vertex: Vertex, formatter: Formatter, room: str) -> Box:
    node = vertex.node
    name = formatter.name(node)
    first: Line = (Word(name, Role.NAME),)
    kind = Kind.INPUT
    if vertex.formula is not None:
        formula = formatter.shorten(formatter.formula(vertex.formula), _LONGEST)
        first += (Word(f" = {formula}", Role.FORMULA),)
        kind = Kind.OUTPUT if node is solution.model.output else Kind.STEP
    derivative = Word(f"{formatter.partial(name)} = {room}", Role.GRADIENT)
    return Box(kind, (first, (Word(f"= {room}", Role.VALUE),), (derivative,)))


def _whole(layout: Layout) -> Layout:
    """A layout in whole pixels, which are shorter to write; nobody sees the rest."""
    for route in layout.routes:
        route.own[:] = [Point(round(x), round(y)) for x, y in route.own]
    layout.boxes[:] = [
        Place(round(at.x), round(at.y), 2 * round(at.width / 2), at.height) for at in layout.boxes
    ]
    return layout


_STRAIGHT = re.compile(r"L([\d.-]+) [\d.-]+(?=L\1 )")
"""A point that a line which runs straight down passes."""


class _Writer(Writer):
    """Writes the graph of a page, whose style sheet says how it looks."""

    has_look = False

    def edges(self) -> Iterator[str]:
        """Each edge as a group: its whole line, and its head, and where its number goes."""
        for number, route in enumerate(self.layout.routes):
            parts, head = curved_arrow(route.points, self.layout.direction)
            label = ""
            if route.label:
                at = route.label
                box = " ".join(map(coordinate, (round(at.x), round(at.y), at.width, at.height)))
                label = f' data-label="{box}"'
            line = _STRAIGHT.sub("", joined(parts))
            yield (
                f'<g class="edge" data-edge="{number}"{label}>'
                f'<path d="{line}"/><path class="head" d="{head}"/></g>'
            )

    def _label(self, place: int, at: Place) -> Iterator[str]:
        """Nothing: a label is a number."""
        del place, at
        yield from ()

    def _text(
        self,
        lines: Sequence[Line],
        at: Place,
        size: float,
        leading: float,
        anchor: str = "middle",
    ) -> Iterator[str]:
        """The first line of a box: the others are numbers."""
        yield from islice(super()._text(lines, at, size, leading, anchor), 1)

    def opening(self, kind: Kind | None, place: int) -> str:
        """A box; the page makes a button of it."""
        return f'<g class="{kind.value if kind else ""}" data-box="{place}">'
