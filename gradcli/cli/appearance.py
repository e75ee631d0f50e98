"""How much is said, and in which colours: what a command line and the environment ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise

_VALUED = "--color"


class When(Enum):
    """When there are colours; ``auto`` is on a terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def asked_for(words: Sequence[str]) -> When:
    """What a command line says of colours; words that say nothing are refused by others."""
    if "--no-color" in words:
        return When.NEVER
    said = [word.partition("=")[2] for word in words if word.startswith(f"{_VALUED}=")]
    said += [value for word, value in pairwise(words) if word == _VALUED]
    return next((when for when in When if when.value in said[-1:]), When.AUTO)


def has_color(when: When, variables: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether there are colours.

    What is typed comes first, then ``NO_COLOR``, then ``FORCE_COLOR``, then what a terminal can.
    """
    if when is not When.AUTO:
        return when is When.ALWAYS
    if variables.get("NO_COLOR"):
        return False
    if variables.get("FORCE_COLOR", "0") not in {"", "0", "false"}:
        return True
    return is_terminal and variables.get("TERM") != "dumb"
