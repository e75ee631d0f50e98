"""The prompt: what is answered to each line, what stays, what is completed, and a real terminal."""

from __future__ import annotations

import codecs
import cProfile
import io
import os
import pstats
import re
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import pytest
from command_line import ROOT
from test_cli_cases import write_files

from gradcli.cli.context import Environment
from gradcli.cli.known import COMMANDS
from gradcli.cli.prompt.completion import completions
from gradcli.cli.prompt.history import MOST, History, place
from gradcli.cli.prompt.line import Line, Request, request, taken_apart
from gradcli.cli.prompt.loop import greeting
from gradcli.cli.prompt.memory import Memory
from gradcli.cli.prompt.session import Session
from gradcli.cli.prompt.unfinished import is_unfinished, line_by_line
from gradcli.cli.prompt.words import WORDS, overview

CASES = sorted((Path(__file__).parent / "cases" / "prompt").glob("*.txt"))


class Talk:
    """A conversation without a terminal."""

    def __init__(self, columns: int = 80) -> None:
        variables = {"COLUMNS": f"{columns}"}
        self.environment = Environment(io.BytesIO(), io.StringIO(), io.StringIO(), variables)
        self.session = Session(self.environment)

    def __call__(self, line: str) -> str:
        out, err = io.StringIO(), io.StringIO()
        self.environment.stdout, self.environment.stderr = out, err
        self.session.enter(line)
        errors = "".join(f"! {each}\n" for each in err.getvalue().splitlines())
        return errors + out.getvalue()


def conversations(file: Path) -> list[str]:
    return re.split(r"^-{8}\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)


def answered(conversation: str) -> str:
    """A conversation with the answers that are given now."""
    talk, said = Talk(), []
    for line in conversation.splitlines(keepends=True):
        if line.startswith(">"):
            said.append(line + talk(line[2:].rstrip("\n")))
        elif line.startswith("# ") or (not line.strip() and not said):
            said.append(line)
    return "".join(said)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    return tmp_path


ALL = [(file.stem, each) for file in CASES for each in conversations(file)]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("name", "conversation"), ALL)
def test_answers_as_written(name: str, conversation: str) -> None:
    assert answered(conversation) == conversation


LINES = {
    "grad": Line("grad", ""),
    "grad x^2": Line("grad", "x^2"),
    "grad -x^2": Line("grad", "-x^2"),
    "grad (x + 1)^2": Line("grad", "(x + 1)^2"),
    "  grad   x ": Line("grad", "x"),
    "grad(x)": Line("", "grad(x)"),
    "grad = 3": Line("", "grad = 3"),
    "grad == 3": Line("", "grad == 3"),
    "grad*2": Line("", "grad*2"),
    "grad * 2": Line("", "grad * 2"),
    "grad + 2": Line("", "grad + 2"),
    "grad - 2": Line("", "grad - 2"),
    "grad, 2": Line("", "grad, 2"),
    "gradient x": Line("", "gradient x"),
    "x": Line("", "x"),
    "3 grad": Line("", "3 grad"),
    "?": Line("?", ""),
    "?sin": Line("?", "sin"),
    "? sin": Line("?", "sin"),
    "": Line("", ""),
    "tree": Line("", "tree"),  # a name that has a meaning
    "tree x": Line("tree", "x"),
    "grad()": Line("grad", ""),
    " grad() ": Line("grad", ""),
    "tree()": Line("", "tree()"),
    "grad(": Line("", "grad("),
    "f()": Line("", "f()"),
    "tree - x": Line("", "tree - x"),
}


@pytest.mark.parametrize(("text", "line"), LINES.items())
def test_a_word_is_told_from_a_formula(text: str, line: Line) -> None:
    found = taken_apart(text, ["grad", "tree", "?"], ["tree"])
    assert (found.word, found.rest) == line


REQUESTS = {
    "": Request("", []),
    "x*y": Request("x*y", []),
    "x*y --wrt x": Request("x*y", ["--wrt", "x"]),
    "--wrt x": Request("", ["--wrt", "x"]),
    "x - -y": Request("x - -y", []),
    "x y a=1 b=2": Request("x y", ["--set", "a=1", "--set", "b=2"]),
    "x*y a=1 --trace": Request("x*y", ["--set", "a=1", "--trace"]),
    "J=3u": Request("J=3u", []),
    "J=3u u=2": Request("J=3u", ["--set", "u=2"]),
    "u=2": Request("", ["--set", "u=2"]),
    "J = 3u": Request("J = 3u", []),
    "v = b*c; 3v": Request("v = b*c; 3v", []),
    "v = b*c; u=2": Request("v = b*c; u=2", []),
    "v = b*c;u=2": Request("v = b*c;u=2", []),
    "a=1; b=2;": Request("", ["--set", "a=1", "--set", "b=2"]),
    "a=1;b=2": Request("", ["--set", "a=1", "--set", "b=2"]),
    "x*y x=1; y=2": Request("x*y", ["--set", "x=1", "--set", "y=2"]),
    "A=[1, 2; 3, 4]": Request("A=[1, 2; 3, 4]", []),
    "a=1;;b=2": Request("", ["--set", "a=1", "--set", "b=2"]),
    '"x*y" "y*x"': Request("x*y", ["y*x"]),
    "x*y -o 'a b.txt'": Request("x*y", ["-o", "a b.txt"]),
}


