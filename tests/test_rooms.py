"""The rooms of the house: each imports only rooms to its left, and only `cli` touches the world."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "gradcli"

ROOMS = [
    "layout",
    "base",
    "errors",
    "hints",
    "syntax",
    "graph",
    "calculus",
    "engine",
    "taylor",
    "germs",
    "rewriting",
    "evaluation",
    "symbolic",
    "programs",
    "chains",
    "trust",
    "learn",
    "uncertainty",
    "views",
    "library",
    "cli",
]
"""From left to right; see the architecture."""

LOOSE = {"__init__", "__main__", "errors", "hints"}
"""The only files at the root."""

ALLOWED = {
    "syntax": {"lark"},
    "engine": {"numpy"},
    "germs": {"numpy"},  # where something is tied in large arrays
    "evaluation": {"numpy"},
    "programs": {"numpy"},
    "trust": {"numpy"},  # mpmath by name, where a check is asked for
    "views": {"rich", "resvg_py", "typst"},
    "cli": {"typer", "numpy", "prompt_toolkit"},  # numpy where files of arrays are read
}
"""What a room may import that is neither Python's nor ours; the others may nothing."""


class Import(NamedTuple):
    """A module that a file imports, and the line."""

    file: Path
    line: int
    module: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file.relative_to(PACKAGE.parent)}:{self.line} imports {self.module}"


def room_of(module: str) -> str:
    """The room of a module of ours: ``gradcli.graph.node`` is in ``graph``."""
    part = module.partition(".")[2].partition(".")[0]
    return "cli" if part == "__main__" else part


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
            names = tuple(alias.name for alias in item.names)
            if module == "gradcli":
                yield from (Import(path, item.lineno, f"{module}.{name}") for name in names)
            else:
                yield Import(path, item.lineno, module, names)


@cache
def all_imports() -> tuple[Import, ...]:
    """Those of every file."""
    return tuple(each for path in FILES for each in imports(path))


def test_every_file_is_in_a_room() -> None:
    homeless = [str(path) for path, room in FILES.items() if room not in ROOMS]
    assert not homeless
    assert {path.stem for path in PACKAGE.glob("*.py")} == LOOSE


def goes_right(room: str, module: str) -> bool:
    """Whether a module of ours lies to the right of the room that imports it."""
    return ROOMS.index(room_of(module)) > ROOMS.index(room)


def test_rooms_import_only_to_the_left() -> None:
    ours = [each for each in all_imports() if each.module.startswith("gradcli.")]
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
        ("engine", "gradcli.germs.run", True),
        ("germs", "gradcli.evaluation.inputs", True),
        ("evaluation", "gradcli.library.evaluate", True),
        ("library", "gradcli.views.table", False),
        ("cli", "gradcli.views.table", False),
        ("syntax", "gradcli.hints", False),
    ],
)
def test_a_planted_import_is_found(room: str, module: str, right: bool) -> None:
    assert goes_right(room, module) == right


def test_rooms_import_only_what_they_may() -> None:
    wrong = []
    for each in all_imports():
        top = each.module.partition(".")[0]
        if top not in sys.stdlib_module_names | {"gradcli"}:
            wrong += [] if top in ALLOWED.get(FILES[each.file], ()) else [each]
    assert not list(map(str, wrong))


def file_of(module: str) -> Path | None:
    """The file that a module of ours, or a name in it, is read from."""
    parts = module.split(".")[1:]
    while parts:
        place = PACKAGE.joinpath(*parts)
        if place.with_suffix(".py").exists():
            return place.with_suffix(".py")
        if (place / "__init__.py").exists():
            return place / "__init__.py"
        parts.pop()
    return None


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """The places from which arrows lead back to themselves."""
    found = []
    for start, targets in arrows.items():
        seen: set[str] = set()
        waiting = [*targets]
        while waiting:
            place = waiting.pop()
            if place not in seen:
                seen.add(place)
                waiting.extend(arrows.get(place, ()))
        found += [start] if start in seen else []
    return found


def test_no_two_files_import_each_other() -> None:
    arrows: dict[str, set[str]] = {str(path): set() for path in FILES}
    for each in all_imports():
        names = [each.module]
        if each.module.startswith("gradcli."):
            names = [f"{each.module}.{name}" for name in each.names] or names
        for name in names:
            target = file_of(name) if name.startswith("gradcli.") else None
            if target is not None and target != each.file:
                arrows[str(each.file)].add(str(target))
    assert sum(map(len, arrows.values())) > 300
    assert not circles(arrows)


def test_a_planted_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]


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


COMPILES = PACKAGE / "engine" / "compiled.py"
"""The one file that makes code of text: of texts that consist of slots and floats alone.

What users write is no part of them: tests/test_engines.py gives inputs names that would be code.
"""

