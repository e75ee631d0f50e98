"""A net is read by a person: calls in one piece, and derivatives in the names that are shown."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from command_line import call
from mpmath import mp

from gradcli.evaluation.brief import brief
from gradcli.evaluation.solve import solve
from gradcli.graph.node import Graph
from gradcli.syntax import ast
from gradcli.syntax.text import text
from gradcli.views import table, trace, tree
from gradcli.views.lines.cells import make_cells
from gradcli.views.lines.narrow import with_steps
from gradcli.views.lines.page import Display

EXAMPLES = Path(__file__).parent.parent / "examples"

BLACK_SCHOLES = """N(x) = (1 + erf(x/sqrt(2)))/2
d1 = (log(S/K) + (r + s^2/2)*T)/(s*sqrt(T)); d2 = d1 - s*sqrt(T)
C = S*N(d1) - K*exp(-r*T)*N(d2)"""

SIGMOID = "f(z) = 1/(1 + exp(-z)); "


def example(name: str) -> tuple[str, dict]:
    """A program of the examples with its values."""
    values = json.loads((EXAMPLES / f"{name}.json").read_text())
    return (EXAMPLES / f"{name}.grad").read_text(), values


# A program, its values, and the slopes of its functions by hand, for what has only a sign.
PROGRAMS = {
    "tutorial": (*example("tutorial"), {}),
    "network": (*example("network"), {}),
    "lesson": (*example("lesson"), {}),
    "worked": (*example("worked"), {}),
    "black-scholes": (
        BLACK_SCHOLES,
        {"S": 100, "K": 95, "r": 0.05, "s": 0.2, "T": 0.5},
        {"N": mp.npdf},
    ),
    "recurrent": (
        "g(z) = tanh(z); h[0] = h0; h[i] = g(w*h[i-1] + u*x[i]) for i in 1..4; (h[4] - y)^2",
        {"h0": 0.1, "w": 0.6, "u": -0.4, "x[1]": 1, "x[2]": -2, "x[3]": 0.5, "x[4]": 3, "y": 1},
        {},
    ),
    "gate": (
        SIGMOID + "c = f(a*x)*k + f(-a*x)*tanh(b*x); o = f(c)*tanh(c); -log(o + 2)",
        {"a": 0.3, "x": 1.5, "k": -2, "b": 0.7},
        {},
    ),
    "nested": (SIGMOID + "u = f(f(x*y) - x); u/x - x/u - u", {"x": 0.4, "y": -1.3}, {}),
}  # fmt: skip


@pytest.fixture(params=["small", "large"])
def is_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Of large programs derivatives are numbers, and a table makes partials for its rows alone."""
    if request.param == "large":
        monkeypatch.setattr("gradcli.evaluation.node_numbers.MANY", 0)
    return request.param == "large"


def number_of(formula: str, solution, slopes) -> float:
    """What a formula of the table comes to, by Python and by derivatives taken by hand."""
    values = {node.name: node.value for node in solution.nodes}
    grads = {f"∂{solution.output}/∂{node.name}": node.grad for node in solution.nodes}
    formula = formula.replace("·", "*").replace("^", "**")
    known = sorted({**grads, **values}.items(), key=lambda each: -len(each[0]))
    pattern = "|".join(rf"(?<![\w∂]){re.escape(name)}(?![\w\['(])" for name, _ in known)
    numbers = dict(known)
    written = re.sub(pattern, lambda found: f"({numbers[found[0]]!r})", formula)
    written = re.sub(r"(\w+)'\(", r"slope_\1(", written)
    functions = {
        name: getattr(math, name) for name in ("sqrt", "exp", "log", "log1p", "tanh", "sin")
    }
    functions["where"] = lambda holds, then, otherwise: then if holds else otherwise
    functions |= {f"slope_{name}": slope for name, slope in slopes.items()}
    return float(eval(written, {"__builtins__": {}}, functions))  # noqa: S307  (our own text)


