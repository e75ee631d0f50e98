"""The graph: nodes are made once and in order; what derivatives leave out; what is written."""

from __future__ import annotations

import itertools
import math

import pytest
from graphs import canonical, model_of, shape, size, unsimplified

from gradcli.engine.scalar import OPERATIONS
from gradcli.evaluation.solve import solve
from gradcli.graph import operations
from gradcli.graph.node import Graph
from gradcli.graph.rules import table
from gradcli.graph.template import template, written
from gradcli.graph.unparse import Unparser
from gradcli.library.function import Function, function
from gradcli.syntax.text import text


def test_equal_expressions_are_one_node() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    assert graph.input("x") is x
    assert graph.node("add", (x, y)) is graph.node("add", (x, y))
    assert graph.node("add", (x, y)) is not graph.node("add", (y, x))
    assert graph.const(2.0) is graph.const(2.0)
    assert len(graph) == 5


def test_a_node_stays_what_it_was_when_it_is_named() -> None:
    graph = Graph()
    x, y = graph.input("x"), graph.input("y")
    product = graph.node("mul", (x, y))
    nodes = [*graph.nodes]
    step = graph.name(product, "u")
    second = graph.name(step, "v")
    assert (product.label, step.label, second.label) == (None, "u", "v")
    assert graph.node("mul", (x, y)) is product
    assert graph.nodes == [*nodes, step, second]
    assert (step.op, step.args, second.op, second.args) == ("mul", (x, y), "id", (step,))


def test_constants_are_told_apart_by_sign_and_by_name() -> None:
    graph = Graph()
    constants = [
        graph.const(0.0),
        graph.const(-0.0),
        graph.const(math.nan),
        graph.const(math.pi),
        graph.const(math.pi, "pi"),
        graph.const(math.inf),
    ]
    assert len(set(constants)) == len(constants)
    assert graph.const(math.nan) is constants[2]


def test_arguments_come_before_what_is_made_of_them() -> None:
    model = model_of("f(z) = z/(1 + z); a = f(x); b = f(a y); J = sin(b) + a + max(a, b, x)")
    for place, node in enumerate(model.graph.nodes):
        assert node.index == place
        assert all(arg.index < place for arg in node.args)
        assert all(model.graph.nodes[arg.index] is arg for arg in node.args)


def test_what_is_known_of_nodes_is_known_of_nodes_of_the_graph() -> None:
    model = model_of(
        "f(z) = z/(1 + z); u = x*y; v = x*y; g = f(x); h = f(y); J = u + v + x*y + g*h"
    )
    assert all(model.graph.nodes[node.index] is node for node in model.calls)
    placed = {node.op: model.spans.get(node) for node in model.graph.nodes}
    assert placed["mul"] == (model.source.index("g*h"), len(model.source))
    assert placed["input"] == (model.source.index("y"), model.source.index("y") + 1)
    assert all(model.spans.get(node) is None for node in model_of("x*y").graph.nodes)
    steps = [node.name for node in model.graph.nodes if node.label and node.args]
    assert steps == ["u", "v", "g", "h", "J"]
    assert [node.op for node in model.graph.nodes].count("mul") == 4


def test_a_shared_subexpression_is_there_once() -> None:
    model = model_of("sin(x*y) + cos(x*y)*sin(x*y)")
    assert [node.op for node in model.graph.nodes] == [
        "input", "input", "mul", "sin", "cos", "mul", "add",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        # A named step is a node of its own, whatever else looks the same.
        ("u = x*y; J = u + x*y", {"x": 2, "y": 5}, {"x": 10.0, "y": 4.0, "u": 1.0, "J": 1.0}),
        ("J = x*y + (x*y); u = J", {"x": 2, "y": 5}, {"x": 10.0, "y": 4.0, "J": 1.0}),
        ("a = 1; b = 1; J = a*b", {}, {"a": 1.0, "b": 1.0}),
        ("a = 2; b = 3; J = a^b", {}, {"a": 12.0, "b": 8 * math.log(2)}),
        ("u = x; J = u*x", {"x": 3}, {"x": 6.0, "u": 3.0}),
        ("u = x; v = x; J = u^2 v", {"x": 3}, {"x": 27.0, "u": 18.0, "v": 9.0}),
        ("u = x; v = u; J = u v", {"x": 3}, {"x": 6.0, "u": 6.0, "v": 3.0}),
        ("u = x y; v = x y; J = u^2 + v", {"x": 2, "y": 3}, {"u": 12.0, "v": 1.0, "x": 39.0}),
        ("u = pi; J = u^2 + pi", {}, {"u": 2 * math.pi}),
        ("f(z) = z^2; u = f(x); J = u + f(x)", {"x": 3}, {"x": 12.0, "u": 1.0}),
        ("f(z) = z^2; u = f(x); v = f(u); J = v + u", {"x": 2}, {"u": 9.0, "v": 1.0, "x": 36.0}),
        ("u = x y; J = 3", {"x": 2, "y": 3}, {"x": 0.0, "y": 0.0, "u": 0.0}),
        ("u = x y; J = y", {"x": 2, "y": 3}, {"x": 0.0, "y": 1.0, "u": 0.0}),
        ("x", {"x": 3}, {"x": 1.0}),
        ("J(a, b) = a", {"a": 1, "b": 2}, {"a": 1.0, "b": 0.0, "J": 1.0}),
    ],
)
def test_steps_have_their_own_derivative(
    source: str, values: dict[str, float], expected: dict[str, float]
) -> None:
    solution = solve(source, values)
    found = {name: solution.get(f"d/d{name}") for name in expected}
    assert found == pytest.approx(expected, rel=1e-15)


