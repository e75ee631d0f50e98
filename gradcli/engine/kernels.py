"""The value of every operation on arrays, by NumPy: imported only where a value is an array.

What is done entry by entry gives for every entry what `gradcli.engine.scalar` gives for a number,
to a few units in the last place; what NumPy has no function for is computed there. Nothing raises
for the values of entries: a matrix that has no inverse gives NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcli.engine.scalar import operation
from gradcli.graph.shapes import SHAPED, Entries, Form, Params, Place

Array = NDArray[np.float64]
Kernel = Callable[..., Any]


def kernel(op: str, params: Params) -> Kernel:
    """The function on arrays that computes an operation.

    Raises:
        KeyError: there is no such operation.
        UsageError: it needs SciPy, which is not installed.
    """
    if op not in SHAPED:
        return _ENTRYWISE.get(op) or _by_entries(op)
    make = SHAPED_KERNELS[op]
    return make(*params)


@cache
def _by_entries(op: str) -> Kernel:
    """An operation on floats, for every entry."""
    function = operation(op)

    def value(*arrays: Array) -> Array:
        stretched = np.broadcast_arrays(*arrays)
        entries = [
            function(*entry)
            for entry in zip(*[each.ravel().tolist() for each in stretched], strict=True)
        ]
        return np.array(entries, dtype=float).reshape(stretched[0].shape)

    return value


def _truth(function: Kernel) -> Kernel:
    """A comparison with 1 and 0 for what it says."""

    def value(*arrays: Array) -> Array:
        return np.asarray(function(*arrays), dtype=float)

    return value


def _chained(function: Kernel) -> Kernel:
    def value(first: Array, *others: Array) -> Array:
        for other in others:
            first = function(first, other)
        return first

    return value


def _power(x: Array, y: Array) -> Array:
    return x * x if np.ndim(y) == 0 and y == 2 else np.power(x, y)


def _sign(x: Array) -> Array:
    return np.where(x == 0, x, np.sign(x))


def _sigmoid(x: Array) -> Array:
    """exp(-log(1 + exp(-x))) without overflow: of the side where exp is at most 1."""
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1.0 + small)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


_ENTRYWISE: Mapping[str, Kernel] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "id": np.positive,
    "pow": _power,
    "lt": _truth(np.less),
    "le": _truth(np.less_equal),
    "gt": _truth(np.greater),
    "ge": _truth(np.greater_equal),
    "eq": _truth(np.equal),
    "ne": _truth(np.not_equal),
    "not": _truth(np.logical_not),
    "and": _truth(np.logical_and),
    "or": _truth(np.logical_or),
    "where": lambda condition, x, y: np.where(np.equal(condition, 0), y, x),
    "abs": np.abs,
    "sign": _sign,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
    "relu": lambda x: np.maximum(x, 0.0),
    "sqrt": lambda x: np.sqrt(x) + 0.0,  # 0 of -0, too, where its slope is infinite
    "hypot": np.hypot,
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "cbrt": np.cbrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "max": _chained(np.maximum),
    "min": _chained(np.minimum),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
}


def _spread(to: Form) -> Kernel:
    return lambda x: np.broadcast_to(x, to.shape)


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
    if not np.isfinite(most).all():  # infinity beside NaN is infinite, as of numbers
        result = np.where(np.isinf(sizes).any(axis=axes, keepdims=True), np.inf, result)
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


def _contract(of_a: str, of_b: str, result: str) -> Kernel:
    subscripts = f"{of_a},{of_b}->{result.rstrip(chr(39))}"
    matched = {"ab,b->a", "ab,bc->ac", "a,a->", "a,ab->b"}
    if subscripts in matched:
        return np.matmul
    if subscripts == "a,b->ab":
        return np.multiply.outer
    if subscripts == "ab,cb->ac":
        return lambda a, b: np.matmul(a, b.T)
    if subscripts == "ab,ac->bc":
        return lambda a, b: np.matmul(a.T, b)
    if subscripts == "ab,a->b":
        return lambda a, b: np.matmul(b, a)
    return lambda a, b: np.einsum(subscripts, a, b)


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
    "spread": _spread,
    "sum_to": _gathered(lambda x, axes: np.sum(x, axis=axes, keepdims=True)),
    "max_to": _gathered(lambda x, axes: np.max(x, axis=axes, keepdims=True)),
    "min_to": _gathered(lambda x, axes: np.min(x, axis=axes, keepdims=True)),
    "norm_to": _gathered(_norm),
    "logsumexp_to": _gathered(_logsumexp),
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
