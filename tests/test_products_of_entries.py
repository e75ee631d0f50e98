"""Products of entries and their derivatives, where some are 0 and where others leave the range."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.engine.kernels import kernel
from gradcli.graph.shapes import SCALAR, Form

ROWS = [
    [2.0, 3.0, 5.0],
    [0.0, 2.0, 3.0],
    [0.0, 0.0, 3.0],
    [0.0, 0.0, 0.0],
    [-0.5],
    [],
    [1e200, 1e200, 1e-200, 1e-200],
    [1e-200, 1e-200, 1e200, 1e200, 3.0],
    [1e300, 1e300, 1e-300, 1e-299, 0.0],
    [5e-324, 1e308, 1e10],
    [1.5] * 1500 + [0.75] * 900 + [2.0**-0.4] * 700,
]


def exactly(factors: Any) -> float:
    """The product in rational numbers."""
    total = math.prod(map(Fraction, factors), start=Fraction(1))
    try:
        return float(total)
    except OverflowError:
        return math.inf if total > 0 else -math.inf


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_a_product_and_those_without_one_entry(row: list[float]) -> None:
    x = np.array(row)
    with np.errstate(all="ignore"):
        found = float(kernel("prod_to", (SCALAR,))(x))
        others = kernel("prod_others", (SCALAR,))(x)
    assert found == pytest.approx(exactly(row), rel=1e-13, abs=0)
    each = range(len(row)) if len(row) < 10 else [0, 1499, 2000, len(row) - 1]
    for place in each:
        expected = exactly(row[:place] + row[place + 1 :])
        assert others[place] == pytest.approx(expected, rel=1e-13, abs=0)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("row", ROWS[:5], ids=range(5))
def test_derivatives_along_directions(row: list[float], count: int) -> None:
    """In each term one entry of every direction stands in place of one of the others."""
    directions = np.random.default_rng(count).integers(-3, 4, (count, len(row))).astype(float)
    found = kernel("prod_others", (SCALAR,))(np.array(row), *directions)
    for place in range(len(row)):
        others = [each for each in range(len(row)) if each != place]
        expected = 0.0
        for moved in itertools.permutations(others, count):
            factors = [directions[moved.index(j)][j] if j in moved else row[j] for j in others]
            expected += math.prod(factors)
        assert found[place] == pytest.approx(expected, rel=1e-13, abs=1e-13)


def test_products_along_an_axis_of_any_array() -> None:
    x = np.random.default_rng(0).uniform(-1, 1, (2, 3, 4))
    for axis in range(3):
        shape = tuple(1 if each == axis else length for each, length in enumerate(x.shape))
        others = kernel("prod_others", (Form(shape),))(x)
        np.testing.assert_allclose(others * x, np.prod(x, axis, keepdims=True) + 0 * x, rtol=1e-12)
        program = f"sum(prod(x; {axis + 1}))"
        np.testing.assert_allclose(gradcli.evaluate(program, x=x).get("d/dx"), others, rtol=1e-12)


def test_three_derivatives_where_entries_are_zero() -> None:
    """Of x*y*z*t at 0, 0, 0, 5 the third derivative by x, y and z is t."""
    function = gradcli.function("prod(x)")
    hessian = function.hessian(x=np.array([0.0, 0.0, 3.0, 5.0]))["x"]["x"]
    expected = np.zeros((4, 4))
    expected[0, 1] = expected[1, 0] = 15
    assert np.array_equal(hessian, expected)
    third = gradcli.derive("prod(x)", {"x": [0, 0, 0, 5]}, wrt=[("x[1]", "x[2]", "x[3]")])
    assert third.partials[0].value == 5


def test_texts_are_those_of_a_textbook_and_read_back() -> None:
    for textbook, text in ((True, "prod(x)/x"), (False, "prod_others(x)")):
        found = gradcli.derive("prod(x)", shapes={"x": "n"}, textbook=textbook)
        assert found.to_dict()["derivatives"] == {"x": text}
    matrix = [[1.0, 2.0], [0.0, 4.0]]
    found = gradcli.derive("sum(prod(A; 2)*prod(A; 2))", A=matrix)
    again = gradcli.evaluate(found.to_dict()["derivatives"]["A"], A=matrix).value
    np.testing.assert_allclose(again, found.partials[0].value)
    exact = gradcli.evaluate("prod(prod(A; 1))", A=matrix).nodes[0].derivative
    np.testing.assert_allclose(gradcli.evaluate(exact, A=matrix).value, [[0, 0], [8, 0]])
