"""`gradcli map`: rows of data of every format, bad ones, and what is refused.

What is said of one way to compute holds for the other: rows one by one by the standard library, and
frames of Polars in blocks of a few lines.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from command_line import Called, call

import gradcli
from gradcli.cli.map import chunks, run, sources

WAYS = ["plain", "frames", "blocks"]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way to compute text: row by row, as a frame, as frames of a few lines each."""
    if request.param != "plain":
        monkeypatch.setattr(sources, "SMALL", 0)
    if request.param == "blocks":
        monkeypatch.setattr(chunks, "SIZE", 16)
        monkeypatch.setattr(chunks, "_HEAD", 16)
    return str(request.param)


def mapped(folder: Path, data: bytes | str, *words: str, ending: str = "csv") -> Called:
    """What `gradcli map` says of a file with this content."""
    file = folder / f"data.{ending}"
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return call("map", words[0], str(file), *words[1:])


TEXTS: dict[str, tuple[str | bytes, list[str], str]] = {
    "numbers": (
        "x,y\n1,2\n3,4.5\n-1e-3,2e5\n",
        ["x*y"],
        "value,d_x,d_y\n2.0,2.0,1.0\n13.5,4.5,3.0\n-200.0,200000.0,-0.001\n",
    ),
    "kept columns": (
        "id,x\n007,1\nä,2\n",
        ["x", "--keep", "id"],
        "id,value,d_x\n007,1.0,1.0\nä,2.0,1.0\n",
    ),
    "all kept, verbatim": (
        "x,t\n1.50,a\n2,\n",
        ["x", "--keep", "*", "--wrt", "x"],
        "x,t,value,d_x\n1.50,a,1.5,1.0\n2,,2.0,1.0\n",
    ),
    "some, in another order": (
        "x,y\n1,2\n",
        ["x*y", "--select", "d_y,value"],
        "d_y,value\n1.0,2.0\n",
    ),
    "renamed": ("a b,y\n1,2\n", ["u*y", "--rename", "a b=u", "--wrt", "u"], "value,d_u\n2.0,2.0\n"),
    "a constant": ("x\n1\n2\n", ["k*x", "--k", "3"], "value,d_k,d_x\n3.0,1.0,3.0\n6.0,2.0,3.0\n"),
    "no columns": ("x\n1\n2\n", ["3"], "value\n3.0\n3.0\n"),
    "a step": ("x\n3\n", ["v = x^2; v + 1", "--of", "v"], "value,d_x\n9.0,6.0\n"),
    "questions": (
        "x\n3\n",
        ["v = x^2; J = v*x", "--get", "v", "--get", "dJ/dv", "--get", "d2J/dx2"],
        "v,dJ/dv,d2J/dx2\n9.0,3.0,18.0\n",
    ),
    "a mark and CRLF": (
        b"\xef\xbb\xbfx,y\r\n1,2\r\n3,4\r\n",
        ["x*y", "--wrt", "x"],
        "value,d_x\n2.0,2.0\n12.0,4.0\n",
    ),
    "quotes": (
        '"x","a ""b"""\n"1","p,q"\n2,"r\ns"\n',
        ["x", "--keep", "*"],
        'x,"a ""b""",value,d_x\n1,"p,q",1.0,1.0\n2,"r\ns",2.0,1.0\n',
    ),
    "semicolons": ("x;y\n1;2\n", ["x*y", "--wrt", "y"], "value,d_y\n2.0,1.0\n"),
    "blanks": ("\n\nx,y\n\n 1 , 2\n\n3,4", ["x*y", "--wrt", "y"], "value,d_y\n2.0,1.0\n12.0,3.0\n"),
    "no names": (
        "1,2\n3,4\n",
        ["a*b", "--names", "a,b", "--wrt", "a"],
        "value,d_a\n2.0,2.0\n12.0,4.0\n",
    ),
    "two of a name that nobody needs": ("x,x,y\n1,2,3\n", ["y"], "value,d_y\n3.0,1.0\n"),
    "small and large": (
        "x\n1e-7\n1.5e-5\n1e16\n-1.25e-5\n123456789\n1e100\n",
        ["x", "--wrt", "x", "--select", "value"],
        "value\n1e-7\n0.000015\n1e+16\n-0.0000125\n123456789.0\n1e+100\n",
    ),
    "beyond the range on the way": (
        "x\n1e200\n3\n",
        ["x^2/x^2*x", "--select", "value"],
        "value\n1e+200\n3.0\n",
    ),
    "null": (
        "x,y\n1,2\n,4\n5,abc\n7\n8,9\n",
        ["x*y", "--bad-rows", "null", "--keep", "x"],
        "x,value,d_x,d_y\n1,2.0,2.0,1.0\n,,,\n5,,,\n7,,,\n8,72.0,9.0,8.0\n",
    ),
    "drop": (
        "x,y\n1,2\n3,\n5,6,7\n8,9\n",
        ["x*y", "--bad-rows", "drop", "--wrt", "y"],
        "value,d_y\n2.0,1.0\n72.0,8.0\n",
    ),
    "null as the only cell": (
        "x\n1\nq\n3\n",
        ["x", "--get", "d/dx", "--bad-rows", "null"],
        'd/dx\n1.0\n""\n1.0\n',
    ),
    "null without any input": ("x,t\n1,2\n3\n", ["3", "--bad-rows", "null"], 'value\n3.0\n""\n'),
    "quotes around nothing": (
        'x,t\n1,""\n3,a\n',
        ["x", "--keep", "t", "--wrt", "x", "--format", "jsonl"],
        '{"t":null,"value":1.0,"d_x":1.0}\n{"t":"a","value":3.0,"d_x":1.0}\n',
    ),
    "a CR that stands alone": (
        "x,t\r\n1,a\rb\r\n2,c\r\n",
        ["x", "--keep", "t", "--wrt", "x", "--bad-rows", "null"],
        "t,value,d_x\na,1.0,1.0\n,,\nc,2.0,1.0\n",
    ),
    "a quote that is never closed": (
        'x,t\n1,a\n2,"b\n',
        ["x", "--keep", "t", "--wrt", "x"],
        't,value,d_x\na,1.0,1.0\n"b\n",2.0,1.0\n',
    ),
    "a mark that is no beginning": (
        "x\n\ufeff1\n2\n",
        ["x", "--wrt", "x", "--bad-rows", "drop"],
        "value,d_x\n2.0,1.0\n",
    ),
    "names with commas": (
        '"a,b","w[1,2]",x\n1,2,3\n',
        ["p*x", "--rename", '"a,b"=p', "--keep", '"a,b", w[1,2]', "--wrt", "x"],
        '"a,b","w[1,2]",value,d_x\n1,2,3.0,1.0\n',
    ),
}