CODE = {"exec", "eval", "compile"}


def test_only_the_command_line_touches_the_world_and_one_file_alone_makes_code_of_text() -> None:
    found = [(path, what) for path in FILES for what in touches(path)]
    assert len([path for path, _ in found if FILES[path] == "cli"]) > 1  # the check finds something
    others = [(path, what) for path, what in found if FILES[path] != "cli"]
    assert [(path, what.rpartition(" ")[2]) for path, what in others] == [(COMPILES, "compile")]
    assert not [what for path, what in found if FILES[path] == "cli" and what.split()[-1] in CODE]


def test_recursion_limits_are_left_alone() -> None:
    assert not [p for p in FILES if "setrecursionlimit" in p.read_text(encoding="utf-8")]


# --- What is written about the rooms ------------------------------------------------------------

ROOT = PACKAGE.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

_QUOTED = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"(?!gradcli\.)(?=.*[/.])[\w/]+(\.[a-z]+)?/?")
"""The name of a file or a folder, as far as a slash or an ending tells."""


def rows(text: str) -> Iterator[tuple[list[str], str]]:
    """The rooms of each row of the table, and what is said to live there."""
    for line in text.splitlines():
        if line.startswith("| `"):
            _, names, inside, _ = line.split("|", 3)
            yield _QUOTED.findall(names), inside


def is_there(name: str) -> bool:
    """Whether a file or a folder has such a name, from some folder on."""
    wanted = Path(name).parts
    places = [path for top in ("gradcli", "tests", "grammars", "benchmarks", "docs", "examples")
              for path in (ROOT / top).rglob(wanted[-1])]  # fmt: skip
    return (ROOT / name).exists() or any(path.parts[-len(wanted) :] == wanted for path in places)


def missing_in(text: str) -> set[str]:
    """Files that a text names and that are not there."""
    quoted = [name for name in _QUOTED.findall(text) if _FILE.fullmatch(name)]
    return {name for name in quoted if not is_there(name)}


def test_files_that_are_written_about_are_there() -> None:
    assert not missing_in(ARCHITECTURE)
    assert not missing_in(CONTRIBUTING)
    assert missing_in("`graph/gone.py` and `gone/`, not `graph/node.py`") == {
        "graph/gone.py",
        "gone/",
    }


COMMAND = "gradcli"
"""No file, though it is named as one."""


def test_what_lives_in_a_room_is_in_its_row() -> None:
    wrong = []
    for names, inside in rows(ARCHITECTURE):
        folders = [ROOT / name for name in names if (ROOT / name).is_dir()]
        for name in _QUOTED.findall(inside) if folders else ():
            stem = name.removesuffix(".py").rstrip("/")
            is_name = re.fullmatch(r"[a-z_/]+", stem) and stem != COMMAND
            if is_name and not any(
                [*folder.rglob(f"{stem}.*"), *folder.rglob(stem)] for folder in folders
            ):
                wrong.append((names, name))
    assert not wrong


def test_every_room_and_every_folder_is_written_about() -> None:
    names = [name for each, _ in rows(ARCHITECTURE) for name in each]
    told = {name.removeprefix("gradcli/").rstrip("/") for name in names}
    assert {*ROOMS} <= {each.removesuffix(".py") for each in told}
    inside = {each.rstrip("/") for each in _QUOTED.findall(ARCHITECTURE)}
    folders = [path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*/")]
    ends = {each.rpartition("/")[2] for each in inside | told}
    unnamed = [each for each in folders if each.rpartition("/")[2] not in ends | {"__pycache__"}]
    assert not unnamed


# --- Exceptions ---------------------------------------------------------------------------------

_EXCEPTION = re.compile(r"# (noqa: [A-Z0-9]+(, [A-Z0-9]+)*|type: ignore(\[[a-z, -]+\])?)")
_REASON = re.compile(r"\s+(\(\S.*\)|# \S.*)")


def without_reason(source: str) -> list[str]:
    """The lines of a source with an exception to a lint rule or to types that says no why."""
    found = []
    for line in source.splitlines():
        last = [*_EXCEPTION.finditer(line)][-1:]
        if last and not _REASON.fullmatch(line[last[0].end() :]):
            found.append(line.strip())
    return found


def test_every_exception_to_a_rule_has_its_reason_beside_it() -> None:
    files = [*FILES, *(ROOT / "benchmarks").glob("*.py"), ROOT / "hatch_build.py"]
    assert not [each for path in files for each in without_reason(path.read_text(encoding="utf-8"))]
    bare = "x = f()  # " + "noqa: S101"
    told = f"{bare}  (ours)"
    ignored = "x = f()  # " + "type: ignore[arg-type]"
    assert without_reason(f"{bare}\n{told}\n{ignored}\n{ignored}  # it raises") == [bare, ignored]
