"""What `load` reads and `save` writes: all names as a program, or values alone."""

from __future__ import annotations

import os

from gradcli.cli.context import Environment, show_name
from gradcli.cli.destination import check_target, write_file
from gradcli.cli.program import PROGRAM, VALUES
from gradcli.cli.prompt.memory import Memory
from gradcli.cli.values import read_files
from gradcli.errors import UsageError

ARRAYS = (".npz", ".csv", ".toml")
"""The ends of the names of other files that hold values by name."""


def load(environment: Environment, memory: Memory, file: str) -> str:
    """Read a program, or values, as the name of the file says.

    Returns:
        what was read, to be said.

    Raises:
        GradcliError: it cannot be read; then nothing of it is kept.
    """
    ending = os.path.splitext(file)[1].lower()
    if ending not in {VALUES, *ARRAYS}:
        text = environment.read_file(file)
        before = memory.known()
        memory.learn(text)
        return _said(memory.changed(before), "read")
    values = read_files(environment, [file])
    for name, given in values.items():
        memory.give(name, given.value)
    return _said(list(values), "read")


def save(memory: Memory, file: str) -> str:
    """Write everything into a file, as its name says.

    Returns:
        what was written, to be said.

    Raises:
        GradcliError: it cannot be written.
    """
    ending = os.path.splitext(file)[1].lower()
    if ending not in {PROGRAM, VALUES, ".txt"}:
        message = f"the name {show_name(file)} does not say what to write"
        raise UsageError("format", message, hint=f"let it end in {PROGRAM} or {VALUES}")
    check_target(file)
    if ending == VALUES:
        from gradcli.views.json import to_text  # noqa: PLC0415  (only here)

        values = {name: _plain(value) for name, value in memory.values.items()}
        write_file(file, to_text(values, split=()))
        return _said(list(values), "saved")
    write_file(file, memory.program())
    return _said(memory.names, "saved")


def _plain(value: object) -> object:
    """A value as JSON has it: a number, a text, nested lists."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return getattr(value, "tolist", lambda: value)()


def _said(names: list[str], what: str) -> str:
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return f"{what}: {shown}" if names else f"{what}"
