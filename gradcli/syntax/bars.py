"""Lines around an operand as the calls that they stand for: ``|x|`` is abs(x), ``‖x‖`` norm(x)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcli.syntax.spelling import KEYWORDS, NAME, at_outer_commas, letters_of

_ORDER = r"\s*(?:_\s*(?:(\w+|∞)|[{(]\s*(\w+|∞)\s*[})])|([₀-₉]+|∞))"
"""What stands behind a norm and says which one it is: ``_2``, ``₁``, ``_∞``."""

_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_EUCLIDEAN = {"2", "F"}
_LARGEST = {"inf", "infty", "max", "∞"}


def written(text: str) -> Iterator[str]:
    """What a text with such lines may be meant for, the likeliest first; nothing without any.

    ``||`` is ``or`` between two operands, or the line of a norm, or two lines.
    """
    if not re.search(r"[|‖]", text):
        return
    pairs, singles = (re.split(pattern, text) for pattern in (r"(\|\||\||‖)", r"(\||‖)"))
    for pieces, is_or in ((pairs, True), (pairs, False), (singles, False)):
        reading = _read(pieces, is_or=is_or)
        if reading is not None:
            yield reading


def _read(pieces: list[str], *, is_or: bool) -> str | None:
    """A text with calls, or None if a line has no partner.

    Args:
        pieces: the text, with a line at each odd place.
        is_or: whether ``||`` between two operands is no line.
    """
    open_lines: list[str] = []
    texts, rest = [""], pieces[0]
    for sign, after in zip(pieces[1::2], pieces[2::2], strict=True):
        texts[-1] += rest
        rest = after
        if not _ends_with_operand(texts[-1]):
            open_lines.append(sign)
            texts.append("")
        elif open_lines and open_lines[-1] == sign:
            call, rest = _call(open_lines.pop(), texts.pop().strip(), rest)
            texts[-1] = _followed(texts[-1], call)
        elif sign == "||" and is_or and not open_lines:
            texts[-1] += " or "
        elif not open_lines:
            open_lines.append(sign)
            texts.append("")
        else:
            return None
    return None if open_lines else texts[0] + rest


def _ends_with_operand(text: str) -> bool:
    last = re.search(rf"(?:{NAME}|[\w)\]⌋⌉!'°])\s*\Z", text[-40:])
    return last is not None and last[0].rstrip() not in KEYWORDS


def _followed(before: str, call: str) -> str:
    """A text and a call behind it, which a function before it is of: ``sin|x|``."""
    name = re.search(rf"({NAME})\s*\Z", before)
    if name and len(letters_of(name[1])) > 1 and name[1] not in KEYWORDS:
        return f"{before.rstrip()}({call})"
    return f"{before} {call}" if name or re.search(r"[\w)]\Z", before) else before + call


def _call(sign: str, inner: str, after: str) -> tuple[str, str]:
    """What two lines and all between them stand for, and what follows it."""
    if sign == "|":
        return f"abs({inner})", after
    found = re.match(_ORDER, after)
    order = (found[1] or found[2] or found[3]).translate(_PLAIN) if found else "2"
    if re.fullmatch(r"\[[^\[\]]*\]|\([^()]*\)", inner):
        inner = inner[1:-1].strip()
    parts = at_outer_commas(inner)
    if order in _EUCLIDEAN:
        call = f"norm({', '.join(parts)})"
    elif len(parts) == 1:
        call = f"abs({inner})"
    elif order in _LARGEST:
        call = f"max({', '.join(f'abs({part})' for part in parts)})"
    else:
        power = "" if order == "1" else f"^{order}"
        call = f"({' + '.join(f'abs({part}){power}' for part in parts)})"
        call += f"^(1/{order})" if power else ""
    return call, after[found.end() :] if found else after
