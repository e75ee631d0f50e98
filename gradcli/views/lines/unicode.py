"""Formulas for people's eyes: 3·x² for 3*x^2, √x for sqrt(x); read back, it is the same formula."""

from __future__ import annotations

import re

from gradcli.views.lines.page import Display

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = {"*": "·", "<=": "≤", ">=": "≥", "!=": "≠", "pi": "π", "tau": "τ"}

_PIECE = re.compile(
    r"\^(?P<power>[0-9]+)(?![\w.])"
    r"|(?<![\w.])sqrt\((?P<inner>[0-9]+|[^\W\d]\w*)\)"
    r"|(?<![\w.])(?P<root>sqrt)(?=\()"
    r"|(?P<sign>\*|[<>!]=|(?<![\w.])(?:pi|tau)(?![\w(\[]))"
)


def formula(text: str, display: Display, names: frozenset[str] = frozenset()) -> str:
    """Return a canonical text as people write it, in the characters that the stream can carry.

    Args:
        text: the canonical text.
        display: where it is shown.
        names: what the program uses as names of its own, such as ``pi``.
    """
    if display.symbols.dot == "*":
        return display.show(text)

    def piece(match: re.Match[str]) -> str:
        if match["power"]:
            new = match["power"].translate(_SUPERSCRIPTS)
        elif match["inner"]:
            new = f"√{match['inner']}"
        elif match["root"]:
            new = "√"
        elif match["sign"] in names:
            return match[0]
        else:
            new = _SIGNS[match["sign"]]
        return new if _can_carry(new, display.encoding) else match[0]

    return display.show(_PIECE.sub(piece, text))


def _can_carry(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True
