"""What there is to say of a program at a kink: problems, JSON, the derivative along a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from gradcli.engine import explain
from gradcli.engine.functions.sums import sum_of
from gradcli.errors import Problem
from gradcli.evaluation.beside.sentences import Sentences
from gradcli.evaluation.beside.sides import Beside, Sides
from gradcli.evaluation.objects import finite
from gradcli.germs.sides import Kind, used
from gradcli.graph.node import INPUT, Node

if TYPE_CHECKING:
    from gradcli.evaluation.beside.whole import Group, Whole
    from gradcli.evaluation.lookup import LookUp


def kinks(at: LookUp, targets: Sequence[Node]) -> list[Problem]:
    """What is said of derivatives that are not those of a smooth function.

    Args:
        at: the program at a point.
        targets: the nodes that the derivatives are by.
    """
    whole = at.whole
    if whole is None:
        return []
    words, asked = Sentences(at, whole), set(targets)
    found = [
        problem
        for group in whole.groups_of(targets)
        if whole.is_told(group, asked)
        for problem in _told(whole, words, group)
    ]
    steps = [node for node in targets if node.op != INPUT and whole.has_sides(node)]
    found += [problem for node in steps for problem in words.of_step(node)]
    most = at.most_kinks
    if len(found) > most:
        left = len(found) - most
        more = f"so it is at {left} more {'places' if left > 1 else 'place'}"
        return [*found[:most], found[most]._replace(message=more)]
    return found


def _told(whole: Whole, words: Sentences, group: Group) -> Sequence[Problem]:
    """What is said of a group: once, for it is asked for by each of its inputs."""
    first = group.inputs[0]
    if first not in whole.told:
        whole.told[first] = [*words.of_group(group)]
    return whole.told[first]


class Along(NamedTuple):
    """The derivative along a line.

    Attributes:
        slope: that which is used.
        sides: what the function is on both sides, where it was looked at.
        problem: what is said of it.
    """

    slope: float
    sides: Sides | None = None
    problem: Problem | None = None


def along(at: LookUp, rates: Mapping[Node, float], words: str) -> Along:
    """The derivative of a program at a point along a line.

    Where it has none, the scalar product with the gradient that is used is brought between the
    slopes to the left and to the right.

    Args:
        at: the program at the point.
        rates: how fast each input moves along the line; what stands still is left out.
        words: what the derivative is called: ``along the tangent``.
    """
    slope = sum_of([rate * at.grad_of(node) for node, rate in rates.items()])
    whole = at.whole
    groups = [] if whole is None else [whole.group_of(node) for node in rates]
    met = [group for group in groups if group is not None]
    if whole is None or not met:
        return Along(slope)
    sides = whole.along(rates)
    if sides is not None and sides.kind(at.value_of(at.model.output)) is Kind.SMOOTH:
        return Along(slope if sides.right.has_slope(slope) else sides.right.slope, sides)
    if sides is not None and not math.isnan(sides.left.slope + sides.right.slope):
        slope = used(slope, sides.left.slope, sides.right.slope)
    problem = Sentences(at, whole).of_line(rates, words, sides, slope, met[0].active)
    return Along(slope, sides, problem)


def to_dict(at: LookUp) -> dict[str, Any]:
    """What `gradcli.eval/1` has of a point where something is tied or not finite.

    Returns:
        ``kinks``, the operations, and ``sides``, what the function does by inputs and steps.
    """
    whole = at.whole
    if whole is None:
        return {}
    cancels = {node: group.is_smooth for group in whole.groups for node in group.active}
    nodes = [*(node for group in whole.groups for node in group.inputs), *at.model.steps]
    rows = [(node, whole.sides_of(node)) for node in nodes if whole.leads(node)]
    value = float(at.value_of(at.model.output))
    return {
        "kinks": [
            {"node": at.names[node], "cancels": cancels[node]}
            for node in whole.active
            if node in cancels and node in at.names
        ],
        "sides": [
            {
                "node": at.names[node],
                "kind": str(sides.kind(value)),
                "left": _side_to_dict(sides.left),
                "right": _side_to_dict(sides.right),
                "used": finite(at.grad_of(node)),
            }
            for node, sides in rows
            if sides is not None
        ],
    }


def _side_to_dict(side: Beside) -> dict[str, Any] | None:
    """Limit and slope on one side; None where the function is not defined."""
    if not side.is_defined:
        return None
    return {"limit": _number_or_word(side.value), "slope": _number_or_word(side.slope)}


def _number_or_word(number: float) -> float | str | None:
    """A number, ``"Infinity"`` or ``"-Infinity"``; None if it is not known."""
    if math.isnan(number):
        return None
    return number + 0.0 if math.isfinite(number) else explain.kind(number)


def read_from(at: LookUp) -> str | None:
    """The sentence on where derivatives are read, and what is tied has there; None at the point."""
    whole = at.whole
    if whole is None or not whole.beside.direction:
        return None
    return Sentences(at, whole).read_from()
