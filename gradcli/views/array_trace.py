"""The trace of a program of arrays: both passes line by line, with the shapes of every product."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.objects import is_array
from gradcli.graph.naming import OUTPUT
from gradcli.graph.node import Node
from gradcli.graph.shapes import SHAPED, Form
from gradcli.syntax import ast
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import member
from gradcli.views.lines.chain import chain
from gradcli.views.lines.handed import handed
from gradcli.views.lines.header import header
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page
from gradcli.views.lines.rows import choose, footer, gap, with_gaps

if TYPE_CHECKING:
    from gradcli.evaluation.solution import Solution

INDENT = 2

NO_SHAPE = "[]"
"""What stands for the shape of a number."""


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the trace of a solution."""
    display = display or Display()
    positions = choose(solution.nodes, len(solution.inputs), display.limit)
    output = display.name(solution.output)
    trace = _Trace(solution, display)
    lines = header(solution, display)[:-1]
    lines += _title(f"Forward pass: every node's value, from the inputs to {output}", display)
    lines += trace.forward(positions)
    if not solution.model.output.shape:
        sign = display.partial(solution.output, "node")
        lines += _title(f"Backward pass: every {sign}, from {output} to the inputs", display)
        if solution.read_from:
            lines += display.paragraph(solution.read_from, indent=INDENT)
        lines += trace.backward(positions)
        lines += _title(f"Gradient of {output}", display)
        lines += trace.gradient()
    return Page([*lines, *footer(len(positions), len(solution.nodes), display)])


def _title(sentence: str, display: Display) -> list[Line]:
    return [(), *display.paragraph(sentence, style="bold")]


class _Trace:
    """The lines of both passes."""

    def __init__(self, solution: Solution, display: Display) -> None:
        self._solution = solution
        self._display = display
        self._nodes = list(solution.names)
        self._signs: dict[Node, str] = {
            node: display.partial(solution.output, name) for node, name in solution.names.items()
        }
        self._consumers: dict[Node, list[tuple[Node, int]]] = {}
        for node in solution.derivative.adjoints:
            for place, arg in enumerate(node.args):
                if arg in solution.derivative.adjoints:
                    self._consumers.setdefault(arg, []).append((node, place))

    def forward(self, positions: list[int]) -> Iterator[Line]:
        """A line a node: its formula and its value, and the shapes where a product is."""
        display, solution = self._display, self._solution
        for position, missing in with_gaps(positions, range(len(self._nodes))):
            if missing:
                yield gap(missing, display, INDENT)
            if position is None:
                continue
            node = self._nodes[position]
            name = solution.names[node]
            formula = member(solution.symbols.tree(node)) if node.args else ""
            steps = [[display.show(formula, display.width)]] if formula else []
            value = ([display.number(solution.value_of(node))], VALUE)
            yield from chain(INDENT, Fragment(display.name(name), "bold"), steps, value, display)
            if node.op in SHAPED and node.args:
                yield self._shapes(solution.symbols.tree(node), node.form)

    def backward(self, positions: list[int]) -> Iterator[Line]:
        """A line a node, from the output back: what its consumers hand to it."""
        display, solution = self._display, self._solution
        inputs = len(solution.inputs)
        order = [each for each in reversed(positions) if each >= inputs]
        order += [each for each in positions if each < inputs]
        for position in order:
            node = self._nodes[position]
            left = Fragment(self._signs[node], "bold")
            result = ([display.number(solution.beside_of(node))], "green")
            trees = [self._share(*edge) for edge in self._consumers.get(node, ())]
            terms = [display.show(member(tree), display.width) for tree in trees]
            steps = [[terms[0], *[f" + {term}" for term in terms[1:]]]] if terms else []
            yield from chain(INDENT, left, steps, result, display)
            if len(trees) == 1 and self._consumers[node][0][0].op in SHAPED:
                yield self._shapes(trees[0], node.form)

    def _share(self, consumer: Node, place: int) -> ast.Expression:
        """What a consumer hands to one of its arguments, in the names of nodes and derivatives."""
        return handed(self._solution, consumer, place, self._signs.get(consumer, OUTPUT))

    def _shapes(self, tree: ast.Expression, form: Form) -> Line:
        """The same formula with the shapes of its parts in their place."""
        shapes: dict[str, ast.Expression] = {}
        for node, name in self._solution.names.items():
            shapes[name] = shapes[self._signs[node]] = ast.Name(_shape(node.form))
        text = member(substitute(tree, shapes))
        whole = f"{' ' * 3 * INDENT}{_shape(form)} = {text}"
        return (Fragment(self._display.show(whole, self._display.width), "dim"),)

    def gradient(self) -> Iterator[Line]:
        """The derivative by each input, and the length of all of them together."""
        display, solution = self._display, self._solution
        entries: list[float] = []
        gradient: Mapping[str, Any] = solution.gradient
        for name, value in gradient.items():
            left = Fragment(display.partial(solution.output, name), "bold")
            yield from chain(INDENT, left, [], ([display.number(value)], "green"), display)
            entries += value.ravel().tolist() if is_array(value) else [value]
        nabla = f"|{display.symbols.nabla}{display.name(solution.output)}|"
        length = ([display.number(math.hypot(*entries))], "")
        yield from chain(INDENT, Fragment(nabla, "bold"), [], length, display)


def _shape(form: Form) -> str:
    inside = ",".join(map(str, form.shape))
    return f"[{inside}]{chr(39) if form.is_row else ''}" if form.shape else NO_SHAPE
