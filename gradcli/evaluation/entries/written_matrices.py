"""Determinants, inverses and the like in the entries of a matrix, as a textbook defines them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

import numpy as np

from gradcli.evaluation.entries.written_sums import Entries, contracted, filled, times, total
from gradcli.graph.node import Graph, Node


def determinant(graph: Graph, matrix: Entries) -> Node:
    """Laplace, along row after row: each minor of the last rows is made once."""
    size = len(matrix)
    if not size:
        return graph.const(1.0)
    minors: dict[tuple[int, ...], Node] = {(at,): matrix[-1, at] for at in range(size)}
    for rows in range(2, size + 1):
        minors = {
            columns: _along(graph, matrix[-rows], columns, minors)
            for columns in itertools.combinations(range(size), rows)
        }
    return minors[tuple(range(size))]


def _along(
    graph: Graph, row: Entries, columns: tuple[int, ...], minors: Mapping[tuple[int, ...], Node]
) -> Node:
    """A minor along its first row: entries of this times the minors below, with signs in turn."""
    found, *others = [
        times(graph, row[column], minors[columns[:at] + columns[at + 1 :]])
        for at, column in enumerate(columns)
    ]
    for at, product in enumerate(others):
        found = graph.node("add" if at % 2 else "sub", (found, product))
    return found


def terms_of(op: str, rows: int, directions: int = 0) -> int:
    """About how many numbers such an operation on a matrix is made of."""
    whole = rows << rows
    if op in {"det", "logdet"} or not rows:
        return whole
    minor = (rows - 1) << (rows - 1)
    return whole + rows**2 * minor * math.perm(rows - 1, min(directions, rows - 1))


def cofactors(graph: Graph, matrix: Entries, *directions: Entries) -> Entries:
    """The determinants without a row and a column, with their signs, or what they change by.

    A product of entries changes by a direction in each of its rows in turn.
    """

    def entry(place: tuple[int, ...]) -> Node:
        i, j = place
        minor, *moves = [
            np.delete(np.delete(each, i, axis=0), j, axis=1) for each in (matrix, *directions)
        ]
        terms = [graph.const(0.0)]
        for rows in itertools.permutations(range(len(minor)), len(moves)):
            mixed = minor.copy()
            for row, move in zip(rows, moves, strict=True):
                mixed[row] = move[row]
            terms.append(determinant(graph, mixed))
        found = total(graph, terms)
        return graph.node("neg", (found,)) if (i + j) % 2 else found

    return filled(matrix.shape, entry)


def inverse(graph: Graph, matrix: Entries) -> Entries:
    """Cramer: the cofactors over the determinant."""
    whole = determinant(graph, matrix)

    def entry(place: tuple[int, ...]) -> Node:
        i, j = place
        minor = np.delete(np.delete(matrix, j, axis=0), i, axis=1)
        quotient = graph.node("div", (determinant(graph, minor), whole))
        return graph.node("neg", (quotient,)) if (i + j) % 2 else quotient

    return filled(matrix.shape, entry)


def solved(graph: Graph, matrix: Entries, right: Entries) -> Entries:
    """The inverse times a vector or a matrix."""
    turned = inverse(graph, matrix)
    if right.ndim == 1:
        return contracted(graph, turned, right, "ab", "b", "a")
    return contracted(graph, turned, right, "ab", "bc", "ac")


def cholesky(graph: Graph, matrix: Entries) -> Entries:
    """Row by row, as by hand."""
    half = graph.const(0.5)
    mean = filled(
        matrix.shape,
        lambda at: times(graph, half, graph.node("add", (matrix[at], matrix[at[::-1]]))),
    )
    result = filled(matrix.shape, lambda _: graph.const(0.0))
    for i, j in itertools.product(range(len(matrix)), repeat=2):
        if j <= i:
            rest = mean[i, j]
            for k in range(j):
                rest = graph.node("sub", (rest, times(graph, result[i, k], result[j, k])))
            args = (rest,) if i == j else (rest, result[j, j])
            result[i, j] = graph.node("sqrt" if i == j else "div", args)
    return result


def log_determinant(graph: Graph, matrix: Entries) -> Node:
    """The logarithm of the size of the determinant."""
    return graph.node("log", (graph.node("abs", (determinant(graph, matrix),)),))
