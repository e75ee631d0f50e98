"""A function of several inputs beside a point: its cells, gradients, and that of least norm."""

import itertools
import math
import random
import re
from fractions import Fraction

import pytest
from test_germs import NAMES, piecewise_linear

from gradcli.calculus import second
from gradcli.engine.interpreter import Values
from gradcli.evaluation.solve import solve
from gradcli.germs.cells import cells
from gradcli.germs.least import dot, least_norm
from gradcli.germs.pair_pieces import UndecidedError
from gradcli.germs.rays import agree, limits

CASES = [
    # a formula, whether it is smooth at 0, and the gradient of least norm
    ("relu(x) - relu(-x) + y", True, (1, 1)),
    ("x*abs(y)", True, (0, 0)),
    ("abs(x+y) + abs(x-y) - 2*max(abs(x), abs(y))", True, (0, 0)),
    ("abs(x) + max(x, y)", False, (0, 0)),
    ("relu(min(x - 10*y, 11*y - x))", False, (0, 0)),
    ("max(x, y)", False, (0.5, 0.5)),
    ("max(x, 2*x + y, y)", False, (0.5, 0.5)),
    ("abs(x) - abs(y)", False, (0, 0)),
    ("3*x + abs(x) + y", False, (2, 1)),
    ("min(abs(x), abs(y))", False, (0, 0)),
    ("y if x > y else x", False, (0.5, 0.5)),
    ("x + y if x >= y else 2*x", False, (1, 1)),
    ("relu(x)*y", True, (0, 0)),
    ("max(sin(x), tanh(y), x + y)", False, (0.5, 0.5)),
    ("(x if x + y > 0 else -y) + exp(y)", False, (0, 0)),
]


def looked_at(source, point):
    found = solve(source, point)
    output = found.model.output
    order = found.model.graph.ancestors([output])
    locals_ = found.derivative.locals
    return cells(order, output, found.model.inputs, found.value_of, locals_)


def is_least(point, gradients):
    """Whether a point is the one of least norm, for it is on this side of no gradient's plane."""
    size = max(dot(each, each) for each in gradients)
    return all(dot(point, each) >= dot(point, point) - 1e-9 * size for each in gradients)


@pytest.mark.parametrize(("source", "smooth", "expected"), CASES)
def test_cells_are_what_they_are_by_hand(source, smooth, expected):
    found = looked_at(source, {"x": 0, "y": 0})
    assert found.is_smooth is smooth
    assert found.are_all
    assert found.gradient == pytest.approx(expected, abs=1e-12)


def test_one_cell_is_beside_the_point_where_a_condition_jumps():
    found = looked_at("where(x > 0, y + 1, 2*y)", {"x": 0, "y": 0})
    assert found.has_jump
    assert found.is_smooth is False


@pytest.mark.parametrize("source", ["where(x > 0, y, 2*y)", "x*step(y) + step(y)*y"])
def test_a_function_is_torn_that_jumps_beside_the_point_alone(source):
    found = looked_at(source, {"x": 0, "y": 0})
    assert found.is_torn
    assert found.is_smooth is False


@pytest.mark.parametrize("source", ["norm(x, y)", "sqrt(x^2 + y^2)", "where(x^2 > y^2, x, y)"])
def test_what_is_not_piecewise_linear_to_first_order_is_left_to_germs(source):
    with pytest.raises(UndecidedError):
        looked_at(source, {"x": 0, "y": 0})


def of_letters(source, rng, letters):
    """The same formula with some other input at each place."""
    return re.sub(r"\bx\b", lambda _: rng.choice(letters), source)


def exact_gradients(source, letters, point, rng, count):
    """Gradients just beside the point, in exact fractions, in many directions."""
    function = eval(f"lambda {', '.join(letters)}: {source}", dict(NAMES))  # noqa: S307  (likewise)
    near, nearer = Fraction(1, 2**100), Fraction(1, 2**300)
    found, limits = set(), set()
    for _ in range(count):
        direction = [Fraction(rng.randint(-(10**6), 10**6), 10**6 + 3) for _ in letters]
        place = [x + near * d for x, d in zip(point, direction, strict=True)]
        value = function(*place)
        gradient = []
        for moved in range(len(letters)):
            beside = [*place]
            beside[moved] += nearer
            gradient.append((function(*beside) - value) / nearer)
        found.add(tuple(map(float, gradient)))
        slope = sum(g * d for g, d in zip(gradient, direction, strict=True))
        limits.add(float(value - near * slope))
    return found, limits


