"""Kinks of arrays that are too large to be written out in numbers: masks and a few rays."""

import math
import random
import re

import jsonschema
import numpy as np
import pytest

import gradcli
from gradcli.errors import DerivativeWarning
from gradcli.evaluation.beside import entrywise
from gradcli.evaluation.beside.masked import Masked
from gradcli.germs.sides import between
from tests.germ_cases import CASES


@pytest.fixture
def as_large(monkeypatch):
    """Small arrays are treated as large ones are."""
    monkeypatch.setattr(entrywise, "MOST", 0)


SAME = [
    # a program, its values, by hand: the derivatives that are used, and what is said
    ("sum(relu(x) - relu(-x))", {"x": [0, 0, 2]}, [[1, 1, 1]], ""),
    ("sum(abs(x)) + x[1]", {"x": [0, 3]}, [[0, 1]], "x[1] = 0: slope 0 to the left, 2 to the"),
    ("sum(abs(x)) + 3*x[1]", {"x": [0, 2]}, [[2, 1]], "slope 2 to the left, 4 to the right; 2"),
    ("max(x)", {"x": [1, 1]}, [[0.5, 0.5]], "(0.5, 0.5) is used, the gradient of least norm of"),
    ("max(x) + min(x)", {"x": [1, 1]}, [[1, 1]], ""),
    ("sum(max(A; 2))", {"A": [[1, 1], [2, 3]]}, [[[0.5, 0.5], [0, 1]]], "A[1,1] = 1, A[1,2] = 1;"),
    ("sum(min(A; 1))", {"A": [[1, 1], [1, 3]]}, [[[0.5, 1], [0.5, 0]]], "A[1,1] = 1, A[2,1] = 1;"),
    ("sum(where(x > 0, x, 2x))", {"x": [0, 1, -1]}, [[1, 1, 2]], "slope 2 to the left, 1 to the"),
    ("sum(abs(x)*x)", {"x": [0, 1, -1]}, [[0, 2, 2]], ""),
    ("sum(abs(x))^2", {"x": [0, 0]}, [[0, 0]], ""),
    (
        "sum(max(x, y))",
        {"x": [1, 3], "y": [1, 0]},
        [[0.5, 1], [0.5, 0]],
        "y[1] = 1; (0.5",
    ),
    ("sum(x if x != 0 else 2x)", {"x": [0, 1]}, [[1, 1]], ""),
    (
        "sum(relu(W@x))",
        {"W": [[1, -1], [0, 1]], "x": [1, 1]},
        [[[0.25, 0.25], [1, 1]], [0.25, 0.75]],
        "x[1] = 1, x[2] = 1; (0.25, 0.25, 0.25, 0.75) is used",
    ),
    (
        "h = relu(W@x + b); sum(V@h) + sum(abs(b))",
        {"W": [[1, -1], [0, 1]], "x": [1, 1], "b": [0, 0], "V": [[1, 2], [3, 4]]},
        [[[1.4, 1.4], [6, 6]], [1.4, 4.6], [0.4, 5], [[0, 1], [0, 1]]],
        "(1.4, 1.4, 1.4, 4.6, 0.4) is used, the gradient of least norm of the 4 pieces found",
    ),
]


@pytest.mark.usefixtures("as_large")
@pytest.mark.parametrize(("program", "values", "used", "told"), SAME, ids=[x[0] for x in SAME])
def test_masks_tell_what_numbers_tell(program, values, used, told):
    solution = gradcli.evaluate(program, values)
    assert isinstance(solution.entrywise, Masked)
    for slope, expected in zip(solution.gradient.values(), used, strict=True):
        np.testing.assert_allclose(slope, expected, rtol=1e-12, atol=1e-15)
    assert bool(solution.warnings) == bool(told)
    assert told in "; ".join(each.message for each in solution.warnings)
    found = solution.to_dict()
    jsonschema.validate(found, gradcli.schema("eval/2"))
    assert {each["cancels"] for each in found["kinks"]} == {not told}


LINEAR = [
    case
    for case in CASES
    if case.kind in {"smooth", "kink"} and all(map(math.isfinite, case.slopes))
    if case.source != "huber(x, 0)"  # a mean over all entries of an array
]


