"""The documents under test: their code blocks are run, and their outputs compared or written anew.

`python tests/documentation.py` says which outputs are out of date; with `--update` it writes them.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import gradcli
from gradcli.cli.context import Environment
from gradcli.cli.run import run

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

TESTED = {"console", "python", "json"}
UNTESTED = {"sh", "text"}
"""Set-up commands, which need a machine of their own, and drawings."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NEEDS_SHELL = re.compile(r"^[|&;<>()]+$")


class Block(NamedTuple):
    """A fenced block of a document, its language and its text, and where the text begins."""

    document: Path
    language: str
    text: str
    start: int


def blocks(document: Path) -> list[Block]:
    """Every fenced block of a document."""
    text = document.read_text(encoding="utf-8")
    return [Block(document, m[1], m[2], m.start(2)) for m in _FENCE.finditer(text)]


def prose(document: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", document.read_text(encoding="utf-8"))


class FailedCommandError(AssertionError):
    """A command of a document that fails where the document does not show that it does."""


class Session:
    """A folder with the examples in it, where the blocks of one document run one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = 0
        shutil.copytree(ROOT / "examples", folder / "examples")
        (folder / "bin").mkdir()
        self._program("gradcli", "-c 'from gradcli.cli.main import main; main()'")
        self._program("python3", "")

    def actual(self, block: Block) -> str:
        """The text of a block as it should be: what is typed, with what is printed now."""
        with contextlib.chdir(self.folder):
            match block.language:
                case "console":
                    return self._console(block.text)
                case "python":
                    return _python(block.text)
                case _:
                    check_json(json.loads(block.text))
                    return block.text

    def _program(self, name: str, arguments: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        program.chmod(0o755)

    def _console(self, text: str) -> str:
        written = []
        commands = list(_commands(text))
        for place, command in enumerate(commands):
            status = command == "echo $?"
            output = f"{self.code}\n" if status else self._output(command)
            written.append("$ " + command.replace("\n", "\n> ") + "\n" + output)
            shown = "error" in output or "echo $?" in commands[place + 1 : place + 2]
            if self.code and not (status or shown):
                raise FailedCommandError(f"{command}\n{output}exit code {self.code}")
        return "".join(written)

    def _output(self, command: str) -> str:
        """What a command prints, to stdout and stderr, 80 columns wide and through a pipe."""
        words = _words(command)
        if words is None:
            return self._shell(command)
        stream = io.StringIO()
        self.code = run(words, Environment(io.BytesIO(), stream, stream, {"COLUMNS": "80"}))
        return stream.getvalue()

    def _shell(self, command: str) -> str:
        variables = dict(os.environ) | {
            "COLUMNS": "80",
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(Path(gradcli.__file__).parent.parent),
            "PYTHONIOENCODING": "utf-8",
        }
        done = subprocess.run(
            ["sh", "-c", command],  # noqa: S607
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.code = done.returncode
        return done.stdout


def _commands(text: str) -> Iterator[str]:
    """What is typed at the prompt ``$``; lines after ``>`` go on with it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        first, *rest = part.split("\n")
        more = []
        for line in rest:
            if not line.startswith("> "):
                break
            more.append(line[2:])
        yield "\n".join([first, *more])


def _words(command: str) -> list[str] | None:
    """The words after ``gradcli``, or None if the command needs a shell."""
    if "\n" in command or not command.startswith("gradcli"):
        return None
    if any(map(_NEEDS_SHELL.match, shlex.shlex(command, posix=True, punctuation_chars=True))):
        return None
    return shlex.split(command)[1:]


def _python(text: str) -> str:
    """A session at ``>>>`` run anew; a text without a prompt is only run."""
    names: dict[str, Any] = {"__name__": "__main__"}
    if ">>> " not in text:
        exec(compile(text, "<document>", "exec"), names)  # noqa: S102
        return text
    written = []
    for source in _entered(text):
        prompt = [("... " if i else ">>> ") + line for i, line in enumerate(source.splitlines())]
        written.append("\n".join(line.rstrip() for line in prompt) + "\n")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            try:
                for statement in ast.parse(source).body:
                    tree = ast.Interactive([statement])
                    exec(compile(tree, "<document>", "single"), names)  # noqa: S102
            except NameError as error:  # nobody means to show that
                raise FailedCommandError(f"{source}\n{error}") from error
            except Exception as error:  # noqa: BLE001
                print("Traceback (most recent call last):\n  ...")  # noqa: T201
                print(traceback.format_exception_only(error)[-1].strip())  # noqa: T201
        written.append(output.getvalue())
    return "".join(written)


def _entered(text: str) -> Iterator[str]:
    """What is entered at each prompt ``>>>``, the lines after ``...`` included."""
    for part in re.split(r"^>>> ", text, flags=re.MULTILINE)[1:]:
        first, *rest = part.split("\n")
        more = []
        for line in rest:
            if not line.startswith("...") or (line.strip() == "..." and not more):
                break
            more.append(line[4:])
        yield "\n".join([first, *more])


def check_json(value: Any) -> None:
    """An object with a schema's name is of that schema."""
    name = value.get("schema") if isinstance(value, dict) else None
    if name is None:
        return
    import jsonschema

    from gradcli.views import schema

    kind = name.removeprefix("gradcli.").partition("/")[0]
    jsonschema.validate(value, json.loads(schema.text(kind)))


def renewed(document: Path) -> str:
    """The text of a document with the outputs of its blocks as they are now."""
    text = document.read_text(encoding="utf-8")
    pieces, end = [], 0
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder))
        for block in blocks(document):
            if block.language in TESTED:
                pieces += [text[end : block.start], session.actual(block)]
                end = block.start + len(block.text)
    return "".join([*pieces, text[end:]])


def main(update: bool) -> int:
    """Show or write what is out of date."""
    stale = 0
    for document in DOCUMENTS:
        old, new = document.read_text(encoding="utf-8"), renewed(document)
        if old != new:
            stale += 1
            names = str(document.relative_to(ROOT)), "now"
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="")
            print("\n".join(lines))  # noqa: T201
            if update:
                document.write_text(new, encoding="utf-8")
    return 0 if update else min(stale, 1)


if __name__ == "__main__":
    sys.exit(main("--update" in sys.argv))
