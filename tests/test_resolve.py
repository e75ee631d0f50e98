"""Names resolved: the places of nodes in the text, the notes, strictness, and who wins."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Mapping

import pytest
from graphs import canonical, model_of

from gradcli.errors import InputError, ParseError, Span
from gradcli.evaluation.solve import read_model, solve
from gradcli.graph import build
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.syntax import ast


def places(source: str, given: str = "") -> dict[str, str]:
    """The text that each node was read from, by the node's canonical text."""
    solution = solve(source, dict.fromkeys(given.split(), 0.5))
    return {
        node.expression: source[slice(*node.span)]
        for node in solution.nodes
        if node.span is not None
    }


def notes(source: str, given: str = "") -> list[tuple[str, str]]:
    """Kind and place of each note."""
    return [
        (note.kind, source[slice(*(note.span or Span(0, 0)))])
        for note in model_of(source, given.split()).notes
    ]


def test_every_node_knows_where_it_was_written() -> None:
    assert places("3*(a + b*c)", "a b c") == {
        "a": "a",
        "b": "b",
        "c": "c",
        "b*c": "b*c",
        "a + v1": "a + b*c",
        "3*v2": "3*(a + b*c)",
    }


def test_a_step_is_placed_at_its_formula() -> None:
    found = places("u = a * b # product\nJ = 2 u", "a b")
    assert found["a*b"] == "a * b"
    assert found["2*u"] == "2 u"


def test_what_a_function_stands_for_is_placed_at_its_call() -> None:
    assert places("f(z) = z^2 + 1\nf(x) + 3", "x")["x^2"] == "f(x)"


def test_letters_are_placed_one_by_one() -> None:
    found = places("2abc", "a b c")
    assert [found[name] for name in "abc"] == ["a", "b", "c"]
    assert found["2*a"] == "2a"


@pytest.mark.parametrize(
    ("source", "given", "expected"),
    [
        ("3*(a+b*c)", "", []),
        ("1/2x", "", [("implicit-product", "1/2x")]),
        ("y + 1/2x", "", [("implicit-product", "1/2x")]),
        ("bc + 1", "b c", [("letters", "bc")]),
        ("e = 2; e", "", [("hidden", "e")]),
        ("pi + 1", "pi", [("hidden", "pi")]),
        ("beta + gamma", "beta gamma", []),
        ("beta(x + 1)", "beta", [("hidden", "beta")]),
        ("sin(x) = x; 2sin(y)", "", [("hidden", "sin")]),
        ("x + 1e999", "", [("overflow", "1e999")]),
        ("bc + 1/2b + bc + 1/2b", "b c", [("letters", "bc"), ("implicit-product", "1/2b")]),
        ("1/2x + 1/3x", "", [("implicit-product", "1/2x"), ("implicit-product", "1/3x")]),
        ("f(x) = 1/2x; f(a) + f(b)", "", [("implicit-product", "1/2x")]),
        ("e^2x", "", [("implicit-product", "e^2x")]),
        ("y - 3e^-2x*y", "", [("implicit-product", "e^-2x")]),
        ("2^3x + 2^3x + 10^2x", "", [("implicit-product", "2^3x"), ("implicit-product", "10^2x")]),
        ("(1/2)^2x", "", [("implicit-product", "(1/2)^2x")]),
        ("e^½x", "", [("implicit-product", "e^½x")]),
        ("π^2sin(x)", "", [("implicit-product", "π^2sin(x)")]),
        ("2^3^2x", "", [("implicit-product", "2^3^2x")]),
        ("xe^2x", "x", [("letters", "xe"), ("implicit-product", "e^2x")]),
        ("f(k) = 2^2x*k; f(a) + f(b)", "", [("implicit-product", "2^2x")]),
        ("2^ab", "a b", [("letters", "ab")]),
        ("1/e^2x", "", [("implicit-product", "1/e^2x")]),
        ("10^3 x + e^-2 t", "", []),
        ("x^2y + x^2(y) + 3x^-2y", "", []),
        ("e^x(x + 1) + e^2(x + 1) + e^x sin(x)", "", []),
        ("e²x + 10⁻³x + 2^(3)x", "", []),
        ("f(e) = e^2x; f(a)", "", [("hidden", "e")]),
        ("e^2x", "e", [("hidden", "e")]),
    ],
)
def test_every_doubtful_reading_is_noted_once(
    source: str, given: str, expected: list[tuple[str, str]]
) -> None:
    assert notes(source, given) == expected


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("1/2x", {"x": 1}),
        ("e^2x", {"x": 1}),
        ("bc", {"b": 1, "c": 2}),
        ("pi", {"pi": 3}),
        ("x(beta(x))", {"x": 1, "beta": 2}),
        ("x + 1e999", {"x": 1}),
    ],
)
def test_strict_refuses_what_would_be_noted(source: str, values: dict[str, float]) -> None:
    (note,) = solve(source, values).notes
    with pytest.raises(ParseError) as refused:
        solve(source, values, strict=True)
    error = refused.value
    assert (error.kind, error.message, error.span) == (note.kind, note.message, note.span)
    assert error.source == source