@pytest.mark.parametrize("what", TEXTS)
def test_rows_of_text(what: str, way: str, tmp_path: Path) -> None:
    data, words, wanted = TEXTS[what]
    called = mapped(tmp_path, data, *words)
    assert (called.code, called.out) == (0, wanted)
    assert ("bad row" in called.err) == ("--bad-rows" in words)


PROGRAM = "v = sin(a*b); J = v*exp(-c^2) + log(a)"


def columns(rows: int) -> dict[str, list[float]]:
    return {
        "a": [0.5 + (7 * k % 11) / 4 for k in range(rows)],
        "b": [(3 * k % 13) - 6.0 for k in range(rows)],
        "c": [(5 * k % 17) / 8 for k in range(rows)],
    }


WRITERS = {
    "csv": lambda frame, file: frame.write_csv(file),
    "tsv": lambda frame, file: frame.write_csv(file, separator="\t"),
    "jsonl": lambda frame, file: frame.write_ndjson(file),
    "parquet": lambda frame, file: frame.write_parquet(file),
    "arrow": lambda frame, file: frame.write_ipc(file),
}
READERS = {
    "csv": pl.read_csv,
    "tsv": lambda file: pl.read_csv(file, separator="\t"),
    "jsonl": pl.read_ndjson,
    "parquet": pl.read_parquet,
    "arrow": pl.read_ipc,
}


@pytest.mark.parametrize("target", READERS)
@pytest.mark.parametrize("source", WRITERS)
def test_every_format_from_and_to_every_other_one(source: str, target: str, tmp_path: Path) -> None:
    rows = 40
    given = columns(rows)
    file, out = tmp_path / f"in.{source}", tmp_path / f"out.{target}"
    WRITERS[source](pl.DataFrame({"id": range(rows), **given}), file)
    called = call("map", PROGRAM, str(file), "-o", str(out), "--keep", "id")
    assert called == (0, "", "")
    found = READERS[target](out)
    assert found.columns == ["id", "value", "d_a", "d_b", "d_c"]
    assert [*map(int, found["id"])] == [*range(rows)]
    f = gradcli.function(PROGRAM)
    for row in range(rows):
        point = [given[name][row] for name in "abc"]
        value, gradient = f.value_and_grad(*point)
        assert found["value"][row] == pytest.approx(value, rel=1e-13)
        for name, slope in gradient.items():
            assert found[f"d_{name}"][row] == pytest.approx(slope, rel=1e-13, abs=1e-300)
    assert [each.name for each in tmp_path.iterdir()].sort() == [file.name, out.name].sort()


