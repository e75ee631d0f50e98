"""The pipeline: values, reports of nodes, and what is said about numbers that are not ordinary."""

from __future__ import annotations

import json
import math
from decimal import Decimal

import pytest
import random_programs
from command_line import call
from hypothesis import given, settings
from planted_troubles import TROUBLES

from gradcli.calculus import reverse
from gradcli.calculus.edge import Ways
from gradcli.engine.beyond import Beyond
from gradcli.errors import InputError, Problem
from gradcli.evaluation.objects import are_ordinary, is_ordinary
from gradcli.evaluation.solution import Solution
from gradcli.evaluation.solve import differentiated, read_model, solve
from gradcli.evaluation.sweep import Sweep
from gradcli.graph.naming import MOST_TEXT, SHORT
from gradcli.syntax.text import text

INF, NAN = math.inf, math.nan


def told(source: str, **values: float) -> list[tuple[str, str, str, str]]:
    """The problems that are shown, each with its kind, node, number and message."""
    return [
        (problem.kind, problem.node, problem.what, problem.message)
        for problem in solve(source, values).problems
        if problem.kind != "follows"
    ]


def test_the_first_example() -> None:
    solution = solve("J(a,b,c)=3(a+bc)", {"a": 1, "b": 2, "c": 3})
    assert (solution.output, solution.value, solution.expression) == ("J", 21.0, "3*(a + b*c)")
    assert solution.inputs == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert solution.gradient == {"a": 3.0, "b": 9.0, "c": 6.0}
    assert [
        (node.name, node.expression, node.op, node.args, node.value, node.grad, node.derivative)
        for node in solution.nodes
    ] == [
        ("a", "a", "input", (), 1.0, 3.0, "3"),
        ("b", "b", "input", (), 2.0, 9.0, "3*c"),
        ("c", "c", "input", (), 3.0, 6.0, "3*b"),
        ("v1", "b*c", "mul", ("b", "c"), 6.0, 3.0, "3"),
        ("v2", "a + v1", "add", ("a", "v1"), 7.0, 3.0, "3"),
        ("J", "3*v2", "mul", ("3", "v2"), 21.0, 1.0, "1"),
    ]
    assert [(node.local, node.local_text) for node in solution.nodes][3:] == [
        ((3.0, 2.0), ("c", "b")),
        ((1.0, 1.0), ("1", "1")),
        ((None, 3.0), (None, "3")),
    ]
    assert not solution.problems


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("J", 21.0),
        ("u", 7.0),
        ("a", 1.0),
        ("v", 6.0),
        ("dJ/db", 9.0),
        ("dJ/dv", 3.0),
        ("d/db", 9.0),
        ("dJ/dJ", 1.0),
        ("∂J/∂b", 9.0),
        (" dJ / db ", 9.0),
    ],
)
def test_get(query: str, value: float) -> None:
    assert solve("v=b*c; u=a+v; J=3u", {"a": 1, "b": 2, "c": 3}).get(query) == value


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("K", "unknown-node"),
        ("dJ/dK", "unknown-node"),
        ("dK/da", "query"),
        ("J/b", "query"),
        ("", "unknown-node"),
        ("d/", "query"),
        ("dJ/db/dc", "unknown-node"),
    ],
)
def test_get_tells_what_is_not_there(query: str, kind: str) -> None:
    with pytest.raises(InputError) as refused:
        solve("J=3(a+b)", {"a": 1, "b": 2}).get(query)
    assert refused.value.kind == kind
    assert refused.value.hint


def test_wrt_restricts_and_orders_the_gradient() -> None:
    values = {"a": 1, "b": 2, "c": 3}
    assert solve("v=b*c; 3*(a+v)", values, wrt=["v", "a"]).gradient == {"v": 3.0, "a": 3.0}
    assert solve("v=b*c; 3*(a+v)", values, wrt=[]).gradient == {}
    with pytest.raises(InputError, match="'w'"):
        solve("v=b*c; 3*(a+v)", values, wrt=["w"])


