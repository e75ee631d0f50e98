"""What `diff` prints, read by another reader at 50 digits, against differences of the formula."""

import random
import re

import pytest
from exact_values import tolerance
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from independent_reader import read, tokens
from mpmath import mp, mpf
from random_programs import EXPRESSIONS, PLAIN

from gradcli.symbolic.derive import derive

DIGITS = 50
STEP = mpf(10) ** -25
"""How far apart values are for a difference; they have twice as many digits and more."""

NAMES = [
    *["x", "y", "z", "d", "dx", "du", "dv", "delta", "u", "v", "c", "k", "t1", "t2", "theta"],
    *["θ", "δ", "Δ", "φ", "é", "x̂", "d̂", "x_1", "x1", "alpha_2", "ñ", "η"],
]
"""Also those that the writer uses itself, with d, with accents, and Greek ones."""

LETTERS = st.lists(st.sampled_from(NAMES), min_size=3, max_size=3, unique=True)


def slope(function, point, name):
    """A derivative by differences, None where the function has none or a kink is near."""
    with mp.workdps(3 * DIGITS):
        here = function(point)
        left, right = (function(point | {name: point[name] + step}) for step in (-STEP, STEP))
        if None in (here, left, right):
            return None
        before, after = (here - left) / STEP, (right - here) / STEP
        smooth = abs(before - after) < mpf(10) ** -15 * (1 + abs(before))
        return (before + after) / 2 if smooth and abs(before) < mpf(10) ** 30 else None


def check(source, seed=0, points=6):
    """Every first derivative is right wherever the formula has one; how often it was compared."""
    # Letters run together are a name here, since they are declared to be one.
    names = {text for kind, text in tokens(source) if kind == "name" and text in NAMES}
    derived = derive(source, inputs=sorted(names))
    function = read(source)
    numbers = random.Random(seed)  # noqa: S311  (points, not secrets)
    compared = 0
    for partial in derived.partials:
        text = derived.text(partial)
        close = tolerance(text, mpf(10) ** -18)
        derivative = read(text)
        for _ in range(points):
            point = {each: mpf(numbers.randint(-3999, 3999)) / 1000 for each in derived.inputs}
            (name,) = partial.wrt
            expected = slope(function, point, name)
            if expected is not None:
                with mp.workdps(DIGITS):
                    found = derivative(point)
                if found is None and expected == 0 and is_known(source, names, point, name):
                    continue  # a root of what is 0 all around: the chain rule says 0 times infinity
                shown = f"{source} by {name}: {text} is {found}, not {expected}, at {point}"
                assert found is not None, shown
                assert abs(found - expected) <= close * (1 + abs(expected)), shown
                compared += 1
    return compared


def is_known(source, names, point, name):
    """Whether the program says that a derivative has no value at a point, or has its number, 0."""
    values = {each: float(number) for each, number in point.items()}
    derived = derive(source, inputs=sorted(names), values=values)
    kinds = {problem.kind for problem in derived.problems if problem.node == name}
    numbers = [partial.value for partial in derived.partials if partial.wrt == (name,)]
    return not kinds.isdisjoint({"derivative", "kink"}) or numbers == [0]


def renamed(source, names):
    """The formula in other names."""
    letters = dict(zip("xyz", names, strict=True))
    return re.sub(r"\b[xyz]\b", lambda found: letters[found.group()], source)


_SETTINGS = settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@settings(_SETTINGS, max_examples=150, derandomize=True)
@given(EXPRESSIONS, LETTERS)
def test_derivatives_are_right_to_another_reader(source, names):
    assume("mod(" not in source)
    check(renamed(source, names))


@pytest.mark.slow
@pytest.mark.parametrize("formulas", [EXPRESSIONS, PLAIN], ids=["with-conditions", "without"])
def test_derivatives_are_right_in_ten_thousand_formulas(formulas):
    @settings(_SETTINGS, max_examples=5_000)
    @given(formulas, LETTERS)
    def compare(source, names):
        check(renamed(source, names))

    compare()


@pytest.mark.parametrize(
    ("source", "at", "expected"),
    [
        ("2 + 3*4^2/8 - -1", {}, 9),
        ("-2^2", {}, -4),
        ("2^3^2", {}, 512),
        ("x^-1", {"x": 4}, mpf(1) / 4),
        ("a = x + 1; b = a*a; b/2", {"x": 3}, 8),
        ("where(x > 0, log(x), 0)", {"x": -1}, 0),
        ("1 if x < 2 <= 3 and not x == 0 else 5", {"x": 1}, 1),
        ("max(x, 2, -3)", {"x": 1}, 2),
        ("log(x)", {"x": -1}, None),
        ("1/(x - x)", {"x": 1}, None),
        ("1.5e-3*1e3", {}, mpf("1.5")),
        ("normal_pdf(x)*normal_cdf(-x) > 0", {"x": 306}, 1),
        ("exp(exp(x))", {"x": 50}, None),
        ("dé + d̂", {"dé": 1, "d̂": 2}, 3),
    ],
)
def test_the_reader_reads(source, at, expected):
    with mp.workdps(DIGITS):
        assert read(source)({name: mpf(value) for name, value in at.items()}) == expected


def test_a_wrong_derivative_is_found(monkeypatch):
    def wrong(self, partial):
        return "2*x + 1e-9"

    monkeypatch.setattr("gradcli.symbolic.result.SymbolicDerivatives.text", wrong)
    with pytest.raises(AssertionError):
        check("x^2")


@pytest.mark.parametrize("source", ["sin(x)*exp(y)", "where(x > 0, x^3, y)", "abs(x)*norm(x, y)"])
def test_the_check_compares(source):
    assert check(source) > 8