@pytest.mark.parametrize(
    ("source", "whole"),
    [
        ("e^2x", "e^(2x)"),
        ("3*e^-2x*y", "e^(-2x)"),
        ("2^3^2x", "2^3^(2x)"),
        ("e^2xy^2", "e^(2xy^2)"),
        ("(1/2)^2x^2", "(1/2)^(2x^2)"),
        ("2**3x", "2**(3x)"),
        ("e^−½√x", "e^(−½√x)"),
        ("e^√2x", "e^(√2x)"),
    ],
)
def test_what_may_be_in_an_exponent_is_written_into_it(source: str, whole: str) -> None:
    program = read(source, ["x", "y"])
    notes = resolve(program, ["x", "y"]).notes
    (note,) = [note for note in notes if note.kind == "implicit-product"]
    assert note.message.endswith(f"; for all of it in the exponent write {whole}")
    read(whole, ["x", "y"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pi + pi", ["pi"]),
        ("ba + ab + ba", ["ba", "ab"]),
        # Only one of them says what the exponent is.
        ("ab + 2^ab + ab", ["ab", "ab"]),
        # Both are cut to the same beginning in their messages.
        (f"{'ab' * 30}a + {'ab' * 30}b + {'ab' * 30}a", ["ab" * 30 + "a", "ab" * 30 + "b"]),
        ("1e999 + 2e999", ["1e999"]),
        ("1/2a + 3/2a + 1/2a", ["1/2a", "3/2a"]),
    ],
)
def test_of_one_kind_about_one_name_there_is_one_note(source: str, expected: list[str]) -> None:
    assert [text for _, text in notes(source, "a b pi")] == expected


@pytest.mark.parametrize("source", ["(1/2)x", "1/2*x", "b*c", "2x(x + 1)", "x!^2"])
def test_strict_takes_what_is_beyond_doubt(source: str) -> None:
    inputs = [node.name for node in model_of(source).inputs]
    assert solve(source, dict.fromkeys(inputs, 1.0), strict=True)


def test_declared_inputs_keep_their_order() -> None:
    model = model_of("J(c, a, b) = a + b")
    assert [node.label for node in model.inputs] == ["c", "a", "b"]


def test_undeclared_inputs_stand_in_the_order_of_their_first_use() -> None:
    model = model_of("v = c*b; a + v + c")
    assert [node.label for node in model.inputs] == ["c", "b", "a"]


def test_an_unused_declared_input_has_the_derivative_0() -> None:
    assert solve("J(a, b) = 2a", {"a": 1, "b": 5}).gradient == {"a": 2.0, "b": 0.0}


