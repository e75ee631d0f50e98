"""A formula in lines, broken where a reader would."""

from __future__ import annotations

from gradcli.views.lines.text import width

LEAST = 4
"""No line is shorter than this, however narrow the terminal is."""

ENDLESS = 1 << 30


def folded(formula: str, room: int) -> list[str]:
    """Return a formula in lines, broken where the fewest brackets are open, at sums first.

    Args:
        formula: its text.
        room: how many cells a line has.
    """
    lines = []
    room = max(room, LEAST)
    begin = 0
    while (end := _break(formula, begin, room)) < len(formula):
        lines.append(formula[begin:end].rstrip())
        begin = end
        while formula[begin : begin + 1].isspace():
            begin += 1
    return [*lines, formula[begin:]]


def _break(formula: str, begin: int, room: int) -> int:
    """Where a line that begins there ends: as far on as it fits, but outside of brackets."""
    depth = used = early = 0
    best, best_rank = 0, (ENDLESS, 0, 0)
    for place in range(begin, len(formula)):
        character = formula[place]
        used += width(character)
        if used > room:
            return best or early or max(place, begin + 1)
        depth += (character in "([") - (character in ")]")
        kind = _kind(formula, place)
        if kind and used < room // 3:
            early = place + 1  # the line is short, and no word is broken
        elif kind:
            rank = (depth, kind, -place)
            if rank < best_rank:
                best, best_rank = place + 1, rank
    return len(formula)


def _kind(formula: str, place: int) -> int:
    """1 before a + or a minus, 2 after another operator or a comma, 0 where there is no break."""
    character = formula[place]
    if character == " ":
        return 1 if formula[place + 1 : place + 3] in {"+ ", "- ", "− "} else 2
    if character == "/" and formula[place + 1 : place + 2] == "∂":
        return 0  # ∂J/∂v is one sign
    return 3 if character in "·*/" else 0
