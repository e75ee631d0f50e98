"""The documents say what is so: every command, output, option, function, limit and link in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from accuracy_cases import CASES
from documentation import DOCUMENTS, ROOT, TESTED, UNTESTED, Session, blocks, prose, renewed
from typer.main import get_command

import gradcli
from gradcli.graph import build, inline, listing, shapes
from gradcli.graph.rules import table

DOCS = ROOT / "docs"
HOW_TO_UPDATE = "python tests/documentation.py --update writes the outputs anew"

_ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
_CODE = re.compile(r"`([^`]+)`")
_KIND = re.compile(r"[a-z]+(-[a-z]+)*")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def rows(name, heading):
    """The rows of every table of a document that has this heading."""
    found, inside = [], False
    for line in read(name).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells == heading:
            inside = True
        elif inside and set(line) - set("|- "):
            found.append(cells)
    return found


@pytest.mark.process
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_output_is_what_is_printed_now(document):
    assert document.read_text(encoding="utf-8") == renewed(document), HOW_TO_UPDATE


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_block_is_of_a_language_that_is_tested(document):
    assert {block.language for block in blocks(document)} <= TESTED | UNTESTED


def test_the_readme_begins_with_the_two_commands():
    main, tests = (block.text for block in blocks(ROOT / "README.md") if block.language == "sh")
    set_up = "python3 -m venv .venv && .venv/bin/pip install -q "
    assert main == set_up + '. && .venv/bin/gradcli eval "3*(a+b*c)" --a 1 --b 2 --c 3\n'
    assert tests == set_up + "-e '.[dev]' && .venv/bin/python -m pytest\n"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_example_forgets_what_it_needs(document):
    assert "NameError" not in document.read_text(encoding="utf-8")


NEEDS = {
    "check": r"gradcli (?:check|same) |--digits",
    "data": r"gradcli .*\.parquet",
    "picture": r"gradcli .* -o \S+\.png",
    "pdf": r"gradcli .* -o \S+\.pdf",
}
"""The extras, and the commands in documents that are refused without them."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_page_says_what_its_commands_need(document):
    typed = "\n".join(block.text for block in blocks(document) if block.language == "console")
    typed = "\n".join(line for line in typed.splitlines() if line.startswith("$ "))
    needed = {extra for extra, command in NEEDS.items() if re.search(command, typed)}
    assert {extra for extra in needed if f"[{extra}]" not in prose(document)} == set()


def test_planted_mistakes_are_found(tmp_path):
    document = tmp_path / "planted.md"
    text = "```console\n$ gradcli eval x --x 3 --get x\n{}\n```\n```python\n>>> 1 + 1\n{}\n```\n"
    document.write_text(text.format(4, 3), encoding="utf-8")
    assert renewed(document) == text.format(3, 2)


def test_a_command_that_fails_in_silence_is_found(tmp_path):
    document = tmp_path / "planted.md"
    document.write_text("```console\n$ python3 -c 'exit(3)'\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="exit code 3"):
        renewed(document)


def commands():
    """Every command by its name, with that of gradcli itself."""
    from gradcli.cli.app import app
    from gradcli.cli.known import COMMANDS, load

    yield "gradcli", get_command(app)
    for name in COMMANDS:
        yield f"gradcli {name}", load(name)


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=str)
def test_every_command_is_described_with_every_option_and_its_help(name, command):
    chapters = re.split(r"^(?=## )", read("docs/commands.md"), flags=re.MULTILINE)
    title = "# The commands" if name == "gradcli" else f"## {name}"
    (chapter,) = (chapter for chapter in chapters if chapter.startswith(f"{title}\n"))
    assert f"```console\n$ {name} --help\nUsage: {name} " in chapter
    words = re.sub(r"```.*?```", "", chapter, flags=re.DOTALL)
    described = set(re.findall(r"`(--?[a-z0-9-]+)", words))
    options = {option for parameter in command.params for option in parameter.opts}
    assert {option for option in options if option.startswith("-")} <= described


def test_every_function_is_listed():
    page = read("docs/functions.md")
    assert [name for name in listing.names() if not re.search(rf"\b{name}\b", page)] == []


@pytest.mark.parametrize(
    ("text", "canonical"), rows("docs/language.md", ["you write", "it is read as"])
)
def test_the_language_is_read_as_its_tables_say(text, canonical):
    (text,), (canonical,) = _CODE.findall(text), _CODE.findall(canonical)
    assert expression(text) == canonical
    assert expression(canonical) == canonical


@pytest.mark.parametrize(
    ("text", "given", "canonical"),
    rows("docs/language.md", ["you write", "where these are variables", "it is read as"]),
)
def test_letters_are_read_as_their_table_says(text, given, canonical):
    (text,), (canonical,) = _CODE.findall(text), _CODE.findall(canonical)
    assert expression(text, _CODE.findall(given)) == canonical


