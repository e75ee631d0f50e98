"""A program of arrays as a function of the inputs that are moved, by plans of NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

from gradcli.engine.vectors import joined, parted, quiet
from gradcli.evaluation.array_passes import ArrayPasses
from gradcli.graph.model import Model
from gradcli.learn.array_layers import ArrayLayers
from gradcli.learn.objective import Objective
from gradcli.learn.updates import Pass, Point
from gradcli.learn.vectors import Vector

_ENTRIES = 100
"""So many entries of arrays take as long as one operation on numbers."""

_NODES = 10
"""Calling NumPy takes as long as so many operations on numbers."""

_PASSES = 6
"""A product with the Hessian takes about as many operations as so many forward passes."""


class ArrayObjective(Objective):
    """An `Objective` whose parameters may be arrays; a vector has all their entries.

    Raises:
        InputError: the output is an array.
    """

    entry_work = 1 / _ENTRIES

    def __init__(self, model: Model, inputs: Sequence[Any], places: Sequence[int]) -> None:
        super().__init__(model, inputs, places)
        self._shapes = [node.shape for node in self._parameters]
        self._passes = ArrayPasses(model, model.inputs, self._parameters)
        self.evaluate(self.start)  # which refuses an output that is an array

    def quietly(self) -> AbstractContextManager[None]:
        """Where nothing is printed of what is not finite."""
        return quiet()

    @cached_property
    def layers(self) -> ArrayLayers:
        """The layers that the parameters lie in."""
        model = self.model
        return ArrayLayers(model.graph, model.inputs, model.output, self._parameters)

    def evaluate(self, point: Point) -> Pass:
        """Forward and backward pass at a point."""
        given = self._given(point)
        found = self._passes.whole(given)
        return Pass(float(found.value), found.parts, given, found.is_open)

    def vector(self, point: Point) -> Vector:
        """The entries of a point, or of what is shaped as one, in one vector."""
        return joined(point)

    def value(self, vector: Vector) -> float:
        """The forward pass alone."""
        return float(self._passes.value(self._given(self._point(vector))))

    def gradient(self, vector: Vector) -> Vector:
        """The derivative by each entry of the parameters."""
        return joined(self.evaluate(self._point(vector)).gradient)

    def hessian_times(self, vector: Vector, direction: Vector) -> Vector:
        """The Hessian at a point times a direction."""
        tangent: list[Any] = [0.0] * len(self._inputs)
        for place, part in zip(self._places, self._point(direction), strict=True):
            tangent[place] = part
        given = self._given(self._point(vector))
        return joined(self._passes.second_along(given, tangent).parts)

    @property
    def hessian_work(self) -> int:
        """How long such a product takes, in operations on numbers."""
        order = self.model.graph.ancestors([self.model.output])
        return _PASSES * sum(_NODES + node.form.size // _ENTRIES for node in order)

    def _point(self, vector: Vector) -> list[Any]:
        return parted(vector, self._shapes)
