"""One chain rule everywhere: whatever multiplies partials agrees with backpropagation.

The programs have branches that are not taken and have infinite values and partials; all that is
taken is finite, so every derivative is.
"""

from __future__ import annotations

import ast
import json
import math
import re
from pathlib import Path

import pytest
from command_line import call
from untaken import POINT, program

import gradcli
from gradcli.calculus.guards import ALWAYS, Guard, within
from gradcli.chains.follow import follow_paths
from gradcli.engine.interpreter import Plan
from gradcli.evaluation.edge import carry
from gradcli.evaluation.solve import differentiated, read_model
from gradcli.graph.node import Graph
from gradcli.learn.layers import NumberLayers
from gradcli.views import trace
from gradcli.views.lines.page import Display
from gradcli.views.lines.products import flat, in_numbers, in_symbols
from gradcli.views.picture.network import network

PACKAGE = Path(__file__).resolve().parent.parent / "gradcli"

SEEDS = range(16)


def same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def evaluated(text: str, values: dict[str, float]) -> float:
    names = gradcli.function(text, inputs=()).inputs
    return gradcli.evaluate(text, {name: values[name] for name in names}).value


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # what agrees is the numbers
@pytest.mark.parametrize("seed", SEEDS)
def test_forward_and_backward_and_the_text_of_a_derivative_agree(seed: int) -> None:
    source = program(seed)
    solution = gradcli.evaluate(source, POINT)
    function = gradcli.function(source)
    assert math.isfinite(solution.value)
    for name, slope in solution.gradient.items():
        assert math.isfinite(slope)
        _, along = function.jvp(POINT, {each: float(each == name) for each in function.inputs})
        assert same(along, slope)
        assert same(evaluated(function.derivative(name), POINT), slope)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_paths_agree_and_their_formulas_read_back(seed: int) -> None:
    source = program(seed)
    solution = gradcli.evaluate(source, POINT)
    nodes = {node.name: node.value for node in solution.nodes}
    for name, slope in solution.gradient.items():
        sums = follow_paths(source, POINT, name, most=30)
        assert same(sums.total, slope)
        assert sums.agrees
        texts = [(path.formula, path.value) for path in sums.paths]
        for text, value in [*texts, (sums.factored, slope)]:
            assert text is None or same(evaluated(text, nodes), value), text
        for each in sums.definitions:
            if "'" in each.name:
                assert same(evaluated(each.expression, nodes), each.value), each


@pytest.mark.parametrize("seed", SEEDS)
def test_the_products_that_are_shown_come_to_their_value(seed: int) -> None:
    source = program(seed)
    for name in POINT:
        sums = follow_paths(source, POINT, name, most=30)
        assert sums.writer is not None
        style = in_numbers(sums.writer, Display(precision=17))
        forms = [path.product for path in sums.paths] + ([sums.form] if sums.form else [])
        for product in forms:
            text = flat(product, style).replace("·", "*").replace("−", "-")
            assert same(evaluated(text, {}), sums.writer.value(product)), text


