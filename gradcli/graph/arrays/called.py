"""A call of a function of arrays: its arguments, and what stands behind the semicolon."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gradcli.errors import ParseError, Span
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import Form, along, shown
from gradcli.syntax import ast

Numbers = Callable[[ast.Expression], int]
"""The whole number that an expression stands for."""


class Called(NamedTuple):
    """A call of a function of arrays.

    Attributes:
        graph: where its nodes are made.
        name: the function.
        args: its arguments.
        numbers: what stands behind the semicolon: axes or lengths.
        span: where it stands.
    """

    graph: Graph
    name: str
    args: tuple[Node, ...]
    numbers: tuple[int, ...]
    span: Span

    def node(self, op: str, *args: Node | float) -> Node:
        """An operation on nodes and constants."""
        nodes = [each if isinstance(each, Node) else self.graph.const(each) for each in args]
        return self.graph.node(op, tuple(nodes))

    def reduced(self, op: str, x: Node) -> Node:
        """A reduction along the axes that are asked for, of all if none is."""
        return self.graph.node(op, (x,), (self.form(x),))

    def form(self, x: Node) -> Form:
        """The form that is left of an array along the axes that are asked for.

        Raises:
            ParseError: there is no such axis, or one is named twice.
        """
        axes = [axis - 1 for axis in self.numbers]
        if not all(0 <= axis < len(x.shape) for axis in axes) or len({*axes}) < len(axes):
            named = ", ".join(map(str, self.numbers))
            raise ParseError(
                "axis",
                f"{shown(x.form)} has no axes {named}" if len(axes) > 1 else
                f"{shown(x.form)} has no axis {named}",
                span=self.span,
                hint=f"axes count from 1: {self.name}(…; 1)" if x.shape else "leave it out",
            )  # fmt: skip
        return along(x.form, axes)


def count(called: Called, x: Node) -> Node:
    """How many entries of an array come together in one."""
    to = called.form(x)
    return called.graph.count(x.form.size // to.size if to.size else 0)


def mean(called: Called, x: Node) -> Node:
    """The mean along the axes that are asked for."""
    return called.node("div", called.reduced("sum_to", x), count(called, x))
