"""All functions of the language, of numbers and of arrays, with what people are told of them."""

from __future__ import annotations

from functools import cache

from gradcli.graph.entry import Entry, read_entries, with_spellings
from gradcli.graph.rules import table
from gradcli.syntax import grammars


def entries() -> list[Entry]:
    """Every function in the order of the files, each with its other spellings."""
    return [*table().entries(), *with_spellings(of_arrays())]


def names() -> list[str]:
    """Every spelling that can be called."""
    return sorted({*table().names(), *(entry.name for entry in of_arrays())})


@cache
def of_arrays() -> list[Entry]:
    """The lines of functions of whole arrays."""
    found = read_entries(grammars.read("arrays.functions"))
    # What stands below a function of arrays is an example of it.
    return [entry._replace(example=entry.facts, facts="") for entry in found]
