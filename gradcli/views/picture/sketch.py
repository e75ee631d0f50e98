"""What of a computation graph is drawn: the vertices and edges that a person would put on paper.

A constant stands in the formula that uses it; a sum of many terms is one vertex; a call of a
function that the program defines is one vertex, too. ``full`` draws every operation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.evaluation.brief import called
from gradcli.evaluation.outline import Outline
from gradcli.graph.node import INPUT, Node
from gradcli.graph.shapes import SHAPED
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution

LONGEST = 4_000
"""A formula or derivative that would be longer is not written."""

_SUMS = {"add", "sub"}


class Entry(NamedTuple):
    """An edge into a vertex.

    Attributes:
        source: where it comes from.
        local: the partial of the vertex by its source; None where it is no number or array of
            numbers, as of a product of matrices.
        symbol: the same in symbols, or what comes back along the edge; or None.
        weight: the input that stands on the edge, in the picture of a network.
        partial: the node of which ``local`` is the number; None where that is of several.
        by_weight: the partial of the vertex by that input.
    """

    source: Node
    local: Any
    symbol: ast.Expression | None = None
    weight: Node | None = None
    partial: Node | None = None
    by_weight: Any = None


@dataclass(slots=True)
class Vertex:
    """A node that is drawn.

    Attributes:
        node: the node.
        formula: its operation in the names of other vertices; None for an input or if too long.
        entries: the edges into it.
        biases: inputs that are added in it, in the picture of a network.
    """

    node: Node
    formula: ast.Expression | None = None
    entries: list[Entry] = field(default_factory=list)
    biases: list[Node] = field(default_factory=list)


def sketch(solution: Solution, *, full: bool = False) -> list[Vertex]:
    """The vertices of a program's graph, sources first.

    Args:
        solution: the program at a point.
        full: draw every operation as a vertex of its own.
    """
    outline = Outline(solution)
    calls = {} if full else outline.calls
    sources = {node: calls[node].args if node in calls else node.args for node in solution.names}
    drawn = _drawn(solution, sources)
    joined = {} if full else _sums(solution, sources, drawn, calls)
    drawn -= set(joined.values())
    writer = Writer(solution, drawn)
    vertices = []
    for node in solution.names:
        if node not in drawn:
            continue
        call = calls.get(node)
        if node.op == INPUT:
            vertices.append(Vertex(node))
        elif call:
            formula = ast.Call(call.function, tuple(map(writer.inside, call.args)))
            entries = list(_through(outline, node, drawn, writer))
            vertices.append(Vertex(node, formula, entries))
        else:
            entries = list(_entries(solution, node, drawn, joined, writer))
            vertices.append(Vertex(node, writer.formula(node), entries))
    return vertices


class Writer:
    """Writes nodes in the names of those that are drawn."""

    def __init__(self, solution: Solution, drawn: Collection[Node]) -> None:
        self._names = {node: solution.names[node] for node in drawn}
        self._solution = solution
        self._unparser = Unparser(self._names, people=solution.shown.people)

    def formula(self, node: Node) -> ast.Expression | None:
        """The operation of a vertex."""
        return self._unparser.definition(node) if self._unparser.length(node) <= LONGEST else None

    def inside(self, node: Node) -> ast.Expression:
        """An argument: a name or a constant."""
        return self._unparser.reference(node)

    def handed(self, node: Node, place: int) -> ast.Expression | None:
        """What comes back along an edge from an operation on whole arrays."""
        from gradcli.views.lines.handed import handed  # noqa: PLC0415  (only arrays need it)

        tree = handed(self._solution, node, place, names=self._names)
        return tree if len(text(tree)) <= LONGEST else None

    def partial(self, node: Node | None) -> ast.Expression | None:
        """A local partial."""
        if node is None or self._unparser.length(node) > LONGEST:
            return None
        return self._unparser.reference(node)


def _drawn(solution: Solution, sources: dict[Node, tuple[Node, ...]]) -> set[Node]:
    """All inputs and steps, and what leads from the ones to the others."""
    model = solution.model
    varying = {*model.inputs, *model.steps, model.output}
    for node in solution.names:
        if any(source in varying for source in node.args):
            varying.add(node)
    drawn = {*model.inputs, *model.steps, model.output}
    for node in reversed(list(solution.names)):
        if node in drawn:
            drawn.update(source for source in sources[node] if source in varying)
    return drawn


def _sums(
    solution: Solution,
    sources: dict[Node, tuple[Node, ...]],
    drawn: Collection[Node],
    calls: Collection[Node],
) -> dict[Node, Node]:
    """For each sum the sum that it continues: unnamed, and used nowhere else."""
    uses = Counter(source for node in drawn for source in sources[node])
    joined = {}
    for node in solution.names:
        if node not in drawn or node.op not in _SUMS or node in calls:
            continue
        first = node.args[0]
        unnamed = first.label is None and first is not solution.model.output and first not in calls
        if first in drawn and first.op in _SUMS and unnamed and uses[first] == 1:
            joined[node] = first
    return joined


def _entries(
    solution: Solution,
    node: Node,
    drawn: Collection[Node],
    joined: dict[Node, Node],
    writer: Writer,
) -> Iterable[Entry]:
    """One edge for each argument that is drawn; for a sum, for each of its terms."""
    parts = [node]
    while parts[-1] in joined:
        parts.append(joined[parts[-1]])
    for part in reversed(parts):
        # A program may be nothing but a number, which has no arguments.
        partials = solution.derivative.locals.get(part) or (None,) * len(part.args)
        numbers = solution.local_of(part) or partials
        for place, (arg, number, partial) in enumerate(
            zip(part.args, numbers, partials, strict=True)
        ):
            # In a chain of sums the partial by a term is that of the step which adds it: 1 or -1.
            if arg not in drawn:
                continue
            if part.op in SHAPED:
                yield Entry(arg, None, writer.handed(part, place))
            else:
                # Of an output that is an array no derivative is taken, and no partial is known.
                nothing = None if solution.model.output.shape else 0.0
                local = nothing if number is None else number
                yield Entry(arg, local, writer.partial(partial), partial=partial)


def _through(
    outline: Outline, node: Node, stops: Collection[Node], writer: Writer
) -> Iterable[Entry]:
    """The edges into a call: the partials by its arguments, through what the function does."""
    call = outline.calls[node]
    is_of_arrays = any(each.form.shape for each in (node, *call.args))
    slopes, trees = outline.slopes(node), list(map(writer.inside, call.args))
    for arg, tree in zip(call.args, trees, strict=True):
        if arg in stops and arg not in call.args[: trees.index(tree)]:
            slope = outline.slope(node)
            symbol = called(call.function, trees, tree) if slope is None else writer.inside(slope)
            yield Entry(arg, None if is_of_arrays else slopes.get(arg, 0.0), symbol)
