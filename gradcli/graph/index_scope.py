"""The scope of an index, or of an end of a range: what is constant before there are values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.errors import ParseError, Span
from gradcli.graph.node import Graph, Node
from gradcli.graph.scope import Quiet
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.graph.scope import Scope


def closed(length: int, span: Span) -> int:
    """A length that has a number."""
    if type(length) is not int:
        from gradcli.graph.arrays.lengths import refuse_open  # noqa: PLC0415  (only an error needs it)

        refuse_open(length, span)
    return length


class Constants(Quiet):
    """The scope of an index: numbers, indices of the ranges around it, and lengths of arrays."""

    def __init__(self, around: Scope | None = None) -> None:
        self.graph = Graph()
        self._around = around

    def name(self, name: ast.Name) -> Node:
        if self._around is not None:
            length = self._around.length(name.name)
            if length is not None:
                return self.graph.const(float(closed(length, name.span)))
            array = self._around.array(name)
            if array is not None:
                return self.graph.input(name.name, array.form)
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
        if self.graph.has_arrays and self._around is not None:
            node = self._around.of_arrays(self.graph, function, args, call)
            if node is not None:
                return node
        return self.name(ast.Name(function, span=call.span))
