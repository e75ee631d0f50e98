"""A program drawn as a network: its named steps as neurons, its weights on the edges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from gradcli.evaluation.edge import along, carry
from gradcli.evaluation.outline import cone
from gradcli.graph.node import INPUT, Node
from gradcli.graph.shapes import REARRANGING
from gradcli.views.picture.sketch import Entry, Vertex, Writer

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
    has_arrays = solution.model.graph.has_arrays
    slopes = _no_slopes if has_arrays else solution.slopes_of
    hidden = {*weights, *_turned(weights, stations)}
    bare = [
        (node, arg, slope)
        for node in inside
        if node not in hidden
        for arg, slope in zip(node.args, slopes(node), strict=False)
    ]
    totals = carry({vertex.node: 1.0}, bare)
    entries: dict[Node, list[Entry]] = {}
    for node, weight in weights.items():
        partials = [
            (bare_of(arg), None if has_arrays else along(totals.get(node), slope) or 0.0)
            for arg, slope in zip(node.args, slopes(node), strict=False)
        ]
        own = next((local for source, local in partials if source is weight), None)
        for source, local in partials:
            if source is not weight:
                entry = Entry(source, local, None, weight, by_weight=own)
                entries.setdefault(source, []).append(entry)
    if entries:
        added = {arg for node, arg, _ in bare if _is_bias(node, arg, uses)}
        vertex.biases = sorted(added, key=lambda node: node.index)
    others = {arg for _, arg, _ in bare if arg in stations}
    for arg in sorted({*entries, *others}, key=lambda node: node.index):
        vertex.entries += entries.get(arg, [])
        if arg in others and arg not in vertex.biases:
            vertex.entries.append(Entry(arg, None if has_arrays else totals.get(arg, 0.0)))


def _no_slopes(node: Node) -> tuple[None, ...]:
    """Between arrays an edge has no number."""
    return (None,) * len(node.args)


def bare_of(node: Node) -> Node:
    """What a node is in another order: of w' or w[:,1] it is w."""
    while node.label is None and node.op in REARRANGING and len(node.args) == 1:
        (node,) = node.args
    return node


def _turned(products: Iterable[Node], stations: Collection[Node]) -> Iterator[Node]:
    """The nodes that only bring the factors of products into another order."""
    for product in products:
        for arg in product.args:
            node = arg
            while node not in stations and node.op in REARRANGING and len(node.args) == 1:
                yield node
                (node,) = node.args


def _is_bias(node: Node, arg: Node, uses: Counter[Node]) -> bool:
    """Whether an argument is an input that is added here and used nowhere else."""
    return node.op == "add" and arg.op == INPUT and uses[arg] == 1


def _weight(node: Node, stations: Collection[Node], uses: Counter[Node]) -> Node | None:
    """The weight of a product of an input with a station, or None."""
    if node.op not in {"mul", "contract"}:
        return None
    first, second = map(bare_of, node.args)
    weights = [
        weight
        for weight, other in ((first, second), (second, first))
        if weight.op == INPUT and uses[weight] == 1 and other in stations and other is not weight
    ]
    # Of x[1]*w[1,1] both may be used only once: w has more indices, or is called so.
    return max(weights, key=_looks_like_weight, default=None)


def _looks_like_weight(node: Node) -> tuple[int, bool]:
    return node.name.count(","), _WEIGHT.match(node.name) is not None
