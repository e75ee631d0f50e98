"""The local partials of a pass, each made into a node when it is asked for as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from gradcli.graph.conditions import Test
from gradcli.graph.node import Graph, Node
from gradcli.graph.operations import Choice, Partial, made


class Locals(Mapping[Node, tuple[Node | None, ...]]):
    """For each node its partial by each argument; None for one that leads to no target.

    Args:
        graph: where partials are made into nodes.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._partials: dict[Node, tuple[Partial | None, ...]] = {}
        self._nodes: dict[Node, tuple[Node | None, ...]] = {}

    def put(self, node: Node, partials: tuple[Partial | None, ...]) -> None:
        """Keep the partials of a node, choices as they are."""
        self._partials[node] = partials

    def __getitem__(self, node: Node) -> tuple[Node | None, ...]:
        found = self._nodes.get(node)
        if found is None:
            graph = self._graph
            found = tuple([each and made(graph, each) for each in self._partials[node]])
            self._nodes[node] = found
        return found

    def __contains__(self, node: object) -> bool:
        return node in self._partials

    def __iter__(self) -> Iterator[Node]:
        return iter(self._partials)

    def __len__(self) -> int:
        return len(self._partials)

    def values_of(self, node: Node, value_of: Callable[[Node], float]) -> tuple[float | None, ...]:
        """The numbers that the partials of a node are, where nodes have these values."""
        return tuple(
            [
                None if partial is None else _value(partial, value_of)
                for partial in self._partials.get(node, ())
            ]
        )


def _value(partial: Partial, value_of: Callable[[Node], float]) -> float:
    if isinstance(partial, Choice):
        condition, then, otherwise = partial
        is_met = condition.holds(value_of) if isinstance(condition, Test) else value_of(condition)
        return value_of(then if is_met else otherwise)
    return value_of(partial)
