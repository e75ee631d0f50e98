"""Every function of the rule table against mpmath, and the checker against planted errors."""

import itertools
import math

import accuracy_nasty
import accuracy_references as ref
import numpy as np
import pytest
from accuracy_cases import CASES
from accuracy_checker import Compiled, ExactPartials, check, difference
from accuracy_points import INF, KINKS, NAN, SPECIAL
from mpmath import mp, mpf

import gradcli
from gradcli.calculus import reverse
from gradcli.engine import interpreter, scalar
from gradcli.engine.interpreter import Plan
from gradcli.engine.scalar import operation
from gradcli.graph import operations
from gradcli.graph.entry import Lines, read_entries
from gradcli.graph.node import Graph
from gradcli.graph.rules import RuleTable, table
from gradcli.graph.variadic import VARIADIC
from gradcli.syntax import grammars

POINTS = 100
FEW = 40
THOROUGH = 2000

LABORIOUS = {"permutations", "polylog", "polylog_derivative", "polylog_slope", "trigamma"}
"""Their references take so long that only what is marked slow asks for them at many points."""

CALLABLE = [entry for entry in table().entries() if entry.kind != "alias"]
RULES = [entry for entry in CALLABLE if entry.kind == "rule"]


def _id(case):
    return f"{case.name}/{case.arity}{'-part' * bool(case.inert)}"


def _cases(entry):
    arity = len(entry.params)
    return [case for case in CASES if case.name == entry.name and arity in {0, case.arity}]


@pytest.mark.parametrize("entry", CALLABLE, ids=lambda entry: f"{entry.name}/{len(entry.params)}")
def test_every_function_of_the_table_has_a_case(entry):
    assert _cases(entry)


def test_every_case_is_a_function_of_the_table():
    known = {case.name for entry in CALLABLE for case in _cases(entry)}
    assert {case.name for case in CASES} == known


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_value_gradient_and_hessian(case):
    _assert_accurate(case, FEW if case.name in LABORIOUS else POINTS)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=_id)
def test_value_gradient_and_hessian_at_thousands_of_points(case):
    _assert_accurate(case, THOROUGH // case.arity, seed=1)


def _assert_accurate(case, points, order=2, seed=0):
    worst = check(case, points, order, seed)
    assert worst[0].checked
    assert all(each.checked for each in worst) or len(case.inert) == case.arity
    assert not [str(each) for each in worst if not each.excess <= 1]


NASTY = [case for case in CASES if case.name not in accuracy_nasty.LEFT_OUT]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")
@pytest.mark.parametrize("case", NASTY, ids=_id)
def test_value_gradient_and_hessian_at_nasty_points(case):
    """Beside 0, poles, ends and whole numbers, at the smallest and the largest of its regions."""
    worst = accuracy_nasty.check(case, 60)
    assert not [str(each) for each in worst if not each.excess <= 1]


# --- Special points -----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "args", "value", "partials"), SPECIAL, ids=str)
def test_special_point(name, args, value, partials):
    graph = Graph()
    inputs = [graph.input(f"x{place}") for place in range(len(args))]
    output = table().call(graph, name, tuple(inputs))
    expected = [value]
    outputs = [output]
    if partials is not None:
        expected += partials
        outputs += reverse.gradient(graph, output, inputs)
    got = interpreter.evaluate(graph, outputs, inputs, args)
    assert all(map(_same, got, expected)), f"{got} instead of {expected}"


def _same(got, expected):
    """Equal to 2 ulp, with signed zeros told apart; None stands for anything."""
    if expected is None:
        return True
    if math.isnan(expected):
        return math.isnan(got)
    if expected == 0 or math.isinf(expected):
        return repr(got) == repr(float(expected))
    return abs(got - expected) <= 2 * math.ulp(expected)


@pytest.mark.parametrize("entry", [entry for entry in CALLABLE if entry.kink], ids=lambda e: e.name)
def test_kink_condition_holds_at_the_kink_and_nowhere_else(entry):
    graph = Graph()
    inputs = [graph.input(name) for name in entry.params]
    node = table().call(graph, entry.name, tuple(inputs))
    condition = table().kink(graph, node)
    plan = Plan(graph, inputs, [condition])
    assert KINKS[entry.name]
    for point in KINKS[entry.name]:
        assert plan.run(point)[plan.slots[condition]] == 1
    for point in _cases(entry)[0].sample(100):
        assert plan.run(point)[plan.slots[condition]] == 0


AWKWARD = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 5e-324, -5e-324, 1e-310, 1e308, -1e308, 2.0**53, 1e16,
    -171.5, 710.0, 26.68, -26.68, 1.2943079821331669e73, INF, -INF, NAN,
)  # fmt: skip

