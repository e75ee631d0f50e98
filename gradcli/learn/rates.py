"""A learning rate that does better where one has diverged: proposed because it was tried."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gradcli.learn.curvature import spectrum
from gradcli.learn.names import METHODS
from gradcli.learn.result import CONVERGED, DIVERGED

if TYPE_CHECKING:
    from gradcli.learn.descend import Descender
    from gradcli.learn.result import Descent
    from gradcli.learn.settings import Settings

MOST_TRIED = 10_000
"""So many steps are tried with each rate, if the descent may take more."""

MOST_WORSE = 2
"""After so many rates that do worse than the best one before, no smaller one is tried."""

_DIRECTIONS = 8
"""In so many directions it is looked how the function curves."""


def smaller_rate(descender: Descender, settings: Settings) -> Descent | None:
    """A descent with a smaller rate that ends lower than it began, and lower than its neighbours.

    A rate just below those that diverge may do no more than go to and fro.

    Args:
        descender: the program.
        settings: those that diverged.

    Returns:
        The best one found, its rate among its settings; None if the value falls with none.
    """
    steps = min(settings.steps, MOST_TRIED)
    best: Descent | None = None
    worse = 0
    for rate in _rates(descender, settings):
        tried = descender.run(replace(settings, lr=rate, steps=steps))
        if tried.stopped == DIVERGED or not tried.value < tried.steps[0].value:
            continue
        if best is None or tried.value < best.value:
            best, worse = tried, 0
        else:
            worse += 1
        if worse == MOST_WORSE or (best.stopped == CONVERGED and worse):
            break
    return best


def _rates(descender: Descender, settings: Settings) -> Iterator[float]:
    """A tenth, a hundredth, … of the rate, then of one more than the method has itself.

    At last of one that is too large for the greatest curvature where the descent begins.
    """
    tried: set[float] = set()
    for first in _too_large(descender, settings):
        for power in range(1, 7):
            # Divided by a power of ten and read again, so that 0.3 becomes 0.03.
            rate = float(f"{first / 10**power:.3g}")
            if 0 < rate < settings.rate and rate not in tried:
                tried.add(rate)
                yield rate


def _too_large(descender: Descender, settings: Settings) -> Iterator[float]:
    """What rates are made of, as powers of ten below it; what costs something comes last."""
    yield settings.rate
    yield 10 * METHODS[settings.method]["lr"]
    objective = descender.objective
    point = objective.vector(objective.start)
    times = partial(objective.hessian_times, point)
    with objective.quietly():
        along = spectrum(times, objective.gradient(point), _DIRECTIONS)
    greatest = max(along.curvatures) if along is not None else 0.0
    if 0 < greatest < math.inf:  # in a bowl, steps go up from a rate of 2/curvature on
        yield float(f"1e{math.floor(math.log10(2 / greatest)) + 1}")
