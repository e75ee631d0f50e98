"""The derivative at a kink as the program gives it: by hand, and of random functions exactly."""

from __future__ import annotations

import json
import math
import random

import jsonschema
import pytest
from germ_cases import CASES, UNDECIDED
from test_cells import exact_gradients, is_least, of_letters
from test_germs import exactly, is_near, name, piecewise_linear

import gradcli
from gradcli.views import schema

SCHEMA = json.loads(schema.text("eval"))

TOLD_BY_VALUE = {"removable"}
"""What a function is where it has no value: that is told, and no derivative is."""


def used_of(slopes):
    """0 brought between two slopes; the other one where one is not there."""
    left, right = slopes
    if math.isnan(left) or math.isnan(right):
        return right if math.isnan(left) else left
    return min(max(0.0, min(slopes)), max(slopes))


def asked(source, point, **more):
    """The answer in JSON, as a program that calls us has it."""
    return gradcli.evaluate(source, {"x": point}, **more).to_dict()


@pytest.mark.parametrize("case", CASES, ids=name)
def test_what_is_used_and_said_is_that_of_both_sides(case):
    found = asked(case.source, case.point)
    jsonschema.validate(found, SCHEMA)
    assert ("kinks" in found) is ("sides" in found)
    if case.kind in TOLD_BY_VALUE or found["value"] is None:
        assert {problem["kind"] for problem in found["problems"]} & {"value"}
        return
    told = [each for each in found["problems"] if each["kind"] in {"kink", "derivative"}]
    used, number = used_of(case.slopes), found["gradient"]["x"]
    if case.kind == "pole":
        assert told
        return
    assert is_near(math.inf if number is None else number, abs(used) if number is None else used)
    assert bool(told) is not (case.kind == "smooth" and math.isfinite(used)), told
    for side in found.get("sides", ()):
        assert side["kind"] == case.kind


@pytest.mark.parametrize(("source", "point"), UNDECIDED)
def test_what_is_not_decided_is_never_silent(source, point):
    found = asked(source, point)
    assert found["problems"]


def test_random_piecewise_linear_functions():
    """Right, told where there is a kink, and silent where there is none."""
    smooth = 0
    for seed in range(2000):
        rng = random.Random(seed)  # noqa: S311  (to be the same again)
        source, point = piecewise_linear(rng, 4), rng.choice([0, 0, 1])
        solution = gradcli.evaluate(f"0*x + {source}", x=float(point))
        sides = [exactly(source, point, turn) for turn in (-1, 1)]
        is_smooth = sides[0] == sides[1] and sides[0][0] == solution.value
        smooth += is_smooth
        assert solution.gradient["x"] == used_of([slope for _, slope in sides]), (source, point)
        assert bool(solution.warnings) is not is_smooth, (source, point, solution.warnings)
        assert not any(each.what == "not decided" for each in solution.warnings)
    assert smooth > 500


def check_several(seed, letters, depth):
    rng = random.Random(seed)  # noqa: S311  (to be the same again)
    source = of_letters(piecewise_linear(rng, depth), rng, letters)
    whole = " + ".join([*(f"0*{letter}" for letter in letters), source])
    point = {letter: float(rng.choice([0, 0, 1])) for letter in letters}
    solution = gradcli.evaluate(whole, point)
    place = [int(each) for each in point.values()]
    gradients, limits = exact_gradients(source, letters, place, rng, 60 * len(letters))
    told = solution.warnings
    if limits != {solution.value} or len(gradients) > 1:
        assert told, (source, point)
    elif told:
        # In such directions no jump beside the point was met, nor a value at a single one.
        assert any("jumps" in each.message for each in told), (source, point, told)
        return
    if limits == {solution.value} and not any("jumps" in each.message for each in told):
        used = tuple(solution.gradient[letter] for letter in letters)
        assert is_least(used, [*gradients]), (source, point, used, gradients)
        if len(gradients) == 1:
            assert used == pytest.approx(next(iter(gradients))), (source, point)


@pytest.mark.slow
def test_random_piecewise_linear_functions_of_several_inputs():
    for seed in range(250):
        check_several(seed, "xy", 3)
    for seed in range(1000, 1100):
        check_several(seed, "xyz", 3)


@pytest.mark.slow
def test_many_random_piecewise_linear_functions_of_several_inputs():
    for seed in range(2000, 3000):
        check_several(seed, "xy", 4)
    for seed in range(6000, 6300):
        check_several(seed, "xyz", 4)


