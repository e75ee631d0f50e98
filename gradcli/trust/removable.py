"""What a function goes to at a point where it has no value, as sin(x)/x does at 0."""

from __future__ import annotations

import math

from gradcli.engine import explain
from gradcli.evaluation.solution import Solution
from gradcli.germs.sides import Kind, are_same, sides

MOST = 2_000
"""Larger programs are not looked at."""


def limit_there(solution: Solution) -> str:
    """The limit of the output where it has no value, as the end of a sentence; "" if there is none.

    Args:
        solution: a program of numbers at a point, of which one input leads to the output.
    """
    model = solution.model
    order = model.graph.ancestors([model.output])
    inputs = [node for node in model.inputs if node in order]
    if len(inputs) != 1 or len(order) > MOST or not math.isnan(solution.value):
        return ""
    (node,) = inputs
    both = sides(model.graph, model.output, {node: 1.0}, solution.value_of)
    if both.kind is not Kind.REMOVABLE:
        return ""
    known = [side for side in (both.left, both.right) if side.is_defined]
    name, at = solution.names[node], explain.short(solution.value_of(node))
    begin = "both sides"
    if len(known) == 1:
        begin = "the left" if both.left.is_defined else "the right"
    limit = explain.short(known[-1].limit)
    found = f"; beside {name} = {at} {solution.output} goes to {limit} from {begin}"
    slope = known[-1].slope
    if math.isfinite(slope) and are_same(known[0].slope, slope):
        found += f", with the slope {explain.short(slope)}"
    return found
