"""Which operations on whole arrays are linear: their lines in ``grammars/arrays.rules`` show it.

What is linear in an argument hands an adjoint back without a look at the value of that argument.
"""

from __future__ import annotations

from functools import cache

from gradcli.graph.entry import Entry, read_entries
from gradcli.graph.shapes import JOINING
from gradcli.syntax import ast, grammars
from gradcli.syntax.parse import parse

NONE = "0"
"""What an argument gets that has no derivative: an index."""


def in_each(op: str) -> bool:
    """Whether an operation is linear in each argument that it has a derivative by.

    Then a derivative along directions is a sum of the same with a direction in place of one.
    """
    return op in JOINING or op in _linear()[0]


def in_all(op: str) -> bool:
    """Whether an operation is linear in all arguments together.

    Then a derivative along directions is the same of the directions.
    """
    return op in JOINING or op in _linear()[1]


@cache
def _linear() -> tuple[frozenset[str], frozenset[str]]:
    """The operations that are linear in each argument, and those that are in all together."""
    lines = [each for each in _installed() if each.kind == "pullback"]
    names = {each.name for each in lines}
    bent = {each.name for each in lines if _reads_own(each)}
    mixed = {each.name for each in lines if _reads_any(each)}
    return frozenset(names - bent), frozenset(names - mixed)


def _installed() -> list[Entry]:
    """The lines of the file: what a program brings along is not taken at its word."""
    return read_entries(grammars.read("arrays.rules"))


def _reads_own(entry: Entry) -> bool:
    """Whether what an argument gets depends on its value, or nothing gets anything."""
    pairs = zip(entry.params, entry.formulas, strict=True)
    return {*entry.formulas} == {NONE} or any(own in _values(each) for own, each in pairs)


def _reads_any(entry: Entry) -> bool:
    return NONE in entry.formulas or any(
        not _values(each).isdisjoint(entry.params) for each in entry.formulas
    )


def _values(formula: str) -> set[str]:
    """The names whose values a formula has; behind a semicolon a name stands for its form."""
    waiting: list[ast.Expression] = [parse(formula).statements[0].value]
    names: set[str] = set()
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Name):
            names.add(item.name)
        waiting += item.arguments if isinstance(item, ast.Call) else item.children
    return names