def test_indexed_names() -> None:
    solution = solve("w[1,2]*x[1]", {"w[1,2]": 2, "x[1]": 3})
    assert solution.gradient == {"w[1,2]": 3.0, "x[1]": 2.0}
    assert solution.get("d/dw[1, 2]") == 3.0
    assert solve("w[1,2]*x[1]", {"w": [[1, 2]], "x": [3]}).gradient == solution.gradient


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        ("3", 3.0),
        (" 3 ", 3.0),
        ("pi/2", math.pi / 2),
        ("1/3", 1 / 3),
        ("-2^2", -4.0),
        ("sqrt(2)", math.sqrt(2)),
        ("2e-3", 0.002),
        ("1_000", 1000.0),
        ("inf", INF),
        ("-inf", -INF),
        ("2 if 1 < 2 else 3", 2.0),
        ("a = 2; a^2", 4.0),
        ("−2²", -4.0),
        (True, 1.0),
        (10**30, 1e30),
    ],
)
def test_values_are_numbers_or_constant_expressions(value: object, expected: float) -> None:
    assert solve("x", {"x": value}).value == expected


def test_a_value_that_is_not_finite_is_no_error_of_the_input() -> None:
    assert math.isnan(solve("x", {"x": "nan"}).value)
    assert solve("x", {"x": INF}).value == INF
    assert solve("1/x", {"x": INF}).value == 0.0


# --- Problems ----------------------------------------------------------------------------------

VALUES = {
    # not defined, a pole, an overflow: the node where it began, and what became of the output
    ("log(x)", -1): ("out", "NaN", "log(x) is not defined at x = -1"),
    ("log(x)", 0): ("out", "-Infinity", "log(x) is -Infinity at x = 0"),
    ("1/x", 0): ("out", "Infinity", "1/x is Infinity at x = 0"),
    ("x/x", 0): (
        "out",
        "NaN",
        (
            "x/x is not defined at x = 0; beside x = 0 out goes to 1 from both sides, with the "
            "slope 0; write 1 for x/x"
        ),
    ),
    ("-1/x^2", 0): ("out", "-Infinity", "-1/x^2 is -Infinity at x^2 = 0"),
    ("exp(x)", 1000): ("out", "Infinity", "exp(x) overflows at x = 1000"),
    ("x^2", 1e200): ("out", "Infinity", "x^2 overflows at x = 1e200"),
    ("x*x*x", 1e150): ("out", "Infinity", "x*x*x overflows at x*x = 1e300, x = 1e150"),
    ("1/x", 1e-320): ("out", "Infinity", "1/x overflows at x = 9.99989e-321"),
    ("x^-2", 0): ("out", "Infinity", "x^-2 is Infinity at x = 0"),
    ("x^-2", 1e-200): ("out", "Infinity", "x^-2 overflows at x = 1e-200"),
    ("asin(x)", 2): ("out", "NaN", "asin(x) is not defined at x = 2"),
    ("gamma(x)", 200): ("out", "Infinity", "gamma(x) overflows at x = 200"),
    ("mod(x, 0)", 2): ("out", "NaN", "mod(x, 0) is not defined at x = 2"),
    ("x^(1/3)", -8): (
        "out",
        "NaN",
        "x^(1/3) is not defined at x = -8; the real cube root is cbrt(x)",
    ),
    ("u = log(x); v = u + 1; 2v", -1): (
        "u",
        "NaN",
        "log(x) is not defined at x = -1, and so out is NaN",
    ),
    ("1 + exp(x)*2", 1000): (
        "v1",
        "Infinity",
        "exp(x) overflows at x = 1000, and so out is Infinity",
    ),
    ("exp(x*10) - exp(x*10)", 1e308): (
        "v1",
        "Infinity",
        "x*10 overflows at x = 1e308, and so out is NaN",
    ),
    ("x*log(x)", 0): (
        "v1",
        "-Infinity",
        (
            "log(x) is -Infinity at x = 0, and so out is NaN; beside x = 0 out goes to 0 from the "
            "right; write xlogy(x, x) for x*log(x)"
        ),
    ),
    ("where(x < 0, log(x), 1/x)", -1): (
        "v2",
        "NaN",
        "log(x) is not defined at x = -1, and so out is NaN",
    ),
    ("x + 1", NAN): ("x", "NaN", "x was given as NaN, and so out is NaN"),
    ("2x", INF): ("x", "Infinity", "x was given as Infinity, and so out is Infinity"),
    ("x - x", INF): ("out", "NaN", "x - x is not defined at x = Infinity"),
    ("x + inf", 1): ("inf", "Infinity", "the formula contains inf, and so out is Infinity"),
}


@pytest.mark.parametrize(("source", "x"), VALUES)
def test_the_first_bad_node_is_named(source: str, x: float) -> None:
    assert told(source, x=x) == [("value", *VALUES[source, x])]


