"""Expression to nodes: the one walk over syntax trees, for programs and for the rule table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from gradcli.errors import ParseError, Span
from gradcli.graph import operations
from gradcli.graph.node import Graph, Node
from gradcli.graph.template import template
from gradcli.syntax import ast
from gradcli.syntax.mistakes import NO_PRIME

Indices = Mapping[str, int]
NO_INDICES: Indices = {}

MOST_ELEMENTS = 1_000_000
"""How many elements a family, a sum or a product may have."""

MOST_INDEX = 2**53
"""Indices are below this in size."""

_COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
_FOLDED = {"sum": "add", "prod": "mul"}


class Scope(Protocol):
    """What the walk asks about names; the walk itself knows only the shape of expressions."""

    graph: Graph

    def name(self, name: ast.Name) -> Node:
        """The node that a name stands for."""

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        """The node of ``base[indices]``."""

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        """The node of a call."""

    def product(self, product: ast.Binary) -> None:
        """Told of every implicit product, for the sake of notes."""

    def made(self, node: Node, expression: ast.Expression) -> None:
        """Told of every operation, for the sake of its place in the text."""


class _Gather:
    """A comprehension whose bodies lie on the stack of results."""

    __slots__ = ("count", "node")

    def __init__(self, node: ast.Comprehension, count: int) -> None:
        self.node = node
        self.count = count


def build(expression: ast.Expression, scope: Scope, indices: Indices = NO_INDICES) -> Node:
    """The node of an expression, as written.

    Raises:
        ParseError: an index or a range is not a whole constant, or the language has more than
            graphs can hold yet (arrays).
        InputError: whatever ``scope`` raises for a name.
    """
    results: list[Node] = []
    waiting: list[tuple[ast.Expression | _Gather, Indices, bool]] = [(expression, indices, False)]
    while waiting:
        item, names, ready = waiting.pop()
        if isinstance(item, _Gather):
            args = _take(results, item.count)
            results.append(_reduce(scope, item.node, args))
        elif ready:
            args = _take(results, len(item.children))
            node = _combine(scope, item, args)
            scope.made(node, item)
            results.append(node)
        elif isinstance(item, ast.Comprehension):
            combinations = spread(item.ranges, names)
            waiting.append((_Gather(item, len(combinations)), names, True))
            waiting.extend((item.body, each, False) for each in reversed(combinations))
        elif isinstance(item, ast.Name | ast.Number | ast.Index):
            results.append(_leaf(scope, item, names))
        else:
            waiting.append((item, names, True))
            waiting.extend((child, names, False) for child in reversed(item.children))
    return results[0]


def whole(expression: ast.Expression, indices: Indices) -> int:
    """The integer that an index or the end of a range stands for.

    Raises:
        ParseError: it is not a constant, or not a whole number.
    """
    scope = _Constants()
    written = build(expression, scope, indices)
    node = template(scope.graph, (), written).instantiate(Graph(), (), operations.make)
    if not (node.is_const and abs(node.value) < MOST_INDEX and node.value == int(node.value)):
        raise ParseError(
            "index",
            "an index must be a whole number",
            span=expression.span,
            hint="indices count from 1, and ranges are written 1..3",
        )
    return int(node.value)


def spread(ranges: Sequence[ast.Range], indices: Indices) -> list[Indices]:
    """Every combination of the indices, the last one running fastest.

    Raises:
        ParseError: a range is not constant, or there are more than `MOST_ELEMENTS`.
    """
    combinations: list[Indices] = [indices]
    for each in ranges:
        if (
            combinations
            and isinstance(each.first, ast.Number)
            and isinstance(each.last, ast.Number)
        ):
            # Counted before they are made: the limit is answered at once.
            count = whole(each.last, indices) - whole(each.first, indices) + 1
            if len(combinations) * count > MOST_ELEMENTS:
                raise _too_many(each)
        longer: list[Indices] = []
        for names in combinations:
            first, last = whole(each.first, names), whole(each.last, names)
            if len(longer) + last - first >= MOST_ELEMENTS:
                raise _too_many(each)
            longer.extend({**names, each.index: value} for value in range(first, last + 1))
        combinations = longer
    return combinations


def _too_many(each: ast.Range) -> ParseError:
    return ParseError(
        "limit",
        f"this unrolls into more than {MOST_ELEMENTS:,} elements",
        span=each.span,
        hint="make the range shorter",
    )


def _take(results: list[Node], count: int) -> tuple[Node, ...]:
    if not count:
        return ()
    args = tuple(results[-count:])
    del results[-count:]
    return args


def _leaf(scope: Scope, item: ast.Name | ast.Number | ast.Index, names: Indices) -> Node:
    if isinstance(item, ast.Number):
        return scope.graph.const(item.value, None if item.value < math.inf else "inf")
    if isinstance(item, ast.Name):
        if item.name in names:
            return scope.graph.const(float(names[item.name]))
        return scope.name(item)
    base = item.base
    if not isinstance(base, ast.Name):
        raise unsupported("an index on an expression", item.span)
    places = tuple(whole(index, names) for index in item.indices)
    return scope.element(base, places, item.span)


def _combine(scope: Scope, item: ast.Expression, args: tuple[Node, ...]) -> Node:
    graph = scope.graph
    match item:
        case ast.Group():
            return args[0]
        case ast.Binary(op="matmul"):
            raise unsupported("a matrix product", item.span)
        case ast.Binary(op=op):
            if item.implicit:
                scope.product(item)
            return graph.node(op, args)
        case ast.Unary(op="transpose"):
            raise unsupported("a transpose", item.span, NO_PRIME)
        case ast.Unary(op=op):
            return _unary(graph, op, args[0])
        case ast.Comparison(operators=signs):
            return _chain(graph, signs, args)
        case ast.Conditional():
            return graph.node("where", args)
        case ast.Call(function=function):
            return scope.call(function, args, item)
    raise unsupported("an array", item.span)


def _unary(graph: Graph, op: str, operand: Node) -> Node:
    match op:
        case "pos":
            return operand
        case "factorial":
            return graph.node("gamma", (graph.node("add", (operand, graph.const(1.0))),))
        case "neg" if operand.is_const and operand.label is None:
            return graph.const(-operand.value)
    return graph.node(op, (operand,))


def _chain(graph: Graph, signs: tuple[str, ...], operands: tuple[Node, ...]) -> Node:
    """``a < b <= c`` is ``a < b and b <= c``."""
    node: Node | None = None
    for sign, left, right in zip(signs, operands, operands[1:], strict=False):
        part = graph.node(_COMPARISONS[sign], (left, right))
        node = part if node is None else graph.node("and", (node, part))
    if node is None:
        raise ValueError("a comparison without an operator")
    return node


def _reduce(scope: Scope, item: ast.Comprehension, args: tuple[Node, ...]) -> Node:
    if not args and item.function in _FOLDED:
        return scope.graph.const(float(item.function == "prod"))
    return scope.call(item.function, args, item)


def fold(graph: Graph, op: str, args: tuple[Node, ...]) -> Node:
    """The arguments joined by a binary operation, from left to right."""
    node = args[0]
    for arg in args[1:]:
        node = graph.node(op, (node, arg))
    return node


def unsupported(what: str, span: Span, hint: str | None = None) -> ParseError:
    """The error for what the grammar reads and graphs of scalars cannot hold."""
    return ParseError(
        "unsupported",
        f"{what} is not supported: every value is a single number here",
        span=span,
        hint=hint or "write the elements as names of their own, such as x[1]",
    )


class _Constants:
    """The scope of an index: only numbers and the indices of the ranges around it."""

    def __init__(self) -> None:
        self.graph = Graph()

    def name(self, name: ast.Name) -> Node:
        raise ParseError(
            "index",
            f"'{name.name}' is not an index here",
            span=name.span,
            hint="an index is a whole number or the variable of a range: for i in 1..3",
        )

    def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
        del indices, span
        return self.name(base)

    def call(
        self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
    ) -> Node:
        del args
        return self.name(ast.Name(function, span=call.span))

    def product(self, product: ast.Binary) -> None:
        del product

    def made(self, node: Node, expression: ast.Expression) -> None:
        del node, expression
