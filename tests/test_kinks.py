"""Kinks: where they vanish derivatives are right, and where they do not, something is said."""

import math

import numpy as np
import pytest

import gradcli
from gradcli.evaluation.beside import sides
from gradcli.symbolic.derive import derive

HESSIANS = [
    # a formula in x and y, a point, and by hand: d2/dx2, d2/dxdy, d2/dy2
    ("norm(x, y)^2", (0, 0), (2, 0, 2)),
    ("hypot(x, y)^2", (0, 0), (2, 0, 2)),
    ("norm(x, y)*norm(x, y)", (0, 0), (2, 0, 2)),
    ("abs(x)^2 + y^2", (0, 0), (2, 0, 2)),
    ("abs(x)*abs(x) + y", (0, 3), (2, 0, 0)),
    ("y*abs(x)^2", (0, 2), (4, 0, 0)),
    ("u = norm(x, y); 3*u^2", (0, 0), (6, 0, 6)),
    ("norm(x, y)^4", (0, 0), (0, 0, 0)),
    ("norm(2*x, y)^2/2", (0, 0), (4, 0, 1)),
    ("norm(x - y, y)^2", (0, 0), (2, -2, 4)),
    ("3*norm(x, y)^2*exp(x)", (0, 0), (6, 0, 6)),
    ("(norm(x, y)^2 - 1)^2", (0, 0), (-4, 0, -4)),
    ("exp(-norm(x, y)^2)", (0, 0), (-2, 0, -2)),
    ("hypot(x, y)^2 + norm(x, y)^2", (0, 0), (4, 0, 4)),
    ("norm(x, y)^2", (3, 4), (2, 0, 2)),
    ("hypot(x, 0)*abs(x) + norm(y, 0, 0)^2", (0, 0), (2, 0, 2)),
    ("relu(x*x) + y", (0, 1), (2, 0, 0)),
    ("relu(x^2 + y^2)", (0, 0), (2, 0, 2)),
    ("relu(-x^2) + relu(y^2)^2", (0, 1), (0, 0, 12)),
    ("leaky_relu(x*x) + elu(y^2)", (0, 0), (2, 0, 2)),
    ("selu(x^2)/selu(1) + y", (0, 0), (2, 0, 0)),
    ("abs(x*x) + abs(y^4)", (0, 1), (2, 0, 12)),
    ("abs((x - y)^2)", (2, 2), (2, -2, 2)),
    ("max(x^2, 0) + min(-y^2, 0)", (0, 0), (2, 0, -2)),
    ("max(x, x + x^2) + y", (0, 0), (2, 0, 0)),
    ("min(x^2, -x^2, 3)*y", (0, 1), (-2, 0, 0)),
    ("max(x^2 + 1, 1, y - abs(y))", (0, 1), (2, 0, 0)),
    ("sqrt(x^4) + sqrt(y^2)^2", (0, 0), (2, 0, 2)),
    ("u = relu(x*x); v = abs(u); v*y + u^2", (0, 3), (6, 0, 0)),
    ("exp(abs(x)^2)*relu(y*y)", (0, 0), (0, 0, 2)),
    ("relu(x)*relu(y)", (1, 2), (0, 1, 0)),
    ("abs(x)*abs(sin(x)) + y", (0, 1), (2, 0, 0)),
    ("min(x^4, x^2) + y", (0, 1), (0, 0, 0)),
    ("relu((1 - x)*x^2) + y", (0, 1), (2, 0, 0)),
    ("(sin(x)/x if x != 0 else 1)*y", (0, 3), (-1, 0, 0)),
    ("cos(sqrt(abs(x))^2) + x*y", (0, 1), (-1, 1, 0)),
    ("abs(x)^2.5 + y^2", (0, 1), (0, 0, 2)),
    ("x*y if x == 0 else x*y + x^2", (0, 1), (2, 1, 0)),
]


@pytest.mark.parametrize(("source", "point", "expected"), HESSIANS)
def test_hessians_are_right_where_the_size_is_zero(source, point, expected):
    function = gradcli.function(source, inputs=["x", "y"])
    by = function.hessian(*point)
    assert [by["x"]["x"], by["x"]["y"], by["y"]["y"]] == pytest.approx(expected)
    assert by["x"]["y"] == by["y"]["x"]
    product = function.hvp(point, (1, 10))
    assert product["x"] == pytest.approx(expected[0] + 10 * expected[1])
    assert product["y"] == pytest.approx(expected[1] + 10 * expected[2])


@pytest.mark.parametrize(("source", "point", "expected"), HESSIANS)
def test_diff_shows_the_same(source, point, expected):
    wanted = [("x", "x"), ("x", "y"), ("y", "y")]
    found = derive(source, wanted, inputs=["x", "y"], values=dict(zip("xy", point, strict=True)))
    assert [partial.value for partial in found.partials] == pytest.approx(expected)


