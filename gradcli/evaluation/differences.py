"""Slopes by central differences: what the rules that a program brings along are checked against."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from gradcli.errors import ParseError, Span
from gradcli.graph.own import OwnRule

TOLERANCE = 1e-6
"""How far a derivative may be from differences, beside its size."""


class Difference(NamedTuple):
    """A slope by differences, and how far off it may be."""

    value: float
    error: float

    def agrees(self, found: float) -> bool:
        """Whether a derivative is this one, as far as differences can tell."""
        size = max(abs(found), abs(self.value))
        return abs(found - self.value) <= self.error + TOLERANCE * size


def difference(at: Callable[[float], float], scale: float) -> Difference | None:
    """The slope of a function at a distance of 0; None where differences do not settle down.

    Args:
        at: its value at a distance.
        scale: what distance is great.
    """
    steps = [1e-3 * scale, 5e-4 * scale, 2.5e-4 * scale]
    slopes = [(at(step) - at(-step)) / (2 * step) for step in steps]
    first, second = ((4 * fine - rough) / 3 for rough, fine in pairwise(slopes))
    rounding = 1e-12 * max(abs(at(0.0)), abs(first)) / (1e-4 * scale)
    error = 4 * abs(second - first) + rounding
    is_settled = math.isfinite(second) and error <= 1e-3 * (1e-3 + abs(second))
    return Difference(second, error) if is_settled else None


def refused(rule: OwnRule, message: str, more: str = "") -> ParseError:
    """The error for a rule that is no derivative of its value, with more of a way out."""
    return ParseError(
        "rule",
        f"the rule of '{rule.name}' is wrong: {message}",
        span=Span(0, len(rule.source)),
        source=rule.source,
        hint=f"the derivative of a value is what its differences come to; mend the line{more}",
    )