AWKWARD_OF_MANY = (0.0, -0.0, 1.0, -2.5, 3.0, 5e-324, 1e308, 1e16, -171.5, INF, NAN)
"""Those that four arguments have: there are 14,641 ways to take them."""


@pytest.mark.parametrize("name", [*scalar.OPERATIONS, *scalar.SPECIAL])
def test_an_operation_never_raises(name):
    function = operation(name)
    arity = _arity_of_operation(name)
    numbers = AWKWARD if arity < 4 else AWKWARD_OF_MANY
    for args in itertools.product(numbers, repeat=arity):
        assert isinstance(function(*args), float), args


INTERNAL = {
    "pow_diff": 3,
    "root_power": 4,
    "exp_diff": 2,
    "exp_rest": 3,
    "exp_share": 3,
    "share_less": 4,
    "shares_less": 5,
    "logsumexp_from": 3,
    "logsumexp_less": 4,
    "less_logsumexp": 4,
    "gamma_sum": 2,
    "lgamma_sum": 2,
    **dict.fromkeys(("sin_of_product", "cos_of_product", "tan_of_product"), 3),
    **dict.fromkeys(("sin_of_quotient", "cos_of_quotient", "tan_of_quotient"), 3),
    "sinc_of_product": 2,
    "sinc_derivative_of_product": 3,
    "exp_square_of_erfinv": 1,
    "exp_square_of_erfcinv": 1,
    "normal_pdf_of_quantile": 1,
    "digamma_sum": 2,
    "polygamma_sum": 3,
}
"""How many arguments the operations have that no line of the table names: see lowering.py."""


def _arity_of_operation(name):
    if name in INTERNAL:
        return INTERNAL[name]
    lines = [entry for entry in CALLABLE if entry.name == name and entry.kind != "definition"]
    return max(len(entry.params) or 2 for entry in lines)


def test_spellings_are_the_function_that_they_spell():
    graph = Graph()
    aliases = [entry for entry in table().entries() if entry.kind == "alias"]
    assert aliases
    for entry in aliases:
        arity = (table().arities(entry.name) or [2])[0]
        args = tuple(graph.input(f"x{place}") for place in range(arity))
        assert table().call(graph, entry.name, args) is table().call(graph, entry.text, args)


@pytest.mark.parametrize("exponent", range(5))
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_whole_power_with_a_variable_exponent_at_zero(exponent, order):
    graph = Graph()
    x, n = graph.input("x"), graph.input("n")
    node = graph.node("pow", (x, n))
    for _ in range(order):
        (node,) = reverse.gradient(graph, node, [x])
    (value,) = interpreter.evaluate(graph, [node], [x, n], [0.0, float(exponent)])
    assert value == (math.factorial(exponent) if order == exponent else 0)


# --- Operations that are more accurate together ------------------------------------------------

