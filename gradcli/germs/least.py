"""The element of least norm in the hull of some gradients: what is used where none is the one."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

from gradcli.engine.functions.sums import sum_of

Vector = Sequence[float]

_TOLERANCE = 1e-13
"""Beside the gradients, or of a weight, what is less than that is rounding."""

_ENOUGH = 1e-15
"""A point whose square is no more than this above the least, beside the squares, is that."""

_MOST_STEPS = 1000


def dot(a: Vector, b: Vector) -> float:
    """The scalar product."""
    return sum_of([x * y for x, y in zip(a, b, strict=True)])


class Nearest(NamedTuple):
    """The point nearest 0 in the hull of some points.

    Attributes:
        point: the point.
        heaviest: which of those given has the largest weight in it.
        weights: the weight of each of those given.
    """

    point: tuple[float, ...]
    heaviest: int
    weights: Sequence[float] = ()


def least_norm(gradients: Sequence[Vector]) -> tuple[float, ...]:
    """The point nearest 0 in the hull of some points."""
    return nearest(gradients).point


def nearest(gradients: Sequence[Vector]) -> Nearest:
    """The same, and the one that it is nearest to by weight.

    P. Wolfe, Finding the nearest point in a polytope, Mathematical Programming 11 (1976).

    Args:
        gradients: at least one point, all of the same length.
    """
    # In a power of 2, so that nothing is rounded.
    _, power = math.frexp(max([abs(part) for each in gradients for part in each]))
    size = math.ldexp(1.0, min(max(power, -1000), 1000))
    gradients = [tuple([part / size for part in each]) for each in gradients]
    bound = _ENOUGH * max([dot(each, each) for each in gradients])
    corral = [min(gradients, key=lambda each: dot(each, each))]
    weights = [1.0]
    found = tuple(corral[0])
    for _ in range(_MOST_STEPS):
        further = min(gradients, key=functools.partial(dot, found))
        if dot(found, found) - dot(found, further) <= bound or further in corral:
            break
        corral.append(further)
        weights.append(0.0)
        while True:
            affine = _affine_weights(corral)
            if affine is None:
                corral.pop(), weights.pop()
                return _whole(found, size, corral, weights, gradients)
            if min(affine) > _TOLERANCE:
                weights = affine
                break
            # As far towards the point nearest 0 on their plane as the hull reaches.
            shares = [
                now / (now - then)
                for now, then in zip(weights, affine, strict=True)
                if then <= _TOLERANCE and now > then
            ]
            share = min([1.0, *shares])
            weights = [
                now + share * (then - now) for now, then in zip(weights, affine, strict=True)
            ]
            kept = [place for place, weight in enumerate(weights) if weight > _TOLERANCE]
            corral = [corral[place] for place in kept]
            weights = [weights[place] for place in kept]
        found = _combined(weights, corral)
    return _whole(found, size, corral, weights, gradients)


def _whole(
    found: Vector,
    size: float,
    corral: Sequence[Vector],
    weights: Sequence[float],
    gradients: Sequence[Vector],
) -> Nearest:
    """A point in its size, with the first of those that have the largest weight in it."""
    point = tuple([each * size if abs(each) > _TOLERANCE else 0.0 for each in found])
    places = [gradients.index(each) for each in corral]
    shares = [0.0] * len(gradients)
    for place, weight in zip(places, weights, strict=True):
        shares[place] += weight
    return Nearest(point, min(zip(places, weights, strict=True), key=_by_weight)[0], shares)


def _by_weight(pair: tuple[int, float]) -> tuple[float, int]:
    place, weight = pair
    return -round(weight, 9), place


def _combined(weights: Sequence[float], points: Sequence[Vector]) -> tuple[float, ...]:
    return tuple([dot(weights, column) for column in zip(*points, strict=True)])


def _affine_weights(points: Sequence[Vector]) -> list[float] | None:
    """The weights of the point nearest 0 on the plane through points, None if they are on less."""
    if len(points) == 2:
        a, b = points
        across = [y - x for x, y in zip(a, b, strict=True)]
        square = dot(across, across)
        return [dot(b, across) / square, -dot(a, across) / square] if square else None
    size = len(points)
    rows = [[dot(a, b) + 1.0 for b in points] + [1.0] for a in points]
    for place in range(size):
        pivot = max(range(place, size), key=lambda row: abs(rows[row][place]))
        rows[place], rows[pivot] = rows[pivot], rows[place]
        leading = rows[place][place]
        if abs(leading) <= _TOLERANCE * max(abs(rows[0][0]), 1.0):
            return None
        for row in range(size):
            if row != place:
                factor = rows[row][place] / leading
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[place], strict=True)]
    found = [rows[place][size] / rows[place][place] for place in range(size)]
    total = sum_of(found)
    return [each / total for each in found]