FORMULAS = {
    "arithmetic": "3*(a + b*c) - a/(c + 1)",
    "transcendental": "sin(a)*exp(b) + tanh(c) + sigmoid(a*b)",
    "choices": "max(a, b, c) + abs(b) + (a if a > 1 else b^2)",
    "what Polars lacks": "erf(a)*gamma(c + 1) + hypot(a, b)",
}


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
def test_the_ways_give_the_same_numbers(formula: str, tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "in.csv"
    pl.DataFrame(columns(200)).write_csv(file)
    found = []
    for small in (10**9, 0):
        monkeypatch.setattr(sources, "SMALL", small)
        called = call("map", formula, str(file))
        assert (called.code, called.err) == (0, "")
        found.append([[*map(float, row)] for row in [*csv.reader(io.StringIO(called.out))][1:]])
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, rel=1e-13, abs=1e-15)


JSON = (
    '{"x":1,"y":2}\n{"x":"q","y":2}\n{"y":3}\n{"x":3,\n\n[1]\n{"x":true,"y":null}\n{"x":4,"y":5}\n'
)


def test_json_lines_and_what_is_wrong_with_them(way: str, tmp_path: Path) -> None:
    report = tmp_path / "bad.csv"
    words = ["x*y", "--bad-rows", "drop", "--report", str(report), "--format", "jsonl"]
    called = mapped(tmp_path, JSON, *words, ending="jsonl")
    assert [json.loads(line) for line in called.out.splitlines()] == [
        {"value": 2.0, "d_x": 2.0, "d_y": 1.0},
        {"value": 20.0, "d_x": 5.0, "d_y": 4.0},
    ]
    assert " ".join(called.err.split()) == (
        "warning: 5 bad rows are left out, first line 2, column x: it is a text, and no number"
    )
    rows = [*csv.reader(io.StringIO(report.read_text(encoding="utf-8")))]
    assert [row[:3] for row in rows] == [
        ["line", "column", "cell"],
        ["2", "x", "q"],
        ["3", "x", ""],
        ["4", "", '{"x":3,'],
        ["6", "", "[1]"],
        ["7", "y", "null"],
    ]


NESTED = "[" * 100_000 + "]" * 100_000
ROWS_OF_JSON: dict[str, tuple[str, str, str]] = {
    "a name twice": (
        '{"x":1,"x":5,"t":1}\n{"t":2}\n{"x":2,"t":{"x":1}}\n{"x":3,"t":"x"}\n',
        "1,x,5,it is there twice\n2,x,,it is not there\n",
        "2.0\n3.0\n",
    ),
    "half of a character": (
        '{"x":"\\ud800","t":"\\ud83d\\ude00"}\n{"x":2,"t":"\\udc00"}\n',
        '1,x,?,"it is a text, and no number"\n',
        "2.0\n",
    ),
    "deep": (
        f'{{"x":1}}\n{{"x":2,"t":{NESTED}}}\n{{"x":3}}\n',
        f'2,,"{{""x"":2,""t"":{NESTED}}}",it is no JSON: it is nested too deeply\n',
        "1.0\n3.0\n",
    ),
}


@pytest.mark.parametrize("what", ROWS_OF_JSON)
def test_rows_of_json(what: str, way: str, tmp_path: Path) -> None:
    data, bad, values = ROWS_OF_JSON[what]
    report = tmp_path / "bad.csv"
    words = ["x", "--get", "out", "--bad-rows", "drop", "--report", str(report), "--format", "csv"]
    called = mapped(tmp_path, data, *words, ending="jsonl")
    assert (called.code, called.out) == (0, f"out\n{values}")
    assert report.read_text(encoding="utf-8") == f"line,column,cell,reason\n{bad}"


def test_kept_values_of_json_that_is_none_in_places(way: str, tmp_path: Path) -> None:
    data = '{"x":1,"t":"a"}\n{"x":NaN,"t":"b"}\n{oops\n{"x":3,"t":null}\n'
    words = ["x", "--keep", "t", "--wrt", "x", "--bad-rows", "null", "--format", "csv"]
    called = mapped(tmp_path, data, *words, ending="jsonl")
    assert (called.code, called.out) == (0, "t,value,d_x\na,1.0,1.0\nb,NaN,1.0\n,,\n,3.0,1.0\n")


KEPT = {
    "numbers": ["2", "3", "-4"],
    "numbers and texts": ["2", '"a"', "2.5"],
    "numbers and truth": ["2", "false", "true"],
    "truth and numbers": ["true", "1", "false"],
    "nothing and texts": ["null", '"a"', "null"],
    "texts and numbers": ['"a"', "2", '"2"'],
    "whole numbers beyond those of floats": ["1.5", "1152921504606846977", "2"],
    "lists": ["[1,2]", '[1,"a"]', "[]"],
    "objects": ['{"a":1}', '{"b":[2.5]}', "null"],
    "objects with that very name": ['{"t":1}', "2", '{"t":"a"}'],
}