TOGETHER = [
    ("logsumexp(0, x)", {"x": -40.0}, lambda x: mp.log1p(mp.exp(x))),
    ("s = logsumexp(x, y); s - x", {"x": 50.0, "y": 1.0}, lambda x, y: mp.log1p(mp.exp(y - x))),
    ("s = logsumexp(x, y); x - s", {"x": 50.0, "y": 1.0}, lambda x, y: -mp.log1p(mp.exp(y - x))),
    (
        "logsumexp(a, b, c, d)",
        {
            "a": -3.30797403269268,
            "b": -0.8896896854630363,
            "c": -1.0444890495502754,
            "d": -2.122286964307004,
        },
        lambda a, b, c, d: mp.log(mp.exp(a) + mp.exp(b) + mp.exp(c) + mp.exp(d)),
    ),
    (
        "logsumexp(x, x) - y",
        {"x": 0.3, "y": 0.3 + math.log(2)},
        lambda x, y: mp.log(2 * mp.exp(x)) - y,
    ),
    (
        "y - logsumexp(x, x)",
        {"x": -math.log(2), "y": -5e-324},
        lambda x, y: y - mp.log(2 * mp.exp(x)),
    ),
    (
        "exp(x - logsumexp(x, y))",
        {"x": 1e50, "y": math.nextafter(1e50, 0)},
        lambda x, y: 1 / (1 + mp.exp(y - x)),
    ),
    ("exp(x - y)", {"x": -700.1, "y": 0.3}, lambda x, y: mp.exp(x - y)),
    ("x^(y - 1)", {"x": 1e100, "y": 2.7}, lambda x, y: x ** (y - 1)),
    ("digamma(x + y)", {"x": -0.3, "y": -0.7}, lambda x, y: mp.psi(0, x + y)),
    ("polygamma(2, x + y)", {"x": -0.1, "y": -3.9}, lambda x, y: mp.psi(2, x + y)),
    ("polygamma(1, x + y)", {"x": 0.3, "y": 1e-16}, lambda x, y: mp.psi(1, x + y)),
]


ANGLES = [
    ("sin(pi*x)", lambda x: mp.sin(mp.pi * x)),
    ("cos(x*pi)", lambda x: mp.cos(mp.pi * x)),
    ("tan(pi*x/2)", lambda x: mp.tan(mp.pi * x / 2)),
    ("sin(-pi/3*x)", lambda x: -mp.sin(mp.pi * x / 3)),
    ("sin(2*pi*x*0.3)", lambda x: mp.sin(2 * mp.pi * x * mpf(0.3))),
    ("cos(tau*x/0.3)", lambda x: mp.cos(2 * mp.pi * x / mpf(0.3))),
    ("a = pi*x; sec(a)", lambda x: mp.sec(mp.pi * x)),
    ("tan(x*0.3*deg)", lambda x: mp.tan(mp.pi * x * mpf(0.3) / 180)),
    ("np.sinc(x)", mp.sincpi),
]


@pytest.mark.parametrize(("text", "exact"), ANGLES, ids=[text for text, _ in ANGLES])
@pytest.mark.parametrize("x", [0.1, 1e9 + 0.3, -1e15 + 0.125, 1e90, 3e-300, -0.7, 61.25, 5e-20])
def test_an_angle_with_pi_is_reduced_exactly(text, exact, x):
    with mp.workdps(700):
        value, slope = exact(mpf(x)), mp.diff(exact, mpf(x), h=mpf(min(x, 1)) * mpf(10) ** -100)
    solution = gradcli.evaluate(text, x=x)
    for got, expected in ((solution.value, value), (solution.gradient["x"], slope)):
        is_pole = abs(expected) > mpf(10) ** 90
        near = 4 * math.ulp(float(expected)) if abs(expected) > mpf(10) ** -400 else mpf(10) ** -400
        assert is_pole or abs(got - expected) <= near


@pytest.mark.parametrize("x", [1.0, -6.0, 2.5, 0.0, -0.0, 2.0**60])
def test_zeros_and_poles_of_angles_with_pi_are_exact(x):
    sine, cosine, tangent = (gradcli.evaluate(f"{name}(x*pi)", x=x).value for name in SINE)
    is_half = x % 1 == 0.5
    assert (sine, cosine) == ((1, 0) if is_half else (0, 1 - 2 * (x % 2)))
    assert math.copysign(1, sine) == math.copysign(1, x)
    assert tangent == (math.inf if is_half else 0)
    for degrees in (f"{name}d(180*x)" for name in SINE):
        assert gradcli.evaluate(degrees, x=x).value in {sine, cosine, tangent}


