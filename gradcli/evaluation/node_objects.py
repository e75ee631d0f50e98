"""The nodes of a program at a point as objects for JSON: many of them in one pass.

Each has a text, numbers, and a derivative that may be long. What is the same for all of them, and
how long the texts of derivatives are, is found out once and not at every node.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.objects import finite
from gradcli.graph.node import Node, operation_name
from gradcli.graph.shapes import SHAPED, Letter, Shape

if TYPE_CHECKING:
    from gradcli.evaluation.lookup import LookUp


def node_objects(at: LookUp, nodes: Collection[Node]) -> list[dict[str, Any]]:
    """Nodes as objects of `gradcli.eval/1`.

    Args:
        at: the program at the point.
        nodes: some that have names.
    """
    names, symbols = at.names, at.symbols
    derivatives = _derivatives(at, nodes)
    return [
        {
            "name": names[node],
            "expression": symbols.formula(node),
            "op": operation_name(node.op),
            "args": [*symbols.arguments(node)],
            "shape": _lengths(node.shape),
            "value": finite(at.value_of(node)),
            "grad": finite(at.grad_of(node)),
            "derivative": derivatives[node],
            "local": None if node.op in SHAPED else [*map(finite, at.local_of(node))],
        }
        for node in nodes
    ]


def _derivatives(at: LookUp, nodes: Collection[Node]) -> Mapping[Node, str | None]:
    """The derivative by each node in symbols; None if it is too long where all are written."""
    adjoints, symbols = at.derivative.adjoints, at.symbols
    longest = symbols.share
    # Of a choice a total is made anew whenever it is asked for.
    totals = {
        node: adjoints[node]
        for node in nodes
        if node in adjoints and not adjoints.is_longer(node, longest)
    }
    symbols.measure([*totals.values()])
    nothing = None if at.model.output.shape else "0"
    return {
        node: symbols.symbol(totals[node], longest)
        if node in totals
        else (None if node in adjoints else nothing)
        for node in nodes
    }


def _lengths(shape: Shape) -> list[int | str]:
    """A shape for JSON; a length that a letter stands for is its letter."""
    return [str(length) if isinstance(length, Letter) else length for length in shape]
