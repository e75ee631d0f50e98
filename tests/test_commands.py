"""One table over all commands and views: schema, width, ASCII, digits, strictness, bad input.

A command or view that is new is asked the same questions; one that has no line in the tables below
is named by a test.
"""

from __future__ import annotations

import io
import json
import re
import shlex
from itertools import combinations
from pathlib import Path

import jsonschema
import pytest
from command_line import ROOT, Called, call

from gradcli.cli.context import Environment
from gradcli.cli.known import COMMANDS, find
from gradcli.cli.run import run
from gradcli.cli.view import IMAGES, View
from gradcli.views import schema
from gradcli.views.lines.text import width

DATA = str(ROOT / "examples" / "points.csv")

WORK = {
    "eval": ["v = b*c; u = a + v; J = 3u", "--a", "1", "--b", "2", "--c", "3.14159265"],
    "paths": ["h = tanh(w*x); h*sin(h)", "--w", "0.5", "--x", "2.71828182", "--wrt", "w"],
    "diff": ["x^2*sin(x/3)", "--x", "1.23456789"],
    "graph": ["h = tanh(w*x); J = (h - y)^2", "--w", "0.5", "--x", "2.71828182", "--y", "1"],
    "page": ["h = tanh(w*x); J = (h - y)^2", "--w", "0.5", "--x", "2.71828182", "--y", "1"],
    "code": ["h = tanh(w*x); J = (h - y)^2", "--w", "0.5", "--x", "2.71828182", "--y", "1"],
    "quiz": ["h = tanh(w*x); J = (h - y)^2", "--w", "0.5", "--x", "2.71828182", "--y", "1"],
    "jac": ["u = x*y; v = sin(x); u + v", "--of", "u,v", "--x", "1.23456789", "--y", "2"],
    "hess": ["x^3*y + sin(y)", "--x", "1.23456789", "--y", "2"],
    "implicit": ["y^3 = x^2", "--x", "8", "--y", "4"],
    "net": ["2-2-1"],
    "nudge": ["exp(x)*y", "--x", "1", "--y", "2", "--x", "+0.0123456789"],
    "budget": ["x^2*sin(y)", "--x", "1.23456789±0.0123456789", "--y", "2(1)"],
    "descend": ["(x - 3)^2 + 1", "--x", "0.123456789", "--steps", "30"],
    "map": ["x*y", DATA],
    "check": ["exp(x)*y", "--x", "1.23456789", "--y", "2"],
    "why": ["x*y^2 + sqrt(log(x/y))", "--x", "1.23456789", "--y", "1.23456789"],
    "same": ["x/x + y", "1 + y", "--y", "1.23456789"],
    "functions": ["s*n"],
    "schema": ["eval"],
}
"""A command line for each command that works."""

MORE = {
    "paths": [["--count"], ["--all"], ["--max-paths", "1"]],
    "diff": [["--steps"], ["--order", "3"], ["--steps", "--all"]],
    "graph": [["--layers"], ["--full"], ["--symbolic"], ["--no-values"], ["--depth", "1"]],
    "descend": [["--trace"], ["--compare-updates"], ["--method", "adam"]],
    "jac": [["--along", "x=1"], ["--back", "u=1"], ["--wrt", "x"], ["--all"]],
    "implicit": [["--steps"], ["--order", "2"], ["--order", "2", "--steps"]],
    "hess": [["--along", "x=1,y=2"], ["--wrt", "x"], ["--all"]],
    "eval": [["--all"], ["--order", "3"], ["--order", "2", "--along", "a=1,b=-2"]],
    "why": [["--digits"], ["--digits", "--all"], ["--get", "d/dy"], ["--wrt", "y"]],
}
"""Options that change what a command's page looks like."""

ASKED = {
    ("eval", "get"): ["--get", "J", "--get", "dJ/db"],
    ("net", "init"): ["--init", "he"],
}
"""How a view is asked for whose option has a value."""

OVER = {("eval", "plot"): ["x^2*sin(x/3)", "--x", "0..3:0.123456789"]}
"""What a view is shown of that is not one point."""

CHOSEN = {("code", target): ["--target", target] for target in ("c", "js", "sql")}
"""Views that an option of the command chooses."""

