"""How to descend: method, rate, number of steps, tolerance and order of updates, checked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gradcli.errors import Option, Sentence, UsageError
from gradcli.learn.methods import check_method
from gradcli.learn.names import CONSTANTS, METHODS
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
        momentum: a constant of some methods, as beta1, beta2 and eps are; see
            `gradcli.learn.names.CONSTANTS`. None for that of the method.
    """

    method: str = "gd"
    lr: float | None = None
    steps: int = 100
    tol: float = 1e-8
    update: str = "simultaneous"
    momentum: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    eps: float | None = None

    def check(self) -> None:
        """Refuse what cannot be.

        Raises:
            UsageError: a name is unknown or a number out of its range.
        """
        check_method(self.method, self.lr, self.given)
        check_update(self.update)
        if not 1 <= self.steps <= MOST_STEPS:
            raise UsageError(
                "steps",
                Sentence(Option("steps"), f" is a number from 1 to {MOST_STEPS:,}"),
                hint="100 by default",
            )
        if not (math.isfinite(self.tol) and self.tol >= 0):
            raise UsageError(
                "tol",
                Sentence(Option("tol"), " is a number from 0 on: the length of a gradient"),
                hint="1e-8 by default",
            )

    @property
    def rate(self) -> float:
        """The learning rate."""
        return METHODS[self.method]["lr"] if self.lr is None else self.lr

    @property
    def constants(self) -> dict[str, float]:
        """The method's constants by name."""
        own = {name: value for name, value in METHODS[self.method].items() if name != "lr"}
        return own | self.given

    @property
    def given(self) -> dict[str, float]:
        """The constants that are not left to the method."""
        values = {name: getattr(self, name) for name in CONSTANTS}
        return {name: value for name, value in values.items() if value is not None}
