"""Germs: what a function is just beside a point, against values in 400 digits and by hand."""

import math
import random
from fractions import Fraction

import pytest
from accuracy_cases import CASES as CASES_OF_RULES
from germ_cases import BY_HAND, CASES, UNDECIDED
from germ_reference import beside

from gradcli.calculus.second import jvp
from gradcli.engine.interpreter import Values
from gradcli.evaluation.solve import read_model, solve
from gradcli.germs import run
from gradcli.germs.pairs import ahead
from gradcli.germs.pairs import beside as beside_in_pairs
from gradcli.germs.run import Pass
from gradcli.germs.series import ray
from gradcli.germs.sides import sides
from gradcli.graph.node import Graph
from gradcli.graph.rules import table
from gradcli.graph.variadic import VARIADIC


def looked_at(source, point, order=2):
    model = read_model(source, ["x"])
    at = Values(model.inputs, [point])
    return sides(model.graph, model.output, {model.inputs[0]: 1.0}, at, order)


def is_near(found, expected, tolerance=1e-9):
    if expected is None:
        return True
    if math.isnan(expected) or math.isinf(expected):
        return found == expected or (math.isnan(found) and math.isnan(expected))
    return abs(found - expected) <= tolerance * max(1.0, abs(expected))


def name(case):
    return f"{case.source} at {case.point:.3g}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_both_sides_are_what_they_are_by_hand(case):
    found = looked_at(case.source, case.point)
    assert found.kind == case.kind, found
    for side, slope in zip((found.left, found.right), case.slopes, strict=True):
        assert is_near(side.slope, slope, 1e-14), found
    for side, curvature in zip((found.left, found.right), case.curvatures or (), strict=False):
        assert is_near(side.curvature, curvature, 1e-13), found


@pytest.mark.parametrize("case", [case for case in CASES if case.source not in BY_HAND], ids=name)
def test_both_sides_agree_with_values_in_400_digits(case):
    found = looked_at(case.source, case.point)
    text = solve(case.source, {"x": case.point}).expression
    for side, turn in ((found.left, -1), (found.right, 1)):
        limit, slope, curvature = beside(text, case.point, turn)
        assert side.is_defined != (limit is not None and math.isnan(limit)), (found, limit)
        if side.is_defined:
            assert is_near(side.limit, limit), (side, limit)
        if math.isfinite(side.limit):
            assert is_near(side.slope, slope), (side, slope)
            assert is_near(side.curvature, curvature, 1e-8), (side, curvature)


@pytest.mark.parametrize(("source", "point"), UNDECIDED)
def test_what_has_no_germ_is_not_decided(source, point):
    assert looked_at(source, point).kind == "undecided"


def test_a_power_that_is_infinite_is_not_decided():
    assert looked_at("root(x, 1e-320)", 0.5).kind == "undecided"


# --- Random piecewise linear functions ------------------------------------------------------------

NAMES = {
    "abs": abs,
    "relu": lambda x: max(x, 0),
    "max": max,
    "min": min,
}
"""What Python calls of the language, for exact fractions."""


