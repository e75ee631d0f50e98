"""The paths of a derivative: each as a product, then factored, then the sum and its check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.views.lines.blocks import Equation, Prose, Table, laid
from gradcli.views.lines.equation import folded_lines
from gradcli.views.lines.page import DERIVATIVE, Display, Fragment, Line, Page, style_of
from gradcli.views.lines.products import Style, flat, in_numbers, in_symbols, lay_out
from gradcli.views.lines.text import pad, width
from gradcli.views.whole import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.chains.factoring import Product
    from gradcli.chains.products import Definition, Writer
    from gradcli.chains.result import Path, PathSums

INDENT = 2

LONGEST_PATH = 24
"""Of a path with more stations than this the middle is left out."""

MOST_FACTORS = 60
"""A path with more factors than this is not written as a product."""

MOST_DEFINITIONS = 16
"""What formulas refer to is said for so many names."""

DEFINITION = (
    "A path is a choice of edges from the node to the output, and its product that of the local "
    "partials on them; partials that are 1 or -1 are not multiplied, nor are edges counted whose "
    "partial is always 0. A path with m other partials takes m - 1 multiplications. One backward "
    "pass takes one for each edge that leads back to an input, adjoint times local partial, "
    "unless one of the two is 1 or -1; it gives all derivatives at once. The local partials "
    "themselves are the same work for both."
)

LAYERS = (
    "The net has a weight between each two neurons of neighbouring layers, and every neuron after "
    "the first layer is an activation of its weighted sum; the output is the sum of the last "
    "layer. Paths begin at one weight of the first layer and end at every neuron of the last."
)


def render(sums: PathSums, display: Display | None = None) -> Page:
    """Return the page of a derivative's paths."""
    display = display or Display()
    sums = sums if display.full else sums.outlined
    lines = heading(sums, display)
    writer = sums.writer
    if writer is None or not sums.counts.paths:
        return Page([*lines, *no_path(sums, display)])
    lines += read_from(sums, display)
    for number, path in enumerate(sums.paths, start=1):
        lines += [(), *one_path(number, path, writer, display)]
    lines += not_listed(sums, display)
    if sums.counts.paths > 1:
        lines += [(), *factored(sums, writer, display)]
    lines += [(), *check(sums, display)]
    lines += display.paragraph(comparison(sums))
    if sums.definitions:
        lines += [(), *definitions(sums.definitions, display)]
    return Page(lines)


def no_path(sums: PathSums, display: Display) -> list[Line]:
    """What is said where no path leads from the source to the output."""
    sentence = f"{sums.output} does not depend on {sums.source}: there is no path."
    return [(), *display.paragraph(display.show(sentence))]


def read_from(sums: PathSums, display: Display) -> list[Line]:
    """The side of the point that numbers are read on, where it is not the point itself."""
    return display.paragraph(sums.read_from) if sums.read_from else []


def not_listed(sums: PathSums, display: Display) -> list[Line]:
    """How many paths are not listed, if there are any."""
    count = sums.counts.paths - len(sums.paths)
    if count <= 0:
        return []
    note = f"{display.symbols.ellipsis} {whole(count)} more; --max-paths N lists N of them."
    return [(), *display.paragraph(note, style="dim")]


def render_counts(sums: PathSums, display: Display | None = None) -> Page:
    """Return the page that counts paths and compares the two ways to their sum."""
    display = display or Display()
    sums = sums if display.full else sums.outlined
    counts = sums.counts
    rows = [
        ("", "multiplications", "additions"),
        (
            "this derivative, path by path",
            whole(counts.expanded.multiplications),
            whole(counts.expanded.additions),
        ),
        *(
            (what, whole(cost.multiplications), whole(cost.additions))
            for what, cost in (
                (f"{derivatives(counts.inputs)}, path by path", counts.every),
                (f"one backward pass, {derivatives(counts.inputs)}", counts.backward),
            )
            if cost is not None
        ),
    ]
    lines = [*heading(sums, display), (), *columns(rows, display), ()]
    if sums.is_net:
        lines += [*display.paragraph(LAYERS, style="dim"), ()]
    return Page([*lines, *display.paragraph(DEFINITION, style="dim")])


def heading(sums: PathSums, display: Display) -> list[Line]:
    """Return the first line: from where, to where, how many."""
    many = ", the largest product first" if sums.is_ordered and len(sums.paths) > 1 else ""
    ends = f"Paths from {display.name(sums.source)} to {display.name(sums.output)}: "
    count = whole(sums.counts.paths)
    if width(ends + count + many) > display.width:
        many = ""
    line: Line = (Fragment(ends), Fragment(count, "bold"), Fragment(many))
    lines = laid(Prose(ends + count + many), [line])
    if sums.apart in {None, sums.counts.paths}:
        return lines
    inside = whole(sums.apart or 0)
    apart = f"Inside the program's functions they split into {inside} (--full); costs are of these."
    return [*lines, *display.paragraph(apart, style="dim")]


