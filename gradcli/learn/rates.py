"""A learning rate that does better where one has diverged: proposed because it was tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from gradcli.learn.names import METHODS
from gradcli.learn.result import DIVERGED

if TYPE_CHECKING:
    from gradcli.learn.descend import Descender
    from gradcli.learn.result import Descent
    from gradcli.learn.settings import Settings

MOST_TRIED = 10_000
"""So many steps are tried with each rate, if the descent may take more."""


def smaller_rate(descender: Descender, settings: Settings) -> Descent | None:
    """A descent with a smaller rate that does not diverge and ends lower than it began.

    Args:
        descender: the program.
        settings: those that diverged.

    Returns:
        The first one found, its rate among its settings; None if every rate tried diverges, too.
    """
    steps = min(settings.steps, MOST_TRIED)
    for rate in _rates(settings):
        tried = descender.run(replace(settings, lr=rate, steps=steps))
        if tried.stopped != DIVERGED and tried.value <= tried.steps[0].value:
            return tried
    return None


def _rates(settings: Settings) -> Iterator[float]:
    """A tenth, a hundredth, … of the rate, then the same of the one that the method has itself."""
    usual = METHODS[settings.method]["lr"]
    for start in (settings.rate, 10 * usual):
        for power in range(1, 7):
            # Divided by a power of ten and read again, so that 0.3 becomes 0.03.
            rate = float(f"{start / 10**power:.3g}")
            if 0 < rate < settings.rate:
                yield rate
