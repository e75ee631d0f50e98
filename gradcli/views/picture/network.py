"""A program drawn as a network: its named steps as neurons, its weights on the edges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING

from gradcli.evaluation.edge import along, carry
from gradcli.graph.node import INPUT, Node
from gradcli.views.picture.sketch import Entry, Vertex, Writer, cone

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution

_WEIGHT = re.compile(r"[wWθΘ]|weight|kernel")


def network(solution: Solution) -> list[Vertex]:
    """The inputs and named steps of a program, sources first.

    An input that multiplies one of them and is used nowhere else is a weight: it stands on the
    edge. An input that is only added in a step with weights is its bias.
    """
    model = solution.model
    stations = {*model.inputs, *model.steps, model.output}
    uses = Counter(arg for node in solution.names for arg in node.args)
    vertices = []
    absorbed: set[Node] = set()
    writer = Writer(solution, stations)
    for node in solution.names:
        if node not in stations:
            continue
        vertex = Vertex(node)
        if node.op != INPUT:
            _enter(solution, vertex, stations, uses)
            weighted = any(entry.weight for entry in vertex.entries)
            vertex.formula = None if weighted else writer.formula(node)
        absorbed.update(entry.weight for entry in vertex.entries if entry.weight)
        absorbed.update(vertex.biases)
        vertices.append(vertex)
    return [vertex for vertex in vertices if vertex.node not in absorbed]


def _enter(
    solution: Solution, vertex: Vertex, stations: Collection[Node], uses: Counter[Node]
) -> None:
    """Find the edges into a step: through its weights, and the other ways taken together."""
    inside = cone(vertex.node, stations)
    found = {node: _weight(node, stations, uses) for node in inside if uses[node] <= 1}
    weights = {node: weight for node, weight in found.items() if weight is not None}
    bare = [
        (node, arg, slope)
        for node in inside
        if node not in weights
        for arg, slope in zip(node.args, solution.slopes_of(node), strict=False)
    ]
    totals = carry({vertex.node: 1.0}, bare)
    entries: dict[Node, list[Entry]] = {}
    for node, weight in weights.items():
        for arg, slope in zip(node.args, solution.slopes_of(node), strict=False):
            if arg is not weight:
                local = along(totals.get(node), slope) or 0.0
                entries.setdefault(arg, []).append(Entry(arg, local, None, weight))
    if entries:
        added = {arg for node, arg, _ in bare if _is_bias(node, arg, uses)}
        vertex.biases = sorted(added, key=lambda node: node.index)
    others = {arg for _, arg, _ in bare if arg in stations}
    for arg in sorted({*entries, *others}, key=lambda node: node.index):
        vertex.entries += entries.get(arg, [])
        if arg in others and arg not in vertex.biases:
            vertex.entries.append(Entry(arg, totals.get(arg, 0.0)))


def _is_bias(node: Node, arg: Node, uses: Counter[Node]) -> bool:
    """Whether an argument is an input that is added here and used nowhere else."""
    return node.op == "add" and arg.op == INPUT and uses[arg] == 1


def _weight(node: Node, stations: Collection[Node], uses: Counter[Node]) -> Node | None:
    """The weight of a product of an input with a station, or None."""
    if node.op != "mul":
        return None
    first, second = node.args
    weights = [
        weight
        for weight, other in ((first, second), (second, first))
        if weight.op == INPUT and uses[weight] == 1 and other in stations and other is not weight
    ]
    # Of x[1]*w[1,1] both may be used only once: w has more indices, or is called so.
    return max(weights, key=_looks_like_weight, default=None)


def _looks_like_weight(node: Node) -> tuple[int, bool]:
    return node.name.count(","), _WEIGHT.match(node.name) is not None