def one_path(number: int, path: Path, writer: Writer, display: Display) -> list[Line]:
    """Return a path's stations, and its product in symbols and in numbers."""
    label = f"{number}. "
    arrow = " > " if display.is_ascii else " → "
    stations = stations_of(path.stations, display.width - len(label) - width(arrow), display)
    lines = route(label, stations, arrow, display)
    if len(path.product.factors) > MOST_FACTORS:
        left = f"a product of {len(path.factors)} partials, which --json has"
        return [*lines, *equation(len(label), left, path.value, display)]
    equal = members(path.product, writer, len(label), display)
    told = as_equation(f"path {number}", path.product, writer, display, label=arrow.join(stations))
    return laid(told, [*lines, *equal])


def as_equation(  # noqa: PLR0913  (what an equation is made of)
    left: str,
    product: Product,
    writer: Writer,
    display: Display,
    *,
    label: str = "",
    limit: float | None = None,
) -> Equation:
    """Return what a product comes to, for who sets it otherwise; a limit as of `members`."""
    styles = in_symbols(writer, display), in_numbers(writer, display)
    value = writer.value(product) if limit is None else limit
    told = [*(flat(product, style) for style in styles), display.number(value)]
    return Equation(left, list(dict.fromkeys(told)), None, label)


def stations_of(names: Sequence[str], room: int, display: Display) -> list[str]:
    """Return the names along a path, each within a line, without the middle of a long path."""
    stations = [display.name(name, room) for name in names]
    if len(stations) > LONGEST_PATH:
        half = LONGEST_PATH // 2
        left_out = f"{display.symbols.ellipsis} {len(stations) - 2 * half} nodes"
        stations = [*stations[:half], left_out, *stations[-half:]]
    return stations


def route(label: str, stations: Sequence[str], arrow: str, display: Display) -> list[Line]:
    """Return the names along a path in lines, broken before an arrow."""
    lines: list[str] = []
    current = label + stations[0]
    for station in stations[1:]:
        if width(current) + width(arrow + station) > display.width:
            lines.append(current)
            current = " " * len(label) + (arrow + station).lstrip()
        else:
            current += arrow + station
    first, *rest = [*lines, current]
    head = (Fragment(label, "dim"), Fragment(first[len(label) :], "bold"))
    return [head, *[(Fragment(line, "bold"),) for line in rest]]


def members(
    product: Product, writer: Writer, indent: int, display: Display, limit: float | None = None
) -> list[Line]:
    """Return ``= symbols``, ``= numbers`` and ``= value``, each on a line of its own.

    Args:
        product: what is written.
        writer: knows its texts.
        indent: cells before each line.
        display: where it is shown.
        limit: its value, where its numbers are infinite and only have a limit.
    """
    lines: list[Line] = []
    before = ""
    for style in (in_symbols(writer, display), in_numbers(writer, display)):
        text = flat(product, style)
        if text != before:
            lines += member(product, style, indent, display)
        before = text
    number = writer.value(product) if limit is None else limit
    value = display.number(number)
    if before == value:
        lines.pop()
    result = Fragment(value, style_of(number, DERIVATIVE))
    return [*lines, (Fragment(" " * indent + "= "), result)]


def member(product: Product, style: Style, indent: int, display: Display) -> list[Line]:
    """Return a product after a sign of equality, in as many lines as are shown."""
    first, *rest = lay_out(product, style, indent + 2, display)
    if display.limit is not None and len(rest) > display.limit:
        left_out = len(rest) - display.limit
        rest = rest[: display.limit]
        rest.append(
            f"{' ' * indent}{display.symbols.ellipsis} {left_out} more lines; --all shows them"
        )
    return [(Fragment(" " * indent + "= " + first),), *[(Fragment(line),) for line in rest]]


def equation(indent: int, left: str, value: float, display: Display) -> list[Line]:
    """Return ``= left`` and ``= value``."""
    number = Fragment(display.number(value), "green")
    return [
        *display.paragraph(f"= {left}", indent=indent),
        (Fragment(" " * indent + "= "), number),
    ]


