"""The files that a page is put together from, as they lie in this room."""

from __future__ import annotations

import os


def text(name: str) -> str:
    """The text of a file of this room."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()
