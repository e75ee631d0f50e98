"""A small step: prediction and truth side by side, and how far the straight line holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gradcli.engine.beyond import compute, is_number, product
from gradcli.views.lines.columns import GUTTER, lined_up
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page, style_of
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.nudge import Move, Nudge, Reach

MOST_MOVES = 20
"""Inputs that are shown unless everything is asked for."""


def render(nudge: Nudge, display: Display | None = None) -> Page:
    """Return the page of a step."""
    display = display or Display()
    moves = sorted(nudge.moves, key=lambda move: -abs(move.share))
    if display.limit is None or len(moves) <= MOST_MOVES:
        moves, left_out = list(nudge.moves), 0
    else:
        moves, left_out = moves[:MOST_MOVES], len(moves) - MOST_MOVES
    lines = table(moves, nudge.output, display)
    if left_out:
        note = f"{display.symbols.ellipsis} {left_out} with smaller shares; --all shows them"
        lines.append((Fragment(note, "dim"),))
    return Page([*lines, (), *changes(nudge, display), (), *reach_lines(nudge, display)])


def signed(value: float, display: Display) -> str:
    """Return a change with its sign."""
    text = display.number(value)
    return f"+{text}" if value > 0 else text


def table(moves: Sequence[Move], output: str, display: Display) -> list[Line]:
    """Return a row for each input that is moved; records where the table does not fit."""
    delta = "d" if display.is_ascii else "Δ"
    partial = display.partial(output, "input")
    titles = [
        "input",
        "before",
        delta,
        "after",
        partial,
        f"{partial} {display.symbols.dot} {delta}",
    ]
    rows = [
        [
            display.name(move.name),
            display.number(move.before),
            signed(move.delta, display),
            display.number(move.after),
            display.number(move.slope),
            signed(move.share, display),
        ]
        for move in moves
    ]
    return lined_up(titles, rows, lambda name: own_titles(titles, output, name, display), display)


def own_titles(titles: Sequence[str], output: str, name: str, display: Display) -> list[str]:
    """Return the titles with the sign of the derivative by one input."""
    general, own = display.partial(output, "input"), display.partial(output, name)
    return [title.replace(general, own) for title in titles]


def changes(nudge: Nudge, display: Display) -> list[Line]:
    """Return the predicted and the actual change, and the difference."""
    output = display.name(nudge.output)
    before, after = display.number(nudge.before), display.number(nudge.after)
    actual = signed(nudge.actual, display)
    rows = [
        (f"{output} before", before, ""),
        (f"{output} after", after, ""),
        ("predicted change", signed(nudge.predicted, display), "bold"),
        ("actual change", actual, style_of(nudge.actual, VALUE)),
    ]
    column = max(width(label) for label, _, _ in rows)
    if column + len(GUTTER) + max(width(text) for _, text, _ in rows) > display.width:
        stacked: list[Line] = []
        for label, text, style in rows:
            stacked += [(Fragment(label),), (Fragment(f"  {text}", style),)]
        return [*stacked, *display.paragraph(difference(nudge, display))]
    lines: list[Line] = [
        (Fragment(f"{pad(label, column)}   "), Fragment(text, style)) for label, text, style in rows
    ]
    made = f" = {after} - {display.operand(nudge.before)}"
    if before != "0" and column + width(actual + made) + 3 <= display.width:
        lines[-1] = (*lines[-1], Fragment(made))
    return [*lines, *display.paragraph(difference(nudge, display))]


def difference(nudge: Nudge, display: Display) -> str:
    """Return by how much the prediction is off."""
    off = abs(compute("sub", nudge.actual, nudge.predicted))
    if not is_number(off):
        return "They cannot be compared."
    if not off:
        return "The prediction is exact."
    size = max(abs(nudge.before), abs(nudge.after))
    if off <= product(8 * sys.float_info.epsilon, size):
        return f"The prediction is off by {display.number(off)}, which is rounding."
    share = ""
    if nudge.predicted:
        part = compute("div", off, abs(nudge.predicted))
        share = f", {percent(part, display)} of it"
    return f"The prediction is off by {display.number(off)}{share}."


def percent(share: float, display: Display) -> str:
    """Return a share in per cent, with three digits."""
    precision = display.precision or 3
    return f"{Display(precision=precision).number(product(100.0, share))} %"


def reach_lines(nudge: Nudge, display: Display) -> list[Line]:
    """Return how far the straight line holds."""
    if not nudge.reaches:
        why = "not all of these numbers are finite"
        if not nudge.predicted:
            why = "the gradient predicts no change in this direction"
        elif all(map(is_number, (nudge.before, nudge.after, nudge.predicted))):
            why = "not all of these numbers are in the range of floats"
        return display.paragraph(f"How far the straight line holds cannot be said: {why}.")
    lines = display.paragraph("The straight line holds in this direction", style="bold")
    for reach in nudge.reaches:
        label = f"within {percent(reach.tolerance, display)}:"
        sentence = f"{label.ljust(12)} {how_far(reach, nudge.moves, display)}"
        lines += display.paragraph(sentence, indent=2)
    return lines


def how_far(reach: Reach, moves: Sequence[Move], display: Display) -> str:
    """Return the furthest step at which the line still holds, in words."""
    if reach.is_all:
        return "as far as was tried, 1e12 times this step"
    if reach.scale is None:
        return "not even for the smallest step that can be told from rounding"
    rough = Display(precision=display.precision or 3, encoding=display.encoding)
    if len(moves) > 1:
        return f"up to {rough.number(reach.scale)} times this step"
    (move,) = moves
    name = display.name(move.name)
    return (
        f"up to {signed(reach.scale * move.delta, rough)}, "
        f"{name} = {display.number(move.before + reach.scale * move.delta)}"
    )
