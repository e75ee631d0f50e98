"""`gradcli code`: the command, bad input, and what is written when."""

from __future__ import annotations

import inspect

import pytest
from code_cases import LANGUAGES, run_test
from command_line import call

import gradcli
from gradcli import InputError


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["x^2", "--target", "rust"], 2, "there is no target 'rust'"),
        (["x^2", "--target", "C"], 2, "did you mean c?"),
        (["x^2", "--target", "c", "-o", "x.py"], 2, "does not write what a name that ends in .py"),
        (["x^2", "-o", "x.rs"], 2, "does not say what to write"),
        (["x +", "--target", "c"], 2, "ends too early"),
        (["x^2", "--y", "1"], 3, "y"),
        (["x^2", "--of", "zz"], 3, "there is no 'zz'"),
        (["x^2", "--label", "x"], 2, "--label is for the loss of a booster"),
        (["log(-1 - x^2)", "--test"], 2, "no point was found"),
        (["log(x)", "--test", "--x", "-1"], 2, "no finite number"),
        (["x^2", "--test", "--x", "inf"], 2, "no finite number"),
        (["x*1e308*1e-308", "--test", "--x", "9"], 2, "leave the range of floats"),
        (["x^2", "--target", "c", "-o", "missing/x.c"], 2, "its folder does not exist"),
        (["x^2", "--target", "c", "-o", "."], 2, "it is a folder"),
        (["x^2", "--wrt", "x"], 3, "--wrt is an option of"),
        (["x^2", "--target", "xgboost"], 3, "do not say which is predicted"),
        (["x^2", "--target", "xgboost", "--hess"], 2, "has gradient and Hessian anyway"),
        (["a*A", "--target", "sql"], 3, "a and A are the same column to SQL"),
        (["x^2", "--json"], 2, "--json"),
    ],
)
def test_wrong_input_is_refused(words, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    called = call("code", *words)
    assert called.code == code, called.err
    assert message in called.err
    assert not called.out
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("file", "begins"), [("a.c", "//"), ("a.js", "//"), ("a.sql", "--"), ("a.py", "#"), ("a", "#")]
)
def test_the_name_of_a_file_says_its_language(file, begins, tmp_path):
    target = tmp_path / file
    assert call("code", "x^2", "-o", str(target)).code == 0
    assert target.read_text(encoding="utf-8").startswith(f"{begins} out = x^2")


def test_a_test_compares_at_the_values_that_are_given():
    for given in ({"x": 0.125, "y": 3.0}, {"x": 0.125}):
        space: dict = {"__name__": "code"}
        exec(gradcli.code("x*exp(y)", given, test=True), space)  # noqa: S102  (what is tested)
        assert dict(zip("xy", space["KNOWN"][0][0], strict=True)).items() >= given.items()


@pytest.mark.parametrize("target", ["python", "c", "js", "sql"])
def test_a_test_stays_where_code_has_the_numbers(target, tmp_path):
    """Beyond the range of floats gradcli goes on, and code does not: no point is taken there."""
    for source in ("x*1e308*1e-308 + y", "exp(700*x)*exp(-700*x)*y", "1e-200*x*1e-200*1e250*y"):
        text = gradcli.code(source, target=target, test=True)
        passes, said = run_test(text, target, tmp_path)
        assert passes, (source, said)


def test_a_large_net_is_written_as_fast_as_it_is_long(tmp_path):
    small, large = (gradcli.code(call("net", f"{n}-{n}-1").out, target="c") for n in (4, 16))
    assert len(large) < 1.2 * 16 * len(small)


def nested(depth):
    """Conditions in as many brackets, alternately `or` and `and`, and how Python reads them."""
    text, holds = "x > 0", lambda x: x > 0
    for place in range(depth):
        end, word = place % 7 - 3.5, ("or", "and")[place % 2]
        text = f"(x > {end} {word} {text})"
        holds = _joined(word, end, holds) if place < 300 else None
    return text, holds


def _joined(word, end, inner):
    return (lambda x: x > end or inner(x)) if word == "or" else (lambda x: x > end and inner(x))


@pytest.mark.parametrize("target", LANGUAGES)
def test_conditions_may_be_as_deep_as_the_text_is_long(target):
    text, _ = nested(1_500)
    code = gradcli.code(f"x^2 if {text} else 2*x", target=target)
    deepest = max(len(line) - len(line.lstrip()) for line in code.split("\n"))
    assert deepest < 88


def test_deep_conditions_choose_as_they_do_in_python():
    text, holds = nested(300)
    space: dict = {}
    exec(gradcli.code(f"x^2 if {text} else 2*x"), space)  # noqa: S102  (what is tested)
    for place in range(-16, 17):
        x = place / 4
        right = (x * x, 2 * x) if holds(x) else (2 * x, 2)
        value, slopes = space["out_grad"](x)
        assert (value, slopes["x"]) == right, x


def test_what_many_conditions_have_in_common_is_not_written_in_each():
    """Each step is in the next one twice: written in full it would double with each of them."""

    def written(steps):
        lines = ["c0 = x > 0"]
        for place in range(1, steps):
            before = f"c{place - 1}"
            lines.append(f"c{place} = ({before} and x > {place}) or ({before} and y > {place})")
        return len(gradcli.code("\n".join([*lines, f"x if c{steps - 1} else 2*x"])))

    short, long = written(20), written(80)
    assert long < 6 * short


def test_functions_of_floats_have_types():
    text = gradcli.code("a*b^2", hess=True)
    space: dict = {}
    exec(text, space)  # noqa: S102  (what is tested)
    given = {"a": "float", "b": "float"}
    kinds = ["float", "tuple[float, dict[str, float]]"]
    kinds.append("tuple[float, dict[str, float], list[list[float]]]")
    for name, kind in zip(("out", "out_grad", "out_hess"), kinds, strict=True):
        found = inspect.get_annotations(space[name], eval_str=True)
        assert found.pop("return") == eval(kind)  # noqa: S307  (a type)
        assert found == dict.fromkeys(given, float)


def test_only_the_gradient_is_written_where_that_is_asked_for():
    assert "def out(" not in gradcli.code("x^2", grad=True)
    assert "def out_hess(" in gradcli.code("x^2", hess=True)


def test_an_input_that_is_missing_is_an_error_of_ours():
    with pytest.raises(InputError):
        gradcli.code("x^2", {"y": 1})
