"""Derivatives: right in many digits, of any order; no branch poisons; large graphs stay linear."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from graphs import model_of, size, unsimplified
from high_precision import Formula

from gradcli.calculus.reverse import differentiate, gradient
from gradcli.engine.interpreter import evaluate
from gradcli.evaluation.solve import solve
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import table
from gradcli.library.function import function

# Formulas that Python reads as we do (but for ^), and a point.
FORMULAS = {
    "3*(a+b*c)": {"a": 1, "b": 2, "c": 3},
    "sin(x*y)*exp(-x^2/2)+log(1+y^2)": {"x": 0.5, "y": -1.5},
    "x/y - y/x + x*y/(x + y)": {"x": 0.7, "y": 2.3},
    "(x*y)^(x - y) - x^-3 + 2^y": {"x": 1.7, "y": 0.4},
    "-x^2 - -y^3 + (-x)^2": {"x": 1.3, "y": -0.8},
    "1/(1 + exp(-(w*x + b)))": {"w": 0.7, "x": -1.2, "b": 0.3},
    "(1/(1 + exp(-w*x)) - t)^2/2": {"w": 0.7, "x": -1.2, "t": 1},
    "tan(x)*atan(y) + asin(x/2)*acos(y/3)": {"x": 0.9, "y": 1.1},
    "sinh(x)*cosh(y) - tanh(x*y)": {"x": 0.6, "y": -0.4},
    "asinh(x) + acosh(1 + y^2) + atanh(x*y/4)": {"x": 1.2, "y": 0.9},
    "atan2(y, x)*hypot(x, y)": {"x": -1.2, "y": 0.7},
    "sqrt(x^2 + y^2 + 1) + cbrt(x*y)": {"x": 1.5, "y": 0.8},
    "log(x)*log2(y) + log10(x*y) + log1p(x/y) + expm1(x - y) + exp2(x)": {"x": 1.4, "y": 2.2},
    "sigmoid(x)*softplus(y) + silu(x*y) + gelu(x - y)": {"x": 0.8, "y": -0.6},
    "erf(x)*erfc(y) + normal_cdf(x*y) - normal_pdf(x + y)": {"x": 0.5, "y": -0.3},
    "gamma(x) + lgamma(y)*digamma(x) + beta(x, y)": {"x": 2.3, "y": 1.6},
    "norm(x, y, z) + logsumexp(x, y, z)": {"x": 1, "y": -2, "z": 0.5},
    "prod(x, y, z)^2 + sum(x, y, z)": {"x": 1, "y": -2, "z": 0.5},
    "max(x, y^2)*min(x*y, 2) + abs(x - y) + relu(y - x) + relu(x - y)": {"x": 1.5, "y": -0.7},
    "mod(x, y) + floor(x)*x + round(y)*y^2 + ceil(x)*sign(y)*x": {"x": 7.3, "y": 1.9},
    "x^3 if x < y else (y^2 if x > 0 else x)": {"x": 2.5, "y": 1.5},
    "(x if x > y and not y > 0 else x*y)*(x^2 if x == y or x != y else y)": {"x": 1.5, "y": -1.5},
    "(x < y)*x^2 + (x >= y)*y^3": {"x": 0.3, "y": 0.9},
    "((x + y)^2/(x - y)^3)^0.5": {"x": 2.5, "y": 0.5},
    "x^x^x": {"x": 1.3},
    "sin(sin(sin(x)*x)*x)": {"x": 0.9},
    "e^(pi*x)/tau": {"x": 0.2},
}  # fmt: skip


@pytest.mark.parametrize("source", FORMULAS)
def test_values_and_gradients_agree_with_differences_in_many_digits(source: str) -> None:
    point = FORMULAS[source]
    exact = Formula(source, list(point))
    solution = solve(source, point)
    assert not solution.problems
    assert solution.value == pytest.approx(float(exact.value(point)), rel=1e-14)
    for name, found in solution.gradient.items():
        expected = float(exact.derivative(point, name))
        assert found == pytest.approx(expected, rel=1e-13, abs=1e-15), name


@pytest.mark.parametrize("source", FORMULAS)
def test_second_derivatives_agree_with_differences_in_many_digits(source: str) -> None:
    point = FORMULAS[source]
    exact = Formula(source, list(point))
    rows = function(source, inputs=list(point)).hessian(**point)
    for first, second in itertools.product(point, repeat=2):
        expected = float(exact.derivative(point, first, second))
        assert rows[first][second] == pytest.approx(expected, rel=1e-11, abs=1e-12), (first, second)


@pytest.mark.parametrize(
    ("source", "point", "order"),
    [
        ("sin(x)*exp(x)", {"x": 0.7}, 5),
        ("x^7 - 3*x^5 + x", {"x": 1.3}, 6),
        ("x^2.5", {"x": 1.7}, 5),
        ("1/(1 + x^2)", {"x": 0.4}, 5),
        ("sigmoid(x)", {"x": 0.3}, 4),
        ("log(x)/x", {"x": 2.0}, 4),
        ("tanh(x)", {"x": 0.6}, 4),
        ("exp(-x^2)", {"x": 0.8}, 6),
        ("erf(x)", {"x": 0.8}, 5),
        ("lgamma(x)", {"x": 2.5}, 4),
    ],
)
def test_derivatives_of_high_orders(source: str, point: dict[str, float], order: int) -> None:
    exact, original = Formula(source, list(point)), function(source)
    for each in range(1, order + 1):
        text = unsimplified(original, *["x"] * each)
        found = solve(f"J(x) = {text}", point).value
        expected = float(exact.derivative(point, *["x"] * each))
        assert found == pytest.approx(expected, rel=1e-10, abs=1e-10), each


def test_the_order_of_differentiation_does_not_matter() -> None:
    rows = function("sin(x*y)^z + x^y*z").hessian(x=0.7, y=1.2, z=1.9)
    for first, second in itertools.combinations("xyz", 2):
        assert rows[first][second] == pytest.approx(rows[second][first], rel=1e-13)


# Each is fine at x = 0 although something in a branch that is not taken is not.
BRANCHES = {
    "where(x > 1, log(x), x)": 1.0,
    "where(x <= 1, x, log(x))": 1.0,
    "where(x >= -1, x, 1/x)": 1.0,
    "where(x < -1, 1/x, x)": 1.0,
    "x if x >= -1 else sqrt(x - 1)": 1.0,
    "sqrt(x - 1) if x > 1 else x": 1.0,
    "where(x != 2, 3*x, sin(x)/x)": 3.0,
    "where(x == 2, sin(x)/x, 3*x)": 3.0,
    "where(not x > 1, 2*x, x^-1)": 2.0,
    "where(x > 1, where(x > 2, 1/x, log(x)), x)": 1.0,
    "where(x > -1, where(x > 1, 1/x, 2*x), log(x))": 2.0,
    "where(x > -1, where(x < 1, 2*x, 1/x), log(x))": 2.0,
    "where(x < 1, where(x < -1, 1/x, where(x < -2, log(x), 5*x)), x)": 5.0,
    "x*where(x > 1, 1/x, 4)": 4.0,
    "where(x > 1, log(x), 1)*where(x < -1, 1/x, x)": 1.0,
    "where(x > 1, sqrt(x)*log(x)/x, x) + where(x < -1, x^0.5, x)": 2.0,
    "relu(x - 1)*1 + x": 1.0,
    "relu(where(x > 1, 1/x, -1)) + x": 1.0,
    "relu(-1 - x^2)*log(x + 1) + x": 1.0,
    "max(x, where(x > 1, log(x), -1))": 1.0,
    "min(x, where(x > 1, log(x), 1))": 1.0,
    "max(where(x < -1, 1/x, 3*x), -1)": 3.0,
    "clip(where(x > 1, 1/x, x), -1, 1)": 1.0,
    "huber(where(x > 1, 1/x, 2*x), x)": 0.0,
    "u = log(x); where(x > 1, u, x)": 1.0,
    "u = 1/x; v = u^2; where(x > 1, v*u, where(x < -1, v, 7*x))": 7.0,
    "f(z) = where(z > 1, log(z), z); f(f(x))": 1.0,
    "where(x > 2, sqrt(x), 0) + where(x > 1, sqrt(x), 0) + x": 1.0,
}


@pytest.mark.parametrize("source", BRANCHES)
def test_a_branch_not_taken_poisons_no_derivative(source: str) -> None:
    solution = solve(source, {"x": 0.0})
    assert math.isfinite(solution.value)
    assert solution.gradient == {"x": BRANCHES[source]}
    assert {problem.kind for problem in solution.problems} <= {"follows", "kink"}


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # 0 is where branches meet
@pytest.mark.parametrize("source", BRANCHES)
def test_a_branch_not_taken_poisons_no_second_derivative(source: str) -> None:
    original = function(source)
    assert original.grad(0.0) == {"x": BRANCHES[source]}
    assert all(map(math.isfinite, original.hessian(0.0)["x"].values()))
    assert all(map(math.isfinite, original.hvp([0.0], [1.0]).values()))
    assert math.isfinite(solve(f"J(x) = {original.derivative('x', 'x')}", {"x": 0.0}).value)


# The point of least norm in the hull of the gradients of all pieces.
KINKS = {
    "abs(x)": {"x": 0.0},
    "abs(-3*x)": {"x": 0.0},
    "abs(x) + x": {"x": 0.0},
    "abs(x) + 2*x": {"x": 1.0},
    "relu(x)": {"x": 0.0},
    "relu(x) - 2*relu(-x)": {"x": 1.0},
    "step(x)": {"x": 0.0},
    "max(x, y)": {"x": 0.5, "y": 0.5},
    "max(x, y, 0)": {"x": 0.0, "y": 0.0},
    "max(x, y, x + y)": {"x": 0.5, "y": 0.5},
    "max(x, y, -1)": {"x": 0.5, "y": 0.5},
    "min(x, y, x)": {"x": 1 / 2, "y": 1 / 2},  # what is written twice is one argument
    "max(x, 0)": {"x": 0.0},
    "clip(x, 0, 1)": {"x": 0.0},
    "norm(x, y)": {"x": 0.0, "y": 0.0},
    "hypot(x, y)": {"x": 0.0, "y": 0.0},
    "leaky_relu(x)": {"x": 0.01},
    "leaky_relu(x, 2)": {"x": 1.0},
    "leaky_relu(x, -1)": {"x": 0.0},
    "floor(x)": {"x": 0.0},
    "round(x + 0.5)": {"x": 0.0},
}


@pytest.mark.parametrize("source", KINKS)
def test_conventions_at_kinks(source: str) -> None:
    expected = KINKS[source]
    solution = solve(source, dict.fromkeys(expected, 0.0))
    assert solution.gradient == pytest.approx(expected, rel=1e-15)
    assert any(problem.kind == "kink" for problem in solution.problems)


@pytest.mark.parametrize(
    ("source", "point", "expected"),
    [
        ("x^2", {"x": 0.0}, {"x": 0.0}),
        ("x^1", {"x": 0.0}, {"x": 1.0}),
        ("x^0", {"x": 0.0}, {"x": 0.0}),
        ("x^3/3", {"x": -2.0}, {"x": 4.0}),
        ("(-2)^x", {"x": 2.0}, {"x": math.nan}),
        ("0^x", {"x": 2.0}, {"x": 0.0}),
        ("x^n", {"x": 0.0, "n": 2.0}, {"x": 0.0, "n": 0.0}),
        ("x^n", {"x": -2.0, "n": 3.0}, {"x": 12.0, "n": math.nan}),
        ("xlogy(x, y)", {"x": 0.0, "y": 0.0}, {"x": -math.inf, "y": 0.0}),
        ("cross_entropy(p, t)", {"p": 0.0, "t": 0.0}, {"p": 0.0, "t": math.inf}),
        ("softplus(x)", {"x": 800.0}, {"x": 1.0}),
        ("softplus(x)", {"x": -700.0}, {"x": 9.859676543759770e-305}),
        ("sigmoid(x)", {"x": -700.0}, {"x": 9.859676543759770e-305}),
        ("logsumexp(x, y)", {"x": 1000.0, "y": 1000.0}, {"x": 0.5, "y": 0.5}),
        ("norm(x, y)", {"x": 3e200, "y": 4e200}, {"x": 0.6, "y": 0.8}),
        ("tanh(x)", {"x": math.inf}, {"x": 0.0}),
        ("x/y", {"x": 1e-200, "y": 1e50}, {"x": 1e-50, "y": -1e-300}),
        ("sqrt(x)", {"x": 0.0}, {"x": math.inf}),
        ("1/x", {"x": 1e-150}, {"x": -1e300}),
    ],
)  # fmt: skip
def test_special_points(source: str, point: dict[str, float], expected: dict[str, float]) -> None:
    assert solve(source, point).gradient == pytest.approx(expected, rel=1e-15, nan_ok=True)


def test_nothing_is_built_that_leads_to_no_target() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    heavy = y
    for _ in range(100):
        heavy = graph.node("sin", (heavy,))
    output = graph.node("mul", (x, heavy))
    before = len(graph)
    derivative = differentiate(graph, output, [x])
    assert len(graph) <= before + 1
    assert derivative.adjoints[x] is heavy
    assert y not in derivative.adjoints
    assert derivative.locals[output][1] is None


def test_what_the_output_does_not_depend_on_has_the_derivative_0() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    zero, one = gradient(graph, x, [y, x])
    assert (zero.value, one.value) == (0.0, 1.0)
    assert gradient(graph, graph.const(3.0), [x])[0].value == 0.0


def test_local_partials_multiply_to_the_gradient() -> None:
    solution = solve("u = x*y; v = sin(u); J = v^2 + u", {"x": 0.7, "y": 1.3})
    nodes = {node.name: node for node in solution.nodes}
    for node in solution.nodes:
        total = sum(
            consumer.grad * partial
            for consumer in solution.nodes
            for arg, partial in zip(consumer.args, consumer.local, strict=True)
            if arg == node.name and partial is not None
        )
        expected = 1.0 if node.name == "J" else total
        assert node.grad == pytest.approx(expected, rel=1e-15)
    assert nodes["u"].local == (1.3, 0.7)


# --- Sizes -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_sum_of_100_000_terms() -> None:
    solution = solve(" + ".join(["x*y"] + ["x"] * 100_000), {"x": 1, "y": 2})
    assert solution.value == 100_002.0
    assert solution.gradient == {"x": 100_002.0, "y": 1.0}


def test_10_000_nested_brackets() -> None:
    assert solve("(" * 10_000 + "x" + ")" * 10_000, {"x": 3}).value == 3.0
    assert solve("(1 + " * 10_000 + "x" + ")" * 10_000, {"x": 3}).gradient == {"x": 1.0}


@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("sin(", "x", ")"),
        ("-", "x", ""),
        ("not ", "x", ""),
        ("2^", "x", ""),
        ("(x - ", "x", ")"),
        ("where(x > 0, x, ", "x", ")"),
        ("x if x < 0 else ", "x", ""),
        ("max(x, ", "x", ")"),
        ("relu(x + ", "x", ")"),
        ("(", "x", ")!"),
        ("", "x", "^x"),
        ("", "x", " and x"),
        ("", "x", " < x"),
        ("", "x", "/x"),
        ("", "x", "(x)"),
    ],
)
def test_deep_expressions_of_every_kind(opening: str, inner: str, closing: str) -> None:
    depth = 3_000
    solution = solve(opening * depth + inner + closing * depth, {"x": 0.5})
    assert len(solution.nodes) <= 2 * depth + 2
    last = solution.nodes[len(solution.nodes) - 1]
    assert last.grad == 1.0


def test_a_chain_of_many_different_choices_stays_linear() -> None:
    source = "".join(f"x^2 if x < {i} else " for i in range(2_000)) + "x"
    model = model_of(source)
    before = len(model.graph)
    derivative = differentiate(model.graph, model.output, model.inputs)
    assert len(model.graph) < 8 * before
    point = [1500.5]
    adjoint = derivative.adjoints[model.inputs[0]]
    assert evaluate(model.graph, [adjoint], model.inputs, point) == [3001.0]


GUARDED = ["^".join(["x"] * 30), "relu(" * 30 + "x*y" + ")" * 30, "max(x, y, x*y, y)*hypot(x, y)"]


@pytest.mark.parametrize("source", GUARDED)
def test_a_number_needs_no_choice_of_a_derivative_as_a_node(source: str) -> None:
    solution = solve(source, {"x": 0.5, "y": 1.5} if "y" in source else {"x": 0.5})
    _ = solution.gradient, [*map(solution.local_of, solution.names)]
    assert not {"where", "and"} & {node.op for node in solution.model.graph.nodes}
    # They are there for whoever asks, and have the same values.
    derivative = solution.derivative
    for node in solution.names:
        adjoint = derivative.adjoints.get(node)
        value = 0.0 if adjoint is None else solution.value_of(adjoint)
        assert solution.grad_of(node) == value
        partials = [part and solution.value_of(part) for part in derivative.locals.get(node, ())]
        assert [*solution.local_of(node)] == partials
    assert "where" in {node.op for node in solution.model.graph.nodes}


def test_functions_nested_twelve_times_share_their_nodes() -> None:
    source = "".join(f"f{i + 1} = sin(f{i})*f{i}; " for i in range(12)).replace("f0", "x") + "f12"
    model = model_of(source)
    first = gradient(model.graph, model.output, model.inputs)[0]
    second = gradient(model.graph, first, model.inputs)[0]
    assert size(model.graph, model.output) <= 26
    assert size(model.graph, first) < 120
    assert size(model.graph, second) < 900


@pytest.mark.slow
def test_a_chain_of_a_million_nodes() -> None:
    graph = Graph()
    x = node = graph.input("x")
    half = graph.const(0.5)
    for _ in range(500_000):
        node = graph.node("add", (graph.node("mul", (node, half)), half))
    derivative = gradient(graph, node, [x])[0]
    value, slope = evaluate(graph, [node, derivative], [x], [3.0])
    assert (value, slope) == (1.0, 0.0)
    assert len(graph) > 1_000_000


def test_many_arguments() -> None:
    source = "max(" + ", ".join(f"x[{i}]" for i in range(1, 2_001)) + ")"
    values = {f"x[{i}]": i for i in range(1, 2_001)}
    gradient_ = solve(source, values).gradient
    assert gradient_["x[2000]"] == 1.0
    assert sum(gradient_.values()) == 1.0


class Looked(tuple[Node, ...]):
    """Arguments that count how often all of them are looked at."""

    __slots__ = ()
    looks: ClassVar[list[str]] = []

    def __iter__(self) -> Iterator[Node]:
        self.looks.append("all of them")
        return super().__iter__()

    def count(self, value: object, /) -> int:
        self.looks.append("all of them")
        return super().count(value)

    def index(self, value: object, *bounds: Any) -> int:
        self.looks.append("all of them")
        return super().index(value, *bounds)


@pytest.mark.parametrize("op", ["max", "min", "norm"])
def test_the_partials_of_many_arguments_do_not_look_at_all_of_them_each(op: str) -> None:
    graph = Graph()
    args = Looked([graph.input(f"x{place}") for place in range(50)])
    node = graph.node(op, args)
    args.looks.clear()
    for place in range(len(args)):
        table().partial(graph, node, place)
    assert len(args.looks) < 5


@pytest.mark.parametrize(
    ("source", "derivative"),
    [
        ("5*x - 3*x^2", "5 - 6*x"),
        ("x - 3*x^2", "1 - 6*x"),
        ("x + y - 4*x*y", "1 - 4*y"),
        ("-x - 2*x^2", "-1 - 4*x"),
        ("-3*x*y - 3*x*y", "-6*y"),
        ("3*y - x*y*3 - 2*x*y", "-3*y - 2*y"),
    ],
)
def test_what_has_a_minus_is_subtracted(source: str, derivative: str) -> None:
    values = {"x": 1.5, "y": 2} if "y" in source else {"x": 1.5}
    solution = solve(source, values)
    (shown,) = (node.derivative for node in solution.nodes if node.name == "x")
    assert shown == derivative
