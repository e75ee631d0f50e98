"""What is done entry by entry, on whole arrays by NumPy.

It gives for every entry what `gradcli.engine.scalar` gives for a number, to a few units in the last
place; what NumPy has no function for is computed there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcli.engine import normal
from gradcli.engine.functions.activations import SELU_SCALE, SELU_SCALE_ALPHA
from gradcli.engine.scalar import operation

Array = NDArray[np.float64]
Kernel = Callable[..., Any]


def entrywise(op: str) -> Kernel:
    """The function on arrays of an operation on numbers.

    Raises:
        KeyError: there is no such operation.
        UsageError: it needs SciPy, which is not installed.
    """
    return _ENTRYWISE.get(op) or _by_entries(op)


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


def _sech(x: Array) -> Array:
    """2*exp(-abs(x))/(1 + exp(-2*abs(x))), of which nothing overflows."""
    small = np.exp(-np.abs(x))
    return 2.0 * small / (1.0 + small * small)


def sech_square(x: Array) -> Array:
    """The square of sech, the slope of tanh: 4*exp(-2*abs(x))/(1 + exp(-2*abs(x)))^2."""
    small = np.exp(-2.0 * np.abs(x))
    whole = 1.0 + small
    return 4.0 * small / (whole * whole)


def _silu(x: Array) -> Array:
    """x*sigmoid(x); of a small exponential the root twice, for its product is no smaller."""
    root = np.exp(-0.5 * np.abs(x))
    small = root * root
    result = np.where(x < 0, np.where(np.isinf(x), -0.0, x * root) * root, x)
    return np.asarray(result / (1.0 + small))


def _logit(p: Array) -> Array:
    """log(p/(1 - p)), accurate also where it is near 0."""
    inner = (p > 0.25) & (p < 0.75)
    odds = np.where(inner, (2.0 * p - 1.0) / (1.0 - p), np.where(p > 1e-300, p / (1.0 - p), p))
    return np.where(inner, np.log1p(odds), np.log(odds))


def _times_log(logarithm: Kernel) -> Kernel:
    """x*log(y), and 0 where x is 0, whatever y is, unless it is NaN."""

    def value(x: Array, y: Array) -> Array:
        return np.where((x == 0) & ~np.isnan(y), 0.0, x * logarithm(y))

    return value


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
    "sech": _sech,
    "silu": _silu,
    "elu": lambda x, a=1.0: np.where(x > 0, x, a * np.expm1(x)),
    "selu": lambda x: np.where(x > 0, SELU_SCALE * x, SELU_SCALE_ALPHA * np.expm1(x)),
    "leaky_relu": lambda x, a=0.01: np.where(x > 0, x, a * x),
    "step": lambda x: np.where(np.isnan(x), x, np.greater(x, 0)),
    "logit": _logit,
    "xlogy": _times_log(np.log),
    "xlog1py": _times_log(np.log1p),
    "mod": np.remainder,
    "rem": np.fmod,
    "trunc": np.trunc,
    "sigmoid": _sigmoid,
    "gaussian": normal.gaussian,
    "erfc": normal.erfc,
    "normal_pdf": normal.normal_pdf,
    "normal_cdf": normal.normal_cdf,
    "gelu": normal.gelu,
    "softplus": _softplus,
}
