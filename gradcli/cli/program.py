"""The text of a program: the expression itself, a file, or the standard input."""

from __future__ import annotations

import os
import re

from gradcli.cli.context import Environment, show_name
from gradcli.errors import UsageError

PROGRAM, VALUES = ".grad", ".json"
"""What the names of files end in that hold programs, and values."""

_ENDING = r"\S+\.[A-Za-z]+"
"""What no formula is, and a file's name may be: there are no attributes in the language."""


def read_program(
    environment: Environment, expression: str | None, file: str | None, example: str
) -> str:
    """The program that a command works on.

    Args:
        environment: where files and the standard input are read.
        expression: the program itself, or - for the standard input.
        file: the name of its file.
        example: a command line that works, for where there is none.

    Raises:
        UsageError: there is none, there are two, or it cannot be read.
    """
    if expression is not None and file is not None:
        raise UsageError(
            "usage",
            f"there are two programs: '{expression}' and the file '{file}'",
            hint="leave one out",
        )
    if file is not None and file != "-":
        return environment.read_file(file)
    if expression is None and file is None:
        raise UsageError(
            "usage",
            "there is no expression",
            hint=f"for instance: {example}",
        )
    if "-" in {expression, file}:
        return environment.read_stdin()
    if expression and re.fullmatch(_ENDING, expression) and _is_file(expression):
        what = (
            "--vars {} to read values"
            if expression.endswith(VALUES)
            else "-f {} to read the program"
        )
        raise UsageError(
            "usage",
            f"{show_name(expression)} is the name of a file, and no expression",
            hint=f"write {what.format(expression)} from it",
        )
    return expression or ""


def _is_file(name: str) -> bool:
    return name.lower().endswith(PROGRAM) or os.path.isfile(name)