@pytest.mark.usefixtures("is_large")
@pytest.mark.parametrize("room", [0, 30, 400])
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_stands_before_a_derivative_is_that_derivative(name: str, room: int) -> None:
    source, values, slopes = PROGRAMS[name]
    solution = solve(source, values)
    nodes, display = brief(solution), Display(1_000, limit=None)
    rows = [make_cells(node, solution.output, display) for node in nodes]
    told = list(with_steps(rows, room, nodes, solution, display))
    assert any(row.step for row in told) == any(len(row.symbols) > room for row in rows)
    for node, row in zip(nodes, told, strict=True):
        if room and node.name != solution.output:
            found = number_of(row.step or row.symbols, solution, slopes)
            assert found == pytest.approx(node.grad, rel=1e-9, abs=1e-12), (node.name, row)


@pytest.mark.parametrize(
    ("source", "values", "formulas"),
    [
        (SIGMOID + "f(w*x)", {"w": 1, "x": 2}, {"v1": "w*x", "out": "f(v1)"}),
        # What is inside of a call and used elsewhere, too, has ways out: it stays as it is.
        (SIGMOID + "f(x) + exp(-x)", {"x": 1}, {"v2": "exp(v1)", "v4": "1/v3"}),
        # So it is where a function uses a name of the program, by which it has a way in.
        ("k = a^2; g(z) = k*z; g(x)", {"a": 2, "x": 3}, {"k": "a^2", "out": "k*x"}),
        ("k = 2; g(z) = k*z^2; g(x)", {"x": 3}, {"k": "2", "v1": "x^2"}),
        ("g(z) = pi*z/sqrt(2); g(x)*g(y)", {"x": 3, "y": 1}, {"out": "v3*v5"}),
        # Where a partial is infinite, it is told by the operation that it is infinite of.
        ("g(z) = sqrt(z); g(x) + 1", {"x": 0}, {"v1": "sqrt(x)", "out": "v1 + 1"}),
        ("g(a, b) = a*b + sin(a); g(x, y)", {"x": 1, "y": 2}, {"out": "g(x, y)"}),
        ("g(a, b) = a*b; g(x, x)*g(x, 3)", {"x": 2}, {"v1": "g(x, x)", "v2": "g(x, 3)"}),
        ("g(z) = exp(z); h(z) = g(z)^2; h(x)", {"x": 2}, {"out": "h(x)"}),
        # What two calls have in common inside is no way out of either, unless one is left apart.
        (
            "g(a, b) = a*sin(b); g(x, y) + g(3, y)",
            {"x": 1, "y": 2},
            {"v2": "g(x, y)", "v3": "g(3, y)"},
        ),
        (
            "g(a, b) = a*sin(b); k = x^2; h(b) = k*sin(b); g(x, y) + h(y)",
            {"x": 1, "y": 2},
            {"v1": "sin(y)", "v2": "x*v1", "v3": "k*v1"},
        ),
        (
            "g(a, b) = a*sqrt(b); g(x, y) + g(3, y)",
            {"x": 1, "y": 0},
            {"v1": "sqrt(y)", "v2": "x*v1"},
        ),
    ],
)
def test_a_call_is_one_node_where_it_is_entered_by_its_arguments_alone(
    source: str, values: dict, formulas: dict
) -> None:
    solution = solve(source, values)
    told = {node.name: node.shown_expression for node in brief(solution)}
    assert formulas.items() <= told.items()
    # No edge is lost: the derivative by every node is the sum over those that use it.
    grads = dict.fromkeys(told, 0.0) | {solution.output: 1.0}
    for node in reversed(list(brief(solution))):
        for arg, local in zip(node.args, node.local, strict=True):
            if local is not None and arg in grads:
                grads[arg] += grads[node.name] * local
    for node in brief(solution):
        assert grads[node.name] == pytest.approx(node.grad), node.name