@pytest.mark.parametrize("what", KEPT)
def test_kept_values_of_json_are_written_as_they_are(what: str, way: str, tmp_path: Path) -> None:
    """To the standard output as long as nothing of another kind is there."""
    values, out = KEPT[what], tmp_path / "out.jsonl"
    data = "".join(f'{{"x":{place},"t":{each}}}\n' for place, each in enumerate(values))
    words = ["x", "--keep", "t", "--get", "out"]
    called = mapped(tmp_path, data, *words, "-o", str(out), ending="jsonl")
    assert called.code == 0
    lines = [f'{{"t":{each},"out":{place}.0}}' for place, each in enumerate(values)]
    assert out.read_text(encoding="utf-8").splitlines() == lines
    assert ("of several kinds" in called.err) <= (what != "numbers")
    called = mapped(tmp_path, data, *words, "--format", "jsonl", ending="jsonl")
    printed = called.out.splitlines()
    assert printed == lines[: len(printed)]
    if called.code:
        assert "-o FILE.jsonl keeps them as they are" in called.err
    else:
        assert printed == lines
    # So it is through a stream that is open already, whatever is behind it.
    stream = os.open(tmp_path / "open.jsonl", os.O_WRONLY | os.O_CREAT)
    words += ["-o", f"/dev/fd/{stream}", "--format", "jsonl"]
    again = mapped(tmp_path, data, *words, ending="jsonl")
    os.close(stream)
    streamed = (tmp_path / "open.jsonl").read_text(encoding="utf-8").splitlines()
    assert (again.code, streamed) == (called.code, printed)


def test_what_is_not_finite_is_counted_by_its_origin(way: str, tmp_path: Path) -> None:
    lines = ["p,q", "1,1", "0,1", "-1,1", "nan,1", "2,0", "0,0", "3,1"]
    called = mapped(tmp_path, "\n".join(lines) + "\n", "log(p) + 1/q")
    assert called.code == 0
    assert [line for line in called.err.splitlines() if line.startswith("warning")] == [
        "warning: not finite: log(p): 3 rows, first line 3",
        "warning: not finite: p: 1 row, first line 5",
        "warning: not finite: 1/q: 1 row, first line 6",
    ]
    values = [row.split(",")[0] for row in called.out.splitlines()[1:]]
    assert values == ["1.0", "-inf", "NaN", "NaN", "inf", "NaN", f"{math.log(3) + 1}"]
    as_json = mapped(tmp_path, "p\n0\n", "log(p)", "--format", "jsonl").out
    assert json.loads(as_json) == {"value": None, "d_p": None}
    slopes = mapped(tmp_path, "p\n0\n1\n0\n", "sqrt(p)")
    assert slopes.err == "warning: not finite: d_p: 2 rows, first line 2\n"


STRANGE: dict[str, tuple[str, str, str]] = {
    "a blank line": ("x\n1\n\n2\n0\n", "csv", "line 5"),
    "a blank line of JSON": ('{"x":1}\n\n{"x":0}\n', "jsonl", "line 3"),
    "a cell of two lines": ('x,t\n1,"a\nb"\n0,c\n', "csv", "line 4"),
    "blank lines before": ("\n\nx\n1\n0\n", "csv", "line 5"),
}


@pytest.mark.parametrize("target", ["csv", "parquet"])
@pytest.mark.parametrize("what", STRANGE)
def test_the_line_of_a_value_that_is_not_finite(
    what: str, target: str, way: str, tmp_path: Path
) -> None:
    data, ending, line = STRANGE[what]
    words = ["log(x)", "-o", str(tmp_path / f"out.{target}")]
    called = mapped(tmp_path, data, *words, ending=ending)
    assert called == (0, "", f"warning: not finite: log(x): 1 row, first {line}\n")


def test_quotes_that_mean_nothing_are_text(way: str, tmp_path: Path) -> None:
    rows = [f"{k},{'5' + chr(34) if k % 3 else 'a' + chr(34) + 'b'}" for k in range(3000)]
    data = "x,t\n" + "\n".join(rows) + "\n"
    if way == "plain":
        assert mapped(tmp_path, data, "x", "--keep", "t", "--select", "t").code == 0
    out = tmp_path / "out.parquet"
    called = mapped(tmp_path, data, "2*x", "--keep", "t", "-o", str(out))
    assert called == (0, "", "")
    found = pl.read_parquet(out)
    assert found["value"].to_list() == [2.0 * k for k in range(3000)]
    assert found["t"].to_list() == [row.partition(",")[2] for row in rows]


