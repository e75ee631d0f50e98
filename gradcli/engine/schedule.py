"""The operations that some outputs need, in order: what every engine is given to run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradcli.engine.lowering import Part, lowered
from gradcli.graph.node import CONST, Graph, Node

Step = tuple[str, tuple[int, ...]]
"""An operation, and the slots of its arguments."""


class Schedule:
    """Slots for values: first the inputs, then the constants, then one for each operation.

    Attributes:
        inputs: how many there are.
        slots: the slot of each node.
        constants: the values of the slots after the inputs.
        steps: the operations of the slots after the constants, each after its arguments.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Node], outputs: Iterable[Node]) -> None:
        self.inputs = len(inputs)
        self.slots = {node: place for place, node in enumerate(inputs)}
        self.constants: list[float] = []
        self.steps: list[Step] = []
        self._parts: dict[Part, int] = {}
        order = [node for node in graph.ancestors(outputs) if node not in self.slots]
        for node in order:
            if node.op == CONST:
                self.slots[node] = len(self.slots)
                self.constants.append(node.value)
        self._first = len(self.slots)
        for node in order:
            if node.op != CONST:
                self.slots[node] = self._append(node)

    def _append(self, node: Node | Part) -> int:
        """One more operation, after those of its arguments that no node stands for; its slot."""
        op, args = lowered(node)
        for arg in args:
            if isinstance(arg, Part) and arg not in self._parts:
                self._parts[arg] = self._append(arg)
        places = [self._parts[arg] if isinstance(arg, Part) else self.slots[arg] for arg in args]
        self.steps.append((op, tuple(places)))
        return self._first + len(self.steps) - 1
