"""The Hessian at a point, times vectors, and the directions in which it curves most and least."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gradcli.calculus.second import hvp
from gradcli.engine.functions.sums import sum_of
from gradcli.engine.interpreter import Plan
from gradcli.graph.node import Graph, Node
from gradcli.learn.vectors import Vector, combined, dot, is_finite, length, moved, unit

Times = Callable[[Vector], Vector]
"""A symmetric matrix, as the function that multiplies it by a vector."""

_SWEEPS = 30
_ZERO = 1e-13
"""What is left of a vector beside its length when it lies in the span of others."""


class Spectrum(NamedTuple):
    """Directions that products of a matrix with a vector reach, in which it only stretches.

    Attributes:
        curvatures: by how much, from the least to the greatest: eigenvalues, or near to them.
        shares: the part that each direction has in the vector, which counts as of length 1.
        basis: what the directions are combined of.
        weights: how.
    """

    curvatures: list[float]
    shares: list[float]
    basis: list[Vector]
    weights: list[list[float]]

    @property
    def along_start(self) -> float:
        """How the matrix stretches along the vector itself."""
        pairs = zip(self.shares, self.curvatures, strict=True)
        return sum_of([share * share * curvature for share, curvature in pairs])

    def direction(self, place: int) -> Vector:
        """One of the directions, as a vector of length 1."""
        return combined(self.weights[place], self.basis)


class Hessian:
    """Second derivatives of a program without the matrix: Hv is the gradient of gradient·v.

    Args:
        graph: the graph of the program; nodes are added to it.
        inputs: all of its inputs, in the order in which they are given.
        output: its output.
        parameters: the inputs that vectors are of.
    """

    def __init__(
        self, graph: Graph, inputs: Sequence[Node], output: Node, parameters: Sequence[Node]
    ) -> None:
        # A name with a blank cannot be one of the program's.
        along = {node: graph.input(f"{place} tangent") for place, node in enumerate(parameters)}
        products = hvp(graph, output, along)
        self._plan = Plan(graph, [*inputs, *along.values()], products)
        self._slots = [self._plan.slots[node] for node in products]

    @property
    def size(self) -> int:
        """How many operations one product takes."""
        return len(self._plan.slots)

    def times(self, point: Vector, vector: Vector) -> list[float]:
        """Hv at a value for each input."""
        values = self._plan.run([*point, *vector])
        return [values[slot] for slot in self._slots]


def spectrum(times: Times, start: Vector, most: int) -> Spectrum | None:
    """The directions in which a symmetric matrix only stretches, as far as a vector reaches.

    This is Lanczos' method with full reorthogonalization (Golub and Van Loan, Matrix Computations,
    10.3). What it finds is exact if the vectors met span no more dimensions than `most`; otherwise
    the least curvature of all is no greater than the least one found, and the greatest no smaller.

    Args:
        times: the matrix.
        start: the vector.
        most: how many products are made at most.

    Returns:
        None where a product, or the vector, is not finite or 0.
    """
    basis: list[Vector] = []
    diagonal: list[float] = []
    beside: list[float] = []
    following = unit(start)
    while following is not None and len(basis) < most:
        basis.append(following)
        product = times(following)
        if not is_finite(product):
            return None
        diagonal.append(dot(product, following))
        size = length(product)
        for _ in range(2):  # twice is enough, once is not
            for other in basis:
                product = moved(product, other, -dot(product, other))
        beside.append(length(product))
        following = unit(product) if beside[-1] > _ZERO * size else None
    if not basis:
        return None
    values, vectors = zip(*sorted(_eigenpairs(diagonal, beside)), strict=True)
    return Spectrum(list(values), [vector[0] for vector in vectors], basis, list(vectors))


def _eigenpairs(
    diagonal: Sequence[float], beside: Sequence[float]
) -> list[tuple[float, list[float]]]:
    """Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, by Jacobi's rotations."""
    size = len(diagonal)
    matrix = [[0.0] * size for _ in range(size)]
    for place in range(size):
        matrix[place][place] = diagonal[place]
        if place:
            matrix[place][place - 1] = matrix[place - 1][place] = beside[place - 1]
    vectors = [[float(row == column) for column in range(size)] for row in range(size)]
    for _ in range(_SWEEPS):
        turned = [_rotate(matrix, vectors, p, q) for q in range(size) for p in range(q)]
        if not any(turned):
            break
    return [(matrix[place][place], vectors[place]) for place in range(size)]


def _rotate(matrix: list[list[float]], vectors: list[list[float]], p: int, q: int) -> bool:
    """Make the element at p, q zero; false if it is so small beside the diagonal that it is."""
    element, first, second = matrix[p][q], matrix[p][p], matrix[q][q]
    if abs(element) <= 1e-17 * (abs(first) + abs(second)) or abs(element) < 1e-300:
        return False
    ratio = (second - first) / (2 * element)
    tangent = math.copysign(1.0, ratio) / (abs(ratio) + math.hypot(ratio, 1.0))
    cosine = 1 / math.hypot(tangent, 1.0)
    sine = tangent * cosine
    for row in matrix:
        row[p], row[q] = cosine * row[p] - sine * row[q], sine * row[p] + cosine * row[q]
    for rows in (matrix, vectors):
        rows[p], rows[q] = (
            [cosine * a - sine * b for a, b in zip(rows[p], rows[q], strict=True)],
            [sine * a + cosine * b for a, b in zip(rows[p], rows[q], strict=True)],
        )
    return True
