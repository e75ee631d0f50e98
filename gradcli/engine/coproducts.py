"""Products of entries, and of all entries but one: right where some are 0, or beyond the range.

The derivative of a product by an entry is the product of the others, and that of these along
directions has in each term one entry of each direction in place of one of theirs.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcli.engine.entrywise import Array, Kernel
from gradcli.engine.reductions import axes_without
from gradcli.graph.shapes import Form


def product(x: Array, axes: tuple[int, ...]) -> Array:
    """The product over axes; what overflows on the way comes back."""
    plain: Array = np.multiply.reduce(x, axis=axes)
    is_usual = np.isfinite(plain).all() and _is_zero_of_zeros(plain, np.any(x == 0.0, axis=axes))
    if is_usual or not np.isfinite(x).all():
        return plain
    mantissa, exponent = np.ones(np.shape(plain)), np.zeros(np.shape(plain), dtype=int)
    for each in _rows(x, axes)[0]:
        mantissa, exponent = _scaled(mantissa * each.reshape(np.shape(plain)), exponent)
    return np.asarray(np.ldexp(mantissa, exponent))


def of_others(to: Form) -> Kernel:
    """For each entry the product of the others that come to the same entry of a form.

    Behind the array stand directions that it is the derivative along, in any order.
    """

    def value(x: Array, *directions: Array) -> Array:
        axes = axes_without(np.shape(x), to)
        rows, back = _rows(x, axes)
        if directions:
            found = _along(rows, [_rows(each, axes)[0] for each in directions])
        else:
            found = _of_others(rows)
        return np.asarray(np.transpose(found.reshape(back[0]), back[1]))

    return value


def _rows(x: Array, axes: Sequence[int]) -> tuple[Array, tuple[Any, Any]]:
    """The entries that are multiplied along the first axis, and the shape and order of the rest."""
    kept = [axis for axis in range(np.ndim(x)) if axis not in axes]
    order = [*axes, *kept]
    turned = np.transpose(x, order)
    count = int(np.prod([np.shape(x)[axis] for axis in axes], dtype=int))
    rest = int(np.prod([np.shape(x)[axis] for axis in kept], dtype=int))
    return turned.reshape(count, rest), (turned.shape, np.argsort(order))


def _of_others(rows: Array) -> Array:
    before, behind = np.ones_like(rows), np.ones_like(rows)
    np.multiply.accumulate(rows[:-1], axis=0, out=before[1:])
    np.multiply.accumulate(rows[:0:-1], axis=0, out=behind[1:])
    found: Array = before * behind[::-1]
    zeros = rows == 0.0
    others = np.sum(zeros, axis=0) - zeros
    if np.isfinite(found).all() and _is_zero_of_zeros(found, others > 0):
        return found
    return _carefully(rows) if np.isfinite(rows).all() else found


def _is_zero_of_zeros(found: Array, has_zero: Any) -> bool:
    """Whether products are 0 only where a factor is: none has left the range downwards."""
    return bool(np.all((found != 0.0) | has_zero))


def _carefully(rows: Array) -> Array:
    """The same where products on the way leave the range of floats: exponents are kept apart."""
    before, behind = _prefixes(rows), _prefixes(rows[::-1])[::-1]
    pairs = zip(before, behind, strict=True)
    return np.array([np.ldexp(a * b, p + q) for (a, p), (b, q) in pairs]).reshape(rows.shape)


def _prefixes(rows: Array) -> list[tuple[Array, Any]]:
    """The products of all rows before each, as mantissas and exponents."""
    at = (np.ones(rows.shape[1]), np.zeros(rows.shape[1], dtype=int))
    found = [at]
    for row in rows[:-1]:
        mantissa, exponent = np.frexp(row)
        at = _scaled(at[0] * mantissa, at[1] + exponent)
        found.append(at)
    return found


def _scaled(mantissa: Array, exponent: Any) -> tuple[Array, Any]:
    fraction, more = np.frexp(mantissa)
    return fraction, exponent + more


def _along(rows: Array, directions: Sequence[Array]) -> Array:
    """Along directions: with x + sum(t*h) for x, what stands before the product of all t.

    A product of such sums has a coefficient for every set of directions.
    """
    every = 1 << len(directions)

    def steps(order: range) -> list[Array]:
        at = np.zeros((every, rows.shape[1]))
        at[0] = 1.0
        found = []
        for place in order:
            found.append(at)
            moved = at * rows[place]
            for bit, each in enumerate(directions):
                for chosen in range(every):
                    if chosen >> bit & 1:
                        moved[chosen] += at[chosen ^ (1 << bit)] * each[place]
            at = moved
        return found

    before = steps(range(len(rows)))
    behind = steps(range(len(rows) - 1, -1, -1))[::-1]
    found = np.zeros_like(rows)
    for place, chosen in itertools.product(range(len(rows)), range(every)):
        found[place] += before[place][chosen] * behind[place][every - 1 - chosen]
    return found
