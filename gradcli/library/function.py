"""The door `gradcli.function`: a program that is read once and called often."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from functools import cached_property
from math import isfinite
from threading import RLock
from warnings import warn

from gradcli.engine.interpreter import Plan
from gradcli.errors import DerivativeWarning, Note, UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.elements import Value, number
from gradcli.evaluation.solve import read_model
from gradcli.graph.node import Graph, Node
from gradcli.graph.unparse import Unparser
from gradcli.library.passes import ALONG, FIRST, SECOND, SECOND_ALONG, Passes, Question
from gradcli.library.signature import Point, Signature
from gradcli.library.told import told
from gradcli.syntax.spelling import plain
from gradcli.syntax.text import text

LONGEST = 10_000_000
"""A program whose text would be longer is not written without its steps."""


def function(
    program: str, *, inputs: Sequence[str] | None = None, strict: bool = False
) -> Function:
    """Read a program once, to be called often.

    Args:
        program: the program; a declaration ``J(a, b, c) = …`` fixes the order of the inputs.
        inputs: names that are declared without one, or one name; runs of letters may be products
            of them. They come first in the order of arguments.
        strict: make every note on how the text was read an error.

    Raises:
        ParseError: the text is not a program.
        InputError: a name is unknown, or used before it is defined.
    """
    return Function(program, inputs, strict=strict)


class Function:
    """A program as a function of its inputs, with its derivatives.

    Arguments are numbers, by position in the order of ``inputs`` or by name; by the name of an
    array also a list of its elements. A function may be called from several threads at once.

    Attributes:
        source: the program as given.
        inputs: the names of the inputs.
        notes: readings of the text that the user should know of.
        graph: the computation graph, to which derivatives are added as they are asked for.
        output: the node of the output.
    """

    def __init__(
        self, program: str, inputs: Sequence[str] | None = None, *, strict: bool = False
    ) -> None:
        self.source = arguments.program(program)
        self._declared = tuple(arguments.names(inputs, "inputs") or ())
        rank = {plain(name): place for place, name in enumerate(self._declared)}
        whole = None if rank else 'inputs=["{}"]'
        model = read_model(program, rank, strict=arguments.flag(strict, "strict"), whole=whole)
        self._model = model
        self.notes: Sequence[Note] = tuple(model.notes)
        self.graph: Graph = model.graph
        self.output: Node = model.output
        self._nodes = sorted(model.inputs, key=lambda node: rank.get(node.name, len(rank)))
        self.inputs = tuple(node.name for node in self._nodes)
        self._signature = Signature(model, self._nodes)
        self._passes = Passes(model, self._nodes)
        # Derivatives are added to the graph when they are first asked for.
        self._lock = RLock()
        for name in rank:
            self._signature.place(name)

    def __repr__(self) -> str:
        return f"<gradcli function of {', '.join(self.inputs)}: {self.source[:60]}>"

    def __call__(self, /, *args: Value, **named: Value) -> float:
        """The value; infinite or NaN where it is not defined."""
        plan = self._value
        return plan.run(self._signature.point(args, named))[plan.slots[self.output]]

    def value_and_grad(self, /, *args: Value, **named: Value) -> tuple[float, dict[str, float]]:
        """The value and ∂output/∂input for each input."""
        value, *parts = self._answer(FIRST, self._signature.point(args, named))
        return value, self._by_name(parts)

    def grad(self, /, *args: Value, **named: Value) -> dict[str, float]:
        """∂output/∂input for each input."""
        _, *parts = self._answer(FIRST, self._signature.point(args, named))
        return self._by_name(parts)

    jacobian = grad
    """For a scalar output the Jacobian is the gradient: one number for each input."""

    def jvp(self, point: Point, tangent: Point) -> tuple[float, float]:
        """The value, and its derivative along a tangent: Σ ∂output/∂x · tangent_x.

        Nothing comes from an input whose tangent is 0, whatever the derivative by it is.
        """
        start, along = self._signature.given(point), self._signature.given(tangent)
        value, slope = self._answer(ALONG, start, along)
        return value, slope

    def vjp(self, point: Point, cotangent: float = 1.0) -> tuple[float, dict[str, float]]:
        """The value, and a cotangent of the output pulled back to the inputs.

        A cotangent of 0 gives 0, whatever the derivatives are.
        """
        start, factor = self._signature.given(point), number(cotangent, "cotangent")
        if not factor:
            return self(*start), dict.fromkeys(self.inputs, 0.0)
        value, *parts = self._answer(FIRST, start)
        return value, self._by_name([factor * part for part in parts])

    def hvp(self, point: Point, vector: Point) -> dict[str, float]:
        """The Hessian times a vector, without the Hessian: the gradient's derivative along it."""
        start, along = self._signature.given(point), self._signature.given(vector)
        _, *parts = self._answer(SECOND_ALONG, start, along)
        return self._by_name(parts)

    def hessian(self, /, *args: Value, **named: Value) -> dict[str, dict[str, float]]:
        """∂²output/∂x∂y for each pair of inputs."""
        _, *parts = self._answer(SECOND, self._signature.point(args, named))
        size = len(self.inputs)
        rows = [parts[place * size : (place + 1) * size] for place in range(size)]
        return {name: self._by_name(row) for name, row in zip(self.inputs, rows, strict=True)}

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
        wanted = [
            self.inputs[self._signature.place(plain(arguments.text(name, "a name")))]
            for name in names
        ]
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
    def _smooth(self) -> Passes:
        """The passes over the program without the kinks that it only seems to have."""
        from gradcli.symbolic.smooth import smoothed  # noqa: PLC0415  (only at a kink)

        output = smoothed(self.graph, self.output, squares=True)
        if output is self.output:
            return self._passes
        model = copy(self._model)
        model.output = output
        return Passes(model, self._nodes)

    def _by_name(self, numbers: Sequence[float]) -> dict[str, float]:
        return dict(zip(self.inputs, numbers, strict=True))

    def _answer(
        self, question: Question, point: Sequence[float], tangent: Sequence[float] = ()
    ) -> list[float]:
        """The value, and the derivatives asked for; with a warning where they are not ordinary.

        Where something is tied or not finite, the program is looked at again without the kinks
        that it only seems to have, and without the inputs that do not move.
        """
        given = [*point, *tangent]
        with self._lock:
            made = question.over(self._passes, self._nodes)
        numbers, is_ordinary = made.run(given)
        if is_ordinary:
            return numbers
        moved = self._nodes
        if tangent:
            moved = [node for node, part in zip(self._nodes, tangent, strict=True) if part]
        value = numbers[0]
        with self._lock:
            # What is not defined has no derivatives either: there is nothing to look at again.
            passes = self._smooth if isfinite(value) else self._passes
            made = question.over(passes, moved)
            (_, *found), is_ordinary = made.run(given)
            problems = [] if is_ordinary else told(passes, question, made, given, moved)
        if problems:
            warn(DerivativeWarning(problems), stacklevel=3)
        return [value, *found]
