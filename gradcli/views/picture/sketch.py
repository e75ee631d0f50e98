"""What of a computation graph is drawn: the vertices and edges that a person would put on paper.

A constant stands in the formula that uses it; a sum of many terms is one vertex; a call of a
function that the program defines is one vertex, too. ``full`` draws every operation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.evaluation.brief import brief
from gradcli.graph.node import INPUT, Node
from gradcli.graph.unparse import Unparser
from gradcli.syntax import ast
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import text

if TYPE_CHECKING:
    from gradcli.errors import UsageError
    from gradcli.evaluation.nodes import Nodes
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
        edge: the operation and the place of its argument whose partial ``local`` is; None where it
            is that of several operations.
        by_weight: the partial of the vertex by that input.
    """

    source: Node
    local: Any
    symbol: ast.Expression | None = None
    weight: Node | None = None
    edge: tuple[Node, int] | None = None
    by_weight: Any = None

    def partial(self, solution: Solution) -> Node | None:
        """The node of which ``local`` is the number; few views ask for one."""
        return None if self.edge is None else solution.derivative.locals.at(*self.edge)


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
    biases: Sequence[Node] = ()


class _DrawnNodes:
    """Which nodes of a program have a vertex, before anything is written of them.

    Args:
        solution: the program at a point.
        full: give every operation a vertex of its own.

    Attributes:
        drawn: the nodes that have one.
        joined: for each sum the one that it continues, in the same vertex.
        constants: what is written for those that nothing changes.
    """

    def __init__(self, solution: Solution, *, full: bool = False) -> None:
        self._solution = solution
        self._is_full = full
        # Without calls no number decides which nodes there are: none is asked for.
        has_calls = bool(solution.model.calls) and not full
        names = solution.names
        sources, is_call = _args, dict[Node, bool]().get
        if has_calls:
            sources = {node: self.nodes.sources(node) for node in names}.__getitem__
            is_call = {node: self.nodes.is_call(node) for node in names}.get
        self.constants = Constants(solution)
        self.drawn = _drawn(solution, sources, self.constants)
        self.joined = {} if full else _sums(solution, is_call, sources, self.drawn)
        self.drawn.difference_update(self.joined.values())

    @cached_property
    def nodes(self) -> Nodes:
        """The nodes as they are told."""
        return self._solution.nodes if self._is_full else brief(self._solution)


def few(
    solution: Solution, most: int, refusal: Callable[[int], UsageError], *, full: bool = False
) -> list[Vertex]:
    """The same as `sketch`, unless there are too many: then nothing is written of them.

    Args:
        solution: the program at a point.
        most: how many vertices there may be.
        refusal: the error where there are so many.
        full: draw every operation as a vertex of its own.

    Raises:
        UsageError: there are more.
    """
    chosen = _DrawnNodes(solution, full=full)
    if len(chosen.drawn) > most:
        raise refusal(len(chosen.drawn))
    return _vertices(solution, chosen)


def sketch(solution: Solution, *, full: bool = False) -> list[Vertex]:
    """The vertices of a program's graph, sources first.

    Args:
        solution: the program at a point.
        full: draw every operation as a vertex of its own.
    """
    return _vertices(solution, _DrawnNodes(solution, full=full))


def _vertices(solution: Solution, chosen: _DrawnNodes) -> list[Vertex]:
    nodes, drawn, constants = chosen.nodes, chosen.drawn, chosen.constants
    writer = Writer(solution, drawn)
    vertices = []
    for node in solution.names:
        if node not in drawn:
            continue
        if node.op == INPUT:
            vertices.append(Vertex(node))
            continue
        call = nodes.report(node).shown_tree if nodes.is_call(node) else None
        formula = constants.put_into(call) if call else writer.formula(node)
        entries = [
            entry._replace(symbol=_short(entry.symbol and constants.put_into(entry.symbol)))
            for entry in _entries(solution, nodes, node, drawn, chosen.joined)
        ]
        vertices.append(Vertex(node, formula, entries))
    return vertices