@pytest.mark.parametrize(
    ("source", "values", "value"),
    [
        # What is given or defined wins over what the language has, and over letters.
        ("e + 1", {"e": 10}, 11.0),
        ("tau = 1; tau + 1", {}, 2.0),
        ("bc", {"b": 2, "c": 3}, 6.0),
        ("bc + b", {"b": 2, "bc": 10}, 12.0),
        ("max(x, 1)", {"max": 5, "x": 2}, None),
        ("abs(x)", {"abs": 5, "x": -2}, -10.0),
        ("np.abs(x)", {"x": -2}, 2.0),
        ("np.abs(x) + abs", {"x": -2, "abs": 5}, 7.0),
        ("f(x) = 3; f(2) + x", {"x": 1}, 4.0),
        ("f(e) = 2e; f(3) + e", {}, 8.718281828459045),
        ("f(a) = a + b; g(b) = f(b) + b; g(10)", {"b": 1}, 21.0),
        ("f(x) = x y; y = 5; f(2)", {}, 10.0),
        ("f(x) = x(x + 1); f(2)", {}, 6.0),
        ("u = 3; u(2)", {}, 6.0),
    ],
)
def test_who_wins(source: str, values: dict[str, float], value: float | None) -> None:
    if value is None:
        with pytest.raises(ParseError):
            solve(source, values)
    else:
        assert solve(source, values).value == value


@pytest.mark.parametrize(
    "name",
    [
        "json",
        "help",
        "lambda",
        "set",
        "class",
        "None",
        "print",
        "eval",
        "__import__",
        "_",
        "out",
        "v1",
    ],
)
def test_words_of_python_and_of_ours_are_plain_names(name: str) -> None:
    solution = solve(f"2*{name}^2", {name: 3})
    assert solution.value == 18.0
    assert solution.gradient == {name: 12.0}
    assert solution.get(f"d/d{name}") == 12.0


def test_automatic_names_avoid_the_program_s() -> None:
    solution = solve("v1 = a*b; (v1 + out)*(v1 - v3)", {"a": 1, "b": 2, "out": 3, "v3": 4})
    names = [node.name for node in solution.nodes]
    assert len(set(names)) == len(names) == 8
    assert solution.output == names[-1] == "out_"
    assert solution.value == (2 + 3) * (2 - 4)


def test_a_function_of_a_function_of_a_function_does_not_recurse() -> None:
    lines = ["f0(x) = x + 1"] + [f"f{i}(x) = f{i - 1}(x) + 1" for i in range(1, 500)]
    assert solve("\n".join([*lines, "f499(a)"]), {"a": 0}).value == 500.0


def test_many_notes_take_no_time() -> None:
    source = " + ".join(f"ab/{i}b" for i in range(5_000))
    assert len(model_of(source, "ab").notes) == 5_001


def test_a_limit_is_an_error_with_its_place() -> None:
    source = "f(x) = " + "+".join(["x*x"] * 10) + "".join(
        f"; {'f' * (i + 2)}(x) = {'f' * (i + 1)}(x) + {'f' * (i + 1)}(x + {i})" for i in range(30)
    ) + "; " + "f" * 31 + "(x)"  # fmt: skip
    with pytest.raises(ParseError) as refused:
        model_of(source)
    assert refused.value.kind == "limit"
    assert refused.value.span is not None


ELEMENTS = {
    "sum(x*i for i in 1..6)": 6,
    "sum(x*i*j for i in 1..3 for j in 1..4)": 12,
    "sum(sum(x*i for i in 1..3) for j in 1..4)": 12,
    "sum(sum(x for i in 1..3) for j in 1..4)": 12,
    "sum(sum(x*i for i in 1..j) for j in 1..4)": 10,
    "sum(prod(max(x + i*j*k for i in 1..k) for j in 2..3) for k in 1..4)": 20,
    "sum(sum(x*i for i in 1..3) for j in 1..4) + sum(x*i for i in 1..12)": 12,
    "y[i] = sum(x*j for j in 1..3) for i in 1..4; y[1]": 12,
    "y[i] = sum(x*j for j in 1..i) for i in 1..4; y[1]": 10,
    "a = y[4]; y[i] = sum(x*j for j in 1..i) for i in 1..4; a": 10,
    "f(z) = sum(sum(z*j for j in 1..3) for i in 1..4); f(x)": 12,
}
"""How many elements the ranges of a program make: what is in ranges, in each of their elements."""


