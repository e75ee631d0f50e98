"""Arrays as numbers, of which each entry of each node is one of its own."""

from __future__ import annotations

from gradcli.evaluation.entries.written_out import MOST, WrittenOut
from gradcli.evaluation.entries.written_sums import Entries, filled
from gradcli.graph.node import ARRAY, CONST, INPUT, Node


class Apart(WrittenOut):
    """As written out, but what is only passed on is a node of its own as well.

    Attributes:
        owners: for every node of numbers, in order, the node that it is a part of.
    """

    def __init__(self, most: int = MOST) -> None:
        super().__init__(most)
        self.owners: list[Node] = []

    def _finished(self, node: Node, made: Entries) -> Entries:
        if node.op not in {INPUT, CONST, ARRAY}:
            made = self._named(node, made)
            self.graph.share(made.flat)
        self.owners += [node] * (len(self.graph) - len(self.owners))
        return made

    def _named(self, node: Node, made: Entries) -> Entries:
        """The entries under names of their own, also where several are one node."""
        new = {each.index for each in made.flat if each.label is None}

        def named(place: tuple[int, ...]) -> Node:
            each = made[place]
            if each.label is not None and each.index in new:
                # It has just got the name of another entry, as both are made of equal constants.
                each = self.graph.node(each.op, each.args, each.params)
            return self.graph.name(each, f"{node.index} {place}")

        return filled(node.shape, named)
