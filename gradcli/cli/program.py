"""The text of a program: the expression itself, a file, or the standard input."""

from __future__ import annotations

import os
import re

from gradcli.cli.context import Environment, show_name
from gradcli.cli.words import NUMBER
from gradcli.errors import UsageError

PROGRAM, VALUES = ".grad", ".json"
"""What the names of files end in that hold programs, and values."""

# fmt: off
_OTHERS = frozenset((
    ".arrow", ".c", ".csv", ".dat", ".dot", ".feather", ".gv", ".htm", ".html", ".ipc", ".js",
    ".jsonl", ".md", ".mermaid", ".mmd", ".ndjson", ".npy", ".npz", ".parquet", ".pdf", ".png",
    ".pq", ".py", ".sql", ".svg", ".tab", ".tex", ".toml", ".tsv", ".yaml", ".yml",
))
# fmt: on
"""What the names of files end in that hold neither."""

_ENDING = r".*[^\s.]\.[A-Za-z]+"
"""What no formula is, and the name of a file may be that is there."""

_NAME = r"[\w./\\~-]+"
"""What looks like the name of one that is not."""


def read_program(
    environment: Environment, expression: str | None, file: str | None, example: str
) -> str:
    """The program that a command works on.

    Args:
        environment: where files and the standard input are read.
        expression: the program itself, the name of its file, or - for the standard input.
        file: the name of its file.
        example: a command line that works, for where there is none.

    Raises:
        UsageError: there is none, there are two, or it cannot be read.
    """
    if expression is not None and file is not None:
        raise UsageError(
            "usage",
            f"there are two programs: '{expression}' and the file '{file}'",
            hint=_instead_of(file),
        )
    if file is not None and file != "-":
        text = environment.read_file(file)
        if file.lower().endswith(VALUES) and text.lstrip().startswith(("{", "[")):
            message = f"{show_name(file)} holds values, and no program"
            raise UsageError("usage", message, hint=f"write --vars {file} to read values from it")
        return text
    if expression is None and file is None:
        if environment.piped is not None:
            return environment.piped
        raise UsageError(
            "usage",
            "there is no expression; - reads it from the standard input",
            hint=f"for instance: {example}",
        )
    if "-" in {expression, file}:
        return environment.read_stdin()
    if expression and is_file(expression):
        return environment.read_file(expression)
    if expression and _ends_as_file(expression):
        _refuse_file(expression)
    return expression or ""


def is_file(expression: str) -> bool:
    """Whether what stands in the place of a formula is the name of a file with a program.

    No formula ends as these names do, and the file has to be there.
    """
    if not _ends_as_file(expression) or not os.path.isfile(expression):
        return False
    return os.path.splitext(expression)[1].lower() not in {VALUES, *_OTHERS}


def _ends_as_file(expression: str) -> bool:
    """Whether it ends as names of files do; most formulas have no dot, and need no pattern."""
    return "." in expression and re.fullmatch(_ENDING, expression) is not None


def _instead_of(file: str) -> str:
    """The way out of a program that is given twice: ``-f 3`` may be meant for a variable f."""
    is_number = re.fullmatch(NUMBER, file)
    return f"leave one out; for a variable f write --f {file}" if is_number else "leave one out"


def _refuse_file(name: str) -> None:
    """Say so where the name of a file that holds no program stands in the place of a formula.

    Raises:
        UsageError: it does, or there is no such file.
    """
    is_there = os.path.isfile(name)
    ending = os.path.splitext(name)[1].lower()
    is_known = ending in {PROGRAM, VALUES, ".txt", *_OTHERS} and re.fullmatch(_NAME, name)
    if not is_there and not is_known:
        return
    shown = show_name(name)
    message = f"{shown} is the name of a file, and no expression"
    if ending == VALUES:
        typed = f'"{name}"' if " " in name else name
        hint = f"write --vars {typed} to read values from it"
    else:
        hint = "a program is read by -f FILE, and values in JSON by --vars FILE"
    if not is_there:
        message = f"there is no file {shown}"
        hint = "write the expression itself, or -f FILE to read it from a file"
    raise UsageError("usage", message, hint=hint)
