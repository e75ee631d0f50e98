"""Nodes that a view shows, with what it needs of others: values of arguments, and consumers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.views.lines.backward import TERMS, Edges, make_edge
from gradcli.views.lines.page import Display

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.evaluation.nodes import NodeReport


class Excerpt(NamedTuple):
    """The nodes that are shown, and what of the others they are shown with.

    Attributes:
        all: every node, those shown among them.
        nodes: those that are shown, by their position, in order.
        values: the values of their arguments by name.
        consumers: by name, the positions of the nodes along which a derivative comes back.
    """

    all: Sequence[NodeReport]
    nodes: dict[int, NodeReport]
    values: dict[str, float]
    consumers: dict[str, list[int]]


def take_excerpt(nodes: Sequence[NodeReport], positions: Sequence[int]) -> Excerpt:
    """Return what is to be known of the nodes at the positions."""
    shown = {i: nodes[i] for i in positions}
    arguments = {name for node in shown.values() for name in node.args}
    values: dict[str, float] = {}
    consumers: dict[str, list[int]] = {node.name: [] for node in shown.values()}
    for position, node in enumerate(nodes):
        if node.name in arguments:
            values[node.name] = node.value
        if not any(name in consumers for name in node.args):
            continue
        sides = zip(node.args, node.local, strict=True)
        for name in dict.fromkeys([name for name, local in sides if local is not None]):
            if name in consumers:
                consumers[name].append(position)
    return Excerpt(nodes, shown, values, consumers)


def going_on(nodes: Sequence[NodeReport]) -> Callable[[str], str]:
    """Return what finds the node whose derivative that of a node is.

    A term of a sum that nothing else uses, and that has no name of its own, has that of the sum.
    """
    sums: dict[str, list[str | None]] = {}
    for node in nodes:
        is_sum = node.op in {"add", "sub"}
        for place, name in enumerate(node.args):
            is_added = is_sum and (node.op == "add" or not place)
            sums.setdefault(name, []).append(node.name if is_added else None)
    own = {node.name for node in nodes if node.is_named}

    def found(name: str) -> str:
        while name not in own:
            first, *others = sums.get(name, [None])
            if first is None or others:
                break
            name = first
        return name

    return found


def make_edges(node: NodeReport, excerpt: Excerpt, display: Display) -> Edges:
    """Return the edges from a node to its consumers, unless everything is asked for a few."""
    positions = excerpt.consumers[node.name]
    told = positions if display.limit is None else positions[:TERMS]
    consumers = [excerpt.nodes.get(position) or excerpt.all[position] for position in told]
    edges = [make_edge(consumer, node.name) for consumer in consumers]
    return Edges(edges, len(positions) - len(told))
