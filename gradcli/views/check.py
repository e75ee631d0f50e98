"""A check: every derivative beside its reference, how far off it is, and what that comes to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradcli.views.lines.blocks import block_of, laid
from gradcli.views.lines.columns import below_each_other, in_columns
from gradcli.views.lines.header import header
from gradcli.views.lines.page import Display, Fragment, Line, Page, flowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.trust.result import Check, Entry


def render(check: Check, display: Display | None = None) -> Page:
    """Return the page of a check."""
    display = display or Display()
    shown = chosen(check.entries, display.limit)
    left_out = len(check.entries) - len(shown)
    lines = [*table(check, shown, display), ()] if shown else []
    if left_out:
        lines.pop()
        words = f"{left_out} of {len(check.entries)} with smaller errors are left out: --all"
        lines += [*display.paragraph(f"{words} shows them."), ()]
    return Page(
        [*header(check.solution, display), *point(check, display), *lines, *outcome(check, display)]
    )


def point(check: Check, display: Display) -> list[Line]:
    """Return the point, if it was chosen and so is news."""
    if not check.is_chosen:
        return []
    values = ", ".join(
        f"{display.name(name)} = {display.number(value)}" for name, value in check.inputs.items()
    )
    return [*display.paragraph(f"at {values}, as no values are given"), ()]


def chosen(entries: Sequence[Entry], limit: int | None) -> Sequence[Entry]:
    """Return the entries to show, in their order: first those that are wrong, then by error."""
    if limit is None or len(entries) <= limit:
        return entries
    order = sorted(entries, key=lambda each: (each.is_right, -(each.ulp or 0.0)))
    kept = set(map(id, order[:limit]))
    return [each for each in entries if id(each) in kept]


def table(check: Check, entries: Sequence[Entry], display: Display) -> list[Line]:
    """Return a row for each entry; records where the table does not fit."""
    general = display.partial(check.solution.output, "node")
    titles = ["node", general, "in many digits", "off by", ""]
    rows = [
        [
            display.name(each.name),
            "" if math.isnan(each.gradient) and each.ulp is None else display.number(each.gradient),
            "" if math.isnan(each.reference) else display.number(each.reference),
            off(each, display),
            "" if each.is_right else "wrong",
        ]
        for each in entries
    ]
    if check.is_right:
        titles, rows = titles[:-1], [row[:-1] for row in rows]
    lines = in_columns(titles, rows, display)
    if lines is None:
        return records(titles, rows, check.solution.output, display)
    block = block_of(lines[0])
    body = [lines[0], lines[1], *map(coloured, lines[2:], entries)]
    return body if block is None else laid(block, body)


def coloured(line: Line, entry: Entry) -> Line:
    """Return the line of an entry, red if it is wrong."""
    return line if entry.is_right else [Fragment(line[0].text, "red")]


def records(
    titles: Sequence[str], rows: Sequence[Sequence[str]], output: str, display: Display
) -> list[Line]:
    """Return each entry in lines of its own, with its own sign of the derivative."""
    general = display.partial(output, "node")
    lines: list[Line] = []
    for name, *cells in rows:
        lines.append((Fragment(name, "bold"),))
        for title, cell in zip(titles[1:], cells, strict=True):
            if title and cell:
                lines += below_each_other(
                    f"  {title.replace(general, display.partial(output, name))}", cell, display
                )
            elif cell:
                lines.append((Fragment(f"  {cell}", "red"),))
    return lines


def off(entry: Entry, display: Display) -> str:
    """Return how far off an entry is."""
    if entry.ulp is None:
        return "not compared"
    return f"{Display(precision=display.precision or 2).number(entry.ulp)} ulp"


def outcome(check: Check, display: Display) -> list[Line]:
    """Return what the check comes to, and why some could not be compared."""
    lines: list[Line] = []
    compared, wrong, worst = len(check.compared), check.wrong, check.worst
    if worst is None:
        lines += display.paragraph("Nothing could be compared.")
    elif not wrong:
        derivatives = "derivative is" if compared == 1 else "derivatives are"
        furthest = f"the worst is off by {off(worst, display)}"
        lines += display.paragraph(f"{compared} {derivatives} right; {furthest}.", style="green")
    output = check.solution.output
    for reason, entries in by_reason(wrong):
        signs = [display.partial(output, each.name) for each in entries]
        are = "is" if len(signs) == 1 else "are"
        words = f"{listed(signs, display)} {are} wrong: {display.show(reason)}."
        lines += flowed([Fragment(words, "red")], display.width)
    for reason, entries in by_reason(each for each in check.entries if each.is_right):
        names = listed([display.name(each.name) for each in entries], display)
        lines += display.paragraph(f"{names}: {reason}.")
    return lines


MOST_NAMES = 6
"""So many derivatives are named that are wrong for the same reason."""


def by_reason(entries: Iterable[Entry]) -> Iterable[tuple[str, list[Entry]]]:
    """Return the entries that have a reason, by it."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        if each.reason:
            found.setdefault(each.reason, []).append(each)
    return found.items()


def listed(names: Sequence[str], display: Display) -> str:
    """Return names with commas, the first few of them."""
    more = len(names) - MOST_NAMES if display.limit is not None else 0
    shown = names[:MOST_NAMES] if more > 0 else names
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