@pytest.mark.parametrize("seed", SEEDS)
def test_layers_go_back_as_the_whole_does(seed: int) -> None:
    source = program(seed)
    model = read_model(source, POINT)
    solution = differentiated(model).at(POINT)
    plan = Plan(model.graph, model.inputs, model.graph.ancestors([model.output]))
    point = [POINT[node.name] for node in model.inputs]
    layers = NumberLayers(model.graph, model.output, model.inputs, solution.derivative, plan.slots)
    found: dict[int, float] = {}
    for _ in layers.walk(point, plan.run(point), found.__setitem__):
        pass
    for place, slope in found.items():
        assert same(slope, solution.grad_of(model.inputs[place]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_picture_of_a_network_holds_no_edge_without_a_number(seed: int) -> None:
    for vertex in network(differentiated(read_model(program(seed), POINT)).at(POINT)):
        assert all(math.isfinite(entry.local) for entry in vertex.entries)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_trace_adds_up(seed: int) -> None:
    solution = gradcli.evaluate(program(seed), POINT)
    text = str(trace.render(solution, Display(100_000, precision=17, limit=None)))
    _, _, backward = text.partition("Backward pass")
    checked = 0
    for line in backward.partition("Gradient of")[0].splitlines():
        found = re.search(r" = ([^=∂]+) = (\S+)$", line)
        if found and math.isfinite(float(found[2])):
            numbers = re.sub(r"\((branch not taken|a constant 0)\)", "", found[1]).replace("·", "*")
            if not re.search(r"[a-zA-Z]\w*(?<!inf)\b", numbers):
                assert same(evaluated(numbers, {}), float(found[2])), line
                checked += 1
    assert checked


@pytest.mark.parametrize("seed", range(6))
def test_diff_prints_the_number_of_its_formula(seed: int) -> None:
    source = program(seed)
    gradient = gradcli.evaluate(source, POINT).gradient
    values = [f"--{name}={value}" for name, value in POINT.items()]
    answer = json.loads(call("diff", source, *values, "--json").out)
    for name, text in answer["derivatives"].items():
        assert same(answer["values"][name], gradient[name])
        assert text is None or same(evaluated(text, POINT), gradient[name])


# By hand ----------------------------------------------------------------------------------------


def test_the_picture_of_an_untaken_branch() -> None:
    words = ["h = w*(sqrt(x) if x > 0 else 0); J = h^2+x", "--w", "1", "--x", "0", "--layers"]
    for form in ("text", "dot", "mmd", "svg"):
        drawn = call("graph", *words, "--format", form)
        assert "nan" not in drawn.out
        assert drawn.code == 0


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        ("f(z) = (sqrt(z) if z > 0 else 0); f(x) + x", "where(v1, 1/(2*v2), 0)"),
        ("h = (sqrt(x) if x > 0 else 0); h^2 + x", "where(v1, 2*(1/(2*v2))*h, 0)"),
        ("h = (0 if x <= 0 else log(x)); 3*h + x", "where(not v1, 3*(1/x), 0)"),
        ("h = (sqrt(x) if x > 2 else 0); u = (h if x > -1 else 0); -u + x",
         "where(v1 and v3, -(1/(2*v2)), 0)"),
    ],
)  # fmt: skip
def test_a_path_through_branches_is_written_under_all_their_conditions(
    source: str, formula: str
) -> None:
    sums = follow_paths(source, {"x": 0}, "x")
    assert sums.gradient == sums.total == 1
    assert [path.formula for path in sums.paths if path.formula != "1"] == [formula]


def test_people_are_shown_a_factor_an_edge_unless_that_comes_to_no_number() -> None:
    source = "h = (sqrt(x) if x > 0 else 0); h^2 + x"
    written = {}
    for x in (0, 4):
        sums = follow_paths(source, {"x": x}, "x")
        style = in_symbols(sums.writer, Display())
        written[x] = [flat(path.product, style) for path in sums.paths]
    assert "2 · 1/(2*sqrt(x)) · where(x > 0, 1, 0) · h" in written[4]
    assert "where(x > 0, 2*(1/(2*sqrt(x)))*h, 0)" in written[0]


def test_the_number_of_a_derivative_is_that_of_its_formula() -> None:
    for formula in ("sqrt(sqrt(x) if x > 0 else 0)", "log(relu(x))", "cbrt(max(x, 0))"):
        shown = call("diff", formula, "--x=-1")
        assert shown.out.rstrip().endswith("= 0")
        assert "derivative" not in shown.err  # of the value it may be told that it is infinite


def test_ways_in_numbers_leave_out_what_is_not_reached() -> None:
    edges = [("J", "a", None), ("J", "b", 2.0), ("a", "c", math.inf), ("b", "c", 3.0)]
    assert carry({"J": 1.0}, edges) == {"J": 1.0, "b": 2.0, "c": 6.0}


# In one place -----------------------------------------------------------------------------------

