"""Tables over ranges, `gradcli eval --x 0..3:0.5`: points, numbers, formats, refusals."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import jsonschema
import pytest
from command_line import call

from gradcli import GradcliError
from gradcli.programs import ranges
from gradcli.views import schema
from gradcli.views.lines import curve

POINTS: dict[str, list[float]] = {
    "0..3": [0, 1, 2, 3],
    "0..1:0.1": [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
    "0..1:0.3": [0, 0.3, 0.6, 0.9],
    " -1 .. 1 : 1 ": [-1, 0, 1],
    "3..0:-1.5": [3, 1.5, 0],
    "1..2:5": [1],
    "2..2": [2],
    ".5..1.5:.5": [0.5, 1, 1.5],
    "1e3..3e3:1e3": [1000, 2000, 3000],
    "0..2pi:pi/2": [0, math.pi / 2, math.pi, 3 * math.pi / 2, 2 * math.pi],
    "1/3..1:1/3": [1 / 3, 2 / 3, 1],
    "sqrt(4)..3:1/2": [2, 2.5, 3],
}


@pytest.mark.parametrize("text", POINTS)
def test_the_points_of_a_range(text: str) -> None:
    assert ranges.is_range(text)
    found = ranges.points(text, "x")
    if "pi" in text or "/" in text:
        assert found == pytest.approx(POINTS[text], rel=1e-15)
    else:
        assert found == POINTS[text]


@pytest.mark.parametrize(
    "text",
    ["1.5", "[1,2]", "@../x.npy", "[x[1..3]]", "pi", "sum(i for i in 1..3)", "2*(sum(1..3))"],
)
def test_what_is_no_range(text: str) -> None:
    assert not ranges.is_range(text)


BAD = {
    "3..0": "3..0:-1", "0..3:-0.5": "0..3:0.5", "0..3:0": "0..3:1", "3..0:0.5": "3..0:-0.5",
    "0..1e9": "0..1e9:1e+07", "0..1:1e-300": "0..1:0.01", "..": "0..3:0.5", "0..": "0..3:0.5",
    "..3": "0..3:0.5", "0..3:": "0..3:0.5", "0...3": "0..3:0.5", "1..2..3": "0..3:0.5",
    "0..inf": "0..3:0.5",
}  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_a_range_that_is_none_is_refused_with_one_that_works(text: str) -> None:
    with pytest.raises(GradcliError) as caught:
        ranges.points(text, "x")
    assert caught.value.hint is not None
    assert caught.value.hint.endswith(f"--x {BAD[text]}")
    assert 1 <= len(ranges.points(BAD[text], "x")) <= 101


def test_a_table_of_one_input_and_its_limits() -> None:
    called = call("eval", "x^2*sin(x)", "--x", "0..3:0.5", "--json")
    assert (called.code, called.err) == (0, "")
    found = json.loads(called.out)
    jsonschema.validate(found, json.loads(schema.text("grid")))
    assert found["columns"] == ["x", "value", "d_x"]
    for place, (x, value, slope) in enumerate(found["rows"]):
        assert x == place / 2
        assert value == pytest.approx(x * x * math.sin(x), rel=1e-15)
        assert slope == pytest.approx(2 * x * math.sin(x) + x * x * math.cos(x), rel=1e-14)
    long = call("eval", "x^2", "--x", "0..99").out
    assert long.rstrip().endswith("60 of 100 rows are left out: --all shows them.")
    assert len(call("eval", "x^2", "--x", "0..99", "--all").out.splitlines()) == 102


def test_several_ranges_are_a_product_with_the_last_one_first(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    words = ["eval", "v = a*x; J = v*y", "--x", "0..1", "--a", "2", "--y", "3..1:-1"]
    assert call(*words, "--wrt", "y,x", "-o", str(file)).code == 0
    rows = [*csv.reader(file.read_text(encoding="utf-8").splitlines())]
    assert rows[0] == ["x", "y", "value", "d_y", "d_x"]
    wanted = [[x, y, 2 * x * y, 2 * x, 2 * y] for x in (0, 1) for y in (3, 2, 1)]
    assert [[float(cell) for cell in row] for row in rows[1:]] == wanted
    assert call(*words, "--get", "dJ/dx").out.split() == ["6", "4", "2"] * 2
    assert call(*words, "--get", "J").out.split() == ["0", "0", "0", "6", "4", "2"]
    step = json.loads(call(*words, "--of", "v", "--json").out)
    assert (step["output"], step["inputs"]) == ("v", {"a": 2.0})
    last = dict(zip(step["columns"], step["rows"][-1], strict=True))
    assert last == {"x": 1.0, "y": 1.0, "value": 2.0, "d_a": 1.0, "d_x": 2.0, "d_y": 0.0}


COLUMNS: dict[str, tuple[list[str], list[float]]] = {
    "an input called as a column": (
        ["value^2", "--value", "0..1:0.5", "--get", "out"],
        [0, 0.25, 1],
    ),
    "that input": (["value^2", "--value", "0..1:0.5", "--get", "value"], [0, 0.5, 1]),
    "an input called as a derivative": (
        ["x*d_x^2", "--x", "1..2", "--d_x", "5..6", "--get", "dout/dx"],
        [25, 36, 25, 36],
    ),
    "the derivative by that input": (
        ["x*d_x^2", "--x", "1..2", "--d_x", "5..6", "--get", "dout/dd_x"],
        [10, 12, 20, 24],
    ),
    "a step called as a column": (
        ["value = x^2; 3*value", "--x", "1..2", "--get", "value"],
        [1, 4],
    ),
    "a column by its own name": (["x^3", "--x", "1..2", "--get", "d_x"], [3, 12]),
    "an axis": (["x^3", "--x", "1..2", "--get", "x"], [1, 2]),
}


@pytest.mark.parametrize("what", COLUMNS)
def test_a_column_is_what_was_asked_for_whatever_others_are_called(what: str) -> None:
    words, numbers = COLUMNS[what]
    called = call("eval", *words)
    assert (called.code, called.err) == (0, "")
    assert [float(each) for each in called.out.split()] == numbers


@pytest.mark.parametrize("words", [["value^2", "--value"], ["x*d_x^2", "--x", "1", "--d_x"]])
@pytest.mark.parametrize("view", [[], ["--json"], ["-o", "x.csv"]])
def test_no_table_has_two_columns_of_one_name(
    words: list[str], view: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    called = call("eval", *words, "1..2", *view)
    name = words[-1].strip("-")
    assert called.code == 3
    assert f"there is a column '{name}' already" in called.err + called.out
    assert not [*tmp_path.iterdir()]
    curve = call("eval", *words, "1..2", "--plot", "--get", "out")
    assert curve.code == 0


QUESTIONS = {
    "J = x₁^2*y": ["J", "out", "dJ/dx₁", "dJ/dx1", "∂J/∂x₁", "d/dy", "d2J/dx₁dy", "∂²J/∂x1²", "y"],
    "u = x1*y; h = u^2 + x1; J = sin(h)": [
        *("h", "u", "dh/du", "dh/dx1", "dJ/dh", "d/dh", " dJ / dy ", "d2h/dx1dy", "d^2J/dx1^2"),
    ],
    "x1/y": ["out", "dout/dy", "d/dx1", "d3/dy3"],
}


@pytest.mark.parametrize("program", QUESTIONS)
def test_over_a_range_is_answered_what_is_answered_at_a_point(program: str) -> None:
    for query in QUESTIONS[program]:
        over = call("eval", program, "--x1", "1..2:0.5", "--y", "2..3", "--get", query)
        assert (over.code, over.err) == (0, ""), query
        wanted = [
            call("eval", program, "--x1", str(x), "--y", str(y), "--get", query).out
            for x in (1, 1.5, 2)
            for y in (2, 3)
        ]
        assert [*map(float, over.out.split())] == pytest.approx([*map(float, wanted)], rel=1e-14)
        assert call("eval", program, "--x1", "1..2:0.5", "--y", "2", "--plot", "--get", query).out
    wrong = [call("eval", program, "--x1", x, "--y", "1", "--get", "d/dq") for x in ("1", "1..2")]
    assert wrong[0].err == wrong[1].err


def test_what_is_not_finite_is_told_and_is_no_failure() -> None:
    called = call("eval", "1/x", "--x", "-1..1")
    assert called.code == 0
    assert "warning: value is not finite in 1 of 3 rows, first at x = 0" in called.err
    found = json.loads(call("eval", "1/x", "--x", "-1..1", "--json").out)
    assert found["rows"][1] == [0.0, None, None]
    assert [each["node"] for each in found["problems"]] == ["out", "x"]


def test_a_narrow_terminal_has_records() -> None:
    words = ["eval", "x*y", "--x", "1..2", "--y", "100000"]
    out = call(*words, variables={"COLUMNS": "16"}).out
    assert out.splitlines()[:3] == ["x = 1", "  value = 100000", "  d_x = 100000"]


def test_ranges_of_set_and_of_files_are_those_of_flags(tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_text('{"x": "0..3:0.5", "a": 2}', encoding="utf-8")
    wanted = call("eval", "a*x^2", "--x", "0..3:0.5", "--a", "2", "--json")
    for words in (["--set", "x=0..3:0.5", "--set", "a=2"], ["--vars", str(file)]):
        assert call("eval", "a*x^2", *words, "--json") == wanted
    over = call("eval", "a*x^2", "--vars", str(file), "--a", "0..1", "--x", "3", "--get", "out")
    assert over.out.split() == ["0", "9"]
    assert "--x" in over.err
    sums = call("eval", "x^2", "--x", "sum(i for i in 1..3)", "--get", "out")
    assert sums.out.strip() == "36"


CURVES = """\
f
    5 ┤─╮       ╭
      ┤ │       │
      ┤ │       │
      ┤ │       │
      ┤ ╰╮     ╭╯
