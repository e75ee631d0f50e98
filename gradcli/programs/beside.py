"""Derivatives of any order on both sides of a point where something is tied or has no series."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.evaluation.beside.higher import ordinal
from gradcli.evaluation.beside.sentences import limits
from gradcli.evaluation.beside.sides import Beside, Sides
from gradcli.evaluation.ties import NOT_DECIDED, NOT_UNIQUE
from gradcli.germs.run import Undefined
from gradcli.germs.series import Germ, ray
from gradcli.germs.sides import SAME, Kind, are_same, between, derivative, germ_of, used
from gradcli.graph.node import Graph, Node
from gradcli.syntax.text import brief


def beside(  # noqa: PLR0913, PLR0917  (a line through a point, and what is known of it)
    graph: Graph,
    output: Node,
    rates: Mapping[Node, float],
    at: Values,
    found: Sequence[float],
    words: str,
    slope: float = math.nan,
) -> tuple[list[float], list[Problem]]:
    """The derivatives along a line, and what there is to say of them.

    Args:
        graph: the graph of the output.
        output: what is differentiated.
        rates: how fast each input moves.
        at: the values at the point.
        found: the derivatives by the conventions of the operations.
        words: what they are along: ``along the direction``.
        slope: the product of the direction with the gradient that is used, if that is known: of
            the first derivatives between both sides it is the one nearest this.
    """
    nodes = graph.ancestors([output])
    left, right = (
        germ_of(
            nodes, output, {x: ray(at(x), sign * rate) for x, rate in rates.items()}, at, len(found)
        )
        for sign in (-1, 1)
    )
    result: list[float] = []
    problems = _jumps(words, at(output), Sides(_beside(left), _beside(right)))
    for order, known in enumerate(found, 1):
        sides = [_of(germ, order) for germ in (left, right)]
        one, other = sides[0] * (-1) ** order, sides[1]
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            one = other = one if isinstance(right, Undefined) else other
        value = used(slope, one, other) if order == 1 else between(one, other)
        value = known if math.isnan(value) else value
        result.append(value)
        told = f"the {ordinal(order)} derivative {words}"
        if not math.isfinite(value):
            what = explain.kind(value)
            problems.append(Problem("derivative", words, what, f"{told} is {what} there"))
        elif math.isnan(one) or math.isnan(other):
            message = f"{told} could not be decided; {brief(value)} is used"
            problems.append(Problem("kink", words, NOT_DECIDED, message))
        elif not are_same(one, other):
            message = f"{told} is {_shown(one)} to the left and {_shown(other)} to the right; "
            message += f"{brief(value)} is used"
            problems.append(Problem("kink", words, NOT_UNIQUE, message))
    return result, problems


def _beside(germ: object) -> Beside:
    """The limit on one side."""
    if not isinstance(germ, Germ):
        return Beside(math.nan, math.nan, is_defined=not isinstance(germ, Undefined))
    error = SAME * abs(germ.limit) if math.isfinite(germ.limit) else 0.0
    return Beside(germ.limit, math.nan, error=error)


def _jumps(words: str, value: float, sides: Sides) -> list[Problem]:
    """What is said of an output that does not go to its value, whatever its derivatives are."""
    if sides.kind(value) not in {Kind.JUMP, Kind.POLE}:
        return []
    message = f"the value jumps {words}: {limits(value, sides)}"
    return [Problem("kink", words, NOT_UNIQUE, message)]


def _of(germ: object, order: int) -> float:
    """A derivative on one side; NaN where it is not known."""
    return derivative(germ, order) if isinstance(germ, Germ) else math.nan


def _shown(value: float) -> str:
    return brief(value) if math.isfinite(value) else explain.kind(value)
