"""Patterns of Jacobians and Hessians, colours of their columns, and the sweeps that these save."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import hessian as second
from gradcli.engine.interpreter import Values
from gradcli.errors import GradcliError
from gradcli.evaluation.solve import read_model
from gradcli.programs import colouring, pattern, sweeps
from gradcli.programs.hessian import hessian
from gradcli.programs.jacobian import jacobian
from tests.random_arrays import Maker
from tests.test_arrays import by_numbers, flat, point_of

# --- Colours --------------------------------------------------------------------------------------


def band(count: int, width: int) -> pattern.Rows:
    """A matrix with some diagonals beside the main one."""
    return [[*range(max(0, row - width), min(count, row + width + 1))] for row in range(count)]


def arrow(count: int, hub: int = 0) -> pattern.Rows:
    """A matrix with a diagonal, a full row and a full column."""
    return [[*range(count)] if row == hub else sorted({row, hub}) for row in range(count)]


def at_random(seed: int) -> pattern.Rows:
    """A symmetric matrix with some entries."""
    dice = random.Random(seed)  # noqa: S311
    count = dice.randrange(1, 25)
    share = dice.random() ** 2
    rows: list[set[int]] = [set() for _ in range(count)]
    for row in range(count):
        for column in range(row + 1):
            if dice.random() < share:
                rows[row].add(column)
                rows[column].add(row)
    return [sorted(row) for row in rows]


PATTERNS = [
    ("diagonal", band(50, 0), 1, 1),
    ("tridiagonal", band(1000, 1), 3, 3),
    ("five diagonals", band(200, 2), 5, 5),
    ("arrow", arrow(1000), 1000, 2),
    ("arrow, its hub last", arrow(300, hub=299), 300, 2),
    ("full", band(12, 12), 12, 12),
    ("nothing", [[] for _ in range(5)], 1, 1),
    ("no column", [], 0, 0),
]


@pytest.mark.parametrize(
    ("rows", "of_columns", "of_symmetric"),
    [each[1:] for each in PATTERNS],
    ids=[p[0] for p in PATTERNS],
)
def test_known_patterns_have_as_few_colours_as_can_be(
    rows: pattern.Rows, of_columns: int, of_symmetric: int
) -> None:
    assert colouring.count_of(colouring.columns(rows, len(rows))) == of_columns
    assert colouring.count_of(colouring.symmetric(rows)) == of_symmetric


@pytest.mark.parametrize("seeds", [range(first, first + 100) for first in range(0, 400, 100)])
def test_colours_are_those_of_the_definitions(seeds: range) -> None:
    for seed in seeds:
        rows = at_random(seed)
        colours = colouring.columns(rows, len(rows))
        assert all(len({colours[each] for each in row}) == len(row) for row in rows)
        colours = colouring.symmetric(rows)
        edges = {(a, b) for a, row in enumerate(rows) for b in row if a != b}
        assert all(colours[a] != colours[b] for a, b in edges)
        for b, c in edges:  # every path a - b - c - d
            for a in rows[b]:
                for d in rows[c]:
                    if len({a, b, c, d}) == 4:
                        assert len({colours[each] for each in (a, b, c, d)}) > 2, (seed, a, b, c, d)


@pytest.mark.parametrize("seeds", [range(first, first + 100) for first in range(0, 400, 100)])
def test_a_matrix_is_found_again_by_its_products(seeds: range) -> None:
    for seed in seeds:
        rows = at_random(seed)
        dice = random.Random(-seed)  # noqa: S311
        whole = np.zeros((len(rows), len(rows)))
        for row, columns in enumerate(rows):
            for column in columns:
                whole[row, column] = whole[column, row] = dice.choice(
                    [0.0, 1.0, dice.uniform(-3, 3)]
                )

        def times(vector: Sequence[float], matrix: Any = whole) -> list[float]:
            return [float(each) for each in matrix @ np.array(vector)]

        for colours, recover in (
            (colouring.columns(rows, len(rows)), sweeps.general),
            (colouring.symmetric(rows), sweeps.symmetric),
        ):
            found = recover(rows, colours, times)
            dense = np.array(sweeps.dense(rows, found, len(rows), "matrix")).reshape(whole.shape)
            assert np.allclose(dense, whole, rtol=1e-13, atol=1e-13), seed


# --- Patterns -------------------------------------------------------------------------------------

HESSIANS = [
    ("x*y + exp(x) + sin(z)", [[0, 1], [0], [2]]),
    ("x + 2*y - z/3", [[], [], []]),
    ("max(x, y, z) + abs(x - z)", [[], [], []]),
    ("x*floor(y) + sign(z)*x", [[], [], []]),
    ("(x if y > 0 else z^2)", [[], [], [2]]),
    ("x^1 + y^2 + z^0", [[], [1], []]),
    ("x/y + z", [[1], [0, 1], []]),
    ("(x + y)^2 + z", [[0, 1], [0, 1], []]),
    ("(x + y + z)*2 + exp(2)", [[], [], []]),
    ("hypot(x, y) + z", [[0, 1], [0, 1], []]),
    ("logsumexp(x, y, z)", [[0, 1, 2]] * 3),
    ("logsumexp(x, y, z, 1, x)", [[0, 1, 2]] * 3),
    ("norm(x, y, z, x*y)", [[0, 1, 2]] * 3),
    ("x*y*z", [[1, 2], [0, 2], [0, 1]]),
    ("u = x*y; v = u + z; v", [[1], [0], []]),
    ("u = x*y; v = u + z; v^2", [[0, 1, 2]] * 3),
    ("f(a) = a^2; f(x) + f(y)*z", [[0], [1, 2], [1]]),
]


@pytest.mark.parametrize(("program", "rows"), HESSIANS, ids=[each[0] for each in HESSIANS])
def test_the_pattern_of_a_hessian(program: str, rows: pattern.Rows) -> None:
    model = read_model(program, ["x", "y", "z"])
    inputs = sorted(model.inputs, key=lambda node: node.name)
    structure = pattern.structure_of(model.graph, [model.output])
    while len(inputs) < 3:
        inputs.append(model.graph.input("z"))
    assert pattern.hessian(structure, model.output, inputs) == rows


ARRAYS = [
    ("sum(x^2)", {"x": [1, 2, 3]}, [[0], [1], [2]]),
    ("sum(x)^2", {"x": [1, 2]}, [[0, 1], [0, 1]]),
    ("x[1]*x[3] + 0*sum(x)", {"x": [1, 2, 3]}, [[2], [], [0]]),
    ("sum(x[2..]*x[1..2])", {"x": [1, 2, 3]}, [[1], [0, 2], [1]]),
    ("sum(where(x > 1, x^2, x))", {"x": [1, 2]}, [[0], [1]]),
    ("max(x)", {"x": [1, 2]}, [[], []]),
    ("norm(x)", {"x": [1, 2]}, [[0, 1], [0, 1]]),
    ("sum(cumsum(x)^2)", {"x": [1, 2]}, [[0, 1], [0, 1]]),
    ("sum(W@x)", {"W": [[1, 2]], "x": [3, 4]}, [[2], [3], [0], [1]]),
    ("sum((W@x)^2)", {"W": [[1], [2]], "x": [3]}, [[0, 2], [1, 2], [0, 1, 2]]),
    ("sum(A'*B)", {"A": [[1, 2]], "B": [[3], [4]]}, [[2], [3], [0], [1]]),
    ("det(A)", {"A": [[1, 2], [3, 4]]}, [[0, 1, 2, 3]] * 4),
    ("A[1,2] + tr(A)", {"A": [[1, 2], [3, 4]]}, [[], [], [], []]),
    ("sum(x[w])^2 + sum(x)", {"x": [1, 2], "w": [1, 1]}, [[0], [], [], []]),
    ("sum(x[w]) + sum(onehot(w; 3))", {"x": [1, 2], "w": [1, 1]}, [[], [], [], []]),
    ("sum([x[1], x[2]*y]) ", {"x": [1, 2], "y": 3}, [[], [2], [1]]),
]


@pytest.mark.parametrize(("program", "values", "rows"), ARRAYS, ids=[each[0] for each in ARRAYS])
def test_the_pattern_of_a_hessian_of_arrays(
    program: str, values: dict[str, Any], rows: pattern.Rows
) -> None:
    found = hessian(program, values, wrt=list(values))
    assert found.rows == rows


NOISE = 1e-12
"""Numbers know nothing of ``x - x``, and may leave something of it."""


def check(seed: int) -> None:
    """A random program of arrays: what is not in the pattern is 0, and sweeps give what is."""
    maker = Maker(seed)
    point = point_of(maker)
    oracle, numbers, value = by_numbers(maker.graph, maker.output, maker.inputs)
    dense = second(oracle.graph, value, numbers)
    at = Values(numbers, flat(point))
    if not math.isfinite(at(value)):
        return
    structure = pattern.structure_of(maker.graph, [maker.output])
    rows = pattern.hessian(structure, maker.output, maker.inputs)
    plain = pattern.hessian(pattern.structure_of(oracle.graph, [value]), value, numbers)
    [own] = pattern.jacobian(structure, [maker.output], maker.inputs)
    slopes = gradient(oracle.graph, value, numbers)
    for row, line in enumerate(dense):
        assert row in own or abs(at(slopes[row])) < NOISE, (seed, row)
        for column, node in enumerate(line):
            bend = at(node)
            assert column in rows[row] or abs(bend) < NOISE, (seed, row, column)
            assert column in plain[row] or abs(bend) < NOISE, (seed, row, column)
            assert row in rows[column] or column not in rows[row]


@pytest.mark.parametrize("first", range(0, 200, 25))
def test_what_is_not_in_a_pattern_is_0(first: int) -> None:
    for seed in range(first, first + 25):
        check(seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 3000, 250))
def test_what_is_not_in_a_pattern_is_0_in_thousands(first: int) -> None:
    for seed in range(first, first + 250):
        check(seed)


# --- Sweeps ---------------------------------------------------------------------------------------

LARGE = [
    ("sum(100*(x[k+1] - x[k]^2)^2 + (1 - x[k])^2 for k in 1..{m})", 1000, 3),
    ("sum(100*(x[2..] - x[1..{m}]^2)^2 + (1 - x[1..{m}])^2)", 1000, 3),
    ("sum(x[1]*x[k] + x[k]^4 for k in 1..{n})", 1000, 2),
    ("sum(sin(x[k]) for k in 1..{n})", 500, 1),
    ("sum(x[k] for k in 1..{n})", 500, 1),
]


@pytest.mark.parametrize(("text", "count", "most"), LARGE, ids=[each[0] for each in LARGE])
def test_a_large_hessian_takes_a_few_products(text: str, count: int, most: int) -> None:
    program = text.format(n=count, m=count - 1)
    point = [math.sin(each) for each in range(count)]
    found = hessian(program, {"x": point})
    assert found.sweeps <= most


@pytest.mark.parametrize(("text", "count", "most"), LARGE, ids=[each[0] for each in LARGE])
def test_the_entries_are_those_of_each_pair_by_itself(text: str, count: int, most: int) -> None:
    count = 12
    program = text.format(n=count, m=count - 1)
    point = [math.sin(each) for each in range(count)]
    found = hessian(program, {"x": point})
    rows = gradcli.function(program).hessian(x=point)
    if "x" in rows:
        expected = np.array(rows["x"]["x"])
    else:
        expected = np.array([[rows[a][b] for b in found.names] for a in found.names])
    assert np.allclose(found.dense, expected, rtol=1e-14, atol=1e-14)
    assert found.sweeps <= most < count


def test_a_band_of_a_hundred_thousand_takes_three_sweeps() -> None:
    count = 20_000  # the slow twin has them all
    assert (
        jacobian(f"x[2..{count - 1}] - 2*x[1..{count - 2}]^2 + x[3..]", {"x": [0.5] * count}).sweeps
        == 3
    )


@pytest.mark.slow
def test_a_band_of_a_hundred_thousand_takes_three_sweeps_indeed() -> None:
    count = 100_000
    found = jacobian(f"x[2..{count - 1}] - 2*x[1..{count - 2}]^2 + x[3..]^3", {"x": [0.5] * count})
    assert found.sweeps == 3
    assert [found.rows[7], found.entries[7]] == [[7, 8, 9], [-2.0, 1.0, 0.75]]


def test_sweeps_back_are_taken_where_they_are_fewer() -> None:
    wide = jacobian("u = sum(x^2); v = sum(x); [u, v]", {"x": [1.0] * 50})
    assert (wide.is_reverse, wide.sweeps) == (True, 2)
    tall = jacobian("[k*x^2 for k in 1..50]", {"x": 3.0})
    assert (tall.is_reverse, tall.sweeps) == (False, 1)
    assert [entry for [entry] in tall.entries] == [6.0 * k for k in range(1, 51)]


def test_a_pattern_is_refused_where_it_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcli.programs.structure.MOST", 1000)
    with pytest.raises(GradcliError, match="more than 1,000 dependences"):
        hessian("sum((W@x)^2)", {"W": np.ones((40, 40)), "x": np.ones(40)})


INDEXED = [
    # a program, its values, what derivatives are by, what the passes and the entries are at most
    ("x[i]*2", {"x": [1.0] * 50, "i": [1, 7, 3]}, "x", 1, 3),
    ("sin(M[t,:])*M[t,:]", {"M": [[1.0] * 4] * 60, "t": [3, 1, 3]}, "M", 1, 12),
    ("x[i]*x[j]", {"x": [2.0] * 40, "i": [1, 2, 3], "j": [2, 3, 4]}, "x", 3, 6),
    ("x[round(y)]*x", {"x": [2.0] * 40, "y": 3.2}, "x", 3, 79),
]


@pytest.mark.parametrize(("program", "values", "by", "most", "entries"), INDEXED)
def test_an_index_has_its_value_at_the_point(program, values, by, most, entries):
    found = gradcli.jac(program, values, wrt=[by])
    assert found.sweeps <= most
    assert sum(map(len, found.rows)) == entries
    dense = gradcli.function(program).jacobian(**values)[by]
    size = np.size(values[by])
    np.testing.assert_array_equal(np.array(found.dense), np.reshape(dense, (-1, size)))


def test_an_index_has_its_value_in_a_hessian():
    found = gradcli.hess("sum(x[i]^3*x[1])", {"x": [2.0] * 200, "i": [1, 7, 9]}, wrt=["x"])
    assert sum(map(len, found.rows)) == 7
    assert found.sweeps <= 3
    assert found.dense[6][0] == found.dense[0][6] == 12
