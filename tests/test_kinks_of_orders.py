"""Derivatives up to fourth order at kinks: every door has the same number for the same question."""

import itertools
import json
import math

import pytest
from command_line import call

import gradcli

ONE = [
    "abs(x)",
    "sqrt(x^2)",
    "cbrt(x^3)",
    "norm(x,2*x)",
    "norm([x,2*x])",
    "max(x,-x)",
    "relu(x)",
    "x*abs(x)",
    "abs(x)^3",
    "relu(x)^2",
    "relu(x)-relu(-x)",
    "x^2*sign(x)",
    "max(x,0)^2",
    "max(x,0)^3",
    "min(x,0)*x",
    "where(x>0,x^3,0)",
    "where(x>0,x^2,-x^2)",
    "abs(x)^2",
    "sqrt(x^4)",
    "sqrt(x^6)",
    "hypot(x,x)",
    "elu(x)",
    "selu(x)",
    "leaky_relu(x)",
    "sqrt(x)",
    "cbrt(x)",
    "x^1.5",
    "x^2.5",
    "abs(x)^2.5",
    "(x^2)^1.5",
    "cbrt(x^4)",
    "cbrt(x^6)",
    "cbrt(x^9)",
    "sin(abs(x))",
    "exp(abs(x))",
    "cos(abs(x))",
    "abs(sin(x))",
    "floor(x)",
    "sign(x)",
    "step(x)*x^2",
    "mod(x,1)",
    "clip(x,0,1)",
    "huber(x+1,1)",
    "softplus(abs(x))",
    "xlogy(x^3,x)",
    "acos(cos(x))",
    "atan2(x,abs(x)+1)",
    "gelu(abs(x))",
    "abs(x)*abs(x)*abs(x)",
    "norm(x,1e9*x)",
]

TWO = [
    "abs(x*y)",
    "max(x,y)",
    "norm(x,y)",
    "norm(x,y)^2",
    "norm(x,y)^3",
    "norm(x,y)^4",
    "abs(x)*y",
    "abs(x)*abs(y)",
    "sqrt(x^2)*y",
    "sqrt(x^2+y^2)",
    "max(x,y)^2",
    "max(x,y)-min(x,y)",
    "relu(x)*y^2",
    "relu(x*y)",
    "abs(x-y)*x",
    "where(x>y,x^2,y^2)",
    "sqrt(x^2)*sqrt(y^2)",
    "cbrt(x^3)*y",
    "hypot(x,y)^2",
    "abs(x)+y^3",
    "x*abs(y)^3",
    "cbrt(x^3*y^3)",
    "x^1.5*y",
    "x^2.5*y+y^2",
    "(x^2.5)*y",
    "xlogy(x^2,y+1)",
    "elu(x)*y",
    "exp(abs(x)+y)",
]

CASES = [(text, ("x",)) for text in ONE] + [(text, ("x", "y")) for text in TWO]


def _query(by):
    order = len(by)
    return f"d{order if order > 1 else ''}out/d{'d'.join(by)}"


def _same(one, other):
    return one == pytest.approx(other, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("source", "names"), CASES)
def test_python_has_one_number_for_one_derivative(source, names):
    point = dict.fromkeys(names, 0.0)
    at = gradcli.evaluate(source, point)
    partials = gradcli.orders(source, point, order=4).partials
    hessian = gradcli.function(source).hessian(**point)
    for by, value in partials.items():
        assert not math.isnan(value), by
        for turned in {*itertools.permutations(by)}:
            assert _same(at.get(_query(turned)), value), turned
        (symbolic,) = gradcli.derive(source, point, wrt=[by]).partials
        assert _same(symbolic.value, value), by
        if len(by) == 2:
            assert _same(hessian[by[0]][by[1]], value), by


ON_THE_COMMAND_LINE = [
    ("sqrt(x^2)", "x", 3, 0),
    ("cbrt(x^3)", "x", 4, 0),
    ("cbrt(x^9)", "x", 3, 6),
    ("exp(abs(x))", "x", 4, 1),
    ("max(x, 0)^3", "x", 3, 0),
    ("elu(x)", "x", 2, 0),
    ("norm(x, y)^4", "xy", 4, 24),
    ("relu(x)*y^2", "xy", 2, 0),
    ("x^2.5", "x", 2, 0),
    ("atan2(x, abs(x) + 1)", "x", 3, 4),
]


