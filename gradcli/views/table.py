"""The table: every node's formula, value and partial derivative, one node a row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.equation import EQUALS, NARROWEST, in_full, over_lines
from gradcli.views.header import header
from gradcli.views.number import align
from gradcli.views.page import Display, Fragment, Line, Page
from gradcli.views.rows import choose, footer, gap, with_gaps
from gradcli.views.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.solution import NodeReport, Solution

GUTTER = "   "


class Row(NamedTuple):
    """What is shown of a node: its texts, and whether value and gradient are finite."""

    name: str
    partial: str
    formula: str
    value: str
    symbols: str
    grad: str
    is_input: bool
    finite: tuple[bool, bool]


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the table of a solution: in columns or, where these do not fit, as records."""
    display = display or Display()
    positions = choose(solution, display.limit)
    rows = [make_row(solution.nodes[i], solution.output, display) for i in positions]
    heading = display.partial(solution.output, "node")
    layout = fit(rows, heading, display)
    if layout:
        titles, body = table(rows, heading, layout, display)
    else:
        titles, body = [], [record(row, display) for row in rows]
    lines = [*header(solution, display), *titles]
    gaps = with_gaps(positions, range(len(solution.nodes)))
    for (_, missing), row_lines in zip(gaps, body, strict=True):
        if missing:
            lines.append(gap(missing, display))
        lines.extend(row_lines)
    return Page([*lines, *footer(len(rows), len(solution.nodes), display)])


def make_row(node: NodeReport, output: str, display: Display) -> Row:
    """Return the texts of a node; formulas are no wider than the display."""
    symbols = display.symbols.ellipsis if node.derivative is None else node.derivative
    return Row(
        display.name(node.name),
        display.partial(output, node.name),
        "input" if node.op == "input" else display.show(node.expression, display.width),
        display.number(node.value),
        display.show(symbols, display.width),
        display.number(node.grad),
        node.op == "input",
        (math.isfinite(node.value), math.isfinite(node.grad)),
    )


class Layout(NamedTuple):
    """The widths of the columns, in cells."""

    name: int
    formula: int
    value: int
    symbols: int


def fit(rows: Sequence[Row], heading: str, display: Display) -> Layout | None:
    """Return the widths of the columns, or None if no table fits the display.

    Names and numbers are never cut. Of formulas and derivatives the wider gives way first.
    """
    name = max(width("node"), *(width(row.name) for row in rows))
    value = max(width("value"), len(align([row.value for row in rows])[0]))
    grad = len(align([row.grad for row in rows])[0])
    formula = max(width("formula"), *(width(row.formula) for row in rows))
    symbols = max(width(row.symbols) for row in rows)
    symbols = max(symbols, width(heading) - len(EQUALS) - grad)
    room = display.width - name - value - grad - 3 * len(GUTTER) - len(EQUALS)
    if formula + symbols > room:
        half = room // 2
        if half < NARROWEST:
            return None
        if formula <= half:
            symbols = room - formula
        elif symbols <= half:
            formula = room - symbols
        else:
            formula = symbols = half
    return Layout(name, formula, value, symbols)


def table(
    rows: Sequence[Row], heading: str, layout: Layout, display: Display
) -> tuple[list[Line], list[list[Line]]]:
    """Return the heading of the table and for each row its one line."""
    values = align([row.value for row in rows])
    grads = align([row.grad for row in rows])
    titles = GUTTER.join(
        [
            pad("node", layout.name),
            pad("formula", layout.formula),
            "value".rjust(layout.value),
            pad(heading, layout.symbols + len(EQUALS) + len(grads[0])),
        ]
    )
    body = [
        [line(row, value, grad, layout, display)]
        for row, value, grad in zip(rows, values, grads, strict=True)
    ]
    rule = Fragment(display.symbols.rule * width(titles), "dim")
    return [(Fragment(titles, "bold"),), (rule,)], body


def line(row: Row, value: str, grad: str, layout: Layout, display: Display) -> Line:
    """Return a row of the table as one line."""
    formula = pad(display.show(row.formula, layout.formula), layout.formula)
    symbols = pad(display.show(row.symbols, layout.symbols), layout.symbols)
    return (
        Fragment(pad(row.name, layout.name) + GUTTER, "bold"),
        Fragment(formula + GUTTER, "dim" if row.is_input else ""),
        Fragment(value.rjust(layout.value) + GUTTER, "" if row.finite[0] else "red"),
        Fragment(symbols + EQUALS),
        Fragment(grad, "green" if row.finite[1] else "red"),
    )


def record(row: Row, display: Display) -> list[Line]:
    """Return the lines of a node where there is no room for columns."""
    value = Fragment(row.value, "" if row.finite[0] else "red")
    grad = Fragment(row.grad, "green" if row.finite[1] else "red")
    formula = "" if row.is_input else row.formula
    partial = Fragment(row.partial)
    symbols = "" if row.symbols in (row.grad, display.symbols.ellipsis) else row.symbols
    symbols = in_full("  ", partial, symbols, display)
    return [
        *over_lines(("", " "), Fragment(row.name, "bold"), formula, value, display),
        *over_lines(("  ", "   "), partial, symbols, grad, display),
    ]
