"""The ways that the architecture tells: each is gone, and every file that it names is met."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from command_line import ROOT, call

import gradcli

PACKAGE = Path(gradcli.__file__).parent
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CHAPTER = TEXT.partition("## The way of a formula\n")[2].partition("\n## ")[0]

SELDOM = {"evaluation/diagnose.py"}
"""What is named on a way for numbers that are not ordinary."""

MOST_FILES = 8
"""A way that needs more is none that a stranger finds."""


def _of_command(words: list[str], folder: Path) -> None:
    (folder / "points.csv").write_text("x,y\n1,2\n3,4\n", encoding="utf-8")
    given = [str(folder / each) if each.endswith((".csv", ".svg")) else each for each in words]
    assert call(*given).code == 0


def _of_function(folder: Path) -> None:
    del folder
    function = gradcli.function("3*(a+b*c)")
    for at in range(120):
        function.grad(1, 2, at)


def ways() -> Iterator[tuple[str, list[str], Callable[[Path], None]]]:
    """Each way: what is typed, the files that are named, and what goes it."""
    first, *others = re.split(
        r"^- ", CHAPTER.partition("What a command does not")[0], flags=re.MULTILINE
    )
    for told in (first, *others):
        typed, *names = re.findall(r"`([^`]+)`", told)
        files = [each for each in names if re.fullmatch(r"[\w/]+\.py", each)]
        if typed.startswith("gradcli."):
            yield typed, files, _of_function
        else:
            words = [each.strip('"') for each in re.findall(r'"[^"]*"|\S+', typed)][1:]
            yield typed, files, lambda folder, words=words: _of_command(words, folder)


@contextmanager
def met() -> Iterator[set[str]]:
    """The files of ours in which a function is called meanwhile."""
    found: set[str] = set()

    def look(frame: FrameType, event: str, given: object) -> None:
        del given
        if event == "call" and frame.f_code.co_name != "<module>":
            found.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(before)


WAYS = [*ways()]


@pytest.mark.parametrize(("typed", "files", "go"), WAYS, ids=[typed for typed, *_ in WAYS])
def test_every_file_that_a_way_names_is_met(
    typed: str, files: list[str], go: Callable[[Path], None], tmp_path: Path
) -> None:
    assert len(files) <= MOST_FILES + (typed == WAYS[0][0])
    with met() as found:
        go(tmp_path)
    inside = {Path(each).relative_to(PACKAGE).as_posix() for each in found
              if each.startswith(str(PACKAGE))}  # fmt: skip
    assert {*files} - SELDOM <= inside
    assert not SELDOM & inside


def test_all_ways_are_gone() -> None:
    commands = [typed.removeprefix("gradcli").split()[0] for typed, *_ in WAYS]
    assert [each.partition("(")[0] for each in commands] == [
        *("eval", "diff", "graph"),
        *(".function", "map"),
    ]
