"""The graph of a page: boxes that can be chosen, and a line of its own for every edge.

Numbers are the page's own. It puts them below the names and beside the lines, where there is room.
What all boxes or all lines have in common, their look, their height and their heads, is said once,
by the style sheet: a page of 200 boxes is a small file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

from gradcli.layout.layered import Box as Place
from gradcli.layout.layered import Layout, Point
from gradcli.views.lines.text import visible
from gradcli.views.picture.arrows import curved_arrow
from gradcli.views.picture.model import Box, Kind, Line, Link, Picture, Role, Word
from gradcli.views.picture.svg import FONT, LEADING, PADDING, Writer, place
from gradcli.views.picture.theme import LIGHT
from gradcli.views.picture.wording import DIGITS, Formatter

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.views.html.wanted import Manner
    from gradcli.views.picture.sketch import Vertex

LINES = 3
"""What a box says: its name and formula, its value, its derivative."""

HEIGHT = math.ceil(LEADING * LINES + 2 * PADDING[1])

FIRST = round(HEIGHT / 2 - LEADING * (LINES - 1) / 2 + 0.36 * FONT)
"""How far below the upper side of a box the base line of its first line is."""

_LONGEST = 30
"""A longer formula is cut in its box; the page shows it whole when the box is chosen."""


class Drawing(NamedTuple):
    """The graph of a page.

    Attributes:
        svg: its boxes are ``data-box`` by their place; its edges follow each other as the entries
            of their boxes do.
        labels: where the number of each edge goes: the left and the upper side of its room.
        room: how wide and high the room of such a number is.
    """

    svg: str
    labels: Sequence[tuple[int, int]]
    room: tuple[int, int]


def drawing(solution: Solution, vertices: Sequence[Vertex], manner: Manner) -> Drawing:
    """The graph as SVG, without its numbers.

    Args:
        solution: the program at a point.
        vertices: what is drawn.
        manner: how it is to look.
    """
    room = "−0." + "0" * (manner.precision or DIGITS) + "e"  # whatever a number becomes
    found = picture(solution, vertices, room)
    layout = _whole(place(found, manner.direction))
    labels = [route.label or Place(0, 0, 0, 0) for route in layout.routes]
    return Drawing(
        "\n".join(_Writer(found, layout, LIGHT).lines(auto=False)),
        [(round(at.x), round(at.y)) for at in labels],
        (round(labels[0].width), round(labels[0].height)) if labels else (0, 0),
    )


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


HEADS = ("head", "active-head", "path-head")
"""The heads of lines: of any, of one that a step goes along, of one of a path that is lit."""


class _Writer(Writer):
    """Writes the graph of a page, whose style sheet says how it looks."""

    def edges(self) -> Iterator[str]:
        """Each edge as one line, whose head the style sheet puts at its end."""
        yield "<defs>"
        for name in HEADS:
            yield (
                f'<marker id="{name}" markerUnits="userSpaceOnUse" markerWidth="8" '
                'markerHeight="8" refY="4" orient="auto"><path d="M0 .4 8 4 0 7.6Z"/></marker>'
            )
        yield '</defs>\n<g class="edges">'
        for route in self.layout.routes:
            parts, _ = curved_arrow(route.points, self.layout.direction)
            yield f'<path d="{_brief(parts)}"/>'
        yield "</g>"

    def _label(self, place: int, at: Place) -> Iterator[str]:
        """Nothing: a label is a number."""
        del place, at
        yield from ()

    def _box(self, place: int, at: Place) -> Iterator[str]:
        """A box, of which the page makes a button, with its first line: the others are numbers."""
        box = self.picture.boxes[place]
        x, y, width, _ = map(round, at)
        name, *formula = box.lines[0]
        rest = "".join(escape(word.text) for word in formula)
        kind = "" if box.kind is Kind.STEP else f' class="{box.kind.value}"'
        yield (
            f'<g{kind} data-box="{place}"><rect x="{x}" y="{y}" '
            f'width="{width}"/><text x="{x + width // 2}" y="{y + FIRST}">'
            f"<tspan>{escape(name.text)}</tspan>{rest}</text></g>"
        )


_PART = re.compile(r"([MLC])([-\d. ]+)")


def _brief(parts: Iterable[str]) -> str:
    """The parts of a line as one path in whole pixels, each point told from the one before."""
    path, at, down = "", (0, 0), 0
    for sign, numbers in _PART.findall("".join(parts)):
        values = [round(float(number)) for number in numbers.split()]
        x, y = values[-2:]
        if sign == "M":
            path += "" if path else f"M{x} {y}"
        elif sign == "L" and x == at[0]:
            down += y - at[1]
        else:
            path += f"v{down}" if down else ""
            moves = [value - at[place % 2] for place, value in enumerate(values)]
            path += f"h{moves[0]}" if sign == "L" and not moves[1] else sign.lower() + _list(moves)
            down = 0
        at = (x, y)
    return path + (f"v{down}" if down else "")


def _list(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers)).replace(" -", "-")
