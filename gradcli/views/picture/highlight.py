"""Paths in a picture: which edges lead from a node to the output, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.evaluation.edge import slope
from gradcli.graph.operations import is_value
from gradcli.syntax import ast
from gradcli.syntax.text import PRODUCT, SUM
from gradcli.views.picture.model import Link, Picture, Role, Way, Word, mark
from gradcli.views.picture.wording import Formatter

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.views.picture.caption import Style
    from gradcli.views.picture.crop import Crop
    from gradcli.views.picture.sketch import Entry

MOST = 6
"""So many paths can be told apart by colour; of more those with the largest products are drawn."""


class Edge(NamedTuple):
    """An edge that paths may lead along.

    Attributes:
        source: the place of its source among the boxes; of two boxes the earlier one.
        target: the place of its target.
        value: its local partial; None where that is no number, or none is known.
        text: the same as it stands in a product.
        is_none: whether it is 0 wherever: no path leads along it.
        is_shut: whether nothing comes along here, as it leads into a branch that is not taken:
            then a product with it is 0, whatever else is in it.
        alone: the same as ``text``, as it stands by itself.
        is_map: whether it says what is done to what comes back, ``W' @ g``, and is no factor.
    """

    source: int
    target: int
    value: float | None
    text: str
    is_none: bool = False
    is_shut: bool = False
    alone: str = ""
    is_map: bool = False


class Path(NamedTuple):
    """A path by its edges, and the product of their partials, as far as that is known."""

    edges: tuple[int, ...]
    product: float | None
    is_shut: bool = False

    def on(self, number: int, edge: Edge) -> Path:
        """The path with one more edge."""
        is_shut = self.is_shut or edge.is_shut
        product = None if self.product is None or edge.value is None else self.product * edge.value
        return Path(
            (*self.edges, number), 0.0 if is_shut and product is not None else product, is_shut
        )


NOTHING = Path((), 1.0)
"""A path without an edge."""


class Found(NamedTuple):
    """The paths with the largest products, and how many there are at all."""

    paths: list[Path]
    total: int


def paths(edges: Sequence[Edge], begin: Sequence[Path], boxes: int, goal: int) -> Found:
    """The paths to a box.

    A path to a box is the longer by an edge, so that of many paths to it only the largest can be
    part of one that is among the largest in the end: they need not all be looked at.

    Args:
        edges: those of the picture.
        begin: where paths begin: each a single edge that leads on from there.
        boxes: how many there are; each edge leads to a later one.
        goal: the place of the box that paths lead to.
    """
    leaving: list[list[int]] = [[] for _ in range(boxes)]
    for number, edge in enumerate(edges):
        if not edge.is_none:
            leaving[edge.source].append(number)
    best: list[list[Path]] = [[] for _ in range(boxes)]
    counts = [0] * boxes
    for path in begin:
        target = edges[path.edges[-1]].target
        best[target].append(path)
        counts[target] += 1
    for place in range(boxes):
        best[place] = sorted(best[place], key=_size)[:MOST]
        for number in leaving[place]:
            edge = edges[number]
            counts[edge.target] += counts[place]
            best[edge.target] += [path.on(number, edge) for path in best[place]]
    return Found(best[goal], counts[goal])


def _size(path: Path) -> float:
    """By what paths are ordered: the largest product first, then what is not finite."""
    known = path.product is not None and not math.isnan(path.product)
    return -abs(path.product) if known and path.product is not None else 0.0


def marked(links: Sequence[Link], ways: Sequence[Path]) -> list[Link]:
    """The edges, each with the numbers of the paths along it before its label."""
    along: dict[int, list[int]] = {}
    for number, path in enumerate(ways, 1):
        for edge in path.edges:
            along.setdefault(edge, []).append(number)
    return [
        _marked(link, tuple(along[place])) if place in along else link
        for place, link in enumerate(links)
    ]


def _marked(link: Link, numbers: tuple[int, ...]) -> Link:
    first, *rest = link.label or ((),)
    blank = " " if first else ""
    line = (Word(mark(numbers) + blank, Role.NAME), *first)
    return replace(link, label=(line, *rest), ways=numbers)


def highlighted(
    picture: Picture, solution: Solution, part: Crop, start: Node, style: Style
) -> Picture:
    """The picture with the paths from a node to the output marked, and told below.

    Args:
        picture: of that part.
        solution: the program.
        part: what is drawn.
        start: a node that is drawn, or an input that stands on edges as their weight.
        style: of the picture.
    """
    teller = _Teller(solution, part, style)
    places = {vertex.node: place for place, vertex in enumerate(part.vertices)}
    goal = places.get(solution.model.output)
    begin = teller.begin(start)
    found = Found([], 0) if goal is None else paths(teller.edges, begin, len(places), goal)
    name = teller.format.name(start)
    ways = [teller.way(number, path, name) for number, path in enumerate(found.paths, 1)]
    remarks = teller.remarks(found, start)
    links = (*marked(picture.links, found.paths),)
    return replace(picture, links=links, ways=(*ways,), remarks=(*remarks,))


class _Teller:
    """Writes the paths of one picture."""

    def __init__(self, solution: Solution, part: Crop, style: Style) -> None:
        self.solution = solution
        self.style = style
        self.format = Formatter(solution, style.precision, style.encoding)
        places = {vertex.node: place for place, vertex in enumerate(part.vertices)}
        self.names = [self.format.name(vertex.node) for vertex in part.vertices]
        self.entries = [
            (entry, places[vertex.node])
            for vertex in part.vertices
            for entry in vertex.entries
            if entry.source in places
        ]
        self.edges = [
            self._edge(entry, places[entry.source], target) for entry, target in self.entries
        ]

    def begin(self, start: Node) -> list[Path]:
        """The edges with which paths begin: those of a node, or that of a weight."""
        found = []
        for place, (entry, _) in enumerate(self.entries):
            if entry.weight is start:
                value, text = self._partial(entry.by_weight, None)
                edge = self.edges[place]._replace(value=value, text=text, alone=text, is_map=False)
                self.edges[place] = edge
            elif entry.source is not start or self.edges[place].is_none:
                continue
            found.append(NOTHING.on(place, self.edges[place]))
        return found

    def _edge(self, entry: Entry, source: int, target: int) -> Edge:
        partial = entry.partial(self.solution)
        is_none = partial is not None and is_value(partial, 0)
        is_shut = False
        if partial is not None and self.style.values and not partial.shape:
            is_shut = slope(partial, self.solution.slope_value) is None
        value, text = self._partial(entry.local, entry.symbol)
        _, alone = self._partial(entry.local, entry.symbol, SUM)
        is_map = entry.local is None and entry.symbol is not None
        return Edge(source, target, value, text, is_none, is_shut, alone, is_map)

    def _partial(
        self, local: Any, symbol: ast.Expression | None, lowest: int = PRODUCT
    ) -> tuple[float | None, str]:
        """A local partial as a number and as a factor; as a number only where there are any."""
        if self.style.values and isinstance(local, float):
            text = self.format.number(local)
            return local, f"({text})" if local < 0 and lowest > SUM else text
        if symbol is not None:
            return None, self.format.formula(symbol, lowest)
        return None, self.format.signs.ellipsis

    def way(self, number: int, path: Path, start: str) -> Way:
        """A path in words: the names along it, and the product of its partials."""
        steps = [self.edges[each] for each in path.edges]
        arrow = f" {self.format.signs.arrow} "
        route = arrow.join([start, *(self.names[step.target] for step in steps)])
        if any(step.is_map for step in steps):
            # Each has a g of its own: they are done one after another, and are no product.
            return Way(number, route, "; ".join(step.alone for step in steps))
        dot = f" {self.format.signs.dot} "
        product = dot.join(step.text for step in steps if step.text != "1") or "1"
        shown = "" if path.product is None else self.format.number(path.product)
        if shown and shown != product:
            product += f" = {shown}"
        return Way(number, route, product)

    def remarks(self, found: Found, start: Node) -> list[str]:
        """What all paths come to, or that there are more, or none."""
        name, output = self.format.name(start), self.format.output
        if not found.total:
            return [f"No path leads from {name} to {output} here."]
        if found.total > len(found.paths):
            rest = found.total - len(found.paths)
            largest = " These have the largest products." if self.style.values else ""
            return [f"{self.format.signs.ellipsis} {rest:,} more.{largest}"]
        grad = self.solution.grad_of(start) if self.style.values else None
        if not isinstance(grad, float) or found.total == 1:
            return []
        terms = " + ".join(mark([number]) for number, _ in enumerate(found.paths, 1))
        return [f"{self.format.partial(name)} = {terms} = {self.format.number(grad)}"]
