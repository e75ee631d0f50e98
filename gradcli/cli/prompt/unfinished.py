"""Whether a line goes on, since brackets in it are open, and several lines as one."""

from __future__ import annotations


def is_unfinished(text: str) -> bool:
    """Whether more brackets are opened than closed, so that the formula goes on below."""
    lines = [line.partition("#")[0] for line in text.split("\n")]
    return sum(map(_depth, lines)) > 0


def on_one_line(text: str) -> str:
    """The same in one line, for those that show no more: without comments and empty lines."""
    parts: list[str] = []
    for line in text.split("\n"):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        if parts and is_unfinished(parts[-1]):
            parts[-1] += f" {bare}"
        else:
            parts.append(bare)
    return "; ".join(part.rstrip(";") for part in parts) or text.strip()


def _depth(line: str) -> int:
    return sum((sign in "([") - (sign in ")]") for sign in line)
