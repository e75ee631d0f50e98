"""What a function is on either side of a point: limit, slope and curvature, read from its germs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from gradcli.germs.run import DEPTHS, Beside, Pass, Point, Undecided, Undefined
from gradcli.germs.series import Exponent, Germ, ray
from gradcli.graph.node import Graph, Node

SAME = 1e-12
"""Numbers that differ by less, relatively, are one number, rounded in two ways."""


class Side(NamedTuple):
    """A function on one side of a point.

    Attributes:
        limit: what it tends to, which may be infinite; NaN where it has no value or none is known.
        slope: its derivative there, along the line to the right.
        curvature: its second derivative there; NaN if it was not asked for.
        is_defined: whether it has values on this side.
        open: the operation that could not be told; None if all is known.
    """

    limit: float = math.nan
    slope: float = math.nan
    curvature: float = math.nan
    is_defined: bool = True
    open: Node | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is known what the function is on this side, be it not defined."""
        return self.open is None

    def is_complete(self, order: int) -> bool:
        """Whether limit and derivatives are known, if there are any."""
        if not self.is_defined or math.isinf(self.limit):
            return True
        asked = (self.limit, self.slope, self.curvature)[: order + 1]
        return not any(map(math.isnan, asked))


class Kind(StrEnum):
    """What a function is at a point, along a line through it."""

    SMOOTH = "smooth"
    KINK = "kink"
    JUMP = "jump"
    POLE = "pole"
    REMOVABLE = "removable"
    ONE_SIDED = "one-sided"
    ISOLATED = "isolated"
    UNDECIDED = "undecided"


class Sides(NamedTuple):
    """A function on both sides of a point, and at it."""

    left: Side
    right: Side
    value: float

    @property
    def kind(self) -> Kind:
        """What it is there, to first order."""
        left, right = self.left, self.right
        if not (left.is_known and right.is_known):
            return Kind.UNDECIDED
        known = [side for side in (left, right) if side.is_defined]
        if not known:
            return Kind.ISOLATED
        if any(math.isinf(side.limit) for side in known):
            return Kind.POLE
        if math.isnan(self.value):
            is_one = are_same(known[0].limit, known[-1].limit)
            return Kind.REMOVABLE if is_one else Kind.JUMP
        if not all(are_same(side.limit, self.value) for side in known):
            return Kind.JUMP
        if len(known) < 2:
            return Kind.ONE_SIDED
        return Kind.SMOOTH if are_same(left.slope, right.slope) else Kind.KINK

    @property
    def slope(self) -> float:
        """The slope that is used: 0 brought between those of both sides; NaN if none is known."""
        return between(self.left.slope, self.right.slope)

    @property
    def curvature(self) -> float:
        """The second derivative that is used, likewise."""
        return between(self.left.curvature, self.right.curvature)


def are_same(a: float, b: float) -> bool:
    """Whether two numbers are one, rounded in two ways."""
    return a == b or (math.isfinite(a - b) and abs(a - b) <= SAME * max(abs(a), abs(b)))


def between(left: float, right: float) -> float:
    """Of all numbers between two the one nearest 0; the other one where one is NaN."""
    if math.isnan(left) or math.isnan(right):
        return right if math.isnan(left) else left
    if are_same(left, right):
        return right
    low, high = min(left, right), max(left, right)
    return min(max(0.0, low), high)


def used(slope: float, left: float, right: float) -> float:
    """Of all numbers between two the one nearest a slope that is known; nearest 0 if it is NaN."""
    if any(map(math.isnan, (slope, left, right))) or are_same(left, right):
        return between(left, right)
    return min(max(slope, min(left, right)), max(left, right))


def sides(
    graph: Graph, output: Node, rates: Mapping[Node, float], at: Point, order: int = 1
) -> Sides:
    """A function on both sides of a point.

    Args:
        graph: the graph of the function.
        output: the function.
        rates: how fast each input, or step, moves along the line to the right.
        at: the values at the point.
        order: the highest derivative that is asked for, 1 or 2.
    """
    nodes = graph.ancestors([output])
    left, right = (_side(nodes, output, rates, at, turn, order) for turn in (-1, 1))
    return Sides(left, right, float(at(output)))


def _side(  # noqa: PLR0913, PLR0917  (those of `sides`, and which side it is)
    nodes: Sequence[Node],
    output: Node,
    rates: Mapping[Node, float],
    at: Point,
    turn: int,
    order: int,
) -> Side:
    seeds = {node: ray(at(node), turn * rate) for node, rate in rates.items()}
    side = read(germ_of(nodes, output, seeds, at, order), turn, order)
    if side.is_known and side.is_complete(order):
        return side
    return side._replace(open=_lost(nodes, seeds, at) or side.open or output)


def _lost(nodes: Sequence[Node], seeds: Mapping[Node, Germ], at: Point) -> Node | None:
    """The first node that has no limit, as far as that can be told."""
    side = Pass(at, seeds, DEPTHS[-1])
    side.run(nodes)
    for node in nodes:
        found = side.of(node)
        if isinstance(found, Undecided) or (isinstance(found, Germ) and found.is_lost):
            return node
    return None


def germ_of(
    nodes: Sequence[Node], output: Node, seeds: Mapping[Node, Germ], at: Point, order: int
) -> Beside:
    """What an output is for seeds that move, if it can be with the terms that a derivative needs.

    Args:
        nodes: all nodes of the output, each after its arguments.
        output: what is looked at.
        seeds: the inputs that move.
        at: the values at the point.
        order: 0 for the limit, 1 and 2 for a derivative.
    """
    found: Beside = Undecided(output, helps=True)
    for depth in DEPTHS:
        side = Pass(at, seeds, depth)
        side.run(nodes)
        found = side.of(output)
        if isinstance(found, Germ):
            if found.err > order:
                return found
        elif isinstance(found, Undefined) or not found.helps:
            return found
    return found


def read(germ: Beside, turn: int = 1, order: int = 1) -> Side:
    """Limit, slope and curvature of a germ, as far as its terms tell them.

    Args:
        germ: a function beside a point.
        turn: -1 if that is to the left.
        order: the highest derivative that is asked for.
    """
    if isinstance(germ, Undefined):
        return Side(is_defined=False)
    if isinstance(germ, Undecided):
        return Side(open=germ.node)
    if not germ.terms and germ.err <= 0:
        return Side()
    limit = germ.limit if germ.err > 0 else math.nan
    if not math.isfinite(limit):
        return Side(limit)
    slope = turn * derivative(germ, 1) + 0.0
    return Side(limit, slope, derivative(germ, 2) if order > 1 else math.nan)


def derivative(germ: Germ, order: int) -> float:
    """A derivative at 0, which is infinite if there is a term greater than t^order but the rest."""
    for e, k, c in germ.terms:
        if e > order or (e == order and k < 0):
            break
        if e == order and k == 0:
            return c * math.factorial(order)  # the remainder is of a higher order
        is_whole = e == int(e) and k == 0
        if not is_whole:
            return math.copysign(math.inf, c * _sign_of_slope(e, k, order))
    return 0.0 if germ.err > order else math.nan


def _sign_of_slope(e: Exponent, k: int, order: int) -> float:
    """The sign of a derivative of t^e*T^k near 0."""
    sign = 1.0
    for step in range(order):
        if e != step:
            sign = math.copysign(sign, sign * float(e - step))
        else:
            sign *= -k  # of a power of the logarithm alone
            return sign * (-1.0) ** (order - step - 1) * math.factorial(order - step - 1)
    return sign
