"""Identities of a textbook of matrix calculus, as one writes them, and what to compare with.

The references are functions of mpmath's matrices: nothing of ours takes part in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from mpmath import mp

Shapes = Mapping[str, tuple[int, ...]]


class Identity(NamedTuple):
    """A program of arrays with its derivatives.

    Attributes:
        program: the program.
        shapes: the shape of each input.
        reference: the same function of matrices of mpmath, in the order of the shapes.
        derivatives: the text of each, by the names it is by.
    """

    program: str
    shapes: Shapes
    reference: Callable[..., Any]
    derivatives: Mapping[str, str]


def each(function: Callable[[Any], Any], matrix: Any) -> Any:
    """A function of every entry."""
    return matrix.apply(function)


def total(matrix: Any) -> Any:
    """The sum of all entries."""
    return mp.fsum(list(matrix))


def times(a: Any, b: Any) -> Any:
    """The product entry by entry."""
    return mp.matrix(a.rows, a.cols) + mp.matrix(
        [[a[i, j] * b[i, j] for j in range(a.cols)] for i in range(a.rows)]
    )


def dot(a: Any, b: Any) -> Any:
    """The sum of the products of entries."""
    return total(times(a, b))


def square(a: Any) -> Any:
    """The sum of the squares of entries."""
    return dot(a, a)


def trace(a: Any) -> Any:
    """The sum of the diagonal."""
    return mp.fsum(a[i, i] for i in range(a.rows))


def logsumexp(a: Any) -> Any:
    """The logarithm of the sum of the exponentials."""
    return mp.log(total(each(mp.exp, a)))


def quadratic(x: Any, matrix: Any, y: Any = None) -> Any:
    """x' A y."""
    return dot(x, matrix * (x if y is None else y))


def softplus(t: Any) -> Any:
    """log(1 + exp(t))."""
    return mp.log1p(mp.exp(t))


def sigmoid(t: Any) -> Any:
    """1/(1 + exp(-t))."""
    return 1 / (1 + mp.exp(-t))


V, W, M, S, T = (3,), (2,), (2, 3), (3, 3), (2, 2)

