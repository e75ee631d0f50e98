"""What frameworks give for derivatives of single operations: each asked in its own functions."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from typing import Any


def _torch() -> tuple[str, dict[str, Callable[..., Any]], Callable[..., list[float]]]:
    torch: Any = importlib.import_module("torch")
    functional = torch.nn.functional
    operations = {
        "abs": torch.abs, "relu": torch.relu, "max": torch.maximum, "min": torch.minimum,
        "sqrt": torch.sqrt, "norm": lambda *x: torch.linalg.vector_norm(torch.stack(x)),
        "hypot": torch.hypot, "sign": torch.sign, "floor": torch.floor, "ceil": torch.ceil,
        "round": torch.round, "trunc": torch.trunc,
        "leaky_relu": lambda x: functional.leaky_relu(x, 0.01), "selu": functional.selu,
        "atan2": torch.atan2, "where": torch.where, "mul": torch.mul, "add": torch.add,
        "sub": torch.sub, "neg": torch.neg, "greater": torch.gt, "log": torch.log,
        "asin": torch.asin, "acos": torch.acos, "max3": lambda *x: torch.amax(torch.stack(x)),
    }  # fmt: skip

    def slopes(function: Callable[..., Any], point: Sequence[float]) -> list[float]:
        given = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in point]
        function(*given).backward()
        return [0.0 if x.grad is None else float(x.grad) for x in given]

    return torch.__version__, operations, slopes


def _jax() -> tuple[str, dict[str, Callable[..., Any]], Callable[..., list[float]]]:
    jax: Any = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    np = jax.numpy
    operations = {
        "abs": np.abs, "relu": jax.nn.relu, "max": np.maximum, "min": np.minimum, "sqrt": np.sqrt,
        "norm": lambda *x: np.linalg.norm(np.stack(x)), "hypot": np.hypot, "sign": np.sign,
        "floor": np.floor, "ceil": np.ceil, "round": np.round, "trunc": np.trunc,
        "leaky_relu": lambda x: jax.nn.leaky_relu(x, 0.01), "selu": jax.nn.selu,
        "atan2": np.arctan2, "where": np.where, "mul": np.multiply, "add": np.add,
        "sub": np.subtract, "neg": np.negative, "greater": np.greater, "log": np.log,
        "asin": np.arcsin, "acos": np.arccos, "max3": lambda *x: np.max(np.stack(x)),
    }  # fmt: skip

    def slopes(function: Callable[..., Any], point: Sequence[float]) -> list[float]:
        found = jax.grad(function, argnums=tuple(range(len(point))))(*map(float, point))
        return [float(each) for each in found]

    return jax.__version__, operations, slopes


def _tensorflow() -> tuple[str, dict[str, Callable[..., Any]], Callable[..., list[float]]]:
    tf: Any = importlib.import_module("tensorflow")
    operations = {
        "abs": tf.abs, "relu": tf.nn.relu, "max": tf.maximum, "min": tf.minimum, "sqrt": tf.sqrt,
        "norm": lambda *x: tf.norm(tf.stack(x)), "sign": tf.sign, "floor": tf.floor,
        "ceil": tf.math.ceil, "round": tf.round, "leaky_relu": lambda x: tf.nn.leaky_relu(x, 0.01),
        "selu": tf.nn.selu, "atan2": tf.atan2, "where": tf.where, "mul": tf.multiply,
        "add": tf.add, "sub": tf.subtract, "neg": tf.negative, "greater": tf.greater,
        "log": tf.math.log, "asin": tf.asin, "acos": tf.acos,
        "max3": lambda *x: tf.reduce_max(tf.stack(x)),
    }  # fmt: skip

    def slopes(function: Callable[..., Any], point: Sequence[float]) -> list[float]:
        given = [tf.Variable(float(x), dtype=tf.float64) for x in point]
        with tf.GradientTape() as tape:
            found = function(*[tf.identity(x) for x in given])
        slopes = tape.gradient(found, given)
        return [0.0 if each is None else float(each) for each in slopes]

    return tf.__version__, operations, slopes


def _autograd() -> tuple[str, dict[str, Callable[..., Any]], Callable[..., list[float]]]:
    autograd: Any = importlib.import_module("autograd")
    np: Any = importlib.import_module("autograd.numpy")
    operations = {
        "abs": np.abs, "max": np.maximum, "min": np.minimum, "sqrt": np.sqrt,
        "norm": lambda *x: np.linalg.norm(np.array(x)), "sign": np.sign, "floor": np.floor,
        "ceil": np.ceil, "round": np.round, "trunc": np.trunc, "atan2": np.arctan2,
        "where": np.where, "mul": np.multiply, "add": np.add, "sub": np.subtract,
        "neg": np.negative, "greater": np.greater, "log": np.log, "asin": np.arcsin,
        "acos": np.arccos, "max3": lambda *x: np.max(np.array(x)),
    }  # fmt: skip

    def slopes(function: Callable[..., Any], point: Sequence[float]) -> list[float]:
        given = [float(x) for x in point]
        return [float(autograd.grad(function, place)(*given)) for place in range(len(given))]

    version = importlib.import_module("importlib.metadata").version("autograd")
    return version, operations, slopes


FRAMEWORKS = {"PyTorch": _torch, "JAX": _jax, "TensorFlow": _tensorflow, "autograd": _autograd}
"""By name: its version, its functions by our names, and a gradient by all arguments."""


def is_same(found: float, expected: float) -> bool:
    """Whether two derivatives are one; NaN is like NaN."""
    if math.isnan(found) or math.isnan(expected):
        return math.isnan(found) and math.isnan(expected)
    return math.isclose(found, expected, rel_tol=1e-12)