@pytest.mark.parametrize("rows", [3, 40_000])
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_number_that_no_float_is_is_a_bad_cell(ending: str, rows: int, tmp_path: Path) -> None:
    """As it is on the command line; infinity and 0 as such are numbers."""
    cells = ["1e400", "-1e-400", "0.0", "0e-400", "5e-324", f"0.{'0' * 330}1", "1e308"]
    infinite = "Infinity" if ending == "jsonl" else "inf"
    good = [f"{n}.5" for n in range(rows)]
    written = [*good, *cells, infinite]
    lines = written if ending == "csv" else [f'{{"x": {each}}}' for each in written]
    data = tmp_path / f"data.{ending}"
    data.write_text("\n".join([*(["x"] if ending == "csv" else []), *lines]), encoding="utf-8")
    called = call("map", "2*x", str(data), "--bad-rows", "null", "--get", "x", "-o", f"{data}.csv")
    found = Path(f"{data}.csv").read_text(encoding="utf-8").splitlines()[1 + rows :]
    assert called.code == 0
    empty = '""'
    assert found == [empty, empty, "0.0", "0.0", "5e-324", empty, "1e+308", "inf"]
    assert "3 bad rows" in called.err
    assert "'1e400' is too large for a float" in " ".join(called.err.split())
    alone = tmp_path / f"alone.{ending}"
    alone.write_text("\n".join([*lines[:1], *lines[rows + 1 : rows + 2]]), encoding="utf-8")
    failed = call("map", "2*x", str(alone), *(["--names", "x"] if ending == "csv" else []))
    assert failed.code == 3
    assert "'-1e-400' is too small for a float: write 0 for that" in " ".join(failed.err.split())


