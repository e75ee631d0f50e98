"""How much is said, and in which colours: what a command line and the environment ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

_VALUED = "--color"


WHEN = AUTO, ALWAYS, NEVER = "auto", "always", "never"
"""When there are colours; ``auto`` is on a terminal."""


def asked_for(words: Sequence[str]) -> str:
    """What a command line says of colours; words that say nothing are refused by others."""
    if "--no-color" in words:
        return NEVER
    said = [word.partition("=")[2] for word in words if word.startswith(f"{_VALUED}=")]
    said += [value for word, value in pairwise(words) if word == _VALUED]
    return next((when for when in WHEN if when in said[-1:]), AUTO)


def has_color(when: str, variables: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether there are colours.

    What is typed comes first, then ``NO_COLOR``, then ``FORCE_COLOR``, then what a terminal can.
    """
    if when != AUTO:
        return when == ALWAYS
    if variables.get("NO_COLOR"):
        return False
    if variables.get("FORCE_COLOR", "0") not in {"", "0", "false"}:
        return True
    return is_terminal and variables.get("TERM") != "dumb"