TOLD = [
    # a formula in x and y, a point, what is asked there, the answer, and what is said of it
    ("abs(x)*y", (0, 2), "grad", (0, 0), "out has a kink at x = 0: slope -2 to the left, 2 to"),
    ("max(x, y)", (1, 1), "grad", (0.5, 0.5), "gradient of least norm of all 2 pieces"),
    ("x*y if x >= 0 else 2*x", (0, 1), "grad", (1, 0), "kink at x = 0: slope 2 to the left, 1 to"),
    ("x*sin(1/x)*y if x != 0 else 0", (0, 1), "grad", (0, 0), "(sin(1/x) has no limit there)"),
    ("sqrt(x)*y", (0, 1), "grad", (math.inf, 0), "for x >= 0 only; slope Infinity from the right"),
    ("log(x)*y", (-1, 1), "grad", (-1, math.nan), "log(x) is not defined at x = -1"),
    ("abs(x) + y", (0, 1), "hessian", ((0, 0), (0, 0)), "out has a kink at x = 0: slope -1"),
    ("relu(x)^2 + y", (0, 1), "hessian", ((0, 0), (0, 0)), "is 0 to the left of x = 0 and 2 to"),
    (
        "x^2*y if x >= 0 else 0",
        (0, 1),
        "hessian",
        ((0, 0), (0, 0)),
        "is 0 to the left of x = 0 and",
    ),
    ("floor(x)*(x - 2)^2*y", (2, 1), "hessian", ((2, 0), (0, 0)), "is 2 to the left of x = 2 and"),
    ("elu(x)*y", (0, 1), "hessian", ((0, 1), (1, 0)), "is 1 to the left of x = 0 and 0 to the"),
    ("x^1.5*y", (0, 1), "hessian", ((math.inf, 0), (0, 0)), "by x,x is Infinity there"),
    (
        "relu(x)*relu(y)",
        (0, 0),
        "hessian",
        ((0, 0), (0, 0)),
        "by x,y is not unique at x = 0, y = 0",
    ),
]


@pytest.mark.parametrize(("source", "point", "method", "expected", "said"), TOLD)
def test_what_is_a_convention_or_not_finite_is_said(source, point, method, expected, said):
    function = gradcli.function(source, inputs=["x", "y"])
    with pytest.warns(gradcli.DerivativeWarning) as warned:
        found = getattr(function, method)(*point)
    rows = [tuple(row.values()) if isinstance(row, dict) else row for row in found.values()]
    assert repr(rows) == repr([_floats(row) for row in expected])
    assert said in str(warned[0].message)
    assert warned[0].filename == __file__
    assert warned[0].message.problems


def _floats(row):
    return tuple(map(float, row)) if isinstance(row, tuple) else float(row)


@pytest.mark.parametrize(("source", "point", "method", "expected", "said"), TOLD)
def test_products_with_vectors_say_it_too(source, point, method, expected, said):
    function = gradcli.function(source, inputs=["x", "y"])
    if method == "grad":
        with pytest.warns(gradcli.DerivativeWarning):
            _, slope = function.jvp(point, (1, 3))
        assert slope == pytest.approx(expected[0] + 3 * expected[1], nan_ok=True)
        with pytest.warns(gradcli.DerivativeWarning):
            _, products = function.vjp(point)
        assert list(products.values()) == pytest.approx(list(expected), nan_ok=True)
    else:
        with pytest.warns(gradcli.DerivativeWarning):
            products = function.hvp(point, (1, 1))
        assert list(products.values()) == pytest.approx([sum(row) for row in expected])


@pytest.mark.parametrize(
    ("source", "order"),
    [("x*abs(sin(x))", 2), ("floor(x)*x^2", 2), ("x^2 if x >= 0 else 0", 2), ("relu(x)^3", 3),
     ("abs(x)^3", 3), ("abs(x)^1.5", 2)],
)  # fmt: skip
def test_diff_is_not_silent_either(source, order):
    assert derive(source, order=order, values={"x": 0}).problems


def test_beside_a_jump_a_line_has_the_slope_of_its_sides():
    function = gradcli.function("sin(x)/x + y if x != 0 else 1", inputs=["x", "y"])
    with pytest.warns(gradcli.DerivativeWarning, match="x = 0: 1 here, 2 on both sides"):
        assert function.grad(0, 1) == {"x": 0, "y": 0}
    with pytest.warns(gradcli.DerivativeWarning, match="its slope is 3 on both sides"):
        assert function.jvp((0, 1), (1, 3)) == (1, 3)
    assert function.jvp((0, 1), (0, 3)) == (1, 0)


SILENT = [
    # a formula in x and y, a point at which something is tied, and the second derivatives
    ("relu(x)^3*y", (0, 1), (0, 0, 0)),
    ("abs(x)^3 + y", (0, 1), (0, 0, 0)),
    ("max(x, y)^3", (0, 0), (0, 0, 0)),
    ("x^2 + y^2 if x >= 0 else x^2 + y^2", (0, 1), (2, 0, 2)),
    ("x^2*y", (0, 0), (0, 0, 0)),
    ("x^y", (0, 3), (0, 0, 0)),
    ("abs(x - y)^2 + relu(x - y)^3", (1, 1), (2, -2, 2)),
    ("n = norm(x, y); n^2 + n^4", (0, 0), (2, 0, 2)),
    ("n = norm(x, y); 1e-200*n^2 + n^4", (0, 0), (2e-200, 0, 2e-200)),
    ("n = hypot(x, y); n*sin(n)", (0, 0), (2, 0, 2)),
    ("n = hypot(x, y); n*tanh(3*n) + x*y", (0, 0), (6, 1, 6)),
]


