"""Operations on arrays of inputs of their own, with their derivatives along tangents."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

from gradcli.calculus.second import jvp
from gradcli.graph.node import Graph, Node
from gradcli.graph.rules import table
from gradcli.graph.shapes import SHAPED, Form, Params


class Alone(NamedTuple):
    """An operation of inputs of its own, with its derivative along tangents."""

    graph: Graph
    node: Node
    inputs: Sequence[Node]
    tangents: Sequence[Node]
    rate: Node | None
    kink: Node | None
    domain: Node | None


@functools.lru_cache(512)
def alone_of(op: str, params: Params, forms: tuple[Form, ...], moving: tuple[bool, ...]) -> Alone:
    """An operation on arguments of these forms, and its derivative along those that move."""
    graph = Graph()
    inputs = [graph.input(f"x{place}", form) for place, form in enumerate(forms)]
    node = graph.node(op, tuple(inputs), params)
    tangents = {
        each: graph.input(f"d{each.name}", each.form)
        for each, moves in zip(inputs, moving, strict=True)
        if moves
    }
    rate = jvp(graph, [node], tangents)[0] if tangents else None
    is_entrywise = op not in SHAPED
    kink = table().kink(graph, node) if is_entrywise else _kink_of_arrays(graph, node)
    domain = table().domain(graph, op, tuple(inputs)) if is_entrywise else None
    return Alone(graph, node, inputs, [*tangents.values()], rate, kink, domain)


def _kink_of_arrays(graph: Graph, node: Node) -> Node | None:
    return graph.node("eq", (node, graph.const(0.0))) if node.op == "norm_to" else None