SINE = ("sin", "cos", "tan")

OF_CIRCLES = {
    "sin": lambda sine, cosine: (sine, 1),
    "cos": lambda sine, cosine: (cosine, 1),
    "tan": lambda sine, cosine: (sine, cosine),
    "cot": lambda sine, cosine: (cosine, sine),
    "sec": lambda sine, cosine: (1, cosine),
    "csc": lambda sine, cosine: (1, sine),
}
"""As quotients of sine and cosine."""


@pytest.mark.parametrize("name", OF_CIRCLES)
@pytest.mark.parametrize("unit", ["deg*x", "pi*(x/180)", "x*pi/180"])
def test_of_whole_parts_of_a_turn_they_are_exact_where_that_is_a_fraction(name, unit):
    for degrees in range(-720, 721, 15):
        with mp.workdps(50):
            parts = mp.sinpi(mpf(degrees) / 180), mp.cospi(mpf(degrees) / 180)
            above, below = OF_CIRCLES[name](*parts)
            exact = above / below if abs(below) > mpf(10) ** -40 else None
        found = gradcli.evaluate(f"{name}({unit})", x=float(degrees)).value
        if exact is None:
            assert math.isinf(found)
        elif abs(2 * exact - round(2 * exact)) < mpf(10) ** -40:
            rounds = unit == "pi*(x/180)" and degrees % 180 % 45  # then x/180 is no float
            assert found == round(2 * exact) / 2 or rounds, degrees
        else:
            assert abs(found - exact) <= 2 * math.ulp(float(exact)), degrees


@pytest.mark.parametrize("k", [2, 3, 4, 7, 10, 100, 192, 1023])
def test_the_root_of_a_power_of_a_whole_number_is_that_number(k):
    columns = [(float(k**n), float(n)) for n in range(2, 60) if k**n < 2**1000]
    root = gradcli.function("root(x, n)")
    assert [root(x, n) for x, n in columns] == [k] * len(columns)
    assert [root(1 / x, -n) for x, n in columns if math.frexp(x)[0] == 0.5] == [
        k for x, _ in columns if math.frexp(x)[0] == 0.5
    ]
    odd = [(x, n) for x, n in columns if n % 2]
    assert [root(-x, n) for x, n in odd] == [-k] * len(odd)
    points = dict(zip(("x", "n"), map(np.array, zip(*columns, strict=True)), strict=True))
    assert root(**points).tolist() == [k] * len(columns)


@pytest.mark.parametrize(("text", "point", "exact"), TOGETHER, ids=[text for text, *_ in TOGETHER])
def test_a_rounding_error_that_would_be_multiplied_is_carried_along(text, point, exact):
    with mp.workdps(60):
        expected = exact(**{name: mpf(value) for name, value in point.items()})
    got = gradcli.evaluate(text, **point).value
    assert abs(got - expected) <= 4 * math.ulp(float(expected))


@pytest.mark.parametrize("x", [3.0, 37.5, 47.0, 700.0, -40.0])
def test_second_derivatives_of_a_logsumexp_keep_what_is_left_of_a_share(x):
    with mp.workdps(400):
        exact = float(mp.exp(x) / (1 + mp.exp(x)) ** 2)
    for text in ["logsumexp(x, y)", "logaddexp(x, y) - y"]:
        found = gradcli.function(text).hessian(x=x, y=0.0)
        for (one, other), sign in [("xx", 1), ("xy", -1), ("yy", 1)]:
            assert found[one][other] == pytest.approx(sign * exact, rel=1e-15, abs=0)


@pytest.mark.parametrize("size", [0.3, -5.0, 1e10, -1e50])
def test_a_thousand_equal_logits_share_alike(size):
    names = [f"x{place}" for place in range(1000)]
    solution = gradcli.evaluate(f"logsumexp({', '.join(names)})", dict.fromkeys(names, size))
    assert solution.value == pytest.approx(size + math.log(1000), rel=5e-16)
    assert all(abs(slope - 0.001) <= 4 * math.ulp(0.001) for slope in solution.gradient.values())


