"""The graph itself as a JSON object: `gradcli.graph/1`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.solution import finite
from gradcli.views.json import to_text

if TYPE_CHECKING:
    from gradcli.evaluation.solution import NodeReport, Solution


def render(solution: Solution, *, values: bool = True) -> str:
    """Every node and every edge of a program's graph as JSON, without a final newline.

    Args:
        solution: the program at a point.
        values: whether the point was given; without one, all numbers are null.
    """
    whole = solution.to_dict()
    nodes = whole["nodes"]
    if not values:
        nodes = [
            {**node, "value": None, "grad": None, "local": [None] * len(node["local"])}
            for node in nodes
        ]
    return to_text(
        {
            "schema": "gradcli.graph/1",
            "expression": whole["expression"],
            "output": whole["output"],
            "value": whole["value"] if values else None,
            "nodes": nodes,
            "edges": list(_edges(solution, values=values)),
            "notes": whole["notes"],
            "problems": whole["problems"] if values else [],
        }
    )


def _edges(solution: Solution, *, values: bool) -> Iterator[dict[str, Any]]:
    names = set()
    for node in solution.nodes:
        names.add(node.name)
        yield from _into(node, names, values=values)


def _into(node: NodeReport, names: set[str], *, values: bool) -> Iterator[dict[str, Any]]:
    """One edge for each argument that is a node; a constant is none."""
    for place, (source, local, symbol) in enumerate(
        zip(node.args, node.local, node.local_text, strict=True)
    ):
        if source in names:
            yield {
                "from": source,
                "to": node.name,
                "argument": place,
                "local": None if local is None or not values else finite(local),
                "symbol": symbol,
            }