def test_another_version_of_polars_is_refused(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(pl, "__version__", "1.20.0")
    called = mapped(tmp_path, "x\n1\n", "x", "-o", str(tmp_path / "o.parquet"))
    assert (called.code, "1.20.0 is installed" in " ".join(called.err.split())) == (2, True)


def test_data_without_rows(way: str, tmp_path: Path) -> None:
    assert mapped(tmp_path, "x,t\n", "log(x)", "--keep", "t").out == "t,value,d_x\n"
    for target in ("parquet", "arrow"):
        out = tmp_path / f"out.{target}"
        assert mapped(tmp_path, "x,t\n", "x", "--keep", "t", "-o", str(out)).code == 0
        frame = READERS[target](out)
        assert (frame.height, frame.columns) == (0, ["t", "value", "d_x"])
        assert call("map", "value^2", str(out), "--keep", "t").out == "t,value,d_value\n"


def test_names_that_not_every_object_has(way: str, monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(chunks, "_HEAD", 64)
    lines = '{"x":1}\n{"x":2,"y":3}\n'
    called = mapped(tmp_path, lines, "x*y", "--bad-rows", "null", "--wrt", "x", ending="jsonl")
    assert called.out == "value,d_x\n,\n6.0,3.0\n"
    assert "line 1, column y: it is not there" in " ".join(called.err.split())
    near = mapped(tmp_path, "price,n\n1,2\n", "prices*n")
    assert (near.code, "did you mean price" in near.err) == (3, True)


def test_whole_numbers_that_no_float_is_are_told(way: str, tmp_path: Path) -> None:
    called = mapped(tmp_path, "id,x\n1,1e300\n2,2\n9007199254740993,3\n", "id + x")
    assert called.code == 0
    assert "the column id has whole numbers beyond 2^53" in called.err
    assert called.err.rstrip().endswith("first line 4")
    assert mapped(tmp_path, "x\n9007199254740992\n1e300\n", "x").err == ""
    frame = pl.DataFrame({"x": [1, None, 2**60 + 1]})
    frame.write_parquet(tmp_path / "x.parquet")
    out = call("map", "x", str(tmp_path / "x.parquet"), "--bad-rows", "null")
    assert out.out.splitlines()[1:] == ["1.0,1.0", ",", "1.152921504606847e+18,1.0"]
    assert "first row 2, column x: there is no number" in out.err
    assert "first row 3" in out.err


REFUSED: dict[str, tuple[str | bytes, list[str], int, str]] = {
    "a missing column": ("x\n1\n", ["x*y"], 3, "no column for 'y'"),
    "text in a number column": (
        "x,y\n1,2\n3,abc\n",
        ["x*y"],
        3,
        "line 3, column y: 'abc' is no number",
    ),
    "an empty cell": ("x,y\n1,\n", ["x*y"], 3, "line 2, column y: the cell is empty"),
    "an underscore in a number": ("x\n1_000\n", ["x"], 3, "'1_000' is no number"),
    "an empty file": ("", ["x"], 3, "is empty"),
    "nothing but blank lines": ("\n \n\n", ["x"], 3, "is empty"),
    "no header": ("1,2\n3,4\n", ["x"], 3, "--names a,b"),
    "names for other columns": ("1,2\n", ["x", "--names", "x"], 2, "has 2 columns"),
    "two of a name": ("x,x\n1,2\n", ["x"], 3, "2 columns are called 'x'"),
    "too few cells": ("x,y\n1,2\n3\n", ["x"], 3, "line 3: it has 1 cell, and there are 2 columns"),
    "a quote that is not closed": (
        'x,y\n1,2\n"3,4\n5,6\n',
        ["x"],
        3,
        "1 cell, and there are 2 columns",
    ),
    "too many cells": ("x,y\n1,2\n3,4,5\n", ["x"], 3, "line 3: it has 3 cells"),
    "UTF-16": ("x\n1\n".encode("utf-16"), ["x"], 2, "is UTF-16"),
    "UTF-16 without a mark": ("x\n1\n".encode("utf-16-le"), ["x"], 2, "is UTF-16"),
    "a packed file": (gzip.compress(b"x\n1\n"), ["x"], 2, "gzip -dc"),
    "a comma for a point": ("x;y\n1,5;2\n", ["x*y"], 3, "'1,5' is no number: it has a comma"),
    "JSON that is no UTF-8": (
        b'{"x":"\xe9"}',
        ["x", "--from", "jsonl"],
        2,
        "line 1: it is not UTF",
    ),
    "no UTF-8": (b"x,t\n1,a\n2,\xe9\n", ["x"], 2, "line 3: byte 0xe9 is not UTF-8"),
    "other ends of lines": (b"x,y\r1,2\r", ["x"], 2, "end in CR alone"),
    "Parquet": (b"PAR1xxxx", ["x"], 2, "--from parquet"),
    "no column to keep": ("x\n1\n", ["x", "--keep", "q"], 3, "no column 'q'"),
    "a kept column that is computed": (
        "x,value\n1,2\n",
        ["x", "--keep", "*"],
        3,
        "'value' already",
    ),
    "a column that is not written": ("x\n1\n", ["x", "--select", "q"], 3, "'q' is written"),
    "no column to rename": ("x\n1\n", ["x", "--rename", "q=x"], 3, "no column 'q'"),
    "two names in one": ("x,y\n1,2\n", ["x", "--rename", "y=x"], 3, "are called 'x'"),
    "no name to rename": ("x\n1\n", ["x", "--rename", "x"], 2, "--rename COLUMN=NAME"),
    "a derivative by nothing": ("x\n1\n", ["x", "--wrt", "q"], 3, "no input 'q'"),
    "no step": ("x\n1\n", ["x", "--of", "q"], 3, "'q'"),
    "no question": ("x\n1\n", ["x", "--get", "q"], 3, "no node 'q'"),
    "questions and names": ("x\n1\n", ["x", "--get", "x", "--wrt", "x"], 2, "--get d/dx"),
    "a constant for nothing": ("x\n1\n", ["x", "--k", "3"], 3, "no input 'k'"),
    "arrays": ("x\n1\n", ["sum(w*x)", "--w", "[1,2]"], 2, "one number for all rows"),
    "no formula": ("x\n1\n", ["x +"], 2, "x +"),
    "no way": ("x\n1\n", ["x", "--bad-rows", "no"], 2, "fail, null, drop"),
    "a report of nothing": ("x\n1\n", ["x", "--report", "r.csv"], 2, "--bad-rows null"),
    "no format": ("x\n1\n", ["x", "--from", "xml"], 2, "no format 'xml'"),
    "no format to write": ("x\n1\n", ["x", "-o", "out.xml"], 2, ".parquet"),
    "bytes on a stream": ("x\n1\n", ["x", "--format", "parquet"], 2, "-o FILE"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused(what: str, way: str, tmp_path: Path) -> None:
    data, words, code, said = REFUSED[what]
    called = mapped(tmp_path, data, *words)
    assert called.code == code, called
    assert said in " ".join(called.err.split())
    assert called.err.startswith("error:")
    assert len(called.err.splitlines()) > 1, "there is a way out"
    assert called.out in {"", "value,d_x\n", "value,d_x,d_y\n"} or "blocks" in way
    out = tmp_path / "out.csv"
    if "-o" not in words and "--format" not in words:
        assert mapped(tmp_path, data, *words, "-o", str(out)).code == code
    assert {each.name for each in tmp_path.iterdir()} == {"data.csv"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["DATA", "x^2"], 'the formula comes first: gradcli map "x^2" DATA'),
        (["DATA"], 'the formula comes first: gradcli map "x*y" DATA --y 1'),
        (["x^2", "DATA", "DATA"], 'several are one name, in quotes: "*.csv" --into FOLDER'),
    ],
)
def test_words_in_another_order(words: list[str], said: str, tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "data.csv").write_text("x\n1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    called = call("map", *(word.replace("DATA", "data.csv") for word in words))
    assert called.code == 2
    assert called.err.splitlines()[1:] == [said.replace("DATA", "data.csv")]


def test_a_report_goes_to_the_standard_output_or_to_a_file_of_its_own(tmp_path: Path) -> None:
    data = "x\n1\nq\n"
    out, link, twin = (tmp_path / f"{name}.csv" for name in ("out", "link", "twin"))
    out.write_text("before", encoding="utf-8")
    link.symlink_to(out)
    twin.hardlink_to(out)
    words = ["x", "-o", str(out), "--bad-rows", "drop", "--report"]
    for report in (f"{tmp_path}/./out.csv", str(link), str(twin), str(tmp_path / "data.csv")):
        called = mapped(tmp_path, data, *words, report)
        assert (called.code, "cannot hold both" in called.err) == (2, True)
        assert out.read_text(encoding="utf-8") == "before"
    called = mapped(tmp_path, data, *words, "-")
    assert (called.code, called.out) == (0, "line,column,cell,reason\n3,x,q,'q' is no number\n")
    assert out.read_text(encoding="utf-8") == "value,d_x\n1.0,1.0\n"
    called = mapped(tmp_path, data, "x", "--bad-rows", "drop", "--report", "-")
    assert (called.code, "-o FILE" in called.err) == (2, True)


needs_full = pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="this system has no device that is full"
)


@needs_full
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "arrow"])
def test_nothing_gets_lost_on_a_device_that_is_full(form: str, tmp_path: Path) -> None:
    called = mapped(tmp_path, "x\n1\n", "x", "--format", form, "-o", "/dev/full")
    assert called == (1, "", "error: cannot write '/dev/full': no space left on device\n")


