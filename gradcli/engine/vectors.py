"""Points of several arrays as one vector, for what looks at a function from all sides."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from gradcli.graph.shapes import Shape


def quiet() -> AbstractContextManager[None]:
    """Where NumPy says nothing of what is not finite."""
    return np.errstate(all="ignore")


def joined(parts: Sequence[Any]) -> Any:
    """The entries of numbers and arrays, one after another."""
    return np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)


def parted(vector: Any, shapes: Sequence[Shape]) -> list[Any]:
    """Numbers and arrays of these shapes, of the entries of a vector in their order."""
    parts: list[Any] = []
    first = 0
    for shape in shapes:
        size = int(np.prod(shape, dtype=int))
        part = vector[first : first + size].reshape(shape)
        parts.append(part if shape else float(part))
        first += size
    return parts


def random_like(vector: Any, chance: random.Random) -> Any:
    """A vector of as many normally distributed numbers."""
    return np.random.default_rng(chance.getrandbits(32)).standard_normal(len(vector))


def random_signs(vector: Any, chance: random.Random) -> Any:
    """A vector of as many 1 and -1."""
    return np.random.default_rng(chance.getrandbits(32)).choice((-1.0, 1.0), len(vector))


def filled(values: Any, others: Any) -> Any:
    """A number or an array, with the entries of another in place of NaN."""
    found = np.where(np.isnan(values), others, values)
    return found if found.shape else float(found)


def all_finite(vector: Any) -> bool:
    """Whether every entry is finite."""
    return bool(np.isfinite(vector).all())
