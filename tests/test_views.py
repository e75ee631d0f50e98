"""The views: what is shown at which width, that it is true, and that no text can break it."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import solutions
from command_line import call
from graphs import model_of
from rich.console import Console

import gradcli
from gradcli.errors import GradcliError, InputError, Note, Problem, Span
from gradcli.evaluation.brief import brief
from gradcli.evaluation.nodes import NodeReport
from gradcli.evaluation.objects import exact
from gradcli.evaluation.solve import solve
from gradcli.graph import listing
from gradcli.graph.rules import Entry
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.text import number as canonical_number
from gradcli.syntax.text import text as canonical
from gradcli.views import error, functions, schema, table, trace, tree
from gradcli.views import json as json_view
from gradcli.views.lines import number
from gradcli.views.lines.page import Display, Page
from gradcli.views.lines.rows import choose
from gradcli.views.lines.substitute import beside, substituted
from gradcli.views.lines.text import cut, shortened, visible, width

SNAPSHOTS = Path(__file__).parent / "snapshots" / "views"
VIEWS = {"table": table.render, "tree": tree.render, "trace": trace.render}

NET = """\
f(z) = 1/(1 + exp(-z))
a1 = f(w11*x1 + w12*x2)
a2 = f(w21*x1 + w22*x2)
o = f(v1*a1 + v2*a2)
J = (o - y)^2/2
"""
NET_VALUES = {
    "x1": 1, "x2": 0.5, "w11": 0.1, "w12": -0.2, "w21": 0.4, "w22": 0.3, "v1": 0.7, "v2": -0.6,
    "y": 1,
}  # fmt: skip

PROGRAMS = {
    "lesson": ("v=b*c; u=a+v; J=3u", {"a": 1, "b": 2, "c": 3}),
    "declared": ("J(a,b,c)=3(a+bc)", {"a": 1, "b": 2, "c": 3}),
    "waves": ("sin(x*y)*exp(-x^2/2)+log(1+y^2)", {"x": 0.5, "y": -1.5}),
    "fan-out": ("y = x^2; J = y*sin(y) + x*y", {"x": -1.5}),
    "twice": ("x*x + abs(x)", {"x": 0}),
    "branch": ("where(x > 0, sqrt(x), x^2)", {"x": -2}),
    "undefined": ("log(x)/x", {"x": -1}),
    "overflow": ("x^x^x^x", {"x": 20}),
    "unused": ("k = 2; u = x*3; k*x", {"x": 1}),
    "input": ("x", {"x": 3}),
    "constant": ("3 + 4", {}),
    "flat": ("(x-3)^2", {"x": 3}),
    "subscripts": ("w[1,2]*x[1] + w[1,2]^2", {"w[1,2]": 2, "x[1]": 3}),
    "wide": ("α·β + 変数", {"α": 1, "β": 2, "変数": 3}),
    "net": (NET, NET_VALUES),
    "terms": ("+".join(f"x{i}^2" for i in range(1, 101)), {f"x{i}": i for i in range(1, 101)}),
    "nested": ("sin(" * 300 + "x" + ")" * 300, {"x": 0.5}),
}


ENTRIES = [
    Entry("add", ("x", "y"), "rule", "1, 1", group="Arithmetic", doc="the sum x + y"),
    Entry("pow", ("x", "y"), "rule", "y*x^(y - 1), where(x != 0 or y <= 0, x^y*log(x), 0)",
          group="Arithmetic", doc="x to the power y", spellings=("power",)),
    Entry("id", ("x",), "rule", "1", group="Arithmetic"),
    Entry("power", (), "alias", "pow", group="Arithmetic"),
    Entry("lt", ("x", "y"), "rule", "0, 0", group="Comparison", doc="1 if x < y, else 0"),
    Entry("abs", ("x",), "rule", "sign(x)", "x == 0", "Steps", "the absolute value"),
    Entry("clip", ("x", "lo", "hi"), "definition", "min(max(x, lo), hi)", group="Steps",
          doc="x held between lo and hi"),
    Entry("hypot", ("x", "y"), "rule",
          "where(hypot(x, y) != 0, x/hypot(x, y), 0), where(hypot(x, y) != 0, y/hypot(x, y), 0)",
          "hypot(x, y) == 0", "Roots", "sqrt(x^2 + y^2), without overflow"),
    Entry("max", (), "variadic", "where(x == max, 1/ties, 0)", group="Any number of arguments",
          doc="the greatest argument; equal ones share the derivative"),
]  # fmt: skip


def solved(name):
    return solve(*PROGRAMS[name])


def plain(name, view, **how):
    return str(VIEWS[view](solved(name), Display(**how)))


# What is shown, read by eye before it was kept. UPDATE_SNAPSHOTS=1 writes the files anew.


def check_snapshot(name, text):
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["lesson", "waves", "fan-out", "branch", "net", "nested"])
def test_snapshot(name, view, columns):
    check_snapshot(f"{name}-{view}-{columns}", plain(name, view, width=columns))


@pytest.mark.parametrize("view", VIEWS)
def test_snapshot_in_ascii(view):
    check_snapshot(f"fan-out-{view}-ascii", plain("fan-out", view, encoding="ascii"))


@pytest.mark.parametrize("columns", [80, 40])
def test_snapshot_of_functions(columns):
    check_snapshot(f"functions-{columns}", str(functions.render(ENTRIES, Display(width=columns))))


def test_lesson_by_hand():
    page = str(table.render(solutions.lesson()))
    assert page == (
        "v = b*c; u = a + v; J = 3*u = 21\n"
        "\n"
        "node   formula   value   ∂J/∂node\n"
        "─────────────────────────────────\n"
        "a      input         1   3    = 3\n"
        "b      input         2   3*c  = 9\n"
        "c      input         3   3*b  = 6\n"
        "v      b*c           6   3    = 3\n"
        "u      a + v         7   3    = 3\n"
        "J      3*u          21   1    = 1"
    )


def test_backward_pass_by_hand():
    page = str(trace.render(solutions.lesson()))
    assert "  ∂J/∂b = ∂J/∂v · ∂v/∂b = 3 · c = 3 · 3 = 9\n" in page
    assert "  ∇J = (∂J/∂a, ∂J/∂b, ∂J/∂c) = (3, 9, 6)\n" in page
    assert "  |∇J| = sqrt(3^2 + 9^2 + 6^2) = 11.225\n" in page


# That it fits.


@pytest.mark.parametrize("columns", [40, 60, 80, 132])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_line_is_wider_than_the_display(name, view, columns):
    for line in plain(name, view, width=columns).splitlines():
        assert width(line) <= columns, line


WIDE = {
    "Loss_of_the_training_set = (weight_of_first_layer*x + bias_term - target)^2": {
        "weight_of_first_layer": 1,
        "x": 2,
        "bias_term": 3,
        "target": 4,
    },
    "the_sum_of_all = sum(sin(x)*exp(y))": {"x": [0.1, 0.2, 0.3, 0.4, 0.5], "y": 2},
}
"""Programs whose names, or numbers, are wide."""


@pytest.mark.parametrize("program", WIDE)
@pytest.mark.parametrize("precision", [None, 12])
def test_a_table_is_no_wider_than_the_display(program, precision):
    solution = solve(program, WIDE[program])
    for columns in range(52, 120):
        page = table.render(solution, Display(width=columns, precision=precision)).text()
        for line in page.splitlines():
            assert width(line) <= columns, line


def test_functions_are_listed_in_ascii():
    page = functions.render(listing.entries(), Display(encoding="ascii")).text()
    assert page.isascii()
    assert "\\" not in page


@pytest.mark.parametrize("length", range(1, 24))
def test_a_call_that_is_nearly_too_long_fits(length):
    source = f"{'n' * length} = logsumexp(x, y, z)"
    solution = solve(source, {"x": 1e308, "y": -0.5, "z": 1 / 3})
    for columns in range(40, 61):
        for line in str(trace.render(solution, Display(width=columns))).splitlines():
            assert width(line) <= columns, line


@pytest.mark.parametrize("columns", [30, 40, 80])
@pytest.mark.parametrize("precision", [None, 17])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["waves", "net", "overflow"])
def test_numbers_are_never_cut(name, view, precision, columns):
    page = plain(name, view, width=columns, precision=precision, limit=None)
    for node in brief(solved(name)):
        for value in (node.value, node.grad):
            text = re.escape(number.number(value, precision))
            assert re.search(rf"(?<![\w.]){text}(?![\w.])", page), (node.name, text)


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_left_out_is_said(view):
    solution = solved("terms")
    count = len(solution.nodes)
    page = str(VIEWS[view](solution, Display(limit=10)))
    assert page.endswith(f"{count - 10} of {count} nodes are left out: --all shows them.")
    everything = str(VIEWS[view](solution, Display(limit=None)))
    assert "left out" not in everything
    assert all(node.name in everything for node in solution.nodes)


def test_users_steps_and_inputs_are_shown_first():
    source = "u = x*y; " + "+".join(f"sin({k}*u)" for k in range(2, 60)) + " + z"
    solution = solve(source, {"x": 1, "y": 2, "z": 3})
    names = [solution.nodes[i].name for i in choose(solution.nodes, 12)]
    assert names[:3] == ["x", "y", "z"]
    assert names[-1] == "out"
    assert len(names) == 12
    assert [solution.nodes[i].name for i in choose(solution.nodes, None)] == [
        node.name for node in solution.nodes
    ]


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_long_chain_needs_no_recursion(view):
    solution = solutions.chain(5_000)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len_stack() + 60)
    try:
        page = VIEWS[view](solution, Display(width=40, limit=None)).text()
    finally:
        sys.setrecursionlimit(limit)
    assert page.count("v2500") >= 2
    assert max(map(width, page.splitlines())) <= 40


def len_stack():
    frame, count = sys._getframe(), 0
    while frame:
        frame, count = frame.f_back, count + 1
    return count


# That it is true.

MEMBER = re.compile(r"[-+*/^(). \de·]+")
FUNCTION = re.compile(r"(sin|cos|exp|log)\([-\d.e]+\)")


def equations(page):
    """The members of each equation of a page, those over several lines put together."""
    joined = re.sub(r"\n +(= )", r" \1", page)
    joined = re.sub(r"\n {6,}", " ", joined)
    return [line.split(" = ") for line in joined.splitlines() if " = " in line]


def value_of(text):
    return gradcli.evaluate(text.replace(" · ", "*")).value


def checked(page):
    """The equations with a member that is all numbers, and those of them that do not hold."""
    found, wrong = [], []
    for members in equations(page):
        for member in members[1:-1]:
            if MEMBER.fullmatch(member) or FUNCTION.fullmatch(member):
                found.append(members)
                expected = pytest.approx(value_of(members[-1]), rel=1e-9, abs=1e-9)
                if value_of(member) != expected:
                    wrong.append(members)
    return found, wrong


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("name", ["lesson", "waves", "fan-out", "net", "subscripts", "unused"])
def test_trace_can_be_checked_by_hand(name, columns):
    found, wrong = checked(plain(name, "trace", width=columns, precision=12))
    assert not wrong
    assert len(found) >= len(brief(solved(name))) // 2


def test_checking_by_hand_finds_a_planted_error():
    solution = solutions.lesson()
    v = solution.nodes[3]
    nodes = [*solution.nodes[:3], dataclasses.replace(v, grad=3.001), *solution.nodes[4:]]
    page = str(trace.render(dataclasses.replace(solution, nodes=solutions.Nodes(nodes))))
    assert {members[0].strip() for members in checked(page)[1]} == {"∂J/∂v", "∂J/∂b", "∂J/∂c"}


@pytest.mark.parametrize("name", ["waves", "net", "terms", "nested"])
def test_every_number_of_the_trace_is_the_solutions(name):
    solution = solved(name)
    found = {members[0].strip(): members[-1] for members in equations(plain(name, "trace"))}
    for node in solution.nodes:
        sign = f"∂{solution.output}/∂{node.name}"
        if sign in found:
            assert found[sign] == number.number(node.grad)
    assert f"∂{solution.output}/∂{solution.output}" in found


def test_branch_not_taken_is_no_product():
    page = plain("branch", "trace")
    assert "0 · 0 + 0 (branch not taken) + 1 · (-4)" in page


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("u = sqrt(x); (u if x > 1 else -x) + y", {"x": 0, "y": 1}, "0 (branch not taken)"),
        ("u = x + y; (1/u if x > 1 else y)", {"x": 0, "y": 0}, "0 (branch not taken)"),
        # What is constant is no branch.
        ("sqrt(floor(x)) + y", {"x": 0, "y": 1}, "0 (a constant 0)"),
        ("0*(1/x)*y", {"x": 0, "y": 1}, "0 (a constant 0)"),
        # Where the product can be formed it is shown, whether or not a branch is taken.
        ("u = x^2; (u if x > 0 else -x) + y", {"x": -3, "y": 1}, "= 0 · (-6) + "),
        # A true NaN is no branch that is not taken.
        ("u = 1/x; y*u", {"x": 0, "y": 0}, "= 0 · (-inf) = nan"),
    ],
)
def test_a_branch_is_known_by_its_edge_and_not_by_its_number(source, values, expected):
    page = str(trace.render(solve(source, values), Display(200)))
    assert expected in page
    assert page.count("(branch not taken)") == expected.count("(branch not taken)")


@pytest.mark.parametrize(
    ("source", "symbols", "numbers"),
    [
        ("(x - x)*y", "y · (1 + (-1))", "3 · (1 + (-1))"),
        ("u = x - x - 2*x; y*u", "y · (1 + (-1)) + (-y) · 2", "3 · (1 + (-1)) + (-3) · 2"),
        ("u = x*x; y*u", "y · (x + x)", "3 · (2 + 2)"),
        ("u = y*x; u - x", "1 · y + (-1)", "1 · 3 + (-1)"),
    ],
)
def test_sums_and_signs_stand_in_brackets(source, symbols, numbers):
    page = str(trace.render(solve(source, {"x": 2, "y": 3}), Display(200)))
    assert f"= {symbols} = " in page
    assert f"= {numbers} = " in page


def test_a_step_of_an_automatic_kind_of_name_is_the_programs():
    solution = solve("v7 = x^2; " + "+".join(f"sin({place}*v7)" for place in range(60)), {"x": 1})
    shown = [solution.nodes[place].name for place in choose(solution.nodes, 9)]
    assert "v7" in shown


def test_direction_has_length_one_and_points_downhill():
    page = plain("net", "trace", width=1000, precision=12)
    text = re.search(r"-∇J/\|∇J\| = \((.*)\)", page)[1]
    direction = [float(part) for part in text.split(", ")]
    gradient = solved("net").gradient.values()
    assert math.hypot(*direction) == pytest.approx(1)
    slope = sum(map(math.prod, zip(direction, gradient, strict=True)))
    assert slope == pytest.approx(-math.hypot(*gradient))


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        ([0.0, -0.0], "The gradient is zero"),
        ([math.inf, 1.0], "The gradient is not finite"),
        ([math.nan], "The gradient is not finite"),
        ([3e300, 4e300], "(-0.6, -0.8)"),
        ([3e-310, 4e-310], "(-0.6, -0.8)"),
        ([0.0, 2.0], "(0, -1)"),
        ([], "there is no gradient"),
    ],
)
def test_direction_of_unusual_gradients(gradient, words):
    nodes = [solutions.node(f"x{i}", f"x{i}", "input", 1.0) for i in range(len(gradient))]
    edges = [(f"x{i}", value, "…") for i, value in enumerate(gradient)]
    solution = solutions.make("f", [*nodes, solutions.node("f", "f", "add", 1.0, *edges)])
    assert words in str(trace.render(solution))


@pytest.mark.parametrize("view", VIEWS)
def test_only_the_nodes_that_are_shown_are_written_out(view):
    solution = solve(
        "; ".join(["w0 = x", *(f"w{i} = w{i - 1} + x" for i in range(1, 3000))]), {"x": 1}
    )
    written = []
    symbols, shown = solution.symbols, solution.shown
    symbol, tree_of, start = symbols.symbol, shown.tree, shown.start
    symbols.symbol = lambda node, *rest: written.append(node) or symbol(node, *rest)
    shown.tree = lambda node: written.append(node) or tree_of(node)
    shown.start = lambda node, most: written.append(node) or start(node, most)
    VIEWS[view](solution, Display(limit=10))
    assert 0 < len(set(written)) < 100


def test_shared_node_is_drawn_once():
    page = plain("fan-out", "tree")
    assert len(re.findall(r"y = x\^2 = 2.25", page)) == 1
    assert page.count("↑ y, shown above") == 2
    assert page.index("y = x^2 = 2.25") < page.index("↑ y, shown above")


def test_tree_draws_every_node_once_in_full():
    for name in ("net", "nested", "terms"):
        page = plain(name, "tree", width=40, limit=None).partition("\n\n")[2]
        for node in brief(solved(name)):
            drawn = re.findall(rf"(?m)^[│├└─ ]*{re.escape(node.name)} =", page)
            assert len(drawn) == 1, node.name


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("b*c", {"b": "2", "c": "3"}, "2*3"),
        ("x^2", {"x": "-1.5"}, "(-1.5)^2"),
        ("-x", {"x": "-1"}, "-(-1)"),
        ("a - b", {"a": "-1", "b": "-2"}, "-1 - (-2)"),
        ("sin(x)", {"x": "-1"}, "sin(-1)"),
        ("max(a, b)", {"a": "-1", "b": "-2"}, "max(-1, -2)"),
        ("where(v1, x, e)", {"v1": "0", "x": "inf"}, "where(0, inf, e)"),
        ("exp*np.exp(exp)", {"exp": "2"}, "2*np.exp(2)"),
        ("w[1,2]*w", {"w[1,2]": "2", "w": "3"}, "2*3"),
        ("1e-09*e", {"e": "5"}, "1e-9*5"),
        ("xy + x", {"x": "1", "xy": "7"}, "7 + 1"),
        ("2*x - y", {"x": "-1", "y": "0.333333"}, "2*(-1) - 0.333333"),
        # A name is what the grammar reads as one, with its accents.
        ("x̂*x", {"x̂": "5", "x": "2"}, "5*2"),
        ("x̂ + xy", {"x": "2", "xy": "3"}, "x̂ + 3"),
        ("tau̇*tau", {"tau": "3"}, "tau̇*3"),
        ("e1 - e*1e1", {"e": "7", "e1": "2"}, "2 - 7*10"),
        ("np.pi*pi", {"pi": "2"}, "np.pi*2"),
    ],
)
def test_numbers_put_into_formulas(expression, values, expected):
    model = model_of(expression, values)
    names = {node: node.label for node in model.inputs}
    numbers = {name: float(value) for name, value in values.items()}
    tree = Unparser(names).definition(model.output)
    assert substituted(tree, numbers, Display()) == expected


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        ("c", "c"), ("2*x", "2*x"), ("-x", "(-x)"), ("a + b", "(a + b)"), ("f(a + b)", "f(a + b)"),
        ("x[1, 2]", "x[1, 2]"), ("-1.5", "(-1.5)"), ("(a + b)*c", "(a + b)*c"),
        ("a < b", "(a < b)"), ("-x*y/2", "(-x*y/2)"), ("(-x)^2*y", "(-x)^2*y"), ("-x^2", "(-x^2)"),
        ("not a", "(not a)"), ("x if a else -y", "(x if a else -y)"), ("a and b", "(a and b)"),
        ("(a + b)!", "(a + b)!"), ("2^-x", "2^-x"), ("np.sin(-x)", "np.sin(-x)"),
    ],
)  # fmt: skip
def test_brackets_of_a_factor(factor, expected):
    assert beside(parse(factor).statements[0].value, Display()) == expected


# Numbers.


@pytest.mark.parametrize(
    ("value", "precision", "expected"),
    [
        (3.0, None, "3"), (0.1 + 0.2, None, "0.3"), (1 / 3, None, "0.333333"), (21.0, None, "21"),
        (1234567.0, None, "1234567"), (1234567.8, None, "1.23457e6"), (1e-9, None, "1e-9"),
        (-0.0, None, "0"), (-0.0, 3, "0"), (0.0, None, "0"), (1e15, None, "1e15"),
        (-2.5e-300, None, "-2.5e-300"),
        (math.inf, None, "inf"), (-math.inf, 3, "-inf"), (math.nan, None, "nan"),
        (0.1 + 0.2, 17, "0.30000000000000004"), (1 / 3, 3, "0.333"), (1234.0, 3, "1.23e3"),
        (3.0, 1, "3"), (3.0, 17, "3"),
    ],
)  # fmt: skip
def test_number(value, precision, expected):
    assert number.number(value, precision) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (9.0, "9"), (0.1 + 0.2, "0.30000000000000004"), (1e-9, "1e-9"), (1e22, "1e22"),
        (-0.0, "-0"), (math.inf, "inf"), (math.nan, "nan"), (5e-324, "5e-324"),
    ],
)  # fmt: skip
def test_exact_number_reads_back(value, expected):
    assert exact(value) == expected
    assert repr(float(exact(value))) == repr(value)


@pytest.mark.parametrize("value", [1e300, 1e-9, 1.5e-300, 1e16, 5e-324, 123456.789, 1e22])
def test_number_of_a_program_is_written_as_shown_and_reads_back(value):
    text = canonical_number(value)
    assert text == exact(value)
    assert gradcli.evaluate(text).value == value
    assert gradcli.evaluate(f"x*{text}", x=1).expression == f"x*{text}"


def test_points_are_below_each_other():
    assert number.align(["1", "-2.5", "0.333", "inf", "1e-9"]) == [
        "  1    ", " -2.5  ", "  0.333", "inf    ", "  1e-9 ",
    ]  # fmt: skip


# That no text can break it.

NASTY = ["[red]", "[/]", "[1,2]", "a\x1b[31mb", "x\ny", "\udcff", "\u202ex", "e\u0301", "変" * 40]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp437", "cp1252"])
@pytest.mark.parametrize("view", VIEWS)
def test_any_text_can_be_encoded_and_stays_in_its_line(view, encoding):
    solution = solutions.named(*NASTY)
    for columns in (40, 80):
        page = VIEWS[view](solution, Display(width=columns, encoding=encoding))
        text = page.text()
        text.encode(encoding)
        assert text.splitlines() == text.split("\n")
        assert text.replace("\n", "").isprintable()
        assert "[red]" in text


@pytest.mark.parametrize("color", [True, False])
@pytest.mark.parametrize("view", VIEWS)
def test_rich_prints_a_page_as_it_is(view, color):
    page = VIEWS[view](solutions.named(*NASTY[:3]))
    stream = io.StringIO()
    console = Console(
        file=stream, width=80, force_terminal=color, color_system="standard" if color else None
    )
    console.print(page, soft_wrap=True)
    shown = [line.rstrip() for line in without_colors(stream.getvalue()).splitlines()]
    assert shown == page.text().splitlines()


def without_colors(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


STANDARD = {"1", "2", "31", "32", "35", "36"}
"""Bold, dim, and the colours that are readable on light and on dark."""


@pytest.mark.parametrize("view", VIEWS)
def test_colors_add_nothing_but_standard_colors(view):
    page = VIEWS[view](solutions.lesson())
    colored = page.text(color=True)
    codes = {code for each in re.findall(r"\x1b\[([0-9;]*)m", colored) for code in each.split(";")}
    assert codes <= STANDARD | {"0"}
    stripped = [line.rstrip() for line in without_colors(colored).splitlines()]
    assert stripped == page.text().splitlines()


@pytest.mark.parametrize(
    ("names", "formulas", "expected"),
    [
        (["sin"], ["cos"], ["sin    cos    a b"]),
        (["sin"], ["1", "22"], ["sin    1      a b", "       22"]),
        (["変数"], ["x"], ["変数   x      a b"]),
        (["e\u0301"], ["x"], ["e\u0301      x      a b"]),
        (["sin"], [""], ["sin           a b"]),
    ],
)
def test_columns_side_by_side(names, formulas, expected):
    columns = (names, "bold"), (formulas, "green"), (["a b"], "")
    lines = functions.beside(*columns, widths=(4, 4))
    assert Page(lines).text() == "\n".join(expected)
    assert without_colors(Page(lines).text(color=True)) == "\n".join(expected)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("ab abcdefgh c", 3, "ab abc def gh c"),
        ("abc", 3, "abc"),
        ("変数変", 4, "変数 変"),
        ("", 3, ""),
    ],
)
def test_long_words_are_broken(text, room, expected):
    assert functions.broken(text, room) == expected


def test_rich_is_imported_only_where_it_is_needed():
    code = """
