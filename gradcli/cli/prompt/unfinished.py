"""Whether a line goes on: brackets in it are open."""

from __future__ import annotations


def is_unfinished(text: str) -> bool:
    """Whether more brackets are opened than closed, so that the formula goes on below."""
    lines = [line.partition("#")[0] for line in text.split("\n")]
    return sum(map(_depth, lines)) > 0


def _depth(line: str) -> int:
    return sum((sign in "([") - (sign in ")]") for sign in line)
