"""The command line as tests call it: in this process, with streams of their own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from gradcli.cli.context import Environment
from gradcli.cli.run import run

ROOT = Path(__file__).resolve().parent.parent


class Called(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def call(
    *words: str,
    stdin: bytes | None = b"",
    variables: dict[str, str] | None = None,
    terminal: bool = False,
) -> Called:
    """Run `gradcli` with these words; its output is 80 columns wide unless COLUMNS says else."""
    out, err = (Terminal(), Terminal()) if terminal else (io.StringIO(), io.StringIO())
    source = None if stdin is None else io.BytesIO(stdin)
    code = run(words, Environment(source, out, err, {"COLUMNS": "80"} | (variables or {})))
    return Called(code, out.getvalue(), err.getvalue())


def process(*words: str, redirect: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run `gradcli` as a process of its own; ``redirect`` is what a shell adds: ``>&-``."""
    command = [sys.executable, "-m", "gradcli", *words]
    if redirect:
        command = ["bash", "-c", f'"$@" {redirect}', "bash", *command]
    return subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
