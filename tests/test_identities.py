"""Identities of the kind that books of matrix formulas list, printed as they have them.

Each text was read by eye; its numbers are compared with differences in 60 digits of the same
program written out entry by entry, in which no rule of ours takes part.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf

import gradcli
from gradcli.evaluation.entries.written_out import WrittenOut
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.graph.node import CONST, INPUT
from gradcli.trust.references import load, references

DIGITS, STEP = 60, mpf(10) ** -20

LENGTHS = {"k": 2, "l": 2, "m": 3, "n": 2}
"""What letters stand for where numbers are compared."""

IDENTITIES = [
    ("a'@X@X'@b", "a=m; X=m,n; b=m", "X", "(a @ b' + b @ a') @ X"),
    ("a'@X'@X@b", "a=n; X=m,n; b=n", "X", "X @ (a @ b' + b @ a')"),
    ("(X@a)'@C@(X@a)", "X=m,n; a=n; C=m,m", "X", "(C' + C) @ X @ a @ a'"),
    ("(X@a + b)'@(X@a + b)", "X=m,n; a=n; b=m", "X", "2*(X @ a + b) @ a'"),
    ("(X@b + c)'@D@(X@b + c)", "X=m,n; b=n; c=m; D=m,m", "X", "(D' + D) @ (X @ b + c) @ b'"),
    ("(x - A@s)'@W@(x - A@s)", "x=m; A=m,n; s=n; W=m,m", "s", "A' @ (W' + W) @ (A @ s - x)"),
    ("(x - A@s)'@W@(x - A@s)", "x=m; A=m,n; s=n; W=m,m", "x", "(W' + W) @ (x - A @ s)"),
    ("(x - A@s)'@W@(x - A@s)", "x=m; A=m,n; s=n; W=m,m", "A", "(W' + W) @ (A @ s - x) @ s'"),
    ("tr(A@X@B@X)", "A=n,n; X=n,n; B=n,n", "X", "A' @ X' @ B' + B' @ X' @ A'"),
    ("tr(X'@B@X@C)", "X=m,n; B=m,m; C=n,n", "X", "B' @ X @ C' + B @ X @ C"),
    ("tr(X'@X@B)", "X=m,n; B=n,n", "X", "X @ (B' + B)"),
    ("tr(B@X@X')", "X=m,n; B=m,m", "X", "(B' + B) @ X"),
    ("tr(X@B@X')", "X=m,n; B=n,n", "X", "X @ (B' + B)"),
    ("tr(A@X'@B)", "A=k,n; X=m,n; B=m,k", "X", "B @ A"),
    (
        "tr((A@X@B + C)@(A@X@B + C)')",
        "A=k,m; X=m,n; B=n,l; C=k,l",
        "X",
        "2*A' @ (A @ X @ B + C) @ B'",
    ),
    ("tr(X@X@X@X)", "X=n,n", "X", "4*X' @ X' @ X'"),
    ("tr(B'@X'@C@X@B)", "B=n,k; X=m,n; C=m,m", "X", "(C' + C) @ X @ B @ B'"),
    (
        "tr(B'@X'@C@X@X'@C@X@B)",
        "B=n,k; X=m,n; C=m,m",
        "X",
        (
            "C' @ X @ (B @ B' @ X' @ C' @ X + X' @ C' @ X @ B @ B') + C @ X @ (B @ B' @ X' @ C' @ "
            "X + X' @ C' @ X @ B @ B')'"
        ),
    ),
    ("tr(inv(X + A))", "X=n,n; A=n,n", "X", "-inv(X + A)' @ inv(X + A)'"),
    ("tr(A@inv(X)@B)", "A=k,n; X=n,n; B=n,k", "X", "-inv(X)' @ A' @ B' @ inv(X)'"),
    (
        "tr(inv(X'@C@X)@A)",
        "X=m,n; C=m,m; A=n,n",
        "X",
        (
            "-C' @ X @ inv(X' @ C @ X)' @ A' @ inv(X' @ C @ X)' - C @ X @ inv(X' @ C @ X) @ A @ "
            "inv(X' @ C @ X)"
        ),
    ),
    ("det(A@X@B)", "A=n,n; X=n,n; B=n,n", "X", "det(A @ X @ B)*inv(X)'"),
    (
        "det(X'@A@X)",
        "X=m,n; A=m,m",
        "X",
        "det(X' @ A @ X)*(A' @ X @ inv(X' @ A @ X)' + A @ X @ inv(X' @ A @ X))",
    ),
    ("det(X'@X)", "X=m,n", "X", "det(X' @ X)*X @ (inv(X' @ X)' + inv(X' @ X))"),
    ("logdet(X'@A@X)", "X=m,n; A=m,m", "X", "A' @ X @ inv(X' @ A @ X)' + A @ X @ inv(X' @ A @ X)"),
    ("det(inv(X))", "X=n,n", "X", "-det(inv(X))*inv(X)'"),
    ("det(X)^3", "X=n,n", "X", "3*det(X)^3*inv(X)'"),
    ("log(det(X))", "X=n,n", "X", "inv(X)'"),
    ("sqrt(det(X))", "X=n,n", "X", "sqrt(det(X))*inv(X)'/2"),
    ("logdet(A + x@x')", "A=n,n; x=n", "x", "(inv(A + x @ x')' + inv(A + x @ x')) @ x"),
    ("det(eye(3) + t*A)", "A=3,3; t=", "t", "det(eye(3) + t*A)*tr(A @ inv(eye(3) + t*A))"),
    ("a'@inv(X)@a", "a=n; X=n,n", "X", "-inv(X)' @ a @ a' @ inv(X)'"),
    (
        "a'@inv(X'@X)@b",
        "a=n; X=m,n; b=n",
        "X",
        "-X @ (inv(X' @ X)' @ a @ b' @ inv(X' @ X)' + inv(X' @ X) @ b @ a' @ inv(X' @ X))",
    ),
    ("sqrt(x'@A@x)", "x=n; A=n,n", "x", "(A' + A) @ x/(2*sqrt(x' @ A @ x))"),
    ("1/(x'@A@x)", "x=n; A=n,n", "x", "-(A' + A) @ x/(x' @ A @ x)^2"),
    ("log(x'@A@x)", "x=n; A=n,n", "x", "(A' + A) @ x/(x' @ A @ x)"),
    ("exp(a'@x)", "a=n; x=n", "x", "exp(a' @ x)*a"),
    ("sin(a'@x)*b'@x", "a=n; x=n; b=n", "x", "(b' @ x)*cos(a' @ x)*a + sin(a' @ x)*b"),
    (
        "(a'@x)*(b'@x)*(c'@x)",
        "a=n; x=n; b=n; c=n",
        "x",
        "(a' @ x)*(b' @ x)*c + (a' @ x)*(c' @ x)*b + (b' @ x)*(c' @ x)*a",
    ),
    ("norm(x)^4", "x=n", "x", "4*(x' @ x)*x"),
    ("1/norm(x - a)", "x=n; a=n", "x", "(a - x)/norm(x - a)^3"),
    ("norm(A@x - b)^2 + l*norm(x)^2", "A=m,n; x=n; b=m; l=", "x", "2*(l*x + A' @ (A @ x - b))"),
    ("norm(A@x - b)^3", "A=m,n; x=n; b=m", "x", "3*norm(A @ x - b)*A' @ (A @ x - b)"),
    ("x'@y/(norm(x)*norm(y))", "x=n; y=n", "x", "(norm(x)^2*y - (x' @ y)*x)/(norm(x)^3*norm(y))"),
    ("norm(X@X' - A)^2", "X=m,n; A=m,m", "X", "2*(2*(X @ X') - A' - A) @ X"),
    ("norm(X'@X - eye(3))^2", "X=m,3", "X", "4*X @ (X' @ X - eye(3))"),
    ("norm(Y - X@B)^2/2 + l*norm(B)^2/2", "Y=m,k; X=m,n; B=n,k; l=", "B", "l*B + X' @ (X @ B - Y)"),
    ("sum(log(1 + exp(X@w)))", "X=m,n; w=n", "w", "X' @ (exp(X @ w)/(1 + exp(X @ w)))"),
    ("sum(exp(X@w)) - y'@X@w", "X=m,n; w=n; y=m", "w", "X' @ (exp(X @ w) - y)"),
    (
        "sum((sigmoid(X@w) - y)^2)/2",
        "X=m,n; w=n; y=m",
        "w",
        "X' @ (sigmoid(X @ w)*(1 - sigmoid(X @ w))*(sigmoid(X @ w) - y))",
    ),
    ("sum(log(x))", "x=n", "x", "1/x"),
    ("sum(x*log(x))", "x=n", "x", "log(x) + 1"),
    ("sum(x*log(x/y))", "x=n; y=n", "x", "log(x/y) + 1"),
    ("sum(x*log(x/y))", "x=n; y=n", "y", "-x/y"),
    ("sum(sqrt(x^2 + c))", "x=n; c=", "x", "x/sqrt(x^2 + c)"),
    ("-logdet(X) + tr(S@X)", "X=n,n; S=n,n", "X", "S' - inv(X)'"),
    ("-sum(log(b - A@x))", "b=m; A=m,n; x=n", "x", "A' @ (1/(b - A @ x))"),
    ("logsumexp(A@x + b)", "A=m,n; x=n; b=m", "x", "A' @ softmax(A @ x + b)"),
    ("sum(cosh(A@x))", "A=m,n; x=n", "x", "A' @ sinh(A @ x)"),
    ("(x'@x)*(a'@x)", "x=n; a=n", "x", "2*(a' @ x)*x + (x' @ x)*a"),
    (
        "x'@A@x*x'@B@x",
        "x=n; A=n,n; B=n,n",
        "x",
        "((x' @ A @ x)*(B' + B) + (x' @ B @ x)*(A' + A)) @ x",
    ),
    ("sum(diag(x)@A@diag(x))", "x=n; A=n,n", "x", "(A' + A) @ x"),
    ("x'@(A*B)@x", "x=n; A=n,n; B=n,n", "A", "B*(x @ x')"),
    ("sum((X*Y)@a)", "X=m,n; Y=m,n; a=n", "X", "a*Y"),
    ("tr(X)^2", "X=n,n", "X", "2*tr(X)*eye(n)"),
    ("norm(X)", "X=m,n", "X", "X/norm(X)"),
    ("norm(X - Y)", "X=m,n; Y=m,n", "X", "(X - Y)/norm(X - Y)"),
    ("tr(X@A)/tr(X@B)", "X=n,n; A=n,n; B=n,n", "X", "(tr(X @ B)*A' - tr(X @ A)*B')/tr(X @ B)^2"),
    (
        "norm(W2@tanh(W1@x) - y)^2/2",
        "W2=k,m; W1=m,n; x=n; y=k",
        "W1",
        "sech(W1 @ x)^2*(W2' @ (W2 @ tanh(W1 @ x) - y)) @ x'",
    ),
    (
        "norm(A@relu(X@x) - y)^2/2",
        "A=k,m; X=m,n; x=n; y=k",
        "X",
        "where(X @ x > 0, A' @ (A @ relu(X @ x) - y), 0) @ x'",
    ),
    ("a'@solve(X, b)", "a=n; X=n,n; b=n", "X", "-(solve(X', a) @ solve(X, b)')"),
    ("prod(x)", "x=n", "x", "prod(x)/x"),
    ("prod(x)", "x=n", "x,x", "prod(x)*(1/x @ (1/x)' - diag(1/x^2))"),
    ("log(prod(x))", "x=n", "x", "1/x"),
    ("prod(A@x)", "A=m,n; x=n", "x", "prod(A @ x)*A' @ (1/(A @ x))"),
    ("mean((x - mean(x))^2)", "x=n", "x", "2*(x - sum(x)/n)/n"),
    ("sum(x)^2/sum(x*x)", "x=n", "x", "2*sum(x)*(x' @ x - sum(x)*x)/(x' @ x)^2"),
    ("softmax(x)'@a", "x=n; a=n", "x", "softmax(x)*(a - softmax(x)' @ a)"),
    (
        "-log(softmax(W@x)'@y)",
        "W=m,n; x=n; y=m",
        "x",
        "W' @ (softmax(W @ x) - softmax(W @ x)*y/(softmax(W @ x)' @ y))",
    ),
    ("sum(cumsum(x)^2)/2", "x=n", "x", "cumsum_back(cumsum(x))"),
    ("vec(X)'@A@vec(X)", "X=2,3; A=6,6", "X", "reshape((A' + A) @ vec(X); 2, 3)"),
    ("x'@A@x", "x=n; A=n,n", "x,x", "A' + A"),
    ("exp(x'@x)", "x=n", "x,x", "2*exp(x' @ x)*(eye(n) + 2*(x @ x'))"),
    ("log(x'@x)", "x=n", "x,x", "2*((x' @ x)*eye(n) - 2*(x @ x'))/(x' @ x)^2"),
    ("norm(x)^3", "x=n", "x,x", "3*norm(x)*eye(n) + 3*(x @ x')/norm(x)"),
    ("1/norm(x)", "x=n", "x,x", "(3*x @ x' - norm(x)^2*eye(n))/norm(x)^5"),
    ("sqrt(1 + x'@x)", "x=n", "x,x", "((1 + x' @ x)*eye(n) - x @ x')/(1 + x' @ x)^(3/2)"),
    (
        "x'@A@x/(x'@x)",
        "x=n; A=n,n",
        "x,x",
        (
            "((x' @ x)^2*(A' + A) - 2*(x' @ A @ x)*(x' @ x)*eye(n) - 2*(x' @ x)*x @ x' @ (A' + A) "
            "+ 2*(4*(x' @ A @ x)*x - (x' @ x)*((A' + A) @ x)) @ x')/(x' @ x)^3"
        ),
    ),
    ("sum(log(1 + exp(X@w)))", "X=m,n; w=n", "w,w", "X' @ diag(exp(X @ w)/(1 + exp(X @ w))^2) @ X"),
    ("sum(exp(A@x))", "A=m,n; x=n", "x,x", "A' @ diag(exp(A @ x)) @ A"),
    ("-sum(log(b - A@x))", "b=m; A=m,n; x=n", "x,x", "A' @ diag(1/(b - A @ x)^2) @ A"),
    ("(a'@x)^3", "a=n; x=n", "x,x", "6*(a' @ x)*a @ a'"),
    ("(x'@A@x)^2", "x=n; A=n,n", "x,x", "2*((x' @ A @ x)*(A' + A) + (A' + A) @ x @ x' @ (A' + A))"),
    ("sum(x^4)", "x=n", "x,x", "12*diag(x^2)"),
    ("sum(x^4 + x^2)", "x=n", "x,x", "2*diag(6*x^2 + 1)"),
    ("sum(x*log(1 + x))", "x=n", "x,x", "diag((2 + x)/(1 + x)^2)"),
    ("norm(A@x - b)^2/2", "A=m,n; x=n; b=m", "x,A", "A' @ dA @ x + dA' @ (A @ x - b)"),
    ("logdet(X)", "X=n,n", "X,X", "-inv(X)' @ dX' @ inv(X)'"),
    ("tr(inv(X))", "X=n,n", "X,X", "inv(X)' @ (dX' @ inv(X)' + inv(X)' @ dX') @ inv(X)'"),
    (
        "a'@inv(X)@b",
        "a=n; X=n,n; b=n",
        "X,X",
        "inv(X)' @ (a @ b' @ inv(X)' @ dX' + dX' @ inv(X)' @ a @ b') @ inv(X)'",
    ),
]
"""A program, the shapes of its inputs, what it is differentiated by, and the text."""


def shapes_of(text: str) -> dict[str, tuple[Any, ...]]:
    """``A=m,n; t=``: lengths in letters or numbers; none for a number."""
    found = {}
    for part in text.split("; "):
        name, _, lengths = part.partition("=")
        each = filter(None, lengths.split(","))
        found[name] = tuple([int(one) if one.isdigit() else one for one in each])
    return found


def point_of(shapes: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    """Values near the unit matrix, so that inverses, logarithms and roots have values."""
    random = np.random.default_rng(11)
    point = {}
    for name, lengths in shapes.items():
        shape = tuple([LENGTHS.get(length, length) for length in lengths])
        value = random.uniform(0.1, 0.6, shape)
        point[name] = value + 1.5 * np.eye(*shape) if len(shape) == 2 else value
        if name == "b":
            point[name] = value + 3  # logarithms of b - A @ x
    return point


class Exact:
    """A program in many digits, as its entries are moved."""

    def __init__(self, program: str, point: dict[str, Any]) -> None:
        model = read_model(program, point, arrays=arrays_of(point))
        oracle = WrittenOut()
        (self._output,) = np.ravel(oracle.entries(model.output))
        self._order = oracle.graph.ancestors([self._output])
        self._entries = {node.name: oracle.inputs[node] for node in model.inputs}
        self._functions = references(load())
        self._point = point

    def __call__(self, moves: dict[str, Any]) -> Any:
        """The value where inputs are moved, each by an array of numbers."""
        known: dict[Any, Any] = {}
        for name, nodes in self._entries.items():
            start = np.vectorize(mpf, otypes=[object])(self._point[name])
            moved = start + moves.get(name, mpf(0))
            known |= dict(zip(np.ravel(nodes), np.ravel(moved), strict=True))
        for node in self._order:
            if node.op == CONST:
                known[node] = mpf(node.value)
            elif node.op != INPUT:
                known[node] = self._functions[node.op](*[known[arg] for arg in node.args])
        return known[self._output]


def value_of(text: str, point: dict[str, Any]) -> Any:
    """A formula at a point."""
    used = {name: x for name, x in point.items() if re.search(rf"\b{name}\b(?!\()", text)}
    return gradcli.evaluate(text, used).value


def difference(exact: Exact, moves: list[dict[str, Any]]) -> Any:
    """The first or the mixed second derivative along directions."""
    total = mpf(0)
    for signs in itertools.product((1, -1), repeat=len(moves)):
        whole: dict[str, Any] = {}
        for sign, move in zip(signs, moves, strict=True):
            for name, direction in move.items():
                whole[name] = whole.get(name, 0) + sign * STEP * direction
        total += np.prod(signs) * exact(whole)
    return total / (2 * STEP) ** len(moves)


@pytest.mark.parametrize(
    ("program", "shapes", "names", "text"),
    IDENTITIES,
    ids=[f"{each[0]} by {each[2]}" for each in IDENTITIES],
)
def test_an_identity(program: str, shapes: str, names: str, text: str) -> None:
    lengths = shapes_of(shapes)
    wanted = tuple(names.split(","))
    declared = {name: each for name, each in lengths.items() if each}
    found = gradcli.derive(program, wrt=[wanted], shapes=declared, textbook=True)
    assert found.text(found.partials[0]) == text

    point = point_of(lengths)
    random = np.random.default_rng(5)
    directions = [random.uniform(0.5, 1, np.shape(point[name])) for name in wanted]
    numbers = {letter: LENGTHS[letter] for letter in LENGTHS if letter not in point}
    first, *others = directions
    along = {f"d{name}": each for name, each in zip(wanted[1:], others, strict=True)}
    formula = value_of(re.sub(r"\b[klmn]\b(?!\()", lambda at: str(numbers.get(at[0], at[0])), text),
                       {**point, **along})  # fmt: skip
    if others and not any(name in text for name in along):
        formula = formula @ others[0]
    with mp.workdps(DIGITS):
        moves = [
            {name: np.vectorize(mpf, otypes=[object])(each)}
            for name, each in zip(wanted, directions, strict=True)
        ]
        expected = difference(Exact(program, point), moves)
    assert float(np.sum(formula * first)) == pytest.approx(float(expected), rel=1e-10, abs=1e-10)
