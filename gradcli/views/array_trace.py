"""The trace of a program of arrays: both passes line by line, with the shapes of every product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradcli.evaluation.nodes import CALLED
from gradcli.evaluation.objects import is_array, is_finite
from gradcli.graph.node import INPUT, Node
from gradcli.graph.shapes import SHAPED, Form
from gradcli.syntax import ast
from gradcli.syntax.substitute import substitute
from gradcli.syntax.text import member
from gradcli.views.lines.backward import behind
from gradcli.views.lines.chain import chain
from gradcli.views.lines.excerpt import take_excerpt
from gradcli.views.lines.header import header
from gradcli.views.lines.page import VALUE, Display, Fragment, Line, Page
from gradcli.views.lines.rows import choose, footer, gap, nodes_of, with_gaps

if TYPE_CHECKING:
    from gradcli.evaluation.nodes import NodeReport, Nodes
    from gradcli.evaluation.solution import Solution

INDENT = 2

NO_SHAPE = "[]"
"""What stands for the shape of a number."""


def render(solution: Solution, display: Display | None = None) -> Page:
    """Return the trace of a solution."""
    display = display or Display()
    nodes = nodes_of(solution, display)
    positions = choose(nodes, display.limit)
    output = display.name(solution.output)
    trace = _Trace(solution, nodes, display)
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
    return Page([*lines, *footer(len(positions), len(nodes), display)])


def _title(sentence: str, display: Display) -> list[Line]:
    return [(), *display.paragraph(sentence, style="bold")]


class _Trace:
    """The lines of both passes."""

    def __init__(self, solution: Solution, nodes: Nodes, display: Display) -> None:
        self._solution = solution
        self._display = display
        self._all = nodes
        self._signs: dict[Node, str] = {
            node: display.partial(solution.output, name) for node, name in solution.names.items()
        }

    def forward(self, positions: list[int]) -> Iterator[Line]:
        """A line a node: its formula and its value, and the shapes where a product is."""
        display = self._display
        for position, missing in with_gaps(positions, range(len(self._all))):
            if missing:
                yield gap(missing, display, INDENT)
            if position is None:
                continue
            node = self._all[position]
            formula = "" if node.op == INPUT else member(node.shown_tree)
            steps = [[display.show(formula, display.width)]] if formula else []
            value = ([display.number(node.value)], VALUE)
            left = Fragment(display.name(node.name), "bold")
            yield from chain(INDENT, left, steps, value, display)
            if node.sources and self._is_of_whole_arrays(node):
                yield self._shapes(node.shown_tree, node)

    @staticmethod
    def _is_of_whole_arrays(node: NodeReport) -> bool:
        """Whether a node is more than something done entry by entry."""
        if node.op == CALLED:
            return any(arg.form != node.form for arg in node.sources)
        return node.op in SHAPED

    def backward(self, positions: list[int]) -> Iterator[Line]:
        """A line a node, from the output back: what its consumers hand to it."""
        display = self._display
        inputs = len(self._solution.inputs)
        order = [each for each in reversed(positions) if each >= inputs]
        order += [each for each in positions if each < inputs]
        excerpt = take_excerpt(self._all, positions)
        for position in order:
            node = excerpt.nodes[position]
            left = Fragment(display.partial(self._solution.output, node.name), "bold")
            result = ([display.number(node.beside)], "green")
            edges = [
                (self._all[consumer], place)
                for consumer, places in excerpt.consumers[node.name].items()
                for place in places
            ]
            shares = [(consumer, self._share(consumer, place)) for consumer, place in edges]
            trees = [(consumer, share) for consumer, share in shares if share is not None]
            terms = [display.show(member(tree), display.width) for _, tree in trees]
            steps = [[terms[0], *map(behind, terms[1:])]] if terms else []
            yield from chain(INDENT, left, steps, result, display)
            if self._leaves_out(node, edges):
                said = f"{' ' * 3 * INDENT}a term is 0 where its branch is not taken"
                yield (Fragment(display.show(said, display.width), "dim"),)
            if len(trees) == 1:
                ((consumer, tree),) = trees
                if self._is_of_whole_arrays(consumer):
                    yield self._shapes(tree, node, consumer)

    def _leaves_out(self, node: NodeReport, edges: Iterable[tuple[NodeReport, int]]) -> bool:
        """Whether a factor is infinite, or no number, where nothing comes to be multiplied."""
        factors = [
            consumer.local_at(place)
            for consumer, place in edges
            if consumer.op != CALLED and consumer.op not in SHAPED
        ]
        known = [each for each in factors if each is not None]
        return is_finite(node.beside) and not all(map(is_finite, known))

    def _share(self, consumer: NodeReport, place: int) -> ast.Expression | None:
        """What a consumer hands to one of its arguments, in the names of nodes and derivatives."""
        output = self._solution.output
        sign = None if consumer.name == output else self._display.partial(output, consumer.name)
        return consumer.share(place, sign)

    def _shapes(
        self, tree: ast.Expression, node: NodeReport, consumer: NodeReport | None = None
    ) -> Line:
        """The same formula with the shapes of its parts in their place.

        Args:
            tree: the formula.
            node: what it is, or is the derivative by.
            consumer: where that comes from.
        """
        form, shapes = node.form, self._names_of_shapes
        if consumer is not None and isinstance(tree, ast.Name) and tree.name not in shapes:
            # The map of a call has the axes of its value, then those of what goes in.
            local = _shape(Form((*consumer.shape, *node.shape)))
            is_last = consumer.name == self._solution.output
            both = local if is_last else f"{_shape(consumer.form)} · {local}"
            shapes = {**shapes, tree.name: ast.Name(both)}
        # A partial of a call has the shape of what it is by.
        known = {name: ast.Name(_shape(form)) for name in ast.names([tree])} | {**shapes}
        text = member(substitute(tree, known))
        whole = f"{' ' * 3 * INDENT}{_shape(form)} = {text}"
        return (Fragment(self._display.show(whole, self._display.width), "dim"),)

    @cached_property
    def _names_of_shapes(self) -> Mapping[str, ast.Expression]:
        shapes: dict[str, ast.Expression] = {}
        for node, name in self._solution.names.items():
            shapes[name] = shapes[self._signs[node]] = ast.Name(_shape(node.form))
        return shapes

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
