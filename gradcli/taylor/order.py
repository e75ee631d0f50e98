"""Nodes that need each other, in groups, each group after those that it needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from gradcli.graph.node import Node


def groups(nodes: Collection[Node], needs: Callable[[Node], Sequence[Node]]) -> list[list[Node]]:
    """The strongly connected components of a graph (Tarjan, SIAM J. Computing 1, 1972).

    Args:
        nodes: its nodes.
        needs: what a node needs; what is not among the nodes is left out.
    """
    found: list[list[Node]] = []
    number: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    open_: list[Node] = []
    for first in nodes:
        waiting = [] if first in number else [first]
        while waiting:
            node = waiting[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                open_.append(node)
            wanted = [each for each in needs(node) if each in nodes]
            missing = next((each for each in wanted if each not in number), None)
            if missing is not None:
                waiting.append(missing)
                continue
            waiting.pop()
            lowest[node] = min([lowest[each] for each in (node, *wanted) if each in lowest])
            if lowest[node] == number[node]:
                at = open_.index(node)
                found.append(open_[at:])
                for each in open_[at:]:
                    del lowest[each]
                del open_[at:]
    return found
