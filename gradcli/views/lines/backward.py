"""The backward pass: a line for each node, with the chain rule in symbols and in numbers."""

from __future__ import annotations

import math
from functools import partial, reduce
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.beyond import product
from gradcli.syntax import ast
from gradcli.syntax.text import CONDITIONAL, SUM, text
from gradcli.views.lines.chain import chain
from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.substitute import beside
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.evaluation.nodes import NodeReport

INDENT = 2

TERMS = 4
"""Terms of one sum that are shown unless everything is asked for."""

LONGEST_FACTOR = 24
"""A longer derivative is referred to by its sign: its value stands in a line of its own above."""


class Term(NamedTuple):
    """One consumer's share in a derivative: ``∂J/∂v · ∂v/∂b``, ``3 · c`` and ``3 · 3``.

    A share that is not the first has brackets around a sign that it would begin with.
    """

    rule: str
    symbols: str
    numbers: str


class Edge(NamedTuple):
    """A consumer of a node and its local partial by it.

    Attributes:
        consumer: the node that the derivative comes from.
        partials: the numbers whose sum the partial is: of ``x*x`` by x there are two.
        tree: the partial in symbols; None where that would be long.
        is_taken: whether anything comes along: not in a branch that is not taken.
    """

    consumer: NodeReport
    partials: list[float]
    tree: ast.Expression | None
    is_taken: bool


class Edges(NamedTuple):
    """The edges from a node to its consumers, and the number of those left out."""

    shown: list[Edge]
    left_out: int


def make_edge(consumer: NodeReport, name: str) -> Edge:
    """Return the edge from a node to a consumer along which a derivative passes.

    A node that is several arguments of its consumer, as in ``x*x``, has the sum of the partials.
    """
    places = [i for i, argument in enumerate(consumer.args) if argument == name]
    trees = [tree for tree in map(consumer.shown_local, places) if tree is not None]
    numbers = [number for number in map(consumer.local.__getitem__, places) if number is not None]
    is_taken = any(consumer.shares[place] is not None for place in places)
    whole = reduce(partial(ast.Binary, "add"), trees) if len(trees) == len(numbers) else None
    return Edge(consumer, numbers, whole, is_taken)


def derivation(
    node: NodeReport, edges: Edges, output: str, column: int, display: Display
) -> list[Line]:
    """Return the lines that derive ``∂output/∂node`` from the derivatives by its consumers.

    The left side is filled to ``column`` cells, so that the signs of all lines are aligned.
    """
    sign = display.partial(output, node.name)
    left = Fragment(pad(sign, max(column, width(sign))), "bold")
    result = ([display.number(node.grad)], "green" if math.isfinite(node.grad) else "red")
    terms = [
        make_term(edge, node, output, display, is_first=not place)
        for place, edge in enumerate(edges.shown)
    ]
    more = edges.left_out
    rest = [f" + {display.symbols.ellipsis} {more} more"] if more else []
    steps = [
        [first, *[f" + {term}" for term in others], *rest]
        for first, *others in zip(*terms, strict=True)
    ]
    lines = chain(INDENT, left, steps, result, display)
    if not edges.shown and node.name != output:
        remark = f"{display.name(output)} does not depend on {display.name(node.name)}"
        lines.append((Fragment(" " * 2 * INDENT + remark, "dim"),))
    return lines


def make_term(
    edge: Edge, node: NodeReport, output: str, display: Display, *, is_first: bool
) -> Term:
    """Return the share of a consumer.

    The output's local partial and the whole derivative would have the same sign, ``∂J/∂u``: the
    local one is written with the output's formula, ``∂(u*v)/∂u``.
    """
    consumer, sign, dot = edge.consumer, display.symbols.partial, display.symbols.dot
    begin = display.number if is_first else display.operand
    if consumer.name == output:
        formula = display.show(consumer.shown_expression, LONGEST_FACTOR)
        rule = f"{sign}({formula})/{sign}{display.name(node.name)}"
        symbols = rule
        if edge.tree:
            columns = display.width // 2
            lowest = CONDITIONAL if is_first else SUM
            symbols = beside(edge.tree, display, lowest, columns)
        return Term(rule, symbols, _sum(edge, begin, display))
    adjoint = display.partial(output, consumer.name)
    local = display.partial(consumer.name, node.name)
    known = consumer.shown_derivative
    longest = min(LONGEST_FACTOR, display.width // 3)
    left = beside(known, display) if known and len(text(known)) <= longest else adjoint
    right = beside(edge.tree, display, columns=display.width // 2) if edge.tree else local
    if not edge.is_taken and product(consumer.grad, sum(edge.partials)):
        # The product, NaN perhaps, is never formed.
        is_constant = any(map(_is_zero, (known, edge.tree)))
        numbers = "0 (a constant 0)" if is_constant else "0 (branch not taken)"
    elif len(edge.partials) == 1:
        numbers = f"{begin(consumer.grad)} {dot} {display.operand(edge.partials[0])}"
    else:
        numbers = f"{begin(consumer.grad)} {dot} ({_sum(edge, display.number, display)})"
    return Term(f"{adjoint} {dot} {local}", f"{left} {dot} {right}", numbers)


def _is_zero(tree: ast.Expression | None) -> bool:
    return isinstance(tree, ast.Number) and not tree.value


def _sum(edge: Edge, begin: Callable[[float], str], display: Display) -> str:
    """The partial of an edge in numbers."""
    first, *others = edge.partials
    return " + ".join([begin(first), *map(display.operand, others)])
