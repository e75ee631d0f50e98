"""Budgets of uncertainties: examples of the GUM, closed forms, values as people write them."""

from __future__ import annotations

import json
import math
import random
import shlex
from itertools import combinations

import jsonschema
import pytest
from command_line import ROOT, call
from mpmath import mp

import gradcli
from gradcli.errors import GradcliError
from gradcli.uncertainty import coverage
from gradcli.uncertainty.budget import budget
from gradcli.uncertainty.written import apart, read
from gradcli.views import schema
from gradcli.views.budget import with_uncertainty
from gradcli.views.lines.page import Display

# --- JCGM 100:2008, annex H ----------------------------------------------------------------------
# The GUM goes on with rounded numbers, so what it prints may be off by one in its last digit; each
# bound is that unit. The numbers were compared with the same examples elsewhere: inputs of H.1 and
# H.2 in the documents of GTC (MSLNZ), observations of table H.2 in the examples of UncLib (METAS),
# results of H.2 in the tests of Suncal (Sandia).

H1 = ("end_gauge.grad", "end_gauge.json")
H1_FREEDOM = {"ls": 18, "d": 25.6, "δα": 50, "δθ": 2}

OBSERVED = {
    "V": [5.007, 4.994, 5.005, 4.990, 4.999],
    "I": [0.019663, 0.019639, 0.019640, 0.019685, 0.019678],
    "φ": [1.0456, 1.0438, 1.0468, 1.0428, 1.0433],
}
"""Table H.2: five sets of simultaneous observations."""


def example(name):
    return (ROOT / "examples" / "budgets" / name).read_text(encoding="utf-8")


def end_gauge(**more):
    return gradcli.budget(example(H1[0]), json.loads(example(H1[1])), **more)


def test_the_end_gauge_of_the_gum():
    found = end_gauge(dof=H1_FREEDOM, level=0.99)
    assert f"{found.value:.6f}" == "50.000838"
    assert f"{found.uncertainty * 1e6:.0f}" == "32"
    assert f"{found.second.uncertainty * 1e6:.0f}" == "34"
    assert found.freedom == pytest.approx(16.7, abs=0.1)
    assert f"{found.factor:.2f}" == "2.92"
    assert found.expanded * 1e6 == pytest.approx(93, abs=1)
    assert f"{found.factor * 32:.0f}" == "93"  # of the rounded uncertainty, as it is printed
    # Table H.1: the contributions in nm.
    printed = {"ls": "25", "d": "9.7", "δα": "2.9", "θ": "0", "αs": "0", "δθ": "16.6"}
    shown = {each.name: each.contribution * 1e6 for each in found.entries}
    assert [f"{shown[name]:.{len(text.partition('.')[2])}f}" for name, text in printed.items()] == [
        *printed.values()
    ]


def test_the_terms_of_second_order_of_the_end_gauge():
    # H.1.7: ls·u(δα)·u(θ) = 11.7 nm and ls·u(αs)·u(δθ) = 1.7 nm are added in quadrature.
    found = end_gauge()
    terms = 50.000623 * 1e-6 / math.sqrt(3) * 0.41, 50.000623 * 1.2e-6 * 0.05 / math.sqrt(3)
    assert [f"{term * 1e6:.1f}" for term in terms] == ["11.8", "1.7"]
    assert found.second.uncertainty == pytest.approx(math.hypot(found.uncertainty, *terms))
    assert found.second.value == pytest.approx(found.value, rel=1e-15)


def impedance(**more):
    values = json.loads(example("impedance.json"))
    correlations = json.loads(example("impedance_correlations.json"))
    return gradcli.budget(example("impedance.grad"), values, correlations=correlations, **more)