@pytest.mark.parametrize(("source", "point", "expected"), SILENT)
def test_what_is_the_same_on_every_side_needs_no_word(source, point, expected):
    test_hessians_are_right_where_the_size_is_zero(source, point, expected)


ALONG = [
    # a formula in x and y, a point and a tangent, and the derivative along it
    ("x^y", (0, 2), (0, 1), 0),
    ("cbrt(x)*y", (0, 2), (0, 1), 0),
    ("cbrt(x)*y + y^2", (0, 2), (0, 3), 12),
    ("sqrt(x)*exp(y)", (0, 0), (0, 5), 0),
    ("log(1 + sqrt(x)) + 3*y", (0, 1), (0, 1), 3),
    ("abs(x) + x*y", (0, 1), (0, 1), 0),
    ("x*y", (2, 3), (0, 0), 0),
]


@pytest.mark.parametrize(("source", "point", "tangent", "expected"), ALONG)
def test_along_what_does_not_move_nothing_comes(source, point, tangent, expected):
    """Whatever the derivative by it is; so nothing is said of it either."""
    function = gradcli.function(source, inputs=["x", "y"])
    assert function.jvp(point, tangent) == (function(*point), expected)
    assert function.jvp(dict(zip("xy", point, strict=True)), tangent)[1] == expected


def test_a_second_derivative_along_what_does_not_move():
    function = gradcli.function("x^1.5 + y^3 + cbrt(x)*0", inputs=["x", "y"])
    assert function.hvp((0, 2), (0, 1)) == {"x": 0, "y": 12}


@pytest.mark.parametrize("source", ["cbrt(x)*y", "abs(x)*y", "sqrt(x) + y"])
def test_a_cotangent_of_0_gives_0(source):
    function = gradcli.function(source, inputs=["x", "y"])
    assert function.vjp((0, 2), 0) == (function(0, 2), {"x": 0, "y": 0})


@pytest.mark.parametrize("function", ["exp(u/3)", "tanh(u)^3", "log(1 + u^2)/7", "sinh(u)/(1 + u)"])
def test_a_smooth_slope_beside_what_is_tied_has_the_digits_of_the_rules(function):
    for u in [k * 0.13 for k in range(1, 12)]:
        (expected,) = gradcli.evaluate(function, u=u).gradient.values()
        tied = gradcli.evaluate(f"u = y + k; abs(x*u)*x + {function}", x=0, y=u, k=0)
        assert not tied.is_regular
        assert (tied.get("d/dy"), tied.get("d/du")) == (expected, expected)


def test_a_value_that_is_not_defined_stays_so():
    """Though the simplified program has a value there: sqrt(x)^2 is x for x >= 0 alone."""
    function = gradcli.function("sqrt(x)^2 + abs(x)^2")
    with pytest.warns(gradcli.DerivativeWarning, match="sqrt"):
        assert math.isnan(function.value_and_grad(-1)[0])
    assert math.isnan(function(-1))


@pytest.mark.parametrize("source", ["norm(x, y)", "sqrt(norm(x, y)^2)", "abs(x) + y"])
def test_a_kink_keeps_its_convention(source):
    assert gradcli.evaluate(source, x=0, y=0).gradient["x"] == 0


@pytest.mark.parametrize(
    ("source", "order", "x", "expected"),
    [
        ("x*sqrt(x)", 1, 0, 0),
        ("x*(1 - x^1.1)", 2, 0, 0),
        ("cbrt(x)^3", 1, 0, 1),
        ("log(exp(x))", 1, 1000, 1),
        ("x^2/sqrt(x)", 1, 0, 0),
        ("sqrt(x)^4", 1, 0, 0),
        ("exp(x)/exp(x - 1)", 1, 800, 0),
        ("abs(x)^2", 2, 0, 2),
        ("sqrt(x)", 1, 0, float("inf")),
        ("sin(x)", 1, 1e300, -0.5753861119575491),
    ],
)
def test_the_number_beside_a_formula_is_that_of_the_formula(source, order, x, expected):
    (partial,) = derive(source, order=order, values={"x": x}).partials
    assert partial.value == pytest.approx(expected)


def test_the_engines_number_stands_where_the_formula_is_less_accurate():
    (partial,) = derive("log(1 + x^2/2 - 1)*0 + expm1(x)/x", values={"x": 1e-5}).partials
    assert partial.value == pytest.approx(0.5, rel=1e-4)


