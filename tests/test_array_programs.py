"""Programs of arrays as they are written: values, gradients, formulas, and what is refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import jsonschema
import numpy as np
import pytest

import gradcli
from gradcli.errors import GradcliError
from gradcli.graph.arrays import calls
from gradcli.graph.rules import table
from tests.command_line import call

nan, inf = math.nan, math.inf

W, X, Y = [[1, 2, 3], [4, 5, 6]], [1, 2, 3], [10, 30]
SQUARE = [[2, 1], [1, 3]]

PROGRAMS: list[tuple[str, Mapping[str, Any], Any, Mapping[str, Any]]] = [
    # program, values, value, gradients; by hand
    ("sum((W@x - y)^2)/2", {"W": W, "x": X, "y": Y}, 10,
     {"W": [[4, 8, 12], [2, 4, 6]], "x": [12, 18, 24], "y": [-4, -2]}),
    ("x'@A@x", {"A": SQUARE, "x": [1, 2]}, 18, {"x": [8, 14], "A": [[1, 2], [2, 4]]}),
    ("sum(x)", {"x": X}, 6, {"x": [1, 1, 1]}),
    ("sum(A; 2)'@[[1],[0]]", {"A": W}, None, {}),
    ("sum(A/sum(A; 2))", {"A": [[1, 3], [1, 1]]}, 2, {"A": [[0, 0], [0, 0]]}),
    ("sum(A/sum(A; 2)*[[1, 10], [100, 1000]])", {"A": [[1, 3], [1, 1]]}, 557.75, {}),
    ("mean(x)*3", {"x": X}, 6, {"x": [1, 1, 1]}),
    ("var(x)", {"x": [1, 3]}, 1, {"x": [-1, 1]}),
    ("std(x)", {"x": [1, 3]}, 1, {"x": [-0.5, 0.5]}),
    ("std(x)", {"x": [2, 2]}, 0, {"x": [0, 0]}),
    ("prod(x)", {"x": [0, 2, 3]}, 6 * 0, {"x": [6, 0, 0]}),
    ("prod(x)", {"x": [2, 3, 4, 5, 6]}, 720, {"x": [360, 240, 180, 144, 120]}),
    ("sum(prod(A; 1))", {"A": [[1, 2], [3, 4]]}, 11, {"A": [[3, 4], [1, 2]]}),
    ("max(x)", {"x": [1, 3, 3]}, 3, {"x": [0, 0.5, 0.5]}),
    ("max(log(t))", {"t": [0, 1]}, 0, {"t": [0, 1]}),
    ("norm(x)", {"x": [0, 0]}, 0, {"x": [0, 0]}),
    ("norm(x)", {"x": [3e200, 4e200]}, 5e200, {"x": [0.6, 0.8]}),
    ("where(c > 0, sum(log(x)), 0)", {"c": -1, "x": [0, 1]}, 0, {"c": 0, "x": [0, 0]}),
    ("det(A)", {"A": [[0, 1], [1, 0]]}, -1, {"A": [[0, -1], [-1, 0]]}),
    ("logdet(A)", {"A": SQUARE}, math.log(5), {"A": [[0.6, -0.2], [-0.2, 0.4]]}),
    ("tr(inv(A))", {"A": [[2, 0], [0, 4]]}, 0.75, {"A": [[-0.25, 0], [0, -0.0625]]}),
    ("sum(solve(A, b))", {"A": [[2, 0], [0, 4]], "b": [2, 4]}, 2,
     {"A": [[-0.5, -0.5], [-0.25, -0.25]], "b": [0.5, 0.25]}),
    ("sum(cholesky(A))", {"A": [[4, 0], [0, 9]]}, 5, {}),
    ("x[1]*sum(x)", {"x": [1, 2]}, 3, {"x": [4, 1]}),
    ("u = x[1]; u*sum(x)", {"x": [1, 2]}, 3, {"x": [4, 1]}),
    ("sum(x[2..3]^2) + x[end]", {"x": [1, 2, 3, 4]}, 17, {"x": [0, 4, 6, 1]}),
    ("sum(x[1..5..2])", {"x": [1, 2, 3, 4, 5]}, 9, {"x": [1, 0, 1, 0, 1]}),
    ("sum(x[[1,1,2]])", {"x": [1, 2, 3]}, 4, {"x": [2, 1, 0]}),
    ("sum(W[1,:]) + W[2,2]", {"W": W}, 11, {"W": [[1, 1, 1], [0, 1, 0]]}),
    ("sum(W[:,2])", {"W": W}, 7, {"W": [[0, 1, 0], [0, 1, 0]]}),
    ("sum([x[i]^2 for i in 1..3])", {"x": X}, 14, {}),
    ("sum([i*j*x[1] for i in 1..2 for j in 1..3]; 1)@[1,1,1]", {"x": X}, None, {}),
    ("sum(x[i]^2 for i in 1..len(x)) + sum(x)", {"x": X}, 20, {"x": [3, 5, 7]}),
    ("h[j] = x[j]^2 for j in 1..3; sum(h)", {"x": X}, 14, {}),
    ("h[i,j] = i*j*x[1] for i in 1..2 for j in 1..2; sum(h@[1,1])", {"x": [2]}, 18, {}),
    ("f(v) = v[1] + sum(v); f(x)", {"x": [1, 2]}, 4, {"x": [2, 1]}),
    ("layer(A, v) = tanh(A@v); sum(layer(W, x))", {"W": [[0, 0, 0]], "x": X}, 0,
     {"W": [[1, 2, 3]], "x": [0, 0, 0]}),
    ("f(a) = a*sum(x); f(2)", {"x": [1, 2]}, 6, {"x": [2, 2]}),
    ("sum(x')", {"x": X}, 6, {"x": [1, 1, 1]}),
    ("sum(x@y')", {"x": [1, 2], "y": [3, 4]}, 21, {"x": [7, 7], "y": [3, 3]}),
    ("dot(x, x)", {"x": [1, 2]}, 5, {"x": [2, 4]}),
    ("einsum(A, B; ij, ji, 0)", {"A": SQUARE, "B": SQUARE}, 15, {"A": SQUARE, "B": SQUARE}),
    ("logsumexp(x)", {"x": [1000, 1000]}, 1000 + math.log(2), {"x": [0.5, 0.5]}),
    ("logsumexp(x)", {"x": ["-inf", "-inf"]}, -inf, {}),
    ("sum(softmax(x)*[1, 0])", {"x": [1000, -1000]}, 1, {"x": [0, 0]}),
    ("sum(relu(x))", {"x": [-1, 2]}, 2, {"x": [0, 1]}),
    ("sum(W*x)", {"W": W, "x": X}, 46, {"W": [[1, 2, 3], [1, 2, 3]], "x": [5, 7, 9]}),
    ("sum(A + x)", {"A": W, "x": X}, 33, {"x": [2, 2, 2]}),
    ("sum(x[3..2]) + prod(x[3..2])", {"x": X}, 1, {"x": [0, 0, 0]}),
    ("sum(ones(2, 3)@x) + tr(eye(3))", {"x": X}, 15, {"x": [2, 2, 2]}),
    ("sum(diag(x)@x)", {"x": X}, 14, {"x": [2, 4, 6]}),
    ("sum(kron(A, eye(2)))", {"A": SQUARE}, 14, {"A": [[2, 2], [2, 2]]}),
    ("sum(cumsum(x)*x)", {"x": X}, 25, {"x": [7, 8, 9]}),
    ("sum(cumsum(A; 1)[2,:])", {"A": SQUARE}, 7, {"A": [[1, 1], [1, 1]]}),
    ("sum(cumsum(A)*[1, 10])", {"A": SQUARE}, 73, {"A": [[11, 10], [11, 10]]}),
    ("sum(cumsum_back(x)*x)", {"x": X}, 25, {"x": [7, 8, 9]}),
    ("concat(x, y)'@[1, 2, 3, 4, 5]", {"x": X, "y": Y}, 204, {"x": [1, 2, 3], "y": [4, 5]}),
    ("norm(concat(x, c))^2", {"x": X, "c": 2}, 18, {"x": [2, 4, 6], "c": 4}),
    ("sum(concat(x', c)@[1, 2, 3, 4])", {"x": X, "c": 2}, 22, {"x": [1, 2, 3], "c": 4}),
    ("sum(concat(A, A; 2)[1,:]*[1, 2, 3, 4])", {"A": SQUARE}, 14, {"A": [[4, 6], [0, 0]]}),
    ("sum(concat(A, A, [[5, 5]])[:,1])", {"A": SQUARE}, 11, {"A": [[2, 0], [2, 0]]}),
    ("sum(conv(x, k))", {"x": [1, 2, 3, 4], "k": [1, 10]}, 96,
     {"x": [1, 11, 11, 10], "k": [6, 9]}),
    ("conv(A, K)[1,1]", {"A": SQUARE, "K": [[1, 2], [3, 4]]}, 19,
     {"A": [[1, 2], [3, 4]], "K": SQUARE}),
    ("sum(window(x; 2)@k)", {"x": [1, 2, 3, 4], "k": [1, 10]}, 96,
     {"x": [1, 11, 11, 10], "k": [6, 9]}),
    ("w = window(x; 2); sum(unwindow(w*w; 2))", {"x": X}, 18, {"x": [2, 8, 6]}),
    ("sum(layer_norm(x, 0)*[1, 0])", {"x": [1, 3]}, -1, {"x": [0, 0]}),
    ("sum(layer_norm(x)*[1, 0])", {"x": [2, 2]}, 0,
     {"x": [0.5/math.sqrt(1e-5), -0.5/math.sqrt(1e-5)]}),
    ("sum(layer_norm(A; 1)[1,:])", {"A": [[1, 1], [1, 1]]}, 0, {}),
    ("mse(y, t)", {"y": [[1, 2], [3, 5]], "t": [1, 1]}, 5.25,
     {"y": [[0, 0.5], [1, 2]], "t": [-1, -2.5]}),
    ("huber(y, 0)", {"y": [0.5, 3]}, 1.3125, {"y": [0.25, 0.5]}),
    ("hinge(y, t)", {"y": [0.5, 3], "t": [1, 1]}, 0.25, {"y": [-0.5, 0], "t": [-0.25, 0]}),
    ("cross_entropy(p, t)", {"p": [[0.5, 0.5], [0, 1]], "t": [[1, 0], [0, 1]]}, math.log(2)/2,
     {"p": [[-1, 0], [0, -0.5]]}),
    ("cross_entropy(p, t)", {"p": [0.5, 0.5], "t": [1, 0]}, math.log(2), {"p": [-2, 0]}),
    ("cross_entropy_logits(z, t)", {"z": [[0, 0], [-1000, 1000]], "t": [[1, 0], [0, 1]]},
     math.log(2)/2, {"z": [[-0.25, 0.25], [0, 0]]}),
    ("binary_cross_entropy_logits(z, t)", {"z": [0, 1000], "t": [1, 1]}, math.log(2)/2,
     {"z": [-0.25, 0]}),
    ("binary_cross_entropy(p, t)", {"p": [0.5, 1], "t": [1, 1]}, math.log(2)/2,
     {"p": [-1, -0.5]}),
    ("sum(reshape(A; -1)*[1, 2, 3, 4])", {"A": SQUARE}, None, {"A": [[1, 2], [3, 4]]}),
    ("sum(reshape(x; -1, 3))", {"x": X}, 6, {"x": [1, 1, 1]}),
    ("sum(tril(A)) + 2*sum(triu(A))", {"A": SQUARE}, 18, {"A": [[3, 2], [1, 3]]}),
    # A call that became a step is a node of its own, whatever calls look the same.
    ("f(t) = sum(t*t); u = f(x); u + f(x)", {"x": X}, 28, {"u": 1, "x": [4, 8, 12]}),
    ("f(t) = t*t; u = f(x); sum(u + f(x))", {"x": X}, 28, {"u": [1, 1, 1], "x": [4, 8, 12]}),
    ("f(t) = sum(t*t); g(t) = f(t); u = g(x); u*g(x) + f(x)", {"x": [1, 1]}, 6,
     {"u": 2, "x": [10, 10]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "values", "value", "gradients"), PROGRAMS, ids=[each[0] for each in PROGRAMS]
)
def test_values_and_gradients(
    program: str, values: Mapping[str, Any], value: Any, gradients: Mapping[str, Any]
) -> None:
    solution = gradcli.evaluate(program, values)
    if value is not None:
        np.testing.assert_allclose(solution.value, value, rtol=1e-14, atol=1e-15)
    for name, expected in gradients.items():
        found = solution.get(f"d/d{name}")
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15, err_msg=name)


FORMULAS = [
    # program, shapes, derivatives as a textbook has them
    ("sum((W@x - y)^2)/2", {"W": (2, 3), "x": (3,), "y": (2,)},
     {"W": "(W @ x - y) @ x'", "x": "W' @ (W @ x - y)", "y": "y - W @ x"}),
    ("x'@A@x", {"x": (3,), "A": (3, 3)}, {"x": "A @ x + A' @ x", "A": "x @ x'"}),
    ("sum(x)", {"x": (3,)}, {"x": "ones(3)"}),
    ("tr(A@B)", {"A": (2, 3), "B": (3, 2)}, {"A": "B'", "B": "A'"}),
    ("logdet(A)", {"A": (2, 2)}, {"A": "inv(A)'"}),
    ("det(A)", {"A": (2, 2)}, {"A": "cofactors(A)"}),
    ("a'@X@b", {"a": (2,), "X": (2, 3), "b": (3,)}, {"X": "a @ b'", "a": "X @ b", "b": "X' @ a"}),
    ("b'@inv(A)@b", {"A": (2, 2), "b": (2,)}, {"A": "-(inv(A)' @ (b @ b') @ inv(A)')"}),
    ("a'@x", {"a": (3,), "x": (3,)}, {"a": "x", "x": "a"}),
    ("logsumexp(x)", {"x": (3,)}, {"x": "exp(x - logsumexp(x))"}),
    ("sum(A*B)", {"A": (2, 3), "B": (2, 3)}, {"A": "B", "B": "A"}),
    ("sum(sin(x))", {"x": (3,)}, {"x": "cos(x)"}),
    ("c*sum(x)", {"c": (), "x": (3,)}, {"x": "c*ones(3)", "c": "sum(x)"}),
    ("tr(A)", {"A": (3, 3)}, {"A": "eye(3)"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("program", "shapes", "derivatives"), FORMULAS, ids=[each[0] for each in FORMULAS]
)
def test_derivatives_are_the_matrix_formulas_of_a_textbook(
    program: str, shapes: Mapping[str, tuple[int, ...]], derivatives: Mapping[str, str]
) -> None:
    numbers = np.random.default_rng(3)
    values = {name: numbers.normal(size=shape) if shape else 1.5 for name, shape in shapes.items()}
    solution = gradcli.evaluate(program, values)
    found = {node.name: node.derivative for node in solution.nodes}
    for name, expected in derivatives.items():
        assert found[name] == expected
        # What is written means what was computed.
        again = gradcli.evaluate(expected, {each: values[each] for each in values
                                            if each in expected})  # fmt: skip
        np.testing.assert_allclose(again.value, solution.get(f"d/d{name}"), rtol=1e-12)


READ_BACK = (
    "var(A)", "std(A)", "kron(A, B)", "prod(A)", "x[[2,1]]", "A[:,end]",
    "[[]]", "cholesky(A'@A)", "triu(A)", "(A@x)[1..2]", "A[[2,1],:]", "log_softmax(A)", "x(c+1)",
    "h[i] = sum(A[i,:]) for i in 1..2; h'@x", "f(v) = v'@v; f(x) + f(x[2..])", "A/sum(A; 2)",
    "sum(A; 1)@x", "x' + 1", "-x'", "where(A > 2, A, 0)", "diag(x)@A", "ones(2)@x'", "max(A; 1, 2)",
    "cumsum(A; 1)", "cumsum(x)", "cumsum_back(A)", "concat(A, A; 2)", "concat(x, c, x)",
    "concat(x', c)", "window(A; 2)", "window(A; 2, 1)", "conv(A, B)", "conv(A, x)",
    "layer_norm(A)", "cross_entropy_logits(A, B)", "mse(A, B)", "cross_entropy(A, B)",
    "unwindow(window(A; 2, 2); 2, 2)",
)  # fmt: skip


@pytest.mark.parametrize("program", READ_BACK)
def test_the_canonical_text_reads_back(program: str) -> None:
    known = {"A": [[1.0, 2], [3, 4]], "B": [[1.0, 0], [0, 1]], "x": [1.0, 2], "c": 2.0}
    used = {name: value for name, value in known.items() if re.search(rf"\b{name}\b", program)}
    solution = gradcli.evaluate(program, used)
    again = gradcli.evaluate(solution.expression, used)
    np.testing.assert_allclose(again.value, solution.value, rtol=1e-13)
    assert np.shape(again.value) == np.shape(solution.value)
    assert again.expression == solution.expression


REFUSED = [
    # program, values, what the message says, what the hint says
    ("W'@x", {"W": W, "x": X}, "W' is 3×2 and x is a vector of 3", "did you mean W @ x?"),
    ("W@y", {"W": W, "y": Y}, "W is 2×3 and y is a vector of 2", "did you mean W' @ y?"),
    ("x@x", {"x": X}, "they have no matrix product", "did you mean x' @ x?"),
    ("x + x'", {"x": X}, "a column and a row have no entries in common", "write x for the column"),
    ("x*x'", {"x": X}, "a column and a row", "the outer product is x @ x'"),
    ("W + y", {"W": W, "y": Y}, "W is 2×3 and y is a vector of 2", "x[1..3] takes a part"),
    ("2@sum(x)", {"x": X}, "a matrix product needs two arrays", "write * for a product"),
    ("A^2", {"A": SQUARE}, "a power of the matrix A", "write A @ A, or A*A"),
    ("A^-1", {"A": SQUARE}, "a power of the matrix A", "write inv(A)"),
    ("sum((A - 2)^3)", {"A": SQUARE}, "a power of the matrix A - 2", "write pow(A - 2, 3) for"),
    ("A x + x[1..2]", {"A": SQUARE, "x": [1, 2]}, "needs its sign", "write A @ x, or A*x"),
    ("sum(A; 3)", {"A": SQUARE}, "2×2 has no axis 3", "axes count from 1"),
    ("sum(A; 1, 1)", {"A": SQUARE}, "has no axes 1, 1", "axes count from 1"),
    ("sin(x; 1) + sum(x)", {"x": X}, "'sin' takes no axis", "separated by commas"),
    ("det(W)", {"W": W}, "det needs a square matrix", ""),
    *(
        (f"{name}(x)", {"x": 2}, f"x is a number: {name} needs a square matrix", "")
        for name in ("det", "logdet", "inv", "cholesky")
    ),
    ("solve(x, 2)", {"x": 3}, "x is a number and 2 is a number: solve needs a square matrix", ""),
    ("scatter(x)", {"x": 2}, "scatter is told the lengths", "scatter([5, 6], [1, 3]; 4)"),
    ("x[4] + sum(x)", {"x": X}, "there is no place 4 on an axis of 3", "x[end] is the last"),
    ("x[0] + sum(x)", {"x": X}, "there is no place 0 on an axis of 3", "indices count from 1"),
    ("x[1,1] + sum(x)", {"x": X}, "2 indices for a vector of 3", "write 1"),
    ("sum(W) + sum(W[2])", {"W": W}, "1 index for 2×3", "by a colon: W[2, :]"),
    ("max(x[3..2])", {"x": X}, "an empty array has no max", "give it an element"),
    ("[[1,2],[3]]", {}, "the items of an array are not alike", "every row"),
    ("ones(1e9)", {}, "1,000,000,000 entries", "fewer"),
    ("outer(ones(20000), ones(20000))", {}, "400,000,000 entries", "fewer"),
    ("h[1] = x[1]; h[3] = x[2]; sum(h)", {"x": X}, "elements between others are missing", ""),
    ("einsum(A; ij, j, i)", {"A": SQUARE}, "einsum takes two arrays", "einsum(A, B; ij, jk, ik)"),
    ("einsum(A, x; ij, k, i)", {"A": SQUARE, "x": [1, 2]}, "einsum takes two arrays", "is kept"),
    ("einsum(A, x; i, j, k)", {"A": SQUARE, "x": [1, 2]}, "einsum takes two arrays", ""),
    ("cumsum(A; 3)", {"A": SQUARE}, "2×2 has no axis 3", "axes count from 1"),
    ("cumsum(A; 1, 2)", {"A": SQUARE}, "goes along one axis", "write cumsum(…; 1)"),
    ("cumsum(c + sum(x))", {"c": 1, "x": X}, "goes along one axis", "cumsum([1, 2])"),
    ("concat(W, x)", {"W": W, "x": X}, "W is 2×3 and x is a vector of 3", ""),
    ("concat(x, x')", {"x": X}, "x is a vector of 3 and x' is a row of 3", "x' turns rows"),
    ("concat(W, A; 1)", {"W": W, "A": SQUARE}, "W is 2×3 and A is 2×2", ""),
    ("concat(x, x; 2)", {"x": X}, "a vector of 3 has no axis 2", "axes count from 1"),
    ("window(x; 4)", {"x": X}, "a vector of 3 has no windows of a vector of 4", "as long as"),
    ("window(x; 0)", {"x": X}, "no windows of a vector of 0", "at least 1 entry"),
    ("window(x; 1.5)", {"x": X}, "must be a whole number", ""),
    ("window(x)", {"x": X}, "a window needs its lengths", "write window(x; 3)"),
    ("window(x; 2, 2)", {"x": X}, "no windows of 2×2", ""),
    ("unwindow(W; 2)", {"W": W}, "no array of windows", "unwindow(window(x; 3); 3)"),
    ("conv(x, W)", {"x": X, "W": W}, "a vector of 3 has no windows of 2×3", ""),
    ("conv(x, 2)", {"x": X}, "a window needs its lengths", "the second argument is the kernel"),
    ("layer_norm(x; 2)", {"x": X}, "a vector of 3 has no axis 2", ""),
    ("mse(x, y)", {"x": X, "y": Y}, "x is a vector of 3 and y is a vector of 2", ""),
    ("hinge(x, y)", {"x": X, "y": Y}, "x is a vector of 3 and y is a vector of 2", ""),
    ("mse(x)", {"x": X}, "mse", ""),
    ("mse(x, x; 1)", {"x": X}, "'mse' takes no axis", ""),
    ("cross_entropy_logits(W, y)", {"W": W, "y": Y}, "W is 2×3 and y is a vector of 2", ""),
    ("dot(A, x)", {"A": SQUARE, "x": [1, 2]}, "dot cannot be applied", "did you mean A @ x?"),
    ("x'x", {"x": [1, 2]}, "no entries in common", "write x' @ x for the product"),
    ("x*x'", {"x": [1, 2]}, "no entries in common", "the outer product is x @ x'"),
    ("A^-1", {"A": SQUARE}, "is not taken entry by entry", "write inv(A), or 1/A"),
    ("A^2", {"A": SQUARE}, "the matrix A is not taken", "write A @ A, or A*A for"),
    ("W^2", {"W": W}, "the matrix W is not taken", "write W*W for"),
    ("W^-1", {"W": W}, "the matrix W is not taken", "write 1/W for"),
    ("T^2", {"T": [SQUARE, SQUARE]}, "the array T is not taken", "write T*T for"),
    ("A[1][2]", {"A": SQUARE}, "1 index for a number", "A[1, 2]"),
    ("x[..2]", {"x": [1, 2]}, "unexpected '..'", "x[1..3]"),
    ("A.sum(axis=0)", {"A": SQUARE}, "unexpected character '.'", "write sum(A; 1)"),
    ("F.softmax(x, dim=-1)", {"x": [1, 2]}, "unexpected character '.'", "write softmax(x)"),
    ("sum(A, axis=1)", {"A": SQUARE}, "unexpected '='", "sum(A; 2)"),
    ("sum(A, keepdims=1)", {"A": SQUARE}, "unexpected '='", "leave it out"),
    ("jnp.einsum('ij,j->i', A, x)", {"A": SQUARE, "x": [1, 2]}, "unexpected character '.'",
     "write einsum(A, x; ij, j, i)"),
    ("einsum('ij,j->i', A, x)", {"A": SQUARE, "x": [1, 2]}, "unexpected", "A, B; ij, jk, ik"),
    ("A \\ x", {"A": SQUARE, "x": [1, 2]}, "unexpected character", "write solve(A, b)"),
    ("zeros((2,2))", {}, "unexpected ','", "zeros(2, 3)"),
    ("reshape(x, (2, 1))", {"x": [1, 2]}, "unexpected ','", "reshape(x; 2, 3)"),
    ("x.reshape(2, 1)", {"x": [1, 2]}, "unexpected character '.'", "write reshape(x; 2, 1)"),
    ("concatenate([x, y])", {"x": [1], "y": [2]}, "unknown function", "write concat(x, y)"),
    ("torch.cat([x, y], dim=0)", {"x": [1], "y": [2]}, "unexpected", "write concat(x, y)"),
    ("F.cross_entropy(z, y)", {"z": [1, 2], "y": 1}, "unexpected", "cross_entropy_logits(z, "),
    ("A.shape[0]", {"A": SQUARE}, "unexpected character '.'", "len(A)"),
    ("W.+b", {"W": SQUARE, "b": 1}, "unexpected character '.'", "write W + b"),
    ("tanh.(x)", {"x": [1, 2]}, "unexpected character '.'", "tanh(x)"),
    ("sum(x[i] for i in 1..2 if i > 1)", {"x": [1, 2]}, "unexpected ')'", "where(i > 1, …, 0)"),
    ("sum(x[i] for i in [1, 2])", {"x": [1, 2]}, "unexpected ')'", "for i in 1..3"),
    ("svd(A)", {"A": SQUARE}, "unknown function 'svd'", "gradcli functions"),
    ("reshape(A; -1, -1)", {"A": SQUARE}, "-1×-1 has 1 entries", "as many entries"),
    ("tril(A, A)", {"A": SQUARE}, "'tril' takes 1 argument, not 2", ""),
    ("reshape(A, A; 4)", {"A": SQUARE}, "takes no axis", ""),
    ("scatter()", {}, "'scatter' takes at least one argument, not 0", ""),
    ("f(v) = v@v; 3", {}, "a matrix product is not supported", ""),
    ("sum(x)", {"x": [[1, 2], [3]]}, "not a full array", "every row"),
    ("sum(x)", {"x": [1, "a"]}, "uses the unknown name 'a'", ""),
    ("sum(x)", {"x": np.array(["a", "b"])}, "array of texts", ""),
    ("sum(x)", {"x": np.array([1j, 2])}, "complex numbers", ""),
    ("sum(x)", {"x": np.array([object(), 2])}, "array of objects", ""),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "message", "hint"), REFUSED)
def test_what_does_not_fit_is_refused_with_both_shapes_and_a_way_out(
    program: str, values: Mapping[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(GradcliError) as error:
        gradcli.evaluate(program, values)
    assert message in error.value.message
    assert hint in (error.value.hint or "")


COMMAND = ["eval", "z = W@x; J = sum(tanh(z)^2)", "--W", "[[1,2,3],[4,5,6]]", "--x", "[.1,.2,.3]"]


@pytest.mark.parametrize(
    ("program", "lines"),
    [
        ("sum((W@x)^2)/2", ["∂out/∂v3 = 0.5"]),
        ("-sum(x)", ["∂out/∂v1 = -1"]),
        ("sum(x)", ["∂out/∂x = ones(3) = [1, 1, 1]", "    [3] = ones(3)"]),
        ("x'@x", ["∂out/∂x = ∂out/∂v1' + x = [0.2, 0.4, 0.6]"]),
        ("f(a[3]) = sum(a^2); f(x)", ["∂out/∂x = f'(x) = [0.2, 0.4, 0.6]", "    [3] = [3]"]),
    ],
)
def test_a_trace_leaves_the_derivative_of_the_output_by_itself_away(
    program: str, lines: list[str]
) -> None:
    given = COMMAND[2:] if "W" in program else COMMAND[-2:]
    trace = call("eval", program, *given, "--trace").out
    assert trace.count("∂out/∂out") == 1
    assert "  ∂out/∂out = 1\n" in trace
    for line in lines:
        assert f"  {line}\n" in trace


def test_the_command_line_reads_and_prints_arrays() -> None:
    numbers = call(*COMMAND, "--get", "z", "--get", "d/dW[1,2]", "--get", "W[2,3]").out
    z, slope, entry = (line.partition(" = ")[2] for line in numbers.splitlines())
    np.testing.assert_allclose(json.loads(z), [1.4, 3.2], rtol=1e-13)
    slope_by_hand = 2 * math.tanh(1.4) / math.cosh(1.4) ** 2 * 0.2
    np.testing.assert_allclose([float(slope), float(entry)], [slope_by_hand, 6], rtol=1e-14)
    document = json.loads(call(*COMMAND, "--json").out)
    assert document["schema"] == "gradcli.eval/2"
    jsonschema.validate(document, gradcli.schema("eval/2"))
    assert document["inputs"]["W"] == [[1, 2, 3], [4, 5, 6]]
    assert [node["shape"] for node in document["nodes"]][:3] == [[2, 3], [3], [2]]
    trace = call(*COMMAND, "--trace").out
    assert "∂J/∂W = ∂J/∂z @ x'" in trace
    assert "[2,3] = [2] @ [3]'" in trace
    assert "W = [[1, 2, 3], [4, 5, 6]]" in call(*COMMAND, "--tree").out
    for columns in ("1", "20", "40", "80", "200"):
        for view in ([], ["--tree"], ["--trace"]):
            assert call(*COMMAND, *view, variables={"COLUMNS": columns}).code == 0


@pytest.mark.parametrize(
    ("query", "message"),
    [("d/dW[3,1]", "there is no W[3,1]: W is 2×3"), ("W[1]", "there is no W[1]"), ("d/dq", "q")],
)
def test_an_entry_that_is_not_there_is_refused(query: str, message: str) -> None:
    answer = call(*COMMAND, "--get", query)
    assert answer.code == 3
    assert message in answer.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["2*x", "--x", "sum([1,2])"], 3, "computed with arrays"),
        (["2*x", "--x", "ones(2)"], 3, "computed with arrays"),
        (["2*x", "--x", "1", "--assert", "out == sum([1,1])"], 2, "single numbers, not arrays"),
        (["sum(x)", "--x", "[1,1]", "--assert", "x == 1"], 3, "'x' is 2 numbers"),
        (["x + 0", "--x", "[1,1]", "--assert", "out == 1"], 3, "'out' is 2 numbers"),
        (["f(v) = v'@v; J = f(x)", "--x", "[1,2]", "--assert", "J > 1"], 0, ""),
        (["g(t) = t^2; f(v) = v'@v; f(x)", "--x", "[1,2]", "--assert", "out == g(2) + 1"], 0, ""),
        (["sum(x)", "--x", "[1,1]", "--assert", "x[2] == 1", "--assert", "d/dx[1] == 1"], 0, ""),
    ],
)
def test_values_and_assertions_are_numbers(words: list[str], code: int, message: str) -> None:
    answer = call("eval", *words, "--get", "out")
    assert answer.code == code
    assert message in answer.err


def test_kinks_and_what_is_not_finite_are_told_with_their_number() -> None:
    solution = gradcli.evaluate("sum(relu(x)) + max(x) + norm(x - x)", x=[0, 0, 2])
    (problem,) = solution.warnings
    assert problem.message == (
        "out has a kink at x[1] = 0, x[2] = 0, x[3] = 2; (0, 0, 2) is used, the gradient of least "
        "norm of the 4 pieces found"
    )
    solution = gradcli.evaluate("sum(log(x))", x=[0, -1, 3])
    (problem,) = solution.value_problems
    assert problem.message == "log(x) is -Infinity in 2 of 3 entries, and so out is NaN"
    (problem,) = gradcli.evaluate("sum(sqrt(x))", x=[0, 1]).warnings
    assert problem.message == "out is defined for x[1] >= 0 only; slope Infinity from the right"


@pytest.mark.parametrize("name", ["sum", "mean", "prod", "norm"])
def test_a_second_argument_is_no_axis_and_a_note_says_so(name: str) -> None:
    notes = gradcli.evaluate(f"{name}(A, 1)", {"A": SQUARE}).notes
    assert any(f"{name}(x; 1)" in note.message for note in notes)
    assert not gradcli.evaluate(f"sum({name}(A; 1))", {"A": SQUARE}).notes
    assert not gradcli.evaluate("sum(max(A, 0))", {"A": SQUARE}).notes


@pytest.mark.parametrize(
    ("name", "spelling"),
    [(name, each) for name in calls._REDUCTIONS for each in table().spellings(name)],
)
def test_another_spelling_of_a_reduction_is_one_too(name: str, spelling: str) -> None:
    """It must not be the function of one number, which changes nothing."""
    found, expected = (gradcli.evaluate(f"{each}(x)", {"x": X}) for each in (spelling, name))
    assert found.value == expected.value


def test_a_matrix_times_a_vector_entry_by_entry_is_noted() -> None:
    (note,) = gradcli.evaluate("sum(A*x)", A=SQUARE, x=[1, 2]).notes
    assert (note.kind, note.span) == ("entrywise", (4, 7))
    assert note.message.endswith("the matrix product is A @ x")
    assert not gradcli.evaluate(
        "sum(A@x) + sum(2*A) + sum(A*A) + sum(x*x)", A=SQUARE, x=[1, 2]
    ).notes
    with pytest.raises(GradcliError, match="entry by entry"):
        gradcli.evaluate("sum(A*x)", A=SQUARE, x=[1, 2], strict=True)


def test_an_output_that_is_an_array_has_a_value_and_a_jacobian() -> None:
    """It has no gradient; its derivative by a node has its own axes first."""
    solution = gradcli.evaluate("h = W@x; tanh(h)", W=W, x=X)
    assert solution.notes[0].kind == "array-output"
    w = np.array(W)
    steep = np.cosh(w @ X) ** -2
    np.testing.assert_allclose(solution.get("d/dh"), np.diag(steep), rtol=1e-13)
    np.testing.assert_allclose(solution.get("d/dx"), steep[:, None] * w, rtol=1e-13)
    np.testing.assert_allclose(
        solution.get("d/dW"), np.einsum("i,ij,k->ijk", steep, np.eye(2), X), rtol=1e-13
    )
    np.testing.assert_array_equal(solution.get("d/dW[2,3]"), solution.get("d/dW")[:, 1, 2])
    large = gradcli.evaluate("A@A", A=np.zeros((128, 128)))
    with pytest.raises(GradcliError, match="268,435,456 numbers"):
        large.get("d/dA")


@pytest.mark.parametrize(
    "name", ["transpose", "trace", "det", "inv", "logdet", "cholesky", "scatter"]
)
@pytest.mark.parametrize("call", ["{}(x)", "{}(2)*x", "{}(x; 2)", "{}(x, 2)", "{}(x, 2, 3)"])
def test_functions_of_arrays_refuse_numbers_or_compute_with_them(name: str, call: str) -> None:
    try:
        found = gradcli.evaluate(call.format(name), x=2).to_dict()
    except GradcliError:
        return
    assert name == "transpose"
    assert found["value"] in {2, 4}
