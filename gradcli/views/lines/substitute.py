"""Formulas with their numbers put in, and the brackets that a factor or a term needs."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.syntax import ast
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import PRODUCT, member, stands_beside, text
from gradcli.views.lines.page import BESIDE, Display


def substituted(expression: ast.Expression, values: Mapping[str, float], display: Display) -> str:
    """Return a one-step formula with its arguments' values in place of their names.

    A negative number gets brackets where it would not read right, or not be right, without.

    Args:
        expression: the formula, its arguments as names.
        values: the number of each name.
        display: in how many digits it is shown.
    """

    def shown(number: float) -> ast.Expression:
        size = ast.Name(display.number(abs(number)))
        return ast.Unary("neg", size) if number < 0 else size

    return member(substitute(expression, {name: shown(each) for name, each in values.items()}))


def fitted(formula: str, display: Display) -> str:
    """A formula that stands among others, with its long names cut if a line is too short for it."""
    return display.fitted(formula, display.width - BESIDE)


def beside(
    tree: ast.Expression, display: Display, lowest: int = PRODUCT, columns: int | None = None
) -> str:
    """Return a formula as it stands beside a sign: in brackets if it would not hold together.

    Args:
        tree: the formula.
        display: where it is shown.
        lowest: the precedence of the sign.
        columns: what is longer is cut to so many.
    """
    formula = text(tree)
    shown = fitted(formula, display) if columns is None else display.show(formula, columns)
    return shown if stands_beside(tree, lowest) else f"({shown})"
