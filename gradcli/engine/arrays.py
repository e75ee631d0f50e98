"""Values of arrays at one point: the nodes one after another, by NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcli.engine.kernels import Array, kernel
from gradcli.engine.scalar import operation
from gradcli.graph.node import CONST, Graph, Node
from gradcli.graph.shapes import SCALAR, SHAPED


class ArrayPlan:
    """The operations that some outputs need, in order, ready to run at any point.

    Numbers among arrays are computed as where there are no arrays.

    Args:
        graph: the graph of all.
        inputs: what has a value at each point.
        outputs: what is asked for.
    """

    def __init__(self, graph: Graph, inputs: Sequence[Node], outputs: Iterable[Node]) -> None:
        self._inputs = tuple(inputs)
        known = set(inputs)
        self._steps = [
            (node, _function(node)) for node in graph.ancestors(outputs) if node not in known
        ]

    def run(self, point: Sequence[Array | float]) -> Mapping[Node, Any]:
        """The value of every node, for one value of each input in its shape."""
        values: dict[Node, Any] = dict(zip(self._inputs, point, strict=True))
        with np.errstate(all="ignore"):
            for node, function in self._steps:
                values[node] = function(*[values[arg] for arg in node.args])
        return values


def _function(node: Node) -> Any:
    if node.op == CONST:
        value = node.value
        return lambda: value
    if node.op not in SHAPED and all(each.form is SCALAR for each in (node, *node.args)):
        return operation(node.op)
    function = kernel(node.op, node.params)
    if node.form is SCALAR:
        return lambda *args: float(function(*args))
    return function


def evaluate(
    graph: Graph,
    outputs: Sequence[Node],
    inputs: Sequence[Node],
    point: Sequence[Array | float],
) -> list[Any]:
    """The value of each output at one point: a float, or an array of its shape."""
    values = ArrayPlan(graph, inputs, outputs).run(point)
    return [values[node] for node in outputs]