@pytest.mark.usefixtures("as_large")
@pytest.mark.parametrize("case", LINEAR, ids=lambda case: case.source)
def test_each_entry_is_decided_rightly_or_said_to_be_open(case):
    """What slopes do not tell is said; nothing is wrong in silence."""
    found = gradcli.evaluate(f"sum({case.source})", x=[case.point, case.point])
    if found.entrywise is None:
        assert found.problems or case.kind == "smooth"
        return
    used = between(*case.slopes)
    np.testing.assert_allclose(found.gradient["x"], [used, used], rtol=1e-12)
    assert bool(found.warnings) == (case.kind == "kink")


PIECES = ["abs({a})", "relu({a})", "max({a}, {b})", "min({a}, {b})", "where({a} > {b}, {a}, {b})"]
PARTS = [*PIECES, "{a} + {b}", "{a} - 2*{b}", "0.5*{a}", "-{a}"]
ENDS = ["sum({a})", "max({a})", "sum(M@({a}))", "min({a}) + sum({b})", "max({a})*2 - min({b})"]


def _program(rng: random.Random) -> str:
    parts = ["x", "y", "M@x", "x - y"]
    for _ in range(rng.randint(1, 4)):
        made = rng.choice(PARTS).format(a=f"({rng.choice(parts)})", b=f"({rng.choice(parts)})")
        parts.append(made)
    return rng.choice(ENDS).format(a=parts[-1], b=rng.choice(parts))


def _values(rng: random.Random) -> dict[str, object]:
    def numbers() -> list[int]:
        return [rng.choice([-1, 0, 0, 1, 2]) for _ in range(2)]

    return {"x": numbers(), "y": numbers(), "M": [numbers(), numbers()]}


def test_random_programs_have_the_derivatives_that_numbers_have(monkeypatch):
    """What numbers prove is the same by masks: where all pieces are known, and there is no jump."""
    compared = 0
    for seed in range(150):
        rng = random.Random(seed)  # noqa: S311  (to be the same again)
        program = _program(rng)
        values = {
            name: value
            for name, value in _values(rng).items()
            if re.search(rf"\b{name}\b", program)
        }
        small = gradcli.evaluate(program, values)
        own = small.entrywise
        slopes = small.gradient
        with monkeypatch.context() as patched:
            patched.setattr(entrywise, "MOST", 0)
            large = gradcli.evaluate(program, values)
            found = large.gradient
            if own is None or large.entrywise is None:
                continue
        if not all(each.are_all and each.kind in {"smooth", "kink"} for each in own.whole.groups):
            continue
        compared += 1
        for name, slope in slopes.items():
            np.testing.assert_allclose(found[name], slope, rtol=1e-9, atol=1e-12, err_msg=program)
        assert bool(large.warnings) == bool(small.warnings), (program, values)
    assert compared > 60


def test_large_arrays_are_looked_at():
    rng = np.random.default_rng(1)
    weights, x = rng.normal(size=(200, 150)), rng.normal(size=150)
    weights[3] = 0
    found = gradcli.evaluate("sum(relu(W@x) - relu(-(W@x)))", W=weights, x=x)
    assert not found.warnings
    np.testing.assert_allclose(found.gradient["x"], weights.sum(axis=0), rtol=1e-12, atol=1e-12)
    v = rng.normal(size=30_000)
    v[:500] = 0
    found = gradcli.evaluate("sum(abs(v)) + sum(v)/2", v=v)
    expected = np.where(v == 0, 0, np.sign(v) + 0.5)
    np.testing.assert_array_equal(found.gradient["v"], expected)
    assert "so it is at 497 more places" in found.warnings[-1].message
    assert "slope -0.5 to the left, 1.5 to the right; 0 is used" in found.warnings[0].message


def test_along_a_tangent_both_sides_are_told():
    v = np.ones(30_000)
    v[0] = 0
    f = gradcli.function("sum(relu(v) - relu(-v))")
    assert f.jvp({"v": v}, {"v": np.ones(30_000)}) == (29_999, 30_000)
    f = gradcli.function("sum(abs(v))")
    with pytest.warns(DerivativeWarning, match="slope 29998 to the left, 30000 to the right"):
        f.jvp({"v": v}, {"v": np.ones(30_000)})


def test_what_slopes_do_not_tell_is_said_to_be_so():
    v = np.ones(30_000)
    v[0] = 0
    (problem,) = gradcli.evaluate("sum(relu(v^2))", v=v).warnings
    assert "the program is too large for power series" in problem.message
    (problem,) = gradcli.evaluate("sum(v*floor(v + 0.5))", v=v - 0.5).warnings
    assert "out jumps at this point, or beside it" in problem.message