NEITHER_JUMP_NOR_KINK = [
    # a formula, a point, and by hand: the first and the second derivative by x
    ("max(x, y) + min(x, y)", (1, 1), (1, 0)),
    ("max(x, y)*min(x, y)", (1, 1), (1, 0)),
    ("relu(x) - relu(-x)", (0,), (1, 0)),
    ("3*y*relu(x) - 3*y*relu(-x)", (0, 2), (6, 0)),
    ("relu(x - y) - relu(y - x)", (2, 2), (1, 0)),
    ("max(x, y) - max(-x, -y)", (3, 3), (1, 0)),
    ("max(x, 0) - max(-x, 0)", (0,), (1, 0)),
    ("abs(x)^2", (0,), (0, 2)),
    ("abs(x) + 2*min(x, 0)", (0,), (1, 0)),
    ("clip(x, 0, 1) + min(x, 0)", (0,), (1, 0)),
    ("max(x, 0) + min(x, 0) + abs(y)", (0, 0), (1, 0)),
    ("abs(y)*x", (2, 0), (0, 0)),
    ("floor(y)*x", (2, 1), (1, 0)),
    ("x if x > 0 else x", (0,), (1, 0)),
    ("abs(x) if y > 5 else x", (0, 1), (1, 0)),
    ("max(x^2, 0)", (0,), (0, 2)),
    ("huber(x, 0, 1)", (0,), (0, 1)),
    ("relu(x)^3 + sign(2)*x", (0,), (1, 0)),
    ("x^y", (0, 1), (1, 0)),
    ("relu(0.1*x) + relu(0.2*x) - relu(0.3*x)", (0,), (0, 0)),
    ("max(0.1*x + 0.2*x, 0.3*x)", (0,), (0.1 + 0.2, 0)),
    ("max(x, x + x^2)", (0,), (1, 2)),
    ("where(floor(x + 0.5), 1, 2)*x", (0,), (2, 0)),
    ("(x > 0) + (x < 0) + (x == 0) + x", (0,), (1, 0)),
    ("x*(x > 0) + x*(x < 0)", (3,), (1, 0)),
    ("log(1 + abs(x)) - abs(x)", (0,), (0,)),
    ("max(sin(x)^2 + cos(x)^2, 1) + x", (0,), (1,)),
    ("x if x > 0 else sin(x)", (0,), (1,)),
    ("x if 1/y > 0 else 2*x", (0, 0), (1, 0)),
    ("leaky_relu(x, 1)", (0,), (1,)),
    ("sin(x)/x if x != 0 else 1", (0,), (0,)),
    ("sin(x)/x + y if x != 0 else 2", (0, 1), (0,)),
    ("(1 - cos(x))/x^2 if x != 0 else 1/2", (0,), (0,)),
    ("(exp(x) - 1)/x if x != 0 else 1 + x/2", (0,), (0.5,)),
    ("x^2*sin(1/x) if x != 0 else 0", (0,), (0,)),
    ("x^2*log(x) if x > 0 else 0", (0,), (0,)),
    ("x^2 if x^2 > 0 else 0", (0,), (0,)),
    ("x/(1 + exp(1/x)) if x < 0 else x", (0,), (1,)),
    ("abs(x)*abs(sin(x))", (0,), (0, 2)),
    ("cbrt(x)^3", (0,), (1, 0)),
    ("sqrt(1 - cos(x))^2", (0,), (0,)),
    ("rem(x, 3)", (0,), (1, 0)),
]

JUMP_OR_KINK = [
    # a formula, a point, and the first order whose derivative by x is not unique there
    ("max(x, 0) + min(x, 0) + where(x > 0, 1, 0)", (0,), 1),
    ("where(x > 0, 1, 0)", (0,), 1),
    ("x + where(x == 0, 1, 0)", (0,), 1),
    ("x + (y if x >= y else 0)", (2, 2), 1),
    ("where(x >= 0, x, 2*x)", (0,), 1),
    ("not x", (0,), 1),
    ("x + (0 if x and 3 else 1)", (0,), 1),
    ("floor(x) + x", (0,), 1),
    ("floor(1 - x^2)", (0,), 1),
    ("round(x)*y", (0.5, 1), 1),
    ("mod(x, y)", (6, 3), 1),
    ("sign(x)*x", (0,), 1),
    ("step(x) + y", (0, 1), 1),
    ("heaviside(x)*3", (0,), 1),
    ("acot(x)", (0,), 1),
    ("max(x, 2*x) - min(x, 2*x)", (0,), 1),
    ("abs(x) + max(x, 0) + min(x, 0)", (0,), 1),
    ("relu(x) - 2*relu(-x)", (0,), 1),
    ("norm(x, y)", (0, 0), 1),
    ("max(x, y)", (1, 1), 1),
    ("sin(x)/x if x != 0 else 2", (0,), 1),
    ("u = x*y; 3*u if u > 0 else u", (0, 1), 1),
    ("1e-9*abs(x)", (0,), 1),
    ("1 + 1e-9*(x > 0)", (0,), 1),
    ("floor(x + 1e15)", (0,), 1),
    ("mod(x, 1e-9)", (0,), 1),
    ("min(1/x, 3)", (0,), 1),
    ("sign(1/x)", (0,), 1),
    ("relu(-1/x)", (0,), 1),
    ("x if 1/x > 0 else 2*x", (0,), 1),
    ("leaky_relu(x, 1e9)", (0,), 1),
    ("where(sqrt(x) >= 0, x, 2*x)", (0,), 1),
    ("max(x, 1 + (1 + 1e-8)*(x - 1))", (1,), 1),
    ("x and y", (0, 2), 1),
    ("norm(x, x^2)", (0,), 1),
    ("x*abs(x)", (0,), 2),
    ("relu(x)^2", (0,), 2),
    ("elu(x)", (0,), 2),
    ("huber(x, 0, 1)", (1,), 2),
    ("x^2 if x >= 0 else -x^2", (0,), 2),
]


