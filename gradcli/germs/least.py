"""The element of least norm in the hull of some gradients: what is used where none is the one."""

from __future__ import annotations

import math
from collections.abc import Sequence

Vector = Sequence[float]

_TOLERANCE = 1e-13
"""Beside the squares of the gradients, what is less than that is rounding."""

_MOST_STEPS = 1000


def dot(a: Vector, b: Vector) -> float:
    """The scalar product."""
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def least_norm(gradients: Sequence[Vector]) -> tuple[float, ...]:
    """The point nearest 0 in the hull of some points.

    P. Wolfe, Finding the nearest point in a polytope, Mathematical Programming 11 (1976).

    Args:
        gradients: at least one point, all of the same length.
    """
    bound = _TOLERANCE * max([dot(each, each) for each in gradients])
    corral = [min(gradients, key=lambda each: dot(each, each))]
    weights = [1.0]
    nearest = tuple(corral[0])
    for _ in range(_MOST_STEPS):
        further = min(gradients, key=lambda each: dot(nearest, each))
        if dot(nearest, nearest) - dot(nearest, further) <= bound or further in corral:
            break
        corral.append(further)
        weights.append(0.0)
        while True:
            affine = _affine_weights(corral)
            if affine is None:
                corral.pop(), weights.pop()
                return nearest
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
        nearest = _combined(weights, corral)
    return tuple([each if each * each > bound else 0.0 for each in nearest])


def _combined(weights: Sequence[float], points: Sequence[Vector]) -> tuple[float, ...]:
    return tuple([dot(weights, column) for column in zip(*points, strict=True)])


def _affine_weights(points: Sequence[Vector]) -> list[float] | None:
    """The weights of the point nearest 0 on the plane through points, None if they are on less."""
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
    total = math.fsum(found)
    return [each / total for each in found]
