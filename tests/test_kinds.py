"""Of everything of which there are several kinds, a new one is named wherever it is missing.

Functions have `registries`, operations on arrays `registries_of_arrays`, commands and views
`registries_of_commands`; here are targets of code, engines, schemas, the endings of names of
files, and the nodes of syntax trees.
"""

from __future__ import annotations

import ast as python
import json
import re
from importlib.util import find_spec
from pathlib import Path

import engines
import numpy as np
import pytest
from command_line import ROOT, call

import gradcli
from gradcli.cli import program, value_place, view
from gradcli.cli.known import COMMANDS, find
from gradcli.cli.map.formats import FORMATS
from gradcli.cli.view import View, page
from gradcli.engine.targets import by_name
from gradcli.syntax import ast
from gradcli.syntax.parse import parse
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import text
from gradcli.views import schema
from gradcli.views.code.wanted import TARGETS, Form
from gradcli.views.papers import write

PACKAGE = Path(gradcli.__file__).parent


# --- Targets of code -----------------------------------------------------------------------------


def forgotten_of_target(name, form):
    if form.table not in by_name.TABLES:
        yield "its words and forms: gradcli/engine/targets/by_name.py"
    if not find_spec(f"gradcli.views.code.{form.writer[0]}"):
        yield "what lays it out: gradcli/views/code"
    chapter = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    if not re.search(rf"^\|.*`{name}`.*\|", chapter.partition("## gradcli code")[2], re.MULTILINE):
        yield "the table of targets: docs/commands.md"


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_is_known_everywhere(name):
    assert not [*forgotten_of_target(name, TARGETS[name])]


def test_a_planted_target_is_missed_everywhere():
    planted = Form("ruby", ("ruby", "render"), ".rb", ())
    assert len([*forgotten_of_target("ruby", planted)]) == 3


# --- Engines -------------------------------------------------------------------------------------


def engines_of(source):
    """The files of the room that a file uses, but for what is no engine."""
    used = set()
    for item in python.walk(python.parse(source)):
        if isinstance(item, python.ImportFrom) and item.module.startswith("gradcli.engine"):
            last = item.module.rpartition(".")[2]
            names = [each.name for each in item.names]
            used |= {*names} if last in {"engine", "printers"} else {last}
    return used - engines.NO_ENGINES.keys()


def test_every_engine_is_compared():
    source = (PACKAGE / "engine" / "choose.py").read_text(encoding="utf-8")
    assert engines_of(source) == engines.FILES.keys()
    assert engines_of(f"{source}\nfrom gradcli.engine import gpu") > engines.FILES.keys()
    assert engines.ENGINES.keys() <= {*engines.FILES.values()}


# --- JSON schemas --------------------------------------------------------------------------------

_SCHEMA = re.compile(r"gradcli\.([a-z]+)/(\d+)")


def forgotten_of_schemas(sources, files):
    """What is printed as a schema and is none, and files of schemas that have no name."""
    known = {json.loads(schema.text(name))["$id"] for name in schema.names()}
    printed = {found[0] for each in sources for found in _SCHEMA.finditer(each)}
    yield from sorted(printed - known)
    yield from sorted({*files} - {*schema.FILES.values()})


def test_every_schema_is_known():
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    files = [each.name for each in (PACKAGE / "views" / "schemas").glob("*.json")]
    assert not [*forgotten_of_schemas(sources, files)]
    planted = forgotten_of_schemas([*sources, "gradcli.plant/1"], [*files, "plant-1.json"])
    assert [*planted] == ["gradcli.plant/1", "plant-1.json"]


# --- Endings of names of files -------------------------------------------------------------------


def endings(views):
    """Every ending that anything reads or writes."""
    yield from (ending for form in FORMATS.values() for ending in form.endings)
    yield from (ending for form in TARGETS.values() for ending in [form.ending])
    yield from value_place.ENDINGS
    yield from (*write.PAPERS, *write.IMAGES)
    yield from (ending for each in views for ending in each.endings)


