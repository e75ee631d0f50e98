"""A program of arrays, ready to be called: what `gradcli.function` does where values are lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from threading import RLock
from typing import Any

import numpy as np

from gradcli.errors import InputError, UsageError
from gradcli.evaluation import arguments
from gradcli.evaluation.array_passes import ArrayPasses
from gradcli.evaluation.elements import Value
from gradcli.evaluation.entries.separate import flat
from gradcli.evaluation.forms import value_of
from gradcli.evaluation.inputs import bind
from gradcli.evaluation.outcome import Outcome
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.graph.shapes import no_gradient
from gradcli.programs.numbers import NumberProgram
from gradcli.programs.signature import Point, by_position


class ArrayProgram:
    """The value and the derivatives of a program at any point; the twin of `NumberProgram`.

    Args:
        model: the program, for arguments of certain shapes.
        nodes: its inputs in the order of arguments.
        names: those of the inputs in the order of arguments, also as it was read without shapes.
        lock: what is held while derivatives are added to the graph.
    """

    def __init__(
        self, model: Model, nodes: Sequence[Node], names: Sequence[str], lock: RLock
    ) -> None:
        self.model = model
        self.inputs = tuple(node.name for node in nodes)
        self._names = names
        self._nodes = nodes
        self._passes = ArrayPasses(model, nodes)
        self._lock = lock

    def point(self, args: Sequence[Value], named: Mapping[str, Value]) -> list[Any]:
        """The arguments of a call in the order of the inputs.

        Raises:
            InputError: they are too many, one is missing, given twice, no number or of another
                shape, or there is no such input.
        """
        given = dict(by_position(self._names, args))
        for name, value in named.items():
            if name in given:
                raise InputError("given-twice", f"'{name}' is given twice", hint="leave one out")
            given[name] = value
        found = dict(zip(self.model.inputs, bind(self.model, given), strict=True))
        return [found[node] for node in self._nodes]

    def given(self, point: Point) -> list[Any]:
        """A point, or a vector, in the order of the inputs; raises as `point`."""
        if isinstance(point, Mapping):
            return self.point((), arguments.values(point, "a point"))
        return self.point(arguments.items(point, "a point", "for instance [W, x]"), {})

    def value(self, point: Sequence[Any]) -> Any:
        """The value of the output."""
        with self._lock:
            return self._passes.value(point)

    def first(self, point: Sequence[Any]) -> Outcome:
        """The derivative by each input.

        Raises:
            InputError: the output is an array.
        """
        with self._lock:
            return self._passes.first(point)

    def jacobian(self, point: Sequence[Any]) -> Outcome:
        """The derivative by each input, the output's axes first."""
        with self._lock:
            return self._passes.jacobian(point)

    def along(self, point: Sequence[Any], tangent: Sequence[Any]) -> Outcome:
        """The derivative along a tangent."""
        with self._lock:
            return self._passes.along(point, tangent)

    def up_to(self, order: int, point: Sequence[Any], tangent: Sequence[Any]) -> Outcome:
        """The derivatives along a tangent, of first order, second order, …, of a number.

        Raises:
            InputError: the output is an array.
            UsageError: the program is too large to be written out in numbers.
        """
        if self.model.output.shape:
            raise no_gradient(self.model.output.form)
        with self._lock:
            numbers = self._numbers
        if numbers is None:
            hint = "gradcli.orders(…, along=…) gives those of arrays of any size"
            raise UsageError("limit", "the program is too large to be written out", hint=hint)
        return numbers.up_to(order, flat(point), flat(tangent))

    def back(self, point: Sequence[Any], cotangent: Value) -> Outcome:
        """A cotangent, in the shape of the output, pulled back to the inputs.

        Raises:
            InputError: it has another shape.
        """
        given = value_of(cotangent, "cotangent", self.model.output.form)
        with self._lock:
            return self._passes.back(point, given)

    def second_along(self, point: Sequence[Any], tangent: Sequence[Any]) -> Outcome:
        """The derivative of the gradient along a tangent; raises as `first`."""
        with self._lock:
            outcome = self._passes.second_along(point, tangent)
            numbers = self._numbers if outcome.is_open else None
            if numbers is None:
                return outcome
            found = numbers.second_along(flat(point), flat(tangent))
            return outcome._replace(parts=self._parts(found.parts), problems=found.problems)

    def hessian(self, point: Sequence[Any]) -> Outcome:
        """The second derivatives, a list for each input; raises as `first`."""
        with self._lock:
            outcome = self._passes.hessian(point)
            numbers = self._numbers if outcome.is_open else None
            if numbers is None:
                return outcome
            found = numbers.hessian(flat(point))
            matrix = np.array(found.parts)
            blocks = [
                [_number(matrix[a, b].reshape(one.shape + other.shape)) for b, other in self._spans]
                for a, one in self._spans
            ]
            return outcome._replace(parts=blocks, problems=found.problems)

    @cached_property
    def _numbers(self) -> NumberProgram | None:
        """The program in numbers, for points where something is tied; None if it is too large."""
        entries = self._passes.entries
        if entries is None:
            return None
        return NumberProgram(entries.model, entries.of(self._nodes), self._lock, entries.program)

    @cached_property
    def _spans(self) -> Sequence[tuple[slice, Node]]:
        """Where the entries of each input stand among those of all."""
        ends = [0, *accumulate(node.form.size for node in self._nodes)]
        return [
            (slice(*each), node) for each, node in zip(pairwise(ends), self._nodes, strict=True)
        ]

    def _parts(self, vector: Sequence[float]) -> list[Any]:
        """What the inputs have of a vector, each in its shape."""
        return [_number(np.array(vector[a]).reshape(node.shape)) for a, node in self._spans]


def _number(part: Any) -> Any:
    """An array, but for one without axes, which is a number."""
    return part if part.shape else float(part)