ROOTS = {
    # the exponent as written, at x = -2: the way out that is offered behind the message
    "x^(1/3)": "the real cube root is cbrt(x)",
    "x^(2/3)": "the real power is cbrt(x)^2",
    "x^(-1/3)": "the real power is cbrt(x)^-1",
    "x^(1/5)": "the real root is root(x, 5)",
    "x^0.2": "the real root is root(x, 5)",
    "x^(3/7)": "the real power is root(x, 7)^3",
    "1 + (x*2 + 1)^(1/3)": "the real cube root is cbrt(x*2 + 1)",
    "(-8)^(1/3) + x": "the real cube root is cbrt(-8)",
    "x^0.5": None,
    "x^(1/2)": None,
    "x^1.5": None,
    "x^(3/4)": None,
    "x^pi": None,
    "x^(1/(x + 5))": None,
    "log(x)": None,
}


@pytest.mark.parametrize("source", ROOTS)
def test_a_real_root_is_offered_only_where_there_is_one(source: str) -> None:
    root = ROOTS[source]
    message = told(source, x=-2)[0][3]
    assert message.partition("; ")[2] == (root or "")
    if root:
        assert math.isfinite(solve(root.partition(" is ")[2] + " + 0*x", {"x": -2}).value)


LONG = "sin(x)*cos(x)*tan(x)*sin(2x)*cos(3x)*tan(2x)"
LONG_TEXT = "sin(x)*cos(x)*tan(x)*sin(2*x)*cos(3*x)*tan(2*x)"

ODD, ODD_TEXT = (text.replace("tan", "cos").replace("sin(2", "cos(2") for text in (LONG, LONG_TEXT))
"""The same with an infinite cube root on both sides of 0."""

OWN_NAMES = {
    # a message speaks in inputs and named steps: no automatic name without what it stands for
    ("log(x*3 - 6)", 2): "log(x*3 - 6) is -Infinity at x*3 - 6 = 0",
    ("u = x - 2; log(u*2)", 2): "log(u*2) is -Infinity at u*2 = 0",
    ("1/(x > 3)", 2): "1/(x > 3) is Infinity at (x > 3) = 0",
    ("9^9^9^9*x", 2): "9^9^9 overflows at 9^9 = 3.8742e8, and so out is Infinity",
    (f"log({LONG})", 0): f"log(v13) is -Infinity at v13 = 0, where v13 is {LONG_TEXT}",
    (f"cbrt({ODD})", 0): (
        f"the derivative of cbrt(v11) by v11 is Infinity at v11 = 0, where v11 is {ODD_TEXT}"
    ),
    (f"log({LONG}*x*{LONG}*sqrt(x))", 0): (
        f"log(v22) is -Infinity at v22 = 0, where v22 is {LONG_TEXT}*x*{LONG_TEXT}*s…"
    ),
}


@pytest.mark.parametrize(("source", "x"), OWN_NAMES)
def test_messages_speak_in_the_names_of_the_program(source: str, x: float) -> None:
    assert told(source, x=x)[0][3] == OWN_NAMES[source, x]


DERIVATIVES = {
    ("sqrt(x)", 0): (
        "x",
        "Infinity",
        "out is defined for x >= 0 only; slope Infinity from the right",
    ),
    ("cbrt(3*x)", 0): (
        "v1",
        "Infinity",
        "the derivative of cbrt(3*x) by 3*x is Infinity at 3*x = 0",
    ),
    ("cbrt(x) + 1", 0): ("x", "Infinity", "the derivative of cbrt(x) by x is Infinity at x = 0"),
    ("asin(x)", 1): (
        "x",
        "Infinity",
        "out is defined for x <= 1 only; slope Infinity from the left",
    ),
    ("sin(1e200*(1e200*x))", 1e-300): (
        "x",
        "Infinity",
        "the derivative by x is Infinity: a product in its chain rule overflows",
    ),
    ("exp(-1/x)", 0): ("x", "NaN", "the derivative of -1/x by x is Infinity at x = 0"),
}


@pytest.mark.parametrize(("source", "x"), DERIVATIVES)
def test_an_infinite_derivative_of_a_finite_value_is_told_where_it_began(
    source: str, x: float
) -> None:
    first, *others = told(source, x=x)
    assert first == ("derivative", *DERIVATIVES[source, x])
    assert {kind for kind, *_ in others} <= {"kink"}


