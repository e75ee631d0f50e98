"""The value alone, as a calculator shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.evaluation.objects import is_finite
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


def render(solution: Solution, display: Display | None = None, name: str = "") -> Page:
    """Return ``21``, or ``J = 21`` where the formula has a name."""
    display = display or Display()
    style = VALUE if is_finite(solution.value) else "red"
    number = Fragment(display.number(solution.value), style)
    line: Line = (number,)
    if name:
        line = (Fragment(display.name(name), "bold"), Fragment(" = "), number)
    return Page([line])
