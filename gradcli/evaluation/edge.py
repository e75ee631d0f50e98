"""One edge of the chain rule in numbers: the twin of `gradcli.calculus.edge`.

Whatever multiplies the number of a local partial, along the paths to an output or through a neuron
in a picture, does it here. The slope of an edge is the number of
its partial, and None where nothing comes along: in a branch that is not taken (where the number
may be infinite), through what is only compared, and for an argument that is a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar, overload

from gradcli.calculus.guards import opened
from gradcli.engine.beyond import product, total
from gradcli.graph import operations
from gradcli.graph.node import Node

Place = TypeVar("Place", bound=Hashable)


def slope(partial: Node | None, value: Callable[[Node], float]) -> float | None:
    """The number of a local partial, None where nothing comes along.

    Of an array it is an array, with 0 where nothing comes along.

    Args:
        partial: ∂node/∂argument, or None for a constant argument.
        value: the number of a node, asked for the partial and the conditions in it.
    """
    if partial is None or operations.is_value(partial, 0):
        return None
    guards, _ = ([], partial) if partial.shape else opened(partial)
    is_taken = all(_holds(condition, value) == holds for condition, holds in guards)
    return value(partial) if is_taken else None


def _holds(condition: Node, value: Callable[[Node], float]) -> bool:
    """Whether a condition holds: beside a point also a number does that vanishes at it."""
    holds = getattr(value, "holds", value)
    return bool(holds(condition))


def slopes(
    partials: Sequence[Node | None], value: Callable[[Node], float]
) -> tuple[float | None, ...]:
    """The slopes of the edges into a node, one for each argument."""
    return tuple([slope(partial, value) for partial in partials])


@overload
def along(source: float, slope: float) -> float: ...
@overload
def along(source: float | None, slope: float | None) -> float | None: ...
def along(source: float | None, slope: float | None) -> float | None:
    """What comes along an edge from a node with this total; None for nothing."""
    return None if source is None or slope is None else product(source, slope)


def carry(
    totals: dict[Place, float], edges: Iterable[tuple[Place, Place, float | None]]
) -> dict[Place, float]:
    """Add up, for every node that is reached, the products of slopes over all ways to it.

    Args:
        totals: what the ways begin with, by node; it is added to.
        edges: from, to, and slope; all edges into a node come before those that leave it.
    """
    for source, target, slope in edges:
        share = along(totals.get(source), slope)
        if share is not None:
            before = totals.get(target)
            totals[target] = share if before is None else total(before, share)
    return totals
