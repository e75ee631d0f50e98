"""Whatever the variables of a program are called, it is differentiated and shown the same."""

from __future__ import annotations

import pytest
from command_line import call
from exact_values import value
from graphs import model_of
from hypothesis import HealthCheck, assume, example, given, settings
from mpmath import mpf
from random_programs import DIFFICULT, EXPRESSIONS

import gradcli
from gradcli.errors import GradcliError
from gradcli.evaluation.solve import read_model
from gradcli.graph import array_names, listing
from gradcli.graph.arrays import calls
from gradcli.graph.rules import table
from gradcli.symbolic.derive import derive
from gradcli.symbolic.steps import RULES
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import text
from gradcli.views.lines.latex_names import in_print
from gradcli.views.lines.page import Display
from gradcli.views.lines.unicode import notation

POINTS = [dict(zip("xyz", map(mpf, at), strict=True)) for at in (("0.7", "1.3", "2.1"), (3, 2, 0))]


def renamed(source: str, names: dict[str, str]) -> str:
    """The same expression with other names; the functions of the language stay what they are."""
    tree = parse(source).statements[0].value
    hidden = {each.function for each in ast.walk([tree]) if isinstance(each, ast.Call)}
    assume(hidden.isdisjoint(names.values()))
    return text(substitute(tree, {old: ast.Name(new) for old, new in names.items()}))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS, DIFFICULT)
@example("x^2*exp(x)*sin(y)", {"x": "d", "y": "delta", "z": "du"})
@example("(x*y)^z", {"x": "u", "y": "c", "z": "v"})
@example("sqrt(x)*pi*y", {"x": "x̂", "y": "tau̇", "z": "π"})
def test_names_change_no_derivative(source: str, names: dict[str, str]) -> None:
    other = renamed(source, names)
    inputs = [node.name for node in model_of(other, names.values()).inputs]
    original = derive(source, inputs=[old for old, new in names.items() if new in inputs])
    derived = derive(other, inputs=inputs, with_steps=True)
    shown = notation(Display(), [*derived.inputs, *derived.definitions])
    assert len({*in_print(derived.inputs).values()}) == len(derived.inputs)
    for partial in derived.partials:
        (old,) = (each for each in original.partials if names[each.wrt[0]] == partial.wrt[0])
        before = model_of(original.text(old), original.inputs).output
        after = model_of(derived.text(partial), derived.inputs).output
        lines = [
            f"{name} = {shown.write(derived.definitions[name])}" for name in derived.uses([partial])
        ]
        program = "; ".join([*lines, shown.write(partial.expression)])
        for_people = model_of(program, derived.inputs).output
        for point in POINTS:
            expected = value(before, point)
            there = {names[each]: number for each, number in point.items()}
            for each in (after, for_people):
                found = value(each, there)
                assert (found is None) == (expected is None)
                if expected is not None:
                    assert abs(found - expected) <= mpf(10) ** -25 * (1 + abs(expected))
        (way,) = partial.ways
        for step in way.steps:
            # The letters of a rule are the variable, or no name of the program.
            assert ast.names([step.left]) & {*derived.inputs} <= {*partial.wrt}


