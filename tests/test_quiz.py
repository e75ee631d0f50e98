"""`gradcli quiz`: the questions, what is said of wrong answers, the dialog, the sheet on paper."""

from __future__ import annotations

import io
import math
import re
from itertools import product
from pathlib import Path

import pytest
from command_line import ROOT, Terminal, call

import gradcli
from gradcli.cli.context import Environment
from gradcli.cli.run import run
from gradcli.evaluation.solve import solve
from gradcli.syntax.text import text
from gradcli.views.lines.page import Display
from gradcli.views.quiz.dialog import TRIES, Dialog
from gradcli.views.quiz.lines import BLANK, filled, with_blanks
from gradcli.views.quiz.questions import Quiz, quiz
from gradcli.views.quiz.reasons import Answer, is_coarse, is_right, reasons

LESSON = "3*(a+b*c)"
AT = {"a": 1.0, "b": 2.0, "c": 3.0}
FLAGS = ["--a", "1", "--b", "2", "--c", "3"]

PROGRAMS: dict[str, dict[str, float]] = {
    LESSON: AT,
    "x^2*sin(x)": {"x": 1.5},
    "f(z) = 1/(1 + exp(-z)); h = f(w*x + b); (h - y)^2/2": {"w": 0.5, "x": 2, "b": -1, "y": 1},
    "u = x*y; v = u + x; u*v*x": {"x": 1.25, "y": -2},
    "g(u, v) = u^2*v; g(x, y) + g(y, x)": {"x": 2, "y": 3},
    "max(x, y)*x + 0*z": {"x": 3, "y": 1, "z": 5},
}


def quiz_of(source: str, values: dict[str, float]) -> Quiz:
    return quiz(solve(source, values))


@pytest.mark.parametrize(("source", "values"), PROGRAMS.items())
@pytest.mark.parametrize("full", [False, True])
def test_the_terms_of_every_question_add_up_to_the_derivative(source, values, full):
    asked = quiz(solve(source, values), full=full)
    solution = gradcli.evaluate(source, values)
    assert {question.node for question in asked.questions} >= solution.inputs.keys()
    for question in asked.questions:
        wanted = solution.get(f"d{solution.output}/d{question.node}")
        assert question.value == wanted
        total = math.fsum(term.product for term in question.terms)
        assert total == pytest.approx(wanted, rel=1e-12, abs=1e-15)
        factors = [blank.value for blank in question.blanks[:-1]]
        if factors:
            assert question.of(factors) == pytest.approx(wanted, rel=1e-12, abs=1e-15)


LAYERS = "layer(W, v) = tanh(W@v); s(v) = exp(v)/sum(exp(v)); h = layer(W, x); sum(s(h)*h) + h[1]"


@pytest.mark.parametrize("full", [False, True])
def test_arrays_are_asked_for_entry_by_entry(full):
    values = {"W": [[0.5, -1], [0.25, 2]], "x": [1, 0.5]}
    asked = quiz(solve(LAYERS, values), full=full)
    solution = gradcli.evaluate(LAYERS, values)
    formulas = {text(vertex.formula) for vertex in asked.vertices if vertex.formula}
    assert ({"layer(W, x)[1]", "layer(W, x)[2]", "s(h)[1]"} <= formulas) is not full
    named = [each for each in asked.questions if not re.fullmatch(r"v\d+", each.node)]
    assert len(named) == 6 + 2
    for question in named:
        wanted = solution.get(f"d{solution.output}/d{question.node}")
        assert question.value == pytest.approx(wanted, rel=1e-12)
        total = math.fsum(term.product for term in question.terms)
        assert total == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(("source", "values"), PROGRAMS.items())
def test_the_answers_of_the_key_are_right(source, values):
    asked = quiz_of(source, values)
    dialog = Dialog(asked, Display())
    for question in asked.questions:
        answer = filled(asked, question, Display(10_000, precision=4)).split(" = ")
        numbers = answer[-2:] if len(question.blanks) > 1 else answer[-1:]
        typed = " ".join(numbers).replace(" + ", " ").replace("·", " ")
        dialog.answered(re.sub(r"[()]", " ", typed))
    assert dialog.is_over
    assert dialog.right == dialog.at_once == len(asked.questions)


