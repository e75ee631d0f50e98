"""`gradcli code`: the command, bad input, and what is written when."""

from __future__ import annotations

import inspect

import pytest
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


def test_a_large_net_is_written_as_fast_as_it_is_long(tmp_path):
    small, large = (gradcli.code(call("net", f"{n}-{n}-1").out, target="c") for n in (4, 16))
    assert len(large) < 1.2 * 16 * len(small)


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
