"""What makes fewer entries of many: sums, greatest and least ones, norms, logsumexp.

Each is told the form that it makes: it gathers the axes that this has not, or has with length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from gradcli.engine.entrywise import Array, Kernel
from gradcli.engine.scalar import operation
from gradcli.graph.shapes import Form


def _axes(shape: Sequence[int], to: Form) -> tuple[int, ...]:
    """The axes of an array that an array of another form has not, or has with length 1."""
    missing = len(shape) - len(to.shape)
    kept = [
        missing + axis
        for axis, length in enumerate(to.shape)
        if length == 1 and shape[missing + axis] != 1
    ]
    return (*range(missing), *kept)


def _gathered(function: Kernel) -> Callable[[Form], Kernel]:
    """A reduction to a form, of a function of an array and axes that keeps them."""

    def make(to: Form) -> Kernel:
        def value(x: Array) -> Array:
            axes = _axes(np.shape(x), to)
            return np.reshape(function(x, axes), to.shape)

        return value

    return make


def _norm(x: Array, axes: tuple[int, ...]) -> Array:
    """The root of the sum of squares, which over- and underflows only where the root does."""
    sizes = np.abs(x)
    most = np.max(sizes, axis=axes, keepdims=True, initial=0.0)
    scale = np.where((most > 0) & np.isfinite(most), most, 1.0)
    result: Array = scale * np.sqrt(np.sum((sizes / scale) ** 2, axis=axes, keepdims=True))
    return result


def _logsumexp(x: Array, axes: tuple[int, ...]) -> Array:
    """As of numbers: the greatest and log1p of the others, and with more digits beside 0."""
    ends = tuple(range(-len(axes), 0))
    kept = [length for axis, length in enumerate(np.shape(x)) if axis not in axes]
    rows = np.moveaxis(x, axes, ends).reshape(*kept, -1)
    place = np.argmax(rows, axis=-1, keepdims=True)
    most = np.take_along_axis(rows, place, -1)
    terms = np.exp(rows - np.where(np.isfinite(most), most, 0.0))
    np.put_along_axis(terms, place, 0.0, -1)
    logarithm = np.log1p(np.sum(terms, axis=-1))
    result: Array = np.asarray(most[..., 0] + np.where(np.isfinite(most[..., 0]), logarithm, 0.0))
    near_zero = np.abs(result) < 0.75 * logarithm
    if near_zero.any():
        exact = [operation("logsumexp")(*row) for row in rows[near_zero].tolist()]
        np.place(result, near_zero, exact)
    return result


REDUCTIONS: Mapping[str, Callable[[Form], Kernel]] = {
    "sum_to": _gathered(lambda x, axes: np.sum(x, axis=axes, keepdims=True)),
    "max_to": _gathered(lambda x, axes: np.max(x, axis=axes, keepdims=True)),
    "min_to": _gathered(lambda x, axes: np.min(x, axis=axes, keepdims=True)),
    "norm_to": _gathered(_norm),
    "logsumexp_to": _gathered(_logsumexp),
}
"""The function that makes a form, by operation."""
