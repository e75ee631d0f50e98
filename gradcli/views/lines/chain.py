"""A chain of equal things, ``∂J/∂b = ∂J/∂v · ∂v/∂b = 3 · c = 3 · 3 = 9``, laid out for a width."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gradcli.views.lines.blocks import Equation, laid
from gradcli.views.lines.equation import EQUALS
from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.text import width

Step = Sequence[str]
"""One member of the chain in pieces: a line may be broken before each but the first."""


def chain(
    indent: int, left: Fragment, steps: Sequence[Step], result: tuple[Step, str], display: Display
) -> list[Line]:
    """Return ``left = step = … = result`` on one line or, if it is too long, a step a line.

    ``result`` is the last member and its style. A member that says the same as the one after it
    is left out. Nothing is cut.
    """
    last, style = result
    told = distinct(steps, last)
    start = (Fragment(" " * indent), left)
    middle = "".join([EQUALS + "".join(step) for step in told]) + EQUALS
    end = "".join(last)
    equation = Equation(left.text.strip(), ["".join(step) for step in (*told, last)])
    if indent + width(left.text) + width(middle) + width(end) <= display.width:
        return laid(equation, [(*start, Fragment(middle), Fragment(end, style))])
    column, room = sign_column(left, display), member_room(indent, left, display)
    members = [(broken(step, room, display), "") for step in told]
    members.append((broken(last, room, display), style))
    lines: list[Line] = [] if column == width(left.text) else [start]
    for pieces, member_style in members:
        for number, piece in enumerate(pieces):
            sign = " " * len(EQUALS) if number else EQUALS
            before = start if not lines else (Fragment(" " * (indent + column)),)
            lines.append((*before, Fragment(sign), Fragment(piece, member_style)))
    return laid(equation, lines)


def sign_column(left: Fragment, display: Display) -> int:
    """Return where the signs stand below each other: after the left side, or below a long one."""
    return width(left.text) if width(left.text) <= display.width // 4 else 2


def member_room(indent: int, left: Fragment, display: Display) -> int:
    """Return how many cells a member has that stands on a line of its own."""
    return display.width - indent - sign_column(left, display) - len(EQUALS)


def distinct(steps: Sequence[Step], last: Step) -> list[Step]:
    """Return the steps that differ from the one after them, the last step's being ``last``."""
    members = [*steps, last]
    return [step for step, follower in pairwise(members) if "".join(step) != "".join(follower)]


def broken(step: Step, room: int, display: Display) -> list[str]:
    """Return a step in lines of at most ``room`` cells, as far as its pieces allow.

    A single piece that is too long is broken before its last product sign or, if that is not
    enough, before its last plus sign.
    """
    lines = [""]
    for piece in split(split(step, room, f" {display.symbols.dot} "), room, " + "):
        if lines[-1] and width(lines[-1]) + width(piece) > room:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return lines


def split(step: Step, room: int, sign: str) -> list[str]:
    """Return the pieces, those longer than the room in two at the last sign."""
    pieces: list[str] = []
    for piece in step:
        head, mark, tail = piece.rpartition(sign) if width(piece) > room else ("", "", piece)
        pieces.extend([head, mark + tail] if head else [piece])
    return pieces
