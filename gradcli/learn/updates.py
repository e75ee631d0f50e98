"""Three orders of updates: all at once, layer by layer during the backward pass, one by one.

An order takes a point and what a forward and backward pass gave there, and returns the updates of
one step: for each parameter its gradient, the direction that the method makes of it, and the new
value. The orders differ in when a gradient is computed and which parameters it sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gradcli.errors import UsageError
from gradcli.hints import nearest
from gradcli.learn.layers import Layers
from gradcli.learn.methods import Optimizer
from gradcli.learn.names import UPDATES

MOST_TRACED = 400
"""Of more parameters nobody reads which have entered where."""


class Update(NamedTuple):
    """What one step does to one parameter, which is a number or an array.

    Attributes:
        layer: counted from the output, which is 0.
        parameter: its place.
        gradient: the derivative that is used.
        direction: what the method makes of it.
        before: the parameter.
        after: before − η·direction.
        value: the output, evaluated anew after the update; None unless that is done.
        through: the places of parameters that were moved before and are factors in the gradient.
    """

    layer: int
    parameter: int
    gradient: Any
    direction: Any
    before: Any
    after: Any
    value: float | None = None
    through: Sequence[int] = ()


class Pass(NamedTuple):
    """What a forward and backward pass gives.

    Attributes:
        value: of the output.
        gradient: the derivative by each parameter.
        values: what the layers of the parameters need of the forward pass.
        is_tied: whether a derivative may not be unique.
    """

    value: float
    gradient: list[Any]
    values: Sequence[Any]
    is_tied: bool = False


Point = Sequence[Any]
"""A value of each parameter: a number or an array."""

Evaluate = Callable[[Point], Pass]


class _Order:
    """What the three have in common.

    Args:
        evaluate: runs forward and backward pass at a point.
        layers: the layers of the parameters.
        optimizer: the method, its rate and its state.
    """

    def __init__(self, evaluate: Evaluate, layers: Layers, optimizer: Optimizer) -> None:
        self.evaluate = evaluate
        self.layers = layers
        self.optimizer = optimizer

    def update(self, layer: int, place: int, gradient: Any, before: Any, step: int) -> Update:
        """The update of one parameter by its gradient."""
        direction = self.optimizer.direction(place, gradient, step)
        after = before - self.optimizer.lr * direction
        return Update(layer, place, gradient, direction, before, after)


class Simultaneous(_Order):
    """All gradients at one point, then all updates: what libraries do."""

    def __call__(self, point: Point, at: Pass, step: int) -> list[Update]:
        """Move every parameter by its gradient at the point."""
        return [
            self.update(layer, place, at.gradient[place], point[place], step)
            for layer, places in enumerate(self.layers.places)
            for place in places
        ]


class InPlace(_Order):
    """One forward pass, and one backward pass that updates each layer as soon as it can.

    What goes back from a layer passes through its new weights, while all else that the program
    computes, activations above all, keeps the value of the forward pass.
    """

    def __call__(self, point: Point, at: Pass, step: int) -> list[Update]:
        """Move each layer before the backward pass goes on through it."""
        updates: list[Update] = []
        current = list(point)
        gradient: dict[int, Any] = {}
        for layer in self.layers.walk(current, at.values, gradient.__setitem__):
            for place in self.layers.places[layer]:
                updates.append(self.update(layer, place, gradient[place], point[place], step))
                current[place] = updates[-1].after
        return updates


class Refresh(_Order):
    """Forward and backward pass again after every single update, from the output back."""

    def __call__(self, point: Point, at: Pass, step: int) -> list[Update]:
        """Move the parameters one by one, each by its gradient at the point reached so far."""
        updates: list[Update] = []
        current = list(point)
        for layer, places in enumerate(self.layers.places):
            for place in places:
                update = self.update(layer, place, at.gradient[place], current[place], step)
                current[place] = update.after
                at = self.evaluate(current)
                updates.append(update._replace(value=at.value))
        return updates


def traced(updates: Sequence[Update], layers: Layers, order: str) -> list[Update]:
    """The updates of a step, each with the parameters whose new values its gradient is made of.

    Args:
        updates: in the order in which they were made.
        layers: the layers of the parameters.
        order: the name of the order of updates.
    """
    if order == "simultaneous" or len(updates) > MOST_TRACED:
        return [*updates]
    factors = layers.factors()
    told: list[Update] = []
    for update in updates:
        # The gradients of a layer are known before any of it is moved in place.
        before = [
            each.parameter
            for each in updates[: len(told)]
            if order == "refresh" or each.layer < update.layer
        ]
        known = factors[update.parameter]
        told.append(update._replace(through=[place for place in before if known >> place & 1]))
    return told


Order = Simultaneous | InPlace | Refresh

ORDERS: dict[str, type[Order]] = {
    "simultaneous": Simultaneous,
    "in-place": InPlace,
    "refresh": Refresh,
}
"""The orders by name."""


def check_update(name: str) -> None:
    """Refuse what is no order of updates.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in UPDATES:
        raise UsageError(
            "update",
            f"there is no update '{name}'",
            hint=nearest(name, UPDATES, "updates"),
        )