import sys
from gradcli.errors import GradcliError, Span
from gradcli.views import error, functions, json, schema, trace
from gradcli.views.lines import number, page
str(error.render(GradcliError("k", "m " * 500, span=Span(0, 1), source="x", hint="h")))
unwanted = {"rich", "numpy", "typer", "textwrap"} & set(sys.modules)
assert not unwanted, unwanted
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("変数変", 6, "変数変"), ("変数変", 5, "変数…"),
        ("変数変", 4, "変…"), ("e\u0301e\u0301e", 2, "e\u0301…"), ("abc", 1, "…"), ("", 1, ""),
    ],
)  # fmt: skip
def test_cut(text, columns, expected):
    assert cut(text, columns, "…") == expected
    assert width(expected) <= columns


def test_long_text_shown_short_is_marked():
    assert Display().show("a" * 10**6, 10) == "a" * 9 + "…"
    assert Display().show("e" + "\u0301" * 100, 10).endswith("…")


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("a\x00b", "utf-8", "a\\x00b"), ("\udcff", "utf-8", "\\udcff"), ("α", "utf-8", "α"),
        ("α", "ascii", "\\u03b1"), ("\u202e", "utf-8", "\\u202e"), ("é", "latin-1", "é"),
    ],
)  # fmt: skip
def test_visible(text, encoding, expected):
    assert visible(text, encoding) == expected