SEVERAL = [
    # a formula in x and y, the gradient that is used at 0, and what is said; None: smooth
    ("x*abs(y)", (0, 0), None),
    ("abs(x+y) + abs(x-y) - 2*max(abs(x), abs(y))", (0, 0), None),
    ("norm(x, y)^2", (0, 0), None),
    ("x*norm(x, y)", (0, 0), None),
    ("x^3*y/(x^2 + y^2) if x != 0 or y != 0 else 0", (0, 0), None),
    ("cbrt(x)^3 + cbrt(y)^3", (1, 1), None),
    ("relu(x) - relu(-x) + relu(y) - relu(-y)", (1, 1), None),
    ("relu(x)*relu(y)", (0, 0), None),
    ("x*(y > 0) + x*(y <= 0)", (1, 0), None),
    ("abs(x) + max(x, y)", (0, 0), "the gradient of least norm of all 4 pieces"),
    ("relu(min(x - 10*y, 11*y - x))", (0, 0), "the gradient of least norm of all 3 pieces"),
    ("abs(x) + y", (0, 1), "out has a kink at x = 0: slope -1 to the left, 1 to the right"),
    ("abs(x) + abs(y)", (0, 0), "out has a kink at y = 0: slope -1 to the left"),
    ("x^2*y/(x^2 + y^2) if x != 0 or y != 0 else 0", (0, 0), "is not differentiable at x = 0"),
    ("x*y/(x^2 + y^2) if x != 0 or y != 0 else 0", (0, 0), "out jumps at x = 0, y = 0"),
    ("where(x > 0, y, 2*y)", (0, 1), "out jumps beside x = 0, y = 0"),
    ("atan2(x, y)", (0, 0), "out jumps at x = 0, y = 0"),
    ("norm(x, y)", (0, 0), "the gradient of least norm of the 14 pieces found"),
    # A ball of gradients, by hand: that of radius 1 around c has c*(1 - 1/|c|) nearest to 0.
    ("sqrt(x^2 + y^2) + 3*x", (2, 0), "the gradient of least norm of the"),
    ("hypot(x, y) + x", (0, 0), "the gradient of least norm of the"),
    ("2*x - norm(x, y)", (1, 0), "the gradient of least norm of the"),
    ("norm(x, y) + 0.6*x + 0.8*y", (0, 0), "the gradient of least norm of the"),
    ("norm(x, y) + 1.2*x + 1.6*y", (0.6, 0.8), "the gradient of least norm of the"),
    ("norm(x, y) + abs(x) + 4*x", (2, 0), "the gradient of least norm of the"),
    ("(x > 0) + y", (0, 1), "out jumps at x = 0: 0 here and to the left, 1 to the right"),
    ("sqrt(x) + y", (math.inf, 1), "out is defined for x >= 0 only; slope Infinity"),
    ("max(x, 2*x) + min(y, 3*y)", (1, 1), "out has a kink at y = 0: slope 3 to the left, 1 to"),
    ("where(mod(x, 1) > 0.5, max(x, y), 2*x)", (0.5, 0), "out has a kink at x = 0, y = 0"),
    ("max(where(x > -1, y, 2*y), x + y)", (0, 1), "out has a kink at x = 0: slope 0 to the left"),
]


@pytest.mark.parametrize(("source", "gradient", "said"), SEVERAL)
def test_of_several_inputs(source, gradient, said):
    solution = gradcli.evaluate(source, x=0, y=0)
    messages = [problem.message for problem in solution.warnings]
    if gradient is not None:
        found = solution.gradient["x"], solution.gradient["y"]
        assert found == pytest.approx(gradient, abs=1e-8)
    assert any(said in each for each in messages) if said else not messages, messages


ENDLESS = [
    # a program of x at 0 and others at 1, and its slope by x, 0 or finite on one side of it alone
    ("a = where(x > 0, sqrt(x), 0); J = a*y + x", 1),
    ("(where(x > 0, sqrt(x), 0) + where(y > 0, sqrt(y), 0))/2", 0),
    ("h = y + where(x > 0, sqrt(x), 0); J = h^2", 0),
    ("where(x > 0, sqrt(x), 3x)*y", 3),
    ("exp(where(x < 0, -cbrt(x), -x)*y)", -1),
    ("u = where(x > 0, cbrt(x), 0); max(u*y, 2*u*y)", 0),
]


