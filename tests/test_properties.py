"""What holds for programs nobody thought of: random ones, mutated ones, and text that is none."""

from __future__ import annotations

import json
import math

import pytest
from graphs import canonical, model_of, shape, unsimplified
from high_precision import Formula
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from mpmath import mpc, mpf

from gradcli.errors import GradcliError
from gradcli.evaluation.claims import read_claim
from gradcli.evaluation.solve import solve
from gradcli.library.function import function
from gradcli.views import error as error_view
from gradcli.views import table as table_view
from gradcli.views.lines.page import Display
from gradcli.views.lines.unicode import People

# --- Random programs ---------------------------------------------------------------------------

NAMES = ["x", "y", "a1", "θ", "beta", "w[1,2]"]
# Names that the writers could take for letters and signs of their own.
NAMES += ["d", "dx", "du", "u", "c", "delta", "x̂", "tau̇", "x_", "pi2", "tau", "sqrt_x", "e1"]
NAMES += ["E", "gamma"]
SIGNS = ["+", "-", "*", "/", "^", " ", " + ", " - ", "·", "**", "−", " @ "]
PREFIXES = ["-", "+", "√", "∛", "not ", "2", "-2", "3 "]
COMPARISONS = [" < ", "<=", ">", " >= ", " == ", "!=", "≤"]
FUNCTIONS = ["sin", "exp", "log", "sqrt", "abs", "relu", "f", "np.cos", "max", "xy"]

numbers = st.one_of(
    st.integers(0, 20).map(str),
    st.floats(0, allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(
        [".5", "5.", "1e-3", "1_000", "1e999", "0", "007", "2²", "0x1F", "0b11", "½", "30°"]
    ),
)
atoms = st.one_of(
    numbers, st.sampled_from([*NAMES, "pi", "e", "inf", "nan", "π", "xy", "πx", "true", "deg"])
)


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        st.tuples(parts, st.sampled_from(SIGNS), parts).map("".join),
        st.tuples(st.sampled_from(PREFIXES), parts).map("".join),
        st.tuples(parts, st.sampled_from(["!", "²", "⁻¹", "^-1", "x", " x", "(x)"])).map("".join),
        parts.map("({})".format),
        parts.map("⌊{}⌋".format),
        st.tuples(st.sampled_from(FUNCTIONS), parts).map(lambda pair: f"{pair[0]}({pair[1]})"),
        pairs.map(lambda pair: f"max({pair[0]}, {pair[1]})"),
        pairs.map(lambda pair: f"({pair[0]})({pair[1]})"),
        st.tuples(parts, st.sampled_from(COMPARISONS), parts).map("".join),
        st.tuples(parts, st.sampled_from([" and ", " or "]), parts).map("".join),
        st.tuples(parts, parts, parts).map(lambda three: "{} if {} else {}".format(*three)),
        st.tuples(parts, parts, parts).map(lambda three: "where({}, {}, {})".format(*three)),
    )  # fmt: skip


expressions = st.recursive(atoms, _larger, max_leaves=12)
programs = st.one_of(
    expressions,
    st.tuples(expressions, expressions).map(lambda two: "u = {}; v = u*x; {}".format(*two)),
    st.tuples(expressions, expressions).map(lambda two: "f(x, u) = {}; g = {}".format(*two)),
    st.tuples(expressions, expressions).map(lambda two: "u = {}\nJ(x, y) = u^2 - {}".format(*two)),
    expressions.map("f(z) = z*y; u = f({0}); f(u) + u".format),
)


@settings(max_examples=400)
@given(programs, st.sets(st.sampled_from([*NAMES, "pi", "sin"])))
def test_what_is_printed_reads_back_as_the_same_node(source: str, given_names: set[str]) -> None:
    try:
        model = model_of(source, given_names)
    except GradcliError:
        assume(False)
    inputs = [node.name for node in model.inputs]
    again = model_of(canonical(model), inputs)
    assert shape([again.output], labels=False) == shape([model.output], labels=False)
    # No doubt is left in it.
    assert {note.kind for note in again.notes} <= {"hidden"}


@settings(max_examples=400)
@given(programs, st.sets(st.sampled_from([*NAMES, "pi", "sqrt"])), st.sampled_from("-−"))
@example("x^2^3", set(), "-")
@example("(x^2)^3", set(), "-")
@example("x^(y^2)", set(), "-")
@example("sqrt(x)^y + sqrt(x^y) + sqrt(x)^2*√x!", set(), "−")
@example("x^-2 - 2^-x - (-2)^2 + x^-(y^2)", set(), "−")
@example("pi*np.pi + sqrt*np.sqrt(x)", {"pi", "sqrt"}, "-")
def test_what_people_are_shown_reads_back_as_the_same_node(
    source: str, given_names: set[str], minus: str
) -> None:
    try:
        model = model_of(source, given_names)
    except GradcliError:
        assume(False)
    inputs = [node.name for node in model.inputs]
    own = [*inputs, *(node.name for node in model.steps)]
    again = model_of(canonical(model, People("utf-8", own, minus)), inputs)
    assume("-0.0" not in canonical(model))  # which is zero to people
    assert shape([again.output], labels=False) == shape([model.output], labels=False)


