"""The sizes of layers as they are typed: ``784,128,64,10``, or ``2-8x3-1`` for 2, 8, 8, 8, 1."""

from __future__ import annotations

import re

from gradcli.errors import UsageError

LONG = 60
"""A longer text is not repeated in a message."""


def layer_sizes(text: str, most: int, example: str) -> list[int]:
    """How many neurons each layer has.

    Args:
        text: the sizes, with commas or dashes between them; ``8x3`` stands for three layers of 8.
        most: how many layers there may be.
        example: how it is written.

    Raises:
        UsageError: it is no such list, or has too many layers.
    """
    sizes: list[int] = []
    for part in re.split("[-,]", text):
        match = re.fullmatch(r"\s*([0-9]{1,13})\s*(?:[x*×]\s*([0-9]{1,6})\s*)?", part)
        size, times = (int(match[1]), int(match[2] or 1)) if match else (0, 0)
        if not 0 < times <= most - len(sizes):
            raise UsageError(
                "layers",
                f"'{text}' is not a list of layers" if len(text) < LONG else "too many layers",
                hint=f"for instance {example}; at most {most:,} layers",
            )
        sizes += [size] * times
    return sizes
