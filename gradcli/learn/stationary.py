"""What a point with a small gradient is: a minimum, a maximum, a saddle, flat, or a slope.

A gradient that is nearly 0 tells none of these from the others. So the point is looked at from all
sides, by the value itself along rays: against the gradient, along the directions in which the
Hessian curves least and most, and along directions at random. What is promised is one-sided: that
the value falls along a ray from here, beyond what rounding and the rest of the gradient explain, is
seen by evaluating it there; that it falls along no other ray is as far as could be seen.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from gradcli.engine.functions.sums import sum_of
from gradcli.learn.curvature import Spectrum, spectrum
from gradcli.learn.vectors import (
    Vector,
    dot,
    largest_part,
    length,
    moved,
    random_like,
    scaled,
    shaken,
    unit,
)

MINIMUM, SADDLE, INFLECTION, MAXIMUM, FLAT, FALLING, UNBOUNDED = (
    "minimum",
    "saddle",
    "inflection",
    "maximum",
    "flat",
    "falling",
    "unbounded",
)

NEAR = 0.1
"""How far from a point, relative to its size or 1, a rise or a fall still is one at the point."""

TURNS = 64
"""A minimum lies within so many of Newton's steps along the gradient; that of x^n in n - 1."""

MORE = 100
"""A fall so many times deeper than one Newton step explains is one to somewhere else."""

_DIRECTIONS = 24
"""How many directions of the Hessian are looked at from one start."""

_STARTS = 4
_WORK = 2_000_000
"""How many operations all products with the Hessian may take, if more than two are made."""

_ZERO = 1e-12
"""A curvature so small beside the greatest one is none."""

_SMALLEST, _FACTOR = 2.0**-48, 4.0
"""Rays are followed from so near on, relative to `NEAR`, in distances that grow by this factor."""

_FURTHEST, _FAR_FACTOR = 1e290, 1e3
"""How far it is followed whether a value falls for ever, and by which factor distances grow."""

_SAME = 0.999
"""A fall that is so large beside the one before is no smaller."""

_BEFORE = 2 * _FACTOR
"""A kink from which on a value changes lies beyond this part of the distance where that is seen."""

_NEARER = range(1, 5)
"""How often it is gone nearer to the end of where there is a value, by that factor."""

Value = Callable[[Vector], float]
Gradient = Callable[[Vector], Vector]


class Surface(NamedTuple):
    """A function of parameters around a point.

    Attributes:
        value: the function.
        gradient: its derivative by each parameter.
        times: its Hessian at the point, times a vector.
        work: how many operations one such product takes.
        entry_work: and how many one on every entry of the point, divided by their number.
        point: the point.
    """

    value: Value
    gradient: Gradient
    times: Callable[[Vector], Vector]
    work: int
    entry_work: float
    point: Vector


class Finding(NamedTuple):
    """What a point is.

    Attributes:
        kind: ``minimum``, ``saddle``, ``inflection``, ``maximum``, ``flat`` or ``falling``.
        downhill: a direction of length 1 in which the value falls; None of a minimum and where it
            is flat.
    """

    kind: str
    downhill: Vector | None = None


class _Ray(NamedTuple):
    """What is seen along a ray: how deep the value falls at once, or whether it rises."""

    direction: Vector
    depth: float
    rises: bool


def examine(surface: Surface) -> Finding:
    """What a point is at which the gradient is small.

    Args:
        surface: the function around it.
    """
    if not len(surface.point):
        return Finding(FLAT)  # of empty arrays
    height, gradient = surface.value(surface.point), surface.gradient(surface.point)
    noise = _noise(surface, height)
    spectra = _spectra(surface, gradient)
    for line, step in _newton(gradient, spectra):
        explained = step * abs(dot(gradient, line)) / 2
        if explained > noise and not _turns(surface, line, step, height + noise):
            return Finding(FALLING, line)
    slope = unit(gradient)
    along = spectra[0] if slope is not None else None
    if along is not None and _is_slope(surface, gradient, along, height - noise):
        return Finding(FALLING, scaled(slope, -1))
    below, above = (noise + MORE * _explained(surface, gradient, spectra, sign) for sign in (1, -1))
    rays = [
        _look(surface, direction, height, noise, (below, above))
        for direction in _directions(surface, gradient, spectra)
    ]
    deepest = max(rays, key=lambda ray: ray.depth)
    if not deepest.depth:
        return Finding(MINIMUM if any(ray.rises for ray in rays) else FLAT)
    if all(ray.depth for ray in rays):
        return Finding(MAXIMUM, deepest.direction)
    # Of several inputs x^2 + y^3 has a saddle, too; of one it is called otherwise.
    return Finding(INFLECTION if len(surface.point) == 1 else SADDLE, deepest.direction)