@settings(max_examples=150)
@given(programs)
def test_derivatives_that_are_printed_read_back_as_the_same_node(source: str) -> None:
    try:
        original = function(source)
        text = unsimplified(original, *original.inputs[:1] * 2)
    except GradcliError:
        assume(False)
    again = model_of(text, original.inputs)
    assert canonical(again) == text


# --- Gradients ---------------------------------------------------------------------------------

# Operations that keep numbers moderate, so that errors of rounding stay small.
SMOOTH = ["sin({})", "cos({})", "tanh({})", "sigmoid({})", "atan({})", "erf({})", "softplus({})"]
SMOOTH += [
    "exp(-({})^2)",
    "log(1 + ({})^2)",
    "sqrt(1 + ({})^2)",
    "-({})",
    "({})^2",
    "abs(1 + ({})^2)",
]
JOINED = ["({}) + ({})", "({}) - ({})", "({})*({})", "({})/(2 + sin({}))", "hypot(1 + ({})^2, {})"]
JOINED += ["({0} if x < y else {1})", "({0} if not (x > 0 and y <= 0.5) else {1})"]
JOINED += ["max({0}, 10 + ({1})^2)", "(1 + sigmoid({}))^({})", "atan2({}, 2 + cos({}))"]

smooth = st.recursive(
    st.sampled_from(["x", "y", "z", "0.5", "3", "x", "y", "z"]),
    lambda parts: st.one_of(
        st.tuples(st.sampled_from(SMOOTH), parts).map(lambda pair: pair[0].format(pair[1])),
        st.tuples(st.sampled_from(JOINED), parts, parts).map(lambda p: p[0].format(p[1], p[2])),
    ),
    max_leaves=8,
)
coordinates = st.floats(-2, 2).map(lambda value: round(value, 3))


@settings(max_examples=120)
@given(smooth, coordinates, coordinates, coordinates)
def test_gradients_agree_with_differences_in_many_digits(
    source: str, x: float, y: float, z: float
) -> None:
    assume(x not in {0, y} and y != 0.5)  # where the choices change
    point = {"x": x, "y": y, "z": z}
    exact = Formula(source, "xyz")
    expected = exact.value(point)
    assume(isinstance(expected, mpf) and abs(expected) < 1e6)
    declared = function(f"J(x, y, z) = {source}")
    value, gradient = declared.value_and_grad(**point)
    assert math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)
    for name in "xyz":
        slope = exact.derivative(point, name)
        assume(not isinstance(slope, mpc) and abs(slope) < 1e6)
        assert math.isclose(gradient[name], slope, rel_tol=1e-8, abs_tol=1e-8), name


@pytest.mark.filterwarnings("ignore::gradcli.DerivativeWarning")  # some points are at kinks
@settings(max_examples=60)
@given(smooth, coordinates, coordinates, coordinates)
def test_hessians_are_symmetric_and_agree_with_hvp(
    source: str, x: float, y: float, z: float
) -> None:
    declared = function(f"J(x, y, z) = {source}")
    rows = declared.hessian(x, y, z)
    largest = max(abs(each) for row in rows.values() for each in row.values())
    assume(largest < 1e8)
    product = declared.hvp([x, y, z], [1.0, -2.0, 0.5])
    for first in "xyz":
        for second in "xyz":
            assert math.isclose(
                rows[first][second], rows[second][first], rel_tol=1e-9, abs_tol=1e-9 * largest
            )
        expected = rows[first]["x"] - 2 * rows[first]["y"] + 0.5 * rows[first]["z"]
        assert math.isclose(product[first], expected, rel_tol=1e-9, abs_tol=1e-9 * (1 + largest))


# --- Any text ----------------------------------------------------------------------------------

TOKENS = [
    *["x", "y", "b", "bc", "sin", "f", "J", "e", "pi", "np.sin", "np.x", "if", "else", "and", "or"],
    *[
        "not",
        "for",
        "in",
        "1",
        "2.5",
        "1e3",
        "1..3",
        "..",
        ".",
        ",",
        ";",
        "\n",
        "#",
        "=",
        "==",
        "<",
    ],
    *["+", "-", "*", "**", "^", "/", "@", "!", "'", "(", ")", "[", "]", "²", "⁻¹", "√", "·", " "],
    *["sum", "max", "where", "f(x)", "x[1]", "x[i]", "i", "\t", "\r\n", "\x00", "\ud800", "\u0302"],
    *['"', "\\", "{", "}", "`", "$", "%", "&", "|", "~", "?", ":", ":=", "_", "__", "½", "ₓ", "ⁿ"],
    *["∛", "⌊", "⌋", "⌈", "⌉", "!!", "°", "0x1F", "0b2", "1e- 1", "±", "+-", "||", ".*", "math."],
    *["d", "dx", "d/dx", "dJ/dx", " mod ", " xor ", "E", "gamma", "sinx", "xsin(", "πx"],
]
VALID = [
    "3*(a+b*c)",
    "J(a,b,c)=3(a+bc)",
    "v=b*c; u=a+v; J=3u",
    "f(z) = 1/(1 + exp(-z))\ny = f(w*x)  # one neuron\n(y - t)^2/2",
    "h[j] = x^j for j in 1..3; sum(h[i]*w[i] for i in 1..3)",
    "a if x < 0 <= y else where(not b, max(x, y), log(x, 2)!)",
    "√(x² + y²)·2π − x⁻¹ ÷ 3",
]


