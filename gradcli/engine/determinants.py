"""Determinants and their derivatives, which are finite and right where a matrix has no inverse too.

The derivative of det by a matrix A is the matrix of its cofactors, that of a cofactor one of its
own, and so on: D^(k+1) det(A)[H1, ..., Hk, E] is linear in each direction. Of up to three rows it
is a polynomial that is written out; of a matrix far from singular it is made of its inverse
(Jacobi's formula); otherwise of a singular value decomposition A = U S V', for S + t*H has the
determinant of a polynomial in the singular values, whose products leave some of them out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from gradcli.engine.entrywise import Array

WRITTEN_OUT = 3
"""Up to how many rows a determinant is a polynomial."""

_FAR = 1e3
"""Up to which condition the inverse of a matrix is used."""

_AT_ONCE = 10_000
"""How many minors are made at once."""


def determinant(matrix: Array) -> float:
    """The determinant; of small whole numbers it is exact.

    Raises:
        LinAlgError: LAPACK has none.
    """
    if len(matrix) > WRITTEN_OUT:
        return float(np.linalg.det(matrix))
    value = _polynomial(matrix.tolist())
    if math.isfinite(value) or not np.isfinite(matrix).all():
        return value
    return float(np.linalg.det(matrix))  # what overflows on the way may be finite


def _polynomial(rows: list[list[float]]) -> float:
    match rows:
        case []:
            return 1.0
        case [[a]]:
            return a
        case [[a, b], [c, d]]:
            return a * d - b * c
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def cofactors(matrix: Array, *directions: Array) -> Array:
    """The cofactors of a square matrix, or their derivative along some directions.

    Args:
        matrix: the matrix A, n×n.
        directions: matrices of the same form, in any order.

    Returns:
        The n×n matrix whose product with any H, entry by entry and summed, is the derivative of
        det(A) along the directions and H.

    Raises:
        LinAlgError: LAPACK refuses.
    """
    size = len(matrix)
    if len(directions) >= size:
        return np.zeros((size, size))
    if size <= WRITTEN_OUT:
        return _of_few_rows(matrix, directions)
    rows, columns = _scales(matrix)
    balanced, *moved = [_scaled(each, -rows - columns) for each in (matrix, *directions)]
    found = _far_from_singular(balanced, moved)
    if found is None:
        found = _by_singular_values(balanced, moved)
    return _scaled(found, int(rows.sum() + columns.sum()) - rows - columns)


def _of_few_rows(matrix: Array, directions: Sequence[Array]) -> Array:
    """Of up to three rows; each product has a factor of each matrix, or they are half as many."""
    size = len(matrix)
    if size == 1:
        return np.ones((1, 1))
    if size == 2:
        ((a, b), (c, d)) = directions[0] if directions else matrix
        return np.array([[d, -c], [-b, a]])
    if not directions:
        return _neighbours(matrix, matrix)
    one, other = directions if len(directions) == 2 else (matrix, directions[0])
    return _neighbours(one, other) + _neighbours(other, one)


def _neighbours(one: Array, other: Array) -> Array:
    """For each entry the minor of the next rows and columns in turn: the sign is in their order."""

    def at(x: Array, row: int, column: int) -> Array:
        return np.roll(x, (-row, -column), (0, 1))

    return at(one, 1, 1) * at(other, 2, 2) - at(one, 1, 2) * at(other, 2, 1)


def _scaled(matrix: Array, exponents: Any) -> Array:
    return np.asarray(np.ldexp(matrix, exponents), dtype=float)


def _scales(matrix: Array) -> tuple[Any, Any]:
    """Exponents of 2 for rows and columns, without which entries are of the size of 1."""
    exponents = np.frexp(np.abs(matrix).max(axis=1))[1]
    rows = exponents[:, None]
    columns = np.frexp(np.abs(np.ldexp(matrix, -rows)).max(axis=0))[1][None, :]
    return rows, columns


def _far_from_singular(matrix: Array, directions: Sequence[Array]) -> Array | None:
    """Jacobi's formula, by a sum over permutations; None of a matrix that is near a singular one.

    det(A + sum(t*H)) is det(A)*det(1 + sum(t*X)) with X = inv(A) @ H, and its derivative by all t
    the sum over all permutations of these, each the product of traces over its cycles and its sign.
    """
    try:
        inverse = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return None
    if not np.linalg.norm(matrix) * np.linalg.norm(inverse) <= _FAR * len(matrix):
        return None
    steps = [inverse @ each for each in directions]
    total = np.zeros_like(matrix)
    for order in itertools.permutations(range(len(steps) + 1)):
        first, *others = _cycles(order)
        scale = float((-1) ** (len(order) - len(others) - 1))
        for cycle in others:
            scale *= np.trace(_product([steps[each - 1] for each in cycle]))
        total += scale * _product([*[steps[each - 1] for each in first[1:]], inverse]).T
    return np.asarray(np.linalg.det(matrix) * total)


def _product(matrices: Sequence[Any]) -> Any:
    first, *others = matrices
    for other in others:
        first = first @ other
    return first


def _cycles(order: Sequence[int]) -> list[list[int]]:
    """The cycles of a permutation; the first one begins with 0."""
    found: list[list[int]] = []
    seen: set[int] = set()
    for first in range(len(order)):
        cycle: list[int] = []
        while first not in seen:
            seen.add(first)
            cycle.append(first)
            first = order[first]  # noqa: PLW2901  (the way round)
        if cycle:
            found.append(cycle)
    return found


def _by_singular_values(matrix: Array, directions: Sequence[Array]) -> Array:
    left, values, right = np.linalg.svd(matrix)
    turned = [left.T @ each @ right.T for each in directions]
    if not turned:
        inner = np.diag(_products_but(values, np.eye(len(values), dtype=bool)))
    elif len(turned) == 1:
        inner = _along_one(values, turned[0])
    else:
        inner = _along_several(values, np.stack(turned))
    sign = np.rint(np.linalg.det(left) * np.linalg.det(right))
    return np.asarray(sign * (left @ inner @ right))


def _along_one(values: Array, direction: Array) -> Array:
    """The sum of p[i,j]*h[j,j] at i, i, and -p[i,j]*h[j,i] at i, j."""
    rest = np.stack([_products_but(values, row) for row in _every_pair(len(values))])
    np.fill_diagonal(rest, 0.0)
    inner = -rest * direction.T
    np.fill_diagonal(inner, rest @ np.diag(direction))
    return inner


def _every_pair(size: int) -> Iterator[Any]:
    """For each place, which of the others are left out beside it, one in each row."""
    each = np.eye(size, dtype=bool)
    return (each | each[place] for place in range(size))


def _along_several(values: Array, directions: Array) -> Array:
    """The sum over all sets of places, one more than directions, of their mixed minors.

    Each is multiplied with the singular values at all other places.
    """
    count, size = len(directions), len(values)
    inner = np.zeros((size, size))
    every = itertools.combinations(range(size), count + 1)
    while sets := [*itertools.islice(every, _AT_ONCE)]:
        places = np.array(sets)
        left_out = np.zeros((len(sets), size), dtype=bool)
        np.put_along_axis(left_out, places, values=True, axis=1)
        rest = _products_but(values, left_out)
        parts = directions[:, places[:, :, None], places[:, None, :]]
        for row, column in itertools.product(range(count + 1), repeat=2):
            minors = np.delete(np.delete(parts, row, axis=2), column, axis=3)
            mixed = (-1) ** (row + column) * rest * _mixed(minors)
            np.add.at(inner, (places[:, row], places[:, column]), mixed)
    return inner


def _mixed(matrices: Array) -> Array:
    """The derivative of a determinant by a factor of each of as many matrices as it has rows."""
    count = len(matrices)
    total = np.zeros(matrices.shape[1])
    for order in itertools.permutations(range(count)):
        rows = [matrices[each, :, row, :] for row, each in enumerate(order)]
        total += np.linalg.det(np.stack(rows, axis=1))
    return total


def _products_but(values: Array, left_out: Any) -> Array:
    """Products of values without those that are left out, one for each row, without overflow."""
    mantissas, exponents = np.frexp(np.where(left_out, 1.0, values))
    # Near 1, so that a product of a thousand is in range.
    small = mantissas < math.sqrt(0.5)
    mantissas = np.where(small, 2.0 * mantissas, mantissas)
    exponents = np.sum(exponents - small, axis=-1)
    return np.asarray(np.ldexp(np.prod(mantissas, axis=-1), exponents))
