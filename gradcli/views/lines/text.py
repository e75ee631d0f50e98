"""Text in terminal cells: what is shown of a character, how wide it is, where to cut.

Widths are Rich's; it is imported only where a text is not plain ASCII.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

SPELLED = {
    "…": "...",
    "·": "*",
    "×": "x",
    "∂": "d",
    "±": "+-",
    "→": "->",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "²": "^2",
    "³": "^3",
    "√": "sqrt",
    "π": "pi",
    "τ": "tau",
    "∞": "inf",
    "°": "deg",
}
"""Signs of our own messages in a terminal that lacks them; the user's letters are escaped."""

_ONE_CELL = str.maketrans(dict.fromkeys(SPELLED, "x"))
"""Each of them takes a single cell; for a text with others Rich looks at every character."""


def visible(text: str, encoding: str = "utf-8") -> str:
    r"""Return ``text`` with whatever a terminal would not show as a character written out.

    Control and format characters, lone surrogates and characters that ``encoding`` lacks become
    escapes such as ``\x00``, ``\udcff`` or ``\u03b1``; the result can always be encoded.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join([visible_character(character, encoding) for character in text])


@lru_cache(maxsize=4096)
def visible_character(character: str, encoding: str) -> str:
    """Return what stands for one character in a terminal of this encoding."""
    if not character.isprintable():
        return repr(character)[1:-1]
    shown = character.encode(encoding, "backslashreplace").decode(encoding)
    return shown if shown == character else SPELLED.get(character, shown)


def width(text: str) -> int:
    """Return how many cells a text without control characters takes."""
    if text.isascii() or text.translate(_ONE_CELL).isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  (an error in ASCII needs no Rich)

    return cell_len(text)


def cut(text: str, columns: int, ellipsis: str, *, more: bool = False) -> str:
    """Return ``text``, or as much of its beginning as fits ``columns`` with the ellipsis.

    ``more`` says that the text goes on after what is given.
    """
    if not more and width(text) <= columns:
        return text
    room = columns - len(ellipsis)
    if width(text) <= room:
        return text + ellipsis
    return beginning(text, room) + ellipsis


def beginning(text: str, columns: int) -> str:
    """Return as much of a text as fits."""
    if text.isascii() or columns <= 0:
        return text[: max(columns, 0)]
    from rich.cells import chop_cells  # noqa: PLC0415  (seldom needed)

    return chop_cells(text, columns)[0]


def shortened(text: str, columns: int, ellipsis: str, others: Collection[str] = ()) -> str:
    """A name of at most so many cells: its beginning and its end, between which it is cut.

    Args:
        text: the name, made visible.
        columns: how many cells there are.
        ellipsis: what stands for the part that is left out.
        others: names that are shown as well; what would look like one of them is shown from
            where it is another on.
    """
    if width(text) <= columns:
        return text
    room = columns - len(ellipsis)
    if room < 2:
        return cut(text, columns, ellipsis)

    def ends(name: str) -> str:
        return beginning(name, room - room // 2) + ellipsis + _end(name, room // 2)

    found = ends(text)
    alike = [name for name in others if name != text and ends(name) == found]
    room -= len(ellipsis)
    if not alike or room < 1:
        return found

    def part(name: str, place: int) -> str:
        return ellipsis + beginning(name[place:], room) + ellipsis

    places = sorted({_difference(one, other) for one in (text, *alike) for other in (text, *alike)})
    shown = [part(text, place) for place in places]
    for place, own in zip(places, shown, strict=True):
        if all(part(name, place) != own for name in alike):
            return own
    return shown[-1]


def _difference(one: str, other: str) -> int:
    """The first place where two names are not the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _end(text: str, columns: int) -> str:
    """As much of the end of a text as fits."""
    start = max(len(text) - columns, 0)
    while width(text[start:]) > columns:
        start += 1
    return text[start:]


def pad(text: str, columns: int) -> str:
    """Return ``text`` filled with blanks to ``columns`` cells."""
    return text + " " * (columns - width(text))
