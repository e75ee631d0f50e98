"""What results and errors look like at the Python prompt and in a notebook."""

from __future__ import annotations

import ast
import copy
import pickle
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from command_line import call
from test_papers import LATEX, compiled

import gradcli
from gradcli.base.shown import Shown
from gradcli.errors import GradcliError, Option, Sentence, apart
from gradcli.library.in_python import in_python
from gradcli.library.looks import Markdown, Picture, Site, Text
from gradcli.library.show import VIEWS

PACKAGE = Path(gradcli.__file__).parent

LESSON = "J(a,b,c) = 3(a + b*c)"
POINT = {"a": 1, "b": 2, "c": 3}


def lesson(**more):
    return gradcli.evaluate(LESSON, POINT, **more)


RESULTS = {
    "Solution": lesson,
    "a solution of arrays": lambda: gradcli.evaluate("sum(W@x)", W=[[1, 2], [3, 4]], x=[1, 2]),
    "SymbolicDerivatives": lambda: gradcli.derive("x_1^2*sin(y)"),
    "PathSums": lambda: gradcli.paths(LESSON, POINT, wrt="b"),
    "paths through calls": lambda: gradcli.paths("f(z)=z^2; f(f(w*x))", w=1, x=2, wrt="w"),
    "Nudge": lambda: gradcli.nudge(LESSON, POINT, {"b": 0.1}),
    "Jacobian": lambda: gradcli.jac(LESSON, POINT),
    "Hessian": lambda: gradcli.hess(LESSON, POINT),
    "Implicit": lambda: gradcli.implicit("x^2 + y^2 = 25", ["y", "x"]),
    "Check": lambda: gradcli.check(LESSON, at=POINT),
    "Budget": lambda: gradcli.budget("U*I", {"U": "12±0.1", "I": "0.5±2%"}),
    "Descent": lambda: gradcli.descend("(x-3)^2", {"x": 0}, steps=3),
    "Comparison": lambda: gradcli.compare_updates("(x-3)^2 + x*y", {"x": 0, "y": 1}, steps=3),
    "Orders": lambda: gradcli.orders("x^2*y", {"x": 1, "y": 2}, order=2),
    "Why": lambda: gradcli.why("sqrt(x^2)/x", {"x": 0}),
    "a reason that is none": lambda: gradcli.why("x^2", {"x": 1}),
    "Same": lambda: gradcli.same("sin(2x)", "2sin(x)cos(x)"),
    "what is not the same": lambda: gradcli.same("sqrt(x^2)", "x"),
    "Function": lambda: gradcli.function("f(z) = z^2; h = f(x); J = h*y"),
    "Functions": lambda: gradcli.functions("log1p"),
    "Net": lambda: gradcli.net([2, 1]),
    "Nodes": lambda: lesson().nodes,
}

OWN_LINE = ("Solution", "a solution of arrays", "Function", "Net")
"""What has a line of its own at the prompt, and its page in a notebook."""

# What every door gives, and how it is looked at: as what is above, as a kind of text that knows
# how it is shown, or, with a reason, as Python shows it.
DOORS = {
    "budget": "Budget", "check": "Check", "compare_updates": "Comparison", "descend": "Descent",
    "count_layers": "PathSums", "derive": "SymbolicDerivatives", "evaluate": "Solution",
    "function": "Function", "functions": "Functions", "hess": "Hessian", "implicit": "Implicit",
    "jac": "Jacobian", "net": "Net", "nudge": "Nudge", "orders": "Orders", "paths": "PathSums",
    "same": "Same", "why": "Why", "Function": "Function", "Solution": "Solution",
    "draw": Picture, "quiz": Markdown, "code": Text, "page": Site,
    "rules": "names, in a list",
    "schema": "a mapping, as the JSON that it is",
    "show": "a text, to be printed",
    "tape": "a line of its own: what is recorded has no point",
    "Tape": "as tape",
    "NodeReport": "a line of its own, among the nodes of a solution",
    "Note": "its fields", "Problem": "its fields", "Span": "its fields",
    "CheckError": "as an error", "DerivativeWarning": "as an error", "GradcliError": "as an error",
    "InputError": "as an error", "ParseError": "as an error", "UsageError": "as an error",
}  # fmt: skip