# --- Differences of polygamma functions ---------------------------------------------------------

ALIKE = [
    *((k, k) for k in (5e-16, -2.5e-14, 1.9e-6, -1e-3)),
    *((n, k) for n in (0.3, 4.0, 17.25, -0.4) for k in (1e-18, -3e-9, 1e-4)),
    *((2 * k, math.nextafter(k, 9)) for k in (0.4, 1.1, 7.3)),
    (5.0, 2.5 + 1e-9),
]
"""Numbers n and k with gamma functions of n!/(k!*(n - k)!) that are almost the same."""


@pytest.mark.parametrize("name", ["binomial", "permutations"])
@pytest.mark.parametrize("by", ["n", "k", "nn", "nk", "kk"])
def test_slopes_of_quotients_of_almost_equal_gamma_functions(name, by):
    orders = by.count("n"), by.count("k")
    for n, k in ALIKE:
        exact = float(ref.partial_of(getattr(ref, name), *orders, mpf(n), mpf(k)))
        got = operation(f"{name}_slope_{by}")(n, k)
        assert abs(got - exact) <= 16 * math.ulp(exact), (n, k)


@pytest.mark.parametrize("name", ["binomial", "permutations"])
@pytest.mark.parametrize("n", [-0.7, -1.0000292489916616, -7.5, -15.269197688644898])
@pytest.mark.parametrize("k", [3.5e-98, 2.3546695701967484e-16, -1e-12, 3e-9])
def test_the_slope_of_a_quotient_of_almost_equal_gamma_functions_below_0(name, n, k):
    exact = float(ref.partial_of(getattr(ref, name), 1, 0, mpf(n), mpf(k)))
    assert operation(f"{name}_slope_n")(n, k) == pytest.approx(exact, rel=1e-13, abs=0)


@pytest.mark.parametrize("by", ["n", "k", "nn", "nk", "kk"])
@pytest.mark.parametrize("name", ["binomial", "permutations"])
@pytest.mark.parametrize("n", [-1e-200, 1e-20, -3e-17])
@pytest.mark.parametrize("k", [1.0, 2.0])
def test_slopes_where_the_rounding_error_of_n_is_all_that_is_left(name, by, n, k):
    exact = ref.partial_of(getattr(ref, name), by.count("n"), by.count("k"), mpf(n), mpf(k))
    assert operation(f"{name}_slope_{by}")(n, k) == pytest.approx(float(exact), rel=1e-14, abs=0)


BESIDE_ZEROS = [(-4.5, 2.5 + 2**-51), (-0.5, -0.5 - 1e-9), (-3.5, 1.5 + 1e-7), (0.3, -1.3 + 1e-12)]
"""Numbers that gamma has no pole at, unlike their sums: the beta function is next to nothing."""

BESIDE_ZEROS += [(1.5, -1.5 + 2**-42), (3.3, -3.3 + 1e-12), (-1.25, 1.25 + 1e-11)]

BESIDE_A_POLE = [(x, -1.0 + y) for x in (0.4, 1.3, 4.5, -2.3) for y in (-1e-12, 3e-9, -1e-3, 0.2)]
"""Where beta is linear in x but for what is next to nothing."""

LITTLE = [
    *((x, y) for x in (0.98, 3.9, -0.4, -3.3, 1e-3) for y in (-1e-12, 3e-9, -4e-5, -2e-3, -0.01)),
    (-3.3, 1e-200),
    (1e-4, -1e-9),
]
"""Numbers of which one is so small that the partials of beta by both have little to do with it."""


