"""How to descend: method, rate, number of steps, tolerance and order of updates, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradcli.errors import UsageError
from gradcli.learn.methods import find_method
from gradcli.learn.names import METHODS
from gradcli.learn.updates import check_update

MOST_STEPS = 10_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How to descend.

    Attributes:
        method: one of `gradcli.learn.names.METHODS`.
        lr: the learning rate η; None for that of the method.
        steps: the most steps that are taken.
        tol: it has converged when the gradient is at most this long.
        update: one of `gradcli.learn.names.UPDATES`.
    """

    method: str = "gd"
    lr: float | None = None
    steps: int = 100
    tol: float = 1e-8
    update: str = "simultaneous"

    def check(self) -> None:
        """Refuse what cannot be.

        Raises:
            UsageError: a name is unknown or a number out of its range.
        """
        find_method(self.method)
        check_update(self.update)
        if self.lr is not None and not (math.isfinite(self.lr) and self.lr > 0):
            raise UsageError("lr", "the learning rate --lr is a number above 0")
        if not 1 <= self.steps <= MOST_STEPS:
            raise UsageError("steps", f"--steps is a number from 1 to {MOST_STEPS:,}")
        if not (math.isfinite(self.tol) and self.tol >= 0):
            raise UsageError("tol", "--tol is a number from 0 on: the length of a gradient")

    @property
    def rate(self) -> float:
        """The learning rate."""
        return METHODS[self.method] if self.lr is None else self.lr
