"""Limits along rays: what is left where a function is not piecewise linear to first order.

A norm at 0, or a quotient that is 0/0, has another gradient in every direction. The nodes of its
derivatives, of any order, are evaluated as germs along some rays: where the limits differ there is
a kink, and where they agree that is no proof, but all that was tried.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from gradcli.germs.cells import are_same, generic
from gradcli.germs.run import DEPTHS, Beside, Pass, Point, Undecided, Undefined
from gradcli.germs.series import Germ, ray
from gradcli.graph.node import Node


class Limits(NamedTuple):
    """The limits of some nodes along one ray.

    Attributes:
        direction: how fast each input moves.
        values: the limit of each node, which may be infinite; NaN where there is none, or none is
            known.
        is_defined: whether the first node has a value there.
    """

    direction: Sequence[float]
    values: tuple[float, ...]
    is_defined: bool = True


def limits(
    order: Sequence[Node],
    nodes: Sequence[Node],
    inputs: Sequence[Node],
    at: Point,
    most: int | None = None,
) -> list[Limits]:
    """The limits of nodes, such as adjoints, along rays on no plane that anybody has in mind.

    Args:
        order: all nodes that they are made of, each after its arguments.
        nodes: what is asked for.
        inputs: what moves.
        at: the values at the point.
        most: along how many rays; None for some for each input. Each is followed by its opposite,
            and the first leads to the right.
    """
    found = []
    for direction in islice(generic(len(inputs)), most):
        rates = dict(zip(inputs, direction, strict=True))
        germs = _along(order, nodes, rates, at)
        is_defined = not isinstance(germs[0], Undefined)
        found.append(Limits(direction, tuple(map(_limit, germs)), is_defined))
    return found


def agree(found: Sequence[Limits]) -> bool:
    """Whether all limits are finite, and the same along every ray."""
    first, *others = [each.values for each in found]
    return all(map(math.isfinite, first)) and all(are_same(first, each) for each in others)


def _along(
    order: Sequence[Node], nodes: Sequence[Node], rates: dict[Node, float], at: Point
) -> list[Beside]:
    seeds = {node: ray(at(node), rate) for node, rate in rates.items()}
    found: list[Beside] = []
    for depth in DEPTHS:
        side = Pass(at, seeds, depth)
        side.run(order)
        found = [side.of(node) for node in nodes]
        if not any(map(_needs_more, found)):
            break
    return found


def _needs_more(beside: Beside) -> bool:
    """Whether more terms might tell a limit that is not known."""
    if isinstance(beside, Germ):
        return beside.err <= 0 and not _is_known(beside)
    return isinstance(beside, Undecided) and beside.helps


def _is_known(germ: Germ) -> bool:
    return germ.err > 0 or bool(germ.terms)


def _limit(beside: Beside) -> float:
    return beside.limit if isinstance(beside, Germ) and _is_known(beside) else math.nan
