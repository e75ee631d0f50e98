"""The gradient alone: a line for each name, in symbols and in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.blocks import Equation, laid
from gradcli.views.lines.cells import make_cells
from gradcli.views.lines.equation import in_full, over_lines
from gradcli.views.lines.page import ROWS, Display, Page

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return ``∂J/∂a = 3*c = 9`` for each name of the gradient, or that there is none."""
    display = display or Display()
    names = list(solution.gradient)
    if not names:
        name = display.name(solution.output)
        return Page(display.paragraph(f"{name} has no inputs, so there is no gradient."))
    shown = names if display.limit is None else names[:ROWS]
    nodes = {node.name: node for node in solution.nodes}
    lines = []
    for name in shown:
        cells = make_cells(nodes[name], solution.output, display)
        if cells.grad is None:
            continue  # an output that is an array has none
        symbols = in_full("", cells.partial, cells.shown_symbols, display)
        told = [*filter(None, [symbols]), cells.grad.text]
        shown_in = over_lines(("", "  "), cells.partial, symbols, cells.grad, display)
        lines += laid(Equation(cells.partial.text, told), shown_in)
    if len(shown) < len(names):
        more = f"{display.symbols.ellipsis} {len(names) - len(shown):,} more"
        lines += display.paragraph(more, style="dim")
    return Page(lines)
