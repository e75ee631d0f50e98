"""The door `gradcli.function`: a program that is read once and called often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import RLock

from gradcli.calculus.reverse import gradient
from gradcli.calculus.second import jacobian, jvp
from gradcli.engine.interpreter import Plan
from gradcli.errors import InputError, UsageError
from gradcli.evaluation.elements import number
from gradcli.evaluation.inputs import spelled
from gradcli.graph.node import Graph, Node
from gradcli.graph.read import read
from gradcli.graph.resolve import resolve
from gradcli.graph.unparse import Unparser
from gradcli.hints import listed, no_input
from gradcli.library.options import as_list
from gradcli.syntax.spelling import plain
from gradcli.syntax.text import text

Point = Sequence[float] | Mapping[str, float]

LONGEST = 10_000_000
"""A program whose text would be longer is not written without its steps."""


def function(program: str, *, inputs: Sequence[str] | None = None) -> Function:
    """Read a program once, to be called often.

    Args:
        program: the program; a declaration ``J(a, b, c) = …`` fixes the order of the inputs.
        inputs: names that are declared without one, or one name; runs of letters may be products
            of them. They come first in the order of arguments.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, or used before it is defined.
    """
    return Function(program, as_list(inputs or ()))


class Function:
    """A program as a function of its inputs, with its derivatives.

    Arguments are numbers, by position in the order of ``inputs`` or by name. A function may be
    called from several threads at once.

    Attributes:
        source: the program as given.
        inputs: the names of the inputs.
        graph: the computation graph, to which derivatives are added as they are asked for.
        output: the node of the output.
    """

    def __init__(self, program: str, inputs: Sequence[str] = ()) -> None:
        rank = {plain(name): place for place, name in enumerate(inputs)}
        model = resolve(read(program, rank), rank)
        self.source = program
        self._declared = tuple(inputs)
        self.graph: Graph = model.graph
        self.output: Node = model.output
        self._nodes = sorted(model.inputs, key=lambda node: rank.get(node.name, len(rank)))
        self.inputs = tuple(node.name for node in self._nodes)
        self._places = {name: place for place, name in enumerate(self.inputs)}
        # Derivatives are added to the graph when they are first asked for.
        self._lock = RLock()
        for name in rank:
            self._place(name)

    def __repr__(self) -> str:
        return f"<gradcli function of {', '.join(self.inputs)}: {self.source[:60]}>"

    def __call__(self, /, *args: float, **named: float) -> float:
        """The value; infinite or NaN where it is not defined."""
        plan = self._value
        return plan.run(self._point(args, named))[plan.slots[self.output]]

    def value_and_grad(self, /, *args: float, **named: float) -> tuple[float, dict[str, float]]:
        """The value and ∂output/∂input for each input."""
        point = self._point(args, named)
        values = self._first.run(point)
        slots = self._first_slots
        return (
            values[self._first.slots[self.output]],
            {name: values[slot] for name, slot in zip(self.inputs, slots, strict=True)},
        )

    def grad(self, /, *args: float, **named: float) -> dict[str, float]:
        """∂output/∂input for each input."""
        return self.value_and_grad(*args, **named)[1]

    jacobian = grad
    """For a scalar output the Jacobian is the gradient: one number for each input."""

    def jvp(self, point: Point, tangent: Point) -> tuple[float, float]:
        """The value, and its derivative along a tangent: Σ ∂output/∂x · tangent_x."""
        plan, slope = self._forward
        values = plan.run([*self._given(point), *self._given(tangent)])
        return values[plan.slots[self.output]], values[plan.slots[slope]]

    def vjp(self, point: Point, cotangent: float = 1.0) -> tuple[float, dict[str, float]]:
        """The value, and a cotangent of the output pulled back to the inputs."""
        value, grads = self.value_and_grad(*self._given(point))
        return value, {name: cotangent * part for name, part in grads.items()}

    def hvp(self, point: Point, vector: Point) -> dict[str, float]:
        """The Hessian times a vector, without the Hessian: the gradient's derivative along it."""
        plan, nodes = self._along
        values = plan.run([*self._given(point), *self._given(vector)])
        return {
            name: values[plan.slots[node]] for name, node in zip(self.inputs, nodes, strict=True)
        }

    def hessian(self, /, *args: float, **named: float) -> dict[str, dict[str, float]]:
        """∂²output/∂x∂y for each pair of inputs."""
        plan, rows = self._second
        values = plan.run(self._point(args, named))
        return {
            name: {
                other: values[plan.slots[node]]
                for other, node in zip(self.inputs, row, strict=True)
            }
            for name, row in zip(self.inputs, rows, strict=True)
        }

    def derivative(self, *names: str) -> str:
        """A partial derivative as ``gradcli diff`` gives it, as text that the language reads back.

        Args:
            names: the names that it is by, one after another; none at all for the program itself.

        Raises:
            InputError: a name is not an input.
            UsageError: the text would be too long, or there are too many names.

        >>> function("3*a*b^2").derivative("b", "b")
        '6*a'
        """
        wanted = [self.inputs[self._place(plain(name))] for name in names]
        if wanted:
            from gradcli.library.derive import derive  # noqa: PLC0415  (only for those who ask)

            found = derive(self.source, wrt=[wanted], inputs=self.inputs)
            return found.text(found.partials[0])
        writer = Unparser({}, self.inputs)
        if writer.length(self.output) > LONGEST:
            raise UsageError(
                "limit",
                f"the program is longer than {LONGEST:,} characters without its steps",
                hint="evaluate(…).expression is its text with them",
            )
        return text(writer.definition(self.output))

    def __reduce__(self) -> tuple[type[Function], tuple[str, tuple[str, ...]]]:
        # Read again where it is unpickled: a graph may be deeper than pickle can go.
        return Function, (self.source, self._declared)

    @cached_property
    def _value(self) -> Plan:
        with self._lock:
            return Plan(self.graph, self._nodes, [self.output])

    @cached_property
    def _gradient(self) -> list[Node]:
        with self._lock:
            return gradient(self.graph, self.output, self._nodes)

    @cached_property
    def _first(self) -> Plan:
        with self._lock:
            return Plan(self.graph, self._nodes, [self.output, *self._gradient])

    @cached_property
    def _first_slots(self) -> list[int]:
        return [self._first.slots[node] for node in self._gradient]

    @cached_property
    def _second(self) -> tuple[Plan, list[list[Node]]]:
        with self._lock:
            rows = jacobian(self.graph, self._gradient, self._nodes)
            return Plan(self.graph, self._nodes, [node for row in rows for node in row]), rows

    @cached_property
    def _tangents(self) -> dict[Node, Node]:
        # A name with a space cannot be one of the program's.
        return {node: self.graph.input(f"{node.label} tangent") for node in self._nodes}

    @cached_property
    def _forward(self) -> tuple[Plan, Node]:
        with self._lock:
            (slope,) = jvp(self.graph, [self.output], self._tangents)
            inputs = [*self._nodes, *self._tangents.values()]
            return Plan(self.graph, inputs, [self.output, slope]), slope

    @cached_property
    def _along(self) -> tuple[Plan, list[Node]]:
        with self._lock:
            nodes = jvp(self.graph, self._gradient, self._tangents)
            return Plan(self.graph, [*self._nodes, *self._tangents.values()], nodes), nodes

    def _place(self, name: str) -> int:
        if name not in self._places:
            raise no_input(name, self.inputs)
        return self._places[name]

    def _given(self, point: Point) -> list[float]:
        if isinstance(point, Mapping):
            return self._point((), point)
        return self._point(tuple(point), {})

    def _point(self, args: Sequence[float], named: Mapping[str, float]) -> list[float]:
        """The arguments in the order of the inputs."""
        if len(args) > len(self.inputs):
            raise InputError(
                "arguments",
                f"the function takes {len(self.inputs)} arguments, not {len(args)}",
                hint=f"they are {listed(self.inputs)}" if self.inputs else None,
            )
        if not named and len(args) == len(self.inputs):
            return [number(value, name) for name, value in zip(self.inputs, args, strict=True)]
        given = dict(zip(self.inputs, args, strict=False))
        for name, value in spelled(named).items():
            self._place(name)
            if name in given:
                raise InputError("given-twice", f"'{name}' is given twice")
            given[name] = value
        missing = [name for name in self.inputs if name not in given]
        if missing:
            raise InputError(
                "missing-value",
                f"no value for {listed(missing)}",
                hint="give each input a value",
            )
        return [number(given[name], name) for name in self.inputs]
