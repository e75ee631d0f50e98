"""The operations that some outputs need, in order: what every engine is given to run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradcli.graph.node import CONST, Graph, Node

Step = tuple[str, tuple[int, ...]]
"""An operation, and the slots of its arguments."""


class Schedule:
    """Slots for values: first the inputs, then the constants, then one for each operation.

    Attributes:
        slots: the slot of each node.
        constants: the values of the slots after the inputs.
        steps: the operations of the slots after the constants, each after its arguments.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Node], outputs: Iterable[Node]) -> None:
        self.slots = {node: place for place, node in enumerate(inputs)}
        self.constants: list[float] = []
        self.steps: list[Step] = []
        order = [node for node in graph.ancestors(outputs) if node not in self.slots]
        for node in order:
            if node.op == CONST:
                self.slots[node] = len(self.slots)
                self.constants.append(node.value)
        for node in order:
            if node.op != CONST:
                op, args = lowered(node)
                self.steps.append((op, tuple([self.slots[arg] for arg in args])))
                self.slots[node] = len(self.slots)


def lowered(node: Node) -> tuple[str, tuple[Node, ...]]:
    """The operation by which an engine computes a node, and what it is applied to.

    x^(a - b) is computed with the rounding error of a - b carried along: see `scalar.pow_diff`.
    """
    if node.op == "pow" and node.args[1].op == "sub":
        return "pow_diff", (node.args[0], *node.args[1].args)
    return node.op, node.args
