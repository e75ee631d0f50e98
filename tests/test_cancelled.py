"""A derivative whose digits are lost in a sum is told of; one that is 0 is not."""

import mpmath as mp
import pytest
from command_line import call

import gradcli
from gradcli.engine.interpreter import Values
from gradcli.evaluation.cancelled import cancelled
from gradcli.graph.node import Graph

LOST = [
    # a formula, x, and its derivative for mpmath
    ("x/(x + 1)", 1e17, lambda x: 1 / (x + 1) ** 2),
    ("x/(1 + x)", 3e25, lambda x: 1 / (x + 1) ** 2),
    ("x^2/(1 + x^2)", 1e9, lambda x: 2 * x / (1 + x * x) ** 2),
    ("exp(x)/(1 + exp(x))", 50, lambda x: mp.exp(x) / (1 + mp.exp(x)) ** 2),
    ("x/sqrt(x^2 + 1)", 1e9, lambda x: (x * x + 1) ** mp.mpf("-1.5")),
    ("3*(x/(x + 1))", 1e17, lambda x: 3 / (x + 1) ** 2),
]


@pytest.mark.parametrize(("source", "x", "slope"), LOST)
def test_a_derivative_without_digits_is_told_of(source, x, slope):
    (problem,) = gradcli.evaluate(source, x=x).problems
    with mp.workdps(60):
        true = float(slope(mp.mpf(x)))
    assert problem.kind == "small"
    number = problem.message.partition("loses its digits: it is ")[2].partition(",")[0]
    assert float(number) == pytest.approx(true, rel=1e-5)
    called = call("eval", source, "--x", repr(x), "--get", "d/dx")
    assert "the derivative by x loses its digits" in " ".join(called.err.split())
    assert called.code == 0


@pytest.mark.parametrize(
    ("source", "x"),
    [
        ("x^2 - 2*x", 1),
        ("x*(1 - x)", 0.5),
        ("x^3 - 0.27*x", 0.3),
        ("x^2 - 0.2*x", 0.1),
        ("(x - 1)*(x - 3)", 2),
        ("sin(x)^2 + cos(x)^2", 0.7),
        ("exp(x) - x", 0),
        ("x - log(x)", 1),
        ("x + 1/x", 1),
        ("x^2*0", 3),
        ("x/(x + 1)", 1e3),
    ],
)
def test_a_derivative_that_is_0_is_no_news(source, x):
    assert not gradcli.evaluate(source, x=x).problems


def test_what_is_a_factor_in_many_ways_is_looked_at_once():
    graph = Graph()
    x = graph.input("x")
    derivative = graph.node("sub", (graph.node("add", (x, graph.const(1.0))), x))
    for _ in range(100):
        derivative = graph.node("mul", (derivative, derivative))
    assert cancelled(derivative, Values([x], [2.0])) == 0
    assert cancelled(derivative, Values([x], [1e17])) == 1e17