def _derived(source, point, order):
    names = "xy"[: len(point)]
    return derive(
        source, [("x",) * order], inputs=[*names], values=dict(zip(names, point, strict=True))
    )


SMOOTH_BUT_FOR_ITS_FORMULA = [
    ("where(x, x, 2*x)", (0,), 1, "2"),
    ("x if x == 0 else 2*x", (0,), 2, "1"),
    ("x*(not x)", (0,), 0, "1"),
    ("where(x^2 > 0, x, 2*x)", (0,), 1, "2"),
    ("atan2(x*y, y)", (0, 0), 0, "1"),
]
"""Functions that are smooth at a point, where their formulas say something else."""


@pytest.mark.parametrize(("source", "point", "number", "said"), SMOOTH_BUT_FOR_ITS_FORMULA)
def test_diff_says_where_a_formula_is_not_the_number_beside_it(source, point, number, said):
    found = _derived(source, point, 1)
    assert found.partials[0].value == number
    messages = [each.message for each in found.problems]
    told = f"the formula by x is {said} there; {number} is the derivative of the function"
    assert messages[:1] == [told]


@pytest.mark.parametrize(("source", "point", "expected"), NEITHER_JUMP_NOR_KINK)
def test_diff_says_nothing_of_kinks_that_cancel(source, point, expected):
    for order, number in enumerate(expected, start=1):
        found = _derived(source, point, order)
        assert (found.problems, found.partials[0].value) == ((), number), order


@pytest.mark.parametrize(("source", "point", "first"), JUMP_OR_KINK)
def test_a_jump_or_a_kink_never_goes_untold_in_diff(source, point, first):
    for order in (1, 2):
        kinds = {problem.kind for problem in _derived(source, point, order).problems}
        assert kinds == ({"kink"} if order >= first else set()), order


@pytest.mark.parametrize(("source", "point", "first"), JUMP_OR_KINK)
def test_beside_the_point_nothing_is_told(source, point, first):
    del first
    x, *others = point
    for order in (1, 2):
        assert not _derived(source, (x + 0.125, *others), order).problems


def test_what_has_no_value_does_not_hide_a_jump():
    for source, told in [("floor(x) + y", True), ("abs(x)*0 + y + x", False)]:
        found = derive(source, [("x",)], values={"x": 0})
        assert bool(found.problems) == told, source


def test_of_several_kinks_those_that_stay_are_told():
    found = derive("max(x, 0) + min(x, 0) + abs(y)", values={"x": 0, "y": 0})
    (problem,) = found.problems
    assert "out has a kink at y = 0: slope -1 to the left, 1" in problem.message


def _warned(source, point):
    """What each door says of the derivative by x: evaluate, paths, nudge, descend."""
    names = "xy"[: len(point)]
    values = dict(zip(names, point, strict=True))
    yield gradcli.evaluate(source, values, wrt="x").warnings
    yield gradcli.evaluate(source, values).warnings_behind(["d/dx"])
    yield [each for each in gradcli.paths(source, values, wrt="x").problems if _is_told(each)]
    yield [each for each in gradcli.nudge(source, values, {"x": 0.1}).problems if _is_told(each)]
    found = gradcli.descend(source, values, wrt="x", steps=1).problems
    yield [each for each in found if each.kind != "kink" or each.message.startswith("at the start")]


def _is_told(problem):
    return problem.kind != "follows"


@pytest.mark.parametrize(("source", "point", "first"), JUMP_OR_KINK)
def test_no_door_is_silent_at_a_jump_or_a_kink(source, point, first):
    for found in _warned(source, point):
        assert bool(found) == (first == 1)


@pytest.mark.parametrize(("source", "point", "expected"), NEITHER_JUMP_NOR_KINK)
def test_every_door_tells_of_a_convention_only_where_it_is_not_the_derivative(
    source, point, expected
):
    names = "xy"[: len(point)]
    solution = gradcli.evaluate(source, dict(zip(names, point, strict=True)), wrt="x")
    is_right = solution.gradient["x"] == pytest.approx(expected[0])
    for found in _warned(source, point):
        assert (not found) == is_right