def expression(text, given=()):
    """The canonical text of a program, at a point that does not matter."""
    names = gradcli.function(text, inputs=given).inputs
    return gradcli.evaluate(text, dict.fromkeys(names, 0.5)).expression


@pytest.mark.parametrize(
    ("text", "point", "used"), rows("docs/accuracy.md", ["function", "where", "derivative used"])
)
def test_the_conventions_are_applied_and_reported(text, point, used):
    (text,), (point,), (used,) = map(_CODE.findall, (text, point, used))
    solution = gradcli.evaluate(text, dict(re.findall(r"(\w+) = ([\d.]+)", point)))
    expected = [gradcli.evaluate(number).value for number in used.split(",")]
    assert list(solution.gradient.values()) == expected
    assert [problem.kind for problem in solution.problems] == ["kink"]


@pytest.mark.parametrize(
    ("functions", "value", "first"),
    rows("docs/accuracy.md", ["functions", "value", "first derivatives"]),
)
def test_the_bounds_that_are_promised_are_tested(functions, value, first):
    signs = {"+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow"}
    names = {signs.get(name, name) for name in _CODE.findall(functions)}
    cases = [case for case in CASES if case.name in names and (case.name, case.arity) != ("log", 2)]
    assert names == {case.name for case in cases}
    assert max(case.bounds[0].ulp for case in cases) <= int(value)
    assert max(case.bounds[1].ulp for case in cases) <= int(first)


def test_every_function_with_a_kink_is_among_the_conventions_or_of_the_same_kind():
    table_rows = rows("docs/accuracy.md", ["function", "where", "derivative used"])
    conventions = {cells[0].strip("`").partition("(")[0] for cells in table_rows}
    # Like leaky_relu, floor, the cut of an angle, and mod.
    elsewhere = {"elu", "ceil", "trunc", "atan2", "acot", "rem"}
    kinks = {entry.name for entry in table().entries() if entry.kink}
    assert kinks - conventions == elsewhere


def raised():
    """The kind of every error, note and problem that the source makes."""
    for path in (ROOT / "gradcli").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        makes = re.search(r"note\(|Note\(|Problem\(|refused\(|Error\(", source)
        for call in ast.walk(ast.parse(source)) if makes else ():
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                function = call.func
                name = getattr(function, "attr", getattr(function, "id", ""))
                if name in {"note", "Note", "Problem", "refused"} or name.endswith("Error"):
                    kind = call.args[0].value
                    if isinstance(kind, str) and _KIND.fullmatch(kind):
                        yield kind


def test_every_kind_of_error_is_listed():
    listing = read("docs/errors.md").partition("## Limits")[0]
    listed = {code for row in _ROW.findall(listing) for code in _CODE.findall(row)}
    assert set(raised()) == {code for code in listed if _KIND.fullmatch(code)}


def test_the_limits_are_those_of_the_program():
    from gradcli.chains import at_point as followed
    from gradcli.chains import limits as paths_limits
    from gradcli.cli import context, remarks
    from gradcli.cli.commands import net
    from gradcli.engine.functions import polynomials
    from gradcli.evaluation import elements
    from gradcli.graph import naming
    from gradcli.learn import descend, initial, settings
    from gradcli.symbolic import deriver, wanted
    from gradcli.uncertainty import budget as uncertainty
    from gradcli.views import budget, nudge
    from gradcli.views.lines import page

    limits = "\n".join(_ROW.findall(read("docs/errors.md").partition("## Limits")[2]))
    for number in (
        inline.MOST_INLINED,
        inline.MOST_OPERATIONS,
        build.MOST_ELEMENTS,
        naming.LONG,
        naming.MOST_TEXT,
        page.ROWS,
        remarks.MOST_REMARKS,
        paths_limits.MOST_PATHS,
        followed.MOST_EDGES,
        paths_limits.MOST_LAYERS,
        net.MOST_LAYERS,
        initial.MOST_PARAMETERS,
        settings.MOST_STEPS,
        descend.MOST_KEPT,
        context.MOST_BYTES >> 20,
        shapes.MOST_AXES,
        elements.MOST_ELEMENTS,
        build.MOST_INDEX,
        paths_limits.MOST_NEURONS,
        wanted.MOST_ORDER,
        wanted.MOST_PARTIALS,
        deriver.MOST_STEPS,
        deriver.MOST_CHARACTERS,
        polynomials.MOST,
        nudge.MOST_MOVES,
        budget.MOST_INPUTS,
        uncertainty.MOST_WORK,
    ):
        assert re.search(rf"(?<![\d,]){number:,}(?![\d,])", limits), number


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_document_is_reached_from_the_readme():
    for document in DOCS.glob("*.md"):
        assert f"(docs/{document.name}" in read("README.md"), document.name


def test_a_session_has_the_examples(tmp_path):
    assert (Session(tmp_path).folder / "examples" / "lesson.grad").exists()
