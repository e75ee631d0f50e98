"""Sums and products over a range as other languages call them: ``sum(i^2, i, 1, 3)``."""

from __future__ import annotations

from collections.abc import Collection

from gradcli.syntax import ast

COUNTS = {3: "three", 4: "four"}
"""So many arguments such calls have."""

_INDICES = frozenset("ijknm")
"""Letters that number what is added where the first number, 1, is left out."""

_FUNCTIONS = {
    "sum": "sum",
    "Sum": "sum",
    "summation": "sum",
    "Σ": "sum",
    "prod": "prod",
    "product": "prod",
    "Product": "prod",
    "Π": "prod",
}


def over_range(call: ast.Call | ast.Comprehension, source: str) -> tuple[str, str] | None:
    """The index of such a call, and how it is written here; None for any other.

    Args:
        call: a call of any function.
        source: the text that it is in.
    """
    function = _FUNCTIONS.get(call.function)
    if function is None or not isinstance(call, ast.Call) or len(call.arguments) not in COUNTS:
        return None
    given = [*call.arguments]
    texts = [source[slice(*each.span)] for each in given]
    if len(given) == 3:  # sum(i^2, i, 3)
        item, index, last = given
        ends, texts = [last], [*texts[:2], "1", texts[2]]
        fits = _is_named(index, _INDICES) and _is_whole(last)
    elif isinstance(given[0], ast.Name) and _is_whole(given[1]):  # sum(i, 1, 3, i^2)
        index, *ends, item = given
        texts, fits = [texts[3], *texts[:3]], not isinstance(item, ast.Name)
    else:
        item, index, *ends = given
        fits = True
    if not fits or not isinstance(index, ast.Name) or index.name not in ast.names([item]):
        return None
    if not all(isinstance(end, ast.Name) or _is_whole(end) for end in ends):
        return None
    return index.name, "{}({} for {} in {}..{})".format(function, *texts)


def _is_named(index: ast.Expression, names: Collection[str]) -> bool:
    return isinstance(index, ast.Name) and index.name in names


def _is_whole(end: ast.Expression) -> bool:
    return isinstance(end, ast.Number) and end.value == round(end.value)