KINKS = {
    ("abs(x)", 0): "has a kink at x = 0: slope -1 to the left, 1 to the right; 0 is used",
    ("3*abs(x - 2)", 2): "has a kink at x = 2: slope -3 to the left, 3 to the right; 0 is used",
    ("max(x, 2x)", 0): "has a kink at x = 0: slope 1 to the left, 2 to the right; 1 is used",
    ("floor(x)*x", 3): (
        "jumps at x = 3: 6 to the left, 9 here and to the right; "
        "its slope is 2 to the left, 3 to the right; 2 is used"
    ),
    ("relu(x)", -0.0): "has a kink at x = 0: slope 0 to the left, 1 to the right; 0 is used",
    ("cbrt(sqrt(x^2))", 0): (
        "has a kink at x = 0: slope -Infinity to the left, Infinity to the right; 0 is used"
    ),
}


@pytest.mark.parametrize(("source", "x"), KINKS)
def test_a_derivative_that_is_not_unique_is_told_with_the_convention(source: str, x: float) -> None:
    first, *others = told(source, x=x)
    assert first == ("kink", "x", "not unique", f"out {KINKS[source, x]}")
    assert {kind for kind, *_ in others} <= {"follows"}


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("where(x > 0, log(x), x)", {"x": -1}),
        ("where(x > 0, 1/x, 2)", {"x": -1}),
        ("where(x > 0, abs(y), x)", {"x": -1, "y": 0}),
        ("where(x > 0, sqrt(y), x)", {"x": -1, "y": 0}),
        ("abs(x)*0", {"x": 0}),
        ("u = 1/x; y^2", {"x": 0, "y": 1}),
        ("u = abs(x); y^2", {"x": 0, "y": 1}),
        ("relu(abs(x) - 1)", {"x": 0}),
        ("tanh(x)", {"x": 300}),
        ("1/(1 + exp(x))*exp(x/2)", {"x": 1400}),
        ("abs(x)", {"x": 1e-300}),
        ("max(x, y)", {"x": 1, "y": 2}),
        ("sin(x)/x", {"x": 1e-300}),
    ],
)
def test_what_does_not_matter_is_not_told(source: str, values: dict[str, float]) -> None:
    assert told(source, **values) == []


def test_many_kinks_and_many_bad_edges_are_summed_up() -> None:
    for function, rest in (("abs", "so it is at 10 more"), ("cbrt", "nor are the derivatives")):
        source = " + ".join(f"{function}(x{i})" for i in range(30))
        problems = told(source, **{f"x{i}": 0.0 for i in range(30)})
        assert len(problems) == 21
        assert problems[-1][3].startswith(rest)


def test_every_number_that_json_has_no_word_for_is_told_of() -> None:
    for source, x in [*VALUES, *DERIVATIVES, *KINKS, ("log(abs(x)) + 1/x", 0)]:
        solution = solve(source, {"x": x})
        document = solution.to_dict()
        json.dumps(document, allow_nan=False)
        silent = {
            node["name"] for node in document["nodes"] if None in (node["value"], node["grad"])
        } - {problem["node"] for problem in document["problems"] if problem["is"] != "not unique"}
        assert not silent


def test_a_problem_points_into_the_program() -> None:
    source = "v = x + 1\nu = log(v - 3) # here\n2u"
    (problem, *_) = solve(source, {"x": 0}).problems
    assert isinstance(problem, Problem)
    assert problem.span is not None
    assert source[slice(*problem.span)] == "log(v - 3)"


def test_a_long_formula_is_not_quoted_whole() -> None:
    problems = told("max(" + ", ".join(["x", "1"] * 250) + ")", x=1)
    assert len(problems[0][3]) < 300


def test_nodes_are_written_out_when_they_are_asked_for() -> None:
    nodes = solve("a*b + c", {"a": 1, "b": 2, "c": 3}).nodes
    assert len(nodes) == 5
    assert nodes[-1].name == "out"
    assert [node.name for node in nodes[1:3]] == ["b", "c"]
    with pytest.raises(IndexError):
        nodes[5]


def test_a_program_of_much_sharing_is_written_with_a_name_for_every_node() -> None:
    source = "f(x) = sin(x)*x; " + "f(" * 40 + "x" + ")" * 40
    solution = solve(source, {"x": 1.5})
    assert len(solution.expression) < 100_000
    assert solve(solution.expression, {"x": 1.5}).value == solution.value
    assert all(node.derivative is None or len(node.derivative) <= 4_000 for node in solution.nodes)


