"""Every function of numbers on arrays: entry by entry what it is of numbers, in every command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from accuracy_cases import CASES
from accuracy_checker import Case

import gradcli
from gradcli.calculus.reverse import gradient
from gradcli.engine import arrays, interpreter
from gradcli.evaluation.solve import read_model
from gradcli.graph.arrays.losses import LOSSES
from gradcli.graph.shapes import SCALAR, Arrays, Form
from gradcli.graph.variadic import VARIADIC
from tests.command_line import call

COUNT = 3

OPERATORS = frozenset(["and", "or"])
"""What has a sign, and no name that is called."""


def is_of_entries(case: Case) -> bool:
    """Whether a call with arrays is done entry by entry: losses and sums are of whole arrays."""
    whole = case.name in LOSSES or (case.name in VARIADIC and case.arity == 1)
    return not whole and case.name not in OPERATORS


TRIED = [case for case in CASES if is_of_entries(case)]
IDS = [f"{case.name}/{case.arity}-{at}" for at, case in enumerate(TRIED)]


class Tried:
    """A case as a program of arrays, each entry of which is a point of its domain."""

    def __init__(self, case: Case) -> None:
        points = case.sample(6, 5)[::3]
        self.points = (points * COUNT)[:COUNT]
        self.names = "xyzuv"[: case.arity]
        self.free = [name for at, name in enumerate(self.names) if at not in case.inert]
        self.call = f"{case.name}({', '.join(self.names)})"
        self.weighed = f"sum({self.call}*[1, 2, 3])"
        self.columns = dict(zip(self.names, map(list, zip(*self.points, strict=True)), strict=True))


def assert_close(found: Any, expected: Sequence[float], rel: float = 1e-12) -> None:
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(found, expected, rtol=rel, atol=1e-307)


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
@pytest.mark.parametrize("case", TRIED, ids=IDS)
def test_values_and_gradients_are_those_of_numbers(case: Case) -> None:
    tried = Tried(case)
    each = [
        gradcli.evaluate(tried.call, dict(zip(tried.names, point, strict=True)))
        for point in tried.points
    ]
    assert_close(gradcli.evaluate(tried.call, tried.columns).value, [one.value for one in each])
    solution = gradcli.evaluate(tried.weighed, tried.columns)
    function = gradcli.function(tried.weighed)
    given = {name: np.array(column, dtype=float) for name, column in tried.columns.items()}
    planned = function.grad(**given)
    for name in tried.free:
        slopes = [at * one.get(f"d/d{name}") for at, one in enumerate(each, start=1)]
        assert_close(solution.get(f"d/d{name}"), slopes)
        assert_close(planned[name], slopes)


@pytest.mark.parametrize("case", TRIED, ids=IDS)
def test_three_derivatives_are_those_of_numbers(case: Case) -> None:
    """The sum of a derivative has the next one for its own, for no entry depends on another."""
    tried = Tried(case)
    of_arrays = read_model(
        tried.call, tried.names, arrays=Arrays(dict.fromkeys(tried.names, Form((COUNT,))))
    )
    of_numbers = read_model(tried.call, tried.names)
    slopes, expected = [of_arrays.output], [of_numbers.output]
    for order in range(min(3, 3 * len(tried.free))):
        name = tried.free[order % len(tried.free)]
        total = of_arrays.graph.node("sum_to", (slopes[-1],), (SCALAR,))
        slopes += gradient(of_arrays.graph, total, [of_arrays.graph.input(name)])
        expected += gradient(of_numbers.graph, expected[-1], [of_numbers.graph.input(name)])
    found = arrays.evaluate(
        slopes,
        of_arrays.inputs,
        [np.array(tried.columns[node.name], dtype=float) for node in of_arrays.inputs],
    )
    each = [dict(zip(tried.names, point, strict=True)) for point in tried.points]
    exact = [
        interpreter.evaluate(
            of_numbers.graph,
            expected,
            of_numbers.inputs,
            [point[node.name] for node in of_numbers.inputs],
        )
        for point in each
    ]
    for order, values in enumerate(found):
        numbers = np.array([one[order] for one in exact])
        # Numbers that leave the range of floats on the way come back; arrays are NaN then.
        kept = np.isfinite(numbers)
        assert_close(values[kept], numbers[kept], 1e-11)


COMMANDS: dict[str, list[str]] = {
    "eval": ["--json"],
    "diff": ["--steps"],
    "jac": ["--json"],
    "hess": ["--json"],
    "nudge": ["--json"],
    "check": [],
    "descend": ["--steps", "2"],
    "paths": [],
    "graph": ["--format", "svg"],
}
"""Every command on programs, with a view."""

NO_DERIVATIVE = {"check": {5}, "descend": {1, 4, 5}, "nudge": {4}}
"""Codes of those that say so where a derivative by a degree is not known, or a step leads out."""


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_every_function_of_arrays(command: str) -> None:
    for case in TRIED:
        tried = Tried(case)
        if not tried.free:
            continue
        given = [
            word for name, column in tried.columns.items() for word in (f"--{name}", str(column))
        ]
        wanted = {
            "nudge": ["--by", f"{tried.free[-1]}[2]=1e-9"],
            "paths": ["--wrt", tried.free[-1]],
        }
        words = [command, tried.weighed, *given, *wanted.get(command, ()), *COMMANDS[command]]
        answer = call(*words)
        assert answer.code in {0, *NO_DERIVATIVE.get(command, ())}, (words, answer.err)
        assert "internal" not in answer.err, words


@pytest.mark.parametrize("case", TRIED, ids=IDS)
def test_a_derivative_is_written_in_latex(case: Case) -> None:
    """A minus sign before a fraction of arrays is found on the way."""
    tried = Tried(case)
    given = [word for name in tried.names for word in ("--shape", f"{name}=n")]
    answer = call("diff", f"sum({tried.call})", *given, "--latex")
    assert answer.code == 0, answer.err
    assert answer.out.count("{") == answer.out.count("}")
