"""The computation graph as a tree, from the output down to the inputs."""

from __future__ import annotations

from collections import deque
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from rich.tree import Tree

from gradcli.syntax.text import member
from gradcli.views.lines.cells import Cells, below_each_other, make_cells
from gradcli.views.lines.equation import EQUALS, one_line
from gradcli.views.lines.header import header
from gradcli.views.lines.narrow import with_steps
from gradcli.views.lines.page import Display, Fragment, Line, Page, line_width, styled
from gradcli.views.lines.rows import footer, nodes_of
from gradcli.views.lines.text import width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from gradcli.evaluation.nodes import NodeReport, Nodes
    from gradcli.evaluation.solution import Solution

GUTTER = "   "

LEVEL = 3
"""Cells that a level of the tree takes: the width of its guides."""


class Item(NamedTuple):
    """A place of the tree before its layout.

    Either a node drawn in full, or ``text`` that stands for nodes drawn elsewhere or left out.

    Attributes:
        depth: levels below the margin.
        edge: what stands at the edge from the node above.
        is_parent: whether there are items below it.
    """

    depth: int
    node: NodeReport | None
    text: str
    edge: str
    is_parent: bool = False

    @property
    def indent(self) -> int:
        """Cells before it."""
        return LEVEL * self.depth


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the tree of a solution.

    A node with several consumers is drawn in full once and afterwards referred to; what is too
    deep for the width is continued at the margin.
    """
    display = display or Display()
    graph = Graph(solution, nodes_of(solution, display))
    reached = graph.reachable()
    drawn = set(reached[: display.limit])
    items = list(find_items(graph, drawn, display))
    labels = lay_out(items, solution, graph.nodes, display)
    return Page(
        [
            *header(solution, display),
            *trees(items, labels, display),
            *footer(len(drawn), len(reached), display),
            *unused(solution.output, graph.names() - set(reached), display),
        ]
    )


def trees(items: Sequence[Item], labels: Sequence[Text], display: Display) -> list[Line | Tree]:
    """Return the trees with their labels on them, a blank line between two."""
    symbols = display.symbols
    guides = (" " * LEVEL, symbols.rail, symbols.fork, symbols.last)
    parts: list[Line | Tree] = []
    path: list[Tree] = []
    for item, label in zip(items, labels, strict=True):
        if item.depth:
            del path[item.depth :]
            path.append(path[-1].add(label))
            continue
        path = [Tree(label, guide_style="dim")]
        # A cell less than Rich's own for each level, and the signs that all views use.
        path[0].ASCII_GUIDES, path[0].TREE_GUIDES = guides, [guides]
        parts += [(), path[0]] if parts else [path[0]]
    return parts


class Graph:
    """Who is whose argument; the nodes themselves are written out only when they are drawn."""

    def __init__(self, solution: Solution, nodes: Nodes) -> None:
        self.output = solution.output
        self.nodes = nodes
        self._places: dict[str, int] = {}
        self._arguments: dict[str, tuple[str, ...]] = {}
        for place, node in enumerate(nodes):
            self._places[node.name] = place
            self._arguments[node.name] = node.args

    def node(self, name: str) -> NodeReport:
        return self.nodes[self._places[name]]

    def names(self) -> AbstractSet[str]:
        return self._places.keys()

    def arguments(self, name: str) -> list[tuple[int, str]]:
        """Return the arguments that are nodes, each with its index."""
        return [(i, arg) for i, arg in enumerate(self._arguments[name]) if arg in self._places]

    def reachable(self) -> list[str]:
        """Return the names of the nodes that the output depends on, nearest first."""
        order = [self.output]
        seen = {self.output}
        for name in order:
            for _, argument in self.arguments(name):
                if argument not in seen:
                    seen.add(argument)
                    order.append(argument)
        return order


class Place(NamedTuple):
    """A place where a node, or with an empty name a remark, is still to be drawn."""

    name: str
    text: str
    depth: int


def find_items(graph: Graph, drawn: AbstractSet[str], display: Display) -> Iterator[Item]:
    """Yield the items in the order of their lines; each part at the margin begins a new tree.

    What stands at a place is decided when its turn comes, so that a node is drawn in full where
    the reader meets it first.
    """
    symbols = display.symbols
    widest = max((len(display.partial(each, graph.output)) for each in drawn), default=0)
    room = display.width - max(widest, len(", drawn below") + widest // 2)
    deepest = max(min(display.width // 2, room - LEVEL) // LEVEL, 1)
    parts = deque([graph.output])
    continued = {graph.output}
    finished: set[str] = set()
    while parts:
        waiting = [Place(parts.popleft(), "", 0)]
        while waiting:
            place = waiting.pop()
            name = display.name(place.name)
            if not place.name:
                yield Item(place.depth, None, place.text, "")
                continue
            node = graph.node(place.name)
            children = places_below(node, place.depth + 1, graph, drawn, display)
            if place.name in finished:
                yield Item(place.depth, None, f"{symbols.above} {name}, shown above", place.text)
            elif place.depth and (place.name in continued or (place.depth >= deepest and children)):
                if place.name not in continued:
                    continued.add(place.name)
                    parts.append(place.name)
                yield Item(place.depth, None, f"{symbols.below} {name}, drawn below", place.text)
            else:
                finished.add(place.name)
                yield Item(place.depth, node, "", place.text, is_parent=bool(children))
                waiting.extend(reversed(children))


def places_below(
    node: NodeReport, depth: int, graph: Graph, drawn: AbstractSet[str], display: Display
) -> list[Place]:
    """Return the places of a node's arguments; those that are not drawn share one at the end."""
    arguments = graph.arguments(node.name)
    local = node.local
    places = [
        Place(name, edge(node, i, local[i] if local else None, display), depth)
        for i, name in arguments
        if name in drawn
    ]
    missing = [name for _, name in arguments if name not in drawn]
    if missing:
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        remark = f"{display.symbols.ellipsis} {display.name(missing[0])}{others}"
        places.append(Place("", remark, depth))
    return places