BORDERS = [
    # a program, x, and all that is said there of its derivative by x, by hand
    (
        "x if x >= 0 else 2*x",
        0,
        "has a kink at x = 0: slope 2 to the left, 1 to the right; 1 is used",
    ),
    ("x*(x > 0)", 0, "has a kink at x = 0: slope 0 to the left, 1 to the right; 0 is used"),
    (
        "x + (x > 2)",
        2,
        "jumps at x = 2: 2 here and to the left, 3 to the right; its slope is 1 on both sides",
    ),
    (
        "x + (x >= 2)",
        2,
        "jumps at x = 2: 2 to the left, 3 here and to the right; its slope is 1 on both sides",
    ),
    ("x + (x == 2)", 2, "jumps at x = 2: 3 here, 2 on both sides; its slope is 1 on both sides"),
    (
        "(x > 2) - (x < 2)",
        2,
        "jumps at x = 2: -1 to the left, 0 here, 1 to the right; its slope is 0 on both sides",
    ),
    (
        "sin(x)/x if x < 0 else 1 + x",
        0,
        "has a kink at x = 0: slope 0 to the left, 1 to the right; 0 is used",
    ),
    (
        "sin(x)/x if x else 2",
        0,
        "jumps at x = 0: 2 here, 1 on both sides; its slope is 0 on both sides",
    ),
    (
        "u = x - 1; v = 3*x if u > 0 else u + 3; v",
        1,
        "has a kink at x = 1: slope 1 to the left, 3 to the right; 1 is used",
    ),
    (
        "min(1/x, 3)",
        0,
        "jumps at x = 0: -Infinity to the left, 3 here and to the right; 0 is used for its slope",
    ),
    (
        "sqrt(x^3)/x if x > 0 else 0",
        0,
        "has a kink at x = 0: slope 0 to the left, Infinity to the right; 0 is used",
    ),
    (
        "1/log(abs(x)) if x != 0 else 0",
        0,
        "has a kink at x = 0: slope Infinity to the left, -Infinity to the right; 0 is used",
    ),
    ("sqrt(x^2)", 0, "has a kink at x = 0: slope -1 to the left, 1 to the right; 0 is used"),
    ("acos(cos(x))", 0, "has a kink at x = 0: slope -1 to the left, 1 to the right; 0 is used"),
    (
        "abs(x)^(1/3)*abs(x)^(2/3)",
        0,
        "has a kink at x = 0: slope -1 to the left, 1 to the right; 0 is used",
    ),
    ("floor(x)*(x - 2)", 2, "has a kink at x = 2: slope 1 to the left, 2 to the right; 1 is used"),
]


@pytest.mark.parametrize(("source", "x", "said"), BORDERS)
def test_what_is_known_of_both_sides_is_said(source, x, said):
    solution = gradcli.evaluate(source, x=x, wrt="x")
    (problem,) = solution.warnings
    assert problem.message == f"{solution.output} {said}"
    assert (problem.kind, problem.node, problem.what) == ("kink", "x", "not unique")
    assert derive(source, values={"x": x}).problems == (problem,)
    assert derive(source, values={"x": x}).partials[0].value == solution.gradient["x"]


NOT_DECIDED = [
    (
        "x*sin(1/x) if x != 0 else 0",
        (
            "could not decide the derivative at x = 0 (sin(1/x) has no limit there); 0 is the "
            "convention of each operation by itself"
        ),
    ),
    (
        "sin(1/x)*x if x > 0 else 3*x",
        (
            "could not decide the derivative at x = 0 (sin(1/x) has no limit there); slope 3 to "
            "the left; 3 is the convention of each operation by itself"
        ),
    ),
    (
        "where(sin(x)^2 + cos(x)^2 >= 1, x, 2*x)",
        (
            "could not decide the derivative at x = 0 (sin(x)^2 + cos(x)^2 >= 1 cannot be told "
            "there); 1 is the convention of each operation by itself"
        ),
    ),
]


@pytest.mark.parametrize(("source", "said"), NOT_DECIDED)
def test_what_cannot_be_told_is_said_to_be_so(source, said):
    (problem,) = gradcli.evaluate(source, x=0, wrt="x").warnings
    assert (problem.what, problem.message) == ("not decided", said)
    assert derive(source, values={"x": 0}).problems == (problem,)


PASSES = [
    # a program, x, and the passes beside the point that it takes: by slopes, by power series
    ("relu(3*x) + max(x, 2)*abs(x) + (x if x > 0 else -x)", 1, (0, 0)),
    ("sqrt(x)", 1, (0, 0)),
    ("norm(x, x)", -1, (0, 0)),
    ("relu(x) + x", 0, (1, 0)),
    ("tanh(max(sin(x), 0)) + exp(abs(x))", 0, (1, 0)),
    ("x if x > 0 else 2*x", 0, (1, 0)),
    ("norm(x, x)", 0, (1, 1)),
]


@pytest.mark.parametrize(("source", "x", "passes"), PASSES)
def test_only_what_is_tied_is_looked_at_from_both_sides(monkeypatch, source, x, passes):
    counts = {"by_pairs": 0, "by_germs": 0}

    def counted(name):
        function = getattr(sides, name)

        def call(*args):
            counts[name] += 1
            return function(*args)

        return call

    for name in counts:
        monkeypatch.setattr(sides, name, counted(name))
    assert bool(gradcli.evaluate(source, x=x).problems) == any(passes)
    assert tuple(counts.values()) == passes


def test_what_is_smooth_along_each_input_alone_need_not_be_so_between():
    found = gradcli.evaluate("min(abs(x), abs(y))", x=0, y=0)
    assert found.gradient == {"x": 0, "y": 0}
    assert len(found.warnings) == 1
    assert not gradcli.evaluate("min(abs(x), abs(y))", x=0, y=0, wrt="x").warnings
    (told,) = gradcli.evaluate("x*(y > 0)", x=0, y=0).warnings
    assert "out has a kink at x = 0, y = 0" in told.message or "jumps beside" in told.message


