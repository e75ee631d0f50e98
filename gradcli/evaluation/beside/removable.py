"""What a function goes to at a point where it has no value, as sin(x)/x does at 0."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gradcli.calculus.reverse import gradient
from gradcli.engine import explain
from gradcli.engine.interpreter import Values
from gradcli.germs import cells
from gradcli.germs.rays import Limits, limits
from gradcli.germs.sides import SAME, Kind, are_same, sides
from gradcli.graph.model import Model
from gradcli.graph.node import Node

MOST = 2_000
"""Larger programs are not looked at; nor are nodes times rays ten times as many."""

_PARTS = 10


def limit_beside(model: Model, at: Values, names: Mapping[Node, str], output: str) -> str:
    """The limit of the output where it is NaN, as the end of a sentence; "" if there is none.

    By one input both sides are decided; by several, rays are tried, and so it is said.

    Args:
        model: a program of numbers.
        at: the values of its nodes at a point.
        names: the names of its inputs.
        output: that of its output.
    """
    order = model.graph.ancestors([model.output])
    if len(order) > MOST or not math.isnan(at(model.output)):
        return ""
    moved = _sources(order, model, at)
    if len(moved) == 1:
        return _along(model, at, moved[0], _where(moved, at, names), output)
    return _around(model, at, moved, _where(moved, at, names), output) if moved else ""


def _sources(order: Sequence[Node], model: Model, at: Values) -> list[Node]:
    """The inputs behind the nodes where what is not finite begins, that the output comes from."""
    active = explain.active(order, [model.output], at)
    begun = [
        node
        for node in active
        if node.args
        and not math.isfinite(at(node))
        and all(math.isfinite(at(arg)) for arg in node.args)
    ]
    behind = {*model.graph.ancestors(begun)}
    inputs = [node for node in model.inputs if node in behind]
    return inputs if all(math.isfinite(at(node)) for node in inputs) else []


def _where(moved: Sequence[Node], at: Values, names: Mapping[Node, str]) -> str:
    return explain.listed(f"{names[node]} = {explain.short(at(node))}" for node in moved)


def _along(model: Model, at: Values, node: Node, where: str, output: str) -> str:
    """What both sides tell."""
    both = sides(model.graph, model.output, {node: 1.0}, at)
    if both.kind is Kind.JUMP:
        left, right = (explain.short(side.limit) for side in (both.left, both.right))
        return f"; beside {where} {output} goes to {left} from the left, to {right} from the right"
    if both.kind is not Kind.REMOVABLE:
        return ""
    known = [side for side in (both.left, both.right) if side.is_defined]
    begin = "both sides"
    if len(known) == 1:
        begin = "the left" if both.left.is_defined else "the right"
    limit = explain.short(known[-1].limit)
    found = f"; beside {where} {output} goes to {limit} from {begin}"
    slope = known[-1].slope
    if math.isfinite(slope) and are_same(known[0].slope, slope):
        found += f", with the slope {explain.short(slope)}"
    return found


def _around(model: Model, at: Values, moved: Sequence[Node], where: str, output: str) -> str:
    """What rays tell."""
    graph = model.graph.draft()
    nodes = [model.output, *gradient(graph, model.output, moved)]
    order = graph.ancestors(nodes)
    if len(order) * (4 * len(moved) + 6) > _PARTS * MOST:
        return ""
    every = limits(order, nodes, moved, at)
    found = [ray for ray in every if ray.is_defined]
    values = [ray.values[0] for ray in found]
    if not values or not all(map(math.isfinite, values)):
        return ""
    beside = f"; beside {where} {output}"
    if not all(are_same(values[0], each) for each in values):
        ends = f"{explain.short(min(values))} in one direction and to {explain.short(max(values))}"
        return f"{beside} goes to {ends} in another"
    rays = "all rays tried" if len(found) == len(every) else "all rays tried on which it is defined"
    return f"{beside} goes to {explain.short(values[0])} along {rays}{_gradient(found)}"


def _gradient(found: Sequence[Limits]) -> str:
    """The gradient that all rays have, as the end of the sentence."""
    first, *others = [ray.values[1:] for ray in found]
    if not all(math.isfinite(each) for slopes in (first, *others) for each in slopes):
        return ""
    if not all(cells.are_same(first, each) for each in others):
        return ""
    size = max(map(abs, first))
    numbers = (0.0 if abs(each) <= SAME * size else each for each in first)
    return f", with the gradient ({explain.listed(map(explain.short, numbers))})"