def forgotten_of_endings(views):
    known = {program.PROGRAM, program.VALUES, ".txt", *program._OTHERS}
    for ending in sorted({*endings(views)} - known):
        yield f"{ending} is no formula: _OTHERS of gradcli/cli/program.py"
    documents = {*view.PAPERS, *view._SAME}
    for ending in sorted({*write.PAPERS, *write.IMAGES} ^ documents):
        yield f"{ending} is a document: PAPERS of gradcli/cli/view.py and of gradcli/views/papers"
    for ending, file in write.PAPERS.items():
        if not find_spec(f"gradcli.views.papers.{file}"):
            yield f"{ending} has nothing that writes it: gradcli/views/papers"


def test_every_ending_is_known_everywhere():
    views = [each for name in COMMANDS for each in find(name).views.values()]
    assert not [*forgotten_of_endings(views)]


def test_a_planted_ending_is_missed_everywhere(monkeypatch):
    planted = View(page("table"), "Planted.", (".xyz",))
    monkeypatch.setitem(write.PAPERS, ".rst", "rst")
    assert [each.partition(" ")[0] for each in forgotten_of_endings([planted])] == [
        *(".rst", ".xyz"),
        *(".rst", ".rst"),
    ]


def _as_text(path, array, head):
    rows = "\n".join(",".join(map(str, row)) for row in array.tolist())
    path.write_text(head + rows + "\n", encoding="utf-8")


WRITTEN = {
    ".npy": np.save,
    ".npz": np.savez,
    ".csv": lambda path, array: _as_text(path, array, "p,q\n"),
    ".json": lambda path, array: path.write_text(json.dumps(array.tolist())),
    ".toml": lambda path, array: path.write_text(f"A = {array.tolist()}"),
}
"""An array in a file of each ending that values are read from."""


def test_values_are_read_from_files_of_every_ending(tmp_path):
    assert WRITTEN.keys() == {*value_place.ENDINGS}
    for ending, save in WRITTEN.items():
        path = tmp_path / f"values{ending}"
        save(path, np.array([[1.0, 2.0], [3.0, 4.0]]))
        member = ":A" if ending == ".toml" else ""
        found = call("eval", "sum(A)", "--A", f"@{path}{member}", "--get", "out")
        assert found.out == "10\n", (ending, found.err)


# --- Nodes of syntax trees -----------------------------------------------------------------------

NODES = {
    "2*(x + 1)": (ast.Number, ast.Name, ast.Binary, ast.Group, ast.Step),
    "-x if x < 2 else x": (ast.Unary, ast.Comparison, ast.Conditional),
    "sum(k*x for k in 1..3)": (ast.Comprehension,),
    "[x, 1][1..2]": (ast.Array, ast.Index, ast.Slice),
    "sum([k*x for k in 1..2])": (ast.ArrayOf, ast.Call),
    "f(y[2]) = y[1]^2; f([x, 1])": (ast.Declaration, ast.Parameter),
    "h[i] = i*x for i in 1..2; h[1] + h[2]": (ast.Family,),
}
"""Programs, and the kinds of nodes that each is there for."""


def kinds():
    """Every kind of node that a tree has, but for those that are only made for others."""
    waiting, found = [ast.Expression, ast.Statement], set()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.add(kind)
    return found - {ast.Expression, ast.Statement}


def nodes(source):
    """All nodes of a program."""
    read = parse(source)
    yield from read.statements
    yield from ast.walk([each.value for each in read.statements])
    for each in read.statements:
        yield from getattr(each, "parameters", ())


@pytest.mark.parametrize("source", NODES)
def test_every_node_is_made_and_written_and_changes_with_what_is_in_it(source):
    assert {*NODES[source]} <= {type(each) for each in nodes(source)}
    for statement in parse(source).statements:
        written = text(statement.value)
        assert text(parse(written).statements[0].value) == written
        assert text(substitute(statement.value, {})) == written
        changed = substitute(statement.value, {"x": ast.Name("u"), "k": ast.Name("x")})
        assert text(changed) == re.sub(r"\bx\b", "u", written)


def test_every_kind_of_node_is_in_a_program():
    assert kinds() == {each for found in NODES.values() for each in found}