@pytest.mark.parametrize(("x", "y"), [*BESIDE_ZEROS, *BESIDE_A_POLE, *LITTLE])
def test_slopes_of_beta_beside_its_zeros_and_its_pole(x, y):
    with mp.workdps(500):
        a, b = mpf(x), mpf(y)
        value = mp.gamma(a) * mp.gamma(b) * mp.rgamma(a + b)
        rise, other = (mp.psi(0, a + b) - mp.psi(0, each) for each in (a, b))
        exact = {"x": -value * rise, "y": -value * other}
        exact["xx"] = value * (rise**2 - mp.psi(1, a + b) + mp.psi(1, a))
        exact["xy"] = value * (rise * other - mp.psi(1, a + b))
        exact = {by: float(slope) for by, slope in exact.items()}
    for by, slope in exact.items():
        assert operation(f"beta_slope_{by}")(x, y) == pytest.approx(slope, rel=4e-13), by
        if by in {"x", "y"}:
            assert operation(f"beta_slope_{by}")(x, y) == pytest.approx(slope, rel=2e-14), by


MEETING = [
    *((x, n - x) for x in (1e-3, -1e-8, 3e-13, -(2.0**-50)) for n in (0.0, -1.0, -2.0, -5.0)),
    *((x, -1.0 + y) for x in (-0.0178, 2e-4, -7.7e-15, 1e-40) for y in (2e-13, 0.019, -0.03)),
    *((-3.0000000000000013, -1.0 + y) for y in (6e-16, -0.04)),
    (-1.0000000000000002, 1.4996622797125529e-16),
]
"""Numbers beside poles of two gamma functions, where a third one has another or nearly so."""


@pytest.mark.parametrize(("x", "y"), MEETING)
def test_the_partial_of_beta_by_both_where_poles_meet(x, y):
    with mp.workdps(700):
        a, b, step = mpf(x), mpf(y), mpf(10) ** -120
        exact = sum(
            sign
            * mp.gamma(a + i * step)
            * mp.gamma(b + j * step)
            * mp.rgamma(a + b + (i + j) * step)
            for i, j, sign in ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
        ) / (4 * step * step)
    for got in (operation("beta_slope_xy")(x, y), operation("beta_slope_xy")(y, x)):
        assert got == pytest.approx(float(exact), rel=1e-14, abs=0)


THIRD = [
    (1.9622248724520208, -1.962224872452019),
    (2.627035474787438e-09, 1.7304896046268793e-11),
    (1.1265636227290307e-05, -1.1265636226290306e-05),
    (-0.999999999994877, 1.9272909803453206),
    (8.01049541600543e-11, -4.000000000079105),
    (-7.878210645536621, 0.0019104212413961212),
]
"""Numbers beside a zero of beta, a pole, or several of them."""


@pytest.mark.parametrize(("x", "y"), THIRD)
@pytest.mark.parametrize(("i", "j"), [(3, 0), (2, 1), (1, 2), (0, 3)])
def test_third_partials_of_beta_beside_its_zeros_and_poles(x, y, i, j):
    exact = float(ref.beta_partial(i, j, mpf(x), mpf(y)))
    assert operation("beta_derivative")(i, j, x, y) == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize("x", [-0.4, -3.3, -60.4])
@pytest.mark.parametrize("y", [1e-12, -3e-7, 0.01, -0.2])
def test_a_small_rise_of_a_polygamma_function_below_0(n, x, y):
    with mp.workdps(60):
        exact = float(mp.psi(n, mpf(x) + mpf(y)) - mp.psi(n, mpf(x)))
    assert operation("polygamma_rise")(n, x, y) == pytest.approx(exact, rel=2e-14)


LARGE_BELOW = [
    *((n, k) for n in (-1000.5, -1e5 - 0.5) for k in (2.5, 0.5, -2.5)),
    *((n, k) for n in (-250.3, -1e6 - 0.25) for k in (2.3, -3.0, 10.25, -300.25)),
    (-250.3, -1000.5),
    (-1000.25, -1000.5),
    (-300.25, -180.75),
    *((n, k) for n in (-5.5, -1.3) for k in (1e13, 1e16, 1e40, -1e15 - 0.25)),
]
"""Large negative fractions, n; of the first ones n - k is whole, and beside it gamma has a pole; of
the last ones k is so large that n is lost in n - k.
"""


