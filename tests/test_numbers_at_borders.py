"""Where the simplifier can know, a derivative is right where its parts have none: kinks, borders.

The numbers to compare with are mpmath's, or the closed form that stands beside the program.
"""

import math

import pytest
from command_line import call
from graphs import model_of
from high_precision import NAMES
from mpmath import mp, mpf

import gradcli
from gradcli.graph.rules import table
from gradcli.graph.unparse import Unparser
from gradcli.symbolic.derive import derive
from gradcli.symbolic.simplify.inverses import RESULTS
from gradcli.symbolic.simplify.simplifier import simplify

_SHAPES = ("abs({})", "max({0}, -({0}))", "-min({0}, -({0}))", "sqrt(({})^2)")
"""Ways to write the size of something."""

_INNER = ("x", "2*x", "-x/3", "x - x^2", "sin(x)", "x^3")

EVEN = [
    entry.name
    for entry in table().entries()
    if entry.kind == "rule" and len(entry.params) == 1 and "even" in entry.facts
]

ODD = [
    entry.name
    for entry in table().entries()
    if entry.kind == "rule"
    and len(entry.params) == 1
    and table().facts(entry.name, 1).words >= {"odd"}
    and ("0", "0") in table().facts(entry.name, 1).values
    and entry.name not in {"sign", "round", "trunc", "cbrt", "id"}
]


def numbers(source, x, orders=4):
    """The derivatives of the orders from 1 on, with what is said of them."""
    return [_number(source, x, order) for order in range(1, orders + 1)]


def _number(source, x, order):
    derived = derive(source, order=order, values={"x": x})
    return derived.partials[0].value, [problem.message for problem in derived.problems]


