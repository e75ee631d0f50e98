"""Derivatives of higher order at a point: a line for each, along a direction or by names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines import matrix
from gradcli.views.lines.page import Display, Page
from gradcli.views.lines.unicode import derivative

if TYPE_CHECKING:
    from gradcli.programs.orders import Orders


def render(orders: Orders, display: Display | None = None) -> Page:
    """Return the page of derivatives up to some order."""
    display = display or Display()
    output = display.name(orders.output)
    lines = display.paragraph(f"{output} = {display.number(orders.value)}", style="bold")
    if orders.along is not None:
        named = [(f"order {at}", each) for at, each in enumerate(orders.along.derivatives, 1)]
        lines += [(), *matrix.along(orders.along.vector, display)]
        return Page([*lines, *matrix.entries(named, display)])
    for order in range(1, orders.order + 1):
        of_order = [
            (derivative(display, output, [*map(display.name, names)]), value)
            for names, value in orders.partials.items()
            if len(names) == order
        ]
        lines += [(), *matrix.entries(of_order, display)]
    return Page(lines)