def test_resistance_and_reactance_of_the_gum():
    found = impedance(of=["R", "X", "Z"])
    rows = {each.output: each for each in (found, *found.others)}
    printed = {"R": (127.732, 0.071), "X": (219.847, 0.295), "Z": (254.260, 0.236)}  # table H.3
    for name, (value, uncertainty) in printed.items():
        assert f"{rows[name].value:.3f}" == f"{value:.3f}"
        assert rows[name].uncertainty == pytest.approx(uncertainty, abs=0.001)
    shown = {pair: f"{r:.3f}" for pair, r in found.correlations.items()}
    assert shown == {"R,X": "-0.588", "R,Z": "-0.485", "X,Z": "0.993"}


@pytest.mark.parametrize("name", ["R", "X", "Z"])
def test_each_output_by_itself(name):
    together = impedance(of=["R", "X", "Z"])
    rows = {each.output: each for each in (together, *together.others)}
    assert impedance(of=name).numbers() == rows[name].numbers()


def test_the_values_of_the_example_are_those_of_the_observations():
    given, uncertainties = apart(json.loads(example("impedance.json")))
    correlations = json.loads(example("impedance_correlations.json"))
    means = {name: mp.fsum(row) / 5 for name, row in OBSERVED.items()}

    def covariance(a, b):
        pairs = zip(OBSERVED[a], OBSERVED[b], strict=True)
        return mp.fsum((x - means[a]) * (y - means[b]) for x, y in pairs) / (5 * 4)

    for name, mean in means.items():
        assert given[name] == pytest.approx(float(mean), rel=1e-12)
        assert uncertainties[name] == pytest.approx(
            float(mp.sqrt(covariance(name, name))), rel=1e-9
        )
    # Table H.2: r(V, I) = -0.36, r(V, φ) = 0.86, r(I, φ) = -0.65.
    for pair, printed in zip(combinations(means, 2), [-0.36, 0.86, -0.65], strict=True):
        us = [mp.sqrt(covariance(name, name)) for name in pair]
        r = float(covariance(*pair) / us[0] / us[1])
        assert correlations[",".join(pair)] == pytest.approx(r, rel=1e-9)
        assert round(r, 2) == printed


