"""What a page knows of its program: operations to compute, boxes, edges, and their formulas.

The page computes the nodes that gradcli computes, in the same order, so it needs no rule and no
parser. What it can read in the object of `gradcli.eval` that it holds as well is not said again:
names and values of inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from gradcli.engine.schedule import Schedule
from gradcli.engine.targets.javascript import Script
from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.outline import through
from gradcli.evaluation.ties import alarms
from gradcli.syntax.text import SUM
from gradcli.views.html.formulas import VALUE, brief
from gradcli.views.lines.mathml import MathML, identifier
from gradcli.views.lines.text import visible

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution
    from gradcli.graph.node import Node
    from gradcli.syntax import ast
    from gradcli.views.picture.sketch import Entry, Vertex


def described(
    solution: Solution, vertices: Sequence[Vertex], learning: Sequence[Node]
) -> dict[str, Any]:
    """A program as data for the page.

    Args:
        solution: the program at a point.
        vertices: what is drawn.
        learning: the inputs that an update changes.

    Raises:
        UsageError: a page has no value for one of its functions.
    """
    return _Described(solution, vertices).data(learning)


class _Described:
    """Writes one program."""

    def __init__(self, solution: Solution, vertices: Sequence[Vertex]) -> None:
        self.solution = solution
        self.vertices = vertices
        self.graph = solution.model.graph
        self.zero = self.graph.const(0.0)
        self.partials = [
            [self._partial(vertex, entry) for entry in vertex.entries] for vertex in vertices
        ]
        adjoints = [self._adjoint(vertex.node) for vertex in vertices]
        nodes = [vertex.node for vertex in vertices]
        # Made in the graph of the program, since more than a draft knows is there by now.
        self.ties = alarms(self.graph, [*solution.names], solution.names.keys())
        wanted = [*nodes, *adjoints, *[each for partials in self.partials for each in partials]]
        wanted += self.ties
        self.schedule = Schedule(self.graph, solution.model.inputs, wanted)
        _check(step[0] for step in self.schedule.steps)
        self.places = {node: place for place, node in enumerate(nodes)}
        self.own = frozenset(solution.names.values())
        self.boxes = frozenset(solution.names[node] for node in nodes)

    def data(self, learning: Sequence[Node]) -> dict[str, Any]:
        """All of it, as it becomes JSON; boxes and edges, of which there are many, as rows."""
        names, slots = self.solution.names, self.schedule.slots
        return {
            "statements": self._statements(),
            "output": self.places[self.solution.model.output],
            "inputs": [
                [self.places.get(node), int(node in learning)]
                for node in self.solution.model.inputs
            ],
            "constants": [_constant(value) for value in self.schedule.constants],
            "steps": ";".join(
                " ".join((op, *map(str, places))) for op, places in self.schedule.steps
            ),
            "boxes": [
                [
                    names[vertex.node],
                    slots[vertex.node],
                    slots[self._adjoint(vertex.node)],
                    self._formula(vertex),
                ]
                for vertex in self.vertices
            ],
            "edges": list(self._edges()),
            "ties": [slots[each] for each in self.ties],
        }

    def _statements(self) -> str | list[tuple[str | None, str]]:
        """The program as it is read; as typed if it calls its own functions, which hide there."""
        if self.solution.model.calls:
            return _without_comments(self.solution.source)
        statements = self.solution.shown.statements()
        return [(name, _written(self._name, tree)) for name, tree in statements]

    def _adjoint(self, node: Node) -> Node:
        return self.solution.derivative.adjoints.get(node) or self.zero

    def _partial(self, vertex: Vertex, entry: Entry) -> Node:
        """The partial of a box by one of those before it: of a call, through what it does."""
        node = vertex.node
        if node not in self.solution.model.calls or entry.edge is not None:
            return entry.partial(self.solution) or self.zero
        args = self.solution.model.calls[node].args
        return through(self.graph, node, args).get(entry.source) or self.zero

    def _formula(self, vertex: Vertex) -> str | None:
        """The formula of a box, in which numbers can take the places of the names of boxes."""
        tree = vertex.formula
        return None if tree is None else _written(self._place, tree)

    def _edges(self) -> Iterator[list[Any]]:
        """Where each begins and ends, the slot of its partial, and what that is called."""
        for target, (vertex, partials) in enumerate(zip(self.vertices, self.partials, strict=True)):
            for entry, partial in zip(vertex.entries, partials, strict=True):
                symbol = entry.symbol
                yield [
                    self.places[entry.source],
                    target,
                    self.schedule.slots[partial],
                    None if symbol is None else _written(self._name, symbol),
                ]

    def _name(self, name: str) -> str:
        return f"<mi>{escape(name)}</mi>" if name in self.own else identifier(name)

    def _place(self, name: str) -> str:
        shown = self._name(name)
        return shown.replace("<mi>", VALUE, 1) if name in self.boxes else shown


def _written(name: Callable[[str], str], tree: ast.Expression) -> str:
    return brief(MathML(name).write(tree, SUM))


def _without_comments(source: str) -> str:
    """A program as it is typed, without the lines that are for its readers only."""
    lines = [line for line in source.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(map(visible, lines)).strip()


def _constant(value: float) -> str:
    """A constant as JavaScript reads it, infinite ones among them."""
    return repr(value).replace("inf", "Infinity").replace("nan", "NaN")


def _check(used: Iterator[str]) -> None:
    """Refuse what has no value on a page."""
    script = Script(frozenset())
    for op in used:
        if not script.knows(op):
            raise UsageError(
                "page",
                f"a page cannot compute {op.partition(' ')[0]}",
                hint=Sentence(
                    "graph draws such a program, and eval shows both passes with ", Option("trace")
                ),
            )