@pytest.mark.parametrize(("text", "expected"), REQUESTS.items())
def test_a_formula_is_told_from_options_and_values(text: str, expected: Request) -> None:
    assert request(text) == expected


UNFINISHED = {
    "": False, "x": False, "x +": False, "3(a": True, "3(a +\nb": True, "3(a +\nb)": False,
    "[1, (2]": True, "f(x) # (": False, "# (": False, "3)": False, "grad 3(": True,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), UNFINISHED.items())
def test_open_brackets_go_on(text: str, *, expected: bool) -> None:
    assert is_unfinished(text) is expected


LINE_BY_LINE = {
    "": [], "x": ["x"], "a = 1\nb = 2": ["a = 1", "b = 2"], "3*(a\n+ b)": ["3*(a + b)"],
    "a = 1;\n\nb": ["a = 1;", "b"], "f(x) # a (\ng(x)": ["f(x)", "g(x)"],
    "max(a,\n b,\n c)\nd": ["max(a, b, c)", "d"], "# only": ["# only"],
    "grad (x\n+ 1)\nx = 2\ngrad": ["grad (x + 1)", "x = 2", "grad"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "lines"), LINE_BY_LINE.items())
def test_several_lines_are_single_ones_where_no_more_is_shown(text: str, lines: list[str]) -> None:
    assert line_by_line(text) == lines


COMPLETED = {
    "gr": ("gr", ["grad", "graph"]),
    "arct": ("arct", ["arctan(", "arctan2(", "arctanh("]),
    "3*arctan": ("arctan", ["arctan(", "arctan2(", "arctanh("]),
    "wei": ("wei", ["weight"]),
    "grad 2*wei": ("wei", ["weight"]),
    "long_one*2 + lon": ("lon", ["long_one"]),
    "grad x --wr": ("--wr", ["--wrt"]),
    "trace speed*t --sp": ("--sp", ["--speed"]),
    "diff x --ord": ("--ord", ["--order"]),
    "help eval_l": ("eval_l", ["eval_laguerre", "eval_legendre"]),
    "help bud": ("bud", ["budget"]),
    "help arctan": ("arctan", ["arctan2", "arctanh"]),
    "graph x --theme da": ("da", ["dark"]),
    "graph x --theme=da": ("--theme=da", ["--theme=dark"]),
    "descend x^2 --update ": ("", ["simultaneous", "in-place", "refresh"]),
    "eval --color ": ("", ["auto", "always", "never"]),
    "x^2 --format p": ("p", ["png", "pdf"]),
    "table 3(a+bc) --get dout/d": (
        "dout/d",
        ["dout/da", "dout/db", "dout/dc", "dout/dv1", "dout/dv2"],
    ),
    "y = speed*weight --wrt s": ("s", ["speed"]),
    "paths weight*t --get": ("--get", []),
    "net --act rel": ("rel", ["relu"]),
    "schema bud": ("bud", ["budget"]),
    "functions arct": ("arct", ["arctan", "arctan2", "arctanh"]),
    "eval 1 + --theme": ("--theme", []),
    "load st": ("st", ["steps.grad"]),
    "load fol": ("fol", ["folder/"]),
    "load nowhere/": ("nowhere/", []),
    "save -o": ("-o", []),
    "3*": ("", None),
    "3": ("", None),
    "nothing_like_it": ("nothing_like_it", []),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("text", "expected"), COMPLETED.items())
def test_what_is_begun_is_completed(text: str, expected: tuple[str, list[str] | None]) -> None:
    talk = Talk()
    talk("weight = 2")
    begun, texts = completions(text, talk.session)
    assert begun == expected[0]
    if expected[1] is None:
        assert "weight" in texts
    else:
        assert texts == expected[1]


def test_the_overview_has_every_word_and_fits() -> None:
    for columns in (40, 60, 80, 120):
        assert max(map(len, overview(columns).splitlines())) <= columns
        assert len(greeting(columns)) <= columns
    assert all(word.usage in overview(80) for word in WORDS.values() if word.usage[0] not in "?e")


