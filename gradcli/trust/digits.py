"""How many digits the value of each node and its derivative have left, in many digits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gradcli.engine.beyond import Beyond
from gradcli.evaluation.entries.separate import Indices
from gradcli.evaluation.objects import finite
from gradcli.graph.node import Node
from gradcli.trust.precise import Precise
from gradcli.trust.scene import Scene

ALL = -math.log10(2.0**-53)
"""A float that is as near as floats are has so many digits: 15.95."""

DROP = 2.0
"""A node that has so many digits fewer than its arguments has lost them."""


@dataclass(frozen=True, slots=True)
class Digits:
    """A node with the digits that its value and its derivative have left.

    Attributes:
        node: its name.
        index: which entry of an array it is, counted from 1; ``()`` of a number.
        expression: the operation, in the program's own names.
        value: its value.
        value_digits: how many digits of that are right, up to 15.95; None where it is not known.
        gradient: the derivative of the output by it.
        gradient_digits: how many digits of that are right.
        lost: how many digits this node has fewer than what it is made of; 0 if hardly any.
        gradient_lost: how many its derivative has fewer than those that it is made of.
    """

    node: str
    index: Indices
    expression: str
    value: float
    value_digits: float | None
    gradient: float
    gradient_digits: float | None
    lost: float
    gradient_lost: float

    def to_dict(self) -> dict[str, Any]:
        """An entry of `gradcli.why/1`."""
        return {
            "node": self.node,
            "index": list(self.index),
            "expression": self.expression,
            "value": finite(float(self.value)),
            "value_digits": self.value_digits,
            "gradient": finite(float(self.gradient)),
            "gradient_digits": self.gradient_digits,
            "lost": self.lost,
            "gradient_lost": self.gradient_lost,
        }


def digits_of(scene: Scene) -> list[Digits]:
    """The digits of every node that is shown, and of every entry of one.

    Raises:
        UsageError: mpmath is not installed.
    """
    numbers = scene.numbers
    others = [place.number for places in numbers.places.values() for place in places]
    precise = Precise(numbers.graph, numbers.output, numbers.point, others)
    return [*_rows(scene, precise, others)]


def _rows(scene: Scene, precise: Precise, nodes: Sequence[Node]) -> Iterator[Digits]:
    reached = {*scene.order}
    users: dict[Node, list[Node]] = {}
    for each in scene.order:
        for arg in each.args:
            users.setdefault(arg, []).append(each)
    for node in nodes:
        value, gradient = scene.own(node), scene.grad(node, scene.own)
        of_value = right(value, precise.value(node))
        of_gradient = _of_gradient(scene, precise, node) if node in reached else None
        inside = [right(scene.own(arg), _value(precise, arg)) for arg in node.args]
        above = [_of_gradient(scene, precise, each) for each in users.get(node, ())]
        beside = [arg for each in users.get(node, ()) for arg in (each, *each.args)]
        others_beside = [right(scene.own(arg), _value(precise, arg)) for arg in beside]
        yield Digits(
            scene.own_name(node),
            scene.index(node),
            scene.formula(node),
            value,
            of_value,
            gradient,
            of_gradient,
            _drop(of_value, inside),
            _drop(of_gradient, [*above, *others_beside]),
        )


def _value(precise: Precise, node: Node) -> Any:
    """A value in many digits; NaN of what was not computed."""
    return precise.value(node) if precise.has(node) else precise.mp.nan


def _of_gradient(scene: Scene, precise: Precise, node: Node) -> float | None:
    if precise.is_open(node) is not None:
        return None
    return right(scene.grad(node, scene.own), precise.adjoint(node))


def _drop(own: float | None, others: Sequence[float | None]) -> float:
    """How many digits fewer a number has than the worst that it is made of."""
    if own is None:
        return 0.0
    known = [each for each in others if each is not None]
    drop = min(known, default=ALL) - own
    return round(drop, 1) if drop >= DROP else 0.0


def right(number: float, exact: Any) -> float | None:
    """How many digits of a number are right; None where one of both is none."""
    if exact != exact or not (math.isfinite(number) or type(number) is Beyond):  # noqa: PLR0124  (NaN alone)
        return None
    mantissa = exact.context.mpf(str(number.exact) if isinstance(number, Beyond) else float(number))
    error = abs(mantissa - exact)
    if not error:
        return round(ALL, 1)
    if not exact:
        return 0.0
    found = -float(exact.context.log10(error / abs(exact)))
    return round(min(max(found, 0.0), ALL), 1) + 0.0
