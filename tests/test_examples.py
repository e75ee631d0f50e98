"""Every program in examples/, against numbers that were worked out in another way."""

from __future__ import annotations

import json
import math
import re
import shlex
from pathlib import Path
from typing import Any, NamedTuple

import exact_worked
import pytest
from exact_tutorial import VALUES, by_hand
from mpmath import mp, mpf

import gradcli

FOLDER = Path(__file__).parent.parent / "examples"
PROGRAMS = sorted(path.stem for path in FOLDER.glob("*.grad"))
NAN = math.nan


class Expected(NamedTuple):
    """The value of an example, its gradient, and where its first problem is, if it has one."""

    value: float
    gradient: dict[str, float]
    problem: tuple[str, str, str] | None = None
    """The kind of the problem, the name of its node, and the text that it points at."""


def lesson() -> Expected:
    """∂J/∂a = 3, ∂J/∂b = 3c, ∂J/∂c = 3b at (1, 2, 3)."""
    return Expected(21, {"a": 3, "b": 9, "c": 6})


def neuron() -> Expected:
    """At z = 0.5 - 1.5 + 1 = 0 the neuron's answer is 1/2 and its slope 1/4: δ = -1/2·1/4."""
    delta = -1 / 8
    gradient = {"w1": delta, "w2": 2 * delta, "bias": delta, "t": 0.5}
    return Expected(1 / 8, gradient | {"x1": 0.5 * delta, "x2": -0.75 * delta})


def network() -> Expected:
    """Backpropagation in matrices: for a sigmoid and its cross-entropy, δ = p - t."""
    given = values("network")
    x = mp.matrix([given["x1"], given["x2"]])
    weights = mp.matrix([[given["w11"], given["w12"]], [given["w21"], given["w22"]]])
    v = mp.matrix([given["v1"], given["v2"]])
    h = (weights.T * x + mp.matrix([given["b1"], given["b2"]])).apply(mp.tanh)
    z = (v.T * h)[0] + mpf(given["c"])
    delta = 1 / (1 + mp.exp(-z)) - given["t"]
    hidden = mp.matrix([delta * v[j] * (1 - h[j] ** 2) for j in range(2)])
    by_weight, by_input = x * hidden.T, weights * hidden
    gradient = {"c": delta, "t": -z}  # the derivative by t is log(1 - p) - log(p)
    for j in range(2):
        gradient |= {f"v{j + 1}": delta * h[j], f"b{j + 1}": hidden[j], f"x{j + 1}": by_input[j]}
        gradient |= {f"w{i + 1}{j + 1}": by_weight[i, j] for i in range(2)}
    return Expected(mp.log(1 + mp.exp(-z)), gradient)


def pendulum() -> Expected:
    """With k = 4π²/T²: g = kL, s² = (k·dL)² + (2kL/T·dT)²."""
    length, period, d_length, d_period = (
        mpf(text) for text in ("0.994", "2.0008", "0.001", "0.004")
    )
    k = 4 * mp.pi**2 / period**2
    by_length, by_period = k * d_length, 2 * k * length / period * d_period
    s = mp.sqrt(by_length**2 + by_period**2)
    return Expected(
        s,
        {
            "L": by_period**2 / length / s,
            "T": -(2 * by_length**2 + 3 * by_period**2) / period / s,
            "dL": by_length * k / s,
            "dT": by_period**2 / d_period / s,
        },
    )


def rosenbrock() -> Expected:
    """f = 2.2² + 100·0.44²; ∂f/∂x = -2·2.2 + 400·1.2·(-0.44), ∂f/∂y = 200·(-0.44)."""
    return Expected(24.2, {"x": -215.6, "y": -88})


def tax() -> Expected:
    """0.2 of 30,000 and 0.4 of 15,000; the last bracket's rate at the margin."""
    return Expected(12_000, {"income": 0.4})


def distance() -> Expected:
    """A cone at its tip: 0/0 in each derivative by the rules, and a kink of the whole."""
    gradient = dict.fromkeys("xpyq", 0)
    return Expected(0, gradient, ("kink", "x", "sqrt((x - p)^2 + (y - q)^2)"))


def entropy() -> Expected:
    """0·(-∞) in the first term."""
    return Expected(NAN, {"p": NAN}, ("value", "v1", "log(p)"))


def sinc() -> Expected:
    """The branch that is taken is the constant 1."""
    return Expected(1, {"x": 0})


def tutorial() -> Expected:
    """Each of the derivatives written out as the lesson does."""
    hand = by_hand(VALUES)
    return Expected(hand.loss, hand.gradient | hand.by_input)


def worked() -> Expected:
    """Both passes in plain arithmetic."""
    numbers = exact_worked.forward(values("worked"))
    return Expected(numbers["J"], exact_worked.gradient(numbers))


MAKERS = (
    *(lesson, neuron, network, pendulum, rosenbrock),
    *(tax, distance, entropy, sinc, tutorial, worked),
)
EXPECTED = {make.__name__: make for make in MAKERS}


PUBLISHED = {"simultaneous": 0.291027774, "in-place": 0.291027924}
"""The loss of the worked example after one update, to nine digits."""


@pytest.mark.parametrize(("order", "loss"), PUBLISHED.items())
def test_the_published_loss_is_that_of_one_order_of_updates(order, loss):
    by_hand = exact_worked.updated(values("worked"), in_place=order == "in-place")
    weights = [f"w{k}" for k in range(1, 9)]
    found = gradcli.descend(
        source("worked"), values("worked"), wrt=weights, lr=exact_worked.RATE, steps=1, update=order
    )
    assert found.value == pytest.approx(by_hand, rel=1e-14)
    assert round(found.value, 9) == loss


def values(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def source(name: str) -> str:
    return (FOLDER / f"{name}.grad").read_text(encoding="utf-8")


def test_every_example_is_expected_here():
    assert sorted(EXPECTED) == PROGRAMS
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_example_comes_to_what_was_worked_out(name):
    expected = EXPECTED[name]()
    solution = gradcli.evaluate(source(name), values(name))
    gradient = {key: float(number) for key, number in expected.gradient.items()}
    assert solution.value == pytest.approx(float(expected.value), rel=1e-14, nan_ok=True)
    assert dict(solution.gradient) == pytest.approx(gradient, rel=1e-14, nan_ok=True)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_example_has_the_problem_that_it_is_there_for(name):
    expected = EXPECTED[name]().problem
    solution = gradcli.evaluate(source(name), values(name))
    told = [problem for problem in solution.problems if problem.kind != "follows"]
    if expected is None:
        assert not told
    else:
        problem, *others = told
        assert {other.kind for other in others} <= {"kink"}
        start, end = problem.span
        assert (problem.kind, problem.node, solution.source[start:end]) == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_comment_on_top_has_a_command_that_runs_it(name, monkeypatch, capsys):
    from gradcli.cli.context import Environment
    from gradcli.cli.run import run

    (command,) = re.findall(r"^# {3}(gradcli eval .*)$", source(name), re.MULTILINE)
    monkeypatch.chdir(FOLDER.parent)
    code = run(shlex.split(command)[1:], Environment.of_process())
    assert code == (4 if name == "entropy" else 0), capsys.readouterr()
