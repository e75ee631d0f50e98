"""The files that a page is put together from, as they lie in this room."""

from __future__ import annotations

from pathlib import Path


def text(name: str) -> str:
    """The text of a file of this room."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
