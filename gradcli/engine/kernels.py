"""The value of every operation on arrays, by NumPy: imported only where a value is an array.

Nothing raises for the values of entries: a matrix that has no inverse gives NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcli.engine.contractions import contraction
from gradcli.engine.coproducts import of_others, product
from gradcli.engine.determinants import WRITTEN_OUT, cofactors, determinant
from gradcli.engine.entrywise import Array, Kernel, entrywise
from gradcli.engine.reductions import REDUCTIONS, gathered
from gradcli.graph.shapes import ROW, SHAPED, Entries, Form, Params, Place


def kernel(op: str, params: Params) -> Kernel:
    """The function on arrays that computes an operation.

    Raises:
        KeyError: there is no such operation.
        UsageError: it needs SciPy, which is not installed.
    """
    if op not in SHAPED:
        return entrywise(op)
    make = SHAPED_KERNELS[op]
    return make(*params)


def _spread(to: Form) -> Kernel:
    return lambda x: np.broadcast_to(x, to.shape)


def _contract(of_a: str, of_b: str, result: str) -> Kernel:
    return contraction(of_a, of_b, result.removesuffix(ROW))


def _transpose() -> Kernel:
    return lambda x: x if np.ndim(x) < 2 else np.swapaxes(x, -1, -2)


def _key(places: Sequence[Place]) -> tuple[Any, ...]:
    """The indices of NumPy for places on each axis: an outer product of what is listed."""
    listed = [place for place in places if not isinstance(place, int)]
    rank = len(listed)
    key: list[Any] = []
    axis = 0
    for place in places:
        if isinstance(place, int):
            key.append(place)
            continue
        if len(place) == 3:
            first, step, count = place
            points = first + step * np.arange(count)
        else:
            points = np.array(place[0], dtype=int)
        shape = [1] * rank
        shape[axis] = len(points)
        key.append(points.reshape(shape))
        axis += 1
    return tuple(key)


def _take(places: Sequence[Place]) -> Kernel:
    key = _key(places)
    return lambda x: x[key]


def _put(places: Sequence[Place], to: Form) -> Kernel:
    key = _key(places)

    def value(x: Array) -> Array:
        result = np.zeros(to.shape)
        np.add.at(result, key, x)
        return result

    return value


def _gather(axis: int) -> Kernel:
    """NaN where an index is no place: what evaluates says so where that is not left out."""

    def value(x: Array, index: Array) -> Array:
        places, is_place = _points(index, np.shape(x)[axis])
        before, after = np.shape(x)[:axis], np.shape(x)[axis + 1 :]
        if not np.shape(x)[axis]:
            return np.full((*before, *np.shape(index), *after), math.nan)
        found: Array = np.take(x, places, axis)
        if not np.all(is_place):
            found = np.where(
                is_place.reshape((*is_place.shape, *[1] * len(after))), found, math.nan
            )
        return found

    return value


def _place(to: Form, axis: int) -> Kernel:
    """What has no place is left out."""

    def value(x: Array, index: Array) -> Array:
        result = np.zeros(to.shape)
        places, is_place = _points(np.ravel(index), to.shape[axis])
        rows = np.reshape(x, (*to.shape[:axis], places.size, *to.shape[axis + 1 :]))
        rows = np.moveaxis(rows, axis, 0)[is_place]
        np.add.at(np.moveaxis(result, axis, 0), places[is_place], rows)
        return result

    return value


def _onehot(length: int) -> Kernel:
    def value(index: Array) -> Array:
        places, is_place = _points(index, length)
        ones = np.equal(places[..., None], np.arange(length))
        return np.where(is_place[..., None], ones, math.nan)

    return value


def _points(index: Array, length: int) -> tuple[Any, Any]:
    """The places that an index stands for, counted from 0, and where it stands for one."""
    index = np.asarray(index)
    is_place = np.asarray((index >= 1) & (index <= length) & (index == np.floor(index)))
    return np.where(is_place, index, 1).astype(int) - 1, is_place


def _stack(count: int) -> Kernel:
    del count
    return lambda *arrays: np.stack(arrays)


def _running(axis: int) -> Kernel:
    return lambda x: np.cumsum(x, axis=axis)


def _running_back(axis: int) -> Kernel:
    return lambda x: np.flip(np.cumsum(np.flip(x, axis), axis=axis), axis)


def _windows(sizes: Sequence[int]) -> Kernel:
    axes = tuple(range(-len(sizes), 0))
    # A copy, since windows share entries and what is computed may be written over.
    return lambda x: np.array(np.lib.stride_tricks.sliding_window_view(x, sizes, axes))


def _unwindow(sizes: Sequence[int]) -> Kernel:
    """The entries at one place of all windows are a part of the array."""
    rank = len(sizes)

    def value(x: Array) -> Array:
        shape = np.shape(x)[:-rank]
        batch, places = shape[:-rank], shape[-rank:]
        lengths = [place + size - 1 for place, size in zip(places, sizes, strict=True)]
        result = np.zeros((*batch, *lengths))
        for first in np.ndindex(*sizes):
            ends = [at + place for at, place in zip(first, places, strict=True)]
            part: tuple[Any, ...] = (..., *map(slice, first, ends))
            result[part] += x[(..., *first)]
        return result

    return value


def _constant(entries: Entries) -> Kernel:
    values = np.frombuffer(entries.data, dtype=float).reshape(entries.form.shape)
    return lambda: values


def _or_nan(function: Kernel, form: Callable[..., tuple[int, ...]], few: int = 0) -> Kernel:
    """A function of linear algebra with NaN where LAPACK refuses; of few rows it is not asked."""

    def value(*arrays: Array) -> Array:
        if len(arrays[0]) <= few or all(np.isfinite(array).all() for array in arrays):
            try:
                return np.asarray(function(*arrays), dtype=float)
            except np.linalg.LinAlgError:
                pass
        return np.full(form(*arrays), math.nan)

    return value


def _of_matrix(
    function: Kernel, form: Callable[..., tuple[int, ...]], few: int = 0
) -> Callable[[], Kernel]:
    return lambda: _or_nan(function, form, few)


SHAPED_KERNELS: dict[str, Callable[..., Kernel]] = {
    **REDUCTIONS,
    "prod_to": gathered(product),
    "prod_others": of_others,
    "spread": _spread,
    "contract": _contract,
    "transpose": _transpose,
    "reshape": lambda to: lambda x: np.reshape(x, to.shape),
    "take": _take,
    "put": _put,
    "gather": _gather,
    "place": _place,
    "onehot": _onehot,
    "stack": _stack,
    "concat": lambda axis: lambda *arrays: np.concatenate(arrays, axis),
    "cumsum": _running,
    "cumsum_back": _running_back,
    "window": _windows,
    "unwindow": _unwindow,
    "array": _constant,
    "eye": lambda length: lambda: np.eye(length),
    "tril": lambda diagonal: lambda x: np.tril(x, diagonal),
    "inv": _of_matrix(np.linalg.inv, np.shape),
    "cholesky": _of_matrix(lambda x: np.linalg.cholesky((x + x.T) / 2), np.shape),
    "det": _of_matrix(determinant, lambda _: (), WRITTEN_OUT),
    "cofactors": _of_matrix(cofactors, lambda x, *_: np.shape(x), WRITTEN_OUT),
    "logdet": _of_matrix(lambda x: np.linalg.slogdet(x)[1], lambda _: ()),
    "solve": _of_matrix(np.linalg.solve, lambda _, b: np.shape(b)),
}