def test_blanks_stand_where_the_numbers_stand():
    asked = quiz_of("u = x*y; v = u + x; u*v*x", {"x": 1.25, "y": -2})
    for question in asked.questions:
        blank, answer = (write(asked, question, Display(10_000)) for write in (with_blanks, filled))
        pattern = re.escape(blank).replace(re.escape(BLANK), r"\(?-?[\d.e-]+\)?")
        assert re.fullmatch(pattern, answer), (blank, answer)
        assert blank.count(BLANK) == len(question.blanks)


ROUNDED = {
    ("0.333", 1 / 3): True,
    ("0.33", 1 / 3): True,
    ("0.3", 1 / 3): False,
    ("1/3", 1 / 3): True,
    ("-0.48", -0.4768): True,
    ("-0.47", -0.4768): False,
    ("2.1e-4", 2.139e-4): True,
    ("2.2e-4", 2.139e-4): False,
    ("12", 12.4): False,
    ("0", 0.0): True,
    ("0.001", 0.0): False,
    ("nan", 1.0): False,
    ("1.25e1/3", 12.5 / 3): True,
    ("1.25e1/3", 4.3): False,
    ("1.25e-200", 1.254e-200): True,
    ("1.25e-200", 1.26e-200): False,
}


@pytest.mark.parametrize(("case", "right"), ROUNDED.items())
def test_an_answer_may_be_rounded(case, right):
    typed, value = case
    assert is_right(Answer(solve(typed, {}).value, typed), value) is right


COARSE = {
    ("0.3", 1 / 3): True,
    ("0.4", 1 / 3): False,
    ("0.33", 0.3367): True,
    ("3.14", math.pi): True,
    ("12", 12.4): True,
    ("1.2e-3", 0.00129): True,
    ("1", 1.35): False,
    ("1/3", 0.34): False,
    ("0.5", 1 / 3): False,
    ("0", 0.4): False,
    ("0.0", 0.004): False,
    ("-0.3", 1 / 3): False,
    ("1e400", 1.0): False,
}


@pytest.mark.parametrize(("case", "coarse"), COARSE.items())
def test_an_answer_with_too_few_digits_is_told_from_others(case, coarse):
    typed, value = case
    number = math.inf if typed == "1e400" else solve(typed, {}).value
    assert is_coarse(Answer(number, typed), value) is coarse


def test_what_is_cut_off_too_far_is_asked_for_in_more_digits():
    called = call("quiz", "exp(x)", "--x", "2.9", stdin=b"18\n")
    assert "∂out/∂x is not quite 18: write three digits" in called.out


MISTAKES = {
    # node, answers, the blank that is wrong, what is said
    ("v2", "7"): {0: "that is the value of v2, not a slope"},
    ("v2", "21"): {0: "that is the value of out, not its slope"},
    ("v2", "-3"): {0: "it has the other sign"},
    ("v2", "6"): {0: "it is off by the factor 2"},
    ("v2", "0"): {0: "out does change with v2"},
    ("v2", "100"): {0: "how does out = 3·v2 change with v2 alone?"},
    ("b", "3 2 6"): {1: "that is the value of b, not a slope"},
    ("b", "3 6 18"): {1: "that is the value of v1, not its slope"},
    ("b", "3 9 9"): {1: "that is ∂out/∂b, the whole product"},
    ("b", "6 3 18"): {0: "that is the value of v1"},
    ("b", "3 3 6"): {2: "the factors of a way are multiplied, not added"},
    ("b", "9 3 27"): {0: "that is ∂out/∂b"},
    ("b", "3"): {2: "that is ∂v1/∂b alone"},
    ("b", "-9"): {2: "it has the other sign"},
    ("b", "50"): {2: "multiply the factors of each way, and add the ways"},
    ("c", "3 3 9"): {1: "that is the value of c, not a slope"},
    ("c", "80 2 160"): {0: "it was found in a question before this one"},
    ("c", "2 3 6"): {0: "∂out/∂v1 stands first, then ∂v1/∂c"},
    ("c", "2 3 5"): {0: "∂out/∂v1 stands first, then ∂v1/∂c",
                     2: "the factors of a way are multiplied, not added"},
}  # fmt: skip


