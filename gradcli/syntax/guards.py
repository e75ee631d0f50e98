"""Formulas for people, without the conditions of rules that need no word.

The derivative of x^n by n is x^n*log(x) to people, and what it is where x is 0 is not meant. What
is evaluated keeps the condition: a call of where() that is marked as a guard.
"""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.syntax import ast
from gradcli.syntax.substitute import with_children
from gradcli.syntax.walk import bottom_up


def understood(tree: ast.Expression) -> ast.Expression:
    """An expression with the first branch of every guard in its place; it stays as it is."""
    return bottom_up(tree, _children, _made)[tree]


def _children(tree: ast.Expression) -> tuple[ast.Expression, ...]:
    return tree.children[1:2] if _is_guard(tree) else tree.children


def _made(tree: ast.Expression, made: Mapping[ast.Expression, ast.Expression]) -> ast.Expression:
    if _is_guard(tree):
        return made[tree.children[1]]
    children = tuple([made[child] for child in tree.children])
    if children == tree.children:
        return tree
    match tree:
        case ast.Binary(op="add" | "sub" as op) if opposite := _opposite(children[1]):
            return ast.Binary("sub" if op == "add" else "add", children[0], opposite)
    return with_children(tree, children)


def _is_guard(tree: ast.Expression) -> bool:
    return isinstance(tree, ast.Call) and tree.is_guard


def _opposite(tree: ast.Expression) -> ast.Expression | None:
    """What a product or quotient that begins with a minus is the opposite of; None of others."""
    match tree:
        case ast.Unary(op="neg", operand=operand):
            return operand
        case ast.Binary(op="mul" | "div" as op, left=left, right=right) if opposite := _opposite(
            left
        ):
            return ast.Binary(op, opposite, right)
    return None
