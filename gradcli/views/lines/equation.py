"""``name = formula = number``: the formula gives way, the number never does."""

from __future__ import annotations

from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.text import width

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

    ``prefixes`` stand before the first line and before the second. The middle is shown in full
    if it fits either way, else it is cut.
    """
    first, second = (Fragment(prefix, "dim") for prefix in prefixes)
    room = display.width - width(first.text)
    needed = width(left.text) + len(EQUALS) + width(middle)
    both = needed + len(EQUALS) + width(right.text)
    if both <= room or needed > room or not middle:
        line = one_line(left, middle, right, room, display)
        if line:
            return [(first, *line)]
    cut = display.show(middle, room - width(left.text) - len(EQUALS))
    return [
        (first, left, Fragment(EQUALS + cut if middle else "")),
        (second, Fragment(EQUALS + right.text, right.style)),
    ]


def in_full(prefix: str, left: Fragment, middle: str, display: Display) -> str:
    """Return the middle if ``left = middle`` fits a line in full, else nothing."""
    needed = width(prefix) + width(left.text) + len(EQUALS) + width(middle)
    return middle if needed <= display.width else ""
