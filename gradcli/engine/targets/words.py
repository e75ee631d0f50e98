"""The words of other languages that no name may be, as `words.txt` lists them."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def words(section: str) -> frozenset[str]:
    """The words of a section of the list."""
    text = Path(__file__).with_name("words.txt").read_text(encoding="utf-8")
    return frozenset(text.partition(f"[{section}]\n")[2].partition("\n[")[0].split())