# --- A question pays only for what it asks --------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "made"),
    [
        (lambda solution: solution.value, set()),
        (lambda solution: solution.inputs, {"names"}),
        (lambda solution: solution.get("out"), {"output"}),
        (lambda solution: solution.value_problems, set()),
        (lambda solution: solution.gradient, {"names", "derivative", "ties", "draft"}),
        (lambda solution: solution.get("d/dx"), {"output", "names", "derivative", "ties", "draft"}),
        (lambda solution: solution.warnings, {"names", "derivative", "ties", "draft"}),
        (lambda solution: solution.expression, {"names", "symbols"}),
        (
            lambda solution: solution.to_dict(),
            {"output", "names", "derivative", "ties", "draft", "symbols"},
        ),
    ],
)
def test_only_what_is_asked_for_is_made(ask, made):
    program = differentiated(read_model("u = sin(x)*y; v = abs(x)/u; v^2 + u", ("x", "y")))
    ask(program.at({"x": 1, "y": 2}))
    assert vars(program).keys() - {"model", "_solution"} == made


def test_a_value_makes_no_node():
    program = differentiated(read_model("sin(x)*y + abs(x)", ("x", "y")))
    size = len(program.model.graph.nodes)
    assert program.at({"x": 0, "y": 2}).get("out") == 0
    assert len(program.model.graph.nodes) == size


@pytest.mark.parametrize("size", [10, 3_000])
def test_a_value_alone_needs_no_pass_for_its_warnings(size, monkeypatch):
    def refused(*args, **kwargs):
        raise AssertionError("a derivative was asked for")

    monkeypatch.setattr(Sweep, "__init__", refused)
    monkeypatch.setattr(reverse, "pull_back", refused)
    text = "*".join(f"sin(x{place})" for place in range(size))
    given = {f"x{place}": 1.5 for place in range(size)}
    solution = solve(text, given)
    solution.get("out")
    assert not solution.warnings_behind({"out"})


def test_without_values_there_are_texts_and_no_numbers():
    solution = differentiated(read_model("3*(a + b*c)", ())).without_values({"b": "2"})
    assert [node.derivative for node in solution.nodes] == ["3", "3*c", "3*b", "3", "3", "1"]
    assert solution.problems == []
    assert not solution.has_values
    assert all(math.isnan(node.value) for node in solution.nodes)


@pytest.mark.parametrize("count", [10, 50, 300, 1000])
def test_the_derivatives_of_all_nodes_together_are_no_longer_than_is_useful(count):
    names = [f"x{place}" for place in range(count)]
    solution = solve("*".join(names), dict.fromkeys(names, 1.01))
    texts = [node["derivative"] for node in solution.to_dict()["nodes"]]
    assert None not in texts or count > 50
    assert sum(len(text or "") for text in texts) <= MOST_TEXT + SHORT * len(texts)
    assert [node.grad for node in solution.nodes if node.derivative == "1"]


ASKED = [
    (["eval", "x^n", "--x", "0", "--n", "0"], ["--get", "d/dx"], ["--get", "d/dn"]),
    (["eval", "x^n", "--x", "0", "--n", "0"], ["--wrt", "x"], ["--wrt", "n"]),
    (["eval", "x^n", "--x", "0", "--n", "0"], ["--get", "out"], []),
    (["eval", "x^n", "--x", "0", "--n", "0", "--get", "out"], [], ["--assert", "d/dn < 0"]),
    (["eval", "x^n", "--x", "0", "--n", "0", "--get", "out"], ["--assert", "d/dx == 0"], None),
    (["eval", "abs(x) + y", "--x", "0", "--y", "1"], ["--get", "d/dy"], ["--get", "d/dx"]),
    (["eval", "u = abs(x); u + y", "--x", "0", "--y", "1"], ["--wrt", "u,y"], ["--wrt", "x"]),
    (["eval", "exp(-x)*y", "--x", "800", "--y", "1e300"], ["--get", "out"], ["--get", "d/dy"]),
    (["paths", "x^n", "--x", "0", "--n", "0"], ["--wrt", "x"], ["--wrt", "n"]),
    (["paths", "x^n", "--x", "0", "--n", "0", "--count"], ["--wrt", "x"], ["--wrt", "n"]),
    (["nudge", "x^n", "--x", "0", "--n", "0"], ["--by", "x=0.1"], ["--by", "n=0.1"]),
    (["nudge", "abs(x) + y", "--x", "0", "--y", "1"], ["--by", "y=0.1"], ["--by", "x=0.1"]),
    (["diff", "abs(x)*y", "--x", "0", "--y", "1"], ["--wrt", "y"], ["--wrt", "x"]),
    (["diff", "x^n", "--x", "0", "--n", "2"], ["--wrt", "x", "--order", "2"], None),
]
"""A command, what it is asked without a warning, and with one."""