def test_every_door_is_known_by_how_what_it_gives_is_looked_at() -> None:
    doors = {*gradcli.__all__} - {"__version__"}
    assert doors - DOORS.keys() == set(), "say how what this gives is looked at"
    assert DOORS.keys() - doors == set()
    for name, look in DOORS.items():
        if not isinstance(look, str):
            assert any(hasattr(look, f"_repr_{kind}_") for kind in ("svg", "markdown", "html"))
        elif look in RESULTS:
            assert isinstance(RESULTS[look](), Shown), name
        else:
            assert " " in look, f"{name}: no reason"


@pytest.mark.parametrize(
    ("made", "start"),
    [
        (lambda: gradcli.function("J(x) = x^2"), "<gradcli function of x: J(x) = x^2>"),
        (lambda: gradcli.function("sum(W@x)"), "<gradcli function of W, x: sum(W@x)>"),
        (lambda: gradcli.net([2, 1]), "Net(sizes=(2, 1), "),
        (gradcli.tape, "<gradcli tape of : 0 nodes>"),
        (lambda: gradcli.function("J(x) = x^2").graph, "<graph of "),
        (lambda: gradcli.page("x^2", x=1), "<gradcli page, an HTML file of "),
        (lambda: lesson().nodes[-1], "<J = "),
        (lambda: gradcli.functions("log1p")[:1], "[{'name': 'log1p'"),
    ],
)
def test_what_has_a_line_of_its_own(made, start: str) -> None:
    assert repr(made()).startswith(start)
    assert "\n" not in repr(made())


def test_a_function_before_any_shape_is_known_is_its_text() -> None:
    function = gradcli.function("h = W@x; sum(h)")
    assert "h = W@x" in function._repr_html_()
    assert function._repr_latex_() is None
    function(W=[[1, 2]], x=[3, 4])
    assert function._repr_latex_() is not None


def test_functions_are_a_list_all_the_same() -> None:
    found = gradcli.functions("*log1p*")
    assert [each["name"] for each in found] == ["log1p", "xlog1py"]
    again = pickle.loads(pickle.dumps(found))  # noqa: S301  (our own)
    assert (again, repr(again)) == (found, repr(found))
    assert copy.deepcopy(found) == found


