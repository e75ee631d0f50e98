"""Formulas with their numbers put in, and the brackets that a factor or a term needs."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.syntax import ast
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import member


def substituted(expression: ast.Expression, values: Mapping[str, str]) -> str:
    """Return a one-step formula with its arguments' values in place of their names.

    A negative number gets brackets where it would not read right, or not be right, without.

    Args:
        expression: the formula, its arguments as names.
        values: what is shown of the number of each name, perhaps with fewer digits than it has.
    """
    return member(substitute(expression, {name: _shown(each) for name, each in values.items()}))


def _shown(number: str) -> ast.Expression:
    """A number in exactly these digits."""
    if number.startswith("-"):
        return ast.Unary("neg", ast.Name(number[1:]))
    return ast.Name(number)


def bracketed(factor: str) -> str:
    """Return a factor of a product, in brackets if it begins with a sign or is a sum."""
    if factor.startswith("-") or has_outer_blank(factor):
        return f"({factor})"
    return factor


def has_outer_blank(formula: str) -> bool:
    """Return whether a canonical formula has a blank outside of all brackets.

    Only operators that bind less than a product are written with blanks.
    """
    if " " not in formula:
        return False
    depth = 0
    for character in formula:
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == " " and not depth:
            return True
    return False
