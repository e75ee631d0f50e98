"""How far the rounding of each operation may take a number: of two ways to it, which is closer."""

from __future__ import annotations

import sys
from typing import NamedTuple

from gradcli.engine.beyond import is_too_small
from gradcli.engine.interpreter import Values
from gradcli.evaluation.sweep import Sweep
from gradcli.graph.node import Graph, Node

CLOSE = 1e-13
"""Numbers that differ by less are looked at no further."""

_EXPLAINED = 16
"""How often what rounding may come to, at most, is still rounding; so much less is better."""

_HALF_ULP = sys.float_info.epsilon / 2


class Way(NamedTuple):
    """A number as it is computed.

    Attributes:
        graph: the graph of the node, of numbers alone.
        node: the number.
        at: the values of its nodes.
    """

    graph: Graph
    node: Node
    at: Values


def is_closer(one: Way, other: Way) -> bool:
    """Whether the other way to the same number is the better one by far.

    A quotient rule takes from each other what is all but equal; the formula of its result, as that
    of x/(x + 1), may have nothing but a square.
    """
    found, better = one.at(one.node), other.at(other.node)
    if not found and is_too_small(better):
        return True
    off = abs(found - better)
    if not off > CLOSE * abs(better):
        return False
    lost = rounding(one)
    return off <= _EXPLAINED * lost and rounding(other) < lost / _EXPLAINED


def rounding(way: Way) -> float:
    """What half a unit in the last place of each operation comes to in the last of them.

    The slope of a node is what an error of it is multiplied by, so that one pass back finds what
    x^2/(1 + x^2) loses where its terms cancel, and what becomes of it behind.
    """
    sweep = Sweep(way.graph, way.node, way.at)
    errors = [abs(sweep.by(each) * way.at(each)) for each in sweep.order if each.args]
    return _HALF_ULP * sum(errors, 0.0)
