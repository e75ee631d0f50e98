"""Descent where numbers on the way leave the range of floats and come back, in every order.

Each program stands beside the same one with moderate factors: mathematically they are equal.
"""

from __future__ import annotations

import pytest
from mpmath import mp, mpf

import gradcli
from gradcli.learn.names import UPDATES

PROGRAMS = [
    # the value of a step is needed as a partial, or what comes along, far below or above floats
    ("h = {a}*x; k = h*h; (k*w*{b} - 2)^2", ("1e-200", "1e250*1e150"), ("1/8", "16*4")),
    ("k = {a}*x*{a}*w; (k*v*{b} - 2)^2", ("1e-200", "1e250*1e150"), ("1/8", "16*4")),
    ("h = {a}*x; k = h*h*w; (k*v*{b} - 2)^2", ("1e200", "1e-250*1e-150"), ("8", "1/16*1/4")),
    ("h = exp(-{a})*w; k = h*v; (k*exp({b})*x - 1)^2", ("900", "900"), ("1", "1")),
    ("h = {a}*w; k = (h*v)^2; ({b}*(k*x)*{b} - 1)^2", ("1e-300", "1e300"), ("1/8", "8")),
]

START = {"x": 1.2, "w": 0.7, "v": 1.5}


def start(source):
    return {name: value for name, value in START.items() if name in source.replace("exp", "")}


def descents(source, **settings):
    point = start(source)
    found = {order: gradcli.descend(source, point, update=order, **settings) for order in UPDATES}
    return {order: list(descent.parameters.values()) for order, descent in found.items()}


@pytest.mark.parametrize(("program", "far", "near"), PROGRAMS)
def test_numbers_beyond_floats_change_no_descent(program, far, near):
    beyond, moderate = (
        descents(program.format(a=a, b=b), lr=0.01, steps=3) for a, b in (far, near)
    )
    for order, parameters in beyond.items():
        assert parameters == pytest.approx(moderate[order], rel=1e-9), order


def test_one_step_in_place_by_hand():
    """J = (k*w - 2)^2 with k = x^2: w first, then x by the derivative with the new w."""
    source = "h = 1e-200*x; k = h*h; (k*w*1e250*1e150 - 2)^2"
    found = gradcli.descend(source, {"x": 1.2, "w": 0.7}, lr=0.01, steps=1, update="in-place")
    with mp.workdps(40):
        x, w, rate = mpf(1.2), mpf(0.7), mpf("0.01")
        outer = 2 * (x**2 * w - 2)
        w_after = w - rate * outer * x**2
        x_after = x - rate * outer * 2 * x * w_after
    assert found.parameters["w"] == pytest.approx(float(w_after), rel=1e-13)
    assert found.parameters["x"] == pytest.approx(float(x_after), rel=1e-13)


def test_a_gradient_that_is_too_small_for_floats_is_no_internal_error():
    found = gradcli.descend("1/exp2(u) + (2 if u <= u else u^u)", {"u": -47.3}, lr=0.001, steps=1)
    assert found.parameters["u"] > 1e10
    assert found.value == 2


@pytest.mark.parametrize(
    ("program", "slope"),
    [
        ("sqrt(x^2) + 3x", 2.0),
        ("cbrt(x)^3 + x^2", 1.0),
        ("exp(-1/x^2) + 2x", 2.0),
        ("sqrt(x^4) - 3x", -3.0),
        ("log(exp(x)) + sqrt(x^2)*x", 1.0),
    ],
)
def test_where_partials_are_infinite_the_slope_is_that_of_the_whole(program, slope):
    """It was NaN, and there was no descent from there: "the length of the gradient overflows"."""
    assert gradcli.evaluate(program, x=0).gradient == {"x": slope}
    descent = gradcli.descend(program, {"x": 0}, lr=0.25, steps=1)
    assert descent.steps[0].gradient_norm == abs(slope)
    assert descent.parameters == {"x": -0.25 * slope}
