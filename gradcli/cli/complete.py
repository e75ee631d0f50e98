"""Completion inside an expression: the functions of the language, from the rule table."""

from __future__ import annotations

import re

_LAST_WORD = re.compile(r"[^\W\d]\w*$")


def complete_expression(incomplete: str) -> list[tuple[str, str]]:
    """The expression with its last word completed to each function that begins like it."""
    from gradcli.graph.rules import table  # noqa: PLC0415  (only here)

    word = _LAST_WORD.search(incomplete)
    if word is None:
        return []
    before = incomplete[: word.start()]
    return [(f"{before}{name}(", "") for name in table().names() if name.startswith(word[0])]


def complete_function(incomplete: str) -> list[str]:
    """The functions whose name begins so."""
    from gradcli.graph.rules import table  # noqa: PLC0415  (only here)

    return [name for name in table().names() if name.startswith(incomplete)]
