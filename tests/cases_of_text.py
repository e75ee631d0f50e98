"""Folders of cases: what goes in after ">", what has to come out below, groups under "##"."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "cases"

_ESCAPE = re.compile(r"\\(?:n|r|t|\\|x[0-9a-f]{2}|u[0-9a-f]{4})")


class Case(NamedTuple):
    """One case: what stands after ">", and the lines below it."""

    question: str
    answer: str

    @property
    def text(self) -> str:
        """The question with its escapes replaced: ``\\n``, ``\\xNN``, ``\\uNNNN`` …"""
        return _ESCAPE.sub(lambda match: match[0].encode().decode("unicode_escape"), self.question)


def cases(name: str) -> list[Case]:
    """The cases of all files of a folder."""
    blocks = [block for file in _files(name) for block in _read(file)]
    return [block for block in blocks if isinstance(block, Case)]


def rewrite(name: str, answer: Callable[[Case], str]) -> None:
    """Write the answers of a folder's files anew; what else stands there is kept."""
    for file in _files(name):
        written = ""
        for block in _read(file):
            if isinstance(block, Case):
                written += f"\n> {block.question}\n{answer(block)}"
            else:
                written += f"\n{block}\n"
        file.write_text(written.lstrip("\n"), encoding="utf-8")


def _files(name: str) -> list[Path]:
    return sorted((FOLDER / name).glob("*.txt"))


def _read(file: Path) -> list[Case | str]:
    text = file.read_text(encoding="utf-8")
    # Cases need no empty line between them when they are first written down.
    blocks = re.split(r"\n+(?=> )|\n\n+", text.strip("\n"))
    found: list[Case | str] = []
    for block in blocks:
        if block.startswith("> "):
            question, _, answer = block[2:].partition("\n")
            found.append(Case(question, answer + "\n" * bool(answer)))
        else:
            found.append(block)
    return found
