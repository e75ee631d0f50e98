"""``name = formula = number``: the formula gives way, the number never does."""

from __future__ import annotations

from gradcli.views.page import Display, Fragment, Line
from gradcli.views.text import width

EQUALS = " = "

NARROWEST = 10
"""No formula is cut to less than this: rather than that, the layout changes."""


def one_line(
    left: Fragment, middle: str, right: Fragment, room: int, display: Display
) -> Line | None:
    """Return ``left = middle = right`` in ``room`` cells, or None if it does not fit.

    The middle may be empty; it is cut if that is enough.
    """
    tail = Fragment(EQUALS + right.text, right.style)
    room -= width(left.text) + width(tail.text)
    if not middle:
        return (left, tail) if room >= 0 else None
    room -= len(EQUALS)
    if room < min(width(middle), NARROWEST):
        return None
    return left, Fragment(EQUALS + display.show(middle, room)), tail


def over_lines(
    prefixes: tuple[str, str], left: Fragment, middle: str, right: Fragment, display: Display
) -> list[Line]:
    """Return ``left = middle = right`` as one line or as two with the number in the second.

    ``prefixes`` stand before the first line and before the second.
    """
    first, second = prefixes
    line = one_line(left, middle, right, display.width - width(first), display)
    if line:
        return [(Fragment(first, "dim"), *line)]
    room = display.width - width(first) - width(left.text) - len(EQUALS)
    cut = Fragment(EQUALS + display.show(middle, room) if middle else "")
    return [
        (Fragment(first, "dim"), left, cut),
        (Fragment(second, "dim"), Fragment(EQUALS + right.text, right.style)),
    ]
