"""Help pages fit the terminal, their examples run, and completion knows functions and options."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ROOT, call

from gradcli.cli.known import COMMANDS, find
from gradcli.graph.rules import table

PAGES = [[], *([name] for name in COMMANDS)]


def examples(page: list[str]) -> list[str]:
    """The example commands of a help page."""
    text = call(*page, "--help", variables={"COLUMNS": "200"}).out
    return re.findall(r"^ *((?:echo .*)?gradcli .*)$", text.partition("Examples:")[2], re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=str)
@pytest.mark.parametrize("columns", [40, 80, 200])
def test_help_fits_the_terminal(page: list[str], columns: int) -> None:
    code, out, err = call(*page, "--help", variables={"COLUMNS": str(columns)})
    assert (code, err) == (0, "")
    prose = [line for line in out.splitlines() if "gradcli" not in line]
    assert max(map(len, prose)) <= min(columns, 80)


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_help_has_examples(page: list[str]) -> None:
    assert examples(page)


EXAMPLES = [example for page in PAGES for example in examples(page)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_help_run(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, _, command = example.rpartition(" | ")
    stdin = text.removeprefix("echo ").strip('"').encode()
    words = shlex.split(command)[1:]
    if "-o" in words:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "examples").symlink_to(ROOT / "examples")
    called = call(*words, stdin=stdin)
    assert called.code == 0
    assert called.out or {*tmp_path.iterdir()} > {tmp_path / "examples"}


def test_h_is_help() -> None:
    assert call("-h") == call("--help")
    assert call("eval", "-h") == call("eval", "--help")


def test_the_summary_of_a_command_is_that_of_its_page() -> None:
    overview = " ".join(call("--help").out.split())
    for name, summary in COMMANDS.items():
        assert f"{name} {summary}" in overview
        assert call(name, "--help").code == 0


def complete(line: str, shell: str = "bash", separator: str = " ") -> list[str]:
    """What a shell is told that a command line can go on with."""
    variables = {
        "_GRADCLI_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(separator)) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from gradcli.cli.main import main; main()"],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


COMPLETED = {
    "gradcli ": [*COMMANDS, "help"],
    "gradcli he": ["hess", "help"],
    "gradcli help ev": ["eval"],
    "gradcli 3*hypo": ["3*hypot(", "3*hypot(x,y)"],
    "gradcli eval 3(a+b*c) --a 1 --b": ["--b"],
    "gradcli 3(a+b*c) --c": ["--c", "--color"],
    "gradcli 3(a+bc) a=1 --b": ["--b"],
    "gradcli eval x*all --al": ["--along", "--all"],  # ours, not the variable
    "gradcli eval x*y --x --y": ["--y"],  # the value of x is not there yet
    "gradcli eval x*( --x": [],
    "gradcli eval J=3(a+b*c) --get dJ/": ["dJ/da", "dJ/db", "dJ/dc", "dJ/dv1", "dJ/dv2"],
    "gradcli eval J=a*b --get ": ["J", "dJ/da", "dJ/db", "a", "b"],
    "gradcli eval v=b*c;J=3(a+v) --wrt a,": ["a,b", "a,c", "a,v", "a,v1"],
    "gradcli paths v=b*c;J=3(a+v) --wrt v": ["v", "v1"],
    "gradcli graph v=b*c;3v --focus v": ["v"],
    "gradcli eval a*b --a=1 --set ": ["b="],
    "gradcli eval w[1,2]*x --w": ["--w[1,2]", "--wrt"],
    "gradcli eval -f examples/lesson.grad --get dJ/da": ["dJ/da"],
    "gradcli eval examples/lesson.grad --get dJ/da": ["dJ/da"],
    "gradcli examples/lesson.grad --b": ["--b"],
    "gradcli eval -f nowhere.grad --get ": [],
    "gradcli eval --get ": [],
    "gradcli graph x --direction ": ["right", "down"],
    "gradcli code x --target p": ["python", "polars"],
    "gradcli map k*x examples/points.csv --keep d": ["day"],
    "gradcli map k*x examples/points.csv --keep x,": ["x,day", "x,y"],
    "gradcli map k*x nowhere.csv --keep d": [],
    "gradcli ev": ["eval"],
    "gradcli --ver": ["--version"],
    "gradcli eval --pre": ["--precision"],
    "gradcli eval x --a 1 --js": ["--json"],
    "gradcli eval x --a --js": ["--json"],
    "gradcli eval arctan": [
        "arctan(",
        "arctan(x)",
        "arctan2(",
        "arctan2(y,x)",
        "arctanh(",
        "arctanh(x)",
    ],
    "gradcli eval 3*hypo": ["3*hypot(", "3*hypot(x,y)"],
    "gradcli eval 3*(a+tanh": ["3*(a+tanh(", "3*(a+tanh(x)"],
    "gradcli eval --a 1 log10": ["log10(", "log10(x)"],
    "gradcli eval 3*": [],
    "gradcli eval 3*nothing": [],
    "gradcli eval mu": [],  # an operator has a sign, and is not called
    "gradcli functions cbr": ["cbrt"],
    "gradcli schema ev": ["eval", "eval/2"],
}


FREE = {
    *["ADDRESS", "CLAIM", "COLUMN=NAME", "COLUMNS", "CONDITION", "FILE", "FOLDER", "GRADIENT", "K"],
    *["LENGTH", "N", "NAME,NAME=R", "NUMBER", "P", "RATE", "SIZES", "T", "TEXT", "VECTOR", "X"],
}
"""What stands for values that nobody could list."""


def test_every_value_that_is_one_of_some_is_completed() -> None:
    missing = {
        f"{name} {param.opts[0]} {param.metavar}"
        for name in COMMANDS
        for param in find(name).load().params
        if param.param_type_name == "option" and not param.is_flag
        if not vars(param)["_custom_shell_complete"] and not hasattr(param.type, "choices")
        if param.metavar not in FREE
    }
    assert missing == set()


@pytest.mark.process
@pytest.mark.parametrize(("line", "words"), COMPLETED.items(), ids=COMPLETED)
def test_completion(line: str, words: list[str]) -> None:
    assert complete(line) == words


# Bash splits words at an equals sign, and takes what is offered for what stands behind it.
SPLIT = {
    "gradcli\nJ=a*b\n--get\n=\ndJ/d": ["dJ/da", "dJ/db"],
    "gradcli\neval\nJ=a*b\n--get\n=": ["J", "dJ/da", "dJ/db", "a", "b"],
    "gradcli\neval\na*b\na\n=\n1\n--": ["--b"],
    "gradcli\neval\na*b\n--a\n=\n1\n--b": ["--b"],
    "gradcli\neval\n'a = b; a*c'\n--": ["--b", "--c"],
}


@pytest.mark.process
@pytest.mark.parametrize(("line", "words"), SPLIT.items(), ids=range(len(SPLIT)))
def test_completion_of_what_bash_has_split(line: str, words: list[str]) -> None:
    found = [word for word in complete(line, separator="\n") if word in words or "--" not in line]
    assert found == words


@pytest.mark.process
def test_no_apostrophe_is_left_to_a_shell() -> None:
    told = complete("gradcli eval x --", "zsh")
    assert [line for line in told if "program\u2019s own" in line]
    assert not [
        line for line in told if "'" in line.removeprefix("_arguments '*: :((").rstrip("')")
    ]


@pytest.mark.process
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_in_every_shell(shell: str) -> None:
    assert any("arctan2(" in word for word in complete("gradcli eval arct", shell))
    assert any("--b" in word for word in complete("gradcli eval a*b --a 1 --b", shell))
    assert any("dJ/db" in word for word in complete("gradcli J=a*b --get dJ/d", shell))


@pytest.mark.process
def test_every_function_is_completed() -> None:
    for first in sorted({name[0] for name in table().names()}):
        names = {f"{name}(" for name in table().names() if name.startswith(first)}
        assert names <= set(complete(f"gradcli eval {first}"))


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
@pytest.mark.parametrize("more", [["foo"], ["bash"], ["eval", "x"]], ids=str)
def test_completion_is_not_installed_beside_other_words(
    option: str, more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    called = call(option, *more)
    assert (called.code, called.out) == (2, "")
    assert "takes no value" in called.err
    assert list(tmp_path.iterdir()) == []


def test_completion_can_be_installed() -> None:
    out = call("--help").out
    assert "--install-completion" in out
    assert "--show-completion" in out


def test_a_page_is_asked_for_in_both_ways_though_a_line_was_tried_before() -> None:
    """In one process, as at the prompt, a command may be rehearsed before it is ever called."""
    vars(find("diff")).pop("_loaded", None)
    assert "gradcli diff" in call("eval", "d/dx(x^2)").err
    for option in ("-h", "--help"):
        page = call("diff", option)
        assert page.code == 0
        assert "-h, --help" in page.out
