"""The backward pass: a line for each node, with the chain rule in symbols and in numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from gradcli.engine.beyond import product
from gradcli.views.lines.chain import Step, chain
from gradcli.views.lines.page import Display, Fragment, Line
from gradcli.views.lines.substitute import bracketed
from gradcli.views.lines.text import pad, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.evaluation.nodes import NodeReport

INDENT = 2

TERMS = 4
"""Terms of one sum that are shown unless everything is asked for."""

LONGEST_FACTOR = 24
"""A longer derivative is referred to by its sign: its value stands in a line of its own above."""


class Term(NamedTuple):
    """One consumer's share in a derivative: ``∂J/∂v · ∂v/∂b``, ``3 · c`` and ``3 · 3``."""

    rule: str
    symbols: str
    numbers: str


class Edge(NamedTuple):
    """A consumer of a node and its local partial by it, in number and in symbols."""

    consumer: NodeReport
    local: float
    number: str
    text: str


class Edges(NamedTuple):
    """The edges from a node to its consumers, and the number of those left out."""

    shown: list[Edge]
    left_out: int


def make_edge(consumer: NodeReport, name: str, display: Display) -> Edge:
    """Return the edge from a node to a consumer along which a derivative passes.

    A node that is several arguments of its consumer, as in ``x*x``, has the sum of the partials.
    """
    slots = [i for i, argument in enumerate(consumer.args) if argument == name]
    symbols = consumer.shown_local_text
    partials = [(consumer.local[i], symbols[i]) for i in slots]
    locals_ = [local for local, _ in partials if local is not None]
    texts = [text for local, text in partials if local is not None and text is not None]
    plus = " + "
    number = plus.join([display.number(local) for local in locals_])
    text = plus.join(texts) if texts else display.partial(consumer.name, name)
    return Edge(consumer, sum(locals_), number, display.show(text, display.width // 2))


def derivation(
    node: NodeReport, edges: Edges, output: str, column: int, display: Display
) -> list[Line]:
    """Return the lines that derive ``∂output/∂node`` from the derivatives by its consumers.

    The left side is filled to ``column`` cells, so that the signs of all lines are aligned.
    """
    sign = display.partial(output, node.name)
    left = Fragment(pad(sign, max(column, width(sign))), "bold")
    result = ([display.number(node.grad)], "green" if math.isfinite(node.grad) else "red")
    terms = [make_term(edge, node, output, display) for edge in edges.shown]
    more = edges.left_out
    rest = [f" + {display.symbols.ellipsis} {more} more"] if more else []
    steps = [[*total(sides), *rest] for sides in zip(*terms, strict=True)]
    lines = chain(INDENT, left, steps, result, display)
    if not edges.shown and node.name != output:
        remark = f"{display.name(output)} does not depend on {display.name(node.name)}"
        lines.append((Fragment(" " * 2 * INDENT + remark, "dim"),))
    return lines


def make_term(edge: Edge, node: NodeReport, output: str, display: Display) -> Term:
    """Return the share of a consumer.

    The output's local partial and the whole derivative would have the same sign, ``∂J/∂u``: the
    local one is written with the output's formula, ``∂(u*v)/∂u``.
    """
    consumer, partial, dot = edge.consumer, display.symbols.partial, display.symbols.dot
    if consumer.name == output:
        formula = display.show(consumer.expression, LONGEST_FACTOR)
        rule = f"{partial}({formula})/{partial}{display.name(node.name)}"
        return Term(rule, edge.text, edge.number)
    adjoint = display.partial(output, consumer.name)
    rule = f"{adjoint} {dot} {display.partial(consumer.name, node.name)}"
    known = consumer.shown_derivative
    longest = min(LONGEST_FACTOR, display.width // 3)
    factor = bracketed(display.show(known)) if known and len(known) <= longest else adjoint
    symbols = f"{factor} {dot} {bracketed(edge.text)}"
    if math.isnan(product(consumer.grad, edge.local)) and not math.isnan(node.grad):
        # The product is never formed: what is not finite lies behind a branch not taken.
        return Term(rule, symbols, "0 (branch not taken)")
    return Term(rule, symbols, f"{display.number(consumer.grad)} {dot} {bracketed(edge.number)}")


def total(terms: Sequence[str]) -> Step:
    """Return a sum in pieces, a later term in brackets if it begins with a sign."""
    later = [f" + ({term})" if term.startswith("-") else f" + {term}" for term in terms[1:]]
    return [*terms[:1], *later]
