"""The methods of descent as a table: each turns gradients into the direction to go.

A parameter moves by w ← w − η·d. The direction d depends on the parameter's own gradient g, on the
optimizer state that its earlier ones left (s, at first 0), and on the number t of the step, from 1.
So every method works with every order of updates. A parameter is a number, or an array whose
entries move as numbers do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from gradcli.errors import Option, Sentence, UsageError
from gradcli.hints import nearest
from gradcli.learn.names import CONSTANTS, METHODS, together
from gradcli.syntax.text import brief

Direction = Callable[[Any, list[Any], int], Any]
"""Gradient, state (changed in place) and step to direction."""


class Method(NamedTuple):
    """A method of descent; the default values of its constants are in `gradcli.learn.names`.

    Attributes:
        make: the direction, made of the method's constants.
        states: how many numbers of state each parameter has.
        formula: the same for people.
        source: where the formula comes from.
    """

    make: Callable[..., Direction]
    states: int
    formula: str
    source: str


def _root(square: Any) -> Any:
    """The square root of a number, or of each entry of an array."""
    return math.sqrt(square) if isinstance(square, float) else square**0.5


def _gd() -> Direction:
    return lambda g, s, t: g  # noqa: ARG005  (the state and the step are those of other methods)


def _momentum(momentum: float) -> Direction:
    def direction(g: Any, s: list[Any], t: int) -> Any:
        del t
        s[0] = momentum * s[0] + g
        return s[0]

    return direction


def _nesterov(momentum: float) -> Direction:
    def direction(g: Any, s: list[Any], t: int) -> Any:
        del t
        s[0] = momentum * s[0] + g
        return g + momentum * s[0]

    return direction


def _adagrad(eps: float) -> Direction:
    def direction(g: Any, s: list[Any], t: int) -> Any:
        del t
        s[0] = s[0] + g * g
        return g / (_root(s[0]) + eps)

    return direction


def _rmsprop(beta2: float, eps: float) -> Direction:
    def direction(g: Any, s: list[Any], t: int) -> Any:
        del t
        s[0] = beta2 * s[0] + (1 - beta2) * g * g
        return g / (_root(s[0]) + eps)

    return direction


def _adam(beta1: float, beta2: float, eps: float) -> Direction:
    def direction(g: Any, s: list[Any], t: int) -> Any:
        s[0] = beta1 * s[0] + (1 - beta1) * g
        s[1] = beta2 * s[1] + (1 - beta2) * g * g
        mean = s[0] / (1 - beta1**t)
        square = s[1] / (1 - beta2**t)
        return mean / (_root(square) + eps)

    return direction


TABLE = {
    "gd": Method(_gd, 0, "d = g", "Cauchy 1847"),
    "momentum": Method(
        _momentum,
        1,
        "s ← μ·s + g; d = s",
        "Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
    ),
    "nesterov": Method(
        _nesterov,
        1,
        "s ← μ·s + g; d = g + μ·s",
        "Nesterov, A method of solving a convex programming problem with convergence rate "
        "O(1/k²), 1983; with constant momentum, and in the variables at which the gradient is "
        "taken: Bengio et al., Advances in optimizing recurrent networks, 2013",
    ),
    "adagrad": Method(
        _adagrad,
        1,
        "s ← s + g²; d = g/(√s + ε)",
        "Duchi, Hazan, Singer, Adaptive subgradient methods, JMLR 2011",
    ),
    "rmsprop": Method(
        _rmsprop,
        1,
        "s ← β₂·s + (1 − β₂)·g²; d = g/(√s + ε)",
        "Hinton, Neural networks for machine learning, lecture 6e, 2012",
    ),
    "adam": Method(
        _adam,
        2,
        "m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; d = m/(1 − β₁^t)/(√(v/(1 − β₂^t)) + ε)",
        "Kingma, Ba, Adam: a method for stochastic optimization, ICLR 2015",
    ),
}
"""The methods by name."""


def check_method(name: str, lr: float | None, constants: Mapping[str, float]) -> None:
    """Refuse a method that does not exist, or numbers that it does not take.

    Args:
        name: of the method.
        lr: its learning rate; None for that of the method.
        constants: values for constants of the methods, by name.

    Raises:
        UsageError: there is no such method, or a number is out of its range or not for it.
    """
    if name not in METHODS:
        raise UsageError(
            "method",
            f"there is no method '{name}'",
            hint=nearest(name, METHODS, "methods"),
        )
    if lr is not None and not (math.isfinite(lr) and lr > 0):
        raise UsageError(
            "lr",
            Sentence("the learning rate ", Option("lr"), " is a number above 0"),
            hint="for instance 0.1",
        )
    for constant, value in constants.items():
        _check_constant(name, constant, value)


def _check_constant(name: str, constant: str, value: float) -> None:
    if constant not in METHODS[name]:
        users = [method for method, own in METHODS.items() if constant in own]
        raise UsageError(
            "constant",
            Sentence(Option(constant), f" is a constant of {together(users)}, not of {name}"),
            hint=Sentence(
                "leave it out, or choose ",
                Option("method", users[-1]),
                "; for a variable of that name write ",
                Option("set", f"{constant}={brief(value)}"),
            ),
        )
    if constant == "eps":
        if math.isfinite(value) and value > 0:
            return
        wanted = "a number above 0"
    elif 0 <= value < 1:
        return
    else:
        wanted = "a number from 0 on and below 1"
    message = Sentence(Option(constant), f", {CONSTANTS[constant]}, is {wanted}")
    raise UsageError("constant", message, hint=f"{brief(METHODS[name][constant])} by default")


class Optimizer:
    """A method at work: its learning rate, and its state for each parameter.

    Args:
        method: its name.
        lr: the learning rate η.
        constants: a value for each of its constants.
        parameters: how many there are.
    """

    def __init__(
        self, method: str, lr: float, constants: Mapping[str, float], parameters: int
    ) -> None:
        found = TABLE[method]
        self._direction = found.make(**constants)
        self._has_state = bool(found.states)
        self._state: list[list[Any]] = [[0.0] * found.states for _ in range(parameters)]
        self.lr = lr

    def direction(self, parameter: int, gradient: Any, step: int) -> Any:
        """The direction d of a parameter for its gradient, in a step counted from 1."""
        return self._direction(gradient, self._state[parameter], step)

    def directions(self, gradient: Sequence[Any], step: int) -> Sequence[Any]:
        """The direction of every parameter in one step."""
        if not self._has_state:
            return gradient  # as the only method without a state has it
        direction = self._direction
        return [direction(g, s, step) for g, s in zip(gradient, self._state, strict=True)]
