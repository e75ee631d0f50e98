"""Results go to stdout or whole into a file; notes and errors to stderr; colours to terminals."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import stat
from pathlib import Path

import pytest
from command_line import Called, call

from gradcli.cli.context import Environment
from gradcli.cli.run import run
from gradcli.cli.status import Status

LESSON = ("3*(a+b*c)", "--a", "1", "--b", "2", "--c", "3")


def lesson(*more: str, **settings: object) -> Called:
    return call("eval", *LESSON, *more, **settings)  # type: ignore[arg-type]


def test_json_is_one_object_and_nothing_else() -> None:
    code, out, err = call("eval", "1/2x", "--x", "abs(-4)", "--json")
    assert code == Status.DONE
    assert json.loads(out)["notes"][0]["kind"] == "implicit-product"
    assert err == ""


def test_a_json_error_is_one_object_and_nothing_else() -> None:
    for words in (["eval", "1/2x +", "--json"], ["evil", "--json"], ["eval", "--json", "--get"]):
        code, out, err = call(*words)
        assert code == Status.USAGE
        assert out == ""
        assert json.loads(err)["schema"] == "gradcli.error/1"


def test_only_the_first_notes_are_printed() -> None:
    source = " + ".join(f"1/{n}x" for n in range(2, 40))
    _, _, err = call("eval", source, "--x", "1", "--get", "out")
    assert err.count("note:") == 13
    assert err.endswith("note: and 26 more, which --json shows\n")


def test_a_file_gets_what_stdout_would(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    assert lesson("--json", "--output", str(file)) == (Status.DONE, "", "")
    assert file.read_text() == lesson("--json").out


def test_a_file_is_plain_text_on_a_terminal_too(tmp_path: Path) -> None:
    file = tmp_path / "result"
    lesson("--output", str(file), terminal=True)
    assert "\x1b" not in file.read_text(encoding="utf-8")


def test_a_file_keeps_its_permissions_and_its_links(tmp_path: Path) -> None:
    file, link = tmp_path / "result", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    lesson("--get", "out", "-o", str(link))
    assert link.is_symlink()
    assert file.read_text() == "21\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    file, other = tmp_path / "result", tmp_path / "other"
    other.touch()
    lesson("--get", "out", "-o", str(file))
    assert file.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["eval", "1/x", "--x", "0"], Status.UNDEFINED),
        (["eval", "1/x", "--x", "0", "--json"], Status.UNDEFINED),
        (["eval", "x", "--x", "0", "--assert", "x == 1"], Status.CHECK),
        (["eval", "x", "--x", "0", "--get", "y"], Status.INPUT),
        (["eval", "x +"], Status.USAGE),
    ],
)
def test_after_a_failure_the_file_is_as_before(tmp_path: Path, words: list[str], code: int) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("old")
    assert call(*words, "--output", str(old))[:2] == (code, "")
    assert call(*words, "--output", str(new))[:2] == (code, "")
    assert old.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["old"]


def test_a_torn_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("result").write_text("old")

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    called = lesson("--output", "result")
    message = "error: cannot write 'result': no space left on device\n"
    assert called == (Status.FAULT, "", message)
    assert Path("result").read_text() == "old"
    assert os.listdir(tmp_path) == ["result"]


def test_a_device_is_written_straight_through() -> None:
    assert lesson("--output", os.devnull) == (Status.DONE, "", "")


def test_a_pipe_is_written_straight_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    lesson("--get", "out", "--output", str(pipe))
    assert os.read(reader, 100) == b"21\n"
    os.close(reader)


@pytest.mark.parametrize("name", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_an_open_stream_is_not_replaced(tmp_path: Path, name: str) -> None:
    file = tmp_path / "log"
    file.write_text("before\n")
    with file.open("a") as log:
        target = name.format(log.fileno())
        if not os.path.exists(target):
            pytest.skip("there are no names of streams here")
        assert lesson("--get", "out", "-o", target) == (Status.DONE, "", "")
    assert file.read_text() == "before\n21\n"


def test_a_stream_that_is_not_open() -> None:
    called = lesson("-o", "/dev/fd/987654")
    assert called == (Status.USAGE, "", "error: cannot write '/dev/fd/987654': it is not open\n")


def test_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    called = lesson("-o", "result")
    message = "error: cannot write 'result': its folder does not exist\n"
    assert called == (Status.USAGE, "", message)


COLOURED = {
    "a terminal": (True, {}, ()),
    "not a pipe": (False, {}, None),
    "not with NO_COLOR": (True, {"NO_COLOR": "1"}, None),
    "an empty NO_COLOR says nothing": (True, {"NO_COLOR": ""}, ()),
    "not a dumb terminal": (True, {"TERM": "dumb"}, None),
    "a pipe with FORCE_COLOR": (False, {"FORCE_COLOR": "1"}, ()),
    "a dumb terminal with FORCE_COLOR": (True, {"TERM": "dumb", "FORCE_COLOR": "3"}, ()),
    "FORCE_COLOR may be off": (False, {"FORCE_COLOR": "0"}, None),
    "NO_COLOR beats FORCE_COLOR": (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, None),
}


@pytest.mark.parametrize(("terminal", "variables", "coloured"), COLOURED.values(), ids=COLOURED)
def test_colours(terminal: bool, variables: dict[str, str], coloured: object) -> None:
    called = call("eval", "sqrt(x)", "--x", "0", terminal=terminal, variables=variables)
    assert ("\x1b[" in called.out) == ("\x1b[" in called.err) == (coloured is not None)


ASKED = {
    "--color always": True, "--color=always": True, "--color never": False, "--color=never": False,
    "--no-color": False, "--no-color --color always": False, "--color never --color always": True,
    "--color auto": None,
}  # fmt: skip


@pytest.mark.parametrize(("words", "coloured"), ASKED.items())
@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_typed_of_colours_comes_first(
    words: str, terminal: bool, *, coloured: bool | None
) -> None:
    expected = terminal if coloured is None else coloured
    for variables in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}):
        if coloured is None and variables:
            continue
        for command in (["eval", "sqrt(x)", "--x", "0"], ["eval", "sqrt("], ["eval", "--help"]):
            called = call(*command, *words.split(), terminal=terminal, variables=variables)
            assert ("\x1b[" in called.out + called.err) == expected


def test_a_file_has_no_colours(tmp_path: Path) -> None:
    file = tmp_path / "result.txt"
    assert lesson("-o", str(file), "--color", "always").code == 0
    assert "\x1b" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [[], ["eval"], ["functions"]])
def test_help_pages_in_colour_say_the_same(page: list[str]) -> None:
    plain = call(*page, "--help").out
    coloured = call(*page, "--help", terminal=True).out
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    assert "\x1b[1mOptions:\x1b[0m" in coloured
    assert "--help\x1b[0m" in coloured


VIEWS = [[], ["--tree"], ["--trace"], ["--grad"]]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_values_have_one_colour_and_derivatives_another(view: list[str]) -> None:
    text = call("eval", "7*x", "--x", "6", *view, terminal=True).out
    found = {"42": set(), "7": set()}
    for codes, number in re.findall(r"\x1b\[([0-9;]*)m[ =]*([0-9.]+)[ ]*\x1b", text):
        if number in found:
            found[number] |= {*codes.split(";")} - {"1"}
    assert found["42"] <= {"36"}
    assert found["7"] <= {"32"}
    assert found["7"] or view == ["--trace"]


def test_quiet_says_errors_only() -> None:
    noted = ["eval", "abs(x) + bc", "--x", "0", "--b", "1", "--c", "2"]
    loud, quiet = call(*noted), call(*noted, "--quiet")
    assert "note: " in loud.err
    assert "warning: " in loud.err
    assert quiet == (0, loud.out, "")
    assert call("eval", "sine(x)", "--quiet").err == call("eval", "sine(x)").err


def test_no_color() -> None:
    called = call("eval", "sqrt(x)", "--x", "0", "--no-color", terminal=True)
    assert "\x1b" not in called.out + called.err
    assert "\x1b" not in call("eval", "sqrt(", "--no-color", terminal=True).err


def test_json_and_numbers_have_no_colour() -> None:
    assert "\x1b" not in lesson("--json", terminal=True).out
    assert "\x1b" not in lesson("--get", "out", terminal=True).out


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("view", [[], ["--tree"], ["--trace"]])
def test_views_fit_the_width(columns: int, view: list[str]) -> None:
    called = lesson(*view, variables={"COLUMNS": str(columns)})
    assert max(map(len, called.out.splitlines())) <= columns


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "٣", "9" * 20, "9" * 5000])
def test_a_width_that_is_none_is_80(columns: str) -> None:
    assert lesson(variables={"COLUMNS": columns}) == lesson()


def test_rows_are_left_out_unless_all_are_asked_for() -> None:
    words = ["eval", " + ".join(f"sin({n}*x)" for n in range(100)), "--x", "1"]
    assert len(call(*words).out.splitlines()) < 60
    assert len(call(*words, "--all").out.splitlines()) > 200


class TypedIn(io.BytesIO):
    """A terminal that somebody types into."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_as_input_is_announced() -> None:
    for more, note in (((), "note: reading the formula from the terminal"), (("--json",), "")):
        out, err = io.StringIO(), io.StringIO()
        run(["eval", "-", "--x", "2", *more], Environment(TypedIn(b"x^2"), out, err, {}))
        assert err.getvalue().startswith(note)
        assert bool(err.getvalue()) == bool(note)


def test_json_has_no_loose_warnings() -> None:
    assert call("eval", "sqrt(x) + 1/2x", "--x", "0", "--json").err == ""