# JSON.


def reject(constant):
    raise AssertionError(constant)


@pytest.mark.parametrize("name", [name for name in schema.names() if name])
def test_schemas_are_schemas(name):
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.text(name)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_json_follows_its_schema(name):
    text = json_view.render(solved(name))
    found = json.loads(text, parse_constant=reject)
    jsonschema.validate(found, json.loads(schema.text("eval")))
    assert text.isascii()
    assert found == solved(name).to_dict()
    assert text.count("\n") >= len(found["nodes"])


def test_every_null_of_the_json_has_its_reason():
    for name in ("branch", "undefined", "overflow"):
        found = json.loads(json_view.render(solved(name)))
        explained = {problem["node"] for problem in found["problems"]}
        nodes = {node["name"]: node for node in found["nodes"]}
        for name_of, node in nodes.items():
            if node["value"] is None or node["grad"] is None:
                assert name_of in explained


def test_schema_refuses_what_is_wrong():
    found = solved("lesson").to_dict()
    found["nodes"][0]["value"] = "1"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, json.loads(schema.text()))


def test_unknown_schema():
    with pytest.raises(InputError, match="there is no schema 'nothing'"):
        schema.text("nothing")


# Errors.


def excerpt(source, start, end, **how):
    shown = error.render(
        GradcliError("kind", "no", span=Span(start, end), source=source), Display(**how)
    )
    return str(shown).removeprefix("error: no\n")