@pytest.mark.parametrize(("source", "slope"), ENDLESS)
def test_the_side_that_is_shown_is_one_whose_slope_is_used(source, slope):
    """Infinite on the other side, which is shown only where no side has what is used."""
    values = {name: 0 if name == "x" else 1 for name in gradcli.function(source).inputs}
    found = gradcli.paths(source, values, wrt="x")
    assert found.gradient == found.backward == found.total == pytest.approx(slope, abs=1e-12)
    assert found.agrees
    assert found.read_from


STEPS = [
    # a program, a step at x = 0, the derivative by it, and what is said of it
    ("u = 2*x; abs(u)", 0, "out has a kink at u = 0: slope -1 to the left, 1 to the right"),
    ("u = 3*x; cbrt(u)", math.inf, "the derivative of cbrt(u) by u is Infinity at u = 0"),
    ("u = c*x; relu(u) - relu(-u)", 1, None),
    ("u = x^2; relu(u)", 0, "out has a kink at u = 0: slope 0 to the left, 1 to the right"),
    ("u = x*c; v = abs(u); v^2 + u", 1, None),
]


@pytest.mark.parametrize(("source", "slope", "said"), STEPS)
def test_a_step_is_asked_as_an_input(source, slope, said):
    values = {"x": 0, "c": 2} if "c*x" in source or "x*c" in source else {"x": 0}
    solution = gradcli.evaluate(source, values, wrt="u")
    assert solution.gradient == {"u": slope} == {"u": solution.get("d/du")}
    messages = [problem.message for problem in solution.warnings]
    assert any(said in each for each in messages) if said else not messages, messages


MARKS = [
    # a program, its values, what is asked by, and the operation that the sentence means
    ("floor(x)*y^2 + abs(y)", {"x": 1, "y": 0}, None, "abs(y)"),
    ("abs(x)*y^2 + max(y, 0) + z", {"x": 0, "y": 0, "z": 1}, None, "max(y, 0)"),
    ("ceil(x)*(y - 1)^2*z + relu(y - 1)", {"x": 1, "y": 1, "z": 1}, None, "relu(y - 1)"),
    ("floor(x)*y^2 + sqrt(y)*2", {"x": 1, "y": 0}, None, "sqrt(y)"),
    ("u = 2*y; floor(x)*y^2 + abs(x - 1) + abs(u)", {"x": 1, "y": 0}, "u", "abs(u)"),
]


@pytest.mark.parametrize(("source", "values", "wrt", "marked"), MARKS)
def test_what_is_marked_has_to_do_with_the_input_that_is_named(source, values, wrt, marked):
    (problem,) = gradcli.evaluate(source, values, wrt=wrt).warnings
    assert source[problem.span.start : problem.span.end] == marked


LINES = [
    # a formula in x and y, a direction from 0, and along it: slope and curvature
    ("max(x, y)", (1, 1), 1, 0),
    ("max(x, y)^2", (1, 1), 0, 2),
    ("abs(x) + max(x, y)", (1, 2), 0, 0),
    ("norm(x, y)", (3, 4), 0, 0),
    ("norm(x, y)^2", (3, 4), 0, 50),
    ("abs(x - y) + 2*x", (1, 1), 2, 0),
    ("relu(x) - relu(-x) + y", (2, 3), 5, 0),
    ("relu(x)*y", (1, 1), 0, 0),  # 0 to the left, 2 to the right
    ("x*abs(y)", (1, 1), 0, 0),  # -2 to the left, 2 to the right
    ("x + 2*y if x > y else 3*x", (1, 1), 3, 0),
    ("x^2*y/(x^2 + y^2) if x != 0 or y != 0 else 0", (1, 1), 0.5, 0),
]


JUMPS = [
    ("h = w*(1/x if x != 0 else 0); J = h^2 + x", {"w": 1, "x": 0}, 0),
    ("h = (1/x^2 if x != 0 else 3); J = h*y", {"x": 0, "y": 2}, 2),
    ("h = (floor(x) if x != 2 else 7); J = h^2", {"x": 2}, 14),
    ("h = (log(x) if x > 0 else 5); J = h^3", {"x": 0}, 75),
    ("h = (exp(1/x) if x != 0 else 1); J = h^2*v", {"x": 0, "v": 3}, 6),
    ("h = (x > 0)*4; J = h^2 + y", {"x": 0, "y": 1}, 0),
    ("h = where(x == 1, 5, x*y); J = h^2", {"x": 1, "y": 2}, 10),
    ("h = where(x > 0, y, 3*z); J = h^2", {"x": 0, "y": 2, "z": 5}, 30),
]
"""Steps that jump, and the derivative by them where they are: not that of a side they jump to."""