NO_DIGITS = {
    ("graph", "json"): "JSON has all digits",
    ("net", "program"): "a program has all digits",
    **{("code", view): "code has all digits" for view in ("python", "c", "js", "sql")},
    **{("map", view): "data has all digits" for view in find("map").views},
    ("diff", "plain"): "a program has all digits",
    ("diff", "latex"): "a formula has all digits",
    ("jac", "spy"): "a pattern has none",
    ("implicit", "latex"): "a formula has all digits",
    ("hess", "spy"): "a pattern has none",
    ("budget", "latex"): "a formula has all digits",
}
"""Views in which ``--precision`` changes nothing."""

PIXELS = {"png": "resvg_py", "pdf": "typst", "parquet": "polars", "arrow": "polars"}
"""Pictures and data that are bytes, and the packages that write them."""

WITH_TIPS = {"svg", "dot", "html"}
"""Pictures with something behind each box that has all digits."""

NEEDS_NO_VALUE = {
    "diff": "it works on symbols",
    "code": "it is written in symbols",
    "graph": "it draws symbols",
    "implicit": "it works on symbols",
    "map": "its values are columns",
    "same": "it chooses points by itself",
}
"""Commands on a program that take none of its values."""

TAKES_TWO = {
    "check": "the second one is the gradient that is checked",
    "map": "the second one is its data",
    "same": "the second one is compared with the first",
}
"""Commands with two expressions."""

LONG = re.compile(r"\d\.\d{8,}")
"""A number with more digits than any view has by default."""

NAMES = [(name, view) for name in COMMANDS for view in find(name).views]
PROGRAM_COMMANDS = [name for name in COMMANDS if find(name).takes_program]
WITH_JSON = [name for name in PROGRAM_COMMANDS if "json" in find(name).views]


def view_of(name: str, view: str) -> View:
    return find(name).views[view]


def asking(name: str, view: str) -> list[str]:
    """The options that ask for a view."""
    asked = view_of(name, view)
    if (name, view) in CHOSEN:
        return CHOSEN[name, view]
    if asked.option is not None:
        return ASKED.get((name, view), [])  # one that is missing is named by a test
    if asked.is_format:
        return ["--format", view]
    return [f"--{view}"] if asked.help is not None else []


def words(name: str, view: str) -> list[str]:
    return [name, *OVER.get((name, view), WORK[name]), *asking(name, view)]


PAGES = [
    (name, view, more)
    for name, view in NAMES
    if view_of(name, view).endings[0] == ".txt"
    for more in [[], *(MORE.get(name, []) if view in {"page", "table", "text"} else [])]
]
"""What is laid out for a terminal."""


def test_every_command_and_view_is_in_the_tables() -> None:
    assert list(WORK) == list(COMMANDS)
    assert {key for key in NAMES if view_of(*key).option is not None} == set(ASKED)
    for table in (ASKED, NO_DIGITS):
        assert set(table) <= set(NAMES)


EXTREMES = {
    "vanishing": ("x*y*1e-200/(1/(x*y))", "1e-200", "1e-300"),
    "overflowing": ("x*y + x*1e10", "1e300", "1e300"),
    "infinite": ("exp(x)*y", "800", "inf"),
    "undefined": ("y*log(x)", "-1", "nan"),
    "subnormal": ("(x*y)^2", "5e-324", "1e-320"),
}
"""Programs whose numbers no float holds, and values of x and y."""

SHOWN = [
    (name, view)
    for name, view in NAMES
    if find(name).takes_program and name != "map" and view not in {*PIXELS, "get", "plot"}
]


@pytest.mark.parametrize(
    "extreme",
    [
        pytest.param(each, marks=pytest.mark.slow if place else ())
        for place, each in enumerate(EXTREMES)
    ],
)
@pytest.mark.parametrize(("name", "view"), SHOWN)
def test_every_view_shows_numbers_that_no_float_holds(name: str, view: str, extreme: str) -> None:
    program, x, y = EXTREMES[extreme]
    programs = {"implicit": [f"{program} = 1"], "same": [program, program]}.get(name, [program])
    by = ["--by", "x=1e300"] if name == "nudge" else []
    called = call(name, *programs, f"--x={x}", f"--y={y}", *by, *asking(name, view))
    assert called.code != 1, called.err
    assert "internal" not in called.err


@pytest.mark.parametrize(("name", "view"), NAMES)
def test_every_view_is_shown(name: str, view: str) -> None:
    if view in PIXELS:
        pytest.skip("bytes are not for this stream")
    called = call(*words(name, view))
    assert (called.code, called.err) == (0, "")
    assert called.out.strip()