@pytest.mark.parametrize(
    ("source", "span", "expected"),
    [
        ("sine(x) + 2", (0, 4), "  sine(x) + 2\n  ^^^^"),
        ("2 + ", (4, 4), "  2 +\n      ^"),
        ("2 +", (3, 99), "  2 +\n     ^"),
        ("a\nb = sine(x)\nc", (6, 10), "  2 | b = sine(x)\n    |     ^^^^"),
        ("a\r\nb = sine(x)\r\n", (7, 11), "  2 | b = sine(x)\n    |     ^^^^"),
        ("a\nb(\nc", (3, 5), "  2 | b(\n    |  ^"),
        ("a\n", (2, 2), "  2 |\n    | ^"),
        ("a +\nb", (3, 4), "  1 | a +\n    |    ^"),
        ("\tsine(x)", (1, 5), "   sine(x)\n   ^^^^"),
        ("変数 + sine", (5, 9), "  変数 + sine\n         ^^^^"),
        ("e\u0301 + sine", (5, 9), "  e\u0301 + sine\n      ^^^^"),
        ("ae\u0301", (2, 3), "  ae\u0301\n   ^"),
        ("\x00 + \udcff + x", (4, 5), "  \\x00 + \\udcff + x\n         ^^^^^^"),
        ("x", (-5, -3), "  x\n  ^"),
    ],
)
def test_place_of_an_error(source, span, expected):
    assert excerpt(source, *span) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("columns", [16, 40, 80])
