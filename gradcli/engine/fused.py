"""Operations on arrays that are computed together with their arguments, as those of numbers are.

`gradcli.engine.lowering` says which these are and what carries a rounding error along. What takes a
loop over the entries of its own is not made slower by it; an exponential of a difference is left to
NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine import turning
from gradcli.engine.entrywise import Array, Kernel, entrywise
from gradcli.engine.functions.exponentials import pow_diff
from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.lowering import Part, lowered
from gradcli.engine.shares import of_shares
from gradcli.engine.together import FUSED
from gradcli.graph.node import Node

_APART = frozenset(["exp_diff"])
"""What gains less than it costs."""


def fused(node: Node) -> tuple[Kernel, tuple[Node, ...]] | None:
    """How an operation done entry by entry is computed with its arguments, and of what.

    Returns:
        None for all other nodes, which are computed as they are written.
    """
    if node.op not in FUSED:
        return None
    found = of_shares(node)
    if found is not None:
        return found
    op, args = lowered(node)
    if (op, args) == (node.op, node.args) or op in _APART:
        return None
    inner = [arg.args if isinstance(arg, Part) else (arg,) for arg in args]
    own = [_kernel(arg.op) if isinstance(arg, Part) else None for arg in args]
    nodes = tuple(dict.fromkeys(each for part in inner for each in part))
    if nodes == args:
        return _kernel(op), nodes
    places = [[nodes.index(each) for each in part] for part in inner]
    return _composed(_kernel(op), list(zip(own, places, strict=True))), nodes


def _composed(function: Kernel, parts: list[tuple[Kernel | None, list[int]]]) -> Kernel:
    """A function of parts, each of which is an argument or made of some."""

    def value(*args: Array) -> Array:
        made = []
        for own, places in parts:
            given = [args[place] for place in places]
            made.append(own(*given) if own else given[0])
        return np.asarray(function(*made))

    return value


def _kernel(op: str) -> Callable[..., Any]:
    return _KERNELS.get(op) or entrywise(op)


def _pow_diff(x: Array, a: Array, b: Array) -> Array:
    """x^(a - b): only where the difference is rounded is more than the power to be computed."""
    exponent, error = two_diff(a, b)  # type: ignore[arg-type]  # of numbers and of arrays
    result = np.power(x, exponent)
    rounded = np.broadcast_to((error != 0.0) & ~np.isnan(error), np.shape(result))
    if rounded.any():
        result = np.array(result)
        given = [np.broadcast_to(arg, result.shape)[rounded].tolist() for arg in (x, a, b)]
        result[rounded] = [pow_diff(*entry) for entry in zip(*given, strict=True)]
    return np.asarray(result)


_KERNELS = {**turning.KERNELS, "pow_diff": _pow_diff}
