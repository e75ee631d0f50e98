"""A program as a function of the inputs that are moved: value, gradient, Hessian, problems."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from gradcli.calculus.reverse import differentiate
from gradcli.engine.interpreter import Plan
from gradcli.errors import Problem
from gradcli.evaluation.solution import Differentiated
from gradcli.evaluation.solve import differentiated
from gradcli.evaluation.ties import conditions
from gradcli.graph.model import Model
from gradcli.graph.naming import name_nodes
from gradcli.graph.node import Node
from gradcli.learn.curvature import Hessian
from gradcli.learn.layers import Layers
from gradcli.learn.updates import Pass


class Objective:
    """A program made ready for descent: read, differentiated and planned once.

    Points are values of the parameters, in their order.

    Args:
        model: the program.
        inputs: the value of each input, where the descent begins.
        places: which inputs are moved.

    Attributes:
        model: the program.
        names: those of the parameters.
        start: the values of the parameters.
        layers: the layers that the parameters lie in.
    """

    def __init__(self, model: Model, inputs: Sequence[float], places: Sequence[int]) -> None:
        self.model = model
        self._inputs = [*inputs]
        self._places = places
        self._parameters = [model.inputs[place] for place in self._places]
        self.names = [node.name for node in self._parameters]
        self.start = [self._inputs[place] for place in self._places]
        derivative = differentiate(model.graph, model.output, self._parameters)
        zero = model.graph.const(0.0)
        gradient = [derivative.adjoints.get(node, zero) for node in self._parameters]
        kinks = _kinks(model, self._parameters)
        self._plan = Plan(model.graph, model.inputs, [model.output, *gradient, *kinks])
        slots = self._plan.slots
        self._value = slots[model.output]
        self._gradient = [slots[node] for node in gradient]
        self._kinks = [slots[node] for node in kinks]
        self.layers = Layers(model.graph, model.output, self._parameters, derivative, slots)

    @cached_property
    def output(self) -> str:
        """The name of the output."""
        return name_nodes(self.model)[self.model.output]

    def evaluate(self, point: Sequence[float]) -> Pass:
        """Forward and backward pass at a point."""
        values = self._plan.carried(self._given(point))
        gradient = [float(values[slot]) for slot in self._gradient]
        return Pass(float(values[self._value]), gradient, values)

    def value(self, point: Sequence[float]) -> float:
        """The forward pass alone."""
        plan, slot = self._forward
        return plan.run(self._given(point))[slot]

    def gradient(self, point: Sequence[float]) -> Sequence[float]:
        """The derivative by each parameter."""
        return self.evaluate(point).gradient

    def inputs(self, point: Sequence[float]) -> dict[str, float]:
        """Every input by name, those that are not moved included."""
        names = [node.name for node in self.model.inputs]
        return dict(zip(names, self._given(point), strict=True))

    def hessian_times(self, point: Sequence[float], vector: Sequence[float]) -> list[float]:
        """The Hessian at a point times a vector."""
        return self._hessian.times(self._given(point), vector)

    @property
    def hessian_work(self) -> int:
        """How many operations such a product takes."""
        return self._hessian.size

    def is_at_kink(self, at: Pass) -> bool:
        """Whether anything is tied at the point of a pass."""
        return any(map(at.values.__getitem__, self._kinks))

    def problems(self, point: Sequence[float]) -> Sequence[Problem]:
        """What has to be said of the numbers at a point."""
        return self._program.at(self.inputs(point), self.names).problems

    def _given(self, point: Sequence[float]) -> list[float]:
        inputs = self._inputs.copy()
        for place, value in zip(self._places, point, strict=True):
            inputs[place] = value
        return inputs

    @cached_property
    def _forward(self) -> tuple[Plan, int]:
        """A plan without a derivative, and where the output is found in what it gives."""
        plan = Plan(self.model.graph, self.model.inputs, [self.model.output])
        return plan, plan.slots[self.model.output]

    @cached_property
    def _hessian(self) -> Hessian:
        model = self.model
        return Hessian(model.graph, model.inputs, model.output, self._parameters)

    @cached_property
    def _program(self) -> Differentiated:
        return differentiated(self.model)


def _kinks(model: Model, parameters: Sequence[Node]) -> list[Node]:
    """The conditions under which anything that is made of parameters is tied."""
    order = model.graph.ancestors([model.output])
    moved = set(parameters)
    for node in order:
        if not moved.isdisjoint(node.args):
            moved.add(node)
    found = conditions(model.graph, order, {*order})
    return [*dict.fromkeys(each for node, each in found.items() if node in moved)]