DOMAINS = [
    # a program, its point, by hand: the derivatives that are used, and what is said
    ("where(x >= 0, 3*x, sqrt(x)*x)", {"x": 0}, [3], "for x >= 0 only; slope 3 from the right"),
    ("x^1.5 if x > 0 else 3*x^1.5", {"x": 0}, [0], "for x >= 0 only; slope 0 from the right"),
    ("max(log(x), 2)", {"x": 0}, [0], "for x >= 0 only; slope 0 from the right"),
    ("max(log(x), log(y))", {"x": 0, "y": 1}, [0, 1], "for x >= 0 only; slope 0 from the right"),
    ("max(log(x), y)", {"x": 0, "y": 0}, [0, 1], "for x >= 0 only; slope 0 from the right"),
    ("min(-log(x), 3*y)", {"x": 0, "y": 1}, [0, 3], "for x >= 0 only; slope 0 from the right"),
    ("min(-log(1 - x), y, 3)", {"x": 1, "y": 0}, [0, 1], "for x <= 1 only; slope 0 from the left"),
    ("y if log(x) < y else 2*y", {"x": 0, "y": 3}, [0, 1], "jumps at x = 0: 6 to the left, 3 here"),
    ("log(x)*x^2 if x > 0 else sqrt(x)", {"x": 0}, [0], "x >= 0 only; slope 0 from the right"),
    (
        "max(x^1.5, y^1.5)",
        {"x": 0, "y": 0},
        [0, 0],
        "out is defined only in some directions from x = 0, y = 0; (0, 0) is used",
    ),
    (
        "sqrt(x)*y + abs(y)",
        {"x": 0, "y": 0},
        [0, 0],
        "some directions from x = 0, y = 0, and has a kink there; (0, 0) is used",
    ),
    ("sum(max(log(A); 2))", {"A": [[0, 1], [2, 4]]}, [[[0, 1], [0, 0.25]]], "for A[1,1] >= 0 only"),
    ("max(log(A))", {"A": [0, 2]}, [[0, 0.5]], "for A[1] >= 0 only; slope 0 from the right"),
]


@pytest.mark.parametrize(("source", "values", "used", "told"), DOMAINS, ids=[x[0] for x in DOMAINS])
def test_the_end_of_a_domain_is_told_and_is_no_kink(source, values, used, told):
    found = gradcli.evaluate(source, values)
    for slope, expected in zip(found.gradient.values(), used, strict=True):
        assert np.array_equal(slope, expected)
    (problem,) = found.warnings
    assert told in problem.message
    assert problem.what in {"one-sided", "not unique"}
    assert told in "; ".join(each.message for each in derive(source, values=values).problems)


@pytest.mark.parametrize(
    ("source", "values", "name"),
    [
        ("max(log(x), log(y))", {"x": 0, "y": 1}, "y"),
        ("max(log(x), exp(y))", {"x": 0, "y": 1}, "y"),
        ("min(1/x, y, -log(x))", {"x": 0, "y": 2}, "y"),
        ("y^2 if log(x) < 0 else 0", {"x": 0, "y": 2}, "y"),
    ],
)
def test_what_is_infinite_and_stays_so_decides_nothing_by_the_others(source, values, name):
    assert not gradcli.evaluate(source, values, wrt=name).warnings


def test_along_a_tangent_only_that_line_matters():
    function = gradcli.function("max(x, y) + abs(z)", inputs=["x", "y", "z"])
    assert function.jvp((1, 1, 0), (1, 1, 0)) == (1, 1)
    with pytest.warns(
        gradcli.DerivativeWarning, match="along the tangent: slope 1 to the left, 2 to"
    ):
        function.jvp((1, 1, 0), (1, 2, 0))


def test_of_many_inputs_what_is_tied_is_told_without_a_look():
    """A look at every line costs the size of the program: it is taken where that is little."""
    count = 300
    names = [f"x{place}" for place in range(count)]
    source = " + ".join(f"relu({name})" for name in names)
    values = dict.fromkeys(names, 0)
    problems = gradcli.evaluate(source, values).warnings
    assert len(problems) == 21
    choice = " + ".join(f"({name} if {name} > 0 else {name})" for name in names)
    found = gradcli.evaluate(choice, values)
    assert not found.warnings
    assert set(found.gradient.values()) == {1}
    assert not gradcli.evaluate(choice, values, wrt="x7").warnings


