"""Arrays as text: a literal of the language, or as much of it as there is room for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcli.views.lines.page import Display

ROOM = 24
"""An array is written whole up to this width."""

FIRST = 3
"""How many entries of a longer one are shown."""


def literal(values: Any, show: Callable[[float], str]) -> str:
    """Return an array as it is written in the language: ``[[1, 2], [3, 4]]``."""
    return _written(values.tolist(), show)


def _written(values: Any, show: Callable[[float], str]) -> str:
    if not isinstance(values, list):
        return show(values)
    return f"[{', '.join([_written(each, show) for each in values])}]"


def summary(values: Any, display: Display) -> str:
    """Return an array whole if it is short, else its shape, first entries and norm."""
    entries = values.ravel()
    if entries.size * 3 <= ROOM or display.limit is None:
        whole = literal(values, display.number)
        if len(whole) <= ROOM or display.limit is None:
            return whole
    shape = ((display.is_ascii and "x") or "×").join(map(str, values.shape))
    first = ", ".join(display.number(float(each)) for each in entries[:FIRST])
    size = math.hypot(*entries.tolist())
    rest = f", {display.symbols.ellipsis}" if entries.size > FIRST else ""
    return f"{shape} [{first}{rest}] norm {display.number(size)}"
