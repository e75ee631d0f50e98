"""All functions of the language, of numbers and of arrays, with what people are told of them."""

from __future__ import annotations

from functools import cache

from gradcli.graph.entry import Entry, read_entries, with_spellings
from gradcli.graph.rules import table
from gradcli.syntax import grammars

OF_FORMULAS = (
    Entry(
        "diff",
        ("u", "x"),
        "definition",
        "∂u/∂x",
        group="Formulas",
        doc="the derivative of a formula by an input, a step or a parameter; diff(u, x, 2) and "
        "diff(u, x, y) are of second order",
    ),
    Entry(
        "findroot",
        ("u", "x", "start"),
        "definition",
        "x where u is 0",
        group="Formulas",
        doc="a root of a formula, looked for from start; by whatever else is in u, as p, its "
        "derivative is -(∂u/∂p)/(∂u/∂x)",
        example="findroot(x^2 - 9, x, 1) = 3",
    ),
)
"""What takes a formula itself as its argument, and is no function of numbers."""


def entries() -> list[Entry]:
    """Every function in the order of the files, each with its other spellings."""
    return [*table().entries(), *with_spellings(of_arrays()), *OF_FORMULAS]


def names() -> list[str]:
    """Every spelling that can be called."""
    others = (entry.name for entry in (*of_arrays(), *OF_FORMULAS))
    return sorted({*table().names(), *others})


@cache
def of_arrays() -> list[Entry]:
    """The lines of functions of whole arrays."""
    found = read_entries(grammars.read("arrays.functions"))
    # What stands below a function of arrays is an example of it.
    return [entry._replace(example=entry.facts, facts="") for entry in found]
