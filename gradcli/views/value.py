"""The value alone, as a calculator shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page, style_of

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


def render(solution: Solution, display: Display | None = None, name: str = "") -> Page:
    """Return ``21``, or ``J = 21`` where the formula has a name."""
    display = display or Display()
    value = solution.value
    number = Fragment(display.number(value), style_of(value, VALUE))
    line: Line = (number,)
    if name:
        line = (Fragment(display.name(name), "bold"), Fragment(" = "), number)
    return Page([line])
