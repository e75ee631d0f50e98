"""Expressions with others in the place of names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcli.syntax import ast

Called = Callable[[str, tuple[ast.Expression, ...]], ast.Expression | None]
"""What a function of some arguments is written as."""


def substitute(
    tree: ast.Expression,
    parts: Mapping[str, ast.Expression],
    spelled: Callable[[str], str] = lambda name: name,
    called: Called = lambda _function, _args: None,
) -> ast.Expression:
    """An expression of operators, comparisons and calls, in which names stand for expressions.

    Args:
        tree: the expression; it stays as it is.
        parts: an expression for each name; all are put in at once, and names in them stay.
        spelled: how functions and other names of the expression are written.
        called: what is written for the call of a function; None: the call.
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
            instead = called(item.function, changed) if isinstance(item, ast.Call) else None
            done.append(instead or _with_children(item, changed, spelled))
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
        case ast.Call(function=function, parameters=parameters):
            return ast.Call(spelled(function), children, parameters=parameters)
        case ast.Index():
            return ast.Index(children[0], children[1:])
        case ast.Slice(first=first, last=last):
            ends = iter(children)
            start, end = (next(ends) if each is not None else None for each in (first, last))
            return ast.Slice(start, end, next(ends, None))
        case ast.Array():
            return ast.Array(children)
        case ast.Comparison(operators=signs):
            return ast.Comparison(signs, children)
        case ast.Group():
            return children[0]
    raise TypeError(type(item).__name__)
