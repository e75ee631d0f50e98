"""What comes back along an edge of arrays, which has no partial: ``g @ x'`` of g by the node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradcli.calculus.reverse import handed_back
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.graph.node import Graph, Node
    from gradcli.graph.people import People

ADJOINT = "g"
"""What stands for the derivative by a node, as in the rules of the language."""


class Handed:
    """What the arguments of a program's nodes get of the derivatives by these.

    All are made in one draft and written by one writer: each of these begins with all nodes.

    Args:
        graph: that of the program.
        names: the names of its nodes.
        people: the manner of formulas for people.

    Attributes:
        name: a name for the derivative by a node that is none of the program's.
    """

    def __init__(self, graph: Graph, names: Mapping[Node, str], people: People | None) -> None:
        self._draft = graph.draft()
        self._writer = Unparser(names, people=people)
        taken = {*names.values()}
        self.name = ADJOINT
        while self.name in taken:
            self.name += "_"

    def of(self, node: Node, place: int, sign: str | None) -> ast.Expression:
        """What an argument gets of the derivative by a node, in the names of nodes.

        Args:
            node: an operation.
            place: which of its arguments.
            sign: what stands for the derivative by the node; None where that is 1.
        """
        adjoint = adjoint_in(self._draft, node, sign)
        if sign is not None:
            self._writer.name(adjoint, sign)
        return self._writer.reference(handed_back(self._draft, node, place, adjoint))


def adjoint_in(graph: Graph, node: Node, sign: str | None) -> Node:
    """What stands for the derivative by a node, in the form of that; None for 1."""
    if sign is None:
        return graph.const(1.0)
    return graph.input(f"the adjoint {sign} by #{node.index}", node.form)
