"""Expressions with others in the place of names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gradcli.syntax import ast

Parts = Mapping[str, ast.Expression]
"""What names stand for."""

Called = Callable[[str, tuple[ast.Expression, ...]], ast.Expression | None]
"""What a function of some arguments is written as."""


def substitute(
    tree: ast.Expression,
    parts: Parts,
    spelled: Callable[[str], str] = lambda name: name,
    called: Called = lambda _function, _args: None,
) -> ast.Expression:
    """An expression in which names stand for expressions.

    Args:
        tree: the expression; it stays as it is.
        parts: an expression for each name; all are put in at once, and names in them stay.
        spelled: how functions and other names of the expression are written.
        called: what is written for the call of a function; None: the call.
    """
    done: list[ast.Expression] = []
    waiting: list[tuple[ast.Expression, bool, Parts]] = [(tree, False, parts)]
    while waiting:
        item, ready, own = waiting.pop()
        while isinstance(item, ast.Group):
            item = item.inner
        children = item.children
        if isinstance(item, ast.Name):
            done.append(own.get(item.name) or ast.Name(spelled(item.name), span=item.span))
        elif not children:
            done.append(item)
        elif not ready:
            waiting.append((item, True, own))
            within = _bound(item, own)
            waiting += [
                (child, False, each)
                for child, each in reversed([*zip(children, within, strict=True)])
            ]
        else:
            changed = tuple(done[-len(children) :])
            del done[-len(children) :]
            instead = called(item.function, changed) if isinstance(item, ast.Call) else None
            done.append(instead or _with_children(item, changed, spelled))
    return done[0]


def _bound(item: ast.Expression, parts: Parts) -> list[Parts]:
    """What names stand for in each part: the indices of a comprehension are those of its own."""
    if not isinstance(item, ast.Comprehension):
        return [parts] * len(item.children)
    ends: list[Parts] = []
    for each in item.ranges:
        ends += [parts, parts]
        parts = {**parts, each.index: ast.Name(each.index)}
    return [parts, *ends]


def _with_children(
    item: ast.Expression,
    children: tuple[ast.Expression, ...],
    spelled: Callable[[str], str],
) -> ast.Expression:
    if isinstance(item, ast.Comprehension):
        return _comprehension(item, children, spelled)
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
        case ast.Conditional():
            return ast.Conditional(*children)
    raise TypeError(type(item).__name__)


def _comprehension(
    item: ast.Comprehension,
    children: tuple[ast.Expression, ...],
    spelled: Callable[[str], str],
) -> ast.Expression:
    body, *ends = children
    pairs = zip(item.ranges, ends[::2], ends[1::2], strict=True)
    ranges = tuple([ast.Range(each.index, first, last) for each, first, last in pairs])
    return type(item)(item.function and spelled(item.function), body, ranges)
