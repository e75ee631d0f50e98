"""What the walk over a syntax tree asks about names, and what a scope has that knows no arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradcli.errors import Span
from gradcli.graph.node import Graph, Node
from gradcli.graph.shapes import MOST_MADE
from gradcli.syntax import ast

if TYPE_CHECKING:  # a protocol takes as long to make as ten classes
    from typing import Protocol

    class Scope(Protocol):
        """What the walk asks about names; the walk itself knows only the shape of expressions."""

        graph: Graph

        most_axes: float
        """How many axes an array may have that is made."""

        def name(self, name: ast.Name) -> Node:
            """The node that a name stands for."""

        def element(self, base: ast.Name, indices: tuple[int, ...], span: Span) -> Node:
            """The node of ``base[indices]``."""

        def array(self, base: ast.Name, *, whole: bool = False) -> Node | None:
            """The node of a name that is an array; None if its elements are names of their own.

            They are together one array, if ``whole`` is asked for.
            """

        def length(self, name: str) -> int | None:
            """The number that a letter of a declared length stands for."""

        def call(
            self, function: str, args: tuple[Node, ...], call: ast.Call | ast.Comprehension
        ) -> Node:
            """The node of a call."""

        def of_arrays(
            self,
            graph: Graph,
            function: str,
            args: tuple[Node, ...],
            call: ast.Call | ast.Comprehension,
        ) -> Node | None:
            """The node of a call in a graph if it is one of a function of arrays."""

        def bound(self, call: ast.Call) -> ast.Name | None:
            """The name that a call gives a meaning of its own in its first argument."""

        def product(self, product: ast.Binary) -> None:
            """Told of every implicit product, for the sake of notes."""

        def entrywise(self, product: ast.Binary) -> None:
            """Told of every product of a matrix and a vector that is taken entry by entry."""

        def made(self, node: Node, expression: ast.Expression) -> None:
            """Told of every operation, for the sake of its place in the text."""


_NO_ARRAYS: Mapping[str, Node] = {}
_NO_LENGTHS: Mapping[str, int] = {}


class Quiet:
    """What a scope has in common that has no arrays and keeps nothing that it is told."""

    most_axes: float = MOST_MADE

    def array(self, base: ast.Name, *, whole: bool = False) -> Node | None:
        """None: no name is an array."""
        del whole
        return _NO_ARRAYS.get(base.name)

    def length(self, name: str) -> int | None:
        """None: no name is the length of one."""
        return _NO_LENGTHS.get(name)

    def of_arrays(
        self,
        graph: Graph,
        function: str,
        args: tuple[Node, ...],
        call: ast.Call | ast.Comprehension,
    ) -> Node | None:
        """None: no function is one of arrays."""

    def bound(self, call: ast.Call) -> ast.Name | None:
        """None: no call does so."""

    def product(self, product: ast.Binary) -> None:
        """Implicit products need no note."""

    def entrywise(self, product: ast.Binary) -> None:
        """Nor do those that are taken entry by entry."""

    def made(self, node: Node, expression: ast.Expression) -> None:
        """Nor has an operation a place in a text."""