@pytest.mark.parametrize("place", [0, 1, 500, 999_000, 10**6])
@pytest.mark.parametrize("unit", ["x + ", "変", "\x00", "e\u0301"])
def test_place_in_a_long_line(unit, place, columns, encoding):
    source = (unit * 10**6)[: 10**6]
    text, carets = excerpt(source, place, place + 3, width=columns, encoding=encoding).split("\n")
    assert max(width(text), width(carets)) <= columns
    column = carets.index("^")
    if unit == "x + " and place < 10**6:
        assert text[column] == source[place]


def test_error_with_all_parts():
    problem = InputError(
        "unknown-name",
        "unknown name 'sine'",
        span=Span(0, 4),
        hint="did you mean sin?",
        source="sine(1)",
        origin="the value of a",
    )
    assert str(error.render(problem)) == (
        "error: unknown name 'sine'\n  in the value of a:\n  sine(1)\n  ^^^^\ndid you mean sin?"
    )
    assert json.loads(error.to_json(problem)) == {
        "schema": "gradcli.error/1",
        "kind": "unknown-name",
        "message": "unknown name 'sine'",
        "span": [0, 4],
        "hint": "did you mean sin?",
        "origin": "the value of a",
        "source": "sine(1)",
    }


@pytest.mark.parametrize(
    "problem",
    [
        GradcliError("k", "m"),
        GradcliError("k", "m", span=Span(0, 1), source="\udcff", hint="h"),
        GradcliError("k", "m", span=Span(0, 1), source="\udcff", origin="the value of a"),
    ],
)
def test_error_follows_its_schema(problem):
    text = error.to_json(problem)
    assert text.isascii()
    jsonschema.validate(json.loads(text), json.loads(schema.text("error")))