@pytest.mark.parametrize(("words", "silent", "warns"), ASKED, ids=str)
def test_warnings_are_about_what_is_asked_and_nothing_else(
    words: list[str], silent: list[str], warns: list[str] | None
) -> None:
    assert "warning" not in call(*words, *silent).err
    if warns is not None:
        assert "warning" in call(*words, *warns).err


@pytest.mark.parametrize(
    "source",
    [
        "max(x*y, y*z, x + z)",
        "v = x*y; (sqrt(v) if v > 0 else v) + (v if z > 0 else v*z)",
        "x^y^z + norm(x, y)",
        "f(t) = where(t > 1, t^2, 0); f(x)*f(y) + f(z)",
        "abs(x)*relu(y - z)",
    ],
)
@pytest.mark.parametrize("point", [(1.5, 0.5, 2.0), (-1.0, 2.0, 0.0), (0.0, 0.0, 0.0)])
def test_a_derivative_as_a_number_needs_no_node_for_its_branch(
    source: str, point: tuple[float, ...]
) -> None:
    """It is the value of the node that stands for it where that is asked for."""
    solution = solve(source, dict(zip("xyz", point, strict=True)))
    adjoints = solution.derivative.adjoints
    before = len(solution.model.graph)
    numbers = {node: solution.plain_of(node) for node in adjoints}
    assert len(solution.model.graph) == before
    for node, number in numbers.items():
        assert solution.value_of(adjoints[node]) == pytest.approx(number, abs=0, nan_ok=True)


@settings(max_examples=150)
@given(source=random_programs.EXPRESSIONS, points=random_programs.POINTS)
def test_numbers_of_derivatives_are_those_of_their_nodes_to_the_bit(
    source: str, points: list[dict[str, str]]
) -> None:
    """With the same sums in the same order, and the same signs of zeros."""
    for point in points[:3]:
        model = read_model(source, point)
        given = {node.name: point[node.name] for node in model.inputs}
        solution = differentiated(model).at(given)
        adjoints = solution.derivative.adjoints
        numbers = {node: solution.plain_of(node) for node in adjoints}
        for node, number in numbers.items():
            assert repr(solution.value_of(adjoints[node])) == repr(number)


