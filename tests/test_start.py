"""What `gradcli` alone shows to begin with: ten lines, each of which works as it is typed."""

from __future__ import annotations

import shlex

import pytest
from command_line import call

from gradcli.cli.start import START

LINES = [line.strip() for line in START.splitlines()[2:]]


def test_there_are_ten_lines_that_fit_a_terminal() -> None:
    assert call() == call("--") == (0, f"{START}\n", "")
    assert len(START.splitlines()) == 10
    assert max(map(len, START.splitlines())) <= 80


@pytest.mark.parametrize("line", LINES)
def test_each_of_them_works(line: str) -> None:
    command, _, _ = line.partition("   ")
    text, _, words = command.rpartition(" | ")
    stdin = text.removeprefix("echo ").strip('"').encode()
    called = call(*shlex.split(words)[1:], stdin=stdin)
    assert called.code == 0
    assert called.out


def test_help_is_the_page_of_a_command_or_the_line_of_a_function() -> None:
    assert call("help") == call("--help") == call("help", "--help")
    assert call("help", "eval") == call("eval", "--help")
    assert call("help", "cbrt") == call("functions", "cbrt")
    assert call("help", "sin(x)") == call("help", "sin") == call("functions", "sin")
    assert call("help", "evl").code == call("help", "eval", "diff").code == 2
