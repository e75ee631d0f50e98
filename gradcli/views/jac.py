"""A Jacobian: a row for each output, a column for each input, and products with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines import matrix
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page

if TYPE_CHECKING:
    from gradcli.programs.result import Along, Jacobian


def render(jacobian: Jacobian, display: Display | None = None) -> Page:
    """Return the page of a Jacobian."""
    display = display or Display()
    lines = _entries(jacobian, display)
    if jacobian.along is not None:
        lines += [(), *_product(jacobian.along, display)]
    if jacobian.back is not None:
        lines += [(), *_product(jacobian.back, display)]
    return Page(lines)


def _entries(jacobian: Jacobian, display: Display) -> list[Line]:
    """Values and derivatives as a table where it fits, or else an entry a line."""
    first = "value", jacobian.values
    sign = display.symbols.partial
    titles = [f"{sign}/{sign}{display.name(column)}" for column in jacobian.columns]
    whole = matrix.table(jacobian.names, titles, jacobian.rows, jacobian.entries, display, first)
    if whole is not None:
        return whole
    values = [
        (display.name(name), value)
        for name, value in zip(jacobian.names, jacobian.values, strict=True)
    ]
    slopes = [
        (display.partial(jacobian.names[row], jacobian.columns[column]), entry)
        for row, column, entry in jacobian.triplets
    ]
    lines: list[Line] = [
        (Fragment("values", "bold"),),
        *matrix.entries(values, display, VALUE),
        (),
        (Fragment("derivatives", "bold"),),
        *matrix.entries(slopes, display),
    ]
    if len(slopes) < len(jacobian.names) * len(jacobian.columns):
        lines += display.paragraph("All other derivatives are 0.", style="dim")
    return lines


def _product(along: Along, display: Display) -> list[Line]:
    """A vector, and its product with the Jacobian."""
    parts = [(display.name(name), each) for name, each in along.product.items()]
    return [*matrix.along(along.vector, display), *matrix.entries(parts, display)]
