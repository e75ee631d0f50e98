"""The line at the top of every view: the expression and its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.blocks import Equation, laid
from gradcli.views.lines.page import VALUE, Display, Fragment, Line
from gradcli.views.lines.text import width

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


def header(solution: Solution, display: Display) -> list[Line]:
    """Return the lines ``J = 3*(a + b*c) = 21`` and a blank one.

    A long expression is cut, the result never; if both do not fit, the result has its own line.
    """
    name = display.name(solution.output)
    result = Fragment(f" = {display.number(solution.value)}", f"bold {VALUE}")
    # A long program is not written to the end only to be cut.
    expression = solution.beginning(min(4 * display.width, display.looked_at(display.width) + 1))
    value = display.number(solution.value)
    if not expression:
        return [*laid(Equation(name, [value]), [(Fragment(name, "bold"), result)]), ()]
    room = display.width - width(result.text)
    shown = display.show(expression, room)
    if shown == display.show(expression):
        return [*laid(Equation(shown, [value]), [(Fragment(shown), result)]), ()]
    first = Fragment(display.show(expression, display.width))
    return [(first,), (Fragment(name, "bold"), result), ()]