def test_notes_and_problems():
    note = Note("letters", "'bc' is read as b*c", Span(2, 4))
    assert str(error.render_note(note, "a+bc")) == ("note: 'bc' is read as b*c\n  a+bc\n    ^^")
    kink = Problem("kink", "v1", "not unique", "the derivative of abs(x) is not unique", None)
    assert str(error.render_problem(kink, "abs(x)")) == (
        "warning: the derivative of abs(x) is not unique"
    )
    bad = Problem("value", "v1", "NaN", "log(x) is not defined at x = -1", Span(0, 6))
    assert str(error.render_problem(bad, "log(x)")).startswith("warning: log(x) is not")
    assert str(error.render_message("warning", "[red]")) == "warning: [red]"


def test_long_message_is_wrapped_and_cut():
    message = "missing values: " + ", ".join(f"x{i}" for i in range(10_000))
    page = str(error.render(InputError("k", message), Display(width=40)))
    assert max(map(width, page.splitlines())) <= 40
    assert page.endswith("…")
    assert len(page) < 3_000


def test_errors_in_color():
    page = error.render(GradcliError("k", "m", span=Span(0, 1), source="x"))
    assert page.text(color=True) == "\x1b[31merror:\x1b[0m m\n  x\n  \x1b[31m^\x1b[0m"