def test_a_step_s_name_stands_in_the_derivative() -> None:
    symbols = {
        node.name: node.derivative
        for node in solve("v = b*c; u = a + v; J = u^2", {"a": 1, "b": 2, "c": 3}).nodes
    }
    assert symbols == {
        "a": "2*u",
        "b": "2*(u*c)",
        "c": "2*(u*b)",
        "v": "2*u",
        "u": "2*u",
        "J": "1",
    }


# What stands in a derivative, and what is left out of it.
DERIVATIVES = {
    # structural zeros and ones
    "a + b": ("a", "1"),
    "a - b": ("b", "-1"),
    "3*(a + b*c)": ("b", "3*c"),
    "a*b": ("b", "a"),
    "a/b": ("a", "1/b"),
    "1/x": ("x", "-1/x/x"),
    "-x": ("x", "-1"),
    "5": ("x", "0"),
    "y^2": ("x", "0"),
    "x + 0": ("x", "1"),
    "x^2": ("x", "2*x"),
    "x^3": ("x", "3*x^2"),
    "x^1": ("x", "1"),
    "x^0": ("x", "0"),
    "x^-1": ("x", "-x^-2"),
    "x^0.5": ("x", "0.5*x^-0.5"),
    "x^n": ("x", "where(x != 0 or n != 0, n*x^(n - 1), 0)"),
    "2*(3*x)": ("x", "6"),
    "(2*x)*(3*x)": ("x", "12*x"),
    "x*x": ("x", "2*x"),
    "x + x": ("x", "2"),
    "x - x": ("x", "0"),
    "x*x*x": ("x", "2*(x*x) + x*x"),
    "(x + 1)*(x - 1)": ("x", "x - 1 + (x + 1)"),
    "sin(x)": ("x", "cos(x)"),
    "cos(x)": ("x", "-sin(x)"),
    "exp(x)": ("x", "exp(x)"),
    "exp(-x)": ("x", "-exp(-x)"),
    "log(x)": ("x", "1/x"),
    "log(2*x)": ("x", "2/(2*x)"),
    "sqrt(x)": ("x", "1/(2*sqrt(x))"),
    "sigmoid(x)": ("x", "sigmoid(x)*sigmoid(-x)"),
    "tanh(x)": ("x", "sech(x)^2"),
    "abs(x)": ("x", "sign(x)"),
    "where(x > 0, x, 2*x)": ("x", "where(x > 0, 1, 2)"),
    "where(x > 0, x, x)": ("x", "1"),
    "x*where(x > 0, sin(x), x^2)": ("x", "where(x > 0, x*cos(x) + sin(x), 2*(x*x) + x^2)"),
    "where(x > 0, where(x > 1, x^3, x^2), x)": ("x", "where(x > 0, where(x > 1, 3*x^2, 2*x), 1)"),
    "where(x < 1, x, where(x < 2, x^2, where(x < 3, x^3, 4)))": (
        "x",
        "where(x < 1, 1, where(x < 2, 2*x, where(x < 3, 3*x^2, 0)))",
    ),
    "relu(x)*x": ("x", "where(x > 0, x, 0) + relu(x)"),
    "relu(x) + relu(-x)": ("x", "where(x > 0, 1, 0) + where(-x > 0, -1, 0)"),
    "huber(x, y)": ("x", "where(abs(x - y) <= 1, x - y, sign(x - y))"),
    "floor(x)*x": ("x", "floor(x)"),
    "(x > 0)*x": ("x", "x > 0"),
    "x^x": (
        "x",
        "where(x != 0 or x <= 0, x^x*log(x), 0) + where(x != 0, x*x^(x - 1), 0)",
    ),
}