2.778 ┤  │     │
      ┤  ╰╮   ╭╯
      ┤   │   │
      ┤   ╰╮ ╭╯
    1 ┤    ╰─╯
      └──────────
       -2   x   2

∂f/∂x
"""


def test_curves_are_of_the_columns_that_are_asked_for() -> None:
    words = ["eval", "f = a*x^2 + 1", "--x", "-2..2:0.5", "--a", "1", "--plot"]
    page = call(*words, variables={"COLUMNS": "17"}).out
    assert page.startswith(CURVES)
    assert "∂f/∂a" not in page
    only = call(*words, "--get", "df/da", variables={"COLUMNS": "17"}).out
    assert only.startswith("∂f/∂a\n")
    assert only.count("└") == 1
    chosen = call(*words, "--wrt", "a,x").out
    assert [line for line in chosen.splitlines() if line[:1] in {"f", "∂"}] == ["f", "∂f/∂x"]
    assert "∂f/∂a" in call(*words, "--wrt", "a").out


FLAT = {
    "0*x + 4": "4 at all points.",
    "x - x + 0/(x - 1)": "0 at all finite points.",
    "log(-1 - x)": "It is finite at none of the points.",
}


@pytest.mark.parametrize("formula", FLAT)
def test_what_is_no_curve_is_said(formula: str) -> None:
    assert FLAT[formula] in call("eval", formula, "--x", "0..2", "--plot", "--get", "out").out
    assert "9 at x = 3, the only point." in call("eval", "x^2", "--x", "3..3", "--plot").out


def test_a_curve_is_left_out_where_it_is_not_finite() -> None:
    """The columns of points that are not finite, and around them, are empty."""
    line = curve.joined([(0, 0.0), (1, 1.0), (2, math.nan), (3, 3.0), (4, 4.0)], 9)
    assert line == [0, 0.5, 1, None, None, None, 3, 3.5, 4]
    huge = curve.joined([(-1e308, 0.0), (1e308, 8.0)], 5)
    assert huge == [0, 2, 4, 6, 8]


REFUSED: dict[str, tuple[list[str], int]] = {
    "a curve over two ranges": (["x*y", "--x", "0..2", "--y", "0..2", "--plot"], 2),
    "a curve over none": (["x*y", "--x", "0", "--y", "2", "--plot"], 2),
    "a curve of no column": (["x^2", "--x", "0..2", "--plot", "--get", "d/dq"], 3),
    "a curve as JSON": (["x^2", "--x", "0..2", "--plot", "--json"], 2),
    "a curve as columns": (["x^2", "--x", "0..2", "--plot", "-o", "x.csv"], 2),
    "a tree": (["x^2", "--x", "0..2", "--tree"], 2),
    "a claim": (["x^2", "--x", "0..2", "--assert", "out > 1"], 2),
    "an order": (["x^2", "--x", "0..2", "--order", "2"], 2),
    "two numbers": (["x^2", "--x", "0..2", "--get", "out", "--get", "d/dx"], 2),
    "numbers as JSON": (["x^2", "--x", "0..2", "--get", "out", "--json"], 2),
    "no such column": (["x^2", "--x", "0..2", "--get", "d/dq"], 3),
    "a missing input": (["x*y", "--x", "0..2"], 3),
    "an input that is not there": (["x", "--x", "0..2", "--z", "1"], 3),
    "a value twice": (["x", "--x", "0..2", "--x", "0..3"], 3),
    "a derivative by nothing": (["x", "--x", "0..2", "--wrt", "q"], 3),
    "an end that is no number": (["x", "--x", "0..q"], 3),
    "arrays": (["sum(x)*y", "--x", "[1,2]", "--y", "0..2"], 2),
    "too many points": (["x*y", "--x", "0..5000", "--y", "0..5000"], 2),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str) -> None:
    words, code = REFUSED[what]
    called = call("eval", *words)
    assert (called.code, called.out) == (code, "")
    assert called.err.startswith(("error:", "{"))
    assert len(called.err.splitlines()) > 1 or "JSON" in what