@needs_full
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_report_that_cannot_be_written_is_named_and_leaves_no_result(
    form: str, tmp_path: Path
) -> None:
    words = ["x", "-o", str(tmp_path / f"out.{form}"), "--bad-rows", "drop"]
    for data in ("x\n1\nq\n", "x\n1\n" + "q\n" * 5000):  # at the end, and before
        called = mapped(tmp_path, data, *words, "--report", "/dev/full")
        assert called == (1, "", "error: cannot write '/dev/full': no space left on device\n")
        assert {each.name for each in tmp_path.iterdir()} == {"data.csv"}


def test_what_is_refused_without_data(tmp_path: Path) -> None:
    for data, said in {
        "nothing.csv": "no such file",
        str(tmp_path): "is a folder",
        "data.xml": "--from csv, tsv, jsonl, parquet or arrow",
    }.items():
        called = call("map", "x", data)
        assert called.code == 2
        assert said in " ".join(called.err.split())
    called = call("map", "x", stdin=None)
    assert (called.code, "closed" in called.err) == (2, True)
    damaged = tmp_path / "x.parquet"
    pl.DataFrame({"x": [1.0, 2.0]}).write_parquet(damaged)
    damaged.write_bytes(damaged.read_bytes()[:-20])
    called = call("map", "x", str(damaged), "-o", str(tmp_path / "o.parquet"))
    assert (called.code, called.err.startswith("error: cannot read")) == (2, True)
    pl.DataFrame({"x": ["a"]}).write_ipc(tmp_path / "t.arrow")
    called = call("map", "x", str(tmp_path / "t.arrow"))
    assert (called.code, "holds no numbers" in called.err) == (3, True)
    assert not (tmp_path / "o.parquet").exists()


def test_streams(tmp_path: Path) -> None:
    called = call("map", "x*y", "-", "--from", "tsv", "--wrt", "x", stdin=b"x\ty\n1\t2\n")
    assert called == (0, "value,d_x\n2.0,2.0\n", "")
    assert call("map", "x", stdin=b"x\n5\n").out == "value,d_x\n5.0,1.0\n"
    bytes_ = io.BytesIO()
    pl.DataFrame({"x": [1.5]}).write_parquet(bytes_)
    words = ["map", "x", "-", "--from", "parquet", "--format", "jsonl"]
    assert json.loads(call(*words, stdin=bytes_.getvalue()).out) == {"value": 1.5, "d_x": 1.0}
    program = tmp_path / "p.grad"
    program.write_text("x^2", encoding="utf-8")
    assert call("map", "-f", str(program), "-", stdin=b"x\n3\n").out == "value,d_x\n9.0,6.0\n"


