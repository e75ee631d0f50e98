"""Whether a line goes on, since brackets in it are open, and what is typed in lines of its own."""

from __future__ import annotations


def is_unfinished(text: str) -> bool:
    """Whether more brackets are opened than closed, so that the formula goes on below."""
    lines = [line.partition("#")[0] for line in text.split("\n")]
    return sum(map(_depth, lines)) > 0


def line_by_line(text: str) -> list[str]:
    """The same as single lines, each of which is finished; comments and empty lines are left out.

    What was asked for together is the same asked for one after another: names stay.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        if lines and is_unfinished(lines[-1]):
            lines[-1] += f" {bare}"
        else:
            lines.append(bare)
    return lines or [*filter(None, [text.strip()])]


def _depth(line: str) -> int:
    return sum((sign in "([") - (sign in ")]") for sign in line)
