"""Differences to the logsumexp of an array, and exponentials of these, that keep their digits.

A logsumexp that is rounded would take its last digits from all that is subtracted from it: the
logarithm of a share of nearly 1 would be 0, and shares of logits of 1e10 would lose ten digits. So
such a difference is computed from the greatest entry and from what the others come to beside it,
as `gradcli.engine.functions.exponentials` does it for numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradcli.engine.entrywise import Array, Kernel
from gradcli.engine.functions.twofold import two_diff
from gradcli.engine.reductions import axes_without
from gradcli.graph.node import Node
from gradcli.graph.shapes import Form

_LOGARITHM = "logsumexp_to"


def of_shares(node: Node) -> tuple[Kernel, tuple[Node, ...]] | None:
    """How a difference to a logsumexp, or to a share of the whole, is computed, and of what.

    Returns:
        None for all other nodes.
    """
    if node.op != "sub":
        return None
    a, b = node.args
    for whole, other, sign in ((b, a, 1.0), (a, b, -1.0)):
        if whole.op == _LOGARITHM and whole.args[0].form.size:
            return _less_logarithm(whole.form, sign), (other, whole.args[0])
    for share, other, sign in ((a, b, 1.0), (b, a, -1.0)):
        scale, exponential = _scaled(share)
        if exponential is not None:
            args = (exponential.args[0], other)
            return _share_less(sign), args if scale is None else (*args, scale)
    return None


def _scaled(node: Node) -> tuple[Node | None, Node | None]:
    """The factor of a share of the whole, if it has one, and the share; twice None of others."""
    if _is_share(node):
        return None, node
    if node.op == "mul":
        for scale, factor in (node.args, node.args[::-1]):
            if _is_share(factor):
                return scale, factor
    return None, None


def _is_share(node: Node) -> bool:
    if node.op != "exp" or node.args[0].op != "sub":
        return False
    whole = node.args[0].args[1]
    return whole.op == _LOGARITHM and bool(whole.args[0].form.size)


def _less_logarithm(to: Form, sign: float) -> Kernel:
    """``sign*(a - logsumexp(x))``."""

    def value(a: Array, x: Array) -> Array:
        x = np.asarray(x)
        axes = axes_without(x.shape, to)
        most = np.maximum.reduce(x, axis=axes, keepdims=True)
        below = x - most
        others = np.exp(below) * (below < 0.0)
        rest: Any = np.add.reduce(others, axis=axes, keepdims=True)
        if (rest < _FEW).any():  # the logarithm has no other digits than those of the rest
            error = two_diff(x, most)[1]  # type: ignore[arg-type]  # of arrays as of numbers
            others = others + others * np.where(np.isfinite(below), error, 0.0)
            rest = np.add.reduce(others, axis=axes, keepdims=True)
        rest = rest + (np.add.reduce(below == 0.0, axis=axes, keepdims=True) - 1.0)
        logarithm = np.log1p(rest).reshape(to.shape)
        if a is x:
            found = below.reshape(np.shape(a)) - logarithm
        else:
            found = a - most.reshape(to.shape) - logarithm
        finite = np.isfinite(most)
        if not finite.all():
            found = np.where(finite.reshape(to.shape), found, a - most.reshape(to.shape))
        return np.asarray(found if sign > 0 else -found)

    return value


def _share_less(sign: float) -> Callable[..., Array]:
    """``sign*(scale*exp(d) - b)``; of a share of more than half what is left of the whole."""

    def value(d: Array, b: Array, scale: Array | float = 1.0) -> Array:
        found = scale * np.exp(d) - b
        great = np.abs(d) < _HALF
        if np.any(great):
            found = np.where(great, scale - b + scale * np.expm1(d), found)
        return np.asarray(found if sign > 0 else -found)

    return value


_HALF = 0.6931471805599453
"""The logarithm of 2."""

_FEW = 0.25
"""Below that, the errors of exponents are carried along."""
