"""A picture in characters that takes one line for each box, for what is too wide for boxes.

From the output down: every box is drawn once, after all that use it, and rails at the left lead
from it to what it is computed from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.lines.page import ASCII, Page
from gradcli.views.lines.text import cut, width
from gradcli.views.picture.boxes import STYLES, heading, legend
from gradcli.views.picture.canvas import DOWN, LEFT, RIGHT, UP, Canvas
from gradcli.views.picture.model import Box, Kind, Line, Link, Picture, Role, Word, plain

if TYPE_CHECKING:
    from gradcli.views.lines.page import Display

_STEP = 2
"""Columns from one rail to the next."""

_GUTTER = 3

_DRAWN: tuple[Line, Line, Line] = ((), (), ())
"""What is left of the texts of a box that is drawn: a picture of very many takes memory enough."""


class _Stop(NamedTuple):
    """A box on its rail, and the rails that lead on from it.

    Attributes:
        box: which.
        rail: where it stands.
        passing: the other rails that pass it.
        onward: the rails on which its sources are waited for.
        opened: those of them that begin here.
    """

    box: int
    rail: int
    passing: tuple[int, ...]
    onward: tuple[int, ...]
    opened: tuple[int, ...]


def render(picture: Picture, display: Display) -> Page:
    """The picture as a page, a line a box."""
    canvas = _drawn(picture, display)
    return canvas.page(legend(picture, display.width), heading(picture, display.width))


def _drawn(picture: Picture, display: Display) -> Canvas:
    """The boxes with their rails; what is only needed to draw them is gone when they are."""
    # More rails would leave no room for the text, which names what each box is computed from.
    stops, count = _travel(picture, most=(display.width // 2 - 1) // _STEP)
    margin = _STEP * max(count, 1) + 1
    ascii_only = display.symbols is ASCII
    canvas = Canvas(ascii_only=ascii_only)
    texts = _texts(picture)
    first, second, third = (
        max((_width(each[part]) for each in texts), default=0) for part in range(3)
    )
    wide = margin + first + _GUTTER + second <= display.width
    very_wide = wide and margin + first + second + third + 2 * _GUTTER <= display.width
    row = 0
    for stop in stops:
        what, gradient, partials = texts[stop.box]
        texts[stop.box] = _DRAWN
        for rail in stop.passing:
            canvas.arms(rail, row, _STEP * rail, UP | DOWN)
        canvas.text(row, _STEP * stop.rail, "*" if ascii_only else "●")
        _write(canvas, row, margin, what, display)
        # What has no room at the side stands below.
        column, below = margin + first + _GUTTER, margin + _STEP
        if wide:
            _write(canvas, row, column, gradient, display)
        else:
            _write(canvas, row + 1, below, gradient, display)
            below += _width(gradient) + _GUTTER
        if very_wide:
            _write(canvas, row, column + second + _GUTTER, partials, display)
        else:
            _write(canvas, row + 1, below, partials, display)
        more = (gradient and not wide) or (partials and not very_wide)
        row += _lead_on(canvas, row + 1, stop, least=2 if more else 1)
    return canvas


def _travel(picture: Picture, most: int) -> tuple[list[_Stop], int]:
    """The boxes from the output down, each after its targets, and how their rails run.

    Returns:
        The boxes, and the number of rails. Where that would be more than ``most`` all boxes stand
        on the first, and no rails are drawn.
    """
    sources = _sources(picture)
    users = Counter(source for each in sources for source in each)
    ready = [box for box in range(len(sources)) if not users[box]]
    ready.sort(key=lambda box: picture.boxes[box].kind is Kind.OUTPUT)
    rails = _Rails(most)
    stops: list[_Stop] = []
    while ready:
        box = ready.pop()
        for source in sources[box]:
            users[source] -= 1
        ready += [source for source in reversed(sources[box]) if not users[source]]
        # From the first rail too many on, all that matters is the order.
        stops.append(rails.stop(box, sources[box]) if rails.fit else _bare(box))
    return (stops, rails.count) if rails.fit else ([_bare(stop.box) for stop in stops], 1)


def _sources(picture: Picture) -> list[list[int]]:
    """What each box is computed from, each once, in the order of its edges."""
    sources: list[dict[int, None]] = [{} for _ in picture.boxes]
    for link in picture.links:
        sources[link.target][link.source] = None
    return [list(each) for each in sources]


def _bare(box: int) -> _Stop:
    return _Stop(box, 0, (), (), ())


class _Rails:
    """The rails side by side, and the box that each of them leads to."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waited: list[int | None] = []

    @property
    def count(self) -> int:
        """How many there have been at once."""
        return len(self._waited)

    @property
    def fit(self) -> bool:
        """Whether there are no more than there may be."""
        return self.count <= self._most

    def stop(self, box: int, sources: Sequence[int]) -> _Stop:
        """A box, which ends its rail, and the rails to its sources."""
        waited = self._waited
        rail = waited.index(box) if box in waited else self._free(0)
        waited[rail] = None
        passing = tuple(place for place, each in enumerate(waited) if each is not None)
        onward, opened = [], []
        for source in sources:
            if source in waited:
                onward.append(waited.index(source))
                continue
            place = self._free(rail)
            if not self.fit:
                break
            waited[place] = source
            onward.append(place)
            opened.append(place)
        return _Stop(box, rail, passing, tuple(onward), tuple(opened))

    def _free(self, first: int) -> int:
        """A rail that nobody waits on, from a given one on; a new one, if there is none."""
        for place in range(first, len(self._waited)):
            if self._waited[place] is None:
                return place
        self._waited.append(None)
        return len(self._waited) - 1