APART = [
    (7.5, 1e10),
    (7.5, 1e5),
    (-3.5, 1e12),
    (0.5, 1e15),
    (0.3, -1e10 - 0.5),
    (30.25, -1e8 - 0.5),
]
"""Numbers n and k with k + 1 and n - k + 1 far apart, and their digammas almost the same."""


@pytest.mark.parametrize(("n", "k"), APART)
def test_slopes_of_binomials_far_out(n, k):
    with mp.workdps(60):
        above, below, rest = mpf(n) + 1, mpf(k) + 1, mpf(n) - mpf(k) + 1
        value = mp.gamma(above) * mp.rgamma(below) * mp.rgamma(rest)
        exact = float(value * (mp.psi(0, rest) - mp.psi(0, below)))
    assert abs(operation("binomial_slope_k")(n, k) - exact) <= 64 * math.ulp(exact)


LARGE_BESIDE_SMALL = [
    *(
        (n, k)
        for n in (-5.216488362215692, -2.3, -1.5)
        for k in (1e6 + 0.3, 1e7 + 2e-9, 1e8 + 0.25)
    ),
    *((n, k) for n in (2.5778514438920186, 0.4) for k in (1e12 + 0.25, 3.9792107667401114e20)),
    (6.5, -1e17),
    (-0.3, 1e15 + 0.5),
]


@pytest.mark.parametrize(("n", "k"), LARGE_BESIDE_SMALL)
def test_second_slopes_of_binomials_of_which_one_number_is_lost_beside_the_other(n, k):
    for name, orders in [("nn", (2, 0)), ("nk", (1, 1)), ("kk", (0, 2))]:
        exact = ref.partial_of(ref.binomial, *orders, mpf(n), mpf(k))
        got = operation(f"binomial_slope_{name}")(n, k)
        assert got == pytest.approx(float(exact), rel=1e-13, abs=0), name


@pytest.mark.parametrize("k", [-9007199254740994.0, -9007199254740996.0, -4.0, -5.0])
def test_the_slope_of_a_binomial_at_a_pole_has_its_sign(k):
    exact = ref.partial_of(ref.binomial, 0, 1, mpf("4.25"), mpf(k))
    assert operation("binomial_slope_k")(4.25, k) == pytest.approx(float(exact), rel=1e-14, abs=0)


def test_a_hypergeometric_function_far_below_0_is_a_float_where_a_power_is_none():
    with mp.workdps(50):
        exact = float(mp.hyp2f1(3.0001, 0.5, 2.926698945860344, -4.4328013347098934e111))
    for a, b in [(3.0001, 0.5), (0.5, 3.0001)]:
        value = operation("hyp2f1")(a, b, 2.926698945860344, -4.4328013347098934e111)
        assert value == pytest.approx(exact, rel=1e-12, abs=0)


@pytest.mark.parametrize("name", ["airyai", "airybi", "airyaiprime", "airybiprime"])
@pytest.mark.parametrize("x", [-3.2e68, -7.7e120, -5.8e251])
def test_slopes_of_airy_functions_far_below_0(name, x):
    of, order = getattr(mp, name[:6]), int(name.endswith("prime"))
    with mp.workdps(60):
        exact = [float(ref.airy(of, order + more, mpf(x))) for more in (0, 1)]
    found = gradcli.evaluate(f"{name}(x)", x=x)
    assert [found.value, found.gradient["x"]] == pytest.approx(exact, rel=1e-12, abs=0)


@pytest.mark.parametrize("args", [(-7, 10, 2), (-7, 11, 2.5), (-9, 22, 7)])
def test_a_hypergeometric_function_is_0_at_its_zero(args):
    assert operation("hyp2f1")(*args, 0.5) == 0


@pytest.mark.parametrize("n", [0, 2, 4, 9])
@pytest.mark.parametrize(
    ("x", "y"), [(4503599672406496.0, -4503599672406492.0), (3.5, 1e200), (1e30, 4.5 - 1e15)]
)
def test_rises_between_numbers_far_apart(n, x, y):
    with mp.workdps(400):
        exact = float(mp.psi(n, mpf(x) + mpf(y)) - mp.psi(n, mpf(x)))
    assert operation("polygamma_rise")(n, x, y) == pytest.approx(exact, rel=1e-14, abs=0)


