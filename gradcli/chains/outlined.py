"""The nodes that paths go through for people: a call of the program's functions is one of them."""

from __future__ import annotations

from gradcli.evaluation.brief import Brief, brief
from gradcli.evaluation.solution import Solution
from gradcli.graph.node import Node


def brief_of(solution: Solution, source: Node) -> Brief | None:
    """These nodes of a program.

    None where they are those of the program itself, or where the paths begin inside of a call.
    """
    nodes = brief(solution)
    return nodes if isinstance(nodes, Brief) and nodes.has(source) else None