@pytest.mark.parametrize("source", DERIVATIVES)
def test_derivatives_leave_out_zeros_and_ones(source: str) -> None:
    name, expected = DERIVATIVES[source]
    found = unsimplified(_function(source, name), name)
    assert found == expected


def _function(source: str, name: str) -> Function:
    inputs = [node.label for node in model_of(source).inputs]
    return function(source if name in inputs else f"J({name}) = {source}")


@pytest.mark.parametrize("source", DERIVATIVES)
def test_derivatives_of_order_1_and_2_read_back_as_the_same_nodes(source: str) -> None:
    name, _ = DERIVATIVES[source]
    found = _function(source, name)
    for order in (1, 2):
        text = unsimplified(found, *[name] * order)
        again = model_of(text, found.inputs)
        assert canonical(again) == text


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # (-2)^x is not defined
@pytest.mark.parametrize(
    "source",
    [
        "sin(x*y)*exp(-x^2/2)+log(1+y^2)",
        "x^y/(1 - y)^x",
        "max(x, y, 1)*min(x^2, 3)",
        "where(x < y and not y > 2, x^3, -y)",
        "softplus(x)*gelu(y) + elu(x*y)",
        "norm(x, y) + hypot(x, -y) + logsumexp(x, 2*y)",
        "atan2(y, x) + mod(x, y) + cbrt(x) - -x",
        "-(x - (y - 1))*(-2)^x*2^-y",
        "erf(x)*lgamma(y) + beta(x, y) + 1e-9/x + 1e300*y",
        "binary_cross_entropy(sigmoid(x), 0.25) + huber(x, y)",
    ],
)
def test_derivatives_of_longer_programs_read_back(source: str) -> None:
    original = function(source)
    point = dict(zip(original.inputs, (0.6, 0.3), strict=True))
    for names in (("x",), ("y",), ("x", "x"), ("x", "y"), ("y", "y")):
        text = unsimplified(original, *names)
        again = model_of(text, original.inputs)
        assert canonical(again) == text
        value = function(f"J({', '.join(original.inputs)}) = {text}")(**point)
        rows = original.hessian(**point)
        expected = rows[names[0]][names[1]] if len(names) == 2 else original.grad(**point)[names[0]]
        assert value == pytest.approx(expected, rel=1e-14, nan_ok=True)


def test_a_name_that_hides_a_function_does_not_change_what_a_derivative_means() -> None:
    source = "cos(sin*x)*pi + np.gamma(x)*gamma + erf(x)"
    values = {"sin": 2.0, "x": 0.7, "pi": 3.0, "gamma": 5.0}
    original = function(source, inputs=list(values))
    text = unsimplified(original, "x")
    assert text.count("np.") == 3
    again = function(text, inputs=[name for name in values if name in text])
    point = {name: value for name, value in values.items() if name in again.inputs}
    assert again(**point) == pytest.approx(original.grad(**values)["x"], rel=1e-15)


@pytest.mark.parametrize(
    ("op", "args", "expected"),
    [
        ("add", ("x", 0.0), "x"),
        ("add", (0.0, "x"), "x"),
        ("add", (2.0, 3.0), "5"),
        ("add", (0.1, 0.2), "0.1 + 0.2"),  # its sum is rounded, so it is left as it is
        ("sub", ("x", 0.0), "x"),
        ("sub", (0.0, "x"), "-x"),
        ("mul", ("x", 1.0), "x"),
        ("mul", (0.0, "x"), "0"),
        ("mul", (-1.0, "x"), "-x"),
        ("mul", ("x", 3.0), "3*x"),
        ("mul", (1e200, 1e200), "1e200*1e200"),
        ("div", ("x", 1.0), "x"),
        ("div", (0.0, "x"), "0"),
        ("div", (6.0, 2.0), "3"),
        ("div", (1.0, 0.0), "1/0"),
        ("pow", ("x", 1.0), "x"),
        ("pow", ("x", 0.0), "1"),
        ("lt", (1.0, 2.0), "1"),
        ("and", (1.0, "x"), "x != 0"),
        ("and", (0.0, "x"), "0"),
        ("or", (1.0, "x"), "1"),
        ("not", (0.0,), "1"),
    ],
)
def test_simplification(op: str, args: tuple[str | float, ...], expected: str) -> None:
    graph = Graph()
    nodes = tuple(graph.const(arg) if isinstance(arg, float) else graph.input(arg) for arg in args)
    assert text(Unparser({}, ()).definition(operations.make(graph, op, nodes))) == expected


def test_the_user_s_own_expression_is_left_as_written() -> None:
    source = "0*x + 1*x - -x + x^1 + x/1 + 2*3 + where(1, x, x)"
    assert canonical(model_of(source)) == "0*x + 1*x - (-x) + x^1 + x/1 + 2*3 + where(1, x, x)"


