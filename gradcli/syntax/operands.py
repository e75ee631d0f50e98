"""Operands put into what is written for something else, in brackets where they need them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from gradcli.syntax import ast

ONE, POWER, PRODUCT, SUM = range(4)
"""How loosely an operand holds together; what is looser than a sum is as a sum here."""

_LEVELS = {"pow": POWER, "mul": PRODUCT, "div": PRODUCT}


class Operand(NamedTuple):
    """The text of an operand, and how loosely it holds together."""

    text: str
    level: int


def operand_of(tree: ast.Expression, source: str) -> Operand:
    """An expression of a program as an operand."""
    level = SUM
    match tree:
        case ast.Binary(op=op):
            level = _LEVELS.get(op, SUM)
        case ast.Unary(op="neg" | "pos"):
            level = PRODUCT
        case ast.Unary() | ast.Name() | ast.Number() | ast.Call() | ast.Index() | ast.Group():
            level = ONE
    return Operand(source[slice(*tree.span)], level)


def put_in(written: str, operands: Mapping[str, Operand]) -> str:
    """A formula with operands in the place of names.

    Args:
        written: the formula.
        operands: by the name that each takes the place of.
    """
    if not operands:
        return written

    def operand(found: re.Match[str]) -> str:
        text, level = operands[found[0]]
        before, after = written[: found.start()], written[found.end() :]
        if before.endswith(("(", ", ")) and after.startswith((")", ",")):
            return text[1:-1] if level == ONE and text[0] + text[-1] == "()" else text
        most = ONE if after[:1] in set("^!°") - {""} else PRODUCT
        if before.endswith(("^", "/")):
            most = min(most, POWER)
        return f"({text})" if level > most else text

    return re.sub(rf"\b(?:{'|'.join(map(re.escape, operands))})\b", operand, written)