class Reader(HTMLParser):
    """The text of a page of HTML, and the elements in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style"}

    def handle_data(self, data):
        self.text += data


def test_every_result_of_a_door_is_looked_at() -> None:
    kinds = {type(make()) for make in RESULTS.values()}
    assert [kind for kind in VIEWS if not issubclass(kind, Shown)] == []
    assert [kind for kind in VIEWS if not any(issubclass(each, kind) for each in kinds)] == []


@pytest.mark.parametrize("name", RESULTS)
def test_the_representation_is_what_the_command_prints(name: str) -> None:
    result = RESULTS[name]()
    if isinstance(result, gradcli.Solution):
        assert re.match(r"<\w+ = [\d.]+, gradient \{'\w+': ", repr(result))
    elif name not in OWN_LINE:
        assert repr(result) == gradcli.show(result)


@pytest.mark.parametrize("name", RESULTS)
def test_html_says_what_the_page_says(name: str) -> None:
    result = RESULTS[name]()
    found = Reader(result._repr_html_())
    assert found.tags <= {"pre", "span"}
    said = [line.rstrip() for line in found.text.splitlines()]
    assert said == [line.rstrip() for line in gradcli.show(result, width=100).splitlines()]


NO_FORMULA = {"Functions": "a list of them with a sentence on each"}


@pytest.mark.parametrize("name", sorted(RESULTS.keys() - NO_FORMULA.keys()))
def test_every_result_has_latex(name: str) -> None:
    found = RESULTS[name]()._repr_latex_()
    first, *rows, last = found.split("\n")
    assert first == "$\\displaystyle"
    assert re.match(r"\\begin\{(aligned|array|gathered)\}", rows[0])
    assert re.fullmatch(r"\\end\{(aligned|array|gathered)\}\$", last)
    assert found.count("{") - found.count(r"\{") == found.count("}") - found.count(r"\}")
    assert found.count("$") == 2  # what is within would end it in a notebook
    if rows[0] == r"\begin{aligned}":
        assert all("&= " in row for row in rows[1:])


@pytest.mark.skipif(LATEX is None, reason="there is no TeX engine")
def test_the_latex_of_all_results_compiles(tmp_path: Path) -> None:
    made = [make()._repr_latex_() for name, make in RESULTS.items() if name not in NO_FORMULA]
    assert compiled(made, tmp_path) == ""


def test_latex_of_the_lesson() -> None:
    lines = lesson()._repr_latex_().split("\n")[2:-1]
    assert lines == [
        r"J &= 21 \\",
        r"\frac{\partial J}{\partial a} &= 3 \\",
        r"\frac{\partial J}{\partial b} &= 3 c = 9 \\",
        r"\frac{\partial J}{\partial c} &= 3 b = 6",
    ]


def test_numbers_that_are_none_have_latex() -> None:
    assert r"\infty" in gradcli.evaluate("1/x", x=0)._repr_latex_()
    assert gradcli.evaluate("log(x)", x=-1)._repr_latex_() is not None
    assert r"10^{-20}" in gradcli.evaluate("x", x=1e-20)._repr_latex_()


def test_a_question_is_an_index() -> None:
    solution = lesson()
    assert (solution["J"], solution["dJ/db"], solution["d/dc"]) == (21, 9, 6)
    with pytest.raises(GradcliError, match="nothing"):
        solution["nothing"]
    with pytest.raises(GradcliError):
        solution[3]  # type: ignore[index]


@pytest.mark.parametrize("view", ["table", "tree", "trace"])
def test_views_are_texts_that_are_shown_as_they_are(view: str) -> None:
    made = getattr(lesson(), view)()
    assert isinstance(made, str)
    assert repr(made) == str(made) == gradcli.show(lesson(), view)
    assert Reader(made._repr_html_()).text.split() == made.split()
    for again in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):  # noqa: S301  (our own)
        assert (again, again._repr_html_()) == (made, made._repr_html_())


def test_pictures_are_drawn_where_somebody_can_read_them() -> None:
    solution = lesson()
    for picture in (solution.svg(), solution._repr_svg_(), gradcli.draw(LESSON)):
        assert isinstance(picture, Picture)
        assert picture._repr_svg_() == str(picture)
        assert re.fullmatch(r"<gradcli picture, an SVG of [0-9,]+ characters>", repr(picture))
        assert ET.fromstring(picture).tag.endswith("svg")  # noqa: S314  (our own)
    large = gradcli.evaluate("+".join(f"sin({n}x)*cos({n + 1}x)" for n in range(400)), x=1)
    assert large._repr_svg_() is None
    with pytest.raises(gradcli.UsageError):
        large.svg()
    assert not hasattr(gradcli.draw(LESSON, format="dot"), "_repr_svg_")


def test_a_long_gradient_is_not_all_shown() -> None:
    many = gradcli.evaluate("sum(x[i]^2 for i in 1..500)", x=[1.0] * 500)
    assert repr(many).endswith(" and 492 more>")
    assert len(many._repr_latex_().splitlines()) < 20
    assert len(many._repr_html_()) < 30_000


HOSTILE = ["<script>alert(1)</script>", "&lt;", "a]]>b", "\x1b[31m", '"><img src=x>', "\u202e"]
"""What must never be markup, nor do anything, wherever it is shown."""


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str) -> None:
    html = Text(text)._repr_html_()
    found = Reader(html)
    assert found.tags == {"pre"}
    assert found.text == text
    with pytest.raises(GradcliError) as caught:
        gradcli.evaluate(f"x + {text}", x=1)
    assert "\x1b" not in str(caught.value)


def test_comparisons_in_formulas_are_escaped() -> None:
    html = gradcli.evaluate("x if x < 3 and x > 1 else 2*x", x=2)._repr_html_()
    assert "x &lt; 3" in html
    assert Reader(html).tags <= {"pre", "span"}


ERRORS = {
    "3*(a + b": "'(' is never closed\n  3*(a + b\n    ^\nadd ')'",
    "x*sine(x)": "unknown function 'sine'\n  x*sine(x)\n    ^^^^\ndid you mean sin?",
    "x*y": "no value for 'y'\n  x*y\n    ^\ngive it a value: y=…",
}


@pytest.mark.parametrize(("program", "expected"), ERRORS.items())
def test_errors_say_where_and_how_to_go_on(program: str, expected: str) -> None:
    with pytest.raises(GradcliError) as caught:
        gradcli.evaluate(program, x=1)
    assert str(caught.value) == expected
    assert caught.value.message == expected.partition("\n")[0]
    printed = call("eval", program, "--x", "1").err.splitlines()
    assert printed[:3] == f"error: {expected}".splitlines()[:3]


HINTS = {
    "give it a value: y=…": ("give it a value: ", Option("y", "…")),
    'give them a value: x=…, {"w[1]": …}': (
        "give them a value: ",
        *apart([Option("x", "…"), Option("w[1]", "…")]),
    ),
    'for instance: {"lambda": 2}': ("for instance: ", Option("lambda", "2")),
    'write wrt="x"': ("write ", Option("wrt", "x")),
    'dy/dx is wrt=["y", "x"]': ("dy/dx is ", Option("wrt", "y,x")),
    'name one: wrt=[("x", "y")]': ("name one: ", Option("wrt", ("x", "y"))),
    'one of them: wrt="x"': ("one of them: ", Option("wrt", ("x",))),
    "write it out, or leave out strict": ("write it out, or leave out ", Option("strict")),
    "leave out layers, depth, title": (
        "leave out ",
        *apart(map(Option, ("layers", "depth", "title")), ", "),
    ),
    'give it: {"w[1,2]": 3}; or bad_rows="null"': (
        "give it: ",
        Option("w[1,2]", "3"),
        "; or ",
        Option("bad-rows", "null"),
    ),
    'write check("x > 0")': ("write ", Option("assert", '"x > 0"')),
    "each behind its own check": ("each behind its own ", Option("assert")),
    "give it a value: x̂=…": ("give it a value: ", Option("x̂", "…")),
    'give it: {"a_very_lo…": 2}': ("give it: ", Option("a_very_lo…", "2")),
    'write correlations={"V,I": -0.36}': ("write ", Option("correlation", "V,I=-0.36")),
    "its elements as a list: w=[1, 2]": (
        "its elements as a list: ",
        Option("w", '"[1, 2]"'),
    ),
    'each by its name: w=…, {"w[1]": 2}': (
        "each by its name: ",
        *apart([Option("w", "…"), Option("set", '"w[1]=2"')]),
    ),
    'give a direction: along={"x": [1,0]}': ("give a direction: ", Option("along", '"x=[1,0]"')),
    'each by itself, as in get("u"), get("dv/dx")': (
        "each by itself, as in ",
        *apart([Option("get", "u"), Option("get", "dv/dx")]),
    ),
    'declare it: shapes={"W": ["m", "n"], "x": "n"}, or J(x[n])': (
        "declare it: ",
        *apart([Option("shape", "W=m,n"), Option("shape", "x=n")]),
        ", or J(x[n])",
    ),
    'a number, x=1, or x="0..3:0.5"': (
        "a number, ",
        Option("x", "1"),
        ", or ",
        Option("x", "0..3:0.5"),
    ),
    "the learning rate lr is a number": ("the learning rate ", Option("lr"), " is a number"),
    "did you mean sin?": ("did you mean sin?",),
    "write a--b as a - (-b)": ("write a--b as a - (-b)",),
}
"""Sentences as Python has them, and what they are made of."""


@pytest.mark.parametrize(("written", "parts"), HINTS.items())
def test_ways_out_are_those_of_python(written: str, parts: tuple[str | Option, ...]) -> None:
    assert in_python(Sentence(*parts)) == written
    whole = "".join(map(str, parts))
    assert Sentence(*parts) == whole
    assert in_python(whole) == whole, "what is no option as data is no option"


def test_a_sentence_in_a_sentence_has_its_options() -> None:
    inner = Sentence("write ", Option("wrt", "x"))
    whole = Sentence("it is one name: ", inner, "; or leave out ", Option("order"))
    again = [pickle.loads(pickle.dumps(whole, way)) for way in (0, 5)]  # noqa: S301  (our own)
    for each in (whole, copy.copy(whole), *again):
        assert each == "it is one name: write --wrt x; or leave out --order"
        assert in_python(each) == 'it is one name: write wrt="x"; or leave out order'


REFUSED = {
    "wrt x,y,z is a derivative of order 3, not 2": lambda: gradcli.derive(
        "x*y*z", wrt=[("x", "y", "z")], order=2
    ),
    "layers and full cannot go together": lambda: gradcli.draw(
        "x^2", {"x": 1}, layers=True, full=True
    ),
    "tol is a number from 0 on": lambda: gradcli.descend("x^2", {"x": 1}, tol=-1),
    'name one: wrt=[("x1", "x99")]': lambda: gradcli.derive(
        "+".join(f"x{n}^2" for n in range(1, 100)), order=4
    ),
    'dy/dx is wrt=["y", "x"]': lambda: gradcli.implicit("x^2 + y^2 = 1", ["y"]),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_wrong_is_said_in_python(said: str) -> None:
    with pytest.raises(GradcliError) as error:
        REFUSED[said]()
    assert said in " ".join(str(error.value).split())
    assert "--" not in str(error.value)


AN_OPTION = re.compile(r"(?<!\S)--[\w{\0]")


def texts_with_options() -> Iterator[tuple[str, str]]:
    """What is written outside of the command line with an option in its text, by file."""
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE)
        if "cli" in place.parts:
            continue
        nodes = [*ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
        parts = {
            id(each) for node in nodes if isinstance(node, ast.JoinedStr) for each in node.values
        }
        others = parts | {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for text in (written(node) for node in nodes if id(node) not in others):
            if AN_OPTION.search(text) and "gradcli " not in text:
                yield place.as_posix(), text


def written(node: ast.AST) -> str:
    """The text of a constant, or of one with values in it; that of others is empty."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(written, node.values))
    if isinstance(node, ast.FormattedValue):
        return "\0"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