def test_a_template_is_a_formula_put_in_again_and_again() -> None:
    model = model_of("sin(x)*y + x^2")
    formula = template(model.graph, model.inputs, model.output)
    graph = Graph()
    a, b = graph.input("a"), graph.input("b")
    node = formula.instantiate(graph, [b, a], written)
    assert text(Unparser({}, ()).definition(node)) == "sin(b)*a + b^2"
    assert formula.instantiate(graph, [b, a], written) is node


def test_text_with_shared_parts_is_measured_before_it_is_written() -> None:
    model = model_of("; ".join(f"f{i + 1} = f{i}*f{i} + 1" for i in range(200)).replace("f0", "x"))
    length = Unparser({}, ()).length(model.output)
    assert length > 10**18
    assert size(model.graph, model.output) < 500


OPERANDS = ["x", "exp", 2.0, 0.5, 0.0, -0.0, -3.0, 1e-9, 1e300, math.inf, math.nan]
"""Names, one of them the language's own, and numbers that may need brackets, or a sign."""


@pytest.mark.parametrize("op", sorted({*OPERATIONS, *table().names()}))
def test_an_operation_on_words_is_written_as_its_tree_is(op: str) -> None:
    graph = Graph()
    operands = [graph.input(x) if isinstance(x, str) else graph.const(x) for x in OPERANDS]
    names = {node: node.name for node in operands if not node.is_const}
    for count in table().arities(op) or [1, 3]:
        for args in itertools.product(operands[:: max(1, count - 1)], repeat=count):
            node = graph.node(op, args)
            writer = Unparser(names)
            assert writer.text(node) == text(writer.definition(node))


def test_shapes_of_graphs_are_compared_whatever_the_order_they_were_made_in() -> None:
    first, second = model_of("x*y + sin(x)"), model_of("J(y, x) = x*y + sin(x)")
    assert shape([first.output], labels=False) == shape([second.output], labels=False)
    assert shape([first.output]) != shape([model_of("y*x + sin(x)").output])


FORMULAS = [
    "x",
    "2.5",
    "pi*x",
    "3*(a + b*c)",
    "sin(x)^2 + cos(x)^2",
    "max(x, y, 3)/norm(x, y)",
    "-x if x < 0 and not y else x",
    "u = x*y; v = u*u; v*v + u",
]


@pytest.mark.parametrize("source", FORMULAS)
def test_a_text_fits_in_its_own_length_and_in_no_less(source: str) -> None:
    model = model_of(source)
    names = {node: node.name for node in model.steps}
    for measured, asked in [(Unparser({}), Unparser({})), (Unparser(names), Unparser(names))]:
        for node in model.graph.nodes:
            length = measured.length(node)
            for writer in (measured, asked):
                assert writer.fits(node, length)
                assert not writer.fits(node, length - 1)


def test_whether_a_text_fits_is_known_long_before_its_length() -> None:
    graph = Graph()
    node = graph.input("x")
    for _ in range(5_000):
        node = graph.node("mul", (node, node))
    writer = Unparser({})
    assert not writer.fits(node, 100)
    assert len(vars(writer)["_lengths"]) == 0


@pytest.mark.parametrize("source", FORMULAS[1:])
def test_the_beginning_of_a_program_is_the_program_as_far_as_it_is_asked_for(source: str) -> None:
    solution = solve(source, {node.name: 2.0 for node in model_of(source).inputs})
    *steps, last = solution.expression.split("; ")
    whole = "; ".join([*steps, f"{solution.output} = {last}"])
    assert solution.beginning(1_000) == whole
    for most in range(len(whole)):
        begun = solution.beginning(most)
        assert whole.startswith(begun)
        assert len(begun) > min(most, len(whole) - 1)


def test_no_tree_is_made_of_what_stands_behind_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 1,000 terms that are added up from left to right, the sums are walked to the first."""
    graph = Graph()
    x = graph.input("x")
    terms = [
        graph.node("mul", (graph.const(float(i)), graph.node("sin", (x,)))) for i in range(999)
    ]
    total = x
    for term in terms:
        total = graph.node("add", (total, term))
    writer, made = Unparser({}), []
    operation = writer.operation
    monkeypatch.setattr(writer, "operation", lambda *args: made.append(args) or operation(*args))
    assert text(writer.beginning(total, 40)).startswith("x + 0*sin(x) + 1*sin(x) + 2*sin(x)")
    assert len(made) < 1_200  # 2,998 for all of it
    deep = x
    for _ in range(1_000):
        deep = graph.node("mul", (graph.node("sin", (deep,)), x))
    made.clear()
    assert text(writer.beginning(deep, 40)).startswith("sin(sin(sin(sin(sin(")
    assert len(made) < 100