@pytest.mark.parametrize(("source", "point", "expected"), JUMPS)
def test_where_a_step_jumps_the_derivative_is_that_at_the_point(source, point, expected):
    assert gradcli.evaluate(source, **point).get("dJ/dh") == expected


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
@pytest.mark.parametrize(("source", "direction", "slope", "curvature"), LINES)
def test_along_a_line_only_that_line_counts(source, direction, slope, curvature):
    values, along = {"x": 0, "y": 0}, dict(zip("xy", direction, strict=True))
    function = gradcli.function(source, inputs=["x", "y"])
    assert function.jvp(values, along)[1] == pytest.approx(slope, abs=1e-12)
    (product,) = gradcli.jac(source, values, along=along).along.product.values()
    assert product == pytest.approx(slope, abs=1e-12)
    found = gradcli.hess(source, values, along=along).along
    assert found.slope == pytest.approx(slope, abs=1e-12)
    assert found.curvature == pytest.approx(curvature, abs=1e-12)


SMOOTH_VIEWS = ["relu(x) - relu(-x)", "cbrt(x)^3", "abs(x)*abs(sin(x))", "max(x, x + x^2)"]


@pytest.mark.parametrize(
    "source", [*SMOOTH_VIEWS, "abs(x) + 2*x", "max(2*x, x^2 - x)", "sqrt(x^2)"]
)
@pytest.mark.parametrize("point", [0.0])
def test_products_of_the_chain_rule_hold_on_the_side_that_is_shown(source, point):
    """The derivative by every node is the sum of what comes along its edges, where it is finite."""
    solution = gradcli.evaluate(source, x=point)
    nodes = {node.name: node for node in solution.nodes}
    for target in solution.nodes:
        terms = [
            each.beside * local
            for each in nodes.values()
            for arg, local in zip(each.args, each.local, strict=True)
            if arg == target.name and local is not None
        ]
        if terms and all(map(math.isfinite, terms)):
            assert math.fsum(terms) == pytest.approx(target.beside), target
    x = nodes["x"]
    assert x.beside in {x.grad, *(x.sides or ())}


def test_every_door_has_the_same_number():
    for source in (
        "abs(x) + max(x, y)",
        "max(x, y) + 2*x",
        "x*y if x > y else y",
        "norm(x, y) + x",
    ):
        values = {"x": 0.0, "y": 0.0}
        numbers = gradcli.evaluate(source, values).gradient
        function = gradcli.function(source, inputs=["x", "y"])
        with pytest.warns(gradcli.DerivativeWarning):
            assert function.grad(0, 0) == numbers
        with pytest.warns(gradcli.DerivativeWarning):
            assert function.value_and_grad(0, 0)[1] == numbers
        derived = gradcli.derive(source, values).partials
        assert {each.wrt[0]: each.value for each in derived} == numbers
        assert gradcli.descend(source, values, steps=1).slopes.keys() == numbers.keys()
        for wrt, number in numbers.items():
            assert gradcli.evaluate(source, values).get(f"d/d{wrt}") == number
            assert gradcli.paths(source, values, wrt=wrt).gradient == number
        found = gradcli.hess(source, values)
        assert dict(zip(found.names, found.gradient, strict=True)) == numbers
        assert gradcli.jac(source, values).dense[0] == [numbers[name] for name in found.names]


# --- Second derivatives ---------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
@pytest.mark.parametrize("case", [case for case in CASES if case.curvatures], ids=name)
def test_second_derivatives_are_those_of_both_sides(case):
    if math.isnan(gradcli.evaluate(case.source, x=case.point).value):
        return
    left, right = case.curvatures
    used = used_of(case.curvatures)
    function = gradcli.function(case.source, inputs=["x"])
    assert is_near(function.hessian(case.point)["x"]["x"], used)
    if math.isfinite(used):
        assert is_near(function.hvp([case.point], [2])["x"], 2 * used)
    found = gradcli.derive(case.source, {"x": case.point}, order=2)
    assert is_near(found.partials[0].value, used)
    assert is_near(gradcli.hess(case.source, {"x": case.point}).dense[0][0], used)
    said = "is defined for" if case.kind == "one-sided" else "the second derivative"
    is_told = any(said in problem.message for problem in found.problems)
    assert is_told is not (left == right)
