"""The three readings of "update and go on": when a gradient is computed, and when it is used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from gradcli.errors import UsageError
from gradcli.hints import nearest
from gradcli.learn.layers import Layers
from gradcli.learn.methods import Memory

UPDATES = {
    "simultaneous": "all gradients first, then all updates; what libraries do",
    "in-place": "one forward pass; on the way back each layer is updated as soon as its gradients "
    "are known, and what goes back from there passes through the new weights, while the "
    "activations stay those of the forward pass",
    "refresh": "forward and backward pass are run again after every single update, the parameters "
    "taken from the output back",
}
"""The readings by name."""


class Turn(NamedTuple):
    """One parameter's update.

    Attributes:
        layer: counted from the output, which is 0.
        parameter: its place.
        gradient: the derivative that is used.
        direction: what the method makes of it.
        before: the parameter.
        after: before − η·direction.
        value: the output, evaluated anew after the update; None unless that is done.
    """

    layer: int
    parameter: int
    gradient: float
    direction: float
    before: float
    after: float
    value: float | None = None


class Pass(NamedTuple):
    """What a forward and backward pass gives."""

    value: float
    gradient: list[float]
    values: Sequence[float]


Evaluate = Callable[[Sequence[float]], Pass]


class Update(Protocol):
    """One step of all parameters: from a point and its pass to the turns that are taken."""

    def __call__(self, point: Sequence[float], at: Pass, step: int) -> list[Turn]: ...


class _Reading:
    def __init__(self, evaluate: Evaluate, layers: Layers, memory: Memory) -> None:
        self.evaluate = evaluate
        self.layers = layers
        self.memory = memory

    def turn(self, layer: int, place: int, gradient: float, before: float, step: int) -> Turn:
        direction = self.memory.direction(place, gradient, step)
        after = before - self.memory.lr * direction
        return Turn(layer, place, gradient, direction, before, after)


class Simultaneous(_Reading):
    """All gradients at one point, then all updates."""

    def __call__(self, point: Sequence[float], at: Pass, step: int) -> list[Turn]:
        """Move every parameter by its gradient at the point."""
        return [
            self.turn(layer, place, at.gradient[place], point[place], step)
            for layer, places in enumerate(self.layers.places)
            for place in places
        ]


class InPlace(_Reading):
    """Layer by layer on the way back, with the forward pass as it was."""

    def __call__(self, point: Sequence[float], at: Pass, step: int) -> list[Turn]:
        """Move each layer before the way back goes on through it."""
        turns: list[Turn] = []
        current = list(point)
        gradient: dict[int, float] = {}
        for layer in self.layers.walk(current, at.values, gradient.__setitem__):
            for place in self.layers.places[layer]:
                turns.append(self.turn(layer, place, gradient[place], point[place], step))
                current[place] = turns[-1].after
        return turns


class Refresh(_Reading):
    """One parameter after the other, each by its gradient at the point reached so far."""

    def __call__(self, point: Sequence[float], at: Pass, step: int) -> list[Turn]:
        """Move the parameters one by one, from the output back."""
        turns: list[Turn] = []
        current = list(point)
        for layer, places in enumerate(self.layers.places):
            for place in places:
                turn = self.turn(layer, place, at.gradient[place], current[place], step)
                current[place] = turn.after
                at = self.evaluate(current)
                turns.append(turn._replace(value=at.value))
        return turns


_READINGS: dict[str, type[Simultaneous | InPlace | Refresh]] = {
    "simultaneous": Simultaneous,
    "in-place": InPlace,
    "refresh": Refresh,
}


def make_update(name: str, evaluate: Evaluate, layers: Layers, memory: Memory) -> Update:
    """The reading of this name.

    Args:
        name: one of `UPDATES`.
        evaluate: runs forward and backward pass at a point.
        layers: the layers of the parameters.
        memory: the method.
    """
    return _READINGS[name](evaluate, layers, memory)


def check_update(name: str) -> None:
    """Refuse what is no reading.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in UPDATES:
        raise UsageError(
            "update",
            f"there is no update '{name}'",
            hint=nearest(name, UPDATES, "updates"),
        )