def test_every_command_on_a_program_takes_the_names_that_stay() -> None:
    talk = Talk()
    talk("x = 2; y = 3")
    for name in ("eval", "paths --wrt x", "diff", "graph", "jac", "hess", "check", "tree"):
        word, _, options = name.partition(" ")
        assert "!" not in talk(f"{word} x*y {options}"), name
    assert "unknown" not in talk("nudge x*y --x +0.1")


def test_a_long_program_is_learnt_in_time_proportional_to_it() -> None:
    calls = {}
    for count in (200, 400):
        memory = Memory()
        text = "\n".join(f"v{n} = v{n - 1} + {n}" for n in range(2, count))
        profile = cProfile.Profile()
        profile.runcall(memory.learn, f"v1 = x\n{text}")
        profile.runcall(memory.program)
        calls[count] = pstats.Stats(profile).total_calls
    assert calls[400] < 2.3 * calls[200]


# --- History ------------------------------------------------------------------------------------


def test_history_is_kept_in_the_state_folder(tmp_path: Path) -> None:
    file = place({"XDG_STATE_HOME": str(tmp_path / "state")})
    assert file is not None
    history = History(file)
    for entry in ("a = 1", "J = 3(a +\nb)", "J = 3(a +\nb)", "  ", "α + β"):
        history.add(entry)
    assert History(file).entries == ["a = 1", "J = 3(a +\nb)", "α + β"]
    if os.name == "posix":
        assert os.stat(file).st_mode & 0o777 == 0o600


PLACES = {
    "the state folder": ({"XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/gradcli/history"),
    "the home": ({"HOME": "/h"}, "/h/.local/state/gradcli/history"),
    "not a folder that depends on where one is": (
        {"XDG_STATE_HOME": "s", "HOME": "/h"}, "/h/.local/state/gradcli/history",
    ),
    "no home": ({}, None),
    "a home that is none": ({"HOME": "h"}, None),
}  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="other systems have other folders")
@pytest.mark.parametrize(("variables", "expected"), PLACES.values(), ids=PLACES)
def test_the_place_of_the_history(variables: dict[str, str], expected: str | None) -> None:
    assert place(variables) == expected


@pytest.mark.skipif(os.name != "posix", reason="pipes and links are those of POSIX")
def test_a_place_that_cannot_be_used_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for name in ("pipe", "folder", "file/history", "\0", "/proc/nowhere/history"):
        history = History(os.path.join(tmp_path, name))
        history.add("a = 1")
        assert history.entries == ["a = 1"]
        assert history.file is None
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"
    history = History(None)
    history.add("a = 1")
    assert history.entries == ["a = 1"]


def test_a_history_of_others_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = tmp_path / "history"
    file.write_bytes(b"a = 1\n\xff\xfe\n\n\tb\nc")
    assert History(str(file)).entries == ["a = 1", "\ufffd\ufffd", "\nb", "c"]


def test_an_endless_history_is_shortened(tmp_path: Path) -> None:
    file = tmp_path / "history"
    file.write_text("".join(f"x^{n}\n" for n in range(3 * MOST)), encoding="utf-8")
    assert History(str(file)).entries[-1] == f"x^{3 * MOST - 1}"
    assert len(file.read_text(encoding="utf-8").splitlines()) == MOST


# --- A terminal ---------------------------------------------------------------------------------


PATIENCE = 60
"""Seconds until a test gives up: no test waits for them where all is well."""


CONTROL = r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x1b\].*?\x07"


