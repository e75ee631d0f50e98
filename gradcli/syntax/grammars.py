"""Where the grammar files are: beside the package in a checkout, inside it once installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def folder() -> Path:
    """The folder that holds the grammars."""
    installed = _PACKAGE / "grammars"
    return installed if installed.is_dir() else _PACKAGE.parent / "grammars"


def read(name: str) -> str:
    """The text of a grammar file."""
    return (folder() / name).read_text(encoding="utf-8")
