"""The points of a range, ``0..3:0.5``, that a variable goes through."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from gradcli.errors import Option, Sentence, UsageError
from gradcli.evaluation.elements import number

MOST = 1_000_000
"""A grid has so many points at most."""

_FEW = 100
"""So many steps has a range that is proposed where one has too many."""


def is_range(text: object) -> bool:
    """Whether a value is a range and not a number: ``0..3``, but no file, array, or ``sum(…)``."""
    if not isinstance(text, str) or ".." not in text or text.lstrip().startswith("@"):
        return False
    parts = text.split("..")
    # In brackets it is a part of a constant expression: sum(i for i in 1..3).
    return any(
        sum(map(before.count, "([{")) == sum(map(before.count, ")]}"))
        for before in accumulate(parts[:-1])
    )


def points(text: str, name: str) -> list[float]:
    """The numbers of a range, from its start on by its step, 1 if none is given, up to its end.

    An end that the steps do not meet is left out. Where start and step are written in decimals the
    points are, too: the fourth of ``0..1:0.1`` is 0.3.

    Raises:
        InputError: a part is no number.
        UsageError: an end is not finite; the step leads away from it, is 0, or makes too many
            points.
    """
    parts = _parts(text, name)
    start, end, step = (number(part.strip(), name) for part in parts)
    _refuse_endless(parts, (start, end, step), text, name)
    steps = (end - start) / step
    exact = [_decimal(part) for part in parts]
    known = [each for each in exact if each is not None]
    if len(known) == len(exact):
        begin, stop, by = known
        return [float(begin + by * at) for at in range((stop - begin) // by + 1)]
    # As of 0..2pi:pi/4: what is a rounding away from a whole number of steps is meant to be one.
    count = round(steps) if math.isclose(steps, round(steps), rel_tol=1e-12) else int(steps)
    found = [start + step * at for at in range(count + 1)]
    if count == round(steps) and count:
        found[-1] = end
    return found


def _parts(text: str, name: str) -> list[str]:
    """The start, the end and the step as they are written."""
    ends, colon, width = text.partition(":")
    first, _, last = ends.partition("..")
    parts = [first, last, width if colon else "1"]
    if not all(part.strip(" .") for part in parts) or "..." in text or ".." in last or ":" in width:
        raise UsageError(
            "range",
            f"the range of '{name}' cannot be read: {text}",
            hint=Sentence("write ", Option(name, "0..3:0.5")),
        )
    return parts


def _refuse_endless(
    parts: Sequence[str], numbers: tuple[float, float, float], text: str, name: str
) -> None:
    """Refuse a range that never ends, or has too many points."""
    (first, last), (start, end, step) = map(str.strip, parts[:2]), numbers
    if not all(map(math.isfinite, (start, end, step))):
        message = f"the range of '{name}' has no end: {text}"
        raise UsageError("range", message, hint=Sentence("write ", Option(name, "0..3:0.5")))
    if step == 0 or (end - start) * step < 0:
        away = f"the step {step:g} leads nowhere" if step == 0 else "the step leads away from it"
        proposed = _number(abs(step) or 1.0) if end > start else f"-{_number(abs(step) or 1.0)}"
        raise UsageError(
            "range",
            f"the range of '{name}' never reaches {last}: {away}",
            hint=Sentence("write ", Option(name, f"{first}..{last}:{proposed}")),
        )
    if not (end - start) / step < MOST:
        proposed = _number(float(f"{(end - start) / _FEW:.1g}"))
        raise UsageError(
            "limit",
            f"the range of '{name}' has more than {MOST:,} points",
            hint=Sentence("take a longer step: ", Option(name, f"{first}..{last}:{proposed}")),
        )


def _decimal(text: str) -> Fraction | None:
    """A number that is written in decimals, exactly."""
    try:
        return Fraction(text.strip()) if "/" not in text and "_" not in text else None
    except ValueError:
        return None


def _number(value: float) -> str:
    return f"{value:g}"


def refuse_many(counts: dict[str, int]) -> None:
    """Refuse a grid of too many points.

    Raises:
        UsageError: it has.
    """
    if math.prod(counts.values()) > MOST:
        product = " times ".join(f"{count:,}" for count in counts.values())
        raise UsageError(
            "limit",
            f"the grid has {product} points, and more than {MOST:,} are not tabulated",
            hint="take longer steps, or give some of the variables a single value",
        )
