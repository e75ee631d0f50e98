"""How much is listed and counted, for the command line and for the library."""

from __future__ import annotations

from collections.abc import Sequence

from gradcli.errors import Sentence, UsageError

MOST_PATHS = 100_000
"""How many paths can be listed."""

DEFAULT_PATHS = 20
"""How many are listed unless more or fewer are asked for."""

MOST_LAYERS = 10_000

MOST_NEURONS = 10**12


def check_layers(sizes: Sequence[int], most: int, example: str) -> None:
    """Refuse a net that has no two layers, or a layer with no neurons or too many.

    Args:
        sizes: neurons of each layer.
        most: how many a layer may have.
        example: what could be written instead.

    Raises:
        UsageError: the sizes are none of a net.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        message = "a net has at least two layers, each of at least one neuron"
        raise UsageError("layers", message, hint=Sentence("for instance: ", example))
    if max(sizes) > most:
        message = f"a layer has at most {most:,} neurons"
        raise UsageError("layers", message, hint="make it smaller")


def check_most(most: int, name: str) -> None:
    """Refuse to list more paths than can be, or fewer than none.

    Args:
        most: how many are to be listed.
        name: what that is called.

    Raises:
        UsageError: it is out of range.
    """
    if not 0 <= most <= MOST_PATHS:
        message = f"{name} is a number from 0 to {MOST_PATHS:,}"
        raise UsageError("max-paths", message, hint=f"{DEFAULT_PATHS} by default")
