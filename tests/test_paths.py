"""Paths: found, counted, sorted and factored, against brute force, closed formulas and by hand."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import random
import re

import pytest
from command_line import call
from exact_tutorial import PROGRAM, VALUES, by_hand

import gradcli
from gradcli.chains.counts import count_layers
from gradcli.chains.follow import count_paths_of, follow_paths
from gradcli.chains.products import Factor
from gradcli.engine.functions.sums import sum_of
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.brief import brief
from gradcli.evaluation.solve import solve
from gradcli.views import paths as view
from gradcli.views.lines.page import Display
from gradcli.views.lines.products import flat, in_numbers, in_symbols

EPSILON = 2.0**-52


def close(a, b, *, ulps=64):
    return abs(a - b) <= ulps * EPSILON * max(abs(a), abs(b), 1e-300)


# The tutorial's network, row 6 ------------------------------------------------------------------


def test_the_tutorials_weight_has_two_paths_and_one_bracket():
    sums = follow_paths(PROGRAM, VALUES, "w1[1,1]", full=False)
    assert sums.counts.paths == 2
    assert flat(sums.form, in_symbols(sums.writer, Display())) == (
        "x[1] · f'(v3) · "
        "(w2[1,1] · f'(v15) · w3[1,1] + w2[1,2] · f'(v21) · w3[2,1])"
        " · f'(v27) · (o - y)"
    )
    assert [each.expression for each in sums.definitions if each.name.startswith("v")] == [
        "w1[1,1]*x[1] + w1[2,1]*x[2]",
        "w2[1,1]*a[1] + w2[2,1]*a[2]",
        "w2[1,2]*a[1] + w2[2,2]*a[2]",
        "w3[1,1]*b[1] + w3[2,1]*b[2]",
    ]


def test_the_tutorials_paths_have_the_numbers_worked_out_by_hand():
    hand = by_hand(VALUES)
    sums = follow_paths(PROGRAM, VALUES, "w1[1,1]")
    through = {path.nodes[12]: path.value for path in sums.paths}
    assert set(through) == {"b[1]", "b[2]"}
    for k in (1, 2):
        expected = (
            hand.x[1]
            * hand.slope_a[1]
            * hand.w2[1, k]
            * hand.slope_b[k]
            * hand.w3[k, 1]
            * hand.slope_o
            * (hand.o - hand.y)
        )
        assert close(through[f"b[{k}]"], expected)
    assert close(sums.writer.value(sums.form), hand.gradient["w1[1,1]"])
    slopes = {each.name: each.value for each in sums.definitions if "'" in each.name}
    expected_slopes = [hand.slope_a[1], hand.slope_b[1], hand.slope_b[2], hand.slope_o]
    assert all(map(close, slopes.values(), expected_slopes))


@pytest.mark.parametrize("name", by_hand(VALUES).gradient)
def test_every_partial_of_the_tutorial_is_the_sum_of_its_paths(name):
    sums = follow_paths(PROGRAM, VALUES, name)
    expected = by_hand(VALUES).gradient[name]
    assert close(sums.total, expected)
    assert close(sums.gradient, expected)
    assert sums.agrees


# The factored form ------------------------------------------------------------------------------

FORMS = [
    ("3*(a + b*c)", "b", 1, "3 · c"),
    ("x*x", "x", 2, "x + x"),
    (
        "x*(1 + x*(1 + x*(1 + x)))",
        "x",
        4,
        "((x + (1 + x)) · x + (1 + x*(1 + x))) · x + (1 + x*(1 + x*(1 + x)))",
    ),
    ("h = tanh(w*x); h*sin(h)", "w", 2, "x · (1 - h^2) · (cos(h) · h + sin(h))"),
    ("b = 3a; c = 5a; b*c", "a", 2, "3 · c + 5 · b"),
    ("u = 2x; (u^2 + u^3)*u", "x", 3, "2 · ((2 · u + 3 · u^2) · u + (u^2 + u^3))"),
    ("a - b", "b", 1, "-1"),
    ("-(2*x)/4", "x", 1, "-0.5"),
    ("x^2/0.1", "x", 1, "2 · x · 1/0.1"),
    ("0.1*(0.1*x)", "x", 1, "0.1 · 0.1"),
    ("1/x", "x", 1, "-1/x/x"),
    ("y + floor(x)", "x", 0, "0"),
    ("y + 2", "out", 1, "1"),
    ("f(z) = z^2 + z; f(3*x)", "x", 2, "3 · f'(3*x)"),
    ("f(z) = z^2; g(z) = f(z) + f(2*z); g(f(x))", "x", 2, "f'(x) · g'(x^2)"),
    ("f(p, q) = p*q; f(x, x^2)", "x", 2, "2 · x · x + x^2"),
    # The name that f leaves free leads back to x, so its derivative is not f' alone.
    ("w = x^2; f(z) = z*w; f(x)", "x", 2, "2 · x · x + w"),
    ("max(x, y)*2", "x", 1, "2 · ∂v1/∂x"),
]


@pytest.mark.parametrize(("program", "wrt", "count", "form"), FORMS, ids=str)
def test_factored(program, wrt, count, form):
    names = gradcli.function(program).inputs
    sums = follow_paths(program, dict.fromkeys(names, 0.7), wrt)
    assert sums.counts.paths == count
    shown = sums.outlined
    written = flat(shown.form, in_symbols(shown.writer, Display()))
    assert written == form
    assert math.isclose(
        shown.writer.value(shown.form), sums.backward, rel_tol=1e-12, abs_tol=1e-300
    )
    assert sums.agrees
    assert math.isclose(sums.writer.value(sums.form), sums.backward, rel_tol=1e-12, abs_tol=1e-300)


CROSSING = (
    "b[i] = sin(x*i) for i in 1..3; c[j] = exp(sum(w[i,j]*b[i] for i in 1..3)) for j in 1..3;"
    "d[j] = exp(sum(w[i,j]*c[i] for i in 1..3)) for j in 1..3; sum(d[i] for i in 1..3)"
)


def test_where_branches_cross_each_first_step_has_a_term():
    sums = follow_paths(CROSSING, {"w": [[0.1, 0.2, 0.3]] * 3, "x": 0.5}, "x")
    written = flat(sums.form, in_symbols(sums.writer, Display()))
    assert sums.counts.paths == 27
    assert written.count("cos(") == 3
    assert written.count("d[") == 27
    assert sums.agrees


def test_brackets_nest_with_the_layers():
    program = PROGRAM.replace(
        "o    = f(sum(w3[k,1]*b[k] for k in 1..2))",
        "c[l] = f(sum(w4[k,l]*b[k] for k in 1..2)) for l in 1..2\n"
        "o    = f(sum(w3[k,1]*c[k] for k in 1..2))",
    )
    values = VALUES | {"w4": [[0.3, -0.1], [0.2, 0.9]]}
    sums = follow_paths(program, values, "w1[1,1]", full=False)
    assert sums.counts.paths == 4
    written = flat(sums.form, in_symbols(sums.writer, Display()))
    assert re.sub(r"v\d+", "z", written) == (
        "x[1] · f'(z) · "
        "(w2[1,1] · f'(z) · (w4[1,1] · f'(z) · w3[1,1] + w4[1,2] · f'(z) · w3[2,1])"
        " + w2[1,2] · f'(z) · (w4[2,1] · f'(z) · w3[1,1] + w4[2,2] · f'(z) · w3[2,1]))"
        " · f'(z) · (o - y)"
    )


# Against brute force ----------------------------------------------------------------------------

UNARY = ["sin({})", "exp(0.1*{})", "{}^2", "-{}", "sigmoid({})", "abs({})", "relu({})"]
BINARY = ["{} + {}", "{}*{}", "{} - {}", "{}/(2 + {}^2)", "max({}, {})", "where({} > 0, {}, 1)"]


def random_program(seed):
    """A program of a dozen steps, each of operations on earlier ones."""
    chance = random.Random(seed)  # noqa: S311  (the same programs each time)
    names = ["x", "y"]
    lines = []
    for place in range(chance.randint(3, 9)):
        template = chance.choice(UNARY + 2 * BINARY)
        args = [chance.choice(names[-4:]) for _ in range(template.count("{}"))]
        names.append(f"s{place}")
        lines.append(f"s{place} = {template.format(*args)}")
    return "; ".join([*lines, f"out = {names[-1]} + x*{names[-2]} + y"])


POINT = {"x": 0.3, "y": -0.8}


def brute_force(program, name):
    """Every path as the factors along it, walked one by one on the nodes of a solution."""
    solution = gradcli.evaluate(program, POINT)
    users: dict[str, list[tuple[str, str, float]]] = {}
    for node in solution.nodes:
        for arg, local, text in zip(node.args, node.local, node.local_text, strict=True):
            if text not in (None, "0"):
                users.setdefault(arg, []).append((node.name, text, local))
    found = []
    waiting = [((name,), ())]
    while waiting:
        nodes, edges = waiting.pop()
        if nodes[-1] == solution.output:
            found.append((nodes, edges))
        for user, text, local in users.get(nodes[-1], ()):
            waiting.append(((*nodes, user), (*edges, (text, local))))
    return found


@pytest.mark.parametrize("seed", range(60))
def test_random_programs_against_brute_force(seed):
    program = random_program(seed)
    expected = brute_force(program, "x")
    sums = follow_paths(program, POINT, "x", most=10_000)
    assert sums.counts.paths == len(sums.paths) == len(expected)
    walked = sorted((nodes, tuple(local for _, local in edges)) for nodes, edges in expected)
    assert sorted((path.nodes, path.factors) for path in sums.paths) == walked
    factors = [sum(text not in ("1", "-1") for text, _ in edges) for _, edges in expected]
    assert sums.counts.expanded.multiplications == sum(max(each - 1, 0) for each in factors)
    assert sums.counts.expanded.additions == len(expected) - 1
    products = [path.value for path in sums.paths]
    assert products == sorted(products, key=abs, reverse=True) or all(
        abs(second) <= abs(first) * (1 + 1e-9) for first, second in itertools.pairwise(products)
    )
    assert sums.agrees
    assert math.isclose(math.fsum(products), sums.total, rel_tol=1e-12, abs_tol=1e-15)
    assert count_paths_of(program, {}, "x").counts == sums.counts
    each = [count_paths_of(program, {}, name).counts.expanded for name in ("x", "y")]
    assert sums.counts.every is not None
    assert sums.counts.every.multiplications == sum(cost.multiplications for cost in each)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_printed_reads_back(seed):
    program = random_program(seed)
    sums = follow_paths(program, POINT, "x", most=50)
    nodes = {node.name: node.value for node in gradcli.evaluate(program, POINT).nodes}
    texts = [(path.formula, path.value) for path in sums.paths]
    for text, number in [*texts, (sums.factored, sums.gradient)]:
        known = gradcli.function(text, inputs=()).inputs
        value = gradcli.evaluate(text, {name: nodes[name] for name in known}).value
        assert math.isclose(value, number, rel_tol=1e-9, abs_tol=1e-12), text


@pytest.mark.parametrize("most", [0, 1, 2, 5])
def test_the_largest_are_listed_first(most):
    program = random_program(5)
    everything = follow_paths(program, POINT, "x", most=10_000).paths
    few = follow_paths(program, POINT, "x", most=most).paths
    assert [path.value for path in few] == [path.value for path in everything[:most]]


def test_a_sum_that_is_off_is_noticed():
    sums = follow_paths(PROGRAM, VALUES, "w1[1,1]")
    assert sums.agrees
    assert not dataclasses.replace(sums, total=sums.total * 1.001).agrees
    assert not dataclasses.replace(sums, backward=sums.backward + 1e-14).agrees


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ([1e308, 1e308, -1e308], 1e308),
        ([1e308, 1e308], math.inf),
        ([-1e308, -1e308, 1e300], -math.inf),
        ([1e308, 1e308, -1e308, -1e308, 1e-320], 1e-320),
        ([0.1] * 10, 1.0),
        ([math.inf, 1.0], math.inf),
        ([], 0.0),
    ],
)
def test_sums_beyond_the_range_of_floats(values, total):
    assert sum_of(values) == total


@pytest.mark.parametrize(
    ("program", "values", "shown"),
    [
        ("u = 1e308*x; v = 1e308*x; (u + v)*y", {"x": "1", "y": "1"}, "2e308"),
        ("u = 1e308*x; v = 1e308*x; (u + v)*y", {"x": "1", "y": "1e-10"}, "2e298"),
        ("a*x + b*x", {"a": "1e308", "b": "1e308", "x": "1"}, "2e308"),
        ("a*x + b*x", {"a": "-1e308", "b": "-1.5e308", "x": "1"}, "-2.5e308"),
        ("u = 1e200*x; v = 3e200*x; 1e200*(u + v)", {"x": "1"}, "4e400"),
    ],
)
def test_a_bracket_beyond_the_range_of_floats_is_the_sum(program, values, shown):
    called = call(
        "paths", program, "--wrt", "x", *(f"--{x}={value}" for x, value in values.items())
    )
    factored = called.out.partition("Factored:")[2]
    assert f"\n    = {shown}\n" in factored
    assert "inf" not in called.out


# Counts -----------------------------------------------------------------------------------------


def net(sizes):
    """A net of fully connected sigmoid layers whose output is the sum of the last, by hand."""
    lines = []
    before = "x"
    for layer, (first, second) in enumerate(itertools.pairwise(sizes), start=1):
        sums = f"sum(w{layer}[i,j]*{before}[i] for i in 1..{first})"
        lines.append(f"h{layer}[j] = sigmoid({sums}) for j in 1..{second}")
        before = f"h{layer}"
    return "\n".join([*lines, f"sum({before}[k] for k in 1..{sizes[-1]})"])


SHAPES = [(1, 1), (5, 3), (2, 2, 1), (2, 2, 2, 1), (3, 4, 5, 2), (1, 1, 1, 1), (4, 3, 3, 3, 2)]


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_all_derivatives_path_by_path_cost_what_each_costs(sizes):
    program = net(sizes)
    inputs = gradcli.function(program).inputs
    each = [count_paths_of(program, {}, name).counts.expanded for name in inputs]
    every = count_paths_of(program, {}, inputs[-1]).counts.every
    assert every.multiplications == sum(cost.multiplications for cost in each)
    assert every.additions == sum(cost.additions for cost in each)


def test_the_lesson_counts_all_thirteen_derivatives():
    counts = gradcli.paths(PROGRAM, VALUES, wrt="w1[1,1]", count=True).counts
    assert (counts.inputs, counts.every.multiplications) == (13, 197)
    assert counts.backward.multiplications == 31


@pytest.mark.parametrize("sizes", SHAPES, ids=str)
def test_the_closed_formula_counts_as_the_program_does(sizes):
    assert count_layers(sizes) == count_paths_of(net(sizes), {}, "w1[1,1]").counts


def test_the_tutorials_sizes():
    counts = count_layers((784, 128, 64, 10))
    weights = 784 * 128 + 128 * 64 + 64 * 10
    assert counts.paths == 64 * 10
    assert counts.expanded.multiplications == 64 * 10 * 5
    assert counts.backward.multiplications == 2 * weights + 128 + 64
    assert count_layers((512,) * 8).paths == 512**6


DOUBLING = "h[1] = x; h[i] = h[i-1] + h[i-1]^2 for i in 2..{}; h[{}]"


def test_many_paths_are_counted_exactly_and_summed():
    program = DOUBLING.format(61, 61)
    sums = follow_paths(program, {"x": 0.01}, "x", most=3)
    assert sums.counts.paths == 2**60
    assert len(sums.paths) == 3
    assert sums.agrees


def test_the_expanded_cost_of_a_power_of_two_paths():
    # Each step adds a factor or not: a path with m factors is one of C(n, m).
    n = 40
    counts = count_paths_of(DOUBLING.format(n + 1, n + 1), {}, "x").counts
    expected = sum(math.comb(n, m) * max(m - 1, 0) for m in range(n + 1))
    assert counts.expanded.multiplications == expected


def test_a_count_of_thousands_of_digits_is_exact_in_json():
    called = call("paths", "--count", "--layers", "1000x2000", "--json")
    digits = re.search(r'"count": (\d+)', called.out)[1]
    assert digits == "1" + "0" * (3 * 1998)
    assert "about 1.00000e5994" in call("paths", "--count", "--layers", "1000x2000").out


# Branches and kinks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "value", "gradient"),
    [
        ("where(x >= 0, x, sqrt(x)*x)", 0.0, 1.0),
        ("where(x > 1, log(x), 2*x)", 0.0, 2.0),
        ("where(x > 1, sin(x)/x, 1 + x)", 0.0, 1.0),
        ("u = where(x > 1, log(x), x); u*3", 0.0, 3.0),
    ],
)
def test_a_branch_not_taken_poisons_no_path(program, value, gradient):
    sums = follow_paths(program, {"x": value}, "x")
    assert sums.gradient == sums.total == sums.writer.value(sums.form) == gradient
    assert all(math.isfinite(path.value) for path in sums.paths)


CONSTANTS = [
    "floor(2)*x", "abs(0)*x", "max(2, 2)*x", "norm(0, 0) + x", "c = relu(0); c*x", "round(1/2)*x",
]  # fmt: skip


@pytest.mark.parametrize("command", ["eval", "paths", "graph"])
@pytest.mark.parametrize("program", CONSTANTS)
def test_a_constant_has_no_kink(command, program):
    assert call(command, program, "--x", "1").err == ""


@pytest.mark.parametrize("program", ["abs(x)*2", "max(x, 0)", "floor(x) + x", "c = relu(x); c*3"])
def test_a_kink_on_a_path_is_told(program):
    assert "out has a kink at a = 0" in call("paths", "a = 0; abs(a)", "--wrt", "a").err
    assert " at x = 0: " in call("paths", program, "--x", "0").err


# The command ------------------------------------------------------------------------------------


def test_json_has_what_it_promises():
    called = call("paths", "3*(a+b*c)", "--a", "1", "--b", "2", "--c", "3", "--wrt", "b", "--json")
    assert called.code == 0
    assert json.loads(called.out) == {
        "schema": "gradcli.paths/1",
        "from": "b",
        "to": "out",
        "count": 1,
        "multiplications": {"expanded": 1, "backward": 2},
        "gradient": 9.0,
        "paths": [
            {
                "nodes": ["b", "v1", "v2", "out"],
                "factors": [3.0, 1.0, 3.0],
                "product": 9.0,
                "formula": "3*c",
            }
        ],
        "factored": "3*c",
        "notes": [],
        "problems": [],
    }


def test_count_needs_no_values_and_lists_nothing():
    called = call("paths", "3*(a+b*c)", "--wrt", "b", "--count", "--json")
    assert called.code == 0
    content = json.loads(called.out)
    assert content.keys().isdisjoint({"paths", "factored"})
    assert content["gradient"] is None
    called = call(
        "paths", "3*(a+b*c)", "--wrt", "b", "--count", "--json", "--a", "1", "--b", "2", "--c", "3"
    )
    assert json.loads(called.out)["gradient"] == 9.0


REFUSED = [
    (["x*y", "--x", "1", "--y", "2"], 2, "which node do the paths begin at?"),
    (["x*y", "--x", "1", "--y", "2", "--wrt", "x,y"], 2, "paths begin at one node"),
    (["x*y", "--x", "1", "--y", "2", "--wrt", "z"], 3, "there is no node 'z'"),
    (["x*y", "--x", "1", "--wrt", "x"], 3, "no value for 'y'"),
    (["x*y", "--x", "1", "--wrt", "x", "--count"], 3, "no value for 'y'"),
    (["3"], 2, "which node"),
    (["x", "--x", "1", "--max-paths", "-1"], 2, "--max-paths is a number from 0"),
    (["x", "--count", "--max-paths", "3"], 2, "--count lists no paths"),
    (["x", "--layers", "2,2"], 2, "--layers counts for a net"),
    (["sum(x*i for i in 1..3000)", "--x", "1", "--max-paths", "3000"], 2, "ask for fewer than"),
    (["--layers", "2,2", "--wrt", "x"], 2, "--layers counts for a net"),
    (["--layers", "5"], 2, "at least two layers"),
    (["--layers", "5,0"], 2, "each of at least one neuron"),
    (["--layers", "2x1000000"], 2, "is not a list of layers"),
    (["--layers", ""], 2, "'' is not a list of layers"),
    (["log(x)", "--x", "-1"], 4, "log(x) is not defined at x = -1"),
    ([], 2, "there is no expression"),
]


@pytest.mark.parametrize(("words", "code", "message"), REFUSED, ids=str)
def test_what_cannot_be_done_is_said(words, code, message):
    called = call("paths", *words)
    assert called.code == code
    assert message in called.err


def test_no_path():
    called = call("paths", "y + floor(x)", "--x", "0.5", "--y", "2", "--wrt", "x")
    assert called.out == "Paths from x to out: 0\n\nout does not depend on x: there is no path.\n"


@pytest.mark.parametrize("columns", [36, 40, 60, 80, 120])
def test_pages_keep_to_their_width(columns):
    sums = follow_paths(PROGRAM, VALUES, "w1[1,1]")
    text = str(view.render(sums, Display(columns)))
    assert max(map(len, text.splitlines())) <= columns
    assert text.replace("\n", " ").count("· f'(v3)") == 3


@pytest.mark.parametrize("columns", [32, 40, 80, 120])
def test_what_stands_for_a_long_name_keeps_to_the_width(columns):
    program = "f(z) = 1/(1 + exp(-z)); o = f(w*input_1 + bias_1); (o - y)^2"
    values = {"w": 0.5, "input_1": 3, "bias_1": 0.1, "y": 1}
    text = str(view.render(follow_paths(program, values, "w"), Display(columns)))
    assert max(map(len, text.splitlines())) <= columns
    assert " o*(1 - o) = 0.139764" in text


@pytest.mark.parametrize("columns", [40, 60])
def test_names_that_have_room_in_a_line_are_not_cut(columns):
    one, two = "long_name_of_hidden_one", "long_name_of_hidden_two"
    program = f"{one} = tanh(first_weight_of_all*x); {two} = tanh(v*x); ({one} - {two})^2"
    values = {"first_weight_of_all": 1, "v": 2, "x": 0.5}
    text = str(view.render(follow_paths(program, values, "x"), Display(columns)))
    assert max(map(len, text.splitlines())) <= columns
    assert "…" not in text
    assert "→ long_name_of_hidden_two → v3" in " ".join(text.split())
    assert f"v3 = {one} - {two} = -0.299477" in " ".join(text.split())


def test_sums_of_products_beyond_the_range_of_floats():
    program = "u = 1e308*x; v = 1e308*sin(x); w = -1e308*tanh(x); u + v + w"
    for text, total in ((program, "1e308"), (program.replace("-1e308", "1e308"), "3e308")):
        called = call("paths", text, "--x", "0")
        assert called.code == 0
        assert f"\n    = {total}\n" in called.out


def test_of_a_sum_of_many_terms_only_the_whole_is_a_station():
    program = "z = sum(w[i]*x[i] for i in 1..9); f(t) = t^2; f(z) + sum(x[i] for i in 1..4)"
    sums = follow_paths(program, {"w": [1] * 9, "x": [2] * 9}, "w[1]")
    assert [path.stations for path in sums.paths] == [("w[1]", "v1", "z", "v17", "out")]
    assert len(sums.paths[0].nodes) == 12


def test_of_a_long_form_the_beginning_is_shown():
    program = net((3, 6, 6, 3)).replace("sum(h3", "1*sum(h3")
    values = {"w1": [[0.1] * 6] * 3, "w2": [[0.1] * 6] * 6, "w3": [[0.1] * 3] * 6, "x": [1, 2, 3]}
    sums = follow_paths(program, values, "x[1]", most=1)
    short = str(view.render(sums, Display(60)))
    whole = str(view.render(sums, Display(60, limit=None)))
    assert "more lines; --all shows them" in short
    assert "--all" not in whole
    assert len(whole.splitlines()) > 2 * len(short.splitlines())


def test_a_page_for_a_plain_stream_is_plain():
    sums = follow_paths(PROGRAM, VALUES, "w1[1,1]")
    assert str(view.render(sums, Display(80, "ascii"))).isascii()
    assert str(view.render_counts(sums, Display(80, "ascii"))).isascii()


def test_a_broken_bracket_says_the_same_as_a_flat_one():
    sums = follow_paths(CROSSING, {"w": [[0.1, 0.2, 0.3]] * 3, "x": 0.5}, "x")
    for style in (in_symbols(sums.writer, Display()), in_numbers(sums.writer, Display())):
        from gradcli.views.lines.products import lay_out

        for columns in (30, 50, 90):
            lines = lay_out(sums.form, style, 4, Display(columns))
            broken = re.sub(r"\( | \)", lambda m: m[0].strip(), " ".join(map(str.strip, lines)))
            whole = flat(sums.form, style)
            assert broken.replace("(  ", "(") in (whole, f"({whole})")


def test_the_nodes_of_a_solution_are_those_of_paths():
    sums = follow_paths(PROGRAM, VALUES, "w1[1,1]")
    names = [node.name for node in gradcli.evaluate(PROGRAM, VALUES).nodes]
    for path in sums.paths:
        assert [name for name in names if name in path.nodes] == list(path.nodes)
        assert set(path.stations) <= set(path.nodes)
    assert isinstance(sums.writer.written(sums.form).factors[0], Factor)


def test_the_library_raises_what_the_command_says():
    with pytest.raises(InputError, match="there is no node 'z'"):
        follow_paths("x*y", {"x": 1, "y": 2}, "z")
    with pytest.raises(UsageError, match="which node"):
        count_paths_of("x*y", {}, None)


@pytest.mark.parametrize(
    ("source", "values", "wrt"),
    [
        ("xlogy(y, 1)^x", {"x": 0.681, "y": 2}, "y"),
        ("u = xlog1py(y, 0)^0.5/(4*y); u + x*u", {"x": 3.561, "y": -1.324}, "y"),
        ("u = y^2*(0/x); where(u > y, u, asech(x/x))", {"x": 1.908, "y": 0.615}, "x"),
        ("sqrt(0*x) + y", {"x": 1, "y": 2}, "x"),
    ],
)
def test_infinity_times_zero_of_what_is_constant_adds_nothing(source, values, wrt):
    """The whole is decided where the product of its partials is not."""
    sums = follow_paths(source, values, wrt)
    assert (sums.gradient, sums.total, sums.agrees) == (0, 0, True)


@pytest.mark.parametrize(
    ("source", "values", "shown"),
    [
        ("x^n", ["--x", "2", "--n", "3"], ["= n*x^(n - 1) = 12"]),
        ("J = x^n*x", ["--x", "2", "--n", "3"], ["n*x^(n - 1) · x + x^n"]),
        ("J = 2*hypot(a*x, b)^n", ["--a", "1", "--x", "2", "--b", "2", "--n", "3"], ["n*hypot("]),
        ("xlogy(y, x)*y", ["--x", "2", "--y", "3"], ["y/x · y"]),
        ("a_long_name^(an_exponent + x)", ["--set", "a_long_name=2", "--set", "an_exponent=1",
         "--x", "1"], ["log(a_long_name)"]),
        ("f(z) = z^n; f(x)*x", ["--x", "2", "--n", "3"], ["n*x^(n - 1) · x"]),
        ("x^n", ["--x", "0", "--n", "0"], ["= where(x != 0 or n != 0, n*x^(n - 1), 0) = 0"]),
        ("where(x != 0, x^n, x)", ["--x", "2", "--n", "3"], ["n*x^(n - 1) · where(x != 0, 1, 0)"]),
        ("(sqrt(x)^n if x > 5 else 0) + x", ["--x", "0", "--n", "3"],
         ["where(x > 5, 1/(2*sqrt(x))*(n*sqrt(x)^(n - 1)), 0)"]),
    ],
)  # fmt: skip
def test_a_condition_of_a_rule_that_holds_but_at_single_values_is_not_shown(source, values, shown):
    command = ["paths", source, *values, "--wrt", "x"]
    text = " ".join(call(*command, variables={"COLUMNS": "200"}).out.split())
    assert all(each in text for each in shown), text
    assert ("where(" in text) == any("where(" in each for each in shown), text


def test_nor_is_it_in_pictures(tmp_path):
    for name in ("graph.svg", "graph.dot"):
        call("graph", "x^n*hypot(x, n)", "--x", "2", "--n", "3", "-o", str(tmp_path / name))
        text = (tmp_path / name).read_text()
        assert "n*x^(n - 1)" in text, name
        assert "where(" not in text, name


def test_formulas_of_paths_that_scripts_read_keep_every_condition():
    found = json.loads(call("paths", "x^n", "--x", "2", "--n", "3", "--wrt", "x", "--json").out)
    assert found["factored"] == "where(x != 0 or n != 0, n*x^(n - 1), 0)"
    assert found["paths"][0]["formula"] == found["factored"]


@pytest.mark.parametrize(
    ("source", "slope"),
    [
        ("y = where(x != 0, sin(x)/x, 1); y + x", 1),
        ("y = where(x != 0, (exp(x) - 1)/x, 1); y^2", 1),
        ("y = where(x != 0, (1 - cos(x))/x^2, 0.5); 3*x + y", 3),
    ],
)
def test_infinite_products_whose_sum_has_a_limit(source: str, slope: float) -> None:
    sums = gradcli.paths(source, {"x": 0}, wrt="x")
    assert sums.is_limit
    assert sums.total == pytest.approx(slope)
    page = view.render(sums, Display()).text()
    assert "nan" not in page
    assert "beside it their sum goes to" in page


@pytest.mark.parametrize(
    "source", ["f(p) = (0/z)/(z/p); f(u)", "f(p) = (0*z)*p^2; u*f(u) + f(2*u)"]
)
def test_a_call_through_which_every_partial_is_0_is_a_path_of_0(source):
    found = gradcli.paths(source, z=-0.1, u=-2.4, wrt="u")
    assert found.gradient == 0
    products = [path["product"] for path in found.to_dict()["paths"]]
    assert products
    assert not any(products)


# A call of a function of the program is one node -----------------------------------------------

OF_CALLS = {
    "two": "g(p, q) = p*sin(q) + q^2; u = g(x, y); J = u*x + g(u, x)",
    "twice": "g(p, q) = p*q + q^2; J = g(x, x)*g(x*y, x)",
    "nested": "f(z) = z*tanh(z); g(p, q) = f(p) + f(q)*p; J = g(f(x), g(x, y)) - f(y)",
    "parts in common": "f(z) = sin(z)*z; h(z) = sin(z)^2; J = f(x)*h(x) + f(y)",
    "a free name": "k = x*y; g(p, q) = p*q*k; J = g(x, y) + g(y, 2)",
    "an argument inside another": "g(p, q) = sin(p)*q; J = g(x, sin(x)) + y",
    "two branches": "g(p, q) = where(p > q, p^2*q, q/p); J = g(x, y) + g(y, x)*x",
    "a step": "f(z) = 1/(1 + exp(-z)); a = f(x*y); J = a^2/x + f(a)",
    "entries": "g(p, q) = sum(p^i*q for i in 1..3); J = sum(g(x, y + i) for i in 1..3)",
}  # fmt: skip


@pytest.mark.parametrize("name", OF_CALLS)
def test_paths_go_through_the_nodes_of_the_table_and_the_graph(name):
    source, values = OF_CALLS[name], {"x": 0.7, "y": 1.3}
    solution = solve(source, values)
    nodes = brief(solution)
    names = [node.name for node in nodes]
    users = nodes.users(range(len(names)))
    ways = dict.fromkeys(names, 0) | {solution.output: 1}
    for each in reversed(names):
        ways[each] += sum(ways[names[user]] * len(at) for user, at in users[each].items())
    for wrt in ("x", "y"):
        whole = follow_paths(source, values, wrt, most=100)
        shown = whole.outlined
        assert shown.counts.paths == ways[wrt] == len(shown.paths)
        assert shown.apart == whole.counts.paths == len(whole.paths)
        assert {station for path in shown.paths for station in path.nodes} <= {*names}
        assert math.isclose(sum(path.value for path in shown.paths), whole.gradient, rel_tol=1e-12)
        assert math.isclose(shown.writer.value(shown.form), whole.gradient, rel_tol=1e-12)
        assert count_paths_of(source, {}, wrt).outlined.counts.paths == ways[wrt]
        assert count_paths_of(source, values, wrt).counts.paths == whole.counts.paths
        text = str(view.render(whole, Display(width=10_000)))
        assert {*re.findall(r"\bv\d+", text)} <= {*names}


def test_full_and_json_take_calls_apart():
    words = ["paths", OF_CALLS["two"], "--x", "0.7", "--y", "1.3", "--wrt", "x"]
    page, full, objects = (call(*words, *more).out for more in ((), ("--full",), ("--json",)))
    assert "they split into 5 (--full)" in " ".join(page.split())
    assert full.startswith("Paths from x to J: 5,")
    assert json.loads(objects)["count"] == len(json.loads(objects)["paths"]) == 5
    assert call(*words, "--json", "--full").out == objects


def test_paths_that_begin_inside_of_a_call_go_through_it():
    words = ["paths", OF_CALLS["two"], "--x", "0.7", "--y", "1.3", "--wrt", "v1"]
    assert call(*words).out == call(*words, "--full").out
