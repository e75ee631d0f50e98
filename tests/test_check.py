"""`gradcli check`: right derivatives are found right, planted ones wrong, and kinks are told."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from accuracy_cases import CASES
from command_line import ROOT, call
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf
from planted_mistakes import MAKERS, planted
from random_programs import EXPRESSIONS

import gradcli
from gradcli import CheckError
from gradcli.graph import operations
from gradcli.graph.rules import RuleTable, table
from gradcli.trust import candidates, precise, references
from gradcli.trust import check as checks
from gradcli.trust.against import against
from gradcli.views import schema

EXAMPLES = sorted(
    each for each in (ROOT / "examples").rglob("*.grad") if each.parent.name != "budgets"
)


# --- References ---------------------------------------------------------------------------------

MP = references.load()
KNOWN = references.references(MP)


def test_what_has_a_reference_has_no_reason_for_having_none() -> None:
    assert not KNOWN.keys() & references.NONE.keys()


NEAR = 1e3
"""Arguments that are further from 0 are left to the accuracy tests."""

TRIED = {
    f"{case.name} {place}": case
    for place, case in enumerate(CASES)
    if case.name in KNOWN
    and case.name != "polylog"  # mpmath's own takes a minute
    and getattr(table().get(case.name, case.arity), "kind", "rule") == "rule"
    and any(max(map(abs, point)) < NEAR for point in case.sample(3))
}
"""The cases of functions with a reference."""


@pytest.mark.parametrize("case", TRIED.values(), ids=TRIED)
def test_a_reference_is_that_of_the_accuracy_cases(case) -> None:
    """The two were written down independently of each other."""
    points = [point for point in case.sample(3) if max(map(abs, point)) < NEAR]
    with mp.workprec(references.BITS):
        for point in points:
            expected = mpf(case.reference(*map(mpf, point)))
            found = mpf(mp.re(KNOWN[case.name](*map(MP.mpf, point))))
            assert abs(found - expected) <= mpf(2) ** -90 * abs(expected), point


# --- What is right ------------------------------------------------------------------------------


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_are_right(file: Path) -> None:
    values = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    found = gradcli.check(file.read_text(encoding="utf-8"), at=values)
    assert found.is_right
    assert found.compared or not math.isfinite(found.solution.value)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(EXPRESSIONS, st.randoms(use_true_random=False))
def test_random_programs_are_right(source: str, chance: random.Random) -> None:
    values = {
        name: round(chance.uniform(0.2, 3), 3) for name in "xyz" if f"{name}" in letters(source)
    }
    found = checks.check(source, values)
    if math.isfinite(found.solution.value):
        assert not found.wrong


def letters(source: str) -> set[str]:
    """The names in a formula."""
    return set(re.findall(r"[A-Za-z_]\w*", source))


BY_HAND = {
    # a program, a point, and each derivative by hand
    "3*(a + b*c)": ({"a": 1, "b": 2, "c": 3}, {"a": 3, "b": 9, "c": 6, "v1": 3, "v2": 3, "out": 1}),
    "sum(A'*A)": (
        {"A": [[1, 2], [3, 4]]},
        {"A[1,1]": 2, "A[1,2]": 6, "A[2,1]": 4, "A[2,2]": 8},
    ),
    "J = sum((W@x)^2)/2": (
        {"W": [[1, 2], [0, 1]], "x": [1, 1]},
        {"W[1,1]": 3, "W[1,2]": 3, "W[2,1]": 1, "W[2,2]": 1, "x[1]": 3, "x[2]": 7},
    ),
    "x*y if x > 1 else y^2": ({"x": 3, "y": 2}, {"x": 2, "y": 3}),
    "max(x, y)*y": ({"x": 1, "y": 5}, {"x": 0, "y": 10}),
    "x^2": ({"x": 0}, {"x": 0}),
}


@pytest.mark.parametrize("source", BY_HAND)
def test_references_are_the_derivatives_by_hand(source: str) -> None:
    values, expected = BY_HAND[source]
    found = {each.name: each.reference for each in gradcli.check(source, at=values).entries}
    assert expected.items() <= found.items()


def test_a_node_that_is_passed_on_has_a_derivative_of_its_own() -> None:
    """B is A, and the derivative by A is more than that by B."""
    found = gradcli.check("B = A'; sum(A) + sum(B*B)", at={"A": [[1, 2], [3, 4]]})
    by = {each.name: each.reference for each in found.entries}
    assert (by["A[1,2]"], by["B[2,1]"]) == (5, 4)


# --- What is wrong ------------------------------------------------------------------------------

PLANTED = {
    "sin": "sin(x)*x",
    "exp": "exp(x)/3",
    "mul": "x*y",
    "div": "x/y",
    "pow": "x^3",
    "tanh": "tanh(x*y)",
    "sqrt": "sqrt(x) + y",
    "logsumexp": "logsumexp(x, y)",
    "norm": "norm(x, y)",
}


@pytest.mark.parametrize("op", PLANTED)
def test_a_rule_that_is_wrong_by_a_thousandth_is_found(op, monkeypatch) -> None:
    right = RuleTable.open_partial  # what every derivative is taken by, and `partial` as well

    def wrong(self, graph, node, place):
        partial = right(self, graph, node, place)
        if node.op != op:
            return partial
        factors = operations.made(graph, partial), graph.const(1.001)
        return operations.make(graph, "mul", factors)

    def wrongs(self, graph, node, wanted):
        leads = [wanted[arg.index] for arg in node.args]
        return tuple(
            wrong(self, graph, node, at) if is_one else None for at, is_one in enumerate(leads)
        )

    values = dict.fromkeys(letters(PLANTED[op]) & {"x", "y"}, 0.7)
    assert checks.check(PLANTED[op], values).is_right
    monkeypatch.setattr(RuleTable, "open_partial", wrong)
    monkeypatch.setattr(RuleTable, "open_partials", wrongs)
    assert not checks.check(PLANTED[op], values).is_right


def test_what_is_lost_in_rounding_is_wrong_and_an_assertion_error() -> None:
    with pytest.raises(AssertionError, match=r"by x is wrong.*of its 16 digits") as error:
        gradcli.check("log(1 - cos(x))", at={"x": 1e-7})
    assert isinstance(error.value, CheckError)
    assert error.value.names[0] == "x"
    assert gradcli.check("log(1 - cos(x))", at={"x": 1e-7}, tolerance=0.01).is_right


# --- What is neither ----------------------------------------------------------------------------

OPEN = {
    "abs(x)*y": ({"x": 0, "y": 2}, {"x": "a kink"}),
    "relu(x) + x*y": ({"x": 0, "y": 2}, {"x": "a kink"}),
    "max(x, y)": ({"x": 2, "y": 2}, {"x": "a kink", "y": "a kink"}),
    "floor(x)*y": ({"x": 3, "y": 2}, {"x": "a jump"}),
    "sqrt(x*y)": ({"x": 0, "y": 2}, {"x": "end of a domain", "y": "end of a domain"}),
    "x if x > y else -x": ({"x": 1, "y": 1}, {"x": "border", "y": "border"}),
    "gcd(x, y)*x": ({"x": 4, "y": 6}, {"y": "no reference for gcd"}),
    "norm(x, y)": ({"x": 0, "y": 0}, {"x": "kink", "y": "kink"}),
    "cbrt(x)*y": ({"x": 0, "y": 2}, {"x": "an infinite slope"}),
    # 0 times what has no one finite partial may be anything.
    "x*sqrt(x)": ({"x": 0}, {"x": "the end of a domain"}),
    "sqrt(x)^2": ({"x": 0}, {"x": "the end of a domain"}),
    "sqrt(x*y)*x": ({"x": 0, "y": 1}, {"x": "the end of a domain", "y": "the end of a domain"}),
    "asin(x)*(x - 1)": ({"x": 1}, {"x": "the end of a domain"}),
    "sqrt(1 - x)^3": ({"x": 1}, {"x": "the end of a domain"}),
    "acos(x)^2": ({"x": 1}, {"x": "the end of a domain"}),
    "cbrt(x)^3": ({"x": 0}, {"x": "an infinite slope"}),
    "cbrt(x)^4": ({"x": 0}, {"x": "an infinite slope"}),
    "cbrt(x)^5": ({"x": 0}, {"x": "an infinite slope"}),
    "sign(x)*x": ({"x": 0}, {"x": "a jump"}),
    "floor(x)*(x - 3)": ({"x": 3}, {"x": "a jump"}),
}


@pytest.mark.parametrize("source", OPEN)
def test_what_is_not_one_number_is_not_compared(source: str) -> None:
    values, expected = OPEN[source]
    found = checks.check(source, values)
    reasons = {each.name: each.reason for each in found.entries if each.ulp is None}
    assert found.is_right
    for name, words in expected.items():
        assert words in reasons[name]
    assert all(each.name in reasons or each.ulp is not None for each in found.entries)


ONE_NUMBER = {
    # a derivative that there is at a point where a node has none, by hand
    "abs(x)*x": ({"x": 0}, 0),
    "abs(x)^2 + x": ({"x": 0}, 1),
    "relu(x)*sin(x)": ({"x": 0}, 0),
    "x*sqrt(y)": ({"x": 0, "y": 4}, 2),
    "x if y > 0 else sqrt(x)": ({"x": 0, "y": 1}, 1),
    "max(x, sqrt(x) - 1)": ({"x": 0}, 1),
    "x^3": ({"x": 0}, 0),
    "x^5 + 2*x": ({"x": 0}, 2),
    "1e-200*x": ({"x": 0}, 1e-200),
    "sin(x)^7": ({"x": 0}, 0),
    "x*tan(x)^3": ({"x": 0}, 0),
}


@pytest.mark.parametrize("source", ONE_NUMBER)
def test_what_is_one_number_is_compared_and_right(source: str) -> None:
    values, expected = ONE_NUMBER[source]
    found = checks.check(source, values)
    assert found.is_right
    entry = next(each for each in found.entries if each.name == "x")
    assert (entry.gradient, entry.reference) == (expected, expected)
    assert all(each.ulp is not None for each in found.entries if each.name in values)


FLAT = ["x^2", "x^3", "1 - cos(x)", "x*sin(x)", "exp(x) - x", "x^4*y"]


@pytest.mark.parametrize("source", FLAT)
def test_a_slope_of_0_is_no_kink(source: str) -> None:
    values = {name: {"x": 0, "y": 2}[name] for name in letters(source) & {"x", "y"}}
    assert all(each.ulp is not None for each in checks.check(source, values).entries)


# --- The command --------------------------------------------------------------------------------


def test_json_is_of_the_schema_where_something_is_wrong() -> None:
    called = call("check", "log(1 - cos(x))", "--x", "1e-7", "--json")
    found = json.loads(called.out)
    jsonschema.validate(found, json.loads(schema.text("check")))
    assert called.code == 5
    assert not found["ok"]
    assert json.loads(called.err)["kind"] == "check"


def test_without_values_a_point_is_chosen_and_always_the_same() -> None:
    first, second = (checks.check("log(x)*sqrt(y - 2)", {}) for _ in range(2))
    assert first.is_chosen
    assert first.inputs == second.inputs
    assert first.compared


def test_without_mpmath_it_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr(references, "import_module", lambda _: (_ for _ in ()).throw(ImportError))
    with pytest.raises(gradcli.UsageError, match="mpmath") as error:
        checks.check("x^2", {"x": 1})
    assert error.value.hint == "pip install 'gradcli[check]'"


def test_nobody_elses_precision_is_changed() -> None:
    before = mp.prec
    checks.check("sin(x)", {"x": 1})
    assert mp.prec == before


def test_operations_of_conditions_are_known() -> None:
    assert set(KNOWN) >= precise.COMPARISONS | precise.LOGIC


LARGE = {
    "inv(A)[1,1]": {"A": [[float(i == j) for i in range(9)] for j in range(9)]},
    "sum(A@A@A)": {"A": [[1.0] * 60] * 60},
    "sum(cumsum(x))": {"x": [1.0] * 900},
}


@pytest.mark.parametrize("source", LARGE)
def test_what_is_too_large_is_said(source: str) -> None:
    with pytest.raises(gradcli.UsageError) as error:
        checks.check(source, LARGE[source])
    assert error.value.kind == "too-large"


# --- Somebody's own gradient --------------------------------------------------------------------

SEEDS = {"those that it was made with": 0, "held out": 99, "held out as well": 2026}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS)
@pytest.mark.parametrize("kind", MAKERS)
def test_planted_mistakes_are_named_and_right_gradients_are_right(kind: str, seed: int) -> None:
    """Of 12 mistakes of each kind at least 10 are named rightly; no right gradient is wrong."""
    named = 0
    for program, values, right, wrong in planted(kind, seed, 12):
        assert against(program, values, right).is_right, program
        found = against(program, values, wrong)
        assert not found.is_right, program
        named += {each.mistake for each in found.wrong} == {kind}
    assert named >= 10


NAMED = [
    # a program, a gradient, values, the kind of mistake and some of what is said of it
    ("a = w*x; C = (y-a)^2/2", "dC/dw = (y-a)*x", {}, "sign", "the factor -1 everywhere"),
    ("sum((X@w)^2)", {"w": [5.0, 8.0]}, {"X": [[1, 2], [3, 4]], "w": [1, 0]}, None, "no mistake"),
    ("x*sin(x)", "d/dx = sin(x)", {}, "missing path", "the path x → v1 → out is missing"),
    ("sin(x^2)", "d/dx = cos(x^2)", {}, "inner derivative", "of v1 = x^2 by x is left out"),
    ("u*v", "d/du = u; d/dv = v", {}, "exchanged", "by u and v are exchanged"),
    (
        "w[1]*2 + w[2]*3 + w[3]*4",
        "d/dw[1] = 3; d/dw[2] = 4; d/dw[3] = 0",
        {},
        "off by one",
        "entry i + 1",
    ),
    ("abs(x)", {"x": 1.0}, {"x": 0}, "other side", "the other side of its kink"),
    ("abs(x)", {"x": 0.5}, {"x": 0}, "other side", "between the slopes on both sides of its kink"),
    ("relu(x - 2)*k + x", {"x": -0.7}, {"x": 2, "k": -1.7}, "other side", "on the other side"),
    ("max(x) + y", {"x": [1, 0]}, {"x": [2, 2], "y": 1}, "other side", "the other side of its"),
    ("a = cos(t^2); J = a^3", "d/dt = 3*a^2", {}, "inner derivative", "of a = cos(v1) by t is"),
    ("exp(x)*y", "d/dx = exp(x)*y*1.7", {}, "factor", "the factor 1.7"),
    ("exp(x)*y", "d/dx = 0*x", {}, "missing path", "x → v1 → out is missing"),
    ("sum(x + b)", {"b": [1, 1]}, {"x": [1, 2], "b": 1}, "not summed", "it is a vector of 2"),
    (
        "sum(W@x)",
        {"W": [[1, 1], [2, 2], [3, 3]]},
        {"W": [[1, 1, 1]] * 2, "x": [1, 2, 3]},
        "transposed",
        "it is transposed: it is 3×2, and W is 2×3",
    ),
    ("sum(x)", {"x": [1, 1, 1]}, {"x": [1, 2]}, "shape", "vector of 3, and x is a vector of 2"),
    ("x^2", {"x": math.nan}, {"x": 3}, None, "no mistake is known"),
]


@pytest.mark.parametrize(("program", "gradient", "values", "kind", "words"), NAMED)
def test_a_mistake_is_told_in_words(program, gradient, values, kind, words) -> None:
    found = against(program, values, gradient)
    assert not found.is_right
    for each in found.wrong:
        assert each.mistake == kind
        assert words in each.reason


def test_kinds_that_are_planted_are_those_that_have_a_name() -> None:
    entry = json.loads(schema.text("check"))["$defs"]["entry"]["properties"]
    assert {*entry["mistake"]["enum"]} == {None, *candidates.KINDS}
    told = {"exchanged", "shape"}  # in the table above
    assert {*MAKERS} | told == {*candidates.KINDS}


def test_a_gradient_may_be_a_function_or_what_eval_printed() -> None:
    program = "a = w*x; C = (y - a)^2/2"
    found = gradcli.check(program, lambda w, x, y: {"w": (w * x - y) * x, "dC/dy": y - w * x})
    assert [each.name for each in found.entries] == ["w", "y"]
    at = {"w": 1, "x": 2, "y": 3}
    assert gradcli.check(gradcli.function(program), gradcli.evaluate(program, at).to_dict(), at=at)
    assert gradcli.check("x*y", lambda x, y: (y, x)).is_right
    with pytest.raises(AssertionError, match="by w is wrong: off by the factor 2 everywhere"):
        gradcli.check(program, "dC/dw = 2*(a - y)*x")


def test_a_gradient_may_use_the_steps_and_functions_of_its_program() -> None:
    program = "f(z) = z^2 + k; g(z) = f(z)*z; u = f(x); u*g(y)"
    assert against(program, {}, "d/dx = 2*x*g(y); d/dy = u*(f(y) + 2*y^2); d/du = g(y)").is_right
    assert not against(program, {}, "d/dx = 2*x*f(y)").is_right


def test_how_far_off_a_derivative_of_0_is_has_a_number() -> None:
    (wrong,) = against("relu(x)*y", {"x": 0, "y": 2}, {"x": 2.0}).wrong
    assert wrong.ulp == 2**52


def test_a_right_gradient_at_a_kink_is_that_which_is_used_there() -> None:
    assert against("relu(x)*y", {"x": 0, "y": 2}, {"x": 0.0, "y": 0.0}).is_right


def test_only_a_module_that_is_named_is_run(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {
        "right_one": "def grad(x, y):\n    return {'x': y, 'y': x}\n",
        "wrong_one": "class Net:\n    def grad(x, y):\n        return -y, -x\n",
        "raising_one": "raise RuntimeError('no')\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    before = [*sys.path]
    assert call("check", "x*y", "--against", "right_one:grad").code == 0
    wrong = call("check", "x*y", "--against", "wrong_one:Net.grad")
    assert (wrong.code, "factor -1 everywhere" in wrong.out) == (5, True)
    for what, words in {
        "right_one:grat": "did you mean grad?",
        "right_one:__name__": "is no function",
        "raising_one:grad": "RuntimeError: no",
        "nowhere_at_all:grad": "cannot be imported",
    }.items():
        called = call("check", "x*y", "--against", what)
        assert called.code == 2
        assert words in " ".join(called.err.split())
    assert sys.path == before
    assert call("check", "x*y", "right_one:grad").code == 2  # which is a formula


def test_a_path_that_no_edge_has_to_itself_is_named() -> None:
    """Two diamonds, one behind the other: four paths through eight edges."""
    program = "a = x^2; b = sin(x); c = a*b; d = exp(c); e = c^3; J = d*e"
    slopes = {"a": "2*x*b", "b": "cos(x)*a", "d": "d*e", "e": "3*c^2*d"}
    terms = [f"{slopes[first]}*{slopes[last]}" for first in "ab" for last in "de"]
    assert against(program, {}, f"d/dx = {' + '.join(terms)}").is_right
    (wrong,) = against(program, {}, f"d/dx = {' + '.join(terms[1:])}").wrong
    assert wrong.reason == "the path x → a → c → d → J is missing"
    (wrong,) = against(program, {}, f"d/dx = {' + '.join([*terms, terms[3]])}").wrong
    assert wrong.reason == "the path x → b → c → e → J is counted twice"


@pytest.mark.process
def test_a_program_of_numbers_needs_no_numpy() -> None:
    words = (
        "import sys, gradcli; gradcli.check('x^2*y', 'd/dx = 2*x*y'); print('numpy' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    assert found.stdout == "False\n"


LARGEST = "+".join(f"sin({n}*x*y)" for n in range(1500))


def test_a_mistake_in_a_large_program_is_named() -> None:
    assert against(LARGEST, {"x": 0.3, "y": 0.2}, {"x": 0.0}).wrong


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("sin(x)", {"x": -3.2e143}),
        ("sigmoid(x)", {"x": -2e-138}),
        ("exp2(x)", {"x": 9e-292}),
        ("hypot(x, y)", {"x": -5e-297, "y": 2e-111}),
        ("x^y", {"x": 2.5e36, "y": -5.7e-153}),
        ("log(x)", {"x": 1e300}),
        ("1/x", {"x": 1e-150}),
    ],
)
def test_inputs_of_any_size_have_enough_digits(source: str, values: dict[str, float]) -> None:
    """What 1 + x changes by is 480 bits away from it where x is 1e-200."""
    assert all(entry.is_right for entry in gradcli.check(source, at=values).entries)


FAR = [("trigamma(x)", -1234567.25), ("dawson(x)", 1e70), ("dawson(x)", -1e300), ("erfcx(x)", 1e70)]


@pytest.mark.parametrize(("source", "x"), FAR)
def test_far_out_there_are_references_too(source: str, x: float) -> None:
    found = gradcli.check(source, at={"x": x})
    assert found.is_right
    assert len(found.entries) == 2


def test_a_gradient_beside_one_that_is_too_small_for_a_float_is_wrong() -> None:
    program = "Ci(1e-308^y + where(1, 1e308, x))"
    with pytest.raises(gradcli.CheckError, match="is wrong"):
        gradcli.check(program, {"x": 1, "y": 1}, at={"x": -1, "y": 1})


NO_MISTAKE = [
    # programs whose nodes are tied or alike, which is no mistake of a derivative
    ("sign(-x)", {"x": 0}),
    ("clip(sign(trunc(x)), -1, 0.5)", {"x": 0.5}),
    ("sign(abs(x)/4)*3", {"x": 0}),
    ("u = [2, 2]; sum(u)*x", {"x": 1}),
    ("sum(relu([1.5, 1.5] - 1))*x", {"x": 1}),
    ("u = [3, x, 3]; sum(u^2) + sum([1, 1]*x)", {"x": 1}),
    ("sum(2*[1, 1, 1] + [x, x, x])", {"x": 1}),
    ("1e-300*tan(x)", {"x": 1.5707963267948966}),
    ("exp(x)*1e300", {"x": 1}),
]


@pytest.mark.parametrize(("program", "values"), NO_MISTAKE)
def test_what_is_tied_or_alike_is_no_mistake(program, values):
    assert gradcli.check(program, at=values).is_right


BEYOND_FLOATS = [
    # gradients that are right, and no float holds them, or what they are made of
    ("erf(exp(2*x))", "d/dx = 4*exp(2*x)*exp(-exp(4*x))/sqrt(pi)", {"x": 3}),
    ("exp(x)*y", "d/dy = exp(x)", {"x": 800, "y": 0}),
    ("exp(x)*y", "d/dy = exp(x); d/dx = exp(x)*y", {"x": -800, "y": 1e-300}),
    ("log(cosh(x))", "d/dx = sinh(x)/cosh(x)", {"x": 900}),
]


@pytest.mark.parametrize(("program", "gradient", "values"), BEYOND_FLOATS)
def test_a_right_gradient_that_no_float_holds_is_right(program, gradient, values):
    assert against(program, values, gradient).is_right
