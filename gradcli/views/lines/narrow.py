"""What a table has: which nodes, and what it says of a derivative that there is no room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradcli.graph.node import INPUT
from gradcli.views.lines.backward import TERMS, handed_step, one_step
from gradcli.views.lines.cells import Cells
from gradcli.views.lines.excerpt import make_edges, take_excerpt
from gradcli.views.lines.page import Display
from gradcli.views.lines.text import width

if TYPE_CHECKING:
    from gradcli.evaluation.nodes import NodeReport, Nodes
    from gradcli.evaluation.solution import Solution


def narrowed(
    nodes: Sequence[NodeReport], solution: Solution, display: Display
) -> Sequence[NodeReport]:
    """Return the nodes that are asked for: those of one kind, and those of the gradient alone."""
    if display.only == "inputs":
        nodes = [node for node in nodes if node.op == INPUT]
    elif display.only == "steps":
        last = solution.output
        nodes = [
            node for node in nodes if node.op != INPUT and (node.is_named or node.name == last)
        ]
    if solution.is_narrowed:
        wanted = {*solution.gradient}
        nodes = [node for node in nodes if node.name in wanted]
    return nodes


def with_steps(
    rows: Sequence[Cells],
    room: int,
    nodes: Nodes,
    solution: Solution,
    display: Display,
) -> Iterator[Cells]:
    """Yield the rows; one whose derivative is too long for the room has the last step of it."""
    long = {row.node for row in rows if not row.symbols or width(row.symbols) > room}
    if not long or solution.model.output.shape:
        yield from rows
        return
    # That there is one more is all that is said of the others.
    consumers = None if display.limit is None else TERMS + 1
    excerpt, output = take_excerpt(nodes, nodes.places(long), consumers), solution.output
    step = handed_step if solution.is_of_arrays else one_step
    steps = {
        node.node: step(node, make_edges(node, excerpt, display), output, nodes.derived_as, display)
        for node in excerpt.nodes.values()
    }
    for row in rows:
        yield row._replace(step=steps.get(row.node, ""))