@pytest.fixture
def _all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derivatives are taken by a sweep over values, as of programs of thousands of operations."""
    monkeypatch.setattr("gradcli.evaluation.node_numbers.MANY", 0)


@settings(max_examples=40)
@given(source=random_programs.EXPRESSIONS, point=random_programs.POINTS.map(lambda all_: all_[0]))
def test_a_large_program_has_the_numbers_of_its_nodes_and_says_the_same(
    source: str, point: dict[str, str]
) -> None:
    model = read_model(source, point)
    given = {node.name: point[node.name] for node in model.inputs}
    solution = differentiated(model).at(given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradcli.evaluation.node_numbers.MANY", 0)
        large = differentiated(read_model(source, point)).at(given)
        gradient, problems = large.gradient, large.problems
        is_used = [node.grad != node.beside for node in large.nodes if not math.isnan(node.grad)]
    assert gradient == pytest.approx(dict(solution.gradient), rel=1e-9, abs=1e-12, nan_ok=True)
    assert [each[:3] for each in problems] == [each[:3] for each in solution.problems]
    # What a sweep rounds otherwise is no other number than that on the side that is shown.
    own = [node.grad != node.beside for node in solution.nodes if not math.isnan(node.grad)]
    assert is_used == own


@pytest.mark.usefixtures("_all_are_large")
@pytest.mark.parametrize(
    ("source", "point"),
    [
        ("f(t) = (0.5*(t if t > t else t)); x + 2 + sigmoid(x) + exp(x) + f(exp(x))", {"x": 2.0}),
        (
            "u = exp(x^2 - x); softplus(sigmoid(u/2) - tanh(x)) + (x if u > u else sigmoid(u))",
            {"x": 1.0},
        ),
    ],
)
def test_a_sweep_is_not_said_to_give_another_derivative_than_is_shown(
    source: str, point: dict[str, float]
) -> None:
    assert all(node.grad == node.beside for node in solve(source, point).nodes)


@pytest.mark.usefixtures("_all_are_large")
@pytest.mark.parametrize(
    ("source", "expected", "kinds"),
    [
        ("sin(x) + x*y", (4.0, 0.0), []),
        ("abs(x) + x*y", (2.0, 0.0), ["kink"]),
        ("abs(x)*x + x*y", (3.0, 0.0), []),
        ("sqrt(x) + x*y", (math.inf, 0.0), ["derivative"]),
        ("where(x > 1, sqrt(x - 1), 0) + x*y", (3.0, 0.0), []),
        ("y*1e-200*1e-200 + x", (1.0, 1e-400), ["small", "small"]),
        ("0*log(x) + x + y", (1.0, 1.0), ["value"]),
        ("findroot(z^3 - y, z, 1) + x", (1.0, 3 ** (-2 / 3) / 3), []),
    ],
)
def test_what_is_said_of_large_programs(
    source: str, expected: tuple[float, float], kinds: list[str]
) -> None:
    solution = solve(source, {"x": 0.0, "y": 3.0})
    assert [float(solution.gradient[name]) for name in "xy"] == pytest.approx(expected)
    assert [problem.kind for problem in solution.warnings] == kinds


@pytest.mark.usefixtures("_all_are_large")
def test_the_derivative_of_a_large_program_is_numbers_alone() -> None:
    model = read_model("f(z) = 1/(1 + exp(-z)); f(x)*y - f(y)", ["x", "y"])
    solution = differentiated(model).at({"x": 0.0, "y": 2.0})
    size = len(model.graph)
    assert solution.gradient == pytest.approx({"x": 0.5, "y": 0.5 - 0.10499358540350662})
    assert len(model.graph) == size


LONG_SUMS = {
    "x": "+".join(f"y*sin({i}*x)" for i in range(4_100)),
    "guarded": "+".join(f"x^(y + {i})" for i in range(4_100)),
    "constants": "+".join(f"{i}*x" for i in range(4_100)) + "+ y",
    "equal": "+".join(["x*y"] * 4_100),
    "choices": "+".join(f"relu({i}*x - y)" for i in range(4_100)),
    "own": "s = " + "+".join(f"y^{i}" for i in range(50)) + "; x*s + y",
}


def _derivatives_by_inputs(solution: Solution) -> list[tuple[str | None, str | None]]:
    shown = [node.shown_derivative() for node in solution.nodes[:2]]
    texts = [None if tree is None else text(tree) for tree in shown]
    return [(node.derivative, each) for node, each in zip(solution.nodes, texts, strict=False)]


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG_SUMS)
def test_no_node_is_made_of_a_derivative_that_is_too_long_to_be_written(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, point = LONG_SUMS[name], {"x": 0.5, "y": 1.25}
    quick, whole = solve(source, point), solve(source, point)
    found = _derivatives_by_inputs(quick)
    monkeypatch.setattr(Ways, "is_longer", lambda *_: False)
    assert _derivatives_by_inputs(whole) == found
    saved = len(whole.model.graph) - len(quick.model.graph)
    assert (saved > 4_000) == (name in {"x", "guarded"})


@pytest.mark.parametrize(
    "numbers",
    [
        [], [0.0, -0.0], [1.0, -2.0], [math.nan], [1.0, math.nan, 2.0], [math.inf, -math.inf],
        [1.7e308, 1.7e308], [5e-324, 1.0], [1.0, Beyond(Decimal("1e-400"))], [-1e-310],
    ],
)  # fmt: skip
def test_many_numbers_are_ordinary_if_each_is(numbers: list[float]) -> None:
    assert are_ordinary(iter(numbers)) == all(map(is_ordinary, numbers))


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.source)
def test_what_is_said_of_a_large_program_is_what_is_said_of_a_small_one(
    trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[Problem]:
        problems = solve(trouble.source, trouble.values).problems
        # Only of what is short a pass is made for digits that a derivative has lost in a sum.
        return [each for each in problems if each.kind != "small"]

    known = told()
    monkeypatch.setattr("gradcli.evaluation.node_numbers.MANY", 0)
    assert told() == known
