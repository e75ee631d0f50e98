"""A descent: its steps, its curve, where it ended, and the backward pass of its first step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gradcli.evaluation.objects import is_array
from gradcli.learn.names import UPDATES
from gradcli.learn.result import CONVERGED, DIVERGED, STATIONARY
from gradcli.views import json
from gradcli.views.lines import curve
from gradcli.views.lines.blocks import Table, laid
from gradcli.views.lines.columns import named_columns
from gradcli.views.lines.ending import ending
from gradcli.views.lines.number import align
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page, style_of
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.errors import Note
    from gradcli.learn.result import Comparison, Descent
    from gradcli.learn.updates import Update

T = TypeVar("T")

MOST_THROUGH = 8
"""So many weights that have moved before are named beside a derivative."""

HEAD = 10
"""Of a long run so many steps are shown at the beginning, and half as many at the end."""


def render(descent: Descent, display: Display | None = None, *, trace: bool = False) -> Page:
    """Return the page of a descent, with the backward pass of its first step if asked for."""
    display = display or Display()
    lines = heading(descent, display)
    if trace and descent.first:
        lines += [(), *backward_pass(descent, display), (), (Fragment("All steps", "bold"),)]
    lines += [(), *steps(descent, display)]
    points = [(each.step, each.value) for each in descent.steps]
    picture = curve.render(points, display)
    if picture:
        lines += [(), (Fragment(f"{display.name(descent.output)} by step", "bold"),), *picture]
    lines += [(), *parameters(descent, display)]
    return Page([*lines, (), *display.paragraph(ending(descent, display), style=_style(descent))])


def render_comparison(results: Comparison, display: Display | None = None) -> Page:
    """Return the page that puts the orders of updates side by side."""
    display = display or Display()
    some = next(iter(results.values()))
    lines = heading(some, display, update=False)
    for name, text in UPDATES.items():
        lines += display.paragraph(f"{name}: {text}", style="dim")
    names, left_out = _limited(list(some.start), display)
    rows: list[tuple[str, list[Any]]] = [
        (display.name(some.output), [some.steps[0].value, *[r.value for r in results.values()]])
    ]
    for name in names:
        after = [result.parameters[name] for result in results.values()]
        rows.append((display.name(name), [some.start[name], *after]))
    lines += [(), *numbers(["", "start", *results], rows, display), *left_out, ()]
    for name, result in results.items():
        lines += display.paragraph(f"{name}: {ending(result, display)}", style=_style(result))
    return Page(lines)


def to_json(result: Descent | Comparison, notes: Sequence[Note] = ()) -> str:
    """Return the JSON text of a descent; ``notes`` come before its own."""
    return json.render(result, notes, ("steps", "updates", "notes"))


def heading(descent: Descent, display: Display, *, update: bool = True) -> list[Line]:
    """Return what is done and how."""
    count, output = len(descent.start), display.name(descent.output)
    noun = "parameter" if count == 1 else "parameters"
    if descent.is_of_arrays:
        noun += f" with {descent.entries:,} {'entry' if descent.entries == 1 else 'entries'}"
    settings = descent.settings
    by = f"{settings.method}, {_rate(display)} = {display.number(settings.rate)}"
    by += "".join(f", {name} = {display.number(each)}" for name, each in settings.given.items())
    order = f", {settings.update} updates" if update else ""
    return display.paragraph(f"Descent of {output} by {count} {noun}: {by}{order}", style="bold")


def steps(descent: Descent, display: Display) -> list[Line]:
    """Return the table of steps, of a long run its head and its tail."""
    output = display.name(descent.output)
    length = f"|{display.symbols.nabla}{output}|"
    kept = descent.steps
    tail = HEAD // 2
    cut = display.limit is not None and len(kept) > HEAD + tail + 1
    shown = [*kept[:HEAD], *kept[-tail:]] if cut else kept
    column = max(len("step"), len(str(shown[-1].step)))
    values = align([display.number(each.value) for each in shown])
    lengths = align([display.number(each.gradient_norm) for each in shown])
    first, second = (
        max(width(title), width(texts[0])) for title, texts in ((output, values), (length, lengths))
    )
    gap = " " * (3 if column + 6 + first + second <= display.width else 1)
    title = f"{'step':>{column}}{gap}{pad(output, first)}{gap}{length}"
    lines: list[Line] = [
        (Fragment(title, "bold"),),
        (Fragment(display.symbols.rule * (column + 2 * len(gap) + first + second), "dim"),),
    ]
    for place, (step, value, norm) in enumerate(zip(shown, values, lengths, strict=True)):
        if cut and place == HEAD:
            missing = step.step - shown[place - 1].step - 1
            some = "some of them" if missing > len(kept) - len(shown) else "them"
            more = f"{display.symbols.ellipsis} {missing:,} more; --all shows {some}"
            lines += display.paragraph(more, style="dim")
        style = style_of(step.value, VALUE)
        lines.append(
            (
                Fragment(f"{step.step:>{column}}{gap}"),
                Fragment(pad(value, first), style),
                Fragment(f"{gap}{norm}"),
            )
        )
    rows = [
        (str(step.step), value.strip(), norm.strip())
        for step, value, norm in zip(shown, values, lengths, strict=True)
    ]
    return laid(Table(("step", output, length), rows, is_of_words=True), lines)


def parameters(descent: Descent, display: Display) -> list[Line]:
    """Return the table of parameters, at the start and at the end."""
    names, left_out = _limited(list(descent.parameters), display)
    rows = [(display.name(name), [descent.start[name], descent.parameters[name]]) for name in names]
    return [*numbers(["", "start", "end"], rows, display), *left_out]


def numbers(
    titles: Sequence[str], rows: Sequence[tuple[str, Sequence[Any]]], display: Display
) -> list[Line]:
    """Return a table of named numbers, or records where it does not fit."""
    columns = [
        _column([row[place] for _, row in rows], display) for place in range(len(titles) - 1)
    ]
    lines = named_columns([name for name, _ in rows], titles[1:], columns, display, VALUE)
    return _records(titles, rows, display) if lines is None else lines


def _column(values: Sequence[Any], display: Display) -> list[str]:
    """Return the texts of a column: decimal points below each other, arrays on the left."""
    texts = [display.number(value) for value in values]
    return texts if any(map(is_array, values)) else align(texts)


def _records(
    titles: Sequence[str], rows: Sequence[tuple[str, Sequence[Any]]], display: Display
) -> list[Line]:
    lines: list[Line] = []
    column = max(map(width, titles))
    for name, values in rows:
        lines.append((Fragment(name, "bold"),))
        for title, value in zip(titles[1:], values, strict=True):
            text = display.number(value)
            if not is_array(value) or column + 4 + width(text) <= display.width:
                lines.append((Fragment(f"  {pad(title, column)}  "), Fragment(text, VALUE)))
            else:
                lines += [
                    (Fragment(f"  {title}"),),
                    *display.paragraph(text, indent=4, style=VALUE),
                ]
    return lines


def backward_pass(descent: Descent, display: Display) -> list[Line]:
    """Return the first step: gradient and update, layer by layer from the output back."""
    order = descent.settings.update
    output = display.name(descent.output)
    value = display.number(descent.steps[0].value)
    lines: list[Line] = [
        *display.paragraph("Step 1, from the output back", style="bold"),
        *display.paragraph(f"{order}: {UPDATES[order]}.", style="dim"),
        *display.paragraph(_rule(descent, display), style="dim"),
        (),
        *display.paragraph(f"Forward pass: {output} = {value}"),
    ]
    together = order == "simultaneous"
    for number in range(len(descent.layers)):
        updates = [update for update in descent.first if update.layer == number]
        lines += [(), *_layer_title(number, len(descent.layers), display)]
        shown, left_out = _limited(updates, display)
        for update in shown:
            name = descent.name_of(update)
            partial = f"{display.partial(descent.output, name)} = {display.number(update.gradient)}"
            lines += display.paragraph(partial, indent=2)
            lines += _through(update, descent, display)
            if not together:
                lines += _updated(update, name, descent, display)
        lines += left_out
    if together:
        lines += [(), (Fragment("Then all updates", "bold"),)]
        shown, left_out = _limited(list(descent.first), display)
        for update in shown:
            lines += _updated(update, descent.name_of(update), descent, display)
        lines += left_out
    return lines


def _layer_title(number: int, count: int, display: Display) -> list[Line]:
    where = ", nearest to the output" if number == 0 and count > 1 else ""
    return display.paragraph(f"Layer {count - number} of {count}{where}", style="bold")


def _rule(descent: Descent, display: Display) -> str:
    sign, rate = display.symbols, _rate(display)
    arrow, minus, _ = _signs(display)
    if descent.settings.method == "gd":
        slope = f"{sign.partial}{display.name(descent.output)}/{sign.partial}w"
        return f"w {arrow} w {minus} {rate}{sign.dot}{slope}"
    made = f"where {descent.settings.method} makes d of the gradient"
    return f"w {arrow} w {minus} {rate}{sign.dot}d, {made}"


def _updated(update: Update, name: str, descent: Descent, display: Display) -> list[Line]:
    """Return ``w ← 0.9 − 1·(−0.0678) = 0.967``, and what a new forward pass gives."""
    arrow, minus, _ = _signs(display)
    lr = display.number(descent.settings.rate)
    indent = 2 if descent.settings.update == "simultaneous" else 4
    if is_array(update.after) and not display.number(update.after).startswith("["):
        # Of a long array what is added up would be hard to find in the line.
        own = display.name(name)
        lines = [
            *display.paragraph(
                f"{own} {arrow} {own} {minus} {lr}{display.symbols.dot}d", indent=indent
            ),
            *display.paragraph(f"d = {display.number(update.direction)}", indent=indent + 2),
            *display.paragraph(
                f"{own} = {display.number(update.after)}", indent=indent + 2, style=VALUE
            ),
        ]
        return [*lines, *_again(update, descent, indent, display)]
    step = f"{lr}{display.symbols.dot}{display.operand(update.direction)}"
    text = (
        f"{display.name(name)} {arrow} {display.number(update.before)} {minus} {step} "
        f"= {display.number(update.after)}"
    )
    lines = display.paragraph(text, indent=indent, style=VALUE)
    return [*lines, *_again(update, descent, indent, display)]


def _through(update: Update, descent: Descent, display: Display) -> list[Line]:
    """Return the weights that are in a derivative and have moved before: the new and the old."""
    moved = {each.parameter: each for each in descent.first}
    told = []
    for place in update.through if display.limit is None else update.through[:MOST_THROUGH]:
        each = moved[place]
        new, old = display.number(each.after), display.number(each.before)
        if new != old:
            told.append(f"{display.name(descent.name_of(each))} = {new}, was {old}")
    left_out = len(update.through) - MOST_THROUGH
    if display.limit is not None and left_out > 0:
        told.append(f"{left_out} more; --all shows them")
    lines: list[Line] = []
    for before, text in zip(["with ", *["and "] * len(told)], told, strict=False):
        lines += display.paragraph(before + text, indent=4, style="dim")
    return lines


def _again(update: Update, descent: Descent, indent: int, display: Display) -> list[Line]:
    """Return what a new forward pass gives, if there was one."""
    if update.value is None:
        return []
    again = f"forward again: {display.name(descent.output)} = {display.number(update.value)}"
    return display.paragraph(again, indent=indent)


def _signs(display: Display) -> tuple[str, str, str]:
    """The arrow, the minus and the rate that the stream can carry."""
    return ("<-", "-", "lr") if display.is_ascii else ("←", "-", "η")


def _rate(display: Display) -> str:
    return _signs(display)[2]


def _limited(items: Sequence[T], display: Display) -> tuple[Sequence[T], list[Line]]:
    """As many as the display shows, and the line for those that are left out."""
    if display.limit is None or len(items) <= display.limit:
        return items, []
    more = f"{display.symbols.ellipsis} {len(items) - display.limit} more; --all shows them"
    return items[: display.limit], display.paragraph(more, indent=2, style="dim")


def _style(descent: Descent) -> str:
    return {CONVERGED: "green", DIVERGED: "red", STATIONARY: "red"}.get(descent.stopped, "")
