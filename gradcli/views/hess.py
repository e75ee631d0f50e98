"""A Hessian: its entries by name, the gradient, the eigenvalues, and what the point is."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from gradcli.programs.result import FLAT, MAXIMUM, MINIMUM, SADDLE, SLOPE
from gradcli.views.lines import matrix
from gradcli.views.lines.page import VALUE, Display, Line, Page
from gradcli.views.lines.unicode import derivative

if TYPE_CHECKING:
    from gradcli.programs.result import Direction, Hessian

WORDS = {
    MINIMUM: "A minimum: the gradient is 0, and all eigenvalues are positive.",
    MAXIMUM: "A maximum: the gradient is 0, and all eigenvalues are negative.",
    SADDLE: "A saddle: the gradient is 0, and eigenvalues have both signs.",
    FLAT: "Flat: the gradient is 0, an eigenvalue is 0, and no two have different signs; second "
    "derivatives do not tell what this is.",
}
"""What is said of each kind of point but a slope."""


def render(hessian: Hessian, display: Display | None = None) -> Page:
    """Return the page of a Hessian."""
    display = display or Display()
    output = display.name(hessian.output)
    lines = display.paragraph(f"{output} = {display.number(hessian.value)}", style=f"bold {VALUE}")
    if not hessian.names:
        return Page([*lines, (), *display.paragraph("It has no inputs to differentiate by.")])
    lines += [(), *_entries(hessian, display)]
    if hessian.eigenvalues:
        lines += [(), *matrix.row("eigenvalues", hessian.eigenvalues, display)]
    if hessian.along is not None:
        lines += [(), *_along(hessian.along, display)]
    point = _point(hessian, display)
    return Page([*lines, (), *display.paragraph(point)] if point else lines)


def _entries(hessian: Hessian, display: Display) -> list[Line]:
    """Gradient and Hessian as a table where it fits, or else an entry a line."""
    names, output = hessian.names, display.name(hessian.output)
    first = f"{display.symbols.nabla}{output}", hessian.gradient
    whole = matrix.table(names, names, hessian.rows, hessian.entries, display, first)
    if whole is not None:
        return whole
    slopes = [
        (display.partial(hessian.output, each), slope)
        for each, slope in zip(names, hessian.gradient, strict=True)
    ]
    bends = [
        (derivative(display, output, [display.name(names[each]) for each in (row, column)]), entry)
        for row, column, entry in hessian.triplets
        if row <= column
    ]
    lines = [*matrix.entries(slopes, display), (), *matrix.entries(bends, display)]
    if 2 * len(bends) < len(names) * (len(names) + 1):
        lines += display.paragraph("All other second derivatives are 0.", style="dim")
    return lines


def _along(along: Direction, display: Display) -> list[Line]:
    """The slope and the curvature in a direction, and the Hessian times it."""
    product = [(f"product by {display.name(x)}", each) for x, each in along.product.items()]
    parts = [("slope", along.slope), ("curvature", along.curvature), *product]
    return [*matrix.along(along.vector, display), *matrix.entries(parts, display)]


def _point(hessian: Hessian, display: Display) -> str | None:
    if hessian.point == SLOPE:
        length = display.number(hypot(*hessian.gradient))
        return f"Not stationary: the gradient has the length {length}."
    return WORDS.get(hessian.point or "")
