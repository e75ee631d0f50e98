"""Why something is lost: each place where it began, the way to the result, and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.evaluation.objects import is_finite
from gradcli.views.error import excerpt, sentence
from gradcli.views.lines.columns import lined_up
from gradcli.views.lines.header import header
from gradcli.views.lines.page import Display, Fragment, Line, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.trust.causes import Cause, Way, Why
    from gradcli.trust.digits import Digits

LONGEST_WAY = 7
"""Of a longer way to the result the beginning and the end are shown."""


def render(why: Why, display: Display | None = None) -> Page:
    """Return the page of what is lost, and where it began."""
    display = display or Display()
    lines: list[Line] = []
    for cause in why.causes:
        lines += [*one(cause, why.solution.source, display), ()]
    if not why.causes:
        lines += [*display.paragraph(nothing(why), style="green"), ()]
    if why.carried:
        words = "Only floats lose it: the numbers here go on beyond their range, and are right."
        lines += [*display.paragraph(words), ()]
    if why.digits is not None:
        lines += [*digits(why.digits, display), ()]
    return Page([*header(why.solution, display), *lines[:-1]])


def nothing(why: Why) -> str:
    """Return what to say where nothing is lost."""
    return f"Nothing is lost in {', '.join(why.asked)}."


def one(cause: Cause, source: str, display: Display) -> list[Line]:
    """Return what there is to say of one cause."""
    first, *rest = sentence(f"{', '.join(cause.of)}: {cause.message}", display)
    label = f"{cause.of[0]}"
    text = first[0].text
    lines: list[Line] = [(Fragment(text[: len(label)], "bold"), Fragment(text[len(label) :]))]
    lines += rest
    if cause.span is not None:
        lines += excerpt(source, cause.span, "red", display)
    if len(cause.steps) > 1:
        lines += way(cause.steps, display)
    if cause.rewriting is not None:
        lines += rewriting(cause.rewriting, display)
    return lines


def way(steps: Sequence[str], display: Display) -> list[Line]:
    """Return the way from where it began to the result."""
    shown = [*steps]
    if display.limit is not None and len(shown) > LONGEST_WAY:
        shown = [*shown[:3], display.symbols.ellipsis, *shown[-3:]]
    arrow = " > " if display.is_ascii else " → "
    return display.paragraph(arrow.join(map(display.show, shown)), indent=2, style="dim")


def rewriting(found: Way, display: Display) -> list[Line]:
    """Return what to write instead, with what that comes to."""
    told = f"write {display.show(found.expression)} for {display.show(found.before)}"
    if is_finite(found.value):
        numbers = [f"value {display.number(found.value)}"]
        numbers += [f"d/d{name} {display.number(each)}" for name, each in found.gradient.items()]
        told += f": {', '.join(numbers)}"
    return display.paragraph(told, indent=2, style="green")


def digits(rows: Sequence[Digits], display: Display) -> list[Line]:
    """Return a row for each node with the digits that it has left, and who lost them."""
    shown = rows if display.limit is None else rows[: display.limit]
    titles = ["node", "value", "digits", "derivative", "digits"]
    cells = [
        [
            name(each, display),
            display.number(each.value),
            count(each.value_digits),
            display.number(each.gradient),
            count(each.gradient_digits),
        ]
        for each in shown
    ]
    lines = lined_up(titles, cells, lambda _: titles, display)
    left_out = len(rows) - len(shown)
    if left_out:
        lines += display.paragraph(f"{left_out} more are left out: --all shows them.")
    for each in rows:
        if each.lost:
            words = f"{display.show(each.expression)} loses {each.lost:g} digits of its value."
            lines += display.paragraph(words)
        if each.gradient_lost:
            words = f"The derivative by {name(each, display)} loses {each.gradient_lost:g} digits."
            lines += display.paragraph(words)
    return lines


def name(each: Digits, display: Display) -> str:
    """Return the name of a node, or of an entry."""
    index = f"[{','.join(map(str, each.index))}]" if each.index else ""
    return f"{display.name(each.node)}{index}"


def count(known: float | None) -> str:
    """Return a number of digits."""
    return "not known" if known is None else f"{known:g}"