def _spectra(surface: Surface, gradient: Vector) -> list[Spectrum | None]:
    """How the surface curves: as far as the gradient reaches, and some vectors at random.

    Where many directions curve equally, with 0 above all, each vector finds another one of them.
    """
    count = len(surface.point)
    chance = random.Random(1)  # noqa: S311  (to be the same again)
    # A product is made orthogonal to those before it, twice: that is work, too.
    made = 4 * _DIRECTIONS * count * surface.entry_work
    afford = max(2, int(_WORK // (surface.work + made)))
    most = min(count, _DIRECTIONS, afford)
    starts = 1 if count == 1 else max(1, min(_STARTS, afford // most))
    vectors = [gradient, *(random_like(surface.point, chance) for _ in range(starts))]
    return [spectrum(surface.times, vector, most) for vector in vectors]


def _newton(gradient: Vector, spectra: Sequence[Spectrum | None]) -> Iterator[tuple[Vector, float]]:
    """Directions in which the value falls, with Newton's step along each.

    Against the gradient, and along the directions in which the surface curves least.
    """
    along = spectra[0]
    slope = unit(gradient)
    if along is None or slope is None:
        return
    smallest = _ZERO * max(map(abs, along.curvatures))
    lines = [(along.along_start, slope)]
    lines += [(each.curvatures[0], each.direction(0)) for each in spectra if each is not None]
    for curvature, line in lines:
        rise = dot(gradient, line)
        if curvature > smallest and rise:
            yield scaled(line, -math.copysign(1.0, rise)), abs(rise) / curvature


def _is_slope(surface: Surface, gradient: Vector, along: Spectrum, height: float) -> bool:
    """Whether a gradient that is small becomes larger downhill, with nothing stationary near.

    So it is far out on (x - 2)^2/(1 + (x - 2)^2), which becomes flat where x is large.
    """
    size, far = length(gradient), NEAR * _size(surface.point)
    if not size or along.along_start > 0 or _newton_length(size, along) < far:
        return False
    # What becomes steeper falls by more than its slope says here; half of that is enough.
    return surface.value(moved(surface.point, gradient, -far / size)) < height - size * far / 2


def _newton_length(size: float, along: Spectrum) -> float:
    """How far from here the gradient, of that length, and the Hessian put a stationary point."""
    steps = [
        math.inf if not curvature else size * share / curvature
        for share, curvature in zip(along.shares, along.curvatures, strict=True)
        if share
    ]
    return math.hypot(*steps)


def _explained(
    surface: Surface, gradient: Vector, spectra: Sequence[Spectrum | None], sign: int
) -> float:
    """How much lower a stationary point is that lies where the gradient and the Hessian point.

    Args:
        surface: the function.
        gradient: its derivatives.
        spectra: how it curves.
        sign: 1 along directions in which it curves upwards; -1 for how much higher it is, along
            those in which it curves downwards.
    """
    size, along = length(gradient), spectra[0]
    if not size:
        return 0.0
    if along is None:
        return size * NEAR * _size(surface.point)
    smallest = _ZERO * max(map(abs, along.curvatures))
    # Not the square of the gradient, which may be too small for a float.
    return sum_of(
        [
            size * share * (size * share / (sign * curvature)) / 2
            for share, curvature in zip(along.shares, along.curvatures, strict=True)
            if sign * curvature > smallest
        ]
    )


def falls_for_ever(value: Value, point: Vector, gradient: Vector) -> bool:
    """Whether a value goes on falling against the gradient as far as floats reach.

    It is looked at in distances that grow by factors of a thousand, and falls each time by no less
    than the time before, as -x, -x^2 and -log(x) do; or it becomes -Infinity. Where there is no
    value any more, as of log(x) below 0, the distances from that end shrink by such factors.
    """
    slope, heights = unit(gradient), [value(point)]
    if slope is None or not math.isfinite(heights[0]):
        return False

    def height(distance: float) -> float:
        return value(moved(point, slope, -distance))

    distance = _size(point)
    while distance < _FURTHEST:
        heights.append(height(distance))
        if math.isnan(heights[-1]):
            end = _end(height, distance)
            return _falls([height(end - end / _FAR_FACTOR**times) for times in _NEARER])
        if not _falls(heights[-3:]):
            return False
        distance *= _FAR_FACTOR
    return True


def _falls(heights: Sequence[float]) -> bool:
    """Whether each height is below the one before by no less than that one was; or -Infinity."""
    fall = 0.0
    for before, after in pairwise(heights):
        if after == -math.inf:
            return True
        if not before - after > _SAME * fall:
            return False
        fall = before - after
    return True


def _end(height: Callable[[float], float], outside: float) -> float:
    """The largest distance that has a height, by halving, before one that has none."""
    inside = 0.0
    while inside < (between := (inside + outside) / 2) < outside:
        if math.isnan(height(between)):
            outside = between
        else:
            inside = between
    return inside


def _size(point: Vector) -> float:
    return max(1.0, largest_part(point))


def _noise(surface: Surface, height: float) -> float:
    """What rounding may do to the value: its changes where the last digits of the point change."""
    chance = random.Random(0)  # noqa: S311  (to be the same again)
    ulp = sys.float_info.epsilon
    worst = 8 * ulp * abs(height)
    for _ in range(8):
        near = shaken(surface.point, 4 * ulp, chance)
        change = abs(surface.value(near) - height)
        if math.isfinite(change):
            worst = max(worst, change)
    return 4 * worst


def _turns(surface: Surface, line: Vector, step: float, height: float) -> bool:
    """Whether the value rises again along a line, or falls faster, within some of Newton's steps.

    Of exp(-x) it never does, though its gradient becomes as small as one likes; x^3 does.
    """
    times, first = 1, dot(surface.gradient(surface.point), line)
    while times <= TURNS:
        there = moved(surface.point, line, times * step)
        rise = dot(surface.gradient(there), line)
        # Where it is 0 the surface is flat from there on, as relu(x)^2 is: it falls no more.
        if not first <= rise < 0 or surface.value(there) > height:
            return True
        times *= 2
    return False


def _directions(
    surface: Surface, gradient: Vector, spectra: Sequence[Spectrum | None]
) -> Iterator[Vector]:
    """Where to look: against the gradient, then both ways along some lines."""
    count = len(surface.point)
    slope = unit(gradient)
    if slope is not None:
        yield scaled(slope, -1)
    chance = random.Random(2)  # noqa: S311  (to be the same again)
    lines = [unit(random_like(surface.point, chance)) for _ in range(1 if count == 1 else 2)]
    lines += [each.direction(end) for each in spectra if each is not None for end in (0, -1)]
    for line in lines:
        if line is not None:
            yield line
            yield scaled(line, -1)


def _look(
    surface: Surface,
    direction: Vector,
    height: float,
    noise: float,
    tolerated: tuple[float, float],
) -> _Ray:
    """Go along a ray from very near on until a change is seen, and then on while it falls.

    Args:
        surface: the function.
        direction: of length 1.
        height: the value at the point.
        noise: a change that rounding may make.
        tolerated: how far it may fall, and rise, because a stationary point is near.
    """
    furthest = NEAR * _size(surface.point)
    distance, depth, rises = _SMALLEST * furthest, 0.0, False
    below, above = tolerated
    while distance <= furthest:
        there = moved(surface.point, direction, distance)
        change = surface.value(there) - height
        if not math.isfinite(change) or (depth and -change <= depth):
            break
        is_first = not (depth or rises) and (change > noise or change < -below)
        if is_first and _is_level(surface, direction, distance / _BEFORE, height):
            break
        rises = rises or change > noise
        if change > above:
            break
        if change < -below:
            # Beside a jump away from the point the function is flat, and falls nowhere from here.
            is_at_once = depth or distance <= _FACTOR * _SMALLEST * furthest
            if not is_at_once and not dot(surface.gradient(there), direction) < 0:
                break
            depth = -change
        distance *= _FACTOR
    return _Ray(direction, depth, rises)


def _is_level(surface: Surface, direction: Vector, distance: float, height: float) -> bool:
    """Whether the value is that of the point so far along a ray, too, with a slope of exactly 0.

    A change behind that is none at the point.
    """
    there = moved(surface.point, direction, distance)
    return surface.value(there) == height and not dot(surface.gradient(there), direction)
