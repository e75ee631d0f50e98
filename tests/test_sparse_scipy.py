"""Sparse matrices as SciPy has them: what is stored, shapes, and how scipy.optimize takes them."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from scipy import optimize, sparse

import gradcli
from gradcli.errors import DerivativeWarning, UsageError

PROGRAMS: list[tuple[str, dict[str, Any]]] = [
    ("x^2*y", {"x": 3, "y": 4}),
    ("x*y + z^2", {"z": 1, "x": 3, "y": 4}),
    ("sum((x[2..9] - x[1..8]^2)^2)", {"x": [0.5] * 9}),
    ("sum(x)^2 + y*x[2]", {"x": [1.0, 2.0], "y": 3}),
    ("x' @ A @ x", {"x": [1.0, 2.0], "A": [[1.0, 2.0], [3.0, 4.0]]}),
]


@pytest.mark.parametrize(("program", "values"), PROGRAMS)
def test_hessians(program: str, values: dict[str, Any]) -> None:
    found = gradcli.hess(program, values)
    matrix = found.sparse
    assert isinstance(matrix, sparse.csr_array)
    assert matrix.has_canonical_format
    assert matrix.shape == (len(found.names),) * 2
    assert matrix.toarray().tolist() == found.dense
    assert matrix.nnz == len(found.triplets)
    function = gradcli.function(program, inputs=list(values))
    again = function.sparse_hessian(**values)
    order = [
        found.names.index(name) for key in function.inputs for name in found.names
        if name == key or name.startswith(f"{key}[")
    ]  # fmt: skip
    assert again.toarray() == pytest.approx(np.array(found.dense)[np.ix_(order, order)], rel=1e-13)


JACOBIANS: list[tuple[str, dict[str, Any]]] = [
    ("x[2..9] - x[1..8]^2", {"x": [0.5] * 9}),
    ("[x*y, x, sin(y)]", {"x": 3, "y": 4}),
    ("A @ x", {"A": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, 2.0]}),
    ("x^2*y", {"x": 3, "y": 4}),
    ("x*sum(x)", {"x": [1.0, 2.0, 3.0]}),
]


@pytest.mark.parametrize(("program", "values"), JACOBIANS)
def test_jacobians(program: str, values: dict[str, Any]) -> None:
    found = gradcli.jac(program, values)
    assert found.sparse.toarray().tolist() == found.dense
    function = gradcli.function(program, inputs=list(values))
    again = function.sparse_jacobian(**values)
    assert isinstance(again, sparse.csr_array)
    assert again.shape == (len(found.names), len(found.columns))
    assert again.toarray() == pytest.approx(np.array(found.dense), rel=1e-13)


def test_the_pattern_is_found_once() -> None:
    function = gradcli.function("x[2..9] - x[1..8]^2")
    for start in (0.5, 2.0):
        at = np.full(9, start)
        matrix = function.sparse_jacobian(at)
        assert matrix.nnz == 16
        assert matrix.toarray() == pytest.approx(
            np.diag(np.ones(8), 1)[:8] - 2 * start * np.eye(8, 9)
        )


def test_scipy_takes_them() -> None:
    n = 12
    text = f"sum(100*(x[2..{n}] - x[1..{n - 1}]^2)^2 + (1 - x[1..{n - 1}])^2)"
    function = gradcli.function(text)
    found = optimize.minimize(
        function, np.zeros(n), jac=lambda x: function.grad(x)["x"],
        hess=function.sparse_hessian, method="trust-constr",
    )  # fmt: skip
    assert found.x == pytest.approx(np.ones(n), abs=1e-4)
    residuals = gradcli.function(f"concat(10*(x[2..{n}] - x[1..{n - 1}]^2), 1 - x)")
    fitted = optimize.least_squares(residuals, np.zeros(n), jac=residuals.sparse_jacobian)
    assert fitted.x == pytest.approx(np.ones(n), abs=1e-6)


def test_at_a_kink_there_is_a_warning() -> None:
    with pytest.warns(DerivativeWarning):
        gradcli.function("abs(x)*y").sparse_jacobian(0, 1)


def test_without_scipy_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(UsageError) as raised:
        _ = gradcli.hess("x^2*y", {"x": 3, "y": 4}).sparse
    assert "gradcli[sparse]" in (raised.value.hint or "")
