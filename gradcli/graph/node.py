"""The one node type, immutable and interned, and the graph that makes its nodes.

Nodes are numbered as they are made, and a node is made after its arguments: the numbers are a
topological order, so every pass over a graph is a loop over a list and nothing recurses.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, MutableMapping
from typing import Final, NamedTuple

Shape = tuple[int, ...]

INPUT: Final = "input"
CONST: Final = "const"
IDENTITY: Final = "id"


class Node:
    """An operation on nodes, an input, or a constant.

    Attributes:
        op: the operation, ``"input"`` or ``"const"``.
        args: the nodes it is applied to.
        value: the number of a constant, else 0.
        label: the name that the user gave: of an input, a step, or a constant such as ``pi``.
        index: its place in the graph's topological order.
        shape: the lengths of its axes; ``()`` for a scalar.
    """

    __slots__ = ("args", "index", "label", "op", "shape", "value")

    def __init__(  # noqa: PLR0913, PLR0917  (made in one place only, and by the million)
        self,
        op: str,
        args: tuple[Node, ...],
        value: float,
        label: str | None,
        index: int,
        shape: Shape,
    ) -> None:
        self.op = op
        self.args = args
        self.value = value
        self.label = label
        self.index = index
        self.shape = shape

    @property
    def name(self) -> str:
        """The label of an input or of a step, and "" of a node without one."""
        return self.label or ""

    @property
    def is_const(self) -> bool:
        """Whether this is a constant."""
        return self.op == CONST

    def __repr__(self) -> str:
        args = ", ".join(f"#{arg.index}" for arg in self.args)
        return f"<#{self.index} {self.label or self.op}({args or self.value})>"


class _Tables(NamedTuple):
    """Where nodes are found again: rules' own, inputs and constants, and operations."""

    shared: MutableMapping[tuple[str, Node], Node]
    leaves: MutableMapping[tuple[str, str | float, str | None], Node]
    unnamed: MutableMapping[tuple[str, tuple[Node, ...]], Node]
    named: MutableMapping[tuple[str, tuple[Node, ...]], Node]


class Graph:
    """Makes nodes, each only once, and keeps them in topological order.

    A labelled step is a node of its own: it is never merged with an equal expression without
    that name, for ∂J/∂u of ``u = x*y; J = u + x*y`` is 1. A derivative may nevertheless use it
    (``find``), because the value is the same.

    Attributes:
        nodes: all nodes, each after its arguments.
        shared: what the rule of an operation makes once for a node, by purpose and node.
    """

    def __init__(self, nodes: Iterable[Node] = (), tables: _Tables | None = None) -> None:
        self.nodes = [*nodes]
        self._tables = _Tables({}, {}, {}, {}) if tables is None else tables
        self.shared, self._leaves, self._unnamed, self._named = self._tables

    def __len__(self) -> int:
        return len(self.nodes)

    def draft(self) -> Graph:
        """A graph that begins with the nodes of this one, which does not grow with it.

        For writers of text: what they make to write it down is no part of a program.
        """
        return Graph(self.nodes, _Tables(*[ChainMap({}, each) for each in self._tables]))

    def input(self, name: str, shape: Shape = ()) -> Node:
        """The input of that name."""
        return self._leaf((INPUT, name, name), 0.0, shape)

    def const(self, value: float, label: str | None = None) -> Node:
        """A constant; ``label`` is the name it is shown under, such as ``pi``."""
        # repr tells -0.0 from 0.0 and finds nan again, which == does not.
        key = value if value and value == value else repr(value)  # noqa: PLR0124  (not nan)
        return self._leaf((CONST, key, label), value, ())

    def node(self, op: str, args: tuple[Node, ...]) -> Node:
        """The operation applied to nodes of this graph, exactly as asked for."""
        key = (op, args)
        return self._unnamed.get(key) or self._made(key)

    def copied(self, node: Node, args: tuple[Node, ...]) -> Node:
        """A node of another graph, on arguments of this one; the label of a step is left out."""
        if node.op == INPUT:
            return self.input(node.name, node.shape)
        if node.op == CONST:
            return self.const(node.value, node.label)
        return self.node(node.op, args)

    def find(self, op: str, args: tuple[Node, ...]) -> Node:
        """Any node with this value, under a label or without one; made when there is none."""
        key = (op, args)
        return (self._named and self._named.get(key)) or self._unnamed.get(key) or self._made(key)

    def name(self, node: Node, label: str) -> Node:
        """A step: the same operation under a name; a second name gets an identity node."""
        if node.label is not None or not node.args:
            return self._append(IDENTITY, (node,), 0.0, label, ())
        if node is self.nodes[-1]:
            # Made for this step and used by nothing yet: it is the step, and has no unnamed twin.
            del self._unnamed[node.op, node.args]
            node.label = label
        else:
            node = self._append(node.op, node.args, 0.0, label, node.shape)
        self._named.setdefault((node.op, node.args), node)
        return node

    def ancestors(self, outputs: Iterable[Node]) -> list[Node]:
        """All nodes that the outputs are computed from, themselves included, in order."""
        places = [node.index for node in outputs]
        # A node is made after its arguments: what is behind the last output need not be looked at.
        nodes = self.nodes[: max(places, default=-1) + 1]
        needed = bytearray(len(nodes))
        for place in places:
            needed[place] = 1
        for node in reversed(nodes):
            if needed[node.index]:
                for arg in node.args:
                    needed[arg.index] = 1
        return [node for node in nodes if needed[node.index]]

    def _leaf(self, key: tuple[str, str | float, str | None], value: float, shape: Shape) -> Node:
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self._append(key[0], (), value, key[2], shape)
        return found

    def _made(self, key: tuple[str, tuple[Node, ...]]) -> Node:
        nodes = self.nodes
        node = self._unnamed[key] = Node(*key, 0.0, None, len(nodes), ())
        nodes.append(node)
        return node

    def _append(
        self, op: str, args: tuple[Node, ...], value: float, label: str | None, shape: Shape
    ) -> Node:
        node = Node(op, args, value, label, len(self.nodes), shape)
        self.nodes.append(node)
        return node
