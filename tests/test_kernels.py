"""What is computed for arrays, entry by entry, beside what is computed for numbers."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from mpmath import mp, mpf

import gradcli
from gradcli.engine.entrywise import sech_square
from gradcli.engine.functions import angles
from gradcli.engine.kernels import kernel
from gradcli.engine.scalar import operation
from gradcli.engine.turning import KERNELS
from gradcli.graph.rules import table
from gradcli.graph.shapes import Form

EDGES = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 1e-300, -1e-300, 5e-324, 1e300, -1e300,
    709.0, -745.0, 40.0, -40.0, 2.5, 3.5, 4503599627370497.5, math.inf, -math.inf, math.nan,
)  # fmt: skip
"""Where a function of arrays may go another way than that of numbers."""

ULPS = 8
"""How many units in the last place the two may be apart."""

RULES = [entry for entry in table().entries() if entry.kind == "rule"]
UNARY = sorted({entry.name for entry in RULES if len(entry.params) == 1})
BINARY = sorted(
    {entry.name for entry in RULES if len(entry.params) == 2} | {"max", "min", "norm", "logsumexp"}
)


def assert_alike(op: str, found: float, expected: float, at: object) -> None:
    """The same number, or both NaN; of zeros the sign too."""
    if math.isnan(expected) or math.isinf(expected) or expected == 0:
        same = found == expected or (math.isnan(found) and math.isnan(expected))
        if expected == 0 and op not in {"max", "min"}:  # NumPy takes either of two zeros
            same = same and math.copysign(1, found) == math.copysign(1, expected)
        assert same, (op, at, found, expected)
    else:
        assert abs(found - expected) <= ULPS * math.ulp(expected), (op, at, found, expected)


def points() -> list[float]:
    """Edges, and numbers of every size."""
    numbers = random.Random(7)  # noqa: S311  (no secrets)
    return [
        *EDGES,
        *[numbers.uniform(-3, 3) for _ in range(60)],
        *[numbers.choice([-1, 1]) * 10 ** numbers.uniform(-20, 20) for _ in range(40)],
    ]


def is_an_operation(op: str) -> bool:
    """Whether there is a function on floats for it, and SciPy if it needs that."""
    try:
        operation(op)
    except KeyError:
        return False
    return True


@pytest.mark.parametrize("op", [each for each in UNARY if is_an_operation(each)])
def test_a_function_of_one_number_does_the_same_to_every_entry(op: str) -> None:
    at = points()
    with np.errstate(all="ignore"):
        found = kernel(op, ())(np.array(at))
    for x, value in zip(at, found, strict=True):
        assert_alike(op, float(value), operation(op)(x), x)


@pytest.mark.slow
@pytest.mark.parametrize("op", [each for each in BINARY if is_an_operation(each)])
def test_a_function_of_two_numbers_does_the_same_to_every_pair(op: str) -> None:
    at = points()
    pairs = [*itertools.product(EDGES, EDGES), *zip(at, at[::-1], strict=True)]
    with np.errstate(all="ignore"):
        found = kernel(op, ())(*np.array(pairs).T)
    for pair, value in zip(pairs, found, strict=True):
        assert_alike(op, float(value), operation(op)(*pair), pair)


def test_a_choice_takes_each_entry_from_its_branch() -> None:
    condition, x, y = np.array([0.0, -0.0, 1.0, math.nan]), np.arange(4.0), -np.arange(4.0)
    assert kernel("where", ())(condition, x, y).tolist() == [0.0, -1.0, 2.0, 3.0]


def test_the_slope_of_tanh_is_the_square_of_sech() -> None:
    at = points()
    with np.errstate(all="ignore"):
        found = sech_square(np.array(at))
    for x, value in zip(at, found, strict=True):
        assert_alike("sech", float(value), operation("sech")(x) ** 2, x)


LOGITS = [
    [[0.0, -40.0], [-math.log(2), -math.log(2)], [-3.0, -0.1]],
    [[-math.inf, -math.inf], [math.inf, 1.0], [math.nan, 1.0]],
    [[-math.inf, 0.5], [1e10, 1e10], [-1.3862943611198904, -0.2876820724517811]],
]


@pytest.mark.parametrize("rows", LOGITS)
def test_a_logsumexp_along_an_axis_is_that_of_its_numbers(rows: list[list[float]]) -> None:
    with np.errstate(all="ignore"):
        found = kernel("logsumexp_to", (Form((len(rows), 1)),))(np.array(rows))
    for each, row in zip(found.ravel().tolist(), rows, strict=True):
        assert_alike("logsumexp_to", each, operation("logsumexp")(*row), row)


def shares(row: list[float], beside: list[float]) -> list[list[mpf]]:
    """Logarithms of shares, shares, shares less others, and a logarithm less the first entry."""
    exact = [mpf(x) for x in row]
    total = mp.fsum([mp.exp(x - max(exact)) for x in exact])
    logarithms = [x - max(exact) - mp.log(total) for x in exact]
    parts = [mp.exp(x) for x in logarithms]
    less = [part - mpf(b) for part, b in zip(parts, beside, strict=True)]
    return [logarithms, parts, less, [mp.log(total) + max(exact) - exact[0]]]


def test_shares_of_a_whole_and_their_logarithms_have_all_digits() -> None:
    chance = random.Random(5)  # noqa: S311  (logits, not secrets)
    texts = ("log_softmax(x)", "softmax(x)", "softmax(x) - t", "[logsumexp(x) - x[1]]")
    for count in (2, 3, 10):
        functions = [gradcli.function(f"J(x[{count}], t[{count}]) = {text}") for text in texts]
        for trial in range(40):
            away, size = chance.choice([0, 0, 10, 1e5, 1e10, -1e10, 1e50]), 10 ** chance.gauss(0, 1)
            row = [away + size * chance.gauss(0, 1) for _ in range(count)]
            beside = [float(place == trial % count) for place in range(count)]
            row = row if trial % 5 else [row[0]] * count
            with mp.workdps(700):
                expected = shares(row, beside)
            for text, function, exact in zip(texts, functions, expected, strict=True):
                at = {"x": row, "t": beside}
                value = function(**at)
                assert np.array_equal(gradcli.evaluate(f"J(x, t) = {text}", **at).value, value)
                for found, right in zip(value, exact, strict=True):
                    if abs(right) < 1e-300:
                        continue
                    digits = 3 + (abs(mp.log(abs(right))) if text[:7] == "softmax" else 0)
                    apart = abs(mpf(float(found)) - right) / math.ulp(float(right))
                    assert apart <= digits, (text, row, found, right)


def test_logarithms_of_shares_at_infinity_are_those_of_numbers() -> None:
    texts = "log_softmax(x)[1]", "x[1] - logsumexp(x[1], x[2])"
    for row in itertools.product((0.0, 1.0, math.inf, -math.inf, math.nan), repeat=2):
        of_array, of_numbers = (gradcli.evaluate(text, x=[*row]).value for text in texts)
        np.testing.assert_array_equal([of_array], [of_numbers], str(row))


ANGLES = (
    *EDGES, 1.5, 30.0, -45.0, 90.0, 180.0, 270.0, 1e15 + 0.5, -3e-300, 1e200, 1 / 3, 0.1,
    2.0**52 + 1, 360.0 * 2**40, 999.000000001,
)  # fmt: skip
"""What units of angles are multiplied with: whole turns, right angles, and numbers beside them."""


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("unit", angles.UNITS)
@pytest.mark.parametrize("op", KERNELS)
def test_angles_of_arrays_are_reduced_as_those_of_numbers(op, unit, count):
    draw = random.Random(f"{op}/{unit}/{count}")  # noqa: S311  (no secrets)
    numbers = [*ANGLES, *points()]
    args = [
        [draw.choice(numbers) for _ in range(150)] for _ in range(count + op.endswith("quotient"))
    ]
    found = KERNELS[op](unit, *map(np.array, args)).tolist()
    for got, *entry in zip(found, *args, strict=True):
        assert_alike(op, got, operation(op)(unit, *entry), (unit, entry))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("sin(pi*A)", [0, 0, 0]),
        ("cos(A*pi)", [-1, 1, -1]),
        ("tan(-pi*A/4)", [-1, -math.inf, 1]),
        ("sind(180*A)", [0, 0, 0]),
        ("cosd(A*60)", [0.5, -0.5, -1]),
        ("sin(2*pi*A/12)", [0.5, math.sqrt(3) / 2, 1]),
    ],
)
def test_zeros_and_poles_of_angles_of_arrays_are_exact(text, values):
    for place, value in enumerate(values, start=1):
        source = f"sum({text})"
        expected = pytest.approx(value, rel=4e-16, abs=0)
        assert gradcli.evaluate(source, A=[place]).value == expected
        assert gradcli.function(source)(A=np.array([float(place)])) == expected


def test_slopes_of_angles_of_arrays_are_exact():
    solution = gradcli.evaluate("sum(sin(pi*A))", A=[0.5, 1.5, 1.0])
    assert solution.gradient["A"].tolist() == [0, 0, -math.pi]
