"""What a picture says: names, formulas, values and derivatives of its boxes and links."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from gradcli.evaluation.brief import brief
from gradcli.evaluation.objects import entries_of
from gradcli.graph.node import INPUT, Node
from gradcli.views.lines.backward import added, handed_terms
from gradcli.views.lines.excerpt import make_edges, take_excerpt
from gradcli.views.lines.page import Display
from gradcli.views.picture.model import Box, Kind, Line, Link, Picture, Role, Word
from gradcli.views.picture.sketch import Constants
from gradcli.views.picture.wording import Details, Formatter

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.views.picture.crop import Crop
    from gradcli.views.picture.sketch import Entry, Vertex

MOST_LABELS = 48
"""A network with more weights shows them as the width of its lines."""

_LONGEST_LINE = 34
_LONGEST_LABEL = 22


@dataclass(frozen=True, slots=True)
class Style:
    """What is asked for.

    Attributes:
        values: show values and derivatives as numbers.
        symbolic: show derivatives in symbols.
        layers: draw neurons, with weights on the edges.
        full: with every operation.
        precision: significant digits.
        encoding: of the place where it is shown; decides the signs.
        in_full: write what boxes and links say in full, too, where a reader can ask for that.
    """

    values: bool = True
    symbolic: bool = False
    layers: bool = False
    full: bool = False
    precision: int | None = None
    encoding: str = "utf-8"
    in_full: bool = True


def caption(solution: Solution, part: Crop, style: Style) -> Picture:
    """The picture of a part of a program's graph."""
    return _Captions(solution, style).picture(part)