@pytest.mark.parametrize("name", ["end_gauge", "impedance"])
def test_the_comment_on_top_has_a_command_that_runs_the_example(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    lines = [line.removeprefix("#") for line in example(f"{name}.grad").splitlines()]
    start = next(i for i, line in enumerate(lines) if line.startswith("   gradcli"))
    words = shlex.split(" ".join(lines[start : lines.index("", start)]).replace("\\", ""))
    called = call(*words[1:])
    assert (called.code, called.err) == (0, "")


# --- Closed forms --------------------------------------------------------------------------------


@pytest.mark.parametrize("u", [1e-3, 0.1, 0.5])
@pytest.mark.parametrize("x", [-1.0, 0.0, 2.0])
def test_a_square_of_a_normal_number_is_exact_to_second_order(x, u):
    found = budget("x^2", {"x": f"{x}±{u}"})
    assert found.uncertainty == pytest.approx(abs(2 * x) * u)
    assert found.second.value == pytest.approx(x * x + u * u)
    assert found.second.uncertainty == pytest.approx(math.sqrt(4 * x * x * u * u + 2 * u**4))


@pytest.mark.parametrize("u", [1e-3, 0.01, 0.1])
def test_third_derivatives_belong_to_the_second_order(u):
    # The variance of exp(x) is exp(2x + u²)(exp(u²) - 1) = exp(2x)(u² + 3/2·u⁴ + …).
    found = budget("exp(x)", {"x": f"1±{u}"})
    expected = mp.e * mp.sqrt(mp.mpf(u) ** 2 + mp.mpf(3) / 2 * mp.mpf(u) ** 4)
    assert found.second.uncertainty == pytest.approx(float(expected), rel=1e-13)


@pytest.mark.parametrize("r", [-1.0, -0.5, 0.0, 0.3, 1.0])
def test_a_product_of_correlated_normal_numbers(r):
    # Var(xy) = x²v² + y²u² + 2xyruv + u²v²(1 + r²), E(xy) = xy + ruv (Goodman, JASA 55, 1960).
    x, y, u, v = 3.0, -2.0, 0.5, 0.25
    found = gradcli.budget("x*y", {"x": f"{x}±{u}", "y": f"{y}±{v}"}, correlations={"y,x": r})
    first = x * x * v * v + y * y * u * u + 2 * x * y * r * u * v
    assert found.uncertainty == pytest.approx(math.sqrt(first))
    assert found.second.value == pytest.approx(x * y + r * u * v)
    whole = first + u * u * v * v * (1 + r * r)
    assert found.second.uncertainty == pytest.approx(math.sqrt(whole))


def test_what_is_correlated_by_minus_one_cancels():
    found = gradcli.budget("x + y", {"x": "1±0.1", "y": "1±0.1"}, correlations={"x,y": -1})
    assert found.uncertainty == 0
    assert found.worst_case == pytest.approx(0.2)


WORST = [
    # a formula, its inputs, and by hand how far it may be off
    ("x^2", {"x": "0±0.1"}, 0.01),
    ("x^2 - x^4", {"x": "0±1"}, 0.25),
    ("cos(10*x)", {"x": "0±1"}, 2),
    ("sin(x)", {"x": "pi/2±0.3"}, 1 - math.cos(0.3)),
    ("a*b", {"a": "3±0.1", "b": "4±0.2"}, 3.1 * 4.2 - 12),
    ("a*b", {"a": "0±0.1", "b": "0±0.2"}, 0.02),
    ("abs(x) - x", {"x": "0±0.1"}, 0.2),
    ("(x - y)^2 + x*y", {"x": "1±1", "y": "1±1"}, 3),
    ("x*(1 - x)*y", {"x": "0.2±0.5", "y": "1±0.5"}, 0.16 + 0.39 * 1.5),
    ("exp(x)", {"x": "1±1e-13"}, math.e * 1e-13),
    ("x + 2*y", {"x": "1±0.1", "y": 3}, 0.1),
    ("1/x", {"x": "0.1±0.2"}, math.inf),
    ("sqrt(x)", {"x": "0±0.1"}, 0.1**0.5),
]


@pytest.mark.parametrize(("source", "values", "expected"), WORST)
def test_the_worst_case_need_not_be_at_a_corner(source, values, expected):
    assert budget(source, values).worst_case == pytest.approx(expected, rel=1e-9)


def test_shares_elasticities_and_what_to_measure_better():
    found = budget("g = 4*pi^2*L/T^2", {"L": "0.742±0.005", "T": "1.730(12)"})
    length, period = found.entries
    parts = (0.005 / 0.742) ** 2, (2 * 0.012 / 1.73) ** 2
    assert found.relative == pytest.approx(math.sqrt(sum(parts)))
    assert [length.share, period.share] == pytest.approx([part / sum(parts) for part in parts])
    assert [length.elasticity, period.elasticity] == pytest.approx([1, -2])
    corner = 4 * math.pi**2 * 0.747 / 1.718**2
    assert found.worst_case == pytest.approx(corner - found.value)
    assert [entry.name for entry in found.ranked] == ["T", "L"]
    assert found.better is period
    assert period.halved == pytest.approx(found.value * math.sqrt(parts[0] + parts[1] / 4))


@pytest.mark.parametrize("seed", range(30))
def test_random_budgets_are_those_of_a_matrix(seed):
    """c·S·c for random coefficients and covariances; and halving is a budget of its own."""
    chance = random.Random(seed)  # noqa: S311  (to be the same again)
    names = ["a", "b", "c", "d"][: chance.randint(2, 4)]
    c = [chance.uniform(-3, 3) for _ in names]
    u = [chance.uniform(0.1, 2) for _ in names]
    axes = [[chance.gauss(0, 1) for _ in range(5)] for _ in names]
    unit = [[each / math.hypot(*axis) for each in axis] for axis in axes]
    r = {
        (i, j): math.sumprod(unit[i], unit[j]) if hasattr(math, "sumprod") else
        sum(a * b for a, b in zip(unit[i], unit[j], strict=True))
        for i in range(len(names)) for j in range(len(names))
    }  # fmt: skip
    program = " + ".join(f"({k!r})*{name}" for k, name in zip(c, names, strict=True))
    pairs = {f"{names[i]},{names[j]}": r[i, j] for i, j in combinations(range(len(names)), 2)}

    def given(us):
        return {name: f"1 ± {each!r}" for name, each in zip(names, us, strict=True)}

    found = gradcli.budget(program, given(u), correlations=pairs)
    variance = sum(c[i] * u[i] * r[i, j] * u[j] * c[j] for i, j in r)
    assert found.uncertainty == pytest.approx(math.sqrt(variance))
    assert sum(entry.share for entry in found.entries) == pytest.approx(1)
    for place, entry in enumerate(found.entries):
        halved = [each / 2 if i == place else each for i, each in enumerate(u)]
        alone = gradcli.budget(program, given(halved), correlations=pairs)
        assert entry.halved == pytest.approx(alone.uncertainty)


def test_uncertainties_at_the_ends_of_the_range_of_floats():
    for scale in (1e-200, 1e200):
        found = budget("x + y", {"x": f"0±{3 * scale}", "y": f"0±{4 * scale}"})
        assert found.uncertainty == pytest.approx(5 * scale)


# --- Coverage ------------------------------------------------------------------------------------

# JCGM 100:2008, table G.2.
PRINTED = {
    (0.95, 1): 12.71, (0.95, 2): 4.30, (0.95, 5): 2.57, (0.95, 10): 2.23, (0.95, 50): 2.01,
    (0.99, 1): 63.66, (0.99, 16): 2.92, (0.99, 30): 2.75, (0.6827, 3): 1.20, (0.9, 7): 1.89,
    (0.9545, 4): 2.87, (0.9973, 20): 3.42, (0.95, math.inf): 1.960, (0.99, math.inf): 2.576,
}  # fmt: skip


@pytest.mark.parametrize(("level", "freedom"), PRINTED)
def test_coverage_factors_are_those_of_the_table(level, freedom):
    found = coverage.factor_of(level, freedom)
    printed = PRINTED[level, freedom]
    assert found == pytest.approx(printed, abs=0.0051 if math.isfinite(freedom) else 0.00051)


@pytest.mark.parametrize("freedom", [1, 2, 3.7, 40, 1000])
@pytest.mark.parametrize("level", [0.01, 0.5, 0.999])
def test_a_coverage_factor_covers_its_level(level, freedom):
    t, whole = mp.mpf(coverage.factor_of(level, freedom)), mp.floor(freedom)
    outside = mp.betainc(whole / 2, mp.mpf(1) / 2, 0, whole / (whole + t * t), regularized=True)
    assert float(1 - outside) == pytest.approx(level, rel=1e-8)


def test_equal_parts_have_as_many_degrees_of_freedom_together():
    # Welch and Satterthwaite: n equal parts with ν each have n·ν.
    found = gradcli.budget("x + y + z", dict.fromkeys("xyz", "1±0.1"), dof=dict.fromkeys("xyz", 4))
    assert found.freedom == pytest.approx(12)


# --- Values as people write them -----------------------------------------------------------------

WRITTEN = {
    "0.742±0.005": (0.742, 0.005),
    "0.742 ± 0.005": (0.742, 0.005),
    "0.742+-0.005": (0.742, 0.005),
    "0.742 +/- 0.005": (0.742, 0.005),
    "0.742+−0.005": (0.742, 0.005),
    r"0.742 \pm 0.005": (0.742, 0.005),
    "0.742(5)": (0.742, 0.005),
    "0.742 (5)": (0.742, 0.005),
    "1.5 (0.2)": (1.5, 0.2),
    "0.742(15)": (0.742, 0.015),
    "0.742(5)e-3": (0.742e-3, 0.005e-3),
    "0.742(5) E+3": (742, 5),
    "-7.42(5)": (-7.42, 0.05),
    "1_000(20)": (1000, 20),
    "100.021(0.035)": (100.021, 0.035),
    "5.(1)": (5, 1),
    ".5(1)": (0.5, 0.1),
    "1.6021766208(98)e-19": (1.6021766208e-19, 0.0000000098e-19),
    "200±1%": (200, 2),
    "-200 ± 1.5 %": (-200, 3),
    "pi/2 ± 0.05/sqrt(3)": (math.pi / 2, 0.05 / math.sqrt(3)),
    "1e-3±2e-5": (1e-3, 2e-5),
    "0.742±0": (0.742, 0),
    "0.742": (0.742, 0),
    "2*3": (6, 0),
    "log2(8)": (3, 0),
    "2*log10(100)": (4, 0),
    "exp2(3) ± 0.5": (8, 0.5),
    "3 ± log2(8)": (3, 3),
    "0.742±0.010 (k=2)": (0.742, 0.005),
    "0.742(10) (k = 2)": (0.742, 0.005),
    "200±1% (k=2)": (200, 1),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_values_are_read_as_people_write_them(text):
    value, uncertainty = WRITTEN[text]
    found = read(text, "x")
    assert found.value == pytest.approx(value, rel=1e-15)
    assert found.uncertainty == pytest.approx(uncertainty, rel=1e-14)


@pytest.mark.parametrize("text", [text for text, (_, u) in WRITTEN.items() if "±" in text and u])
def test_elsewhere_the_way_to_a_budget_is_told(text):
    with pytest.raises(GradcliError) as error:
        gradcli.evaluate("x", {"x": text})
    assert "gradcli budget" in error.value.hint


@pytest.mark.parametrize(("text", "value"), [("log2(8)", 3), ("2*log10(100)", 4), ("exp2(3)", 8)])
def test_digits_of_the_name_of_a_function_are_not_uncertain(text, value):
    assert gradcli.evaluate("x", {"x": text}).value == value
    assert gradcli.evaluate("x[1]", {"x": f"[{text}, 1]"}).value == value
    assert budget("x[1]", {"x": f"[{text}, 1±0.1]"}).value == value


@pytest.mark.parametrize(
    "given", ["[1±0.1, 2(1), 3]", ["1±0.1", "2(1)", 3], "[ 1 ±0.1 ,2(1),max(3, 1)]"]
)
def test_lists_have_an_uncertainty_for_each_element(given):
    found = budget("x[1] + x[2]*x[3]", {"x": given})
    assert [entry.uncertainty for entry in found.entries] == [0.1, 1, 0]
    assert found.uncertainty == pytest.approx(math.hypot(0.1, 3))


def test_a_table_of_elements():
    found = budget("w[1,1]*w[2,2]", {"w": "[[1±0.1, 0], [0, 2]]"})
    assert found.uncertainty == pytest.approx(0.2)


ARRAYS = [
    ("sum(x*w)", "x[1]*w[1] + x[2]*w[2]"),
    ("x'@w", "x[1]*w[1] + x[2]*w[2]"),
    ("u = [x[1], w[2]^2]; prod(u)", "x[1]*w[2]^2"),
    ("sum([a, a^2])", "a + a^2"),
    ("h[i] = a*i for i in 1..2; h[1]*sum(h)", "a*(a + 2*a)"),
    ("norm(x)", "sqrt(x[1]^2 + x[2]^2)"),
]


@pytest.mark.parametrize(("source", "in_numbers"), ARRAYS)
def test_a_program_of_arrays_has_the_budget_of_its_elements(source, in_numbers):
    known = {"a": "3±0.1", "x": "[1±0.1, 2(1)]", "w": "[3, 4±1%]"}
    values = {name: known[name] for name in known if name in source}
    found, expected = budget(source, values), budget(in_numbers, values)
    assert (found.value, found.uncertainty) == pytest.approx((expected.value, expected.uncertainty))
    parts = {entry.name: entry.contribution for entry in expected.entries}
    assert {each.name: each.contribution for each in found.entries if each.contribution} == {
        name: pytest.approx(part) for name, part in parts.items() if part
    }
    assert found.worst_case == pytest.approx(expected.worst_case)


@pytest.mark.parametrize("source", ["x", "[a, a^2]", "x*2"])
def test_an_array_has_no_budget(source):
    known = {"a": "3±0.1", "x": "[1±0.1, 2(1)]"}
    with pytest.raises(GradcliError, match="has no gradient"):
        budget(source, {name: value for name, value in known.items() if name in source})


@pytest.mark.parametrize("sign", ["+", "-"])
def test_uncertainties_whose_sum_is_beyond_the_range_of_floats(sign):
    found = budget(f"x {sign} z", {"x": "1e308±1e308", "z": "1e308±1e308"})
    assert found.uncertainty == pytest.approx(math.sqrt(2) * 1e308)


BEYOND_FLOATS = [
    # a program, its values, and its uncertainty beside its value, where no float holds either
    ("exp(x)", {"x": "710±1"}, 1.0),
    ("x*y", {"x": "1e160±1e158", "y": "1e160±1e158"}, math.sqrt(2) / 100),
    ("x^2*y", {"x": "1e200±1e198", "y": "1e-100±1e-101"}, math.hypot(0.02, 0.1)),
    ("x^2", {"x": "1e-200±1e-201"}, 0.2),
    ("exp(x)/exp(y)", {"x": "800±0.1", "y": "799±0.1"}, math.sqrt(2) / 10),
]


@pytest.mark.parametrize(("source", "values", "relative"), BEYOND_FLOATS)
def test_uncertainties_beyond_the_range_of_floats(source, values, relative):
    found = budget(source, values)
    assert found.relative == pytest.approx(relative)
    assert sum(entry.share for entry in found.entries) == pytest.approx(1)
    shown = str(found)
    assert "nan" not in shown
    assert "inf" not in shown
    jsonschema.validate(json.loads(json.dumps(found.to_dict())), json.loads(schema.text("budget")))


# --- What is shown -------------------------------------------------------------------------------

ROUNDED = [
    (9.78749, 0.15095, "9.79 ± 0.15"),
    (9.78749, 0.0996, "9.79 ± 0.10"),
    (123.0, 43.21, "123 ± 43"),
    (12.0, 34.0, "12 ± 34"),
    (0.0, 0.0, "0 ± 0"),
    (-0.0, 0.25, "0.00 ± 0.25"),
    (1e-20, 1e-22, "1e-20 ± 1e-22"),
    (1e20, 1.0, "100000000000000000000 ± 1"),
    (math.nan, math.nan, "nan ± nan"),
]


@pytest.mark.parametrize(("value", "uncertainty", "text"), ROUNDED[:6])
def test_two_digits_of_the_uncertainty_decide_on_the_places_of_the_value(value, uncertainty, text):
    assert with_uncertainty(value, uncertainty, Display()) == text


@pytest.mark.parametrize(("value", "uncertainty", "text"), ROUNDED[6:])
def test_a_result_out_of_reach_of_places_has_digits_of_its_own(value, uncertainty, text):
    shown = with_uncertainty(value, uncertainty, Display())
    assert " ± " in shown
    if math.isfinite(value):
        assert float(shown.partition(" ")[0]) == value


def test_terms_of_second_order_are_shown_where_they_matter():
    assert "second order" in call("budget", "x^2", "--x", "0±1").out
    assert "second order" in call("budget", "x^2", "--x", "1±0.5").out
    assert "second order" not in call("budget", "x^2", "--x", "1±0.001").out


def test_many_inputs_have_no_terms_of_second_order():
    names = [f"x{i}" for i in range(300)]
    found = budget(" + ".join(f"{name}^2" for name in names), dict.fromkeys(names, "1±0.1"))
    assert found.second is None
    assert found.uncertainty == pytest.approx(0.2 * math.sqrt(300))
    assert found.to_dict()["second_order"] is None


def test_names_that_are_split_are_split_in_latex_too():
    called = call("budget", "J(a,b)=3ab", "--a", "1±0.1", "--b", "2±0.1", "--latex")
    assert called.code == 0
    assert r"\frac{\partial J}{\partial a} = 3 b" in called.out
