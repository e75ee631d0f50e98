"""Sums and products over a range as other languages call them: ``sum(i^2, i, 1, 3)``."""

from __future__ import annotations

from gradcli.syntax import ast

_ARGUMENTS = 4

_FUNCTIONS = {
    "sum": "sum",
    "Sum": "sum",
    "Σ": "sum",
    "prod": "prod",
    "product": "prod",
    "Product": "prod",
    "Π": "prod",
}


def over_range(call: ast.Call | ast.Comprehension, source: str) -> str | None:
    """What is written here for such a call: ``sum(i^2 for i in 1..3)``; None for any other.

    Args:
        call: a call of any function.
        source: the text that it is in.
    """
    function = _FUNCTIONS.get(call.function)
    if function is None or not isinstance(call, ast.Call) or len(call.arguments) != _ARGUMENTS:
        return None
    item, index, first, last = call.arguments
    if not isinstance(index, ast.Name) or index.name not in ast.names([item]):
        return None
    if not all(isinstance(end, ast.Name) or _is_whole(end) for end in (first, last)):
        return None
    texts = [source[slice(*each.span)] for each in call.arguments]
    return "{}({} for {} in {}..{})".format(function, *texts)


def _is_whole(end: ast.Expression) -> bool:
    return isinstance(end, ast.Number) and end.value == round(end.value)
