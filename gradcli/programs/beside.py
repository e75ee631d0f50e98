"""Derivatives of any order on both sides of a point where something is tied or has no series."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.errors import Problem
from gradcli.germs.run import Undefined
from gradcli.germs.series import Germ, ray
from gradcli.germs.sides import are_same, between, derivative, germ_of, used
from gradcli.graph.node import Graph, Node
from gradcli.syntax.text import brief

ORDINALS = ("first", "second", "third")


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
        words: what they are by.
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
    problems: list[Problem] = []
    for order, known in enumerate(found, 1):
        name = f"the {_ordinal(order)} derivative {words}"
        sides = [_of(germ, order) for germ in (left, right)]
        one, other = sides[0] * (-1) ** order, sides[1]
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            one = other = one if isinstance(right, Undefined) else other
        value = used(slope, one, other) if order == 1 else between(one, other)
        value = known if math.isnan(value) else value
        result.append(value)
        about = words.removeprefix("by ")
        if not math.isfinite(value):
            what = explain.kind(value)
            problems.append(Problem("derivative", about, what, f"{name} is {what} there"))
        elif math.isnan(one) or math.isnan(other):
            message = f"{name} could not be decided; {brief(value)} is used"
            problems.append(Problem("kink", about, "not decided", message))
        elif not are_same(one, other):
            message = f"{name} is {_shown(one)} to the left and {_shown(other)} to the right; "
            message += f"{brief(value)} is used"
            problems.append(Problem("kink", about, "not unique", message))
    return result, problems


def _of(germ: object, order: int) -> float:
    """A derivative on one side; NaN where it is not known."""
    return derivative(germ, order) if isinstance(germ, Germ) else math.nan


def _ordinal(order: int) -> str:
    return ORDINALS[order - 1] if order <= len(ORDINALS) else f"{order}th"


def _shown(value: float) -> str:
    return brief(value) if math.isfinite(value) else explain.kind(value)
