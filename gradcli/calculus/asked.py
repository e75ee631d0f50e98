"""Local partials of a program whose derivative nobody has made, each when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradcli.calculus.totals import Locals
from gradcli.graph.node import Graph, Node
from gradcli.graph.operations import Partial
from gradcli.graph.rules import table


class AskedLocals(Locals):
    """For each node its partial by each argument, made for those nodes that are looked at.

    Args:
        graph: where partials are made; it has the program, which is of numbers alone.
        targets: the nodes that a derivative may be by; a partial by any other one is None.
    """

    def __init__(self, graph: Graph, targets: Mapping[Node, object]) -> None:
        super().__init__(graph)
        self._targets = targets
        self._made: dict[tuple[Node, int], Partial] = {}

    def open_at(self, node: Node, place: int) -> Partial | None:
        """The partial by one argument, a choice as it is: a maximum of many has many others."""
        if node.args[place] not in self._targets:
            return None
        key = node, place
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = table().open_partial(self._graph, node, place)
        return found

    def _at(self, node: Node, place: int) -> Partial | None:
        return self.open_at(node, place) if node in self and place < len(node.args) else None

    def _of(self, node: Node) -> Sequence[Partial | None]:
        return self.open(node) if node in self else ()

    def open(self, node: Node) -> Sequence[Partial | None]:
        """The same with choices that are no nodes yet."""
        if node not in self:
            raise KeyError(node)
        return [self.open_at(node, place) for place in range(len(node.args))]

    def is_there(self, node: Node, place: int) -> bool:
        """Whether a node has a partial by the argument at a place; none is made to find out."""
        return node.args[place] in self._targets

    def __contains__(self, node: object) -> bool:
        return isinstance(node, Node) and bool(node.args) and node in self._targets

    def __iter__(self) -> Iterator[Node]:
        return (node for node in self._targets if node.args)

    def __len__(self) -> int:
        return sum(1 for _ in self)
