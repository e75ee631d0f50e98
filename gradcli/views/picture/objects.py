"""The graph itself as a JSON object: `gradcli.graph/1`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.objects import finite
from gradcli.graph.shapes import SHAPED
from gradcli.syntax.text import text
from gradcli.views.json import to_text

if TYPE_CHECKING:
    from gradcli.errors import Note
    from gradcli.evaluation.nodes import NodeReport
    from gradcli.evaluation.solution import Solution


def render(solution: Solution, notes: Sequence[Note] = ()) -> str:
    """Every node and every edge of a program's graph as JSON, without a final newline.

    Args:
        solution: the program at a point, or without values, where all numbers are null.
        notes: what is to be known besides; they come before those on the program.
    """
    whole = solution.to_dict()
    return to_text(
        {
            "schema": "gradcli.graph/2" if solution.is_of_arrays else "gradcli.graph/1",
            "expression": whole["expression"],
            "output": whole["output"],
            "value": whole["value"],
            "nodes": whole["nodes"],
            "edges": list(_edges(solution)),
            "notes": [*(note.to_dict() for note in notes), *whole["notes"]],
            "problems": whole["problems"],
        }
    )


def _edges(solution: Solution) -> Iterator[dict[str, Any]]:
    names = set()
    for node in solution.nodes:
        names.add(node.name)
        yield from _into(solution, node, names)


def _into(solution: Solution, node: NodeReport, names: set[str]) -> Iterator[dict[str, Any]]:
    """One edge for each argument that is a node; a constant is none."""
    none = (None,) * len(node.args)
    locals_, texts = node.local or none, node.local_text or none
    if solution.is_of_arrays and node.op in SHAPED:
        sign = solution.handed.name
        shares = [node.share(place, sign) for place in range(len(node.args))]
        texts = tuple([None if share is None else text(share) for share in shares])
    for place, (source, local, symbol) in enumerate(zip(node.args, locals_, texts, strict=True)):
        if source in names:
            yield {
                "from": source,
                "to": node.name,
                "argument": place,
                "local": None if local is None else finite(local),
                "symbol": symbol,
            }
