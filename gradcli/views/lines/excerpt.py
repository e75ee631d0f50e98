"""Nodes that a view shows, with the consumers along which their derivatives come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.lines.backward import TERMS, Edges, make_edge
from gradcli.views.lines.page import Display

if TYPE_CHECKING:
    from collections.abc import Collection

    from gradcli.evaluation.nodes import NodeReport, Nodes


class Excerpt(NamedTuple):
    """The nodes that are shown, and what of the others they are shown with.

    Attributes:
        all: every node, those shown among them.
        nodes: those that are shown, by their position, in order.
        consumers: by name, the positions of the nodes along which a derivative comes back, each
            with the places that the node has among its arguments.
    """

    all: Nodes
    nodes: dict[int, NodeReport]
    consumers: dict[str, dict[int, list[int]]]


def take_excerpt(nodes: Nodes, positions: Collection[int], consumers: int | None = None) -> Excerpt:
    """Return what is to be known of the nodes at the positions, with so many consumers of each."""
    return Excerpt(nodes, {i: nodes[i] for i in positions}, nodes.users(positions, consumers))


def make_edges(node: NodeReport, excerpt: Excerpt, display: Display) -> Edges:
    """Return the edges from a node to its consumers, unless everything is asked for a few."""
    consumers = [*excerpt.consumers[node.name].items()]
    told = consumers if display.limit is None else consumers[:TERMS]
    edges = [
        make_edge(excerpt.nodes.get(position) or excerpt.all[position], places)
        for position, places in told
    ]
    return Edges(edges, len(consumers) - len(told))
