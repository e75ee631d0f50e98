"""What comes back along an edge of arrays, which has no partial: ``g @ x'`` of g by the node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradcli.calculus.reverse import handed_back
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp
    from gradcli.graph.node import Graph, Node

ADJOINT = "g"
"""What stands for the derivative by a node, as in the rules of the language."""


def handed(
    solution: LookUp,
    node: Node,
    place: int,
    sign: str | None,
    names: Mapping[Node, str] | None = None,
) -> ast.Expression:
    """What an argument gets of the derivative by a node, in the names of nodes.

    Args:
        solution: the program.
        node: an operation.
        place: which of its arguments.
        sign: what stands for the derivative by the node; None where that is 1.
        names: the names of nodes; None for those of the program.
    """
    draft = solution.model.graph.draft()
    adjoint = adjoint_in(draft, node, sign)
    share = handed_back(draft, node, place, adjoint)
    names = solution.names if names is None else names
    known = {**names, adjoint: sign} if sign else names
    return Unparser(known, people=solution.shown.people).reference(share)


def adjoint_in(graph: Graph, node: Node, sign: str | None) -> Node:
    """What stands for the derivative by a node, in the form of that; None for 1."""
    if sign is None:
        return graph.const(1.0)
    return graph.input(f"the adjoint {sign} by #{node.index}", node.form)


def adjoint_name(solution: LookUp) -> str:
    """A name for the derivative by a node that is none of the program's."""
    taken = {*solution.names.values()}
    name = ADJOINT
    while name in taken:
        name += "_"
    return name
