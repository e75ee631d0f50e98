"""The passes over a program that a function runs again and again, each compiled when first asked.

Beside its numbers a pass computes whether anything is tied or not finite at the point: only then is
the point looked at more closely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jacobian, jvp
from gradcli.engine.choose import Runner
from gradcli.evaluation.solution import Differentiated
from gradcli.evaluation.ties import alarms
from gradcli.graph.model import Model
from gradcli.graph.node import Graph, Node

MOST_KEPT = 20
"""How many products with tangents are kept, each for the inputs that move."""


class Pass:
    """Some derivatives of a program, ready to be computed at any point.

    Attributes:
        inputs: the nodes that are given.
        results: the nodes of the derivatives.
        run: of a point, the value and the derivatives, and whether all is finite and nothing tied.
        runner: the same, which can be compiled.
    """

    def __init__(
        self, graph: Graph, inputs: Sequence[Node], output: Node, results: Sequence[Node]
    ) -> None:
        self.inputs = inputs
        self.results = results
        draft = graph.draft()
        program = set(graph.ancestors([output]))
        watched = alarms(draft, graph.ancestors([output, *results]), program)
        self.runner = Runner(draft, inputs, [output, *results], watched)
        self.run = self.runner.run


class Passes:
    """All passes over a program.

    Args:
        model: the program; derivatives are added to its graph as they are asked for.
        inputs: its inputs in the order in which they are given.
        program: the program with its derivative, if there is one already.

    Attributes:
        program: the program with its derivative by every node, which says what kinks it has.
    """

    def __init__(
        self, model: Model, inputs: Sequence[Node], program: Differentiated | None = None
    ) -> None:
        self.model = model
        self.program = program or Differentiated(model)
        self.inputs = inputs
        self._products: dict[tuple[str, tuple[Node, ...]], Pass] = {}

    @cached_property
    def first(self) -> Pass:
        """The derivative by each input."""
        return self._pass(self.inputs, self.gradient)

    @cached_property
    def second(self) -> Pass:
        """The second derivatives, row by row."""
        rows = jacobian(self.model.graph, self.gradient, self.inputs)
        return self._pass(self.inputs, [node for row in rows for node in row])

    def along(self, moved: Sequence[Node]) -> Pass:
        """The derivative along a tangent, which is given after the point; a JVP.

        Args:
            moved: the inputs whose part of the tangent is not 0.
        """
        return self._product("output", moved, [self.model.output])

    def second_along(self, moved: Sequence[Node]) -> Pass:
        """The derivative of the gradient along a tangent; an HVP."""
        return self._product("gradient", moved, self.gradient)

    def tangent(self, node: Node) -> Node:
        """How fast an input moves along a tangent; a name with a space cannot be the program's."""
        return self.model.graph.input(f"{node.name} tangent")

    def _product(self, what: str, moved: Sequence[Node], outputs: Sequence[Node]) -> Pass:
        key = what, tuple(moved)
        if key not in self._products:
            if len(self._products) > MOST_KEPT:
                self._products.clear()
            graph = self.model.graph
            tangents = {node: self.tangent(node) for node in self.inputs}
            found = jvp(graph, outputs, {node: tangents[node] for node in moved})
            self._products[key] = self._pass([*self.inputs, *tangents.values()], found)
        return self._products[key]

    @cached_property
    def gradient(self) -> list[Node]:
        """The derivative by each input, as nodes."""
        return gradient(self.model.graph, self.model.output, self.inputs)

    def _pass(self, inputs: Sequence[Node], results: Sequence[Node]) -> Pass:
        return Pass(self.model.graph, inputs, self.model.output, results)


ALONG_TANGENT = "along the tangent"

ALONG_VECTOR = "along the vector"
"""What is said of a product of the Hessian with a vector."""


class Question(NamedTuple):
    """What is asked of a function.

    Attributes:
        over: the pass that answers it, of those over a program, where these inputs move.
        by: what each result is by, in words, for the names of the inputs.
    """

    over: Callable[[Passes, Sequence[Node]], Pass]
    by: Callable[[Sequence[str]], Sequence[str]]


SECOND = Question(
    lambda passes, _: passes.second, lambda names: [f"by {a},{b}" for a in names for b in names]
)
SECOND_ALONG = Question(
    Passes.second_along, lambda names: [f"by {name} {ALONG_VECTOR}" for name in names]
)
