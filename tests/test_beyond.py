"""Numbers that leave the range of floats on the way to a result are as right as all others."""

import copy
import math
import pickle
import random

import pytest
from command_line import call
from mpmath import mp, mpf

from gradcli import DerivativeWarning
from gradcli.engine.beyond import GREATEST, LEAVING, Beyond, compute
from gradcli.engine.decimal_functions import OPERATIONS
from gradcli.engine.decimals import _DIRECT
from gradcli.engine.scalar import operation
from gradcli.evaluation.solve import solve
from gradcli.library.function import function

CLOSE = 1e-9
"""Relative; an exponent of a thousand has lost three digits before it is one."""

STEP = mpf(10) ** -60

# Text, and the same in mpmath; each is of one sign, so that nothing cancels.
OF_ANY = {
    "sqrt({})": mp.sqrt,
    "cbrt({})": mp.cbrt,
    "({})^2": lambda x: x**2,
    "({})^-3": lambda x: x**-3,
    "({})^1.5": lambda x: x**1.5,
    "1/({})": lambda x: 1 / x,
    "log1p({})": mp.log1p,
    "atan({})": mp.atan,
    "asinh({})": mp.asinh,
    "abs(-({}))": lambda x: x,
    "relu({})": lambda x: x,
    "max({}, 0)": lambda x: x,
    "root({}, 5)": lambda x: mp.root(x, 5),
}
OF_TWO = {
    "({})*({})": lambda x, y: x * y,
    "({})/({})": lambda x, y: x / y,
    "({}) + ({})": lambda x, y: x + y,
    "hypot({}, {})": mp.hypot,
    "norm({}, {})": mp.hypot,
    "({})*7/({})": lambda x, y: x * 7 / y,
}
OF_MODERATE = {
    "exp({})": (2000, mp.exp),
    "exp2({})": (3000, lambda x: mpf(2) ** x),
    "exp10({})": (900, lambda x: mpf(10) ** x),
    "exp(-({}))": (2000, lambda x: mp.exp(-x)),
    "cosh({})": (2000, mp.cosh),
    "sech({})": (2000, mp.sech),
    "sigmoid({})": (2000, lambda x: 1 / (1 + mp.exp(-x))),
    "softplus({})": (2000, lambda x: mp.log1p(mp.exp(x))),
    "gaussian({})": (90, lambda x: mp.exp(-x * x)),
    "exp_square({})": (90, lambda x: mp.exp(x * x)),
    "normal_pdf({})": (90, mp.npdf),
    "normal_cdf({})": (90, lambda x: mp.erfc(-x / mp.sqrt(2)) / 2),
    "erfc({})": (90, mp.erfc),
    "logsumexp({}, 0)": (2000, lambda x: mp.log1p(mp.exp(x))),
    "gamma(200 + ({}))": (150, lambda x: mp.gamma(200 + x)),
    "beta(3.5, 500 + ({}))": (300, lambda x: mp.beta(3.5, 500 + x)),
}


class Program:
    """A random formula in which every input occurs once, as text and in mpmath."""

    def __init__(self, seed, operations):
        draw = random.Random(seed)  # noqa: S311  (no secrets)
        self.point = {}
        parts = [self._leaf(draw) for _ in range(draw.randint(2, 5))]
        for _ in range(operations):
            if draw.random() < 0.5 and len(parts) > 1:
                text, of = draw.choice(list(OF_TWO.items()))
                a, b = parts.pop(), parts.pop(0)
                made = text.format(a[0], b[0]), lambda p, of=of, a=a, b=b: of(a[1](p), b[1](p))
            else:
                text, of = draw.choice(list(OF_ANY.items()))
                a = parts.pop(draw.randrange(len(parts)))
                made = text.format(a[0]), lambda p, of=of, a=a: of(a[1](p))
            parts.append(made)
        while len(parts) > 1:
            a, b = parts.pop(), parts.pop()
            parts.append((f"({a[0]})*({b[0]})", lambda p, a=a, b=b: a[1](p) * b[1](p)))
        self.source, self._value = parts[0]

    def _leaf(self, draw):
        name = f"x{len(self.point)}"
        if draw.random() < 0.6:
            self.point[name] = 10 ** draw.uniform(-290, 290)
            return name, lambda p: p[name]
        text, (size, of) = draw.choice(list(OF_MODERATE.items()))
        self.point[name] = draw.uniform(-size, size)
        return text.format(name), lambda p: of(p[name])

    def __repr__(self):
        return f"{self.source} at {self.point}"

    def value(self, point):
        return self._value({name: mpf(x) for name, x in point.items()})

    def slope(self, name, digits=200):
        with mp.workdps(digits):
            return self._slope(name)

    def _slope(self, name):
        x = mpf(self.point[name])
        step = x * STEP
        after, before = (self.value(self.point | {name: each}) for each in (x + step, x - step))
        return (after - before) / (2 * step)


