"""`gradcli code`: names of the user never become code by accident."""

from __future__ import annotations

import re
from typing import Any

import pytest
from code_cases import RUN, STARTED, run_here, run_test
from running_targets import program_of, runs, values

import gradcli
from gradcli.engine.targets import bundle as bundles
from gradcli.engine.targets.c import C
from gradcli.engine.targets.javascript import JAVASCRIPT
from gradcli.engine.targets.translation import dialects
from gradcli.views.code.names import Names, comment, identifier
from gradcli.views.code.wanted import BOOSTING

WORDS = re.findall(
    r"\S+",
    """
class lambda def None True print async await match case _x self cls import type id input
math np numpy torch jax jnp special pl polars col frame frames annotations Any ArrayLike NDArray
Numbers Callable Sequence double where condition relu softplus sigmoid tanh expm1 x abs float max
int static main printf exp sqrt y0 gamma I NAN NULL INFINITY errno restrict argc stdout
function var let const Math module exports OPERATIONS constructor __proto__ prototype arguments
globalThis require undefined null eval process
select from where group data inputs lines_1 given_1 known KNOWN expected_0 nothing rowid agrees
gradient hessian value test t1 t2 d_x v1 x1 double_2 row found place at point points names numbers
grad hess y_true y_pred preds label prediction weight sample_weight loss losses slopes first second
objective metric sklearn_objective _weighted LOSS LOSS_NAME LOSS_grad one other near out_grad
α ŷ Δx x̄ w_1_1 w[1,1] ж 名 ß é e_2 A a naïve y_hat alpha
""",
)
"""Names that are something else in some language, in what gradcli writes, or in ASCII letters."""

PLACES = 6
"""As how many things a name is tried."""

NO_FUNCTIONS = {"w[1,1]"}
"""What can be nothing but an input."""

BUILT_IN = {"exp", "sqrt", "abs", "max", "gamma", "softplus", "sigmoid", "tanh", "expm1"}
"""Names that have a meaning until they are defined."""


def hostile_programs(turn: int, *, ignores_case: bool):
    """Programs whose output, step, function, parameter, prediction and label are called so.

    In each turn a name is something else. What is to be one column to SQL is called otherwise.
    """
    words = [*{each.lower(): each for each in WORDS}.values()] if ignores_case else WORDS
    for start in range(0, len(words) - PLACES + 1, PLACES):
        group = words[start : start + PLACES]
        output, step, function, given, one, other = group[turn:] + group[:turn]
        made = {output, step, function, given}
        if made & (NO_FUNCTIONS | BUILT_IN):
            # What is called here has to have its own meaning, and an entry is no name of a step.
            output, step, function, given = "R", "s_1", "f_1", "u_1"
        text = (
            f"{function}({given}) = tanh({given})*{given}; {step} = {function}({one}) + {other}; "
            f"{output} = {step}^2*softplus({step}) - {other}*{one} + {step}"
        )
        yield text, one, other


def slowly(each):
    """A parameter that is tried where much time is."""
    return pytest.param(each, marks=pytest.mark.slow)


TURNS = [0, *map(slowly, range(1, PLACES))]


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("target", [*RUN, *BOOSTING])
def test_names_are_never_code(target, turn, tmp_path):
    if target not in BOOSTING and not runs(target):
        pytest.skip(f"{target} is not here")
    programs = [*hostile_programs(turn, ignores_case=target == "sql")]
    if target in STARTED and not turn:
        programs = programs[::4]
    for source, one, other in programs:
        roles = {"prediction": one, "label": other} if target in BOOSTING else {}
        text = gradcli.code(source, {one: 0.25, other: 0.5}, target=target, test=True, **roles)
        passes, said = run_here(text, target, tmp_path)
        assert passes, (source, said)


@pytest.mark.slow
@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
def test_names_of_arrays_are_never_code(target):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for matrix, vector, step in zip(WORDS[::3], WORDS[1::3], WORDS[2::3], strict=False):
        if {matrix, vector, step} & (NO_FUNCTIONS | BUILT_IN):
            continue
        given = {matrix: [[1, 2], [3, 4]], vector: [0.5, 1]}
        source = f"{step} = tanh({matrix}@{vector}); sum({step}*{step}) + prod({vector})*s_1"
        for more in ({}, {"hess": True}):
            text = gradcli.code(source, given, target=target, test=True, **more)
            passes, said = run_here(text, target, None)
            assert passes, (source, said)


@pytest.mark.parametrize("target", ["lightgbm", *map(slowly, ("polars", "numpy", "xgboost"))])
def test_every_name_in_the_code_may_be_that_of_the_program(target):
    """Names are read out of the code: what is written there later is tried as well."""
    source, roles = "softplus(z) - t*z", {}
    if target in BOOSTING:
        roles = {"prediction": "z", "label": "t"}
    text = gradcli.code(source, target=target, test=True, **roles)
    own = {each for each in names_in(compile(text, "code", "exec")) if each.isidentifier()}
    assert len(own) > 20
    for name in sorted(own - {"z", "t", *BUILT_IN}):
        renamed = gradcli.code(f"{name} = {source}", target=target, test=True, **roles)
        passes, said = run_here(renamed, target, None)
        assert passes, (name, said)