class Constants:
    """What is written in place of the names of those nodes that nothing changes: they have no box.

    They are kept rather than the others, which are nearly all nodes of a program.
    """

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        self._names = names = solution.names
        self._fixed: set[Node] = set()
        for node in names:
            if node.op == INPUT:
                continue
            for source in node.args:
                if source in names and source not in self._fixed:
                    break
            else:
                if node not in self._own:
                    self._fixed.add(node)
        self._nodes = {names[node]: node for node in self._fixed}

    @cached_property
    def _own(self) -> frozenset[Node]:
        """What has a box in any case; few programs have anything that is made of constants."""
        model = self._solution.model
        return frozenset([*model.inputs, *model.steps, model.output])

    @cached_property
    def _unparser(self) -> Unparser:
        return Unparser({}, self._names.values(), self._solution.shown.people)

    def is_varying(self, node: Node) -> bool:
        """Whether something may change a node, or the program has a name for it."""
        return node in self._names and node not in self._fixed

    def put_into(self, tree: ast.Expression) -> ast.Expression:
        """A formula without these names."""
        found = ast.names([tree]) & self._nodes.keys() if self._nodes else ()
        if not found:
            return tree
        written = {name: self._unparser.reference(self._nodes[name]) for name in found}
        return substitute(tree, written)


class Writer:
    """Writes nodes in the names of those that are drawn."""

    def __init__(self, solution: Solution, drawn: Collection[Node]) -> None:
        self._names = {node: solution.names[node] for node in drawn}
        self._solution = solution
        self._unparser = Unparser(self._names, people=solution.shown.people)

    def formula(self, node: Node) -> ast.Expression | None:
        """The operation of a vertex."""
        return self._unparser.definition(node) if self._unparser.length(node) <= LONGEST else None


_Sources = Callable[[Node], Sequence[Node]]

_args: _Sources = attrgetter("args")


def _drawn(solution: Solution, sources: _Sources, constants: Constants) -> set[Node]:
    """All inputs and steps, and what leads from the ones to the others."""
    model = solution.model
    drawn = {*model.inputs, *model.steps, model.output}
    for node in reversed(list(solution.names)):
        if node in drawn:
            drawn.update(filter(constants.is_varying, sources(node)))
    return drawn


def _sums(
    solution: Solution,
    is_call: Callable[[Node], bool | None],
    sources: _Sources,
    drawn: Collection[Node],
) -> dict[Node, Node]:
    """For each sum the sum that it continues: unnamed, and used nowhere else."""
    uses = Counter(each for node in drawn for each in sources(node) if each.op in _SUMS)
    joined = {}
    for node in solution.names:
        if node not in drawn or node.op not in _SUMS or is_call(node):
            continue
        first = node.args[0]
        unnamed = first.label is None and first is not solution.model.output
        is_sum = first.op in _SUMS and not is_call(first)
        if first in drawn and is_sum and unnamed and uses[first] == 1:
            joined[node] = first
    return joined


def _entries(
    solution: Solution,
    nodes: Nodes,
    node: Node,
    drawn: Collection[Node],
    joined: dict[Node, Node],
) -> Iterable[Entry]:
    """One edge for each argument that is drawn; for a sum, for each of its terms."""
    parts = [node]
    while parts[-1] in joined:
        parts.append(joined[parts[-1]])
    # Of an output that is an array no derivative is taken, and no partial is known.
    nothing = None if solution.model.output.shape else 0.0
    for part in reversed(parts):
        report, args, is_call = nodes.report(part), nodes.sources(part), nodes.is_call(part)
        for place, arg in enumerate(args):
            # In a chain of sums the partial by a term is that of the step which adds it: 1 or -1.
            if arg not in drawn or (is_call and arg in args[:place]):
                continue
            if nodes.is_handed(part):
                yield Entry(arg, None, report.share(place, solution.handed.name))
                continue
            number = report.local_at(place)
            local = nothing if number is None else number
            edge = None if is_call else (part, place)
            yield Entry(arg, local, report.shown_local(place), edge=edge)


def _short(tree: ast.Expression | None) -> ast.Expression | None:
    """A formula that is not too long for anybody."""
    return None if tree is None or len(text(tree)) > LONGEST else tree
