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


def summary(  # noqa: PLR0913  (what a display knows)
    values: Any,
    show: Callable[[float], str],
    *,
    ellipsis: str,
    times: str,
    whole: bool,
    room: int,
) -> str:
    """Return an array whole if it is short, else its shape, first entries and norm.

    Args:
        values: the array.
        show: writes a number.
        ellipsis: stands for what is left out.
        times: stands between the lengths of a shape.
        whole: write it whole in any case.
        room: fewer of its first entries are shown where these are wider, but one.
    """
    entries = values.ravel()
    if entries.size * 3 <= ROOM or whole:
        written = literal(values, show)
        if len(written) <= ROOM or whole:
            return written
    first = [show(float(each)) for each in entries[:FIRST]]
    shape, size = times.join(map(str, values.shape)), show(math.hypot(*entries.tolist()))
    while True:
        rest = [ellipsis] if entries.size > len(first) else []
        written = f"{shape} [{', '.join([*first, *rest])}] norm {size}"
        if len(written) <= room or len(first) < 2:
            return written
        first.pop()
