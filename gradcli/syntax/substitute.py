"""Expressions with others in the place of names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcli.syntax import ast


def substitute(
    tree: ast.Expression,
    parts: Mapping[str, ast.Expression],
    spelled: Callable[[str], str] = lambda name: name,
) -> ast.Expression:
    """An expression of operators, comparisons and calls, in which names stand for expressions.

    Args:
        tree: the expression; it stays as it is.
        parts: an expression for each name; all are put in at once, and names in them stay.
        spelled: how functions and other names of the expression are written.
    """
    done: list[ast.Expression] = []
    waiting: list[tuple[ast.Expression, bool]] = [(tree, False)]
    while waiting:
        item, ready = waiting.pop()
        children = item.children
        if isinstance(item, ast.Name):
            done.append(parts.get(item.name) or ast.Name(spelled(item.name), span=item.span))
        elif not children:
            done.append(item)
        elif not ready:
            waiting.append((item, True))
            waiting.extend((child, False) for child in reversed(children))
        else:
            changed = tuple(done[-len(children) :])
            del done[-len(children) :]
            done.append(_with_children(item, changed, spelled))
    return done[0]


def _with_children(
    item: ast.Expression,
    children: tuple[ast.Expression, ...],
    spelled: Callable[[str], str],
) -> ast.Expression:
    match item:
        case ast.Binary(op=op):
            return ast.Binary(op, children[0], children[1])
        case ast.Unary(op=op):
            return ast.Unary(op, children[0])
        case ast.Call(function=function):
            return ast.Call(spelled(function), children)
        case ast.Comparison(operators=signs):
            return ast.Comparison(signs, children)
        case ast.Group():
            return children[0]
    raise TypeError(type(item).__name__)
