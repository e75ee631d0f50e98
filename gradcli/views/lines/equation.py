"""``name = formula = number``: the formula gives way, the number never does."""

from __future__ import annotations

from gradcli.views.lines.folding import folded
from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.text import width

EQUALS = " = "

NARROWEST = 10
"""No formula is cut to less than this: rather than that, the layout changes."""


MOST_LINES = 4
"""A formula that would take more lines is cut: nobody reads it among others."""


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


def folded_lines(
    prefixes: tuple[str, str], left: Fragment, middle: str, right: Fragment, display: Display
) -> list[Line]:
    """Return the same with a middle that is too long to stand beside the left side.

    It has a line of its own, or is broken where a reader would; what is more than `MOST_LINES` is
    left out, and marked so.
    """
    if not middle:
        return over_lines(prefixes, left, "", right, display)
    first, second = (Fragment(prefix, "dim") for prefix in prefixes)
    room = display.width - width(second.text) - len(EQUALS)
    end: Line = (second, Fragment(EQUALS + right.text, right.style))
    if width(middle) <= room:
        return [(first, left), (second, Fragment(EQUALS + middle)), end]
    before = width(first.text) + width(left.text) + len(EQUALS)
    is_beside = before <= display.width // 2
    begin = folded(middle, display.width - before if is_beside else room)[0]
    lines = [begin, *folded(middle[len(begin) :].strip(), room)]
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} {display.symbols.ellipsis}"]
        lines[-1] = display.show(lines[-1], room)
    told: list[Line] = [(first, left)]
    if is_beside:
        told = [(first, left, Fragment(EQUALS + lines[0]))]
    else:
        told.append((second, Fragment(EQUALS + lines[0])))
    told += [(second, Fragment(" " * len(EQUALS) + line)) for line in lines[1:]]
    return [*told, end]


def in_full(prefix: str, left: Fragment, middle: str, display: Display) -> str:
    """Return the middle if ``left = middle`` fits a line in full, else nothing."""
    needed = width(prefix) + width(left.text) + len(EQUALS) + width(middle)
    return middle if needed <= display.width else ""
