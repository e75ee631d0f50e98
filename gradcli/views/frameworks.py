"""What frameworks give at a point: their gradients beside ours, and the conventions behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.trust.frameworks import DATE, VERSIONS, frameworks
from gradcli.views.lines.columns import lined_up
from gradcli.views.lines.header import header
from gradcli.views.lines.page import Display, Line, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.solution import Solution

_NONE = "-"
"""Where a framework has no such function."""


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return a row for us and for each framework, and what single operations have in each."""
    display = display or Display()
    if solution.is_of_arrays:
        return Page(
            display.paragraph("What frameworks give is known of programs of numbers alone.")
        )
    found = frameworks(solution)
    names = [*solution.gradient]
    titles = ["", *[display.partial(solution.output, name) for name in names]]
    rows = [["gradcli", *map(display.number, solution.gradient.values())]]
    for name, gradient in found.gradients.items():
        numbers = [_NONE] * len(names)
        if gradient is not None:
            numbers = [display.number(gradient[each]) for each in names]
        rows.append([f"{name} {VERSIONS[name]}", *numbers])
    lines: list[Line] = [
        *header(solution, display),
        *(lined_up(titles, rows, lambda _: titles, display) if names else ()),
    ]
    lines += [()] * bool(names)
    if not found.conventions:
        told = f"No operation with a convention of its own is tied here (as of {DATE})."
        return Page([*lines, *display.paragraph(told)])
    lines += display.paragraph(f"Where it is tied, each has a convention (as of {DATE}):")
    heads = ["operation", *VERSIONS]
    told_rows = [
        [display.show(each.formula), *[_shown(slopes, display) for slopes in each.slopes.values()]]
        for each in found.conventions
    ]
    return Page([*lines, *lined_up(heads, told_rows, lambda _: heads, display)])


def _shown(slopes: Sequence[float] | None, display: Display) -> str:
    return _NONE if slopes is None else ", ".join(map(display.number, slopes))