# Functions.


def test_every_function_is_listed():
    page = str(functions.render(listing.entries(), Display(width=200)))
    for name in listing.names():
        assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", page), name


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_functions_fit(columns):
    page = functions.render(listing.entries(), Display(width=columns))
    for line in str(page).splitlines():
        assert width(line) <= columns, line


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*arcsin*", {"asin", "asinh"}),
        ("*sin*", {"sin", "asin", "sinh", "asinh"}),
        ("rcsin", {"asin", "asinh"}),
        ("log?", {"log2"}),
        ("LOG", {"log", "log2", "log10", "log1p", "xlogy", "logit", "logsumexp"}),
        ("swish", {"silu"}),
    ],
)
def test_functions_by_name(pattern, names):
    found = functions.matching(listing.entries(), pattern)
    assert names <= {entry.name for entry in found}


@pytest.mark.parametrize("name", ["sin", "arcsin", "log", "max", "Si"])
def test_a_name_is_that_of_its_functions_alone(name):
    found = functions.matching(listing.entries(), name)
    assert all(name in {entry.name, *entry.spellings} for entry in found)
    assert found


@pytest.mark.parametrize("pattern", ["no such function", "["])
def test_no_function_has_that_name(pattern):
    with pytest.raises(InputError, match="there is no function"):
        functions.matching(listing.entries(), pattern)


def test_functions_as_json():
    text = functions.to_json(listing.entries())
    found = json.loads(text)
    jsonschema.validate(found, json.loads(schema.text("functions")))
    by_name = {entry["name"]: entry for entry in found["functions"]}
    assert by_name["sin"]["derivatives"] == {"x": "cos(x)"}
    assert by_name["mul"]["derivatives"] == {"x": "y", "y": "x"}
    assert by_name["atan2"]["derivatives"]["y"] == "x/hypot(x, y)/hypot(x, y)"
    assert by_name["clip"]["definition"] == "min(max(x, lo), hi)"
    assert "ln" in by_name["log"]["spellings"]


def test_page_is_its_plain_text():
    assert str(Page([])) == ""


