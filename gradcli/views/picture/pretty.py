"""Formulas as they are set in print: for people's eyes, not to be read back."""

from __future__ import annotations

import re

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_POWER = re.compile(r"\^(-?\d{1,3})(?![\w.(\[])")
_SIGNS = {"*": "·", "-": "−", "<=": "≤", ">=": "≥", "!=": "≠", "==": "="}
_SIGN = re.compile(r"[<>!=]=|[*-]")


def pretty(text: str) -> str:
    """``3*x^2 - 1`` as ``3·x² − 1``; names hold none of these signs."""
    text = _POWER.sub(lambda found: found[1].translate(_SUPERSCRIPTS), text)
    return _SIGN.sub(lambda found: _SIGNS[found[0]], text)


def shorten(text: str, most: int, ellipsis: str = "…") -> str:
    """A formula of at most so many characters: of a long sum the first terms and the last."""
    if len(text) <= most:
        return text
    terms = _terms(text)
    if len(terms) > 2:
        last = terms[-1]
        for count in range(len(terms) - 2, 0, -1):
            shown = "".join(terms[:count]) + f" + {ellipsis}" + last
            if len(shown) <= most:
                return shown
    return text[: most - len(ellipsis)].rstrip() + ellipsis


def _terms(text: str) -> list[str]:
    """The terms of a sum, each but the first with its sign before it."""
    terms = []
    start = depth = 0
    for place, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and text[place : place + 3] in (" + ", " - ", " − "):
            terms.append(text[start:place])
            start = place
    return [*terms, text[start:]]
