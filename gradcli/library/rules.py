"""The door `gradcli.rules`: functions with values and derivatives of one's own."""

from __future__ import annotations

from gradcli.evaluation import arguments, own


def rules(text: str) -> list[str]:
    """Add functions to the language, for every program of this process from now on.

    Args:
        text: a rule in each line: ``name(x, y) = value : derivative by x, derivative by y``, or of
            arrays ``name(A) = value <- what A gets of the adjoint g``. What stands behind a # is
            no part of it.

    Returns:
        The names of the functions.

    Raises:
        ParseError: a line is no rule, or its derivative is another one than differences show.

    >>> rules("softclip(x) = x/(1 + abs(x)) : 1/(1 + abs(x))^2")
    ['softclip']
    """
    return own.load(
        arguments.text(text, "the rules", "write them as text: a file is read with open")
    )
