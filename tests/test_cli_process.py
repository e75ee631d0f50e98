"""The command line as a process: streams that are closed, full or gone, signals, and start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, process

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(os.name != "posix", reason="signals and devices are those of POSIX"),
]

LESSON = ("eval", "3*(a+b*c)", "--a", "1", "--b", "2", "--c", "3")

# What a shell does to the streams, with the exit code and what is on stderr.
STREAMS = {
    "closed stdout": (LESSON, ">&-", 1, "cannot write the result: the standard output is closed"),
    "full stdout": (LESSON, ">/dev/full", 1, "cannot write the result: no space left on device"),
    "full for help": (("--help",), ">/dev/full", 1, "no space left on device"),
    "full file": ((*LESSON, "-o", "/dev/full"), "", 1, "cannot write '/dev/full': no space left"),
    "closed stderr": (("eval", "x"), "2>&-", 3, ""),
    "full stderr": (("eval", "x"), "2>/dev/full", 3, ""),
    "all closed": (("eval", "x"), "<&- >&- 2>&-", 3, ""),
    "closed stdin": (("eval", "-"), "<&-", 2, "cannot read the standard input: it is closed"),
    "binary stdin": (("eval", "-"), "</bin/sh", 2, "the standard input is not UTF-8 text"),
    "endless stdin": (("eval", "-"), "</dev/zero", 2, "the standard input is longer than 16 MB"),
    "endless file": (("eval", "-f", "/dev/zero"), "", 2, "'/dev/zero' is longer than 16 MB"),
    "endless values": (("eval", "x", "--vars", "/dev/zero"), "", 2, "longer than 16 MB"),
}


@pytest.mark.parametrize(("words", "redirect", "code", "message"), STREAMS.values(), ids=STREAMS)
def test_streams(words: tuple[str, ...], redirect: str, code: int, message: str) -> None:
    done = process(*words, redirect=redirect)
    assert done.returncode == code
    assert message in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 3


@pytest.mark.parametrize("view", [[], ["--json"], ["--trace"]])
def test_a_reader_that_goes_away(view: list[str]) -> None:
    done = process(*LESSON, *view, redirect='| true; exit "${PIPESTATUS[0]}"')
    assert done.returncode in {0, 141}  # 0 if it was quicker than the reader
    assert done.stderr == b""


def test_a_reader_that_goes_away_in_the_middle() -> None:
    source = "+".join(f"sin(x*{n})" for n in range(2000))
    words = ("eval", source, "--x", "1", "--all")
    done = process(*words, redirect='| head -n 1; exit "${PIPESTATUS[0]}"')
    assert done.returncode == 141
    assert done.stderr == b""


INTERRUPTED = """
import os, signal, sys

class Keyboard:
    buffer = property(lambda self: self)
    isatty = lambda self: False
    read = lambda self, size: os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have had it ignored