@pytest.mark.parametrize("name", ["binomial", "permutations"])
def test_quotients_of_gamma_functions_of_large_negative_numbers(name):
    for n, k in LARGE_BELOW:
        at, function = (mpf(n), mpf(k)), getattr(ref, name)
        with mp.workprec(200):
            value = function(*at)
        exact = {
            "": value,
            "_slope_n": ref.partial_of(function, 1, 0, *at),
            "_slope_k": ref.partial_of(function, 0, 1, *at),
        }
        for which, expected in exact.items():
            if mpf(10) ** -300 < abs(expected) < mpf(10) ** 300:
                got = operation(name + which)(n, k)
                # A slope is a difference of two digammas times the value.
                scale = abs(expected) + (abs(value) * math.log(abs(n)) if which else 0)
                assert abs(got - expected) <= 64 * ref.EPS * scale, (which, n, k)


# --- The tester is tested -----------------------------------------------------------------------

PLANTED = [
    (entry, place)
    for entry in RULES
    for place in range(len(entry.params))
    if any(place not in case.inert for case in _cases(entry))
]


@pytest.mark.parametrize(
    ("entry", "place"), PLANTED, ids=lambda part: part if isinstance(part, int) else part.name
)
def test_a_partial_off_by_a_thousandth_is_found(entry, place, monkeypatch):
    lines = grammars.read("derivatives.rules").splitlines()
    head = f"{entry.name}({', '.join(entry.params)})"
    (line,) = [line for line in lines if line.startswith(head) and ":" in line.split("#")[0]]
    wrong = entry.formulas
    wrong[place] = f"{wrong[place]} + 0.001"
    lines[lines.index(line)] = f"{head} : {', '.join(wrong)}"
    planted = RuleTable(Lines(read_entries("\n".join(lines))))
    monkeypatch.setattr(reverse, "table", lambda: planted)
    assert _found(_cases(entry))


@pytest.mark.parametrize("name", [name for name, rule in VARIADIC.items() if rule.partial])
def test_a_variadic_partial_off_by_a_thousandth_is_found(name, monkeypatch):
    right = VARIADIC[name]

    def wrong(graph, node, place):
        partial = operations.made(graph, right.partial(graph, node, place))
        return operations.add(graph, partial, graph.const(0.001))

    monkeypatch.setitem(VARIADIC, name, right._replace(partial=wrong))
    assert _found([case for case in CASES if case.name == name])


def _found(cases):
    """Whether a mistake is seen at 30 points, of which a few are tried first."""
    return any(
        not check(case, count, order=1)[1].excess <= 1 for count in (1, 30) for case in cases
    )


def test_a_value_off_by_four_ulp_is_found(monkeypatch):
    def wrong(name):
        right = operation(name)
        return (lambda x: right(x) * (1 + 8e-16)) if name == "sin" else right

    monkeypatch.setattr(interpreter, "operation", wrong)
    (case,) = (case for case in CASES if case.name == "sin")
    assert check(case, 30, order=0)[0].excess > 1


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if case.partials], ids=_id)
def test_closed_forms_of_the_references_are_their_differences(case):
    for point in case.sample(len(case.domain))[:6]:
        exact = ExactPartials(case, point)
        for places in case.partials:
            expected = difference(case.reference, [mpf(x) for x in point], places)
            tolerance = mpf(2) ** -60 * (abs(expected) + abs(exact[()]) * mpf(2) ** -200)
            assert mp.almosteq(exact[places], expected, 2**-55, tolerance), (point, places)


def test_the_hessian_is_symmetric():
    (case,) = (case for case in CASES if case.name == "atan2")
    compiled = Compiled(case, 2)
    values = compiled.run((0.5, 0.25))
    found = {places: values[slot] for places, slot in compiled.slots}
    assert found[0, 1] == pytest.approx(found[1, 0], rel=1e-15)