def check(source: str, values: dict[str, object]) -> None:
    """An answer or one of our errors, and both can be shown."""
    display = Display(width=40)
    try:
        solution = solve(source, values)
    except GradcliError as refused:
        check_error(refused, display)
        return
    json.dumps(solution.to_dict(), allow_nan=False)
    for note in solution.notes:
        _check_shown(str(error_view.render_note(note, source, display)))
    for problem in solution.problems:
        _check_shown(str(error_view.render_problem(problem, source, display)))
    _check_shown(str(table_view.render(solution, display)))


def check_error(error: GradcliError, display: Display) -> None:
    """An error can be shown, and its place lies in its text."""
    shown = str(error_view.render(error, display))
    assert shown.startswith("error: ")
    _check_shown(shown)
    json.loads(error_view.to_json(error))
    if error.span is not None:
        assert error.source is not None
        assert 0 <= error.span.start <= error.span.end <= len(error.source)


def _check_shown(text: str) -> None:
    text.encode()
    assert all(character.isprintable() or character == "\n" for character in text)


def check_both(source: str) -> None:
    """Without any values, and with a value for each input."""
    check(source, {})
    try:
        inputs = [node.name for node in model_of(source).inputs]
    except GradcliError:
        return
    check(source, dict.fromkeys(inputs, 0.5))
    check(source, dict.fromkeys(inputs, 0.0))


def _mutated(source: str, edits: list[tuple[int, int, str]]) -> str:
    for place, length, text in edits:
        at = place % (len(source) + 1)
        source = source[:at] + text + source[at + length :]
    return source


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
@example("")
@example("\ud800")
@example("\ufeff")
@example("\u19da")
@example("x\u0302" * 5)
@example("((((((((((")
@example("(" * 50 + ")" * 49)
def test_any_text_gets_an_answer_or_an_error(source: str) -> None:
    check_both(source)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(TOKENS), max_size=14).map("".join))
def test_any_tokens_get_an_answer_or_an_error(source: str) -> None:
    check_both(source)


@settings(max_examples=400)
@given(
    st.sampled_from(VALID),
    st.lists(
        st.tuples(
            st.integers(0, 100),
            st.integers(0, 3),
            st.one_of(st.sampled_from(["", *TOKENS]), st.text(max_size=2)),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_a_program_with_slips_gets_an_answer_or_an_error(
    source: str, edits: list[tuple[int, int, str]]
) -> None:
    check_both(_mutated(source, edits))


@settings(max_examples=200)
@given(programs)
@example("u = 0; v = u*x; floor(y)")
def test_a_random_program_gets_an_answer_or_an_error(source: str) -> None:
    check_both(source)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(TOKENS), max_size=8).map("".join))
@example("J == 9 ±")
@example("±")
@example("not J < 0 and x")
def test_any_claim_holds_or_not_or_is_refused(text: str) -> None:
    solution = solve("f(z) = z^2; J = f(x)", {"x": 3.0})
    try:
        failure = read_claim(text).failure(solution)
    except GradcliError as refused:
        check_error(refused, Display(width=40))
        return
    assert failure is None or failure.startswith("assertion failed: ")


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=20),
        st.lists(st.sampled_from(TOKENS), max_size=8).map("".join),
        st.floats(),
        st.integers(),
        st.none(),
        st.booleans(),
        st.complex_numbers(),
        st.binary(max_size=3),
        st.recursive(st.integers(0, 3), lambda inner: st.lists(inner, max_size=3), max_leaves=6),
    )
)
def test_any_value_gets_an_answer_or_an_error(value: object) -> None:
    check("x^2", {"x": value})
    check("x[1] + x[2]", {"x": value})


@settings(max_examples=100)
@given(st.text(max_size=10), st.text(max_size=10))
def test_any_name_gets_an_answer_or_an_error(name: str, query: str) -> None:
    check("x + 1", {"x": 1, name: 2})
    for ask in (
        lambda: solve("x*y", {"x": 1, "y": 2}).get(query),
        lambda: function("x", inputs=[name]),
    ):
        try:
            ask()
        except GradcliError as error:
            _check_shown(str(error_view.render(error)))
