"""Arrays as text: a literal of the language, or as much of it as there is room for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradcli.evaluation.objects import literal

ROOM = 24
"""An array is written whole up to this width."""

FIRST = 3
"""How many entries of a longer one are shown."""


def summary(
    values: Any, show: Callable[[float], str], *, ellipsis: str, times: str, whole: bool
) -> str:
    """Return an array whole if it is short, else its shape, first entries and norm.

    Args:
        values: the array.
        show: writes a number.
        ellipsis: stands for what is left out.
        times: stands between the lengths of a shape.
        whole: write it whole in any case.
    """
    entries = values.ravel()
    if entries.size * 3 <= ROOM or whole:
        written = literal(values, show)
        if len(written) <= ROOM or whole:
            return written
    first = ", ".join(show(float(each)) for each in entries[:FIRST])
    rest = f", {ellipsis}" if entries.size > FIRST else ""
    size = show(math.hypot(*entries.tolist()))
    return f"{times.join(map(str, values.shape))} [{first}{rest}] norm {size}"