def names_in(code):
    """All names that code makes or uses."""
    yield from (*code.co_varnames, *code.co_names)
    for each in code.co_consts:
        if hasattr(each, "co_names"):
            yield from names_in(each)


@pytest.mark.parametrize("target", ["python", *map(slowly, STARTED), "sql"])
def test_an_output_of_any_name_is_a_function(target, tmp_path):
    for name in ("class", "main", "double", "function", "select", "gradient", "KNOWN", "__proto__"):
        text = gradcli.code(f"{name} = p*q", target=target, test=True)
        passes, said = run_test(text, target, tmp_path)
        assert passes, (name, said)


@pytest.mark.parametrize(("target", "mark"), [("c", r"double {}\("), ("js", r"function {}\(")])
def test_no_helper_is_called_as_the_program_is(target, mark):
    table = {"c": C, "js": JAVASCRIPT}[target]
    own = {"c": dialects.C, "js": dialects.JAVASCRIPT}[target].names()
    assert own <= table.words
    for name in (*own, "erfinv", "erfcinv", "two_sum", "EULER", "erf", "gamma"):
        text = gradcli.code(
            f"{name} = Ei(p)*normal_quantile(q) + logsumexp(p, q)", target=target, grad=True
        )
        called = re.search(mark.format(r"(\w+)_grad"), text)[1]
        before = re.sub(r"(?m)^//.*", "", text).partition(f"{called}_grad")[0]
        assert not re.search(rf"\b{called}\b(?!_)", before)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("w[1,2]", "w_1_2"), ("α", "alpha"), ("Ω", "Omega"), ("λ₁", "lambda_1"), ("ŷ", "y_hat"),
        ("x̄", "x_bar"), ("é", "e"), ("ж", "u0436"), ("_x", "x"), ("1", "x_1"), ("x'", "x_prime"),
        ("a*/b\n#", "a_b"), ('"; DROP TABLE data; --', "DROP_TABLE_data"), ("", "x"),
    ],
)  # fmt: skip
def test_a_name_is_spelled_in_ascii(name, spelled):
    assert identifier(name) == spelled
    assert identifier(name).isidentifier()


def test_no_two_names_are_the_same():
    names = Names(["class"], ignores_case=True)
    given = ["class", "w_1", "w[1]", "W[1]", "w_1_2", "w_1"]
    found = [names.free(name) for name in given]
    assert len({name.lower() for name in found}) == len(given)
    assert "class" not in found


@pytest.mark.parametrize(
    "text", ["a\nb", "a\r b", "a\u2028b", "a\u2029b", "a\x0bb", "a\\", "a\x1b[0m"]
)
def test_a_comment_stays_within_its_line(text):
    assert len(comment(text).splitlines()) == 1
    assert "\\" not in comment(text)
    assert comment(text).isprintable()


@pytest.mark.parametrize("target", RUN)
def test_constants_that_are_no_ordinary_numbers_are_written(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    program, nodes = program_of(
        "max(x, -1e999) + min(x, 1e999) + gegenbauer(0*x, x, x)*0", "python"
    )
    assert nodes
    assert program
    program, _ = program_of("where(x > 0, min(x, 1e999), -1e999)", target)
    rows = values(program, [[2.0]], tmp_path)
    assert 2.0 in rows[0]


HELPER = """
from gradcli.engine.functions.rare import scipy_special

def of_both(special: float, x: float) -> float:
    module = scipy_special("besselk")
    return special * module.kv(0.0, x)

def of_its_own(x: float) -> float:
    special = scipy_special("besselk")
    return special.kv(0.0, x)
"""
"""Functions with names of their own that are that of SciPy's module in what is written."""


@pytest.mark.parametrize("name", ["of_both", "of_its_own"])
@pytest.mark.parametrize("taken", [frozenset(), frozenset(["special"])])
def test_names_within_a_function_are_no_modules(name, taken, monkeypatch, tmp_path):
    pytest.importorskip("scipy")
    (tmp_path / "helper_of_a_test.py").write_text(HELPER)
    monkeypatch.syspath_prepend(tmp_path)
    bundle = bundles.Bundle(taken)
    monkeypatch.setattr(bundles, "_home", lambda op: "helper_of_a_test")
    monkeypatch.setitem(bundles.SPECIAL, name, "helper_of_a_test")
    written = bundle.function(name)
    found: dict[str, Any] = {}
    exec("\n".join(bundle.lines()), found)  # noqa: S102  (what is tested)
    args = (3.0, 0.5) if name == "of_both" else (0.5,)
    assert found[written](*args) == pytest.approx(0.9244190712276659 * (args[0] if args[1:] else 1))
