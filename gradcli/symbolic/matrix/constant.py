"""Which number a program of constants has as its value: that of sum([1, 2]) is 3."""

from __future__ import annotations

from gradcli.errors import UsageError
from gradcli.graph.node import Node
from gradcli.symbolic.simplify.rationals import Rational
from gradcli.symbolic.simplify.simplifier import Simplifier, Style
from gradcli.symbolic.simplify.terms import as_number

MOST = 1_000
"""What is made of more numbers than these stays as the program has it."""


def exact(node: Node, style: Style) -> Rational | None:
    """The value of a number that is made of constants and of arrays of them.

    Args:
        node: a number in a graph of arrays, with no input below it.
        style: how the program is written, whose names hide constants.

    Returns:
        None where it is no whole number or fraction, as of norm([1, 1]), or has pi in it.
    """
    from gradcli.evaluation.entries.written_out import WrittenOut  # noqa: PLC0415  (loads NumPy)

    try:
        entry = WrittenOut(MOST).entries(node).item()
    except UsageError:
        return None
    (total,) = Simplifier(style).totals([entry])
    return as_number(total)