def factored(sums: PathSums, writer: Writer, display: Display) -> list[Line]:
    """Return the factored form: outside of the brackets what all paths in them share."""
    partial = display.partial(sums.output, sums.source)
    if sums.form is None:
        text = f"The factored form of {partial} is too long to be written out."
        return display.paragraph(text)
    title = "Factored: what paths share stands outside the brackets"
    limit = sums.total if sums.is_limit else None
    lines: list[Line] = [
        (Fragment(" " * INDENT), Fragment(partial, "bold")),
        *members(sums.form, writer, 2 * INDENT, display, limit),
    ]
    block = as_equation(partial, sums.form, writer, display, limit=limit)
    return [*display.paragraph(title, style="bold"), *laid(block, lines)]


def check(sums: PathSums, display: Display) -> list[Line]:
    """Return the sentence that compares the sum of the products with backpropagation."""
    total, gradient = sums.total or 0.0, sums.backward or 0.0
    count = sums.counts.paths
    of_all = (
        "The product of the one path" if count == 1 else f"The sum of all {whole(count)} products"
    )
    if sums.is_limit:
        return display.paragraph(
            f"Products are infinite at the point; beside it their sum goes to "
            f"{display.number(total)}, as backpropagation gives."
        )
    both = f"{of_all} is {display.number(total)}; backpropagation gives {display.number(gradient)}"
    if sums.is_beside:
        both += f" on the side that is shown, and {display.number(sums.gradient)} is used"
    if sums.agrees is None:
        return display.paragraph(f"{both}.")
    if total == gradient:
        return display.paragraph(f"{both}: they agree.", style="green")
    off = display.number(abs(total - gradient))
    if sums.agrees:
        return display.paragraph(f"{both}: they agree (rounding: {off}).", style="green")
    return display.paragraph(
        f"{both}: they differ by {off}, more than rounding explains.", style="red"
    )


def comparison(sums: PathSums) -> str:
    """Return the sentence on what expanding costs."""
    counts = sums.counts
    return (
        f"Multiplications: {whole(counts.expanded.multiplications)} for this derivative path by "
        f"path, {whole(counts.backward.multiplications)} in one backward pass for "
        f"{derivatives(counts.inputs)}; see --count."
    )


def derivatives(count: int) -> str:
    """Return what a backward pass gives, in words."""
    if count < 2:
        return "the only derivative" if count else "no derivative"
    return f"all {whole(count)} derivatives"


def definitions(all_: Sequence[Definition], display: Display) -> list[Line]:
    """Return what the formulas refer to."""
    shown = all_ if display.limit is None else all_[:MOST_DEFINITIONS]
    column = max(width(display.show(each.name)) for each in shown)
    column = min(column, display.width // 3)
    lines: list[Line] = [(Fragment("where", "bold"),)]
    for each in shown:
        name, text = display.show(each.name), display.show(each.expression)
        value = Fragment(display.number(each.value))
        beside, below = (
            f"{' ' * INDENT}{start} = {text} = {value.text}" for start in (pad(name, column), "")
        )
        prefixes = " " * INDENT, " " * 2 * INDENT
        left = Fragment(display.show(name, display.width - INDENT))
        if width(beside) <= display.width:
            line: list[Line] = [(Fragment(beside),)]
        elif width(name) > column and width(below) + 1 <= display.width:
            line = [(Fragment(prefixes[0]), left), (Fragment(f" {below}"),)]
        else:
            line = folded_lines(prefixes, left, text, value, display)
        told = [each.expression, display.number(each.value)]
        lines += laid(Equation(each.name, told), line)
    if len(all_) > len(shown):
        more = f"{display.symbols.ellipsis} {len(all_) - len(shown)} more, as in gradcli eval --all"
        lines.append((Fragment(" " * INDENT + more, "dim"),))
    return lines


def columns(rows: Sequence[tuple[str, str, str]], display: Display) -> list[Line]:
    """Return a table of a label and two numbers, or records where it does not fit."""
    widths = [max(width(row[place]) for row in rows) for place in range(3)]
    if sum(widths) + 6 <= display.width:
        wide: list[Line] = [
            (
                Fragment(pad(label, widths[0])),
                Fragment(f"   {first.rjust(widths[1])}   {second.rjust(widths[2])}", "bold"),
            )
            for label, first, second in rows
        ]
        return laid(Table(rows[0], rows[1:], is_of_words=True), wide)
    lines: list[Line] = []
    (_, first_title, second_title), *records = rows
    for label, first, second in records:
        lines += display.paragraph(label)
        for title, number in ((first_title, first), (second_title, second)):
            lines.append((Fragment(f"  {title}: "), Fragment(number, "bold")))
    return lines