def same(got, expected):
    return [
        math.isclose(value, number, rel_tol=1e-10, abs_tol=1e-10) and not problems
        for (value, problems), number in zip(got, expected, strict=True)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", EVEN)
@pytest.mark.parametrize("size", _SHAPES)
def test_an_even_function_of_a_size_has_no_kink(name, size):
    if name == "abs":
        pytest.skip("it is the size itself")
    for inner in _INNER:
        source, plain = f"{name}({size.format(inner)})", f"{name}({inner})"
        expected = [value for value, _ in numbers(plain, 0.0)]
        assert all(same(numbers(source, 0.0), expected)), source


@pytest.mark.parametrize("name", ODD)
def test_odd_functions_of_one_size_are_without_it_in_pairs(name):
    for source, plain in (
        (f"{name}(abs(x))^2", f"{name}(x)^2"),
        (f"{name}(abs(x))*abs(x)", f"{name}(x)*x"),
        (f"{name}(abs(x))*atan(abs(x))", f"{name}(x)*atan(x)"),
    ):
        expected = [value for value, _ in numbers(plain, 0.0, 2)]
        assert all(same(numbers(source, 0.0, 2), expected)), source


ROOTS = [
    ("cbrt(x^3)", "x", 0.0),
    ("cbrt(8*x^3)", "2*x", 0.0),
    ("cbrt(-x^6*(x + 1))", "-x^2*cbrt(x + 1)", 0.0),
    ("cbrt((x^2 - 1)^3)", "x^2 - 1", 1.0),
    ("cbrt(sin(x)^3)", "sin(x)", 0.0),
    ("root(x^3, 3)", "x", 0.0),
    ("root(x^5, 5)*root(x^6, 3)", "x^3", 0.0),
    ("root(x^8, 4)", "x^2", 0.0),
    ("sqrt(x^4)", "x^2", 0.0),
    ("sqrt(x^4 + x^6)", "x^2*sqrt(1 + x^2)", 0.0),
    ("sqrt(9*x^4 + x^8)", "x^2*sqrt(9 + x^4)", 0.0),
    ("(x^6)^(1/3)", "x^2", 0.0),
    ("(x^4 + x^6)^(3/2)", "x^6*(1 + x^2)^(3/2)", 0.0),
    ("sqrt((x - 1)^4*(x + 2)^4)", "(x - 1)^2*(x + 2)^2", 1.0),
    ("hypot(x^2, x^3)", "x^2*sqrt(1 + x^2)", 0.0),
    ("norm(x^2, x^3, 2*x^4)", "x^2*sqrt(1 + x^2 + 4*x^4)", 0.0),
    ("hypot(abs(x), 1)", "sqrt(x^2 + 1)", 0.0),
    ("max(sqrt(x^4), 0)", "x^2", 0.0),
]


@pytest.mark.parametrize(("source", "plain", "x"), ROOTS, ids=[source for source, *_ in ROOTS])
def test_what_is_taken_out_of_a_root_has_no_kink(source, plain, x):
    expected = [value for value, _ in numbers(plain, x, 3)]
    assert all(same(numbers(source, x, 3), expected))


def test_what_may_be_negative_is_not_taken_apart():
    """sqrt(x^2*y) is 0 at x = 0, y = -1, where abs(x)*sqrt(y) is not defined."""
    for source in ("sqrt(x^2*y)", "sqrt(x^2*y + x^3)", "sqrt(x^2 - x^4)"):
        derived = derive(source, wrt=["x"])
        assert "abs" not in derived.text(derived.partials[0])


PAIRS = [(outer, inner) for outer, results in RESULTS.items() for inner in results]


@pytest.mark.parametrize(("outer", "inner"), PAIRS)
def test_a_function_of_an_inverse_is_what_it_is_said_to_be(outer, inner):
    source = f"{outer}({inner}(x))"
    model = model_of(source)
    (simple,) = simplify([model.output], model.graph.ancestors([model.output]))
    text = Unparser({}).text(simple)
    assert inner not in text
    assert outer not in text

    def composed(at):
        return mp.re(NAMES[outer](NAMES[inner](at)))

    checked = 0
    for x in (-7.5, -1.25, -0.75, -0.3, 0.2, 0.6, 0.9, 1.1, 3.0):
        value = gradcli.evaluate(source, x=x).value
        if not math.isfinite(value):
            continue
        with mp.workdps(60):
            expected = float(composed(mpf(x)))
            slope = float(mp.re(mp.diff(composed, mpf(x))))
        assert gradcli.evaluate(text, x=x).value == pytest.approx(expected, 1e-9)
        assert derive(source, values={"x": x}).partials[0].value == pytest.approx(slope, 1e-9)
        checked += 1
    assert checked


@pytest.mark.parametrize(
    ("source", "x"),
    [("sin(asin(x))", 1.0), ("cosh(acosh(x))", 1.0), ("tanh(atanh(x))", -1.0),
     ("1/cos(asec(x))", -1.0), ("sigmoid(logit(x))", 0.0), ("expm1(log1p(x))", -1.0),
     ("erf(erfinv(x))", 1.0), ("exp2(log2(x))", 0.0)],
)  # fmt: skip
def test_so_it_has_a_derivative_at_the_end_of_its_domain(source, x):
    (slope, told), (curvature, more) = numbers(source, x, 2)
    assert (slope, curvature) == (1.0, 0.0)
    # That the domain ends there is said where `eval` says it, in each order, and nothing else.
    at = gradcli.evaluate(source, x=x)
    ends = [each.message for each in at.problems if "is defined for" in each.message]
    assert (told, more) == (ends[: len(told)], ends[: len(more)])


def test_where_the_formula_has_no_value_the_limit_from_inside_is_the_derivative():
    """sinc(sqrt(x)) is 1 - x/6 + x^2/120 - …"""
    ((value, problems),) = numbers("sinc(sqrt(x))", 0, 1)
    assert value == pytest.approx(-1 / 6, rel=1e-12)
    assert problems == ["out is defined for x >= 0 only; slope -0.166667 from the right"]


def test_where_the_formula_has_no_value_anywhere_that_is_said():
    ((value, (said,)),) = numbers("(mod(x, x))^(1/2)", 2.918, 1)
    assert value == 0
    assert "2*sqrt(mod(x, x)) = 0; 0 is the derivative of the function" in said


@pytest.mark.parametrize(
    ("source", "point", "message"),
    [
        ("sin(x)/x", {"x": 0}, "NaN there: sin(x)/x is not defined at sin(x) = 0, x = 0"),
        ("x^2*log(x)", {"x": 0}, "NaN there: log(x) is -Infinity at x = 0"),
        ("acos(x)", {"x": 2}, "NaN there: acos(x) is not defined at x = 2"),
        ("x^(1/3)", {"x": -8}, "is not defined at x = -8; the real cube root is cbrt(x)"),
        ("1 + x^0.2", {"x": -2}, "and so out is NaN; the real root is root(x, 5)"),
        ("exp(log(x))", {"x": -1}, "not defined there: log(x) is not defined at x = -1"),
        ("sqrt(x)^4", {"x": -1}, "not defined there: sqrt(x) is not defined at x = -1"),
    ],
)
def test_a_derivative_that_is_no_number_says_why(source, point, message):
    (problem,) = derive(source, values=point).problems
    assert message in problem.message


@pytest.mark.parametrize(
    ("source", "x"), [("x^(1/3)", -8), ("1 + (x - 1)^(2/5)", 0), ("sin(x)/x", 0), ("gamma(x)", -1)]
)
def test_why_there_is_no_value_is_said_alike_by_all_that_take_one(source, x):
    reason = gradcli.evaluate(source, x=x).problems[0].message
    steps = {"nudge": ["--by", "x=0.1"]}
    for name in ("eval", "diff", "paths", "why", "nudge", "descend", "graph", "jac", "budget"):
        given = [name, source, f"--x={x}", *steps.get(name, [])]
        assert reason in call(*given, variables={"COLUMNS": "400"}).err, name


ROUNDED = {
    "asin(sin(x))": lambda x: mp.sign(mp.cos(x)),
    "acos(cos(x))": lambda x: mp.sign(mp.sin(x)),
    "acos(sin(x))": lambda x: -mp.sign(mp.cos(x)),
    "atanh(tanh(x))": lambda _: mpf(1),
    "atanh(sin(x))": mp.sec,
    "asin(tanh(x))": mp.sech,
    "acos(sech(x))": lambda x: mp.sign(x) * mp.sech(x),
    "acosh(cosh(x))": mp.sign,
}
"""Functions whose argument rounds to the end of their domain, and their slopes."""


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # atanh is infinite there
@pytest.mark.parametrize("source", ROUNDED)
def test_a_slope_is_right_where_an_argument_rounds_to_the_end_of_a_domain(source):
    at = [math.pi / 2, math.pi, 1.5707, -1.5708, 3e-9, 1e-20, 19.5, -40.0, 300.0, 7.85398163397448]
    in_arrays = gradcli.function(f"J(x[{len(at)}]) = sum({source})").grad(at)["x"]
    with mp.workdps(60):
        for x, slope in zip(at, in_arrays, strict=True):
            expected = ROUNDED[source](mpf(x))
            for found in (gradcli.evaluate(source, x=x).gradient["x"], slope):
                assert abs(found - expected) <= 4e-16 * abs(expected), (x, found, expected)
