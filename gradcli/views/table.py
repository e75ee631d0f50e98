"""The table: every node's formula, value and partial derivative, one node a row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.lines.equation import EQUALS, NARROWEST, in_full, over_lines
from gradcli.views.lines.header import header
from gradcli.views.lines.number import align
from gradcli.views.lines.page import Display, Fragment, Line, Page, line_width
from gradcli.views.lines.rows import choose, footer, gap, with_gaps
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from gradcli.evaluation.nodes import NodeReport
    from gradcli.evaluation.solution import Solution

GUTTER = 3
"""Cells between two columns."""


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
    gaps = [missing for _, missing in with_gaps(positions, range(len(solution.nodes)))]
    heading = display.partial(solution.output, "node")
    layout = fit(rows, heading, display)
    body = (
        in_columns(rows, gaps, heading, layout, display) if layout else records(rows, gaps, display)
    )
    return Page(
        [
            *header(solution, display),
            *body,
            *footer(len(rows), len(solution.nodes), display),
        ]
    )


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
    """The widths of the columns, in cells; the last one's is that of the symbols alone."""

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
    room = display.width - name - value - grad - 3 * GUTTER - len(EQUALS)
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


def in_columns(
    rows: Sequence[Row], gaps: Sequence[int], heading: str, layout: Layout, display: Display
) -> Iterator[Line]:
    """Yield the table; where nodes are left out, it is interrupted by a line that says so."""
    grads = align([row.grad for row in rows])
    values = align([row.value for row in rows])
    widths = (
        layout.name,
        layout.formula,
        layout.value,
        layout.symbols + len(EQUALS) + len(grads[0]),
    )
    titles = ("node", "formula", "value".rjust(layout.value), heading)
    yield columns([(Fragment(title, "bold"),) for title in titles], widths)
    rule = display.symbols.rule * (sum(widths) + GUTTER * (len(widths) - 1))
    yield (Fragment(rule, "dim"),)
    for row, missing, value, grad in zip(rows, gaps, values, grads, strict=True):
        if missing:
            yield gap(missing, display)
        yield columns(cells(row, value, grad, layout, display), widths)


def columns(cells: Sequence[Line], widths: Sequence[int]) -> Line:
    """Return cells as a line, each filled to the width of its column."""
    line: list[Fragment] = []
    for cell, cells_wide in zip(cells, widths, strict=True):
        blank = cells_wide + GUTTER - line_width(cell)
        line += [*cell, Fragment(" " * blank)]
    return line[:-1]


def cells(row: Row, value: str, grad: str, layout: Layout, display: Display) -> list[Line]:
    """Return the cells of a row."""
    symbols = pad(display.show(row.symbols, layout.symbols), layout.symbols)
    formula = display.show(row.formula, layout.formula)
    return [
        (Fragment(row.name, "bold"),),
        (Fragment(formula, "dim" if row.is_input else ""),),
        (Fragment(value.rjust(layout.value), "" if row.finite[0] else "red"),),
        (Fragment(symbols + EQUALS), Fragment(grad, "green" if row.finite[1] else "red")),
    ]


def records(rows: Sequence[Row], gaps: Sequence[int], display: Display) -> Iterator[Line]:
    """Yield the lines of all nodes where there is no room for columns."""
    for row, missing in zip(rows, gaps, strict=True):
        if missing:
            yield gap(missing, display)
        yield from record(row, display)


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