sys.stdin = Keyboard()
from gradcli.cli.main import main
main()
"""


@pytest.mark.parametrize("words", [("eval", "-"), ("eval", "-", "--json")])
def test_ctrl_c(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.stdout == b""
    if "--json" in words:
        assert json.loads(done.stderr)["kind"] == "interrupted"
    else:
        assert done.stderr == b"error: interrupted\n"
    assert done.returncode == 130


def test_bytes_that_are_no_characters() -> None:
    for words in ((b"x\xff",), (b"x", b"--\xff", b"1"), (b"x", b"--x", b"\xff"), (b"-f", b"\xff")):
        done = process("eval", *map(os.fsdecode, words))
        assert done.returncode in {2, 3}
        assert rb"\udcff" in done.stderr
        assert b"Traceback" not in done.stderr


def test_an_encoding_without_the_signs() -> None:
    variables = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "gradcli", "eval", "σ*x²", "--σ", "2", "--x", "3", "--trace"]
    done = subprocess.run(command, env=variables, capture_output=True, check=True, text=True)
    assert done.stdout.isascii()
    assert r"\u03c3" in done.stdout


def test_a_megabyte_of_text(tmp_path: Path) -> None:
    file = tmp_path / "long.grad"
    file.write_text("x" + " + 1/(2 + x)" * 85_000)
    done = process("eval", "-f", str(file), "--x", "1", "--get", "out")
    assert done.stderr == b""
    assert float(done.stdout) == pytest.approx(1 + 85_000 / 3)


def test_ten_thousand_brackets() -> None:
    done = process("eval", "(" * 10_000 + "x" + ")" * 10_000, "--x", "1", "--get", "d/dx")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"1\n", b"")


ENGINE = {"rich", "numpy", "lark", "gradcli.graph", "gradcli.engine", "gradcli.evaluation.solve"}
"""What is loaded for formulas only."""

# What a command must not import: it would make it slow to start.
UNNEEDED = {
    "eval 3*(a+b*c) --a 1 --b 2 --c 3 --json": {
        "rich",
        "numpy",
        "lark",
        "array",
        "binascii",
        "gradcli.calculus.together",
        "gradcli.cli.app",
        "gradcli.cli.assignments",
        "gradcli.cli.rehearsal",
        "gradcli.engine.functions",
        "gradcli.engine.lowering",
        "gradcli.engine.schedule",
        "gradcli.evaluation.foreign",
        "gradcli.evaluation.nodes",
        "gradcli.graph.domains",
        "gradcli.graph.people",
        "gradcli.graph.refusals",
        "gradcli.hints",
        "gradcli.syntax.substitute",
        "gradcli.views.lines.page",
    },
    "eval 3*(a+b*c) --a 1 --b 2 --c 3 --get out": {
        "rich",
        "numpy",
        "lark",
        "gradcli.views.lines.page",
    },
    "eval 1/2x --x 1 --get out": {"rich", "numpy", "lark"},  # with a note on stderr
    "eval 3*(a+b*c) --a 1 --b 2 --c 3": {"rich.tree", "numpy", "lark"},
    "eval 3*(a+b*c) --a 1 --b 2 --c 3 --trace": {"rich.console", "numpy", "lark"},
    "functions": {"rich.table", "rich.text", "rich.console", "numpy", "lark"},
    "functions sin --json": {"rich", "numpy", "lark"},
    "schema": ENGINE,
    "--help": ENGINE,
    "eval --help": ENGINE,
    "--version": {"rich", "numpy", "lark", "gradcli.graph", "gradcli.cli.commands.eval"},
}


def imported(code: str) -> set[str]:
    """The modules that are loaded after some code has run."""
    report = "import sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        text=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(("command", "unneeded"), UNNEEDED.items(), ids=UNNEEDED)
def test_a_command_imports_only_what_it_needs(command: str, unneeded: set[str]) -> None:
    modules = imported(f"from gradcli.cli.run import run\nassert run({command.split()!r}) == 0")
    assert not modules & unneeded


def test_completion_imports_no_engine() -> None:
    variables = (
        '"_GRADCLI_COMPLETE": "complete_bash", "COMP_WORDS": "gradcli eval si", "COMP_CWORD": "2"'
    )
    code = (
        f"import os\nos.environ.update({{{variables}}})\nfrom gradcli.cli.run import run\nrun([])"
    )
    modules = imported(code)
    assert not modules & {
        "rich",
        "numpy",
        "lark",
        "gradcli.engine.interpreter",
        "gradcli.evaluation.solve",
    }


def test_the_library_imports_no_command_line() -> None:
    code = "import gradcli\ngradcli.evaluate('3*(a+b*c)', a=1, b=2, c=3).to_dict()"
    assert not imported(code) & {"typer", "rich", "numpy", "lark", "gradcli.cli", "gradcli.views"}


def test_importing_the_library_imports_nothing_of_it() -> None:
    modules = imported("import gradcli")
    assert [name for name in modules if name.startswith("gradcli")] == ["gradcli"]
    assert "typing" not in modules


PIPED = {
    "a pipe": ("echo 'x*y' | gradcli x=2 y=3 --get out", 0, "6\n"),
    "a pipe for a command": ("echo 'x*y' | gradcli eval --x 2 --y 3 --get out", 0, "6\n"),
    "a pipe and its sign": ("echo 'x*y' | gradcli eval - --x 2 --y 3 --get out", 0, "6\n"),
    "a pipe alone": ("echo '3*4' | gradcli", 0, "out = 3*4 = 12\n"),
    "a file": ("gradcli --x 2 --get out < program.grad", 0, "8\n"),
    "a pipe beside a formula is left alone": ("yes | gradcli x --x 3 --get out", 0, "3\n"),
    "an empty pipe": ("true | gradcli", 0, "gradcli: a formula goes in"),
    "an empty pipe for a command": ("true | gradcli eval --x 2", 2, ""),
    "a device": ("gradcli < /dev/null", 0, "gradcli: a formula goes in"),
    "a closed stream": ("gradcli <&-", 0, "gradcli: a formula goes in"),
    "a pipe without text": (r"printf '\377' | gradcli --x 2", 2, ""),
    "nobody reads": ("gradcli < /dev/null | true", 0, ""),
}
"""What a shell connects with the standard input, and what comes out."""


@pytest.mark.parametrize(("line", "code", "out"), PIPED.values(), ids=PIPED)
def test_a_pipe_is_read_where_no_formula_is_given(
    line: str, code: int, out: str, tmp_path: Path
) -> None:
    (tmp_path / "program.grad").write_text("x^3\n", encoding="utf-8")
    done = subprocess.run(
        ["/bin/bash", "-c", line.replace("gradcli", f"{sys.executable} -m gradcli", 1)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    assert done.stdout.startswith(out)
    assert bool(done.stderr) == bool(code)
