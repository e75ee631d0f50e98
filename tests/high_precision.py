"""Formulas in many digits, read by Python and computed by mpmath: nothing of ours takes part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from accuracy_cases import CASES
from mpmath import mp, mpf

DIGITS = 40

with mp.workdps(4 * DIGITS):
    _TAU = 2 * mp.pi  # a number, of the digits that are asked for here, where pi has all

NAMES: dict[str, Any] = {
    **{case.name: case.reference for case in CASES},
    "pi": mp.pi,
    "e": mp.e,
    "tau": _TAU,
}
"""The references of the accuracy cases, by the names that formulas call them by."""


class Formula:
    """A formula of the part of the language that is Python as well, but for the power."""

    def __init__(self, source: str, names: Sequence[str]) -> None:
        python = f"lambda {', '.join(names)}: {source.replace('^', '**')}"
        self.names = tuple(names)
        self._function = eval(python, dict(NAMES))  # noqa: S307  (Python is the reference)

    def value(self, point: Mapping[str, float]) -> Any:
        """The value in `DIGITS` digits."""
        with mp.workdps(DIGITS):
            return +self._function(*[mpf(point[name]) for name in self.names])

    def derivative(self, point: Mapping[str, float], *names: str) -> Any:
        """A partial derivative by differences of values in many more digits."""
        orders = tuple(names.count(name) for name in self.names)
        with mp.workdps(2 * DIGITS):
            place = tuple(mpf(point[name]) for name in self.names)
            return +mp.diff(self._function, place, orders)
