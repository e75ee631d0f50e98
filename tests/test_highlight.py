"""Highlighted paths, and the pictures that are made for slides and papers: PDF, HTML, TikZ."""

from __future__ import annotations

import io
import itertools
import math
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import call
from pictures import layer_net, picture
from test_papers import LATEX, Checked, compiled

import gradcli
from gradcli.cli.context import Environment
from gradcli.cli.run import run
from gradcli.layout.direction import Direction
from gradcli.views.picture import dot, mermaid, svg
from gradcli.views.picture.highlight import MOST, NOTHING, Edge, paths
from gradcli.views.picture.theme import DASHES, PATHS, ThemeName, colours_of

ROOT = Path(__file__).resolve().parent.parent
WORKED = [
    "-f", str(ROOT / "examples/worked.grad"), "--vars", str(ROOT / "examples/worked.json"),
]  # fmt: skip
SMALL = ["J=x^2*sin(x)+x", "--x", "2"]
HOSTILE = """<script>&amp; "x" \\ $%#{}_^~ ]]>"""


def every(edges: list[Edge], place: int, goal: int) -> Iterator[tuple[int, ...]]:
    """All paths from a box to another, one after the other."""
    for number, edge in enumerate(edges):
        if edge.source == place:
            if edge.target == goal:
                yield (number,)
            yield from ((number, *rest) for rest in every(edges, edge.target, goal))


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_paths_are_found_without_following_all(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  (a sample)
    boxes = chance.randint(2, 8)
    pairs = [pair for pair in itertools.combinations(range(boxes), 2) for _ in range(2)]
    edges = [
        Edge(source, target, chance.choice([-2.0, -0.5, 0.0, 0.3, 1.0, 3.0]), "")
        for source, target in pairs
        if chance.random() < 0.6
    ]
    begin = [NOTHING.on(at, edge) for at, edge in enumerate(edges) if edge.source == 0]
    found = paths(edges, begin, boxes, boxes - 1)
    known = list(every(edges, 0, boxes - 1))
    products = [math.prod(edges[each].value or 0.0 for each in path) for path in known]
    assert found.total == len(known)
    assert {path.edges for path in found.paths} <= set(known)
    assert len(found.paths) == min(MOST, len(known))
    largest = sorted(map(abs, products), reverse=True)[:MOST]
    assert [abs(path.product or 0.0) for path in found.paths] == pytest.approx(largest)


@pytest.mark.parametrize("name", ["w1", "w5", "i1", "b2", "h1", "t1"])
@pytest.mark.parametrize("more", [[], ["--layers"], ["--full"]])
def test_the_products_of_all_paths_come_to_the_derivative(name: str, more: list[str]) -> None:
    out = call("graph", *WORKED, "--highlight", name, *more, "--precision", "12").out
    told = " ".join(out[out.index(f"(1) {name} →") :].split()).replace("−", "-")
    told, _, summed = told.partition(" ∂J/∂")
    products = re.findall(r"[=:] (\S+)(?= \(\d\) |$)", told)
    total = math.fsum(map(float, products))
    assert bool(summed) == (len(products) > 1)
    assert not summed or float(summed.split()[-1]) == pytest.approx(total, rel=1e-9)
    exact = float(call("eval", *WORKED, "--get", f"dJ/d{name}").out)
    assert total == pytest.approx(exact, rel=1e-9)


def test_a_weight_on_an_edge_is_where_its_paths_begin() -> None:
    out = call("graph", *WORKED, "--layers", "--highlight", "w1").out
    assert "(1) w1 → h1 → o1 → J: 0.01207 · 0.07473 · 0.7414 = 0.0006684" in out
    assert "(2) w1 → h1 → o2 → J" in out


def test_every_picture_tells_the_paths() -> None:
    told = "(2) x → v2 → v3 → J: (−0.4161) · 4 = −1.665"
    for form in ("text", "svg", "dot", "html"):
        made = call("graph", *SMALL, "--highlight", "x", "--format", form).out
        assert told in re.sub(r"<[^>]*>", "", made), form
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    run(["graph", *SMALL, "--highlight", "x"], Environment(None, stream, io.StringIO(), {}))
    assert b"(1) x -> v1 -> v3 -> J: 4 * 0.9093 = 3.637" in stream.buffer.getvalue()
    drawn = call("graph", *SMALL, "--highlight", "x", "--format", "mmd").out
    assert "linkStyle 0 stroke:#0072b2,stroke-width:3px\n" in drawn
    assert '|"(1)(2) 1"|' in drawn


def test_what_comes_along_edges_of_arrays_is_no_product() -> None:
    program = ["a = W@x; L = sum((tanh(a) - y)^2)/2", "W=[[1,2],[3,4]]", "x=[1,2]", "y=[0,1]"]
    for name, begin in (("W", "g @ x'"), ("x", "W' @ g")):
        out = " ".join(call("graph", *program, "--highlight", name, "--format", "svg").out.split())
        ((route, edges),) = re.findall(rf">\(1\) ({name} → [^:<]*): ([^<]*)<", out)
        assert edges.split("; ") == [begin, "1 − v1²", "1", "2·v2", "g·ones(2)", "0.5"]
        assert edges.count("; ") + 1 == route.count("→")
    entry = call("graph", "x = [p, q]; x'@x", "p=1", "q=2", "--highlight", "p").out
    assert "(1) p → " in entry


def test_paths_are_told_apart_without_colours() -> None:
    assert len(set(DASHES)) == len(set(PATHS)) == MOST
    root = ET.fromstring(call("graph", *SMALL, "--highlight", "x", "--format", "svg").out)  # noqa: S314  (our own)
    ways = [each.attrib for each in root.iter() if each.get("class") == "way"]
    for colour, dashes in zip(PATHS[:3], DASHES[:3], strict=True):
        own = [way for way in ways if way.get("stroke") == colour]
        assert own
        assert {way.get("stroke-dasharray", "") for way in own} == {dashes}


def test_paths_draws_the_same(tmp_path: Path) -> None:
    target = tmp_path / "p.svg"
    assert call("paths", *SMALL, "-o", str(target)).code == 0
    same = call("graph", *SMALL, "--highlight", "x", "--format", "svg").out
    assert target.read_text(encoding="utf-8") == same
    inside = call("paths", "x + y + z", "--x", "1", "--y", "2", "--z", "3", "--wrt", "v1", "-o",
                  str(target))  # fmt: skip
    assert inside.code == 0, inside.err


def test_without_values_a_path_has_its_symbols() -> None:
    out = call("graph", "J=x^2*sin(x)", "--highlight", "x").out
    assert "(1) x → v1 → J: 2·x · v2" in out


def test_a_branch_that_is_not_taken_comes_to_nothing() -> None:
    out = call("graph", "where(x > 0, sqrt(x), 2*x)", "--x", "0", "--highlight", "x").out
    assert "(1) x → v3 → out: 2\n(2) x → v2 → out: inf · 0 = 0\n" in out
    assert "∂out/∂x = (1) + (2) = 2" in out


def test_a_node_that_leads_nowhere() -> None:
    out = call("graph", "J=x^2; q = 3*y", "--of", "J", "--x", "1", "--y", "2", "--highlight", "J")
    assert "No path leads from J to J here." in out.out


def test_of_many_paths_the_largest() -> None:
    program = "; ".join(["h[0] = x", *(f"h[{i}] = h[{i - 1}] + h[{i - 1}]^2" for i in range(1, 5))])
    out = call("graph", f"{program}; h[4]", "--x", "2", "--highlight", "x", "--depth", "20").out
    assert "… 10 more. These have the largest products." in " ".join(out.split())


# --- Boxes ----------------------------------------------------------------------------------------


def test_a_formula_is_wrapped_and_not_cut() -> None:
    formula = "sin(alpha)*cos(beta) + cos(alpha)*sin(beta) - alpha*beta"
    out = call("graph", f"J = {formula}", "--layers", "--format", "mmd").out
    assert "…" not in out
    assert "J = sin(alpha)·cos(beta)<br/>+ cos(alpha)·sin(beta)<br/>" in out


def test_a_large_picture_has_symbols_only_if_they_are_asked_for() -> None:
    large = call("graph", "-f", str(ROOT / "examples/worked.grad"), "--format", "dot").out
    labels = re.findall(r" label=\"([^\"]*)\"", large)
    assert not any("∂" in label for label in labels)
    asked = call("graph", "-f", str(ROOT / "examples/worked.grad"), "--symbolic", "--format", "dot")
    assert "∂J/∂h1 = " in asked.out
    assert "∂J/∂b = 3·c" in call("graph", "J=3(a+b*c)", "--format", "dot").out


def test_the_inputs_of_a_net_are_spread_over_the_row_below() -> None:
    source, values = layer_net(3, 6, 2)
    found = picture(source, values, layers=True)
    layout = svg.place(found, Direction.DOWN)
    places = {
        box.lines[0][0].text: at.middle.x for box, at in zip(found.boxes, layout.boxes, strict=True)
    }
    hidden = [places[f"h[{i}]"] for i in range(1, 7)]
    inputs = [places[f"x[{i}]"] for i in range(1, 4)]
    assert inputs[1] - inputs[0] == pytest.approx(inputs[2] - inputs[1])
    assert inputs[2] - inputs[0] > 0.6 * (hidden[-1] - hidden[0])
    assert hidden[0] <= inputs[0] < inputs[-1] <= hidden[-1]


def test_no_line_runs_behind_a_box_beside_a_neuron() -> None:
    source, values = layer_net(3, 6, 2)
    found = picture(source, values, layers=True)
    layout = svg.place(found, Direction.RIGHT)
    writer = svg.Writer(found, layout, svg.colours_of(svg.ThemeName.LIGHT))
    boxes = [at for box, at in zip(found.boxes, layout.boxes, strict=True) if not box.round]
    for link, route in zip(found.links, layout.routes, strict=True):
        if not (found.boxes[link.source].round and found.boxes[link.target].round):
            continue
        for part in writer.arrow(link, route)[0]:
            x1, y1, x2, y2 = map(float, re.findall(r"-?[\d.]+", part))
            for step in range(21):
                x, y = x1 + (x2 - x1) * step / 20, y1 + (y2 - y1) * step / 20
                assert not any(
                    at.x + 1 < x < at.x + at.width - 1 and at.y + 1 < y < at.y + at.height - 1
                    for at in boxes
                )


# --- Formats --------------------------------------------------------------------------------------


def size(text: str) -> tuple[float, float]:
    found = re.search(r'width="([\d.]+)" height="([\d.]+)"', text)
    assert found is not None
    return float(found[1]), float(found[2])


def test_scale_and_title() -> None:
    plain = call("graph", *SMALL, "--format", "svg").out
    twice = call("graph", *SMALL, "--format", "svg", "--scale", "2").out
    assert size(twice) == pytest.approx([2 * each for each in size(plain)])
    assert re.findall('viewBox="[^"]*"', twice) == re.findall('viewBox="[^"]*"', plain)
    titled = call("graph", *SMALL, "--format", "svg", "--title", "A graph").out
    assert size(titled)[1] > size(plain)[1]
    assert "<title>A graph</title>" in titled
    assert call("graph", *SMALL, "--title", "A graph").out.startswith("A graph\n\n")


def test_a_title_is_text_in_every_format(tmp_path: Path) -> None:
    words = ["graph", *SMALL, "--title", HOSTILE]
    made = call(*words, "--format", "svg").out
    assert HOSTILE in [each.text for each in ET.fromstring(made).iter()]  # noqa: S314  (our own)
    assert HOSTILE in Checked(call(*words, "--format", "html").out).text
    assert call(*words, "--format", "dot").out.count("label=") > 1
    assert 'title: "<script>' in call(*words, "--format", "mmd").out
    assert "## \\<script\\>" in call(*words, "--format", "md").out
    tikz = call(*words, "--format", "tex").out
    assert r"\$\%\#\{\}\_" in tikz
    if LATEX is not None:
        assert compiled([tikz], tmp_path) == ""


@pytest.mark.skipif(LATEX is None, reason="there is no TeX engine")
def test_tikz_compiles(tmp_path: Path) -> None:
    texts = [
        call("graph", *words, "--format", "tex").out
        for words in (
            [*WORKED, "--highlight", "w1"],
            [*WORKED, "--layers", "--highlight", "w1", "--scale", "0.5"],
            [*SMALL, "--highlight", "x", "--symbolic", "--theme", "dark"],
            ["größe*α_1 + max(x, 2)/y_2"],
            ["sum((W@x)^2)", "--W", "[[1,2],[3,4]]", "--x", "[1,2]"],
            ["sin(x*y)+x", "--x", "1", "--y", "2", "--depth", "1"],
        )
    ]
    assert compiled(texts, tmp_path) == ""


def test_pdf(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    made = gradcli.draw("x*y", {"x": 1, "y": 2}, format="pdf")
    assert isinstance(made, bytes)
    assert made.startswith(b"%PDF-")
    assert made == gradcli.draw("x*y", {"x": 1, "y": 2}, format="pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) <= 1
    target = tmp_path / "p.PDF"
    assert call("graph", "x*y", "--x", "1", "--y", "2", "-o", str(target)) == (0, "", "")
    assert target.read_bytes() == made
    assert call("paths", "x*y", "--x", "1", "--y", "2", "--wrt", "x", "-o", str(target)).code == 0


def test_pdf_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    called = call("graph", "x*y", "-o", "none.pdf")
    assert called.code == 2
    assert "pip install 'gradcli[pdf]'" in called.err
    assert not Path("none.pdf").exists()


def test_html_is_one_page_that_fetches_nothing() -> None:
    made = call("graph", *SMALL, "--format", "html").out
    assert "svg" in Checked(made).tags
    assert re.findall(r"https?://[^\"]*", made) == ["http://www.w3.org/2000/svg"]


def test_dot_and_mermaid_of_many_paths() -> None:
    source, values = layer_net(2, 2, 1)
    found = picture(source, values)
    assert "penwidth" not in dot.render(found)
    assert "linkStyle" not in mermaid.render(found)
    made = call("graph", *SMALL, "--highlight", "x", "--format", "dot").out
    assert f'color="{PATHS[0]}:{PATHS[1]}"' in made


BAD = [
    (["--highlight", "zz"], 3, "there is no node 'zz'"),
    (["--highlight", ""], 2, "--highlight is about one node, and a name is missing"),
    (["--highlight", "x,y"], 2, "write --highlight x or --highlight y"),
    (["--highlight", "3"], 3, "--highlight takes a name"),
    (["--highlight", "x", "--json"], 2, "prints the whole graph"),
    (["--highlight", "x", "--depth", "1", "--focus", "v1"], 0, ""),
    (["--scale", "0"], 2, "the scale is 0.1 to 20"),
    (["--scale", "nan", "--format", "svg"], 2, "the scale is 0.1 to 20"),
    (["--scale", "-1"], 2, "the scale is 0.1 to 20"),
    (["--scale", "2"], 2, "has no size"),
    (["--scale", "x"], 2, "is not a number"),
    (["--title", "\x1b[31m"], 0, ""),
    (["-o", "x.docx"], 2, ".svg, .png, .pdf, .html, .tex, .md"),
    (["-o", "x.csv"], 2, "let it end in"),
]


@pytest.mark.parametrize(("words", "code", "said"), BAD)
def test_bad_input(words: list[str], code: int, said: str) -> None:
    called = call("graph", *SMALL, *words)
    assert called.code == code, called.err
    assert said in called.err
    assert "\x1b" not in called.out


@pytest.mark.parametrize("theme", ThemeName)
def test_a_page_and_what_is_told_have_the_colours_of_the_picture(theme: ThemeName) -> None:
    words = [*SMALL, "--highlight", "x", "--theme", theme.value, "--format"]
    page, mermaid = call("graph", *words, "html").out, call("graph", *words, "mmd").out
    paper = colours_of(theme).paper
    if theme is ThemeName.AUTO:  # the reader's browser decides
        assert "@media all" not in page
        assert "style told" not in mermaid
    else:
        assert f"@media all {{ :root {{ --paper: {paper};" in page
        assert f"style told fill:{paper}," in mermaid
