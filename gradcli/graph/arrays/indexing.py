"""Which index is a number before the program runs, and which is a value of the program."""

from __future__ import annotations

from collections.abc import Callable

from gradcli.syntax import ast


def is_value(index: ast.Expression, is_number: Callable[[str], bool]) -> bool:
    """Whether an index is not known before the program runs.

    Args:
        index: what stands between the brackets, or between two commas there.
        is_number: whether a name is a number anyway: the variable of a range, a length.
    """
    waiting = [index]
    while waiting:
        item = waiting.pop()
        if isinstance(item, ast.Slice):
            continue  # how many there are must be known
        if isinstance(item, ast.Name):
            if item.name != ast.END and not is_number(item.name):
                return True
        elif isinstance(item, ast.Index | ast.Comprehension):
            return True
        elif not (isinstance(item, ast.Call) and item.function == "len"):
            waiting += item.children
    return False
