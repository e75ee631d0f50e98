"""Functions of arrays as they are listed: each is there, and is what its line says."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import numpy as np
import pytest

import gradcli
from gradcli.cli.complete import complete_expression, complete_function
from gradcli.graph import listing
from gradcli.graph.arrays import calls
from gradcli.graph.entry import Entry
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.text import text
from gradcli.views import functions, schema
from gradcli.views.lines.array_forms import forms

LINES = [entry for entry in listing.of_arrays() if entry.kind != "alias"]


def test_every_function_of_arrays_that_can_be_called_has_a_line() -> None:
    known = {*calls._REDUCTIONS, *calls._OTHERS, *calls._TOLD, calls.EINSUM}
    assert {entry.name for entry in listing.of_arrays()} == known


def test_a_function_that_has_no_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(calls._OTHERS, "forgotten", (1, calls._trace))
    with pytest.raises(AssertionError, match="forgotten"):
        test_every_function_of_arrays_that_can_be_called_has_a_line()


@pytest.mark.parametrize("entry", LINES, ids=lambda entry: entry.name)
def test_every_example_is_so(entry: Entry) -> None:
    assert entry.doc
    call, _, value = entry.example.partition(" = ")
    assert call.startswith(f"{entry.name}(")
    found, expected = (np.asarray(gradcli.evaluate(each, {}).value) for each in (call, value))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)


NO_FORMULA = {
    "cholesky": "it speaks of L, and of functions that are no functions of the language",
    "ones": "its arguments are lengths",
    "zeros": "likewise",
    "eye": "likewise",
    "len": "its value is a constant",
}
"""What is not compared with what its line says of derivatives, and why."""


def called(entry: Entry) -> tuple[dict[str, Any], list[str]]:
    """The arguments of an example by their names, and what stands behind the semicolon."""
    call = parse(entry.example.partition(" = ")[0]).statements[0].value
    assert isinstance(call, ast.Call)
    values = {
        name: gradcli.evaluate(text(argument), {}).value
        for name, argument in zip(entry.params, call.arguments, strict=True)
    }
    return values, [text(each) for each in call.parameters]


def _with_axes(formula: str, entry: Entry, told: list[str]) -> str:
    """A formula for what the example tells the function, or for all axes."""
    for name, value in zip(entry.parameters, told, strict=bool(told)):
        formula = re.sub(rf"(?<=[;,] ){name}(?=[,)])", value, formula)
    return formula if told else re.sub(r"; \w+\)", ")", formula)


RULES = [entry for entry in LINES if entry.kind == "pullback" and entry.name not in NO_FORMULA]


@pytest.mark.parametrize("entry", RULES, ids=lambda entry: entry.name)
def test_every_argument_gets_what_the_line_says(entry: Entry) -> None:
    values, told = called(entry)
    written = f"{entry.name}({', '.join(entry.params)}"
    written += f"; {', '.join(told)})" if told else ")"
    result = np.asarray(gradcli.evaluate(written, values).value)
    adjoint = np.cos(np.arange(result.size)).reshape(result.shape) if result.shape else 0.7
    program = f"sum(g*{written})" if result.shape else f"g*{written}"
    point = {**values, "g": adjoint}
    solution = gradcli.evaluate(program, point)
    for name, formula in zip(entry.params, entry.formulas, strict=True):
        own = _with_axes(formula, entry, told)
        used = {each: value for each, value in point.items() if re.search(rf"\b{each}\b", own)}
        found = np.asarray(gradcli.evaluate(own, used).value)
        slope = np.asarray(solution.get(f"d/d{name}"))
        np.testing.assert_allclose(np.broadcast_to(found, slope.shape), slope, rtol=1e-12)


DEFINITIONS = [entry for entry in LINES if entry.kind == "definition"]


@pytest.mark.parametrize("entry", DEFINITIONS, ids=lambda entry: entry.name)
def test_every_definition_is_so(entry: Entry) -> None:
    values, told = called(entry)
    found = gradcli.evaluate(_with_axes(entry.text, entry, told), values).value
    expected = gradcli.evaluate(entry.example.partition(" = ")[2], {}).value
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("sum(ones(2*3))", 6),
        ("n = 2; sum(ones(n))", 2),
        ("n = 2; m = n + 1; sum(ones(n, m*2))", 12),
        ("sum(eye(6/2))", 3),
    ],
)
def test_a_length_may_be_a_formula_of_numbers(program: str, value: float) -> None:
    assert gradcli.evaluate(program, {}).value == value


def test_they_are_listed_and_completed() -> None:
    page = str(functions.render(listing.entries(), functions.Display(width=200)))
    for entry in listing.of_arrays():
        assert re.search(rf"\b{entry.name}\b", page)
        assert entry.name in complete_function(entry.name[:2])
        assert f"2*{entry.name}(" in complete_expression(f"2*{entry.name}")
    assert [each["name"] for each in gradcli.functions("log_softmax")] == ["log_softmax"]
    found = json.loads(functions.to_json(listing.entries()))
    jsonschema.validate(found, json.loads(schema.text("functions")))
    by_name = {each["name"]: each for each in found["functions"] if each["example"]}
    assert by_name["logdet"]["derivatives"] == {"A": "g*inv(A)'"}
    assert by_name["sum"]["call"] == "sum(x; k)"


@pytest.mark.parametrize("entry", LINES, ids=lambda entry: entry.name)
def test_formulas_know_the_form_of_every_call_or_that_they_do_not(entry: Entry) -> None:
    call = parse(entry.example.partition(" = ")[0]).statements[0].value
    assert isinstance(call, ast.Call)
    arguments = [gradcli.evaluate(text(each), {}).value for each in call.arguments]
    shapes = {
        name: np.shape(each)
        for name, each in zip(entry.params, arguments, strict=False)  # (m, n) may be one
        if np.shape(each)
    }
    named = [
        ast.Name(name) if name in shapes else each
        for name, each in zip(entry.params, call.arguments, strict=False)
    ]
    written = ast.Call(call.function, tuple(named), parameters=call.parameters)
    found = forms(written, shapes)[written]
    value = gradcli.evaluate(entry.example.partition(" = ")[0], {}).value
    assert found is None or found.shape == np.shape(value)