def piecewise_linear(rng, depth):
    """A random formula of x that Python reads as well; ties at whole x are frequent."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice(["x", "x", "x", "0", "1", "-x", "2*x", "(x - 1)", "(1 - x)"])
    left, right = (piecewise_linear(rng, depth - 1) for _ in range(2))
    kind = rng.randrange(9)
    if kind < 3:
        return f"({left} {rng.choice('+-')} {right})"
    if kind < 5:
        return f"{rng.choice(['abs', 'relu'])}({left})"
    if kind < 7:
        return f"{rng.choice(['max', 'min'])}({left}, {right})"
    if kind < 8:
        return f"{rng.choice([2, 3, -1, -2])}*({left})"
    sign = rng.choice(["<", "<=", ">", ">=", "==", "!="])
    condition = piecewise_linear(rng, depth - 2) if depth > 1 else "x"
    return f"({left} if {condition} {sign} {rng.choice(['0', '1', 'x'])} else {right})"


def exactly(source, point, turn):
    """Limit and slope on one side, by values at two distances that no other piece comes near to."""
    function = eval(f"lambda x: {source}", dict(NAMES))  # noqa: S307  (Python is the reference)
    step = Fraction(turn, 2**200)
    near, further = (Fraction(function(point + place * step)) for place in (1, 2))
    slope = (further - near) / step
    return float(near - slope * step), float(slope)


def check_piecewise_linear(seed):
    rng = random.Random(seed)  # noqa: S311  (to be the same again)
    source, point = piecewise_linear(rng, 4), rng.choice([0, 0, 1])
    found = looked_at(f"0*x + {source}", float(point), order=1)
    for side, turn in ((found.left, -1), (found.right, 1)):
        assert (side.limit, side.slope) == exactly(source, point, turn), (source, point, found)


def check_pairs(seed):
    """The fast pass tells as much of such a function, and the gradient of all of its nodes."""
    rng = random.Random(seed)  # noqa: S311  (to be the same again)
    source, point = piecewise_linear(rng, 4), rng.choice([0, 0, 1])
    found = solve(f"0*x + {source}", {"x": float(point)})
    (x,), output = found.model.inputs, found.model.output
    order = found.model.graph.ancestors([output])
    for turn in (-1, 1):
        limit, slope = exactly(source, point, turn)
        side = ahead(order, {x: float(turn)}, found.value_of)
        assert (side.of(output).value, turn * side.of(output).rate) == (limit, slope), source
        adjoints = found.derivative.adjoints
        assert adjoints.value(x, side.values(order)) == slope, (source, point)


@pytest.mark.slow
def test_the_fast_pass_tells_all_of_piecewise_linear_functions():
    for seed in range(2000):
        check_pairs(seed)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_fast_pass_is_right_or_open(case):
    model = read_model(case.source, ["x"])
    at = Values(model.inputs, [case.point])
    order = model.graph.ancestors([model.output])
    found = beside_in_pairs(order, model.output, {model.inputs[0]: 1.0}, at)
    sides = looked_at(case.source, case.point)
    for pair, side, slope in zip(found or (), sides, case.slopes, strict=False):
        assert is_near(pair.value, side.limit), pair
        assert is_near(pair.rate, slope, 1e-12), pair


def test_random_piecewise_linear_functions_are_exact():
    for seed in range(2000):
        check_piecewise_linear(seed)


# --- Random compositions --------------------------------------------------------------------------

SMOOTH = ["sin", "cos", "exp", "tanh", "erf", "gelu", "atan", "sigmoid", "expm1", "softplus"]

ROUGH = ["abs", "relu", "cbrt", "sqrt", "elu", "log1p"]


def composition(rng, depth):
    """A random formula of x of functions with and without kinks, singular where x is 0 or 1."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice(["x", "x", "x", "1", "2", "(x - 1)", "x^2", "-x"])
    left, right = (composition(rng, depth - 1) for _ in range(2))
    kind = rng.randrange(12)
    if kind < 4:
        return f"{rng.choice(SMOOTH if kind < 2 else ROUGH)}({left})"
    if kind < 6:
        return f"({left} {rng.choice('+-')} {right})"
    if kind < 8:
        return f"{left}*{right}"
    if kind < 9:
        return f"{left}/({right})"
    if kind < 11:
        return f"{rng.choice(['max', 'min', 'norm', 'huber', 'hypot'])}({left}, {right})"
    return f"({left} if {composition(rng, depth - 2 if depth > 1 else 0)} > 0 else {right})"


def check_composition(seed):
    """Compare what is decided with values in 400 digits; returns whether anything was."""
    rng = random.Random(seed)  # noqa: S311  (to be the same again)
    source, point = f"0*x + {composition(rng, 3)}", rng.choice([0.0, 0.0, 1.0])
    found = looked_at(source, point)
    text = solve(source, {"x": point}).expression
    decided = 0
    for side, turn in ((found.left, -1), (found.right, 1)):
        limit, slope, curvature = beside(text, point, turn)
        if limit is None or math.isnan(limit) or not side.is_known or not math.isfinite(side.limit):
            continue  # what mpmath has no value for may have one here: comparisons with nan
        decided += 1
        told = f"{source} at {point}: {side} against {limit, slope, curvature}"
        assert is_near(side.limit, limit), told
        assert is_near(side.slope, slope, 1e-8), told
        assert is_near(side.curvature, curvature, 1e-6), told
    return decided


