"""Determinants and cofactors where matrices have no inverse, and near there, against 60 digits.

What the derivatives of a determinant are is known without ours: sums of minors, with their signs.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import hvp
from gradcli.engine import arrays
from gradcli.engine.determinants import cofactors
from gradcli.errors import GradcliError
from gradcli.graph.node import Graph
from gradcli.graph.shapes import Form
from tests.command_line import call

DIGITS = 60


def matrix_of_rank(size: int, rank: int, seed: int, near: float = 0.0) -> Any:
    """A matrix of whole numbers of that rank, and something small besides."""
    random = np.random.default_rng(seed)
    left = random.integers(-3, 4, (size, rank)) + 5 * np.eye(size, rank)
    right = random.integers(-3, 4, (rank, size)) + 5 * np.eye(rank, size)
    return left @ right + near * random.uniform(-1, 1, (size, size))


def minor(matrix: Any, rows: Any, columns: Any) -> Any:
    """The determinant without some rows and columns."""
    kept = [
        [mpf(float(matrix[i, j])) for j in range(len(matrix)) if j not in columns]
        for i in range(len(matrix))
        if i not in rows
    ]
    return mp.det(mp.matrix(kept)) if kept else mpf(1)


def derivatives(matrix: Any, *directions: Any) -> Any:
    """The derivative of a determinant by its matrix and along directions, by signed minors."""
    size = len(matrix)
    result = np.full((size, size), mpf(0))
    count = len(directions)
    for rows in itertools.permutations(range(size), count + 1):
        for columns in itertools.combinations(range(size), count + 1):
            order = [*sorted(rows)]
            for chosen in itertools.permutations(columns):
                sign = (-1) ** (sum(order) + sum(columns) + _swaps(rows) + _swaps(chosen))
                term = sign * minor(matrix, rows, columns)
                for direction, i, j in zip(directions, rows[1:], chosen[1:], strict=True):
                    term *= mpf(float(direction[i, j]))
                result[rows[0], chosen[0]] += term
    return result


def _swaps(order: Any) -> int:
    return sum(a > b for a, b in itertools.combinations(order, 2))


CASES = [
    (size, size - missing, near)
    for size in range(1, 6)
    for missing in range(4)
    if missing <= size
    for near in (0.0, 1e-3, 1e-9, 1e-14)
]


@pytest.mark.parametrize(("size", "rank", "near"), CASES)
def test_the_first_two_derivatives_of_det_at_any_rank(size: int, rank: int, near: float) -> None:
    matrix = matrix_of_rank(size, rank, size, near)
    random = np.random.default_rng(rank)
    direction = random.uniform(-1, 1, (size, size))
    graph = Graph()
    a, h = (graph.input(name, Form((size, size))) for name in "ah")
    det = graph.node("det", (a,))
    wanted = [det, *gradient(graph, det, [a]), *hvp(graph, det, {a: h})]
    found = arrays.evaluate(wanted, [a, h], [matrix, direction])
    with mp.workdps(DIGITS):
        exact = [minor(matrix, (), ()), derivatives(matrix), derivatives(matrix, direction)]
        scale = max(1.0, float(np.abs(matrix).max()))
        for order, (one, other) in enumerate(zip(found, exact, strict=True)):
            largest = math.factorial(size) * scale ** max(size - order, 0)
            error = np.max(np.abs(np.asarray(one, dtype=object) - other))
            assert float(error) <= 2e-15 * largest, (order, one, other)


@pytest.mark.parametrize("rank", [4, 3, 2, 1, 0])
@pytest.mark.parametrize("near", [0.0, 1e-10])
def test_the_third_and_fourth_derivative_are_right_too(rank: int, near: float) -> None:
    matrix = matrix_of_rank(4, rank, 7, near)
    directions = np.random.default_rng(3).uniform(-1, 1, (3, 4, 4))
    with mp.workdps(DIGITS):
        for count in (2, 3):
            found = cofactors(matrix, *directions[:count])
            exact = derivatives(matrix, *directions[:count])
            assert float(np.max(np.abs(found - exact))) <= 1e-11, count
    assert not cofactors(matrix, *directions, directions[0]).any()


@pytest.mark.parametrize("size", [4, 6, 40])
def test_the_ways_to_cofactors_agree(size: int) -> None:
    """By the inverse far from singular, by singular values near it, with rows of any size."""
    random = np.random.default_rng(size)
    matrix = random.uniform(-1, 1, (size, size)) + 3 * np.eye(size)
    scales = 10.0 ** random.integers(-150, 150, size)
    expected = np.linalg.det(matrix) * np.linalg.inv(matrix).T
    np.testing.assert_allclose(cofactors(matrix), expected, rtol=1e-11, atol=1e-13)
    graded = cofactors(scales[:, None] * matrix / scales)
    np.testing.assert_allclose(graded, expected / scales[:, None] * scales, rtol=1e-9)
    singular = matrix.copy()
    singular[0] = singular[1]
    left, values, right = np.linalg.svd(singular)
    sign = np.linalg.det(left) * np.linalg.det(right)
    one = sign * np.prod(values[:-1]) * np.outer(left[:, -1], right[-1])
    np.testing.assert_allclose(cofactors(singular), one, rtol=1e-9, atol=1e-12 * abs(one).max())


def test_small_whole_numbers_are_exact_and_texts_are_those_of_a_textbook() -> None:
    """The best known singular matrix: its determinant is 0, not 6.7e-16."""
    solution = gradcli.evaluate("det(A)", A=[[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert solution.value == 0
    assert solution.get("d/dA").tolist() == [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]]
    assert not solution.warnings
    answer = call("diff", "det(A)", "--A", "[[1, 2], [2, 4]]")
    assert "d/dA = det(A)·inv(A)' = [[4, -2], [-2, 1]]" in answer.out
    assert answer.err == ""
    table = call("eval", "det(A)", "--A", "[[1, 2], [2, 4]]").out
    assert "det(A)*inv(A)' = [[4, -2], [-2, 1]]" in table
    function = gradcli.function("det(A)^2")
    assert function.grad(A=[[1.0, 2.0], [2.0, 4.5]])["A"].tolist() == [[4.5, -2], [-2, 1]]
    second = call("diff", "det(A)", "--wrt", "A", "--order", "2", "--shape", "A=n,n").out
    assert "det(A)·(tr(inv(A) @ dA)·inv(A)' - inv(A)' @ dA' @ inv(A)')" in second


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_stays_where_it_has_a_part(size: int, bad: float) -> None:
    """As of the same numbers written out; LAPACK would have it everywhere."""
    matrix = np.arange(1.0, size * size + 1).reshape(size, size) ** 2
    matrix[-1, -1] = bad
    found = gradcli.evaluate("det(A)", A=matrix)
    rows = [[f"a{i}{j}" for j in range(size)] for i in range(size)]
    written_out = " + ".join(
        "*".join([str((-1) ** _swaps(order)), *(rows[i][j] for i, j in enumerate(order))])
        for order in itertools.permutations(range(size))
    )
    entries = {f"a{i}{j}": matrix[i, j] for i, j in itertools.product(range(size), repeat=2)}
    expected = gradcli.evaluate(written_out, entries)
    np.testing.assert_equal(found.value, expected.value)
    names = itertools.chain(*rows)
    slopes = np.reshape([expected.get(f"d/d{each}") for each in names], (size, size))
    np.testing.assert_equal(np.isfinite(found.get("d/dA")), np.isfinite(slopes))


def test_exact_formulas_have_values_where_a_textbook_has_none() -> None:
    """What is for programs, as JSON is, keeps the cofactors; what is for people has their names."""
    matrix = [[1.0, 2.0], [2.0, 4.0]]
    for order, moves in ((1, {}), (2, {"dA": [[1.0, 0.0], [0.0, 2.0]]})):
        found = gradcli.derive("det(A)", A=matrix, wrt=[("A",) * order])
        text = found.to_dict()["derivatives"][",".join(["A"] * order)]
        value = gradcli.evaluate(text, {"A": matrix, **moves}).value
        assert np.array_equal(value, [[4, -2], [-2, 1]] if order == 1 else [[2, 0], [0, 1]])


def test_an_adjugate_is_the_inverse_times_the_determinant() -> None:
    matrix = np.array(matrix_of_rank(4, 4, 1))
    for name in ("adjugate", "adj"):
        found = gradcli.evaluate(f"{name}(A) @ A", A=matrix).value
        np.testing.assert_allclose(found, np.linalg.det(matrix) * np.eye(4), atol=1e-9)
    for size in (1, 2, 3, 4, 5):
        singular = matrix_of_rank(size, size - 1, size)
        assert not np.round(gradcli.evaluate("A @ adj(A)", A=singular).value, 8).any()


@pytest.mark.parametrize("call_", ["cofactors()", "cofactors(2)", "adj(W)", "cofactors(A, W)"])
def test_cofactors_need_square_matrices(call_: str) -> None:
    with pytest.raises(GradcliError) as error:
        gradcli.evaluate(call_, {"A": np.eye(2), "W": np.ones((2, 3))})
    assert "cofactors" in error.value.message or "adj" in error.value.message


def test_a_text_of_cofactors_reads_back() -> None:
    """Further derivatives of cofactors in a program are cofactors along directions."""
    solution = gradcli.evaluate("sum(cofactors(A)*A)", A=matrix_of_rank(3, 2, 5))
    derivative = solution.to_dict()["nodes"][0]["derivative"]
    again = gradcli.evaluate(derivative, A=matrix_of_rank(3, 2, 5)).value
    np.testing.assert_allclose(again, solution.get("d/dA"), rtol=1e-12)