def is_close(found, expected):
    if expected == 0 or not -(10**12) < mp.log(abs(expected)) < 10**12:
        return True
    return abs(exact(found) - expected) <= CLOSE * abs(expected)


def exact(number):
    return mpf(str(number.exact)) if isinstance(number, Beyond) else mpf(number)


def check(program):
    """The value and the gradient are right; whether a float could not hold one of the numbers."""
    solution = solve(program.source, program.point)
    with mp.workdps(200):
        assert is_close(solution.value, program.value(program.point)), program
    for name, found in solution.gradient.items():
        # What 1e150 hides of 1e-150 is seen with thousands of digits.
        right = (is_close(found, program.slope(name, digits)) for digits in (200, 3000))
        assert any(right), f"{program} by {name}: {found!r}, not {program.slope(name)}"
    called = function(program.source, inputs=list(program.point))
    value, gradient = called.value_and_grad(**program.point)
    assert value == float(solution.value)
    expected = {name: float(slope) for name, slope in solution.gradient.items()}
    # Without the kinks that it only seems to have a program has another formula for its gradient.
    made = vars(called._numbers)
    is_same = made.get("_smooth", made["_passes"]) is made["_passes"]
    assert gradient == (expected if is_same else pytest.approx(expected, rel=1e-15, abs=0))
    numbers = [node.value for node in solution.nodes] + [node.grad for node in solution.nodes]
    return any(isinstance(number, Beyond) for number in numbers)


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # infinities are expected
@pytest.mark.parametrize("operations", range(5))
def test_random_programs_of_huge_and_tiny_numbers(operations):
    beyond = [check(Program(f"{operations}/{seed}", operations)) for seed in range(30)]
    assert sum(beyond) > 5


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # infinities are expected
@pytest.mark.slow
@pytest.mark.parametrize("operations", range(8))
def test_thousands_of_programs_of_huge_and_tiny_numbers(operations):
    for seed in range(250):
        check(Program(f"slow/{operations}/{seed}", operations))


SAMPLES = [
    ("1/(a*b)", {"a": 1e200, "b": -1.671}, "d/db", -3.5813527557255985e-201),
    ("a*b/c", {"a": 1e200, "b": 1e200, "c": 1e300}, "out", 1e100),
    ("d + a/(a*b)", {"a": 1e200, "b": 1e150, "d": 1e-150}, "out", 2e-150),
    ("1 + a*b*c", {"a": 1e-200, "b": 1e-200, "c": 1e300}, "d/dc", 1e-400),
    ("log(a*b)", {"a": 1e-200, "b": 1e-200}, "out", -400 * math.log(10)),
    ("sqrt(a*b)", {"a": 1e-200, "b": 1e-200}, "d/da", 0.5),
    ("sin(a*b)/(a*b)", {"a": 1e-200, "b": 1e-200}, "out", 1.0),
    ("tan(a*b)/a", {"a": 1e-200, "b": 1e-200}, "out", 1e-200),
    ("where(a*b > 0, c, 2*c)", {"a": 1e-200, "b": 1e-200, "c": 3.0}, "d/dc", 1.0),
    ("where(a*b == 0, c, 2*c)", {"a": 1e-200, "b": 1e-200, "c": 3.0}, "d/dc", 2.0),
    ("max(a*b, c*b)/(a*b)", {"a": 1e200, "b": 1e200, "c": 1e199}, "out", 1.0),
    ("a*b - c*d", {"a": 1e200, "b": 1e200, "c": 1e200, "d": 1e200}, "out", 0.0),
    ("atan2(a*b, a*c)", {"a": 1e200, "b": 1e200, "c": 1e200}, "out", math.pi / 4),
    ("exp(-x)*exp(x)", {"x": 1000.0}, "out", 1.0),
    ("exp(x)/(exp(x) + exp(y))", {"x": 1000.0, "y": 1000.0}, "d/dx", 0.25),
    ("gamma(x)/gamma(x - 1)", {"x": 201.0}, "out", 200.0),
    ("sum(x^k for k in 1..2)/x^2", {"x": 1e300}, "out", 1.0),
]


