"""Commands and views are known wherever they have to be, and every test of them all asks each."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from registries_of_commands import REGISTRIES, forgotten

from gradcli.cli import app
from gradcli.cli.command import Command
from gradcli.cli.known import COMMANDS, find
from gradcli.cli.parameters import Annotated, valued
from gradcli.cli.task import Task
from gradcli.cli.view import JSON, View, page

TESTS = Path(__file__).parent
TABLES = ("test_commands.py", "test_commands_random.py", "test_cli_help.py")
"""The files whose tests iterate over all commands."""

Planted = Annotated[str | None, valued("--view", "PLANT", "Planted.")]


def planted() -> Command:
    """A command that is registered nowhere."""
    views = {"page": View(page("table")), "seen": View(page("table"), option=Planted), "json": JSON}
    command = Command(views, "Examples:")

    @command
    def plant(
        task: Task, *, name: Annotated[str | None, valued("--plant", "NAME", "Planted.")] = None
    ) -> None:
        del task, name

    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_known_everywhere(name: str) -> None:
    assert forgotten(name, find(name)) == {}


def test_a_planted_command_is_named_by_every_registry() -> None:
    assert {*forgotten("planted", planted())} == {*REGISTRIES, "ways to ask"}


def test_a_planted_view_is_named_by_every_registry_that_has_views() -> None:
    views = {**find("eval").views, "seen": View(page("table"), option=Planted)}
    command = Command(views, find("eval").load().epilog)
    command(lambda task: None)
    found = forgotten("eval", command)
    assert [each for each in found["doors"] if "--view" in each]
    assert [each for each in found["descriptions"] if "--view" in each]
    assert [each for each in found["random words"] if "PLANT" in each]
    assert found["ways to ask"]


# --- The tests that iterate ---------------------------------------------------------------------


def asked(module: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each parametrized test of a file, and what it is asked for."""
    for name, test in module.items():
        for mark in getattr(test, "pytestmark", ()) if name.startswith("test_") else ():
            if mark.name == "parametrize":
                for given in mark.args[1]:
                    yield name, repr(given)


def asking(file: str, words: list[str]) -> set[str]:
    """The tests of a file that are asked with each of some words."""
    found = [*asked(runpy.run_path(str(TESTS / file)))]
    names = {name for name, _ in found}
    return {
        name
        for name in names
        if all(any(repr(word) in given for at, given in found if at == name) for word in words)
    }


@pytest.mark.parametrize("file", TABLES)
def test_a_planted_command_is_asked_whatever_all_are(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("planted")
    module.command = planted()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gradcli.cli.commands.planted", module)
    # A page for a browser and a sheet have no JSON, and are not laid out for a terminal.
    programs = [name for name in COMMANDS if {"json"} <= find(name).views.keys()]
    programs = [name for name in programs if find(name).takes_program]
    monkeypatch.setitem(app.COMMANDS, "planted", "Planted.")
    questions = asking(file, programs)
    assert len(questions) >= {"test_commands.py": 15}.get(file, 1)
    assert asking(file, ["planted"]) >= questions


def test_a_planted_view_is_asked_whatever_all_are(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [name for name, view in find("eval").views.items() if view.endings[0] == ".txt"]
    monkeypatch.setitem(find("eval").views, "seen", View(page("table"), "Planted."))
    questions = asking("test_commands.py", pages)
    assert len(questions) >= 8
    assert asking("test_commands.py", ["seen"]) >= questions
