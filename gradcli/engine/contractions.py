"""Sums of products over the labels of axes, in the spellings for which NumPy asks BLAS.

What `np.einsum` computes as well takes four to six times as long there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from string import ascii_lowercase
from typing import Any

import numpy as np

from gradcli.engine.reductions import summed
from gradcli.graph.shapes import ROW, Shape

Kernel = Callable[..., Any]


@cache
def contraction(of_a: str, of_b: str, result: str) -> Kernel:
    """The function of two arrays that sums the products of entries over labels.

    Args:
        of_a: a label for each axis of the first array, all different.
        of_b: the same for the second.
        result: the labels that are kept; every label is in two of the three.
    """
    summed = "".join(label for label in of_a if label not in result)
    if not summed:
        return _product(of_a, of_b, result)
    both = "".join(label for label in result if label in of_a and label in of_b)
    left = "".join(label for label in result if label not in of_b)
    right = "".join(label for label in result if label not in of_a)
    if not (left or right):
        if both:
            subscripts = f"{of_a},{of_b}->{result}"
            return lambda a, b: np.einsum(subscripts, a, b)
        return _full(of_a, of_b)
    if result == both + right + left:
        of_a, of_b, left, right = of_b, of_a, right, left
        product = _matrices(of_a, of_b, (both, left, summed, right))
        return lambda a, b: product(b, a)
    product = _matrices(of_a, of_b, (both, left, summed, right))
    order = _order(both + left + right, result)
    if order is None:
        return product
    return lambda a, b: product(a, b).transpose(order)


def summed_product(
    one: Shape, other: Shape, whole: Shape, to: Shape, longest: int
) -> Kernel | None:
    """The function of two arrays that sums the products of their entries; None if it does not pay.

    Args:
        one: the shape of the first, which may have to be stretched.
        other: that of the second.
        whole: the shape of all products.
        to: that of the sums.
        longest: how many products one sum may have.
    """
    lengths = {label: length for label, length in zip(ascii_lowercase, whole, strict=False)
               if length != 1}  # fmt: skip
    of_one, of_other, kept = [_long_axes(shape, lengths, len(whole)) for shape in (one, other, to)]
    summed = [label for label in lengths if label not in kept]
    if not (
        summed
        and {*summed} <= {*of_one} & {*of_other}
        and {*kept} <= {*of_one} | {*of_other}
        and 0 < math.prod([lengths[label] for label in summed]) <= longest
    ):
        return None
    total = contraction(of_one, of_other, kept)
    first, second = [tuple([lengths[label] for label in labels]) for labels in (of_one, of_other)]
    if (first, second) == (one, other) and len(kept) == len(to):
        return total
    return lambda a, b: total(a.reshape(first), b.reshape(second)).reshape(to)


def summed_contraction(labels: Sequence[str], whole: Shape, to: Shape) -> Kernel | None:
    """The function of two arrays that sums their contraction over axes: what is summed goes first.

    Args:
        labels: those of the first, of the second and of the contraction.
        whole: the shape of the contraction.
        to: that of the sums.
    """
    of_a, of_b, result = [each.removesuffix(ROW) for each in labels]
    missing = len(whole) - len(to)
    gone = [
        axis for axis, length in enumerate(whole)
        if axis < missing or to[axis - missing] != length
    ]  # fmt: skip
    if not gone:
        return None
    alone = {result[axis] for axis in gone} - ({*of_a} & {*of_b})
    first, second = [
        tuple([axis for axis, label in enumerate(of) if label in alone]) for of in (of_a, of_b)
    ]
    kept_a, kept_b, kept = [
        "".join(label for label in of if label not in alone) for of in (of_a, of_b, result)
    ]
    kept = "".join(label for label in kept if result.index(label) not in gone)
    total, written = contraction(kept_a, kept_b, kept), contraction(of_a, of_b, result)

    def value(a: Any, b: Any) -> Any:
        found = total(summed(a, first) if first else a, summed(b, second) if second else b)
        if not np.isfinite(np.sum(found)):
            found = summed(written(a, b), tuple(gone))
        return np.reshape(found, to)

    return value


def _long_axes(shape: Shape, lengths: Mapping[str, int], rank: int) -> str:
    """The labels of the axes of a shape that are not to be stretched, nor 1 anyway."""
    own = ascii_lowercase[rank - len(shape) : rank]
    return "".join(
        label for label, length in zip(own, shape, strict=True) if lengths.get(label) == length
    )


def _order(of: str, wanted: str) -> tuple[int, ...] | None:
    """The order of axes that makes one sequence of labels another; None if they are the same."""
    return None if of == wanted else tuple(map(of.index, wanted))


def _product(of_a: str, of_b: str, result: str) -> Kernel:
    """A product entry by entry, of axes that are put where the result has them."""
    if of_a == of_b == result:
        return np.multiply
    if of_a + of_b == result:
        return np.multiply.outer
    one, other = _placed(of_a, result), _placed(of_b, result)
    return lambda a, b: np.multiply(one(a), other(b))


def _placed(labels: str, result: str) -> Kernel:
    if not labels:
        return lambda x: x
    kept = [label for label in result if label in labels]
    order = tuple(map(labels.index, kept))
    key = tuple([slice(None) if label in labels else None for label in result])
    return lambda x: x.transpose(order)[key]


def _full(of_a: str, of_b: str) -> Kernel:
    """The sum of all products."""
    order = _order(of_b, of_a)
    if len(of_a) == 1:
        return np.dot
    if order is None:
        return lambda a, b: np.dot(a.ravel(), b.ravel())
    return lambda a, b: np.dot(a.ravel(), b.transpose(order).ravel())


def _matrices(of_a: str, of_b: str, groups: Sequence[str]) -> Kernel:
    """A product of matrices, of which every axis may stand for several labels."""
    both, left, summed, right = groups
    plain = len(both) <= 1 and len(left) <= 1 and len(summed) == 1 and len(right) <= 1
    if plain and not both:
        return _plain(of_a, of_b, (left, right))
    one = _Operand(of_a, (both, left, summed))
    other = _Operand(of_b, (both, summed, right))
    if plain and left and right:
        return lambda a, b: np.matmul(one.arranged(a), other.arranged(b))
    after_a, after_b = len(both), len(both) + len(summed)

    def product(a: Any, b: Any) -> Any:
        a, b = one.arranged(a), other.arranged(b)
        shape = a.shape[: after_a + len(left)] + b.shape[after_b:]
        return np.matmul(one.grouped(a), other.grouped(b)).reshape(shape)

    return product


def _plain(of_a: str, of_b: str, ends: tuple[str, str]) -> Kernel:
    """A product of two matrices, or of a matrix and a vector."""
    left, right = ends
    turned_a = bool(left) and of_a[0] != left
    turned_b = bool(right) and of_b[1] != right
    if turned_a and turned_b:
        return lambda a, b: np.matmul(a.T, b.T)
    if turned_a:
        return lambda a, b: np.matmul(a.T, b)
    if turned_b:
        return lambda a, b: np.matmul(a, b.T)
    return np.matmul


class _Operand:
    """An array as matrices in batches: its axes in the order of groups, each group one axis."""

    def __init__(self, labels: str, groups: tuple[str, str, str]) -> None:
        self._order = _order(labels, "".join(groups))
        self._batch = len(groups[0])
        self._middle = self._batch + len(groups[1])
        # BLAS takes a matrix with a dense axis: that is the last one, unless it is a batch.
        self._is_scattered = labels[-1] in groups[0]

    def arranged(self, x: Any) -> Any:
        """The array with its axes in order."""
        if self._order is None:
            return x
        x = x.transpose(self._order)
        return np.ascontiguousarray(x) if self._is_scattered else x

    def grouped(self, x: Any) -> Any:
        """The same with one axis for each group after the batches."""
        shape = x.shape
        rows = math.prod(shape[self._batch : self._middle])
        return x.reshape((*shape[: self._batch], rows, math.prod(shape[self._middle :])))
