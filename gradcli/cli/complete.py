"""Completion inside an expression: the functions of the language, from the rule table."""

from __future__ import annotations

from gradcli.syntax.spelling import last_name


def complete_expression(incomplete: str) -> list[str]:
    """The expression with its last word completed to each function that begins like it.

    A shell closes the quotes after a completion that is the only one. So each comes twice: as
    far as can be known, and with its parameters, to be seen.
    """
    from gradcli.graph import listing  # noqa: PLC0415  (only here)

    word = last_name(incomplete)
    if not word:
        return []
    before = incomplete[: len(incomplete) - len(word)]
    names = [name for name in listing.names() if name.startswith(word)]
    parameters = {
        name: ",".join(entry.params)
        for entry in listing.entries()
        for name in (entry.name, *entry.spellings)
        if entry.params
    }
    calls = [(f"{name}(", f"{name}({parameters.get(name, 'x, …')})") for name in names]
    return [f"{before}{text}" for call in calls for text in call]


def complete_function(incomplete: str) -> list[str]:
    """The functions whose name begins so."""
    from gradcli.graph import listing  # noqa: PLC0415  (only here)

    return [name for name in listing.names() if name.startswith(incomplete)]