def test_a_kept_column_that_holds_numbers_only_at_first(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(chunks, "SIZE", 16)
    monkeypatch.setattr(chunks, "_HEAD", 16)
    out = tmp_path / "o.parquet"
    data = "id,x\n" + "".join(f"{k},{k}\n" for k in range(20))
    assert mapped(tmp_path, data, "x", "--keep", "id", "-o", str(out)).code == 0
    assert pl.read_parquet(out)["id"].dtype == pl.Int64
    assert mapped(tmp_path, data + "A7,1\n", "x", "--keep", "id", "-o", str(out)).code == 0
    assert pl.read_parquet(out)["id"].to_list() == [*map(str, range(20)), "A7"]
    called = call("map", "x", "-", "--keep", "id", "-o", str(out), stdin=f"{data}A7,1\n".encode())
    assert (called.code, "write the data to a file first" in called.err) == (3, True)
    lines = '{"id":1,"x":2}\n{"id":"A","x":2}\n'
    called = mapped(tmp_path, lines, "x", "--keep", "id", "-o", str(out), ending="jsonl")
    assert called.code in {0, 3}


def test_a_file_takes_the_place_of_its_own_data(way: str, tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    assert mapped(tmp_path, "x\n1\n2\n", "x^2", "--keep", "x", "-o", str(file)).code == 0
    assert file.read_text(encoding="utf-8") == "x,value,d_x\n1,1.0,2.0\n2,4.0,4.0\n"


def test_what_is_added_to_a_file_meanwhile_is_left_out(
    monkeypatch: Any, way: str, tmp_path: Path
) -> None:
    file = tmp_path / "data.csv"
    file.write_text("x\n1\n2\n3", encoding="utf-8")
    begin = sources.opened

    def then_grows(*args: Any) -> Any:
        found = begin(*args)
        with file.open("a", encoding="utf-8") as more:
            more.write("4\n5\n")
        return found

    monkeypatch.setattr(sources, "opened", then_grows)
    called = call("map", "x", str(file), "--wrt", "x", "--select", "value")
    assert called.out.split() == ["value", "1.0", "2.0"]
    assert "has grown" in called.err


def test_without_polars_text_is_computed_and_the_extra_named(
    monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "is_there", lambda: False)
    monkeypatch.setattr(sources, "is_there", lambda: False)
    monkeypatch.setattr(sources, "SMALL", 0)
    monkeypatch.setitem(sys.modules, "polars", None)
    called = mapped(tmp_path, "x\n1\n2\n", "x^2")
    assert (called.code, called.out) == (0, "value,d_x\n1.0,2.0\n4.0,4.0\n")
    assert "gradcli[data]" in called.err
    for words in (["x", "-o", str(tmp_path / "o.parquet")], ["x", "--from", "arrow"]):
        called = mapped(tmp_path, "x\n1\n", *words)
        assert (called.code, "gradcli[data]" in called.err) == (2, True)


def test_the_way_out_of_numbers_that_are_not_finite_is_told_as_eval_does(tmp_path: Path) -> None:
    data = tmp_path / "d.csv"
    data.write_text("x\n1\n-8\n-27\n")
    for formula, way_out in (
        ("x^(1/3)", "x^(1/3) (the real cube root is cbrt(x)): 2 rows, first line 3"),
        ("2 + x^(2/3)", "x^(2/3) (the real power is cbrt(x)^2): 2 rows, first line 3"),
    ):
        assert way_out in " ".join(call("map", formula, str(data)).err.split())


SWAPPED = [
    # what follows map, the data, and the line that is proposed
    ('{} "x*k"', 'gradcli map "x*k" {} --k 1'),
    ('{} "x + y" --wrt z', 'gradcli map "x + y" {} --wrt x'),
    ('{} "x + y" --wrt y -o out.csv', 'gradcli map "x + y" {} --wrt y -o out.csv'),
    ("{}", 'gradcli map "x*y" {}'),
    ('{} "sine(x)"', None),
]


@pytest.mark.parametrize(("typed", "proposed"), SWAPPED)
def test_a_line_that_map_proposes_was_tried(
    typed: str, proposed: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.csv").write_text("x,y\n1,2\n3,4\n")
    called = call("map", *shlex.split(typed.format("d.csv")))
    assert called.code == 2
    said = " ".join(called.err.split())
    assert not (tmp_path / "out.csv").exists()
    if proposed is None:
        assert said.endswith("the formula comes first")
        return
    line = proposed.format("d.csv")
    assert said.endswith(f"the formula comes first: {line}")
    assert call(*shlex.split(line)[1:]).code == 0


def test_an_option_with_a_slip_is_named_by_map() -> None:
    called = call("map", "x*y", "examples/points.csv", "--frm", "csv")
    assert "did you mean --from?" in called.err