@pytest.mark.parametrize(("name", "view"), [key for key in NAMES if key[1] == "json"])
def test_json_is_of_the_schema_that_ships(name: str, view: str) -> None:
    found = json.loads(call(*words(name, view)).out)
    if name == "schema":
        jsonschema.Draft202012Validator.check_schema(found)
        return
    assert re.fullmatch(rf"gradcli\.{name}/\d", found["schema"])
    jsonschema.validate(found, json.loads(schema.text(name)))


def test_every_schema_is_that_of_a_command_and_described() -> None:
    with_json = {name for name, view in NAMES if view == "json"} - {"schema"}
    beside = {"error", "orders", "grid", "get"}
    assert {name.partition("/")[0] for name in schema.names()} == with_json | beside
    described = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    for name in schema.names():
        assert f"\n## {json.loads(schema.text(name))['$id']}\n" in described


def test_all_schemas_speak_of_numbers_notes_and_problems_alike() -> None:
    found: dict[str, set[str]] = {}
    for name in schema.FILES:
        for key, definition in json.loads(schema.text(name)).get("$defs", {}).items():
            text = json.dumps(definition, sort_keys=True)
            found.setdefault(key, set()).add(re.sub(r'"description": "[^"]*",? ?', "", text))
    assert {key for key, definitions in found.items() if len(definitions) > 1} == set()


REMARKABLE = ["abs(x)*y", "x*sin(1/x) if x != 0 else y", "log(x)*y", "1e-200^2*y + x", "cbrt(x)*y"]
"""Programs with something to be said of the numbers at x = 0."""


@pytest.mark.parametrize("source", REMARKABLE)
@pytest.mark.parametrize("name", WITH_JSON)
def test_problems_and_notes_are_of_the_schema(name: str, source: str, tmp_path: Path) -> None:
    file = tmp_path / "values.json"
    file.write_text('{"x": 3, "y": 2}', encoding="utf-8")
    more = {"nudge": ["--by", "y=1"], "paths": ["--wrt", "y"], "descend": ["--steps", "1"]}
    more["same"] = ["x*y"]
    words = [name, source, "--vars", str(file), "--x", "0", *more.get(name, []), "--json"]
    called = call(*words)
    found = json.loads(called.out)
    jsonschema.validate(found, json.loads(schema.text(name)))
    assert [note["kind"] for note in found["notes"]][:1] == ["overridden"]
    assert not called.err or called.code
    text = call(*words[:-1])
    assert "note: --x is used, not the value in " in " ".join(text.err.split())


@pytest.mark.parametrize("columns", [25, 40, 57, 80, 132])
@pytest.mark.parametrize(("name", "view", "more"), PAGES, ids=str)
def test_every_page_fits_the_width(name: str, view: str, more: list[str], columns: int) -> None:
    called = call(*words(name, view), *more, variables={"COLUMNS": str(columns)})
    assert called.code == 0
    assert max(map(width, called.out.splitlines())) <= columns, called.out


@pytest.mark.parametrize("columns", range(1, 11))
@pytest.mark.parametrize(("name", "view", "more"), PAGES, ids=str)
def test_no_width_is_too_narrow_for_an_answer(
    name: str, view: str, more: list[str], columns: int
) -> None:
    called = call(*words(name, view), *more, variables={"COLUMNS": str(columns)})
    assert called.code == 0
    assert called.out.strip()


class Ascii(io.StringIO):
    """A stream that carries nothing but ASCII."""

    encoding = "ascii"


@pytest.mark.parametrize(("name", "view", "more"), PAGES, ids=str)
def test_every_page_can_be_written_in_ascii(name: str, view: str, more: list[str]) -> None:
    out, err = Ascii(), Ascii()
    code = run([*words(name, view), *more], Environment(None, out, err, {"COLUMNS": "80"}))
    assert (code, err.getvalue()) == (0, "")
    assert out.getvalue().isascii()


@pytest.mark.parametrize("name", PROGRAM_COMMANDS)
@pytest.mark.parametrize("digits", ["0", "18", "-1"])
def test_a_precision_that_no_number_has_is_refused(name: str, digits: str) -> None:
    called = call(name, *WORK[name], f"--precision={digits}")
    assert (called.code, called.out) == (2, "")
    assert "the precision is 1 to 17 digits" in called.err


@pytest.mark.parametrize(("name", "view"), [key for key in NAMES if key[0] in PROGRAM_COMMANDS])
def test_precision_is_that_of_every_number(name: str, view: str) -> None:
    if view in PIXELS:
        pytest.skip("bytes are not for this stream")
    if view == "json" or (name, view) in NO_DIGITS:
        assert call(*words(name, view), "--precision", "2") == call(*words(name, view))
        return
    short, long = (call(*words(name, view), "--precision", digits).out for digits in ("2", "12"))
    assert LONG.search(long)
    assert short != long
    if view not in WITH_TIPS:
        assert not LONG.search(short)