@pytest.mark.parametrize(
    ("source", "values", "shown"),
    [
        ("x^n", ["--x", "2", "--n", "3"], ["n·x^(n - 1)"]),
        ("u = x*2; u^n", ["--x", "2", "--n", "3"], ["n·u^(n - 1)"]),
        ("xlogy(x, y)", ["--x", "2", "--y", "3"], ["x/y"]),
        ("norm(x, y)", ["--x", "3", "--y", "4"], ["x/"]),
        ("x^n", ["--x", "0", "--n", "0"], ["where(x != 0 or n != 0,"]),  # of an infinite gradient
        ("where(x != 0, x^2, x)", ["--x", "2"], ["where(x != 0,"]),
        ("relu(x)", ["--x", "2"], ["where(x > 0, 1, 0)"]),
        ("max(x, y)", ["--x", "2", "--y", "3"], ["where("]),
    ],
)
@pytest.mark.parametrize("view", [[], ["--tree"], ["--trace"]])
def test_a_condition_of_a_rule_that_holds_but_at_single_values_is_not_shown(
    source, values, shown, view
):
    text = " ".join(call("eval", source, *values, *view, variables={"COLUMNS": "200"}).out.split())
    plain = text.replace("*", "·").replace("≠", "!=")
    assert all(each in plain for each in shown)
    assert ("where(" in plain) == any("where(" in each for each in (source, *shown))


def test_the_text_in_json_keeps_every_condition():
    first, *_ = solve("x^n", {"x": 2, "n": 3}).nodes
    assert first.derivative == "where(x != 0 or n != 0, n*x^(n - 1), 0)"
    assert canonical(first.shown_derivative()) == "n*x^(n - 1)"


def test_a_tree_asks_only_for_the_partials_that_it_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """And for each of them once: of a maximum of many each has many, and each is long."""
    asked: list[tuple[str, int]] = []
    of_place = NodeReport.shown_local

    def counted(node: NodeReport, place: int) -> ast.Expression | None:
        asked.append((node.name, place))
        return of_place(node, place)

    monkeypatch.setattr(NodeReport, "shown_local", counted)
    solution = solve(f"max({', '.join(f'x*{i}' for i in range(1, 400))})", {"x": 1.0})
    page = str(tree.render(solution, Display(width=100)))
    assert len(asked) <= 2 * len(page.splitlines())


SIMILAR = [
    ("the_first_very_long_name_of_a_weight_a", "the_first_very_long_name_of_a_weight_b"),
    ("a_weight_of_the_first_layer", "b_weight_of_the_first_layer"),
    ("weight_of_the_first_layer_of_it", "weight_of_the_later_layer_of_it"),
    ("weight_of_the_first_layer_of_it", "weight_of_the_first_layer_x_of_it"),
    ("δέλτα_πρώτη_της_σειράς", "δέλτα_τρίτη_της_σειράς"),
    ("velocity_of_the_wheel[1,2]", "velocity_of_the_wheel[1,3]"),
]


@pytest.mark.parametrize(("one", "other"), SIMILAR)
@pytest.mark.parametrize("columns", ["24", "30", "40"])
def test_long_names_that_are_cut_are_not_shown_alike(one, other, columns):
    values = ["--set", f"{one}=1", "--set", f"{other}=2"]
    program = f"{one}*x + 3*{other}*x"
    for command in (["jac"], ["check"], ["descend", "--steps", "1"]):
        called = call(*command, program, *values, "--x", "5", variables={"COLUMNS": columns})
        assert called.code == 0
        names = re.findall(r"^(?:∂out/∂)?([^∂\s]*…\S*)", called.out, re.MULTILINE)
        assert len({*names}) == 2, called.out


@pytest.mark.parametrize("command", ["paths --wrt learning_rate_of_the_first_layer_one", "quiz"])
def test_formulas_of_long_names_fit_into_narrow_lines(command):
    one, other = (f"learning_rate_of_the_first_layer_{end}" for end in ("one", "two"))
    name, *options = command.split()
    words = [f"{one}*{other} + {one}^2", f"--{one}=2", f"--{other}=5", *options]
    out = call(name, *words, variables={"COLUMNS": "40"}).out
    assert max(map(width, out.splitlines())) <= 40
    assert "learni…er_two" in out
    assert ("= learni…er_one² =" if name == "quiz" else "· learni…er_one") in out


@pytest.mark.parametrize("view", [[], ["--tree"], ["--trace"]])
def test_formulas_that_are_cut_are_not_alike_for_their_long_names(view):
    """What stands behind a long name is seen, and a name is cut as where it stands alone."""
    one, other = (f"learning_rate_of_the_first_layer_{end}" for end in ("one", "two"))
    words = [f"{one}^2 + 3*{other}^2", f"--{one}=2", f"--{other}=5", *view]
    out = call("eval", *words, variables={"COLUMNS": "40"}).out
    assert max(map(width, out.splitlines())) <= 40
    for name in ("learni…er_one", "learni…er_two"):
        assert f"{name} = " in out
        assert f"{name}^2" in out


def test_a_cut_name_keeps_its_ends():
    assert shortened("weights_of_layer_12", 19, "…") == "weights_of_layer_12"
    assert shortened("weights_of_layer_12", 9, "…") == "weig…r_12"
    assert shortened("weights_of_layer_12", 9, "...") == "wei..._12"
    assert shortened("weights_of_layer_12", 2, "…") == "w…"
    assert shortened("字字字字字字字", 8, "…") == "字字…字"