MAKES_PRODUCTS = {
    "calculus/edge.py": "the one place",
    "calculus/second.py": "the derivative of the whole times a tangent",
    "chains/coefficients.py": "a constant in front of what is written",
    "rewriting/apply.py": "the factors of a formula that is written anew, and no derivative",
    "symbolic/matrix/derive.py": "the squares that an even power of a norm is made of",
    "calculus/shares.py": "the tangents of shares of many numbers",
    "calculus/together.py": "the partials of what is differentiated as one, no edges of its own",
    "trust/slips.py": "a formula with a factor too many, to compare another one with",
    "evaluation/entries/written_sums.py": "the terms of products of matrices, and no derivative",
}
"""The files to the right of the graph that make products of nodes, with the reason."""


def makes_products(path: Path) -> bool:
    """Whether a file makes products of nodes, by their operation or by its name."""
    source = path.read_text(encoding="utf-8")
    for each in ast.walk(ast.parse(source)) if "mul" in source else ():
        if isinstance(each, ast.Attribute) and each.attr == "mul":
            if ast.unparse(each.value) == "operations":
                return True
        elif (
            isinstance(each, ast.Call)
            and ast.unparse(each.func).endswith((".make", ".node"))
            and any(isinstance(arg, ast.Constant) and arg.value == "mul" for arg in each.args)
        ):
            return True
    return False


def test_products_of_nodes_are_made_in_one_place() -> None:
    files = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    found = {
        name
        for name, path in files.items()
        if not name.startswith(("graph/", "symbolic/simplify/")) and makes_products(path)
    }
    assert found == set(MAKES_PRODUCTS)


MULTIPLIES = {
    "evaluation/edge.py": "the one place",
    "evaluation/nudge.py": "the derivative of the whole times a step",
    "evaluation/beside/masked_rays.py": "compares two slopes, relative to their size",
    "evaluation/beside/sides.py": "compares two slopes, relative to their size",
    "evaluation/sweep.py": "writes the one place out where numbers are ordinary: a call is dearer",
    "views/lines/backward.py": "asks whether the product that is shown is a number",
}
"""The files to the right of the graph that multiply the number of a partial, with the reason."""


_OF_A_PARTIAL = "partial|local|slope|adjoint"


def multiplies_partials(path: Path) -> bool:
    """Whether a file multiplies something that is called a partial or a slope."""
    source = path.read_text(encoding="utf-8")
    return re.search(_OF_A_PARTIAL, source) is not None and any(
        is_product(each) and re.search(_OF_A_PARTIAL, ast.unparse(each))
        for each in ast.walk(ast.parse(source))
    )


def is_product(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in {"product", "compute"}
    is_times = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult)
    return is_times and not isinstance(node.left, ast.List)


def test_partials_are_multiplied_in_one_place() -> None:
    rooms = ("calculus", "evaluation", "symbolic", "chains", "learn", "views")
    files = [path for room in rooms for path in (PACKAGE / room).rglob("*.py")]
    found = {path.relative_to(PACKAGE).as_posix() for path in files if multiplies_partials(path)}
    assert found == set(MULTIPLIES)


def test_writers_of_paths_leave_the_graph_of_the_program_alone() -> None:
    sizes = []
    original = Graph.draft

    def draft(graph: Graph) -> Graph:
        sizes.append((graph, len(graph)))
        return original(graph)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Graph, "draft", draft)
        for seed in range(5):
            follow_paths(program(seed), POINT, "x")
    assert len(sizes) >= 5
    assert all(len(graph) == size for graph, size in sizes)


def test_a_condition_is_taken_up_once_on_a_way_through_many_edges() -> None:
    graph = Graph()
    guards = [Guard(graph.input(name), holds=True) for name in "cd"]
    condition = within(ALWAYS, guards * 50)
    chain = []
    while condition is not ALWAYS:
        chain.append(condition.guard)
        condition = condition.around or ALWAYS
    assert chain == guards[::-1]
