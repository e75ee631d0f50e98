"""A limit and a slope by values nearby: what is left where first derivatives do not tell.

The slope of sin(x)/x at 0 needs the second derivatives of both parts. Instead the function is
looked at in distances that are halved again and again, and both are extrapolated to 0 (Richardson;
the choice among all extrapolations is that of Ridders, Advances in Engineering Software 4, 1982).
Where they differ by a fractional power of the distance, as sqrt(x^3)/x does, that is taken away
first (Aitken). A slope that grows and grows, as log(x) does, is infinite. What does not settle
down, such as sin(1/x), is not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

_STEPS = range(3, 31)
"""Distances are 2^-3 to 2^-30 times the scale."""

NEAREST = 2.0 ** -_STEPS[-1]
"""The shortest distance."""

_DEEPEST = 6
"""How many powers of the distance are taken away by extrapolation."""

_SETTLED = 1e-6
"""An extrapolation with a greater error, beside the greatest of its terms, is none."""


_LAST = 12
"""How many steps to the limit tell how the terms come there."""

_STEADY = 0.01
"""Parts that differ by less are the same."""


class Nearby(NamedTuple):
    """What a function is seen to be on one side of a point.

    Attributes:
        value: its limit; NaN if it does not settle down.
        slope: its derivative; NaN if that does not.
        error: how far off the value may be.
        slack: how far off the slope may be.
    """

    value: float
    slope: float
    error: float
    slack: float


def nearby(at: Callable[[float], float], scale: float, value: float) -> Nearby | None:
    """What a function is on one side of a point.

    Args:
        at: its value at a distance.
        scale: what distance is great.
        value: its value at the point, from which slopes are taken if it is the limit.

    Returns:
        None where it is not defined on that side.
    """
    distances = [scale * 2.0**-place for place in _STEPS]
    values = [at(distance) for distance in distances]
    if all(map(math.isnan, values)):
        return None
    limit, error = _limit(values)
    if abs(limit - value) <= error:
        limit = value
    slopes = [(y - limit) / h for y, h in zip(values, distances, strict=True)]
    slope, slack = _limit(slopes)
    if math.isnan(slope):
        slope, slack = _without_fractional_power(slopes)
    if math.isnan(slope) and _grows(slopes):
        slope, slack = math.copysign(math.inf, slopes[-1]), 0.0
    return Nearby(limit, slope, error, slack)


def _without_fractional_power(terms: Sequence[float]) -> tuple[float, float]:
    """The limit of terms that come nearer to it by the same part each time, at last."""
    steps = _steps(terms)
    parts = [b / a for a, b in pairwise(steps) if a]
    last = parts[-_LAST:]
    if len(parts) < len(steps) - 1 or not all(0 < part < 1 for part in last):
        return math.nan, math.inf
    if max(last) - min(last) > _STEADY * max(last):
        return math.nan, math.inf
    size = max(map(abs, terms))
    return _limit(
        [c - b * b / (b - a) for c, (a, b) in zip(terms[2:], pairwise(steps), strict=True)], size
    )


def _grows(terms: Sequence[float]) -> bool:
    """Whether terms grow without end: by steps in one direction that do not become shorter."""
    last = _steps(terms)[-_LAST:]
    return all(a * b > 0 and abs(b) >= (1 - _STEADY**2) * abs(a) for a, b in pairwise(last))


def _steps(terms: Sequence[float]) -> list[float]:
    return [b - a for a, b in pairwise(terms)]


def _limit(terms: Sequence[float], size: float = 0.0) -> tuple[float, float]:
    """What terms for halved distances tend to, and how far off that may be; NaN if not known.

    Args:
        terms: the terms.
        size: that of what they were made of.
    """
    if not all(map(math.isfinite, terms)):
        return math.nan, math.inf
    best, least, greatest = math.nan, math.inf, max(size, abs(terms[0]))
    is_settled = False
    row = [terms[0]]
    for term in terms[1:]:
        greatest = max(greatest, abs(term))
        before, row = row, [term]
        for depth, other in enumerate(before[:_DEEPEST], start=1):
            more = (row[-1] - other) / (2**depth - 1)
            row.append(row[-1] + more)
            error = max(abs(more), abs(row[-1] - other))
            if error < least:
                best, least = row[-1], error
                is_settled = error <= _SETTLED * greatest
    if not is_settled:
        return math.nan, math.inf
    slack = 10 * least + _SETTLED**2 * greatest
    return (best if abs(best) > slack else 0.0), slack
