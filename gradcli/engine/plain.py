"""Values as other programs have them: each operation on floats by itself, and nothing beyond."""

from __future__ import annotations

from gradcli.engine.interpreter import Values
from gradcli.engine.scalar import operation
from gradcli.graph.node import CONST, Node


class PlainValues(Values):
    """The values of numbers at one point, where what leaves the range of floats is lost."""

    def _computed(self, node: Node) -> float:
        if node.op == CONST:
            return node.value
        return float(operation(node.op)(*[self._known[arg] for arg in node.args]))
