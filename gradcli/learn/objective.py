"""A program as a function of the inputs that are moved: value, gradient, Hessian, problems."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any

from gradcli.calculus.reverse import differentiate
from gradcli.engine.choose import Runner
from gradcli.engine.interpreter import Plan
from gradcli.errors import Problem
from gradcli.evaluation.solution import Differentiated, Solution
from gradcli.evaluation.solve import differentiated
from gradcli.evaluation.ties import conditions
from gradcli.graph.model import Model
from gradcli.graph.naming import name_nodes
from gradcli.graph.node import Node
from gradcli.learn.curvature import Hessian
from gradcli.learn.layers import Layers, NumberLayers
from gradcli.learn.updates import Pass, Point
from gradcli.learn.vectors import Vector


class Objective(ABC):
    """A program made ready for descent: read, differentiated and planned once.

    Points are values of the parameters, in their order: numbers or arrays. What looks at the
    function from all sides has all their entries in one vector.

    Args:
        model: the program.
        inputs: the value of each input, where the descent begins.
        places: which inputs are moved.

    Attributes:
        model: the program.
        names: those of the parameters.
        start: the values of the parameters.
    """

    def __init__(self, model: Model, inputs: Sequence[Any], places: Sequence[int]) -> None:
        self.model = model
        self._inputs = [*inputs]
        self._places = places
        self._parameters = [model.inputs[place] for place in self._places]
        self.names = [node.name for node in self._parameters]
        self.start = [self._inputs[place] for place in self._places]

    def quietly(self) -> AbstractContextManager[None]:
        """Where nothing is printed of what is not finite."""
        return nullcontext()

    @cached_property
    def output(self) -> str:
        """The name of the output."""
        return name_nodes(self.model)[self.model.output]

    @property
    @abstractmethod
    def layers(self) -> Layers:
        """The layers that the parameters lie in."""

    @abstractmethod
    def evaluate(self, point: Point) -> Pass:
        """Forward and backward pass at a point."""

    def slopes(self, point: Point) -> Pass:
        """The same where the values on the way are not asked for."""
        return self.evaluate(point)

    @property
    def compiled(self) -> tuple[Callable[[Sequence[Any]], list[float] | None], Point] | None:
        """What makes a list of value and derivatives, None where they are not ordinary.

        Its argument is the point, and after it what is not moved, which comes along. There is
        none where it is too slow, or not made yet.
        """
        return None

    @abstractmethod
    def vector(self, point: Point) -> Vector:
        """The entries of a point, or of what is shaped as one, in one vector."""

    @abstractmethod
    def value(self, vector: Vector) -> float:
        """The forward pass alone."""

    @abstractmethod
    def gradient(self, vector: Vector) -> Vector:
        """The derivative by each entry of the parameters."""

    @abstractmethod
    def hessian_times(self, vector: Vector, direction: Vector) -> Vector:
        """The Hessian at a point times a direction."""

    @property
    @abstractmethod
    def hessian_work(self) -> int:
        """How long such a product takes, in operations on numbers."""

    @property
    @abstractmethod
    def entry_work(self) -> float:
        """How long what is done with every entry takes, in operations on numbers."""

    def inputs(self, point: Point) -> dict[str, Any]:
        """Every input by name, those that are not moved included."""
        names = [node.name for node in self.model.inputs]
        return dict(zip(names, self._given(point), strict=True))

    def problems(self, point: Point) -> Sequence[Problem]:
        """What has to be said of the numbers at a point."""
        return self._at(point).problems

    def kinks(self, point: Point) -> Sequence[Problem]:
        """The derivatives at a point that are not unique."""
        return [each for each in self._at(point).warnings if each.kind == "kink"]

    def _at(self, point: Point) -> Solution:
        """The program at a point, looked at closely."""
        found = self._program.at(self.inputs(point), self.names)
        found.is_quick = True
        return found

    def _given(self, point: Point) -> list[Any]:
        inputs = self._inputs.copy()
        for place, value in zip(self._places, point, strict=True):
            inputs[place] = value
        return inputs

    @cached_property
    def _program(self) -> Differentiated:
        return differentiated(self.model)


class NumberObjective(Objective):
    """The same where every value is a number; a vector is a point."""

    entry_work = 1.0

    def __init__(self, model: Model, inputs: Sequence[float], places: Sequence[int]) -> None:
        super().__init__(model, inputs, places)
        self._last: tuple[tuple[float, ...], Solution] | None = None
        derivative = differentiate(model.graph, model.output, self._parameters)
        zero = model.graph.const(0.0)
        gradient = [derivative.adjoints.get(node, zero) for node in self._parameters]
        kinks = _kinks(model, self._parameters)
        self._plan = Plan(model.graph, model.inputs, [model.output, *gradient, *kinks])
        slots = self._plan.slots
        self._value = slots[model.output]
        self._gradient = [slots[node] for node in gradient]
        self._kinks = [slots[node] for node in kinks]
        self._derivative = derivative
        # Parameters first: a point is completed by what is not moved.
        moved = frozenset(self._parameters)
        others = {
            node: each for node, each in zip(model.inputs, inputs, strict=True) if node not in moved
        }
        self._others = [*others.values()]
        given = [*self._parameters, *others]
        self._runner = Runner(model.graph, given, [model.output, *gradient], kinks)

    @cached_property
    def layers(self) -> NumberLayers:
        """The layers that the parameters lie in."""
        graph, output = self.model.graph, self.model.output
        return NumberLayers(graph, output, self._parameters, self._derivative, self._plan.slots)

    def evaluate(self, point: Sequence[float]) -> Pass:
        """Forward and backward pass at a point."""
        values = self._plan.carried(self._given(point))
        gradient = [float(values[slot]) for slot in self._gradient]
        found = Pass(float(values[self._value]), gradient, values)
        is_gone = math.isfinite(found.value) and not all(map(math.isfinite, gradient))
        # The product of the partials may be none where the whole function has a slope: sqrt(x^2).
        if is_gone or any(map(values.__getitem__, self._kinks)):
            solution = self._at(point)
            gradient = [*map(solution.grad_of, solution.targets)]
            return found._replace(gradient=gradient, is_tied=True)
        return found

    def slopes(self, point: Sequence[float]) -> Pass:
        """The same without values where all is ordinary: nothing is tied or infinite there."""
        (value, *gradient), is_ordinary = self._runner.run([*point, *self._others])
        return Pass(value, gradient, ()) if is_ordinary else self.evaluate(point)

    @property
    def compiled(self) -> tuple[Callable[[Sequence[Any]], list[float] | None], Point] | None:
        """As of `Objective`, once there is compiled code."""
        code = self._runner.compiled
        return code and (code, self._others)

    def vector(self, point: Sequence[float]) -> Vector:
        """The point itself."""
        return point

    def value(self, vector: Sequence[float]) -> float:
        """The forward pass alone."""
        plan, slot = self._forward
        return plan.run(self._given(vector))[slot]

    def gradient(self, vector: Sequence[float]) -> Vector:
        """The derivative by each parameter."""
        return self.slopes(vector).gradient

    def _at(self, point: Sequence[float]) -> Solution:
        # What is tied at a step is told just after the step has been evaluated.
        key = tuple(point)
        if self._last is None or self._last[0] != key:
            self._last = key, super()._at(point)
        return self._last[1]

    def hessian_times(self, vector: Sequence[float], direction: Sequence[float]) -> list[float]:
        """The Hessian at a point times a direction."""
        return self._hessian.times(self._given(vector), direction)

    @property
    def hessian_work(self) -> int:
        """How many operations such a product takes."""
        return self._hessian.size

    @cached_property
    def _forward(self) -> tuple[Plan, int]:
        """A plan without a derivative, and where the output is found in what it gives."""
        plan = Plan(self.model.graph, self.model.inputs, [self.model.output])
        return plan, plan.slots[self.model.output]

    @cached_property
    def _hessian(self) -> Hessian:
        model = self.model
        return Hessian(model.graph, model.inputs, model.output, self._parameters)


def _kinks(model: Model, parameters: Sequence[Node]) -> list[Node]:
    """The conditions under which anything that is made of parameters is tied."""
    order = model.graph.ancestors([model.output])
    moved = set(parameters)
    for node in order:
        if not moved.isdisjoint(node.args):
            moved.add(node)
    found = conditions(model.graph, order, {*order})
    return [*dict.fromkeys(each for node, each in found.items() if node in moved)]
