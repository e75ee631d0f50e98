"""Where edges enter their targets: in the order in which they come, apart, straight if possible."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.layout.cells import Layers
from gradcli.layout.relax import spread

_ROOMY = 1.5
"""Two arrows stand further apart than they have to where there is room."""


def ports(layers: Layers, middles: Sequence[float], least: float) -> list[float]:
    """The place across at which each edge enters its target.

    Args:
        layers: rows in their final order.
        middles: the middle of each cell across.
        least: between two arrows into a box.
    """
    entering: dict[int, list[int]] = {}
    for edge, (_, target) in enumerate(layers.ends):
        entering.setdefault(target, []).append(edge)
    result = [0.0] * len(layers.ends)
    for box, edges in entering.items():
        middle = middles[box]
        reach = max(layers.cells[box].size.across / 2 - least, 0.0)
        edges.sort(key=lambda edge: middles[layers.ends[edge].last])
        wishes = [middles[layers.ends[edge].last] - middle for edge in edges]
        for edge, offset in zip(edges, _within(wishes, reach, least), strict=True):
            result[edge] = middle + offset
    return result


def _within(wishes: Sequence[float], reach: float, least: float) -> list[float]:
    """Ascending places within reach, apart, and as near to the ascending wishes as that allows."""
    count = len(wishes)
    apart = 2 * reach / (count - 1) if count > 1 else 0.0
    offsets = [place * min(apart, _ROOMY * least) for place in range(count)]
    inside = [min(max(wish, -reach), reach) for wish in wishes]
    last = offsets[-1]
    return [
        min(max(place, offset - reach), offset + reach - last)
        for place, offset in zip(spread(inside, offsets), offsets, strict=True)
    ]
