"""Operations of inputs of their own: nothing in a rule is taken together with other nodes."""

from __future__ import annotations

from functools import cache

from gradcli.graph.node import Graph, Node

GRAPH = Graph()
"""The graph of these operations and of their partials."""


@cache
def alone_of(op: str, arity: int) -> Node:
    """An operation of so many inputs."""
    return GRAPH.node(op, tuple([GRAPH.input(f"x{place}") for place in range(arity)]))
