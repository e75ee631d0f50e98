"""What somebody may have done wrong: for each mistake the gradient that it would give.

A candidate is tried by its numbers alone: it is the mistake if it gives what was found, in every
entry and at every point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from gradcli.graph.node import CONST, Node
from gradcli.trust.ways import Edge, Part, Ways

SIGN = "sign"
FACTOR = "factor"
MISSING = "missing path"
TWICE = "path twice"
INNER = "inner derivative"
TRANSPOSED = "transposed"
AXIS = "wrong axis"
BROADCAST = "not summed"
UPDATE = "update"
SIDE = "other side"
OFF = "off by one"
EXCHANGED = "exchanged"
SHAPE = "shape"

KINDS = (
    SIGN, FACTOR, MISSING, TWICE, INNER, TRANSPOSED, AXIS, BROADCAST, UPDATE, SIDE, OFF, EXCHANGED,
    SHAPE,
)  # fmt: skip
"""The kinds of mistakes that have a name."""

_LINEAR = frozenset(("add", "sub", "mul", "div", "neg", "id", "sum_to", "contract"))
"""Operations without a derivative that somebody would call an outer one."""

Change = Callable[[Part, Ways], float]
"""The slope that a part has by mistake."""


class Local(NamedTuple):
    """A mistake with the slopes of some edges.

    Attributes:
        kind: its kind.
        edges: the edges.
        change: the slope that a part of them has then.
        words: what to say of it, with {} for the names of the nodes of the first edge.
    """

    kind: str
    edges: Sequence[Edge]
    change: Change
    words: str

    def value(self, ways: Ways, target: Node, right: float) -> float:
        """The derivative by a target that the mistake gives."""
        found, through = right, ways.through(target)
        for edge in self.edges:
            for part, factor in through.get(edge, ()):
                found += factor * (self.change(part, ways) - part.slope)
        return found


def locals_of(ways: Ways, target: Node) -> Iterator[Local]:
    """The mistakes with single operations that change the derivative by a target."""
    edges = list(ways.through(target))
    yield from sides(list(ways.edges), dict.fromkeys(edge.source for edge in edges))
    for edge in edges:
        yield Local(MISSING, [edge], lambda _part, _ways: 0.0, "the path {path} is missing")
    for edge in edges:
        yield Local(
            TWICE, [edge], lambda part, _: 2 * part.slope, "the path {path} is counted twice"
        )
    for edge in edges:
        yield Local(SIGN, [edge], lambda part, _: -part.slope, "the path {path} has the other sign")
    yield from inner(edges)
    yield from powers(edges)


def inner(edges: Sequence[Edge]) -> Iterator[Local]:
    """The derivative of an operation is left out."""
    for edge in edges:
        if edge.source.op not in {"add", "id", "sum_to"}:
            yield Local(
                INNER,
                [edge],
                lambda _part, _ways: 1.0,
                "the inner derivative of {source} by {target} is left out",
            )


def insides(edges: Sequence[Edge]) -> list[Edge]:
    """The edges of arguments of functions, whose slopes are inner derivatives."""
    arguments = {edge.target for edge in edges if edge.source.op not in _LINEAR}
    bent = _BENT | _CHOICES  # at whose kink it may as well be the other side
    return [edge for edge in edges if edge.source in arguments and edge.source.op not in bent]


# --- The other side -----------------------------------------------------------------------------

_CHOICES = frozenset(("max", "min", "where", "max_to", "min_to"))
_BENT = frozenset(("relu", "abs", "leaky_relu", "elu", "selu", "sign"))


def sides(edges: Sequence[Edge], sources: Iterable[Node]) -> Iterator[Local]:
    """The branch of an operation that is not the one at the point, or not the one of ours."""
    words = "{source} is differentiated on the other side of its kink"
    by_source: dict[Node, list[Edge]] = {}
    for edge in edges:
        by_source.setdefault(edge.source, []).append(edge)
    for source in sources:
        own = by_source.get(source, [])
        if source.op in _BENT:
            yield Local(SIDE, own, _other_bend, words)
            yield Local(SIDE, own, _at_kink(+1), words)
            yield Local(SIDE, own, _at_kink(-1), words)
        elif source.op in _CHOICES:
            yield Local(SIDE, own, _other_choice, words)
            for edge in own:
                yield Local(SIDE, own, _only(edge), words)


def _other_bend(part: Part, ways: Ways) -> float:
    op, p = part.source.op, part.slope
    if op == "relu":
        return 1.0 - p
    if op == "abs":
        return -p
    if op == "leaky_relu":
        low = ways.value(part.source.args[1])
        return 1.0 + low - p
    return p if p != 1.0 else math.exp(ways.value(part.target))


def _at_kink(side: int) -> Change:
    """Where the argument is 0, the slope of one side."""

    def change(part: Part, ways: Ways) -> float:
        op = part.source.op
        if ways.value(part.target) != 0:
            return part.slope
        if side > 0:
            return 1.0
        return {"abs": -1.0, "relu": 0.0}.get(op, part.slope)

    return change


def _other_choice(part: Part, ways: Ways) -> float:
    """Each argument that is not chosen, instead of the one that is."""
    del ways
    return 1.0 - part.slope if part.source.op in {"max", "min", "where"} else part.slope


def _only(edge: Edge) -> Change:
    """One argument takes all."""
    return lambda part, _: 1.0 if part.target is edge.target else 0.0


# --- Powers -------------------------------------------------------------------------------------


def powers(edges: Sequence[Edge]) -> Iterator[Local]:
    """The exponent, or the factor before a power, is off by one."""
    for edge in edges:
        node = edge.source
        if node.op == "pow" and node.args[1].op == CONST and edge.target is node.args[0]:
            for factor, less in ((0, 0), (0, 2), (1, 0), (-1, 1), (1, 1), (-1, 2)):
                yield Local(
                    OFF,
                    [edge],
                    _power(factor, less),
                    "the power {source} is differentiated off by one",
                )


def _power(factor: int, less: int) -> Change:
    def change(part: Part, ways: Ways) -> float:
        x, n = (ways.value(arg) for arg in part.source.args)
        try:
            return float((n + factor) * x ** (n - less))
        except (ArithmeticError, TypeError, ValueError):
            return math.nan

    return change
