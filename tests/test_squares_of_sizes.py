"""Squares of norm, hypot and abs have no kink: their derivatives are right where the size is 0."""

import pytest

import gradcli
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
