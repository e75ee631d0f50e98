"""Arrays as numbers, of which each entry of each node is one of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcli.errors import UsageError
from gradcli.evaluation.entries.written_out import WrittenOut
from gradcli.evaluation.entries.written_sums import Entries, filled
from gradcli.graph.form_rules import OF_SQUARE
from gradcli.graph.node import ARRAY, CONST, INPUT, Node

MOST = 100_000
"""Programs that are more numbers than that are not written out."""

MOST_ROWS = 5
"""Nor are determinants and inverses of larger matrices: their terms grow like factorials."""

_BY_MINORS = OF_SQUARE - {"cholesky"}  # which goes on row by row

_RUNNING = frozenset(("cumsum", "cumsum_back", "unwindow", "cholesky"))
"""Operations whose entries are sums of up to as many terms as an axis is long."""


class Apart(WrittenOut):
    """As written out, but what is only passed on is a node of its own as well.

    Args:
        most: programs that are more numbers than that are refused.

    Attributes:
        owners: for every node of numbers, in order, the node that it is a part of.
    """

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most
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

    def _entries(self, node: Node, args: Sequence[Entries]) -> Entries:
        if node.op in _BY_MINORS and node.args[0].shape[-1] > MOST_ROWS:
            raise UsageError(
                "too-large",
                f"{node.op} of a matrix of more than {MOST_ROWS} rows is not written out",
                hint="check it with a smaller matrix",
            )
        if len(self.graph) + _terms(node) > self._most:
            raise UsageError(
                "too-large",
                f"written out, the program is more than {self._most:,} numbers",
                hint="check it with smaller arrays",
            )
        return super()._entries(node, args)


def _terms(node: Node) -> int:
    """About how many numbers the entries of a node are made of."""
    sizes = [node.form.size, *[arg.form.size for arg in node.args]]
    if node.op == "contract":
        of_a, of_b, _ = map(str, node.params)
        shapes = node.args[0].shape + node.args[1].shape
        return 2 * math.prod(dict(zip(of_a + of_b, shapes, strict=True)).values())
    if node.op in _RUNNING:
        return sizes[0] * max(node.shape, default=1)
    return sum(sizes)
