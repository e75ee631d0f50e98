"""The table of what frameworks give at ties, against those that are installed."""

from __future__ import annotations

import math
import random
import re

import pytest
from framework_gradients import FRAMEWORKS, is_same
from test_cells import of_letters
from test_germs import piecewise_linear

import gradcli
from gradcli.trust.frameworks import AT_TIES, VERSIONS, frameworks

POINTS = {
    "abs": (0,), "relu": (0,), "leaky_relu": (0,), "selu": (0,), "max": (1, 1), "min": (1, 1),
    "norm": (0, 0), "hypot": (0, 0), "sign": (0,), "floor": (2,), "ceil": (2,), "round": (2.5,),
    "trunc": (2,), "atan2": (0, 0),
}  # fmt: skip
"""Where each operation is tied."""


def test_every_operation_with_a_convention_has_a_point():
    assert POINTS.keys() == AT_TIES.keys()
    assert all(len(slopes) == len(VERSIONS) for slopes in AT_TIES.values())
    assert list(FRAMEWORKS) == list(VERSIONS)


@pytest.fixture(params=FRAMEWORKS)
def framework(request):
    """A framework that is installed: its name, its functions, its gradient."""
    try:
        _, operations, slopes = FRAMEWORKS[request.param]()
    except ImportError:
        pytest.skip(f"{request.param} is not installed")
    return request.param, operations, slopes


def given(name, source, values):
    """What the table gives for a program."""
    return frameworks(gradcli.evaluate(source, values)).gradients[name]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("op", [*POINTS, "max3", "sqrt"])
def test_single_operations(framework, op):
    name, operations, slopes = framework
    point = POINTS.get(op, {"max3": (1, 1, 1), "sqrt": (0,)}.get(op))
    letters = "xyz"[: len(point)]
    values = dict(zip(letters, point, strict=True))
    found = given(name, f"{op.removesuffix('3')}({', '.join(letters)})", values)
    if op not in operations:
        assert found is None or op == "max3"
        return
    try:
        expected = slopes(operations[op], point)
    except ZeroDivisionError:
        return
    for number, other in zip(found.values(), expected, strict=True):
        # TensorFlow has a slope of leaky_relu that is rounded to 32 bits.
        assert is_same(number, other) or math.isclose(number, other, rel_tol=1e-7), (
            found,
            expected,
        )


def _chosen(name):
    """A choice between a function where x is above 0, and -x."""
    return lambda f, x: f["where"](f["greater"](x, 0.0), f[name](x), f["neg"](x))


BRANCHES = [
    ("where(x > 0, sqrt(x), -x)", _chosen("sqrt")),
    ("where(x > 0, log(x), -x)", _chosen("log")),
    ("sqrt(x*x)", lambda f, x: f["sqrt"](f["mul"](x, x))),
    ("abs(x)*abs(x)", lambda f, x: f["mul"](f["abs"](x), f["abs"](x))),
    ("abs(x) - max(x, -x)", lambda f, x: f["sub"](f["abs"](x), f["max"](x, f["neg"](x)))),
]


@pytest.mark.parametrize(("source", "written"), BRANCHES, ids=[source for source, _ in BRANCHES])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_programs_with_branches(framework, source, written):
    name, operations, slopes = framework
    try:
        (expected,) = slopes(lambda x: written(operations, x), (0,))
    except ZeroDivisionError:
        pytest.skip("Python refuses 1/0 there")
    assert is_same(given(name, source, {"x": 0})["x"], expected)


def test_random_piecewise_linear_programs(framework):
    name, operations, slopes = framework
    names = {each: operations[each] for each in ("abs", "max", "min")}
    for seed in range(60):
        rng = random.Random(seed)  # noqa: S311  (to be the same again)
        source = of_letters(piecewise_linear(rng, 3), rng, "xy")
        if " if " in source or "relu" in source:
            continue
        whole = f"0*x + 0*y + {source}"
        # Constants are numbers of the framework, as its functions take no others.
        written = re.sub(r"(?<![\w.])(\d+)", r"(0*x + \1)", whole)
        function = eval(f"lambda x, y: {written}", names)  # noqa: S307  (of our own making)
        expected = slopes(function, (0.0, 0.0))
        found = given(name, whole, {"x": 0, "y": 0})
        for number, other in zip(found.values(), expected, strict=True):
            assert is_same(number, other), (source, found, expected)
