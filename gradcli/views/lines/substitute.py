"""Formulas with their numbers put in, and the brackets that a factor or a term needs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gradcli.syntax.spelling import LABEL


def substituted(expression: str, values: Mapping[str, str]) -> str:
    """Return a one-step formula with its arguments' values in place of their names.

    A negative number gets brackets where it would not read right, or not be right, without.
    """

    def put(match: re.Match[str]) -> str:
        name = match[0]
        before = expression[: match.start()][-2:]
        after = expression[match.end() :][:1]
        if after == "(" or name not in values:
            return name
        value = values[name]
        alone = not before or before.endswith("(") or before == ", "
        safe = not value.startswith("-") or (alone and after not in ("^", "!", "'"))
        return value if safe else f"({value})"

    return LABEL.sub(put, expression)


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
