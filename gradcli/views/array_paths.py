"""The paths of a derivative by an array: what comes along each, their sum, and the check of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.blocks import Equation, laid
from gradcli.views.lines.page import DERIVATIVE, Display, Fragment, Line, Page, style_of
from gradcli.views.lines.text import width
from gradcli.views.paths import (
    columns,
    definitions,
    derivatives,
    heading,
    no_path,
    not_listed,
    read_from,
    route,
    stations_of,
)
from gradcli.views.whole import whole

if TYPE_CHECKING:
    from gradcli.chains.array_path import ArrayPath
    from gradcli.chains.result import PathSums

DEFINITION = (
    "A path goes from array to array. Along an edge to what is done entry by entry, what comes "
    "back is multiplied by its partials; an operation on whole arrays multiplies it by a matrix, "
    "adds entries, or puts them elsewhere. A product is one such step, of arrays of any size; "
    "partials that are 1 or -1 are not multiplied. For a net in numbers, gradcli paths --count "
    "--layers 784,128,10 counts the paths from one weight."
)


def render(sums: PathSums, display: Display | None = None) -> Page:
    """Return the page of the paths from an array."""
    display = display or Display()
    sums = sums if display.full else sums.outlined
    lines = heading(sums, display)
    if not sums.counts.paths:
        return Page([*lines, *no_path(sums, display)])
    lines += read_from(sums, display)
    for number, path in enumerate(sums.paths, start=1):
        lines += [(), *_one_path(number, path, display)]
    lines += not_listed(sums, display)
    lines += [(), *_check(sums, display)]
    counts = sums.counts
    cost = (
        f"Products of arrays: {whole(counts.expanded.multiplications)} for this derivative path "
        f"by path, {whole(counts.backward.multiplications)} in one backward pass for "
        f"{derivatives(counts.inputs)}; see --count."
    )
    lines += display.paragraph(cost)
    if sums.definitions:
        lines += [(), *definitions(sums.definitions, display)]
    return Page(lines)


def render_counts(sums: PathSums, display: Display | None = None) -> Page:
    """Return the page that counts paths and compares the two ways to their sum."""
    display = display or Display()
    sums = sums if display.full else sums.outlined
    counts = sums.counts
    rows = [("", "products", "additions")]
    for label, cost in (
        ("this derivative, path by path", counts.expanded),
        (f"one backward pass, {derivatives(counts.inputs)}", counts.backward),
    ):
        rows.append((label, whole(cost.multiplications), whole(cost.additions)))
    lines = [*heading(sums, display), (), *columns(rows, display), ()]
    return Page([*lines, *display.paragraph(DEFINITION, style="dim")])


def _one_path(number: int, path: ArrayPath, display: Display) -> list[Line]:
    """Return a path's stations, and what comes along it in symbols and in numbers."""
    label = f"{number}. "
    arrow = " > " if display.is_ascii else " → "
    stations = stations_of(path.nodes, display.width - len(label) - width(arrow), display)
    lines = route(label, stations, arrow, display)
    value = display.number(path.value)
    members = [value]
    if path.formula is not None and path.formula != value:
        members.insert(0, path.formula)
        room = None if display.limit is None else display.width - len(label) - 2
        lines += [(Fragment(f"{' ' * len(label)}= {display.show(path.formula, room)}"),)]
    style = style_of(path.value, DERIVATIVE)
    lines.append((Fragment(" " * len(label) + "= "), Fragment(value, style)))
    return laid(Equation(f"path {number}", members, None, arrow.join(stations)), lines)


def _check(sums: PathSums, display: Display) -> list[Line]:
    """Return the sentence that compares the sum of the products with backpropagation."""
    partial = display.partial(sums.output, sums.source)
    gradient = "" if sums.gradient is None else display.number(sums.gradient)
    if sums.total is None:
        return display.paragraph(f"Backpropagation gives {partial} = {gradient}.")
    if sums.is_limit:
        return display.paragraph(
            f"Paths are infinite at the point; beside it their sum goes to {partial} = "
            f"{display.number(sums.total)}, as backpropagation gives."
        )
    count = sums.counts.paths
    of_all = "The one path" if count == 1 else f"The sum of all {whole(count)} paths"
    both = f"{of_all} gives {partial} = {display.number(sums.total)}"
    aside = f" on the side that is shown, and {gradient} is used" if sums.is_beside else ""
    if sums.agrees:
        both += f", as backpropagation does{aside}."
        return display.paragraph(both, style="green")
    both += f"; backpropagation {display.number(sums.backward)}{aside}"
    if sums.agrees is None:
        return display.paragraph(f"{both}.")
    return display.paragraph(f"{both}: they differ.", style="red")