@pytest.mark.parametrize(
    ("body", "slope"),
    [
        ("1/(1 + exp(-z))", "o*(1 - o)"),
        ("exp(z)/(1 + exp(z))", "o*(1 - o)"),
        ("sigmoid(z)", "o*(1 - o)"),
        ("tanh(z)", "1 - o^2"),
        ("(exp(z) - exp(-z))/(exp(z) + exp(-z))", "1 - o^2"),
        ("exp(z)", "o"),
        # These are none of them, however near.
        ("1/(1 + exp(-2*z))", "f'(v1)"),
        ("2/(1 + exp(-z))", "f'(v1)"),
        ("1/(2 + exp(-z))", "f'(v1)"),
        ("1/(1 - exp(-z))", "f'(v1)"),
    ],
)
def test_the_slope_of_a_known_function_is_written_in_its_value(body: str, slope: str) -> None:
    solution = solve(f"f(z) = {body}; o = f(w*x); 3*o", {"w": 0.5, "x": 3})
    found = {node.name: node for node in brief(solution)}
    assert text(found["o"].shown_local(0)) == slope
    page = str(trace.render(solution))
    assert f"3 · {f'({slope})' if slope == '1 - o^2' else slope} = " in page
    # The number is that of the accurate form: 1 - o is nothing here, and the slope is not.
    far = solve(f"f(z) = {body}; o = f(w*x); 3*o", {"w": 20, "x": 3})
    with mp.workdps(60):
        z = mp.mpf(60)
        exact = {
            "o*(1 - o)": mp.exp(-z) / (1 + mp.exp(-z)) ** 2,
            "1 - o^2": mp.sech(z) ** 2,
            "o": mp.exp(z),
        }
    if slope in exact and not body.startswith("("):  # whose own numbers cancel
        (local,) = next(node.local for node in brief(far) if node.name == "o")
        assert local == pytest.approx(float(exact[slope]), rel=1e-13)


FULL = ["v1", "v2", "v3", "v4", "a", "v5", "v6", "v7", "v8", "b", "v9", "out"]

WORDS = ("eval", SIGMOID + "a = f(w*x); b = f(u*a); (b - 1)^2", "--w", "1", "--x", "2", "--u", "3")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), ["w", "x", "u", "v1", "a", "v5", "b", "v9", "out"]),
        (
            ("--full",),
            [
                "w",
                "x",
                "u",
                *FULL,
            ],
        ),
        (("--only", "inputs"), ["w", "x", "u"]),
        (("--only", "steps"), ["a", "b", "out"]),
        (("--wrt", "w,a"), ["w", "a"]),
        (("--wrt", "w,a", "--only", "steps"), ["a"]),
        (("--wrt", "v6", "--full"), ["v6"]),
    ],
)
def test_the_table_is_narrowed(options: tuple[str, ...], names: list[str]) -> None:
    found = call(*WORDS, *options)
    rows = found.out.split("─\n")[1].splitlines()
    assert [line.split()[0] for line in rows] == names
    assert not found.code


def test_a_table_of_nothing_says_so() -> None:
    found = call(*WORDS, "--only", "steps", "--wrt", "w")
    assert found.out.endswith("\n\nNo node is of the kind that is asked for.\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--only", "outputs"), "only"),
        (("--only", "steps", "--json"), "--only narrows the table"),
        (("--only", "steps", "--trace"), "leave out --trace, or --only"),
    ],
)
def test_only_is_of_tables(options: tuple[str, ...], message: str) -> None:
    found = call(*WORDS, *options)
    assert found.code == 2
    assert message in found.err


def test_json_has_every_operation() -> None:
    named = {node["name"] for node in json.loads(call(*WORDS, "--json").out)["nodes"]}
    assert {"v2", "v3", "v4", "v6", "v7", "v8"} <= named
    assert call(*WORDS, "--json").out == call(*WORDS, "--json", "--full").out


GUARDED = [
    # Powers of steps behind calls: conditions that hold need no word, whatever is asked first.
    "f(t) = tanh(t); u = f(x + x) + 2; v = u^x; w = f(tanh(v)); v + f(3)",
    "f(t, s) = 1/(1 + exp(-t)); g(t) = tanh(t^t); u = f(x/y, y) + max(x, x*y); J = g(u)^y + u^x",
    "f(t) = (x + t^2)^t; u = f(x^x); v = f(x); w = u^v + sqrt(u)*v^2; J = w^x/(w - u) + f(y)",
    "h(t) = (x^t + t)/(x*t); u = h(y); v = max(u, x, y)^u; J = exp(h(v)/10) + v^x",
    # What the output does not depend on, and what only a condition asks for.
    "u = cos(sin(x*x)); v = exp(u/2); w = (u if v > v else 1/2)*v^2; c = cos(1); 1",
    "s = exp(x) + exp(y) + exp(x*y); o = exp(x)/s; J = -log(o)^2 + s^x",
]


