"""Where edges lead."""

from __future__ import annotations

from enum import Enum


class Direction(Enum):
    """Where edges lead."""

    RIGHT = "right"
    DOWN = "down"
