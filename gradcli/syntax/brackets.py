"""Brackets without a partner."""

from __future__ import annotations

import re

from gradcli.errors import ParseError, Span
from gradcli.syntax.refusals import refusal

BRACKETS = {"(": ")", "[": "]", "⌊": "⌋", "⌈": "⌉"}


def first_unbalanced(source: str) -> ParseError | None:
    """The first bracket that has no partner."""
    opened: list[tuple[str, int]] = []
    for match in re.finditer(r"#[^\n]*|[()\[\]⌊⌋⌈⌉]", source):
        bracket, at = match[0], match.start()
        if bracket[0] == "#":
            continue
        if bracket in BRACKETS:
            opened.append((bracket, at))
        elif not opened:
            span = Span(at, at + 1)
            return refusal(source, span, f"'{bracket}' closes nothing", "remove it, or open it")
        else:
            opening, place = opened.pop()
            if bracket not in {BRACKETS[opening], "⌉" if opening == "⌊" else ""}:
                return refusal(
                    source,
                    Span(place, place + 1),
                    f"'{opening}' is closed by '{bracket}'",
                    f"close it with '{BRACKETS[opening]}'",
                )
    if opened:
        opening, at = opened[-1]
        return refusal(
            source,
            Span(at, at + 1),
            f"'{opening}' is never closed",
            f"add '{BRACKETS[opening]}'",
        )
    return None
