"""The matrix simplifier on random programs of arrays: values stay, and every text reads back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.calculus.forward import push_forward
from gradcli.calculus.reverse import gradient
from gradcli.engine.arrays import evaluate
from gradcli.errors import GradcliError
from gradcli.evaluation.solve import arrays_of, read_model
from gradcli.graph.node import INPUT, Graph, Node
from gradcli.graph.shapes import Form
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.matrix import links
from gradcli.symbolic.matrix.directions import Reading, stripped
from gradcli.symbolic.matrix.links import Chain, Link
from gradcli.symbolic.matrix.simplifier import MatrixSimplifier
from gradcli.symbolic.matrix.writing import node_of
from gradcli.syntax.text import text
from tests.random_arrays import Maker
from tests.test_arrays import point_of

LONGEST = 2_000
"""Longer formulas are not read back."""


def values(graph: Graph, nodes: Sequence[Node], known: dict[str, Any]) -> list[Any]:
    """The values of nodes where inputs have these."""
    inputs = [node for node in graph.nodes if node.op == INPUT]
    return evaluate(nodes, inputs, [known[node.name] for node in inputs])


def wrong(found: Any, expected: Any) -> bool:
    """Whether an entry differs that the original has a value for."""
    one, other = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if one.shape != other.shape:
        return True
    has_value = ~np.isnan(other)
    scale = np.max(np.abs(other), where=np.isfinite(other), initial=1.0)
    with np.errstate(invalid="ignore"):
        same = (one == other) | (np.abs(one - other) <= 1e-7 * scale)
    return not bool(np.all(same[has_value]))


def faults(seeds: Iterable[int]) -> Iterator[int]:
    """Those random programs of which a value, a derivative or a text is another one."""
    for seed in seeds:
        maker = Maker(seed)
        raw = [maker.output, *gradient(maker.graph, maker.output, maker.inputs)]
        simplifier = MatrixSimplifier(maker.graph.ancestors([maker.output]))
        simplified = simplifier.simplify(raw)
        known = {
            node.name: value for node, value in zip(maker.inputs, point_of(maker), strict=True)
        }
        expected = values(maker.graph, raw, known)
        found = values(simplifier.graph, simplified, known)
        if any(map(wrong, found, expected)) or any(
            one.form != other.form for one, other in zip(raw, simplified, strict=True)
        ):
            yield seed


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
def test_random_programs_keep_their_values(block: int) -> None:
    assert not list(faults(range(block * 100, block * 100 + 100)))


@pytest.mark.parametrize("block", range(4))
def test_texts_read_back_with_the_same_values(block: int) -> None:
    checked = 0
    for seed in range(block * 60, block * 60 + 60):
        maker = Maker(seed)
        raw = gradient(maker.graph, maker.output, maker.inputs)
        simplifier = MatrixSimplifier(maker.graph.ancestors([maker.output]))
        known = {
            node.name: value for node, value in zip(maker.inputs, point_of(maker), strict=True)
        }
        if any(node.form.is_row for node in maker.inputs):
            continue  # nobody can give a row as a value
        writer = Unparser({})
        for node in simplifier.simplify(raw):
            if writer.length(node) > LONGEST or any(not np.size(each) for each in known.values()):
                continue
            inputs = [each for each in simplifier.graph.ancestors([node]) if each.op == INPUT]
            used = {each.name: known[each.name] for each in inputs}
            text = writer.text(node)
            has_arrays = "[" in text or any(np.ndim(each) for each in used.values())
            if ("[" in text and not used) or ("'" in text and not has_arrays):
                continue  # a prime at a number is a transpose only where there are arrays
            (expected,) = values(simplifier.graph, [node], known)
            again = gradcli.evaluate(text, used).value
            assert not wrong(again, expected), (seed, text)
            checked += 1
    assert checked > 30


def test_what_is_simplified_stays_as_it_is() -> None:
    for seed in range(150):
        maker = Maker(seed)
        raw = gradient(maker.graph, maker.output, maker.inputs)
        program = maker.graph.ancestors([maker.output])
        once = MatrixSimplifier(program)
        first = once.simplify(raw)
        twice = MatrixSimplifier(program)
        second = twice.simplify(first)
        lengths = [Unparser({}).length(node) for node in (*first, *second)]
        assert sum(lengths[len(first) :]) <= 1.5 * sum(lengths[: len(first)]) + 20, seed


def test_second_derivatives_along_directions_and_as_matrices() -> None:
    matrices = 0
    for seed in range(200):
        maker = Maker(seed)
        graph = maker.graph
        vectors = [node for node in maker.inputs if len(node.shape) == 1 and not node.form.is_row]
        for x in vectors[:1]:
            (slope,) = gradient(graph, maker.output, [x])
            direction = graph.input("dx", x.form)
            second = push_forward(graph, [slope], {x: direction}).of.get(slope)
            if second is None:
                continue
            simplifier = MatrixSimplifier(graph.ancestors([maker.output]))
            (total,) = simplifier.totals([second])
            along = simplifier.graph.input("dx", x.form)
            reading = Reading(
                lambda node, of=simplifier: of.totals([node])[0],
                lambda node, of=simplifier, by=along: of.simplify(gradient(of.graph, node, [by]))[
                    0
                ],
            )
            matrix = stripped(simplifier.products, total, x.form.size, along, reading)
            known = dict(zip([n.name for n in maker.inputs], point_of(maker), strict=True))
            known["dx"] = np.linspace(1, 2, x.form.size)
            (expected,) = values(graph, [second], known)
            (written,) = values(simplifier.graph, [simplifier.written(second)], known)
            assert not wrong(written, expected), seed
            if matrix is not None:
                square = node_of(simplifier.products, matrix, Form((x.form.size, x.form.size)))
                (found,) = values(simplifier.graph, [square], known)
                if np.all(np.isfinite(found)):
                    assert not wrong(found @ known["dx"], expected), seed
                    matrices += 1
    assert matrices > 40


# --- Planted errors -------------------------------------------------------------------------------


def _not_reversed(chain: Sequence[Link]) -> Chain:
    return tuple([link.flipped() for link in chain])


def _copies_of_columns(graph: Graph, chain: Chain, to: Form) -> Chain:
    wide = _widened(graph, chain, to)
    return links.flipped(wide) if len(set(links.form(wide).shape)) == 1 else wide


_widened = links.widened


@pytest.mark.parametrize(
    ("name", "planted"), [("flipped", _not_reversed), ("widened", _copies_of_columns)]
)
def test_a_planted_error_is_found(name: str, planted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, name, planted)
    found = []
    for seed in range(300):
        try:
            found += faults([seed])
        except Exception:  # noqa: BLE001  (forms that do not fit, as a rule)
            found.append(seed)
        if found:
            break
    assert found


# --- Rules one by one -----------------------------------------------------------------------------

A, B = "[[1,2],[3,5]]", "[[2,1],[0,1]]"

SIMPLIFIED = [
    ("A@eye(2)@x", "A @ x"),
    ("A@inv(A)@x", "x"),
    ("inv(A)@A", "eye(2)"),
    ("inv(inv(A))@x", "A @ x"),
    ("inv(A@B)", "inv(B) @ inv(A)"),
    ("inv(2*A)", "inv(A)/2"),
    ("inv(A')", "inv(A)'"),
    ("inv(A)'@x", "inv(A)' @ x"),
    ("(A@B)'", "B' @ A'"),
    ("(A@x)'@B", "x' @ A' @ B"),
    ("A''", "A"),
    ("(A + B)'", "A' + B'"),
    ("x'@A'@y", "y' @ A @ x"),
    ("tr(A@B@A')", "tr(A @ B @ A')"),
    ("tr(x@y')", "x' @ y"),
    ("tr(eye(2))", "2"),
    ("tr(diag(x))", "sum(x)"),
    ("diag(x)@y", "x*y"),
    ("diag(x)@diag(y)", "diag(x*y)"),
    ("y'@diag(x)", "(x*y)'"),
    ("diag(diag(x))", "x"),
    ("diag(x) + diag(y)", "diag(x + y)"),
    ("c*diag(x) - 2*eye(2)", "diag(c*x - 2)"),
    ("diag(x*y) - x'@y*diag(x) + A", "A - diag(x*(x' @ y - y))"),
    ("diag(1/(1 + x)) - diag(x/(1 + x)^2)", "diag(1/(1 + x)^2)"),
    ("(diag(x) + 3*diag(y))@y", "y*(x + 3*y)"),
    ("diag(x@y')", "x*y"),
    ("ones(2)'@x", "sum(x)"),
    ("sum(x*y)", "x' @ y"),
    ("sum(x^2)", "x' @ x"),
    ("sum(A*B)", "sum(A*B)"),
    ("sum(x@y')", "sum(x)*sum(y)"),
    ("sum(A; 2)", "sum(A; 2)"),
    ("sum(x - 3)", "sum(x) - 6"),
    ("A@x + B@x", "(A + B) @ x"),
    ("A@x - x", "A @ x - x"),
    ("A@x + A@y", "A @ (x + y)"),
    ("A@x + A@x", "2*A @ x"),
    ("A@x - A@x", "zeros(2)"),
    ("3*(A@x)/c", "3*A @ x/c"),
    ("c*A@(c*x)", "c^2*A @ x"),
    ("(x'@y)*(y'@x)", "(x' @ y)^2"),
    ("x*(y'@x)", "(y' @ x)*x"),
    ("exp(x)*exp(-x)", "ones(2)"),
    ("x + x'", None),
    ("(x' + y')'", "x + y"),
    ("norm(x)^2", "norm(x)^2"),
    ("A + 1", "A + 1"),
    ("A*x + 0*A", "A*x"),
    ("det(A')", "det(A)"),
    ("sum(A - ones(2)@x')", "sum(A) - 2*sum(x)"),
    ("(A - x)@ones(2)", "A @ ones(2) - sum(x)"),
    ("sum(x - mean(x))", "0"),
    ("sum(A@x + c - y)", "sum(A @ x + c - y)"),
    ("sum(A@x + c - c*x/x)", "sum(A @ x)"),
    ("tr(A@B'@inv(B)'@inv(A))", "2"),
    ("sum(A*eye(2))", "tr(A)"),
    ("sum(A*inv(B)')", "tr(A @ inv(B))"),
    ("(A + A')'", "A + A'"),
    ("(A + A')'@x", "(A + A') @ x"),
    ("A - c*eye(2) + 1", "A - c*eye(2) + ones(2, 2)"),
    ("scatter(c, 2; 2)[2]", "c"),
    ("scatter(c, 2; 2)[1]", "0"),
    ("x'@scatter(1, 2; 2)", "x[2]"),
    ("scatter(c, 1; 2)'@(x - y)", "c*(x[1] - y[1])"),
    ("scatter(c, 1; 2)'@(A@x - y)", "(A @ x - y)[1]*c"),
    ("(x*y^2)[1]", "x[1]*y[1]^2"),
    ("(x*(c - scatter(1, 2; 2)))[2]", "x[2]*(c - 1)"),
    ("[c, x[1]][2]", "x[1]"),
    ("[c, 0][2] + [[c, 1], [2, 3]][1,1]", "c"),
    ("sum([x, y])", "sum(x) + sum(y)"),
    ("sum([[c, 1], [0, c]])", "2*c + 1"),
    ("(A*B)[1,2]", "A[1, 2]*B[1, 2]"),
    ("(A@B)[1,2]", "(A @ B)[1, 2]"),
    ("(A*x)[1,2]", "(A*x)[1, 2]"),
    # What is made of constants is its value, where that is a whole number or a fraction.
    ("sum([1, 2])*x", "3*x"),
    ("mean([1, 2, 6])*c*x", "3*c*x"),
    ("det([[1, 2], [3, 4]])*x/3", "-2*x/3"),
    ("det([[1, 2], [2, 4]])*x", "zeros(2)"),
    ("([1, 2]'@[[1, 2], [3, 4]]@[1, 1])*x", "17*x"),
    ("max([1, 2, 6])*x", "6*x"),
    ("norm([3, 4])*x", "5*x"),
    ("norm([1, 1])*x", "norm([1, 1])*x"),
    ("logsumexp([0, 0])*x", "logsumexp([0, 0])*x"),
    ("sum(1/[0, 1])*x", "sum(1/[0, 1])*x"),
    ("sum([pi, 1])*x", "(pi + 1)*x"),
    ("sum([0.1, 0.2])*x", "0.3*x"),  # with decimals, as the program has them
    ("([0.5, 1]'@x)/4", "0.25*([0.5, 1]' @ x)"),
]


@pytest.mark.parametrize(("program", "expected"), SIMPLIFIED, ids=[each[0] for each in SIMPLIFIED])
def test_a_rule(program: str, expected: str | None) -> None:
    given = {"A": A, "B": B, "x": "[1,2]", "y": "[3,4]", "c": 2}
    used = {name: value for name, value in given.items() if name in program}
    if expected is None:
        with pytest.raises(GradcliError):
            read_model(program, used, arrays=arrays_of(used))
        return
    model = read_model(program, used, arrays=arrays_of(used))
    simplifier = MatrixSimplifier(model.graph.ancestors([model.output]))
    (node,) = simplifier.simplify([model.output])
    assert Unparser({}).text(node) == expected


IN_STEPS = [
    # What is seen of a net of arrays by whoever knows the textbook: o - y, and slopes in values.
    ("o = softmax(z); -log(o[2])", "z", "o - onehot(2; 3)"),
    ("o = softmax(z); -log(o[k])", "z", "o - onehot(k; 3)"),
    ("-log(softmax(z)[k])", "z", "softmax(z) - onehot(k; 3)"),
    ("logsumexp(z) - z[k]", "z", "softmax(z) - onehot(k; 3)"),
    ("o = softmax(W@z); -c*log(o[k])", "W", "(c*o - c*onehot(k; 3)) @ z'"),
    ("o = exp(z); log(o[2]) + sum(o)", "z", "o + onehot(2; 3)"),
    ("o = sigmoid(z); (o[k] - c)^2", "z", "2*(o[k] - c)*onehot(k; 3)*o*(1 - o)"),
    ("h = tanh(z); h[1]*h[2]", "z", "(1 - h^2)*(h[1]*onehot(2; 3) + h[2]*onehot(1; 3))"),
    ("h = tanh(W@z); sum(h*z)", "W", "z*(1 - h^2) @ z'"),
    ("o = sigmoid(W@z); sum((o - z)^2)", "W", "2*(o*(1 - o)*(o - z)) @ z'"),
    ("h = max(0, z); sum((h - c)^2)", "z", "where(z > 0, 2*(h - c), where(z == 0, h - c, 0))"),
    ("sum(z)/z[1]", "z", "1/z[1] - sum(z)/z[1]^2*onehot(1; 3)"),
]


@pytest.mark.parametrize(
    ("program", "wrt", "expected"), IN_STEPS, ids=[each[0] for each in IN_STEPS]
)
def test_a_derivative_in_the_names_of_steps(program: str, wrt: str, expected: str) -> None:
    matrix = [[0.5, -1, 2], [1, 0.25, -0.75], [2, 1, 0]]
    given = {"W": matrix, "z": [0.5, -1.5, 0.75], "c": 0.3, "k": 2}
    used = {name: value for name, value in given.items() if name in program.replace("max", "")}
    derived = gradcli.derive(program, used, wrt=wrt)
    assert text(derived.partials[0].expression) == expected
    again = gradcli.evaluate(derived.text(derived.partials[0]), used)
    np.testing.assert_allclose(again.value, gradcli.evaluate(program, used).get(f"d/d{wrt}"))


def test_a_symmetric_matrix_is_its_transpose_in_text_alone() -> None:
    plain = gradcli.derive("x'@A@x", shapes={"A": ("n", "n"), "x": "n"}, wrt="x")
    assert plain.to_dict()["derivatives"] == {"x": "(A' + A) @ x"}
    symmetric = gradcli.derive(
        "x'@A@x", shapes={"A": ("n", "n"), "x": "n"}, wrt="x", symmetric=["A"]
    )
    assert symmetric.to_dict()["derivatives"] == {"x": "2*A @ x"}
    with pytest.raises(GradcliError, match="not symmetric"):
        gradcli.derive("x'@A@x", A=[[1, 2], [3, 4]], x=[1, 2], symmetric=["A"])
    with pytest.raises(GradcliError, match="only a square matrix"):
        gradcli.derive("x'@A@x", A=[[1, 2], [2, 4]], x=[1, 2], symmetric=["x"])


def test_a_long_product_is_no_trouble() -> None:
    program = "@".join(["A"] * 400) + "@x"
    found = gradcli.derive(program, shapes={"A": (2, 2), "x": 2}, wrt="x")
    assert found.text(found.partials[0]).count("A") == 400