def _lead_on(canvas: Canvas, row: int, stop: _Stop, *, least: int) -> int:
    """Draw the branches below a box; return how many rows it takes with them."""
    if least == 1 and stop.onward in ((), (stop.rail,)):
        return 1
    net = -1
    for rail in stop.passing:
        canvas.arms(rail, row, _STEP * rail, UP | DOWN)
    if not stop.onward:
        return least
    low, high = min(stop.rail, *stop.onward), max(stop.rail, *stop.onward)
    canvas.level(net, row, _STEP * low, _STEP * high)
    for rail in stop.onward:
        arms = DOWN | (0 if rail in stop.opened else UP)
        arms |= (LEFT if rail > low else 0) | (RIGHT if rail < high else 0)
        canvas.arms(net, row, _STEP * rail, arms)
    arms = UP | (LEFT if stop.rail > low else 0) | (RIGHT if stop.rail < high else 0)
    canvas.arms(net, row, _STEP * stop.rail, arms)
    return 2


def _texts(picture: Picture) -> list[tuple[Line, Line, Line]]:
    """For each box its formula and value, its derivative, and the local partials of its edges."""
    entering: list[list[Link]] = [[] for _ in picture.boxes]
    for link in picture.links:
        if link.label:
            entering[link.target].append(link)
    return [
        (*_halves(box), _locals(picture, links))
        for box, links in zip(picture.boxes, entering, strict=True)
    ]


def _halves(box: Box) -> tuple[Line, Line]:
    """What a box says of its value, and of its derivative, each in one line."""
    count = len(box.lines)
    while count > 1 and box.lines[count - 1][0].role is Role.GRADIENT:
        count -= 1
    return _joined(box.lines[:count]), _joined(box.lines[count:])


def _joined(lines: Sequence[Line]) -> Line:
    """Lines behind each other."""
    words = list(lines[0]) if lines else []
    for line in lines[1:]:
        words += [Word(f" {word.text}", word.role) for word in line]
    return tuple(words)


def _locals(picture: Picture, links: Sequence[Link]) -> Line:
    """``by b: c = 3, by c: b = 2``."""
    parts = [
        f"by {picture.boxes[link.source].lines[0][0].text}: {' '.join(map(plain, link.label))}"
        for link in links
    ]
    return (links[0].label[0][0]._replace(text=", ".join(parts)),) if links else ()


def _width(line: Line) -> int:
    return sum(width(word.text) for word in line)


def _write(canvas: Canvas, row: int, column: int, line: Line, display: Display) -> None:
    """A line of text, cut at the edge of the display."""
    for word in line:
        room = display.width - column
        if room < 2:
            return
        taken = width(word.text)
        text = word.text if taken <= room else cut(word.text, room, display.symbols.ellipsis)
        canvas.text(row, column, text, STYLES[word.role])
        column += taken
