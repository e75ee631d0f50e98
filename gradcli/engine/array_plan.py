"""A plan for arrays: nodes lowered once to a straight-line program of NumPy, to be run often.

It gives what `gradcli.engine.arrays` gives node by node, to a few units in the last place. It
never writes to what it is given, and what it returns is nobody else's memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradcli.engine.array_lines import Around, Lowering, OutOfRangeError
from gradcli.engine.arrays import evaluate
from gradcli.engine.beyond import Beyond
from gradcli.graph.node import Graph, Node


class Plan:
    """The operations that some outputs need, ready to run at any point, from any thread.

    Args:
        graph: the graph of all nodes.
        inputs: the nodes that are given.
        outputs: the nodes that are wanted.
        around: what is put around the function of each operation, to measure it.

    Attributes:
        slots: where the value of each output is found in what `run` returns.
    """

    def __init__(
        self,
        graph: Graph,
        inputs: Sequence[Node],
        outputs: Iterable[Node],
        *,
        around: Around | None = None,
    ) -> None:
        self._inputs = tuple(inputs)
        self._outputs = [*dict.fromkeys(outputs)]
        self.slots = {node: slot for slot, node in enumerate(self._outputs)}
        self._program = Lowering(graph, self._inputs, self._outputs, around).program()

    def run(self, point: Sequence[Any]) -> list[Any]:
        """The value of every slot, for one value of each input: a float, or an array of its own.

        Raises:
            ValueError: an array has another shape than its input.
        """
        given = [_given(node, value) for node, value in zip(self._inputs, point, strict=True)]
        if self._program is None or any(type(value) is Beyond for value in given):
            return self._node_by_node(given)
        try:
            with np.errstate(all="ignore"):
                return self._program.run(given)
        except OutOfRangeError:
            return self._node_by_node(given)

    def _node_by_node(self, given: Sequence[Any]) -> list[Any]:
        """The same where a number on its way leaves the range of floats."""
        values = evaluate(self._outputs, self._inputs, given)
        return [
            np.array(value) if node.shape else float(value)
            for node, value in zip(self._outputs, values, strict=True)
        ]


def _given(node: Node, value: Any) -> Any:
    if not node.shape:
        return value
    array = np.asarray(value, dtype=float)
    if array.shape != node.shape:
        raise ValueError(f"{node.name} has the shape {node.shape}, and not {array.shape}")
    return array