@pytest.mark.parametrize(("source", "point", "query", "expected"), SAMPLES)
def test_samples(source, point, query, expected):
    found = solve(source, point).get(query)
    assert float(exact(found)) == pytest.approx(expected, rel=1e-14)
    names = query.partition("/d")[2]
    ask = function(source, inputs=list(point))
    value, gradient = ask.value_and_grad(**point)
    assert float(found) == (gradient[names] if names else value)


def test_a_number_with_a_zero_on_its_way_is_0():
    for source in ("x*y", "x*y*1e300", "exp(-800)*x", "x/y", "x^2"):
        solution = solve(source, {"x": 0.0, "y": 1e-300} if "y" in source else {"x": 0.0})
        assert repr(solution.value) == "0.0"
        assert type(solution.value) is float


# --- What is said of it -------------------------------------------------------------------------


def test_what_is_too_small_for_a_float_is_said():
    result = call("eval", "x/y", "--x", "1e-200", "--y", "1e200")
    assert "-1e-600" in result.out
    assert "warning: out is 1e-400, which is too small for a float" in result.err
    assert "the derivative by y is -1e-600" in result.err
    assert result.code == 0
    result = call("eval", "x/y", "--x", "1e-200", "--y", "1e200", "--get", "d/dx")
    assert result.out == "1e-200\n"
    kinds = {problem.kind for problem in solve("exp(-x)", {"x": 800}).problems}
    assert kinds == {"small"}


def test_a_value_that_overflows_in_the_end_is_an_error():
    result = call("eval", "exp(x)*y", "--x", "1000", "--y", "2")
    assert result.code == 4
    assert "overflows at x = 1000" in result.err


@pytest.mark.parametrize("command", ["paths", "diff", "nudge"])
def test_every_command_has_the_same_number(command):
    words = {"paths": ["--wrt", "b"], "diff": [], "nudge": ["--by", "b=1e-3"]}[command]
    result = call(command, "1/(a*b)", "--a", "1e200", "--b=-1.671", *words)
    assert "-3.58135e-201" in result.out


# --- The number itself --------------------------------------------------------------------------


def test_every_operation_that_may_leave_the_range_has_its_form_in_decimals():
    assert {*OPERATIONS, *_DIRECT} >= LEAVING


ERFCX_3 = (8 * mpf(-40) ** 3 + 12 * -40) * mp.erfc(-40) - (8 * 40**2 + 8) / mp.sqrt(mp.pi) * mp.exp(
    -(40**2)
)
ERFCX_170 = sum(
    (-1) ** k
    * mp.fac2(2 * k - 1)
    / mpf(2) ** k
    * mp.binomial(2 * k + 170, 170)
    / mpf(10) ** (8 * k)
    for k in range(12)
) / mp.sqrt(mp.pi)


@pytest.mark.parametrize("x", [-1e155, -1e200, -1.7e308])
def test_the_logarithm_of_the_normal_distribution_is_a_parabola_far_out(x):
    with pytest.warns(DerivativeWarning, match="overflows"):
        second = function("log_normal_cdf(x)").hessian(x=x)
    assert second["x"]["x"] == pytest.approx(-1, rel=1e-15)


@pytest.mark.parametrize(
    ("source", "point", "expected"),
    [
        ("leaky_relu(x, a)*1e300", {"x": -1e-200, "a": 1e-200}, mpf(-1e-200) * 1e-200 * 1e300),
        ("elu(x, a)*1e300", {"x": -1e-200, "a": 1e-200}, mpf(-1e-200) * 1e-200 * 1e300),
        ("erfcx(x)*exp(-x^2)", {"x": -40}, 2 - mp.erfc(40)),
        ("erfcx_derivative(3, x)*exp(-x^2)", {"x": -40}, ERFCX_3),
        ("erfcx_derivative(1, x)*x*x", {"x": 1e200}, -1 / mp.sqrt(mp.pi)),
        ("erfcx_derivative(170, x)/gamma(171)*x^171", {"x": 1e4}, ERFCX_170),
        ("dawson_derivative(2, x)*x*x*x", {"x": -1e150}, 1),
        ("dawson_derivative(1, x)*x*x", {"x": -1e200}, -0.5),
        ("binomial(n, 600)/2^n", {"n": 1200}, mp.binomial(1200, 600) / mpf(2) ** 1200),
        ("permutations(n, 300)/permutations(n, 299)", {"n": 1000}, 701),
        ("n!!/(n - 2)!!", {"n": 801}, 801),
        ("n!!/(n - 2)!!", {"n": 800}, 800),
    ],
)
def test_functions_that_leave_the_range_come_back(source, point, expected):
    assert is_close(solve(source, point).value, mpf(expected))


