"""How many standard uncertainties cover a share of what is possible: normal and Student's t.

Sources: JCGM 100:2008 (GUM), annex G; Abramowitz and Stegun, 26.7.1 for the distribution of t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gradcli.engine.beyond import compute, is_number
from gradcli.engine.functions.quantiles import normal_quantile
from gradcli.engine.scalar import operation
from gradcli.errors import Option, Sentence, UsageError

USUAL = 2.0
"""The factor where nothing else is asked for."""

_STEPS = 200
"""Bisections at most; a float has no more digits than some 64 of them find."""


def check(factor: float | None, level: float | None) -> None:
    """Refuse what is no coverage.

    Raises:
        UsageError: the factor is not above 0, or the level is not between 0 and 1.
    """
    if factor is not None and not 0 < factor < math.inf:
        hint = f"{USUAL:g} by default"
        raise UsageError("coverage", f"a coverage factor is above 0, not {factor:g}", hint=hint)
    if level is not None and not 0 < level < 1:
        hint = Sentence("write ", Option("level", "0.95"))
        if 1 < level < 100:
            hint = Sentence("write ", Option("level", f"{level / 100:g}"))
        raise UsageError(
            "level", f"a level of confidence is between 0 and 1, not {level:g}", hint=hint
        )


def factor_of(level: float, freedom: float) -> float:
    """The coverage factor of a level of confidence: the quantile of t for (1 + level)/2.

    Args:
        level: between 0 and 1.
        freedom: degrees of freedom, infinite for the normal distribution; what is not whole is
            rounded down, as GUM G.4.1 says, but not below 1.
    """
    if math.isinf(freedom):
        return -normal_quantile((1 - level) / 2)
    return _quantile_of_t(level, max(math.floor(freedom), 1))


def _quantile_of_t(level: float, freedom: int) -> float:
    """The t with P(|T| < t) = level."""
    low, high = 0.0, 1.0
    while not _covers(high, level, freedom):
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (low, middle) if _covers(middle, level, freedom) else (middle, high)
    return high


def _covers(t: float, level: float, freedom: int) -> bool:
    """Whether P(|T| < t) is the level or more: the incomplete beta function, of the smaller part.

    P(|T| < t) = I(1/2, ν/2) at t²/(ν + t²), and P(|T| > t) = I(ν/2, 1/2) at ν/(ν + t²).
    """
    part = operation("betainc")
    whole = freedom + t * t
    if level < 0.5:
        return part(0.5, freedom / 2, t * t / whole) >= level
    return part(freedom / 2, 0.5, freedom / whole) <= 1 - level


def effective_freedom(contributions: Sequence[float], freedoms: Sequence[float]) -> float:
    """The degrees of freedom of a sum of independent parts: Welch and Satterthwaite, GUM G.2b.

    Args:
        contributions: what each input gives to the uncertainty, c·u.
        freedoms: its degrees of freedom, infinite for what is known exactly.
    """
    largest = max(map(abs, contributions), default=0.0)
    if not largest or not is_number(largest):
        return math.inf
    parts = [float(compute("div", each, largest)) for each in contributions]
    below = math.fsum(part**4 / freedom for part, freedom in zip(parts, freedoms, strict=True))
    return math.fsum(part**2 for part in parts) ** 2 / below if below else math.inf