def edge(node: NodeReport, index: int, local: float | None, display: Display) -> str:
    """Return the local partial of a node by one of its arguments, such as ``∂v/∂b = c = 3``."""
    if local is None:
        return ""
    partial = node.shown_local(index)
    value = display.number(local)
    parts = [display.partial(node.name, node.args[index])]
    if partial is not None and (text := member(partial)) != value:
        parts.append(display.show(text, display.width // 4))
    return EQUALS.join([*parts, value])


def lay_out(
    items: Sequence[Item], solution: Solution, nodes: Nodes, display: Display
) -> list[Text]:
    """Return the labels: both equations side by side where they fit, else below each other."""
    output = solution.output
    cells = [make_cells(item.node, output, display) if item.node else None for item in items]
    lefts, rights = side_by_side(items, cells, display)
    if not lefts:
        rows = [cell for cell in cells if cell]
        told = iter(with_steps(rows, display.width // 2, nodes, solution, display))
        return [
            stacked(item, cell and next(told), display)
            for item, cell in zip(items, cells, strict=True)
        ]
    indents = [item.indent for item in items]
    left = max(map(add, indents, map(line_width, lefts)))
    right = max(map(line_width, rights))
    edges = max(width(item.edge) for item in items)
    if left + right + edges + 2 * len(GUTTER) > display.width:
        edges = 0
    return [
        styled(
            (
                *first,
                Fragment(" " * (left - item.indent - line_width(first)) + GUTTER),
                *second,
                Fragment(" " * (right - line_width(second)) + GUTTER if edges else ""),
                Fragment(item.edge if edges else "", "dim"),
            )
        )
        for item, first, second in zip(items, lefts, rights, strict=True)
    ]


def side_by_side(
    items: Sequence[Item], cells: Sequence[Cells | None], display: Display
) -> tuple[list[Line], list[Line]]:
    """Return the two columns of the tree, both empty if they do not fit the display.

    The derivatives in symbols give way first: cut to the room that is left or to half of
    the display, then left out.
    """
    natural = max(
        item.indent + width(item.text) + (width_of(cell) if cell else 0)
        for item, cell in zip(items, cells, strict=True)
    )
    beside = max(display.width - len(GUTTER) - natural, display.width // 2)
    for most in (display.width, beside, 0):
        rights = [gradient(cell, most, display) for cell in cells]
        room = display.width - len(GUTTER) - max(map(line_width, rights))
        lefts: list[Line] = []
        for item, cell in zip(items, cells, strict=True):
            line = node_line(item, cell, room, display)
            if line is None:
                break
            lefts.append(line)
        else:
            return lefts, rights
    return [], []


def width_of(cell: Cells) -> int:
    """Return how wide ``name = formula = value`` is if nothing is cut."""
    signs = len(EQUALS) * (2 if cell.shown_formula else 1)
    return width(cell.name.text) + width(cell.shown_formula) + width(cell.value.text) + signs


def node_line(item: Item, cell: Cells | None, room: int, display: Display) -> Line | None:
    """Return a label without the gradient, or None if the room is too small."""
    room -= item.indent
    if cell is None:
        return (Fragment(item.text, "dim"),) if width(item.text) <= room else None
    return one_line(cell.name, cell.shown_formula, cell.value, room, display)


def gradient(cell: Cells | None, room: int, display: Display) -> Line:
    """Return ``∂J/∂b = 3*c = 9``, without the symbols if they do not fit the room."""
    grad = None if cell is None else cell.whole_grad
    if cell is None or grad is None:
        return ()
    line = one_line(cell.partial, cell.shown_symbols, grad, room, display)
    return line or (cell.partial, Fragment(EQUALS), grad)


def stacked(item: Item, cell: Cells | None, display: Display) -> Text:
    """Return a label with the gradient below the node."""
    if cell is None:
        return styled((Fragment(item.text, "dim"),))
    display = display.indented(item.indent)
    rail = display.symbols.rail if item.is_parent else " " * LEVEL
    prefixes = (rail + "  ", rail + "   ")
    return styled(*below_each_other(cell, ("", prefixes[0]), prefixes, display))


def unused(output: str, names: AbstractSet[str], display: Display) -> list[Line]:
    """Return a remark on the nodes that the output does not depend on, if there are any."""
    if not names:
        return []
    listed = ", ".join([display.name(name) for name in sorted(names)[:5]])
    if len(names) > 5:
        listed += f" and {len(names) - 5} more"
    return [(), *display.paragraph(f"{display.name(output)} does not depend on {listed}.")]