IDENTITIES = (
    # --- Linear and bilinear forms
    Identity("a'@x", {"a": V, "x": V}, dot, {"x": "a", "a": "x", "x,x": "zeros(3, 3)",
             "a,x": "eye(3)"}),
    Identity("sum(x)", {"x": V}, total, {"x": "ones(3)"}),
    Identity("mean(x)", {"x": V}, lambda x: total(x) / 3, {"x": "ones(3)/3"}),
    Identity("a'@X@b", {"a": W, "X": M, "b": V}, lambda a, x, b: dot(a, x * b),
             {"X": "a @ b'", "a": "X @ b", "b": "X' @ a", "a,b": "X", "X,b": "a @ db'"}),
    Identity("a'@X'@b", {"a": V, "X": M, "b": W}, lambda a, x, b: dot(x * a, b),
             {"X": "b @ a'"}),
    Identity("(a'@x)^2", {"a": V, "x": V}, lambda a, x: dot(a, x) ** 2,
             {"x": "2*(a' @ x)*a", "x,x": "2*a @ a'"}),
    Identity("sum(A@x)", {"A": M, "x": V}, lambda a, x: total(a * x),
             {"A": "ones(2) @ x'", "x": "A' @ ones(2)"}),
    # --- Quadratic forms
    Identity("x'@A@x", {"A": S, "x": V}, lambda a, x: quadratic(x, a),
             {"x": "(A' + A) @ x", "A": "x @ x'", "x,x": "A' + A"}),
    Identity("x'@x", {"x": V}, square, {"x": "2*x", "x,x": "2*eye(3)"}),
    Identity("(x - s)'@A@(x - s)", {"A": S, "x": V, "s": V}, lambda a, x, s: quadratic(x - s, a),
             {"x": "(A' + A) @ (x - s)", "s": "(A' + A) @ (s - x)", "A": "(x - s) @ (x - s)'",
              "x,s": "-(A' + A)"}),
    Identity("x'@B'@B@x", {"B": M, "x": V}, lambda b, x: square(b * x),
             {"x": "2*B' @ B @ x", "B": "2*B @ x @ x'", "x,x": "2*B' @ B"}),
    Identity("(x'@x)^2", {"x": V}, lambda x: square(x) ** 2,
             {"x": "4*(x' @ x)*x", "x,x": "4*(x' @ x)*eye(3) + 8*x @ x'"}),
    Identity("x'@A@x/(x'@x)", {"A": S, "x": V}, lambda a, x: quadratic(x, a) / square(x), {
        "x": "((x' @ x)*(A' + A) @ x - 2*(x' @ A @ x)*x)/(x' @ x)^2", "A": "x @ x'/(x' @ x)"}),
    Identity("exp(-x'@A@x)", {"A": S, "x": V}, lambda a, x: mp.exp(-quadratic(x, a)), {
        "x": "-exp(-(x' @ A @ x))*(A' + A) @ x", "A": "-exp(-(x' @ A @ x))*x @ x'"}),
    # --- Norms
    Identity("norm(x)", {"x": V}, lambda x: mp.sqrt(square(x)),
             {"x": "x/norm(x)", "x,x": "eye(3)/norm(x) - x @ x'/norm(x)^3"}),
    Identity("norm(x)^2", {"x": V}, square, {"x": "2*x", "x,x": "2*eye(3)"}),
    Identity("norm(x - a)", {"x": V, "a": V}, lambda x, a: mp.sqrt(square(x - a)),
             {"x": "(x - a)/norm(x - a)", "a": "(a - x)/norm(x - a)"}),
    Identity("norm(A@x - b)", {"A": M, "x": V, "b": W}, lambda a, x, b: mp.sqrt(square(a * x - b)),
             {"x": "A' @ (A @ x - b)/norm(A @ x - b)"}),
    Identity("norm(X)^2", {"X": M}, square, {"X": "2*X", "X,X": "2*dX"}),
    Identity("sum(A*B)", {"A": M, "B": M}, dot, {"A": "B", "B": "A", "A,B": "dB"}),
    Identity("norm(A - B@C)^2", {"A": M, "B": T, "C": M}, lambda a, b, c: square(a - b * c),
             {"A": "2*(A - B @ C)", "B": "2*(B @ C - A) @ C'", "C": "2*B' @ (B @ C - A)"}),
    # --- Traces
    Identity("tr(X)", {"X": S}, trace, {"X": "eye(3)"}),
    Identity("tr(A@X)", {"A": (3, 2), "X": M}, lambda a, x: trace(a * x), {"X": "A'", "A": "X'"}),
    Identity("tr(A@X')", {"A": M, "X": M}, dot, {"X": "A"}),
    Identity("tr(A@X@B)", {"A": T, "X": M, "B": (3, 2)}, lambda a, x, b: trace(a * x * b),
             {"X": "A' @ B'"}),
    Identity("tr(X@X)", {"X": S}, lambda x: trace(x * x), {"X": "2*X'", "X,X": "2*dX'"}),
    Identity("tr(X@X@X)", {"X": S}, lambda x: trace(x * x * x), {"X": "3*X' @ X'"}),
    Identity("tr(X'@X)", {"X": M}, square, {"X": "2*X"}),
    Identity("tr(X'@A@X)", {"X": (3, 2), "A": S}, lambda x, a: trace(x.T * a * x),
             {"X": "(A' + A) @ X", "A": "X @ X'"}),
    Identity("tr(X@A@X')", {"X": M, "A": S}, lambda x, a: trace(x * a * x.T),
             {"X": "X @ (A' + A)"}),
    Identity("tr(A@X@B@X')", {"A": T, "X": M, "B": S}, lambda a, x, b: trace(a * x * b * x.T),
             {"X": "A' @ X @ B' + A @ X @ B"}),
    # --- Inverses and determinants
    Identity("a'@inv(X)@b", {"a": V, "X": S, "b": V}, lambda a, x, b: dot(a, mp.inverse(x) * b),
             {"X": "-inv(X)' @ a @ b' @ inv(X)'", "a": "inv(X) @ b", "b": "inv(X)' @ a"}),
    Identity("tr(inv(X))", {"X": S}, lambda x: trace(mp.inverse(x)),
             {"X": "-inv(X)' @ inv(X)'"}),
    Identity("tr(A@inv(X))", {"A": S, "X": S}, lambda a, x: trace(a * mp.inverse(x)),
             {"X": "-inv(X)' @ A' @ inv(X)'", "A": "inv(X)'"}),
    Identity("det(X)", {"X": S}, mp.det, {"X": "det(X)*inv(X)'"}),
    Identity("logdet(X)", {"X": S}, lambda x: mp.log(abs(mp.det(x))),
             {"X": "inv(X)'", "X,X": "-inv(X)' @ dX' @ inv(X)'"}),
    Identity("logdet(X'@X)", {"X": (3, 2)}, lambda x: mp.log(mp.det(x.T * x)),
             {"X": "X @ (inv(X' @ X)' + inv(X' @ X))"}),
    Identity("det(X)^2", {"X": S}, lambda x: mp.det(x) ** 2, {"X": "2*det(X)^2*inv(X)'"}),
    Identity("b'@solve(A, b)", {"A": S, "b": V}, lambda a, b: dot(b, mp.inverse(a) * b),
             {"b": "solve(A', b) + solve(A, b)", "A": "-(solve(A', b) @ solve(A, b)')"}),
    # --- Entry by entry
    Identity("sum(exp(x))", {"x": V}, lambda x: total(each(mp.exp, x)),
             {"x": "exp(x)", "x,x": "diag(exp(x))"}),
    Identity("sum(sin(A@x))", {"A": M, "x": V}, lambda a, x: total(each(mp.sin, a * x)),
             {"x": "A' @ cos(A @ x)", "A": "cos(A @ x) @ x'",
              "x,x": "-A' @ diag(sin(A @ x)) @ A"}),
    Identity("x'@diag(d)@x", {"x": V, "d": V}, lambda x, d: dot(times(d, x), x),
             {"x": "2*d*x", "d": "x^2", "x,x": "2*diag(d)"}),
    Identity("tr(diag(x)@A)", {"x": V, "A": S}, lambda x, a: mp.fsum(
        x[i] * a[i, i] for i in range(3)), {"x": "diag(A)", "A": "diag(x)"}),
    # --- Statistics and learning
    Identity("sum((W@x - y)^2)/2", {"W": M, "x": V, "y": W}, lambda w, x, y: square(w * x - y) / 2,
             {"W": "(W @ x - y) @ x'", "x": "W' @ (W @ x - y)", "y": "y - W @ x",
              "x,x": "W' @ W", "W,W": "dW @ x @ x'", "x,y": "-W'"}),
    Identity("sum((X@w - y)^2) + l*w'@w", {"X": (4, 3), "w": V, "y": (4,), "l": ()},
             lambda x, w, y, c: square(x * w - y) + c * square(w),
             {"w": "2*(l*w + X' @ (X @ w - y))", "w,w": "2*(l*eye(3) + X' @ X)", "l": "w' @ w"}),
    Identity("logsumexp(x)", {"x": V}, logsumexp,
             {"x": "softmax(x)", "x,x": "diag(softmax(x)) - softmax(x) @ softmax(x)'"}),
    Identity("logsumexp(W@x) - y'@W@x", {"W": M, "x": V, "y": W},
             lambda w, x, y: logsumexp(w * x) - dot(y, w * x),
             {"W": "(softmax(W @ x) - y) @ x'", "x": "W' @ (softmax(W @ x) - y)",
              "x,x": "W' @ (diag(softmax(W @ x)) - softmax(W @ x) @ softmax(W @ x)') @ W"}),
    Identity("-sum(y*log_softmax(z))", {"y": V, "z": V},
             lambda y, z: total(y) * logsumexp(z) - dot(y, z), {"z": "sum(y)*softmax(z) - y"}),
    Identity("sum(softplus(-y*(X@w)))", {"X": (4, 3), "w": V, "y": (4,)},
             lambda x, w, y: total(each(softplus, -times(y, x * w))),
             {"w": "-X' @ (y*(1 - sigmoid(y*(X @ w))))",
              "w,w": "X' @ diag(y^2*sigmoid(y*(X @ w))*(1 - sigmoid(y*(X @ w)))) @ X"}),
    Identity("-sum(y*log(sigmoid(X@w)) + (1 - y)*log(1 - sigmoid(X@w)))",
             {"X": (4, 3), "w": V, "y": (4,)},
             lambda x, w, y: -total(times(y, each(lambda t: mp.log(sigmoid(t)), x * w)) + times(
                 each(lambda t: 1 - t, y), each(lambda t: mp.log(1 - sigmoid(t)), x * w))),
             {"w": "X' @ (sigmoid(X @ w) - y)"}),
    Identity("(x - m)'@inv(S)@(x - m)/2 + logdet(S)/2", {"x": V, "m": V, "S": S},
             lambda x, m, s: (quadratic(x - m, mp.inverse(s)) + mp.log(abs(mp.det(s)))) / 2,
             {"x": "(inv(S)' + inv(S)) @ (x - m)/2",
              "S": "(inv(S)' - inv(S)' @ (x - m) @ (x - m)' @ inv(S)')/2"}),
    Identity("var(x)", {"x": V}, lambda x: square(x - mp.ones(3, 1) * (total(x) / 3)) / 3,
             {"x": "2*(3*x - sum(x))/9"}),
    Identity("norm(X - U@V)^2/2", {"X": M, "U": (2, 1), "V": (1, 3)},
             lambda x, u, v: square(x - u * v) / 2,
             {"U": "(U @ V - X) @ V'", "V": "U' @ (U @ V - X)"}),
    Identity("sum(tanh(X@W + b))", {"X": M, "W": (3, 2), "b": W},
             lambda x, w, b: total(each(mp.tanh, x * w + mp.ones(2, 1) * b.T)),
             {"W": "X' @ pow(sech(X @ W + b), 2)", "b": "pow(sech(X @ W + b), 2)' @ ones(2)"}),
    Identity("v'@relu(W@x)", {"v": W, "W": M, "x": V},
             lambda v, w, x: dot(v, each(lambda t: max(t, 0), w * x)),
             {"v": "relu(W @ x)"}),
    Identity("sum(A@B@C@x)", {"A": M, "B": S, "C": (3, 2), "x": W},
             lambda a, b, c, x: total(a * b * c * x),
             {"A": "ones(2) @ x' @ C' @ B'", "B": "A' @ ones(2) @ x' @ C'",
              "C": "B' @ A' @ ones(2) @ x'", "x": "C' @ B' @ A' @ ones(2)"}),
)  # fmt: skip