@pytest.mark.parametrize(
    ("source", "point", "exact"),
    [
        ("beta(x, y)", (260622.5644188067, 79.43258680513213), mp.beta),
        ("beta(x, y)", (3000.5, 450.25), mp.beta),
        ("1e300*beta(x, y)", (1e6, 110.5), lambda x, y: mpf(1e300) * mp.beta(x, y)),
        ("binomial(x, y)/1e200/1e200", (1200.5, 600.25), lambda x, y: _scaled(mp.binomial(x, y))),
        (
            "permutations(x, y)/1e200/1e200",
            (600.5, 150.25),
            lambda x, y: _scaled(mp.gamma(x + 1) / mp.gamma(x - y + 1)),
        ),
    ],
)
def test_slopes_of_what_leaves_the_range_have_all_their_digits(source, point, exact):
    found = function(source)
    names = dict(zip("xy", point, strict=True))
    with mp.workdps(60):
        at = [mpf(value) for value in point]
        slopes = {
            name: mp.diff(exact, at, orders) for name, orders in (("x", (1, 0)), ("y", (0, 1)))
        }
        second = {
            (a, b): mp.diff(exact, at, ((a == "x") + (b == "x"), (a == "y") + (b == "y")))
            for a in "xy"
            for b in "xy"
        }
    gradient, hessian = found.grad(**names), found.hessian(**names)
    for name, expected in slopes.items():
        assert abs(gradient[name] - expected) <= 16 * math.ulp(float(expected))
    for (a, b), expected in second.items():
        assert abs(hessian[a][b] - expected) <= 32 * math.ulp(float(expected))


def _scaled(value):
    return value / mpf(1e200) / mpf(1e200)


@pytest.mark.parametrize(
    "source", ["max(1e300*1e300*x, 0/y)", "min(0/y, -1e300*1e300*x)", "1e300*1e300*x + 0/y < 1"]
)
def test_it_compares_with_what_is_no_number(source):
    value = solve(source, {"x": 1, "y": 0}).value
    assert value == 0 if "<" in source else math.isnan(value)


def test_it_compares_as_what_it_is():
    tiny, huge = compute("mul", 1e-200, 1e-200), compute("mul", 2.0**900, 2.0**900)
    assert (float(tiny), float(huge)) == (0.0, math.inf)
    assert tiny
    assert -tiny < 0 < tiny < 5e-324
    assert tiny != 0
    assert not tiny <= 0
    assert repr(tiny) == "9.9999999999999996e-401"
    assert tiny != pytest.approx(1)
    assert GREATEST < huge < math.inf
    assert huge == compute("mul", 2.0**800, 2.0**1000) >= huge
    assert hash(abs(-huge)) == hash(copy.deepcopy(huge))
    assert pickle.loads(pickle.dumps(tiny)) == tiny  # noqa: S301  (our own)


MOVED = {
    "erfcx": lambda x: -x / 2,
    "erfcx_derivative": lambda x: float(round(-x / 4)) if x > 2 else round(x),
    "double_factorial": lambda x: float(round(x)),
}
"""Where an operation has a form in decimals, if not for all positive numbers."""

FAR_OUT_ONLY = frozenset(
    ("polygamma", "polygamma_sum", "Ei", "E1", "normal_cdf", "lgamma", "dawson_derivative")
)

PARTS = {"logsumexp_from": 2, "logsumexp_less": 3, "less_logsumexp": 3, "share_less": 4}
"""How many numbers are taken of which others would have to fit in."""


@pytest.mark.parametrize("op", sorted({*OPERATIONS, *_DIRECT} & LEAVING))
def test_where_floats_have_the_result_the_two_are_one(op):
    draw = random.Random(op)  # noqa: S311  (no secrets)
    from gradcli.engine.decimals import exact as in_decimals

    compared = 0
    for _ in range(300):
        for count in range(1, 1 + PARTS.get(op, 5)):
            args = [MOVED.get(op, float)(draw.uniform(0.6, 40)) for _ in range(count)]
            try:
                value, found = operation(op)(*args), in_decimals(op, args)
            except TypeError:
                continue
            if found is not None and math.isfinite(value):
                assert float(found) == pytest.approx(value, rel=3e-13), args
                compared += 1
    assert compared or op in FAR_OUT_ONLY
