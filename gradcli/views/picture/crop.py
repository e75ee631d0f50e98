"""A part of a picture: what is near the output or near a node, and how large a picture may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcli.errors import InputError, Option, Sentence, UsageError
from gradcli.graph.naming import OUTPUT
from gradcli.hints import no_node
from gradcli.syntax.spelling import plain

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.views.picture.sketch import Vertex

MOST = 200
"""A picture of more vertices cannot be read."""

NEAR = 2
"""How far around a node is drawn unless it is asked otherwise."""


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a sketch.

    Attributes:
        vertices: those that are drawn, sources first.
        more_before: nodes with sources that are not drawn.
        more_after: nodes with targets that are not drawn.
        total: how many vertices the whole sketch has.
    """

    vertices: list[Vertex]
    more_before: Collection[Node]
    more_after: Collection[Node]
    total: int


def crop(
    solution: Solution, vertices: Sequence[Vertex], depth: int | None, focus: str | None
) -> Crop:
    """What is at most ``depth`` edges from a node: before and after it, or before the output.

    Args:
        solution: the program.
        vertices: all vertices, sources first.
        depth: how many edges; None for all, or for a few around ``focus``.
        focus: the name of a node, or None for the output.

    Raises:
        InputError: there is no such node, or it has no box of its own.
    """
    sources = {v.node: list(dict.fromkeys(e.source for e in v.entries)) for v in vertices}
    targets: dict[Node, list[Node]] = {node: [] for node in sources}
    for node, before in sources.items():
        for source in before:
            targets[source].append(node)
    if focus is not None:
        centre = find(solution, sources, focus)
        depth = NEAR if depth is None else depth
        kept = _near(centre, sources.__getitem__, depth) | _near(centre, targets.__getitem__, depth)
    elif depth is not None:
        kept = _near(solution.model.output, sources.__getitem__, depth)
    else:
        kept = set(sources)
    # Sets have another order in each run, and the same picture is to be the same text.
    shown = [vertex for vertex in vertices if vertex.node in kept]
    return Crop(
        shown,
        [each.node for each in shown if any(s not in kept for s in sources[each.node])],
        [each.node for each in shown if any(t not in kept for t in targets[each.node])],
        len(vertices),
    )


def find(solution: Solution, drawn: Collection[Node], name: str) -> Node:
    """The node of that name among those that are drawn.

    Raises:
        InputError: there is none, or it has no box of its own.
    """
    nodes = {solution.names[node]: node for node in drawn}
    name = plain(name)
    if name == OUTPUT or name in nodes:
        return nodes.get(name, solution.model.output)
    if name in solution.names.values():
        raise InputError(
            "unknown-node",
            f"'{name}' is drawn inside of another box",
            hint=Sentence("to see every operation: ", Option("full")),
        )
    raise no_node(name, nodes)


def _near(start: Node, neighbours: Callable[[Node], Iterable[Node]], depth: int) -> set[Node]:
    seen = {start}
    border = [start]
    for _ in range(depth):
        border = [node for each in border for node in neighbours(each) if node not in seen]
        border = list(dict.fromkeys(border))
        seen.update(border)
        if not border:
            break
    return seen


def check_size(solution: Solution, vertices: Sequence[Vertex], part: Crop) -> None:
    """Refuse a picture that nobody could read.

    Raises:
        UsageError: it has too many vertices.
    """
    count = len(part.vertices)
    if count <= MOST:
        return
    depth, near = _fitting_depth(solution, vertices)
    raise UsageError(
        "too-large",
        f"the picture would have {count:,} boxes, and beyond {MOST} it cannot be read",
        hint=Sentence(
            Option("depth", str(depth)),
            f" draws the {near} next to the output, ",
            Option("focus", "NAME"),
            " those around a node; to draw all: ",
            Option("force"),
        ),
    )


def _fitting_depth(solution: Solution, vertices: Sequence[Vertex]) -> tuple[int, int]:
    """The greatest depth from the output that can be read, and how many vertices it has."""
    sources = {v.node: [e.source for e in v.entries] for v in vertices}
    seen = {solution.model.output}
    border = seen
    depth = 0
    while border:
        border = {source for node in border for source in sources[node]} - seen
        if len(seen) + len(border) > MOST:
            break
        seen |= border
        depth += 1
    return max(depth, 1), len(seen)