class _Captions:
    """Writes the texts of one picture."""

    def __init__(self, solution: Solution, style: Style) -> None:
        self.solution = solution
        self.style = style
        self.nodes = solution.nodes if style.full else brief(solution)
        self.constants = Constants(solution)
        self.format = Formatter(solution, style.precision, style.encoding)
        details = Details(solution, self.nodes, values=style.values)
        # Each look at a method makes another one, and these are kept with every box and link.
        self._of_vertex, self._of_edge = details.vertex, details.edge

    def picture(self, part: Crop) -> Picture:
        """Boxes, links, and marks for what is not drawn."""
        places = {vertex.node: place for place, vertex in enumerate(part.vertices)}
        feeding = {e.source for v in part.vertices for e in v.entries if e.weight}
        boxes = [self._box(vertex, is_feeding=vertex.node in feeding) for vertex in part.vertices]
        entries = [
            (entry, places[vertex.node])
            for vertex in part.vertices
            for entry in vertex.entries
            if entry.source in places
        ]
        weights = [e.weight for e, _ in entries if e.weight]
        crowded = len(weights) > MOST_LABELS
        strongest = max(map(self._size, weights)) if crowded else None
        links = [
            self._link(entry, places[entry.source], target, strongest) for entry, target in entries
        ]
        more = Box(
            Kind.MORE, ((Word(self.format.signs.ellipsis, Role.FORMULA),),), "not drawn here"
        )
        for node in part.more_before:
            links.append(Link(len(boxes), places[node]))
            boxes.append(more)
        for node in part.more_after:
            links.append(Link(places[node], len(boxes)))
            boxes.append(more)
        legend = self._legend(crowded=crowded) if feeding else self._legend_of_arrays(entries)
        return Picture(self._title(part), tuple(boxes), tuple(links), legend)

    def _title(self, part: Crop) -> str:
        what = "network" if self.style.layers else "computation graph"
        if len(part.vertices) < part.total:
            return f"Part of the {what} of {self.format.output}"
        return f"The {what} of {self.format.output}"

    def _legend(self, *, crowded: bool) -> Line:
        words = [Word("neuron: ", Role.FORMULA), Word("name", Role.NAME)]
        if self.style.values:
            words += [
                Word(", value", Role.VALUE),
                Word(f", {self.format.partial('neuron')}", Role.GRADIENT),
            ]
        if crowded and self.style.values:
            words.append(
                Word("   line: the wider, the larger the weight; orange if negative", Role.FORMULA)
            )
        elif not crowded:
            words.append(Word("   edge: weight", Role.VALUE))
            if self.style.values:
                words.append(Word(f", {self.format.partial('weight')}", Role.GRADIENT))
        return tuple(words)

    def _legend_of_arrays(self, entries: Sequence[tuple[Entry, int]]) -> Line:
        """What stands on edges that have no partial."""
        if all(entry.local is not None or entry.symbol is None for entry, _ in entries):
            return ()
        name = self.solution.handed.name
        words = f"{name} on an edge: {self.format.partial('box')} of the box that it leads to"
        return (Word(words, Role.GRADIENT),)

    def _size(self, weight: Node) -> float:
        """How large a weight is: of an array, its greatest entry."""
        return max(map(abs, entries_of(self.solution.value_of(weight))), default=0.0)

    def _box(self, vertex: Vertex, *, is_feeding: bool) -> Box:
        node = vertex.node
        round_ = is_feeding or any(entry.weight for entry in vertex.entries)
        lines = self._neuron(vertex) if round_ else self._lines(vertex)
        # Without it nothing keeps the vertices of a large graph while the picture is drawn.
        detail = partial(self._of_vertex, vertex) if self.style.in_full else ""
        return Box(self._kind(node), tuple(lines), detail, round_)

    def _kind(self, node: Node) -> Kind:
        if node is self.solution.model.output:
            return Kind.OUTPUT
        return Kind.INPUT if node.op == INPUT else Kind.STEP

    def _lines(self, vertex: Vertex) -> list[Line]:
        """``v = b·c``, its value, and its derivative."""
        node = vertex.node
        name = Word(self.format.name(node), Role.NAME)
        number = self.format.number(self.solution.value_of(node))
        value = f" = {number}"
        shape = [(Word(f"shape {self.format.shape(node)}", Role.FORMULA),)] if node.shape else []
        below: list[Line] = []
        if vertex.formula is None:
            first: Line = (name,)
            if self.style.values and len(name.text + value) <= _LONGEST_LINE:
                first += (Word(value, Role.VALUE),)
            elif self.style.values:
                below.append((Word(value.lstrip(), Role.VALUE),))
            return [first, *below, *shape, *self._gradient(node)]
        formula, *more = self.format.wrapped(
            self.format.formula(vertex.formula), _LONGEST_LINE, _LONGEST_LINE - len(name.text) - 3
        )
        below += [(Word(line, Role.FORMULA),) for line in more]
        if self.style.values and formula != number:
            below.append((Word(value.lstrip(), Role.VALUE),))
        first = (name, Word(f" = {formula}".rstrip(), Role.FORMULA))
        return [first, *below, *shape, *self._gradient(node)]

    def _gradient(self, node: Node) -> list[Line]:
        """``∂J/∂b = 3·c = 9``."""
        if self.solution.model.output.shape:
            return []  # an array has no gradient
        left = self.format.partial(self.format.name(node))
        lines = [left]
        shown = self.format.number(self.solution.grad_of(node)) if self.style.values else ""
        if self.style.symbolic:
            symbols = self._symbols(node)
            if symbols != shown:
                lines = self.format.wrapped(f"{left} = {symbols}", _LONGEST_LINE, _LONGEST_LINE)
        if shown:
            whole = f"{lines[-1]} = {shown}"
            lines = [*lines[:-1], whole] if len(whole) <= _LONGEST_LINE else [*lines, f"= {shown}"]
        is_told = len(lines) > 1 or lines != [left]
        return [(Word(line, Role.GRADIENT),) for line in lines] if is_told else []

    def _symbols(self, node: Node) -> str:
        report = self.nodes.report(node)
        symbols = report.shown_derivative()
        if symbols is not None:
            return self.format.formula(self.constants.put_into(symbols))
        if not self.solution.is_of_arrays:
            return self.format.signs.ellipsis
        # Behind a call of arrays it has no other symbols than those of one step.
        excerpt = take_excerpt(self.nodes, self.nodes.places({node}))
        edges = make_edges(report, excerpt, Display(limit=None))
        names = {self.solution.names[each]: each for each in self.solution.names}
        trees = handed_terms(
            edges,
            self.solution.output,
            self.nodes.derived_as,
            lambda _, name: self.format.partial(self.format.name(names[name])),
        )
        terms = [self.format.formula(self.constants.put_into(tree)) for tree in trees]
        return added(terms)

    def _neuron(self, vertex: Vertex) -> list[Line]:
        """Name, value and derivative below each other: they have to fit a circle."""
        node = vertex.node
        lines: list[Line] = [(Word(self.format.name(node), Role.NAME),)]
        if self.style.values:
            lines.append((Word(self.format.number(self.solution.value_of(node)), Role.VALUE),))
            grad = self.format.number(self.solution.grad_of(node))
            lines.append((Word(f"{self.format.signs.partial} {grad}", Role.GRADIENT),))
        for bias in vertex.biases:
            text = f"+ {self.format.name(bias)}"
            if self.style.values:
                text += f" = {self.format.number(self.solution.value_of(bias))}"
            lines.append((Word(text, Role.FORMULA),))
        return lines

    def _link(self, entry: Entry, source: int, target: int, strongest: float | None) -> Link:
        detail = partial(self._of_edge, entry) if self.style.in_full else ""
        if entry.weight is None:
            local = () if strongest is not None else self._local(entry)
            return Link(source, target, local, detail)
        if strongest is not None:
            return Link(source, target, (), detail, self._strength(entry.weight, strongest))
        name = self.format.name(entry.weight)
        if entry.weight.shape:
            name += f" {self.format.shape(entry.weight)}"
        if not self.style.values:
            return Link(source, target, ((Word(name, Role.VALUE),),), detail)
        value = self.format.number(self.solution.value_of(entry.weight))
        grad = self.format.number(self.solution.grad_of(entry.weight))
        label = (
            (Word(f"{name} = {value}", Role.VALUE),),
            (Word(f"{self.format.signs.partial} {grad}", Role.GRADIENT),),
        )
        return Link(source, target, label, detail)

    def _strength(self, weight: Node, strongest: float) -> float | None:
        """A weight against the strongest one; None without values, when no line says anything."""
        if not self.style.values:
            return None
        strength = self._size(weight) / strongest if strongest > 0 else 1.0
        if not weight.shape:
            strength = math.copysign(strength, self.solution.value_of(weight))
        return max(-1.0, min(strength, 1.0))

    def _local(self, entry: Entry) -> tuple[Line, ...]:
        """The local partial: ``c = 3``, or one of both."""
        has_number = self.style.values and entry.local is not None
        shown = self.format.number(entry.local) if has_number else ""
        is_wanted = self.style.symbolic or entry.local is None
        symbol = self.format.formula(entry.symbol) if entry.symbol and is_wanted else ""
        if symbol and symbol != shown and (not shown or len(symbol) + len(shown) < _LONGEST_LABEL):
            shown = (
                f"{self.format.shorten(symbol, _LONGEST_LABEL)} = {shown}"
                if shown
                else self.format.shorten(symbol, _LONGEST_LABEL)
            )
        return ((Word(shown, Role.GRADIENT),),) if shown else ()
