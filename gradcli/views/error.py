"""Errors, notes and warnings: the message, the place in the text with carets, the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.views import json
from gradcli.views.lines.page import Display, Fragment, Line, Page
from gradcli.views.lines.text import visible_character, width

if TYPE_CHECKING:
    from gradcli.errors import GradcliError, Note, Problem, Span

STYLES = {"error": "red", "warning": "magenta", "note": "cyan"}

LONGEST = 2000
"""A longer message is cut: it may quote a text of any length."""


def render(error: GradcliError, display: Display | None = None) -> Page:
    """Return an error as a page: message, source line with carets, hint."""
    display = display or Display()
    lines = message_lines("error", error.message, display)
    if error.source and error.span is not None:
        if error.origin is not None:
            lines += display.paragraph(f"in {display.show(error.origin)}:", indent=2)
        lines += excerpt(error.source, error.span, STYLES["error"], display)
    if error.hint is not None:
        lines += sentence(error.hint, display)
    return Page(lines)


def render_note(note: Note, source: str, display: Display | None = None) -> Page:
    """Return a note on how the source was read, with the place."""
    return remark("note", note.message, note.span, source, display)


def render_problem(problem: Problem, source: str, display: Display | None = None) -> Page:
    """Return a warning about the numbers; what ends a command is an error that it raises."""
    return remark("warning", problem.message, problem.span, source, display)


def render_message(level: str, message: str, display: Display | None = None) -> Page:
    """Return a message of level ``"error"``, ``"warning"`` or ``"note"`` without a place."""
    return Page(message_lines(level, message, display or Display()))


def remark(
    level: str, message: str, span: Span | None, source: str, display: Display | None
) -> Page:
    """Return a message of any level with its place in the source."""
    display = display or Display()
    lines = message_lines(level, message, display)
    if span is not None:
        lines += excerpt(source, span, STYLES[level], display)
    return Page(lines)


def message_lines(level: str, message: str, display: Display) -> list[Line]:
    """Return ``error: message`` in lines that fit the display."""
    first, *rest = sentence(f"{level}: {message}", display)
    label = Fragment(f"{level}:", STYLES[level])
    return [(label, Fragment(first[0].text.removeprefix(label.text))), *rest]


def sentence(text: str, display: Display) -> list[Line]:
    """Return a text that may quote the user's, as it is if it fits and else in lines."""
    shown = display.show(text, LONGEST)
    if width(shown) <= display.width:
        return [(Fragment(shown),)]
    return display.paragraph(shown)


class Window(NamedTuple):
    """The part of a line that is shown: positions in the source, and what is cut off."""

    start: int
    end: int
    cut_before: bool
    cut_after: bool


def excerpt(source: str, span: Span, style: str, display: Display) -> list[Line]:
    """Return the source line of a span with carets under it.

    Only the line's surroundings of the span are looked at, so that the length of the text does
    not matter. Of a span over several lines the first is shown.
    """
    start = min(max(span.start, 0), len(source))
    end = min(max(span.end, start), len(source))
    line_start = source.rfind("\n", 0, start) + 1
    line_end = source.find("\n", start)
    line_end = len(source) if line_end < 0 else line_end
    if source[line_start:line_end].endswith("\r"):
        line_end -= 1
    start = min(start, line_end)
    end = min(end, line_end)
    gutter, blank = "  ", "  "
    if "\n" in source:
        gutter = f"{source.count(chr(10), 0, start) + 1:>3} | "
        blank = " " * (len(gutter) - 2) + "| "
    # One cell is kept for the caret after the last character.
    window = surroundings(source, (line_start, start, end, line_end), display, len(gutter) + 1)
    ellipsis = display.symbols.ellipsis
    before = (ellipsis if window.cut_before else "") + shown(source[window.start : start], display)
    marked = shown(source[start : min(end, window.end)], display)
    after = shown(source[max(start, min(end, window.end)) : window.end], display)
    column, length = width(before), width(marked)
    if marked and not length and column:
        column -= 1  # a combining character alone: the caret goes under what it combines with
    line = gutter + before + marked + after + (ellipsis if window.cut_after else "")
    carets = Fragment("^" * max(length, 1), style)
    return [(Fragment(line.rstrip()),), (Fragment(blank + " " * column), carets)]


def surroundings(
    source: str, places: tuple[int, int, int, int], display: Display, margin: int
) -> Window:
    """Return the part of a line around a span that fits the display.

    ``places`` are the line's start, the span's start and end, and the line's end.
    """
    line_start, start, end, line_end = places
    room = max(display.width - margin, 2 * len(display.symbols.ellipsis) + 4)
    if line_end - line_start <= room and width(shown(source[line_start:line_end], display)) <= room:
        return Window(line_start, line_end, cut_before=False, cut_after=False)
    room -= 2 * len(display.symbols.ellipsis)
    right, room = reach(source, start, end, room, display)
    left, spare = reach(source, start, line_start, room // 2, display)
    right, spare = reach(source, right, line_end, room - room // 2 + spare, display)
    left, _ = reach(source, left, line_start, spare, display)
    return Window(left, right, cut_before=left > line_start, cut_after=right < line_end)


def reach(source: str, begin: int, end: int, room: int, display: Display) -> tuple[int, int]:
    """Return how far from ``begin`` towards ``end`` the room suffices, and what is left of it."""
    step = 1 if end > begin else -1
    position = begin
    while position != end:
        # A combining character counts as well: a text of nothing else is cut, too.
        cells = max(width(show_character(source[min(position, position + step)], display)), 1)
        if cells > room:
            break
        room -= cells
        position += step
    return position, room


def shown(text: str, display: Display) -> str:
    """Return a piece of source as it is shown: a tab is a blank, what is invisible is escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([show_character(character, display) for character in text])


def show_character(character: str, display: Display) -> str:
    """Return what is shown of a character of the source."""
    return " " if character == "\t" else visible_character(character, display.encoding)


def to_dict(error: GradcliError) -> dict[str, Any]:
    """Return an error as the JSON object ``gradcli.error/1``.

    ``span`` points into the program or, if ``origin`` says so, into ``source``.
    """
    found: dict[str, Any] = {
        "schema": "gradcli.error/1",
        "kind": error.kind,
        "message": error.message,
        "span": None if error.span is None else list(error.span),
        "hint": error.hint,
    }
    if error.origin is not None:
        found |= {"origin": error.origin, "source": error.source}
    return found


def to_json(error: GradcliError) -> str:
    """Return an error as JSON text in ASCII."""
    return json.line(to_dict(error))
