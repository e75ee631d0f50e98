"""Lines as SVG paths: curves from row to row, or straight lines between circles."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache

from gradcli.layout.direction import Direction
from gradcli.layout.layered import Box, Point

_LENGTH = 8.0
_HALF_WIDTH = 3.6
_BEND = 0.5
"""A line that is off by less than this is straight."""


def coordinate(value: float) -> str:
    """A number to a tenth of a pixel, without a needless zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def curved_arrow(points: Sequence[Point], direction: Direction) -> tuple[list[str], str]:
    """The paths of the parts of a line, and of its head; along a row it runs straight.

    Args:
        points: of a route.
        direction: where edges lead.
    """
    right = direction is Direction.RIGHT
    *rest, enter, tip = points
    base = Point(tip.x - _LENGTH, tip.y) if right else Point(tip.x, tip.y - _LENGTH)
    enter = Point(min(enter.x, base.x), enter.y) if right else Point(enter.x, min(enter.y, base.y))
    way = [*rest, enter, base]
    parts = []
    for before, point in itertools.pairwise(way):
        if point != before:
            parts.append(_part(before, point, right=right))
    return parts, _head(base, tip)


def straight_arrow(
    points: Sequence[Point],
    source: Box | None,
    target: Box | None,
    label: Box | None,
    *,
    head: bool,
) -> tuple[list[str], str]:
    """The same with straight lines, which begin and end at the rim of a circle.

    Args:
        points: of a route.
        source: the circle where it begins, or None if that is no circle.
        target: the circle where it ends, or None if that is no circle.
        label: where its label stands, which it passes behind.
        head: whether it has a head.
    """
    way = list(points)
    if label is not None:
        # Straight up to the label itself, however wide the others in its row are.
        near = way[-4:-2]
        flat = near[0].y == near[1].y and abs(near[0].y - label.middle.y) < 1
        if flat:
            way[-4:-2] = [Point(label.x, near[0].y), Point(label.x + label.width, near[0].y)]
        else:
            way[-4:-2] = [Point(near[0].x, label.y), Point(near[0].x, label.y + label.height)]
    direct = len(way) == 4  # from row to row, with nothing between
    if source is not None:
        # In a row of wider boxes a line leads straight ahead until it has passed them.
        kept = [way[1]] if _beyond(way[1], source) else []
        towards = target.middle if target and direct and not kept else (kept or way[2:])[0]
        way[:2] = [_rim(source, towards), *kept]
    if target is not None:
        kept = [way[-2]] if _beyond(way[-2], target) else []
        before = (kept or way[:-2] or way)[-1]
        way[-2:] = [*kept, _rim(target, before)]
    way = [point for place, point in enumerate(way) if not place or point != way[place - 1]]
    tip, before = way[-1], way[-2]
    length = math.dist(before, tip)
    if head and length > _LENGTH:
        share = _LENGTH / length
        way[-1] = Point(tip.x + (before.x - tip.x) * share, tip.y + (before.y - tip.y) * share)
    parts = [f"M{_at(start)}L{_at(end)}" for start, end in itertools.pairwise(way)]
    return parts, _head(way[-1], tip) if head else ""


@lru_cache(maxsize=1 << 15)  # edges of one source share most of their parts
def _part(start: Point, end: Point, *, right: bool) -> str:
    straight = abs(end.x - start.x) < _BEND or abs(end.y - start.y) < _BEND
    return f"M{_at(start)}" + (f"L{_at(end)}" if straight else _curve(start, end, right=right))


def _at(point: Point) -> str:
    return f"{coordinate(point.x)} {coordinate(point.y)}"


def _curve(start: Point, end: Point, *, right: bool) -> str:
    """An S that leaves and arrives in the direction of the edges."""
    if right:
        middle = (start.x + end.x) / 2
        first, second = Point(middle, start.y), Point(middle, end.y)
    else:
        middle = (start.y + end.y) / 2
        first, second = Point(start.x, middle), Point(end.x, middle)
    return f"C{_at(first)} {_at(second)} {_at(end)}"


def _beyond(point: Point, circle: Box) -> bool:
    """Whether a border of a row is away from a circle in it, since there are wider boxes."""
    middle, radius = circle.middle, circle.width / 2
    return max(abs(point.x - middle.x), abs(point.y - middle.y)) > radius + _BEND


def _rim(circle: Box, towards: Point) -> Point:
    middle, radius = circle.middle, circle.width / 2
    distance = math.dist(middle, towards) or 1.0
    return Point(
        middle.x + (towards.x - middle.x) * radius / distance,
        middle.y + (towards.y - middle.y) * radius / distance,
    )


def _head(base: Point, tip: Point) -> str:
    """A triangle that points from its base to its tip."""
    length = math.dist(base, tip) or 1.0
    x, y = (tip.x - base.x) / length * _HALF_WIDTH, (tip.y - base.y) / length * _HALF_WIDTH
    left, right = Point(base.x - y, base.y + x), Point(base.x + y, base.y - x)
    return f"M{_at(left)}L{_at(tip)}L{_at(right)}Z"