@pytest.mark.parametrize(("case", "wanted"), MISTAKES.items())
def test_typical_mistakes_are_named(case, wanted):
    node, typed = case
    asked = quiz_of(LESSON, AT)
    (question,) = [each for each in asked.questions if each.node == node]
    answers = [Answer(float(word), word) for word in typed.split()]
    found = reasons(asked, question, answers, Display())
    assert {place: said.partition(": ")[2] for place, said in found.items()} == wanted


def test_ways_that_are_missing_or_twice_are_named():
    source, values = "u = x*y; v = u + x; u*v", {"x": 2.0, "y": 3.0}
    asked = quiz_of(source, values)
    by_node = {question.node: question for question in asked.questions}
    x = by_node["x"]
    assert [term.consumer for term in x.terms] == ["u", "v"]
    first, second = (term.product for term in x.terms)
    for answer, said in {
        second: "the way through u is missing",
        first: "the way through v is missing",
        x.value + first: "the way through u is counted twice",
        first * second: "the ways are added, not multiplied",
    }.items():
        found = reasons(asked, x, [Answer(answer, f"{answer}")], Display())
        assert [each.partition(": ")[2] for each in found.values()] == [said]


def test_what_follows_from_a_wrong_factor_is_not_told_twice():
    asked = quiz_of(LESSON, AT)
    (b,) = [each for each in asked.questions if each.node == "b"]
    found = reasons(asked, b, [Answer(n, f"{n}") for n in (3.0, 2.0, 6.0)], Display())
    assert [*found] == [1]


def test_answers_come_through_a_pipe():
    called = call("quiz", LESSON, *FLAGS, stdin=b"3\n3 1 3\n?\n3 2 6\n9\n6")
    assert (called.code, called.err) == (0, "")
    assert called.out.endswith("\n4 of 5 right, 3 of them at once\n")
    assert "> 3 2 6\n  ∂v1/∂b is not 2: that is the value of b, not a slope\n> 9\n" in called.out


def test_after_three_wrong_answers_the_right_one_is_told():
    called = call("quiz", "x^2", "--x", "3", stdin=b"1\n" * TRIES)
    assert "∂out/∂x = ∂(x²)/∂x = 6\n\n0 of 1 right\n" in called.out


@pytest.mark.parametrize(
    ("answer", "said"),
    {
        "1 2": "there are 3 blanks: write 3 numbers, or the last one alone",
        "one": "one is a formula: write its number, such as 0.25, -3 or 1/3",
        "2,5": "a number has a point: 2.5",
        "": "there are 3 blanks",
        "x^2": "x^2 is a formula",
        "3, 3, 9": "right",
        "3 · 3 = 9": "right",
        "3 x 3 = 9": "right",
        "3x3=9": "right",
        "3 3 x": "x is a formula",
        "3 3 900%": "a share is written as a number: 900% is 9",
        "3 3 900 %": "a share is written as a number: 900% is 9",
        "3 3 1.2.3%": "write numbers",
        "−9": "it has the other sign",
    }.items(),
)
def test_what_is_no_answer_is_asked_for_again(answer, said):
    called = call("quiz", LESSON, *FLAGS, stdin=f"?\n?\n?\n{answer}\n".encode())
    assert said in called.out.partition("4 of 5")[2]
    assert called.code == 0


MANTISSAS = [
    "",
    "0",
    "0.0",
    "1.25",
    ".5",
    "12.",
    "-1.0",
    "+2",
    "٣.١٤",
    "１.２",
    "1_0",
    "½",
    "²",
    "1.2.3",
]
EXPONENTS = ["", "e1", "E-2", "e+03", "e999", "e-999", "e99999999999", "e", "e1.5", "ee", "e١"]
ENDS = ["", "/3", "/0", "/2e1", "/-2", "%", "kg", "e", ")", "]", "!", "'", ".", "-1", "pi"]
WORDS = [
    "nan",
    "-nan",
    "inf",
    "1e999",
    "∞",
    "[1.5]",
    "[",
    "(1.5)",
    "((",
    "1.5;",
    "\x00",
    "\x1b[31m",
]


def test_no_answer_however_strange_is_an_internal_error():
    asked = quiz_of("a*b", {"a": 2.0, "b": math.pi})
    for word in [*map("".join, product(MANTISSAS, EXPONENTS, ENDS)), *WORDS]:
        assert str(Dialog(asked, Display()).answered(word)), word


