"""Determinants and inverses written out: what they are made of, and what is too large for that."""

from __future__ import annotations

from fractions import Fraction

import pytest

import gradcli
from gradcli.evaluation.entries.written_matrices import determinant, terms_of
from gradcli.evaluation.entries.written_out import WrittenOut
from gradcli.graph.node import Graph
from gradcli.graph.shapes import Form
from gradcli.graph.unparse import Unparser

SHORT = {1: "A[1,1]", 2: "A[1,1]*A[2,2] - A[1,2]*A[2,1]"}


@pytest.mark.parametrize("rows", SHORT)
def test_a_small_determinant_reads_as_in_a_textbook(rows):
    written = WrittenOut()
    entries = written.entries(Graph(has_arrays=True).input("A", Form((rows, rows))))
    assert Unparser({}).text(determinant(written.graph, entries)) == SHORT[rows]


@pytest.mark.parametrize("rows", range(1, 10))
def test_a_determinant_of_whole_numbers_is_that_of_an_elimination_in_fractions(rows):
    matrix = [[(7 * i * i + 3 * i * j + 5 * j) % 11 - 5 for j in range(rows)] for i in range(rows)]
    written = WrittenOut()
    entries = written.entries(Graph(has_arrays=True).input("A", Form((rows, rows))))
    node = determinant(written.graph, entries)
    values: dict[object, Fraction] = {}
    for each in written.graph.ancestors([node]):
        args = [values[arg] for arg in each.args]
        match each.op:
            case "input":
                row, column = map(int, each.name.removesuffix("]").removeprefix("A[").split(","))
                values[each] = Fraction(matrix[row - 1][column - 1])
            case "mul":
                values[each] = args[0] * args[1]
            case "add":
                values[each] = args[0] + args[1]
            case "sub":
                values[each] = args[0] - args[1]
    assert values[node] == eliminated(matrix)
    assert len(written.graph) - rows**2 <= terms_of("det", rows) + 1


def eliminated(matrix):
    """The determinant by elimination, exactly."""
    rows, found = [[*map(Fraction, row)] for row in matrix], Fraction(1)
    for at in range(len(rows)):
        pivot = next((each for each in range(at, len(rows)) if rows[each][at]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != at:
            rows[at], rows[pivot], found = rows[pivot], rows[at], -found
        found *= rows[at][at]
        for below in range(at + 1, len(rows)):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [a - factor * b for a, b in zip(rows[below], rows[at], strict=True)]
    return found


def unit(rows):
    return [[float(i == j) for j in range(rows)] for i in range(rows)]


WHOLE = {
    gradcli.quiz: ("det(A)", "sum(inv(A))", "logdet(A)", "sum(solve(A, b))"),
    gradcli.budget: ("det(A)", "sum(inv(A))"),
    gradcli.page: ("det(A)", "sum(inv(A))"),
    gradcli.check: ("det(A)", "sum(inv(A))", "sum(solve(A, b))"),
}


@pytest.mark.parametrize("rows", [13, 40])
@pytest.mark.parametrize(
    ("ask", "source"), [(ask, each) for ask, sources in WHOLE.items() for each in sources]
)
def test_a_large_matrix_is_refused_before_anything_is_written_out(ask, source, rows):
    values = {"A": unit(rows)} | ({"b": [1.0] * rows} if "b" in source else {})
    with pytest.raises(gradcli.UsageError, match="written out") as error:
        ask(source, **values)
    assert error.value.kind == "too-large"


@pytest.mark.parametrize(
    ("source", "rows"), [("det(A)", 10), ("logdet(A)", 10), ("sum(inv(A))", 7)]
)
def test_as_many_rows_are_checked_as_can_be_written_out(source, rows):
    matrix = [[float(i == j) + 1 / (1 + i + j) for j in range(rows)] for i in range(rows)]
    assert gradcli.check(source, A=matrix).is_right
