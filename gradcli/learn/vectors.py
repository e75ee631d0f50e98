"""Arithmetic with points and directions: lists of numbers, or vectors of NumPy where arrays are."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

from gradcli.engine.functions.sums import sum_of

Vector = Any
"""A sequence of floats: the parameters of a program, or a direction to move them in.

In a program of arrays it is a vector of NumPy, as long as all entries of the parameters.
"""


_SMALLEST, _GREATEST = 1e-280, 1e300
"""Between these the sum of squares has lost nothing below or above the range of floats."""


def is_array(vector: Vector) -> bool:
    """Whether it is a vector of NumPy."""
    return hasattr(vector, "dtype")


def dot(first: Vector, second: Vector) -> float:
    """The product of two vectors."""
    if is_array(first):
        return float((first * second).sum())  # in pairs; BLAS may wait for its threads
    return sum_of([a * b for a, b in zip(first, second, strict=True)])


def length(vector: Vector) -> float:
    """The root of the sum of squares; of what is no number, or of an array, its size."""
    if not is_array(vector):
        return math.hypot(*vector)
    square = dot(vector, vector)
    if _SMALLEST < square < _GREATEST:
        return math.sqrt(square)
    largest = largest_part(vector)
    if not 0 < largest < math.inf:
        return largest
    shrunk = vector / largest
    return largest * math.sqrt(dot(shrunk, shrunk))


def total_length(parts: Sequence[Any]) -> float:
    """The length of numbers and arrays in one vector."""
    if {*map(type, parts)} <= {float}:
        return math.hypot(*parts)
    return math.hypot(*[length(part.ravel()) if is_array(part) else part for part in parts])


def largest_part(vector: Vector) -> float:
    """The greatest entry in size; 0 of none."""
    if is_array(vector):
        return float(abs(vector).max()) if len(vector) else 0.0
    return max(map(abs, vector), default=0.0)


def is_finite(vector: Vector) -> bool:
    """Whether every entry is finite."""
    if is_array(vector):
        from gradcli.engine.vectors import all_finite  # noqa: PLC0415  (only arrays need NumPy)

        return all_finite(vector)
    return all(map(math.isfinite, vector))


def scaled(vector: Vector, factor: float) -> Vector:
    """A vector times a number."""
    return factor * vector if is_array(vector) else [factor * part for part in vector]


def moved(point: Vector, direction: Vector, distance: float) -> Vector:
    """Where one comes from a point in a direction."""
    if is_array(point):
        return point + distance * direction
    return [a + distance * b for a, b in zip(point, direction, strict=True)]


def unit(vector: Vector) -> Vector | None:
    """The direction of a vector; None if it has none, or none as floats."""
    largest = float(largest_part(vector))
    if not 0 < largest < math.inf:
        return None
    if is_array(vector):
        return vector / largest / length(vector / largest)
    shrunk = [each / largest for each in vector]
    size = math.hypot(*shrunk)
    return [each / size for each in shrunk]


def combined(weights: Sequence[float], basis: Sequence[Vector]) -> Vector:
    """The sum of vectors, each times its weight."""
    if is_array(basis[0]):
        return sum(weight * vector for weight, vector in zip(weights, basis, strict=True))
    rows = zip(*basis, strict=True)
    return [sum_of([*map(float.__mul__, weights, row)]) for row in rows]


def random_like(vector: Vector, chance: random.Random) -> Vector:
    """A vector of as many normally distributed numbers."""
    if is_array(vector):
        from gradcli.engine.vectors import random_like  # noqa: PLC0415  (only arrays need NumPy)

        return random_like(vector, chance)
    return [chance.gauss(0, 1) for _ in vector]


def shaken(point: Vector, share: float, chance: random.Random) -> Vector:
    """A point with each entry larger or smaller by that share of it, at random."""
    if is_array(point):
        from gradcli.engine.vectors import random_signs  # noqa: PLC0415  (only arrays need NumPy)

        return point * (1 + share * random_signs(point, chance))
    return [part * (1 + chance.choice((-share, share))) for part in point]
