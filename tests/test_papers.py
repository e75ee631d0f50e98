"""Results as documents: Markdown, HTML, LaTeX and CSV, for every command that shows a page."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from command_line import ROOT, call
from test_commands import NAMES, asking, view_of, words

import gradcli
from gradcli.cli.known import find
from gradcli.views.lines.page import Fragment, Page
from gradcli.views.papers import image, markdown
from gradcli.views.papers.mathematics import Mathematics, names_in
from gradcli.views.papers.write import IMAGES, PAPERS, write
from gradcli.views.picture.extras import EXTRAS, Extra

LATEX = shutil.which("pdflatex")

DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage{tikz}
\begin{document}
%s
\end{document}
"""

PROGRAM = "v = b*c; u = a + v; J = 3u"
POINT = ["--a", "1", "--b", "2", "--c", "3.5"]


def paper(tmp_path: Path, ending: str, *words: str) -> str:
    """The document that a command line writes."""
    target = tmp_path / f"result{ending}"
    called = call(*words, "-o", str(target))
    assert (called.code, called.out) == (0, ""), called.err
    return target.read_text(encoding="utf-8")


def compiled(texts: list[str], folder: Path) -> str:
    """What a TeX engine says of a document with these texts in it; empty if it took them."""
    assert LATEX is not None
    whole = DOCUMENT % "\n\\clearpage\n".join(texts)
    (folder / "whole.tex").write_text(whole, encoding="utf-8")
    run = subprocess.run(
        [LATEX, "-interaction=nonstopmode", "-halt-on-error", "whole.tex"],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=100,
    )
    log = run.stdout.decode("utf-8", "replace")
    return "" if run.returncode == 0 else log[log.find("\n!") :][:600]


ALL = [(name, view, end) for name, view in NAMES for end in view_of(name, view).papers]
CASES = [case for case in ALL if case[2] not in IMAGES]


@pytest.mark.parametrize(("name", "view", "ending"), CASES)
def test_every_page_is_a_document(name: str, view: str, ending: str, tmp_path: Path) -> None:
    made = paper(tmp_path, ending, *words(name, view))
    assert made.strip()
    assert made == paper(tmp_path, ending.upper(), *words(name, view))
    if ending == ".html":
        assert Checked(made).tags


