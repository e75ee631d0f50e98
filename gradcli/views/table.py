"""The table: every node's formula, value and partial derivative, one node a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gradcli.graph.naming import LONG
from gradcli.views.lines.blocks import Table, laid
from gradcli.views.lines.cells import Cells, below_each_other, make_cells
from gradcli.views.lines.equation import EQUALS, NARROWEST
from gradcli.views.lines.header import header
from gradcli.views.lines.narrow import narrowed, with_steps
from gradcli.views.lines.number import align
from gradcli.views.lines.page import ENDLESS, Display, Fragment, Line, Page, line_width
from gradcli.views.lines.rows import choose, footer, gap, nodes_of, with_gaps
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution

IN_DOCUMENTS = 48
"""A derivative in symbols has so much room where no terminal is narrow: a page is not endless."""

GUTTER = 3
"""Cells between two columns."""


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the table of a solution: in columns or, where these do not fit, as records."""
    display = display or Display()
    every = nodes_of(solution, display)
    nodes = narrowed(every, solution, display)
    if not nodes:
        sentence = "No node is of the kind that is asked for."
        return Page([*header(solution, display), *display.paragraph(sentence)])
    positions = choose(nodes, display.limit)
    # What is wider than the display is not shown; in a document it can be as long as it is.
    longest = LONG if display.width >= ENDLESS else display.width
    rows = [make_cells(nodes[i], solution.output, display, longest=longest) for i in positions]
    gaps = [missing for _, missing in with_gaps(positions, range(len(nodes)))]
    heading = display.partial(solution.output, "node")
    layout = fit(rows, heading, display)
    rows = [*with_steps(rows, room_of(rows, layout, display), every, solution, display)]
    layout = layout and fit(rows, heading, display)
    body = (
        in_columns(rows, gaps, heading, layout, display) if layout else records(rows, gaps, display)
    )
    return Page(
        [
            *header(solution, display),
            *laid(as_table(rows, gaps, heading, display), body),
            *footer(len(rows), len(nodes), display),
        ]
    )


def room_of(rows: Sequence[Cells], layout: Layout | None, display: Display) -> int:
    """Return how many cells there are for a derivative in symbols."""
    if display.width >= ENDLESS:
        return IN_DOCUMENTS
    if layout:
        return layout.symbols
    left = max(width(row.partial.text) for row in rows)
    return display.width - left - len("  ") - len(EQUALS)


def as_table(rows: Sequence[Cells], gaps: Sequence[int], heading: str, display: Display) -> Table:
    """Return the rows as cells, for who sets them otherwise."""
    has_grads = any(row.grad is not None for row in rows)
    titles = ["node", "formula", "value", *([heading, "in numbers"] if has_grads else [])]
    cells = []
    for row, missing in zip(rows, gaps, strict=True):
        if missing:
            cells.append([gap(missing, display)[0].text, *[""] * (len(titles) - 1)])
        grad = [] if row.whole_grad is None else [row.step or row.symbols, row.whole_grad.text]
        cells.append([row.name.text, row.formula, row.value.text, *grad])
    return Table(titles, cells, frozenset((1, 3)))


def formula_of(row: Cells) -> str:
    """Return what stands in the column of formulas."""
    return row.formula or "input"


def grads_of(rows: Sequence[Cells]) -> list[str]:
    """Return the derivatives, aligned, with what they are on both sides, all equally wide.

    There are none of an output that is an array.
    """
    shown = [row for row in rows if row.grad is not None]
    numbers = align([row.grad.text for row in shown if row.grad is not None])
    grads = [number + row.sides for row, number in zip(shown, numbers, strict=True)]
    widest = max(map(width, grads), default=0)
    return [pad(grad, widest) for grad in grads]


def symbols_of(row: Cells, display: Display) -> str:
    """Return what stands before the derivative's number."""
    return row.step or row.symbols or display.symbols.ellipsis


class Layout(NamedTuple):
    """The widths of the columns, in cells; the last one's is that of the symbols alone.

    There is no last column where no node has a derivative, as of an output that is an array.
    """

    name: int
    formula: int
    value: int
    symbols: int


def fit(rows: Sequence[Cells], heading: str, display: Display) -> Layout | None:
    """Return the widths of the columns, or None if no table fits the display.

    Names and numbers are never cut. Of formulas and derivatives the wider gives way first.
    """
    name = max(width("node"), *(width(row.name.text) for row in rows))
    value = max(width("value"), len(align([row.value.text for row in rows])[0]))
    formula = max(width("formula"), *(width(formula_of(row)) for row in rows))
    grads = grads_of(rows)
    if not grads:
        room = display.width - name - value - 2 * GUTTER
        return Layout(name, min(formula, room), value, 0) if room >= NARROWEST else None
    grad = len(grads[0])
    symbols = max(
        display.width if row.is_long and not row.step else width(symbols_of(row, display))
        for row in rows
    )
    headed = width(heading) - len(EQUALS) - grad
    symbols = max(symbols, headed)
    room = display.width - name - value - grad - 3 * GUTTER - len(EQUALS)
    if formula + symbols > room:
        half = room // 2
        if half < NARROWEST or room - headed < min(formula, NARROWEST):
            return None
        if formula <= half:
            symbols = room - formula
        elif symbols <= half:
            formula = room - symbols
        else:
            formula = symbols = half
        # The column is as wide as what stands above it.
        symbols = max(symbols, headed)
        formula = min(formula, room - symbols)
    return Layout(name, formula, value, symbols)


def in_columns(
    rows: Sequence[Cells], gaps: Sequence[int], heading: str, layout: Layout, display: Display
) -> Iterator[Line]:
    """Yield the table; where nodes are left out, it is interrupted by a line that says so."""
    grads = grads_of(rows)
    values = align([row.value.text for row in rows])
    widths = [layout.name, layout.formula, layout.value]
    titles = ["node", "formula", "value".rjust(layout.value)]
    if grads:
        widths.append(layout.symbols + len(EQUALS) + len(grads[0]))
        titles.append(heading)
    yield columns([(Fragment(title, "bold"),) for title in titles], widths)
    rule = display.symbols.rule * (sum(widths) + GUTTER * (len(widths) - 1))
    yield (Fragment(rule, "dim"),)
    for row, missing, value, grad in zip(rows, gaps, values, grads or values, strict=True):
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


def cells(row: Cells, value: str, grad: str, layout: Layout, display: Display) -> list[Line]:
    """Return the cells of a row."""
    formula = display.show(formula_of(row), layout.formula)
    line: list[Line] = [
        (row.name,),
        (Fragment(formula, "" if row.formula else "dim"),),
        (Fragment(value.rjust(layout.value), row.value.style),),
    ]
    if row.grad is not None:
        symbols = pad(display.show(symbols_of(row, display), layout.symbols), layout.symbols)
        line.append((Fragment(symbols + EQUALS), Fragment(grad, row.grad.style)))
    return line


def records(rows: Sequence[Cells], gaps: Sequence[int], display: Display) -> Iterator[Line]:
    """Yield the lines of all nodes where there is no room for columns."""
    for row, missing in zip(rows, gaps, strict=True):
        if missing:
            yield gap(missing, display)
        yield from below_each_other(row, ("", " "), ("  ", "   "), display)
