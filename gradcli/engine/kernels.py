"""The value of every operation on arrays, by NumPy: imported only where a value is an array.

Nothing raises for the values of entries: a matrix that has no inverse gives NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.engine.contractions import contraction
from gradcli.engine.entrywise import Array, Kernel, entrywise
from gradcli.engine.reductions import REDUCTIONS
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


def _stack(count: int) -> Kernel:
    del count
    return lambda *arrays: np.stack(arrays)


def _constant(entries: Entries) -> Kernel:
    values = np.frombuffer(entries.data, dtype=float).reshape(entries.form.shape)
    return lambda: values


def _or_nan(function: Kernel, form: Callable[..., tuple[int, ...]]) -> Kernel:
    """A function of linear algebra with NaN where LAPACK refuses."""

    def value(*arrays: Array) -> Array:
        if all(np.isfinite(array).all() for array in arrays):
            try:
                return np.asarray(function(*arrays), dtype=float)
            except np.linalg.LinAlgError:
                pass
        return np.full(form(*arrays), math.nan)

    return value


def _of_matrix(function: Kernel, form: Callable[..., tuple[int, ...]]) -> Callable[[], Kernel]:
    return lambda: _or_nan(function, form)


SHAPED_KERNELS: Mapping[str, Callable[..., Kernel]] = {
    **REDUCTIONS,
    "spread": _spread,
    "contract": _contract,
    "transpose": _transpose,
    "reshape": lambda to: lambda x: np.reshape(x, to.shape),
    "take": _take,
    "put": _put,
    "stack": _stack,
    "array": _constant,
    "eye": lambda length: lambda: np.eye(length),
    "tril": lambda diagonal: lambda x: np.tril(x, diagonal),
    "inv": _of_matrix(np.linalg.inv, np.shape),
    "cholesky": _of_matrix(lambda x: np.linalg.cholesky((x + x.T) / 2), np.shape),
    "det": _of_matrix(np.linalg.det, lambda _: ()),
    "logdet": _of_matrix(lambda x: np.linalg.slogdet(x)[1], lambda _: ()),
    "solve": _of_matrix(np.linalg.solve, lambda _, b: np.shape(b)),
}
