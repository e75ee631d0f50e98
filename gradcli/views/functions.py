"""The functions of the language with their derivatives, as the rule table has them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any

from gradcli.errors import InputError
from gradcli.graph import listing
from gradcli.graph.rules import OPERATORS
from gradcli.hints import did_you_mean
from gradcli.views.json import to_text
from gradcli.views.lines.blocks import Table, laid
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.lines.text import beginning, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.graph.entry import Entry

SIGNS = {
    "add": "x + y", "sub": "x - y", "mul": "x*y", "div": "x/y", "neg": "-x", "pow": "x^y",
    "lt": "x < y", "le": "x <= y", "gt": "x > y", "ge": "x >= y", "eq": "x == y", "ne": "x != y",
    "not": "not x", "and": "x and y", "or": "x or y",
}  # fmt: skip
"""How operations with a sign of their own are written."""

INTERNAL = frozenset(["id"])
"""Entries that nobody can write."""

LEGEND = (
    "Each function with its derivative, by each argument if it has several. "
    "A line that begins with = is a definition."
)

OF_ARRAYS = " Behind <- stands what an argument gets of g, the derivative by the value."
"""Said beside functions of arrays."""

TITLES = ("function", "derivative", "what it is")
"""Of the columns, where a page is set as a table."""

INDENT = "  "
GUTTER = 3
"""Cells between two columns."""

NARROWEST = 20
"""A description has at least this width beside its formula; else it stands below."""


def matching(entries: Sequence[Entry], pattern: str) -> list[Entry]:
    """Return the entries with a name or spelling that matches.

    A name is that of its functions alone. Of all other texts, a pattern with ``*``, ``?`` or
    ``[`` is matched as a whole, any other anywhere.

    Raises:
        InputError: none does.
    """
    exact = [each for each in listed(entries) if pattern in {each.name, *each.spellings}]
    if exact:
        return exact
    wanted = pattern.lower()
    glob = wanted if any(sign in wanted for sign in "*?[") else f"*{wanted}*"
    found = [
        entry
        for entry in listed(entries)
        if any(fnmatchcase(name.lower(), glob) for name in (entry.name, *entry.spellings))
    ]
    if not found:
        called = pattern.partition("(")[0].strip()  # ``sin(x)`` as well
        is_known = called in listing.names()
        hint = f"write {called} alone" if is_known else did_you_mean(called, listing.names())
        hint = hint or "gradcli functions lists them all"
        raise InputError("unknown-function", f"there is no function '{pattern}'", hint=hint)
    return found


def listed(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries without other spellings, which stand with the function itself."""
    return [entry for entry in entries if entry.kind != "alias" and entry.name not in INTERNAL]


def render(entries: Sequence[Entry], display: Display | None = None) -> Page:
    """Return the functions group by group, each with its derivative and its description."""
    display = display or Display()
    if display.is_ascii:
        entries = [each._replace(text=plain(each.text), doc=plain(each.doc)) for each in entries]
    legend = LEGEND + OF_ARRAYS * any(entry.kind == "pullback" for entry in entries)
    parts: list[Line] = list(display.paragraph(legend, style="dim"))
    for group, members in groupby(listed(entries), key=lambda entry: entry.group):
        parts += [(), *display.paragraph(group, style="bold")]
        shown = list(members)
        rows = [(call(e, "…"), "; ".join(derivative(e, display)), remark(e)) for e in shown]
        parts += laid(
            Table(TITLES, rows, frozenset([1]), prose=frozenset([2])), group_parts(shown, display)
        )
    return Page(parts)


def plain(text: str) -> str:
    """Return a text of the tables without the sign that not every stream can carry."""
    return text.replace("∂", "d")


def group_parts(entries: Sequence[Entry], display: Display) -> list[Line]:
    """Return a group: in three columns, or below each other if it is too narrow."""
    calls = [call(entry, display.symbols.ellipsis) for entry in entries]
    formulas = [derivative(entry, display) for entry in entries]
    first = max(map(width, calls))
    natural = max(width(line) for lines in formulas for line in lines)
    room = display.width - len(INDENT) - first - 2 * GUTTER
    longest = max(len(remark(entry)) for entry in entries)
    word = max(width(word) for lines in formulas for line in lines for word in line.split())
    second = min(natural, max(room // 2, room - longest, word + len(INDENT)))
    third = room - second
    if third < NARROWEST:
        return stacked(entries, calls, formulas, display)
    lines: list[Line] = []
    for entry, name, formula in zip(entries, calls, formulas, strict=True):
        pieces = [piece for line in formula for piece in fold(line, second, INDENT)]
        words = fold(broken(remark(entry), third), third)
        columns = ([INDENT + name], "bold"), (pieces, "green"), (words, "")
        lines += beside(*columns, widths=(len(INDENT) + first, second))
    return lines


def beside(*columns: tuple[Sequence[str], str], widths: Sequence[int]) -> list[Line]:
    """Return columns of text side by side.

    Args:
        columns: the lines of each, and their style.
        widths: of each column but the last.
    """
    rows = zip_longest(*(lines for lines, _ in columns), fillvalue="")
    styles = [style for _, style in columns]
    lines: list[Line] = []
    for row in rows:
        line: list[Fragment] = []
        filled = start = 0
        for text, style, room in zip(row, styles, [*widths, 0], strict=True):
            if text:
                line += [Fragment(" " * (start - filled)), Fragment(text, style)]
                filled = start + width(text)
            start += room + GUTTER
        lines.append([fragment for fragment in line if fragment.text])
    return lines


def broken(text: str, room: int) -> str:
    """Return a text with blanks in words that are longer than a line."""
    words = []
    for word in text.split():
        rest = word
        while width(rest) > room:
            words.append(beginning(rest, room))
            rest = rest[len(words[-1]) :]
        words.append(rest)
    return " ".join(words)


def stacked(
    entries: Sequence[Entry], calls: Sequence[str], formulas: Sequence[list[str]], display: Display
) -> list[Line]:
    """Return for each function its call and below it the derivative and the description."""
    lines: list[Line] = []
    room = display.width - 2 * len(INDENT)
    for entry, name, formula in zip(entries, calls, formulas, strict=True):
        lines.append((Fragment(INDENT + name, "bold"),))
        pieces = [piece for line in formula for piece in fold(line, room, INDENT)]
        lines += [(Fragment(2 * INDENT + piece, "green"),) for piece in pieces]
        lines += [(Fragment(2 * INDENT + piece),) for piece in fold(remark(entry), room)]
    return lines


def call(entry: Entry, ellipsis: str) -> str:
    """Return how an entry is written: ``sin(x)``, ``x + y``, ``max(x, …)``."""
    if entry.kind == "variadic":
        return f"{entry.name}(x, {ellipsis})"
    told = f"; {', '.join(entry.parameters)}" if entry.parameters else ""
    return SIGNS.get(entry.name) or f"{entry.name}({', '.join(entry.params)}{told})"


def derivative(entry: Entry, display: Display) -> list[str]:
    """Return a line for each partial derivative, or what a definition stands for."""
    if entry.kind == "definition":
        return [f"= {entry.text}"]
    found = partials(entry)
    if len(found) == 1:
        (text,) = found.values()
        return [f"<- {text}" if entry.kind == "pullback" and text != "0" else text]
    if set(found.values()) == {"0"}:
        return ["0"]
    if entry.kind == "pullback":
        return [f"{name} <- {text}" for name, text in found.items()]
    sign = display.symbols.partial
    return [f"{sign}/{sign}{name} = {text}" for name, text in found.items()]


def partials(entry: Entry) -> dict[str, str]:
    """Return the partial derivative by each parameter, as the rule table has it."""
    if entry.kind == "variadic":
        return {"x": entry.text}
    return dict(zip(entry.params, entry.formulas, strict=True))


def remark(entry: Entry) -> str:
    """Return the description of an entry with what else has to be known of it."""
    parts = [entry.doc]
    if entry.kink:
        parts.append(f"not unique where {entry.kink}")
    own = (entry.name,) if entry.name in SIGNS and entry.name not in OPERATORS else ()
    if own or entry.spellings:
        parts.append(f"also {', '.join([*own, *entry.spellings])}")
    parts.append(entry.example)
    return "; ".join([part for part in parts if part])


def fold(text: str, room: int, later: str = "") -> list[str]:
    """Return a text in lines of at most ``room`` cells, those after the first indented."""
    first, *rest = [line[0].text for line in Display(width=room).paragraph(text)]
    if not rest:
        return [first]
    again = Display(width=room - len(later))
    return [first, *[later + line[0].text for line in again.paragraph(" ".join(rest))]]


def to_json(entries: Sequence[Entry]) -> str:
    """Return the JSON object ``gradcli.functions/1``, one function a line."""
    functions = [to_dict(entry) for entry in listed(entries)]
    return to_text({"schema": "gradcli.functions/1", "functions": functions})


def to_dict(entry: Entry) -> dict[str, Any]:
    """Return an entry as it stands in ``gradcli.functions/1``."""
    defined = entry.kind == "definition"
    return {
        "name": entry.name,
        "call": call(entry, "..."),
        "parameters": list(entry.params) if entry.kind != "variadic" else None,
        "kind": "array" if entry.kind == "pullback" else entry.kind,
        "derivatives": None if defined else partials(entry),
        "definition": entry.text if defined else None,
        "not_unique": entry.kink,
        "group": entry.group,
        "spellings": list(entry.spellings),
        "description": entry.doc,
        "example": entry.example or None,
    }
