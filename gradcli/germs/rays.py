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
from gradcli.germs.least import dot, least_norm
from gradcli.germs.run import DEPTHS, Beside, Pass, Point, Undecided, Undefined
from gradcli.germs.series import Germ, ray
from gradcli.graph.node import Node

MOST_STEPS = 24
"""How many steps are made towards the gradient of least norm."""

ROUNDING = 1e-6
"""Beside the gradients, what is less in the one of least norm is 0: the steps leave so much."""

_ALMOST = 0.05
"""A direction that moves an input by less than this may be meant to leave it where it is."""

_BESIDE = 2.0**-30

_PROGRESS = 1e-13
"""A step that makes a square smaller by less of it is the last one."""


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
    directions = islice(generic(len(inputs)), most)
    return [limits_along(order, nodes, inputs, at, direction) for direction in directions]


def refined(
    order: Sequence[Node],
    nodes: Sequence[Node],
    inputs: Sequence[Node],
    at: Point,
    found: Sequence[Limits],
) -> list[Limits]:
    """Limits along further rays, against and along the gradient of least norm that is known.

    Of a convex function the one against it is the gradient that brings that nearest to 0, of a
    concave one the one along it, so that some steps find it, be there a gradient for every
    direction. Where a step brings nothing they end.

    Args:
        order: all nodes that they are made of, each after its arguments.
        nodes: the function, and its derivatives by the inputs.
        inputs: what moves.
        at: the values at the point.
        found: the limits that are known, all of them finite.
    """
    known = [*found]
    least = least_norm([each.values[1:] for each in known])
    for _ in range(MOST_STEPS):
        size = max(map(abs, least))
        if size <= ROUNDING * max(abs(part) for each in known for part in each.values[1:]):
            break
        for direction in _along_line(least):
            ray = limits_along(order, nodes, inputs, at, direction)
            if not ray.is_defined or not all(map(math.isfinite, ray.values)):
                return known[len(found) :]
            if ray.values[0] != found[0].values[0]:
                return known[len(found) :]
            known.append(ray)
        nearer = least_norm([each.values[1:] for each in known])
        if dot(nearer, nearer) >= (1 - _PROGRESS) * dot(least, least):
            break
        least = nearer
    return known[len(found) :]


def _along_line(gradient: Sequence[float]) -> list[list[float]]:
    """Both directions along a gradient; where it is almost along fewer inputs, along these, too."""
    size = max(map(abs, gradient))
    line = [-each / size for each in gradient]
    (beside,) = islice(generic(len(gradient)), 1)
    # What stands still there is moved by next to nothing, so that no tie is met along the ray.
    along = [
        each if abs(each) > _ALMOST else _BESIDE * off
        for each, off in zip(line, beside, strict=True)
    ]
    lines = [line] if along == line else [line, along]
    return [direction for each in lines for direction in (each, [-part for part in each])]


def limits_along(
    order: Sequence[Node],
    nodes: Sequence[Node],
    inputs: Sequence[Node],
    at: Point,
    direction: Sequence[float],
) -> Limits:
    """The limits of nodes along one ray; arguments as of `limits`."""
    germs = _along(order, nodes, dict(zip(inputs, direction, strict=True)), at)
    is_defined = not isinstance(germs[0], Undefined)
    return Limits(direction, tuple(map(_limit, germs)), is_defined)


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
