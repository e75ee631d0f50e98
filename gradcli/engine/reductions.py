"""What makes fewer entries of many: sums, greatest and least ones, norms, logsumexp.

Each is told the form that it makes: it gathers the axes that this has not, or has with length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from gradcli.engine.entrywise import Array, Kernel
from gradcli.engine.scalar import operation
from gradcli.graph.shapes import Form, Shape

LONGEST_SUM = 10_000
"""Longer sums of neighbours are added pairwise, which is more accurate than what BLAS does."""

_SAFE = (1e-280, 1e300)
"""Between these a sum of squares has not lost a digit to over- or underflow."""

_BESIDE_ZERO = min(0.75, 4 * float(np.finfo(np.longdouble).eps) / float(np.finfo(float).eps))
"""Below this share of its logarithm a logsumexp needs more digits than a long double has."""


def axes_without(shape: Shape, to: Form) -> tuple[int, ...]:
    """The axes of an array that an array of another form has not, or has with length 1."""
    missing = len(shape) - len(to.shape)
    kept = [
        missing + axis
        for axis, length in enumerate(to.shape)
        if length == 1 and shape[missing + axis] != 1
    ]
    return (*range(missing), *kept)


def gathered(function: Callable[[Array, tuple[int, ...]], Array]) -> Callable[[Form], Kernel]:
    """A reduction to a form, of a function of an array and the axes that it leaves out."""

    def make(to: Form) -> Kernel:
        known: dict[Shape, tuple[int, ...]] = {}

        def value(x: Array) -> Array:
            x = np.asarray(x)
            axes = known.get(x.shape)
            if axes is None:
                axes = known[x.shape] = axes_without(x.shape, to)
            result = function(x, axes)
            return result if result.shape == to.shape else result.reshape(to.shape)

        return value

    return make


@lru_cache(256)
def _ones(length: int) -> Array:
    ones = np.ones(length)
    ones.flags.writeable = False
    return ones


def summed(x: Array, axes: tuple[int, ...]) -> Array:
    """The sum over axes, by BLAS where it adds whole rows or short ones."""
    rank = x.ndim
    if 0 < len(axes) < rank and (rank == 2 or x.flags.c_contiguous):
        shape = x.shape
        if axes[-1] == len(axes) - 1:
            kept = shape[len(axes) :]
            rows = _rows(x, shape[: len(axes)], kept)
            return np.asarray(np.matmul(_ones(len(rows)), rows).reshape(kept))
        if axes[0] == rank - len(axes):
            kept = shape[: axes[0]]
            rows = _rows(x, kept, shape[axes[0] :])
            if rows.shape[1] <= LONGEST_SUM:
                return np.asarray(np.matmul(rows, _ones(rows.shape[1])).reshape(kept))
    result: Array = np.add.reduce(x, axis=axes)
    return result


def _rows(x: Array, first: Sequence[int], last: Sequence[int]) -> Array:
    """An array as a matrix."""
    if x.ndim == 2:
        return x
    return x.reshape(int(np.prod(first)), int(np.prod(last)))


def _norm(x: Array, axes: tuple[int, ...]) -> Array:
    """The root of the sum of squares, which over- and underflows only where the root does."""
    squares = np.add.reduce(x * x, axis=axes)
    least, most = _SAFE
    if squares.size and np.min(squares) >= least and np.max(squares) <= most:
        return np.asarray(np.sqrt(squares))
    sizes = np.abs(x)
    greatest = np.max(sizes, axis=axes, keepdims=True, initial=0.0)
    scale = np.where((greatest > 0) & np.isfinite(greatest), greatest, 1.0)
    result: Array = scale * np.sqrt(np.sum((sizes / scale) ** 2, axis=axes, keepdims=True))
    if not np.isfinite(greatest).all():  # infinity beside NaN is infinite, as of numbers
        result = np.where(np.isinf(sizes).any(axis=axes, keepdims=True), np.inf, result)
    return result


def _logsumexp(x: Array, axes: tuple[int, ...]) -> Array:
    """The greatest and the logarithm of the sum of exp of what all are less, of numbers.

    Where that is near 0, or not finite, it is looked at again.
    """
    most = np.maximum.reduce(x, axis=axes, keepdims=True)
    total = summed(np.exp(x - most), axes)
    result: Array = np.asarray(np.log(total)) + most.reshape(
        [length for axis, length in enumerate(x.shape) if axis not in axes]
    )
    if not (np.abs(result) >= 0.5).all():
        ends = tuple(range(-len(axes), 0))
        rows = np.moveaxis(x, axes, ends).reshape(*result.shape, -1)
        result = np.asarray(result)
        again = ~(np.abs(result) >= 0.5)
        result[again] = _near_zero(rows[again])
    return result


def _near_zero(rows: Array) -> Array:
    """The same of rows, as of numbers: the greatest and log1p of the others, in more digits."""
    longer = rows.astype(np.longdouble)
    every = np.arange(len(rows))
    place = np.argmax(rows, axis=-1)
    most = longer[every, place]
    terms = np.exp(longer - np.where(np.isfinite(most), most, 0.0)[:, None])
    terms[every, place] = 0.0
    logarithm = np.log1p(np.sum(terms, axis=-1))
    result = most + np.where(np.isfinite(most), logarithm, 0.0)
    lost = np.abs(result) < _BESIDE_ZERO * logarithm
    found: Array = result.astype(float)
    if lost.any():
        found[lost] = [operation("logsumexp")(*row) for row in rows[lost].tolist()]
    return found


REDUCTIONS: Mapping[str, Callable[[Form], Kernel]] = {
    "sum_to": gathered(summed),
    "max_to": gathered(lambda x, axes: np.maximum.reduce(x, axis=axes)),
    "min_to": gathered(lambda x, axes: np.minimum.reduce(x, axis=axes)),
    "norm_to": gathered(_norm),
    "logsumexp_to": gathered(_logsumexp),
}
"""The function that makes a form, by operation."""
