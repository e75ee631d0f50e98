"""The methods of descent as a table: each turns gradients into the direction to go.

A parameter moves by w ← w − η·d. The direction d depends on the parameter's own gradient g, on
what was remembered of its earlier ones (s, at first 0), and on the number t of the step, from 1.
So every method works with every order of updates.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from gradcli.errors import UsageError
from gradcli.hints import nearest

MOMENTUM = 0.9
"""μ: how much of the last direction is kept."""

DECAY = 0.9
"""ρ of rmsprop, as in the lecture."""

DECAY_1, DECAY_2 = 0.9, 0.999
"""β₁ and β₂ of adam, as in the paper."""

TINY = 1e-8
"""ε: what keeps a quotient of two zeros from being one."""

Direction = Callable[[float, list[float], int], float]


class Method(NamedTuple):
    """A method of descent.

    Attributes:
        direction: gradient, memory (changed in place) and step to direction.
        memory: how many numbers are remembered for each parameter.
        lr: the learning rate η unless one is given.
        formula: the same for people.
        source: where the formula comes from.
    """

    direction: Direction
    memory: int
    lr: float
    formula: str
    source: str


def _gd(g: float, s: list[float], t: int) -> float:
    del s, t
    return g


def _momentum(g: float, s: list[float], t: int) -> float:
    del t
    s[0] = MOMENTUM * s[0] + g
    return s[0]


def _nesterov(g: float, s: list[float], t: int) -> float:
    del t
    s[0] = MOMENTUM * s[0] + g
    return g + MOMENTUM * s[0]


def _adagrad(g: float, s: list[float], t: int) -> float:
    del t
    s[0] += g * g
    return g / (math.sqrt(s[0]) + TINY)


def _rmsprop(g: float, s: list[float], t: int) -> float:
    del t
    s[0] = DECAY * s[0] + (1 - DECAY) * g * g
    return g / (math.sqrt(s[0]) + TINY)


def _adam(g: float, s: list[float], t: int) -> float:
    s[0] = DECAY_1 * s[0] + (1 - DECAY_1) * g
    s[1] = DECAY_2 * s[1] + (1 - DECAY_2) * g * g
    mean = s[0] / (1 - DECAY_1**t)
    square = s[1] / (1 - DECAY_2**t)
    return mean / (math.sqrt(square) + TINY)


METHODS = {
    "gd": Method(_gd, 0, 0.1, "d = g", "Cauchy 1847"),
    "momentum": Method(
        _momentum,
        1,
        0.01,
        "s ← 0.9·s + g; d = s",
        "Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
    ),
    "nesterov": Method(
        _nesterov,
        1,
        0.01,
        "s ← 0.9·s + g; d = g + 0.9·s",
        "Nesterov, A method of solving a convex programming problem with convergence rate "
        "O(1/k²), 1983; with constant momentum, and in the variables at which the gradient is "
        "taken: Bengio et al., Advances in optimizing recurrent networks, 2013",
    ),
    "adagrad": Method(
        _adagrad,
        1,
        0.01,
        "s ← s + g²; d = g/(√s + 1e-8)",
        "Duchi, Hazan, Singer, Adaptive subgradient methods, JMLR 2011",
    ),
    "rmsprop": Method(
        _rmsprop,
        1,
        0.001,
        "s ← 0.9·s + 0.1·g²; d = g/(√s + 1e-8)",
        "Hinton, Neural networks for machine learning, lecture 6e, 2012",
    ),
    "adam": Method(
        _adam,
        2,
        0.001,
        "m ← 0.9·m + 0.1·g; v ← 0.999·v + 0.001·g²; d = m/(1 − 0.9^t)/(√(v/(1 − 0.999^t)) + 1e-8)",
        "Kingma, Ba, Adam: a method for stochastic optimization, ICLR 2015",
    ),
}
"""The methods by name."""


def find_method(name: str) -> Method:
    """The method of this name.

    Raises:
        UsageError: there is none.
    """
    if name not in METHODS:
        raise UsageError(
            "method",
            f"there is no method '{name}'",
            hint=nearest(name, METHODS, "methods"),
        )
    return METHODS[name]


class Memory:
    """What a method remembers of each parameter, and how it moves them."""

    def __init__(self, method: Method, lr: float, parameters: int) -> None:
        self._direction = method.direction
        self._state = [[0.0] * method.memory for _ in range(parameters)]
        self.lr = lr

    def direction(self, parameter: int, gradient: float, step: int) -> float:
        """The direction d of a parameter for its gradient, in a step counted from 1."""
        return self._direction(gradient, self._state[parameter], step)