class Screen:
    """gradcli on a terminal of its own; what it shows is read until it has come."""

    def __init__(self, folder: Path, columns: int) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._child, self._master = pty.fork()
        if self._child == 0:
            os.chdir(folder)
            variables = {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "TERM": "xterm"}
            variables |= {"XDG_STATE_HOME": str(folder), "PROMPT_TOOLKIT_NO_CPR": "1"}
            variables |= {"COLUMNS": f"{columns}", "NO_COLOR": "1"}
            command = [sys.executable, "-m", "gradcli"]
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell takes it from what runs behind
            os.execve(sys.executable, command, os.environ | variables)  # noqa: S606  (no shell)
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def types(self, text: str) -> None:
        os.write(self._master, text.encode())

    def interrupts(self) -> None:
        """Press Ctrl-C, as often as a person would, until something comes of it.

        What readline is told by Ctrl-C while it shows a letter, it does with the next signal or
        line: CPython looks for signals where that interrupts its waiting, and nowhere else.
        """
        for _ in range(10):
            self.types("\x03")
            if select.select([self._master], [], [], PATIENCE / 10)[0]:
                return
        raise AssertionError(self._text)

    def shows(self, text: str) -> str:
        """All that came until a text did."""
        while text not in self._text:
            ready, _, _ = select.select([self._master], [], [], PATIENCE)
            assert ready, self._text
            # What comes may end within a character, or within a sequence of control.
            self._text = re.sub(CONTROL, "", self._text + self._decoder.decode(self._read()))
        before, _, self._text = self._text.partition(text)
        return before

    def _read(self) -> bytes:
        with suppress(OSError):  # the other end is closed
            return os.read(self._master, 4096)
        return b""

    def leaves(self) -> int:
        """The exit code; all that is still shown is read, or it would be waited for."""
        while select.select([self._master], [], [], PATIENCE)[0] and self._read():
            pass
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return os.waitstatus_to_exitcode(status)

    def closes(self) -> None:
        """Take the terminal away, whatever the program is at."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
        os.close(self._master)


BROKEN = "raise ImportError"
"""What stands in the place of prompt_toolkit where lines are read without it."""

READERS = ["plain", *(["toolkit"] if find_spec("prompt_toolkit") else [])]


@pytest.fixture(name="screen", params=[(name, n) for name in READERS for n in (80, 40)], ids=str)
def _screen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Screen]:
    reader, columns = request.param
    if reader == "plain":
        (tmp_path / "prompt_toolkit.py").write_text(BROKEN, encoding="utf-8")
    screen = Screen(tmp_path, columns)
    yield screen
    screen.closes()


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="terminals are those of POSIX")
def test_the_prompt_on_a_terminal(screen: Screen, tmp_path: Path) -> None:
    screen.shows("gradcli ")
    screen.shows("> ")
    screen.types("a = 2; b = 3\r")
    screen.types("4(a*b)\r")
    screen.shows("24")
    screen.types("grad\r")
    screen.shows("∂out/∂b = 4*a = 8")
    screen.types("1 + sine(a)\r")
    screen.shows("did you mean sin?")
    screen.shows(">")
    screen.types("12345")
    screen.shows("5")
    screen.interrupts()  # gives the line up, and no more
    screen.shows(">")
    screen.types("5(a +\r")
    screen.types("b)\r")
    screen.shows("25")
    screen.shows(">")
    screen.types("\x04")
    assert screen.leaves() == 0
    history = (tmp_path / "gradcli" / "history").read_text(encoding="utf-8")
    assert history == "a = 2; b = 3\n4(a*b)\ngrad\n1 + sine(a)\n5(a +\n\tb)\n"


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="terminals are those of POSIX")
def test_what_is_typed_before_the_prompt_is_ready_is_not_lost(screen: Screen) -> None:
    screen.types("1000 + 234\rquit\r")
    screen.shows("1234")
    assert screen.leaves() == 0


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="terminals are those of POSIX")
def test_ctrl_c_stops_a_computation_and_no_more(screen: Screen) -> None:
    screen.shows("> ")
    screen.types("descend (x - y)^2 x=0 y=1 --lr 1e-9 --steps 10000000\r")
    screen.shows("step ")  # that it is at work is shown
    screen.types("\x03")
    screen.types("1000 + 234\r")
    screen.shows("1234")
    screen.types("exit\r")
    assert screen.leaves() == 0


if __name__ == "__main__":
    import tempfile

    def answered_alone(conversation: str) -> str:
        with tempfile.TemporaryDirectory() as name:
            os.chdir(name)
            write_files(Path(name))
            return answered(conversation)

    for file in CASES:
        parts = map(answered_alone, conversations(file))
        file.write_text("--------\n".join(parts), encoding="utf-8")


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize(
    "line", ["grad", "tree", "trace", "table", "eval", "x^2", "grad x^2", "x=3"]
)
def test_the_options_of_what_shows_a_formula_are_told(line: str, option: str) -> None:
    page = Talk()(f"{line} {option}")
    assert page.startswith("Usage: gradcli eval ")
    assert "--wrt NAMES" in page


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_page_at_the_prompt(name: str) -> None:
    assert Talk()(f"{name} --help").startswith(f"Usage: gradcli {name} ")


PASTED = {
    "h = w*x\nw = 2; x = 3\nh\ngrad\n": "h = 6\n∂h/∂w = x = 3\n∂h/∂x = w = 2\n",
    "grad x^2 x=3\n3*(\n4)": "∂out/∂x = 2*x = 6\n12\n",
    "grad (x^2 +\n x) x=3\n1 + 1": "∂out/∂x = 2*x + 1 = 7\n2\n",
    "# a remark\n2*3\n": "6\n",
    "1 + 1\nquit\n2 + 2": "2\n",
    "grad\n1 + 1": "! error: there is no formula yet",
}


@pytest.mark.parametrize(("text", "said"), PASTED.items())
def test_lines_put_in_at_once_are_answered_as_one_by_one(text, said):
    assert Talk()(text).startswith(said)
