"""Short names that may be meant for the product of their letters, though nothing declares these."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile

from gradcli.graph.rules import CONSTANTS, table
from gradcli.graph.together import GREEK
from gradcli.syntax import ast
from gradcli.syntax.spelling import letters_of

LONGEST = 3
"""Longer runs of letters are words."""

# fmt: off
OF_ARRAYS = frozenset((
    "adj", "det", "dot", "eye", "inv", "len", "std", "tr", "var", "vec",
))
# fmt: on
"""The functions of arrays alone that have short names; what makes arrays is loaded late."""


def is_short_run(name: str) -> bool:
    """Whether a name is so short a run of letters that it may be their product, and no word."""
    letters = letters_of(name)
    word = "".join(takewhile(str.isalpha, name))  # tau of tau̇, mu of mu1x
    is_word = word in GREEK or name in OF_ARRAYS or table().is_function(name.lower())
    if len(letters) > LONGEST or is_word:
        return False
    return not set(letters) & CONSTANTS.keys()


def is_of_parameter(name: str, statement: ast.Statement) -> bool:
    """Whether a short run in the formula of a function may be a product with its parameter: ``ax``.

    A weight that is called after what it multiplies, as in ``Wx*x``, is none.
    """
    if not isinstance(statement, ast.Declaration):
        return False
    parameters = {each.name for each in statement.parameters}.intersection(letters_of(name))
    if not parameters:
        return False
    return not any(_has_both(each, name, parameters) for each in ast.walk([statement.value]))


def _has_both(item: ast.Expression, name: str, others: Collection[str]) -> bool:
    """Whether a product has a name beside one of some others as factors."""
    if not isinstance(item, ast.Binary) or item.op not in {"mul", "matmul"}:
        return False
    pair = [_factor(item.left), _factor(item.right)]
    return name in pair and any(each in others for each in pair)


def _factor(item: ast.Expression) -> str | None:
    """The name that a factor is, or the last one of a product."""
    while isinstance(item, ast.Binary) and item.op in {"mul", "matmul"}:
        item = item.right
    return item.name if isinstance(item, ast.Name) else None