NOTED = ("1/2y + 0*3z", "--y", "2", "--z", "1")
"""A program that is read with a note."""


@pytest.mark.parametrize("name", PROGRAM_COMMANDS)
def test_notes_are_told_and_are_errors_where_it_is_strict(name: str) -> None:
    more = {"nudge": ["--by", "y=1"], "paths": ["--wrt", "y"], "implicit": ["--wrt", "y,z"]}
    more = {**more, "same": ["y/2"], "map": [DATA]}.get(name, [])
    loose = call(name, *NOTED, *more)
    assert loose.code == 0
    assert loose.err.startswith("note: ")
    strict = call(name, *NOTED, *more, "--strict")
    assert (strict.code, strict.out) == (2, "")
    assert strict.err.startswith("error: ")
    assert "--strict" in strict.err.splitlines()[-1]


BAD = {
    "no program": ([], 2, "there is no expression"),
    "two programs": (["x", "-f", "other"], 2, "there are two programs"),
    "two expressions": (["x", "y"], 2, "there are two expressions"),
    "an empty program": ([""], 2, "there is no formula"),
    "a syntax error": (["x + * 2", "--x", "1"], 2, "\n  x + * 2\n      ^"),
    "an unknown function": (["sine(x) + 2", "--x", "1"], 3, "did you mean sin"),
    "a missing value": (["x*y", "--x", "1"], 3, "no value for 'y'"),
    "a value for no input": (["x*y", "--x", "1", "--y", "2", "--zz", "3"], 3, "no input 'zz'"),
    "a value given twice": (["x", "--x", "1", "--set", "x=1"], 3, "given a value twice"),
    "a value that is none": (["x", "--x", "one"], 3, "the value of 'x' uses the unknown name"),
    "a value that is not read": (["x", "--x", "1+"], 3, "the value of 'x' cannot be read"),
    "a flag without a value": (["x", "--x"], 2, "--x has no value"),
    "a missing file": (["-f", "nowhere.grad"], 2, "cannot read 'nowhere.grad'"),
    "a missing file of values": (["x", "--vars", "nowhere.json"], 2, "cannot read 'nowhere.json'"),
    "a folder for a file": (["x", "--x", "1", "-o", "nowhere/result"], 2, "its folder does not"),
    "an unknown ending": (["x", "--x", "1", "-o", "result.docx"], 2, "does not say what to write"),
}


OUTSIDE = {"1e-400": "is too small", "[1, 3e-500]": "is too small", "1e400": "is too large"}
"""Numbers in a file that no float is near."""


