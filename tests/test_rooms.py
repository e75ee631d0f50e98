"""The rooms of the house: each imports only rooms to its left, and only `cli` touches the world."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "gradcli"

ROOMS = [
    "layout",
    "errors",
    "syntax",
    "graph",
    "calculus",
    "engine",
    "solve",
    "learn",
    "views",
    "cli",
]
"""From left to right; see the architecture."""

MEMBERS = {
    "errors": {"errors", "names"},
    "solve": {
        "solve",
        "solution",
        "bind",
        "report",
        "diagnose",
        "library",
        "factors",
        "paths",
        "path_sums",
        "letters",
        "formulas",
        "derived",
        "derive",
    },
    "cli": {"cli", "__main__"},
}
"""Rooms that are several modules of the package; each other is a package of its name."""

ALLOWED = {
    "layout": set(),
    "errors": set(),
    "syntax": {"lark"},
    "graph": set(),
    "calculus": set(),
    "engine": {"numpy"},
    "solve": {"numpy"},
    "learn": set(),
    "views": {"rich", "resvg_py"},
    "cli": {"typer"},
}
"""What a room may import that is neither Python's nor ours."""


class Import(NamedTuple):
    """A module that a file imports, and the line."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(PACKAGE.parent)}:{self.line} imports {self.module}"


def room_of(module: str) -> str:
    """The room of a module of ours: ``gradcli.graph.node`` is in ``graph``."""
    part = module.partition(".")[2].partition(".")[0]
    return next((room for room, members in MEMBERS.items() if part in members), part)


FILES = {
    path: room_of(".".join(["gradcli", *path.relative_to(PACKAGE).with_suffix("").parts]))
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"  # which only says where things are
}


def imports(path: Path) -> Iterator[Import]:
    """Every import of a file, those inside functions and for type checkers included."""
    for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(item, ast.Import):
            yield from (Import(path, item.lineno, alias.name) for alias in item.names)
        elif isinstance(item, ast.ImportFrom):
            assert item.level == 0, f"{path}:{item.lineno} is a relative import"
            module = item.module or ""
            inside = (f"{module}.{alias.name}" for alias in item.names)
            names = inside if module == "gradcli" else [module]
            yield from (Import(path, item.lineno, name) for name in names)


IMPORTS = [each for path in FILES for each in imports(path)]


def test_every_file_is_in_a_room() -> None:
    homeless = [str(path) for path, room in FILES.items() if room not in ROOMS]
    assert not homeless


def goes_right(room: str, module: str) -> bool:
    """Whether a module of ours lies to the right of the room that imports it."""
    return ROOMS.index(room_of(module)) > ROOMS.index(room)


def test_rooms_import_only_to_the_left() -> None:
    ours = [each for each in IMPORTS if each.module.startswith("gradcli.")]
    ours = [each for each in ours if room_of(each.module) != "__version__"]
    wrong = [each for each in ours if goes_right(FILES[each.file], each.module)]
    assert len(ours) > 100
    assert not list(map(str, wrong))


@pytest.mark.parametrize(
    ("room", "module", "right"),
    [
        ("graph", "gradcli.engine.interpreter", True),
        ("errors", "gradcli.syntax", True),
        ("views", "gradcli.cli.context", True),
        ("engine", "gradcli.bind", True),
        ("solve", "gradcli.library", False),
        ("cli", "gradcli.views.table", False),
        ("syntax", "gradcli.names", False),
    ],
)
def test_a_planted_import_is_found(room: str, module: str, right: bool) -> None:
    assert goes_right(room, module) == right


def test_rooms_import_only_what_they_may() -> None:
    wrong = []
    for each in IMPORTS:
        top = each.module.partition(".")[0]
        if top not in sys.stdlib_module_names | {"gradcli"}:
            wrong += [] if top in ALLOWED[FILES[each.file]] else [each]
    assert not list(map(str, wrong))


OUTSIDE = {"print", "input", "open", "exit", "quit", "breakpoint", "exec", "eval", "compile"}


def touches(path: Path) -> Iterator[str]:
    """Where a file prints, reads, leaves, or runs text as code."""
    for item in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = item.func if isinstance(item, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in OUTSIDE:
            yield f"{path.relative_to(PACKAGE)}:{called.lineno} calls {called.id}"
        if isinstance(item, ast.Attribute) and isinstance(item.value, ast.Name):
            name = f"{item.value.id}.{item.attr}"
            if name in {
                "sys.stdout",
                "sys.stderr",
                "sys.stdin",
                "sys.exit",
                "os._exit",
                "sys.argv",
            }:
                yield f"{path.relative_to(PACKAGE)}:{item.lineno} uses {name}"


@pytest.mark.parametrize("path", [p for p, room in FILES.items() if room != "cli"], ids=str)
def test_only_the_command_line_touches_the_world(path: Path) -> None:
    assert not list(touches(path))


def test_the_command_line_runs_no_text_as_code() -> None:
    code = {"exec", "eval", "compile"}
    found = [what for path in FILES for what in touches(path)]
    assert not [what for what in found if what.rpartition(" ")[2] in code]
    assert found  # the check itself finds something


def test_recursion_limits_are_left_alone() -> None:
    assert not [p for p in FILES if "setrecursionlimit" in p.read_text(encoding="utf-8")]