def check(seed, letters, depth):
    rng = random.Random(seed)  # noqa: S311  (to be the same again)
    source = of_letters(piecewise_linear(rng, depth), rng, letters)
    whole = " + ".join([*(f"0*{letter}" for letter in letters), source])
    point = [rng.choice([0, 0, 1]) for _ in letters]
    found = looked_at(whole, dict(zip(letters, map(float, point), strict=True)))
    expected, limits = exact_gradients(source, letters, point, rng, 60 * len(letters))
    assert limits <= {cell.limit for cell in found.cells}, source
    gradients = set(found.gradients)
    if found.are_all:
        assert expected <= gradients, (source, point)
        assert found.is_smooth is (len(gradients) == 1 and not found.has_jump)
    elif len(expected) > 1:
        assert len(gradients) > 1, (source, point)
    assert is_least(found.gradient, found.gradients)
    return found


@pytest.mark.slow
def test_random_piecewise_linear_functions_of_two_inputs():
    found = [check(seed, "xy", 3) for seed in range(400)]
    assert all(each.are_all for each in found)
    assert sum(each.is_smooth is False for each in found) > 100


@pytest.mark.slow
def test_random_piecewise_linear_functions_of_three_inputs():
    found = [check(seed, "xyz", 3) for seed in range(1000, 1200)]
    assert sum(each.is_smooth is None for each in found) < 10


@pytest.mark.slow
def test_many_random_piecewise_linear_functions_of_several_inputs():
    for seed in range(2000, 3000):
        check(seed, "xy", 4)
    for seed in range(6000, 6300):
        check(seed, "xyzw", 4)


def test_the_point_of_least_norm_is_the_one():
    for seed in range(300):
        rng = random.Random(seed)  # noqa: S311  (to be the same again)
        count, size = rng.randint(1, 12), rng.randint(1, 5)
        points = [tuple(rng.uniform(-1, 3) for _ in range(size)) for _ in range(count)]
        nearest = least_norm(points)
        assert is_least(nearest, points)
    corners = [*itertools.product((-1.0, 2.0), repeat=3)]
    assert least_norm(corners) == (0, 0, 0)
    assert least_norm([(1.0, 0.0), (0.0, 1.0)]) == pytest.approx((0.5, 0.5))
    assert math.isclose(least_norm([(3.0,), (5.0,)])[0], 3)


# --- Limits along rays ----------------------------------------------------------------------------

RAYS = [
    # a formula of x and y, the gradient at 0 along every ray if it is one, and the second partials
    ("norm(x, y)^2", (0, 0), (2, 0, 2)),
    ("sqrt(x^2 + y^2)^2", (0, 0), (2, 0, 2)),
    ("x*norm(x, y)", (0, 0), None),
    ("norm(x, y)", None, None),
    ("sqrt(x^2 + y^2)", None, None),
    ("norm(x, y)^3", (0, 0), (0, 0, 0)),
    ("x^2*y/(x^2 + y^2) if x != 0 or y != 0 else 0", None, None),
    ("x^3*y/(x^2 + y^2) if x != 0 or y != 0 else 0", (0, 0), None),
    ("cbrt(x)^3 + cbrt(y)^3", (1, 1), (0, 0, 0)),
    ("sin(x + 2*y)/(x + 2*y) if x + 2*y != 0 else 1", (0, 0), (-1 / 3, -2 / 3, -4 / 3)),
    ("x*abs(y)", (0, 0), None),
    ("relu(x) - relu(-x) + relu(y)^2", (1, 0), None),
    ("atan2(y, x)", None, None),
    ("acos(cos(x)) + y", None, (0, 0, 0)),  # x^2 is no part of |x| on either side
]


@pytest.mark.parametrize(("source", "gradient", "hessian"), RAYS)
def test_limits_along_rays_agree_where_a_function_is_smooth(source, gradient, hessian):
    model = solve(source, {"x": 0, "y": 0}).model
    graph, (x, y) = model.graph, model.inputs
    at = Values(model.inputs, [0.0, 0.0])
    if x.name != "x":
        x, y = y, x
    rows = second.hessian(graph, model.output, [x, y])
    first = second.jacobian(graph, [model.output], [x, y])[0]
    for nodes, expected in ((first, gradient), ([*rows[0], rows[1][1]], hessian)):
        found = limits(graph.ancestors(nodes), nodes, [x, y], at)
        assert len(found) == 4 * 2 + 6
        assert agree(found) is (expected is not None), found
        if expected is not None:
            for each in found:
                assert each.values == pytest.approx(expected, abs=1e-12)