@pytest.mark.parametrize(("source", "names", "order", "expected"), ON_THE_COMMAND_LINE)
def test_so_has_the_command_line(source, names, order, expected):
    point = [word for name in names for word in (f"--{name}", "0")]
    by = ",".join("x" * order)
    asked = call("eval", source, *point, "--get", f"d{order}/dx{order}").out
    assert float(asked) == pytest.approx(expected)
    orders = json.loads(call("eval", source, *point, "--order", f"{order}", "--json").out)
    assert orders["derivatives"][by] == pytest.approx(expected)
    symbolic = call("diff", source, *point, "--order", f"{order}", "--json").out
    assert json.loads(symbolic)["values"][by] == pytest.approx(expected)
    if order == 2:
        hessian = json.loads(call("hess", source, *point, "--json").out)["hessian"]
        assert hessian[0][0] == pytest.approx(expected)


SAID = [
    ("x*abs(x)*y", "d3/dx2dy", "the third derivative by x,x,y is not unique"),
    ("abs(x)^3*y", "d4/dx3dy", "the 4th derivative by x,x,x,y is not unique"),
    ("abs(x)^3", "d3/dx3", "the third derivative by x,x,x is -6 to the left of x = 0 and 6 to"),
    ("x^2.5", "d3/dx3", "the derivative by x,x,x is Infinity there"),
    ("elu(x)", "d3/dx3", "the third derivative by x,x,x is 1 to the left of x = 0 and 0 to the"),
]


@pytest.mark.parametrize(("source", "query", "message"), SAID)
def test_what_is_not_unique_is_told_by_every_door(source, query, message):
    point = ["--x", "0", *(["--y", "0"] if "y" in source else [])]
    order = query[1]
    lines = [
        ["eval", source, *point, "--get", query],
        ["eval", source, *point, "--order", order],
        ["diff", source, *point, "--order", order],
    ]
    for line in lines:
        assert message in " ".join(call(*line).err.split()), line


def test_high_orders_at_a_kink_cost_no_long_formula():
    at = gradcli.evaluate("sqrt(sin(x)^2)", x=0)
    assert at.get("d10/dx10") == 0


NOT_OF_THE_WHOLE = [
    # a program, its point, what is asked for, the number by hand (at a jump that of the formula),
    # and what is told of it
    (
        "x^n",
        {"x": 0, "n": 0},
        "nn",
        math.inf,
        "is 0 to the right of n = 0, where the function jumps",
    ),
    ("0^x", {"x": 0}, "xx", math.inf, "is 0 to the right of x = 0, where the function jumps"),
    ("x^2 if x > 0 else 1", {"x": 0}, "xx", 0, "and 2 to the right, where the function jumps"),
    ("3*x^2 if x > 0 else 1 + x^2", {"x": 0}, "xx", 2, "is 2 to the left of x = 0 and 6 to the"),
    ("x^3 if abs(x) > 0 else 1", {"x": 0}, "xxx", 0, "is 6 on both sides of x = 0, where the func"),
    ("x*y if abs(x) > 0 else 1 - y", {"x": 0, "y": 0}, "xy", 0, "is 1 beside x = 0, y = 0, where"),
    ("sqrt(1 - x^2)*(1 - x)^2", {"x": 1}, "xx", 0, "is 0 to the left of x = 1, where the domain"),
    ("acos(x)^4", {"x": 1}, "xx", 8, "is 8 to the left of x = 1, where the domain ends"),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("source", "point", "by", "value", "said"), NOT_OF_THE_WHOLE)
def test_where_a_function_jumps_or_ends_no_number_is_of_the_whole(source, point, by, value, said):
    derived = gradcli.derive(source, point, wrt=[(*by,)])
    (partial,) = derived.partials
    assert partial.value == pytest.approx(value)
    assert not partial.is_of_whole or partial.side
    orders = gradcli.orders(source, point, order=len(by))
    assert orders.partials[(*by,)] == pytest.approx(value)
    assert gradcli.evaluate(source, point).get(_query(by)) == pytest.approx(value)
    for told in (derived.problems, orders.problems):
        assert any(said in problem.message for problem in told)
    if math.isinf(value):
        assert (",".join(by), "Infinity") in {(each.node, each.what) for each in derived.problems}


@pytest.mark.parametrize("source", ["1 + x^2 if x >= 0 else x^2", "x^2.5", "cos(acos(x))^2*x"])
def test_what_is_also_that_of_the_rules_is_not_told(source):
    found = gradcli.derive(source, {"x": 0}, wrt=[("x", "x")]).problems
    assert all(problem.node == "x" for problem in found)
