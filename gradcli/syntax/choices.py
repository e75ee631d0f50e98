"""Choices as other languages write them, ``c ? x : y`` and ``if (c) x else y``, and as here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from gradcli.syntax.spelling import NAME

_OPENING, _CLOSING = "([{", ")]}"

_LEFT = re.compile(rf"\s*(?:{NAME}\s*(?:\([^()]*\))?\s*:?=(?!=)\s*)?")
"""What stands before the value of a definition."""

INNER = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"
"""What stands in brackets, with brackets in it."""

_VALUE = rf"(?:(?!\b(?:if|then|else)\b)(?:[^();,{{}}]|\({INNER}\)))+?"
_LAST = rf"(?!if\b)(?:[^();,{{}}]|\({INNER}\))+?"
_STATEMENT = re.compile(
    rf"\bif\s*\(({INNER})\)\s*(?:\{{\s*({_VALUE});?\s*\}}|({_VALUE}))"
    rf"\s*\belse\b\s*(?:\{{\s*({_VALUE});?\s*\}}|({_LAST}))(?=\s*(?:[;),}}]|$))"
)
"""``if (x > 0) x else y`` of R, and with braces of C; the last one of several is done first."""

MOST = 20
"""So many of these at most."""


def written(text: str) -> str:
    """A text in which choices stand as they are written here.

    Args:
        text: what is typed; what is not understood of it is returned as it is.
    """
    for _ in range(MOST):
        before = text
        text = _STATEMENT.sub(_of_statement, text, count=1)
        if text == before:
            break
    return _questions(text) if "?" in text else text


def _of_statement(found: re.Match[str]) -> str:
    """``x if x > 0 else y``, of its condition and of its values with or without braces."""
    condition, braced, value, other_braced, other = (
        each and each.strip() for each in found.groups()
    )
    return f"{braced or value} if {condition} else {other_braced or other}"


def _questions(text: str) -> str:
    """A text with the question marks in its brackets, and between them, taken out."""
    out = ""
    end = 0
    for start, stop in _groups(text):
        out += text[end : start + 1] + _questions(text[start + 1 : stop]) + text[stop]
        end = stop + 1
    out += text[end:]
    parts = [0, *(at for at, sign in _outer(out) if sign in ",;\n"), len(out)]
    return "".join(
        out[start : start + 1] + _choice(out[start + 1 : stop]) if start else _choice(out[:stop])
        for start, stop in pairwise(parts)
    )


def _choice(text: str) -> str:
    """``x > 0 ? x : y`` as it is written here; with the same signs in it, inside out."""
    place = next((at for at, sign in _outer(text) if sign == "?"), None)
    if place is None:
        return text
    waiting = 0
    for at, sign in _outer(text):
        is_colon = sign == ":" and text[at + 1 : at + 2] != "="
        waiting += (sign == "?") - is_colon
        if at > place and is_colon and not waiting:
            left = _LEFT.match(text[:place])
            begin = left.end() if left else 0
            value = _choice(text[place + 1 : at]).strip()
            if "?" in text[place + 1 : at]:
                value = f"({value})"
            otherwise = _choice(text[at + 1 :]).strip()
            return f"{text[:begin]}{value} if {text[begin:place].strip()} else {otherwise}"
    return text


def _outer(text: str) -> Iterator[tuple[int, str]]:
    """The characters that stand in no brackets, and where."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if not depth:
            yield at, sign


def _groups(text: str) -> Iterator[tuple[int, int]]:
    """Where the outer brackets of a text open and close."""
    depth = start = 0
    for at, sign in enumerate(text):
        if sign in _OPENING:
            start = start if depth else at
            depth += 1
        elif sign in _CLOSING and depth:
            depth -= 1
            if not depth:
                yield start, at