@pytest.mark.parametrize(("number", "message"), OUTSIDE.items())
@pytest.mark.parametrize("name", PROGRAM_COMMANDS)
def test_no_number_in_a_file_becomes_another(
    name: str, number: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "values.json"
    file.write_text(f'{{"x": {number}}}', encoding="utf-8")
    program = "x[1] + x[2]" if number.startswith("[") else "x"
    more = {"nudge": ["--by", "x=1"], "map": [DATA]}.get(name, [])
    called = call(name, program, "--vars", str(file), *more)
    assert (called.code, called.out) == (3, "")
    assert message in " ".join(called.err.split())
    file.write_text(f'{{"x": {re.sub("[0-9]e-?[0-9]+", "0e-400", number)}}}', encoding="utf-8")
    assert call("eval", program, "--vars", str(file)).code == 0


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", PROGRAM_COMMANDS)
@pytest.mark.parametrize(("bad", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input(name: str, bad: list[str], code: int, message: str, folder: Path) -> None:
    if name in TAKES_TWO and message.startswith("there are two"):
        bad = [*bad, "z"]
    if name in NEEDS_NO_VALUE and "no value for" in message:
        bad = [*bad, "--values"] if name == "graph" else pytest.skip(NEEDS_NO_VALUE[name])
    more = {"nudge": ["--by", "x=1"], "paths": ["--wrt", "x"], "map": [DATA]}.get(name, [])
    if name == "map" and (bad in ([], ["x", "--x"]) or "there are two" in message):
        more = []  # the data would be something else
    if name in TAKES_TWO:
        message = message.replace("two expressions", "more than two expressions")
    called = call(name, *bad, *more)
    assert (called.code, called.out) == (code, ""), called.err
    assert called.err.startswith("error: ")
    assert message in called.err
    assert list(folder.iterdir()) == []
    if bad[-1:] != ["--x"] and name in WITH_JSON:  # whose value --json would be
        as_json = call(name, *bad, *more, "--json")
        assert (as_json.code, as_json.out) == (code, "")
        jsonschema.validate(json.loads(as_json.err), json.loads(schema.text("error")))


@pytest.mark.parametrize(
    "bad",
    [
        *([name, *more] for name in PROGRAM_COMMANDS for more in ([], [""], ["-"], ["--"])),
        *(["net"], ["net", "--"]),
    ],
    ids=str,
)
def test_without_a_formula_there_is_an_example_that_works(bad: list[str], folder: Path) -> None:
    assert folder == Path.cwd()  # what an example writes goes there
    (folder / "examples").symlink_to(ROOT / "examples")  # and what one reads is there
    called = call(*bad)
    hint = called.err.rstrip().splitlines()[-1]
    assert (called.code, called.out) == (2, "")
    assert hint.startswith(f"for instance: gradcli {bad[0]} "), called.err
    assert call(*shlex.split(hint)[3:]).code == 0


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in PROGRAM_COMMANDS])
def test_bad_input_of_the_others(name: str, folder: Path) -> None:
    for bad in (["no-such-thing-at-all"], [*WORK[name], "-o", "result.docx"], ["--no-such"]):
        called = call(name, *bad)
        assert called.code in {2, 3}
        assert called.out == ""
        assert called.err.startswith("error: ")
    assert list(folder.iterdir()) == []


TYPED = {
    "--prediction": "{}",
    "--label": "{}",
    "--set": "{}=4",
    "--rename": "x={}",
    "--wrt": "{}",
    "--get": "{}",
    "--assert": "{} < 99",
    "--inputs": "{}",
    "--focus": "{}",
    "--highlight": "{}",
    "--by": "{}=0.1",
    "--fix": "{}",
    "--of": "{}",
    "--along": "{}=0.1",
    "--dof": "{}=4",
    "--correlation": "{},z=0.5",
}
"""Options with the names of a program in their values."""

NO_NAMES = {"--theme", "--direction", "--format", "--shape", "--symmetric"}  # see test_lengths
"""Options that are given a name of ours."""

SPELLED = {"x1": ["x₁", " x1 ", "ｘ１"], "w[1,2]": ["w[1, 2]", " w[ 1 ,2 ] ", "ｗ[1,2]"]}
"""Names, and other spellings of them."""

NAMED = [
    (name, option)
    for name in PROGRAM_COMMANDS
    for param in find(name).load().params
    for option in param.opts
    if "NAME" in (param.metavar or "") or option in TYPED
    if option not in NO_NAMES and (name, option) != ("implicit", "--wrt")  # see test_implicit
]


def on_names(name: str, option: str, label: str) -> Called:
    """A command on a program of two names, one of which is in the value of an option."""
    values = ["w[1,2]=3", "x1=2"]
    if option == "--set":
        values.pop("[" not in label)
    source = "x1^3*w[1,2]"
    if name == "budget" and option != "--set":  # where values are uncertain, and there is a pair
        values, source = [f"{value}±1" for value in [*values, "z=1"]], f"{source}*z"
    program = [source, *(word for value in values for word in ("--set", value))]
    first = {
        "nudge": ["--by", "x1=1"],
        "paths": ["--wrt", "x1"],
        "descend": ["--lr", "0.001"],
        "implicit": ["--wrt", "x1,w[1,2]"],
        "same": [source],
        "map": [DATA],
    }
    if name == "code" and option in {"--prediction", "--label"}:
        other = "--label" if option == "--prediction" else "--prediction"
        first["code"] = ["--target", "xgboost", other, "x1" if "[" in label else "w[1,2]"]
    more = first.get(name, [])
    if option in more:
        more = []
    return call(name, *program, *more, option, TYPED[option].format(label))


@pytest.mark.parametrize(("name", "option"), NAMED)
@pytest.mark.parametrize(
    ("plain", "other"), [(name, other) for name, others in SPELLED.items() for other in others]
)
def test_a_name_may_be_spelled_as_in_a_program(
    name: str, option: str, plain: str, other: str
) -> None:
    expected = on_names(name, option, plain)
    assert expected.code == 0, expected.err
    assert on_names(name, option, other) == expected


@pytest.mark.parametrize(("name", "option"), NAMED)
def test_two_names_with_a_blank_between_are_not_one(name: str, option: str) -> None:
    called = on_names(name, option, "x1 y")
    assert called.code in {2, 3}
    assert called.out == ""
    if option != "--assert":
        assert "'x1 y'" in called.err


EXCLUSIVE = [
    (name, pair)
    for name in COMMANDS
    for pair in combinations([view for view in find(name).views if asking(name, view)], 2)
    if not all(view_of(name, view).is_format for view in pair)
    if asking(name, pair[0])[0] != asking(name, pair[1])[0]  # an option is given once
    and not {*pair}.intersection(view_of(name, pair[0]).also + view_of(name, pair[1]).also)
]


@pytest.mark.parametrize(("name", "pair"), EXCLUSIVE, ids=str)
def test_two_views_do_not_go_together(name: str, pair: tuple[str, str]) -> None:
    called = call(name, *WORK[name], *asking(name, pair[0]), *asking(name, pair[1]))
    assert (called.code, called.out) == (2, "")
    assert "cannot go together" in called.err


def written(target: Path, name: str, *more: str) -> Called:
    return call(name, *WORK[name], *more, "-o", str(target))


def written_as(target: Path, name: str, view: str) -> Called:
    return call(*words(name, view), "-o", str(target))


ENDINGS = [(name, view, end) for name, view in NAMES for end in view_of(name, view).endings]


@pytest.mark.parametrize(("name", "view", "ending"), ENDINGS)
def test_a_file_holds_what_is_asked_for(name: str, view: str, ending: str, tmp_path: Path) -> None:
    if view in PIXELS:
        pytest.importorskip(PIXELS[view])
    target = tmp_path / f"result{ending.upper()}"
    assert written_as(target, name, view) == (0, "", "")
    if view not in PIXELS:
        assert target.read_text(encoding="utf-8") == call(*words(name, view)).out


@pytest.mark.parametrize(("name", "view", "ending"), ENDINGS)
def test_the_ending_decides(name: str, view: str, ending: str, tmp_path: Path) -> None:
    if view in PIXELS:
        pytest.importorskip(PIXELS[view])
    target = tmp_path / f"result{ending}"
    asked = view_of(name, view)
    views = find(name).views
    own = [key for key, each in views.items() if ending in each.endings]
    able = [key for key, each in views.items() if ending in (*each.endings, *each.papers)]
    first = (own if own and ending in IMAGES else able)[0]
    if asked.option is not None and first == view:
        refused = written(target, name)
        assert (refused.code, refused.out) == (2, "")
        hint = re.fullmatch(r"give (.*) as well", refused.err.splitlines()[-1])
        assert hint is not None
        assert written(target, name, *hint[1].split()) == (0, "", "")
    elif view not in PIXELS:
        assert written(target, name) == (0, "", "")
        if ending in views[first].endings:  # else it is a document; see test_papers
            assert target.read_text(encoding="utf-8") == call(*words(name, first)).out


@pytest.mark.parametrize(("name", "view"), NAMES)
def test_an_ending_of_another_view_is_refused(name: str, view: str, tmp_path: Path) -> None:
    if not asking(name, view):
        pytest.skip("nothing is said that an ending could contradict")
    asked = view_of(name, view)
    others = {end for each in find(name).views.values() for end in each.endings}
    allowed = {*asked.endings, *asked.papers, *([".txt"] if asked.is_text else [])}
    # With a format, a name that says nothing may end in anything.
    for ending in others - allowed | ({".docx"} if not asked.is_format else set()):
        target = tmp_path / f"result{ending.upper()}"
        called = written(target, name, *asking(name, view))
        assert (called.code, called.out) == (2, "")
        assert list(tmp_path.iterdir()) == []
        option = " ".join(asking(name, view)[:2] if asked.is_format else asking(name, view)[:1])
        told = " ".join(called.err.splitlines()[1:])
        hint = json.loads(called.err)["hint"] if view == "json" else told
        if ending != ".docx":
            *most, last = [asked.endings[0], *asked.papers]
            known = f"{', '.join(most)} or {last}" if most else last
            assert hint.endswith(f"leave out {option}, or let the name end in {known}")


@pytest.mark.parametrize(("name", "view"), NAMES)
def test_a_name_without_an_ending_takes_what_is_asked_for(
    name: str, view: str, tmp_path: Path
) -> None:
    if view in PIXELS:
        pytest.importorskip(PIXELS[view])
    target = tmp_path / "result"
    assert written_as(target, name, view) == (0, "", "")
    assert target.stat().st_size
