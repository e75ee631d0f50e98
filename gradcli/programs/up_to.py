"""Derivatives along a direction up to some order, of a program of numbers, again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial, isfinite
from threading import RLock

from gradcli.engine.interpreter import Values
from gradcli.errors import UsageError
from gradcli.evaluation.outcome import Outcome
from gradcli.evaluation.questions import MOST
from gradcli.graph.model import Model
from gradcli.graph.node import Node
from gradcli.programs.beside import beside
from gradcli.programs.passes import ALONG_TANGENT, Pass
from gradcli.taylor.plan import TaylorPlan


def check_order(order: int | None) -> int:
    """An order, 1 for None.

    Raises:
        UsageError: it is out of range.
    """
    if order is None:
        return 1
    if not 1 <= order <= MOST:
        message = f"the order is 1 to {MOST}, not {order}"
        raise UsageError("order", message, hint="1 by default")
    return order


class Series:
    """The power series of a program along a direction.

    Args:
        model: the program.
        inputs: its inputs in the order of points.
        moving: those that move.
        order: the highest order.
        first: the pass that gives the first derivative, and tells where something is tied.
    """

    def __init__(
        self, model: Model, inputs: Sequence[Node], moving: Sequence[Node], order: int, first: Pass
    ) -> None:
        self._model = model
        self._inputs = inputs
        self._moving = moving
        self._plan = TaylorPlan(model.graph, inputs, moving, [model.output], order)
        self._first = first

    def run(
        self,
        point: Sequence[float],
        tangent: Sequence[float],
        lock: RLock,
        slope: Callable[[], float],
    ) -> Outcome:
        """The derivatives at a point.

        Args:
            point: a number for each input.
            tangent: how fast each moves.
            lock: what is held while a kink is looked at.
            slope: what the gradient that is used there comes to along the tangent.
        """
        rates = [rate for rate in tangent if rate]
        (series,) = self._plan.run(point, rates)
        parts = [c * factorial(place) for place, c in enumerate(series)][1:]
        (value, *_), is_ordinary = self._first.run([*point, *tangent])
        if (is_ordinary and all(map(isfinite, parts))) or not isfinite(value):
            return Outcome(value, parts)
        model, moved = self._model, dict(zip(self._moving, rates, strict=True))
        with lock:
            at = Values(self._inputs, point)
            found = beside(model.graph, model.output, moved, at, parts, ALONG_TANGENT, slope())
        return Outcome(value, *found)
