"""Which nodes of a large graph are shown, and how what is left out is said."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import TYPE_CHECKING

from gradcli.graph.node import INPUT
from gradcli.views.lines.page import Display, Fragment, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.evaluation.nodes import NodeReport, Nodes
    from gradcli.evaluation.solution import Solution

SEARCHED = 1000
"""The user's own steps are looked for among so many nodes before the output."""


def nodes_of(solution: Solution, display: Display) -> Nodes:
    """Return the nodes of a solution as people read them, or all of them where that is asked."""
    from gradcli.evaluation.brief import brief  # noqa: PLC0415  (`--json` needs none)

    return solution.nodes if display.full else brief(solution)


def choose(nodes: Sequence[NodeReport], limit: int | None) -> list[int]:
    """Return the positions of the nodes to show, in their order, at most about ``limit``.

    The output comes first, then the user's own steps nearest to it, then inputs, and the rest
    is filled from the output backwards: what a reader asks for first. Of many nodes no others are
    looked at.

    Args:
        nodes: all nodes, inputs first.
        limit: how many are shown; None for all.
    """
    last = len(nodes) - 1
    if limit is None or len(nodes) <= limit:
        return list(range(len(nodes)))
    third = max(limit // 3, 1)
    near = ((i, nodes[i]) for i in range(last, max(0, last - SEARCHED) - 1, -1))
    computed = takewhile(lambda each: each[1].op != INPUT, near)
    steps = (i for i, node in computed if node.is_named)
    inputs = takewhile(lambda i: nodes[i].op == INPUT, range(third))
    chosen = {last, *islice(steps, third), *inputs}
    for i in range(last, -1, -1):
        if len(chosen) >= limit:
            break
        chosen.add(i)
    return sorted(chosen)


def with_gaps(positions: Sequence[int], universe: range) -> Iterator[tuple[int | None, int]]:
    """Yield each position with the number of positions of the universe left out before it.

    If some are left out after the last one, the end is None with their number.
    """
    expected = 0
    for position in positions:
        index = universe.index(position)
        yield position, index - expected
        expected = index + 1
    if expected < len(universe):
        yield None, len(universe) - expected


def gap(count: int, display: Display, indent: int = 0) -> Line:
    """Return the line that stands for ``count`` nodes left out."""
    noun = "node" if count == 1 else "nodes"
    return (Fragment(f"{' ' * indent}{display.symbols.ellipsis} {count} {noun} left out", "dim"),)


def footer(shown: int, total: int, display: Display) -> list[Line]:
    """Return the lines that say how to see what was left out, if anything was."""
    if shown >= total:
        return []
    sentence = f"{total - shown} of {total} nodes are left out: --all shows them."
    return [(), *display.paragraph(sentence)]