def test_random_compositions_agree_with_values_in_400_digits():
    assert sum(check_composition(seed) for seed in range(200)) > 300


@pytest.mark.slow
def test_many_random_compositions_agree_with_values_in_400_digits():
    assert sum(check_composition(seed) for seed in range(200, 6000)) > 9000


# --- Every rule of the table ----------------------------------------------------------------------

LEFT_OUT = {"where", *(name for name, rule in VARIADIC.items() if rule.written)}
"""No function, and what is made of others."""

RULES = [
    entry
    for entry in table().entries()
    if entry.kind in {"rule", "variadic"} and entry.name not in LEFT_OUT
]


def case_of(entry):
    """The accuracy case of a rule: points of its domain, and which arguments cannot move."""
    named = [case for case in CASES_OF_RULES if case.name == entry.name]
    return next(case for case in named if len(entry.params) in {0, case.arity})


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: f"{entry.name}/{len(entry.params)}")
def test_a_rule_is_its_own_series_where_nothing_is_tied(entry):
    """What moves along a line has there the derivatives of its rule, of first and second order."""
    if "SciPy" in entry.group:
        pytest.importorskip("scipy")
    case = case_of(entry)
    points = [x for x in case.sample(40) if all(each == 0 or 1e-3 < abs(each) < 1e3 for each in x)]
    assert points
    for point in points[:4]:
        graph = Graph()
        inputs = [graph.input(f"x{place}") for place in range(len(point))]
        node = graph.node(entry.name, tuple(inputs))
        at = Values(inputs, point)
        free = [each for place, each in enumerate(inputs) if place not in case.inert]
        for moving in [*([each] for each in free), free]:
            rates = {each: 2.0**-place for place, each in enumerate(moving)}
            tangents = {each: graph.const(rate) for each, rate in rates.items()}
            (slope,) = jvp(graph, [node], tangents)
            (curvature,) = jvp(graph, [slope], tangents)
            found = sides(graph, node, rates, at, 2)
            if not all(map(math.isfinite, [at(node), at(slope), at(curvature)])):
                continue
            for side in (found.left, found.right):
                assert is_near(side.limit, at(node), 1e-12), (point, moving, found)
                assert is_near(side.slope, at(slope), 1e-9), (point, moving, at(slope), found)
                assert is_near(side.curvature, at(curvature), 1e-7), (point, at(curvature), found)


# --- The whole -----------------------------------------------------------------------------------


def test_adjoints_beside_the_point_are_limits_of_the_gradient():
    """The same nodes, evaluated beside the point: so every product of the chain rule holds."""
    found = solve("u = relu(x); w = relu(-x); u - w", {"x": 0})
    steps = found.model.steps
    (x,) = found.model.inputs
    adjoints = [found.derivative.adjoints[node] for node in (x, *steps)]
    order = found.model.graph.ancestors(adjoints)
    for turn, slopes in ((1, (1, 0)), (-1, (0, 1))):
        side = Pass(found.value_of, {x: ray(0.0, turn)}, 2)
        side.run(order)
        by_x, by_u, by_w = (side.of(node).limit for node in adjoints)
        assert (by_x, by_u, by_w) == (1, 1, -1)
        locals_ = [found.derivative.locals[node][0] for node in steps]
        assert [side.of(node).limit for node in locals_] == [*slopes]


def test_a_planted_error_is_found(monkeypatch):
    """A relu that forgets which side it is on is not exact."""
    monkeypatch.setitem(run.RULES, "relu", lambda _, a: a)
    with pytest.raises(AssertionError):
        test_random_piecewise_linear_functions_are_exact()


def test_ties_are_those_of_floats():
    assert looked_at("max(x, 0.3)", 0.1 + 0.2).kind == "smooth"
    assert looked_at("max(sin(pi*x), 0)", 1.0).kind == "kink"  # sin(pi*1) is 0 in the engine


def test_identical_arguments_need_no_terms():
    """Neither side of sin(x) - sin(x) is known exactly, and yet it is 0."""
    assert looked_at("where(exp(x) - exp(x) == 0, x, 2*x)", 0.0).kind == "smooth"
    found = looked_at("max(exp(x), exp(x) - x^20)", 0.0)
    assert found.kind == "smooth"
    assert (found.left.curvature, found.right.curvature) == (1, 1)
