"""Names for what occurs several times, so that the text of a graph is no longer than the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import count

from gradcli.graph.node import Node
from gradcli.graph.unparse import Unparser

SHORTEST = 12
"""What is shorter is written again instead of getting a name."""


def name_shared(
    outputs: Sequence[Node], longest: int, known: Mapping[Node, str], taken: Collection[str]
) -> dict[Node, str]:
    """Names for nodes that are used in several places: their own, else ``t1``, ``t2``, ….

    Args:
        outputs: the nodes that will be written.
        longest: an output whose text has no more characters is written without names.
        known: names that the program has for some of the nodes.
        taken: names that mean something else.

    Returns:
        the name of each node that gets one, in topological order.
    """
    lengths = Unparser({})
    long = [node for node in outputs if lengths.length(node) > longest]
    order, uses = _ancestors(long)
    names: dict[Node, str] = {}
    free = (name for place in count(1) if (name := f"t{place}") not in taken)
    writer = Unparser(names)
    for node in order:
        if node.args and uses[node] > 1 and writer.length(node) >= SHORTEST:
            names[node] = known.get(node) or next(free)
    return names


def needed(output: Node, names: Collection[Node]) -> list[Node]:
    """The named nodes that the text of a node refers to, directly or not, in order."""
    return [node for node in _ancestors([output])[0] if node in names]


def _ancestors(outputs: Sequence[Node]) -> tuple[list[Node], Counter[Node]]:
    """The nodes that outputs are made of, in order, and how often each is used."""
    uses: Counter[Node] = Counter()
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        uses[node] += 1
        if uses[node] == 1:
            waiting.extend(node.args)
    return sorted(uses, key=lambda node: node.index), uses