@pytest.mark.parametrize("typed", ["1.25e1/3", "1.0e1/2", "0.0e999", "1e999", "-3.1e/2", "[1.5"])
def test_strange_answers_through_a_pipe(typed):
    called = call("quiz", "a*b", "--a", "2", "--b", "3.14159", stdin=f"{typed}\n".encode())
    assert (called.code, called.err) == (0, "")


class Keyboard(io.BytesIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_there_is_a_prompt_and_the_end_is_told():
    out, err = Terminal(), Terminal()
    code = run(
        ["quiz", LESSON, *FLAGS], Environment(Keyboard(b"3\nq\n"), out, err, {"NO_COLOR": "1"})
    )
    assert (code, err.getvalue()) == (0, "")
    assert out.getvalue().count("\n> ") == 2
    assert out.getvalue().endswith("1 of 5 right, 1 of them at once\n")


def test_the_sheet_and_the_key(tmp_path: Path):
    sheet, key = tmp_path / "sheet.md", tmp_path / "key.md"
    words = ["-f", f"{ROOT}/examples/tutorial.grad", "--vars", f"{ROOT}/examples/tutorial.json"]
    called = call("quiz", *words, "-o", str(sheet), "--answers", str(key))
    assert called == (0, "", "")
    asked, told = (file.read_text(encoding="utf-8") for file in (sheet, key))
    assert BLANK in asked
    assert BLANK not in told
    assert asked.count("∂J/∂") == told.count("∂J/∂")
    assert "∂J/∂w1[1,1] = ∂J/∂v1 · ∂v1/∂w1[1,1] = 0.00140642 · 0.5 = 0.000703208\n" in told
    (shown,) = call("quiz", *words).out.splitlines()[:1]
    assert asked.startswith(f"## {shown}\n")


@pytest.mark.parametrize(
    ("ending", "blank"),
    {
        **dict.fromkeys((".md", ".txt", ".html", ".svg"), "___"),
        ".tex": r"\underline{\hspace{3em}}",
    }.items(),
)
def test_sheet_and_key_are_what_their_names_say(ending: str, blank: str, tmp_path: Path):
    asked, told = tmp_path / f"sheet{ending}", tmp_path / f"key{ending}"
    assert call("quiz", LESSON, *FLAGS, "-o", f"{asked}", "--answers", f"{told}") == (0, "", "")
    sheet, key = (file.read_text(encoding="utf-8") for file in (asked, told))
    assert sheet.count(blank) == 3 * 4 + 1
    assert blank not in key
    assert "the answers" in key


def test_a_key_goes_its_own_way(tmp_path: Path):
    sheet, key = tmp_path / "sheet.tex", tmp_path / "key.md"
    assert call("quiz", LESSON, *FLAGS, "-o", f"{sheet}", "--answers", f"{key}") == (0, "", "")
    assert "align*" in sheet.read_text(encoding="utf-8")
    assert key.read_text(encoding="utf-8").startswith("## Backpropagation by hand: the answers\n")


BAD = {
    "an output that is an array": (["2*x", "--x", "[1,2]"], 3, "has no gradient"),
    "an array of too many": (["sum(x)", "--x", f"{[1] * 6000}"], 2, "more than 5,000 numbers"),
    "nothing to ask": (["7"], 2, "has no derivative"),
    "a name alone": (["x", "--x", "3"], 2, "has no derivative"),
    "a value that is none": (["log(x)", "--x=-1"], 4, "not defined"),
    "a derivative that is none": (["sqrt(x)", "--x", "0"], 2, "no answer that can be written"),
    "too many": (["sum(x[i]^2 for i in 1..300)", "--x", f"{[1] * 300}"], 2, "nobody answers more"),
    "no folder": (["x^2", "--x", "1", "--answers", "nowhere/key.md"], 2, "its folder does not"),
    "another ending": (["x^2", "--x", "1", "-o", "sheet.docx"], 2, "does not say what to write"),
    "another ending of the key": (
        ["x^2", "--x", "1", "-o", "sheet.md", "--answers", "key.docx"], 2, "does not say what"
    ),
    "no table": (["x^2", "--x", "1", "-o", "sheet.csv"], 2, "does not say what to write"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input(words, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    called = call("quiz", *words)
    assert (called.code, called.out) == (code, "")
    assert message in " ".join(called.err.split())
    assert list(tmp_path.iterdir()) == []