@pytest.mark.parametrize("source", ELEMENTS)
def test_ranges_in_ranges_are_counted_together(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MOST_ELEMENTS", ELEMENTS[source])
    assert model_of(source, "x")
    monkeypatch.setattr(build, "MOST_ELEMENTS", ELEMENTS[source] - 1)
    with pytest.raises(ParseError) as caught:
        model_of(source, "x")
    assert caught.value.kind == "limit"
    assert "this unrolls into more than" in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "sum(sum(sum(x*i for i in 1..100) for j in 1..1000) for k in 1..1000)",
        "sum(" * 60 + "x*i" + " for i in 1..2)" * 60,
        "f(z) = " + "sum(" * 60 + "z*i" + " for i in 1..2)" * 60 + "; f(x)",
        f"y[i] = {'sum(' * 60}x*i{' for j in 1..2)' * 60} for i in 1..3; y[1]",
    ],
)
def test_ranges_that_are_too_many_are_refused_before_any_is_made(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    spread = build.spread
    monkeypatch.setattr(build, "spread", lambda *args: made.append(args) or spread(*args))
    with pytest.raises(ParseError) as caught:
        model_of(source, "x")
    assert "this unrolls into more than 1,000,000 elements" in caught.value.message
    assert not made


def test_an_unknown_name_before_a_bracket_is_told_as_such() -> None:
    with pytest.raises(InputError, match="unknown function 'sine'") as refused:
        model_of("2sine(x)")
    assert refused.value.span == Span(1, 5)


def test_equal_programs_of_different_spelling_are_equal() -> None:
    spellings = ["2*x^2*y", "2x²y", "2 x**2 y", "2·x²·y", "2(x^2)y", "2 x ^ 2 × y"]
    assert {canonical(model_of(each)) for each in spellings} == {"2*x^2*y"}


def test_the_tree_of_a_program_is_gone_when_its_graph_is_there() -> None:
    """Without a look through the garbage: of a long text it is more than the graph."""

    def trees() -> int:
        return sum(isinstance(each, ast.Expression) for each in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = trees()
        model = read_model("f(z) = z*sin(z); u = f(x) + y; u*f(y)", ["x", "y"])
        assert model.output.op == "mul"
        assert trees() == before
    finally:
        gc.enable()


LONG_SUM = " + ".join(["x*y"] * 8_000)


@pytest.mark.parametrize("source", [LONG_SUM, LONG_SUM + " + "])
@pytest.mark.parametrize("is_enabled", [True, False])
def test_no_look_for_garbage_while_a_long_text_is_read(source: str, is_enabled: bool) -> None:
    """And afterwards there is one again, if there was one before; also where it cannot be read."""
    looks: list[str] = []

    def look(phase: str, info: Mapping[str, int]) -> None:
        looks.append(phase)

    was_enabled = gc.isenabled()
    read_model("x*y", ["x", "y"])
    (gc.enable if is_enabled else gc.disable)()
    gc.callbacks.append(look)
    try:
        with contextlib.suppress(ParseError):
            read_model(source, ["x", "y"])
        seen = len(looks)
        assert gc.isenabled() == is_enabled
    finally:
        gc.callbacks.remove(look)
        (gc.enable if was_enabled else gc.disable)()
    assert seen <= 4, "each look begins and ends; one may come right before and after"


def test_reading_a_long_text_leaves_no_garbage() -> None:
    """So nothing is lost by not looking for it meanwhile."""
    read_model(LONG_SUM, ["x", "y"])
    gc.collect()
    gc.disable()
    try:
        model = read_model(LONG_SUM, ["x", "y"])
        assert gc.collect() < 100
    finally:
        gc.enable()
    assert model.output.op == "add"
