"""`gradcli code`: names of the user never become code by accident."""

from __future__ import annotations

import re

import pytest
from code_cases import RUN, run_test
from running_targets import program_of, runs, values

import gradcli
from gradcli.engine.targets.c import C
from gradcli.engine.targets.javascript import JAVASCRIPT
from gradcli.engine.targets.translation import dialects
from gradcli.views.code.names import Names, comment, identifier

WORDS = [
    *("class", "lambda", "def", "None", "True", "print", "math", "np", "torch", "jnp", "pl", "abs"),
    *("int", "double", "static", "main", "printf", "exp", "sqrt", "y0", "gamma", "I", "NAN"),
    *(
        "function",
        "var",
        "let",
        "const",
        "Math",
        "module",
        "OPERATIONS",
        "constructor",
        "__proto__",
    ),
    *(
        "select",
        "from",
        "where",
        "group",
        "data",
        "inputs",
        "lines_1",
        "known",
        "KNOWN",
        "expected_0",
    ),
    *("gradient", "hessian", "value", "test", "t1", "t2", "d_x", "v1", "softplus", "sigmoid", "x1"),
    *("double_2", "objective", "metric", "row", "found", "place", "at", "point", "names", "frame"),
]
"""Names that are something else in some language, or in what gradcli writes."""

ODD = ["α", "ŷ", "Δx", "x̄", "w_1_1", "ж", "名", "ß", "é", "e_2", "A", "a"]


@pytest.mark.parametrize("target", RUN)
def test_names_are_never_code(target, tmp_path):
    if not runs(target):
        pytest.skip(f"{target} is not here")
    for names in (WORDS[::2], WORDS[1::2], [*ODD, "w[1,1]"]):
        if target == "sql":  # to which upper and lower case are one
            names = [*{name.lower(): name for name in names}.values()]  # noqa: PLW2901
        terms = [f"{n}*{name}" for n, name in enumerate(names, 2)]
        source = f"softplus({' + '.join(terms[:3])}) + {'*'.join(names[:2])} + {' + '.join(terms)}"
        given = dict.fromkeys(names, 0.25)
        text = gradcli.code(source, given, target=target, test=True)
        passes, said = run_test(text, target, tmp_path)
        assert passes, (names, said)


@pytest.mark.parametrize("target", ["python", "c", "js", "sql"])
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
