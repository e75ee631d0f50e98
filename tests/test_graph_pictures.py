"""Pictures of graphs: what is drawn, that every format holds it, and that nothing overlaps."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from command_line import Terminal, call, process
from graphs import model_of, shape
from pictures import BROWSER, EVIL, PROGRAMS, browse, evil_picture, layer_net, picture

from gradcli.cli.context import Environment
from gradcli.cli.run import run
from gradcli.evaluation.solve import solve
from gradcli.layout.direction import Direction
from gradcli.syntax.text import text as canonical
from gradcli.views import schema
from gradcli.views.lines.page import Display
from gradcli.views.lines.text import width
from gradcli.views.picture import boxes, dot, mermaid, png, rails, svg
from gradcli.views.picture.look import Format
from gradcli.views.picture.measure import FONTS, text_width
from gradcli.views.picture.model import Kind, Picture, Role, plain
from gradcli.views.picture.sketch import sketch
from gradcli.views.picture.theme import DARK, LIGHT, PATHS, ThemeName
from gradcli.views.picture.wording import Formatter, shorten

SNAPSHOTS = Path(__file__).parent / "snapshots" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"


def words(found: Picture) -> dict[str, list[str]]:
    """The lines of each box by its name."""
    return {box.lines[0][0].text: list(map(plain, box.lines)) for box in found.boxes}


def edges(found: Picture) -> set[str]:
    """Every edge as ``b -c = 3> v``."""
    names = [box.lines[0][0].text for box in found.boxes]
    return {
        f"{names[link.source]} -{' '.join(map(plain, link.label))}> {names[link.target]}"
        for link in found.links
    }


# What is drawn


def test_the_lesson() -> None:
    found = picture(*PROGRAMS["lesson"], symbolic=True)
    assert words(found) == {
        "a": ["a = 1", "∂J/∂a = 3"],
        "b": ["b = 2", "∂J/∂b = 3·c = 9"],
        "c": ["c = 3", "∂J/∂c = 3·b = 6"],
        "v1": ["v1 = b·c", "= 6", "∂J/∂v1 = 3"],
        "v2": ["v2 = a + v1", "= 7", "∂J/∂v2 = 3"],
        "J": ["J = 3·v2", "= 21", "∂J/∂J = 1"],
    }
    assert edges(found) == {
        "b -c = 3> v1",
        "c -b = 2> v1",
        "a -1> v2",
        "v1 -1> v2",
        "v2 -3> J",
    }
    assert [box.kind for box in found.boxes] == [Kind.INPUT] * 3 + [Kind.STEP] * 2 + [Kind.OUTPUT]


def test_without_values() -> None:
    found = picture(*PROGRAMS["lesson"], values=False, symbolic=True)
    assert words(found)["b"] == ["b", "∂J/∂b = 3·c"]
    assert words(found)["v1"] == ["v1 = b·c", "∂J/∂v1 = 3"]
    assert "b -c> v1" in edges(found)
    bare = picture(*PROGRAMS["lesson"], values=False)
    assert words(bare)["b"] == ["b"]
    assert "b -> v1" in edges(bare)


def test_a_long_sum_is_one_box() -> None:
    found = picture(*PROGRAMS["sum"])
    assert len(found.boxes) == 31
    assert " ".join(words(found)["out"]).startswith("out = " + " + ".join(
        f"x[{place}]" for place in range(1, 31)
    ))  # fmt: skip
    assert len(picture(*PROGRAMS["sum"], full=True).boxes) == 30 + 29


def test_terms_that_are_subtracted_keep_their_sign() -> None:
    found = picture(*PROGRAMS["difference"])
    assert words(found)["out"][0] == "out = a − b + c − v3"
    assert edges(found) == {
        "a -1> out", "b -−1> out", "c -1> out", "v3 -−1> out", "d -1> v3", "a -−1> v3",
    }  # fmt: skip


def test_constants_stand_in_the_formulas() -> None:
    found = picture(*PROGRAMS["constants"])
    assert set(words(found)) == {"x", "k", "v4", "out"}
    assert words(found)["v4"][0] == "v4 = 2³·log(3)·x"
    assert words(found)["k"] == ["k = 2", "∂out/∂k = 1"]


def test_a_call_of_the_programs_function_is_one_box() -> None:
    found = picture(*PROGRAMS["tutorial"], symbolic=True)
    assert words(found)["a[1]"][0] == "a[1] = f(v3)"
    assert "v3 -a[1]·(1 − a[1]) = 0.235> a[1]" in edges(found)
    full = picture(*PROGRAMS["tutorial"], full=True)
    assert words(full)["a[1]"][0] == "a[1] = 1/v6"


def test_a_product_of_a_name_with_itself_has_two_edges() -> None:
    found = picture(*PROGRAMS["square"])
    assert [plain(link.label[0]) for link in found.links] == ["3", "3"]


def test_what_the_output_does_not_need_is_drawn() -> None:
    assert {"y", "u"} <= set(words(picture(*PROGRAMS["unused"])))
    assert words(picture(*PROGRAMS["unused"]))["u"][-1] == "∂v/∂u = 0"


def test_numbers_and_names_stay_short() -> None:
    found = picture("x/3 + 0*x", {"x": -1})
    assert "= −0.3333" in words(found)["v1"]
    assert words(found)["v2"][1] == "= 0"
    longest = max(
        len(line) for lines in words(picture(*PROGRAMS["long names"])).values() for line in lines
    )
    assert longest < 60


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_local_partials_of_a_picture_give_its_gradients(name: str) -> None:
    # The sum over all edges out of a box of what its target is worth times the partial.
    source, values = PROGRAMS[name]
    for options in ({}, {"full": True}):
        found = picture(source, values, precision=17, **options)
        grads = {place: _number(box.lines[-1][0].text) for place, box in enumerate(found.boxes)}
        sums: dict[int, float] = {}
        for link in found.links:
            flow = grads[link.target] * _number(plain(link.label[0]))
            sums[link.source] = sums.get(link.source, 0.0) + flow
        for place, total in sums.items():
            if total == total:  # not NaN  # noqa: PLR0124
                assert total == pytest.approx(grads[place], rel=1e-9, abs=1e-12)


def _number(text: str) -> float:
    return float(text.rpartition("= ")[2].replace("−", "-"))


# Networks


def test_the_tutorials_network() -> None:
    found = picture(*PROGRAMS["tutorial"], layers=True)
    assert words(found) == {
        "x[1]": ["x[1]", "1", "∂ −0.0003495"],
        "x[2]": ["x[2]", "0.5", "∂ −0.0004495"],
        "y": ["y = 1", "∂J/∂y = 0.5195"],
        "a[1]": ["a[1]", "0.6225", "∂ −0.003202"],
        "a[2]": ["a[2]", "0.69", "∂ −0.001157"],
        "b[1]": ["b[1]", "0.5838", "∂ −0.05187"],
        "b[2]": ["b[2]", "0.5189", "∂ 0.0778"],
        "o": ["o", "0.4805", "∂ −0.5195"],
        "J": ["J = (o − y)²/2", "= 0.1349", "∂J/∂J = 1"],
    }
    assert "x[1] -w1[1,2] = 0.5 ∂ −0.0002474> a[2]" in edges(found)
    assert "b[2] -w3[2,1] = −0.6 ∂ −0.06729> o" in edges(found)
    assert len(found.links) == 12
    assert [box.round for box in found.boxes].count(True) == 7


def test_biases_stand_in_their_neurons() -> None:
    found = picture(*PROGRAMS["net"], layers=True)
    assert words(found)["h[1]"][-1].startswith("+ b1[1] = ")
    assert not [name for name in words(found) if name.startswith(("w", "b"))]


@pytest.mark.parametrize("program", ["w*x + w", "w*w", "x*y*z", "sin(x)", "w = x*x; w*w*x"])
def test_what_is_used_twice_or_multiplies_nothing_named_is_no_weight(program: str) -> None:
    values = {name: 2.0 for name in "wxyz" if name in program.replace("w =", "")}
    values.pop("w", None) if "w =" in program else None
    found = picture(program, values, layers=True)
    assert {box.lines[0][0].text for box in found.boxes if box.kind is Kind.INPUT} >= {
        name for name in values if program.count(name) != 1
    }


def test_of_two_inputs_the_weight_is_the_one_with_more_indices() -> None:
    found = picture("h = tanh(x[1]*w[1,1])", {"x[1]": 1, "w[1,1]": 2}, layers=True)
    assert set(words(found)) == {"x[1]", "h"}


def test_many_weights_become_the_width_of_lines() -> None:
    found = picture(*layer_net(5, 8, 2), layers=True)
    strengths = [link.strength for link in found.links if link.strength is not None]
    assert len(strengths) == 5 * 8 + 8 * 2
    assert max(map(abs, strengths)) == 1
    assert min(strengths) < 0
    assert not any(link.label for link in found.links)
    assert "negative" in plain(found.legend)


# Parts of a graph


def test_depth_and_focus() -> None:
    source, values = PROGRAMS["waves"]
    near = picture(source, values, depth=1)
    assert set(words(near)) == {"out", "v7", "v10", "…"}
    assert near.title == "Part of the computation graph of out"
    around = picture(source, values, focus="v1", depth=1)
    assert set(words(around)) == {"x", "y", "v1", "v2", "…"}
    assert {"… -> x"} & edges(around) == set()
    assert {"v2 -> …", "x -> …", "y -> …"} <= edges(around)
    assert set(words(picture(source, values, depth=0))) == {"out", "…"}
    assert "…" not in words(picture(source, values, depth=99))


# SVG


def svg_texts(text: str) -> list[str]:
    """The lines of text of an SVG file, by a parser of XML."""
    return ["".join(item.itertext()) for item in ET.fromstring(text).iter(f"{SVG}text")]  # noqa: S314


@pytest.mark.parametrize("direction", [None, *Direction])
@pytest.mark.parametrize("name", PROGRAMS)
def test_svg_is_xml_and_holds_every_line(name: str, direction: Direction | None) -> None:
    for found in (picture(*PROGRAMS[name]), picture(*PROGRAMS[name], layers=True)):
        expected = [plain(line) for link in found.links for line in link.label]
        expected += [plain(line) for box in found.boxes for line in box.lines]
        expected += [plain(found.legend)] if found.legend else []
        texts = [svg.render(found, theme, direction) for theme in ThemeName]
        for text in texts:
            assert sorted(svg_texts(text)) == sorted(expected)
        assert texts[0] == svg.render(found, next(iter(ThemeName)), direction)


def test_svg_escapes_text() -> None:
    found = evil_picture()
    text = svg.render(found)
    lines = svg_texts(text)
    for each in EVIL:
        assert f"{each} = {each}" in lines
    root = ET.fromstring(text)  # noqa: S314
    assert {item.tag.removeprefix(SVG) for item in root.iter()} == {
        "svg", "title", "rect", "g", "path", "text", "tspan",
    }  # fmt: skip
    assert root.find(f"{SVG}title").text == found.title


def test_svg_asks_for_nothing_from_outside() -> None:
    text = svg.render(picture(*PROGRAMS["tutorial"]), ThemeName.AUTO)
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert "script" not in text
    assert "url(" not in text


def test_themes() -> None:
    found = picture(*PROGRAMS["lesson"])
    light, dark, auto = (svg.render(found, theme) for theme in ThemeName)
    for text, theme in ((light, LIGHT), (dark, DARK)):
        assert set(re.findall(r'class="paper"[^>]*fill="(.*?)"', text)) == {theme.paper}
    assert "prefers-color-scheme: dark" in auto
    rest, style, after = re.split(r"<style>(.*?)</style>\n", auto, flags=re.DOTALL)
    assert rest + after == light
    assert DARK.paper in style


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as the guidelines for accessible pages define it."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_text_has_contrast_enough(theme) -> None:
    for colour in theme.text.values():
        for ground in (theme.paper, *theme.fill.values()):
            assert contrast(colour, ground) > 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_lines_have_contrast_enough(theme) -> None:
    for colour in (theme.line, *theme.weights, *theme.border.values(), *PATHS):
        assert contrast(colour, theme.paper) > 3, colour


def test_text_is_measured_wider_than_it_is() -> None:
    # Widths of Arial and of DejaVu Sans, for a size of 1.
    assert text_width("abc", 1) >= 0.613 + 0.635 + 0.55
    assert text_width("∂J/∂w1[1,1] = −0.0007526", 10) >= 132.1
    assert text_width("w2[1,2]", 10, bold=True) >= 43.1
    assert text_width("日本", 1) >= 2
    assert text_width("a\u0301", 1) == text_width("a", 1)
    assert text_width("é", 1) == text_width("e", 1)


# In a real browser

MEASURE = """
<script>
const box = e => { const r = e.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; };
const out = [...document.querySelectorAll('svg')].map(svg => ({
  page: box(svg),
  boxes: [...svg.querySelectorAll('.box')].map(e =>
    [box(e), parseFloat(e.getAttribute('rx')),
     [...e.parentNode.querySelectorAll('text')].map(box)]),
  texts: [...svg.querySelectorAll('text')].map(e => [e.textContent, box(e)]),
}));
const pre = document.createElement('pre');
pre.id = 'result';
pre.textContent = JSON.stringify(out);
document.body.appendChild(pre);
</script>
"""

needs_browser = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")


def test_the_tester_sees_what_overlaps() -> None:
    assert overlapping([[0, 0, 10, 20], [8, 10, 10, 20]])
    assert not overlapping([[0, 0, 10, 20], [10, 0, 10, 20], [0, 17, 10, 20]])
    assert not in_circle([0, 0, 20, 10], (10, 5), 8)


@pytest.mark.slow
@needs_browser
@pytest.mark.process
def test_in_a_browser_no_text_leaves_its_box_and_none_overlap() -> None:
    found = [picture(*program) for program in PROGRAMS.values()]
    found += [picture(*program, symbolic=True) for program in PROGRAMS.values()]
    found += [picture(*PROGRAMS[name], layers=True) for name in ("tutorial", "net", "large")]
    found.append(evil_picture())
    pages = [svg.render(each, direction=way) for each in found for way in (None, *Direction)]
    # In the widest font as well, whichever the first one is on this machine.
    pages += [page.replace(FONTS, "DejaVu Sans") for page in pages]
    for measured in browse("".join(pages) + MEASURE):
        left, top, across, down = measured["page"]
        for text, (x, y, wide, high) in measured["texts"]:
            assert left <= x <= left + across - wide, text
            assert top <= y <= top + down - high, text
        for (x, y, wide, high), radius, texts in measured["boxes"]:
            for text in texts:
                assert x + 4 <= text[0], text
                assert text[0] + text[2] <= x + wide - 4, text
                assert y <= text[1] + 2, text
                assert text[1] + text[3] <= y + high + 2, text
                if radius > 20:
                    assert in_circle(text, (x + wide / 2, y + high / 2), radius + 2)
        assert not overlapping([each for _, each in measured["texts"]])


def in_circle(text: list[float], middle: tuple[float, float], radius: float) -> bool:
    """Whether letters, which fill about the middle half of their line, lie in a circle."""
    x, y, wide, high = text
    corners = itertools.product((x, x + wide), (y + high / 4, y + 3 * high / 4))
    return all((a - middle[0]) ** 2 + (b - middle[1]) ** 2 <= radius**2 for a, b in corners)


def overlapping(rectangles: list[list[float]]) -> list[object]:
    """Pairs of lines of text that lie on each other; lines of one box may touch."""
    return [
        (one, other)
        for one, other in itertools.combinations(sorted(rectangles), 2)
        if one[0] < other[0] + other[2] - 1
        and other[0] < one[0] + one[2] - 1
        and one[1] + 2 < other[1] + other[3] - 2
        and other[1] + 2 < one[1] + one[3] - 2
    ]


@needs_browser
@pytest.mark.process
def test_in_a_browser_auto_is_dark_for_those_who_ask_for_it() -> None:
    page = (
        svg.render(picture(*PROGRAMS["lesson"]), ThemeName.AUTO)
        + """
        <pre id="result"></pre><script>
        const paper = getComputedStyle(document.querySelector('.paper')).fill;
        document.getElementById('result').textContent = JSON.stringify(paper);
        </script>"""
    )
    for flag, theme in (("1", LIGHT), ("0", DARK)):
        rgb = ", ".join(map(str, bytes.fromhex(theme.paper[1:])))
        assert browse(page, f"--blink-settings=preferredColorScheme={flag}") == f"rgb({rgb})"


# Mermaid

NODE = re.compile(r'  n\d+(?:\["[^"\n]*"\]|\(\("[^"\n]*"\)\))')
LINK = re.compile(r'  n(\d+) -->(?:\|"[^"\n]*"\|)? n(\d+)')
STYLE = re.compile(r"  (?:classDef \w+ [\w:#,]+|class n\d+(?:,n\d+)* \w+|linkStyle \d+ [\w:#,.-]+)")


def mermaid_lines(text: str) -> list[str]:
    """Check the form of each line, and return the labels as Mermaid reads them."""
    first, *lines = text.split("\n")
    assert first in ("flowchart LR", "flowchart TB")
    count = sum(bool(NODE.fullmatch(line)) for line in lines)
    for line in lines:
        link = LINK.fullmatch(line)
        assert NODE.fullmatch(line) or STYLE.fullmatch(line) or link, line
        assert link is None or max(map(int, link.groups())) < count
    labels = [part for quoted in re.findall(r'"([^"]*)"', text) for part in quoted.split("<br/>")]
    assert not any(set('"<>&`*_\\{}%;') & set(re.sub(r"#\d+;", "", label)) for label in labels)
    return [re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label) for label in labels]


def expected_lines(found: Picture) -> list[str]:
    lines = [plain(line) for box in found.boxes for line in box.lines]
    return lines + [plain(line) for link in found.links for line in link.label]


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("name", PROGRAMS)
def test_mermaid_holds_every_line(name: str, theme: ThemeName) -> None:
    for layers in (False, True):
        found = picture(*PROGRAMS[name], layers=layers)
        assert mermaid_lines(mermaid.render(found, theme)) == expected_lines(found)


def test_mermaid_escapes_text() -> None:
    assert mermaid_lines(mermaid.render(evil_picture())) == expected_lines(evil_picture())


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.parametrize(
    "found",
    [
        evil_picture(),
        picture(*PROGRAMS["tutorial"], layers=True),
        picture(*layer_net(5, 8, 2), layers=True),
    ],
    ids=["evil", "tutorial", "crowded"],
)
def test_mermaid_itself_draws_it(found: Picture) -> None:
    mermaidx = pytest.importorskip("mermaidx", reason="Mermaid for Python is not installed")
    drawn = mermaidx.render(mermaid.render(found)).svg()
    for box in found.boxes[:-1]:
        words_ = plain(box.lines[0]).split()
        assert all(
            word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in drawn
            or word in drawn
            for word in words_[:1]
        )
    with pytest.raises(RuntimeError):
        mermaidx.render("flowchart LR\n  n0[end --> ").svg()


# DOT

TOKEN = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|->|[\w.]+|[\[\]{}=,;]')


def dot_strings(text: str) -> list[str]:
    """Check the grammar of a DOT file, and return its strings as Graphviz reads them."""
    tokens, place = [], 0
    while place < len(text):
        found = TOKEN.match(text, place)
        assert found, text[place : place + 40]
        place = found.end()
        if found[0].strip():
            tokens.append(found[0])
    flat = " ".join(re.sub(r'".*"', '""', token, flags=re.DOTALL) for token in tokens)
    item = r'\w+ = (?:""|[\w.]+)'
    statement = rf"\w+ (?:-> \w+ )?(?:\[ {item}(?: , {item})* \] )?"
    assert re.fullmatch(rf"digraph {{ (?:{statement})+}}", flat), flat
    strings = [token[1:-1] for token in tokens if token.startswith('"')]
    return [
        re.sub(r"\\(.)", lambda sign: "\n" if sign[1] == "n" else sign[1], string).replace(
            "&amp;", "&"
        )
        for string in strings
    ]


DRAWN = [*PROGRAMS.values()]


@pytest.mark.parametrize("theme", [ThemeName.LIGHT, ThemeName.DARK])
@pytest.mark.parametrize("name", PROGRAMS)
def test_dot_holds_every_line(name: str, theme: ThemeName) -> None:
    for layers in (False, True):
        found = picture(*PROGRAMS[name], layers=layers)
        strings = dot_strings(dot.render(found, theme))
        for lines in [*(box.lines for box in found.boxes), *(link.label for link in found.links)]:
            assert not lines or "\n".join(map(plain, lines)) in strings


def test_dot_escapes_text() -> None:
    strings = dot_strings(dot.render(evil_picture()))
    for text in EVIL:
        assert text in strings
        assert f"{text} = {text}\n{text}" in strings


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.process
def test_graphviz_draws_it() -> None:
    for found in (evil_picture(), picture(*PROGRAMS["tutorial"], layers=True)):
        done = subprocess.run(
            ["dot", "-Tsvg"],  # noqa: S607  (wherever it is)
            input=dot.render(found).encode(),
            capture_output=True,
            check=True,
        )
        assert b"syntax" not in done.stderr
        texts = svg_texts(done.stdout.decode())
        assert {plain(line) for box in found.boxes for line in box.lines} <= {
            text.replace("\xa0", " ") for text in texts
        }


# PNG


def png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", data[16:24])


@pytest.mark.parametrize("theme", ThemeName)
def test_png(theme: ThemeName) -> None:
    pytest.importorskip("resvg_py")
    text = svg.render(picture(*PROGRAMS["lesson"]), theme)
    size = re.search(r'width="(\d+)" height="(\d+)"', text)
    assert png_size(png.render(text)) == (2 * int(size[1]), 2 * int(size[2]))


def test_a_png_stays_of_a_size_that_can_be_opened() -> None:
    pytest.importorskip("resvg_py")
    empty = '<svg xmlns="http://www.w3.org/2000/svg" width="20000" height="8000"></svg>'
    across, down = png_size(png.render(empty))
    assert across * down <= 41e6


def test_png_without_its_package_or_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "_FONT_FOLDERS", ("/nowhere",))
    monkeypatch.setattr("sys.platform", "linux")
    pytest.importorskip("resvg_py")
    with pytest.raises(Exception, match="needs a font"):
        png.render("<svg/>")
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    with pytest.raises(Exception, match="needs the package resvg-py"):
        png.render("<svg/>")


# In the terminal


def snapshot(name: str, text: str) -> None:
    """Compare with a file, which ``UPDATE_SNAPSHOTS=1`` writes."""
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text + "\n"


TERMINAL = ["lesson", "waves", "square", "difference", "branch", "unused", "constants", "greek"]


@pytest.mark.parametrize("name", TERMINAL)
def test_boxes(name: str) -> None:
    page = boxes.render(picture(*PROGRAMS[name]), 120)
    snapshot(f"{name}-boxes.txt", page.text())


@pytest.mark.parametrize("name", [*TERMINAL, "tutorial"])
def test_rails(name: str) -> None:
    page = rails.render(picture(*PROGRAMS[name]), Display(100))
    snapshot(f"{name}-rails.txt", page.text())


@pytest.mark.parametrize("name", ["tutorial", "net"])
def test_network_in_the_terminal(name: str) -> None:
    page = boxes.render(picture(*PROGRAMS[name], layers=True), 400)
    snapshot(f"{name}-layers.txt", page.text())


@pytest.mark.parametrize("name", ["lesson", "waves"])
def test_ascii(name: str) -> None:
    found = picture(*PROGRAMS[name], encoding="ascii", symbolic=True)
    text = boxes.render(found, 200, ascii_only=True).text()
    assert text.isascii()
    snapshot(f"{name}-ascii.txt", text)
    assert rails.render(found, Display(100, "ascii")).text().isascii()


@pytest.mark.parametrize("columns", [20, 40, 80, 200])
@pytest.mark.parametrize("name", PROGRAMS)
def test_text_fits_its_columns(name: str, columns: int) -> None:
    found = picture(*PROGRAMS[name])
    page = boxes.render(found, columns)
    if page is not None:
        assert max(map(width, page.text().split("\n"))) <= columns
    if columns >= 80:
        lines = rails.render(found, Display(columns)).text().split("\n")
        assert max(map(width, lines)) <= columns


@pytest.mark.parametrize("name", PROGRAMS)
def test_text_holds_every_box_once(name: str) -> None:
    found = picture(*PROGRAMS[name])
    formulas = [re.escape(plain(box.lines[0])) for box in found.boxes]
    below = [re.escape(plain(line)) for box in found.boxes for line in box.lines[1:]]
    text = rails.render(found, Display(400)).text()
    assert text.count("●") == len(found.boxes)
    for formula in formulas:
        assert len(re.findall(rf"^[│ ]*●[│ ]*{formula}(?= |$)", text, re.MULTILINE)) == 1
    page = boxes.render(found, 1_000)
    for formula in formulas if page else ():
        shown = re.findall(rf"│ +{formula}(?: = [^│]*)? +│", page.text())
        assert len(shown) == 1 + below.count(formula)


@pytest.mark.parametrize("symbolic", [False, True])
def test_no_name_is_broken_in_a_box(*, symbolic: bool) -> None:
    names = ["hours_worked_in_the_month", "hourly_wage_of_an_employee_in_whole_euros"]
    names.append("average_tax_rate_of_a_household_in_percent")
    income = "total_income_before_taxes_and_deductions"
    tax = f"(1 - {names[2]}/100)"
    source = f"{income} = {names[0]}*{names[1]}; net = {income}*{tax}; net"
    found = picture(source, dict.fromkeys(names, 2.0), symbolic=symbolic)
    shown = {name.text for box in found.boxes for name in box.lines[0] if name.role is Role.NAME}
    lines = [plain(line) for box in found.boxes for line in box.lines]
    assert {word for line in lines for word in re.findall(r"[\w…]{8,}", line)} <= shown


def test_lines_of_two_edges_never_run_into_each_other() -> None:
    # Every line that leaves a box can be followed to a box: no sign is left over.
    text = boxes.render(picture(*PROGRAMS["tutorial"]), 300).text()
    arrows = sum(1 for _ in re.finditer("▼", text))
    assert arrows == len(picture(*PROGRAMS["tutorial"]).links)


# The command


def test_a_terminal_gets_colours_and_a_pipe_none() -> None:
    line = ["graph", "x^2", "--x", "3"]
    assert "\x1b[" in call(*line, terminal=True).out
    assert "\x1b[" not in call(*line).out


def test_what_is_too_wide_for_boxes_takes_a_line_a_box() -> None:
    wide = call("graph", "sum(x[i]^2 for i in 1..9)", "--x", "[1,2,3,4,5,6,7,8,9]").out
    assert wide.count("●") == 19


LARGE = "sum(sin(x[i]) for i in 1..150)"


def test_a_picture_that_cannot_be_read_is_refused_with_a_way_out() -> None:
    code, out, err = call("graph", LARGE)
    assert (code, out) == (2, "")
    assert "would have 301 boxes, and beyond 200 it cannot be read" in err
    depth = re.search(r"--depth (\d+) draws the (\d+)", err)
    near = call("graph", LARGE, "--depth", depth[1], "--format", "dot")
    assert near.code == 0
    assert near.out.count("tooltip") >= int(depth[2])
    assert call("graph", LARGE, "--focus", "x[3]").code == 0
    assert call("graph", LARGE, "--force", "--format", "mmd").code == 0


def test_two_hundred_boxes_are_drawn() -> None:
    assert call("graph", "sum(sin(x[i]) for i in 1..99)", "--format", "svg").code == 0


@pytest.mark.parametrize("ending", ["svg", "dot", "gv", "mmd", "mermaid", "txt", "png", "SVG"])
def test_the_ending_says_the_format(ending: str, tmp_path: Path) -> None:
    if ending == "png":
        pytest.importorskip("resvg_py")
    target = tmp_path / f"graph.{ending}"
    code, out, err = call("graph", "x^2", "--x", "3", "-o", str(target))
    assert (code, out, err) == (0, "", "")
    begins = {
        "svg": b"<svg",
        "png": b"\x89PNG",
        "mmd": b"flowchart",
        "mermaid": b"flowchart",
        "txt": "╭".encode(),
    }
    assert target.read_bytes().lstrip().startswith(begins.get(ending.lower(), b"digraph"))


def test_an_unknown_ending_and_a_format_of_its_own(tmp_path: Path) -> None:
    target = tmp_path / "graph.pic"
    assert call("graph", "x", "--x", "3", "-o", str(target)).code == 2
    assert not target.exists()
    assert call("graph", "x", "--x", "3", "-o", str(target), "--format", "svg").code == 0
    assert target.read_text().startswith("<svg")


def test_a_png_goes_through_a_pipe_but_not_to_a_terminal() -> None:
    pytest.importorskip("resvg_py")
    assert call("graph", "x", "--x", "3", "--format", "png", terminal=True).code == 2
    done = process("graph", "x", "--x", "3", "--format", "png")
    assert png_size(done.stdout)


def test_values_that_are_not_finite_are_drawn_and_told(tmp_path: Path) -> None:
    code, out, err = call("graph", "log(x)/x", "--x=-1")
    assert code == 4
    assert "nan" in out
    assert "log" in err
    target = tmp_path / "graph.svg"
    assert call("graph", "log(x)/x", "--x=-1", "-o", str(target)).code == 4
    assert not target.exists()


@pytest.mark.parametrize("words", [[], ["--layers"], ["--full"], ["--no-values"], ["--symbolic"]])
@pytest.mark.parametrize("form", ["text", "svg", "dot", "mmd"])
@pytest.mark.parametrize(
    ("constant", "shown"), [("7", "7"), ("pi", "π"), ("2 + 3", "2 + 3"), ("a = 7; a", "7")]
)
def test_a_constant_is_a_box(constant: str, shown: str, form: str, words: list[str]) -> None:
    drawn = call("graph", constant, "--format", form, *words)
    assert drawn.code == 0
    assert shown in drawn.out


def test_values_may_be_missing_if_no_numbers_are_shown() -> None:
    assert call("graph", "x*y").code == 0
    assert "no values are given" in call("graph", "x*y").err
    assert call("graph", "x*y", "--no-values").err == ""
    assert call("graph", "x*y", "--x", "1", "--no-values").code == 0
    assert call("graph", "x*y", "--x", "1").code == 3
    assert call("graph", "x*y", "--values").code == 3
    assert call("graph", "x*y", "--z", "1", "--no-values").code == 3
    assert call("graph", "log(x)", "--x=-1", "--no-values").code == 0
    assert call("graph", "w[1]*w[2]", "--w", "[1,2]", "--no-values").code == 0
    assert call("graph", "2+3").err == ""


WRONG = [
    ["--layers", "--full"],
    ["--json", "--layers"],
    ["--json", "--depth", "1"],
    ["--depth=-1"],
    ["--theme", "blue"],
    ["--format", "gif"],
    ["--direction", "up"],
    ["--precision", "0"],
]


@pytest.mark.parametrize("options", WRONG, ids=" ".join)
def test_options_that_make_no_sense(options: list[str]) -> None:
    code, out, err = call("graph", "x*y", "--x", "1", "--y", "2", *options)
    assert (code, out) == (2, "")
    assert err


def test_an_unknown_focus_names_the_nearest() -> None:
    code, _, err = call("graph", "weight*x", "--weight", "1", "--x", "2", "--focus", "wieght")
    assert code == 3
    assert "did you mean weight?" in err
    err = call("graph", "a+b+c", "--a", "1", "--b", "2", "--c", "2", "--focus", "v1").err
    assert "--full" in err


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "undefined"])
def test_json_is_the_whole_graph(name: str) -> None:
    source, values = PROGRAMS[name]
    sets = [
        word for key, value in values.items() for word in ("--set", f"{key}={json.dumps(value)}")
    ]
    code, out, _ = call("graph", source, *sets, "--json")
    assert code == 0
    found = json.loads(out)
    jsonschema.validate(found, json.loads(schema.text("graph")))
    solution = solve(source, values).to_dict()
    assert found["nodes"] == solution["nodes"]
    nodes = {node["name"]: node for node in found["nodes"]}
    for edge in found["edges"]:
        node = nodes[edge["to"]]
        assert node["args"][edge["argument"]] == edge["from"]
        assert node["local"][edge["argument"]] == edge["local"]
    assert len(found["edges"]) == sum(
        arg in nodes for node in nodes.values() for arg in node["args"]
    )


def test_json_without_values() -> None:
    found = json.loads(call("graph", "3*(a+b*c)", "--json").out)
    jsonschema.validate(found, json.loads(schema.text("graph")))
    assert found["value"] is None
    assert found["edges"][0] == {
        "from": "b",
        "to": "v1",
        "argument": 0,
        "local": None,
        "symbol": "c",
    }
    assert found["problems"] == []


def test_json_of_what_is_not_finite() -> None:
    code, out, _ = call("graph", "log(x)/x", "--x=-1", "--json")
    assert code == 4
    jsonschema.validate(json.loads(out), json.loads(schema.text("graph")))


def test_an_ascii_terminal_gets_ascii() -> None:
    class Plain(Terminal):
        encoding = "ascii"

    out = Plain()
    environment = Environment(io.BytesIO(), out, io.StringIO(), {"COLUMNS": "80"})
    assert run(["graph", "x^2", "--x", "3", "--no-color"], environment) == 0
    assert out.getvalue().isascii()


# Text


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("short", 9, "short"),
        ("a + b + c + d + e", 13, "a + b + … + e"),
        ("a + b − c + d − e", 13, "a + b + … − e"),
        ("f(a + b + c + d)", 10, "f(a + b +…"),
        ("abcdefghij", 5, "abcd…"),
    ],
)
def test_shorten(text: str, most: int, expected: str) -> None:
    assert shorten(text, most) == expected
    assert len(shorten(text, most)) <= most


SIGNS: dict[str, tuple[str, dict[str, object]]] = {
    "powers": ("x̂ = x^2^3; (x̂^y)^2 - x^-2 + (x^2)^3 - (-x)^2", {"x": 2, "y": 0.5}),
    "roots": ("sqrt(x)^y + sqrt(x^y) + sqrt(x + 1)^2 - sqrt(4)", {"x": 2, "y": 3}),
    "letters": ("tau̇*tau + pi*np.pi + (y + 1)!/y!", {"tau̇": 1, "pi": 3, "y": 2}),
}


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", [*PROGRAMS, *SIGNS])
def test_formulas_in_a_picture_read_back(name: str, full: bool) -> None:
    source, point = (PROGRAMS | SIGNS)[name]
    solution = solve(source, point)
    hand = Formatter(solution, None, "utf-8")
    names = [*solution.names.values()]
    shown = 0
    for vertex in sketch(solution, full=full):
        inlined = vertex.node in solution.model.calls and not full
        formulas = [vertex.formula, *(entry.symbol for entry in vertex.entries)]
        for tree in formulas if not inlined else []:
            if tree is not None:
                one, other = (
                    model_of(each, names) for each in (hand.formula(tree), canonical(tree))
                )
                assert shape([one.output]) == shape([other.output])
                shown += 1
    assert shown or name in {"input", "constant"}


def test_roles_of_words() -> None:
    roles = {
        word.role
        for box in picture(*PROGRAMS["lesson"]).boxes
        for line in box.lines
        for word in line
    }
    assert roles == set(Role)


@pytest.mark.parametrize("form", [*Format, "json"], ids=str)
@pytest.mark.parametrize("source", ["7", "J = 7", "2*3", "pi"])
def test_a_program_may_be_a_number(source: str, form: Format | str, tmp_path: Path) -> None:
    if form is Format.PNG:
        pytest.importorskip("resvg_py")
    words = ["--json"] if isinstance(form, str) else ["--format", form.value]
    for more in ([], ["--layers"], ["--full"]):
        if more and "--json" in words:
            continue
        called = call("graph", source, *words, *more, "-o", str(tmp_path / "result"))
        assert (called.code, called.err) == (0, "")
    text = call("graph", source, *more).out
    assert text.count("7") == (1 if "7" in source else 0)


def test_inputs_are_shown_as_they_were_typed() -> None:
    words = (
        "graph",
        "exp(-E/(R*T))*c",
        "--E",
        "50000",
        "--R=8.314",
        "--T",
        "363.15",
        "--c",
        "pi/2",
    )
    out = call(*words, variables={"COLUMNS": "120"}).out
    for text in ("T = 363.15", " 363.15 ", "R = 8.314", "E = 50000", "c = 1.571"):
        assert text in out
    assert "363.1 " not in out
    assert "T = 363 " in call(*words, "--precision", "3").out
    assert "T = 363.15" in call(*words, "--format", "dot").out


def test_a_crowded_net_without_values_says_nothing_of_widths() -> None:
    net = call("net", "2-8-8-3", "--act", "tanh").out.encode()
    values = call("net", "2-8-8-3", "--act", "tanh", "--init", "he").out
    given = [
        word for key, value in json.loads(values).items() for word in ("--set", f"{key}={value}")
    ]
    given += ["--x", "[1,2]", "--y", "[1,2,3]"]
    for more, widths in (([], False), (given, True)):
        words = ("graph", "-", *more, "--layers", "--format", "svg")
        out = call(*words, stdin=net).out
        assert ("the wider, the larger the weight" in out) == widths
        assert (len(set(re.findall(r'stroke-width="([^"]*)"', out))) > 5) == widths


def test_a_line_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One from an input across the whole picture has as many parts as there are rows."""
    made = []

    def counted(*args: object) -> object:
        made.append(args)
        return draw(*args)

    draw = svg.curved_arrow
    monkeypatch.setattr(svg, "curved_arrow", counted)
    called = call("graph", "(x*y + 1)*z - y", "--format", "svg")
    assert called.code == 0
    assert len(made) == 7