@pytest.mark.usefixtures("is_large")
@pytest.mark.parametrize("source", GUARDED)
@pytest.mark.parametrize("point", [{"x": 1.25, "y": 0.5}, {"x": 1.5, "y": 0.75}])
def test_a_derivative_is_what_its_symbols_come_to(source: str, point: dict[str, float]) -> None:
    solution = solve(source, {name: point[name] for name in "xy" if name in source})
    # A table first: what it asks for is made before all that is asked for here.
    pages = [view.render(solution, Display(width=width)) for view in (table, trace, tree)
             for width in (40, 80, 1_000_000)]  # fmt: skip
    assert all("where(u != 0" not in str(page) for page in pages)
    nodes = brief(solution)
    values = {node.name: node.value for node in nodes}
    checked = 0
    for node in nodes:
        for longest in (80, 4_000):
            symbols = node.shown_derivative(longest)
            written = "" if symbols is None else text(symbols)
            if not written or "'" in written or "∂" in written:
                continue  # f'(z), of which the number is in the node alone
            names = {each.name for each in ast.walk([symbols]) if isinstance(each, ast.Name)}
            known = {name: values[name] for name in names & values.keys()}
            assert solve(written, known).value == pytest.approx(node.grad, rel=1e-9, abs=1e-12)
            checked += 1
    assert checked > 5


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_table_of_a_large_program_is_that_of_a_small_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no derivative is made as nodes for it."""
    source, values, _ = PROGRAMS[name]
    displays = [Display(width) for width in (24, 40, 80, 200)]
    known = [str(table.render(solve(source, values), display)) for display in displays]
    monkeypatch.setattr("gradcli.evaluation.node_numbers.MANY", 0)
    monkeypatch.setattr("gradcli.evaluation.with_derivative.differentiate", None)
    for display, page in zip(displays, known, strict=True):
        assert str(table.render(solve(source, values), display)) == page


def test_what_is_made_of_a_program_later_is_no_part_of_a_draft() -> None:
    graph = Graph()
    x = graph.input("x")
    draft = graph.draft()
    later = graph.node("exp", (x,)), graph.const(7.0), graph.input("y")
    found = draft.node("exp", (x,)), draft.const(7.0), draft.input("y")
    assert [node.index for node in found] == [1, 2, 3]
    assert not {*later} & {*found}
    assert draft.nodes[0] is x
    assert len(graph) == len(draft) == 4


# --- Arrays ---------------------------------------------------------------------------------------

ARRAYS = {
    "W": [[0.5, -1.0, 0.2], [0.3, 0.8, -0.6], [1.0, 0.1, 0.4]],
    "V": [[0.1, 0.7, -0.3], [-0.9, 0.2, 0.5], [0.4, 0.4, 0.1]],
    "X": [[1.0, 2.0, -1.0], [0.5, -0.5, 2.0], [0.0, 1.0, 1.5], [2.0, -1.0, 0.25]],
    "x": [0.5, -0.25, 1.0],
    "y": [0.3, 0.7, -0.2],
    "k": 1.5,
}

# Functions, a program that calls them, and which of them are one node.
OF_ARRAYS = {
    "layers": ("layer(W, v) = tanh(W @ v)", "h = layer(W, x); sum((layer(V, h) - y)^2)/2", "layer"),
    "sigmoids": (
        "f(z) = 1/(1 + exp(-z)); loss(o, y) = sum((o - y)^2)/2",
        "h = f(W @ x); o = f(V @ h); J = loss(o, y)",
        "f loss",
    ),
    "attention": (
        "attention(Q, K, V) = softmax(Q @ K'/sqrt(3)) @ V",
        "norm(attention(X @ W, X @ V, X)) + sum(X)",
        "attention",
    ),
    "batch norm": (
        "f(z) = 1/(1 + exp(-z)); normed(A, g, b) = (A - mean(A; 1))/sqrt(var(A; 1) + 0.1)*g' + b'",
        "norm(f(normed(X @ W, x, y)))",
        "f normed",
    ),
    "mixed": ("s(v, c) = c*v + c^2", "u = s(x, k); w = s(k, 2); sum(u*y)*w + s(k, k)", "s"),
    "nested": (
        "layer(A, v) = tanh(A @ v); two(A, v) = layer(A, layer(A, v))",
        "sum(two(W, x)*y)",
        "two",
    ),
    "same arguments": ("d(v, w) = v*(v' @ w)", "sum(d(x, x)*y) + sum(d(x, y))", "d"),
    "matrices": ("q(A, B) = A @ B' + B", "M = q(W, V); det(M) + tr(q(M, W))", "q"),
    "numbers of arrays": ("e(v, w) = v' @ w", "e(x, y)*k + sum(x)*e(x, x)", "e"),
    "at a kink": ("r(z) = max(z, 0)", "sum(r(x - 0.5)*y)", "r"),
    "a vector with a number": ("a(W, v, c) = W @ v + c", "norm(a(W, x, k) - a(V, y, 1))", "a"),
    # It has ways in beside its arguments, and a way out inside of it.
    "of names": ("z(v) = W @ v", "sum(z(x) + z(y))", ""),
    "used inside": ("t(v) = exp(W @ v)", "sum(t(x)*(W @ x))", ""),
}  # fmt: skip


def numbers_of(source: str) -> dict:
    """The values of those names that occur in a program."""
    return {name: value for name, value in ARRAYS.items() if re.search(rf"\b{name}\b", source)}


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_a_call_of_arrays_is_one_node_and_what_it_hands_back_is_right(name: str) -> None:
    functions, program, called = OF_ARRAYS[name]
    values = numbers_of(program + (functions if name in {"of names", "used inside"} else ""))
    solution = solve(f"{functions}; {program}", values)
    nodes = brief(solution)
    calls = {node.shown_expression.partition("(")[0] for node in nodes if node.op == "call"}
    assert calls == set(called.split())
    known = {node.name: node.value for node in solution.nodes}
    totals = {node.name: np.zeros(node.shape) for node in nodes} | {solution.output: 1.0}
    for node in nodes:
        for arg in {*node.args} & totals.keys():
            # The formula of the node with its arguments as inputs, differentiated by itself.
            formula = with_functions(f"sum(({node.shown_expression})*GG)", functions)
            alone = solve(formula, {**inputs_of(formula, known), "GG": node.grad}, wrt=[arg])
            right = alone.gradient[arg]
            totals[arg] = totals[arg] + right
            places = [place for place, each in enumerate(node.args) if each == arg]
            shares = [node.share(place, "GG") for place in places]
            written = [text(share) for share in shares if share is not None]
            if all("·" not in each for each in written):
                found = sum(number_handed(each, node, known) for each in written)
                np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12, err_msg=written)
            else:
                assert written == [f"GG · ∂{node.name}/∂{arg}"]
    for node in nodes:
        if node.name != solution.output:
            np.testing.assert_allclose(totals[node.name], node.grad, rtol=1e-9, atol=1e-12)


def with_functions(formula: str, functions: str) -> str:
    """A formula with those functions before it that it needs."""
    for function in reversed(re.split(r"; (?=\w+\()", functions)):
        if re.search(rf"\b{function.partition('(')[0]}\(", formula):
            formula = f"{function}; {formula}"
    return formula


def inputs_of(formula: str, known: dict) -> dict:
    """The values of the names of a formula behind its functions."""
    last = formula.rpartition("; ")[2]
    return {name: each for name, each in known.items() if re.search(rf"\b{name}\b(?!\()", last)}


def number_handed(written: str, node, known: dict):
    """What a formula comes to in which a partial may have no more than a sign."""
    extra = {"GG": node.grad}
    for place in range(len(node.args)):
        sign = node.shown_local(place)
        if sign is not None and re.search("['∂]", text(sign)) and node.op == "call":
            written = written.replace(text(sign), f"LL{place}")
            extra[f"LL{place}"] = node.local_at(place)
    extra = {name: each for name, each in extra.items() if name in written}
    return solve(written, {**inputs_of(written, known), **extra}).value


LAYERS = OF_ARRAYS["layers"][0] + "; " + OF_ARRAYS["layers"][1]


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("view", [table, trace, tree])
def test_views_of_arrays_have_calls_and_full_takes_them_apart(view, columns: int) -> None:
    solution = solve(LAYERS, numbers_of(LAYERS))
    page = str(view.render(solution, Display(columns)))
    assert "h = layer(W, x)" in page
    assert "tanh(v1)" not in page
    full = str(view.render(solution, Display(columns, full=True)))
    assert "layer(W, x)" not in full
    assert "tanh(v1)" in full
    if view is not tree:
        assert "∂out/∂h · ∂h/∂W" in page
        assert " · " not in full
    if view is trace:
        assert "[3] = layer([3,3], [3])" in page
        assert "[3,3] = [3] · [3,3,3]" in page


def test_json_of_arrays_has_every_operation() -> None:
    solution = solve(LAYERS, numbers_of(LAYERS))
    named = [node["name"] for node in solution.to_dict()["nodes"]]
    assert named == [node.name for node in solution.nodes]
    assert all(node["op"] != "call" for node in solution.to_dict()["nodes"])


@pytest.mark.parametrize("columns", [16, 24, 40, 60])
@pytest.mark.parametrize("name", ["lesson", "network", "black-scholes", "gate"])
def test_no_derivative_is_left_out_silently(name: str, columns: int) -> None:
    source, values, _ = PROGRAMS[name]
    solution = solve(source, values)
    nodes, wide = brief(solution), Display(1_000, limit=None)
    rows = [make_cells(node, solution.output, wide) for node in nodes]
    for view in (table, tree):
        page = str(view.render(solution, Display(columns, limit=None)))
        assert all(len(line) <= columns for line in page.splitlines()) or columns < 40
        records = page.partition("\n\n")[2]
        if "formula" in records or (view is tree and columns > 40):
            continue  # columns, where what is cut ends in …
        said = re.sub(r"[\s│]", "", records)
        for row in with_steps(rows, 0, nodes, solution, wide):
            told = [re.sub(r"\s", "", each) for each in (row.step, row.symbols) if each]
            start = re.sub(r"\s", "", row.partial.text) + "="
            cut = [f"{start}{each[: columns // 3]}" for each in told]
            assert (
                not told
                or any(start + each in said for each in told)
                or ("…" in said and any(each in said for each in cut))
                or told == [row.grad.text]
            ), (row, said)


OF_A_VALUE = (
    "o^2",
    "1/o",
    "x/o + o*x",
    "log(o + 2)*o",
    "sqrt(o)",
    "x^o",
    "exp(-o)",
    "abs(o - 1/3)",
)
BODIES = ("1/(1 + exp(-z))", "exp(-z)", "1/(1 + z^2)", "sqrt(1 + z^2)", "(1 + z)/(2 + z)")


@pytest.mark.parametrize("outer", OF_A_VALUE)
@pytest.mark.parametrize("body", BODIES)
def test_nobody_looks_into_a_call_or_a_step(body: str, outer: str) -> None:
    point = {"w": 0.3, "x": 1.4}
    programs = f"f(z) = {body}; o = f(w*x); {outer}", f"o = {body.replace('z', '(w*x)')}; {outer}"
    for program in programs:
        solution = solve(program, point)
        found = next(node for node in brief(solution) if node.name == "o")
        given = solve(
            outer, {"o": found.value, **({"x": 1.4} if "x" in outer.replace("exp", "") else {})}
        )
        expected = next(node for node in given.nodes if node.name == "o")
        assert text(found.shown_derivative()) == text(expected.shown_derivative()), program
        assert found.grad == pytest.approx(expected.grad, rel=1e-14)


NAMED = {
    # a program with named constants, its inputs, and what is written for derivatives by some nodes
    "A = pi*r^2": ("r", {"r": "2*pi*r", "v1": "pi"}),
    "r = d/2; A = pi*r^2": ("d", {"r": "2*pi*r", "d": "pi*r"}),
    "f(z) = z^3; J = e*f(r) + tau": ("r", {"v1": "e", "r": "e*f'(r)"}),
    "V = 4/3*pi*r^3": ("r", {"v2": "r^3", "v3": "4/3*pi"}),
    "J = (pi*r)*e - tau*s": ("rs", {"r": "e*pi", "s": "-tau", "v1": "e"}),
}


@pytest.mark.parametrize("source", NAMED)
def test_a_named_constant_stays_named(source: str) -> None:
    inputs, derivatives = NAMED[source]
    reports = {node.name: node for node in brief(solve(source, dict.fromkeys(inputs, 2.0)))}
    for name, derivative in derivatives.items():
        shown = reports[name].shown_derivative()
        assert shown is not None
        assert text(shown) == derivative
