"""What comes back along an edge of arrays, which has no partial: ``g @ x'`` of g by the node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradcli.calculus.reverse import handed_back
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.evaluation.nodes import NodeReport
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node

ADJOINT = "g"
"""What stands for the derivative by a node, as in the rules of the language."""


def handed(
    solution: Solution,
    node: Node,
    place: int,
    sign: str | None = None,
    names: Mapping[Node, str] | None = None,
) -> ast.Expression:
    """What an argument gets of the derivative by a node, in the names of nodes.

    Args:
        solution: the program.
        node: an operation.
        place: which of its arguments.
        sign: what stands for the derivative by the node; None for `ADJOINT`.
        names: the names of nodes; None for those of the program.
    """
    draft = solution.model.graph.draft()
    sign = sign or adjoint_name(solution)
    adjoint = draft.input(f"the adjoint {sign}", node.form)
    share = handed_back(draft, node, place, adjoint)
    names = solution.names if names is None else names
    people = solution.shown.people
    return Unparser({**names, adjoint: sign}, people=people).reference(share)


def of_report(solution: Solution, report: NodeReport) -> tuple[str, ...]:
    """What every argument of a node gets of g, as text."""
    node = next(each for each, name in solution.names.items() if name == report.name)
    return tuple([text(handed(solution, node, place)) for place in range(len(node.args))])


def adjoint_name(solution: Solution) -> str:
    """A name for the derivative by a node that is none of the program's."""
    taken = {*solution.names.values()}
    name = ADJOINT
    while name in taken:
        name += "_"
    return name