NO_ERRORS = {
    **dict.fromkeys(["--all", "--count", "--tol goes", "--json has", "--max-paths"], "of a page"),
    "--precision 17": "of a page",
    "shows those of the next one": "a note",
    "--inputs {}": "a note",
    "--where": "what a text is",
}
"""What is in texts with options that are said in no error, and what they are."""


def test_errors_speak_of_options_as_data() -> None:
    texts = [each for place, each in texts_with_options() if place != "errors.py"]
    styles = {text for text in texts if "--ink" in text or text == "--\0: \0;"}
    left = {text for text in texts if not any(part in text for part in NO_ERRORS)} - styles
    assert left == set()
    assert all(any(part in text for text in texts) for part in NO_ERRORS)


def test_an_error_without_a_place_is_its_message() -> None:
    assert str(GradcliError("kind", "message")) == "message"
    assert str(GradcliError("kind", "message", hint="a way out")) == "message\na way out"


def test_code_is_shown_as_it_is() -> None:
    made = gradcli.code("x < 3", target="c")
    assert repr(made) == str(made)
    assert "x &lt; 3" in made._repr_html_()


def test_a_page_has_a_frame_of_its_own_in_a_notebook() -> None:
    made = gradcli.page("x*y", x=2, y=3, title='"></iframe><b>')
    frame = made._repr_html_()
    assert frame.startswith('<iframe sandbox="allow-scripts" ')
    assert frame.count("<") == 2
    (inside,) = re.findall(r'srcdoc="([^"]*)"', frame)
    assert unescape(inside) == made


def test_a_sheet_is_set_by_a_notebook() -> None:
    sheet = gradcli.quiz(LESSON, POINT)
    assert repr(sheet) == str(sheet)
    assert isinstance(sheet, str)
    assert sheet._repr_markdown_() == str(sheet)
    assert sheet.startswith("## ")


def test_columns_stay_below_each_other_in_a_notebook() -> None:
    # Notebooks have a style of their own for preformatted text, in which letters differ in width.
    for result in (lesson(), lesson().trace(), gradcli.derive("x^2")):
        html = result._repr_html_()
        assert re.match(r'<pre style="font-family:[^";]*\bmonospace\)?;', html)
        assert "white-space:pre" in html