class Checked(HTMLParser):
    """Reads a page of HTML: every element is closed, and nothing is fetched or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open
        assert not {"script", "link", "img", "iframe", "object"} & set(self.tags)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        names = {name for name, _ in attrs}
        assert not names & {"src", "href", "style"}
        assert not any(name.startswith("on") for name in names)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_table_is_a_table_in_each_of_them(tmp_path: Path) -> None:
    words = ["eval", PROGRAM, *POINT]
    rows = paper(tmp_path, ".md", *words).splitlines()
    assert "| node | formula | value | ∂J/∂node | in numbers |" in rows
    assert "| `v` | `b*c` | 7 | `3` | 3 |" in rows
    assert r"$v$ & $b c$ & $7$ & $3$ & $3$ \\" in paper(tmp_path, ".tex", *words)
    read = list(csv.DictReader(io.StringIO(paper(tmp_path, ".csv", *words))))
    assert read[1] == {
        "node": "c",
        "formula": "",
        "value": "3.5",
        "∂J/∂node": "3*b",
        "in numbers": "6",
    }


def test_a_csv_has_all_digits_and_all_rows(tmp_path: Path) -> None:
    program = "h[1] = x/3; h[i] = h[i-1] + x for i in 2..60; h[60]"
    read = list(csv.reader(io.StringIO(paper(tmp_path, ".csv", "eval", program, "--x", "1"))))
    assert len(read) == 62
    assert float(read[2][2]) == 1 / 3
    rounded = paper(tmp_path, ".csv", "eval", program, "--x", "1", "--precision", "3")
    assert list(csv.reader(io.StringIO(rounded)))[2][2] == "0.333"


def test_a_trace_has_a_left_side_in_every_equation(tmp_path: Path) -> None:
    made = paper(tmp_path, ".tex", "eval", PROGRAM, *POINT, "--trace")
    assert r"\frac{\partial J}{\partial b} &= \frac{\partial J}{\partial v} \cdot " in made
    assert "align" in made
    for block in re.findall(r"\\begin\{align\*\}\n(.*?)\\end\{align\*\}", made, re.DOTALL):
        assert re.match(r"  \S.* &= ", block)
    assert "J &= 3 u \\\\\n  &= 3 \\cdot 8 \\\\\n  &= 24\n" in made


def test_a_long_vector_stands_in_rows(tmp_path: Path) -> None:
    program = "+".join(f"x{n}^2" for n in range(1, 11))
    values = [word for n in range(1, 11) for word in (f"--x{n}", f"{n}")]
    text = paper(tmp_path, ".tex", "eval", program, *values, "--trace")
    rows = re.findall(r"\\begin\{gathered\}(.*?)\\end\{gathered\}", text)
    assert [row.count(r"\\") for row in rows] == [1, 1, 1]
    assert "2, 4, 6, 8, 10, 12, " in rows[1]
    if LATEX is not None:
        assert compiled([text], tmp_path) == ""


def test_steps_and_paths_are_set_too(tmp_path: Path) -> None:
    steps = paper(tmp_path, ".tex", "diff", "x^2*sin(x)", "--steps")
    assert r"\left(u v\right)' &= u' v + u v'" in steps
    assert r"\frac{d}{dx}\left(x^{2} \sin\left(x\right)\right) &= " in steps
    paths = paper(tmp_path, ".tex", "paths", "x*(1+x*(1+x))", "--x", "2")
    assert "\\text{path 2} &= \\left(1 + x\\right) \\cdot x \\\\\n  &= 3 \\cdot 2 \\\\" in paths
    assert "2. x → v2 → v3 → out\n" in paper(tmp_path, ".md", "paths", "x*(1+x*(1+x))", "--x", "2")


FORMULAS = [
    ("∂J/∂v · ∂v/∂b", r"\frac{\partial J}{\partial v} \cdot \frac{\partial v}{\partial b}"),
    ("∂(3*u)/∂u", r"\frac{\partial \left(3 u\right)}{\partial u}"),
    ("1 · 1/y", r"1 \cdot \frac{1}{y}"),
    ("3 · (-2) + (a + b) · c", r"3 \cdot \left(-2\right) + \left(a + b\right) \cdot c"),
    ("∂/∂x", r"\frac{\partial}{\partial x}"),
    ("∂³J/∂x∂y²", r"\frac{\partial^{3} J}{\partial x\,\partial y^{2}}"),
    ("∂J/∂w1[1,2]", r"\frac{\partial J}{\partial w^{(1)}_{1,2}}"),
    ("(∂J/∂a, 2)", r"\left(\frac{\partial J}{\partial a}, 2\right)"),
    ("|∇J|", r"\left\lVert \nabla J \right\rVert"),
    ("f'(v15)", r"\operatorname{f}'\left(v_{15}\right)"),
    ("1 (left -1, right 1)", r"1\text{ (left -1, right 1)}"),
    ("1/(2*t) → inf", r"\frac{1}{2 t} \to \infty"),
    ("0 (branch not taken)", r"0\text{ (branch not taken)}"),
    ("[1, 2, … 5 more]", r"\text{[1, 2, \dots{} 5 more]}"),
    ("a $ b", r"\text{a \$ b}"),
    ("Gradcli0", r"\text{Gradcli0}"),
]


@pytest.mark.parametrize(("shown", "latex"), FORMULAS)
def test_what_a_terminal_shows_is_set_as_a_formula(shown: str, latex: str) -> None:
    assert Mathematics(names_in([shown])).write(shown) == latex


HOSTILE = [
    "<script>alert(1)</script>",
    "*bold* _it_ `code` [link](http://example.org) # | ~ $x$",
    r"\input{/etc/passwd} %comment ^ & { }",
    "- item",
    "1. item",
    "```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text: str, tmp_path: Path) -> None:
    page = Page([(Fragment(text),)])
    assert text in Checked(write(page, ".html")).text
    fence, kept, last = write(page, ".md").split("\n")
    assert kept == text
    assert fence.removesuffix("text") == last
    assert last not in text
    latex = write(page, ".tex")
    assert r"\input" not in latex
    assert not re.search(r"(?<!\\)[%&#]", latex.split("\n", 2)[2])


DRAWN = [
    (name, view)
    for name, view, ending in ALL
    # Of a page that is shown by default the picture is that of the graph, where there is one.
    if ending == ".svg" and (asking(name, view) or "svg" not in find(name).views)
]


@pytest.mark.parametrize(("name", "view"), DRAWN)
def test_every_page_is_a_picture_of_its_lines(name: str, view: str, tmp_path: Path) -> None:
    asked = words(name, view)
    drawn = ET.fromstring(paper(tmp_path, ".svg", *asked))  # noqa: S314  (our own)
    wide, high = float(drawn.attrib["width"]), float(drawn.attrib["height"])
    lines: dict[str, str] = {}
    for piece in drawn.iter("{http://www.w3.org/2000/svg}text"):
        row = lines.setdefault(piece.attrib["y"], "")
        lines[piece.attrib["y"]] = f"{row} {piece.text}"
        assert float(piece.attrib["x"]) + float(piece.attrib["textLength"]) < wide
        assert float(piece.attrib["y"]) < high
    shown = call(*asked, variables={"COLUMNS": str(image.COLUMNS)}).out
    shown = re.sub("┤.*", "┤", shown)  # what is right of the axis is drawn
    assert ["".join(line.split()) for line in lines.values()] == [
        "".join(line.split()) for line in shown.splitlines() if line
    ]


def test_pictures_of_pages_are_files_of_their_kind(tmp_path: Path) -> None:
    for package, ending, begin in (("resvg_py", ".png", b"\x89PNG"), ("typst", ".pdf", b"%PDF-")):
        pytest.importorskip(package)
        for line in (["eval", PROGRAM, *POINT, "--trace"], ["functions"]):
            target = tmp_path / f"page{ending}"
            called = call(*line, "-o", str(target))
            assert (called.code, called.out, called.err) == (0, "", "")
            assert target.read_bytes().startswith(begin)
    pages = re.findall(rb"/Type ?/Page\b(?!s)", (tmp_path / "page.pdf").read_bytes())
    assert len(pages) > 2  # the functions, which no single page would hold


def test_a_picture_of_too_many_lines_is_refused_with_what_holds_them() -> None:
    page = Page([(Fragment("x"),)] * (image.MOST_LINES + 1))
    with pytest.raises(gradcli.GradcliError, match="nobody could read") as caught:
        write(page, ".png")
    assert "pdf" in str(caught.value.hint)


def test_a_graph_comes_before_a_picture_of_the_table(tmp_path: Path) -> None:
    words = ["eval", PROGRAM, *POINT]
    assert paper(tmp_path, ".svg", *words) == paper(tmp_path, ".svg", "graph", *words[1:])
    assert "Backward pass" in paper(tmp_path, ".svg", *words, "--trace")


@pytest.mark.parametrize("extra", EXTRAS.items(), ids=list(EXTRAS))
def test_a_missing_package_is_said_before_anything_is_computed(
    extra: tuple[str, Extra], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, needed = extra
    monkeypatch.setitem(EXTRAS, ending, needed._replace(module="not_installed_at_all"))
    for line in (["eval", "no program ("], ["graph", "no program ("], ["diff", "no program ("]):
        called = call(*line, "-o", str(tmp_path / f"picture{ending}"))
        assert (called.code, called.out) == (2, "")
        assert f"gradcli[{needed.extra}]" in called.err
        assert list(tmp_path.iterdir()) == []


def test_equations_are_rows_of_a_csv(tmp_path: Path) -> None:
    def rows(*words: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(paper(tmp_path, ".csv", *words))))

    trace = rows("eval", PROGRAM, *POINT, "--trace")
    assert trace[0] == ["name", "value", "step 1", "step 2", "step 3"]
    assert ["∂J/∂b", "10.5", "∂J/∂v · ∂v/∂b", "3 · c", "3 · 3.5"] in trace
    names = [row[0] for row in trace]
    assert len(names) == len(set(names))
    assert rows("diff", "x^2*y", "--wrt", "x", "--x", "1", "--y", "3") == [
        ["name", "value", "step 1"],
        ["∂/∂x", "6", "2·x·y"],
    ]
    paths = rows("paths", "x*(1+x*(1+x))", "--x", "2")
    assert [row[0] for row in paths] == ["name", "path 1", "path 2", "path 3", "∂out/∂x"]
    assert sum(float(row[1]) for row in paths[1:4]) == float(paths[4][1]) == 17
    assert ["sin(x)", "cos(x)", "the sine"] in rows("functions")


def test_sentences_of_markdown_begin_no_list() -> None:
    assert markdown.escaped("- a") == r"\- a"
    assert markdown.escaped("12. a") == r"12\. a"
    assert markdown.escaped("1.5 of it") == "1.5 of it"


def test_what_cannot_hold_it_is_refused_with_what_can(tmp_path: Path) -> None:
    for line, wanted in [
        (
            ["eval", "x", "--x", "1", "--tree", "-o", "t.csv"],
            ".txt, .md, .html, .tex, .svg, .png or .pdf",
        ),
        (
            ["why", "x*x", "--x", "1", "-o", "p.csv"],
            ".txt, .json, .md, .html, .tex, .svg, .png or .pdf",
        ),
        (["eval", "x", "--x", "1", "-o", "e.docx"], ".svg, .png, .pdf, .md, .html, .tex or .csv"),
        (["eval", "x", "--x", "1", "-o", "md"], "-o result.md"),
        (["eval", "x", "--x", "1", "--json", "-o", "e.md"], "leave out --json"),
    ]:
        called = call(*line)
        assert (called.code, called.out) == (2, "")
        assert wanted in " ".join(called.err.split())
    called = call("jac", "u = x; v = x^2; u", "--of", "u,v", "--x", "1", "-o", "/no/such/j.md")
    assert called.code == 2


@pytest.mark.skipif(LATEX is None, reason="there is no TeX engine")
def test_every_page_compiles(tmp_path: Path) -> None:
    texts = [
        paper(tmp_path, ".tex", *words(name, view))
        for name, view, ending in CASES
        if ending == ".tex"
    ]
    texts += [
        paper(tmp_path, ".tex", "diff", "x^2*sin(x)", "--steps"),
        paper(tmp_path, ".tex", "eval", "α_1*größe + max(x, 2)", "--α_1", "1", "--größe", "2",
              "--x", "3", "--trace"),
        paper(tmp_path, ".tex", "eval", "sum((W@x)^2)", "--W", "[[1,2],[3,4]]", "--x", "[1,2]",
              "--trace"),
        *[write(Page([(Fragment(text),)]), ".tex") for text in HOSTILE],
    ]  # fmt: skip
    assert compiled(texts, tmp_path) == ""


def test_what_is_long_stands_in_pieces_that_fit_a_page(tmp_path: Path) -> None:
    program = "h[1] = x; h[i] = h[i-1] + x for i in 2..100; h[100]"
    words = ["eval", program, "--x", "1", "--all"]
    table = paper(tmp_path, ".tex", *words)
    assert table.count(r"\begin{tabular}") == table.count(r"node & formula") == 3
    trace = paper(tmp_path, ".tex", *words, "--trace")
    assert trace.count(r"\begin{align*}") > 4
    if LATEX is not None:
        assert compiled([table, trace], tmp_path) == ""


@pytest.mark.parametrize("kind", ["md", "html", "tex", "csv", "svg", "txt", "json"])
def test_the_library_writes_the_same(kind: str, tmp_path: Path) -> None:
    solution = gradcli.evaluate(PROGRAM, a=1, b=2, c=3.5)
    made = gradcli.show(solution, document=kind)
    assert f"{made}\n" == paper(tmp_path, f".{kind}", "eval", PROGRAM, *POINT)
    with pytest.raises(gradcli.GradcliError, match="document"):
        gradcli.show(solution, document="docx")


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_pictures_from_the_library_are_bytes(kind: str) -> None:
    solution = gradcli.evaluate(PROGRAM, a=1, b=2, c=3.5)
    for made in (
        gradcli.show(solution, document=kind),
        gradcli.show(solution, "grad", document=kind),
    ):
        assert isinstance(made, bytes)
        assert made[:5] in {b"\x89PNG\r", b"%PDF-"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"view": "trace", "document": "json"}, "no view"),
        ({"document": ".csv"}, "there is no document"),
        ({"document": 3}, "document is a text"),
        ({"view": "tree", "document": "csv"}, "no table"),
        ({"document": "png", "width": 0}, "number of columns"),
        ({"view": "nothing", "document": "svg"}, "there is no view"),
    ],
)
def test_documents_that_there_are_not(asked: dict, said: str) -> None:
    with pytest.raises(gradcli.GradcliError, match=said):
        gradcli.show(gradcli.evaluate(PROGRAM, a=1, b=2, c=3.5), **asked)
    with pytest.raises(gradcli.GradcliError, match="no view 'json'"):
        gradcli.show(gradcli.function("x"), document="json")


@pytest.mark.parametrize(
    "words",
    [
        ("x^2*y", "--x", "0..2:1", "--y", "1"),
        ("x^2*y", "--x", "2", "--y", "1", "--order", "2"),
        ("x^2*y", "--x", "2", "--y", "1", "--along", "x=1"),
        ("u = x*y; u + x", "--x", "2", "--y", "1", "--of", "u,out"),
    ],
)
def test_what_has_no_graph_is_a_picture_of_its_page(words: tuple[str, ...], tmp_path: Path) -> None:
    made = paper(tmp_path, ".svg", "eval", *words)
    assert made.startswith("<svg")
    text = re.sub(r"<[^>]*>", " ", made).split()
    assert set(call("eval", *words).out.replace("─", " ").split()) <= {*text, "│"}


def test_long_derivatives_are_one_step_of_the_chain_rule(tmp_path: Path) -> None:
    words = ["eval", "-f", str(ROOT / "examples/tutorial.grad"), "--vars",
             str(ROOT / "examples/tutorial.json")]  # fmt: skip
    made = paper(tmp_path, ".md", *words)
    assert max(len(line) for line in made.splitlines() if line.startswith("|")) < 120
    assert "| `w1[1,1]` |  | 0.1 | `∂J/∂v3·x[1]` | 0.000703208 |" in made


def test_every_ending_has_a_writer() -> None:
    assert {end for _, _, end in ALL} <= {*PAPERS, *IMAGES}


def test_paths_of_arrays_are_equations(tmp_path):
    """As those of numbers are: set as mathematics, and in a table with every entry."""
    words = ["paths", "h = tanh(W@x); h[1]^2 + h[2]", "--W", "[[1,2],[3,4]]", "--x", "[0.5,1]"]
    made = paper(tmp_path, ".tex", *words, "--wrt", "x")
    assert made.count(r"\text{path ") == 2
    assert r"\operatorname{onehot}\left(1; 2\right)" in made
    rows = list(csv.DictReader(io.StringIO(paper(tmp_path, ".csv", *words, "--wrt", "x"))))
    summed = np.sum([json.loads(each["value"]) for each in rows[:2]], axis=0)
    slopes = 1 - np.tanh([2.5, 5.5]) ** 2
    expected = np.array([[1, 2], [3, 4]]).T @ ([2 * np.tanh(2.5), 1] * slopes)
    assert np.allclose(summed, expected, rtol=1e-12)