ONE_SIDED = [
    # a function of x, a point, and what is said of its sides; None where they are one
    ("sqrt(x) if x > 0 else 0", 0, "slope 0 to the left, Infinity to the right"),
    ("f(z) = (sqrt(z) if z > 0 else 0); f(x) + x", 0, "1 to the left, Infinity to the right"),
    ("f(z) = (sqrt(z) if z > 0 else z); f(x)^2", 0, "0 to the left, 1 to the right"),
    ("f(z) = (sqrt(z) if z > 0 else z); f(x)", 0, "1 to the left, Infinity to the right"),
    ("x if x > 0 else sqrt(-x)", 0, "-Infinity to the left, 1 to the right"),
    ("sqrt(x) if x >= 0 else sqrt(-x)", 0, "-Infinity to the left, Infinity to the right"),
    ("sqrt(abs(x))", 0, "-Infinity to the left, Infinity to the right"),
    ("cbrt(abs(x))", 0, "-Infinity to the left, Infinity to the right"),
    ("abs(cbrt(x))", 0, "-Infinity to the left, Infinity to the right"),
    ("max(cbrt(x), x)", 0, "1 to the left, Infinity to the right"),
    ("sqrt(x*x)", 0, "-1 to the left, 1 to the right"),
    ("sqrt((x - 3)^2)*2", 3, "-2 to the left, 2 to the right"),
    ("x*log(x) if x > 0 else 0", 0, "0 to the left, -Infinity to the right"),
    ("asin(x) if x < 1 else pi/2", 1, "Infinity to the left, 0 to the right"),
    ("acos(x) if x < 1 else 0", 1, "-Infinity to the left, 0 to the right"),
    ("sqrt(1 - x^2) if abs(x) < 1 else 0", 1, "-Infinity to the left, 0 to the right"),
    ("x^(1/4) if x > 0 else 2*x", 0, "2 to the left, Infinity to the right"),
    ("sqrt(x) if x > 0 else 1", 0, "x = 0: 1 here and to the left, 0 to the right"),
    ("sqrt(x) if x >= 0 else 1", 0, "x = 0: 1 to the left, 0 here and to the right"),
    ("log(x) if x > 0 else 0", 0, "0 here and to the left, -Infinity to the right"),
    ("1/x if x != 0 else 0", 0, "-Infinity to the left, 0 here, Infinity to the right"),
    ("sqrt(x^3) if x > 0 else 0", 0, None),
    ("sqrt(x) if x >= 0 else cbrt(x)", 0, None),
    ("cbrt(x)", 0, None),
    ("sqrt(x)", 0, None),
    ("max(sqrt(x), 0)", 0, None),
]


@pytest.mark.parametrize("ask", [gradcli.evaluate, gradcli.derive], ids=["eval", "diff"])
@pytest.mark.parametrize(("source", "x", "sides"), ONE_SIDED)
def test_a_slope_that_is_infinite_on_a_side_is_told_and_a_jump_only_where_there_is_one(
    ask, source, x, sides
):
    found = ask(source, {"x": x})
    kinks = [each.message for each in found.problems if each.kind == "kink"]
    if sides is None:
        assert kinks == []
    else:
        assert sides in kinks[-1]


UNUSED = {
    # what the output does not depend on, beside a kink at y = 0, where x = 2 and z = 3; by hand
    "u = 0; v = u*x; floor(y)": [2, 0],
    "v = x*z; abs(y)": [3, 2],
    "v = x/z; max(y, 2*y)": [1 / 3, -2 / 9],
    "v = sin(x); relu(y)": [math.cos(2)],
    "v = abs(x); min(y, x*y)": [1],
    "v = x*y; abs(y)": [0, 2],
    "v = where(x > z, x, z); sign(y)": [0, 0, 1],
}


@pytest.mark.parametrize("source", UNUSED)
def test_what_is_not_used_has_its_partials_beside_a_kink(source):
    values = {"x": 2, "y": 0} | ({"z": 3} if "z" in source else {})
    nodes = gradcli.evaluate(source, values).to_dict()["nodes"]
    found = {each["name"]: each["local"] for each in nodes}
    assert found["v"] == pytest.approx(UNUSED[source], rel=1e-15)


ASKED = [
    # a function of x, a point, its second derivative there by hand, and what is said of it
    ("min(x^4, x^2)", 0, 0, ""),
    ("max(x^2, 3x^2)", 0, 6, ""),
    ("sin(x)/x if x != 0 else 1", 0, -1 / 3, ""),
    ("log(1 + x)/x if x != 0 else 1", 0, 2 / 3, ""),
    ("x^2 if x > 0 else 2x^2", 0, 2, "4 to the left of x = 0 and 2 to the right; 2 is used"),
    ("relu(x)^2", 0, 0, "0 to the left of x = 0 and 2 to the right; 0 is used"),
    ("relu(x)^3", 0, 0, ""),
    ("sqrt(x^6)", 0, 0, ""),
    ("cosh(sqrt(abs(x)))", 0, 1 / 12, ""),
    ("x^2*sign(x) + 3x^2", 0, 4, "4 to the left of x = 0 and 8 to the right; 4 is used"),
]


@pytest.mark.parametrize(("source", "x", "bend", "said"), ASKED, ids=[each[0] for each in ASKED])
def test_a_second_derivative_that_is_asked_for_is_that_of_the_whole(source, x, bend, said):
    """By --get as by --order, diff and hess: one number, wherever it is asked for."""
    found = gradcli.evaluate(f"u = {source}; u + y", x=x, y=1)
    for query in ("d2u/dx2", "d2out/dxdx", "d2out/dx2"):
        assert found.get(query) == pytest.approx(bend, rel=1e-9, abs=1e-14)
    assert found.get("d2out/dxdy") == 0
    solution = gradcli.evaluate(source, x=x)
    told = "; ".join(each.message for each in solution.warnings_behind(["d2out/dx2"]))
    assert (said in told) if said else not told
    assert gradcli.hess(source, {"x": x}).to_dict()["hessian"] == [[pytest.approx(bend, rel=1e-9)]]