@pytest.mark.parametrize("name", ["d", "u", "c", "k", "uu", "x̂", "tau̇", "du", "v1", "π"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule[1])
def test_a_rule_is_written_with_any_name(rule: tuple[str, str, str], name: str) -> None:
    """Each rule on expressions in a variable of that name."""
    variable = ast.Name(name)
    parts = {"x": variable, "u": ast.Call("sin", (variable,)), "v": ast.Call("exp", (variable,))}
    source = text(substitute(parse(rule[1]).statements[0].value, parts | {"c": ast.Number(3.0)}))
    (partial,) = derive(source, [[name]], inputs=[name], with_steps=True).partials
    steps = partial.ways[0].steps
    assert steps[-1].rule == rule[0]
    at = {name: 0.7}
    expected = gradcli.evaluate(source, at).gradient[name]
    for tree in (steps[-1].inserted, steps[-1].derivative, partial.expression):
        found = gradcli.evaluate(text(tree), {n: at[n] for n in ast.names([tree]) & at.keys()})
        assert found.value == pytest.approx(expected, rel=1e-12)


def test_short_names_of_functions_of_arrays_are_no_runs() -> None:
    numbers = set(table().names())
    of_arrays = {name for name in listing.names() if calls.is_known(name)} - numbers
    assert of_arrays == array_names.NAMES


ALIKE = [
    *(("a", "а"), ("xо", "xo"), ("A", "Α"), ("H", "Н"), ("o", "ο")),
    *(("rate_с", "rate_c"), ("х", "x"), ("α_a", "α_а"), ("θх", "θx"), ("Αα", "Аα")),
]
"""Names of Latin letters and of Cyrillic or Greek ones that look the same."""


@pytest.mark.parametrize(("one", "other"), ALIKE)
@pytest.mark.parametrize("program", ["{}*{}^2", "{} = 2; {}*3", "{}(t) = 2; {}*3"])
def test_names_that_look_the_same_are_told(one: str, other: str, program: str) -> None:
    (note,) = model_of(program.format(one, other), [other]).notes[-1:]
    assert note.kind == "alike"
    assert any(word in note.message for word in ("CYRILLIC", "GREEK"))


SPELLINGS = [
    *(("µ", "μ"), ("\u212a", "K"), ("\u2126", "Ω"), ("\u212b", "Å"), ("ｘ", "x"), ("𝑥", "x")),
    *(("e\u0301", "é"), ("ſ", "s"), ("ϕ", "φ"), ("x₁", "x1"), ("ϵ", "ε")),
]
"""Other forms of a letter in Unicode, and the one that is read."""


@pytest.mark.parametrize(("written", "read"), SPELLINGS)
def test_forms_of_a_letter_are_one_name(written: str, read: str) -> None:
    model = model_of(f"{written}*{read} + y")
    assert [node.name for node in model.inputs] == [read, "y"]
    assert gradcli.evaluate(f"{written}*2", {read: 3}).value == 6
    assert not model.notes


@pytest.mark.parametrize(
    "names", [("ν", "v"), ("α", "a"), ("ρ", "p"), ("x", "X"), ("µ", "u"), ("é", "e"), ("ж", "x")]
)
def test_names_that_a_reader_tells_apart_are_no_twins(names: tuple[str, str]) -> None:
    assert not model_of("{}*{}".format(*names)).notes


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("stem", ["n", "stepstepstep_", "a_name_of_forty_letters_or_a_few_more_"])
def test_a_tree_of_long_names_keeps_the_width(stem: str, columns: int) -> None:
    """Names take room from the levels: what is deeper is continued at the margin."""
    steps = [f"{stem}{k} = {f'{stem}{k - 1}' if k else 'x'}*x + sin(y)" for k in range(12)]
    values = ["--x", "0.9", "--y", "0.5", "--tree"]
    called = call("eval", "; ".join(steps), *values, variables={"COLUMNS": str(columns)})
    assert called.code == 0
    assert max(map(len, called.out.splitlines())) <= columns


@pytest.mark.parametrize("name", ["x", "x̂", "x̄", "x1", "ẋ", "θ"])
@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("|{}| + 1", "write abs({}) + 1"),
        ("3*‖{}‖", "write 3*norm({})"),
        ("sin|{}|", "write sin(abs({}))"),
        ("{}|y|", "write {} abs(y)"),
        ("log_{}(3)", "write log(3, {})"),
        ("{} |> sin", "write sin({})"),
        ("Σ({}_i - t_i)^2", "write sum(({}[i] - t[i])^2 for i in 1..3)"),
    ],
)
def test_a_way_out_has_the_name_as_it_is_spelled(text: str, written: str, name: str) -> None:
    if name == "x1" and text.startswith("log_"):
        return  # a base in the name of a logarithm is one letter, or a number
    with pytest.raises(GradcliError) as caught:
        read_model(text.format(name), {})
    assert written.format(name) in str(caught.value.hint)
