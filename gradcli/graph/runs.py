"""Short names that may be meant for the product of their letters, though nothing declares these."""

from __future__ import annotations

from itertools import takewhile
from typing import TypeGuard

from gradcli.graph import array_names
from gradcli.graph.rules import CONSTANTS, table
from gradcli.graph.run_together import GREEK
from gradcli.syntax import ast
from gradcli.syntax.spelling import letters_of

LONGEST = 3
"""Longer runs of letters are words."""


def is_short_run(name: str) -> bool:
    """Whether a name is so short a run of letters that it may be their product, and no word."""
    letters = letters_of(name)
    word = "".join(takewhile(str.isalpha, name))  # tau of tau̇, mu of mu1x
    is_word = word in GREEK or name in array_names.NAMES or table().is_function(name.lower())
    if len(letters) > LONGEST or is_word:
        return False
    return not set(letters) & CONSTANTS.keys()


class Weights:
    """What names stand beside in the products of a formula.

    Args:
        statement: what it is the formula of.
    """

    def __init__(self, statement: ast.Statement) -> None:
        given = statement.parameters if isinstance(statement, ast.Declaration) else ()
        self._parameters = {each.name for each in given}
        self._beside: dict[str, set[str]] = {}
        self._factors: dict[int, str | None] = {}
        if self._parameters:
            for item in ast.walk([statement.value]):
                if _is_product(item):
                    self._pair(self._factor(item.left), self._factor(item.right))

    def may_have(self, name: str) -> bool:
        """Whether a short run may be a product with a parameter of the function: ``ax`` of x.

        A weight that is called after what it multiplies, as in ``Wx*x``, is none.
        """
        parameters = self._parameters.intersection(letters_of(name))
        return bool(parameters) and not parameters & self._beside.get(name, set())

    def _pair(self, left: str | None, right: str | None) -> None:
        if left is not None and right is not None:
            self._beside.setdefault(left, set()).add(right)
            self._beside.setdefault(right, set()).add(left)

    def _factor(self, item: ast.Expression) -> str | None:
        """The name that a factor is, or the last one of a product."""
        products = []
        while _is_product(item) and id(item) not in self._factors:
            products.append(item)
            item = item.right
        found = item.name if isinstance(item, ast.Name) else self._factors.get(id(item))
        self._factors |= dict.fromkeys(map(id, products), found)
        return found


def _is_product(item: ast.Expression) -> TypeGuard[ast.Binary]:
    return isinstance(item, ast.Binary) and item.op in {"mul", "matmul"}
