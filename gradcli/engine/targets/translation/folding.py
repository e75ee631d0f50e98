"""The value of an expression of Python whose names all have one: only what is here is run."""

from __future__ import annotations

import ast
import builtins
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

PURE: Mapping[str, Any] = {
    name: getattr(builtins, name)
    for name in ("abs", "float", "int", "len", "max", "min", "range", "round", "tuple")
}
"""What may be called when code is written."""

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}

_TESTS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}

_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}


class Unknown(Exception):  # noqa: N818  (it is an answer, and no error)
    """An expression has no value before the code runs."""


def folded(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """The value of an expression.

    Args:
        node: the expression.
        names: the values of names.

    Raises:
        Unknown: it has none that is known.
    """
    method = _OF.get(type(node))
    if method is None:
        raise Unknown
    try:
        return method(node, names)
    except (ArithmeticError, ValueError, TypeError, LookupError) as error:
        raise Unknown from error


def _name(node: ast.Name, names: Mapping[str, Any]) -> Any:
    return names[node.id] if node.id in names else PURE[node.id]


def _attribute(node: ast.Attribute, names: Mapping[str, Any]) -> Any:
    if not (isinstance(node.value, ast.Name) and node.value.id == "math"):
        raise Unknown
    del names
    return getattr(math, node.attr)


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> bool:
    sides = [folded(each, names) for each in (node.left, *node.comparators)]
    tests = [_TESTS[type(each)] for each in node.ops]
    return all(test(a, b) for test, a, b in zip(tests, sides, sides[1:], strict=False))


def _both(node: ast.BoolOp, names: Mapping[str, Any]) -> bool:
    sides = [bool(folded(each, names)) for each in node.values]
    return all(sides) if isinstance(node.op, ast.And) else any(sides)


def _choice(node: ast.IfExp, names: Mapping[str, Any]) -> Any:
    return folded(node.body if folded(node.test, names) else node.orelse, names)


def _call(node: ast.Call, names: Mapping[str, Any]) -> Any:
    if node.keywords:
        raise Unknown
    return folded(node.func, names)(*[folded(each, names) for each in node.args])


_OF: Mapping[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: lambda node, _: node.value,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.UnaryOp: lambda node, names: _UNARY[type(node.op)](folded(node.operand, names)),
    ast.BinOp: lambda node, names: _BINARY[type(node.op)](
        folded(node.left, names), folded(node.right, names)
    ),
    ast.Compare: _compare,
    ast.BoolOp: _both,
    ast.IfExp: _choice,
    ast.Call: _call,
    ast.Subscript: lambda node, names: folded(node.value, names)[folded(node.slice, names)],
    ast.Slice: lambda node, names: slice(
        *[each and folded(each, names) for each in (node.lower, node.upper, node.step)]
    ),
}
